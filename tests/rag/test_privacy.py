"""Personal data is masked, and the words of a question are not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.region import find_regions
from rag.understand.privacy import mask

QUESTIONS = Path(__file__).resolve().parents[2] / "evals"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("身份证110101199003071234，怀孕被辞退", "110101199003071234"),
        ("身份证号：11010119900307123X", "11010119900307123X"),
        ("身份证 110101 1990 0307 1234 怎么办", "0307 1234"),
        ("手机13800138000", "13800138000"),
        ("电话 138-0013-8000 联系", "138-0013-8000"),
        ("打+86 13800138000", "13800138000"),
        ("座机 0512-65230000", "65230000"),
        ("工资卡6222021234567890123没到账", "6222021234567890123"),
        ("卡号6222 0212 3456 7890没到账", "3456 7890"),
        ("邮箱 wang.xh@example.com", "wang.xh"),
        ("微信号：wxid_abc123，加我", "wxid_abc123"),
        ("加我微信honghong88", "honghong88"),
        ("QQ 12345678", "12345678"),
        ("我叫王小红，怀孕了", "王小红"),
        ("我叫王小红怀孕六个月", "王小红"),
        ("姓名：欧阳小红 年龄30", "欧阳小红"),
        ("姓名李梅，产假几天", "李梅"),
        ("我是张丽华，在车间上班", "张丽华"),
        ("本人刘芳，孕期被调岗", "刘芳"),
        ("我在苏州恒达电子科技有限公司上班", "恒达"),
        ("我在富士康集团上班", "富士康"),
        ("在富康电子厂上班，怀孕了", "富康"),
        ("我在华联超市做收银", "华联"),
        ("我在苏州市红星幼儿园当老师", "红星"),
        ("单位是宏图公司", "宏图"),
        ("我在孝感鑫旺电子厂打工", "鑫旺"),
        ("苏州鑫旺电子厂的，孩子9个月大", "鑫旺"),
    ],
)
def test_secret_is_masked(text: str, secret: str) -> None:
    clean, kinds = mask(text)
    assert secret not in clean, clean
    assert kinds


@pytest.mark.parametrize(
    "text",
    [
        "我在电子厂上班，孕期能上夜班吗",
        "我们公司说产假98天",
        "我是女职工，怀孕三个月",
        "我是孕妇，公司要辞退我",
        "我是高龄产妇，产假加几天",
        "我在劳务派遣公司",
        "在公司晕倒了",
        "我在医院生的孩子，产假几天",
        "我是工会干部，要讲课",
        "江苏省总工会2023年工作要点",
        "在用人单位的工厂里",
        "产假158天，2025年3月1日开始",
        "我在一家服装厂上班",
        "我在外地工厂打工",
        "我在上海，产假多少天",
        "我在孝感一个电子厂打螺丝",
        "会不会把我名字告诉老板",
        "我在苏州工业园区的工厂上班",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert mask(text) == (text, ())


@pytest.mark.parametrize(
    "text", ["我在苏州恒达电子科技有限公司上班", "我在孝感鑫旺电子厂打工", "苏州市鑫旺电子厂的，产假几天"]
)
def test_the_place_stays(text: str) -> None:
    assert find_regions(mask(text)[0]) == find_regions(text)


def test_development_questions_are_hardly_touched() -> None:
    """Seven questions name somebody; what is masked in others would be words that the search needs."""
    touched = []
    for path in sorted(QUESTIONS.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            question = json.loads(line).get("question", "")
            clean, kinds = mask(question)
            if kinds:
                touched.append((question, clean))
    assert len(touched) <= 7, touched


@given(st.text(max_size=200))
def test_masking_is_done_once(text: str) -> None:
    clean, _ = mask(text)
    assert mask(clean)[0] == clean
