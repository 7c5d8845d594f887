"""All Chinese words of the page 备课."""

from __future__ import annotations

TITLE = "备课"
NOT_YET = "这一页还没有做。"
WILL = "以后在这里可以："
PLANS = (
    "按主题和时长生成备课包：讲稿、案例、测验，每句话都有出处，能存成 Word 和 PPT；",
    "比较各地、各年的工会计划；",
    "核对女职工权益保护专项集体合同的条款。",
)
NOW = "现在备课，可以先按主题查政策（括号里是几份文件）："
TOPIC = "{topic}（{count}）"
