"""Funded Horizon Europe projects, as CORDIS publishes them, as teams; what CORDIS does not say stays unknown."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from matchmaker.domain.teams import Org, Partner, Person, Project, Team
from matchmaker.rules.windows import DAYS_PER_MONTH

PROJECTS = "cordis/projects_dev_2021_2024.parquet"
PARTICIPANTS = "cordis/participants_dev_2021_2024.parquet"
SETTING = "MATCHMAKER_REAL_DATA"

ROLES = {
    "coordinator": "coordinator", "participant": "beneficiary", "associatedPartner": "associated",
    "thirdParty": "affiliated",
}  # fmt: skip
MOST_INVESTIGATORS = 4
ORG_TYPES = {"HES": "university", "REC": "research_org", "PRC": "company", "PUB": "public_body", "OTH": "other"}
_OF_PROJECTS = ("project_id", "funding_scheme", "call", "topic", "start_date", "end_date", "total_cost",
                "ec_max_contribution")  # fmt: skip
_OF_PARTICIPANTS = ("project_id", "order", "org_id", "role", "country_raw", "activity_type", "sme", "ec_contribution",
                    "total_cost")  # fmt: skip
_YEAR = re.compile(r"20[12]\d")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """A funding scheme of CORDIS and the preset that states its default conditions.

    `within` must stand in the id of the call where a scheme holds several actions. With `hosted` the coordinator is the
    host of a fellow or principal investigator, who exists and is not named. `variant` goes to the project.
    """

    scheme: str
    preset: str
    within: str = ""
    hosted: bool = False
    variant: str | None = None

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.scheme} {self.within}".strip()


ACTIONS = (
    Action("HORIZON-RIA", "he-ria"),
    Action("HORIZON-IA", "he-ria"),
    Action("HORIZON-JU-RIA", "he-ria"),
    Action("HORIZON-JU-IA", "he-ria"),
    Action("HORIZON-CSA", "he-csa"),
    Action("HORIZON-JU-CSA", "he-csa"),
    Action("HORIZON-TMA-MSCA-DN", "msca-dn", variant="standard"),
    Action("HORIZON-TMA-MSCA-DN-ID", "msca-dn", variant="industrial"),
    Action("HORIZON-TMA-MSCA-DN-JD", "msca-dn", variant="joint"),
    Action("HORIZON-TMA-MSCA-PF-EF", "msca-pf-ef", hosted=True),
    Action("HORIZON-ERC", "erc-stg-2027", within="-STG", hosted=True),
    Action("HORIZON-ERC-SYG", "erc-syg"),
)


@dataclass(frozen=True, slots=True)
class Funded:
    """A funded project: the action it is judged as, the year of its call, its topic, and its team."""

    id: str
    action: Action
    year: int
    topic: str
    team: Team

    @property
    def day(self) -> date:
        """The day it is judged on. Deadlines are not in CORDIS; association to Horizon Europe goes by call year."""
        return date(self.year, 7, 1)


def is_there(data: Path) -> bool:
    """Whether the folder holds both tables."""
    return (data / PROJECTS).is_file() and (data / PARTICIPANTS).is_file()


def read(data: Path) -> tuple[list[Funded], Counter[str]]:
    """All projects of an action that a preset describes, by id; and how many others there are, by scheme."""
    members: dict[str, list[Row]] = defaultdict(list)
    for row in pq.read_table(data / PARTICIPANTS, columns=list(_OF_PARTICIPANTS)).to_pylist():
        members[row["project_id"]].append(row)
    found, others = list[Funded](), Counter[str]()
    for row in pq.read_table(data / PROJECTS, columns=list(_OF_PROJECTS)).to_pylist():
        action = action_of(row)
        if action is None:
            others[row["funding_scheme"]] += 1
        else:
            found.append(_funded(row, action, sorted(members[row["project_id"]], key=lambda each: each["order"])))
    return sorted(found, key=lambda each: each.id), others


def action_of(row: Row) -> Action | None:
    """The action of a project, None where no preset describes it."""
    scheme, call = row["funding_scheme"], row["call"].upper()
    return next((action for action in ACTIONS if action.scheme == scheme and action.within in call), None)


def _funded(row: Row, action: Action, members: Sequence[Row]) -> Funded:
    year = _YEAR.search(row["call"])
    if year is None:
        raise ValueError(f"the call {row['call']!r} of project {row['project_id']} names no year")
    days = (date.fromisoformat(row["end_date"]) - date.fromisoformat(row["start_date"])).days
    project = Project(
        duration_months=Fraction(days) / DAYS_PER_MONTH,
        requested=_exact(row["ec_max_contribution"]),
        budget=_exact(row["total_cost"]),
        variant=action.variant,
    )
    partners = tuple(partner(member, action.hosted) for member in members)
    if action.preset == "erc-syg":
        partners = _some_without_an_investigator(partners)
    return Funded(row["project_id"], action, int(year[0]), row["topic"], Team(partners, project))


def partner(row: Row, hosted: bool = False) -> Partner:
    """One participant. Money that is missing is not known; so are a plan for equality, owners, and persons."""
    given = _exact(row["ec_contribution"])
    is_host = hosted and row["role"] == "coordinator"
    org = Org(
        row["org_id"],
        row["country_raw"],
        ORG_TYPES[row["activity_type"]],
        sme={"true": True, "false": False}.get(row["sme"]),
    )
    return Partner(
        org,
        "host" if is_host else ROLES[row["role"]],
        funded=None if given is None else given > 0,
        requested=given,
        budget=_exact(row["total_cost"]),
        person=Person() if is_host else None,
    )


def _some_without_an_investigator(partners: tuple[Partner, ...]) -> tuple[Partner, ...]:
    """Of more than four organisations some only host members of teams; CORDIS does not say which."""
    counted = [each for each in partners if each.role in ("coordinator", "beneficiary")]
    if len(counted) <= MOST_INVESTIGATORS:
        return partners
    return tuple(
        replace(each, flags={"hosts_no_pi": None}) if each.role == "beneficiary" else each for each in partners
    )


def _exact(amount: float | None) -> Fraction | None:
    return None if amount is None or amount != amount else Fraction(str(amount))
