"""What file names and texts tell about a document, and what they do not."""

from datetime import date
from pathlib import PurePath

import pytest

from documents import Level, read_paths
from documents.infer import find_dates, guess, guess_region
from tests.documents.test_parse import SHARED

PLAN = "苏某女〔2023〕1号\n各市总工会：\n一、学习\n1.加强。\n某省总工会女职工委员会\n2023年1月31日\n"


@pytest.mark.parametrize(
    ("title", "folder", "region"),
    [
        ("江苏省总工会2023年女职工工作要点", "", "江苏省"),
        ("2023年江苏省女职工工作要点", "", "江苏省"),
        ("焦作市教科文卫体工会女职工工作要点", "", "河南省焦作市"),
        ("关于印发南京市女职工工作意见的通知", "", "江苏省南京市"),
        ("女职工工作要点", "浙江", "浙江省"),
        ("女职工工作要点", "不是地方", "全国"),
        ("关于支持上海发展的意见", "", "全国"),
        ("妇女权益保障法", "上海", "全国"),
    ],
)
def test_region(title: str, folder: str, region: str) -> None:
    assert guess_region(title, PurePath("文件") / folder / f"{title}.txt") == region


def test_plan_gets_issuer_number_and_year() -> None:
    found = guess(PurePath("江苏省总工会2022年总结和2023年女职工工作要点.txt"), "", PLAN)
    assert (found.level, found.region, found.number) == (Level.UNION, "江苏省", "苏某女〔2023〕1号")
    assert (found.issuer, found.year, found.published) == ("某省总工会女职工委员会", 2023, date(2023, 1, 31))
    assert found.effective is None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("《某市女职工劳动保护办法》(2018-12-29).txt.TXT", "某市女职工劳动保护办法"),
        ("某市女职工劳动保护办法_20181229.md", "某市女职工劳动保护办法"),
        ("新建文本文档.txt", "某单位女职工关爱办法"),
        ("扫描001.txt", "某单位女职工关爱办法"),
    ],
)
def test_title_of_a_name(name: str, title: str) -> None:
    assert guess(PurePath(name), "", "某单位女职工关爱办法\n第一条 甲。").title == title


def test_title_of_a_notice_is_what_it_prints() -> None:
    body = "关于印发《某市女职工假期 办法》的通知\n各单位：\n现印发给你们。"
    assert guess(PurePath("通知.txt"), "", body).title == "某市女职工假期办法"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2018-02-31", []),
        ("自2012年4月28日起，至2013.5.1止", [date(2012, 4, 28), date(2013, 5, 1)]),
        ("电话12345678901234", []),
        ("20120428 和 2011/1/2", [date(2012, 4, 28), date(2011, 1, 2)]),
    ],
)
def test_dates(text: str, days: list[date]) -> None:
    assert find_dates(text) == days


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared corpus beside the checkout")
def test_corpus_is_known_by_its_names() -> None:
    reading = read_paths([SHARED / "laws", SHARED / "plans"])
    for document in reading.documents:
        path = PurePath(document.path)
        place = path.parts[-2]
        if "local" in path.parts:
            assert document.region.startswith(place), path.name
            assert document.level in (Level.LOCAL_LAW, Level.LOCAL_RULE), path.name
        elif place == "national":
            assert document.region == "全国", path.name
            assert not document.level.is_plan, path.name
        else:
            assert document.level.is_plan, path.name
        assert document.inferred, path.name
        dates = find_dates(path.name)
        assert not dates or document.published == dates[-1] or document.note or document.published < dates[-1]
    # The one file that is all head is named, not indexed as an empty law.
    assert all("没有正文" in problem.message for problem in reading.problems)
