"""The verification gate: nothing leaves that its citations do not carry.

Every quote must stand in its chunk character for character, every citation must be among what was retrieved, and every
figure of the conclusion must stand in a cited provision (or be a sum that the conclusion itself shows).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.figures import figures
from rag.model import Citation, Evidence

_SUM = re.compile(r"(?P<total>\d+)\s*天?\s*=\s*(?P<terms>[^，。；;]+)")
_LABELS = re.compile(
    r"《[^》]*》|第[一二三四五六七八九十百千零〇]+[条款项](?:之[一二三四五六七八九十]+)?|\[\d+\]|共\d+项|本库查到的\d+个省|(?<!\d)(?:12\d{3}|110|120)(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found: `faults` in words, empty when all stands."""

    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was at fault."""
        return not self.faults


def check_citations(citations: Sequence[Citation], retrieved: Sequence[Evidence]) -> Verdict:
    """Hold citations against what was retrieved: closed set, and each quote character for character."""
    texts = {item.chunk.id: item.chunk.text for item in retrieved}
    faults = []
    for citation in citations:
        if citation.chunk_id not in texts:
            faults.append(f"引用了没有检索到的片段 {citation.chunk_id}")
        elif not citation.quote or citation.quote not in texts[citation.chunk_id]:
            faults.append(f"引文不在片段 {citation.chunk_id} 里")
    return Verdict(tuple(faults))


def check_figures(sentence: str, sources: Sequence[str], allowed: str = "") -> Verdict:
    """Hold a sentence's figures against its sources.

    Parameters: the sentence; the texts it rests on; further text whose figures may be said (titles, the question's day).
    Figures inside 《》, article labels, citation marks and hotline numbers do not count. A total is carried by a shown sum
    whose terms are carried.
    """
    known = set().union(*(figures(text) for text in sources)) | figures(allowed)
    bare = _LABELS.sub("", sentence)
    for match in _SUM.finditer(bare):
        terms = [int(n) for n in re.findall(r"\d+(?=\s*天)", match["terms"])]
        if terms and sum(terms) == int(match["total"]) and all(str(term) in known for term in terms):
            known.add(match["total"])
    missing = sorted(figures(bare) - known)
    return Verdict(tuple(f"数字{number}在引用的条文里找不到" for number in missing))
