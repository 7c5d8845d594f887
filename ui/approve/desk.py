"""What the page 审定 does, without a browser: look an answer up, hold an edited one against its sources, keep it, list them all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from documents.diffing.pairs import folded
from documents.errors import DocumentError
from documents.region import parse_region
from index.chunk import Chunk
from rag import Answer, Assistant
from rag.approved import Approved, cited_of, edited_answer, key_of, may_have
from rag.errors import RagError
from rag.model import Question, Request, Status
from rag.retrieve import scope_of
from rag.rows import read_places
from rag.understand.privacy import mask
from ui.approve import words
from ui.errors import UiError
from ui.live import Live
from ui.store.approved import Act, ApprovalStore, Step
from ui.store.kept import Kept

LONGEST_ASKED = 500
MOST_CHOICES, MOST_FOUND = 10, 8
_SHOWN = 60
_ROLE = re.compile(r"[\w\u4e00-\u9fff·（）()、 ]{2,30}")
_AS_IS = (Status.ANSWERED, Status.PARTIAL, Status.CLARIFY)


class NotApprovable(UiError):
    """An answer cannot be approved; the message says why, line by line."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A provision's chunk that an answer may rest on."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Looked:
    """The engine's own answer to a question, what may be chosen as sources, and the ids of those that it cites."""

    question: Question
    answer: Answer
    choices: tuple[Choice, ...]
    cited: tuple[str, ...]


class ApprovalDesk:
    """Approves answers of whatever edition is in service."""

    def __init__(self, live: Live, store: ApprovalStore) -> None:
        self._live = live
        self._store = store

    @property
    def _assistant(self) -> Assistant:
        return self._live.edition.assistant

    def look(self, asked: str, place: str) -> Looked:
        """Answer a question from the index alone. Raises NotApprovable where it may have no approved answer at all."""
        question = self._read(asked, place)
        answer = self._assistant.fresh(question)
        cited = tuple(dict.fromkeys(citation.chunk_id for citation in answer.citations))
        chunks = [self._live.edition.by_chunk[i] for i in cited] + [item.chunk for item in answer.retrieved]
        return Looked(question, answer, _choices(chunks)[:MOST_CHOICES], cited)

    def find(self, sought: str, asked: str, place: str) -> tuple[Choice, ...]:
        """Search provisions that hold for a question's place today, by a cadre's own words."""
        question = self._read(asked, place)
        plans = None if question.request is Request.PLAN else False
        hits = (
            self._live.edition.index.search(sought[:200], MOST_FOUND, scope_of(question, plans))
            if sought.strip()
            else []
        )
        return _choices(hit.chunk for hit in hits)

    def approve(self, asked: str, place: str, said: str, chosen: Sequence[str], role: str, account: str) -> Approved:
        """Keep an answer: the engine's own where neither its words nor its sources were changed, else the edited one.

        Raises NotApprovable with all that has no source, StoreFault.
        """
        role = _role(role)
        looked = self.look(asked, place)
        if not said.strip() and not looked.answer.citations:
            raise NotApprovable(words.FAULTS + "\n结论是空的")
        same = _plain(said) == _plain(looked.answer.conclusion) and set(chosen) == set(looked.cited)
        answer = self._as_is(looked) if same else self._edited(looked.question, said, chosen)
        approved = self._made(looked.question, answer, role, edited=not same)
        _, why = self._assistant.stands(looked.question, approved)
        if why:
            raise NotApprovable(words.NOT_AS_IS.format(why=why))
        return self._store.approve(approved, account)

    def withdraw(self, key: str, account: str) -> Approved:
        """Give an approved answer no longer. Raises NotApprovable where none holds under that key, StoreFault."""
        last = next(iter(self._store.history(key)), None)
        if last is None or last.act is not Act.APPROVED:
            raise NotApprovable(words.NOT_STANDING)
        self._store.withdraw(last.approved, account, last.role)
        return last.approved

    def listed(self) -> list[Step]:
        """The last step of every approved question, newest first, each held against the index in service once more."""
        for step in self._store.listed():
            if step.act is Act.APPROVED and (why := self._fallen(step.approved)):
                self._store.expire(step.approved, why)
        return self._store.listed()

    def history(self, key: str) -> list[Step]:
        """All steps of a question, newest first."""
        return self._store.history(key)

    def kept(self) -> list[tuple[str, str]]:
        """Questions that somebody let us keep, as (question, province): asked in vain, or answered wrongly."""
        kept = self._live.feedback
        if not isinstance(kept, Kept):
            return []
        rows = [(row.question, row.province) for row in kept.in_vain()]
        rows += [(row.question, row.province) for row in kept.complaints() if not row.good]
        return list(dict.fromkeys(row for row in rows if row[0]))[:50]

    def _read(self, asked: str, place: str) -> Question:
        if not asked.strip():
            raise NotApprovable(words.NOTHING_ASKED)
        try:
            question = self._assistant.read(asked[:LONGEST_ASKED], regions=read_places(place.strip()))
        except (DocumentError, RagError) as error:
            raise NotApprovable(str(error)) from error
        if not may_have(question):
            why = "danger" if question.risk else "day" if question.as_of != date.today() else "outside"
            raise NotApprovable(words.NOT_OURS.format(why=words.NOT_OURS_WHY[why]))
        return question

    def _as_is(self, looked: Looked) -> Answer:
        answer = looked.answer
        if answer.table is not None:
            raise NotApprovable(words.TABLE)
        if answer.status not in _AS_IS or not answer.citations:
            raise NotApprovable(words.NO_ANSWER)
        return answer

    def _edited(self, question: Question, said: str, chosen: Iterable[str]) -> Answer:
        known = self._live.edition.by_chunk
        if any(i not in known for i in chosen):
            raise NotApprovable(words.NOT_KNOWN)
        answer, faults = edited_answer(self._assistant.index, question, said, [known[i] for i in dict.fromkeys(chosen)])
        if faults:
            raise NotApprovable("\n".join([words.FAULTS, *faults]))
        return answer

    def _made(self, question: Question, answer: Answer, role: str, edited: bool) -> Approved:
        regions = tuple(region.name for region in question.regions)
        again = self._again(folded(question.asked), regions)
        if key_of(again) != key_of(question):
            raise NotApprovable(words.UNSURE_QUESTION)
        known = self._live.edition.by_chunk
        return Approved(
            key=key_of(question),
            question=folded(question.asked),
            regions=regions,
            request=question.request,
            status=answer.status,
            verdict=answer.verdict,
            conclusion=answer.conclusion,
            cited=tuple(cited_of(citation, known[citation.chunk_id]) for citation in answer.citations),
            edited=edited,
            role=role,
            day=date.today(),
        )

    def _again(self, asked: str, regions: Sequence[str]) -> Question:
        return self._assistant.read(asked, regions=tuple(parse_region(name) for name in regions))

    def _fallen(self, approved: Approved) -> str:
        """Why an approved answer no longer stands on the index in service, '' where it does."""
        try:
            question = self._again(approved.question, approved.regions)
        except DocumentError as error:
            return str(error)
        if key_of(question) != approved.key or not may_have(question):
            return words.READ_OTHERWISE
        return self._assistant.stands(question, approved)[1]


def _plain(text: str) -> str:
    return "".join(text.split())


def _role(role: str) -> str:
    role = " ".join(role.split())
    if not _ROLE.fullmatch(role) or mask(role)[0] != role or re.search(r"\d{5}", role):
        raise NotApprovable(words.BAD_ROLE)
    return role


def _choices(chunks: Iterable[Chunk]) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for chunk in chunks:
        text = " ".join(chunk.text.split())
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "……"
        found.setdefault(
            chunk.id, Choice(chunk.id, f"《{chunk.card.title}》{chunk.provision.article}{chunk.part}：{shown}")
        )
    return tuple(found.values())
