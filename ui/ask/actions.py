"""What stands around an answer as safe HTML: the place it reckons with, copying, printing, answering again, saying what is wrong."""

from __future__ import annotations

from functools import cache

from documents.region import Region, provinces, short_name
from rag.model import Answer, Request, Status
from ui import words as shared
from ui.ask import words
from ui.ask.escaping import escape

LONGEST_SAID = 300
_PLACED = (Status.ANSWERED, Status.PARTIAL, Status.CLARIFY)


def render_chip(answer: Answer, number: int, last: bool) -> str:
    """Write the place that an answer reckons with; the last answer's can be changed and answered again."""
    question = answer.question
    if question is None or answer.status not in _PLACED or question.request not in (Request.RIGHT, Request.PLAN):
        return ""
    if not question.regions and (answer.table or question.request is Request.PLAN):
        return ""  # all places were looked at
    named = "、".join(_place(region) for region in question.regions)
    said = words.BY_PLACE.format(place=named) if named else words.NO_PLACE
    if not last:
        return f'<div class="nj-place"><p class="nj-chip">{escape(said)}</p></div>'
    change = words.CHANGE if named else words.CHOOSE_PLACE
    asked = answer.status is Status.CLARIFY and not named  # the answer itself asks for the place
    return (
        f'<div class="nj-place"><p class="nj-chip">{escape(said)} '
        f'<button type="button" data-open="nj-change-{number}" aria-expanded="{"true" if asked else "false"}" '
        f'aria-controls="nj-change-{number}">{change}</button></p>'
        f'<div class="nj-change" id="nj-change-{number}"{"" if asked else " hidden"}>'
        f'<label for="nj-to-{number}">{words.CHANGE_TO}</label><select id="nj-to-{number}">{_choices()}</select>'
        f'<button type="button" class="nj-act" data-again="{number}">{words.AGAIN_WITH}</button></div></div>'
    )


def _place(region: Region) -> str:
    return short_name(region.city or region.province) if region.province else region.name


@cache
def _choices() -> str:
    places = "".join(f'<option value="{escape(name)}">{escape(short_name(name))}</option>' for name in provinces())
    return f'<option value="">{shared.ANY_REGION}</option>{places}'


def render_actions(number: int, copied: str, told: str, keeping: bool, last: bool) -> str:
    """Write the row under an answer.

    Parameters: the exchange's number; what copying copies; what was said after a thumb ('' before one); whether this
    installation keeps what is said; whether it is the last answer, which can be given again.
    """
    again = _action("again", number, words.AGAIN) if last else ""
    thumbs = (
        "" if told else f'<span class="nj-thumbs">{_action("good", number, words.GOOD)}{_bad(number, keeping)}</span>'
    )
    return (
        f'<div class="nj-actions">{_action("copy", number, words.COPY)}{_action("print", number, words.PRINT)}{again}{thumbs}</div>'
        f'<p class="nj-told" role="status">{escape(told)}</p>'
        f'<textarea class="nj-copied" id="nj-copied-{number}" readonly hidden aria-label="{words.COPY_BOX}">{escape(copied)}</textarea>'
        + ("" if told or not keeping else _form(number))
    )


def _action(what: str, number: int, name: str) -> str:
    return f'<button type="button" class="nj-act" data-{what}="{number}">{name}</button>'


def _bad(number: int, keeping: bool) -> str:
    """Where something is kept, the thumb down asks why first; elsewhere it only says so."""
    if not keeping:
        return _action("bad", number, words.BAD)
    return (
        f'<button type="button" class="nj-act" data-open="nj-why-{number}" aria-expanded="false" '
        f'aria-controls="nj-why-{number}">{words.BAD}</button>'
    )


def _form(number: int) -> str:
    reasons = "".join(
        f'<label class="nj-pick"><input type="radio" name="nj-reason-{number}" value="{place}"> {reason}</label>'
        for place, reason in enumerate(words.REASONS)
    )
    return (
        f'<div class="nj-why" id="nj-why-{number}" role="group" aria-label="{words.WHY}" hidden><h4>{words.WHY}</h4>'
        f'<div class="nj-picks">{reasons}</div>'
        f'<label class="nj-saying">{words.SAID}<textarea maxlength="{LONGEST_SAID}" rows="2"></textarea></label>'
        f'<label class="nj-pick"><input type="checkbox"> {words.KEEP}</label>'
        f'<p class="nj-missing" role="alert" hidden>{words.CHOOSE_WHY}</p>'
        f'<div class="nj-actions">{_action("bad", number, words.SEND_COMPLAINT)}'
        f'<button type="button" class="nj-act" data-open="nj-why-{number}">{words.NEVER_MIND}</button></div></div>'
    )
