"""Chinese words of the page 管理."""

from __future__ import annotations

SIGNED_IN = "已登录：{name}"
SIGN_OUT = "退出登录"

# What a line of `python -m index build` begins with, what that means, and how far it is then.
PHASES = (
    ("读", "正在读文件", 0.02),
    ("分词", "正在分词", 0.35),
    ("词索引", "正在建词索引", 0.55),
    ("向量", "正在算向量", 0.65),
)
BUILT = "索引建好"
OPENING = "正在打开新索引"
GOING_BACK = "正在换回上一个索引"
TRIAL = "产假多少天？"
FAILED = "没有换成，页面还在用原来的索引。原因：{reason}"
NO_WRITE = "写不进数据目录（{reason}）。请检查权限和磁盘空间。"
BROKE_OFF = "建索引的程序中断了。"
OTHER_ENGINE = (
    "向量在 milvus 文件「{uri}」里，一次只能由一个程序打开，现在是这个页面开着，所以不能边用边重建。请先停下页面，"
    "运行 python -m index build --engine milvus --uri '{uri}' --collection {collection}，再打开页面（「换回上一个」在这里就能用）。"
    "要不停下来就能重建，请改用 milvus 服务器（--uri http://主机:端口），或不用 milvus（python -m index build）。"
)
PUBLISHED = "新索引已经在用：{documents} 份文件，{provisions} 条，{built} 建。问一问、查政策现在就用它。"
WENT_BACK = "已经换回 {built} 建的索引：{documents} 份文件，{provisions} 条。"

# Files that were dropped.
NO_NAME = "没有名字的文件"
TRAY_FULL = "「{name}」没有读：一次最多放 {most} 份。请先收入或清掉前面的。"
ADD, CATALOGUE, INDEX, KEPT = "加文件", "目录", "索引", "意见"
DROP = "把文件拖到这里，或点一下选文件"
DROP_HINT = "能读 docx、doc、wps、pdf（也能读扫描件）、txt、md、html、xlsx、图片和 zip。一份不超过 60 MB。先看一看认出了什么，再决定收不收。"
READING = "正在读「{name}」（{done}/{total}）"
CHOOSE = "要收入的（不收的去掉勾）"
TAKE = "收入勾选的"
DROP_ALL = "都不要，清掉"
NOTHING_CHOSEN = "还没有勾选文件。"
CLEARED = "清掉了，什么都没有收入。"
GONE = "这些文件已经清掉了，请重新拖进来。"
FACTS = "级别", "地区", "发布单位", "文号", "公布", "施行", "年份", "条数"
UNKNOWN = "没有认出"
FIRST = "开头几条"
GUESSED = "推断的（请核对）：{what}"
SCANNED = "这是扫描识别出来的，数字核对以前不会用来下结论。"
NO_DAY = "没有认出公布或施行日期，回答里会标“日期未知”。收入后可以在「目录」里补。"
PRESENT = "内容已经在库里（{path}），不用再收。"
SAME_TITLE = "库里已有《{title}》（{kind}，{day}）。两份都会留着；新旧不同的，请在「目录」里写上旧的失效日期。"
REFUSED = "没有收"
FINE = "可以收"
TAKEN = "收入了 {count} 份、{provisions} 条。重建索引以后，问答里就能用到。"
LEFT = "没有收入：{message}"
CONFLICT = "《{title}》和本库的转述不一致（{note}）。两份都留着，都不用来给出数字；请对照官方文本后，在「目录」的“用哪一份”里填「用原文」或「用转述」。"

# The catalogue.
COLUMNS = {
    "title": "标题", "kind": "文本", "level": "级别", "region": "地区", "published": "公布日期", "effective": "施行日期",
    "ended": "失效日期", "year": "年份", "issuer": "发布单位", "doc_no": "文号", "replaced_by": "被什么替代",
    "check": "核对情况", "url": "官方链接", "note": "备注", "inferred": "推断的", "decision": "用哪一份",
    "confirmed": "谁确认的", "path": "文件", "id": "编号", "sha256": "校验",
}  # fmt: skip
GRID_HINT = "双击一格（或点一格再按回车）来改。“推断的”是程序猜的，核对无误就清空那一格。日期写成 2026-11-21；级别写成 地方性法规 这样；改完按“保存”，再重建索引。"
GRID_EMPTY = "还没有自己的文件。先在「加文件」里加。"
SAVE, RELOAD = "保存", "重新读入"
SAVED = "保存了 {count} 行。重建索引以后起作用。"
UNCHANGED = "没有改动。"
NOT_SAVED = "没有保存，改动都还在表里。请改好下面 {count} 处再按“保存”："
ROW = "第 {number} 行《{title}》："
ROWS_CHANGED = "表里不能加行、删行，也不能改“编号”。请按“重新读入”再改；加文件用「加文件」。"
CHANGED_ELSEWHERE = "这一行在别处（例如 Excel）改过了。请记下你的改动，按“重新读入”再改。"
FIXED = "「{column}」不能改。"
LONG = "「{column}」太长了，最多1000字。"
EMPTY_ROW = "这一行是空的。"
NOT_THERE = "目录里已经没有这一份了。请按“重新读入”。"
REMOVE_WHICH, REMOVE = "移走一份（例如旧版本、放错的）", "移走"
REMOVED = "《{title}》移走了，文件放在数据目录的 {place}，可以拿回来重新加。重建索引以后，问答里就不再用它。"
REMOVED_ROW = "《{title}》这一行删掉了；它没有对应的文件。"
NOTHING_TO_REMOVE = "请先选要移走哪一份。"

# The index.
IN_USE = "现在用的：{documents} 份文件，{provisions} 条，{built} 建。"
BEFORE = "上一个：{documents} 份文件，{built} 建。"
NO_BEFORE = "没有上一个索引可以换回。"
REBUILD, BACK = "重建并换上", "换回上一个"
REBUILD_HINT = "重建要十几秒到几分钟，期间问一问照常可用；建好、打开、试答一问之后才换上，没有建成就还用原来的。"
LEFT_OUT = "有 {count} 处没有收入："

# What is written down of it for other processes and for later: no word that names a file.
REBUILT = "换上了新索引：{documents} 份文件，{provisions} 条，{built} 建。"
LEFT_OUT_COUNT = "有 {count} 处没有收入（运行 python -m index build 会逐处列出）。"
FAILED_BRIEF = "没有换成，页面还在用原来的索引。再做一次，会说出原因。"
SOMEBODY = "有人"
THEN = "上一次（{began}）：{said}"
LOST = "{began} 开始的{what}被中断了：进程停了。原来的索引还在用，再做一次就行。"
LOST_AT_THE_END = (
    "{began} 开始的{what}被中断了：进程停了。现在用的是上面写的那个索引，问一问照常可用；要换，再做一次就行。"
)

# What was done lately, by the name under which a job is written down.
LATELY, NOTHING_YET = "最近的工作", "还没有做过什么。"
LATELY_HINT = "重建索引、做备课包、比较计划、核对条款，连同别的进程做的，最近 {most} 件。只记做了什么和结果，不记题目、文件名和合同内容，和意见一样到期自动删。"
JOBS = {
    "rebuild": "重建索引",
    "back": "换回上一个索引",
    "lesson": "做备课包",
    "compare": "比较计划",
    "clauses": "核对条款",
}
JOB_STATES = {"running": "正在做", "done": "做好了", "failed": "没有做成", "lost": "被中断了：进程停了，没有做完。"}
JOB_SIGNS = {"running": "…", "done": "✓", "failed": "✗", "lost": "！"}
BEGAN, TOOK = "{began} 开始", "，用了{took}"
MOMENT, SECONDS, MINUTES, HOURS = "不到1秒", "{seconds}秒", "{minutes}分{seconds}秒", "{hours}小时{minutes}分"

# What is kept.
KEEPING = "保存意见和没答上的问题"
KEEPING_HINT = (
    "默认不保存。打开以后保存两样：一，点了拇指的意见（好不好、原因、主题、省份、引用了哪几条）；二，没答上的问题按天、主题、省份的次数。"
    "问题和回答的原文，只有提问的人自己同意才保存，而且先遮住姓名、电话、证件号和单位名。不保存地址（IP）、浏览器和时间（只记到哪一天）。"
)
RETENTION = "保存多少天（到期自动删）"
KEPT_SAVED = "保存好了。现在{state}，{days} 天后自动删。"
STATE_ON, STATE_OFF = "打开着", "关着，什么都不保存"
COUNTS = "按主题和省份"
BARS = "红：没答上；黄：说不好"
COUNT_HEADERS = "主题", "省份", "没答上", "说不好", "说好"
VAIN_HEADERS = "日期", "主题", "省份", "结果", "次数", "问题（本人同意才有）"
SAID_HEADERS = "日期", "好不好", "原因", "结果", "主题", "省份", "引用", "问题（本人同意才有）", "回答（本人同意才有）"
SHEETS = {"counts": "按主题和省份", "unanswered": "没答上的问题", "complaints": "意见"}
STATUS = {
    "answered": "答了",
    "partial": "答了一部分",
    "clarify": "还差信息",
    "refused": "没答上",
    "hotline": "先保证安全",
}
GOOD, BAD = "好", "不好"
NOTHING_KEPT = "现在没有保存任何意见或问题。"
MOST_SHOWN = "只列出前 {most} 行，全部请下载。"
DOWNLOAD = "下载：{links}"
DOWNLOADS = (
    ("counts.csv", "统计 CSV"),
    ("unanswered.csv", "没答上的 CSV"),
    ("complaints.csv", "意见 CSV"),
    ("all.xlsx", "全部 Excel"),
)
ERASE_SURE = "我确定要删掉保存的全部意见和问题（删了找不回来）"
ERASE = "全部删掉"
NOT_SURE = "请先在上面打勾，表示确定。"
ERASED = "删掉了 {rows} 行。"
REFRESH = "刷新"
