import shutil
import subprocess
from pathlib import Path

import pytest

from rag.desk.lesson import Lesson, handout_paper
from rag.desk.write import write_docx
from tests.rag.desk.lesson.conftest import MADE


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice: apt-get install libreoffice")
@pytest.mark.parametrize("topic", [topic for topic, _, _ in MADE])
def test_the_handout_is_one_page(lessons: dict[str, Lesson], tmp_path: Path, topic: str) -> None:
    import pypdfium2

    write_docx(handout_paper(lessons[topic]), tmp_path / "讲义.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "讲义.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with pypdfium2.PdfDocument(tmp_path / "讲义.pdf") as made:
        assert len(made) == 1
