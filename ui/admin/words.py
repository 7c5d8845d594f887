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
BUSY = "{who}，请等它做完再试。"
HOLDER = "「{who}」从 {since} 起正在重建或换回索引"
SOMEBODY = "有人正在重建或换回索引"
FAILED = "没有换成，页面还在用原来的索引。原因：{reason}"
NO_WRITE = "写不进数据目录（{reason}）。请检查权限和磁盘空间。"
BROKE_OFF = "建索引的程序中断了。"
OTHER_ENGINE = "现在的索引用的是 milvus，请在命令行用 python -m index build 重建，再重新启动。"
PUBLISHED = "新索引已经在用：{documents} 份文件，{provisions} 条，{built} 建。问一问、查政策现在就用它。"
WENT_BACK = "已经换回 {built} 建的索引：{documents} 份文件，{provisions} 条。"
NOTHING_BEFORE = "没有上一个索引可以换回：在管理页重建过一次以后才有；用命令行重建会删掉它。"
COMMAND_LINE = "命令行"
