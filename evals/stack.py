"""The LangChain tutorial stack as another system on the same bench (optional extra `bench`).

What tutorials build: RecursiveCharacterTextSplitter, an embedding, LangChain's FAISS store, BM25Retriever over
`jieba.lcut`, EnsembleRetriever (reciprocal ranks, equal weights). It differs from a tutorial in two things, both in its
favour: it gets provisions, headed by title and label, where a tutorial would load whole files, and its embedding is the
encoder that we ship. So a difference is one of the stacks, not of reading or of the model. The store stays in memory:
its own way to disk is pickle.

`bench` builds and queries one corpus with it and with ours, each in a fresh process, so that each peak of memory is its
own. Both are asked without filters of place and day. A hit is a chunk that comes from a gold provision: chunks are mapped
to their provisions, repeated provisions dropped, and the first ten count. Recall@10 is the share of gold groups of which
an alternative stands among them, as in `evals.trec`; each id of a question that names ids is a group of its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from documents import Document, gather, shipped
from evals.errors import BadGold, EvalsError, MissingPackage
from evals.gold import Case, load, suites
from evals.rows import read_rows
from index import build_documents, open_index
from index.encoder import load_encoder

if TYPE_CHECKING:
    from langchain_core.documents import Document as Piece

SYSTEMS = ("ours", "stack")
K = 10
_CHUNK, _OVERLAP = 500, 50
# As LangChain's guide has it for writing without spaces between words.
_SEPARATORS = ["\n\n", "\n", "。", "；", "，", ""]
_PASTED = 3
# Both give at most twice K chunks: the stack's two retrievers K each, ours as many.
_DEPTH = 2 * K
# rank_bm25 scores a large corpus in about half a second a question; of more questions every n-th is asked.
_MOST = 500

Groups = list[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one system: seconds, peak memory of its process in MB, ms a query, and two means over questions."""

    system: str
    provisions: int
    questions: int
    build: float
    memory: float
    median: float
    p95: float
    recall: float
    rr: float


class Stack:
    """The tutorial stack over some documents, in memory."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Split, embed and index. Raises MissingPackage naming the pip command."""
        splitter, store, words, ensemble = _parts()
        import jieba
        from langchain_core.documents import Document as Piece
        from langchain_core.embeddings import Embeddings

        encoder = load_encoder()

        class Shipped(Embeddings):
            """The shipped encoder, as a tutorial wraps its own."""

            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                rows: list[list[float]] = encoder.encode(texts).tolist()
                return rows

            def embed_query(self, text: str) -> list[float]:
                return self.embed_documents([text])[0]

        loaded = [
            Piece(
                page_content=f"{_heading(document.title, provision.article)}{provision.text}",
                metadata={
                    "provision": provision.id,
                    "document": document.id,
                    "title": document.title,
                    "article": provision.article,
                },
            )
            for document in documents
            for provision in document.provisions
            if provision.text
        ]
        cutter = splitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP, separators=_SEPARATORS)
        chunks = cutter.split_documents(loaded)
        vectors = store.from_documents(chunks, Shipped()).as_retriever(search_kwargs={"k": K})
        keywords = words.from_documents(chunks, k=K, preprocess_func=jieba.lcut)
        self._retriever = ensemble(retrievers=[keywords, vectors], weights=[0.5, 0.5])

    def search(self, question: str) -> list[Piece]:
        """Return the chunks found for a question, best first, at most twice K."""
        found: list[Piece] = self._retriever.invoke(question)
        return found


def _parts() -> tuple[Any, Any, Any, Any]:
    """Import the splitter, the FAISS store, BM25Retriever and EnsembleRetriever."""
    try:
        import rank_bm25  # noqa: F401 - BM25Retriever imports it late, with a message in English
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        with warnings.catch_warnings():
            # the package says on import that it is no longer developed; tutorials use it all the same
            warnings.filterwarnings("ignore", "`langchain-community` is being sunset", DeprecationWarning)
            from langchain_community.retrievers import BM25Retriever
            from langchain_community.vectorstores import FAISS
        from langchain_classic.retrievers import EnsembleRetriever
    except ModuleNotFoundError as error:
        raise MissingPackage(
            f"没有装 {error.name}，LangChain 教程做法跑不起来。"
            "请运行 python -m pip install langchain-community langchain-text-splitters rank-bm25。"
        ) from error
    return RecursiveCharacterTextSplitter, FAISS, BM25Retriever, EnsembleRetriever


def _heading(title: str, article: str) -> str:
    return f"《{title}》{article}\n"


def answer_questions(questions: Path, answers: Path, documents: Iterable[Document] | None = None) -> int:
    """Answer QUESTIONS.jsonl as a tutorial's chain without a model would: three chunks pasted.

    A follow-up is asked with the questions before it. Parameters: the rows asked, the ANSWERS.jsonl to write (for
    `python -m evals score`), the documents (the shipped library where none are given). Returns how many were answered.
    """
    from rag.rows import read_history, read_questions

    rows = read_questions(questions)
    stack = Stack(shipped() if documents is None else documents)
    with answers.open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            asked = [turn.content for turn in read_history(row) if turn.role == "user"]
            started = time.perf_counter()
            found = stack.search("\n".join([*asked, row["question"]]))
            seconds = time.perf_counter() - started
            out.write(json.dumps(_answer_row(row["id"], found, seconds), ensure_ascii=False) + "\n")
    return len(rows)


def _answer_row(question_id: Any, found: Sequence[Piece], seconds: float) -> dict[str, Any]:
    pasted = [piece.page_content for piece in found[:_PASTED]]
    return {
        "id": question_id,
        "status": "answered" if found else "refused",
        "conclusion": "\n".join(pasted),
        "answer": "\n".join(pasted),
        "citations": [_named(piece) | {"quote": _quote(piece)} for piece in found[:_PASTED]],
        "retrieved": [_named(piece) for piece in found],
        "seconds": round(seconds, 4),
    }


def _named(piece: Piece) -> dict[str, str]:
    return {"document_id": piece.metadata["document"]} | {key: piece.metadata[key] for key in ("title", "article")}


def _quote(piece: Piece) -> str:
    heading = _heading(piece.metadata["title"], piece.metadata["article"])
    return piece.page_content.removeprefix(heading)


def bench(corpus: Path | None = None, questions: Path | None = None) -> int:
    """Build and query a corpus with the tutorial stack and with ours, and print a table; returns the exit code.

    Parameters: the corpus (default: the shipped library); its questions, a gold set or rows of `question` and `gold` (a
    list of provision ids) (default: the shipped suites, without held-out rows and follow-ups). Questions whose gold is
    not in the corpus are left out. Raises EvalsError where nothing is left to ask, MissingPackage.
    """
    _parts()
    ours, stack = (_measured(system, corpus, questions) for system in SYSTEMS)
    name = corpus.name if corpus else "本库"
    print(f"{name}：{ours.provisions} 条，{ours.questions} 题；两边同一批条文、同一个编码器，都不按地区和日期过滤")
    print(f"{'':<14}{'ours':>10}{'stack':>10}{'ours/stack':>12}")
    for label, unit, digits in (
        ("build", "s", 1), ("memory", "MB", 0), ("median", "ms", 1), ("p95", "ms", 1), ("recall", "@10", 3), ("rr", "@10", 3),
    ):  # fmt: skip
        mine, theirs = getattr(ours, label), getattr(stack, label)
        ratio = f"{mine / theirs:.2f}" if theirs else "-"
        print(f"{label + ' ' + unit:<14}{mine:>10.{digits}f}{theirs:>10.{digits}f}{ratio:>12}")
    print("build 建索引的秒数（不含读文件）；memory 整个进程的内存峰值；median、p95 一次检索的毫秒数")
    print("recall@10 每组应引条文里前10条有其一的组的比例；rr@10 第一条应引条文名次的倒数；都是各题的平均")
    return 0


def _measured(system: str, corpus: Path | None, questions: Path | None) -> Figures:
    """Measure one system in a fresh process."""
    asked = [system, *(str(path.resolve()) if path else "" for path in (corpus, questions))]
    process = subprocess.run(
        [sys.executable, "-c", "import sys; from evals.stack import child; sys.exit(child(*sys.argv[1:]))", *asked],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    if process.returncode == 2:
        raise EvalsError(process.stderr.strip().splitlines()[-1])
    if process.returncode:
        raise RuntimeError(f"bench stack {system}: {process.stderr[-2000:]}")
    return Figures(**json.loads(process.stdout.splitlines()[-1]))


def child(system: str, corpus: str, questions: str) -> int:
    """Measure a system in this process and print its figures as JSON; returns the exit code."""
    try:
        figures = measure(system, Path(corpus) if corpus else None, Path(questions) if questions else None)
    except EvalsError as error:
        print(str(error).replace("\n", " "), file=sys.stderr)
        return 2
    print(json.dumps(asdict(figures)))
    return 0


def measure(system: str, corpus: Path | None, questions: Path | None) -> Figures:
    """Build one of SYSTEMS over a corpus and ask it; see `bench`. Raises EvalsError where nothing is left to ask."""
    documents = gather([corpus]).documents if corpus else list(shipped())
    asked = asked_of(documents, questions)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        search = _built(system, documents, Path(folder))
        seconds = time.perf_counter() - started
        search(asked[0][0])  # what is loaded at the first question belongs to neither figure
        times, scores = [], []
        for question, groups in asked:
            begun = time.perf_counter()
            found = search(question)
            times.append(1000 * (time.perf_counter() - begun))
            scores.append(score(groups, list(dict.fromkeys(found))))
    recall, rr = np.mean(scores, axis=0)
    return Figures(
        system=system,
        provisions=sum(bool(p.text) for d in documents for p in d.provisions),
        questions=len(asked),
        build=seconds,
        memory=_peak(),
        median=float(np.median(times)),
        p95=float(np.percentile(times, 95)),
        recall=float(recall),
        rr=float(rr),
    )


def _built(system: str, documents: list[Document], folder: Path) -> Callable[[str], list[str]]:
    """Build a system. Returns its search: a question to the provision ids of the chunks found, best first."""
    if system == "stack":
        stack = Stack(documents)
        return lambda question: [piece.metadata["provision"] for piece in stack.search(question)]
    build_documents(documents, folder / "index", load_encoder())
    index = open_index(folder / "index")
    return lambda question: [hit.chunk.provision.id for hit in index.search(question, _DEPTH)]


def score(groups: Groups, ranked: Sequence[str]) -> tuple[float, float]:
    """Return (Recall@10 over groups, RR@10) of a ranking of distinct provision ids."""
    first = ranked[:K]
    recall = sum(not group.isdisjoint(first) for group in groups) / len(groups)
    relevant = frozenset().union(*groups)
    rank = next((place for place, name in enumerate(first, 1) if name in relevant), None)
    return recall, 1 / rank if rank else 0.0


def asked_of(documents: Sequence[Document], questions: Path | None) -> list[tuple[str, Groups]]:
    """Return the questions whose gold is all in some documents, with their gold groups of provision ids.

    Raises BadGold where a row of the file is no question, EvalsError where no question is left.
    """
    ids: dict[tuple[str, str], set[str]] = {}
    for document in documents:
        for provision in document.provisions:
            if provision.text:
                ids.setdefault((document.title, provision.article), set()).add(provision.id)
    rows = _by_ids(questions) if questions else None
    if rows is not None:
        known = set().union(*ids.values())
        found = [(question, [frozenset([name]) for name in gold]) for question, gold in rows if known >= set(gold)]
    else:
        chosen = load(str(questions)) if questions else [case for name in suites() for case in load(name)]
        found = [
            (case.question, _groups(case, ids)) for case in chosen if not case.holdout and "history" not in case.row
        ]
        found = [(question, groups) for question, groups in found if groups and all(groups)]
    if not found:
        raise EvalsError("没有一题的应引条文在这份语料里。请用 --questions 给一份它的题集。")
    return found[:: -(-len(found) // _MOST)]


def _groups(case: Case, ids: dict[tuple[str, str], set[str]]) -> Groups:
    return [frozenset().union(*(ids.get((s.title, s.article), set()) for s in group)) for group in case.gold]


def _by_ids(questions: Path) -> list[tuple[str, list[str]]] | None:
    """Read rows whose gold is a list of provision ids; None where the file is a gold set of titles and labels."""
    found = []
    for where, row in read_rows(questions):
        gold = row.get("gold")
        if isinstance(gold, list) and gold and all(isinstance(name, str) for name in gold):
            if not isinstance(row.get("question"), str):
                raise BadGold(f"{where}缺少字段 question。")
            found.append((row["question"], gold))
        elif not found:
            return None
        else:
            raise BadGold(f"{where}的 gold 要是条文 id 的列表，和前面的行一样。")
    return found


def _peak() -> float:
    """Peak memory of this process in MB: Linux's own mark, since ru_maxrss there begins at the parent's."""
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
