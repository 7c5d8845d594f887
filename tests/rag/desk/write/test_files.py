"""Files are replaced at one stroke or stay as they were."""

import zipfile
from pathlib import Path
from typing import IO

import pytest

from rag.desk import DeskError
from rag.desk.write import write_docx
from rag.desk.write.files import replace
from tests.rag.desk.write.sample import PAPER


def test_a_failed_writer_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    write_docx(PAPER, path)
    before = path.read_bytes()

    def broken(stream: IO[bytes]) -> None:
        stream.write(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        replace(path, broken)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_named_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "dir.docx").mkdir()
    with pytest.raises(DeskError, match=r"写不了「.*dir\.docx」.*换一个文件夹"):
        write_docx(PAPER, tmp_path / "dir.docx")
    assert [one.name for one in tmp_path.iterdir()] == ["dir.docx"]


def test_folders_are_made_and_no_member_has_an_hour(tmp_path: Path) -> None:
    path = tmp_path / "备课" / "讲义.docx"
    write_docx(PAPER, path)
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        assert {member.date_time[0] for member in packed.infolist()} == {1980}
        assert packed.namelist()[0] == "[Content_Types].xml"
