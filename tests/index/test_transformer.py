"""Any sentence-transformers model as the encoder: a tiny BERT made here, its real loading path, prompts, and refusals."""

import socket
from pathlib import Path

import numpy as np
import pytest

from index import EncoderUnavailable, IndexMismatch, open_index
from index.__main__ import main
from index.encoder import TransformerEncoder, load_encoder
from index.store import read_manifest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
TEXT = "第一条 女职工生育享受98天产假。\n第二条 哺乳时间每天1小时。\n第三条 流产休假15天。"


def tiny(folder: Path, seed: int, prompts: dict[str, str] | None = None) -> Path:
    """Save a BERT of two layers over single characters, mean-pooled."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(seed)
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(TEXT.replace("\n", "")), *"问多少久查："]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(words)), encoding="utf-8")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    config = BertConfig(
        vocab_size=len(dict.fromkeys(words)),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    body = Transformer(str(folder / "bert"))
    model = SentenceTransformer(modules=[body, Pooling(32)], prompts=prompts, device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("models")
    return [
        tiny(folder / "a", 1),
        tiny(folder / "b", 2),
        tiny(folder / "c", 1, {"query": "查：", "document": ""}),
    ]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("the network was tried")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


def build(out: Path, *arguments: str) -> int:
    text = out.parent / "某市女职工办法.txt"
    text.write_text(TEXT, encoding="utf-8")
    return main(["build", "--documents", str(text), "--out", str(out), *arguments])


def test_build_search_ask(models: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(tmp_path / "out", "--encoder", str(models[0])) == 0
    manifest = read_manifest(tmp_path / "out")
    assert (manifest.encoder, manifest.dimension) == (str(models[0].resolve()), 32)
    assert main(["search", "哺乳时间多久", "--k", "1", "--index", str(tmp_path / "out")]) == 0
    assert "哺乳时间每天1小时" in capsys.readouterr().out
    from rag.__main__ import main as ask

    assert ask(["ask", "哺乳时间每天多久", "--index", str(tmp_path / "out")]) in (0, 1)
    assert capsys.readouterr().out.strip()


def test_a_mismatch_is_refused_both_ways(models: list[Path], tmp_path: Path) -> None:
    assert build(tmp_path / "ours") == 0
    assert build(tmp_path / "theirs", "--encoder", str(models[0])) == 0
    for folder, encoder in (("ours", str(models[0])), ("theirs", str(models[1]))):
        with pytest.raises(IndexMismatch, match=f"index build --out {tmp_path / folder} --encoder {encoder} 重建"):
            open_index(tmp_path / folder, encoder)
    with pytest.raises(IndexMismatch, match=f"index build --out {tmp_path / 'theirs'} 重建"):
        open_index(tmp_path / "theirs", "niangjiaren-static")


def test_weights_and_prompts_make_the_digest(models: list[Path]) -> None:
    first, second, prompted = (TransformerEncoder(str(model)) for model in models)
    assert len({first.digest, second.digest, prompted.digest}) == 3
    assert first.digest == TransformerEncoder(str(models[0])).digest


def test_a_models_own_prompt_is_before_questions_only(models: list[Path]) -> None:
    plain, prompted = TransformerEncoder(str(models[0])), TransformerEncoder(str(models[2]))
    assert np.allclose(prompted.encode(["产假"]), plain.encode(["产假"]), atol=1e-6)
    assert np.allclose(prompted.encode_queries(["产假"]), plain.encode(["查：产假"]), atol=1e-6)
    assert not np.allclose(prompted.encode_queries(["产假"]), plain.encode(["产假"]), atol=1e-3)
    assert prompted.encode_queries([]).shape == (0, 32)


@pytest.mark.parametrize(
    ("name", "said"),
    [("keiner/nirgends", "hf download keiner/nirgends"), ("/no/such/folder", "没有编码器文件夹")],
)
def test_a_model_that_is_not_here(name: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(tmp_path / "out", "--encoder", name) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_broken_folder(models: list[Path], tmp_path: Path) -> None:
    import shutil

    shutil.copytree(models[0], tmp_path / "broken")
    next((tmp_path / "broken").rglob("model.safetensors")).write_bytes(b"nothing")
    with pytest.raises(EncoderUnavailable, match="请检查"):
        load_encoder(str(tmp_path / "broken"))
