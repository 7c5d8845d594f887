"""Search over the rows of one index in its Milvus collection."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.errors import EngineAway, IndexMismatch
from index.milvus import SETTLED, Collection, count, explained, expression, reach, vectors_of
from index.outage import Outage
from index.scope import Scope
from index.vectors import Mask

_MOST = 16_384  # rows that Milvus returns at most
# Seconds that one search may take. A file is searched in this process, whose other work may hold it up; a server has its own.
_FILE_SECONDS, _SERVER_SECONDS = 60.0, 10.0


class MilvusVectors:
    """Search over the rows of one index in a collection; scopes are filters inside Milvus, before the top k."""

    def __init__(self, place: Collection, keys: list[str], digest: str, dimension: int, rebuild: str) -> None:
        """Open a collection; a server that is away now is reached when the first question comes, and again after each time that it was away.

        Parameters: the collection; keys of the index's rows in order; the encoder's digest and dimension; what to do where it is gone.
        Raises EngineUnavailable; IndexMismatch, with `rebuild` as the remedy, where the collection is gone or not whole.
        """
        self._place, self._keys, self._length = place, keys, len(keys)
        self._numbers = {key: number for number, key in reversed(list(enumerate(keys)))}
        self._wanted, self._rebuild = (digest, dimension), rebuild
        self._seconds = _FILE_SECONDS if place.is_file else _SERVER_SECONDS
        self._outage = Outage()
        self._client: Any = None
        self._graph = False
        with suppress(EngineAway):  # whoever asks is told so, until it is back
            self.reach()

    def __len__(self) -> int:
        return self._length

    def reach(self) -> None:
        """Make sure that the collection can be searched. Raises EngineUnavailable, and IndexMismatch where it is gone or not whole."""
        with self._outage.watch():
            self._reached()

    def _reached(self) -> Any:
        """The client, after the collection was checked: at first, and again when the server was away."""
        if self._client is not None:
            return self._client
        place = self._place
        client = reach(place, *self._wanted, self._rebuild, self._seconds)
        with explained(place):
            there = count(client, place, self._seconds)
            graph = client.describe_index(place.name, "vector", timeout=self._seconds)["index_type"] == "HNSW"
        if there < len(self._numbers):
            raise IndexMismatch(f"集合「{place.name}」只有 {there} 行，索引要 {len(self._numbers)} 行。{self._rebuild}")
        self._graph, self._client = graph, client
        return client

    def search(
        self, query: Vectors, k: int, allowed: Mask | None = None, scope: Scope | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return (row numbers, cosines) of the best k rows that `scope` allows, best first, ties in the index's order.

        Rows that the index does not know are passed over. Raises EngineUnavailable, EngineAway where the server does not answer.
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
        """Return the vectors of some row numbers, (n, d). Raises as `search` does, and IndexMismatch where a row is gone."""
        keys = [self._keys[number] for number in numbers.tolist()]
        with self._outage.watch():
            client = self._reached()
            try:
                vectors = vectors_of(client, self._place, list(dict.fromkeys(keys)), self._seconds)
            except EngineAway:
                self._client = None
                raise
        if not vectors.keys() >= set(keys):
            raise IndexMismatch(f"集合「{self._place.name}」里少了索引要的行。{self._rebuild}")
        return np.array([vectors[key] for key in keys], dtype=np.float32)

    def _found(self, query: Vectors, limit: int, scope: Scope | None) -> list[tuple[str, float]]:
        with self._outage.watch():
            client = self._reached()
            params = {"metric_type": "IP", "params": {"ef": min(max(2 * limit, 128), 32_768)} if self._graph else {}}
            try:
                with explained(self._place):
                    hits = client.search(
                        self._place.name,
                        data=[np.asarray(query, dtype=np.float32)],
                        anns_field="vector",
                        limit=limit,
                        filter=expression(scope),
                        search_params=params,
                        output_fields=["key"],
                        timeout=self._seconds,
                        consistency_level=SETTLED,
                    )[0]
            except EngineAway:
                self._client = None  # it is checked anew when it is back
                raise
        return [(str(hit["key"]), float(hit["distance"])) for hit in hits]

    def close(self) -> None:
        """Let go of the file or connection."""
        if self._client is not None:
            self._client.close()
