"""The slide template that is shipped is the one that its module makes, and its colours can be read."""

import zipfile
from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.util import Inches

from rag.desk.paper import Look
from rag.desk.write.template import COLOURS, TEMPLATE, build


def test_shipped_template_is_what_the_module_writes(tmp_path: Path) -> None:
    build(tmp_path / "template.pptx")
    with zipfile.ZipFile(tmp_path / "template.pptx") as made, zipfile.ZipFile(TEMPLATE) as shipped:
        assert made.namelist() == shipped.namelist()
        for name in made.namelist():
            assert made.read(name) == shipped.read(name), f"{name}：请运行 python -m rag.desk.write.template"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["lt1", "lt2"])
@pytest.mark.parametrize("name", [name for name in COLOURS if not name.startswith("lt")])
def test_every_colour_can_be_read_on_both_grounds(name: str, ground: str) -> None:
    assert contrast(COLOURS[name], COLOURS[ground]) >= 4.5


def test_template_is_wide_and_has_our_layouts_and_no_slide() -> None:
    made: Any = pptx.Presentation(str(TEMPLATE))
    assert [layout.name for layout in made.slide_layouts] == [str(look) for look in Look]
    assert not list(made.slides)
    assert (made.slide_width, made.slide_height) == (Inches(13.333), Inches(7.5))
    for place in (made.slide_master, *made.slide_layouts):
        for shape in place.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= made.slide_width
            assert shape.top + shape.height <= made.slide_height
