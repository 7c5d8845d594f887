"""Each province's page holds every figure that the reference has on its leave, and says which of them conflict."""

from collections.abc import Iterator
from typing import Any

import pytest

from documents import Check, provinces, shipped
from documents.figures import figures
from tests.documents.test_parse import SHARED

REFERENCE = SHARED.parent / "reference" / "provinces.yaml"
KINDS = (
    "maternity", "paternity_leave", "childcare_leave", "marriage_leave", "miscarriage_leave", "breastfeeding", "menstrual",
    "holiday_counting", "outdated_or_wrong_figures",
)  # fmt: skip
NOT_FIGURES = ("confidence", "source", "basis", "local_checked", "year", "note")
LABELS = (
    "产假",
    "难产和多胞胎",
    "护理假（陪产假）",
    "育儿假",
    "婚假",
    "流产假",
    "哺乳时间",
    "经期",
    "假期遇节假日怎么算",
    "依据",
)
PAGES = {d.region: d for d in shipped() if d.title.endswith("女职工假期一览")}


@pytest.mark.parametrize("province", provinces())
def test_a_page_has_every_kind_of_leave(province: str) -> None:
    labels = {p.article for p in PAGES[province].provisions}
    assert not set(LABELS) - labels
    assert all(isinstance(p.check, Check) for p in PAGES[province].provisions if p.text)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in NOT_FIGURES:
                yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    elif value is not None and not isinstance(value, bool):
        yield path, str(value)


@pytest.mark.skipif(not REFERENCE.is_file(), reason="needs the shared reference beside the checkout")
def test_every_figure_of_the_reference_stands_on_its_page() -> None:
    yaml = pytest.importorskip("yaml", reason="python -m pip install pyyaml")
    missing = []
    for entry in yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))["provinces"]:
        written = figures("\n".join(p.text for p in PAGES[entry["name"]].provisions))
        for path, value in leaves({kind: entry.get(kind) for kind in KINDS}):
            years = {f for f in figures(value) if len(f) == 4 and f[:2] in ("19", "20")}
            if lost := figures(value) - written - years - {"0"}:  # 0: "no further days", which a page says in words
                missing.append((entry["name"], path, lost))
    assert missing == []
