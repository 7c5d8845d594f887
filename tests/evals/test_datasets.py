"""The shipped suites: rows load, gold exists, facts stand in the gold provisions, nothing is asked twice or trained on."""

import re
from collections import Counter
from functools import cache
from itertools import chain

import pytest

from documents import Check, provinces, shipped, short_name
from evals import load, suites
from evals.gold import DATASETS, Case
from index.questions import lay_questions

NEW = ("strangers", "passers-by", "leave", "multi-turn", "retrieval", "claims")
LEAST = {"strangers": 400, "passers-by": 140, "leave": 60, "multi-turn": 40, "retrieval": 120, "claims": 40}
# Two questions whose pairs of neighbouring characters overlap this much are the same question.
SAME = 0.6
cases = cache(load)


@cache
def texts(sure: bool = False) -> dict[tuple[str, str], str]:
    """The shipped provisions by title and label, texts of one label together; `sure`: only those that carry figures."""
    found: dict[tuple[str, str], str] = {}
    for document in shipped():
        for provision in document.provisions:
            if sure and not (provision.check or Check.WEAK).carries_figures:
                continue
            key = (document.title, provision.article)
            found[key] = found.get(key, "") + provision.text + "\n"
    return found


def every_case() -> list[tuple[str, Case]]:
    return [(name, case) for name in suites() for case in cases(name)]


def gold_texts(case: Case, sure: bool = False) -> list[str]:
    known = texts(sure)
    named = [(source.title, source.article) for group in case.gold for source in group]
    return [known[key] for key in named if key in known]


def computed(case: Case) -> list[str]:
    """Figures that a row reckons from its provisions and that stand in none of them."""
    found = list(case.row.get("computed", []))
    if case.days is not None:
        found.append(f"{case.days:g}天")
    if case.day is not None:
        found.append(f"{case.day.year}年{case.day.month}月{case.day.day}日")
    return found


def bare(text: str) -> str:
    return re.sub(r"\W+", "", text)


def pairs(text: str) -> frozenset[str]:
    plain = bare(text)
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


class Asked:
    """Questions by their pairs of neighbouring characters."""

    def __init__(self) -> None:
        self.questions: list[tuple[str, int]] = []
        self.holding: dict[str, list[int]] = {}

    def add(self, question: str) -> None:
        found = pairs(question)
        for pair in found:
            self.holding.setdefault(pair, []).append(len(self.questions))
        self.questions.append((question, len(found)))

    def like(self, question: str) -> list[str]:
        """The questions whose pairs overlap so much with this one's that they are the same question."""
        mine = pairs(question)
        shared = Counter(place for pair in mine for place in self.holding.get(pair, ()))
        near = ((place, both / (len(mine) + self.questions[place][1] - both)) for place, both in shared.items())
        return [self.questions[place][0] for place, overlap in near if overlap >= SAME]


def test_the_suites_are_there() -> None:
    assert {"rights", "plans", "careful", *NEW} <= set(suites())
    assert all(len(cases(name)) >= least for name, least in LEAST.items())


def test_ids_are_unique_across_suites() -> None:
    ids = [case.id for _, case in every_case()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", NEW)
def test_every_row_says_where_it_comes_from_and_every_fifth_is_held_out(name: str) -> None:
    every = 2 if name == "strangers" else 5
    assert all("written for this bench" in case.origin and "facts from" in case.origin for case in cases(name))
    if name == "passers-by":  # all of it was seen after its one unseen run
        assert not any(case.holdout for case in cases(name))
        return
    assert [case.holdout for case in cases(name)] == [n % every == 0 for n in range(1, len(cases(name)) + 1)]


@pytest.mark.parametrize("name", NEW)
def test_gold_provisions_are_in_the_shipped_library(name: str) -> None:
    named = {(s.title, s.article) for case in cases(name) for s in chain.from_iterable(case.gold)}
    assert named <= texts().keys()


@pytest.mark.parametrize("name", NEW)
def test_what_must_be_said_stands_in_a_gold_provision_or_is_reckoned(name: str) -> None:
    for case in cases(name):
        known = gold_texts(case) + computed(case)
        for group in case.must:
            patterns = [p.pattern for p in group]
            assert any(p.search(text) for p in group for text in known), (case.id, patterns)


@pytest.mark.parametrize("name", NEW)
def test_only_refusals_are_without_gold(name: str) -> None:
    for case in cases(name):
        assert bool(case.gold) == (case.expect != "refused"), case.id


def test_totals_stand_in_a_gold_provision_or_are_marked_as_reckoned() -> None:
    for name in NEW:
        for case in cases(name):
            if case.days is None:
                continue
            said = re.compile(rf"(?<![\d.]){case.days:g}\s*个?(?:工作)?[天日]")
            known = [*gold_texts(case), *case.row.get("computed", [])]
            assert any(said.search(text) for text in known), case.id
            assert any(p.search(f"{case.days:g}天") for p in chain.from_iterable(case.must)), case.id


def test_what_must_not_be_said_is_no_right_total() -> None:
    for name in NEW:
        for case in cases(name):
            right = f"您共{case.days:g}天" if case.days else ""
            assert not any(p.search(right) for p in case.must_not), case.id


def test_totals_rest_on_provisions_that_carry_figures() -> None:
    """Where a total stands only in provisions of one source or in conflict, no sure answer may be expected."""
    for name in NEW:
        for case in cases(name):
            if case.days is None or case.expect != "answered" or "computed" in case.row:
                continue
            said = re.compile(rf"(?<![\d.]){case.days:g}\s*个?(?:工作)?[天日]")
            assert any(said.search(text) for text in gold_texts(case, sure=True)), case.id


def test_leave_covers_all_provinces_and_asks_for_past_days() -> None:
    named = {
        short_name(region)
        for region in provinces()
        for case in cases("leave")
        for source in chain.from_iterable(case.gold)
        if source.title.startswith(short_name(region))
    }
    assert {short_name(region) for region in provinces()} <= named
    assert sum("as_of" in case.row for case in cases("leave")) >= 5
    assert sum(case.day is not None for case in cases("leave")) >= 5


def test_multi_turn_rows_have_one_to_three_earlier_questions() -> None:
    assert all(1 <= len(case.row["history"]) <= 3 for case in cases("multi-turn"))
    assert not any("history" in case.row for name in ("leave", "retrieval") for case in cases(name))


def alone(case: Case) -> bool:
    """Whether the question stands alone; a follow-up's few words say nothing without the turns before it."""
    return not case.row.get("history")


def test_no_question_is_asked_twice_or_trained_on() -> None:
    asked = Asked()
    for question in chain.from_iterable(lay_questions().values()):
        asked.add(question)
    trained = {bare(question) for question, _ in asked.questions}
    for name, case in every_case():
        assert bare(case.question) not in trained, case.id
        if alone(case) and name not in NEW:
            asked.add(case.question)
    for name in NEW:
        for case in filter(alone, cases(name)):
            assert not asked.like(case.question), case.id
            asked.add(case.question)


def test_follow_ups_are_asked_once_after_the_same_turns() -> None:
    told = [bare(case.asked) for _, case in every_case() if not alone(case)]
    assert len(told) == len(set(told))


def test_alike_tells_the_same_question_from_another() -> None:
    asked = Asked()
    asked.add("上海产假多少天？")
    assert asked.like("上海产假 多少天呢") == ["上海产假多少天？"]
    assert not asked.like("北京育儿假怎么申请")
    assert not asked.like("")


def test_the_readme_counts_the_rows() -> None:
    text = (DATASETS / "README.md").read_text(encoding="utf-8")
    counted = {name: int(rows) for name, rows in re.findall(r"^\| `([\w-]+)` \| (\d+) \|", text, re.MULTILINE)}
    assert counted == {name: len(cases(name)) for name in suites()}
