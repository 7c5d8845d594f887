"""The saved index: a folder with one generation of files and a manifest that is written last.

    OUT/manifest.json            names the generation and the sha256 of each of its files
    OUT/g-<hex>/documents.jsonl  cards and provisions
    OUT/g-<hex>/chunks.npy       (n, 3) int32: provision number, start, end
    OUT/g-<hex>/rows.npy         (m,) int32: chunk number of each indexed row (chunks, then their lay questions)
    OUT/g-<hex>/digests.npy      (m, 16) uint8: what was embedded, so that it need not be again
    OUT/g-<hex>/words.npy        numbers of each chunk's distinct words in the encoder (only with an encoder of words)
    OUT/g-<hex>/ends.npy         (n + 1,) int64: where each chunk's words end
    OUT/g-<hex>/vectors.faiss        (with Milvus the vectors are in its collection, and the manifest says where)
    OUT/g-<hex>/bm25/            arrays and vocabulary

`index.publish` writes the manifest; one byte changed in any of these files, the manifest too, is found before anything is loaded.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from documents.model import Check, Kind, Level
from documents.region import Region
from index.chunk import Card, Chunk, Text
from index.errors import IndexMismatch, IndexNotFound
from index.lexical import Lexical
from index.milvus import Collection, row_keys
from index.milvus_search import MilvusVectors
from index.vectors import DenseVectors, VectorIndex

FORMAT = 5
MANIFEST = "manifest.json"
_BUILD = "请运行 python -m index build"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a saved index is: format, encoder, digest of the corpus, counts, and each file's hash and size."""

    format: int
    engine: str
    encoder: str
    encoder_digest: str
    dimension: int
    corpus_digest: str
    documents: int
    provisions: int
    chunks: int
    rows: int
    problems: int
    built: str
    generation: str
    files: dict[str, str]
    refuse_below: float  # the confidence under which a question is not answered
    recall: float | None = None  # of the best 10 against exact search; None: not measured
    uri: str = ""
    collection: str = ""
    before: dict[str, Any] | None = None  # the fields of the index before this one


@dataclass(frozen=True, slots=True)
class ChunkWords:
    """Distinct words of all chunks as the encoder numbers them: `words[ends[i]:ends[i + 1]]` are chunk i's."""

    words: NDArray[np.uint16]
    ends: NDArray[np.int64]

    def save(self, folder: Path) -> None:
        """Write both arrays into a folder."""
        np.save(folder / "words.npy", self.words, allow_pickle=False)
        np.save(folder / "ends.npy", self.ends, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, chunks: int) -> ChunkWords | None:
        """Read what `save` wrote, memory-mapped; None where there is nothing that fits."""
        if not (folder / "words.npy").is_file():
            return None
        ends = np.load(folder / "ends.npy", allow_pickle=False)
        return (
            cls(np.load(folder / "words.npy", mmap_mode="r", allow_pickle=False), ends)
            if len(ends) == chunks + 1
            else None
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """The parts of a loaded index."""

    folder: Path
    manifest: Manifest
    chunks: list[Chunk]
    rows: NDArray[np.int32]
    lexical: Lexical
    vectors: VectorIndex
    words: ChunkWords | None = None


def _card_row(card: Card) -> dict[str, Any]:
    row = asdict(card)
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()}


def _card(row: dict[str, Any]) -> Card:
    def day(value: str | None) -> date | None:
        return date.fromisoformat(value) if value else None

    return Card(
        **{
            **row,
            "kind": Kind(row["kind"]),
            "level": Level(row["level"]),
            "region": Region(**row["region"]),
            "published": day(row["published"]),
            "effective": day(row["effective"]),
            "ended": day(row["ended"]),
            "inferred": tuple(row["inferred"]),
        }
    )


def _text_row(text: Text) -> dict[str, Any]:
    return {
        "id": text.id,
        "article": text.article,
        "headings": text.headings,
        "text": text.text,
        "check": text.check,
        "source": text.source,
        "page": text.page,
    }


def _text(row: dict[str, Any]) -> Text:
    check = Check(row["check"]) if row["check"] else None
    return Text(row["id"], row["article"], tuple(row["headings"]), row["text"], check, row["source"], row["page"])


def write_documents(path: Path, documents: list[tuple[Card, tuple[Text, ...]]]) -> None:
    """Write cards with their provisions, one document a line."""
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as out:
        for card, texts in documents:
            row = {"card": _card_row(card), "provisions": [_text_row(text) for text in texts]}
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def read_documents(path: Path) -> Iterator[tuple[Card, tuple[Text, ...]]]:
    """Read what `write_documents` wrote."""
    with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
        for line in lines:
            row = json.loads(line)
            yield _card(row["card"]), tuple(_text(text) for text in row["provisions"])


def file_hash(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read a folder's manifest. Raises IndexNotFound or IndexMismatch with the command that mends it."""
    path = folder / MANIFEST
    if not path.is_file():
        raise IndexNotFound(f"「{folder}」里没有建好的索引（缺 {MANIFEST}）。{_BUILD} --out {folder}")
    try:
        text = path.read_text(encoding="utf-8")
        row = json.loads(text)
        if row.get("format") != FORMAT:
            raise IndexMismatch(
                f"「{folder}」的索引是版本 {row.get('format')}，程序要版本 {FORMAT}。{_BUILD} --out {folder} 重建。"
            )
        del row["seal"]
        manifest = Manifest(**row)
        if not _well_formed(manifest) or manifest_text(manifest) != text:
            raise ValueError("内容和写下时不同")
        return manifest
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise IndexMismatch(f"「{path}」已损坏（{error}）。{_BUILD} --out {folder} 重建。") from error


def _well_formed(manifest: Manifest) -> bool:
    """Whether it names files, and only such as lie in its own generation: an index may come from a stranger."""
    names = manifest.files if isinstance(manifest.files, dict) else {}
    inside = all(isinstance(name, str) and not {"..", ""} & set(re.split(r"[/\\\\]", name)) for name in names)
    return bool(names) and inside and re.fullmatch(r"g-[0-9a-z]+", str(manifest.generation)) is not None


def manifest_text(manifest: Manifest) -> str:
    """Write a manifest as its file holds it: with the digest of all else in it, so that a changed byte is found."""
    row = asdict(manifest)
    seal = hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()
    return json.dumps({**row, "seal": seal}, ensure_ascii=False, indent=1) + "\n"


def verify(folder: Path, manifest: Manifest) -> None:
    """Hold every file against the manifest. Raises IndexMismatch naming the first that differs."""
    for name, expected in manifest.files.items():
        path = folder / manifest.generation / name
        if not path.is_file():
            raise IndexMismatch(f"索引缺少文件「{path}」。{_BUILD} --out {folder} 重建。")
        if file_hash(path) != expected:
            raise IndexMismatch(f"索引文件「{path}」和清单不符，可能已损坏或被改过。{_BUILD} --out {folder} 重建。")


def load(folder: Path) -> Stored:
    """Load a saved index after holding each file against its manifest.

    Raises IndexNotFound where there is none, IndexMismatch where version or files do not fit.
    """
    while True:
        manifest = read_manifest(folder)
        try:
            return _load(folder, manifest)
        except (IndexMismatch, OSError):
            if read_manifest(folder).generation == manifest.generation:
                raise
            # a build replaced the index while it was being read: the new one is whole


def _load(folder: Path, manifest: Manifest) -> Stored:
    verify(folder, manifest)
    generation = folder / manifest.generation
    owners: list[tuple[Card, Text]] = []
    for card, texts in read_documents(generation / "documents.jsonl"):
        owners += [(card, text) for text in texts]
    places = np.load(generation / "chunks.npy", allow_pickle=False)
    rows = np.load(generation / "rows.npy", allow_pickle=False)
    chunks = _chunks(owners, places)
    vectors = _vectors(folder, manifest, chunks, rows)
    if len(vectors) != len(rows) or len(places) != manifest.chunks:
        raise IndexMismatch(f"「{folder}」里片段和向量的数目对不上。{_BUILD} --out {folder} 重建。")
    return Stored(
        folder,
        manifest,
        chunks,
        rows,
        Lexical.load(generation / "bm25"),
        vectors,
        ChunkWords.load(generation, len(places)),
    )


def _vectors(folder: Path, manifest: Manifest, chunks: list[Chunk], rows: NDArray[np.int32]) -> VectorIndex:
    generation = folder / manifest.generation
    if manifest.engine != "milvus":
        return DenseVectors.load(generation / "vectors.faiss", manifest.recall or 1.0)
    place = Collection(manifest.uri, manifest.collection)
    keys = row_keys(chunks, rows, np.load(generation / "digests.npy", allow_pickle=False), manifest.encoder_digest)
    rebuild = f"{_BUILD} --engine milvus --uri {place.uri} --collection {place.family.name} --out {folder} 重建。"
    return MilvusVectors(place, keys, manifest.encoder_digest, manifest.dimension, rebuild)


def _chunks(owners: list[tuple[Card, Text]], places: NDArray[np.int32]) -> list[Chunk]:
    chunks = []
    last, part = -1, 0
    for number, start, end in places.tolist():
        card, text = owners[number]
        part = part + 1 if number == last else 1
        last = number
        chunks.append(Chunk(text.id if part == 1 else f"{text.id}/{part}", card, text, start, end))
    return chunks
