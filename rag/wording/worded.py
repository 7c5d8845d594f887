"""Word an answer anew with a language model: what passes the gate is taken, else the answer stays as it was."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from documents.model import Kind
from rag.compose import LONGEST_CONCLUSION
from rag.errors import ModelFailed
from rag.model import Answer, Status
from rag.reckon import computed
from rag.stages import tell_cut
from rag.wording.check import Ground, Source, conclusion_faults, sentence_faults
from rag.wording.endpoint import Endpoint
from rag.wording.prompt import conclusion_may_change, messages, neutral, tokens, usable

LONGEST_EXPLANATION = 500
_WORDED = (Status.ANSWERED, Status.PARTIAL, Status.CLARIFY)
_TOKEN = re.compile(r"\[\[[^\[\]\n]{1,24}\]\]")
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]\s*(?:\[\[[^\[\]\n]{1,24}\]\]\s*[。]?)*(?=[^\s\[])")
_HEAD = re.compile(r"^\s*(结论|解释|说明)\s*[:：]\s*")
_THINKS = "<think>"
_WIDE = str.maketrans({0xFF10 + n: str(n) for n in range(10)} | dict.fromkeys("*#`"))


def consent_words(endpoint: Endpoint) -> str:
    """What somebody is told before a model is used for the first time: where the text goes, and what goes."""
    return (
        f"用语言模型改写回答时，你的问题（已隐去身份证号、电话、姓名、单位等）和引用的条文会发给 {endpoint.host} 的模型"
        f"「{endpoint.model}」。怀孕、生病是敏感的个人信息，不同意就不会发出去，回答照样给你。"
    )


def worded(
    answer: Answer,
    endpoint: Endpoint,
    *,
    agreed: bool,
    told: Callable[[str], None] | None = None,
    make: Callable[[], str] = lambda: secrets.token_hex(3),
) -> Answer:
    """Let a model word a verified answer's conclusion and add an explanation, from the answer's own citations.

    Parameters: the answer of `Assistant.ask`; the endpoint; whether the asker agreed that text is sent there (without it
    nothing is sent, nor is an approved answer, whose words are somebody's); `told`, called with each piece that passed the gate as it streams in (the returned answer is the one that
    counts: it may still be the old one); `make`, which makes the opaque tokens. Returns the answer with the model's wording,
    or as it was, with a note that says why. Never raises for what an endpoint does.
    """
    if not agreed or answer.approved or answer.status not in _WORDED or not usable(answer.citations):
        return answer
    marks = tokens(len(usable(answer.citations)), make)
    draft = _Draft(answer, marks, _ground(answer), told or (lambda _: None))
    try:
        for sentence in sentences(endpoint.stream(messages(answer, marks, make()))):
            draft.take(sentence)
        return draft.done(endpoint.model)
    except ModelFailed as failed:
        return replace(
            answer,
            notes=(*answer.notes, f"语言模型没有用上（{failed}），这是不用模型的回答"),
            trace=(*answer.trace, *draft.trace, f"模型：{failed}"),
        )


def sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Cut streamed text into sentences, each with the marks that follow its full stop; a reasoning block is left out."""
    text, begun = "", False
    for piece in pieces:
        text += piece
        if not begun:
            begun, text = _begin(text)
        if not begun:
            continue
        while match := _SENTENCE.match(text):
            text = text[match.end() :]
            if match[0].strip():
                yield match[0].strip()
    if text.strip() and begun:
        yield text.strip()


def _begin(text: str) -> tuple[bool, str]:
    """Whether the answer itself has begun, and what there is of it: a model may think aloud first."""
    text = text.lstrip()
    if not text.startswith(_THINKS[: len(text)]):
        return True, text
    _, end, answer = text.partition("</think>")
    return bool(end), answer if end else text


@dataclass(slots=True)
class _Draft:
    """The model's wording as it grows: which part it is in, what passed, what was cut and why."""

    answer: Answer
    marks: Sequence[str]
    ground: Ground
    told: Callable[[str], None]
    conclusion: list[str] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    cut: int = 0
    concluded: bool = False
    read: int = 0

    def __post_init__(self) -> None:
        self.concluded = not conclusion_may_change(self.answer)

    def take(self, raw: str) -> None:
        """Take one sentence of the model; raises ModelFailed where the conclusion does not pass."""
        head = _HEAD.match(raw.translate(_WIDE))
        if head and head[1] != "结论" and not self.concluded:
            self._conclude()
        words = _HEAD.sub("", raw.translate(_WIDE)).strip(" -\n")
        if not words:
            return
        self.read += 1
        if head and head[1] == "结论" and self.concluded:
            return self._cut(("结论已经定了",))
        shown, faults = self._checked(words)
        if self.concluded:
            return self._cut(faults) if faults else self._explain(shown)
        if faults:
            self._cut(faults)
            raise ModelFailed("模型写的结论没有通过核对")
        self.conclusion.append(shown)
        return None

    def done(self, model: str) -> Answer:
        """Make the answer; raises ModelFailed where nothing of the model's passed."""
        if not self.concluded:
            self._conclude()
        if not self.conclusion and not self.explanation:
            raise ModelFailed("模型写的话没有一句通过核对" if self.cut else "模型没有回答")
        status = Status.PARTIAL if self.cut and self.answer.status is Status.ANSWERED else self.answer.status
        what = "结论和解释" if self.conclusion and self.explanation else "结论" if self.conclusion else "解释"
        notes = [f"AI生成：{what}的措辞由模型「{model}」写成，每句都按所引材料核对过，以依据为准"]
        if self.cut:
            notes.append(f"模型写的{self.cut}句话没有通过核对，已删去")
        return replace(
            self.answer,
            status=status,
            conclusion="".join(self.conclusion) or self.answer.conclusion,
            explanation="".join(self.explanation),
            notes=(*notes, *self.answer.notes),
            trace=(*self.answer.trace, *self.trace, f"模型：{what}由模型写成，删去{self.cut}句"),
        )

    def _conclude(self) -> None:
        """Close the conclusion; raises ModelFailed where it drops what the one without a model says."""
        whole = "".join(self.conclusion)
        bare = re.sub(r"\[\d+\]", "", whole)
        faults = conclusion_faults(bare, self.ground) if whole else ("没有写结论",)
        if len(bare) > LONGEST_CONCLUSION:
            faults = (*faults, f"结论超过{LONGEST_CONCLUSION}字")
        if faults:
            self._cut(faults)
            raise ModelFailed("模型写的结论没有通过核对" if whole else "模型没有回答")
        self.concluded = True
        self.told(whole)

    def _explain(self, shown: str) -> None:
        if sum(map(len, self.explanation)) + len(shown) > LONGEST_EXPLANATION:
            return self._cut((f"解释超过{LONGEST_EXPLANATION}字",))
        self.explanation.append(shown)
        return self.told(shown)

    def _cut(self, faults: Sequence[str]) -> None:
        self.cut += 1
        tell_cut()
        self.trace.append(f"模型第{self.read}句删去：{neutral('、'.join(faults))}")

    def _checked(self, words: str) -> tuple[str, tuple[str, ...]]:
        """Hold a sentence against the gate. Returns it with [n] for its marks, and its faults."""
        found = _TOKEN.findall(words)
        bare = _TOKEN.sub("", words).strip()
        if any(mark not in self.marks for mark in found) or "[[" in bare or "]]" in bare:
            return "", ("出处记号不是给它的",)
        cited = [s for mark, s in zip(self.marks, self.ground.sources, strict=True) if mark in found]
        numbers = "".join(f"[{source.number}]" for source in cited)
        bare = bare.rstrip("。")
        if bare.endswith(("！", "？", "!", "?")):
            return f"{bare[:-1]}{numbers}{bare[-1]}", sentence_faults(bare, cited, self.ground)
        return f"{bare}{numbers}。", sentence_faults(bare, cited, self.ground)


def _ground(answer: Answer) -> Ground:
    sources = tuple(
        Source(number, c.title, c.article, c.quote, c.kind is Kind.ORIGINAL) for number, c in usable(answer.citations)
    )
    phrases = computed(answer, {(c.title, c.article) for c in answer.citations})
    asked = neutral(answer.question.asked) if answer.question else ""
    return Ground(sources, answer.conclusion, phrases, asked)
