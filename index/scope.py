"""What may be found: place, day, and law or plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from documents.region import NATION, Region
from index.chunk import Card


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be found: where the person is, the day on which law must be in force, and whether law or plans are wanted.

    No region means national law and all plans; `as_of` None switches the validity filter off. An unknown date passes.
    `plans` True finds only plans and news, False only what is neither, None both.
    """

    regions: tuple[Region, ...] = ()
    as_of: date | None = None
    plans: bool | None = None

    def allows(self, card: Card) -> bool:
        """Whether a document may be found."""
        if self.plans is not None and card.level.is_plan != self.plans:
            return False
        if self.as_of is not None and card.in_force(self.as_of) is False:
            return False
        if not self.regions:
            return card.level.is_plan or card.region == NATION
        if card.level.is_plan:  # a plan is never a right: a province's question may also see its cities' plans
            return any(card.region.applies_to(r) or r.applies_to(card.region) for r in self.regions)
        return any(card.region.applies_to(r) for r in self.regions)
