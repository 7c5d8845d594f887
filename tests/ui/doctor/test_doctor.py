"""The doctor over installations that are really broken: each fault is told with what mends it, and the exit code says so."""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from documents.own import add
from documents.read import read_paths
from index import build_documents
from index.encoder import load_encoder
from index.milvus import Collection
from index.publish import release, take
from index.store import MANIFEST, manifest_text, read_manifest
from tests.ui.serving import ROOT
from ui.doctor import CANNOT, FINE, TO_MEND, _made, code_of, holdings, machine, main, words
from ui.doctor.finding import Finding, State
from ui.store.database import open_store


@pytest.fixture
def home(tmp_path: Path, library_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A healthy installation: the shipped library, its index, a database."""
    folder = tmp_path / "home"
    shutil.copytree(library_index, folder / "index")
    for name in os.environ:
        if name.startswith("NIANGJIA_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NIANGJIA_HOME", str(folder))
    open_store().dispose()
    return folder


def only(findings: Iterable[Finding], state: State, *told: str) -> Finding:
    """The one finding of a state, with the words that it must have."""
    (found,) = [finding for finding in findings if finding.state is state]
    for part in told:
        assert part in found.line, found.line
    return found


def test_a_healthy_installation_is_fine(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    assert main(["--port", str(free)]) == FINE
    lines = capsys.readouterr().out.splitlines()
    assert not [line for line in lines if line.startswith("✗")]
    assert any(line.startswith("✓ 试问一句：答得出") for line in lines)
    assert "没有要修的" in lines[-1]


def test_json_and_the_code_of_something_to_mend(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "index" / MANIFEST).unlink()
    assert main(["--json"]) == TO_MEND
    told = json.loads(capsys.readouterr().out)
    assert told["code"] == TO_MEND
    (broken,) = [check for check in told["checks"] if check["check"] == words.INDEX]
    assert (broken["state"], broken["mend"]) == ("bad", "请运行 python -m index build")
    with pytest.raises(SystemExit) as usage:
        main(["--nonsense"])
    assert usage.value.code == CANNOT


def blocked(tmp_path: Path, module: str) -> dict[str, str]:
    """An environment in which a package cannot be imported, though it is installed."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name.split('.')[0] == {module!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name}', name=name)\n"
        "sys.meta_path.insert(0, Blocked())\n",
        encoding="utf-8",
    )
    return os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"}


@pytest.mark.parametrize(
    ("module", "package"),
    [
        pytest.param("numpy", "numpy", marks=pytest.mark.slow),
        pytest.param("faiss", "faiss-cpu", marks=pytest.mark.slow),
        pytest.param("sqlalchemy", "sqlalchemy", marks=pytest.mark.slow),
    ],
)
def test_a_missing_package_is_named_and_the_rest_is_checked(
    home: Path, tmp_path: Path, module: str, package: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ui", "doctor"],
        cwd=ROOT,
        env=blocked(tmp_path, module),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == CANNOT, done.stderr
    assert not done.stderr
    assert re.search(rf"✗ 程序包：没有装：.*{package}.*请在项目文件夹里运行 make setup", done.stdout)
    assert "✓ Python" in done.stdout
    assert "✓ 可选部分" in done.stdout or "！ 可选部分" in done.stdout


def test_a_package_of_another_version_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = machine.metadata.version
    monkeypatch.setattr(machine.metadata, "version", lambda name: "0.1" if name == "jieba" else real(name))
    only(machine.packages(), State.BAD, "jieba 0.1", "make setup")


def test_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [f.state for f in machine.torch()] == [State.FINE]

    def gone(name: str) -> str:
        raise machine.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(machine.metadata, "version", gone)
    only(machine.torch(), State.BAD, "没有装")


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.sys, "version_info", (3, 9, 1))
    only(machine.python(), State.BAD, "3.9.1", "make PYTHON=")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("NIANGJIA_HOEM", "/x", "是不是 NIANGJIA_HOME？请改名"),
        ("NIANGJIA_LLM_KEY", "secret-key", "是不是 NIANGJIA_LLM_API_KEY"),
        ("NIANGJIA_LOG", "loud", "debug、info、warning、error"),
        ("NIANGJIA_METRICS_TOKEN", "short", "太短"),
        ("NIANGJIA_DATABASE_URL", "no address", "不是数据库的地址"),
        ("NIANGJIA_LLM_MODEL", "some-model", "NIANGJIA_LLM_BASE_URL"),
    ],
)
def test_wrong_variables(home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv(name, value)
    found = only(machine.variables(), State.BAD, told)
    assert value not in found.line or value.startswith("/")  # it may be a secret


def test_every_variable_that_the_rooms_read_is_known() -> None:
    read = {
        name
        for room in ("documents", "index", "rag", "ui", "evals")
        for path in (ROOT / room).rglob("*.py")
        if "doctor" not in path.parts
        for name in re.findall(r'"(NIANGJIA_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert read <= set(machine.KNOWN)


def test_a_file_in_place_of_the_folder(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "file"))
    only(machine.home_folder(), State.BAD, "不是文件夹", "NIANGJIA_HOME")
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "file" / "below"))
    only(machine.home_folder(), State.BAD, "写不进")
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "not yet"))
    only(machine.home_folder(), State.LOOK, "第一次运行时会建")


@pytest.mark.skipif(os.name != "posix", reason="needs the rights of POSIX")
def test_what_others_may_read_or_change(home: Path) -> None:
    only(machine.home_folder(), State.FINE)
    home.chmod(0o777)
    (home / "store.db").chmod(0o644)
    told = [finding.line for finding in machine.home_folder() if finding.state is State.BAD]
    assert len(told) == 2
    assert "chmod go-w" in told[0]
    assert "chmod 600" in told[1]


def test_a_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(home)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage._replace(free=10 * 2**20))
    only(machine.disk(), State.BAD, "0.01 GB", "腾出")
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage._replace(free=2**30))
    only(machine.disk(), State.LOOK, "1.0 GB")


def test_a_truncated_file_and_a_flipped_byte_are_named(home: Path) -> None:
    folder = home / "index" / read_manifest(home / "index").generation
    vectors = folder / "vectors.faiss"
    whole = vectors.read_bytes()
    vectors.write_bytes(whole[:-100])
    only(holdings.index(), State.BAD, "vectors.faiss", "python -m index build")
    vectors.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    only(holdings.index(), State.BAD, "vectors.faiss", "不符")
    vectors.unlink()
    only(holdings.index(), State.BAD, "缺少文件", "vectors.faiss")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": 3}, "版本 3"),
        ({"encoder_digest": "0" * 64}, "编码器"),
        ({"engine": "milvus", "uri": "http://127.0.0.1:9", "collection": "none"}, "milvus"),
    ],
)
def test_a_manifest_of_something_else(home: Path, changes: dict[str, object], told: str) -> None:
    path = home / "index" / MANIFEST
    path.write_text(manifest_text(replace(read_manifest(home / "index"), **changes)), encoding="utf-8")  # type: ignore[arg-type]
    only(holdings.index(), State.BAD, told)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_vectors_in_milvus(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("milvus_lite", reason="pip install 'niangjiaren[milvus]'")
    from tests.index.milvus_servers import running

    monkeypatch.setenv("NIANGJIA_MILVUS_TOKEN", "root:pass-marker")
    paper = tmp_path / "某厂办法.txt"
    paper.write_text("某厂女职工办法\n第一条 女职工产假九十八天。\n", encoding="utf-8")
    documents = read_paths([paper]).documents
    with running(tmp_path) as server:
        build_documents(documents, home / "index", load_encoder(), place=server.place)
        told = "\n".join(finding.line for finding in holdings.index())
        assert f"✓ {words.ENGINE}：" in told
        server.kill()
        away = only(holdings.index(), State.BAD, "连不上 milvus", server.place.uri, "请检查")
        assert "pass-marker" not in told + away.line
    place = Collection.of(str(tmp_path / "m.db"), "niangjiaren")
    build_documents(documents, tmp_path / "other", load_encoder(), place=place)
    shutil.rmtree(home / "index")
    shutil.copytree(tmp_path / "other", home / "index")
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(  # while this process has the file open
        [sys.executable, "-m", "ui", "doctor", "--port", "0"],
        cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert f"！ {words.ENGINE}：milvus 文件「{place.uri}」正被另一个程序打开着" in done.stdout
    assert "pass-marker" not in done.stdout + done.stderr


def test_a_library_that_is_newer_than_the_index(home: Path, tmp_path: Path) -> None:
    only(holdings.library(), State.FINE, "184" if not (home / "documents").exists() else "")
    paper = tmp_path / "某厂办法.txt"
    paper.write_text("某厂女职工办法\n第一条 每月可以请一天假。\n", encoding="utf-8")
    add([paper], home)
    assert any("自己的 1 份" in finding.line for finding in holdings.library())
    only(holdings.index(), State.BAD, "索引还是旧的", "python -m index build")


def test_a_broken_catalogue(home: Path, tmp_path: Path) -> None:
    paper = tmp_path / "某厂办法.txt"
    paper.write_text("某厂女职工办法\n第一条 每月可以请一天假。\n", encoding="utf-8")
    add([paper], home)
    catalog = home / "catalog.csv"
    lines = catalog.read_text(encoding="utf-8-sig").splitlines()
    (home / "documents" / "某厂办法.txt").unlink()
    assert "某厂办法.txt" in only(holdings.library(), State.BAD).line
    catalog.write_text("\n".join([lines[0].replace("title", "titel"), *lines[1:]]), encoding="utf-8")
    only(holdings.library(), State.BAD, "catalog.csv")


def test_a_database_of_another_version_or_damaged(home: Path) -> None:
    only(holdings.database(), State.FINE, "版本")
    with closing(sqlite3.connect(home / "store.db")) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    only(holdings.database(), State.BAD, "版本 99", "同一版本")
    whole = (home / "store.db").read_bytes()
    (home / "store.db").write_bytes(b"no database at all" * 300)
    only(holdings.database(), State.BAD, "打不开", "store.db")
    (home / "store.db").write_bytes(whole[:4096] + b"\xff" * 2000 + whole[6096:])
    assert any(finding.state is State.BAD for finding in holdings.database())


def test_a_database_that_cannot_be_reached_keeps_its_password(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANGJIA_DATABASE_URL", "postgresql+psycopg://somebody:pass-marker@127.0.0.1:9/none")
    found = only(holdings.database(), State.BAD, "NIANGJIA_DATABASE_URL")
    assert "pass-marker" not in found.line


def test_a_clock_that_is_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home / "index" / MANIFEST
    built = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    path.write_text(manifest_text(replace(read_manifest(home / "index"), built=built)), encoding="utf-8")
    only(machine.clock(), State.BAD, "还晚", "系统时间")
    monkeypatch.setattr(machine, "_BEGUN", datetime.now(UTC) + timedelta(days=1))
    only(machine.clock(), State.BAD, "还早")


def test_locks_name_who_holds_them_and_what_was_left(home: Path) -> None:
    only(holdings.locks(), State.FINE)
    turn = take(home / "index", "王芳")
    try:
        only(holdings.locks(), State.LOOK, ".lock", "王芳")
    finally:
        release(home / "index", turn)
    with FileLock(home / ".lock"):
        only(holdings.locks(), State.LOOK, "正在加文件")
    only(holdings.locks(), State.FINE)  # a lock file that nobody holds is no lock
    (home / ".index-0123").mkdir()
    only(holdings.locks(), State.LOOK, ".index-0123", "rm -r")


def test_a_port_that_somebody_else_has() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        found = only(machine.port(number), State.BAD, f"python -m ui --port {number + 1}")
    only(machine.port(number), State.FINE)
    assert found.check == words.PORT


class Models(http.server.BaseHTTPRequestHandler):
    key = ""

    def do_GET(self) -> None:
        status = 200 if self.headers.get("Authorization") == "Bearer key-marker" else 401
        self.send_response(status if self.path == "/v1/models" else 404)
        self.end_headers()
        self.wfile.write(json.dumps({"data": [{"id": "qwen"}]}).encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def models() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Models) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_the_model_is_called_only_online(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(holdings.model(True), State.FINE, "没有配置")
    monkeypatch.setenv("NIANGJIA_LLM_MODEL", "qwen")
    monkeypatch.setenv("NIANGJIA_LLM_API_KEY", "key-marker")
    monkeypatch.setenv("NIANGJIA_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    only(holdings.model(False), State.FINE, "--online")
    only(holdings.model(True), State.BAD, "ConnectionRefusedError")
    with models() as address:
        monkeypatch.setenv("NIANGJIA_LLM_BASE_URL", address)
        only(holdings.model(True), State.FINE, "qwen")
        monkeypatch.setenv("NIANGJIA_LLM_MODEL", "other")
        only(holdings.model(True), State.BAD, "没有「other」", "qwen")
        monkeypatch.setenv("NIANGJIA_LLM_API_KEY", "wrong-key")
        assert "wrong-key" not in only(holdings.model(True), State.BAD, "401").line


def test_optional_parts_say_what_for_and_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    told = "\n".join(finding.line for finding in machine.optional())
    for part in ("LibreOffice", "apt-get install", "Chromium", "fonts-noto-cjk"):
        assert part in told
    assert code_of(machine.optional()) == FINE


def test_a_check_that_breaks_does_not_end_the_others() -> None:
    def broken() -> Iterator[Finding]:
        yield Finding("x", State.FINE, "y")
        raise ValueError("a secret")

    first, second = _made("x", broken)
    assert (first.state, second.state) == (State.FINE, State.CANNOT)
    assert "secret" not in second.line
    assert code_of([first, second, replace(first, state=State.BAD)]) == CANNOT
