"""Command line of the index room: build, search, train."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from documents.disk import told
from documents.errors import DocumentError
from documents.region import find_regions, parse_region
from index.build import Part, build, build_part, default_folder
from index.encoder import SHIPPED
from index.errors import EngineUnavailable, IndexRoomError
from index.milvus import Collection
from index.search import Hit, Scope, SearchIndex, open_index
from index.store import Manifest
from index.vectors import EXACT_UNDER

LEFT_OUT = 1


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 done but something was left out, 2 not done."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (IndexRoomError, DocumentError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(told(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已停止，原来的索引没有动。", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description="建索引、查条文、训练编码器。")
    commands = parser.add_subparsers(required=True, metavar="命令")
    make = commands.add_parser("build", help="把文件建成索引（不指明文件：本库和自己的文件）")
    make.add_argument("--documents", nargs="+", type=Path, default=[], metavar="文件或文件夹")
    make.add_argument("--out", type=Path, help="索引放在哪里（默认：自己的数据目录）")
    make.add_argument("--encoder", default=SHIPPED, metavar="名字或路径", help="别的 sentence-transformers 模型")
    make.add_argument("--engine", choices=["faiss", "milvus"], default="faiss", help="向量放在哪里（默认 faiss）")
    make.add_argument("--uri", metavar="文件或地址", help="milvus 的文件（以 .db 结尾）或地址（http://主机:端口）")
    make.add_argument(
        "--collection", default="niangjiaren", metavar="名字", help="milvus 里集合的名字，每次建的在后面加个号"
    )
    make.add_argument("--part", metavar="2/4", help="只把四份里的第二份送进 milvus；各份送完后再不带 --part 建一次")
    make.add_argument("--if-changed", action="store_true", help="没有变化就不重建")
    make.set_defaults(run=_build)
    search = commands.add_parser("search", help="查条文")
    search.add_argument("query", nargs="?", help="问题或词语")
    search.add_argument("--queries", type=Path, metavar="Q.jsonl", help="一行一个问题：{id, question, region?, as_of?}")
    search.add_argument("--run", dest="run_file", type=Path, metavar="RUN.trec", help="写成 TREC run")
    search.add_argument("--k", type=int, default=10)
    search.add_argument("--region", help="所在地，如 江苏 或 苏州市；不写则按问题里提到的地方，没有则只查全国")
    search.add_argument("--as-of", metavar="日期", default=None, help="按哪一天有效的规定（默认今天；all 表示不限）")
    search.add_argument("--index", type=Path, default=None)
    search.add_argument("--json", action="store_true")
    search.set_defaults(run=_search)
    engines = commands.add_parser("engines", help="用同一批问题比较 faiss 和 milvus")
    engines.add_argument("--index", type=Path, default=None, help="用 faiss 建的索引")
    engines.add_argument("--uri", required=True, metavar="文件或地址", help="milvus 的文件或地址；比完删掉所建的集合")
    engines.add_argument("--queries", type=Path, required=True, metavar="Q.jsonl")
    engines.set_defaults(run=_engines)
    train = commands.add_parser("train", help="训练随仓库发布的编码器和重排")
    train.add_argument("--data", type=Path, required=True, help="训练问答所在文件夹")
    train.add_argument("--corpus", type=Path, required=True, help="法规 jsonl 或 jsonl.xz")
    train.add_argument("--out", type=Path, required=True, help="写到哪个文件夹")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--unmeasured", action="store_true", help="不做五折测量（省下大半时间）")
    train.set_defaults(run=_train)
    return parser


def _build(options: argparse.Namespace) -> int:
    place = _place(options)
    if options.part:
        return _build_part(options, place)
    out = options.out or default_folder()
    if options.if_changed:
        from index.build import is_current

        if is_current(options.documents, out, options.encoder, place):
            print(f"索引没有变化：{out}")
            return 0
    started = time.perf_counter()
    manifest, problems = build(options.documents, out, options.encoder, place)
    for problem in problems:
        print(problem.message, file=sys.stderr)
    where = f"milvus {manifest.uri}（集合 {manifest.collection}）" if place else _recall(manifest)
    print(
        f"索引建好：{manifest.documents} 份文件，{manifest.provisions} 条，{manifest.chunks} 段，"
        f"用时 {time.perf_counter() - started:.1f} 秒，在 {out}；向量：{where}"
        + (f"；有 {len(problems)} 处没有收入，见上面" if problems else "")
    )
    return LEFT_OUT if problems else 0


def _recall(manifest: Manifest) -> str:
    if manifest.rows < EXACT_UNDER:
        return "faiss 精确检索"
    return f"faiss 近似检索，和精确检索相比，前十条的召回率 {manifest.recall or 0:.3f}"


def _place(options: argparse.Namespace) -> Collection | None:
    if options.engine == "milvus":
        if not options.uri:
            raise EngineUnavailable("--engine milvus 要配 --uri：一个以 .db 结尾的文件，或 http://主机:端口。")
        return Collection.of(options.uri, options.collection)
    if options.uri or options.part:
        raise EngineUnavailable("--uri 和 --part 只用于 --engine milvus。")
    return None


def _build_part(options: argparse.Namespace, place: Collection | None) -> int:
    try:
        number, total = map(int, options.part.split("/"))
    except ValueError:
        number, total = 0, 0
    if place is None or not 1 <= number <= total:
        print(f"--part「{options.part}」不对，应为 2/4 这样：四份里的第二份。", file=sys.stderr)
        return 2
    new, problems = build_part(options.documents, Part(number, total), place, options.encoder)
    for problem in problems:
        print(problem.message, file=sys.stderr)
    print(f"第 {number} 份（共 {total} 份）：送进集合 {place.name} {new} 行。各份都送完后，再不带 --part 运行一次。")
    return LEFT_OUT if problems else 0


def scope_of(question: str, region: str | None, as_of: str | None) -> Scope:
    """Make the scope of a search: the given place, else the places that the question names; the given day, else today."""
    regions = tuple(r for r in [parse_region(region)] if r.province) if region else find_regions(question)
    if as_of == "all":
        return Scope(regions, None)
    try:
        return Scope(regions, date.fromisoformat(as_of) if as_of else date.today())
    except ValueError:
        raise DocumentError(f"日期「{as_of}」不对，应为 2026-11-21 这样。") from None


def _search(options: argparse.Namespace) -> int:
    if (options.query is None) == (options.queries is None):
        print("请给一个问题，或用 --queries 给一个问题文件。", file=sys.stderr)
        return 2
    if options.k < 1:
        print("--k 要是正整数。", file=sys.stderr)
        return 2
    index = open_index(options.index or default_folder())
    if options.queries:
        return _search_file(index, options)
    hits = index.search(options.query, options.k, scope_of(options.query, options.region, options.as_of))
    if options.json:
        print(json.dumps([_row(hit) for hit in hits], ensure_ascii=False, indent=1))
        return 0
    for place, hit in enumerate(hits, 1):
        card = hit.chunk.card
        state = f"，{card.ended}起失效" if card.ended else ""
        print(
            f"{place}. 《{card.title}》{hit.chunk.provision.article}（{card.level}，{card.region.name}{state}）  {hit.score:.4f}"
        )
        print("   " + hit.chunk.text.replace("\n", " ")[:160])
    if not hits:
        print("没有找到。")
    return 0


def _row(hit: Hit) -> dict[str, Any]:
    chunk = hit.chunk
    return {
        "document_id": chunk.card.id,
        "chunk_id": chunk.id,
        "title": chunk.card.title,
        "article": chunk.provision.article,
        "level": chunk.card.level,
        "region": chunk.card.region.name,
        "score": hit.score,
        "cosine": hit.cosine,
        "bm25": hit.bm25,
        "text": chunk.text,
    }


def _queries(path: Path, region: str | None, as_of: str | None) -> Iterator[tuple[str, str, Scope]]:
    """Read (id without white space, question, scope) of each row; the given place and day stand before a row's own."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexRoomError(f"读不了「{path}」：{error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                qid, question = "".join(str(row["id"]).split()), row["question"]
                place, day = region or row.get("region"), as_of or row.get("as_of")
                if not all(isinstance(value, str) for value in (question, place or "", day or "")):
                    raise TypeError("question、region、as_of 要是文字")
                yield qid, question, scope_of(question, place, day)
            except (ValueError, KeyError, TypeError, DocumentError) as error:
                message = f"「{path.name}」第 {number} 行不能用（{error}）。每行要是有 id 和 question 的 JSON。"
                raise IndexRoomError(message) from error


def _search_file(index: SearchIndex, options: argparse.Namespace) -> int:
    if options.run_file is None:
        print("--queries 要配 --run 指明结果写到哪里。", file=sys.stderr)
        return 2
    queries = list(_queries(options.queries, options.region, options.as_of))  # a bad row leaves no half-written run
    with options.run_file.open("w", encoding="utf-8", newline="\n") as out:
        for qid, question, scope in queries:
            for rank, (provision, score) in enumerate(provisions(index, question, options.k, scope), 1):
                out.write(f"{qid} Q0 {provision} {rank} {score:.6f} niangjiaren\n")
    return 0


def provisions(index: SearchIndex, question: str, k: int, scope: Scope) -> list[tuple[str, float]]:
    """Return the best k distinct provisions (id without white space, score): a long provision's chunks count once."""
    wanted = k + k // 4 + 5
    while True:
        found: dict[str, float] = {}
        for hit in index.search(question, wanted, scope):
            found.setdefault("".join(hit.chunk.provision.id.split()), hit.score)
        if len(found) >= k or wanted >= len(index.rows):
            return list(found.items())[:k]
        wanted *= 4


def _engines(options: argparse.Namespace) -> int:
    from index.engines import dense, words

    index, place = open_index(options.index or default_folder()), Collection.of(options.uri, "niangjiaren")
    questions = [(question, scope) for _, question, scope in _queries(options.queries, None, None)]
    near = dense(index, place, questions)
    print(
        f"{len(questions)} 个问题。向量：前十条相同 {near.overlap:.3f}，"
        f"每问（中位数）faiss {near.ours_ms:.1f} 毫秒，milvus {near.milvus_ms:.1f} 毫秒"
    )
    by_words = words(index, place, questions)
    if by_words is None:
        print("词语：这个 milvus 没有自带的 BM25。")
        return 0
    print(
        f"词语：前十条相同 {by_words.overlap:.3f}，"
        f"每问（中位数）本程序 {by_words.ours_ms:.1f} 毫秒，milvus {by_words.milvus_ms:.1f} 毫秒"
    )
    return 0


def _train(options: argparse.Namespace) -> int:
    from index.training.train import train

    return train(options.data, options.corpus, options.out, options.seed, measured=not options.unmeasured)


if __name__ == "__main__":
    sys.exit(main())
