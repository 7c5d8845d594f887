"""A toy encoder and small documents for this room's tests."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from documents import Check, Document, Kind, Level, parse
from index.encoder import unit
from index.words import cut


class ToyEncoder:
    """Deterministic vectors from hashed words; counts what it encodes."""

    def __init__(self, name: str = "toy", dimension: int = 64) -> None:
        self.name, self.dimension, self.digest = name, dimension, f"digest of {name}"
        self.encoded: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.encoded += texts
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for place, text in enumerate(texts):
            for word in cut(text):
                rows[place, int(hashlib.md5(word.encode()).hexdigest(), 16) % self.dimension] += 1
        return unit(rows)

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        return self.encode(texts)


def document(
    name: str,
    text: str,
    level: Level = Level.ADMINISTRATIVE,
    region: str = "全国",
    start: date | None = date(2012, 4, 28),
    **more: object,
) -> Document:
    made = Document(
        id=name, title=name, kind=Kind.RESTATEMENT, level=level, region=region, published=start, effective=start
    )
    return replace(made, provisions=tuple(replace(p, check=Check.COMPARED) for p in parse(name, text)), **more)


def save_encoder(table: np.ndarray, words: dict[str, int], folder: Path) -> None:
    """Write an encoder of these word vectors (words x dimensions); imports torch, which other files' tests do without."""
    from index.training.train import save

    save(table, words, folder, {})


@pytest.fixture
def toy() -> ToyEncoder:
    return ToyEncoder()


@pytest.fixture
def documents() -> list[Document]:
    return [
        document("产假规定", "第一条 女职工生育享受98天产假。\n第二条 哺乳时间每天1小时。\n第三条 流产休假15天。"),
        document("旧产假规定", "第一条 女职工生育产假90天。", start=date(1988, 9, 1), ended=date(2012, 4, 28)),
        document("江苏条例", "第一条 延长产假60天。", Level.LOCAL_LAW, "江苏省", date(2021, 9, 1)),
        document("南京办法", "第一条 南京产假补充规定。", Level.LOCAL_RULE, "江苏省南京市", date(2021, 9, 1)),
        document("浙江条例", "第一条 浙江产假延长90天。", Level.LOCAL_LAW, "浙江省", date(2021, 11, 25)),
        document(
            "大连工会计划",
            "一、托管\n（一）举办产假知识讲座10场。",
            Level.UNION,
            "辽宁省大连市",
            date(2020, 4, 16),
            year=2020,
        ),
        document("无日期办法", "第一条 产假期间发津贴。", start=None),
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"
