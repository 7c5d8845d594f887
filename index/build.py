"""Build an index from documents: chunks, words, vectors; what did not change is not embedded again."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from documents.library import gather, home
from documents.model import Document
from documents.progress import reading_bar
from documents.read import Problem
from index.chunk import Card, Chunk, Text, chunks_of, digest, indexed_rows
from index.encoder import SHIPPED, Encoder, StaticEncoder, Vectors, load_encoder
from index.errors import IndexRoomError
from index.lexical import Lexical
from index.questions import lay_questions
from index.store import ChunkWords, Manifest, read_manifest, save, verify, write_documents
from index.vectors import DenseVectors
from index.words import STOP_WORDS, cut

_Item = TypeVar("_Item")
_BATCH = 2048


def default_folder() -> Path:
    """Return where the index lives unless said otherwise: in the user's own folder, never in the checkout."""
    return home() / "index"


def build(
    paths: Iterable[Path] = (), out: Path | None = None, encoder: str = SHIPPED
) -> tuple[Manifest, list[Problem]]:
    """Build an index over files and folders (without any: the shipped library and the user's own) and save it.

    Returns the manifest and the problems of what was left out. Raises IndexRoomError where nothing could be indexed.
    """
    with reading_bar() as watch:
        reading = gather(paths, watch)
    if not reading.documents:
        reasons = "\n".join(problem.message for problem in reading.problems)
        raise IndexRoomError(f"没有一份文件可以收入，没有建索引。\n{reasons}".strip())
    manifest = build_documents(reading.documents, out or default_folder(), load_encoder(encoder), len(reading.problems))
    return manifest, reading.problems


def build_documents(documents: list[Document], out: Path, encoder: Encoder, problems: int = 0) -> Manifest:
    """Index documents and save them under `out`. Returns the manifest."""
    entries = _entries(documents)
    chunks: list[Chunk] = []
    places: list[tuple[int, int, int]] = []
    number = 0
    for card, texts in entries:
        for text in texts:
            own = list(chunks_of(card, (text,)))
            chunks += own
            places += [(number, chunk.start, chunk.end) for chunk in own]
            number += 1
    rows = indexed_rows(chunks)
    words = [cut(text) for _, text in _progress(rows, "分词")]
    lexical = Lexical.build([[w for w in ws if w not in STOP_WORDS] for ws in _progress(words, "词索引")])
    digests = np.array([np.frombuffer(digest(text), dtype=np.uint8) for _, text in rows])
    vectors = DenseVectors.build(_embed([text for _, text in rows], words, digests, encoder, out))

    known = _known_words(words[: len(chunks)], encoder)

    def write(folder: Path) -> None:
        if known is not None:
            known.save(folder)
        write_documents(folder / "documents.jsonl", entries)
        np.save(folder / "chunks.npy", np.array(places, dtype=np.int32), allow_pickle=False)
        np.save(folder / "rows.npy", np.array([place for place, _ in rows], dtype=np.int32), allow_pickle=False)
        np.save(folder / "digests.npy", digests, allow_pickle=False)
        lexical.save(folder / "bm25")
        vectors.save(folder / "vectors.faiss")

    fields = {
        "engine": "faiss",
        "encoder": encoder.name,
        "encoder_digest": encoder.digest,
        "dimension": encoder.dimension,
        "corpus_digest": corpus_digest(entries),
        "documents": len(entries),
        "provisions": number,
        "chunks": len(chunks),
        "rows": len(rows),
        "problems": problems,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return save(out, fields, write)


def is_current(paths: Iterable[Path], out: Path, encoder: str = SHIPPED) -> bool:
    """Whether `out` holds a whole index of just these documents with just this encoder."""
    try:
        manifest = read_manifest(out)
        verify(out, manifest)
        loaded = load_encoder(encoder)
    except IndexRoomError:
        return False
    entries = _entries(gather(paths).documents)
    return manifest.encoder_digest == loaded.digest and manifest.corpus_digest == corpus_digest(entries)


def _entries(documents: list[Document]) -> list[tuple[Card, tuple[Text, ...]]]:
    return [(Card.of(d), tuple(Text.of(p) for p in d.provisions if p.text)) for d in documents]


def corpus_digest(entries: list[tuple[Card, tuple[Text, ...]]]) -> str:
    """Hash of the lay questions and all cards and texts, in order: two indexes of one digest hold the same corpus."""
    total = hashlib.sha256(repr(sorted(lay_questions().items())).encode("utf-8"))
    for entry in entries:
        total.update(repr(entry).encode("utf-8", "surrogatepass"))
    return total.hexdigest()


def _known_words(words: list[list[str]], encoder: Encoder) -> ChunkWords | None:
    """Number each chunk's distinct words for re-ranking; None with an encoder that has no vectors of words."""
    if not isinstance(encoder, StaticEncoder) or len(encoder.table) > np.iinfo(np.uint16).max:
        return None
    numbers = [encoder.numbers(own) for own in words]
    ends = np.cumsum([0, *(len(own) for own in numbers)])
    return ChunkWords(np.array([number for own in numbers for number in own], dtype=np.uint16), ends)


def _embed(
    texts: list[str], words: list[list[str]], digests: NDArray[np.uint8], encoder: Encoder, out: Path
) -> Vectors:
    known = _embedded_before(out, encoder)
    rows = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    todo = []
    for place, key in enumerate(digests):
        if (old := known.get(key.tobytes())) is not None:
            rows[place] = old
        else:
            todo.append(place)
    batches = [todo[i : i + _BATCH] for i in range(0, len(todo), _BATCH)]
    for batch in _progress(batches, f"向量（{len(todo)} 段新，{len(texts) - len(todo)} 段未变）"):
        if isinstance(encoder, StaticEncoder):
            rows[batch] = encoder.encode_words([words[i] for i in batch])
        else:
            rows[batch] = encoder.encode([texts[i] for i in batch])
    return rows


def _embedded_before(out: Path, encoder: Encoder) -> dict[bytes, Vectors]:
    try:
        manifest = read_manifest(out)
        if manifest.encoder_digest != encoder.digest:
            return {}
        verify(out, manifest)
        generation = out / manifest.generation
        digests = np.load(generation / "digests.npy", allow_pickle=False)
        rows = DenseVectors.load(generation / "vectors.faiss").rows()
    except (IndexRoomError, OSError, ValueError, RuntimeError):
        return {}  # nothing usable there: everything is embedded anew
    return {key.tobytes(): row for key, row in zip(digests, rows, strict=True)} if len(digests) == len(rows) else {}


def _progress(items: list[_Item], label: str) -> Iterator[_Item]:
    """Show progress on a terminal; elsewhere one line, so that logs stay readable."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        yield from tqdm(items, desc=label, unit="", leave=False)
    else:
        print(f"{label}：{len(items)}", file=sys.stderr)
        yield from items
