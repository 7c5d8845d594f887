"""All Chinese words of the page 评测."""

from __future__ import annotations

TITLE = "评测"
INTRO = "用题集检查回答的质量：看以前的结果，跑一个题集，比较两次的差别。题集和指标的含义见报告。"
RUNS = "以前的运行"
NO_RUNS = "还没有做完的运行。在下面选一个题集，按「开始」。"
REFRESH = "刷新"
HEADS = ("时间", "题集", "题数")
REPORT = "报告"
OPEN_REPORT = "打开报告"
OPEN_REPORT_OF = "打开 {name} 的报告，在新的页面"
MEASURES = {"facts": "事实召回", "clean": "无矛盾", "cite_recall": "引用召回", "status": "状态正确"}
INTERVAL = "小字是 95% 区间。"
NOT_DONE = "没有做完"
UNREADABLE = "读不了，文件可能坏了"
HOLDOUT = "（留出的题）"
START_TITLE = "跑一个题集"
SUITES = "题集（可以选几个）"
SUITE = "{said}{name}（{count} 题）"
SAID = {
    "careful": "该拒答该求助 ",
    "claims": "听来的说法 ",
    "compare": "各地比较 ",
    "leave": "假期天数 ",
    "multi-turn": "接着问 ",
    "plans": "工会计划 ",
    "retrieval": "找条文 ",
    "rights": "权益问答 ",
    "strangers": "外面的人问 ",
}
START = "开始"
STOP = "停止"
IDLE = "现在没有在跑的题集。"
BEGINNING = "正在开始……"
RUNNING = "正在跑 {name}：{done} / {total} 题"
FINISHED = "{name} 做完了，在上面的列表里。"
STOPPED = "{name} 已经停下。"
FAILED = "{name} 没有做完，原因见下面的输出。"
OUTPUT = "输出"
PROGRESS = "进度"
BUSY = "已经有一个题集在跑，请等它做完，或先停止它。"
NO_SUITE = "请先选一个题集。"
UNKNOWN_SUITE = "没有题集「{name}」。"
COMPARE_TITLE = "比较两次运行"
EARLIER, LATER = "先前的（A）", "后来的（B）"
COMPARE = "比较"
PICK_TWO = "请选两次不同的运行。"
BAD_NAME = "没有这次运行。请按「刷新」再选。"
SAME = "没有变差的题。"
WORSE = "变差的题"
WHOLE = "全部结果"
SLOW = "超过 {seconds} 秒没有做完，已经停下。请在终端里运行 python -m evals。"
NOT_MADE = "报告没有写成：{reason}"
NOT_SIGNED_IN = "登录已经过期，或者还没有登录。请重新登录再打开报告。"
NO_REPORT = "没有这次运行的报告。请回到评测页，从列表里打开。"
