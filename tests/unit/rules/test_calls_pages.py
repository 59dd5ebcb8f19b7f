"""What the pages on calls, teams and eligibility say is what the code does, and every word of the code stands there."""

from __future__ import annotations

import json
import re
import textwrap
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from tests.unit.rules.parties import party, verdict

from matchmaker.domain.calls import AnyClause, Effect, Group, OnUnknown, type_of
from matchmaker.domain.teams import ORG_TYPES
from matchmaker.errors import InputError
from matchmaker.places.own_tables import own_tables
from matchmaker.places.sets import refs
from matchmaker.rules.findings import Finding, Status
from matchmaker.rules.language import read_call
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.team import RESULTS, TeamVerdict, judge
from matchmaker.rules.teams import team_of
from matchmaker_api.calling import check_team

DOCS = Path(__file__).parents[3] / "docs" / "reference"
CALLS, TEAMS = ((DOCS / page).read_text(encoding="utf-8") for page in ("calls.md", "teams.md"))


def _blocks(page: str, language: str) -> list[str]:
    return [textwrap.dedent(found) for found in re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)]


WHOLE = [text for text in (*_blocks(CALLS, "yaml"), *_blocks(TEAMS, "yaml")) if text.startswith("schema:")]
CLAUSES = [text for text in _blocks(CALLS, "yaml") if text.startswith("- ")]
SMALLEST = WHOLE[0].partition("clauses:\n")[0] + "clauses:\n"
COMPLETE = WHOLE[1]
TEAM_BLOCKS = [json.loads(text) for text in (*_blocks(CALLS, "json"), *_blocks(TEAMS, "json"))]


def _in_smallest(clauses: str) -> str:
    return SMALLEST + textwrap.indent(clauses, "  ")


def _all_clauses(clauses: tuple[AnyClause, ...]) -> list[AnyClause]:
    inner = [part for each in clauses if isinstance(each, Group) for part in _all_clauses(each.clauses)]
    return [*clauses, *inner]


def _section(page: str, title: str) -> str:
    """What stands under the heading that names `title`, up to the next heading."""
    return next(part for part in re.split(r"\n##+ ", page)[1:] if title in part.partition("\n")[0])


def _said(page: str, word: str) -> bool:
    """Whether the word stands there as code, alone or with what it takes (`{ref: …}`, `funded: true`).

    Examples do not count: they show a word, but do not say it.
    """
    code = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
    return re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", "\n".join(code)) is not None


def _begins_a_row(page: str, word: str) -> bool:
    """Whether the word stands in the first cell of a row of a table."""
    cells = [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| ")]
    return _said("\n".join(cells), word)


def _allowed_in_call(document: dict[str, Any]) -> list[str]:
    """The words that the reader of calls names when it refuses the key or word `?`."""
    with pytest.raises(InputError) as refused:
        read_call(json.dumps(document), "call.json")
    return refused.value.hint.removeprefix("allowed: ").removeprefix("types: ").split(", ")


def _allowed_in_team(document: dict[str, Any]) -> list[str]:
    with pytest.raises(InputError) as refused:
        team_of(document)
    return refused.value.hint.removeprefix("allowed: ").split(", ")


def _call(**more: Any) -> dict[str, Any]:
    written = yaml.safe_load(WHOLE[0])
    return json.loads(json.dumps({**written, **more}, default=str))  # type: ignore[no-any-return]


def _clause(**more: Any) -> dict[str, Any]:
    return _call(clauses=[{"id": "a", **more}])


_COUNT: dict[str, Any] = {"type": "count", "of": "entities", "min": 1}
TYPES = _allowed_in_call(_clause(type="?"))


@pytest.mark.parametrize("text", WHOLE)
def test_every_call_of_the_pages_is_read(text: str) -> None:
    assert read_call(text, "calls.md").clauses


@pytest.mark.parametrize("text", CLAUSES)
def test_every_example_of_a_clause_stands_in_the_smallest_call(text: str) -> None:
    assert rulebook(read_call(_in_smallest(text), "calls.md"))


def test_every_type_of_clause_has_a_section_with_an_example() -> None:
    read = [each for text in CLAUSES for each in read_call(_in_smallest(text), "calls.md").clauses]
    assert {type_of(each) for each in read} == set(TYPES)
    headings = " ".join(line for line in CALLS.splitlines() if line.startswith("### "))
    assert [word for word in TYPES if f"`{word}`" not in headings] == []


@pytest.mark.parametrize("word", TYPES)
def test_every_key_of_a_type_of_clause_stands_in_its_section(word: str) -> None:
    common = {"id", "type", "text", "source", "effect", "on_unknown", "when"}
    keys = set(_allowed_in_call(_clause(type=word, **{"?": 1})))
    assert common <= keys
    section = _section(CALLS, f"`{word}`")
    assert [key for key in sorted(keys - common) if not _said(section, key) and f"{key}:" not in section] == []
    assert [key for key in sorted(common) if f"| `{key}` |" not in _section(CALLS, "Clauses")] == []


@pytest.mark.parametrize(
    ("title", "document"),
    [
        ("keys of a call", _call(**{"?": 1})),
        ("Counting", _call(counting={"?": 1})),
        ("Places", _call(place={"international": [{"?": 1}]})),
        ("Sets", _call(sets={"A": {"?": 1}})),
        ("Predicates", _clause(**_COUNT, where={"?": 1})),
        ("When", _clause(**_COUNT, when={"?": 1})),
        ("`time_since`", _clause(type="time_since", who="pi", event="phd_award", max_years=1, extensions=[{"?": 1}])),
        ("Clauses", _clause(**_COUNT, effect="?")),
    ],
    ids=str,
)
def test_every_key_that_needs_words_has_a_row(title: str, document: dict[str, Any]) -> None:
    words = _allowed_in_call(document)
    assert [word for word in words if not _begins_a_row(_section(CALLS, title), word)] == []


@pytest.mark.parametrize(
    ("title", "document"),
    [
        ("keys of a call", _call(provenance={"?": 1})),
        ("Dates", _call(dates={"?": 1})),
        ("Sets", _call(sets={"A": {"ref": "ldc", "at": "?"}})),
        ("Places", _call(place={"?": 1})),
        ("Places", _call(place={"territories": "?"})),
        ("Places", _call(place={"international": [{"match": "?", "as": "hq"}]})),
        ("Places", _call(place={"international": [{"match": "io", "as": "?"}]})),
        ("Counting", _call(counting={"roles": ["?"]})),
        ("Predicates", _clause(**_COUNT, where={"country": {"?": 1}})),
        ("Predicates", _clause(**_COUNT, where={"citizenship": {"?": 1}})),
        ("Predicates", _clause(**_COUNT, where={"org_type": ["?"]})),
        ("Predicates", _clause(**_COUNT, where={"sector": "?"})),
        ("Predicates", _clause(**_COUNT, where={"years_since_phd": {"?": 1}})),
        ("When", _clause(**_COUNT, when={"count": {"?": 1}})),
        ("When", _clause(**_COUNT, when={"project": {"?": 1}})),
        ("When", _clause(**_COUNT, when={"project": {"field": "?", "eq": 1}})),
        ("Clauses", _clause(**_COUNT, on_unknown="?")),
        ("`count`", _clause(type="count", of="?", min=1)),
        ("`share`", _clause(type="share", measure="?", of={"sme": True}, min=1)),
        ("`top_share`", _clause(type="top_share", measure="?", by="entity", max=1)),
        ("`top_share`", _clause(type="top_share", measure="budget", by="?", max=1)),
        ("`time_since`", _clause(type="time_since", who="pi", event="?", max_years=1)),
        ("`residence`", _clause(type="residence", who="pi", place="?", max_months=1, window_months=1)),
        ("`project`", _clause(type="project", field="?", max=1)),
        ("`novelty`", _clause(type="novelty", field="?", window_years=1)),
    ],
    ids=str,
)
def test_every_word_of_the_language_stands_in_its_section(title: str, document: dict[str, Any]) -> None:
    words = _allowed_in_call(document)
    assert [word for word in words if not _said(_section(CALLS, title), word)] == []


def test_every_set_effect_and_type_of_organisation_stands_in_the_reference() -> None:
    words = [*refs(), "own.NAME", *get_args(Effect), *get_args(OnUnknown), *ORG_TYPES]
    assert [word for word in words if f"`{word}`" not in CALLS] == []


def test_the_complete_example_uses_every_key_of_a_call_and_rests_on_tables_that_hold_on_its_day() -> None:
    assert set(yaml.safe_load(COMPLETE)) == set(_allowed_in_call(_call(**{"?": 1})))
    sets = rulebook(read_call(COMPLETE, "calls.md")).sets
    assert [name for name, places in sets.items() if not places.members] == []


def test_the_trap_of_the_unquoted_code_is_as_described() -> None:
    assert '"NO"' in WHOLE[0]
    with pytest.raises(InputError, match=re.escape("sets.MEMBERS.codes[2] is false")) as refused:
        read_call(WHOLE[0].replace('"NO"', "NO"), "calls.md")
    assert "quoted" in refused.value.hint


def test_the_table_of_the_reference_is_read_and_can_be_used(tmp_path: Path) -> None:
    (csv,), (toml,) = _blocks(CALLS, "csv"), _blocks(CALLS, "toml")
    (tmp_path / "partner_states.csv").write_text(csv, encoding="utf-8")
    (tmp_path / "SOURCES.toml").write_text(toml, encoding="utf-8")
    text = WHOLE[0].replace("{ref: m49.africa}", "{ref: own.partner_states}")
    own = own_tables(tmp_path)
    on = {day: rulebook(read_call(text, "calls.md"), date.fromisoformat(day), own).sets["AFRICA"].members
          for day in ("2024-12-31", "2025-01-01", "2026-01-01")}  # fmt: skip
    assert on == {"2024-12-31": {"GB", "KE"}, "2025-01-01": {"GB", "KE", "NO"}, "2026-01-01": {"KE", "NO"}}


@pytest.mark.parametrize("document", TEAM_BLOCKS)
def test_every_team_of_the_pages_is_read(document: dict[str, Any]) -> None:
    assert team_of(document).partners


@pytest.mark.parametrize(
    "document",
    [
        {"partners": [], "?": 1},
        {"partners": [], "project": {"?": 1}},
        {"partners": [{"?": 1}]},
        {"partners": [{"org": {"?": 1}}]},
        {"partners": [{"org": {"type": "?"}}]},
        {"partners": [{"org": {}, "person": {"?": 1}}]},
        {"partners": [{"org": {}, "person": {"breaks": [{"?": 1}]}}]},
        {"partners": [{"org": {}, "person": {"stays": [{"?": 1}]}}]},
    ],
    ids=str,
)
def test_every_key_and_word_of_a_team_stands_in_the_reference(document: dict[str, Any]) -> None:
    assert [word for word in _allowed_in_team(document) if not _said(TEAMS, word)] == []


def test_every_key_and_word_of_the_answer_stands_in_the_reference() -> None:
    call = read_call(COMPLETE, "calls.md")
    annex = read_call(WHOLE[0], "calls.md")
    found = check_team(call, TEAM_BLOCKS[0], annexes={"KE": annex})
    keys = {*found, *found["completion"], *found["clauses"][0], *found["annexes"][0]}
    words = ["complete", "completable", "dead", "undecided", *RESULTS, *get_args(Status), *keys]
    assert [word for word in sorted(words) if f"`{word}`" not in TEAMS] == []


def test_what_is_not_mentioned_is_what_the_table_says() -> None:
    def met(clause: str, org: dict[str, Any], project: dict[str, Any] | None = None) -> str:
        team = team_of({"partners": [{"org": org}], "project": project or {}})
        return judge(read_call(_in_smallest(clause), "calls.md"), team).clauses[0].status

    flag = "- {id: a, type: each, must: {flag: approved}}"
    assert [met(flag, {"flags": each}) for each in ({}, {"approved": None}, {"approved": True})] == [
        "fail", "unknown", "pass",
    ]  # fmt: skip
    for clause in (
        "- {id: a, type: statement, key: approved}",
        "- {id: a, type: host_project, must: {flag: approved}}",
    ):
        assert met(clause, {}) == "unknown"
    assert met("- {id: a, type: each, must: {gep: true}}", {}) == "unknown"
    assert met("- {id: a, type: each, must: {role: [beneficiary]}}", {}) == "pass"


@pytest.mark.parametrize(
    ("third", "lo", "hi", "status"),
    [("ES", 3, 3, "pass"), ("US", 2, 2, "open"), (None, 2, 3, "unknown"), ("Congo", 2, 3, "unknown")],
)
def test_counting_what_is_not_known_is_as_explained(third: str | None, lo: int, hi: int, status: Status) -> None:
    found = _three_countries(verdict("he-ria", party("DE"), party("FR"), party(third)))
    assert (found.lo, found.hi, found.status) == (lo, hi, status)


def _three_countries(of: TeamVerdict) -> Finding:
    return next(each.finding for each in of.clauses if each.id == "min-countries")


@pytest.mark.parametrize(("last", "countries"), [("FR", 2), ("ES", 3)])
def test_three_entities_of_three_countries_are_as_explained(last: str, countries: int) -> None:
    houses = (("g1", "DE", "G"), ("g2", "FR", "G"), ("h1", "DE", "H"), ("h2", last, "H"), ("university", "DE", None))
    found = _three_countries(verdict("he-ria", *(party(code, id=name, group=owner) for name, code, owner in houses)))
    assert found.lo == found.hi == countries


def test_the_share_of_three_tenths_is_as_explained() -> None:
    cap = "- {id: cap, type: top_share, measure: requested, by: country, max: 0.3}"
    asked = (("a", "DE", 0.1), ("b", "DE", 0.2), ("c", "FR", 0.3), ("d", "KE", 0.3), ("e", "IT", 0.1))
    team = team_of({"partners": [party(code, id=name, requested=amount) for name, code, amount in asked]})
    assert judge(read_call(_in_smallest(cap), "calls.md"), team).result == "eligible"
    assert 0.1 + 0.2 > 0.3


def test_the_two_days_and_the_old_table_are_as_explained() -> None:
    text = SMALLEST.replace("{ref: m49.africa}", "{ref: he_associated.all}")
    call = read_call(
        text + "  - {id: a, type: count, of: entities, where: {country: {in: AFRICA}}, min: 1}", "calls.md"
    )
    team = team_of({"partners": [party("CH")]})
    days = (date(2024, 7, 1), date(2026, 7, 1), date(2028, 7, 1))
    assert [judge(call, team, day).result for day in days] == ["incomplete", "eligible", "review"]
