"""Training in small: what it draws, what it holds back, and that what it writes can be opened.

What needs torch is imported by the tests: both processes collect this file, and one of them runs it.
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from documents import shipped
from index import build_documents, open_index
from index.questions import lay_questions
from index.training import data as data_module
from index.training.data import Corpus, load, vocabulary

if TYPE_CHECKING:
    from index.training.fit import Texts

LAWS = ("女职工劳动保护特别规定", "劳动合同法")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return [
        {
            "id": f"s{number}",
            "title": document.title,
            "article": provision.article,
            "chapter": "",
            "date": "",
            "text": provision.text,
        }
        for document in shipped()
        if document.title in LAWS
        for number, provision in enumerate(document.provisions, 1000 * LAWS.index(document.title))
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]) -> Path:
    folder = tmp_path_factory.mktemp("training")
    lay = lay_questions()
    judged = [
        {
            "id": n,
            "question": asked[0],
            "answer": f"根据《{row['title']}》{row['article']}，{row['text'][:30]}",
            "gold": [row["id"]],
        }
        for n, row in enumerate(rows)
        if (asked := lay.get((row["title"], row["article"])))
    ][:40]
    others = [
        {
            "question": "试用期被辞退怎么办",
            "answer": "看《中华人民共和国劳动合同法》第二十一条。",
            "laws": ["《劳动合同法》第十九条：略"],
        }
    ]
    write_lines(folder / "corpus.jsonl", rows)
    write_lines(folder / "lecoqa-train.jsonl", judged)
    with lzma.open(folder / "lawyer-llama.jsonl.xz", "wt", encoding="utf-8") as out:
        out.write("\n".join(json.dumps(row, ensure_ascii=False) for row in others))
    return folder


def write_lines(path: Path, rows: list[dict[str, object]] | list[dict[str, str]]) -> None:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def corpus(folder: Path) -> Corpus:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data_module, "_own", list)
        return load(folder, folder / "corpus.jsonl")


@pytest.fixture(scope="module")
def texts(corpus: Corpus) -> Texts:
    from index.training.fit import Texts

    return Texts(corpus, vocabulary(corpus))


def article(corpus: Corpus, chunk: int) -> tuple[str, str]:
    found = corpus.statutes[chunk].chunk
    return found.card.title, found.provision.article


def test_questions_are_tied_to_provisions(corpus: Corpus) -> None:
    plain = [a for a in corpus.judged if article(corpus, a.gold[0])[1].startswith("第")]
    assert len(plain) > 20
    assert all(set(asked.named) >= set(asked.gold) for asked in plain)
    (other,) = corpus.others
    assert [article(corpus, chunk) for chunk in other.named] == [("劳动合同法", "第二十一条")]
    assert [article(corpus, chunk) for chunk in other.quoted] == [("劳动合同法", "第十九条")]
    assert other.keys == (("劳动合同法", "第二十一条"),)


def test_what_is_held_back_is_not_drawn(corpus: Corpus, texts: Texts) -> None:
    from index.training.fit import Sampler
    from index.training.train import fold_members

    held = fold_members(len(corpus.judged), 0)
    sampler = Sampler(texts, corpus, held, 1)
    learnt = {id(texts.judged[number][0]) for number in range(len(corpus.judged)) if number not in held}
    kept_back = {id(texts.judged[number][part]) for number in held for part in (0, 1)}
    drawn = {id(first) for first, *_ in sampler._pairs}
    assert learnt <= drawn
    assert not kept_back & drawn


def test_another_pairs_gold_is_no_negative(corpus: Corpus, texts: Texts) -> None:
    from index.training.fit import Sampler

    first, second, same = Sampler(texts, corpus, (), 1).batch(64, 0.9)
    assert len(first) == len(second) == 64
    assert same.shape == (64, 64)
    assert not same.diagonal().any()
    assert same.any()
    assert np.array_equal(same, same.T)


def test_equal_seeds_draw_equal_batches(corpus: Corpus, texts: Texts) -> None:
    from index.training.fit import Sampler

    one, two = (Sampler(texts, corpus, (), 3).batch(16, 0.5) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one[0] + one[1], two[0] + two[1], strict=True))


def test_first_vectors_already_mean_something(corpus: Corpus, texts: Texts) -> None:
    """A provision is nearer to its own first sentence than to most others."""
    from index.training.fit import encode, first_vectors

    rows = encode(first_vectors(texts, 1), texts.counts)
    several = [n for n, parts in enumerate(texts.sentences) if len(parts) > 1]
    parts = encode(first_vectors(texts, 1), texts.matrix([texts.sentences[n][0] for n in several]))
    scores = parts @ rows.T
    ranks = [(scores[i] > scores[i, n]).sum() for i, n in enumerate(several)]
    assert np.median(ranks) <= 3


def test_folds_part_the_questions() -> None:
    from index.training.train import fold_members

    folds = [fold_members(103, fold) for fold in range(5)]
    assert sum(len(fold) for fold in folds) == 103
    assert len(frozenset().union(*folds)) == 103


def test_measures_of_one_ranking() -> None:
    from index.training.figures import values

    assert values(["x", "a", "y", "b"], {"a", "b"}) == (1.0, 1.0, 0.5)
    assert values([*"0123456789", "a"], {"a"}) == (0.0, 1.0, 0.0)
    assert values([], {"a"}) == (0.0, 0.0, 0.0)


@pytest.mark.slow
def test_networks_learn_what_marks_gold_and_are_seeded(corpus: Corpus) -> None:
    """A feature that marks the gold provision against the question's other candidates, hidden among noise."""
    from index.training.listwise import fit_networks
    from index.training.ranker import Sheets

    dice = np.random.default_rng(1)
    numbers = list(range(len(corpus.judged))) * 8
    candidates = [np.arange(len(corpus.statutes))] * len(numbers)
    rows = [dice.normal(size=(len(corpus.statutes), 3)).astype(np.float32) for _ in numbers]
    for number, own in zip(numbers, rows, strict=True):
        own[list(corpus.judged[number].gold), 1] += 6
        own[:, 1] += dice.normal(scale=20)
    sheets = Sheets(("linear", "mark", "noise"), numbers, candidates, rows)
    made, again = (fit_networks(sheets, corpus, 1) for _ in range(2))
    first = [made.scores(own).argmax() in corpus.judged[n].gold for n, own in zip(numbers, rows, strict=True)]
    assert np.mean(first) > 0.8
    assert all(np.array_equal(a, again.arrays()[part]) for part, a in made.arrays().items())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_one_command_makes_what_is_shipped(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("lightgbm", reason="pip install lightgbm")
    from index.training.fit import Course
    from index.training.train import train

    out = tmp_path / "model"
    assert train(folder, folder / "corpus.jsonl", out, 1, True, Course(6, 0.02, 0.25), Course(3, 0.01, 0.4)) == 0
    figures = json.loads((out / "niangjiaren.json").read_text(encoding="utf-8"))["figures"]
    assert set(figures["forest"]) == {"R@10", "R@100", "RR@10"}
    assert len(figures["forest + networks"]["R@10"]) == 7
    documents = [document for document in shipped() if document.title in LAWS]
    from index.encoder import load_encoder

    build_documents(documents, tmp_path / "index", load_encoder(str(out)))
    index = open_index(tmp_path / "index")
    assert index.reranker is not None
    assert len(index.reranker.recalled.chunk)
    assert len(index.search("哺乳时间每天多久", 5)) == 5
