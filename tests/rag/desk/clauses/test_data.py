"""Every standard is confirmed in the provision that it cites."""

import re
from datetime import date

from documents.figures import figures
from documents.region import parse_region
from rag import Assistant
from rag.compose import carries
from rag.desk.clauses.law import Law, matters, plain, rows, standard_figures
from rag.desk.clauses.stipulations import stipulations


def test_every_standard_figure_stands_in_its_provision(assistant: Assistant) -> None:
    for figure in standard_figures():
        chunks = assistant.index.by_article[(figure.title, figure.article)]
        assert any(plain(figure.amount) in figures(chunk.text) for chunk in chunks), figure


def test_every_rule_cites_a_provision_that_holds_its_words(assistant: Assistant) -> None:
    for rule in stipulations():
        for article in rule.articles:
            chunks = assistant.index.by_article[(rule.title, article)]
            assert any(any(word in c.text for word in rule.holds.split("|")) for c in chunks), (rule.name, article)
            assert any(c.provision.check is None or c.provision.check.carries_figures for c in chunks), rule.name


def test_every_matter_cites_a_provision_of_the_index_that_is_no_plan(assistant: Assistant) -> None:
    for matter in matters():
        for title, article, _ in matter.provisions:
            chunks = assistant.index.by_article[(title, article)]
            assert not any(chunk.card.level.is_plan for chunk in chunks), title


def test_data_files_are_complete() -> None:
    for row in rows("rules.csv"):
        assert row["verdict"] in ("低于", "等于", "高于", "无法判断"), row["name"]
        assert row["negation"] in ("禁", "须", ""), row["name"]
        assert "{source}" in row["reason"], row["name"]
        for pattern in (row["about"], row["said"], row["unless"]):
            re.compile(pattern)
    names = {m.name for m in matters()}
    assert {row["matter"] for row in rows("rules.csv")} <= names


def test_a_floor_of_a_place_is_its_total_and_rests_on_firm_provisions(assistant: Assistant) -> None:
    law = Law(assistant.index, (parse_region("河南"),), date(2026, 11, 21))
    floor = law.maternity()
    assert floor is not None
    assert floor.amount == 188
    assert not floor.weak
    assert next(c.title for c in floor.sources) == "女职工劳动保护特别规定"
    assert all(c.quote in assistant.index.by_provision[c.chunk_id.split("~")[0]][0].text for c in floor.sources[:1])
    assert carries
