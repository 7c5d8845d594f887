"""Build a Milvus collection: rows go in, what earlier builds embedded is taken over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from index.chunk import Card
from index.encoder import Encoder, Vectors
from index.errors import EngineUnavailable, IndexMismatch
from index.milvus import (
    BATCH,
    BUILDING,
    SETTLING,
    Collection,
    check_encoder,
    connect,
    count,
    explained,
    fields,
    reach,
    vectors_of,
)
from index.vectors import EXACT_UNDER


class Writer:
    """Puts rows into a collection."""

    def __init__(self, place: Collection, encoder: Encoder, rows: int = 0) -> None:
        """Open or create a collection, for about so many rows. Raises EngineUnavailable; IndexMismatch where it belongs to another encoder."""
        self._place, self._encoder = place, encoder
        self._client = connect(place)
        with explained(place):
            if not self._client.has_collection(place.name, timeout=BUILDING):
                self._create("FLAT" if rows < EXACT_UNDER else "HNSW")
            check_encoder(self._client, place, encoder.digest, encoder.dimension, SETTLING)

    def _create(self, kind: str) -> None:
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
        params = self._client.prepare_index_params()
        more = {"M": 32, "efConstruction": 200} if kind == "HNSW" else {}
        params.add_index("vector", index_type=kind, metric_type="IP", index_name="vector", params=more)
        self._client.create_collection(
            self._place.name, schema=schema, index_params=params, consistency_level="Strong", timeout=BUILDING
        )

    def keys(self) -> set[str]:
        """Return the keys of all rows that are there."""
        found: set[str] = set()
        with explained(self._place):
            rows = self._client.query_iterator(
                self._place.name, batch_size=BATCH * 10, filter="", output_fields=["key"], timeout=BUILDING
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
        with explained(self._place):
            for start in range(0, len(rows), BATCH):
                self._client.upsert(self._place.name, rows[start : start + BATCH], timeout=BUILDING)

    def finish(self, rows: int) -> None:
        """Have all rows on the server's disk. Raises EngineUnavailable where it does not hold just so many."""
        with explained(self._place):
            self._client.flush(self._place.name, timeout=SETTLING)
            there = count(self._client, self._place, BUILDING)
        if there != rows:
            raise EngineUnavailable(
                f"milvus「{self._place.uri}」的集合「{self._place.name}」里有 {there} 行，应有 {rows} 行，新索引没有换上。请再建一次。"
            )

    def keep(self, keys: set[str]) -> None:
        """Take away all rows but some, and the collection out of the server's memory."""
        name, left = self._place.name, sorted(self.keys() - keys)
        with explained(self._place):
            for start in range(0, len(left), BATCH):
                self._client.delete(name, ids=left[start : start + BATCH], timeout=BUILDING)
            self._client.flush(name, timeout=SETTLING)
            self._client.release_collection(name, timeout=BUILDING)

    def close(self) -> None:
        """Let go of the file or connection."""
        self._client.close()


class Earlier:
    """Vectors of earlier builds, in whatever collections they lie: what is there need not be embedded again."""

    def __init__(self, places: Iterable[Collection], encoder: Encoder) -> None:
        """Open those that can be read and are of an encoder."""
        self._open: list[tuple[Collection, Any]] = []
        away: set[str] = set()
        for place in dict.fromkeys(places):
            if place.uri in away:
                continue
            try:
                client = reach(place, encoder.digest, encoder.dimension, "", BUILDING)
            except EngineUnavailable:
                away.add(place.uri)
            except IndexMismatch:
                pass  # gone or another encoder's: what only it has is embedded anew
            else:
                self._open.append((place, client))

    def __contains__(self, place: Collection) -> bool:
        """Whether a collection is read."""
        return any(place == one for one, _ in self._open)

    def take(self, keys: list[str]) -> dict[str, Any]:
        """Return the vectors of those keys that are there. Raises EngineUnavailable."""
        found: dict[str, Any] = {}
        for place, client in self._open:
            rest = [key for key in dict.fromkeys(keys) if key not in found]
            found |= vectors_of(client, place, rest, BUILDING)
        return found

    def close(self) -> None:
        """Let go of files and connections."""
        for _, client in self._open:
            client.close()
