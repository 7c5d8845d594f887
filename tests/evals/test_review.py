"""Review sheets: the sample, what a cell holds, the filled sheet, and agreement against tables computed by hand."""

import json
import random
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from evals.report.folder import open_run
from evals.review import COLUMNS, LONGEST, BadReview, agreement, cohen_kappa, export_sample, read_review, sample
from tests.evals.runs import SOURCE, answer, case, make_run


def sheet(path: Path, rows: list[dict[str, Any]], columns: list[str] | None = None) -> Path:
    """A filled sheet as a reviewer's program saves it."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "审阅"
    names = columns or list(COLUMNS)
    page.append(names)
    for row in rows:
        page.append([row.get(name) for name in names])
    book.save(path)
    return path


def judged(path: Path, labels: list[str | None], cited: list[str | None] | None = None) -> Path:
    marks = cited or [None] * len(labels)
    rows = [
        {"编号": f"r/{k}", "题目": f"题{k}", "对错": label, "引用准确": mark}
        for k, (label, mark) in enumerate(zip(labels, marks, strict=True))
    ]
    return sheet(path, rows)


def test_sample_is_in_proportion_and_leaves_no_stratum_out(tmp_path: Path) -> None:
    rows = [case(k, harm="high") for k in range(60)] + [case(k, "plans", harm="low") for k in range(38)]
    rows += [case(k, "careful", harm="medium") for k in range(2)]
    run = open_run(make_run(tmp_path / "a", rows))
    drawn = sample(run, 10, seed=3)
    # exact shares 6, 3.8, 0.2: every stratum is lifted to one, and the whole stays ten
    assert Counter(row["suite"] for row in drawn) == {"rights": 6, "plans": 3, "careful": 1}
    assert Counter(row["suite"] for row in sample(run, 50, 3)) == {"rights": 30, "plans": 19, "careful": 1}
    assert sample(run, 10, seed=3) == drawn
    assert sample(run, 10, seed=4) != drawn
    assert len({row["id"] for row in drawn}) == 10
    assert len(sample(run, 1000, 1)) == 100
    assert len(sample(run, 2, 1)) == 2


def test_every_size_of_sample_is_met(tmp_path: Path) -> None:
    run = open_run(make_run(tmp_path / "a", [case(k, ("rights", "plans")[k % 5 > 3]) for k in range(23)]))
    assert [len(sample(run, n, 1)) for n in range(1, 26)] == [min(n, 23) for n in range(1, 26)]


def test_sheet_has_its_columns_choices_and_frozen_head(tmp_path: Path) -> None:
    gold = {"gold": [[SOURCE]], "must": [["15\\s*个?[天日]", "十五天"]], "must_not": ["98天"], "region": "江苏"}
    run = make_run(tmp_path / "a", [case(1, row=gold | {"history": ["我在南京"]})])
    out = export_sample(run, tmp_path / "new" / "review.xlsx", n=5, seed=1)
    book = load_workbook(out)
    page = book["审阅"]
    assert book.sheetnames == ["审阅", "说明"]
    assert [cell.value for cell in page[1]] == ["编号", "题目", "回答", "引用", "应有事实", "对错", "引用准确", "备注"]
    assert page.freeze_panes == "C2"
    values = [cell.value for cell in page[2]]
    assert values[:2] == ["rights/rights0001", "（之前）我在南京\n流产三个月休几天（1）\n地区：江苏"]
    assert values[3] == "1. 《女职工劳动保护特别规定》第七条\n怀孕不到4个月流产，休15天"
    assert values[4] == "引用：《女职工劳动保护特别规定》第七条\n说到：15天 或 十五天\n不许说：98天"
    assert values[5:] == [None] * 3
    assert all(cell.alignment.wrap_text for cell in page[2])
    rules = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert rules == {"F2": '"对,部分对,错"', "G2": '"是,部分,否"'}
    assert "不要改" in str(book["说明"]["A1"].value)
    assert page.row_dimensions[2].height > 15


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", ' =HYPERLINK("http://x")', "#N/A", "\t=1"])
def test_no_cell_runs_as_a_formula(tmp_path: Path, text: str) -> None:
    gold = {"gold": [], "must": [[text.replace("+", "\\+").replace("(", "\\(").replace(")", "\\)")]]}
    run = make_run(
        tmp_path / "a", [case(1, question=text, row=gold, answer=answer(text, [{"title": text, "article": ""}]))]
    )
    page = load_workbook(export_sample(run, tmp_path / "r.xlsx", 1, 1))["审阅"]
    assert {cell.data_type for cell in page[2][:5]} == {"s"}
    assert page["B2"].value.strip() == text.strip()
    assert page["B2"].quotePrefix is (text != "#N/A")


def test_what_a_cell_cannot_hold_is_cut_or_left_out(tmp_path: Path) -> None:
    said = answer("长" * 40_000 + "\x07\ud800", [SOURCE])
    run = make_run(tmp_path / "a", [case(1, answer=None, question="坏\x00字\x1b"), case(2)])
    rows = [case(1, answer=None, question="坏\x00字\x1b", fault="程序出错"), case(2, answer=said)]
    (run / "cases.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    page = load_workbook(export_sample(run, tmp_path / "r.xlsx", 2, 1))["审阅"]
    assert (page["B2"].value, page["C2"].value) == ("坏字", "（没有回答）程序出错")
    assert len(page["C3"].value) == LONGEST
    assert page["C3"].value.endswith("已截断）")


def test_a_filled_sheet_comes_back(tmp_path: Path) -> None:
    out = export_sample(make_run(tmp_path / "a", [case(1), case(2)]), tmp_path / "r.xlsx", 2, 1)
    book = load_workbook(out)
    book["审阅"]["F2"], book["审阅"]["G2"], book["审阅"]["H2"] = "部分对", "否", "漏了42天"
    book.save(out)
    found = read_review(out)
    assert list(found) == ["rights/rights0001", "rights/rights0002"]
    first, second = found.values()
    assert (first.right, first.cited, first.note) == ("部分对", "否", "漏了42天")
    assert (second.right, second.cited, second.note) == (None, None, "")


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        (
            [{"编号": "a", "对错": "对"}, {"编号": "b", "对错": "很好"}],
            None,
            "第 3 行：「对错」要填对、部分对、错之一，不是「很好」",
        ),
        ([{"编号": "a", "引用准确": "对"}], None, "第 2 行：「引用准确」"),
        ([{"编号": "a"}, {"对错": "对"}], None, "第 3 行没有编号"),
        ([{"编号": "a"}, {"编号": "a"}], None, "第 3 行：编号「a」重复"),
        ([{"编号": "a"}], ["编号", "题目"], "缺少列「回答、引用、应有事实、对错、引用准确、备注」"),
        ([], None, "没有题"),
    ],
)
def test_a_wrong_sheet_is_named_by_its_row(
    tmp_path: Path, rows: list[dict[str, Any]], columns: list[str] | None, said: str
) -> None:
    with pytest.raises(BadReview, match=said):
        read_review(sheet(tmp_path / "r.xlsx", rows, columns))


def test_what_is_no_sheet_is_an_error(tmp_path: Path) -> None:
    for name, content in (("r.xlsx", b"no zip"), ("r.txt", b"x")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadReview, match="打不开"):
            read_review(tmp_path / name)
    with pytest.raises(BadReview, match="打不开"):
        read_review(tmp_path / "none.xlsx")
    Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(BadReview, match="没有「审阅」这张表"):
        read_review(tmp_path / "other.xlsx")


def test_kappa_against_hand_computed_tables() -> None:
    # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: po 0.7, pe (25*30 + 25*20)/2500 = 0.5, kappa 0.2/0.5
    table = [("对", "对")] * 20 + [("对", "错")] * 5 + [("错", "对")] * 10 + [("错", "错")] * 15
    assert cohen_kappa(table) == pytest.approx(0.4)
    assert cohen_kappa([("对", "对"), ("错", "错")]) == 1
    assert cohen_kappa([("对", "错"), ("错", "对")]) == -1  # po 0, pe 0.5
    assert cohen_kappa([("对", "错")] * 4) == 0  # po 0, pe 0
    assert cohen_kappa([("对", "对")] * 4) is None
    assert cohen_kappa([]) is None


def test_kappa_is_scikit_learns() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="pip install scikit-learn")
    dice = random.Random(5)
    for _ in range(20):
        pairs = [(dice.choice("对部错"), dice.choice("对对部错")) for _ in range(40)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = metrics.cohen_kappa_score([x for x, _ in pairs], [y for _, y in pairs])
        assert cohen_kappa(pairs) == pytest.approx(theirs)


def test_agreement_by_hand(tmp_path: Path) -> None:
    one = judged(tmp_path / "1.xlsx", ["对", "对", "错", "部分对", None, "对"], ["是", "是", "否", "部分", "是", None])
    two = judged(tmp_path / "2.xlsx", ["对", "错", "错", "部分对", "对"], ["是", "是", "否", "部分", "是"])
    found = agreement(one, two)
    assert (found.both, found.only_first, found.only_second) == (5, 1, 0)
    right, cited = found.columns
    # four judged by both: 对对, 对错, 错错, 部部: po 3/4, pe (2*1 + 1*2 + 1*1)/16 = 5/16, kappa (7/16)/(11/16)
    assert (right.n, right.share) == (4, 0.75)
    assert right.kappa == pytest.approx(7 / 11)
    assert (cited.n, cited.share, cited.kappa) == (5, 1.0, 1.0)
    assert [x.id for x, _ in found.disagreements] == ["r/1"]
    assert "一致 75.0%，Cohen κ 0.636" in str(found)
    assert "      对错：对 / 错" in found.lines()


def test_agreement_says_what_cannot_be_computed(tmp_path: Path) -> None:
    one = judged(tmp_path / "1.xlsx", ["对", "对"])
    assert "算不出" in str(agreement(one, one))
    assert "引用准确：没有两人都填了的题" in str(agreement(one, one))
    with pytest.raises(BadReview, match="没有一道相同的题"):
        agreement(one, sheet(tmp_path / "2.xlsx", [{"编号": "x"}]))


@pytest.mark.parametrize(("name", "n", "said"), [("r.csv", 5, "xlsx"), ("r.xlsx", 0, "至少")])
def test_export_refuses_what_it_cannot_write(tmp_path: Path, name: str, n: int, said: str) -> None:
    run = make_run(tmp_path / "a", [case(1)])
    with pytest.raises(BadReview, match=said):
        export_sample(run, tmp_path / name, n, 1)
