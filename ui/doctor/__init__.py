"""`python -m ui doctor`: checks an installation, one sentence a check, and says what to mend.

    machine.py    Python, packages, disk, the user's folder, variables, the port, parts that are optional
    holdings.py   catalogue, index, encoder, vector engine, database, locks, the language model

Only the standard library is imported before a check begins: a check whose packages are missing says so, and the others go on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

from ui.doctor import words
from ui.doctor.finding import Finding, State, bad

FINE, TO_MEND, CANNOT = 0, 1, 2
Check = Callable[[], Iterable[Finding]]


def main(arguments: list[str]) -> int:
    """Check and print; returns 0 where nothing is to be mended, 1 where something is, 2 where a check could not be made."""
    parser = argparse.ArgumentParser(prog="python -m ui doctor", description=words.ABOUT, epilog=words.CODES)
    parser.add_argument("--online", action="store_true", help=words.ONLINE)
    parser.add_argument("--port", type=int, default=7860, help=words.WHICH_PORT)
    parser.add_argument("--json", action="store_true", help=words.AS_JSON)
    options = parser.parse_args(arguments)
    findings = []
    for finding in examine(options.port, options.online):
        findings.append(finding)
        if not options.json:
            print(finding.line, flush=True)
    code = code_of(findings)
    if options.json:
        print(json.dumps({"code": code, "checks": [asdict(f) for f in findings]}, ensure_ascii=False, indent=1))
    else:
        mend = sum(f.state in (State.BAD, State.CANNOT) for f in findings)
        print(words.SUMMARY[code].format(checks=len(findings), mend=mend))
    return code


def code_of(findings: Iterable[Finding]) -> int:
    """The exit code of some findings."""
    states = {finding.state for finding in findings}
    return CANNOT if State.CANNOT in states else TO_MEND if State.BAD in states else FINE


def examine(port: int, online: bool = False) -> Iterator[Finding]:
    """Make all checks, one after another; `online` also calls the language model."""
    from ui.doctor import holdings, machine

    checks: tuple[tuple[str, Check], ...] = (
        (words.PYTHON, machine.python),
        (words.PACKAGES, machine.packages),
        (words.TORCH, machine.torch),
        (words.VARIABLES, machine.variables),
        (words.HOME, machine.home_folder),
        (words.DISK, machine.disk),
        (words.LOCKS, holdings.locks),
        (words.LIBRARY, holdings.library),
        (words.INDEX, holdings.index),
        (words.DATABASE, holdings.database),
        (words.MODEL, lambda: holdings.model(online)),
        (words.CLOCK, machine.clock),
        (words.PORT, lambda: machine.port(port)),
        (words.OPTIONAL, machine.optional),
    )
    for name, check in checks:
        yield from _made(name, check)


def _made(name: str, check: Check) -> Iterator[Finding]:
    """Make one check; what it cannot stand is a finding of its own and never ends the others."""
    try:
        yield from check()
    except ImportError as error:
        yield Finding(name, State.CANNOT, words.NO_PACKAGE.format(package=error.name or "?"), words.INSTALL)
    except OSError as error:
        yield bad(name, words.NO_ACCESS.format(reason=error.strerror, path=error.filename or "?"), words.CHECK_RIGHTS)
    except Exception as error:  # a check that breaks is told, and the next one is made
        yield Finding(name, State.CANNOT, words.BROKE.format(kind=type(error).__name__), words.REPORT)
