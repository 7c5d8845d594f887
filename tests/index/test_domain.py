"""Which questions are about women at work: told by shipped weights, and searched without the memory that would bury their law."""

from pathlib import Path

import numpy as np
import pytest

from documents import shipped
from documents.model import Document
from documents.region import NATION
from index import build_documents
from index.domain import FACTS, OURS, load_domain, write_domain
from index.encoder import load_encoder, shipped_folder
from index.errors import EncoderUnavailable
from index.logistic import log_odds
from index.search import EVERY_STAGE, LIBRARY, SearchIndex
from index.store import load

AT_WORK = ("老板知道我怀孕了让我自己走人", "产假工资谁来发", "组长老往我身上蹭怎么办", "欠了我三个月工资不给")
AT_LARGE = (
    "邻居家漏水把我家天花板泡坏了，应该怎么赔偿",
    "朋友向我借钱到期不还，没有写借条怎么办",
    "购买的商品房逾期交付，可以要求开发商支付违约金吗",
)


@pytest.fixture(scope="module")
def civil_code() -> list[Document]:
    found = [d for d in shipped() if d.title in {"民法典", "劳动合同法"} and d.region == NATION.name]
    assert found
    return found


@pytest.fixture(scope="module")
def index(civil_code: list[Document], tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    folder = tmp_path_factory.mktemp("domain")
    encoder = load_encoder(str(shipped_folder()))
    build_documents(civil_code, folder, encoder)
    return SearchIndex(load(folder), encoder)


@pytest.mark.parametrize("question", AT_WORK)
def test_a_woman_workers_question_is_ours(index: SearchIndex, question: str) -> None:
    assert index.domain is not None
    assert log_odds(index.domain, index.encoder.encode([question])[0]) >= OURS


@pytest.mark.parametrize("question", AT_LARGE)
def test_a_question_of_law_at_large_is_not(index: SearchIndex, question: str) -> None:
    assert index.domain is not None
    assert log_odds(index.domain, index.encoder.encode([question])[0]) < OURS


def test_only_ours_are_searched_without_the_memory(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SearchIndex, "usual_stages", EVERY_STAGE)
    assert index.stages_for(AT_WORK[0]) == LIBRARY
    assert index.stages_for(AT_LARGE[0]) == EVERY_STAGE
    assert index.search(AT_WORK[0], 9) == index.search(AT_WORK[0], 9, None, LIBRARY)
    assert index.search(AT_LARGE[0], 9) == index.search(AT_LARGE[0], 9, None, EVERY_STAGE)


def test_what_is_written_is_read_and_a_stranger_is_refused(tmp_path: Path) -> None:
    assert load_domain(tmp_path / "none", "digest") is None
    write_domain(tmp_path, "digest", np.array([0.5, -0.25, 1.0], np.float32))
    read = load_domain(tmp_path, "digest")
    assert read is not None
    assert log_odds(read, np.array([1.0, 2.0], np.float32)) == pytest.approx(1.0)
    with pytest.raises(EncoderUnavailable, match="不是一起训练"):
        load_domain(tmp_path, "other")


@pytest.mark.parametrize("text", ["", "{}", '{"encoder": "digest", "weights": ["x"]}'])
def test_a_broken_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / FACTS).write_text(text, encoding="utf-8")
    with pytest.raises(EncoderUnavailable, match="读不了"):
        load_domain(tmp_path, "digest")
