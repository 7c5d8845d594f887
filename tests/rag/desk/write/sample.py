"""A paper and a deck as a provincial union would hand them out; made up for the tests, with every kind of block, tone and source."""

from __future__ import annotations

from datetime import date

from documents.model import Check, Kind, Level
from rag.desk.paper import (
    Box,
    Deck,
    Grid,
    Heading,
    Look,
    NewPage,
    Paper,
    Paragraph,
    Points,
    Said,
    Slide,
    Source,
    Tone,
)  # fmt: skip
from rag.model import Citation


def citation(
    title: str = "女职工劳动保护特别规定",
    article: str = "第七条",
    part: str = "第一款",
    quote: str = "女职工生育享受98天产假，其中产前可以休假15天",
    level: Level = Level.ADMINISTRATIVE,
    region: str = "全国",
    kind: Kind = Kind.ORIGINAL,
    check: Check | None = Check.COMPARED,
    in_force: bool | None = True,
    effective: date | None = date(2012, 4, 28),
    url: str = "https://www.gov.cn/zhengce/content/2012-05/07/content_7291.htm",
) -> Citation:
    return Citation(
        title, f"{title}#{article}", title, article, part, quote, level, region, kind, check, in_force, effective, url
    )


SOURCES = (
    Source(1, citation()),
    Source(2, citation(article="第六条", part="", quote="孕期干不了原来的活，单位应当凭医疗机构的证明给她减轻劳动量，或者另外安排她能够适应的劳动")),
    Source(3, citation(
        title="河南省人口与计划生育条例", article="第二十六条", part="", level=Level.LOCAL_LAW, region="河南省", kind=Kind.RESTATEMENT,
        quote="符合规定生育的，除国家规定的产假外，再增加产假三个月，给其配偶护理假一个月", check=Check.TWO_SOURCES,
        effective=date(2021, 12, 1), url="http://www.example.gov.cn/hn/tiaoli?id=1&v=2",
    )),
    Source(4, citation(
        title="某市总工会2025年女职工工作要点", article="三、（二）", part="", level=Level.UNION, region="某市", check=Check.WEAK, kind=Kind.RESTATEMENT,
        quote="计划新建爱心托管班若干个", effective=date(2025, 2, 10), url="",
    )),
    Source(5, citation(
        title="女职工保健工作规定", article="第十二条", part="", level=Level.NORMATIVE, in_force=None, effective=None, check=None,
        quote="对怀孕七个月以上的女职工应当给予工间休息或适当减轻工作", url="javascript:alert(1)",
    )),
    Source(6, citation(
        title="劳动法", article="第六十一条", part="", level=Level.LAW, kind=Kind.RESTATEMENT, effective=date(1995, 1, 1),
        quote="怀孕期间不得安排两类劳动：国家规定的第三级体力劳动强度的劳动，孕期禁忌从事的劳动",
    )),
)  # fmt: skip

_COMPARED = Grid(
    head=("事项", "国家规定", "本省规定", "本单位草案", "怎么看"),
    rows=(
        (Said("产假"), Said("98天，其中产前可以休假15天", (1,)), Said("在国家规定之外再增加三个月", (3,)), Said("98天"), Said("低于本省规定，应当补上增加的三个月", (1, 3), Tone.WARNING)),
        (Said("难产"), Said("增加产假15天", (1,)), Said("未另作规定"), Said("增加15天"), Said("等于法定标准")),
        (Said("多胞胎"), Said("每多生育1个婴儿，增加产假15天", (1,)), Said("未另作规定"), Said("没有写"), Said("未涉及，建议写明", (), Tone.STRONG)),
        (Said("夜班"), Said("怀孕7个月以上的，不得让她延长劳动时间，也不得安排夜班，并且应当在上班时间里安排一定的休息", (2,)), Said("同国家规定"), Said("怀孕7个月以上原则上不安排夜班"), Said("“原则上”留了口子，低于法定标准", (2,), Tone.WARNING)),
        (Said("托管班"), Said("—"), Said("工会计划新建若干个", (4,)), Said(""), Said("计划不是权利，不能写成单位的义务", (), Tone.NOTE)),
    ),
    widths=(1, 2.4, 2, 2, 2.4),
    caption="产假与孕期保护：草案与规定对照",
)  # fmt: skip

PAPER = Paper(
    title="孕期和产假保护：新任女工干部备课讲义",
    subtitle="四十分钟一课，句句有出处",
    facts=("适用地区：河南省", "库的日期：2026年11月1日", "讲课对象：新任女工干部，课时：40分钟"),
    blocks=(
        Heading(1, "一、这节课要讲清楚什么"),
        Paragraph((
            Said("女职工怀孕、生育和哺乳，用人单位不得因此降低工资、予以辞退、解除劳动或者聘用合同。", (2,)),
            Said("产假的天数由国家规定的98天加上本省增加的天数组成，", (1,)), Said("两者都要写进专项集体合同。", (3,), Tone.STRONG),
        )),
        Points((Said("说得出产假98天是哪一条规定的。", (1,)), Said("说得出本省增加多少、从哪一天起施行。", (3,)), Said("遇到“原则上不安排夜班”之类的说法，知道问题出在哪里，也知道怎样改；一时拿不准的，先记下来，查过原文再答，不凭印象报数字。", (2, 6)))),
        Heading(2, "（一）怎样讲"),
        Points((Said("先问：你们单位的产假写的是多少天？"), Said("再看条文，逐条对照。", (1,)), Said("最后练一练，把草案改过来。")), numbered=True),
        Heading(3, "1. 课堂上常问的"),
        Points((Said("孕期不能适应原来的岗位怎么办？", (2,)), Said("怀孕七个月以后还能不能加班？", (2,))), numbered=True),
        Box("案例：流水线上的小周", (
            Said("小周怀孕8个月，车间说“原则上不排夜班，但赶订单时除外”。"),
            Said("问：这样写行不行？", (), Tone.STRONG),
            Said("答：不行。怀孕7个月以上的，不得安排夜班劳动，没有“赶订单时除外”的例外。", (2,)),
        )),
        Box("要打的电话", (Said("工会维权热线12351；劳动保障监察12333。"),)),
        Heading(1, "二、草案与规定对照"),
        _COMPARED,
        Paragraph((Said("注意：工会计划写的是打算做什么，不能当作单位的义务来写。", (4,), Tone.WARNING), Said("（第十二条的效力没有核实，讲课时不要引用其中的数字。）", (5,), Tone.NOTE))),
        NewPage(),
        Heading(1, "三、建议怎样改"),
        Paragraph((
            Said("女职工怀孕7个月以上的，"), Said("原则上", (), Tone.REMOVED), Said("不安排夜班劳动"),
            Said("，也不延长劳动时间，并在劳动时间内安排休息", (2,), Tone.ADDED), Said("。"),
        )),
        Paragraph((Said("女职工生育享受98天产假，并享受本省增加的三个月。", (1, 3), Tone.ADDED),)),
        Points((Said("生育多胞胎的，每多生育1个婴儿，增加产假15天。", (1,), Tone.ADDED), Said("赶订单时除外。", (), Tone.REMOVED)), numbered=True),
        Grid(("项目", "数目"), ((Said("女职工人数"), Said("1,204")), (Said("其中孕期"), Said("=SUM(A1:A9)"))), caption="人数"),
    ),
    sources=SOURCES,
    notes=("本讲义不构成法律意见。", "库的日期是2026年11月1日，之后的修改没有收入。"),
)  # fmt: skip

LONG = "怀孕七个月以上的女职工，单位不得让她延长劳动时间，也不得安排夜班，并且应当在上班时间里安排一定的休息；上班时间去做产前检查的，用掉的时间算劳动时间，不得扣她的工资。"

DECK = Deck(
    title="孕期和产假保护",
    slides=(
        Slide(Look.COVER, "孕期和产假保护", (Said("新任女工干部培训 · 河南省"), Said("2026年11月 · 40分钟")), notes=(Said("先自我介绍，再说这节课讲什么。"),), minutes=1),
        Slide(Look.POINTS, "这节课讲三件事", (Said("产假有多少天，是哪几条规定加起来的", (1, 3)), Said("孕期哪些活不能安排", (2, 6)), Said("专项集体合同里怎样写")), notes=(Said("产假的天数由两部分组成。", (1, 3)),), minutes=2),
        Slide(Look.SECTION, "一、产假有多少天", (Said("国家98天，本省再加三个月", (1, 3)),)),
        Slide(Look.POINTS, "孕期保护的要点", tuple(Said(f"{n}．{LONG}", (2,)) for n in "一二三四五六七八"), notes=(Said(LONG, (2,)),), minutes=8),
        Slide(Look.TABLE, "草案与规定对照", (Said("看红字：低于规定的两处"),), table=_COMPARED, notes=(Said("逐行讲。", (1,)),), minutes=6),
        Slide(Look.CASE, "流水线上的小周", (
            Said("小周怀孕8个月，车间说“原则上不排夜班，但赶订单时除外”。"), Said("问：这样写行不行？", (), Tone.STRONG),
            Said("答：不行。怀孕7个月以上的，不得安排夜班劳动。", (2,)),
        ), notes=(Said("让大家先说，再给答案。"),), minutes=5),
        Slide(Look.QUIZ, "1. 怀孕7个月以上，单位可以安排夜班吗？", (Said("A. 可以，只要给补贴"), Said("B. 赶订单时可以"), Said("C. 不得安排", (), Tone.STRONG), Said("D. 本人同意就可以")), notes=(Said("答案：C。", (2,)),), minutes=2),
        Slide(Look.TABLE, "长表", table=Grid(("序号", "事项", "规定"), tuple((Said(str(n)), Said("产前检查"), Said(LONG, (2,))) for n in range(1, 13)), (0.6, 1.2, 6), "逐条")),
        Slide(Look.SOURCES, "出处"),
    ),
    sources=SOURCES,
    foot="某省总工会女职工部 · 不构成法律意见",
)  # fmt: skip
