"""Clauses by meaning: a protected situation to which a clause ties what harms her, or a denial, whatever the wording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from documents.leave_rules import Event, Force
from rag.desk.clauses.law import Law, rows
from rag.desk.clauses.model import Verdict
from rag.desk.clauses.said import Said, names
from rag.desk.clauses.stipulations import BLAMED, JUST, denied
from rag.desk.clauses.words import sentences

_CLASS = re.compile(r"<(\w+)>")
# By the situation, where the effect itself names no provision; the first that is named in the words counts.
_SITUATIONS = (
    ("哺乳", "第九条", "哺乳时间"),
    ("产检", "第六条", "产前检查"),
    ("流产", "第七条", "流产假"),
    ("产", "第七条", "产假"),
    ("护理假", "", "护理假"),
    ("育儿假", "", "育儿假"),
    ("孕", "第六条", "孕期减轻劳动"),
    ("三期", "第五条", "婚育期间的工资和岗位"),
    ("经期", "附录第二条", "经期保护"),
    ("更年期", "", "更年期"),
    ("妇检", "", "妇科检查"),
    ("妇女节", "", "女职工设施"),
    ("卫生费", "", "卫生费"),
)
_SITUATION = "<situation>"
_TITLE = "女职工劳动保护特别规定"
_POSITIVE = re.compile(r"无效|违法|不予支持|应当纠正|可以拒绝|有权拒绝|有权(?:要求|投诉|举报)")
# What begins a statement that goes on with what the one before is about: no subject of its own.
_OWN_SUBJECT = re.compile(r"男(?:职工|员工)|工会|企业应|公司应|单位应|本合同|会议|食堂|宿舍|办公")
# What the employer is forbidden: 不得因…取消, 不会因为…, 不得含有…限制.
_DENIAL = re.compile(
    r"(?:不(?:得|会|能|应|准|可|许)?|严禁|禁止)[^,。;]{0,12}?(?:因|将|把|以|有|含|要求|限制|干涉|作为|列为|列入|影响|规定|约定|出现|设(?:置|定))"
)
# What is said to stay as it is: 工资不降.
_KEPT = re.compile(r"不(?:会|得|予|作|再)?(?:降|减(?!轻)|扣|变|停|取消|打折|影响|下调|低于|受)|照发|全额|足额|照旧")
LONGEST_EFFECT = 40


@dataclass(frozen=True, slots=True)
class Effect:
    """One row of effects.csv: tied to a `situation`, the words of `effect` are below the law (not where `unless` fits)."""

    name: str
    matter: str
    situation: re.Pattern[str]
    effect: re.Pattern[str]
    unless: re.Pattern[str] | None
    title: str
    article: str
    holds: str
    reason: str
    proposal: str


@cache
def word_classes() -> dict[str, str]:
    """Read classes.csv: each class of words as an expression; a class may name others."""
    return {row["class"]: row["words"] for row in rows("classes.csv")}


def expand(pattern: str) -> str:
    """Write out the classes (<孕>) that an expression names."""
    while _CLASS.search(pattern):
        pattern = _CLASS.sub(lambda m: f"(?:{word_classes()[m[1]]})", pattern)
    return pattern


@cache
def effects() -> tuple[Effect, ...]:
    """Read effects.csv."""
    return tuple(
        Effect(
            row["name"],
            row["matter"],
            re.compile(expand(row["situation"])),
            re.compile(expand(row["effect"])),
            re.compile(expand(row["unless"])) if row["unless"] else None,
            row["title"],
            row["article"],
            row["holds"],
            row["reason"],
            row["proposal"],
        )
        for row in rows("effects.csv")
    )


@cache
def _situations() -> tuple[tuple[re.Pattern[str], str, str, str], ...]:
    return tuple((re.compile(expand(f"<{name}>")), name, article, matter) for name, article, matter in _SITUATIONS)


def judge_meaning(law: Law, text: str, heading: str) -> Iterator[Said]:
    """Hold a normalised clause under a heading against every effect, sentence by sentence."""
    before = heading
    for sentence in sentences(text):
        around = f"{before}。{sentence}" if before else sentence
        told = _any().search(around) is not None
        if not _POSITIVE.search(sentence) and not JUST.search(sentence):
            for effect in effects() if told else general():
                if made := _held(law, effect, sentence, before):
                    yield made
        before = around if len(around) < 160 else sentence


@cache
def general() -> tuple[Effect, ...]:
    """The effects that need no situation: what no contract may ask of anybody."""
    return tuple(effect for effect in effects() if not effect.situation.pattern)


@cache
def _any() -> re.Pattern[str]:
    """Words of any situation: a sentence without one is not looked at further."""
    return re.compile("|".join(f"(?:{effect.situation.pattern})" for effect in effects() if effect.situation.pattern))


def _held(law: Law, effect: Effect, sentence: str, before: str) -> Said | None:
    own = effect.situation.search(sentence)
    if own is None and (_OWN_SUBJECT.search(sentence) or not effect.situation.search(f"{before}。{sentence}")):
        return None
    if effect.unless and effect.unless.search(sentence):
        return None
    for match in effect.effect.finditer(sentence):
        # the situation that the effect is tied to is named before it, or in the effect itself
        if own is not None and "," in sentence[match.end() : own.start()]:
            continue
        if (
            _DENIAL.match(match[0])
            or _KEPT.search(match[0])
            or denied(sentence, match.start())
            or BLAMED.match(sentence[match.end() :])
        ):
            continue
        return _made(law, effect, sentence if own else f"{before}。{sentence}", match[0])
    return None


def _made(law: Law, effect: Effect, words: str, found: str) -> Said | None:
    name, article, matter = _situation(words)
    if effect.article == _SITUATION:
        sources = law.provision(_TITLE, article) if article else law.of(matter)[:1]
    else:
        sources = law.provision(effect.title, effect.article, effect.holds)
    matter = matter if effect.article == _SITUATION else effect.matter
    if not sources or not _owed(law, matter):
        return None
    if sources[0].check is not None and not sources[0].check.carries_figures:
        return Said(Verdict.UNSURE, matter, f"这一条碰到{matter}，但依据仅一份材料或有冲突，不下结论。", sources)
    reason = effect.reason.format(situation=name, effect=found[:LONGEST_EFFECT], source=names(sources))
    return Said(Verdict.BELOW, matter, reason, sources, effect.proposal.format(situation=name))


def _owed(law: Law, matter: str) -> bool:
    """Whether the place's rules make a leave a must; leaves that the nation gives are."""
    event = {"护理假": Event.PATERNITY, "育儿假": Event.CHILDCARE}.get(matter)
    return event is None or not law.province or any(c.rule.force is Force.MUST for c in law.counted(event))


def _situation(words: str) -> tuple[str, str, str]:
    """The first situation of the words, with its article of the 特别规定 and its matter."""
    for pattern, _, article, matter in _situations():
        if m := pattern.search(words):
            return m[0], article, matter
    return "女职工", "第五条", "婚育期间的工资和岗位"
