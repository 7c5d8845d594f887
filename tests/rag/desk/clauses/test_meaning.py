"""A protected situation tied to what harms her is below the law, in whatever words; a denial or a lawful consequence is not."""

import re
from datetime import date
from pathlib import Path

import pytest

from documents.region import Region, parse_region
from evals.clauses.gold import load_halves
from evals.clauses.run import _reports
from evals.clauses.score import score_half
from rag import Assistant
from rag.desk.clauses import Verdict, check_paper, check_text
from rag.desk.clauses.law import rows
from rag.desk.clauses.meaning import effects, expand

DAY = date(2026, 11, 21)
DEV = Path(__file__).parents[4] / "evals" / "clauses" / "papers" / "dev"


def below(assistant: Assistant, text: str, place: str = "") -> bool:
    regions: tuple[Region, ...] = (parse_region(place),) if place else ()
    return bool(check_text(assistant, "x", text, regions, DAY).of(Verdict.BELOW))


@pytest.mark.parametrize(
    "text",
    [
        "休产假人员不参与当年年终奖分配。",
        "怀孕女职工，每班工间休息时间从应得工时中核减。",
        "孕妇需要减轻工作的，先用个人年假或调休，用完再谈。",
        "公司不设哺乳时间，改为每月发放三百元哺乳补贴。",
        "产检每月给一次，多出的次数请员工自己换班。",
        "员工怀孕期间请假累计超过十五天的，视为自动离职。",
        "未婚生育的，不享受产假待遇，所休天数按旷工计。",
        "试用期女员工如发现怀孕，视为不符合录用条件。",
        "经期女工不得以此为由拒绝下冷水作业。",
        "孕期女职工确需进入密闭空间作业的，单次不超过二十分钟。",
        "员工在产假期间参加晋升评审的，职级评审统一顺延一年。",
        "女职工怀孕需提前三个月向人事报备，同一班组同时怀孕不得超过一人。",
        "三八节当天女员工照常上班，以一份礼品代替放假。",
        "新进工人先交三百元保证金，做满一年凭收据退还。",
        "试用期一律六个月，合同期两年。",
        "女职工在月经期，不安排第三级以上的冷水作业。",
    ],
)
def test_what_harms_her_is_below(assistant: Assistant, text: str) -> None:
    assert below(assistant, text)


@pytest.mark.parametrize(
    "text",
    [
        "公司不得以女职工怀孕、休产假为由调整其岗位、降低其工资。",
        "任何部门不得因产假取消女职工年终奖，违反的追究部门负责人责任。",
        "厂里不会因为你怀孕、生小孩、喂奶就炒你或者减你工资。",
        "女职工怀孕不能适应原岗位的，凭医疗机构证明调整，工资不降。",
        "女职工违反规章制度情节严重的，公司可以依法解除劳动合同。",
        "女职工弄虚作假骗取产假的，按旷工处理。",
        "产假期满无正当理由不返岗的，按旷工处理。",
        "产假期满，因身体原因仍不能工作的，经医疗机构证明，按病假处理。",
        "公司在法定产假之外另给十天关爱假，须部门经理批准。",
        "夜班员工每晚补贴二十元，孕妇和哺乳期女工不排夜班。",
        "对怀孕女职工减少百分之二十的定额，奖金按满额计发。",
        "事假期间不发工资，病假工资按当地规定执行。",
        "怀孕女职工不从事任何级别的低温作业和冷水作业。",
        "女职工在经期，不安排冷水、低温作业及第三级以上体力劳动。",
        "绩效连续两次D级的，公司可依法解除劳动合同，但处于孕期、产期、哺乳期的女员工除外。",
    ],
)
def test_a_denial_or_a_lawful_consequence_is_not_below(assistant: Assistant, text: str) -> None:
    assert not below(assistant, text)


def test_a_child_that_the_province_gives_more_is_not_treated_like_the_first(assistant: Assistant) -> None:
    alike = "女职工生育享受产假一百五十八天，第二个、第三个孩子与头胎一样。"
    assert below(assistant, alike, "浙江")
    assert not below(assistant, alike, "辽宁")


def test_holidays_inside_a_leave_count_only_where_the_province_says_so(assistant: Assistant) -> None:
    clause = "产假一百五十八天连续计算，遇法定节假日不顺延。"
    assert below(assistant, clause, "安徽")
    assert not below(assistant, clause, "湖北")


def test_a_part_of_a_leave_is_not_taken_for_the_whole(assistant: Assistant) -> None:
    assert not below(assistant, "职工结婚的，享受婚假十八天，已含国家规定的三天。", "云南")
    assert not below(assistant, "子女满三周岁前，父母每年各十天育儿假，可按半天拆分使用。", "山东")
    assert not below(assistant, "哺乳未满一周岁婴儿的，每日给予一小时三十分钟哺乳时间。")


def test_every_effect_cites_a_provision_and_matches_no_empty_words(assistant: Assistant) -> None:
    for effect in effects():
        assert not effect.effect.search(""), effect.name
        assert effect.unless is None or not effect.unless.search(""), effect.name
        assert "{source}" in effect.reason, effect.name
        if effect.article != "<situation>":
            chunks = assistant.index.by_article[(effect.title, effect.article)]
            assert any(effect.holds in c.text for c in chunks), effect.name
    assert all(re.compile(expand(row["words"])) for row in rows("classes.csv"))


@pytest.mark.slow
def test_the_papers_of_the_open_half_are_judged_as_measured(assistant: Assistant) -> None:
    half = next(half for half in load_halves(DEV))
    found = score_half(
        half, _reports(half, lambda path, regions, day: check_paper(assistant, path, regions, day).findings)
    )
    planted = [row for row in found.rows if row.gold.fault]
    assert sum(row.found for row in planted) >= 56, [row.gold.clause for row in planted if not row.found]
    assert sum(row.alarm for row in found.rows) <= 3, [row.gold.clause for row in found.rows if row.alarm]


@pytest.mark.parametrize(
    ("words", "below"),
    [
        ("孕七个月以上者安排休息三十分钟，此项时间自其当年年休假日数中折抵。", True),
        ("年休假与产检各自计算，互不冲抵。", False),
        ("新录用人员领取制服时缴存600元，离店无息返还。", True),
        ("孕期苯超标之日转至包装台；员额已满者，得佩口罩留在原台。", True),
        ("宝宝周岁前每天1小时喂奶，可拆成两个30分钟。", False),
        ("哺乳时间每天两次，每次15分钟。", True),
    ],
)
def test_strangers_words_are_read(assistant: Assistant, words: str, below: bool) -> None:
    assert bool(check_text(assistant, "x", words, (), DAY).of(Verdict.BELOW)) is below


@pytest.mark.parametrize(
    "words",
    [
        "产假依《关于优化生育政策促进人口长期均衡发展实施方案》执行，共158天（158天 = 98天 + 60天）。",
        "国家产假98天，另按本省规定享受60天奖励假。",
    ],
)
def test_what_makes_up_a_total_is_no_total(assistant: Assistant, words: str) -> None:
    assert not below(assistant, words, "福建省")
