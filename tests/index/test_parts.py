"""Chunks, words, the shipped encoder, the command line."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.__main__ import main
from index.chunk import LONGEST, spans
from index.encoder import SHIPPED, StaticEncoder, load_encoder, shipped_folder
from index.errors import EncoderUnavailable
from index.lexical import Lexical
from index.questions import lay_questions
from index.words import cut, segment
from tests.index.conftest import save_encoder

TEXT = st.text("产假女职工。；，\n（一）用人单位", max_size=3000)


@settings(deadline=None)
@given(TEXT)
def test_spans_cover_a_text_without_gaps(text: str) -> None:
    found = list(spans(text))
    assert "".join(text[a:b] for a, b in found) == text
    assert all(0 < b - a <= LONGEST for a, b in found)


def test_long_text_is_cut_at_its_lines() -> None:
    text = "\n".join(f"（{n}）" + "产" * 90 + "；" for n in range(20))
    assert all(text[a] == "（" for a, _ in spans(text))


def test_domain_words_stay_whole() -> None:
    assert "生育津贴" in cut("生育津贴怎么算")
    assert "哺乳时间" in cut("每天哺乳时间")
    assert cut("，。！") == []


def test_full_width_is_folded() -> None:
    assert cut("９８天") == cut("98天")


def test_segment_adds_characters() -> None:
    assert segment(["产假", "天"]) == "产假 天 产 假"


def test_toy_folder_reads_alike_with_numpy_and_sentence_transformers(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    table = np.random.default_rng(1).normal(size=(5, 16)).astype(np.float32)
    save_encoder(table, {"产假": 0, "多少": 1, "天": 2, "产": 3, "假": 4}, tmp_path)
    texts = [segment(cut(text)) for text in ("产假多少天", "产假", "不认识的词和天")]
    ours = StaticEncoder(tmp_path).encode_segmented(texts)
    theirs = SentenceTransformer(str(tmp_path), device="cpu").encode(texts, normalize_embeddings=True)
    assert np.allclose(ours, theirs, atol=2e-3)


@pytest.mark.slow
def test_shipped_encoder_reads_alike_with_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    texts = [segment(cut(text)) for text in ("怀孕七个月还排我上夜班", "用人单位不得解除劳动合同", "产假98天")]
    theirs = SentenceTransformer(str(shipped_folder()), device="cpu").encode(texts, normalize_embeddings=True)
    assert np.allclose(load_encoder().encode_segmented(texts), theirs, atol=2e-3)


def test_shipped_encoder() -> None:
    encoder = load_encoder()
    asked, near, far = encoder.encode(["怀孕被公司开除", "因怀孕解除劳动合同", "高温作业分级"])
    assert asked @ near > asked @ far
    assert np.allclose(np.linalg.norm(encoder.encode(["产假"]), axis=1), 1, atol=1e-5)
    assert not encoder.encode(["", "😀"]).any()


def test_missing_encoder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "niangjiaren.json").write_text("{}", encoding="utf-8")
    with pytest.raises(EncoderUnavailable, match="编码器"):
        StaticEncoder(tmp_path)


def test_lexical_save_and_load(tmp_path: Path) -> None:
    lexical = Lexical.build([["产假", "天"], ["哺乳"], []])
    lexical.save(tmp_path)
    again = Lexical.load(tmp_path)
    assert np.array_equal(lexical.scores(["产假"]), again.scores(["产假"]))
    assert again.scores(["没有"]).tolist() == [0, 0, 0]
    assert again.weight("产假") > 0
    assert again.weight("没有") > again.weight("产假")
    assert again.knows("哺乳")


def test_lay_questions_name_provisions_that_exist() -> None:
    from documents import shipped

    known = {(d.title, p.article) for d in shipped() for p in d.provisions}
    assert set(lay_questions()) <= known
    assert all(asked.strip() for group in lay_questions().values() for asked in group)


def test_lay_questions_are_not_the_benchs() -> None:
    from evals import load, suites

    def bare(text: str) -> str:
        return re.sub(r"\W+", "", text)

    bench = {bare(case.question) for name in suites() for case in load(name)}
    assert not bench & {bare(asked) for group in lay_questions().values() for asked in group}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "某市女职工办法.txt").write_text("第一条 产假98天。\n第二条 哺乳1小时。", encoding="utf-8")
    rows = [
        {"id": f"s{n}", "title": "某条例", "article": f"第{n}条", "date": "", "text": f"产假规定{n}"}
        for n in range(1, 4)
    ]
    (folder / "rows.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    return folder


def test_build_and_search_from_the_shell(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["build", "--documents", str(corpus), "--out", str(out)]) == 0
    assert main(["build", "--documents", str(corpus), "--out", str(out), "--if-changed"]) == 0
    assert "没有变化" in capsys.readouterr().out
    assert main(["search", "产假", "--index", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["document_id"]
    (corpus / "某市女职工办法.txt").write_text("第一条 产假158天。", encoding="utf-8")
    assert main(["build", "--documents", str(corpus), "--out", str(out), "--if-changed"]) == 0
    assert "索引建好" in capsys.readouterr().out


def test_what_is_left_out_is_said_and_the_rest_is_built(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "空.txt").write_bytes(b"")
    (corpus / "程序.txt").write_bytes(bytes(range(256)) * 10)
    assert main(["build", "--documents", str(corpus), "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr()
    assert "空.txt" in printed.err
    assert "程序.txt" in printed.err
    assert "2 处没有收入" in printed.out


def test_nothing_to_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--documents", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
    assert "none" in capsys.readouterr().err


def test_trec_run(corpus: Path, tmp_path: Path) -> None:
    out, queries, run = tmp_path / "out", tmp_path / "q.jsonl", tmp_path / "r.trec"
    main(["build", "--documents", str(corpus), "--out", str(out)])
    queries.write_text('{"id": "q1", "question": "产假规定"}\n\n{"id": "q2", "question": "哺乳"}\n', encoding="utf-8")
    assert main(["search", "--queries", str(queries), "--k", "2", "--run", str(run), "--index", str(out)]) == 0
    rows = [line.split(" ") for line in run.read_text(encoding="utf-8").splitlines()]
    assert all(len(row) == 6 and row[1] == "Q0" for row in rows)
    assert [row[3] for row in rows if row[0] == "q1"] == ["1", "2"]
    assert {row[2] for row in rows if row[0] == "q1"} <= {"s1", "s2", "s3"}
    scores = [float(row[4]) for row in rows if row[0] == "q1"]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["search"],
        ["search", "产假", "--k", "0"],
        ["search", "产假", "--as-of", "昨天"],
        ["search", "产假", "--region", "火星"],
        ["build", "--engine", "milvus"],
    ],
)
def test_bad_options_are_one_sentence(
    arguments: list[str], corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    main(["build", "--documents", str(corpus), "--out", str(out)])
    extra = ["--index", str(out)] if arguments[0] == "search" else []
    assert main([*arguments, *extra]) == 2
    assert capsys.readouterr().err.strip()


def test_search_imports_no_torch(corpus: Path, tmp_path: Path) -> None:
    main(["build", "--documents", str(corpus), "--out", str(tmp_path / "out")])
    code = (
        f"import sys; from index.__main__ import main; main(['search', '产假', '--index', {str(tmp_path / 'out')!r}]); "
        "print([m for m in ('torch', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_encoder_name() -> None:
    assert load_encoder().name == SHIPPED
