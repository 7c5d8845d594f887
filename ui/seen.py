"""What may be told of an answer: how long it took, how it ended, what the gate did. Counted and logged in one place for page and API."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from documents.errors import DocumentError
from rag.errors import RagError
from rag.model import Answer, Question, Request, Status
from rag.stages import Record, Stage, listen, stage
from ui import logs
from ui.ask.turns import Stopped
from ui.live import Live

PAGE, API = "page", "api"
FAULT, WRONG, STOPPED = "fault", "wrong", "stopped"
REASONS = ("outside", "chat", "empty", "gate", "no_source")
_OF_REQUEST = {Request.OUTSIDE: "outside", Request.CHAT: "chat", Request.EMPTY: "empty"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer, or one wording of it by a model (`reworded`): `status` is the answer's, FAULT where it broke, WRONG where it could not be asked, STOPPED where
    she did not wait for a wording.

    `reason` says why it was refused ('': it was not); `lowered` is whether a model's cut sentences lowered its status;
    `approved` is whether a cadre approved its words.
    """

    via: str
    status: str
    seconds: float
    record: Record = field(repr=False)
    reason: str = ""
    lowered: bool = False
    reworded: bool = False
    approved: bool = False


def answering(live: Live, via: str, length: int, work: Callable[[], Answer]) -> Answer:
    """Do the work that makes an answer and tell how it went.

    Parameters: what is in service; through which door it was asked; how many characters the question has; the work. Returns the
    answer; raises what the work raises.
    """
    return _watched(live, via, work, length)


def wording(live: Live, via: str, before: Answer, work: Callable[[], Answer]) -> Answer:
    """Do the work that rewords an answer and tell how it went. Returns the answer; raises what the work raises."""

    def staged() -> Answer:
        with stage(Stage.WORDING):
            return work()

    return _watched(live, via, staged, None, before)


def _watched(
    live: Live, via: str, work: Callable[[], Answer], length: int | None, before: Answer | None = None
) -> Answer:
    digest = live.edition.index.manifest.corpus_digest[:16]
    answer, status, error = None, FAULT, ""
    live.busy(via, 1)
    started = time.perf_counter()
    with listen() as record:
        try:
            answer = work()
            status = str(answer.status)
            return answer
        except (RagError, DocumentError):
            status = WRONG
            raise
        except Stopped:
            status = STOPPED
            raise
        except Exception as failed:
            error = logs.where(failed)
            raise
        finally:
            seconds = time.perf_counter() - started
            live.busy(via, -1)
            lowered = answer is not None and before is not None and answer.status is not before.status
            seen = Seen(
                via, status, seconds, record, reason(answer, record), lowered, before is not None, _approved(answer)
            )
            live.tell(seen)
            _logged(seen, answer, error, length, digest)


def reason(answer: Answer | None, record: Record) -> str:
    """Say why an answer refuses, as one of REASONS; '' where it does not."""
    if answer is None or answer.status is not Status.REFUSED:
        return ""
    if record.refused:
        return "gate"
    question: Question | None = answer.question
    return _OF_REQUEST.get(question.request, "no_source") if question else "no_source"


def _approved(answer: Answer | None) -> bool:
    return answer is not None and answer.approved is not None


def _logged(seen: Seen, answer: Answer | None, error: str, length: int | None, digest: str) -> None:
    fields: logs.Fields = {
        "via": seen.via,
        "status": seen.status,
        "ms": round(seen.seconds * 1000, 1),
        "stages": {str(name): round(seconds * 1000, 1) for name, seconds in seen.record.seconds.items()},
        "cut": seen.record.cut,
        "index": digest,
    }
    if length is not None:
        fields["length"] = length
    if answer is not None:
        fields |= {"citations": len(answer.citations)}
    if seen.approved:
        fields |= {"approved": True}
    if seen.reason:
        fields |= {"reason": seen.reason}
    if seen.lowered:
        fields |= {"lowered": True}
    if error:
        fields |= {"error": error}
    level = logging.ERROR if seen.status == FAULT else logging.INFO
    logs.event("wording" if seen.reworded else "answer", level, **fields)
