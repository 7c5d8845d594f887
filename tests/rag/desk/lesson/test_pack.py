import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents import shipped
from documents.model import Document
from documents.resting import rests, text_digest
from documents.validity import resolve
from index import build_documents, open_index
from index.encoder import load_encoder
from rag import Assistant
from rag.desk.errors import BadWish, UnreadablePack
from rag.desk.lesson import Lesson, check_pack, write_pack
from rag.desk.lesson.check import What
from rag.desk.lesson.command import main
from rag.desk.lesson.read import read_pack
from tests.rag.desk.lesson.conftest import DAY

TOPIC = "孕期和产假保护"
FILES = {"讲稿.docx", "课件.pptx", "讲义（发给女职工）.docx", "备课.md", "pack.json"}


@pytest.fixture(scope="module")
def pack(lessons: dict[str, Lesson], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIANGJIA_HOME", str(folder / "home"))
        write_pack(lessons[TOPIC], folder / "备课包")
    return folder / "备课包"


def test_a_pack_holds_its_files_and_names_what_it_rests_on(assistant: Assistant, pack: Path) -> None:
    assert {path.name for path in pack.iterdir()} == FILES
    assert not [path for path in pack.parent.iterdir() if path.name.startswith(".")]
    rows = rests(pack.parent / "home", "lessons")
    assert {row.name for row in rows} == {str(pack.resolve())}
    row = next(r for r in rows if (r.title, r.article) == ("女职工劳动保护特别规定", "第七条"))
    text = assistant.index.by_article[row.title, row.article][0].provision.text
    assert row.digest == text_digest(text)


def test_a_fresh_pack_has_not_changed(assistant: Assistant, pack: Path) -> None:
    assert check_pack(assistant, pack, DAY) == ()


def test_nothing_is_written_over(lessons: dict[str, Lesson], pack: Path, tmp_path: Path) -> None:
    before = (pack / "备课.md").read_bytes()
    with pytest.raises(BadWish, match="不会覆盖"):
        write_pack(lessons[TOPIC], pack)
    assert (pack / "备课.md").read_bytes() == before
    (tmp_path / "文件").write_text("别人的", encoding="utf-8")
    with pytest.raises(BadWish, match="不会覆盖"):
        write_pack(lessons[TOPIC], tmp_path / "文件")


def test_a_half_written_pack_leaves_nothing(
    lessons: dict[str, Lesson], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rag.desk.write.write_pptx", broken)
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "home"))
    with pytest.raises(Exception, match="写不了"):
        write_pack(lessons[TOPIC], tmp_path / "包")
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def changed(lessons: dict[str, Lesson], tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """What the pack cites, with 98天 become 128天, one misconception gone and one law ended."""
    folder = tmp_path_factory.mktemp("changed") / "index"
    titles = {citation.title for citation in lessons[TOPIC].sources}
    documents = [_turned(document) for document in shipped() if document.title in titles]
    build_documents(resolve(documents), folder, load_encoder())
    return Assistant(open_index(folder))


def _turned(document: Document) -> Document:
    provisions = document.provisions
    if document.title == "女职工劳动保护特别规定":
        provisions = tuple(replace(p, text=p.text.replace("98天", "128天")) for p in provisions)
    if document.title == "常见误解":
        provisions = tuple(p for p in provisions if p.article != "产假是90天")
    ended = DAY if document.title == "工会法" else document.ended
    return replace(document, provisions=provisions, ended=ended)


def test_what_changed_is_named_with_its_place(changed: Assistant, pack: Path) -> None:
    found = check_pack(changed, pack, DAY)
    kinds = {change.what for change in found}
    assert kinds >= {What.TEXT, What.GONE, What.FORCE, What.ANSWER, What.LIBRARY}
    text = next(change for change in found if change.what is What.TEXT)
    assert "第七条" in text.now
    assert "128天" in text.now
    assert text.where.startswith("讲稿第")
    assert text.where in text.line
    answer = next(change for change in found if change.what is What.ANSWER)
    assert "188天" in answer.text or "203天" in answer.text or "218天" in answer.text
    gone = [change for change in found if change.what is What.GONE]
    assert all("产假是90天" in change.now for change in gone)


def test_the_command_tells_by_its_exit_code(
    pack: Path, library_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "home"))
    day, index = DAY.isoformat(), str(library_index)
    made = ["更年期", "--region", "江苏", "--minutes", "10", "--audience", "女工干部"]
    assert main([*made, "--out", str(tmp_path / "包"), "--index", index, "--as-of", day]) == 0
    out = capsys.readouterr().out
    assert "讲稿.docx" in out
    assert "10分钟" in out
    assert main(["--check", str(tmp_path / "包"), "--index", index, "--as-of", day]) == 0
    assert "没有要改的话" in capsys.readouterr().out
    assert main(["--check", str(pack), "--index", index, "--as-of", "2011-01-01"]) == 1
    assert "没有效力" in capsys.readouterr().out
    with pytest.raises(UnreadablePack, match="没有找到"):
        main(["--check", str(tmp_path), "--index", index])
    with pytest.raises(BadWish, match="主题"):
        main(["--out", str(tmp_path / "无题")])


def _broken(pack: Path, folder: Path, turn: Any) -> Path:
    raw = json.loads((pack / "pack.json").read_text(encoding="utf-8"))
    turn(raw)
    folder.mkdir(exist_ok=True)
    (folder / "pack.json").write_text(json.dumps(raw), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (lambda raw: raw.update(format="x"), "不是备课包"),
        (lambda raw: raw.update(version=99), "版本"),
        (lambda raw: raw.update(day="昨天"), "日期"),
        (lambda raw: raw.update(regions=["火星"]), "火星"),
        (lambda raw: raw.update(statements={}), "一列记录"),
        (lambda raw: raw.update(statements=[1]), "一列记录"),
        (lambda raw: raw["statements"][3].pop("text"), "第4条"),
        (lambda raw: raw["statements"][0]["sources"][0].update(digest=5), "出处"),
        (lambda raw: raw["statements"][0].update(text="长" * 30_000), "太长"),
        (
            lambda raw: raw["statements"][0].update(question="?", style="单选", options=["a"], right=[7], why_wrong=[]),
            "序号",
        ),
    ],
)
def test_a_pack_that_is_wrong_is_named(pack: Path, tmp_path: Path, turn: Any, words: str) -> None:
    with pytest.raises(UnreadablePack, match=words):
        read_pack(_broken(pack, tmp_path / "坏", turn))


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"format": "niangjia-lesson"}']
)
def test_what_is_no_pack_is_told_in_a_sentence(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "pack.json").write_bytes(raw)
    with pytest.raises(UnreadablePack, match="pack.json"):
        read_pack(tmp_path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "pack.json").open("wb") as out:
        out.truncate(17 * 1024 * 1024)
    with pytest.raises(UnreadablePack, match="17MB"):
        read_pack(tmp_path)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["sources", "text", "where", "right"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["topic", "regions", "day", "made", "statements", "library_digest"]), value=_JSON)
def test_hostile_values_never_get_through(pack: Path, tmp_path: Path, name: str, value: Any) -> None:
    folder = _broken(pack, tmp_path / "敌", lambda raw: raw.update({name: value}))
    try:
        read = read_pack(folder)
    except UnreadablePack:
        return
    assert all(isinstance(kept.text, str) for kept in read.statements)
