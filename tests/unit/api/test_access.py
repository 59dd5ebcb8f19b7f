"""Promises of the table of access: it says what the safeguards do, and it refuses what it does not know."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from matchmaker.errors import InputError, SourceError
from matchmaker.safeguards.cases import Decision, Fired
from matchmaker.safeguards.visibility import visible_to
from matchmaker_api.access import RIGHTS, ROLES, VISITOR, may, read, table

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "access.md"
WRITTEN = (resources.files("matchmaker_api") / "access.toml").read_text(encoding="utf-8")
SAFEGUARD_ROLES = sorted(set(ROLES) - {"operator"})
DECISION = Decision(
    "block", date(2026, 11, 20),
    (Fired("G1", "block", "listed", "“A”", "UN_SC", "un-1"),
     Fired("G14", "block", "a clause", "min-ms", scope="eligibility")),
)  # fmt: skip


@pytest.mark.parametrize("role", SAFEGUARD_ROLES)
def test_the_table_says_what_the_safeguards_show(role: str) -> None:
    shown = repr(visible_to(role, DECISION))
    assert may(role, "safeguard_reasons") == ("un-1" in shown)
    assert may(role, "clause_failures") == ("min-ms" in shown)
    assert may(role, "log") == ("G1" in shown and "un-1" not in shown)
    assert may(role, "aggregate_counts") == (visible_to(role, DECISION) == {})


@pytest.mark.parametrize("what", sorted(RIGHTS))
def test_who_shows_no_key_may_see_none_of_it(what: str) -> None:
    assert not may(VISITOR, what)
    assert any(may(role, what) for role in ROLES)


def test_who_runs_the_machine_reads_no_reasons() -> None:
    assert [what for what in RIGHTS if may("operator", what)] == ["verify_log"]


@pytest.mark.parametrize(("role", "what"), [("visitor", "log"), ("operator", "logs"), ("", ""), ("Operator", "log")])
def test_unknown_roles_and_rights_are_errors(role: str, what: str) -> None:
    with pytest.raises(InputError) as error:
        may(role, what)
    assert error.value.hint


WRONG = {
    "another right": WRITTEN + '\n[budget]\nmeans = "x"\nroles = ["operator"]\n',
    "a right less": WRITTEN.partition("[verify_log]")[0],
    "an unknown role": WRITTEN.replace('"programme_staff"', '"programme_stuff"'),
    "a role twice": WRITTEN.replace('["programme_staff"]', '["programme_staff", "programme_staff"]'),
    "nobody": WRITTEN.replace('["programme_staff"]', "[]"),
    "no meaning": re.sub('means = "whether.*"', "", WRITTEN),
    "another key": WRITTEN + "except = []\n",
    "no TOML": WRITTEN + "[",
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_table_that_is_not_what_this_version_needs_is_refused(what: str) -> None:
    assert WRONG[what] != WRITTEN
    with pytest.raises(SourceError):
        read(WRONG[what])


def test_the_page_about_access_says_what_the_table_says() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {right: set(re.findall(r"`(\w+)`", roles)) for right, roles in rows} == {
        right: set(said.roles) for right, said in table().items()
    }
