"""Stipulations that figures do not tell: what a clause forbids, allows, asks or waives, held against rules.csv by meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rag.desk.clauses.law import Law, rows
from rag.desk.clauses.model import Verdict
from rag.desk.clauses.said import Said, names
from rag.desk.clauses.words import sentences

# Words that forbid or deny, and what ends their reach: 不得因怀孕降低工资、辞退 | 但可以调岗.
_DENIES = re.compile(
    r"(?<![学做干端拿跟扛搬听说看])不(?:依|得(?!少于|低于|超过|高于|多于|晚于|早于|超出)|准|许|应|会|允许|因|以|将|把|随意|擅自|单方|要求|得以|再要求|安排|约定|限制|影响|扣|降|减|辞|解|作为|列入|设|受|因其|因为|附加|强迫|强制|变相|无故|对|向|冲|抵|构成|予(?=解|辞|开|除|降|扣|调|退|裁))|"
    r"不(?:能|可)(?!适应|胜任|从事(?:原|本|该|现|正常|其他)|继续|上班|承担|出勤|工作|返岗|坚持|提供|按时|完成|正常|及时|到岗|抗力|以)|不可以|禁止|严禁|无需|无须|不需|不必|不用|免除(?=.{0,4}(?:扣|定额))|避免|防止|不愿意?|不想|不同意|强迫|强制要求|杜绝|拒绝|反对|制止|纠正|查处|消除|绝不|决不|毋须|未经(?:女职工)?本人"
)
_ENDS = re.compile(
    r"[。;!?]|但|可以(?!任何)|(?<!不)可(?=安排|视|适|酌|解|辞|予|按|根|要|将|给|由|延|调|从)|(?<!不)应(?:当|予)|必须|(?<!无)(?<!不)(?<!毋)须|否则|(?<![不])将(?!来)|(?<!无)有权|一律|方可|只能|视为|自动|,(?:超(?:出|过)|逾期|未(?!经)|违反|其余|多余|凡|期满|按|由|并(?:按|扣|处))|如(?=有|果|需|违|遇)|若"
)
# What follows a forbidden thing where it is named only to say what its doer has to bear.
BLAMED = re.compile(
    r"^[^。;!?]{0,24}(?:的约定|的条款|的规定|的承诺)?[^。;!?]{0,6}(?:无效|违法|违规|(?:公司|企业|单位|甲方|用人单位|责任人)?(?:应|须)?(?:当)?(?:依法)?(?:承担|支付)[^。;]{0,10}(?:责任|赔偿)|责令|(?:工会|女职工(?:委员会)?)[^。;]{0,10}(?:有权|应当?|可以?)[^。;]{0,8}(?:要求|提出|纠正|制止|投诉)|追究[^。;]{0,10}(?:责任))"
)
# A denial of what the employer does, inside what was said: 入职体检不得包含妊娠检测.
_DENIED_INSIDE = re.compile(
    r"不(?:得|应|准|能|可|会)?(?:再)?(?:包含|包括|含|设置|设|将|作为|列入|进行|安排|询问|限制|要求|增加|附加|开展|规定|约定|采取|出现|因(?:此|其|为))(?!适当)|禁止|严禁|取消(?:对|了)|无需"
)
# Who cheats, who stays away after the leave is over, or who harasses others loses nothing that the law protects.
JUST = re.compile(
    r"虚假|伪造|弄虚作假|骗取|私吞|贪污|侵占|挪用|盗窃|冒用|转让|擅自延长|超假|逾期(?:不|未)(?:归|返|到岗|销)|(?:期满|届满|结束|休完)(?:后|之后)?[^。;]{0,10}(?:无正当理由|不返|不到岗|未返|未到岗|不归|未归|仍未|旷工)|"
    r"骚扰(?:者|行为人|他人)|(?:给予|对)(?:加害|行为人|实施)|加害|期满[^。;]{0,24}(?:医疗机构|医院|医生)[^。;]{0,14}病假"
)
_CONTINUES = re.compile(
    r"^(?:但|除|如|若|经|确|因|特殊|超过|逾期|否则|上述|以上|其|该|未|本人|期间|休假|此|同时|对|凡|违|拒|不|须|需|应|由|可|每|按|工资|待遇|费用|时间|当|公司|企业|单位|甲方|部门|员工|职工|提前|天数|标准|备注|说明|条件|期限|必须|申请|请假|有|在|期满|津贴|产假期间)"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of rules.csv: in words about `about`, what is `said` (not where `unless` fits) gets `verdict`.

    `negation` 禁: not where the words are denied; 须: only where they are denied; '': either way.
    """

    name: str
    matter: str
    verdict: Verdict
    about: re.Pattern[str]
    said: re.Pattern[str]
    unless: re.Pattern[str] | None
    negation: str
    title: str
    articles: tuple[str, ...]
    holds: str
    reason: str
    proposal: str


@cache
def stipulations() -> tuple[Rule, ...]:
    """Read rules.csv."""
    return tuple(
        Rule(
            row["name"],
            row["matter"],
            Verdict(
                {"低于": "低于法定标准", "等于": "等于法定标准", "高于": "高于法定标准"}.get(
                    row["verdict"], row["verdict"]
                )
            ),
            re.compile(row["about"]),
            re.compile(row["said"]),
            re.compile(row["unless"]) if row["unless"] else None,
            row["negation"],
            row["title"],
            tuple(row["article"].split("|")),
            row["holds"],
            row["reason"],
            row["proposal"],
        )
        for row in rows("rules.csv")
    )


def judge_stipulations(law: Law, text: str, heading: str) -> Iterator[Said]:
    """Hold a normalised clause under a heading against every rule, sentence by sentence.

    A sentence without a subject of its own goes on with what the one before it is about.
    """
    before = heading
    for sentence in sentences(text):
        around = (
            f"{before}。{sentence}"
            if _CONTINUES.match(_bare(sentence)) or len(sentence) < 16
            else f"{heading}。{sentence}"
        )
        just = JUST.search(sentence) is not None
        for rule in stipulations():
            if just and rule.negation == "禁":
                continue
            if (made := _held(law, rule, sentence, around)) is not None:
                yield made
        before = around if len(around) < 160 else sentence


def _bare(sentence: str) -> str:
    return re.sub(r"^(?:第\d+条|第[一二三四五六七八九十百]+条|[(（][^()（）]{1,4}[)）]|\d+[.、)])\s*", "", sentence)


def _held(law: Law, rule: Rule, sentence: str, around: str) -> Said | None:
    if not rule.about.search(around):
        return None
    for match in rule.said.finditer(sentence):
        if rule.unless and rule.unless.search(sentence):
            return None
        if rule.negation == "禁" and _DENIED_INSIDE.search(match[0], 2):
            continue
        is_denied = denied(sentence, match.start())
        if rule.negation == "禁" and (is_denied or BLAMED.match(sentence[match.end() :])):
            continue
        if rule.negation == "须" and not is_denied:
            continue
        return _made(law, rule, around)
    return None


def denied(sentence: str, at: int) -> bool:
    """Whether what begins at a place stands within the reach of a word that forbids or denies it."""
    if sentence[max(0, at - 1) : at] in ("不", "未", "无", "非", "勿"):
        return True
    last = None
    for match in _DENIES.finditer(sentence, 0, at):
        last = match
    return last is not None and not _ENDS.search(sentence[last.end() : at])


def _made(law: Law, rule: Rule, around: str) -> Said | None:
    """The verdict of a rule that fits, where a provision of it is in force here on the day; else nothing can be held against."""
    # of several articles the one whose matter the words name: 哺乳 is 第九条, 检查 第六条
    article = rule.articles[0]
    if len(rule.articles) > 1:
        article = next((a for a in rule.articles if (words := _ARTICLE_WORDS.get(a)) and words.search(around)), article)
    sources = law.provision(rule.title, article, rule.holds)
    if not sources:
        reason = f"这一条碰到{rule.matter}，但那一天有效的规定本库没有，不下结论。"
        return Said(Verdict.UNSURE, rule.matter, reason) if rule.verdict is Verdict.BELOW else None
    matter = next((name for name, words in _MATTER_WORDS if words.search(around)), rule.matter)
    matter = matter if len(rule.articles) > 2 else rule.matter
    weak = rule.verdict is Verdict.BELOW and sources[0].check is not None and not sources[0].check.carries_figures
    verdict = Verdict.UNSURE if weak else rule.verdict
    return Said(verdict, matter, rule.reason.format(source=names(sources)), sources, rule.proposal)


_ARTICLE_WORDS = {
    "第九条": re.compile(r"哺乳|喂奶|授乳"),
    "第六条": re.compile(r"检查|产检|夜班|加班|减轻|适应"),
    "第十一条": re.compile(r"骚扰"),
    "第七条": re.compile(r"产假|流产|生育"),
    "第四十六条": re.compile(r"男"),
}
# A rule over several articles names the matter that its words are about.
_MATTER_WORDS = (
    ("性骚扰", re.compile(r"骚扰")),
    ("哺乳时间", re.compile(r"哺乳时间|喂奶|授乳|挤奶")),
    ("产前检查", re.compile(r"产前检查|产检|孕检")),
    ("流产假", re.compile(r"流产")),
    ("产假", re.compile(r"产假|产前休")),
    ("孕期减轻劳动", re.compile(r"减轻|适应|调岗")),
    ("孕期夜班和加班", re.compile(r"(?:孕|妊娠).*(?:夜班|加班)")),
    ("哺乳时间", re.compile(r"哺乳")),
)
