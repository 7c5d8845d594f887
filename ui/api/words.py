"""All Chinese words of the API."""

from __future__ import annotations

TITLES = {
    400: "请求读不懂",
    401: "要有口令",
    404: "没有这一项",
    405: "不能这样用",
    409: "现在不能做",
    413: "请求太大",
    415: "格式不对",
    422: "请求的内容不对",
    429: "问得太快",
    500: "没能答出来",
    503: "现在答不了",
}
ERROR = "出错了"
BODY = "请求正文"
FAILED = "抱歉，这一问没能答出来。可以再问一次；还是不行，请打12351（工会）或12348（法律援助）。"
AWAY = "资料库现在连不上，这一问没能回答。请过一会儿再问；急的话，请打12351（工会）或12348（法律援助）。"
TOO_BIG = "请求正文超过 {limit} 字节。问题最多 2000 字，前面的话最多 20 条。"
NO_DOCUMENT = "库里没有「{name}」这份文件。可以先用 /api/documents 查它的 id。"
NO_PROVISION = "库里没有「{name}」这一条。条文的 id 像「女职工劳动保护特别规定#第七条」，放进网址时 # 要写成 %23。"
NO_TOPIC = "没有「{name}」这个主题。可选的主题有：{topics}。"
NOT_READY = "索引里还没有内容，请先运行 python -m index build。"
NO_MODEL = "这台服务器没有配置语言模型。去掉 model 再问，回答照样有结论和出处。"
NOT_AGREED = '{consent}要用模型，请先把这段话给提问的人看；她同意了，请求里再写 "agreed": true。'
BAD_REQUEST = "请求的内容不对：{faults}。格式见 /api/openapi.json。"
HTTP_ERRORS = {
    400: "请求的内容不是 UTF-8 的 JSON。格式见 /api/openapi.json。",
    404: "没有这个地址。接口见 /api/openapi.json。",
    405: "这个地址不能这样用。接口见 /api/openapi.json。",
}
WRONG_FAULT = "的值不对"
FAULTS = {
    "missing": "没有写",
    "extra_forbidden": "不是这个接口的字段",
    "string_type": "要是文字",
    "string_too_long": "太长，最多{max_length}字",
    "string_too_short": "太短，最少{min_length}字",
    "list_type": "要是列表",
    "too_long": "太多，最多{max_length}项",
    "bool_type": "要是 true 或 false",
    "bool_parsing": "要是 true 或 false",
    "int_parsing": "要是整数",
    "greater_than_equal": "要大于等于{ge}",
    "less_than_equal": "要小于等于{le}",
    "enum": "不是可选的值",
    "literal_error": "不是可选的值",
    "json_invalid": "不是 JSON",
    "model_attributes_type": "要是 JSON 对象，请求头要写 Content-Type: application/json",
    "dict_type": "要是 JSON 对象",
    "model_type": "要是 JSON 对象",
}

ASK = "问一个问题"
ASK_ABOUT = (
    "回答是 JSON；请求头写 `Accept: text/event-stream` 时按部分推送：`understood`（怎样理解问题，最先到）、`conclusion`、"
    "`explanation`、`table`、`basis`、`steps`、`notes`，最后 `done` 是整个回答；中途出错是 `error`。"
    "用语言模型时还有 `piece`：核对过的一句，可以先显示，以后面的 `conclusion` 和 `explanation` 为准。"
    "问题不保存，也不写进日志。"
)
DOCUMENTS = "列出库里的文件"
DOCUMENTS_ABOUT = "各个条件都可以不写，写了就都要满足。结果带 `ETag`，再查时带 `If-None-Match`，没有变就回 304。"
DOCUMENT = "一份文件的全部条文"
DOCUMENT_ABOUT = "要点转述的文件不是法条原文，每条带着 `label`，显示时要一起显示。"
PROVISION = "一条规定"
PROVISION_ABOUT = "id 像「女职工劳动保护特别规定#第七条」，放进网址时 # 要写成 %23。"
REGIONS = "省份和各自的文件数"
REGIONS_ABOUT = "按行政区划的顺序；国家的文件算在「全国」。"
HEALTH = "程序在不在"
READY = "能不能回答"
NO_METRICS = (
    "运行指标只给本机看。从别的电脑看，要在服务器上设环境变量 {variable}，请求时带上 Authorization: Bearer 口令。"
)
METRICS = "运行指标"
METRICS_ABOUT = "Prometheus 文本格式：用时、各种状态的回答数、限流次数、索引的新旧。没有任何问题的内容。"
UNCHANGED = "和上次一样，没有正文"
OK = "好了"
RETRY = "几秒以后再问"
OWN_TITLE = "题名里的字"
OWN_LEVEL = "级别"
OWN_REGION = "地区，如 江苏 或 江苏省苏州市；只要这个地区自己的文件"
OWN_STATUS = "效力：有效、已失效、尚未施行、没有核实，工会文件是「工作安排」"
OWN_TOPIC = "主题，如 孕期辞退"
OWN_OFFSET = "从第几份起，0 是第一份"
OWN_LIMIT = "最多几份"
OWN_ID = "编号"
