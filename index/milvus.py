"""Dense vectors in Milvus: a file on one machine (milvus-lite), a server or a cluster by its address, with the same code.

Every build makes a collection of its own, named after the one that was asked for with a number behind it, and the manifest names it: who searches
an index searches just its rows, whatever is being built. A row's key is a hash of its chunk's id, what was embedded, its filter fields and
the encoder, so that a later build finds the vectors that it need not make again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.chunk import Card, Chunk
from index.errors import EngineAway, EngineUnavailable, IndexMismatch
from index.scope import Scope

TOKEN = "NIANGJIA_MILVUS_TOKEN"
BUILDING = 60.0  # seconds that one call of a builder may take
SETTLING = 600.0  # the same where the server has to work through all rows
BATCH = 1000
# A published collection is never written again: its rows were counted by a read that waited for all writes, later ones need not wait.
SETTLED = "Bounded"
_CONNECT_SECONDS = 5
_DROP_SECONDS = 60.0
_NEVER = 9999_99_99
_INSTALL = "请在本项目的文件夹里运行：pip install 'niangjiaren[milvus]'"
_SECRET = (
    f"--uri 里不要写用户名和密码，它会存进索引。请写 http://主机:端口，把它们（用户名:密码）放在环境变量 {TOKEN} 里。"
)
_NOT_LET_IN = ("UNAUTHENTICATED", "PERMISSION_DENIED")
_NUMBERED = re.compile(r"_g[0-9a-f]{8}$")
# After an outage gRPC would wait up to two minutes before it tries again; and pymilvus would ping an idle server so often that some hang up on it.
_CHANNEL = {
    "grpc.keepalive_time_ms": 60_000,
    "grpc.keepalive_permit_without_calls": 0,
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.min_reconnect_backoff_ms": 2000,
    "grpc.max_reconnect_backoff_ms": 1000,
}


@dataclass(frozen=True, slots=True)
class Collection:
    """Where vectors are kept: a file ending in .db or a server's address, and a collection's name, with a number behind it or to be given one."""

    uri: str
    name: str = "niangjiaren"

    def __post_init__(self) -> None:
        """Refuse an address with a secret in it: the manifest keeps it. Raises EngineUnavailable, which never repeats a secret."""
        if self.is_file:
            if "@" in self.uri and not Path(self.uri).is_absolute():
                raise EngineUnavailable(_SECRET)
            if not self.uri.endswith(".db"):
                raise EngineUnavailable(
                    f"「{self.uri}」不是 milvus 的地址：文件名要以 .db 结尾，服务器写 http://主机:端口。"
                )
        else:
            self._address()
        if not (self.name.isascii() and self.name.isidentifier()):
            raise EngineUnavailable(f"集合名「{self.name}」不能用：只能用英文字母、数字和下划线，不以数字开头。")

    def _address(self) -> None:
        try:
            parts = urlsplit(self.uri)
            wrong = not parts.hostname or parts.port == 0
        except ValueError:  # its text may hold what was typed in the port's place
            wrong = True
        if wrong:
            raise EngineUnavailable("--uri 不是 milvus 的地址，应为 http://主机:端口。")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise EngineUnavailable(_SECRET)

    @property
    def is_file(self) -> bool:
        """Whether it is a file of this machine."""
        return "://" not in self.uri

    @property
    def is_numbered(self) -> bool:
        """Whether it is the collection of one build."""
        return _NUMBERED.search(self.name) is not None

    @property
    def family(self) -> Collection:
        """The collection that was asked for when this one was built."""
        return Collection(self.uri, _NUMBERED.sub("", self.name))

    @property
    def parts(self) -> Collection:
        """Where builders of parts put their rows."""
        return Collection(self.uri, f"{self.name}_parts")

    def numbered(self) -> Collection:
        """Make the name of a new build's collection."""
        return Collection(self.uri, f"{self.name}_g{secrets.token_hex(4)}")

    @classmethod
    def of(cls, uri: str, name: str) -> Collection:
        """Make one from what a user typed: a file is kept with its whole path, to be found from anywhere."""
        if "://" not in uri and "@" not in uri:
            uri = str(Path(uri).resolve())
        return cls(uri, name)


def connect(place: Collection) -> Any:
    """Open a file or reach a server. Raises EngineAway where a server does not answer, else EngineUnavailable with what to do."""
    if find_spec("pymilvus") is None or (place.is_file and find_spec("milvus_lite") is None):
        raise EngineUnavailable(f"没有装 milvus 引擎的程序包。{_INSTALL}")
    from pymilvus import MilvusClient

    for name in ("pymilvus", "milvus_lite", "grpc._server"):  # they print what they also raise, and what is no error
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if place.is_file:
        Path(place.uri).parent.mkdir(parents=True, exist_ok=True)
    try:
        client = MilvusClient(
            place.uri, token=os.environ.get(TOKEN, ""), timeout=_CONNECT_SECONDS, grpc_options=_CHANNEL
        )
        client.get_server_version(timeout=_CONNECT_SECONDS)  # it may hand out a connection that it made before
    except _errors() as error:
        if not place.is_file:
            raise _fault(place, error, f"连不上 milvus「{place.uri}」") from error
        if held_elsewhere(place):
            raise EngineUnavailable(
                f"「{place.uri}」正被另一个程序使用（一个文件只能由一个程序打开）。请先停下它；要同时用，请用 milvus 服务器。"
            ) from error
        raise EngineUnavailable(f"打不开 milvus 文件「{place.uri}」（{_short(error)}）。") from error
    # pymilvus would make a new connection for every question that meets a dead one, one after another under one lock; gRPC makes it by itself
    if hasattr(client._handler, "_on_rpc_error"):
        client._handler._on_rpc_error = lambda error: False
    return client


def held_elsewhere(place: Collection) -> bool:
    """Whether another process holds a file of milvus-lite, whose own error does not say so."""
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    try:
        with (Path(place.uri) / "LOCK").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _short(error: BaseException) -> str:
    told = getattr(error, "details", None)  # of gRPC's own errors
    said = str(getattr(error, "message", "") or (told() if callable(told) else "") or error).strip()
    return said.splitlines()[0][:200] if said else type(error).__name__


def _errors() -> tuple[type[Exception], ...]:
    """What pymilvus raises where something is wrong: its own errors, and those of gRPC that it does not try again."""
    import grpc  # type: ignore[import-untyped]
    from pymilvus import MilvusException

    return MilvusException, grpc.RpcError


def _not_let_in(error: BaseException) -> bool:
    """Whether an error comes of one by which gRPC says that somebody may not enter. pymilvus makes errors their own cause."""
    seen: set[int] = set()
    chain: BaseException | None = error
    while chain is not None and id(chain) not in seen:
        seen.add(id(chain))
        code = getattr(chain, "code", None)
        if callable(code) and getattr(code(), "name", "") in _NOT_LET_IN:
            return True
        chain = chain.__cause__
    return False


def _fault(place: Collection, error: BaseException, what: str) -> EngineUnavailable:
    """Make the error of a call that failed: away where a server may answer the next one, else unavailable."""
    if _not_let_in(error):
        return EngineUnavailable(f"{what}：用户名或密码不对。请检查环境变量 {TOKEN}（用户名:密码）。")
    if place.is_file:
        return EngineUnavailable(f"{what}（{_short(error)}）。请检查它是否还在、磁盘是否已满，再试一次。")
    return EngineAway(
        f"{what}（{_short(error)}）。请检查它是否在运行，地址、端口和网络对不对，磁盘是否已满，再试一次。"
    )


@contextmanager
def explained(place: Collection) -> Iterator[None]:
    """Say in a Chinese sentence what Milvus refused, or that it did not answer in time."""
    try:
        yield
    except _errors() as error:
        what = f"milvus「{place.uri}」的集合「{place.name}」没有完成操作"
        raise _fault(place, error, what) from error


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


def vectors_of(client: Any, place: Collection, keys: list[str], seconds: float) -> dict[str, Any]:
    """Read the vectors of those keys that a collection has, each call in so many seconds. Raises EngineUnavailable."""
    found: dict[str, Any] = {}
    with explained(place):
        for start in range(0, len(keys), BATCH):
            some = keys[start : start + BATCH]
            rows = client.get(
                place.name, ids=some, output_fields=["vector"], timeout=seconds, consistency_level=SETTLED
            )
            found |= {str(row["key"]): row["vector"] for row in rows}
    return found


def reach(place: Collection, digest: str, dimension: int, rebuild: str, seconds: float) -> Any:
    """Open a collection for reading, loaded. Raises EngineUnavailable; IndexMismatch where it is gone or another encoder's.

    Parameters: the collection; the encoder's digest and dimension; what to do where it is gone; how long each call may take (loading goes
    on after we gave up waiting).
    """
    if place.is_file and not Path(place.uri).exists():
        raise IndexMismatch(f"milvus 文件「{place.uri}」不在了。{rebuild}")
    client = connect(place)
    with explained(place):
        if not client.has_collection(place.name, timeout=seconds):
            raise IndexMismatch(f"「{place.uri}」里没有集合「{place.name}」了。{rebuild}")
        check_encoder(client, place, digest, dimension, seconds)
    return client


def count(client: Any, place: Collection, seconds: float) -> int:
    """How many rows a loaded collection has."""
    return int(client.query(place.name, filter="", output_fields=["count(*)"], timeout=seconds)[0]["count(*)"])


def is_there(place: Collection) -> bool:
    """Whether a collection is there. Raises EngineUnavailable where that cannot be asked."""
    if place.is_file and not Path(place.uri).exists():
        return False
    with closing(connect(place)) as client, explained(place):
        return bool(client.has_collection(place.name, timeout=_DROP_SECONDS))


def drop(place: Collection) -> None:
    """Drop a collection; one that is not there is fine. Raises EngineUnavailable."""
    if place.is_file and not Path(place.uri).exists():
        return
    with closing(connect(place)) as client, explained(place):
        if client.has_collection(place.name, timeout=_DROP_SECONDS):
            client.drop_collection(place.name, timeout=_DROP_SECONDS)


def check_encoder(client: Any, place: Collection, digest: str, dimension: int, seconds: float) -> None:
    """Load a collection and hold it against an encoder. Raises IndexMismatch where its vectors are another's."""
    described = {field["name"]: field for field in client.describe_collection(place.name, timeout=seconds)["fields"]}
    if not {"key", "vector", "encoder", "plan", "started", "ended"} <= described.keys():
        raise IndexMismatch(f"集合「{place.name}」不是本程序建的。请用 --collection 另起一个名字再建索引。")
    there = int(described["vector"]["params"]["dim"])
    client.load_collection(place.name, timeout=seconds)
    others = client.query(
        place.name, filter=f"encoder != {_literal(digest)}", output_fields=["key"], limit=1, timeout=seconds
    )
    if there != dimension or others:
        raise IndexMismatch(
            f"「{place.uri}」的集合「{place.name}」里是另一个编码器的向量（{there} 维，现在的是 {dimension} 维），不能混用。"
            "请在 python -m index build 里用 --collection 另起一个名字。"
        )
