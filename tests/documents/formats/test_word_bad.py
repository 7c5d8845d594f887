"""Word files that are broken, locked, hostile or enormous, and mutated ones."""

import random
import time
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from documents.errors import UnreadableFile
from documents.formats import ooxml
from documents.formats.word import read_docx
from tests.documents.formats.docx_parts import (
    ANY_BYTES,
    LAW,
    NAMESPACES,
    RELATED,
    Reader,
    W,
    cell,
    docx_of,
    numbered,
    p,
    package,
    row,
    table,
)


def refused(path: Path, say: str) -> None:
    with pytest.raises(UnreadableFile, match=say) as error:
        read_docx(path)
    assert path.name in str(error.value)
    assert "\n" not in str(error.value)


def test_empty_cut_and_scrambled(tmp_path: Path) -> None:
    path = docx_of(tmp_path / "甲.docx", p("第一条 内容"))
    data = path.read_bytes()
    path.write_bytes(b"")
    refused(path, "空文件")
    for keep in (3, 60, len(data) // 2, len(data) - 10):
        path.write_bytes(data[:keep])
        refused(path, "损坏")
    path.write_bytes(bytes(range(256)) * 9)
    refused(path, "内容不是文档")


def test_locked(tmp_path: Path) -> None:
    path = tmp_path / "锁.docx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(90)
    )
    refused(path, "密码")
    data = bytearray(docx_of(tmp_path / "旧锁.docx", p("字")).read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag of old zip encryption
    (tmp_path / "旧锁.docx").write_bytes(data)
    refused(tmp_path / "旧锁.docx", "密码")


def test_bombs_are_refused_before_they_open(tmp_path: Path) -> None:
    path = tmp_path / "弹.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(30_000_000))
    refused(path, "炸弹")
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(ooxml.MAX_ENTRIES + 1):
            archive.writestr(f"{number}", "")
    refused(path, "部件")


def test_allowance_holds_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = docx_of(tmp_path / "大.docx", *[p("第一条 内容")] * 300)
    with ooxml.open_package(path) as opened:
        opened.left = 1000
        with pytest.raises(UnreadableFile, match="炸弹"):
            opened.xml("word/document.xml")


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE w:document [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE w:document SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_entities_are_refused(tmp_path: Path, prolog: str) -> None:
    inside = f"{prolog}<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>甲&x;</w:t></w:r></w:p></w:body></w:document>"
    if "ENTITY" not in prolog:
        inside = inside.replace("&x;", "")
    for encoding in ("utf-8", "utf-16"):
        path = package(tmp_path / "毒.docx", {})
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("word/document.xml", inside.encode(encoding))
        refused(path, "DOCTYPE|损坏")


def test_without_main_part_or_another_kind(tmp_path: Path) -> None:
    refused(package(tmp_path / "缺.docx", {}), "缺 word/document.xml")
    with zipfile.ZipFile(tmp_path / "演.docx", "w") as archive:
        archive.writestr("ppt/presentation.xml", "<p/>")
    refused(tmp_path / "演.docx", "PowerPoint")
    refused(package(tmp_path / "空.docx", {"document": f"<w:document {NAMESPACES}/>"}), "没有正文")
    refused(docx_of(tmp_path / "白.docx", p(" ")), "没有文字")


def test_links_that_lead_out_are_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(f"<w:styles {NAMESPACES}>秘密</w:styles>", encoding="utf-8")
    links = (
        f'<Relationship Id="x" Type="{RELATED}/footnotes" Target="{secret.as_uri()}" TargetMode="External"/>'
        f'<Relationship Id="y" Type="{RELATED}/styles" Target="../../../../../..{secret}"/>'
        f'<Relationship Id="z" Type="{RELATED}/numbering" Target="http://127.0.0.1:9/n.xml" TargetMode="External"/>'
    )
    body = f"<w:document {NAMESPACES}><w:body>{p('正文')}</w:body></w:document>"
    assert read_docx(package(tmp_path / "链.docx", {"document": body}, links=links)).text == "正文"


def test_other_files_named_docx_are_read_as_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "改名.docx"
    path.write_text("<html><body><p>第一条　网页里的条文。</p></body></html>", encoding="utf-8")
    extract = read_docx(path)
    assert extract.text == "第一条　网页里的条文。"
    assert "网页" in extract.notes[-1]
    path.write_bytes("第一条　文本里的条文。".encode("gb18030"))
    assert "纯文本" in read_docx(path).notes[-1]


def test_tables_nested_too_deep_are_refused(tmp_path: Path) -> None:
    deep = p("底")
    for _ in range(40):
        deep = table(row(cell(deep + p(""))))
    refused(docx_of(tmp_path / "深.docx", deep), "套")
    for _ in range(3000):
        deep = f"<w:smartTag>{deep}</w:smartTag>"
    refused(docx_of(tmp_path / "更深.docx", deep), "套得太深")


def test_wild_attributes(read: Reader) -> None:
    extract = read(
        numbered("甲", 1, 99),
        numbered("乙", 1, -5),
        p("丙", properties='<w:outlineLvl w:val="x"/><w:pStyle w:val="A"/>'),
        table(
            row(
                cell("丁", '<w:gridSpan w:val="99999999999"/>'),
                cell("戊", '<w:gridSpan w:val="-1"/>'),
                properties='<w:gridBefore w:val="1e9"/>',
            )
        ),
        p('<w:r><w:sym w:char="zz"/></w:r>', "己", '<w:r><w:footnoteReference w:id="5"/></w:r>'),
        numbering=LAW,
        styles='<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>',
    )
    assert [line[-1] for line in extract.text.split("\n")] == ["甲", "乙", "丙", "戊", "己"]


def test_strict_dialect(tmp_path: Path) -> None:
    body = (
        f"<w:document {NAMESPACES}><w:body>{table(row('甲', '乙'), row('丙', '丁'))}{p('正文')}</w:body></w:document>"
    )
    strict = body.replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert read_docx(package(tmp_path / "严.docx", {"document": strict})).text == "甲：丙；乙：丁\n正文"


# Size and speed


@pytest.mark.slow
def test_hundred_thousand_paragraphs(tmp_path: Path) -> None:
    path = docx_of(tmp_path / "长.docx", *(p(f"第{number}段，各级工会要做好工作。") for number in range(100_000)))
    began = time.process_time()
    lines = read_docx(path).text.split("\n")
    assert len(lines) == 100_000
    assert lines[99_999].startswith("第99999段")
    assert time.process_time() - began < 30


@pytest.mark.slow
def test_fifty_thousand_rows(tmp_path: Path) -> None:
    rows = [row("地区", "产假", "备注")] + [row(f"县{number}", "158天", "无") for number in range(50_000)]
    lines = read_docx(docx_of(tmp_path / "表.docx", table(*rows))).text.split("\n")
    assert len(lines) == 50_000
    assert lines[-1] == "地区：县49999；产假：158天；备注：无"


def five_pages(path: Path) -> Path:
    document = docx.Document()
    document.add_heading("工作要点", 0)
    for number in range(60):
        document.add_paragraph(f"（{number}）" + "各级工会女职工组织要认真学习贯彻，做好女职工权益维护工作。" * 2)
    document.add_table(10, 4)
    document.save(str(path))
    return path


def test_five_pages_are_quick(tmp_path: Path) -> None:
    path = five_pages(tmp_path / "五.docx")
    read_docx(path)
    times = []
    for _ in range(5):
        began = time.process_time()
        read_docx(path)
        times.append(time.process_time() - began)
    print(f"docx of five pages: {min(times) * 1000:.1f} ms")
    assert min(times) < 0.06


# Fuzz

PARAGRAPH = st.text(st.characters(whitelist_categories=("Lo", "Nd"), max_codepoint=0x9FFF), min_size=1, max_size=30)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["p", "heading", "list", "table", "ins", "link"]), PARAGRAPH), min_size=1, max_size=12
    )
)
def test_every_paragraph_comes_once_and_in_order(tmp_path: Path, blocks: list[tuple[str, str]]) -> None:
    document = docx.Document()
    wanted = []
    for number, (kind, text) in enumerate(blocks):
        text = f"始{number}号{text}终"
        wanted.append(text)
        if kind == "table":
            made = document.add_table(1, 2)
            made.cell(0, 1).text = text
            made.cell(0, 0).text = "。"
        elif kind == "ins":
            element = OxmlElement("w:ins")
            added = document.add_paragraph()
            element.append(added.add_run(text)._r)
            added._p.append(element)
        elif kind == "link":
            added = document.add_paragraph()
            element = OxmlElement("w:hyperlink")
            element.append(added.add_run(text)._r)
            added._p.append(element)
        else:
            document.add_paragraph(text, style={"heading": "Heading 2", "list": "List Number"}.get(kind))
    document.save(str(tmp_path / "a.docx"))
    found = read_docx(tmp_path / "a.docx").text
    at = 0
    for text in wanted:
        assert found.count(text) == 1
        at = found.index(text, at)


def any_outcome(path: Path) -> None:
    try:
        message = read_docx(path).text and path.name
    except UnreadableFile as error:
        message = str(error)
    assert path.name in message


@ANY_BYTES
@given(st.integers(0, 2**32), st.integers(1, 12), st.booleans())
@example(0, 1, True)
def test_mutated_files_never_break_the_reader(tmp_path: Path, seed: int, flips: int, cut: bool) -> None:
    source = tmp_path / "源.docx"
    if not source.exists():
        five_pages(source)
    chance = random.Random(seed)
    data = bytearray(source.read_bytes())
    for _ in range(flips):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path / "变.docx"
    path.write_bytes(data[: chance.randrange(len(data))] if cut and seed % 3 == 0 else data)
    any_outcome(path)


@ANY_BYTES
@given(st.integers(0, 2**32))
def test_mutated_xml_never_breaks_the_reader(tmp_path: Path, seed: int) -> None:
    """Inside a whole zip: attributes, tags and numbers changed at random."""
    chance = random.Random(seed)
    words = [
        "w:val",
        "w:p",
        "w:tbl",
        "w:tc",
        "w:r",
        "w:t",
        "1",
        "9",
        "w:numPr",
        "-7",
        "w:ins",
        "w:vMerge",
        "",
        "x",
        "w:txbxContent",
    ]
    styled = p("丁", properties="<w:pStyle w:val='A'/>")
    parts = {
        "document": f"<w:document {NAMESPACES}><w:body>{numbered('甲')}{table(row('乙', cell('丙', '<w:vMerge/>')))}"
        f"{styled}</w:body></w:document>",
        "numbering": f"<w:numbering {NAMESPACES}>{LAW}</w:numbering>",
        "styles": f"<w:styles {NAMESPACES}><w:style w:styleId='A'><w:name w:val='a'/><w:basedOn w:val='A'/></w:style></w:styles>",
    }
    for name, text in parts.items():
        start = text.index("/main") + 300
        for _ in range(chance.randrange(4)):
            old, new = chance.choice(words), chance.choice(words)
            at = text.find(old, chance.randrange(start, len(text))) if old else -1
            text = text[:at] + new + text[at + len(old) :] if at >= 0 else text
        parts[name] = text
    any_outcome(package(tmp_path / "变.docx", parts))


def test_foreign_child_of_a_paragraph_is_looked_into(tmp_path: Path) -> None:
    document = docx.Document()
    added = document.add_paragraph("前")
    added._p.append(parse_xml(f'<w:customXml xmlns:w="{W}"><w:r><w:t>里</w:t></w:r></w:customXml>'))
    assert added._p.tag == qn("w:p")
    document.save(str(tmp_path / "a.docx"))
    assert read_docx(tmp_path / "a.docx").text == "前里"
