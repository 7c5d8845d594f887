"""Chinese words of the page 审定."""

from __future__ import annotations

HINT = (
    "在这里审定一个回答：以后有人问同样的话、同样的地方，就给审定过的回答，标明谁（只写角色）、哪天审定。"
    "引用的条文一变，它自己失效，改给新算的回答。"
)
ASKED, ASKED_HINT = "问题", "像女职工那样问，例如：我在河南，产假多少天？"
PLACE, PLACE_HINT = "所在地（可以不填）", "如 河南 或 苏州市"
KEPT = "从没答上的问题和意见里取（本人同意留下的才有）"
LOOK = "查回答"
SAID = "结论（可以改；改了就要至少有一条出处，数字、期限、应当和可以都要在出处里）"
SOURCES = "出处（打勾的算数）"
MORE, MORE_HINT, FIND = "再找条文", "写几个词，如 哺乳时间 工资", "找"
NONE_FOUND = "没有找到。换几个词再试。"
ROLE, ROLE_HINT = "审定人的角色（不写姓名）", "如 省总工会女职工部"
APPROVE = "审定"
APPROVED = "审定好了。以后问「{question}」就给这个回答，标「{role} {day} 审定」。"
NOTHING_ASKED = "还没有写问题。"
NOT_OURS = "这一问不能审定：{why}"
NOT_OURS_WHY = {
    "danger": "提问的人可能有危险，永远先给求助电话。",
    "outside": "不在本库的范围里，或者有一部分不在。",
    "day": "问的是过去或别的日期的规定，审定只管今天。",
}
NO_ANSWER = "现在没有答上。可以自己写结论，再选出处，然后审定。"
TABLE = "这个回答是一张比较的表，跟着资料变，不能原样审定。可以自己写结论，再选出处。"
NOT_AS_IS = "这个回答不能原样审定：{why}。可以改写结论，只写条文里有的。"
NOT_KNOWN = "选的出处在现在的索引里找不到，请重新查一次。"
FAULTS = "没有审定。下面这些话没有出处，请改结论或另选出处："
BAD_ROLE = "角色要有2到30个字，写部门或职务，不写姓名和电话，如 省总工会女职工部。"
UNSURE_QUESTION = "这个问题里有个人信息，去掉以后和原来的意思不同了。请写成不带姓名、电话、单位名的一般问法。"
LISTED = "审定过的回答"
NOTHING = "还没有审定过的回答。"
STATES = {"审定": "有效", "撤回": "已撤回", "失效": "已失效"}
EXPIRED = "已失效：{why}"
DAMAGED = "已损坏：{why}"
READ_OTHERWISE = "程序读问题的办法变了，这个问法对不上原来审定的那一问"
BY = "{role}，{day}"
EDITED, AS_IS = "改写过", "原样"
HISTORY = "经过（{count}次）"
WHICH = "选一条"
WITHDRAW, AGAIN, REFRESH = "撤回", "再审定", "刷新"
WITHDRAWN = "撤回了「{question}」。以后给新算的回答。"
NOT_CHOSEN = "请先选一条。"
NOT_STANDING = "这一条现在没有在用，不用撤回。"
BASIS = "依据"
MOST_SHOWN = "只列出最近 {most} 条。"
