"""Real servers of other makers for the tests: PostgreSQL and nginx, each in a folder of its own, stopped at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None) or (
    Path(found).parent if (found := shutil.which("initdb")) else None
)
NGINX = shutil.which("nginx") or next((p for p in ("/usr/sbin/nginx",) if Path(p).is_file()), "")
NO_POSTGRES = "needs PostgreSQL and its driver: apt-get install postgresql; pip install 'psycopg[binary]'"
NO_NGINX = "needs nginx and openssl: apt-get install nginx-light openssl"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _other_user() -> str | None:
    """PostgreSQL refuses to run as root: the user that its package made, or nobody."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server with an empty database; gives its SQLAlchemy address."""
    assert POSTGRES is not None
    user, port = _other_user(), free_port()
    place = Path(tempfile.gettempdir()) / f"niangjia-postgres-{os.getpid()}-{port}" if user else folder / "postgres"
    place.mkdir(parents=True)
    if user:  # a folder of the tests lies where only their own user can go
        shutil.chown(place, user)
    run = {"user": user, "cwd": str(place), "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}}
    data, log = place / "data", place / "log"
    subprocess.run(
        [POSTGRES / "initdb", "-D", data, "-U", "niangjia", "-A", "trust", "-E", "UTF8"],
        check=True,
        capture_output=True,
        **run,  # type: ignore[call-overload]
    )
    command = [POSTGRES / "postgres", "-D", data, "-p", str(port), "-k", "", "-c", "listen_addresses=127.0.0.1"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, **run)  # type: ignore[call-overload]
        try:
            _wait(port, process, log)
            at = ["-h", "127.0.0.1", "-p", str(port), "-U", "niangjia"]
            while subprocess.run([POSTGRES / "pg_isready", "-q", *at], check=False).returncode == 1:  # still starting
                time.sleep(0.1)
            subprocess.run([POSTGRES / "createdb", *at, "niangjia"], check=True)
            yield f"postgresql+psycopg://niangjia@127.0.0.1:{port}/niangjia"
        finally:
            process.send_signal(signal.SIGINT)  # at once, also where somebody is still connected
            process.wait(timeout=30)
            if user:
                shutil.rmtree(place, ignore_errors=True)


@contextmanager
def nginx(folder: Path, domain: str, ports: tuple[int, int], limited: bool = True) -> Iterator[int]:
    """Run nginx with the configuration of deploy/ before two processes of the page; gives the port of its https.

    Only ports, certificate and the like are other than there; not `limited`, one address may ask as often as it likes.
    """
    key, certificate = folder / "privkey.pem", folder / "fullchain.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={domain} -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    plain, secure = free_port(), free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("${DOMAIN}", domain),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        ("127.0.0.1:7861", f"127.0.0.1:{ports[0]}"),
        ("127.0.0.1:7862", f"127.0.0.1:{ports[1]}"),
        ("/etc/nginx/tls/", f"{folder}/"),
        ("/run/nginx.pid", str(folder / "nginx.pid")),
        ("/dev/stdout", str(folder / "access.log")),
    ):
        assert old in text, old
        text = text.replace(old, new)
    if not limited:
        text = text.replace("rate=5r/s", "rate=100000r/s").replace("burst=20", "burst=10000")
    own = folder / "nginx.conf"
    own.write_text(f"daemon off;\n{text}", encoding="utf-8")
    log = folder / "nginx.log"
    with log.open("wb") as out:
        process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(own)], stdout=out, stderr=out)
        try:
            _wait(secure, process, log)
            yield secure
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))
        with socket.socket() as asking:
            asking.settimeout(1)
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"nothing listens on {port}: {log.read_text(encoding='utf-8', errors='replace')}")
