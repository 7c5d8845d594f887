"""Gold words find their clause whatever the spacing, width and cutting."""

from evals.clauses.match import fold, match
from tests.evals.clauses.standins import finding


def test_width_space_and_punctuation_do_not_count() -> None:
    assert fold("产假　１５８ 天（含）") == fold("产假158天, 含.") == "产假158天含"
    assert match(["产假，158天"], [finding(1, "第一条　产假１５８\n天；", "等于")]) == [[0]]


def test_all_findings_of_a_clause_belong_to_it() -> None:
    found = [finding(1, "产假98天", "等于"), finding(1, "产假98天", "低于"), finding(2, "婚假3天", "等于")]
    assert match(["产假98天", "婚假3天", "没有这条"], found) == [[0, 1], [2], []]


def test_the_rest_of_a_cut_clause_belongs_to_its_beginning() -> None:
    found = [finding(1, "产假98天。", "等于"), finding(1, "未申请的作废。", "低于"), finding(2, "婚假3天", "等于")]
    assert match(["产假98天", "婚假3天"], found) == [[0, 1], [2]]


def test_a_neighbour_with_gold_words_of_its_own_stays_apart() -> None:
    found = [finding(1, "（一）产假98天", "等于"), finding(1, "（二）婚假3天", "低于")]
    assert match(["产假98天", "婚假3天"], found) == [[0], [1]]


def test_equal_numbers_far_apart_are_two_clauses() -> None:
    found = [finding(1, "产假98天", "等于"), finding(2, "婚假3天", "等于"), finding(1, "别的一节", "低于")]
    assert match(["产假98天"], found) == [[0]]


def test_cells_are_found_between_other_words() -> None:
    found = [
        finding(1, "项目：产假；天数：98天；项目：陪产假；天数：15天", "低于"),
        finding(2, "项目：陪产假；天数：15天", "等于"),
    ]
    assert match(["陪产假 | 15天", "15天 | 陪产假"], found) == [[1], []]
    assert match(["陪产假 | 15天"], [finding(1, "陪产假\t15天\t照发", "等于")]) == [[0]]
