"""Dense vectors in Milvus: a file on one machine (milvus-lite), a server or a cluster by its address, with the same code.

A row's key is a hash of its chunk's id, what was embedded, its filter fields and the encoder: writing it twice changes nothing,
and a changed chunk is a new row beside the old one, which goes only after the index that needs it has been replaced.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.chunk import Card, Chunk
from index.encoder import Encoder, Vectors
from index.errors import EngineUnavailable, IndexMismatch
from index.scope import Scope
from index.vectors import EXACT_UNDER, Mask

TOKEN = "NIANGJIA_MILVUS_TOKEN"
_MOST = 16_384  # rows that Milvus returns at most
_BATCH = 1000
_CONNECT_SECONDS = 10
_NEVER = 9999_99_99
_INSTALL = "请在本项目的文件夹里运行：pip install 'niangjiaren[milvus]'"


@dataclass(frozen=True, slots=True)
class Collection:
    """Where vectors are kept: a file ending in .db or a server's address, and the collection's name. One collection, one index."""

    uri: str
    name: str = "niangjiaren"

    def __post_init__(self) -> None:
        """Refuse an address with a secret in it: the manifest keeps it. Raises EngineUnavailable."""
        parts = urlsplit(self.uri)
        if self.is_file:
            if not self.uri.endswith(".db"):
                raise EngineUnavailable(
                    f"「{self.uri}」不是 milvus 的地址：文件名要以 .db 结尾，服务器写 http://主机:端口。"
                )
        elif "@" in parts.netloc or parts.query:
            raise EngineUnavailable(f"--uri 里不要写用户名和密码，它会存进索引。请放在环境变量 {TOKEN} 里。")
        if not (self.name.isascii() and self.name.isidentifier()):
            raise EngineUnavailable(f"集合名「{self.name}」不能用：只能用英文字母、数字和下划线，不以数字开头。")

    @property
    def is_file(self) -> bool:
        """Whether it is a file of this machine."""
        return "://" not in self.uri

    @classmethod
    def of(cls, uri: str, name: str) -> Collection:
        """Make one from what a user typed: a file is kept with its whole path, to be found from anywhere."""
        return cls(str(Path(uri).resolve()) if "://" not in uri else uri, name)


def connect(place: Collection) -> Any:
    """Open a file or reach a server. Raises EngineUnavailable with what to do."""
    if find_spec("pymilvus") is None or (place.is_file and find_spec("milvus_lite") is None):
        raise EngineUnavailable(f"没有装 milvus 引擎的程序包。{_INSTALL}")
    from pymilvus import MilvusClient, MilvusException

    for name in ("pymilvus", "milvus_lite", "grpc._server"):  # they print what they also raise, and what is no error
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if place.is_file:
        Path(place.uri).parent.mkdir(parents=True, exist_ok=True)
    try:
        return MilvusClient(place.uri, token=os.environ.get(TOKEN, ""), timeout=_CONNECT_SECONDS)
    except MilvusException as error:
        if not place.is_file:
            raise EngineUnavailable(
                f"连不上 milvus「{place.uri}」（{_short(error)}）。请检查地址、端口和网络，以及环境变量 {TOKEN}。"
            ) from error
        if _locked(Path(place.uri)):
            raise EngineUnavailable(
                f"「{place.uri}」正被另一个程序使用（一个文件只能由一个程序打开）。请先停下它；要同时用，请用 milvus 服务器。"
            ) from error
        raise EngineUnavailable(f"打不开 milvus 文件「{place.uri}」（{_short(error)}）。") from error


def _locked(folder: Path) -> bool:
    """Whether another process holds a file of milvus-lite, whose own error does not say so."""
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    try:
        with (folder / "LOCK").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _short(error: Exception) -> str:
    return str(getattr(error, "message", "") or error).strip().splitlines()[0][:200]


@contextmanager
def _explained(place: Collection) -> Iterator[None]:
    """Say in a Chinese sentence what Milvus refused."""
    from pymilvus import MilvusException

    try:
        yield
    except MilvusException as error:
        raise EngineUnavailable(
            f"milvus「{place.uri}」的集合「{place.name}」没有完成操作（{_short(error)}）。请检查它是否还在运行、磁盘是否已满，再试一次。"
        ) from error


def _day(value: date | None, unknown: int) -> int:
    return unknown if value is None else value.year * 10_000 + value.month * 100 + value.day


def fields(card: Card) -> dict[str, Any]:
    """Return what is filtered by: place, law or plan, first day of force and first day no longer (as 20261121)."""
    plan = card.level.is_plan
    return {
        "plan": plan,
        "province": card.region.province,
        "city": card.region.city,
        "county": card.region.county,
        "started": 0 if plan else _day(card.start, 0),  # a plan is shown before it begins, an unknown date passes
        "ended": _day(card.ended, _NEVER),
    }


def expression(scope: Scope | None) -> str:
    """Write a scope as a Milvus filter that passes just the rows whose card `Scope.allows`."""
    if scope is None:
        return ""
    terms = []
    if scope.plans is not None:
        terms.append(f"plan == {str(scope.plans).lower()}")
    if scope.as_of is not None:
        day = _day(scope.as_of, 0)
        terms.append(f"started <= {day} and ended > {day}")
    places = ["plan == true or " + " and ".join(f'{name} == ""' for name in ("province", "city", "county"))]
    if scope.regions:
        places = []
        for region in scope.regions:
            theirs = {name: getattr(region, name) for name in ("province", "city", "county")}
            applies = [f'({name} == "" or {name} == {_literal(value)})' for name, value in theirs.items()]
            inside = [f"{name} == {_literal(value)}" for name, value in theirs.items() if value]
            places += ["(" + " and ".join(applies) + ")", "(" + " and ".join(["plan == true", *inside]) + ")"]
    return " and ".join([*terms, "(" + " or ".join(places) + ")"])


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def row_keys(chunks: list[Chunk], rows: NDArray[np.int32], digests: NDArray[np.uint8], encoder: str) -> list[str]:
    """Return each row's primary key, 32 hexadecimal digits.

    Parameters: the chunks; (m,) chunk number of each row; (m, 16) hash of what was embedded; the encoder's digest.
    """
    heads = [f"{encoder}\0{chunk.id}\0{fields(chunk.card)}\0".encode() for chunk in chunks]
    return [
        hashlib.sha256(heads[number] + digest.tobytes()).hexdigest()[:32]
        for number, digest in zip(rows.tolist(), digests, strict=True)
    ]


class Writer:
    """Puts rows into a collection and takes away those that are gone."""

    def __init__(self, place: Collection, encoder: Encoder) -> None:
        """Open or create the collection. Raises EngineUnavailable; IndexMismatch where it belongs to another encoder."""
        self._place, self._encoder = place, encoder
        self._client = connect(place)
        with _explained(place):
            if not self._client.has_collection(place.name):
                self._create()
            check_encoder(self._client, place, encoder.digest, encoder.dimension)
            self._client.load_collection(place.name)

    def _create(self) -> None:
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=32)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=self._encoder.dimension)
        schema.add_field("encoder", DataType.VARCHAR, max_length=64)
        schema.add_field("plan", DataType.BOOL)
        for name in ("province", "city", "county"):
            schema.add_field(name, DataType.VARCHAR, max_length=256)
        schema.add_field("started", DataType.INT64)
        schema.add_field("ended", DataType.INT64)
        self._client.create_collection(
            self._place.name, schema=schema, index_params=self._index("FLAT"), consistency_level="Strong"
        )

    def _index(self, kind: str) -> Any:
        params = self._client.prepare_index_params()
        more = {"M": 32, "efConstruction": 200} if kind == "HNSW" else {}
        params.add_index("vector", index_type=kind, metric_type="IP", index_name="vector", params=more)
        return params

    def keys(self) -> set[str]:
        """Return the keys of all rows that are there."""
        found: set[str] = set()
        with _explained(self._place):
            rows = self._client.query_iterator(
                self._place.name, batch_size=_BATCH * 10, filter="", output_fields=["key"]
            )
            while batch := rows.next():
                found.update(row["key"] for row in batch)
            rows.close()
        return found

    def write(self, keys: list[str], vectors: Vectors, cards: list[Card]) -> None:
        """Put rows in; a row that is already there stays as it is."""
        digest = self._encoder.digest
        rows = [
            {"key": key, "vector": vector, "encoder": digest, **fields(card)}
            for key, vector, card in zip(keys, vectors, cards, strict=True)
        ]
        with _explained(self._place):
            for start in range(0, len(rows), _BATCH):
                self._client.upsert(self._place.name, rows[start : start + _BATCH])

    def finish(self, gone: Iterable[str], total: int) -> None:
        """Take rows away that no index needs any more; from `EXACT_UNDER` rows on, give the collection a graph instead of a full scan."""
        name, left = self._place.name, sorted(gone)
        with _explained(self._place):
            for start in range(0, len(left), _BATCH):
                self._client.delete(name, ids=left[start : start + _BATCH])
            self._client.flush(name)
            wanted = "FLAT" if total < EXACT_UNDER else "HNSW"
            if self._client.describe_index(name, "vector")["index_type"] != wanted:
                self._client.release_collection(name)
                self._client.drop_index(name, "vector")
                self._client.create_index(name, self._index(wanted))
                self._client.load_collection(name)

    def close(self) -> None:
        """Let go of the file or connection."""
        self._client.close()


def check_encoder(client: Any, place: Collection, digest: str, dimension: int) -> None:
    """Hold a collection against an encoder. Raises IndexMismatch where its vectors are another's."""
    described = {field["name"]: field for field in client.describe_collection(place.name)["fields"]}
    if not {"key", "vector", "encoder", "plan", "started", "ended"} <= described.keys():
        raise IndexMismatch(f"集合「{place.name}」不是本程序建的。请用 --collection 另起一个名字再建索引。")
    there = int(described["vector"]["params"]["dim"])
    client.load_collection(place.name)
    others = client.query(place.name, filter=f"encoder != {_literal(digest)}", output_fields=["key"], limit=1)
    if there != dimension or others:
        raise IndexMismatch(
            f"「{place.uri}」的集合「{place.name}」里是另一个编码器的向量（{there} 维，现在的是 {dimension} 维），不能混用。"
            "请在 python -m index build 里用 --collection 另起一个名字。"
        )


class MilvusVectors:
    """Search over the rows of one index in a collection; scopes are filters inside Milvus, before the top k."""

    def __init__(self, place: Collection, keys: list[str], digest: str, dimension: int, rebuild: str) -> None:
        """Open a collection. Raises EngineUnavailable; IndexMismatch, with `rebuild` as the remedy, where it is gone or not whole.

        Parameters: the collection; keys of the index's rows in order; the encoder's digest and dimension.
        """
        self._place, self._keys, self._length = place, keys, len(keys)
        self._numbers = {key: number for number, key in reversed(list(enumerate(keys)))}
        if place.is_file and not Path(place.uri).exists():
            raise IndexMismatch(f"milvus 文件「{place.uri}」不在了。{rebuild}")
        self._client = connect(place)
        with _explained(place):
            if not self._client.has_collection(place.name):
                raise IndexMismatch(f"「{place.uri}」里没有集合「{place.name}」了。{rebuild}")
            check_encoder(self._client, place, digest, dimension)
            count = self._client.query(place.name, filter="", output_fields=["count(*)"])[0]["count(*)"]
            kind = self._client.describe_index(place.name, "vector")["index_type"]
        self._graph = kind == "HNSW"
        if count < len(self._numbers):
            raise IndexMismatch(f"集合「{place.name}」只有 {count} 行，索引要 {len(self._numbers)} 行。{rebuild}")

    def __len__(self) -> int:
        return self._length

    def search(
        self, query: Vectors, k: int, allowed: Mask | None = None, scope: Scope | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return (row numbers, cosines) of the best k rows that `scope` allows, best first, ties in the index's order.

        Rows of a build that is not finished yet, or of the one before, are passed over. Raises EngineUnavailable.
        """
        limit = min(max(k, 1), _MOST)
        while True:
            found = self._found(query, limit, scope)
            known = [(self._numbers[key], cosine) for key, cosine in found if key in self._numbers]
            if len(known) >= k or len(found) < limit or limit == _MOST:
                break
            limit = min(limit * 2, _MOST)
        if allowed is not None:  # the cards that the app reads decide: nothing is shown that they do not allow
            known = [(number, cosine) for number, cosine in known if allowed[number]]
        known.sort(key=lambda row: (-row[1], row[0]))
        numbers = np.array([number for number, _ in known[:k]], dtype=np.int64)
        return numbers, np.array([cosine for _, cosine in known[:k]], dtype=np.float32)

    def take(self, numbers: NDArray[np.int64]) -> Vectors:
        """Return the vectors of some row numbers, (n, d). Raises EngineUnavailable."""
        keys = [self._keys[number] for number in numbers.tolist()]
        with _explained(self._place):
            found = self._client.get(self._place.name, ids=list(dict.fromkeys(keys)), output_fields=["vector"])
        vectors = {row["key"]: row["vector"] for row in found}
        return np.array([vectors[key] for key in keys], dtype=np.float32)

    def _found(self, query: Vectors, limit: int, scope: Scope | None) -> list[tuple[str, float]]:
        params = {"metric_type": "IP", "params": {"ef": min(max(2 * limit, 128), 32_768)} if self._graph else {}}
        with _explained(self._place):
            hits = self._client.search(
                self._place.name,
                data=[np.asarray(query, dtype=np.float32)],
                anns_field="vector",
                limit=limit,
                filter=expression(scope),
                search_params=params,
                output_fields=["key"],
            )[0]
        return [(str(hit["key"]), float(hit["distance"])) for hit in hits]

    def close(self) -> None:
        """Let go of the file or connection."""
        self._client.close()
