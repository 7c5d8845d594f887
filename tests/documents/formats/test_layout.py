"""Columns, paragraphs, page furniture and footnotes, from places on a page alone."""

import random
import time
from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from documents.formats.layout import Line, Page, Run, joined, read_order
from documents.formats.paragraphs import flow_text

EM = 10.0
WORDS = [
    "女职工在孕期",
    "用人单位应当依法",
    "工会推动企业",
    "产假为九十八天",
    "哺乳室",
    "劳动安全卫生",
    "职工有权提出意见",
]


def sentence(rng: random.Random, number: int) -> str:
    return "，".join(rng.choice(WORDS) for _ in range(rng.randint(1, 6))) + f"（句{number}）。"


def paragraphs(rng: random.Random, count: int) -> list[str]:
    number = iter(range(1, 9999))
    return ["".join(sentence(rng, next(number)) for _ in range(rng.randint(1, 4))) for _ in range(count)]


def wrapped(texts: list[str], width: int) -> list[tuple[float, str]]:
    """Set paragraphs in lines of `width` squares, the first one indented by two: (indent, line)."""
    lines = []
    for text in texts:
        room = width - 2
        while text:
            lines.append((2 * EM if room < width else 0.0, text[:room]))
            text, room = text[room:], width
    return lines


def placed(lines: list[tuple[float, str]], left: float, top: float, size: float = EM) -> list[Run]:
    return [run(text, left + indent, top + 1.6 * EM * place, size) for place, (indent, text) in enumerate(lines)]


def run(text: str, left: float, top: float, size: float = EM) -> Run:
    return Run(text, left, top, left + size * len(text), top + size, size)


def columns(texts: list[str], count: int, width: int, top: float = 60.0, gap: float = 1.2 * EM) -> list[Run]:
    """Set paragraphs in columns of equal height."""
    lines = wrapped(texts, width)
    height = -(-len(lines) // count)
    return [
        piece
        for place in range(count)
        for piece in placed(lines[place * height : (place + 1) * height], 50 + place * (width * EM + gap), top)
    ]


def text_of(*pages: list[Run], height: float = 842.0) -> list[str]:
    return flow_text([read_order(runs, height) for runs in pages])[0].splitlines()


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.integers(8, 16), st.integers(8, 25), st.integers(0, 10_000), st.booleans())
def test_columns_give_every_paragraph_whole_in_order_once(
    count: int, width: int, amount: int, seed: int, shuffled: bool
) -> None:
    rng = random.Random(seed)
    texts = paragraphs(rng, amount)
    assume(len(wrapped(texts, width)) >= 8 * count)
    runs = columns(texts, count, width)
    if shuffled:
        rng.shuffle(runs)
    assert text_of(runs, height=20_000.0) == texts


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_headline_across_columns_comes_first(count: int) -> None:
    texts = paragraphs(random.Random(count), 14)
    runs = columns(texts, count, 10, top=100)
    middle = 50 + count * 5.6 * EM
    assert text_of([*runs, run("短的大标题", middle - 60, 60, 24)]) == ["短的大标题", *texts]


def test_halves_with_other_columns_under_a_heading_at_the_left() -> None:
    first, second = paragraphs(random.Random(1), 12), paragraphs(random.Random(2), 10)
    above = columns(first, 4, 10, top=60)
    bottom = max(piece.bottom for piece in above)
    below = columns(second, 2, 21, top=bottom + 50)
    assert text_of([*below, *above, run("地方经验", 50, bottom + 20, 16)]) == [*first, "地方经验", *second]


def test_two_articles_side_by_side() -> None:
    left, right = paragraphs(random.Random(3), 9), paragraphs(random.Random(4), 9)
    runs = columns(left, 2, 11, top=90) + [
        Run(r.text, r.x0 + 290, r.top, r.x1 + 290, r.bottom, r.size) for r in columns(right, 1, 18, top=90)
    ]
    heads = [run("左边的文章", 60, 60, 15), run("右边的文章", 350, 60, 15)]
    assert text_of([*runs, *heads], height=2000) == ["左边的文章", *left, "右边的文章", *right]


def test_cells_without_rules_are_read_row_by_row() -> None:
    rows = [
        ("江苏省", "158天", "另有护理假"),
        ("内蒙古自治区", "158天", "第三孩另加"),
        ("浙江省", "188天", "二孩、三孩"),
    ]
    rows += [("新疆维吾尔自治区", "158天", "无"), ("西藏", "1年", "鼓励"), ("广东省", "178天", "另有奖励假")]
    runs = [run(cell, 50 + 150 * x, 60 + 16 * y) for y, row in enumerate(rows) for x, cell in enumerate(row)]
    assert text_of(runs) == ["　".join(row) for row in rows]


def test_numbered_parts_begin_a_paragraph_and_a_reference_does_not() -> None:
    texts = [
        "第一条　依照女职工劳动保护特别规定第四十条的规定，用人单位应当依法给予女职工产假待遇。",
        "一、产假工资照发，不得以女职工怀孕为由降低其工资，也不得辞退，并应当按规定给予其他待遇。",
        "（一）难产的。",
        "1.多胞胎的。",
    ]
    lines = wrapped(texts, 19)
    assert any(text.startswith("第四十条") for _, text in lines)
    assert text_of(placed(lines, 50, 60)) == texts


def test_title_in_two_lines_and_signature() -> None:
    body = paragraphs(random.Random(5), 4)
    runs = [run("关于做好全市女职工劳动保护", 100, 40, 20), run("专项检查工作的通知", 140, 70, 20)]
    runs += placed(wrapped(body, 36), 50, 120)
    bottom = max(piece.bottom for piece in runs) + 30
    runs += [run("某市总工会", 350, bottom), run("2020年3月5日", 340, bottom + 16)]
    assert text_of(runs) == ["关于做好全市女职工劳动保护专项检查工作的通知", *body, "某市总工会", "2020年3月5日"]


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("女职工", "享受产假", "女职工享受产假"),
        ("mater-", "nity leave", "maternity leave"),
        ("maternity", "leave", "maternity leave"),
        ("公约 Maternity", "Protection 规定", "公约 Maternity Protection 规定"),
        ("自20", "12年起", "自2012年起"),
        ("不少于", "14周", "不少于14周"),
    ],
)
def test_joined(first: str, second: str, whole: str) -> None:
    assert joined(first, second) == whole


def book(count: int, header: str, footer: str) -> tuple[list[list[Run]], list[str]]:
    texts = paragraphs(random.Random(7), 12 * count)
    lines = wrapped(texts, 45)
    height = -(-len(lines) // count)
    pages = []
    for place in range(count):
        runs = placed(lines[place * height : (place + 1) * height], 60, 110)
        runs.append(run(header.format(place + 1), 100, 40, 8))
        runs.append(run(footer.format(place + 1, count), 280, 800, 8))
        pages.append(runs)
    return pages, texts


@pytest.mark.parametrize("header", ["女职工权益手册", "工会文件汇编 {}", "第{}页"])
@pytest.mark.parametrize("footer", ["- {} -", "— {} —", "第{}页 共{}页", "{}", "{}/{}", "第 {} 页", "Page {} of {}"])
def test_running_heads_and_page_numbers_are_dropped(header: str, footer: str) -> None:
    pages, texts = book(4, header, footer)
    assert text_of(*pages) == texts


def test_what_only_looks_like_furniture_stays() -> None:
    pages, _ = book(3, "附件{}", "2012年")
    lines = text_of(*pages)
    assert [line for line in lines if line.startswith("附件")] == ["附件1", "附件2", "附件3"]
    same = [[run("女职工享受产假九十八天。", 60, 60)] for n in range(5)]
    assert len(text_of(*same)) == 5
    rows = [run("附表", 60, 60), run("158", 60, 100), run("188", 60, 400), run("以上天数不含法定节假日。", 60, 430)]
    assert text_of(rows) == ["附表", "158", "188", "以上天数不含法定节假日。"]


def test_pages_begin_where_their_text_does() -> None:
    pages, _texts = book(3, "女职工权益手册", "{}")
    text, offsets = flow_text([read_order(runs, 842.0) for runs in pages])
    assert len(offsets) == 3
    assert offsets[0] == 0
    for runs, offset in zip(pages, offsets, strict=True):
        assert text[offset:].startswith(runs[0].text)


def test_an_empty_page_has_an_offset_too() -> None:
    pages = [
        read_order([run("第一页的话。", 60, 60)], 842),
        Page(842, []),
        read_order([run("第三页的话。", 60, 60)], 842),
    ]
    text, offsets = flow_text(pages)
    assert [text[offset:][:3] for offset in offsets] == ["第一页", "第三页", "第三页"]


def test_footnotes_follow_the_paragraph_that_refers_to_them() -> None:
    lines = [(20.0, "产假为九十八天"), (20.0, "哺乳时间为一小时②。"), (20.0, "没有注的一段话。"), (20.0, "面积5m")]
    runs = placed(lines, 60, 60)
    runs[0] = Run("产假为九十八天", 80, 60, 150, 70, EM)
    runs += [Run("1", 150, 59.5, 153, 65.5, 6), Run("，难产的增加。", 153, 60, 223, 70, EM)]
    runs += [Run("2", 112, 107.5, 115, 113.5, 6)]
    foot = [(0.0, "1见特别规定第七条，其中产前可以"), (0.0, "休假十五天。"), (0.0, "②见第九条。"), (0.0, "③没有引用。")]
    runs += placed(wrapped(["正文的最后一段，长得要换行。" * 4], 40), 60, 140) + placed(foot, 60, 760, 7.5)
    assert text_of(runs) == [
        "产假为九十八天，难产的增加。〔注1：见特别规定第七条，其中产前可以休假十五天。〕",
        "哺乳时间为一小时②。〔注②：见第九条。〕",
        "没有注的一段话。",
        "面积5m2",
        "正文的最后一段，长得要换行。" * 4,
        "〔注③：没有引用。〕",
    ]


def test_a_table_keeps_its_header_over_the_page() -> None:
    first = Run("", 50, 600, 500, 800, EM, (("地区", "产假"), ("江苏", "158天")))
    second = Run("", 50, 60, 500, 200, EM, (("浙江", "188天"), ("河南", "188天")))
    text, offsets = flow_text([read_order([run("各省产假。", 50, 100), first], 842), read_order([second], 842)])
    assert text.splitlines() == [
        "各省产假。",
        "地区：江苏；产假：158天",
        "地区：浙江；产假：188天",
        "地区：河南；产假：188天",
    ]
    assert text[offsets[1] :].startswith("地区：浙江")


def test_contents_keep_their_lines() -> None:
    lines = [(0.0, f"{name}{'.' * (60 - 2 * len(name))}{n}") for n, name in enumerate(["总则", "分则", "附则"], 1)]
    assert text_of(placed(lines, 60, 60)) == [text for _, text in lines]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda text, x, y, size: Run(text, x, y, x + size * len(text), y + size, size),
            st.text("女职工产假158（）。一、第条 aB-", min_size=1, max_size=30),
            st.floats(0, 500),
            st.floats(0, 800),
            st.sampled_from([6.0, 10.0, 10.5, 16.0, 22.0]),
        ),
        max_size=40,
    )
)
def test_pieces_thrown_anywhere_are_all_kept(runs: list[Run]) -> None:
    page = read_order(runs, 842.0)
    assert all(isinstance(line, Line) for line in page.lines)
    whole = "".join(line.text for line in page.lines)
    kept = Counter(whole.translate({32: None, 0x3000: None, 0xE000: None, 0xE001: None}))
    lost = Counter("".join(piece.text for piece in runs).replace(" ", ""))
    lost.subtract(kept)
    # only the brackets of a raised mark go: it is told apart otherwise
    brackets = lost.pop("（", 0) + lost.pop("）", 0)
    assert not any(lost.values())
    assert 0 <= brackets <= 2 * whole.count("\ue000")
    flow_text([page])


@pytest.mark.parametrize(("count", "size"), [(1000, 3.0), (6000, 6.0)])
def test_letters_strewn_over_a_page_take_no_more_than_seconds(count: int, size: float) -> None:
    rng = random.Random(9)
    runs = [run("字", rng.uniform(0, 580), rng.uniform(0, 820), size) for _ in range(count)]
    start = time.process_time()
    assert sum(line.count("字") for line in text_of(runs)) == count
    assert time.process_time() - start < 20
