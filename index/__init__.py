"""index: chunks, words, vectors and the saved index. Public: `build`, `open_index`, `Scope`, `Hit`, `SearchIndex`."""

from index.build import build, build_documents, default_folder
from index.chunk import Card, Chunk
from index.errors import EncoderUnavailable, EngineUnavailable, IndexMismatch, IndexNotFound, IndexRoomError
from index.search import Hit, Scope, SearchIndex, open_index

__all__ = [
    "Card",
    "Chunk",
    "EncoderUnavailable",
    "EngineUnavailable",
    "Hit",
    "IndexMismatch",
    "IndexNotFound",
    "IndexRoomError",
    "Scope",
    "SearchIndex",
    "build",
    "build_documents",
    "default_folder",
    "open_index",
]
