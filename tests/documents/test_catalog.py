"""The catalogue's round trip through Excel, validity, regions, and the shipped library itself."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from documents import (
    CatalogError,
    Document,
    Kind,
    Level,
    Region,
    UnknownRegion,
    find_regions,
    parse_region,
    provinces,
    shipped,
    short_name,
)
from documents.__main__ import main
from documents.catalog import COLUMNS, Row, read_catalog, write_catalog
from documents.faults import faults_of_library
from documents.leave_rules import maternity_rules, maternity_terms
from documents.library import gather, shipped_catalog
from documents.limits import limits, limits_of
from documents.own import read_own
from documents.parse import parse
from documents.validity import repeals, resolve

ROWS = (
    Row(
        "甲",
        "甲.md",
        "某规定",
        Kind.RESTATEMENT,
        Level.LOCAL_RULE,
        "江苏省",
        published=date(2012, 4, 28),
        note='带"引号"，和逗号',
    ),
    Row("乙", "乙.md", "某要点", Kind.ORIGINAL, Level.UNION, "江苏省南京市", year=2023),
)


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "catalog.csv"
    write_catalog(path, ROWS)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_catalog(path) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("day", ["2012/4/28", "2012-04-28", "2012年4月28日", "20120428"])
def test_as_excel_saves_it(tmp_path: Path, encoding: str, day: str) -> None:
    path = tmp_path / "catalog.csv"
    write_catalog(path, ROWS)
    text = path.read_text(encoding="utf-8-sig").replace("2012-04-28", day) + "," * (len(COLUMNS) - 1) + "\r\n"
    path.write_text(text, encoding=encoding, newline="")
    assert read_catalog(path) == ROWS


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("level", "法令", "level"),
        ("kind", "", "kind"),
        ("region", "火星", "region"),
        ("published", "去年", "published"),
        ("year", "二〇二三", "year"),
        ("check", "对过", "check"),
        ("id", "甲", "重复"),
    ],
)
def test_fault_names_row_and_column(tmp_path: Path, column: str, value: str, words: str) -> None:
    path = tmp_path / "catalog.csv"
    write_catalog(path, ROWS)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    rows[1][column] = value
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(CatalogError, match="第 3 行") as error:
        read_catalog(path)
    assert words in str(error.value)


def test_missing_column(tmp_path: Path) -> None:
    path = tmp_path / "catalog.csv"
    path.write_text("id,path\n甲,甲.md\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="title"):
        read_catalog(path)


def document(title: str, start: date | None, text: str = "第一条 甲。", **more: object) -> Document:
    name = f"{title}@{start}"
    made = Document(
        id=name, title=title, kind=Kind.ORIGINAL, level=Level.ADMINISTRATIVE, effective=start, published=start
    )
    return replace(made, provisions=parse(name, text), **more)


def test_newer_version_ends_the_older() -> None:
    old, new = resolve([document("某法", date(2000, 1, 1)), document("某法", date(2020, 1, 1))])
    assert (old.ended, old.replaced_by) == (date(2020, 1, 1), "某法")
    assert new.ended is None
    assert old.in_force(date(2019, 12, 31)) is True
    assert old.in_force(date(2020, 1, 1)) is False


def test_other_region_does_not_end_it() -> None:
    first, second = resolve(
        [document("某条例", date(2000, 1, 1), region="江苏省"), document("某条例", date(2020, 1, 1), region="浙江省")]
    )
    assert first.ended is None
    assert second.ended is None


def test_repealing_sentence_ends_it() -> None:
    text = "第一条 甲。\n第十六条 本规定自公布之日起施行。1988年7月21日发布的《女职工劳动保护旧规定》、《另一规定》同时废止。"
    new = document("女职工劳动保护新规定", date(2012, 4, 28), text)
    assert repeals(new) == ("女职工劳动保护旧规定", "另一规定")
    old, _ = resolve([document("女职工劳动保护旧规定", date(1988, 7, 21)), new])
    assert (old.ended, old.replaced_by) == (date(2012, 4, 28), "女职工劳动保护新规定")


def test_a_clause_that_lists_many_titles_and_repeals_none_is_read_at_once() -> None:
    listed = "、".join(
        f"《某某规定{number}》" for number in range(60)
    )  # it took for ever once: one pattern tried all ways to part it
    closing = f"第二条 与{listed}有关的，依照其规定；《旧规定》同时废止，《别的规定》仍然有效。"
    assert repeals(document("某法", date(2020, 1, 1), f"第一条 甲。\n{closing}")) == ("旧规定",)


def test_renamed_law_ends_by_table_even_without_a_date() -> None:
    assert resolve([document("婚姻法", None)])[0].ended == date(2021, 1, 1)


def test_unknown_date_stays_unknown() -> None:
    assert document("某法", None).in_force(date(2020, 1, 1)) is None


def test_plan_never_ends() -> None:
    plan = document("某要点", date(2020, 1, 1), level=Level.UNION, year=2020)
    assert (
        resolve([plan, replace(plan, id="x", published=date(2021, 1, 1), effective=date(2021, 1, 1))])[0].ended is None
    )
    assert plan.in_force(date(2019, 1, 1)) is True


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我在苏州", ["江苏省苏州市"]),
        ("吉林产假", ["吉林省"]),
        ("吉林市产假", ["吉林省吉林市"]),
        ("朝阳区", []),
        ("北京朝阳区", ["北京市朝阳区"]),
        ("新疆", ["新疆维吾尔自治区"]),
        ("西藏和内蒙古", ["西藏自治区", "内蒙古自治区"]),
        ("东莞的厂", ["广东省东莞市"]),
        ("昆山", ["江苏省苏州市昆山市"]),
        ("恩施", ["湖北省恩施土家族苗族自治州"]),
        ("我叫江山", []),
        ("南京和上海", ["江苏省南京市", "上海市"]),
        ("经期不能干什么活", []),
    ],
)
def test_gazetteer(text: str, names: list[str]) -> None:
    assert [r.name for r in find_regions(text)] == names


def test_thirty_one_provinces() -> None:
    assert len(provinces()) == 31
    assert all(find_regions(short_name(name))[0].province == name for name in provinces())


def test_region_applies_downwards_only() -> None:
    province, city = parse_region("江苏"), parse_region("苏州市")
    assert province.applies_to(city)
    assert not city.applies_to(province)
    assert Region().applies_to(city)


def test_unknown_region() -> None:
    with pytest.raises(UnknownRegion, match="火星"):
        parse_region("火星")


def test_library_is_sound() -> None:
    assert list(faults_of_library()) == []
    assert all("-->" not in p.text and "<!--" not in p.text for d in shipped() for p in d.provisions)
    assert {r.region for r in shipped_catalog()} >= set(provinces())


def test_every_rule_stands_in_its_provision() -> None:
    texts: dict[tuple[str, str], str] = {}
    for d in shipped():
        for p in d.provisions:
            texts[d.title, p.article] = texts.get((d.title, p.article), "") + p.text
    for rule in maternity_rules():
        assert f"{rule.days}天" in texts[rule.title, rule.article], rule
    keys = [(r.region, r.event, r.order) for r in maternity_rules()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("province", "order", "difficult", "infants", "days"),
    [
        ("江苏省", 1, True, 2, 188),
        ("广东省", 1, True, 1, 208),
        ("河南省", 3, False, 3, 218),
        ("浙江省", 2, False, 1, 188),
        ("陕西省", 3, False, 1, 173),
        ("上海市", 1, False, 1, 158),
    ],
)
def test_sums(province: str, order: int, difficult: bool, infants: int, days: int) -> None:
    assert sum(rule.days for rule in maternity_terms(province, order, difficult, infants)) == days


def test_no_rows_no_sum() -> None:
    assert maternity_terms("西藏自治区", 1, False, 1) == ()


def test_own_folder_with_its_catalogue(tmp_path: Path) -> None:
    texts = tmp_path / "documents"
    texts.mkdir()
    (texts / "某厂办法.txt").write_text("第一条 甲。", encoding="utf-8")
    (texts / "坏.txt").write_bytes(b"")
    found = read_own(tmp_path).reading
    assert "title" in found.documents[0].inferred
    assert len(found.problems) == 1
    write_catalog(
        tmp_path / "catalog.csv",
        (replace(ROWS[0], path="某厂办法.txt", title="某厂女职工办法", region="江苏省苏州市"),),
    )
    confirmed = read_own(tmp_path).reading.documents[0]
    assert (confirmed.id, confirmed.title, confirmed.region, confirmed.inferred) == (
        "甲",
        "某厂女职工办法",
        "江苏省苏州市",
        {},
    )
    assert confirmed.provisions[0].id == "甲#第一条"


def test_old_text_of_a_known_law_is_ended(tmp_path: Path) -> None:
    (tmp_path / "北京市人口与计划生育条例(2021-11-26).md").write_text(
        "# 北京市人口与计划生育条例\n\n2016年3月24日 修正\n\n<!-- INFO END -->\n第十八条 奖励假30天。", encoding="utf-8"
    )
    found = gather([tmp_path]).documents[0]
    assert found.in_force(date(2026, 1, 1)) is False
    assert "旧版" in found.note


def test_commands(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
    assert main(["check"]) == 0
    assert main(["list", "--region", "上海", "--level", "地方性法规"]) == 0
    assert "上海市人口与计划生育条例" in capsys.readouterr().out
    assert main(["list", "--region", "火星"]) == 2
    assert main(["add", "x.docx"]) == 1
    assert main(["diff", "a", "b"]) == 2
    assert "找不到文件「a」" in capsys.readouterr().err


def test_limits_name_provisions_that_exist() -> None:
    known = {(d.title, p.article) for d in shipped() for p in d.provisions}
    assert limits()
    for limit in limits():
        assert (limit.title, limit.article) in known
        assert (limit.limit_title, limit.limit_article) in known
    assert limits_of("劳动合同法", "第四十条", "孕期不能胜任") == (("劳动合同法", "第四十二条"),)
    assert limits_of("劳动合同法", "第四十条", "生病") == ()
