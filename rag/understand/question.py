"""Understand a question without a model: normalise, mask, find place, day, topic, what is asked for, and danger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

from documents.region import Region, find_regions
from rag.model import Question, Request, Risk, Turn
from rag.understand import outside
from rag.understand.facts import asks_retirement, born, happened
from rag.understand.privacy import mask
from rag.understand.remedy import remedy

LONGEST = 2000
# Topics whose figure differs by province, with the label of the province's summary that holds it.
TOPICS: dict[str, re.Pattern[str]] = {
    "流产假": re.compile(r"流产|小产|清宫|胎停|引产|宫外孕|没保住"),
    "护理假（陪产假）": re.compile(
        r"陪产|护理假|(?:老婆|媳妇|爱人|妻子|我俩口子).{0,6}(?:生|产).{0,14}(?:请|休|假|几天|多少天)|男方.{0,4}假|老公.{0,8}(?:假|休)|丈夫.{0,8}(?:假|休)|爸爸.{0,6}假|陪护假|看护假"
    ),
    "育儿假": re.compile(
        r"育儿假|(?:在家)?带(?:娃|孩子|宝宝)的?.{0,3}(?:假|那种假)|育儿.{0,2}休假|(?:孩子|娃|宝宝|小孩)(?:[一二两三]|[123])岁.{0,14}(?:每年|一年).{0,4}(?:几天|啥|什么|多少天).{0,2}假?|每年还有(?:啥|什么|几天)假"
    ),
    "婚假": re.compile(r"婚假|结婚.{0,6}(?:假|休)"),
    "哺乳时间": re.compile(r"哺乳|喂奶|母乳|吸奶|背奶|挤奶|[吃喂]我?的?奶(?!粉|瓶)|奶(?:娃|孩子)"),
    "经期": re.compile(r"痛经|经期|生理期|例假|月经|大姨妈"),
    "产假": re.compile(
        r"产假|生育假|生(?:[一二三]|头|第[一二三]个?)(?:胎|孩).{0,8}(?:休|天)|生(?:完|了|下)?(?:孩子|娃|宝宝|小孩).{0,8}(?:休|假|歇)|休.{0,4}产|坐月子|延长假|奖励假|"
        # without the word itself: a birth, then a leave or a figure that a leave may have
        r"(?:[一二三头]胎|胞胎|龙凤胎|剖[腹宫妇]|顺产|难产|产钳|[一二三]宝|怀了俩|生(?:的是)?第[一二三]个|第[一二三]个(?:小孩|孩子|娃)).{0,24}(?:假期|批假|几天假|[少多]休|[歇休].{0,2}(?:几天|多少天|多久)|(?<!\d)1[2-9]\d(?!\d))"
    ),
}
_DAYS = re.compile(
    r"多少天|几天|多久|多长|(?:休|请|放|假)几个月|天数|一共|总共|能休|可以休|休多|多少日|有假|有没有|几周|只有|只给|只批|\d天?还是\d|给不给.{0,3}假|假.{0,3}(?:合计|加起来)|(?:给|批|按|有|保|是|到)(?:了|我)?1[2-9]\d(?!\d)|1[2-9]\d天.{0,4}(?:对|吗|不)|能歇|歇(?:多|几)|"
    r"(?:给|批|按|说是?)(?:了|我)?(?:国家|规定|法律|上面|\S{2}省)?的?\d{2,3}天|\d天.{0,4}还是.{0,2}\d+天|[能可]以?(?:用|休|请|喂)到什么时候|最后一天|啥假|几天假?$|几个?(?:小时|钟头)|(?:小时|钟头|钟)还是|(?:休|歇)到.{0,3}(?:多少|几)"
)
SLOTS: dict[str, re.Pattern[str]] = {
    "难产": re.compile(r"难产|产钳|胎吸|臀位"),
    "剖宫产": re.compile(r"剖[腹妇宫]产|剖的|剖了|顺转剖|挨了?一刀"),
    "多胞胎": re.compile(
        r"双胞胎|多胞胎|三胞胎|龙凤胎|双胎|多胎|怀了?俩|双生|生了?俩|生下来(?:是)?[两俩仨三]个?|一次生了?[两俩三仨]|[两俩仨2二三]个?(?:娃|孩子|宝宝|小孩)?.{0,2}一(?:起|块|次)(?:生|出生)"
    ),
    "节假日": re.compile(r"节假日|法定假|春节|国庆|五一|周末|双休|顺延"),
    "二孩": re.compile(r"二胎|二孩|二宝|二娃|第二个|老二|两个孩子"),
    "三孩": re.compile(r"三胎|三孩|三宝|三娃|第三个|老三"),
}
_MONEY = re.compile(r"津贴|工资|钱|报销|待遇|社保|保险|生育险|补偿|赔|扣|发放|补助|奖金|绩效")
_IS_IT_DIFFICULT = re.compile(r"(?:算|就是|属于|是不是|等于|当成|按).{0,3}难产")
# A claim about such a leave, by its days or the child's age: 育儿假10天怎么申请, 说到3岁就没了.
_AGE_OR_DAYS = re.compile(r"\d天|(?:\d|[一二三四五六七])周?岁")
# A number that a maternity leave may have.
_CLAIMED = re.compile(r"(?<!\d)(?:1[2-9]\d|2[0-4]\d)(?!\d|元|块)")
# A follow-up that asks what to do, not again how many days.
_WHAT_NOW = re.compile(r"咋办|咋整|怎么办|怎么弄|找谁|找哪|去哪|投诉|举报|告他|能告|咋维权|怎么维权|不给|不批|不认")
_PLAIN_DAYS = re.compile(r"多少天|(?<![那这])几天|多久|天数|多长时间")
_OWN_MATERNITY = re.compile(
    r"(?<![陪流])产假.{0,3}(?:和|、|与|跟)|(?:和|、|与|跟).{0,2}(?<![陪流])产假|(?<![陪流])产假(?:多少|几|多久)"
)
_HISTORY = re.compile(
    r"以前|过去|原来|旧|早年|当年|历史上|曾经|废止(?:了|前)|19\d\d年|是不是(?:已经)?(?:废止|失效|作废)"
)
_DAY = re.compile(r"((?:19|20)\d\d)[年./-](\d{1,2})(?:[月./-](\d{1,2})日?)?")
# Signs of a question about union papers. One strong sign, or two weak ones, make it one; law is looked at as well (see answer.py).
_PLAN_STRONG = re.compile(
    r"工作要点|要点里|工作意见|工作总结|工作安排|工作计划|总工会|女职委|(?:教科|科教)[文卫体]|省总|市总|全总|会聚良缘|玫瑰书香|书香三八|康乃[馨欣]|提素建功|幸福关爱|智慧女工|"
    r"多少场|几场|多少期|多少人次|人次还是|哪个季度|[一二三四几]季度|执委会|女职工委员会(?:顾问|主任|副主任|常委)|牵手率|中通|苏工女|妈[咪妈]小屋|红娘|流动妈咪|巾帼标兵|四大.{0,4}品牌"
)
_PLAN_WEAK = re.compile(
    r"(?:19|20)\d\d年?的?(?:总结|要点|计划|安排|工作)|20[12]\d|托管|婚恋|交友|联谊|读书|巾帼|劳模|工匠|竞赛|表彰|荣誉|品牌|牌子|创新工作室|关爱室|母婴室|顾问|各地|各市|哪些地方|哪个省|哪个市|全省|全市|"
    r"宣讲|家风|课堂|志愿|服务站|展播|换届|培训班|干部培训|筛查了|一共筛|指标|名额|典型|经验|做法|调研|专项行动|要约|女会员|女职工组织|工会.{0,6}(?:打算|安排|举办|开展|组织|推进|建设|做了)|今年.{0,6}工会|PPT|材料里"
)
# What a plan may be asked about, with a word of its own for where: such a question needs none before it.
_PLAN_MATTER = re.compile(
    r"(?:各地|各市|各省|哪些地方|哪个[省市]|总工会|省总|市总|全总).*(?:托管|托育|婚恋|交友|读书|竞赛|工作室|母婴|两癌|普法|培训|关爱)"
)
_RIGHT = re.compile(
    r"我|老板|公司|单位|厂|辞退|开除|工资|赔|合法|违法|能不能|可以吗|对吗|怎么办|权利|法律|规定|算不算|有权|应该|应当|几天|多少天"
)
# An inside part worth answering beside an outside one.
_ASKS = re.compile(r"假|孕|产|哺乳|辞退|工资|津贴|合同|仲裁|加班|夜班|骚扰|家暴|退休|社保|工会|赔|补偿|歧视")
_PAST = re.compile(r"以前|从前|上个?月|去年|前年|最近没|过去|曾经|早就|之前")
_PROOF = re.compile(r"怎么证明|证据|取证|举证|算不算家暴|算家暴")
_NOW = re.compile(r"正在|现在|这会儿|刚刚?|又")
_NOT_NEEDED = re.compile(r"没有?(?:医学|手术)?指征|自己要求剖|怕[疼痛].{0,6}剖|剖.{0,6}怕[疼痛]")
# Another's place, or where one does not work: 户口在山西, 同事上海来的.
_NOT_HERS = r"(?:户口|户籍|老家|同事|同学|朋友|闺蜜|亲戚|邻居|网友)(?:是|在|的|说)?"
_NOW_VIOLENCE = re.compile(
    r"正在.{0,6}(?:打|砸|踹|追|掐|撞|拿刀|强)|(?:现在|刚刚?|又).{0,10}(?:打我|打了我|掐我|掐住|[砸踹撞].{0,4}门|拿着?.{0,2}刀|要杀|追着|强暴|强奸|摸我)|[砸踹撞](?:我|着|了)?.{0,4}门|乱摸|反锁.{0,20}(?:贴|抱|摸|亲|压|扑)|往我身上(?:贴|蹭|扑|压)|按(?:在|着|住)我?|按仓库|(?:这会儿|现在|还在).{0,6}(?:堵|门口|跟着|跟踪|等我)|不敢下班|要(?:杀|打死|弄死|砍)(?:我|了我|孩子|人)|救命|救救我|同归于尽|泼硫酸|毁容|掐(?:我)?脖子|撕我?衣服|强行(?:抱|亲|拖|拉)|拖进|(?:不让|不准)我(?:走|出门|离开).{0,10}(?:现在|锁|打)|把我(?:锁|关|绑)|拿(?:着|起)?(?:菜刀|刀(?!具)|棍|酒瓶|剪刀|锤)|我(?:在|还在)?流血|"
    r"被(?:他|老公|丈夫|男朋友|前夫|老板|主管).{0,6}(?:打得|打伤|打了|打出血|掐|关在|锁在|囚禁|绑|强奸|强暴)|(?:堵|守)在(?:我|宿舍|家).{0,3}门口|(?:他|老公|丈夫|前夫|男友|男朋友).{0,8}(?:拿刀|打我|砸门|踹门|威胁.{0,4}(?:杀|弄死))|不敢(?:回家|出门)"
)
_SELF_HARM = re.compile(
    r"(?:阳台|楼顶|天台|窗台|窗户|桥)上?.{0,12}(?:跨出去|跳|翻出去|迈出去|一脚)|活着(?:没|还有什么)意(?:思|义)|撑不下去|不想在这个世界|想从楼上|站在楼顶|(?:吃|吞|买).{0,6}安眠药|自残|想跳(?:下去|河|江)|解脱算了|不想活|活不下去|自杀|轻生|想死|去死|一了百了|跳楼|割腕|结束(?:自己的)?生命|不如死"
)
_TRAINING = re.compile(
    r"培训|讲座|讲课|课件|备课|案例|宣传|普法|预案|制度|流程|员工.{0,6}说|教案|测验|总结|一般|哪些形式|定义|什么是|包括哪些"
)
_WORD = re.compile(r"[\w\u4e00-\u9fff]")
_MASKED = re.compile(r"(?:我叫|姓名|身份证号?|手机号?|电话)?〔[^〕]*〕[，,的]?")
_CHAT = re.compile(
    r"^(?:你好|您好|在吗|嗨|哈喽|hello|hi|谢谢|多谢|感谢|再见|拜拜|你是谁|你叫什么|你能做什么|你会什么|早上好|晚上好)[\W]*(?:你好|您好|你是谁|啊|呀|了)?[\W]*$",
    re.IGNORECASE,
)
_TURNS_READ = 2
_ORDERS = frozenset({"二孩", "三孩"})
_FOLLOW_UP = re.compile(r"^(?:那|如果|要是|换成|换作|还有|另外|再问|同样)|呢[？?]?$")


def understand(
    asked: str,
    history: Sequence[Turn] = (),
    regions: tuple[Region, ...] = (),
    as_of: date | None = None,
    today: date | None = None,
) -> Question:
    """Read a question.

    Parameters: the words as typed; the turns before it, oldest first; the region and the day the asker chose (they win
    over what the words say). Returns the understood question; never raises for odd input.
    """
    today = today or date.today()
    clean, masked = mask(_normalise(asked)[:LONGEST])
    noticed = [f"已隐去：{'、'.join(masked)}"] if masked else []
    if len(asked) > LONGEST:
        noticed.append(f"问题有{len(asked)}字，只读了前{LONGEST}字")
    before = [mask(_normalise(turn.content)[:LONGEST])[0] for turn in history if turn.role == "user"]
    whole = clean
    if before and _goes_on(clean):
        whole = " ".join([*before[-_TURNS_READ:], clean])
        noticed.append("接着前面的问题理解")
    places = regions or _own(clean, find_regions(clean))
    if not places:
        places = next((found for text in reversed(before) if (found := find_regions(text))), ())
        if places:
            noticed.append(f"地区沿用前面说的{places[0].name}")
    day, why = (as_of, "") if as_of else _day(clean, today)
    if why:
        noticed.append(why)
    inside, left_out = outside.split(clean, today)
    if inside and left_out and _ASKS.search(inside):
        whole = inside
        noticed.append(f"有一部分在范围外（{left_out}），只答其余部分")
        request = _request(inside)
    else:
        request = Request.OUTSIDE if left_out else _request(whole)
    if not _WORD.search(clean) or _CHAT.match(clean):
        request = Request.CHAT if _CHAT.match(clean) else Request.EMPTY
    slots = frozenset(name for name, pattern in SLOTS.items() if pattern.search(whole))
    if corrected := {name for name in _ORDERS if SLOTS[name].search(clean)}:  # 那三胎呢: no longer the second
        slots = slots - _ORDERS | corrected
    if "剖宫产" in slots and (_IS_IT_DIFFICULT.search(whole) or _NOT_NEEDED.search(whole)):  # asked, not told
        slots -= {"难产"}
    topics = _topics(clean, slots) or _topics(whole, slots)
    days = _asks_days(clean, whole, topics, places)
    if request is Request.PLAN and topics and days and not _PLAN_STRONG.search(whole):
        request = Request.RIGHT  # a year beside a leave is a birth's
    return Question(
        asked=clean,
        search=_MASKED.sub(" ", whole).strip() or whole,
        regions=tuple(places),
        as_of=day,
        request=request,
        topics=topics,
        slots=slots | ({"天数"} if days else set()),
        risk=_risk(clean),
        outside=left_out,
        noticed=tuple(noticed),
    )


def _own(text: str, found: tuple[Region, ...]) -> tuple[Region, ...]:
    """Of several places that a question names, those that are not said to be another's, or only the asker's household's."""
    if len(found) < 2:
        return found
    others = {r for match in re.finditer(_NOT_HERS + r"(?P<rest>.{2,4})", text) for r in find_regions(match["rest"])}
    return tuple(r for r in found if not any(o.applies_to(r) or r.applies_to(o) for o in others)) or found


def _goes_on(text: str) -> bool:
    """Whether a question goes on from the turns before it: it says so, or it names no subject of its own."""
    own = _ASKS.search(text) or _PLAN_MATTER.search(text) or any(p.search(text) for p in TOPICS.values())
    return bool(_FOLLOW_UP.search(text)) or not own


def _topics(text: str, slots: frozenset[str]) -> tuple[str, ...]:
    """The kinds of leave asked about, the special ones first; 产假 beside another only where it is named apart."""
    topics = [name for name, pattern in TOPICS.items() if pattern.search(text)]
    if "产假" in topics and len(topics) > 1 and not _OWN_MATERNITY.search(text):
        topics.remove("产假")
    if not topics and slots & {"难产", "剖宫产", "多胞胎"} and re.search(r"天|假|休|半个月|个月", text):
        topics = ["产假"]
    return tuple(topics)


def _asks_days(text: str, whole: str, topics: tuple[str, ...], places: Sequence[Region]) -> bool:
    """Whether a number of days is asked for: in words, or by naming little more than a leave and a place."""
    if _MONEY.search(text) or (_WHAT_NOW.search(text) and text != whole):
        return bool(_PLAIN_DAYS.search(text))
    if _AGE_OR_DAYS.search(text) and set(topics) & {"育儿假", "护理假（陪产假）", "婚假"}:
        return True
    if "产假" in topics and _CLAIMED.search(text):
        return True
    bare = len(whole) <= 12 + 4 * len(places)
    return bool(_DAYS.search(whole)) or (bool(topics) and bare)


@cache
def _simplify() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def _normalise(text: str) -> str:
    """Fold full-width forms and traditional characters, drop control characters, join white space."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co") else c for c in text)
    return _simplify()(re.sub(r"\s+", " ", text).strip())


def _request(whole: str) -> Request:
    strong, weak = len(_PLAN_STRONG.findall(whole)), len(set(_PLAN_WEAK.findall(whole)))
    if (strong and (strong > 1 or weak or not _RIGHT.search(whole))) or weak > 1 or (weak and not _RIGHT.search(whole)):
        return Request.PLAN
    return Request.RIGHT


def is_ours(text: str) -> bool:
    """Whether a text names what this library is about."""
    return bool(_ASKS.search(text))


def about_training(text: str) -> bool:
    """Whether a message is about a lesson, a rule or a definition, and tells nothing of its own."""
    return bool(_TRAINING.search(text))


def about_now(text: str) -> bool:
    """Whether what a message tells may be going on: its words speak neither of the past nor of proof alone."""
    return not (_PAST.search(text) or _PROOF.search(text)) or bool(_NOW.search(text))


def _risk(text: str) -> Risk | None:
    if about_training(text):
        return None
    if _SELF_HARM.search(text):
        return Risk.SELF_HARM
    return Risk.VIOLENCE if _NOW_VIOLENCE.search(text) and about_now(text) else None


def _day(text: str, today: date) -> tuple[date | None, str]:
    """The day whose law is asked about: a full date in the past, else today; None where history is asked about.

    A birth in a question about retirement, and what a deadline starts from, are no such days.
    """
    if (asks_retirement(text) and born(text)) or (remedy(text) and happened(text, today)):
        return today, ""
    for match in _DAY.finditer(text):
        if not match[3]:
            continue
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
        if day <= today:
            return day, f"按{day.isoformat()}当时有效的规定"
    if _HISTORY.search(text):
        return None, "问的是过去的规定，没有按现行有效筛选"
    return today, ""
