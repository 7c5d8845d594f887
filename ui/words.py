"""All Chinese words of the page that no other room supplies."""

from __future__ import annotations

NAME = "娘家人"
PROMISE = "女职工权益，用大白话问，句句有出处。"
BOX_LABEL = "你遇到了什么事？"
BOX_HINT = "例如：我在河南，产假多少天？"
ASK, LIBRARY, DESK, APPROVE, BENCH, ADMIN = "问一问", "查政策", "备课", "审定", "评测", "管理"
CLEAR = "清空对话"
MENU = "页面"
LARGE, CONTRAST, LEAVE = "大字", "高对比", "快速离开"
LEAVE_HINT = (
    "「快速离开」（或连按两下 Esc）会清空对话，马上换到别的网站；浏览器的历史记录里可能还有这个网址，要自己删。"
)
REGION_LABEL = "所在地"
ANY_REGION = "按问题判断"
EXAMPLES_LABEL = "可以这样问"
EXAMPLES = (
    "我在南京，剖腹产双胞胎，公司说产假只有98天，对吗？",
    "怀孕了公司要辞退我，怎么办？",
    "哺乳期每天有多长时间喂奶？",
    "痛经可以请假吗？",
    "公司没交生育保险，产假工资谁发？",
    "各市今年托管班怎么安排的？",
)
PRIVACY = (
    "提问不用登录，登录只给工作人员用。问题在运行本程序的电脑上处理，不会留下来，除非你评价回答时自己选了留下；用语言模型之前会先问你。"
    "遇到危险先打 110；妇女维权热线 12338，工会 12351，法律援助 12348。"
)
NO_SCRIPT = "这个页面要用 JavaScript，请在浏览器里打开它。"

YOU = "你问"
SEARCHING = "正在查规定……"
EMPTY = "还没有写问题。请用一两句话说说遇到的事，例如：怀孕了公司要辞退我，怎么办？"
FAILED = "抱歉，这一问没能答出来。问题还留在输入框里，可以再问一次；还是不行，请打12351（工会）或12348（法律援助）。"
AWAY = "资料库现在连不上，这一问没能回答。问题还留在输入框里，请过一会儿再问；急的话，请打12351（工会）或12348（法律援助）。"
LONG_QUESTION = "……（共{count}字）"

HEADINGS = {
    "answered": "结论",
    "partial": "只能答一部分",
    "clarify": "还差一个信息",
    "refused": "这一问答不了",
    "hotline": "先保证安全",
}
BASIS = "依据"
STEPS = "你可以这样做"
NOTES = "说明"
NOTICED = "我是这样读你的问题的"

SOURCE_EMPTY = "点一下回答里的编号，这里显示整条规定，引用的句子会标出来。"
SOURCE_GONE = "这次对话已经清掉了，请把问题再问一遍，就能点开出处。"
SOURCE_TITLE = "出处"
SOURCE_BACK = "回到回答"
OPEN_SOURCE = "打开出处{number}：{name}"
LINK = "到官方网站核对原文"
NO_LINK = "本库没有登记这份文件的官方链接，请在政府网站按名称查找"
NO_LINK_COMPILED = "这一条是本库根据上面写的规定整理的，没有单独的官方文本；核对时请看那些规定"
COMPILED = "整理日期"
NOT_A_RIGHT = "工作安排，不是法定权利"

LEVEL, REGION, IN_FORCE, EFFECTIVE, PUBLISHED, ENDED, YEAR, CHECK, KIND, NUMBER = (
    "效力级别",
    "适用地区",
    "现在有效吗",
    "施行日期",
    "公布日期",
    "失效日期",
    "年份",
    "核对情况",
    "文本",
    "文号",
)
VALID = "有效"
INVALID = "已失效，或在所问的日期不适用"
UNKNOWN_FORCE = "没有核实"
UNKNOWN_DATE = "没有核实"
NO_END = "没有查到失效或被替代"
NO_CHECK = "没有单独登记"
RESTATED_SHORT = "转述"

SERVING = "娘家人已经打开：{address}\n在浏览器里打开这个地址；按 Ctrl+C 停止。"
SETUP_LINK = "还没有管理员。用下面这个链接定名字和密码（24小时内有效，只能用一次；不要转发）：\n{link}"
NEW_SETUP_LINK = (
    "用下面这个链接重新定名字和密码（24小时内有效，只能用一次；不要转发）。定好后，以前的管理员和登录都作废：\n{link}"
)
FORGOT = "删掉了 {rows} 行保存的意见和没答上的问题。"
WENT_BACK = "已换回上一个索引（{built}建，{documents}份文件）。正在运行的页面几秒后自己换过去，不用重新启动。"
OPEN_TO_OTHERS = (
    "注意：现在同一网络里的其他电脑和手机也能打开这个页面。问一问和查政策不用登录；登录的密码在网络上没有加密，"
    "别人能截到。只在可信的内网里这样用，不要放到公网上；要放到外面，请在前面加一个 https 的代理（--proxy 域名）。"
)
TAKEN = "端口 {port} 已经被别的程序占用。换一个端口再试，例如：python -m ui --port {other}"
NO_ADDRESS = "不能在「{host}」的端口 {port} 上打开页面：{reason}。只在本机用，请去掉 --host。"
BAD_PORT = "端口要在0到65535之间"
NO_HOST = "找不到这个地址"
NOT_OURS = "这台电脑没有这个地址"
NO_RIGHT = "没有权限，1024以下的端口要管理员才能用"
BAD_LEVEL = "环境变量 {variable} 的值不对，只能是 {levels} 里的一个（默认 info）。"
BAD_TOKEN = "环境变量 {variable} 太短：至少 {least} 个字母或数字。可以用 python -c 'import secrets; print(secrets.token_hex(16))' 生成一个。"
NUMBER = "还是这样，请把编号 {number} 告诉管理员。"

TOO_FAST = "问得太快了，请过几秒再问。遇到危险请直接打 110。"
BUSY = "现在问的人太多，请过几秒再问。遇到危险请直接打 110。"
NOTICES = {
    "Error": "出错了",
    "Warning": "注意",
    "Info": "提示",
    "Success": "好了",
    "File(s) exceed the maximum allowed size": "文件太大：一份不能超过 60 MB。请拆小，或去掉里面的大图片再试。",
    "File size exceeds the maximum allowed size": "文件太大：一份不能超过 60 MB。请拆小，或去掉里面的大图片再试。",
    "Connection errored out": "连不上了。请看看程序是不是还开着，再刷新页面。",
    "Connection to the server was lost": "连不上了。请看看程序是不是还开着，再刷新页面。",
    "Could not parse server response": "连不上了。请看看程序是不是还开着，再刷新页面。",
    "Unauthorized": "登录已经过期，请刷新页面，重新登录。",
    "This application is currently busy": "现在用的人多，请过一会儿再试。",
    "Queue is full": "现在用的人多，请过一会儿再试。",
}
