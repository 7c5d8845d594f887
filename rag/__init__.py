"""rag: a question, the evidence, the answer. Public: `Assistant`, `Answer`, `Status`, `Verdict`, `Citation`, `Turn`, `understand`."""

from rag.answer import Assistant
from rag.errors import BadQuestions, RagError
from rag.model import Answer, Citation, Evidence, Question, Status, Turn, Verdict
from rag.understand import understand

__all__ = [
    "Answer",
    "Assistant",
    "BadQuestions",
    "Citation",
    "Evidence",
    "Question",
    "RagError",
    "Status",
    "Turn",
    "Verdict",
    "understand",
]
