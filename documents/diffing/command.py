"""`python -m documents diff OLD NEW [--json]`: read two versions, compare them, say what changed and what rests on it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from documents.diffing.marks import Op, changes, spans
from documents.diffing.pairs import Comparison, Kind, Pair, compare
from documents.diffing.rests import Resting, RuleRow, resting_on
from documents.errors import UnreadableFile
from documents.library import gather, home
from documents.model import Check, Document
from documents.model import Kind as TextKind
from documents.read import read_paths
from documents.resting import KINDS

# What is shown of an article that is new or gone, and of words that did not change.
_SHOWN, _AROUND = 200, 24
_ROWS = 12  # of one file of rules beside one article
_MARKS = {Op.REMOVED: ("【删：", "】"), Op.ADDED: ("【增：", "】")}
_COLOURS = {Op.REMOVED: ("\x1b[31m", "\x1b[0m"), Op.ADDED: ("\x1b[32m", "\x1b[0m")}
UNRELATED = "注意：两份几乎没有相同的话，看来不是同一份文件的两个版本。请核对文件有没有拿错；整部重写的法律也会这样。"
RESTATED = "注意：《{title}》是本库的转述，不是法条原文：措辞不同不等于规定变了，请只看数字、界限和情态词，再对照官方文本；它没有收的条，不算新增或删去。"
SCANNED = "注意：《{title}》是扫描识别的，字可能认错，变动请对照原件。"


@dataclass(frozen=True, slots=True)
class Found:
    """A comparison with what rests on each of the pairs that differ."""

    comparison: Comparison
    differing: tuple[tuple[Pair, Resting], ...]
    notes: tuple[str, ...]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("old", metavar="旧", help="旧版本：一个文件，或库里文件的标题")
    parser.add_argument("new", metavar="新", help="新版本：一个文件，或库里文件的标题")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare and print. Returns 0 where both are the same, 1 where they differ; raises DocumentError where one cannot be read."""
    found = examine(_read(options.old), _read(options.new), home())
    if options.json:
        print(json.dumps(as_row(found), ensure_ascii=False))
    else:
        print("\n".join(report(found, colours=sys.stdout.isatty())))
    return 1 if found.differing else 0


def _read(name: str) -> Document:
    """Read the one document of a file, or find it in the library by its title."""
    path = Path(name)
    if path.is_dir():
        raise UnreadableFile(f"「{name}」是文件夹。请一次比较两个文件。")
    if path.is_file():
        reading = read_paths([path])
        if reading.problems and not reading.documents:
            raise UnreadableFile("\n".join(problem.message for problem in reading.problems))
        if len(reading.documents) != 1:
            titles = "、".join(f"《{d.title}》" for d in reading.documents[:5]) or "没有读出文件"
            raise UnreadableFile(f"「{path.name}」里要正好有一份文件（现在：{titles}）。请拆开，一次比较一份。")
        return reading.documents[0]
    return _titled(name)


def _titled(name: str) -> Document:
    title = name.strip().removeprefix("《").removesuffix("》").removeprefix("中华人民共和国")
    documents = gather().documents
    if found := [d for d in documents if d.title == title]:
        # the version in force, the official text before a restatement, the latest
        return max(
            found, key=lambda d: (d.ended is None, d.kind is TextKind.ORIGINAL, d.start.isoformat() if d.start else "")
        )
    near = get_close_matches(title, dict.fromkeys(d.title for d in documents), n=3, cutoff=0.5)
    hint = (
        f"库里相近的有：{'、'.join(f'《{t}》' for t in near)}。"
        if near
        else "用 python -m documents list 看库里有什么。"
    )
    raise UnreadableFile(f"找不到文件「{name}」，库里也没有这个标题。{hint}")


def examine(old: Document, new: Document, folder: Path) -> Found:
    """Compare two documents and look up what rests on what changed; `folder` is the user's own."""
    comparison = compare(old, new)
    notes = [UNRELATED] if comparison.unrelated else []
    for document in (old, new) if old.kind is not new.kind else ():
        notes += [RESTATED.format(title=document.title)] if document.kind is TextKind.RESTATEMENT else []
    notes += [SCANNED.format(title=d.title) for d in (old, new) if _scanned(d)]
    differing = tuple((pair, resting_on(folder, old.title, pair)) for pair in comparison.differing)
    return Found(comparison, differing, tuple(dict.fromkeys(notes)))


def _scanned(document: Document) -> bool:
    return document.kind is TextKind.ORIGINAL and document.check is Check.WEAK and bool(document.path)


def as_row(found: Found) -> dict[str, Any]:
    """Write a comparison for other programs; articles that are the same are only counted."""
    comparison = found.comparison
    return {
        "old": _facts(comparison.old),
        "new": _facts(comparison.new),
        "counts": {kind.name.lower(): comparison.counts[kind] for kind in Kind},
        "unrelated": comparison.unrelated,
        "notes": list(found.notes),
        "changes": [
            {**_pair_row(pair, resting), "may_be_in": list(comparison.successors(pair))}
            for pair, resting in found.differing
        ],
    }


def _facts(document: Document) -> dict[str, Any]:
    day = document.start.isoformat() if document.start else None
    articles = sum(bool(p.text.strip()) for p in document.provisions)
    return {
        "title": document.title,
        "kind": document.kind,
        "region": document.region,
        "date": day,
        "articles": articles,
    }


def _pair_row(pair: Pair, resting: Resting) -> dict[str, Any]:
    old, new = pair.old, pair.new
    both = (old.text, new.text) if old is not None and new is not None else ("", "")
    changed = pair.kind is Kind.CHANGED
    return {
        "kind": pair.kind.name.lower(),
        "old_article": old.article if old else None,
        "new_article": new.article if new else None,
        "old": old.text if old else None,
        "new": new.text if new else None,
        "spans": [[op, words] for op, words in spans(*both)] if changed else [],
        "figures": [{"mark": c.mark, "old": c.old, "new": c.new} for c in changes(*both)] if changed else [],
        "resting": {kind: list(names) for kind, names in resting.named},
        "rules": [{"file": rule.file, "line": rule.line} for rule in resting.rules],
    }


def report(found: Found, colours: bool = False) -> Iterator[str]:
    """Write a comparison as lines for the terminal."""
    comparison = found.comparison
    for name, document in (("旧", comparison.old), ("新", comparison.new)):
        facts = _facts(document)
        yield f"{name}：《{facts['title']}》 {facts['date'] or '日期未知'}，{document.kind}，{facts['articles']} 条"
    yield from found.notes
    if not found.differing:
        yield f"两份的 {comparison.counts[Kind.SAME]} 条都一样。"
        return
    counted = [f"{kind} {comparison.counts[kind]} 条" for kind in Kind if comparison.counts[kind]]
    yield "，".join(counted)
    plain = [pair.name for pair, _ in found.differing if _only_worded(comparison, pair)]
    renumbered = [pair.name for pair, resting in found.differing if pair.kind is Kind.RENUMBERED and not resting]
    for pair, resting in found.differing:
        if (pair.name in renumbered and pair.kind is Kind.RENUMBERED) or _only_worded(comparison, pair):
            continue
        yield ""
        yield f"〔{pair.kind}〕{pair.name}"
        yield from _words(pair, colours)
        if into := comparison.successors(pair):
            yield f"  ？ 可能并进了新的{'、'.join(into)}"
        yield from _rests(resting)
    if plain:
        yield ""
        yield f"〔转述和原文措辞不同，数字、界限、情态词、但书都一样〕{'、'.join(plain)}"
    if renumbered:
        yield ""
        yield f"〔{Kind.RENUMBERED}〕{'、'.join(renumbered)}"
    yield ""
    yield _summary(found)


def _only_worded(comparison: Comparison, pair: Pair) -> bool:
    """Whether a restatement only says an article in other words, as far as its deciding words tell."""
    both = pair.kind is Kind.CHANGED and comparison.old.kind is not comparison.new.kind
    return both and pair.old is not None and pair.new is not None and not changes(pair.old.text, pair.new.text)


def _words(pair: Pair, colours: bool) -> Iterator[str]:
    if pair.kind is Kind.CHANGED:
        assert pair.old is not None
        assert pair.new is not None
        yield f"  {inline(pair.old.text, pair.new.text, colours)}"
        yield from (f"  ● {change}" for change in changes(pair.old.text, pair.new.text))
    elif pair.kind in (Kind.ADDED, Kind.REMOVED):
        text = " ".join(next(p for p in (pair.old, pair.new) if p is not None).text.split())
        yield f"  {text if len(text) <= _SHOWN else text[:_SHOWN] + f'……（共{len(text)}字）'}"


def inline(old: str, new: str, colours: bool = False) -> str:
    """Write a changed article on one line, what was taken out and put in marked, long unchanged runs cut short."""
    runs = spans(old, new)
    out = []
    for place, (op, words) in enumerate(runs):
        words = words.replace("\n", " ")
        if op is Op.KEPT:
            out.append(_around(words, place == 0, place == len(runs) - 1))
        else:
            before, after = _MARKS[op]
            colour, end = _COLOURS[op] if colours else ("", "")
            out.append(f"{colour}{before}{words}{after}{end}")
    return "".join(out)


def _around(words: str, first: bool, last: bool) -> str:
    """A run that did not change: its beginning and end beside what did."""
    if len(words) <= 2 * _AROUND + 4:
        return words
    head, tail = "" if first else words[:_AROUND], "" if last else words[-_AROUND:]
    return f"{head}……{tail}"


def _rests(resting: Resting) -> Iterator[str]:
    for kind, names in resting.named:
        yield f"  ▲ {KINDS[kind]}：{'；'.join(names)}"
    if resting.rules:
        yield f"  ▲ 规则：{'；'.join(_by_file(resting.rules))}"


def _by_file(rules: Sequence[RuleRow]) -> Iterator[str]:
    """Rows of rules by their file: documents/rules/leave.csv:3,4,5."""
    for file in dict.fromkeys(rule.file for rule in rules):
        lines = [str(rule.line) for rule in rules if rule.file == file]
        more = f"……共{len(lines)}行" if len(lines) > _ROWS else ""
        yield f"documents/rules/{file}:{','.join(lines[:_ROWS])}{more}"


def _summary(found: Found) -> str:
    """Say how much rests on what changed."""
    named = {
        kind: {n for _, r in found.differing for k, names in r.named if k == kind for n in names} for kind in KINDS
    }
    rules = {rule for _, resting in found.differing for rule in resting.rules}
    parts = [f"{KINDS[kind]} {len(names)} 个" for kind, names in named.items() if names]
    parts += [f"规则 {len(rules)} 行" if rules else ""]
    told = "、".join(filter(None, parts))
    return f"受影响：{told}。请逐个核对。" if told else "没有备课包、审定答案或规则建立在变动的条文上。"
