"""Chinese words of the page 问一问 alone; those that other pages share are in ui/words.py."""

from __future__ import annotations

VERDICTS = {
    "支持": "支持：规定是这样写的",
    "部分支持": "部分支持：对一半，看下面差在哪里",
    "不支持": "不支持：规定不是这样写的",
    "没有依据": "没有依据：本库没有查到能这样做的规定",
}
AI = "AI生成"
EXPLANATION = "换句话说"
WRITING = "语言模型正在改写……写好一句核对一句"

# the place that an answer reckons with
BY_PLACE = "按{place}算"
NO_PLACE = "没有按哪个省算"
CHANGE = "改"
CHOOSE_PLACE = "选一个省"
CHANGE_TO = "换成"
AGAIN_WITH = "再答"
AGAIN = "重新回答"
STOP = "停下"
UNSENT = "这一问没有送到：现在问的人太多，或者网络断了。请过几秒再问，问题还在输入框里。遇到危险请直接打 110。"
STOPPED = "已经停下，这一问没有答完。问题还留在输入框里。"

# a leave sum
SUM_TITLE = "{label}怎么算出来的"
SUM_TERM, SUM_DAYS, SUM_SOURCE, SUM_TOTAL = "哪一部分", "天数", "出处", "合计"
SUM_WEAKEST = "其中核对得最少的一项：{check}"
STRIP_TITLE = "在日历上"
STRIP_ALT = "{start}开始，最后一天是{end}"
STRIP_MOVES = "遇{days}，顺延"
STRIP_COUNTED = "遇{days}，算在假期里"
STRIP_UNKNOWN = "{years}的法定节假日本库还没有，没有标出来"
STRIP_KEY = (("start", "第一天"), ("leave", "休假"), ("holiday", "法定节假日"), ("end", "最后一天"))
TABLE_NAME = "比较的表，可以左右滑动"
YEAR = "年份"
BASIS_COUNT = "依据（共{count}条，点开看原话）"

# what can be done with an answer
COPY, PRINT = "复制回答和出处", "打印或存成PDF"
COPIED = "已经复制，可以粘贴到微信或文档里。"
COPY_BY_HAND = "浏览器不让自动复制：文字已经选好，请按 Ctrl+C，手机上长按选「复制」。"
COPY_BOX = "回答和出处的全文"
ASKED = "问：{asked}"
SOURCES = "出处"
QUOTE, OFFICIAL = "写道：{quote}", "官方文本：{url}"
RESTATED_MARK = "（本库转述，不是法条原文）"

GOOD, BAD = "有用", "没帮上"
WHY = "哪里不对？"
REASONS = ("数字不对", "没回答我的问题", "看不懂", "出处不对", "其他")
SAID = "想补充的话（可以不写；写了就会留下，留之前先隐去电话、姓名、单位）"
KEEP = "把这个问题一起留下（先隐去电话、姓名、单位）"
SEND_COMPLAINT, NEVER_MIND = "交给管理这个页面的人", "不交了"
CHOOSE_WHY = "请先选一个原因。"
THANKS = "记下了，谢谢。"
NOT_KEPT = "这里没有打开「收集意见」，你的评价没有留下。回答不对、没帮上忙，请打12351（工会）问一问。"
NOT_STORED = "这条评价没有存下来。回答不对、没帮上忙，请打12351（工会）问一问。"
NOTHING_KEPT = "你的问题不会留下来。"
KEPT_IF_TICKED = (
    "你的问题不会留下来，除非你评价回答时自己勾选。没有答上来的问题，这里只按主题和省份记一个数，不记你写的话。"
)

# the provision
CLOSE = "关闭"
IN_READER = "在文件里看这一条"
UNVERIFIED = "未核实"
UNSURE = "这一条没有核实清楚，里面的数字不能当准。"
NOT_IN_FORCE = "这一条已失效，或在所问的日期不适用。"

# the language model
MODEL = "用语言模型把话说顺"
AGREE, DISAGREE = "同意，这次对话里用", "不同意"

READY = "回答好了。"
APPROVED = "{role} {day} 审定"
