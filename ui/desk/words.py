"""All Chinese words of the page 备课."""

from __future__ import annotations

TITLE = "备课"
INTRO = "给工会女职工干部用：做备课包、比较各地的计划、核对合同条款。每句话都能点开出处。想先看规定，到"
LIBRARY = "查政策"
LESSON, COMPARE, CLAUSES = "备课包", "计划比较", "条款核对"
KINDS = {"lesson": LESSON, "compare": COMPARE, "clauses": CLAUSES}  # by the name under which a job is written down

# What goes for all three.
BUSY = "你还有一件事正在做（备课包、比较或核对），请等它做完再试。填好的内容都还在。"
FULL = "现在做的人多，请过一会儿再试。填好的内容都还在。"
BROKEN_OFF = "上次做的{what}被中断了：程序停过，没有做完。请再做一次。"
FAILED = "抱歉，没有做成。填好的内容都还在，可以再试一次；还是不行，请把程序重新启动。"
NOT_SIGNED_IN = "登录已经过期，或者还没有登录。请重新登录再下载。"
GONE = "这份文件已经不在了（做好的比较和核对报告只留一小时；备课包可能已经删掉）。请回到备课页重新做一次。"
NOT_ADVICE = "不构成法律意见"
LIBRARY_OF = "资料库建于{built}（{digest}）"
DOWNLOAD = "下载："
SOURCES = "出处（{count}处）"
OPEN_SOURCE = "打开出处{number}：{name}"
NOTES = "说明"
SCROLLS = "{name}，可以左右滑动"
TABLE = "表格"
WORKING_BAR = "正在做"
BY_MODEL = "AI生成"

# 备课包
LESSON_HINT = (
    "写一个主题，选地方和时长，就做出讲稿、课件、讲义和测验。答案由本库的问答引擎按规定算，和职工自己来问时一样。"
)
TOPIC, TOPIC_HINT = "讲什么", "例如：孕期和产假保护"
KNOWN_TOPICS = "本库能讲的主题（括号里是几份文件），点一下就填进去："
MORE_TOPICS = "还有{count}个主题"
TOPIC_COUNT = "{topic}（{count}）"
PLACE, NATION = "在哪里讲", "只讲国家规定"
LENGTH, MINUTES, MINUTES_OF = "讲多久", "或者自己写分钟数（10到180）", "{minutes}分钟"
AUDIENCE, AUDIENCE_DEFAULT = "讲给谁听", "女职工工作干部"
AGREE = "同意，这次备课用"
NOT_AGREED = "用语言模型要先点「同意」；不用，就去掉上面的勾。"
NO_MODEL = "语言模型这次没有用上（连不上，或者它写的没有通过核对），措辞是本库自己的。"
MAKE = "做备课包"
MAKING = "正在查规定，写讲稿、课件、讲义和测验，大约要十几秒……"
MADE = "做好了：{points}个要点、{cases}个案例、{myths}种误解、{quiz}道题、{sources}处出处。下面可以看，也可以下载；备课包已经存在这台电脑上。"
PACK_TITLE = "{topic}（{place}，{minutes}分钟）"
FILES = (
    ("lecture", "讲稿.docx"),
    ("slides", "课件.pptx"),
    ("handout", "讲义.docx"),
    ("notes", "备课.md"),
    ("all", "全部（zip）"),
)
ZIP_NAME = "备课包.zip"
HANDOUT = "讲义（发给女职工）"
ANSWER, WHY = "看答案", "理由"
RIGHT = "答案：{right}"
WRONG_OPTION = "{letter}为什么不对：{why}"
APPENDIX = "附录"

KEPT_TITLE = "做过的备课包"
KEPT_NONE = "还没有做过备课包。"
KEPT_WHERE = "备课包存在这台电脑的数据文件夹里（lessons），只有登录的工作人员看得到。"
KEPT_FACTS = "{place}，{minutes}分钟，讲给{audience}；{made}做"
OPEN, DELETE, DELETE_SURE, DELETE_NOW = "打开看", "删掉", "删掉后找不回来，下载过的文件不受影响。", "确定删掉"
SAME, CHECKING = "没有变化", "还在核对有没有变"
CHANGED = "有{count}处变了"
CHANGED_HINT = "{where}：{what}，{now}"
DELETED = "「{topic}」的备课包已经删掉。"
NO_PACK = "这个备课包已经不在了，可能已经删掉。"
NOT_DELETED = "没有删成（{reason}）。请检查文件夹的权限，再试一次。"
OPENED = "打开的是{made}做的备课包，内容照当时写的；有没有变，看它在下面列表里的状态。"
OUTLINE, STATEMENTS, QUIZ = "时间安排", "讲的内容", "测验"
PART, PART_MINUTES = "环节", "分钟"
UNREADABLE = "读不了"

# 计划比较
COMPARE_HINT = "按主题对照各地、各年工会的安排、总结和报道，哪里写了、数字是多少、哪里没写到。"
PLACES, PLACES_HINT = "比哪些地方", "点一下选，可以选几个"
PAPERS = "比哪些材料（可以不选）"
TOPICS = "比哪些主题"
OTHER_TOPICS, OTHER_TOPICS_HINT = "别的主题（可以不写，按字面查）", "用逗号分开，例如：暑期托管，心灵关怀"
YEARS, YEARS_HINT = "年份（可以不写）", "例如：2023 或 2019-2020"
DO_COMPARE = "做比较"
COMPARING = "正在逐份材料找，大约要几秒……"
COMPARED = "比好了：{rows}份材料 × {topics}个主题，{filled}格有内容，{empty}格材料里没有写到；数字{figures}个。"
COMPARE_FILE = "计划比较"

# 条款核对
CLAUSES_HINT = "把女职工权益保护专项集体合同、员工手册等交上来，逐条和法律、本省规定比较。能读 docx、doc、wps、pdf、txt、md、html、xlsx，一份不超过20 MB。"
KEPT_SHORT = "合同不会留下：核对一做完，上传的文件就删掉（传了没有核对的，一小时后删掉）；核对报告只在内存里留一小时，关掉程序就没有了。"
FILE = "选一份合同"
PASTE, PASTE_HINT = "或者把合同的文字贴在这里", "第一条 ……"
PASTED = "贴上的文字"
DAY, DAY_HINT = "按哪一天有效的规定（不写就是今天）", "例如：2026-11-21"
CLAUSES_PLACE, CLAUSES_NATION = "单位在哪里", "只按国家规定"
WHOLE_NATION = "国家"
CHECK = "逐条核对"
CHECKING_CLAUSES = "正在读合同，逐条和规定比较……"
NOTHING_GIVEN = "还没有合同。请选一份文件，或者把文字贴在框里。"
BOTH_GIVEN = "文件和贴上的文字只能核对一样。请去掉一样再试。"
TOO_LARGE = "「{name}」有{size} MB，超过20 MB。请拆小，或者去掉里面的图片再试。"
TOO_LONG = "贴上的文字有{count}字，超过{most}字。请分几次核对，或者存成文件再上传。"
FILE_GONE = "上传的文件已经不在了，请重新选一次。"
CHECKED = "核对完了：《{name}》共{count}条，按{place}、{day}有效的规定。"
CHECKED_COUNT = "核对完了：共{count}条。"
COUNTS = "各有几条"
CLAUSE, ORIGINAL, PROPOSAL, BASIS = "第{number}段", "原文", "可以改成", "依据"
PAGE = "原件第{page}页"
CUT_OFF = "……（后略）"
GROUP = "{verdict}（{count}条）"
NONE_BELOW = "没有发现低于法定标准的条款。"
MISSING = "还没有写到的事（{count}项）"
NOTHING_MISSING = "应当写的事都写到了。"
REMARKS = "提醒"
REPORT = "核对报告.docx（带修订）"
REPORT_NAME = "条款核对报告"
VERDICT_SIGNS = {"低于法定标准": "↓", "等于法定标准": "＝", "高于法定标准": "↑", "未涉及": "—", "无法判断": "？"}
