"""The pipeline: understand, retrieve, decide, compose, verify. `Assistant.ask` is the door to it."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from documents.limits import limits_of
from documents.model import Check, Kind
from documents.region import NATION, Region
from index.search import SearchIndex
from rag import approved, claims, leave
from rag.approved import Approved, ApprovedAnswers
from rag.choose import (
    MOST_BASIS,
    bare,
    chosen_passages,
    decided_by_province,
    firm_first,
    law_or_plans,
    ranked_passages,
    with_second,
    worded,
)
from rag.compare import compare
from rag.compose import (
    LONGEST_CONCLUSION,
    Passage,
    best_passage,
    carries,
    cite,
    place_name,
    shorten,
    source_line,
)
from rag.model import RESTATED, Answer, Evidence, Question, Request, Risk, Status, Turn
from rag.plan_asked import meant
from rag.plan_units import Papers
from rag.plans import answer_plan
from rag.reckon import RANGE, range_words, reckonings
from rag.retrieve import fetch, merge, retrieve
from rag.rules import source
from rag.sense import confidence, with_risk, with_safety, without_outside
from rag.stages import Stage, stage, tell_gate
from rag.steps import STEPS_RIGHT, advise
from rag.understand import understand
from rag.understand.claim import is_claim
from rag.understand.outside import ADVICE
from rag.verify import HELP, refuse, verify
from rag.whom import steps_first

__all__ = ["Assistant", "verify"]

# Law is put beside a plan that is asked about as a right only where it is so near to the question.
LAW_BESIDE = 0.6
OTHER_PART = "你问的另一部分不在本库的范围里，没有依据可答。"
UNCHECKED = "另有一份材料说法更细，没有核实，请问12333或工会。"
DANGER = {
    Risk.VIOLENCE: "先保证安全：正在发生危险马上打110，受伤打120，妇女维权热线12338。能离开就先离开，到有人的地方去。",
    Risk.SELF_HARM: "你现在很难受，请先别一个人扛：心理援助热线12356，情况紧急打120，有人要伤害你就打110；妇女维权热线12338也可以打。请让信得过的人来陪你。",
}
# What an answer to danger stands on: the numbers, and the duty to come.
DANGER_SOURCES = {
    Risk.VIOLENCE: (("求助热线", "有人正在伤害你，先打110"), ("反家庭暴力法", "第十五条")),
    Risk.SELF_HARM: (("求助热线", "想伤害自己，打12356和120"),),
}


class Assistant:
    """Answers questions over one loaded index; keeps nothing of them."""

    def __init__(self, index: SearchIndex, approved: ApprovedAnswers | None = None) -> None:
        self.index = index
        self.papers = Papers(index)
        self.approved = approved

    def ask(
        self, asked: str, history: Sequence[Turn] = (), regions: tuple[Region, ...] = (), as_of: date | None = None
    ) -> Answer:
        """Answer one question.

        Parameters: the words as typed, the turns before, the place and the day that the asker chose. Returns an answer
        that passed the verification gate; refusing is one of its statuses. An approved answer to the same question is given
        instead where there is one that still stands.
        """
        started = time.perf_counter()
        with stage(Stage.UNDERSTAND):
            question = self.read(asked, history, regions, as_of)
        answer, why = self._approved(question)
        if answer is None:
            answer = self.fresh(question)
        took = f"用时{(time.perf_counter() - started) * 1000:.0f}毫秒"
        return replace(answer, trace=(*_explain(question), *why, *answer.trace, took))

    def read(
        self, asked: str, history: Sequence[Turn] = (), regions: tuple[Region, ...] = (), as_of: date | None = None
    ) -> Question:
        """Understand a question, its danger and what is out of scope included."""
        return without_outside(with_risk(understand(asked, history, regions, as_of)))

    def fresh(self, question: Question) -> Answer:
        """Answer an understood question from the index alone, whatever was approved."""
        with stage(Stage.COMPOSE):
            found = claims.judge(self.index, question, replace(self._answer(question), question=question))
            found = with_safety(question, steps_first(self.index, question, advise(self.index, question, found)))
        with stage(Stage.VERIFY):
            answer = verify(found)
        tell_gate(found, answer)
        return answer

    def stands(self, question: Question, found: Approved) -> tuple[Answer | None, str]:
        """Make the answer that an approved one gives today. Returns it, or None and why it no longer stands."""
        passages, why = approved.passages(self.index, question, found)
        if why:
            return None, why
        steps = STEPS_RIGHT if question.request is Request.RIGHT else ()
        answer = _answer(question, found.status, found.conclusion, passages, [], steps)
        answer = replace(answer, question=question, verdict=found.verdict)
        answer = verify(with_safety(question, advise(self.index, question, answer)))
        why = approved.standing(answer, found)
        return (None, why) if why else (approved.marked(answer, found), "")

    def _approved(self, question: Question) -> tuple[Answer | None, tuple[str, ...]]:
        """The approved answer to a question where there is one that stands, with a line for the trace."""
        if self.approved is None or not approved.may_have(question):
            return None, ()
        if (found := self.approved.find(question)) is None:
            return None, ()
        answer, why = self.stands(question, found)
        if answer is None:
            self.approved.expire(found, why)
            return None, (f"审定答复不再用了：{why}",)
        return answer, (f"审定答复：{found.role}，{found.day.isoformat()}",)

    def _answer(self, question: Question) -> Answer:
        if question.request is Request.EMPTY:
            return refuse("没有看到问题。请用一两句话说说遇到的事，例如：怀孕了公司要辞退我，怎么办？")
        if question.risk is not None:
            return self._danger(question)
        if question.request is Request.CHAT:
            return refuse(
                "我是「娘家人」，回答女职工权益和工会女职工工作的问题，每句话都有出处。请直接说遇到的事，例如：我在河南，产假多少天？"
            )
        if question.request is Request.OUTSIDE:
            return refuse(ADVICE[question.outside])
        answer = self._inside(question)
        if question.outside and answer.status in (Status.ANSWERED, Status.CLARIFY):
            status = Status.PARTIAL if answer.status is Status.ANSWERED else answer.status
            answer = replace(answer, status=status, conclusion=answer.conclusion + OTHER_PART)
        return answer

    def _inside(self, question: Question) -> Answer:
        if question.request is Request.RIGHT and meant(self.papers, question):
            question = replace(question, request=Request.PLAN)
        evidence = retrieve(self.index, question, plans=question.request is Request.PLAN)
        if answer := self._reckoned(question, evidence):
            return answer
        if answer := self._compared(question, evidence):
            return answer
        ruled = claims.ruling(self.index, question, evidence)
        of_leave = question.request is Request.RIGHT and bool(question.topics)
        if of_leave and (ruled is None or question.regions) and (answer := self._leave(question, evidence)):
            return answer
        if ruled is not None:
            return _answer(question, Status.ANSWERED, ruled.conclusion, list(ruled.passages), evidence, ())
        return self._extract(question, evidence)

    def _reckoned(self, question: Question, evidence: list[Evidence]) -> Answer | None:
        """What the rules compute for this question, where all their provisions are in the index and state their figures."""
        for found in reckonings(question):
            items = [
                source(self.index, title, article, set(figures), question.as_of or date.today())
                for title, article, figures in found.sources
            ]
            firm = [item for item in items if item is not None and carries(item)]
            if len(firm) == len(items):
                passages = [best_passage(self.index, question, item) for item in firm]
                return _answer(question, found.status, found.conclusion, passages, evidence, found.steps)
        return None

    def _compared(self, question: Question, evidence: list[Evidence]) -> Answer | None:
        """A table over places or years, where the question compares."""
        if (found := compare(self.papers, question)) is None:
            return None
        steps = () if found.comparison.of_plans else STEPS_RIGHT
        answer = _answer(question, found.status, found.conclusion, list(found.passages), evidence, steps)
        return replace(answer, table=found.comparison.table)

    def _danger(self, question: Question) -> Answer:
        assert question.risk is not None
        found = [
            item
            for title, article in DANGER_SOURCES[question.risk]
            for item in fetch(self.index, question, title, article, "危险时的依据")[:1]
        ]
        passages = [best_passage(self.index, question, item) for item in found]
        return _answer(question, Status.HOTLINE, DANGER[question.risk], passages, found, steps=(HELP,))

    def _leave(self, question: Question, evidence: list[Evidence]) -> Answer | None:
        label = question.topics[0]
        floor = leave.national(self.index, question, label) if label in leave.NATIONAL else []
        if (
            not floor
            and question.as_of is not None
            and label in leave.NATIONAL
            and leave.known_later(self.index, label)
        ):
            if past := leave.then(self.index, question, label):
                passages = [best_passage(self.index, question, item) for item in past.evidence]
                return _answer(question, Status.PARTIAL, f"{past.sentence}。", passages, evidence, ())
            words = f"本库没有收入你问的那个时间有效的{label.split('（')[0]}规定，不能拿现在的数字回答。{HELP}。"
            return replace(refuse(words, evidence), status=Status.PARTIAL)
        if floor and not carries(floor[0]) and (label == "产假" or not question.regions):
            # the nation's figure is in conflict: neither it nor a sum that has it as a term is told
            return self._unsure(question, [self._floor_passage(question, floor[0], label)], evidence)
        if leave.needs_place(question):
            return self._ask_place(question, evidence)
        if not question.regions and floor and leave.asks_nation(question):
            passage = self._floor_passage(question, floor[0], label)
            words = shorten(passage.core or passage.quote)
            return _answer(question, Status.ANSWERED, words, [passage], evidence, STEPS_RIGHT)
        if (
            not question.regions
            and "天数" in question.slots
            and (whole := leave.nationwide(self.index, question, label))
        ):
            passages = [best_passage(self.index, question, item) for item in whole.evidence]
            near = "靠近分界" in whole.sentence
            words = f"{whole.sentence}。有的省给得更多，{'你在哪个省？' if near else '说出在哪个省能说得更准。'}"
            return _answer(
                question, Status.CLARIFY if near else Status.ANSWERED, words, passages, evidence, STEPS_RIGHT
            )
        if not question.regions or (
            "天数" not in question.slots and not question.slots & {"难产", "剖宫产", "多胞胎", "节假日", "二孩", "三孩"}
        ):
            return None
        found = leave.from_summaries(self.index, question, LONGEST_CONCLUSION)
        if not found.sentences:
            return None
        passages = [worded(self.index, question, p) for p in found.passages]
        conclusion = "；".join(s.rstrip("。；") for s in found.sentences) + "。"
        status = Status.ANSWERED if found.sure and not found.missing else Status.PARTIAL
        if not found.sure:
            conclusion += "请以12333或工会的答复为准。"
        if found.missing:
            conclusion += f"{'、'.join(found.missing)}，本库没有查到。"
        return _answer(question, status, conclusion, passages, evidence, steps=STEPS_RIGHT)

    def _floor_passage(self, question: Question, floor: Evidence, label: str) -> Passage:
        """The national words on a leave: what the leave is decides them, not what else the question tells."""
        return best_passage(
            self.index, replace(question, search=f"生育{label}多少天" if label == "产假" else f"{label}多少天"), floor
        )

    def _ask_place(self, question: Question, evidence: list[Evidence]) -> Answer | None:
        label = question.topics[0]
        floor = leave.national(self.index, question, label)
        if not floor:
            return None
        passage = self._floor_passage(question, floor[0], label)
        ends: tuple[Evidence, ...] = ()
        notes: tuple[str, ...] = ()
        if label in ("护理假（陪产假）", "育儿假"):
            words = f"国家没有统一规定{label.split('（')[0]}的天数，由各省定"
        else:
            words = shorten(passage.core or passage.quote, 90).rstrip("。")
        if (spread := leave.spread(self.index, label, question.as_of or date.today())) and spread.least != spread.most:
            words += f"；本库查到的{spread.provinces}个省{range_words(spread.least, spread.most)}"
            ends = tuple(replace(item, why=RANGE) for item in spread.ends)
            notes = (f"各省里最少的如{spread.names[0]}，最多的如{spread.names[1]}，见本库各省的假期一览",)
        conclusion = f"{words}。你在哪个省（或市）？告诉我就能说准。"
        answer = _answer(question, Status.CLARIFY, conclusion, [passage], [*ends, *evidence], steps=())
        return replace(answer, notes=(*notes, *answer.notes))

    def _extract(self, question: Question, evidence: list[Evidence]) -> Answer:
        with stage(Stage.DECIDE):
            plan, evidence, ranked, support = law_or_plans(self.index, question, evidence)
            sure = confidence(self.index, question, plan, support, ranked)
        if not ranked or sure < self.index.manifest.refuse_below:
            refused = refuse(f"本库没有找到能回答这个问题的依据，不敢乱说。{HELP}。", evidence)
            return replace(refused, trace=(f"证据不足：{sure:.2f}，要{self.index.manifest.refuse_below}",))
        if plan and (said := answer_plan(self.papers, question)):
            if said.status is Status.REFUSED:
                return refuse(said.conclusion, evidence)
            law = (
                ranked_passages(self.index, question, retrieve(self.index, question, plans=False))[:1]
                if said.as_right
                else []
            )
            near = [p for p in law if carries(p.evidence) and p.evidence.cosine >= LAW_BESIDE]
            passages = [*said.passages, *(worded(self.index, question, p) for p in near)]
            answer = _answer(question, said.status, said.conclusion, passages, evidence, ())
            return replace(answer, trace=(f"证据：{sure:.2f}",))
        ranked, doubtful = firm_first(self.index, question, plan, ranked)
        chosen = chosen_passages(self.index, question, ranked)
        lead = chosen[0]
        if plan and (missing := _missing_year(question, lead)):
            words = f"本库没有{missing}年的这份材料，最接近的是《{lead.chunk.card.title}》，不能拿来当{missing}年的用。可以问发文的工会。"
            return refuse(words, evidence)
        if not plan and not carries(lead.evidence) and re.search(r"\d", lead.quote):
            return self._unsure(question, chosen, evidence)
        source = f"《{lead.chunk.card.title}》写道：" if plan else ""
        room = LONGEST_CONCLUSION - len(source) - doubtful * len(UNCHECKED) - bool(question.outside) * len(OTHER_PART)
        conclusion = source + _words(question, lead, room)
        if limit := self._limit(question, lead):
            others = [p for p in chosen if p.chunk.provision.id != limit.chunk.provision.id]
            chosen = [limit, *others][:MOST_BASIS]
            conclusion = shorten(bare(limit.core or limit.quote), LONGEST_CONCLUSION)
        elif not plan:
            conclusion = with_second(conclusion, chosen)
        status = Status.ANSWERED
        if doubtful:
            status = Status.PARTIAL
            conclusion += UNCHECKED
        national_only = all(p.chunk.card.region == NATION for p in chosen)
        if (
            not plan
            and question.regions
            and national_only
            and decided_by_province(question)
            and "天数" in question.slots
        ):
            status = Status.PARTIAL
            conclusion = f"本库没有查到{place_name(question.regions)}的规定，这里只有国家的底线：{conclusion}"
        answer = _answer(question, status, conclusion, chosen, evidence, () if plan else STEPS_RIGHT)
        return replace(answer, trace=(f"证据：{sure:.2f}",))

    def _limit(self, question: Question, lead: Passage) -> Passage | None:
        """What limits the lead in this situation: it comes first, so that nobody reads a permission without its bar."""
        for title, article in limits_of(lead.chunk.card.title, lead.chunk.provision.article, question.search):
            for item in fetch(self.index, question, title, article, "对前一条的限制")[:1]:
                return best_passage(self.index, question, item)
        return None

    def _unsure(self, question: Question, chosen: list[Passage], evidence: list[Evidence]) -> Answer:
        words = f"本库关于这一点只有一份材料或材料互相冲突，数字不能当准，下面列出来供核对。{HELP}。"
        return _answer(question, Status.PARTIAL, words, chosen, evidence, ())


def _answer(
    question: Question,
    status: Status,
    conclusion: str,
    passages: list[Passage],
    evidence: list[Evidence],
    steps: tuple[str, ...],
) -> Answer:
    """Put the parts together: citations, basis lines, notes."""
    passages = [p for p in passages if p.quote]
    citations = tuple(cite(passage, question) for passage in passages)
    lines = tuple(source_line(citation, citation.quote) for citation in citations)
    notes = []
    if any(c.kind is Kind.RESTATEMENT for c in citations):
        notes.append(RESTATED)
    if any(c.level.is_plan for c in citations):
        notes.append("工会计划和新闻是工作安排，不是法定权利")
    if any(c.check is Check.WEAK for c in citations):
        notes.append("标「未核实」的数字不能当准")
    if any(p.chunk.card.inferred for p in passages):
        notes.append("引用文件的题名、级别、日期是据文件推断的")
    if question.regions and status is not Status.HOTLINE:
        notes.append(f"按{place_name(question.regions)}回答")
    if question.as_of is None:
        notes.append("问的是过去的规定，没有按现行有效筛选")
    notes += [f"查询日期{date.today().isoformat()}", "不构成法律意见"]
    return Answer(
        status=status,
        conclusion=conclusion,
        citations=citations,
        basis=lines,
        steps=steps,
        notes=tuple(notes),
        retrieved=tuple(merge((p.evidence for p in passages), evidence)),
    )


def _words(question: Question, lead: Passage, room: int) -> str:
    """What a conclusion says of its lead: its best run alone for a claim (the verdict goes by it) or where there is no room for more."""
    told = bare(lead.told)
    if told and len(told) <= room and not is_claim(question.asked):
        return told
    return shorten(bare(lead.core or lead.quote), room)


def _missing_year(question: Question, lead: Passage) -> str:
    """A year that a question about plans names and the lead knows nothing of, empty where there is none."""
    text = f"{lead.chunk.card.title} {lead.chunk.card.year} {lead.chunk.provision.text}"
    return next((year for year in re.findall(r"20[12]\d", question.asked) if year not in text), "")


def _explain(question: Question) -> tuple[str, ...]:
    places = place_name(question.regions) or "未说明"
    day = question.as_of.isoformat() if question.as_of else "不限（历史）"
    topics = "、".join(question.topics) or "无"
    return (
        f"理解：{question.request}；地区{places}；日期{day}；假期类别{topics}；{'、'.join(sorted(question.slots)) or '无其他条件'}",
        *question.noticed,
    )
