"""Many people asking at once: `python -m tests.ui.load [--people 50] [--seconds 30] [--page]`.

Starts the real server with a data folder of its own (NIANGJIA_HOME if set), asks it the questions of `rights` over the API and
then through the chat's queue as a browser does, and prints what people waited for, each figure beside its goal. "At once" is
measured in three ways: all in the same moment (burst); everybody again some seconds after her answer came (think); everybody
again without a pause, which is more than people can do (closed). A person leaves after three questions; another one comes.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from tests.ui.serving import ROOT, Server, serving

QUESTIONS = ROOT / "evals" / "datasets" / "rights.jsonl"
BEFORE_LEAVING = 3
# What the page promises: seconds that 95 of 100 wait, in the chat, on the API, until an answer begins, for the first page.
CHAT, API, BEGINS, USABLE = 2.5, 0.4, 0.3, 2.0
MOST_OWN_BYTES = 1_500_000
THINK = 5.0  # seconds
BURSTS = 4


@dataclass(slots=True)
class Waited:
    """What people waited for: seconds of each whole answer, seconds until each began, what went wrong by kind, the server's CPU."""

    whole: list[float] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.whole) / self.seconds if self.seconds else 0.0


def share(values: list[float], percent: float) -> float:
    """Return the value that so many percent do not exceed; nan where there is none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] if ordered else float("nan")


def questions() -> Iterator[str]:
    """Questions of the rights suite, round and round."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return itertools.cycle([json.loads(line)["question"] for line in lines if line])


Ask = Callable[[aiohttp.ClientSession, str, str, Waited], Awaitable[None]]


@asynccontextmanager
async def watching(server: Server, waited: Waited) -> AsyncIterator[aiohttp.ClientSession]:
    """Give connections to the server, and note how long it was asked and what CPU that took it."""
    started, cpu = time.monotonic(), busy(server)
    async with visitor(server.address.rstrip("/")) as session:
        yield session
    waited.seconds += time.monotonic() - started
    waited.cpu += busy(server) - cpu


async def one(session: aiohttp.ClientSession, ask: Ask, name: str, question: str, waited: Waited) -> bool:
    """Ask one question and note what it took. Returns whether it was answered."""
    started = time.monotonic()
    try:
        await ask(session, name, question, waited)
    except (aiohttp.ClientError, TimeoutError, ValueError, RuntimeError) as error:
        waited.errors[f"{type(error).__name__} {error}"[:80]] += 1
        return False
    waited.whole.append(time.monotonic() - started)
    return True


async def crowd(server: Server, ask: Ask, people: int, seconds: float, think: float) -> Waited:
    """Let so many people ask one after the other for so many seconds. Returns what they waited for."""
    waited, cpu = Waited(), busy(server)
    await crowd_at(server.address.rstrip("/"), ask, people, seconds, think, waited)
    waited.cpu = busy(server) - cpu
    return waited


async def crowd_at(
    address: str,
    ask: Ask,
    people: int,
    seconds: float,
    think: float,
    waited: Waited,
    headers: dict[str, str] | None = None,
) -> None:
    """Let people ask at an address, each with cookies of her own, and note what they waited for."""
    pool, started = questions(), time.monotonic()
    end = started + seconds

    async def person(number: int) -> None:
        await asyncio.sleep(think * number / people)  # people who think do not do so in step
        while time.monotonic() < end:
            name = secrets.token_hex(6)
            async with visitor(address, headers) as session:
                if headers:  # a proxy gives her the process that she stays with
                    await (await session.get("/healthz")).read()
                for _ in range(BEFORE_LEAVING):
                    if time.monotonic() >= end:
                        return
                    answered = await one(session, ask, name, next(pool), waited)
                    await asyncio.sleep(think if answered else max(think, 0.2))

    await asyncio.gather(*(person(number) for number in range(people)))
    waited.seconds = time.monotonic() - started


def visitor(address: str, headers: dict[str, str] | None = None) -> aiohttp.ClientSession:
    """Give somebody connections and cookies of her own; a test's certificate is taken."""
    return aiohttp.ClientSession(
        address,
        connector=aiohttp.TCPConnector(limit=0, ssl=False),
        timeout=aiohttp.ClientTimeout(total=60),
        headers=headers,
        cookie_jar=aiohttp.CookieJar(unsafe=True),  # the address is a number
    )


async def burst(server: Server, ask: Ask, people: int) -> Waited:
    """Let so many people who were not there before ask in the same moment, a few times. Returns what they waited for."""
    waited, pool = Waited(), questions()
    for _ in range(BURSTS):
        async with watching(server, waited) as session:
            await asyncio.gather(*(one(session, ask, secrets.token_hex(6), next(pool), waited) for _ in range(people)))
        await asyncio.sleep(1)
    return waited


async def over_api(session: aiohttp.ClientSession, name: str, question: str, waited: Waited) -> None:
    """Ask over POST /api/ask. Raises RuntimeError where it is no answer."""
    async with session.post("/api/ask", json={"question": question}) as answer:
        body = await answer.read()
        if answer.status != 200 or b'"conclusion"' not in body:
            raise RuntimeError(f"HTTP {answer.status}")


class Chatting:
    """Asks through the queue of the page, as a browser does."""

    def __init__(self, config: dict[str, Any]) -> None:
        parts = {part["id"]: part for part in config["components"]}
        send = next(i for i, part in parts.items() if part["props"].get("elem_id") == "nj-send")
        call = next(d for d in config["dependencies"] if [send, "click"] in [list(t) for t in d["targets"]])
        self.call, self.trigger = call["id"], send
        self.inputs = [parts[i] for i in call["inputs"]]

    def data(self, question: str) -> list[Any]:
        """What the page would send: the question in its box, everything else as it stands at first."""
        return [
            question if part["props"].get("elem_id") == "nj-box" else part["props"].get("value") for part in self.inputs
        ]

    async def ask(self, session: aiohttp.ClientSession, name: str, question: str, waited: Waited) -> None:
        """Ask in the chat and read the stream to its end. Raises RuntimeError where it is no answer."""
        started = time.monotonic()
        body = {
            "data": self.data(question),
            "event_data": None,
            "fn_index": self.call,
            "trigger_id": self.trigger,
            "session_hash": name,
        }
        async with session.post("/gradio_api/queue/join", json=body) as joined:
            if joined.status != 200:
                raise RuntimeError(f"join {joined.status}")
        began = False
        async with session.get("/gradio_api/queue/data", params={"session_hash": name}) as stream:
            async for line in stream.content:
                if not line.startswith(b"data: "):
                    continue
                if not began and (b'"process_generating"' in line or b"nj-answer" in line):
                    began = True
                    waited.begun.append(time.monotonic() - started)
                if b'"close_stream"' in line:
                    break
                if b'"process_completed"' in line and b'"success":true' not in line.replace(b" ", b""):
                    raise RuntimeError("the chat failed")
        if not began:
            raise RuntimeError("the chat said nothing")


def busy(server: Server) -> float:
    """CPU seconds that the server has used."""
    times = psutil.Process(server.process.pid).cpu_times()
    return float(times.user + times.system)


def memory(server: Server) -> float:
    """Resident megabytes of the server."""
    return float(psutil.Process(server.process.pid).memory_info().rss) / 1e6


def against(value: float, goal: float) -> str:
    """Write seconds beside their goal, in milliseconds."""
    return f"{value * 1000:.0f} ms (goal {goal * 1000:.0f}: {'met' if value <= goal else 'MISSED'})"


def line(name: str, waited: Waited, goal: float) -> str:
    """One line of figures, with the goal and whether it is met."""
    p50, p95, p99 = (share(waited.whole, p) for p in (50, 95, 99))
    return (
        f"{name:<11} {len(waited.whole):>5} answers {waited.rate:>5.1f}/s  errors {waited.errors.total()} (goal 0)  "
        f"p95 {against(p95, goal)}  p50 {p50 * 1000:.0f}  p99 {p99 * 1000:.0f}  "
        f"CPU {waited.cpu / max(len(waited.whole), 1) * 1000:.1f} ms an answer, {waited.cpu / waited.seconds:.2f} cores  "
        f"load average {os.getloadavg()[0]:.1f}"
    )


async def drive(server: Server, people: int, seconds: float, think: float) -> bool:
    """Ask over both ways and print the figures. Returns whether every goal is met."""
    async with aiohttp.ClientSession(server.address.rstrip("/")) as session:
        async with session.get("/config") as answer:
            chatting = Chatting(await answer.json())
        alone = Waited()
        for question in itertools.islice(questions(), 20):  # warm, and what one person alone waits
            await chatting.ask(session, secrets.token_hex(6), question, alone)
    print(f"{os.cpu_count()} cores; {people} people; {think:g} s to think; {memory(server):.0f} MB before")
    print(f"an answer begins, alone: p95 {against(share(alone.begun, 95), BEGINS)}")
    met = share(alone.begun, 95) <= BEGINS
    ways: tuple[tuple[str, Ask, float], ...] = (("API", over_api, API), ("chat", chatting.ask, CHAT))
    for way, ask, goal in ways:
        for kind, pause in (("burst", None), ("think", think), ("closed", 0.0)):
            waited = await (burst(server, ask, people) if pause is None else crowd(server, ask, people, seconds, pause))
            print(line(f"{way} {kind}", waited, goal), flush=True)
            for error, count in waited.errors.most_common(5):
                print(f"  {count} x {error}")
            met = met and share(waited.whole, 95) <= goal and not waited.errors
        print(f"memory after it: {memory(server):.0f} MB")
    return met


def first_page(server: Server) -> bool:
    """Open the page in Chromium, print how long until a question can be asked and what was transferred. Returns whether the goals are met."""
    from tests.ui.screens import chromium

    with chromium() as browser:
        page = browser.new_page()
        page.add_init_script(
            "performance.setResourceTimingBufferSize(5000)"
        )  # 250 would not hold all of Gradio's files
        started = time.monotonic()
        page.goto(server.address)
        page.locator("#nj-send").wait_for()
        took = time.monotonic() - started
        page.wait_for_timeout(1500)  # what it still fetches by itself; its heartbeat never ends
        sizes: list[tuple[str, int]] = page.evaluate(
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
            ".map(e => [new URL(e.name).pathname, e.transferSize])"
        )
        page.close()
    theirs = sum(size for path, size in sizes if path.startswith(("/assets/", "/static/", "/gradio_api/")))
    own = sum(size for _, size in sizes) - theirs
    print(
        f"first page: usable after {against(took, USABLE)}; transferred {theirs / 1000:.0f} kB of Gradio's, "
        f"{own / 1000:.0f} kB of ours (goal {MOST_OWN_BYTES / 1000:.0f}: {'met' if own <= MOST_OWN_BYTES else 'MISSED'})"
    )
    return took <= USABLE and own <= MOST_OWN_BYTES


def main(arguments: list[str] | None = None) -> int:
    """Run the whole measurement; returns 0 where every goal is met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.ui.load", description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--think", type=float, default=THINK, help="seconds between an answer and the next question")
    parser.add_argument("--page", action="store_true", help="also open the first page in Chromium")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(os.environ.get("NIANGJIA_HOME") or scratch)
        with serving(home, Path(scratch), more=("--rate", "100000")) as server:
            shown = first_page(server) if options.page else True
            met = asyncio.run(drive(server, options.people, options.seconds, options.think))
    return 0 if met and shown else 1


if __name__ == "__main__":
    sys.exit(main())
