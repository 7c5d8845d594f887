"""Build an index from documents: chunks, words, vectors; what did not change is not embedded again."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from documents.library import gather, home
from documents.model import Document
from documents.progress import reading_bar
from documents.read import Problem, Reading
from index.chunk import Card, Chunk, Text, chunks_of, digest, indexed_rows
from index.encoder import SHIPPED, Encoder, StaticEncoder, Vectors, load_encoder
from index.errors import IndexRoomError
from index.ledger import enter, entered
from index.lexical import Lexical
from index.milvus import Collection, row_keys
from index.milvus_build import Earlier, Writer
from index.milvus_search import MilvusVectors
from index.publish import save, turn
from index.questions import lay_questions
from index.store import ChunkWords, Manifest, load, read_manifest, verify, write_documents
from index.vectors import DenseVectors
from index.words import STOP_WORDS, cut

_Item = TypeVar("_Item")
_BATCH = 2048
_SHOWN = 32  # batches to a line of progress, whose vectors are held at once where earlier builds have them


@dataclass(frozen=True, slots=True)
class Part:
    """The `number`th of `total` parts of the documents, for builders on several machines; a document is in just one."""

    number: int
    total: int

    def takes(self, document: str) -> bool:
        """Whether a document (by id) belongs to this part."""
        return int.from_bytes(hashlib.sha256(document.encode()).digest()[:8], "big") % self.total == self.number - 1


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Keys of the rows that were put into a collection, and of all rows that these documents have."""

    new: list[str]
    keys: set[str]


# Calibrated on development questions and sentences held back: 65 % of what is outside are refused, 11 % of what only looks so, no
# development question (`evals report` draws the curve).
REFUSE_BELOW = 0.25


@dataclass(frozen=True, slots=True)
class Rows:
    """What is indexed of some documents.

    `places` holds (provision number, start, end) of each chunk; `rows` (chunk number, text) of each row, `words` and `digests` its
    words and the hash of its text.
    """

    entries: list[tuple[Card, tuple[Text, ...]]]
    chunks: list[Chunk]
    places: list[tuple[int, int, int]]
    rows: list[tuple[int, str]]
    words: list[list[str]]
    digests: NDArray[np.uint8]

    @classmethod
    def of(cls, documents: list[Document]) -> Rows:
        """Cut documents into chunks and words."""
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
        digests = np.array([np.frombuffer(digest(text), dtype=np.uint8) for _, text in rows])
        return cls(entries, chunks, places, rows, words, digests.reshape(len(rows), 16))

    @property
    def provisions(self) -> int:
        """How many provisions they have."""
        return sum(len(texts) for _, texts in self.entries)

    @property
    def numbers(self) -> NDArray[np.int32]:
        """Chunk number of each row."""
        return np.array([place for place, _ in self.rows], dtype=np.int32)

    def embed(self, encoder: Encoder, before: dict[bytes, Vectors]) -> Vectors:
        """Return the vectors of all rows; those whose text was embedded before are taken over."""
        vectors = np.zeros((len(self.rows), encoder.dimension), dtype=np.float32)
        for batch, made in self._embedded(list(range(len(self.rows))), encoder, before):
            vectors[batch] = made
        return vectors

    def upload(
        self, writer: Writer, encoder: Encoder, before: dict[bytes, Vectors], earlier: Earlier | None = None
    ) -> Uploaded:
        """Put the rows that are not there yet into a collection; those that lie in earlier ones are not embedded again."""
        keys = row_keys(self.chunks, self.numbers, self.digests, encoder.digest)
        there = writer.keys()
        todo = [place for place, key in enumerate(keys) if key not in there]
        for start in range(0, len(todo), _BATCH * _SHOWN):
            some = todo[start : start + _BATCH * _SHOWN]
            known = before | self._taken(some, keys, earlier)
            for batch, made in self._embedded(some, encoder, known):
                cards = [self.chunks[self.rows[place][0]].card for place in batch]
                writer.write([keys[place] for place in batch], made, cards)
        return Uploaded([keys[place] for place in todo], set(keys))

    def _taken(self, places: list[int], keys: list[str], earlier: Earlier | None) -> dict[bytes, Vectors]:
        """The vectors of some rows that lie in earlier collections, by the hash of what was embedded."""
        found = earlier.take([keys[place] for place in places]) if earlier is not None else {}
        return {
            self.digests[place].tobytes(): np.asarray(found[keys[place]], dtype=np.float32)
            for place in places
            if keys[place] in found
        }

    def _embedded(
        self, places: list[int], encoder: Encoder, before: dict[bytes, Vectors]
    ) -> Iterator[tuple[list[int], Vectors]]:
        batches = [places[i : i + _BATCH] for i in range(0, len(places), _BATCH)]
        new = sum(self.digests[place].tobytes() not in before for place in places)
        for batch in _progress(batches, f"向量（{new} 段新，{len(places) - new} 段未变）"):
            rows = np.zeros((len(batch), encoder.dimension), dtype=np.float32)
            todo = []
            for number, place in enumerate(batch):
                if (old := before.get(self.digests[place].tobytes())) is not None:
                    rows[number] = old
                else:
                    todo.append(number)
            if todo and isinstance(encoder, StaticEncoder):
                rows[todo] = encoder.encode_words([self.words[batch[number]] for number in todo])
            elif todo:
                rows[todo] = encoder.encode([self.rows[batch[number]][1] for number in todo])
            yield batch, rows


def default_folder() -> Path:
    """Return where the index lives unless said otherwise: in the user's own folder, never in the checkout."""
    return home() / "index"


def build(
    paths: Iterable[Path] = (), out: Path | None = None, encoder: str = SHIPPED, place: Collection | None = None
) -> tuple[Manifest, list[Problem]]:
    """Build an index over files and folders (without any: the shipped library and the user's own) and save it.

    `place` keeps the vectors in Milvus instead of a FAISS file.

    Returns the manifest and the problems of what was left out. Raises IndexRoomError where nothing could be indexed.
    """
    reading = _read(paths)
    manifest = build_documents(
        reading.documents, out or default_folder(), load_encoder(encoder), len(reading.problems), place
    )
    return manifest, reading.problems


def build_part(
    paths: Iterable[Path], part: Part, place: Collection, encoder: str = SHIPPED
) -> tuple[int, list[Problem]]:
    """Embed one part of the documents into a Milvus collection, for a full build elsewhere to finish.

    Returns how many rows were new and the problems of what was left out; writes no index and takes nothing away.
    """
    reading = _read(paths)
    rows = Rows.of([d for d in reading.documents if part.takes(d.id)])
    loaded = load_encoder(encoder)
    with closing(Writer(place.parts, loaded)) as writer:
        return len(rows.upload(writer, loaded, {}).new), reading.problems


def _read(paths: Iterable[Path]) -> Reading:
    with reading_bar() as watch:
        reading = gather(paths, watch)
    if not reading.documents:
        reasons = "\n".join(problem.message for problem in reading.problems)
        raise IndexRoomError(f"没有一份文件可以收入，没有建索引。\n{reasons}".strip())
    return reading


def build_documents(
    documents: list[Document], out: Path, encoder: Encoder, problems: int = 0, place: Collection | None = None
) -> Manifest:
    """Index documents and save them under `out`, their vectors there too or in a Milvus collection.

    Returns the manifest; raises IndexBusy where somebody else is building there.
    """
    with turn(out, "python -m index build"):
        return _build_documents(documents, out, encoder, problems, place)


def _build_documents(
    documents: list[Document], out: Path, encoder: Encoder, problems: int, place: Collection | None
) -> Manifest:
    made = Rows.of(documents)
    entries, chunks, rows, words, digests = made.entries, made.chunks, made.rows, made.words, made.digests
    lexical = Lexical.build([[w for w in ws if w not in STOP_WORDS] for ws in _progress(words, "词索引")])
    before = _embedded_before(out, encoder)
    vectors = DenseVectors.build(made.embed(encoder, before)) if place is None else None
    known = _known_words(words[: len(chunks)], encoder)

    def write(folder: Path) -> None:
        if known is not None:
            known.save(folder)
        write_documents(folder / "documents.jsonl", entries)
        np.save(folder / "chunks.npy", np.array(made.places, dtype=np.int32), allow_pickle=False)
        np.save(folder / "rows.npy", made.numbers, allow_pickle=False)
        np.save(folder / "digests.npy", digests, allow_pickle=False)
        lexical.save(folder / "bm25")
        if vectors is not None:
            vectors.save(folder / "vectors.faiss")

    fields = {
        "engine": "faiss" if place is None else "milvus",
        "recall": None if vectors is None else vectors.recall,
        "uri": "" if place is None else place.uri,
        "collection": "",
        "encoder": encoder.name,
        "encoder_digest": encoder.digest,
        "dimension": encoder.dimension,
        "corpus_digest": corpus_digest(entries),
        "documents": len(entries),
        "provisions": made.provisions,
        "chunks": len(chunks),
        "rows": len(rows),
        "problems": problems,
        "refuse_below": REFUSE_BELOW,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if place is None:
        return save(out, fields, write)
    collection = place.numbered()
    with closing(Earlier(_collections_before(out, place), encoder)) as earlier:
        enter(out, collection)
        with closing(Writer(collection, encoder, len(rows))) as writer:
            keys = made.upload(writer, encoder, before, earlier).keys
            writer.finish(len(keys))
        manifest = save(out, fields | {"collection": collection.name}, write)
        if place.parts in earlier:
            with closing(Writer(place.parts, encoder)) as parts:
                parts.keep(keys)
    return manifest


def _collections_before(out: Path, place: Collection) -> list[Collection]:
    """Where vectors may lie that need not be made again: in the present index, in what killed builds left, in the parts."""
    found = [*entered(out), place.parts]
    try:
        manifest = read_manifest(out)
    except IndexRoomError:
        return found
    return [Collection(manifest.uri, manifest.collection), *found] if manifest.engine == "milvus" else found


def is_current(paths: Iterable[Path], out: Path, encoder: str = SHIPPED, place: Collection | None = None) -> bool:
    """Whether `out` holds a whole index of just these documents with just this encoder, its vectors in just this place."""
    try:
        manifest = read_manifest(out)
        built = Collection(manifest.uri, manifest.collection).family if manifest.engine == "milvus" else None
        if built != place:
            return False
        verify(out, manifest)
        if place is not None and isinstance(vectors := load(out).vectors, MilvusVectors):
            vectors.reach()
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
