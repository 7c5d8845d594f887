"""Web pages: the paper itself, all of it, and none of the page around it."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from documents.errors import UnreadableFile
from documents.formats.extract import Extract
from documents.formats.html import read_html
from documents.parse import parse

PAPER = (
    "<p>　　第一条　为了保护女职工合法权益，根据《女职工劳动保护特别规定》，制定本办法。</p>"
    "<p>　　第二条　本省行政区域内的国家机关、企业、事业单位适用本办法。</p>"
    "<p>　　第三条　女职工生育享受不少于一百五十八天产假。</p><p>　　第四条　本办法自2018年6月1日起施行。</p>"
)


def page(content: str, head: str = "", around: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}<script>var x='第九条 假的';</script></head><body>"
        "<div class='header'><a href='/'>首页</a>某某省人民政府</div><nav><ul><li><a>政务公开</a></li><li>互动交流</li></ul></nav>"
        f"<div class='crumb'>当前位置：<a>首页</a> &gt; <a>政策</a></div>{content}{around}"
        "<div class='share'>分享到：<a>微信</a></div><p>上一篇：<a>另一个办法</a></p><p>下一篇：没有了</p>"
        "<div class='sidebar'><ul><li><a>热点新闻标题一</a></li><li><a>热点新闻标题二</a></li></ul></div>"
        "<footer>版权所有：某某省人民政府 苏ICP备00000号</footer></body></html>"
    )


Reader = Callable[..., Extract]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    def reader(text: str | bytes, name: str = "页.html") -> Extract:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_html(path)

    return reader


def body(read: Reader, inside: str) -> list[str]:
    return read(f"<html><body>{inside}</body></html>").text.split("\n")


CHANCE = random.Random(1)
FURNITURE = ["首页", "政务公开", "互动", "位置", "分享", "上一篇", "下一篇", "热点", "版权", "假的"]


@pytest.mark.parametrize(
    "container",
    [
        *[
            "<div class='TRS_Editor'>{}</div>",
            "<div id='UCAP-CONTENT'>{}</div>",
            "<div id='zoom'>{}</div>",
            "<article>{}</article>",
        ],
        *[
            "<div class='content'>{}</div>",
            "<div class='pages_content'>{}</div>",
            "<main><div class='xyz'>{}</div></main>",
        ],
        *[
            "<div class='unheard-of'>{}</div>",
            "<table><tr><td width='20'></td><td>{}</td></tr></table>",
            "<div id='vsb_content_2'>{}</div>",
        ],
    ],
)
def test_main_text_of_government_pages(read: Reader, container: str) -> None:
    extract = read(page(container.format(PAPER)))
    assert [one.article for one in parse("办法", extract.text)] == ["第一条", "第二条", "第三条", "第四条"]
    assert extract.text.startswith("第一条　为了保护女职工合法权益")
    assert extract.text.endswith("起施行。")
    assert not [word for word in FURNITURE if word in extract.text]


def test_text_in_several_containers_is_all_kept(read: Reader) -> None:
    half = (
        "<p>一、各级工会要做好女职工工作，维护女职工的合法权益和特殊利益，推动集体合同签订，让女职工得到更多实惠。</p>"
        * 3
    )
    extract = read(
        page(f"<div><div class='content'>{half}</div><div class='content'>{half.replace('一', '二')}</div></div>")
    )
    assert extract.text.count("一、各级") == 3
    assert extract.text.count("二、各级") == 3


def test_furniture_names_do_not_drop_what_is_text(read: Reader) -> None:
    content = (
        f"<div id='printArea' class='print-content'><div class='article-header'>苏政发〔2018〕5号</div>{PAPER}"
        "<div class='article-footer'>某某省人民政府<br>2018年5月8日</div></div>"
    )
    lines = read(page(content)).text.split("\n")
    assert lines[0] == "苏政发〔2018〕5号"
    assert lines[-2:] == ["某某省人民政府", "2018年5月8日"]


def test_title_and_facts_above_the_text_belong_to_it(read: Reader) -> None:
    facts = (
        "<table><tr><td>索 引 号：</td><td>0143/2018-1</td><td>发文字号：</td><td>苏政令〔2018〕122号</td></tr></table>"
    )
    head = "<title>江苏省女职工劳动保护办法_江苏省人民政府</title>"
    extract = read(page(f"{facts}<h1>江苏省女职工劳动保护办法</h1><div class='TRS_Editor'>{PAPER}</div>", head))
    assert extract.title == "江苏省女职工劳动保护办法"
    assert "发文字号：苏政令〔2018〕122号" in extract.text
    assert "\n江苏省女职工劳动保护办法\n第一条" in extract.text
    marked = read(page(PAPER, "<meta name='ArticleTitle' content='甲办法'><title>某网</title>"))
    assert (marked.title, marked.text.split("\n")[0]) == ("甲办法", "甲办法")


def test_page_without_a_text_to_be_found_says_so(read: Reader) -> None:
    links = "".join(f"<p><a>新闻标题第{number}条内容</a>摘要{number}</p>" for number in range(9))
    assert any("没有认出" in note for note in read(f"<body>{links}</body>").notes)
    assert read(f"<body>{PAPER}</body>").notes == ()


# Lines


def test_breaks_spaces_and_wraps(read: Reader) -> None:
    assert body(read, "<p>保护女职工\n  合法权益&nbsp;的 办法<br>第二行</p>散文<div>块</div>尾") == [
        *["保护女职工合法权益 的 办法", "第二行", "散文", "块", "尾"]
    ]


def test_lists_have_their_numbers_once(read: Reader) -> None:
    lists = (
        "<ol><li>甲</li><li>乙</li></ol><ol type='a' start='3'><li>丙</li></ol><ol><li value='7'>丁<ul><li>戊</li></ul></li><li>（二）己</li></ol>"
        "<ol style='list-style: none'><li>庚</li></ol><ol style='list-style-type:cjk-ideographic'><li>辛</li></ol>"
    )
    assert body(read, lists) == ["1. 甲", "2. 乙", "c. 丙", "7. 丁", "戊", "（二）己", "庚", "一、辛"]


def test_headings_quotes_raised_and_struck(read: Reader) -> None:
    extract = read(
        "<body><p>引子</p><h2>总体要求</h2><p>内容10<sup>5</sup>元<del>旧</del><s>划</s></p><ruby>娘<rp>(</rp><rt>niáng</rt></ruby>家"
        "<pre>甲\n乙</pre><p style='display: none'>暗</p><p hidden>暗</p></body>"
    )
    assert extract.text.split("\n") == ["引子", "## 总体要求", "内容10⁵元划", "娘家", "甲", "乙"]
    assert len(extract.notes) == 2


def test_tables(read: Reader) -> None:
    table = (
        "<table><caption>产假表</caption><tr><th rowspan=2>地区</th><th colspan=2>产假</th></tr><tr><th>顺产</th><th>难产</th></tr>"
        "<tr><td>江苏</td><td>158天</td><td>173天</td></tr><tr><td rowspan='2'>上海</td><td colspan='2'>158天</td></tr>"
        "<tr><td>另加</td><td></td></tr></table>"
    )
    assert body(read, table) == [
        *["产假表", "地区：江苏；产假·顺产：158天；产假·难产：173天", "地区：上海；产假·顺产：158天；产假·难产：158天"],
        "地区：上海；产假·顺产：另加",
    ]


def test_table_that_is_but_a_frame(read: Reader) -> None:
    inner = "<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></table>"
    assert body(read, f"<table><tr><td>左</td><td><p>段一</p><p>段二</p>{inner}</td></tr></table>") == [
        "左",
        "段一",
        "段二",
        "甲：丙；乙：丁",
    ]


def test_spans_without_end(read: Reader) -> None:
    cells = "<td rowspan=99999999 colspan=99999999>大</td>" * 40
    began = time.process_time()
    assert "大" in "".join(body(read, f"<table>{f'<tr>{cells}</tr>' * 40}</table>"))
    assert time.process_time() - began < 5


# Encodings


@pytest.mark.parametrize(
    ("encoding", "meta"),
    [
        *[
            ("utf-8", ""),
            ("utf-8-sig", "gb2312"),
            ("gb18030", "gb2312"),
            ("gb18030", ""),
            ("gb18030", "utf-8"),
            ("utf-8", "gbk"),
        ],
        *[("gb18030", "iso-8859-1"), ("big5", "big5"), ("utf-16", ""), ("gb18030", "没有这种")],
    ],
)
def test_encodings(read: Reader, encoding: str, meta: str) -> None:
    text = (
        "第一條 女職工生育享受產假"
        if encoding == "big5"
        else "第一条 女职工生育享受产假㐀"
        if encoding != "big5"
        else ""
    )
    head = f"<meta http-equiv='Content-Type' content='text/html; charset={meta}'>" if meta else ""
    raw = f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode(encoding)
    assert read(raw).text == text


def test_few_bad_bytes_are_told_and_many_refused(read: Reader) -> None:
    good = f"<body>{PAPER}</body>".encode()
    at = good.index("国家机关".encode())
    extract = read(good[:at] + b"\xff" + good[at:])
    assert "〓国家机关" in extract.text
    assert "编码" in extract.notes[0]
    with pytest.raises(UnreadableFile, match=r"页\.html.*编码"):
        read(b"<html><body>" + bytes(CHANCE.randrange(256) for _ in range(900)))


# Hostile and broken pages


@pytest.mark.parametrize(
    "inside", ["", "<html></html>", "<html><body><script>app()</script></body></html>", "<p> &nbsp; </p>"]
)
def test_pages_without_text_are_refused(read: Reader, inside: str) -> None:
    with pytest.raises(UnreadableFile, match=r"页\.html"):
        read(inside)


NESTS = ["div", "span", "b", "table><tr><td", "ul><li", "blockquote", "header", "section class='x'", "del", "p"]


@pytest.mark.parametrize("tag", NESTS)
def test_deep_nesting_is_read_or_refused_in_a_sentence(read: Reader, tag: str) -> None:
    def nested(depth: int) -> str:
        end = "".join(f"</{part.split()[0]}>" for part in reversed(tag.split("><")))
        return f"<body>{f'<{tag}>' * depth}<p>第一条　最里面的字。</p>{end * depth}<p>外面的字。</p></body>"

    inner = [] if tag == "del" else ["第一条　最里面的字。"]
    began = time.process_time()
    assert read(nested(600)).text.split("\n") == [*inner, "外面的字。"]
    if tag != "p":  # a paragraph ends where the next one begins
        with pytest.raises(UnreadableFile, match=r"页\.html.*套得太深"):
            read("<b></i>" * 300 + nested(10_000))
    assert time.process_time() - began < 10


def test_entities_of_a_doctype_are_not_resolved(read: Reader) -> None:
    text = read(
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "哈哈哈"><!ENTITY b "&a;&a;">]><body><p>正文&x;&b;</p></body>'
    ).text
    assert "root:" not in text
    assert "哈哈哈哈" not in text


def test_too_large(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.formats.html.MAX_BYTES", 1000)
    with pytest.raises(UnreadableFile, match="上限"):
        read(f"<body>{PAPER * 9}</body>")


def test_government_page_is_quick(read: Reader) -> None:
    text = page(f"<div class='TRS_Editor'>{PAPER * 15}</div>")
    read(text)
    times = []
    for _ in range(5):
        began = time.process_time()
        read(text)
        times.append(time.process_time() - began)
    print(f"html page of {len(text) // 1000} thousand signs: {min(times) * 1000:.1f} ms")
    assert min(times) < 0.02


# Fuzz

WORD = st.text(st.characters(whitelist_categories=("Lo",), max_codepoint=0x9FFF), min_size=1, max_size=20)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["p", "div", "h2", "li", "td", "section", "blockquote", "span", "center"]), WORD),
        min_size=1,
        max_size=15,
    ),
    st.sampled_from(["div class='TRS_Editor'", "div", "article", "form", "div class='content'", "center"]),
)
def test_every_paragraph_comes_once_and_in_order(tmp_path: Path, blocks: list[tuple[str, str]], container: str) -> None:
    wanted = [f"始{number}号{text}终。" for number, (_, text) in enumerate(blocks)]
    wraps = {
        "li": "<ul><li>{}</li></ul>",
        "td": "<table><tr><td>{}</td></tr></table>",
        "span": "<p><span>{}</span></p>",
    }
    inside = "".join(
        wraps.get(tag, f"<{tag}>{{}}</{tag}>").format(text) for (tag, _), text in zip(blocks, wanted, strict=True)
    )
    (tmp_path / "a.html").write_text(page(f"<{container}>{inside}</{container.split()[0]}>"), encoding="utf-8")
    found = read_html(tmp_path / "a.html").text
    at = 0
    for text in wanted:
        assert found.count(text) == 1
        at = found.index(text, at)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(0, 20))
@example(0, 1)
@example(4140, 20)  # a control sign after a dropped part
def test_mutated_pages_never_break_the_reader(tmp_path: Path, seed: int, changes: int) -> None:
    chance = random.Random(seed)
    table = "<table><tr><th>甲<th colspan=3>乙</tr><tr><td rowspan=2>丙<td>丁</table><ol start=x><li value=->戊<sup>2</sup></ol>"
    data = bytearray(page(f"<div class='content'>{PAPER}{table}</div>").encode(chance.choice(["utf-8", "gb18030"])))
    for _ in range(changes):
        at = chance.randrange(len(data))
        piece = chance.choice(
            [
                bytes([chance.randrange(256)]),
                b"<table>",
                b"</tr>",
                b"<",
                b"</body>",
                b"<li>",
                b"<!--",
                b"&#x110000;",
                b"\0",
                b"<td>",
            ]
        )
        data[at : at + chance.randrange(3)] = piece
    path = tmp_path / "变.html"
    path.write_bytes(data[: chance.randrange(len(data))] if seed % 4 == 0 else data)
    outcome(path)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "变.html").write_bytes(data)
    outcome(tmp_path / "变.html")


def outcome(path: Path) -> None:
    try:
        message = read_html(path).text and path.name
    except UnreadableFile as error:
        message = str(error)
    assert path.name in message
