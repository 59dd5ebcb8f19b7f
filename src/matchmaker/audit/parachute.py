"""Works about a country that nobody affiliated there has signed.

After domain note 5.6 (parachute ratio). What a work is about is read off the country names in its title and abstract,
which is a signal and no proof: a name in a text is not a study there. It says nothing about single people or works.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchmaker.audit.bylines import GROUPS, ByLines, Numbers
from matchmaker.audit.cells import Thresholds, not_shown
from matchmaker.audit.mentions import countries_named
from matchmaker.audit.proportions import GROUP_NAMES, NO_SHARE, enough, spoken
from matchmaker.domain.balance import Parachute
from matchmaker.domain.reports import Finding
from matchmaker.matching.arrays import BoolArray
from matchmaker.places.resolve import display_name
from matchmaker.places.sets import income_group

# A text that names more countries than this lists them, and is about none of them in particular.
MOST_NAMED: Final = 5
# Above this part without a local author there is something to look at.
HALF: Final = 0.5


@dataclass(frozen=True, eq=False)
class _Studies:
    """Pairs of a work and a country it is about: `local` where somebody on the by-line is affiliated there."""

    work: Numbers
    code: np.ndarray
    local: BoolArray


def parachute(
    lines: ByLines, texts: pa.ChunkedArray, window: tuple[int, int], least: Thresholds
) -> tuple[tuple[Parachute, ...], dict[str, int]]:
    """One row per income group and per country that enough works are about, and how many works were left out and why.

    `texts[w]` is title and abstract of work w of `lines`. A work counts for each country it names, at most
    `MOST_NAMED`; in the rows of income groups, once for each of its countries there. Judged are works on which every
    name has a known country, because a missing one may be the local author. Any country of a by-line makes its author
    local, not only the first. Countries with too few works or people are not listed.
    """
    studies, left_out = _studies(lines, texts, lines.within(window))
    cells = {code: _people(lines, studies, studies.code == code) for code in np.unique(studies.code).tolist()}
    groups: dict[str, list[str]] = {
        group: [c for c in cells if income_group(c, lines.as_of) == group] for group in GROUPS
    }
    rows = [_row(lines, studies, group, codes, least) for group, codes in groups.items()]
    shown = [code for row in rows for code in _listed(cells, groups[row.country], row.withheld, least)]
    left_out["countries with too few works or people to show"] = len(cells) - len(shown)
    rows += sorted(
        (_row(lines, studies, code, [code], least) for code in shown), key=lambda r: (-(r.about or 0), r.country)
    )
    return tuple(rows), left_out


def _listed(cells: Mapping[str, int], codes: list[str], no_total: bool, least: Thresholds) -> list[str]:
    """The countries of one income group that are shown, so that its row does not tell those that are not."""
    people = {code: cells[code] for code in codes}
    if no_total:
        return [code for code, count in people.items() if count >= least.withheld_below]
    return sorted(people.keys() - not_shown(people, least.withheld_below))


def _studies(lines: ByLines, texts: pa.ChunkedArray, within: BoolArray) -> tuple[_Studies, dict[str, int]]:
    works = np.flatnonzero(within)
    found = countries_named(texts.take(pa.array(works)))
    row, code = found.row, np.array(found.code, dtype="<U2")
    many = np.bincount(row, minlength=len(works)) > MOST_NAMED
    placed, names = lines.placed[works], lines.names[works]
    named = np.unique(row)
    left_out = {
        "works that name what could be several places, a person or a thing": len(found.refused),
        f"works that name more than {MOST_NAMED} countries": int(many.sum()),
        "works about a country on which no name has a known country": int((~many & (placed == 0))[named].sum()),
        "works about a country on which some names have no known country": int(
            (~many & (placed > 0) & (placed < names))[named].sum()
        ),
    }
    kept = (~many & (placed == names))[row]
    work, code = works[row[kept]], code[kept]
    return _Studies(work, code, _local(lines, work, code)), left_out


def _local(lines: ByLines, work: Numbers, code: np.ndarray) -> BoolArray:
    number = {each: place for place, each in enumerate(lines.codes)}
    asked = work * (len(number) + 1) + np.array(
        [number.get(each, len(number)) for each in code.tolist()], dtype=np.int64
    )
    there = lines.work[lines.named_row] * (len(number) + 1) + lines.named
    return np.isin(asked, there)


def _people(lines: ByLines, studies: _Studies, about: BoolArray) -> int:
    """How many works or people a cell rests on, whichever are fewer."""
    signed = np.zeros(len(lines.texts), dtype=np.bool_)
    signed[studies.work[about]] = True
    return min(int(about.sum()), len(np.unique(lines.person[signed[lines.work]])))


def _row(lines: ByLines, studies: _Studies, name: str, codes: list[str], least: Thresholds) -> Parachute:
    about = np.isin(studies.code, codes)
    if 0 < _people(lines, studies, about) < least.withheld_below:
        return Parachute(name, None, NO_SHARE, True, f"fewer than {least.withheld_below} works or people")
    n = int(about.sum())
    note = "" if n >= least.fewest else f"no share on fewer than {least.fewest} works"
    return Parachute(name, n, enough(int((about & ~studies.local).sum()), n, least.fewest), note=note)


def titles_and_abstracts(lines: ByLines, texts: pa.Table, abstracts: pa.Table | None) -> pa.ChunkedArray:
    """The text of each work of `lines`, from the index's table of texts and, where there is one, a table of work_id and
    abstract."""
    kept = texts.select(["id", "title"]).take(pa.array(lines.texts))
    if abstracts is None:
        return kept["title"]
    at = pc.index_in(kept["id"], abstracts["work_id"].combine_chunks())
    return pc.binary_join_element_wise(kept["title"], pc.fill_null(abstracts["abstract"].take(at), ""), "\n")


def parachute_findings(rows: tuple[Parachute, ...]) -> tuple[Finding, ...]:
    """Countries (and income groups) of whose works more than half have nobody affiliated there, beyond the interval."""
    return tuple(_finding(row) for row in rows if (row.without_local_author.low or 0.0) > HALF)


def _finding(row: Parachute) -> Finding:
    found, group = row.without_local_author, row.country in GROUPS
    name = GROUP_NAMES[row.country] if group else display_name(row.country)
    text = (
        f"Of {row.about} works whose title or abstract names {'one of the ' if group else ''}{name}, {spoken(found)} "
        "have no author affiliated there; read some of them before concluding anything."
    )
    attribute = "income_group" if group else "country"
    return Finding(text, attribute, row.country, "without_local_author", found.value, found.low, found.high)
