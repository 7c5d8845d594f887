"""Many people for a long time: `python -m tests.deploy.endurance --index FOLDER [--people 50 200] [--minutes 10] [--out FILE.md]`.

Two processes of the page behind nginx with PostgreSQL, as deploy/ lays it out, over an index of any size (default: the shipped
library). Half of the people ask over the API, half in the chat; each thinks some seconds between an answer and the next question,
and another one comes after three. Then an index is built, put in service and taken back while they ask. Then far more people than it can serve ask without a pause: they are told when to come back, and
after them it answers as before. Prints, and writes as a page, what people waited for, errors, and the memory of each process.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import numpy as np
import psutil

from index.store import read_manifest
from tests.deploy.servers import free_port, nginx, postgres
from tests.ui.load import BEFORE_LEAVING, Chatting, Waited, busy, crowd_at, memory, over_api, share
from tests.ui.serving import Server, serving
from ui.live import PUBLISHED, WENT_BACK
from ui.store.database import VARIABLE, open_store

DOMAIN = "ask.example.org"
SAMPLE = 10.0  # seconds
PAUSE = 20.0  # seconds before each change of the index
WARM = 0.2  # of the time: until then memory may still grow


@dataclass(slots=True)
class Held:
    """What one crowd did: by way, and the memory of each process over time (seconds, MB)."""

    people: int
    minutes: float
    api: Waited
    chat: Waited
    memory: list[list[tuple[float, float]]] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # seconds of each process

    @property
    def failed(self) -> int:
        """How many questions were not answered."""
        return self.api.errors.total() + self.chat.errors.total()

    def growth(self) -> list[float]:
        """MB in ten minutes, by a line through what each process held after it was warm."""
        found = []
        for samples in self.memory:
            late = np.array([s for s in samples if s[0] >= WARM * samples[-1][0]])
            found.append(float(np.polyfit(late[:, 0], late[:, 1], 1)[0]) * 600 if len(late) > 2 else float("nan"))
        return found


@dataclass(frozen=True, slots=True)
class Site:
    """The layout of deploy/, running: the proxy's address, the processes behind it, the folder that they share."""

    address: str
    pages: list[Server]
    home: Path


@contextmanager
def running(index: Path | None, limited: bool = False) -> Iterator[Site]:
    """Run the layout of deploy/; `limited` keeps the proxy's limit for one address."""
    with tempfile.TemporaryDirectory(prefix="niangjia-load-") as folder, ExitStack() as stack:
        scratch = Path(folder)
        home = scratch / "home"
        home.mkdir()
        if index is not None:
            shutil.copytree(index, home / "index", copy_function=os.link)
        os.environ[VARIABLE] = stack.enter_context(postgres(scratch))
        open_store().dispose()
        ports = free_port(), free_port()
        pages = []
        for port in ports:
            (scratch / str(port)).mkdir()
            more = ["--port", str(port), "--proxy", DOMAIN, "--rate", "100000"]
            pages.append(stack.enter_context(serving(home, scratch / str(port), more=more)))
        port = stack.enter_context(nginx(scratch, DOMAIN, ports, limited))
        yield Site(f"https://127.0.0.1:{port}", pages, home)


async def hold(site: Site, people: int, minutes: float, think: float) -> Held:
    """Let so many people ask for so many minutes, half of them each way."""
    pages, address = site.pages, site.address
    async with aiohttp.ClientSession(pages[0].address.rstrip("/")) as session, session.get("/config") as answer:
        chatting = Chatting(await answer.json())
    held = Held(people, minutes, Waited(), Waited(), [[] for _ in pages])
    seconds, started = minutes * 60, time.monotonic()

    async def sample() -> None:
        while (passed := time.monotonic() - started) < seconds:
            for page, samples in zip(pages, held.memory, strict=True):
                samples.append((passed, memory(page)))
            await asyncio.sleep(min(SAMPLE, seconds / 20))

    headers, before = {"Host": DOMAIN}, [busy(page) for page in pages]
    await asyncio.gather(
        crowd_at(address, over_api, people // 2, seconds, think, held.api, headers),
        crowd_at(address, chatting.ask, people - people // 2, seconds, think, held.chat, headers),
        sample(),
    )
    held.cpu = [busy(page) - used for page, used in zip(pages, before, strict=True)]
    return held


async def flood(address: str, people: int, seconds: float) -> tuple[Counter[str], float]:
    """Let too many ask without a pause. Returns how often each status came, and how long a calm question took right after."""
    got: Counter[str] = Counter()
    end = time.monotonic() + seconds
    body = {"question": "我在河南，产假多少天？"}
    connector = aiohttp.TCPConnector(limit=0, ssl=False)
    async with aiohttp.ClientSession(address, connector=connector, headers={"Host": DOMAIN}) as session:

        async def ask() -> None:
            while time.monotonic() < end:
                async with session.post("/api/ask", json=body) as answer:
                    back = (
                        "" if answer.status == 200 else f" Retry-After {answer.headers.get('Retry-After', 'missing')}"
                    )
                    got[f"{answer.status}{back}"] += 1
                    await answer.read()

        await asyncio.gather(*(ask() for _ in range(people)))
        await asyncio.sleep(6)
        started = time.monotonic()
        async with session.post("/api/ask", json=body) as answer:
            assert answer.status == 200
            return got, time.monotonic() - started


async def changing(site: Site, documents: list[Path], people: int, minutes: float, think: float) -> tuple[Held, str]:
    """Let people ask while an index is built, goes live in both processes, and the one before comes back.

    Returns what they waited for, and what the changes took. Raises RuntimeError where a change failed or took longer than they asked.
    """
    told: list[str] = []

    async def change(how: str, command: list[str]) -> None:
        before = [await asyncio.to_thread(published, page, how) for page in site.pages]
        started = time.monotonic()
        environment = os.environ | {"NIANGJIA_HOME": str(site.home)}
        made = await asyncio.create_subprocess_exec(
            *("nice", sys.executable, "-m", *command),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await made.communicate()
        if made.returncode:
            raise RuntimeError(f"{' '.join(command)[:200]} ended with {made.returncode}: {out.decode()[-2000:]}")
        took, wanted = time.monotonic() - started, [count + 1 for count in before]
        while [await asyncio.to_thread(published, page, how) for page in site.pages] != wanted:
            await asyncio.sleep(0.5)
        told.append(
            f"{how} {took:.0f} s, and in service in both processes {time.monotonic() - started - took:.1f} s later"
        )

    async def changes() -> None:
        async with asyncio.timeout(minutes * 60):
            await asyncio.sleep(PAUSE)
            await change(PUBLISHED, ["index", "build", *(["--documents", *map(str, documents)] if documents else [])])
            await asyncio.sleep(PAUSE)
            await change(WENT_BACK, ["ui", "rollback"])

    held, _ = await asyncio.gather(hold(site, people, minutes, think), changes())
    return held, "; ".join(told)


def published(page: Server, how: str) -> int:
    """How often a process changed its index, by its own count."""
    with urllib.request.urlopen(f"{page.address}metrics", timeout=60) as said:
        found = re.search(rf'^niangjia_publishes_total{{how="{how}"}} (\S+)$', said.read().decode(), re.MULTILINE)
    return int(float(found[1])) if found else 0


def lines(held: Held) -> list[str]:
    """The rows of the page's table for one crowd, also printed."""
    rows = []
    for way, waited in (("API", held.api), ("chat", held.chat)):
        p50, p95, p99 = (1000 * share(waited.whole, p) for p in (50, 95, 99))
        rows.append(
            f"| {held.people} | {held.minutes:g} | {way} | {len(waited.whole)} | {len(waited.whole) / waited.seconds:.1f} | {waited.errors.total()} "
            f"| {p50:.0f} | {p95:.0f} | {p99:.0f} |"
        )
        rows += [f"  {count} x {error}" for error, count in waited.errors.most_common(5)]
    return rows


def memory_line(held: Held) -> str:
    """What each process held at the first, the middle and the last look, how it grows, and what of a core it used."""
    told = []
    for samples, growth, cpu in zip(held.memory, held.growth(), held.cpu, strict=True):
        first, middle, last = samples[0][1], samples[len(samples) // 2][1], samples[-1][1]
        told.append(
            f"{first:.0f} → {middle:.0f} → {last:.0f} MB ({growth:+.1f} MB in ten minutes once warm), {cpu / held.api.seconds:.2f} of a core"
        )
    visitors = len(held.chat.whole) / BEFORE_LEAVING / len(held.memory)
    return f"Memory of the processes with {held.people} people, each {visitors:.0f} visitors in the chat: " + "; ".join(
        told
    )


def main() -> int:
    """Hold every crowd; returns 0 where nothing failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.deploy.endurance", description=__doc__)
    parser.add_argument("--index", type=Path, help="folder of a built index (default: the shipped library's)")
    parser.add_argument("--people", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--think", type=float, default=10.0, help="seconds between an answer and the next question")
    parser.add_argument(
        "--documents", type=Path, nargs="+", default=[], help="what that index was built of (default: the library)"
    )
    parser.add_argument("--changing", type=float, default=4, help="minutes of asking while the index changes")
    parser.add_argument("--out", type=Path, help="write a page of it")
    options = parser.parse_args()
    page, notes = [HEAD], list[str]()
    try:
        return 1 if _held(options, page, notes) else 0
    finally:  # what was measured stands, whatever came after it
        if options.out:
            options.out.write_text("\n".join([*page, "", *(f"- {note}" for note in notes), ""]), encoding="utf-8")


def _held(options: argparse.Namespace, page: list[str], notes: list[str]) -> int:
    """Hold every crowd and add to the page's rows and notes. Returns how many questions were not answered as they should."""
    failed = 0
    with running(options.index) as site:
        manifest = read_manifest(options.index) if options.index else None
        size = f"{manifest.provisions} provisions" if manifest else "the shipped library"
        about = (
            f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores shared with the askers, {psutil.virtual_memory().total / 2**30:.0f} GiB, "
            f"{size}, {options.think:g} s to think, load average before {os.getloadavg()[0]:.1f}"
        )
        page += [about, "", TABLE]
        print(about, TABLE, sep="\n", flush=True)
        for people in options.people:
            held = asyncio.run(hold(site, people, options.minutes, options.think))
            rows = lines(held)
            notes.append(memory_line(held))
            print(*rows, notes[-1], sep="\n", flush=True)
            page += rows
            failed += held.failed
        held, told = asyncio.run(changing(site, options.documents, options.people[0], options.changing, options.think))
        rows = lines(held)
        notes.append(
            f"In the last two rows an index was built on the same machine and put in service, then the one before: {told}"
        )
        print(*rows, notes[-1], sep="\n", flush=True)
        page += rows
        failed += held.failed
    with running(options.index, limited=True) as site:
        got, calm = asyncio.run(flood(site.address, 300, 20))
        notes.append(
            f"300 people of one address without a pause for 20 s, the proxy's own limit: {dict(sorted(got.items()))}; "
            f"a question six seconds later took {calm * 1000:.0f} ms"
        )
        failed += sum(count for status, count in got.items() if status[:3] not in ("200", "429") or "missing" in status)
        print(notes[-1])
    return failed


HEAD = "# Load\n\nWritten by `python -m tests.deploy.endurance`; the layout is that of deploy/ (two processes, nginx, PostgreSQL).\n"
TABLE = "| people | minutes | way | answers | a second | errors | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|---|---|---|---|---|"

if __name__ == "__main__":
    sys.exit(main())
