"""quiz: questions with answers, reasons and sources, made of provisions, rules and misconceptions, every wrong option checked."""

from rag.desk.quiz.check import check_item
from rag.desk.quiz.item import Item, Kind
from rag.desk.quiz.make import make_quiz

__all__ = ["Item", "Kind", "check_item", "make_quiz"]
