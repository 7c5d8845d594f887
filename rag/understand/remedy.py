"""Which deadline a question asks about, if it asks whether there is still time."""

from __future__ import annotations

import re

_TIME = re.compile(
    r"还(?:能|可以|来得及|有)|来得及|时效|期限|过期|最(?:晚|迟)|晚不晚|着急|不急|几天(?:内|之内)|多久(?:内|之内)|什么时候(?:前|之前)|哪天(?:前|之前|到期)|截止|超(?:过)?(?:时|期)|太晚|过了"
)
# Where arbitration is not named, plainer words for time are needed: 被开除还能要赔偿吗 asks for something else.
_LATE = re.compile(r"来得及|时效|期限|过期|最(?:晚|迟)|晚不晚|着急|截止|超(?:过)?(?:时|期)|太晚")
_REMEDIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("对保护令裁定申请复议", re.compile(r"保护令.*(?:驳回|复议)|(?:驳回|复议).*保护令")),
    ("申请延长人身安全保护令", re.compile(r"保护令.*(?:到期|续|延长|有效)")),
    ("劳动能力再次鉴定", re.compile(r"(?:劳动能力|伤残|鉴定结论).*(?:再次|重新|不服|重做)")),
    (
        "不服仲裁裁决向法院起诉",
        re.compile(r"裁决书|仲裁.{0,6}(?:输|裁决|结果).*(?:起诉|法院|不服)|不服.{0,4}(?:仲裁|裁决)"),
    ),
    ("本人申请工伤认定", re.compile(r"工伤.*(?:认定|申请|申报|报(?!销))|(?:申请|认定|申报).{0,4}工伤")),
    ("向劳动保障监察投诉", re.compile(r"监察|(?:投诉|举报)(?!.*仲裁)")),
    (
        "离职后追讨拖欠的劳动报酬（仲裁）",
        re.compile(
            r"(?:拖欠|欠|没发|不给|克扣).{0,8}(?:工资|加班费|薪|劳动报酬).*(?:离职|辞职|不干了|走了)|(?:离职|辞职).*(?:拖欠|欠).{0,8}(?:工资|加班费|薪)"
        ),
    ),
    ("申请劳动仲裁", re.compile(r"仲裁|辞退|被辞|开除|解雇|解除.{0,4}合同|炒(?:了|鱿鱼)|劝退")),
)
_WAGES = re.compile(r"(?:拖欠|欠|没发|不给|克扣).{0,8}(?:工资|加班费|薪|劳动报酬)")


def remedy(text: str) -> str | None:
    """Return the event of the deadline (see `documents/rules/deadlines.csv`) that a question asks about; None where it asks none.

    Wages owed while the employment lasts know no such deadline: no event.
    """
    if not _TIME.search(text):
        return None
    found = next((event for event, pattern in _REMEDIES if pattern.search(text)), None)
    if found == "申请劳动仲裁" and (_WAGES.search(text) or not ("仲裁" in text or _LATE.search(text))):
        return None
    return found
