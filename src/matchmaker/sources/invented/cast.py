"""Who plays which part: the numbers of the special people, the same for every seed and size of world.

Numbers 101 to 225 are reserved for the parts below; elsewhere a part follows from the number alone, so that a test
or a tutorial can name a person without searching for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

Part = Literal[
    "ordinary", "dual", "mover", "placeless", "interests_only", "one_paper", "international", "stopped", "namesake"
]

TODAY: Final = date(2026, 6, 30)
FIRST_YEAR: Final = 2010
LEAST_PEOPLE: Final = 300
MOST_PEOPLE: Final = 99_999
COLLABORATORS: Final = 57
NAMESAKES: Final[Mapping[int, str]] = MappingProxyType({224: "PT", 225: "BR"})
NAMESAKE: Final = "Inês Queirós Dias"
_RESERVED: Final[tuple[tuple[range, Part], ...]] = (
    (range(101, 141), "interests_only"),
    (range(141, 201), "one_paper"),
    (range(201, 223), "international"),
    (range(223, 224), "stopped"),
    (range(224, 226), "namesake"),
)


@dataclass(frozen=True, slots=True)
class EdgeCase:
    """A case that the world holds on purpose: `ids` where they are few, else the `share` of all people, in [0, 1]."""

    says: str
    ids: tuple[str, ...] = ()
    share: float | None = None


def person_id(number: int) -> str:
    """The identifier of a person; `.invalid` can never be anyone's address (RFC 2606)."""
    return f"https://demo.invalid/people/P{number:05d}"


def work_id(number: int) -> str:
    """The identifier of a work."""
    return f"https://demo.invalid/works/W{number:06d}"


def institution_id(number: int) -> str:
    """The identifier of an organisation."""
    return f"https://demo.invalid/institutions/I{number:04d}"


def part_of(number: int) -> Part:
    """The part that person `number` (1 or more) plays."""
    for numbers, part in _RESERVED:
        if number in numbers:
            return part
    if number % 10 == 4:
        return "dual"
    if number % 25 in (3, 16):
        return "mover"
    return "placeless" if number % 50 == 17 else "ordinary"


def _ids(part: Part) -> tuple[str, ...]:
    return tuple(person_id(number) for number in range(101, 226) if part_of(number) == part)


EDGE_CASES: Final[Mapping[str, EdgeCase]] = MappingProxyType(
    {
        "interests_only": EdgeCase(
            "no works; a statement of interests and a declared affiliation", _ids("interests_only")
        ),
        "one_paper": EdgeCase("exactly one work; everyone else has none, or two to forty", _ids("one_paper")),
        "international": EdgeCase("at an international organisation, without a country", _ids("international")),
        "stopped": EdgeCase("last work in 2012 or before", _ids("stopped")),
        "namesakes": EdgeCase("the same name, one in Portugal and one in Brazil", _ids("namesake")),
        "collaboration": EdgeCase(f"a work with {COLLABORATORS} authors", (work_id(1),)),
        "dual": EdgeCase("two current organisations in two countries: numbers ending in 4", share=0.10),
        "mover": EdgeCase("moved to another country: number modulo 25 is 3 or 16", share=0.08),
        "placeless": EdgeCase("no organisation and no country on any work: number modulo 50 is 17", share=0.02),
    }
)
