"""One answered list as the decision log keeps it: how many of which group were left at each step, and who was shown.

People stand in it under pseudonyms, and beside each pseudonym stand groups only. The words of a question are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# attribute → group → people. Attributes of people are those of `matchmaker.groups`; "unknown" is a group.
Counts = Mapping[str, Mapping[str, int]]

# The steps every list goes through, whatever its filters: those who can be compared at all; those no rule, filter or
# declared term leaves out; those whom safeguards do not hold back either; those fetched and scored; those near enough
# to be chosen from, with those who fill places that nobody nearer is left for; those shown.
STAGES = ("pool", "eligible", "not_blocked", "ranked", "relevant", "shown")
Stage = Literal["pool", "eligible", "not_blocked", "ranked", "relevant", "shown"]


@dataclass(frozen=True, slots=True)
class EquityOutcome:
    """What the equity step was told and what it did to one list.

    `target` maps each group to its share as an exact fraction in text ("3/10"); empty where there was no target.
    `source` says where the shares came from (`pool`, `uniform`, `policy` …), `set_by` and `why` who set them and for
    what reason. `ndcg` in [0, 1] compares with the order by score; `ndcg_floor` is what it may not fall below, and
    `held` in [0, 1] the part of the target that was held above it (1: all of it). `largest_fall` is the most places
    that anybody of the first k by score was moved down (who left the list counts as at place k + 1). `unmet` maps a
    group to the places of its floor that nobody could fill; `spared` are groups with a share and no floor.
    """

    attribute: str
    method: str
    target: Mapping[str, str]
    source: str
    set_by: str
    why: str
    ndcg: float
    ndcg_floor: float
    held: float
    floors_met: bool
    largest_fall: int
    unmet: Mapping[str, int]
    spared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownPeople:
    """Those shown, best place first; every sequence runs along the places.

    `people` are pseudonyms, `countries` those they would join from ("" where unknown or international), `groups` maps
    an attribute to the group of each. `rank_before` is the rank in the order by score.
    """

    people: tuple[str, ...]
    countries: tuple[str, ...]
    scores: tuple[float, ...]
    rank_before: tuple[int, ...]
    groups: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ListEvent:
    """One answered list.

    `seeker` maps attributes to the seeker's groups, `home` is the country partners are sought from beyond ("" where
    none is known). `stages` has the counts of `STAGES`; `filters` the counts left after each filter in the order they
    acted, beginning with ("index", everybody). `crossed` has, for some stages, counts of pairs of attributes, keyed
    "income_group×profile" → "L×thin". `by_score` are the groups of the first k by score, before the equity step, and
    `relevance` the mean score of each group among the relevant (attribute → group → mean).
    """

    at: datetime
    run_id: str
    role: str
    direction: Literal["text", "person"]
    call: str | None
    generation: str
    k: int
    seeker: Mapping[str, str]
    home: str
    stages: Mapping[str, Counts]
    crossed: Mapping[str, Counts]
    filters: tuple[tuple[str, Counts], ...]
    shown: ShownPeople
    by_score: Mapping[str, tuple[str, ...]]
    relevance: Mapping[str, Mapping[str, float]]
    equity: EquityOutcome


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a suggestion, as the programme loaded it: `stage` is contacted, responded, applied or funded."""

    run_id: str
    person: str
    stage: Literal["contacted", "responded", "applied", "funded"]


@dataclass(frozen=True, slots=True)
class Declared:
    """What people declared about themselves for reporting: attribute → person id → group. Nothing here is inferred."""

    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
