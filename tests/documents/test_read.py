"""Readers: every bad file gets one clear sentence, the rest is read."""

import json
import lzma
from datetime import date
from pathlib import Path

import pytest

from documents import read_paths
from documents.formats.plain import MAX_LINE
from documents.infer import guess, guess_level, normalise_title
from documents.model import Level

LAW = "第一条 女职工生育享受产假。\n第二条 本规定自2012年4月28日起施行。\n"
ROW = {
    "id": "s1",
    "title": "劳动法",
    "article": "第六十二条",
    "chapter": "",
    "date": "2018-12-29",
    "text": "产假不少于九十天。",
}


def only_problem(path: Path) -> str:
    reading = read_paths([path])
    assert not reading.documents
    assert len(reading.problems) == 1
    assert path.name in reading.problems[0].message
    return reading.problems[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "某市女职工劳动保护规定.txt"
    path.write_text(LAW, encoding=encoding)
    document = read_paths([path]).documents[0]
    assert [p.article for p in document.provisions] == ["第一条", "第二条"]
    assert "生育享受产假" in document.provisions[0].text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空文件"),
        (b"  \n\n", "空文件"),
        (bytes(range(256)) * 40, "不是文本"),
        (b"\x89PNG\r\n\x1a\n" + bytes(3000), "不是文本"),
        ("。。。——".encode(), "没有文字"),
        (b"# \xe6\xa0\x87\xe9\xa2\x98\n\n<!-- INFO END -->\n", "没有正文"),
    ],
)
def test_bad_content_is_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "文件.md"
    path.write_bytes(content)
    assert words in only_problem(path)


def test_enormous_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "长行.txt"
    path.write_bytes("产".encode() * (MAX_LINE + 1))
    assert "第 1 行" in only_problem(path)


def test_enormous_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as out:
        out.truncate(50_000_000)
    assert "50 MB" in only_problem(path)


def test_unknown_kind_and_missing_path(tmp_path: Path) -> None:
    path = tmp_path / "程序.exe"
    path.write_bytes(b"MZ")
    assert "格式" in only_problem(path)
    assert "找不到" in only_problem(tmp_path / "没有.txt")


def test_no_headings_is_one_provision(tmp_path: Path) -> None:
    path = tmp_path / "关于关心女职工的一封信.txt"
    path.write_text("各位姐妹，单位要关心女职工。", encoding="utf-8")
    assert [p.article for p in read_paths([path]).documents[0].provisions] == ["引言"]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("{", "JSON"),
        ("[1]", "对象"),
        (json.dumps({k: v for k, v in ROW.items() if k != "text"}), "text"),
        (json.dumps(ROW | {"id": "s2", "date": "某年"}), "date"),
        (json.dumps(ROW), "重复"),
        (json.dumps(ROW | {"id": 7}), "id"),
    ],
)
@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.xz"])
def test_bad_row_is_named_and_the_rest_is_read(tmp_path: Path, bad: str, words: str, suffix: str) -> None:
    path = tmp_path / f"条文{suffix}"
    text = "\n".join([json.dumps(ROW), bad, json.dumps(ROW | {"id": "s3", "article": "第六十三条", "date": ""})])
    path.write_bytes(lzma.compress(text.encode()) if suffix.endswith("xz") else text.encode())
    reading = read_paths([path])
    assert [p.id for d in reading.documents for p in d.provisions] == ["s1", "s3"]
    assert [problem.row for problem in reading.problems] == [2]
    assert "第 2 行" in reading.problems[0].message
    assert words in reading.problems[0].message


def test_truncated_archive(tmp_path: Path) -> None:
    path = tmp_path / "条文.jsonl.xz"
    path.write_bytes(lzma.compress(json.dumps(ROW).encode())[:-20])
    assert "损坏" in only_problem(path)


def test_unknown_date_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "条文.jsonl"
    path.write_text(json.dumps(ROW | {"date": ""}), encoding="utf-8")
    document = read_paths([path]).documents[0]
    assert document.published is None
    assert document.in_force(date(2000, 1, 1)) is None


def test_two_files_of_one_name(tmp_path: Path) -> None:
    for folder in ("甲", "乙"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "女职工劳动保护办法.txt").write_text(LAW, encoding="utf-8")
    found = read_paths([tmp_path]).documents
    assert len({d.id for d in found}) == 2
    assert len({p.id for d in found for p in d.provisions}) == 4


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("劳动合同法", Level.LAW),
        ("女职工劳动保护条例", Level.ADMINISTRATIVE),
        ("上海市人口与计划生育条例", Level.LOCAL_LAW),
        ("上海市实施《妇女权益保障法》办法", Level.LOCAL_LAW),
        ("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", Level.JUDICIAL),
        ("江苏省总工会2023年女职工工作要点", Level.UNION),
        ("上海市工会条例", Level.LOCAL_LAW),
        ("企业职工带薪年休假实施办法", Level.DEPARTMENTAL),
        ("关于做好女职工工作的通知", Level.NORMATIVE),
    ],
)
def test_level_from_title(title: str, level: Level) -> None:
    assert guess_level(title) is level


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("《中华人民共和国劳动法》", "劳动法"),
        ("中华人民共和国妇女权益保障法（2022年修订）", "妇女权益保障法"),
        ("劳动法(2018-12-29)", "劳动法"),
        ("上海市实施《中华人民共和国妇女权益保障法》办法", "上海市实施《妇女权益保障法》办法"),
        ("解释（一）", "解释（一）"),
    ],
)
def test_titles(name: str, title: str) -> None:
    assert normalise_title(name) == title


def test_file_newer_than_its_text_is_noted() -> None:
    head = "# 某省人口与计划生育条例\n\n2016年3月24日 某省人大常委会修正\n"
    found = guess(Path("某省人口与计划生育条例(2021-11-26).md"), head, "第一条 甲。")
    assert found.published == date(2016, 3, 24)
    assert "2021-11-26" in found.note


def test_entry_into_force() -> None:
    found = guess(Path("某法.md"), "# 某法\n\n2007年6月29日 通过\n", "第一条 甲。\n第二条 本法自2008年1月1日起施行。")
    assert (found.published, found.effective) == (date(2007, 6, 29), date(2008, 1, 1))


def test_amended_law_keeps_no_old_entry() -> None:
    head = "# 某法\n\n2007年6月29日 通过\n\n2012年12月28日 修正\n"
    found = guess(Path("某法.md"), head, "第一条 甲。\n第二条 本法自2008年1月1日起施行。")
    assert (found.published, found.effective) == (date(2012, 12, 28), None)
