"""lesson: a lesson pack out of the library, every statement sourced.

Public: `Wish` and `make_lesson`; `lesson_paper`, `handout_paper`, `lesson_deck` show a lesson; `write_pack` and `check_pack` keep it.
"""

from rag.desk.lesson.check import Changed, check_pack
from rag.desk.lesson.make import make_lesson
from rag.desk.lesson.model import Lesson, Wish
from rag.desk.lesson.pack import write_pack
from rag.desk.lesson.papers import handout_paper, lesson_paper
from rag.desk.lesson.slides import lesson_deck

__all__ = [
    "Changed",
    "Lesson",
    "Wish",
    "check_pack",
    "handout_paper",
    "lesson_deck",
    "lesson_paper",
    "make_lesson",
    "write_pack",
]
