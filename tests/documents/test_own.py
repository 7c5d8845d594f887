"""A user's own library: what `add` takes in, what it refuses, and that nothing of hers is ever lost."""

import json
import os
import threading
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from documents import Check, Kind, Level, own
from documents.__main__ import main
from documents.catalog import Decision, read_catalog, write_catalog
from documents.errors import BusyLibrary, CatalogError
from documents.faults import faults_of_own
from documents.library import gather
from documents.own import Added, add, read_own

RULE = "第一条 女职工生育享受产假{days}天。\n第二条 自2024年1月1日起施行。\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "_SETTLED_SECONDS", 0.0)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def titles(added: Added) -> list[str]:
    return [document.title for document, _ in added.documents]


def test_what_is_added_is_read_again_from_the_catalogue(tmp_path: Path, home: Path) -> None:
    file = write(tmp_path / "某集团女职工假期办法.txt", RULE.format(days=128))
    added = add([file], home)
    assert titles(added) == ["某集团女职工假期办法"]
    assert (home / "documents" / file.name).read_bytes() == file.read_bytes()
    row = read_catalog(home / "catalog.csv")[0]
    assert row.effective == date(2024, 1, 1)
    assert row.inferred["title"] == "中"
    document = read_own(home).reading.documents[0]
    assert (document.id, document.inferred) == (row.id, row.inferred)
    assert document.id in {d.id for d in gather().documents}


def test_emptying_the_cell_confirms_and_edits_hold(tmp_path: Path, home: Path) -> None:
    add([write(tmp_path / "某集团女职工假期办法.txt", RULE.format(days=128))], home)
    row = read_catalog(home / "catalog.csv")[0]
    write_catalog(home / "catalog.csv", (replace(row, inferred={}, region="江苏省", title="=办法"),), own=True)
    document = read_own(home).reading.documents[0]
    assert (document.inferred, document.region, document.title) == ({}, "江苏省", "=办法")
    assert "'=办法" in (home / "catalog.csv").read_text(encoding="utf-8-sig")


def test_the_same_content_is_taken_once_and_the_same_name_twice(tmp_path: Path, home: Path) -> None:
    first = write(tmp_path / "甲" / "假期办法.txt", RULE.format(days=128))
    copy = write(tmp_path / "乙" / "副本.txt", RULE.format(days=128))
    other = write(tmp_path / "丙" / "假期办法.txt", RULE.format(days=158))
    assert len(add([first], home).documents) == 1
    again = add([first, copy], home)
    assert (len(again.documents), len(again.present)) == (0, 2)
    second = add([other], home)
    assert second.documents[0][1].path == "假期办法（2）.txt"
    assert "两份都在" in second.remarks[0]
    assert (home / "documents" / "假期办法.txt").read_text(encoding="utf-8") == RULE.format(days=128)
    rows = read_catalog(home / "catalog.csv")
    assert len({row.id for row in rows}) == 2
    assert len(read_own(home).reading.documents) == 2


def test_a_folder_keeps_its_places_and_a_zip_too(tmp_path: Path, home: Path) -> None:
    write(tmp_path / "资料" / "江苏" / "女职工工作通知.txt", RULE.format(days=128))
    packed = tmp_path / "资料.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("浙江/女职工保护通知.txt", RULE.format(days=188))
    added = add([tmp_path / "资料", packed], home)
    assert {row.path for _, row in added.documents} == {
        "资料/江苏/女职工工作通知.txt",
        "资料.zip/浙江/女职工保护通知.txt",
    }
    assert {document.region for document, _ in added.documents} == {"江苏省", "浙江省"}
    assert len(read_own(home).reading.documents) == 2


def test_a_zip_cannot_write_outside(tmp_path: Path, home: Path) -> None:
    packed = tmp_path / "坏.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../逃.txt", RULE.format(days=1))
        archive.writestr("/etc/逃.txt", RULE.format(days=2))
        archive.writestr("里面.zip", b"PK")
        link = zipfile.ZipInfo("链接.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("好办法规定一则.txt", RULE.format(days=3))
    before = {path for path in tmp_path.rglob("*") if home not in path.parents}
    added = add([packed], home)
    assert titles(added) == ["好办法规定一则"]
    assert len(added.problems) == 4
    assert all("坏.zip" in problem.message for problem in added.problems)
    assert {path for path in tmp_path.rglob("*") if home not in path.parents} - {home} == before
    assert not list(tmp_path.parent.glob("逃.txt"))


def test_names_of_chinese_windows_are_read(tmp_path: Path, home: Path) -> None:
    packed = tmp_path / "包.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x" * 14 + ".txt", RULE.format(days=3))
    name = "女职工办法一".encode("gb18030")
    data = packed.read_bytes().replace(b"x" * 14, name.ljust(14, b"_"))
    packed.write_bytes(data)
    assert titles(add([packed], home)) == ["女职工办法一__"]


def test_a_bomb_stops_and_says_so(tmp_path: Path, home: Path) -> None:
    packed = tmp_path / "炸弹.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("先来的通知文件.txt", RULE.format(days=3))
        archive.writestr("大.txt", b"0" * 210_000_000)
    added = add([packed], home)
    assert titles(added) == ["先来的通知文件"]
    assert "太大" in added.problems[0].message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("坏.zip", b"PK\x03\x04broken", "已损坏"),
        ("电子公文.ofd", b"PK\x03\x04", "OFD"),
        ("程序.exe", b"MZ", "格式"),
        ("空.docx", b"", "空文件"),
        ("假.pdf", b"hello", "内容不是 pdf"),
    ],
)
def test_bad_files_get_one_sentence(tmp_path: Path, home: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    good = write(tmp_path / "好的女职工办法.txt", RULE.format(days=98))
    added = add([tmp_path / name, good], home)
    assert titles(added) == ["好的女职工办法"]
    assert len(added.problems) == 1
    assert words in added.problems[0].message
    assert name in added.problems[0].message


def test_a_file_that_is_being_written_is_left(tmp_path: Path, home: Path) -> None:
    file = write(tmp_path / "正在写的办法.txt", RULE.format(days=98))

    def watch(*_: object) -> None:
        raise AssertionError("text is not watched")

    original = own.read_sources

    def slow(*arguments: object, **named: object) -> object:
        reading = original(*arguments, **named)  # type: ignore[arg-type]
        with file.open("a", encoding="utf-8") as out:
            out.write("第三条 还没写完")
        return reading

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own, "read_sources", slow)
        added = add([file], home, watch)
    assert not added.documents
    assert "正在被改写" in added.problems[0].message
    assert not list((home / "documents").rglob("*.txt"))


def test_two_adders_do_not_mix(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [write(tmp_path / str(n) / f"第{n}号女职工办法.txt", RULE.format(days=90 + n)) for n in range(8)]
    threads = [threading.Thread(target=add, args=([file], home)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_catalog(home / "catalog.csv")) == 8
    monkeypatch.setattr(own, "_LOCK_SECONDS", 0)
    with FileLock(home / ".lock"), pytest.raises(BusyLibrary, match="另一个程序"):
        add([files[0]], home)


def test_a_broken_catalogue_stops_before_anything_is_written(tmp_path: Path, home: Path) -> None:
    file = write(tmp_path / "某厂女职工办法.txt", RULE.format(days=98))
    write(home / "catalog.csv", "id,path\n乱\n")
    with pytest.raises(CatalogError):
        add([file], home)
    assert not (home / "documents").exists()
    assert (home / "catalog.csv").read_text(encoding="utf-8") == "id,path\n乱\n"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere; run as another user")
def test_a_folder_without_permission(tmp_path: Path, home: Path) -> None:
    home.mkdir()
    home.chmod(0o500)
    with pytest.raises(BusyLibrary, match="权限"):
        add([write(tmp_path / "某厂女职工办法.txt", RULE.format(days=98))], home)


def test_faults_of_her_library(tmp_path: Path, home: Path) -> None:
    add([write(tmp_path / f"第{n}号女职工办法.txt", RULE.format(days=90 + n)) for n in range(3)], home)
    assert list(faults_of_own(read_own(home), home)) == []
    (home / "documents" / "第0号女职工办法.txt").unlink()
    write(home / "documents" / "第1号女职工办法.txt", RULE.format(days=5))
    faults = list(faults_of_own(read_own(home), home))
    assert len(faults) == 2
    assert "找不到文件" in faults[0]
    assert "被改过" in faults[1]


def test_the_command_shows_what_it_reads_and_what_it_guessed(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = "".join(f"<p>{line}</p>" for line in RULE.format(days=128).splitlines())
    write(tmp_path / "来文" / "江苏省女职工假期办法.html", f"<html><body><article>{lines}</article></body></html>")
    assert main(["add", str(tmp_path / "来文")]) == 0
    said = capsys.readouterr().out
    assert "《江苏省女职工假期办法》" in said
    assert "地区 高" in said
    assert "收入 1 份、2 条" in said
    assert main(["list", "--region", "江苏"]) == 0
    assert "江苏省女职工假期办法" in capsys.readouterr().out


LAW = "女职工劳动保护特别规定"


def original_of(title: str, change: tuple[str, str] = ("", "")) -> str:
    """An 'official' text with the figures of our restatement, since the real one is not shipped."""
    restated = next(d for d in gather().documents if d.title == title)
    lines = [p.article + " " + p.text.replace("\n", "") for p in restated.provisions if p.article.startswith("第")]
    lines += [p.article + "　" + p.text.replace("\n", "") for p in restated.provisions if p.article.startswith("附")]
    return "\n".join(lines).replace(*change)


def versions(title: str) -> list[tuple[Kind, Check | None, str]]:
    return [(d.kind, d.check, d.note) for d in gather().documents if d.title == title]


def test_an_original_takes_the_restatements_place(tmp_path: Path, home: Path) -> None:
    shipped_url = next(d.url for d in gather().documents if d.title == LAW)
    added = add([write(tmp_path / f"{LAW}.txt", original_of(LAW))], home)
    assert not added.problems
    kinds = [kind for kind, _, _ in versions(LAW) if kind is Kind.ORIGINAL]
    assert kinds == [Kind.ORIGINAL]
    found = [d for d in gather().documents if d.title == LAW]
    seventh = [(d.kind, p.check) for d in found for p in d.provisions if p.article == "第七条"]
    assert seventh == [(Kind.ORIGINAL, None)]
    original = next(d for d in found if d.kind is Kind.ORIGINAL)
    assert (original.level, original.url) == (Level.ADMINISTRATIVE, shipped_url)


def test_a_conflict_silences_both_until_she_decides(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = original_of(LAW, ("98", "90"))
    assert main(["add", str(write(tmp_path / f"{LAW}.txt", text))]) == 0
    assert "decision" in capsys.readouterr().out
    assert [check for _, check, _ in versions(LAW)] == [Check.WEAK, Check.WEAK]
    assert not gather().problems
    assert all("冲突" in note for _, _, note in versions(LAW))
    assert all(p.check is Check.WEAK for d in gather().documents if d.title == LAW for p in d.provisions)
    row = read_catalog(home / "catalog.csv")[0]
    write_catalog(home / "catalog.csv", (replace(row, decision=Decision.RESTATEMENT),), own=True)
    assert [(k, c is Check.WEAK) for k, c, _ in versions(LAW)] == [(Kind.RESTATEMENT, False), (Kind.ORIGINAL, True)]
    write_catalog(home / "catalog.csv", (replace(row, decision=Decision.ORIGINAL),), own=True)
    seventh = [p for d in gather().documents if d.title == LAW for p in d.provisions if p.article == "第七条"]
    assert len(seventh) == 1
    assert "90" in seventh[0].text


def test_a_union_confirms_a_shipped_row(home: Path) -> None:
    weak = next(
        (d, p) for d in gather().documents for p in d.provisions if p.check is Check.WEAK and d.kind is Kind.RESTATEMENT
    )
    header = "id,path,title,kind,level,region,issuer,doc_no,published,effective,ended,year,replaced_by,check,url,note,confirmed"
    d, p = weak
    line = f"{p.id},,{d.title},{d.kind},{d.level},{d.region},,,,,,,,已对照条文,,,2026-11-21 李芳 对照公报"
    write(home / "catalog.csv", f"{header}\n{line}\n不存在的,,甲,原文,法律,全国,,,,,,,,已对照条文,,,2026-11-21 李芳\n")
    reading = gather()
    assert next(q.check for e in reading.documents for q in e.provisions if q.id == p.id) is Check.COMPARED
    assert any("不存在的" in problem.message for problem in reading.problems)


def test_the_cache_is_not_trusted_when_it_is_broken(tmp_path: Path, home: Path) -> None:
    from documents.formats import Extract
    from documents.formats.workers import Cache

    cache = Cache(tmp_path / "cache")
    extract = Extract("第一条 甲", (0,), "题", ("注",), 1, 0.9)
    cache.put("ab", extract)
    assert cache.get("ab") == extract
    for broken in ("", "{", "[]", json.dumps({"version": 1, "text": "甲"}), json.dumps({"version": -1})):
        (cache.folder / "ab.json").write_text(broken, encoding="utf-8")
        assert cache.get("ab") is None
