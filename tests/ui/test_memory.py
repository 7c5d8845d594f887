"""What a server holds that has answered and shown its pages: one of its own, for lessons and comparisons take more."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import httpx
import pytest

from tests.ui.serving import serving

ASKED = (
    "我在河南，产假多少天？",
    "怀孕七个月能上夜班吗",
    "流产三个月休几天",
    "公司要辞退我，怎么办？",
    "哺乳时间每天多久",
)
PAGES = ("/", "/library", "/library?tab=provinces", "/doc/女职工劳动保护特别规定")


@pytest.mark.slow
def test_memory_stays_small(library_index: Path, tmp_path: Path) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("needs /proc")
    shutil.copytree(library_index, tmp_path / "home" / "index")
    with (
        serving(tmp_path / "home", tmp_path) as server,
        httpx.Client(base_url=server.address, timeout=60) as client,
    ):
        for asked in ASKED * 4:
            assert client.post("/api/ask", json={"question": asked}).status_code == 200
        for page in PAGES * 4:
            assert client.get(page).status_code == 200
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text())
    assert found
    print(f"{int(found[1]) // 1024} MiB")
    # MiB: 260 at the start (SQLAlchemy has 15 of them), 355 after the first answers, for then the encoder and the re-rankers
    # are read, 390 with the pages, and 0.03 for each visitor that is remembered (ui/visitors.py).
    assert int(found[1]) < 450 * 1024
