from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.unit.rules.parties import party, status, team, verdict
from typer.testing import CliRunner

from matchmaker.domain.calls import Extension
from matchmaker.domain.teams import Break, Org, Partner, Stay
from matchmaker.errors import InputError
from matchmaker.rules.language import preset, read_call
from matchmaker.rules.team import candidate_effect, deficits, judge
from matchmaker.rules.teams import find_team, team_of
from matchmaker.rules.windows import (
    DAYS_PER_MONTH,
    extension_months,
    months_before,
    months_of_breaks,
    months_within,
    years_since,
)
from matchmaker_api.calling import check_file, check_team, list_rows, show_lines
from matchmaker_api.cli.calls import app


def test_missing_evidence_and_unknown_payment_make_a_review_and_not_a_refusal() -> None:
    others = party("FR"), party("ES")
    assert verdict("he-ria", party("DE", gep=False), *others).result == "review"
    assert verdict("he-ria", party("DE", gep=None), *others).result == "review"
    assert verdict("he-ria", party("DE"), *others, party("US", funded=None)).result == "review"


def test_a_candidate_from_an_excluded_country_is_blocked_with_the_clause() -> None:
    given = team(party("GB", "coordinator"), party("KE"))
    found = candidate_effect(preset("ukri-ispf-oda"), given, team(party("CN")).partners[0])
    assert (found.effect, found.clauses) == ("blocked", ("no-china",))


def test_a_candidate_helps_where_a_share_comes_nearer_and_the_sentence_says_so() -> None:
    seven = team(party("DE", "coordinator"), *(party(code) for code in "FR NL AT PL PT RO".split()))
    found = candidate_effect(preset("cost-oc"), seven, team(party("BG")).partners[0])
    assert (found.effect, found.clauses) == ("helps", ("itc-half",))
    assert found.sentences == ("countries: 4 of 8, a share of 0.5 (itc-half)",)
    assert deficits(judge(preset("cost-oc"), seven)) == {"itc-half": 1}


def test_any_candidate_is_useful_to_a_team_that_lacks_nothing() -> None:
    complete = team(party("DE"), party("FR"), party("ES"))
    assert candidate_effect(preset("he-ria"), complete, team(party("JP")).partners[0]).effect == "useful"


def test_seven_without_an_under_represented_country_can_be_repaired_and_nine_cannot() -> None:
    senior: dict[str, Any] = {"person_months": 1, "person": {"phd": "2000-01-01"}}
    seven = [party(code, **senior) for code in "DE FR NL BE AT CH SE".split()]
    assert status(verdict("eranet-style", *seven), "size-normal") == "open"
    assert status(verdict("eranet-style", *seven, party("PL", **senior)), "size-normal") == "n/a"
    nine = [*seven, party("PL", **senior), party("CZ", **senior)]
    assert verdict("eranet-style", *nine).result == "ineligible"


def test_nothing_is_placed_by_guess() -> None:
    found = verdict("he-ria", party("DE"), party("FR"), party("Congo"), party("GI"))
    assert found.result == "review"
    assert len(found.notes) == 2


@pytest.mark.parametrize("place", ["GI", "AI", "IM"])
def test_a_territory_that_is_not_settled_is_still_not_in_a_set_without_it_and_its_sovereign(place: str) -> None:
    found = verdict("he-ria", party("DE"), party("FR"), party("ES"), party(place, funded=False, gep=None))
    assert status(found, "ru-by") == "pass"
    unsettled = verdict("he-ria", party("DE"), party("FR"), party(place))
    assert status(unsettled, "min-countries") == "unknown"  # it may count as GB, which is associated


def test_whoever_is_established_in_russia_or_belarus_is_out_in_any_capacity() -> None:
    for role, funded in (("beneficiary", True), ("associated", False), ("subcontractor", None)):
        found = verdict(
            "he-ria", party("DE"), party("FR"), party("ES"), party("BY", role, funded=funded, type="company")
        )
        assert found.result == "ineligible" and status(found, "ru-by") == "fail"


def test_industrial_and_joint_networks_have_more_person_months() -> None:
    partners = party("DE"), party("FR"), party("ES")
    for variant, months, fine in (("standard", 360, True), ("standard", 361, False), ("industrial", 540, True),
                                  ("joint", 541, False)):  # fmt: skip
        found = verdict("msca-dn", *partners, person_months=months, variant=variant)
        failed = {each.id for each in found.clauses if each.status == "fail"}
        assert (not failed & {"person-months", "person-months-540"}) == fine, (variant, months)


def test_an_organisation_that_only_hosts_is_no_principal_investigator() -> None:
    four = [party(code, role) for code, role in (("DE", "coordinator"), ("FR", "beneficiary"), ("NL", "beneficiary"),
                                                 ("SE", "beneficiary"))]  # fmt: skip
    assert verdict("erc-syg", *four, party("IT")).result == "ineligible"
    assert verdict("erc-syg", *four, party("IT", flags={"hosts_no_pi": True})).result == "eligible"


def test_a_citizenship_is_read_as_anybody_writes_it_and_never_taken_for_another() -> None:
    def of(citizenship: str) -> str:
        host = party("KE", "host", person={"citizenship": [citizenship]}, flags={"junior_appointment_one_year": True,
                     "not_us_permanent_resident": True})  # fmt: skip
        return status(verdict("nih-k43", host), "citizen")

    assert [of(each) for each in ("KE", "Kenya", "KEN", "US", "nowhere")] == ["pass", "pass", "pass", "fail", "unknown"]


def test_a_break_with_one_end_and_no_months_is_refused() -> None:
    with pytest.raises(InputError, match="months, or both from and to"):
        team(party("DE", person={"breaks": [{"kind": "maternity", "from": "2020-01-01"}]}))


def test_stays_are_merged_and_clipped_to_the_window() -> None:
    day = date(2026, 9, 9)
    window = (months_before(day, 36), day)
    assert window[0] == date(2023, 9, 9)
    twice = [Stay(date(2026, 1, 1), date(2026, 3, 1)), Stay(date(2026, 2, 1), date(2026, 4, 1))]
    assert months_within(twice, window) == 90 / DAYS_PER_MONTH
    assert months_within([Stay(date(2000, 1, 1))], window) == (day - window[0]).days / DAYS_PER_MONTH
    assert months_within([Stay(date(2000, 1, 1), date(2023, 9, 9)), Stay(day)], window) == 0
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("kind", "given", "least", "most"),
    [
        (Extension("maternity", months_per_child=Fraction(18)), Break("maternity", Fraction(6)), 18, 18),
        (Extension("maternity", months_per_child=Fraction(18)), Break("maternity", Fraction(24)), 24, 24),
        (Extension("illness", min_days=90), Break("illness", Fraction(2)), 0, 0),
        (Extension("illness", min_days=90), Break("illness", Fraction(3)), 3, 3),
        (Extension("training", max_months=Fraction(48)), Break("training", Fraction(60)), 48, 48),
        (Extension("return", when="long_term_resident"), Break("return", Fraction(9)), 0, 9),
        (Extension("maternity"), Break("holiday", Fraction(9)), 0, 0),
    ],
)  # fmt: skip
def test_only_breaks_on_the_closed_list_of_the_call_count(kind: Extension, given: Break, least: int, most: int) -> None:
    assert extension_months([given], (kind,), Partner(Org("a"))) == (least, most)


def days(kind: str, start: date, end: date) -> Break:
    return Break(kind, start=start, end=end)


WINTER = days("illness", date(2020, 1, 1), date(2020, 3, 1))  # 60 days
SPRING = days("illness", date(2020, 2, 1), date(2020, 4, 10))  # 69 days, 29 of them in the winter as well


def test_breaks_of_a_kind_that_overlap_are_one_break() -> None:
    partner, illness = Partner(Org("a")), (Extension("illness"), Extension("illness", min_days=90))
    for kind in illness:
        assert extension_months([SPRING, WINTER], (kind,), partner) == (100 / DAYS_PER_MONTH,) * 2
        assert extension_months([WINTER, SPRING, WINTER], (kind,), partner) == (100 / DAYS_PER_MONTH,) * 2
    assert (
        months_of_breaks([WINTER, SPRING, Break("illness", Fraction(2)), Break("illness")]) == 100 / DAYS_PER_MONTH + 2
    )


def test_breaks_of_different_kinds_or_one_after_the_other_are_not_merged() -> None:
    after = days("illness", date(2020, 3, 1), date(2020, 4, 1))
    assert (
        months_of_breaks([WINTER, days("care", WINTER.start or date.min, WINTER.end or date.min)])
        == 120 / DAYS_PER_MONTH
    )
    assert extension_months([WINTER, after], (Extension("illness", min_days=90),), Partner(Org("a"))) == (0, 0)


def test_every_child_is_granted_its_months_and_no_day_of_leave_counts_for_two() -> None:
    first = days("maternity", date(2020, 1, 1), date(2022, 1, 1))  # two years
    twin = days("maternity", date(2020, 1, 1), date(2022, 1, 1))
    per_child = (Extension("maternity", months_per_child=Fraction(18)),)
    assert extension_months([first, twin], per_child, Partner(Org("a"))) == (731 / DAYS_PER_MONTH + 18,) * 2


def test_a_break_with_days_is_read_and_one_that_ends_before_it_begins_is_refused() -> None:
    person = {"breaks": [{"kind": "illness", "from": "2020-01-01", "to": "2020-03-01"}, {"kind": "care", "months": 3}]}
    read = team(party("DE", person=person)).partners[0].person
    assert read is not None and read.breaks == (WINTER, Break("care", Fraction(3)))
    with pytest.raises(InputError, match=r"breaks\[0\]: a break runs from a day"):
        team(party("DE", person={"breaks": [{"kind": "illness", "from": "2020-03-01", "to": "2020-01-01"}]}))


def test_years_are_gregorian_and_exact() -> None:
    assert years_since(date(2016, 6, 1), date(2027, 1, 1)) == Fraction(3866 * 10000, 3652425)


def test_the_answer_has_the_names_of_the_contract() -> None:
    answer = check_team(preset("he-ria"), {"partners": [party("DE"), party("FR")]})
    assert {"result", "call", "reference_date", "clauses", "unfunded", "set_versions"} <= answer.keys()
    assert answer["clauses"][0] == {
        "id": "min-countries", "type": "count", "status": "open", "effect": "ineligible", "lo": 2, "hi": 2, "need": 1,
        "text": "three independent entities, each in a different Member State or Associated Country",
        "detail": "countries 2 against min 3",
    }  # fmt: skip
    later = check_team(preset("he-ria"), team_of({"partners": []}), date(2026, 12, 1))
    assert later["reference_date"] == "2026-12-01"


def test_calls_are_listed_shown_and_checked(tmp_path: Path) -> None:
    assert [row["id"] for row in list_rows()][:2] == ["accelnet", "belmont-cra"]
    lines = "\n".join(show_lines(preset("he-hop-on")))
    assert "confidence medium" in lines
    assert "widening@" in lines
    file = tmp_path / "call.yaml"
    file.write_text("schema: rcp-call/1\n", encoding="utf-8")
    with pytest.raises(InputError, match="'id' is missing"):
        check_file(file)
    with pytest.raises(InputError, match=r"'id' is missing"):
        read_call("schema: rcp-call/1", "call.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"partners": [{"org": {"id": "a", "country": false}}]}', "country"),
        ('{"partners": [{"org": {"id": "a", "type": "college"}}]}', "university"),
        ('{"partners": [{"role": "coordinator"}]}', "'org' is missing"),
        ('{"partners": [{"org": {"id": "a"}, "budget": -1}]}', "budget"),
        ('{"partners": [{"org": {"id": "a"}, "person": {"nationality": "DE"}}]}', "nationality"),
        ('{"partners": [], "partners": []}', "written twice"),
        ('{"partners": [{"org": {"id": "a"}, "person": {"stays": [{"country": "DE", "to": "2020-01-01"}]}}]}', "from"),
    ],
)
def test_a_team_file_with_a_mistake_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "team.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        find_team(file)
    assert str(file) in caught.value.message
    assert said in f"{caught.value.message} {caught.value.hint}"


def asked(*words: str | Path) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_what_is_still_needed_is_in_the_answer_and_beside_the_table(tmp_path: Path) -> None:
    file = tmp_path / "team.json"
    file.write_text(json.dumps({"partners": [party("GB"), party("NO")]}), encoding="utf-8")
    found = json.loads(asked("check-team", "he-ria", "--team", file).stdout)["completion"]
    assert (found["state"], found["further"], found["exact"], found["collides"]) == ("completable", 1, True, [])
    assert found["example"][0].startswith("1 beneficiary in MS and MSAC (AT, BE, BG, …)")
    shown = asked("check-team", "he-ria", "--team", file, "--format", "table")
    assert "further partners needed at least: 1, such as 1 beneficiary in MS" in shown.stderr
    assert "completion" not in shown.stdout


def test_sets_of_a_deployer_are_taken_from_the_data_folder(tmp_path: Path) -> None:
    call = tmp_path / "call.yaml"
    call.write_text(OWN_CALL, encoding="utf-8")
    assert asked("check", call, "--data", tmp_path).exception.hint.startswith("sets of your own: none")
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "allies.csv").write_text("alpha2,from,to\nKE,,\nUG,2030-01-01,\n", encoding="utf-8")
    (tables / "SOURCES.toml").write_text(OWN_SOURCES, encoding="utf-8")
    assert json.loads(asked("check", call, "--data", tmp_path).stdout)["id"] == "own-call"
    assert "A: KE" in asked("show", call, "--data", tmp_path, "--format", "table").stdout
    file = tmp_path / "team.json"
    file.write_text(json.dumps({"partners": [party("KE"), party("UG")]}), encoding="utf-8")
    found = json.loads(asked("check-team", call, "--team", file, "--data", tmp_path).stdout)
    assert (found["result"], found["set_versions"]) == ("incomplete", {"own.allies": "own.allies@2026-11-01"})
    later = json.loads(asked("check-team", call, "--team", file, "--data", tmp_path, "--at", "2030-06-01").stdout)
    assert later["clauses"][0]["status"] == "unknown"  # the table is too old to say so
    assert later["completion"]["state"] == "complete"


OWN_CALL = """
schema: rcp-call/1
id: own-call
title: Two allies
funder: nobody
provenance: {source: written for a test, retrieved: 2026-11-22, confidence: high, illustrative: true}
dates: {reference: 2026-11-22}
sets: {A: {ref: own.allies}}
clauses:
  - {id: two, type: count, of: countries, where: {country: {in: A}}, min: 2}
"""
OWN_SOURCES = """
[allies]
title = "Countries with a bilateral agreement"
vintage = 2026-11-01
source = "written for a test"
confidence = "high"
max_age_days = 365
"""
