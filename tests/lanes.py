"""How `pytest -n 2 --dist loadfile` hands out the tests: by file, what shares something dear together, the longest first.

A file that begins last and takes a minute leaves the other process idle; one server, one import of torch, one set of lessons
for all files that use them costs half of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

# What shares a server, an import or a fixture, by the beginning of the file's path.
LANES = {
    "the common server": (
        "tests/ui/test_accessibility.py",
        "tests/ui/admin/test_admin_browser.py",
        "tests/ui/approve/test_approve_browser.py",
        "tests/ui/ask/test_ask_browser.py",
        "tests/ui/ask/test_page_browser.py",
        "tests/ui/bench/test_bench_browser.py",
        "tests/ui/desk/test_desk_browser.py",
        "tests/ui/library/test_library_browser.py",
        "tests/ui/test_ui_server.py",
    ),
    "Milvus": (  # one real server at a time
        "tests/index/test_outage.py",
        "tests/index/test_server.py",
        "tests/ui/admin/test_publish.py",
        "tests/ui/test_live.py",
        "tests/ui/test_milvus_service.py",
    ),
    "lessons": ("tests/rag/desk/lesson/",),
    "torch": (
        "tests/index/test_lead.py",
        "tests/index/test_mending.py",
        "tests/index/test_parts.py",
        "tests/index/test_rerank.py",
        "tests/index/test_training.py",
        "tests/index/test_transformer.py",
    ),
}
# What takes longest, in this order; the first are what the slow tests wait for (training alone takes minutes), then what the fast ones do.
FIRST = (
    "torch",
    "tests/test_kills.py",
    "Milvus",
    "the common server",
    "tests/rag/desk/write/test_hostile.py",
    "lessons",
    "tests/evals/test_run.py",
    "tests/evals/test_report.py",
    "tests/ui/store/test_signin.py",
    "tests/documents/formats/test_ocr.py",
    "tests/ui/doctor/test_doctor.py",
    "tests/test_house.py",
    "tests/documents/formats/test_pages.py",
    "tests/evals/test_stack.py",
    "tests/index/test_command.py",
)


def lane(nodeid: str) -> str:
    """What a test is handed out with: the name of its lane, or its file."""
    file = nodeid.split("::", 1)[0]
    return next((name for name, starts in LANES.items() if file.startswith(starts)), file)


def longest_first(items: list[pytest.Item]) -> None:
    """Order the tests by how long their lane takes; within a lane they stay as they stand."""
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(lane(item.nodeid), len(FIRST)))


def scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Hand out lanes in the order of the collection."""
    from xdist.scheduler import LoadScopeScheduling

    class Lanes(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return lane(nodeid)

    config.option.loadscopereorder = False  # by the number of tests: a long file of one test would come last
    return Lanes(config, log)  # type: ignore[arg-type]
