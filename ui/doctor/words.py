"""Chinese words of `python -m ui doctor`."""

from __future__ import annotations

ABOUT = "检查安装、设置和索引，每项一行：✓ 没问题，！ 能用但请留意，✗ 要修；后面写着怎么修。"
CODES = "退出码：0 没有要修的，1 有要修的，2 有的检查做不了（例如缺程序包）。"
ONLINE = "也连一下配置的语言模型（只问它有哪些模型，不发任何问题）"
WHICH_PORT = "页面的端口（默认 7860）"
AS_JSON = "输出 JSON，给别的程序看"
SUMMARY = {
    0: "查了 {checks} 项，没有要修的。",
    1: "查了 {checks} 项，{mend} 项要修，见上面的 ✗。",
    2: "查了 {checks} 项，{mend} 项要修，有的检查没能做；请从第一个 ✗ 修起，再查一遍。",
}

PYTHON, PACKAGES, TORCH, VARIABLES, HOME, DISK = "Python", "程序包", "torch", "环境变量", "数据文件夹", "磁盘"
LOCKS, LIBRARY, INDEX, DATABASE, MODEL, CLOCK, PORT = "锁", "目录和文件", "索引", "数据库", "语言模型", "时钟", "端口"
OPTIONAL, CURRENT, ENGINE, TRIAL = "可选部分", "索引的新旧", "编码器和向量", "试问一句"

INSTALL = "请在项目文件夹里运行 make setup"
NO_PACKAGE = "缺程序包 {package}，这一项没法查"
NO_ACCESS = "打不开「{path}」（{reason}）"
CHECK_RIGHTS = "请检查这个文件夹的权限和磁盘空间"
BROKE = "检查本身出错了（{kind}）"
REPORT = "请把这一行告诉开发者"

OLD_PYTHON = "现在是 {version}，要 3.11 或更新的"
MEND_PYTHON = "请用新的 Python 重新安装：make PYTHON=python3.12"
ALL_THERE = "{count} 个都在，版本合适"
MISSING = "没有装：{names}"
UNSUITABLE = "版本不合：{names}"
CPU, GPU = "CPU 版 {version}", "带显卡支持的 {version}：能用，只是多占几个 GB 磁盘"
NO_TORCH = "没有装"

NONE_SET, ALL_RIGHT = "没有设 NIANGJIA_ 开头的变量（可以不设）", "设了 {names}"
TYPO = "不认识 {name}，是不是 {near}？"
UNKNOWN = "不认识 {name}，没有起作用"
RENAME = "请改名或去掉"
WRONG_URL = "{name} 不是数据库的地址"
URL_LIKE = "应为 postgresql+psycopg://用户@主机/库名 这样"

NO_HOME = "「{path}」还没有，第一次运行时会建"
HOME_IS_FILE = "「{path}」不是文件夹"
MOVE_AWAY = "请移走这个文件，或用环境变量 NIANGJIA_HOME 指定别的文件夹"
NOT_WRITABLE = "写不进「{path}」（{reason}）"
OPEN_TO_WRITE = "「{path}」别的用户也能改"
CLOSE = "请运行 chmod go-w '{path}'"
OPEN_STORE = "「{path}」别的用户也能读，里面有登录和反馈"
CLOSE_STORE = "请运行 chmod 600 '{path}'"
HOME_FINE = "「{path}」能写"

SPACE, LITTLE, FULL = "还有 {free:.1f} GB", "只剩 {free:.1f} GB", "只剩 {free:.2f} GB，建索引要 {need:.1f} GB"
MAKE_ROOM = "请腾出磁盘空间"

CLOCK_FINE = "现在是 {now}"
CLOCK_PAST = "现在是 {now}，比程序自己的日期 {built} 还早"
INDEX_FUTURE = "索引是 {built} 建的，比现在（{now}）还晚"
SET_CLOCK = "请把系统时间对准；规定的有效日期是按它算的"

PORT_FREE = "{port} 空着"
PORT_OURS = "{port} 上页面正在运行"
PORT_TAKEN = "{port} 被别的程序占用"
OTHER_PORT = "请换一个：python -m ui --port {other}"

HAVE = "{what}有"
LACK = "没有装 {what}：{use}"
OFFICE, OFFICE_FOR = "LibreOffice", "doc、wps、rtf、odt、xls 读不了（docx、pdf、xlsx 照读）"
OCR, OCR_FOR, OCR_GET = "文字识别", "扫描件和图片读不了", "python -m pip install -e '.[ocr]'"
CHROMIUM, CHROMIUM_FOR, CHROMIUM_GET = "Chromium", "只有浏览器测试和截图要用", "apt-get install chromium"
FONT, FONT_FOR, FONT_GET = "中文字体", "转成图片、截图时汉字是方块", "apt-get install fonts-noto-cjk"
MODEL_PART, MODEL_FOR, MODEL_GET = (
    "语言模型的接口",
    "不能用模型改写回答（不用模型照样答）",
    "python -m pip install -e '.[llm]'",
)
NEEDED = "要用就运行 {get}"

NO_LOCKS = "没有人在改目录或索引"
HELD = "「{path}」有程序拿着{who}：{what}"
ADDING, CHANGING, OTHER_WORK = "正在加文件", "正在重建或换回索引", "正在写"
WAIT = "等它做完就好；一直不完，请看看是不是卡住了"
STALE = "「{path}」是没做完就停下的程序留下的，没有人拿着"
REMOVE = "可以删掉：rm -r '{path}'"

LIBRARY_FINE = "{documents} 份文件都读得出、和目录对得上"
OWN_FINE = "{documents} 份文件都读得出、和目录对得上，其中自己的 {own} 份"
MORE = "（还有 {count} 处）"
SEE_CHECK = "请运行 python -m documents check 看全部，改好再查"

NO_INDEX = "还没有建"
BUILD = "请运行 python -m index build"
INDEX_FINE = "{documents} 份文件、{provisions} 条，{built} 建；{files} 个文件逐个核对过"
STALE_INDEX = "目录里的文件改过，索引还是旧的"
CURRENT_FINE = "和目录里的文件一致"
ENGINE_FINE = "编码器 {encoder} 和索引是同一个，{engine} 里 {rows} 行都在"
FILE_HELD = "milvus 文件「{path}」正被另一个程序打开着，没能查"
FILE_HELD_LOOK = "是页面开着就没事；要查就先停下页面。要同时用，请用 milvus 服务器"
TRIAL_FINE = "答得出，{citations} 个出处，用时 {ms:.0f} 毫秒"
TRIAL_BAD = "「{question}」答成了 {status}，没有出处"
TRIAL_QUESTION = "我在河南，产假多少天？"
TRIAL_LOOK = "自己的索引里可能没有这条规定；用的是本库就请重建：python -m index build"

NO_STORE = "还没有，第一次打开页面时会建"
STORE_FINE = "打得开，表是版本 {version}"
STORE_BROKEN = "打不开（{reason}）"
STORE_MEND = "请检查 {where}；文件坏了就从备份恢复，没有备份就移走它，登录和反馈会重新开始"
STORE_VERSION = "表是版本 {there}，程序要版本 {wanted}"
STORE_SAME = "请用同一版本的程序打开，或先备份再换一个数据库"
STORE_DAMAGED = "文件坏了（{reason}）"

NO_MODEL = "没有配置（不用模型也能答）"
MODEL_SET = "配置了 {host} 的「{model}」；要试试连不连得上，请加 --online"
MODEL_FINE = "{host} 连得上，有「{model}」"
MODEL_LACKS = "{host} 连得上，但没有「{model}」，有的是：{there}"
MODEL_NAME = "请改 NIANGJIA_LLM_MODEL"
MODEL_FAILED = "{host} 连不上（{reason}）"
MODEL_MEND = "请检查 NIANGJIA_LLM_BASE_URL、NIANGJIA_LLM_API_KEY 和网络"
