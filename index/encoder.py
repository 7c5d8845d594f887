"""Encoders: the shipped one, read with numpy, tokenizers and safetensors; any sentence-transformers model by name or path."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderUnavailable
from index.words import cut, segment

Vectors = NDArray[np.float32]
SHIPPED = "niangjiaren-static"
_PROBED = 4096  # values of each weight that the hash of a model looks at
_HUB_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)?")


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """What the manifest calls it."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def digest(self) -> str:
        """Hash of its weights; two encoders of one digest give the same vectors."""
        ...

    def encode(self, texts: list[str]) -> Vectors:
        """Return (n, dimension) float32 rows of length one (a text without known words gives a zero row)."""
        ...

    def encode_queries(self, texts: list[str]) -> Vectors:
        """Return the rows of questions, which some models want said to be such."""
        ...


def unit(rows: Vectors) -> Vectors:
    """Scale rows to length one; zero rows stay zero."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms > 0, norms, 1.0), dtype=np.float32)


class StaticEncoder:
    """A sentence-transformers `StaticEmbedding` folder, read without torch: the mean of a text's word vectors."""

    def __init__(self, folder: Path) -> None:
        """Read tokenizer and weights. Raises EncoderUnavailable where a file is missing or no such encoder."""
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        weights, tokenizer = folder / "model.safetensors", folder / "tokenizer.json"
        try:
            data = weights.read_bytes()
            self._tokenizer = Tokenizer.from_str(tokenizer.read_text(encoding="utf-8"))
            self._table = load(data)["embedding.weight"]
        except Exception as error:  # tokenizers raises plain Exception where a file is broken
            raise EncoderUnavailable(
                f"读不了编码器「{folder}」：{error}。请重新取一份代码，或运行 python -m index train 重新训练。"
            ) from error
        self._tokenizer.no_padding()
        self._digest = hashlib.sha256(data + tokenizer.read_bytes()).hexdigest()
        self._name = folder_name(folder)
        self.folder = folder

    @property
    def name(self) -> str:
        """What the manifest calls it."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._table.shape[1])

    @property
    def digest(self) -> str:
        """Hash of weights and tokenizer."""
        return self._digest

    @property
    def table(self) -> NDArray[np.float16]:
        """The word vectors, (words, dimension); the last row is that of unknown words."""
        return self._table

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        return dict(self._tokenizer.get_vocab())

    def numbers(self, words: Iterable[str]) -> list[int]:
        """Return the rows of the distinct words that the encoder has learnt, in the words' order."""
        found = (self._vocabulary.get(word) for word in words)
        return list(dict.fromkeys(number for number in found if number is not None))

    def encode(self, texts: list[str]) -> Vectors:
        """Return one unit row a text."""
        return self.encode_segmented([segment(cut(text)) for text in texts])

    def encode_queries(self, texts: list[str]) -> Vectors:
        """Return one unit row a question: questions and provisions are read alike."""
        return self.encode(texts)

    def knows(self, word: str) -> bool:
        """Whether the encoder has learnt a word; of others it sees the characters only."""
        return self._tokenizer.token_to_id(word) is not None

    def encode_words(self, texts: list[list[str]]) -> Vectors:
        """Return one unit row for each text already cut into words."""
        return self.encode_segmented([segment(words) for words in texts])

    def encode_segmented(self, texts: list[str]) -> Vectors:
        """Return one unit row for each text written as the tokenizer reads it, words between spaces."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for place, encoding in enumerate(self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)):
            if encoding.ids:
                rows[place] = self._table[encoding.ids].astype(np.float32).mean(axis=0)
        return unit(rows)


class TransformerEncoder:
    """Any sentence-transformers model that this machine has; imports torch and never uses the network."""

    def __init__(self, name: str) -> None:
        """Load a model by path, or by name from the Hugging Face cache. Raises EncoderUnavailable with the reason."""
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderUnavailable(
                "没有装 sentence-transformers。请运行：pip install sentence-transformers"
            ) from error
        try:
            self._model = SentenceTransformer(name, trust_remote_code=False, local_files_only=True)
        except Exception as error:  # transformers, safetensors and tokenizers each raise kinds of their own
            raise EncoderUnavailable(_reason(name, error)) from error
        self._name = folder_name(Path(name)) if Path(name).is_dir() else name

    @property
    def name(self) -> str:
        """What the manifest calls it."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @cached_property
    def digest(self) -> str:
        """Hash of the modules, the prompts and some values of every weight.

        Vectors of probe texts would differ in their last digits from one machine to the next, and builders on several must agree.
        """
        total = hashlib.sha256(repr((str(self._model), sorted(self._model.prompts.items()))).encode())
        for name, weights in sorted(self._model.state_dict().items()):
            values = weights.reshape(-1)
            total.update(f"{name} {tuple(weights.shape)}".encode())
            total.update(values[:: max(1, len(values) // _PROBED)].float().cpu().numpy().tobytes())
        return total.hexdigest()

    def encode(self, texts: list[str]) -> Vectors:
        """Return one unit row a text, read with the model's own prompt for documents where it has one."""
        return self._rows(self._model.encode_document, texts)

    def encode_queries(self, texts: list[str]) -> Vectors:
        """Return one unit row a question, read with the model's own prompt for queries where it has one."""
        return self._rows(self._model.encode_query, texts)

    def _rows(self, encode: Callable[..., Any], texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return unit(np.asarray(encode(texts, convert_to_numpy=True, show_progress_bar=False), dtype=np.float32))


def _reason(name: str, error: Exception) -> str:
    first = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    if Path(name).is_dir():
        return f"加载不了编码器「{name}」（{first}）。请检查它是不是 sentence-transformers 的模型文件夹、文件是否完整。"
    if not _HUB_NAME.fullmatch(name):
        return f"没有编码器文件夹「{name}」。请检查路径；也可以写已经下载的模型的名字，如 BAAI/bge-m3。"
    return (
        f"本机没有编码器「{name}」，程序自己不联网下载。请先运行：hf download {name}"
        "（需要能访问模型站；也可以从别处拷来，用 --encoder 写文件夹的路径）。"
    )


def shipped_folder() -> Path:
    """Return the folder of the encoder that comes with this project."""
    return Path(str(files("index") / "model"))


def folder_name(folder: Path) -> str:
    """Name an encoder folder: the shipped one by its own name, any other by its whole path, to be found from anywhere."""
    return SHIPPED if folder.resolve() == shipped_folder().resolve() else str(folder.resolve())


def is_static(folder: Path) -> bool:
    """Whether a folder holds a StaticEmbedding made by our training, which numpy can read."""
    return (folder / "niangjiaren.json").is_file() and (folder / "model.safetensors").is_file()


@cache
def shipped_encoder() -> StaticEncoder:
    """Return the shipped encoder, read once: an index and the senses share it."""
    return StaticEncoder(shipped_folder())


@cache
def load_encoder(name: str = SHIPPED) -> Encoder:
    """Load an encoder by name: the shipped one, a folder of our training, or any sentence-transformers model."""
    if name == SHIPPED:
        return shipped_encoder()
    folder = Path(name)
    if is_static(folder):
        return StaticEncoder(folder)
    return TransformerEncoder(name)
