"""Verdicts in words: nothing is said by colour alone, nobody is accused, and old answers still have their page."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.calls import Effect
from matchmaker.rules.findings import Status
from matchmaker.rules.team import Result
from matchmaker.safeguards.records import Verdict
from matchmaker_api import verdict_words
from matchmaker_api.web import verdicts
from matchmaker_api.web.rendering import page
from matchmaker_api.web.verdicts import Badge

SCREENED = {"at": "2026-11-22", "gaps": [], "topics": [], "topics_note": "",
            "lists": [{"file": "un.csv", "version": "7", "date": "2026-11-20", "stale": False}]}  # fmt: skip
REASON = {"rule": "G6", "outcome": "needs_review", "text": "a name like this one is listed", "evidence": "0.91",
          "list": "UN_SC", "entry": "E-17", "version": "7", "date": "2026-11-20"}  # fmt: skip


def clause(id: str = "min-countries", status: str = "open", effect: str = "ineligible", **more: Any) -> dict[str, Any]:
    return {"id": id, "type": "count", "status": status, "effect": effect, "text": "three countries",
            "detail": "countries 2 against min 3", **more}  # fmt: skip


def rules(*clauses: dict[str, Any], result: str = "incomplete", **team: Any) -> dict[str, Any]:
    return {
        "call": "he-ria", "title": "A call", "funder": "A funder", "confidence": "high", "illustrative": False,
        "source": "its text", "retrieved": "2026-11-22", "reference_date": "2026-11-22", "seeker_role": None,
        "set_versions": {"eu_members": "eu_members@2026-07-01"}, "roles": ["beneficiary"], "notes": [],
        "team": {"result": result, "partners": 2, "clauses": list(clauses), "unfunded": [], "completion": None} | team,
    }  # fmt: skip


def found(**eligibility: Any) -> dict[str, Any]:
    """A result as the answer has it; without a call, not screened, nothing declared unless said otherwise."""
    blank = {"status": "eligible", "clauses": [], "effect": None, "helps": [], "sentences": [], "role": None,
             "funded": None}  # fmt: skip
    return {"eligibility": blank | eligibility, "safeguards": {"decision": "not_screened", "conditions": []},
            "terms": {"outcome": "unknown", "rules": []}}  # fmt: skip


def words(result: dict[str, Any], meta: dict[str, Any]) -> list[str]:
    return [badge.text for badge in verdicts.badges(result, meta)]


def test_whoever_helps_is_said_to_help_with_the_count_before_and_after() -> None:
    after = clause(status="pass", detail="countries 3 against min 3")
    result = found(effect="helps", helps=["min-countries"], clauses=[after])
    assert words(result, {"rules": rules(clause())})[0] == "helps: countries 2 of 3 → 3 of 3"
    more = found(effect="helps", helps=["min-countries", "min-ms"], clauses=[after])
    assert words(more, {"rules": rules(clause())})[0] == "helps: countries 2 of 3 → 3 of 3 and 1 more"
    other = found(effect="helps", helps=["sme-half"], clauses=[clause("sme-half", "pass", detail="60 %")])
    assert words(other, {"rules": rules(clause("sme-half", detail="40 %"))})[0] == "helps: sme half"


def test_whoever_may_join_without_money_and_whoever_is_to_be_reviewed_are_told_so() -> None:
    unknown = clause("gep", "unknown", "evidence")
    result = found(effect="useful", funded=False, clauses=[unknown], status="review")
    assert words(result, {"rules": rules(clause("gep", "pass", "evidence"))})[:3] == [
        "may join; the team lacks nothing", "may join, not paid", "to be reviewed: gep",
    ]  # fmt: skip


def test_what_was_not_known_of_the_team_before_is_not_held_against_a_newcomer() -> None:
    unknown = clause("gep", "unknown", "evidence")
    assert words(found(effect="no help", clauses=[unknown]), {"rules": rules(unknown)})[1:] == [
        "not screened: no list is loaded", "terms not declared",
    ]  # fmt: skip


def test_without_a_call_nothing_is_said_about_its_rules() -> None:
    assert words(found(), {}) == ["not screened: no list is loaded", "terms not declared"]


SCREENINGS: dict[str, tuple[dict[str, Any], Badge]] = {
    "allowed": ({"decision": "allow", "state": "available"}, Badge("screened: available", "good")),
    "conditions": (
        {"decision": "allow_with_conditions", "state": "contact through your research office"},
        Badge("contact through your research office", "care"),
    ),
    "review": (
        {"decision": "needs_review", "state": "contact through your research office"},
        Badge("contact through your research office", "care"),
    ),
    "stale list": ({"decision": "not_screened", "state": "available"}, Badge("not screened: un.csv is too old")),
}


@pytest.mark.parametrize("name", sorted(SCREENINGS))
def test_screening_is_told_as_a_state_that_accuses_nobody(name: str) -> None:
    safeguards, badge = SCREENINGS[name]
    meta = {"safeguards": {**SCREENED, "gaps": ["un.csv is too old"]}}
    assert verdicts.screening({"safeguards": safeguards}, meta) == badge


def test_every_word_of_the_library_has_its_words_here() -> None:
    assert set(get_args(Status)) == verdicts.STATUSES.keys()
    assert set(get_args(Effect)) == verdicts.CONSEQUENCES.keys()
    assert set(get_args(Result)) == verdicts.RESULTS.keys()
    assert {*get_args(Verdict), "not_screened"} == verdict_words.DECISIONS.keys()
    assert all(badge.text for badge in (*verdicts.RESULTS.values(), *verdicts.OUTCOMES.values()))


@given(st.lists(st.builds(clause, id=st.text(max_size=9), status=st.sampled_from(get_args(Status)),
                          effect=st.sampled_from(get_args(Effect)))))  # fmt: skip
def test_every_clause_is_listed_and_what_is_lacking_is_a_part_of_it(clauses: list[dict[str, Any]]) -> None:
    listed = verdicts.checks(clauses)
    assert [each.id for each in listed] == [each["id"] for each in clauses]
    lacks = verdicts.lacking(listed)
    assert sorted(each.id for each in lacks) == sorted(
        each["id"] for each in clauses if each["status"] in ("fail", "open", "unknown")
    )


def test_a_condition_that_fails_comes_before_one_that_is_open_and_advice_comes_last() -> None:
    given = [clause("a", "fail", "advice"), clause("b", "unknown"), clause("c", "open"), clause("d", "fail")]
    assert [each.id for each in verdicts.lacking(verdicts.checks(given))] == ["d", "c", "b", "a"]


COMPLETIONS: dict[str, tuple[dict[str, Any] | None, str]] = {
    "not worked out": (None, ""),
    "complete": ({"state": "complete"}, "Nothing is lacking"),
    "one": ({"state": "completable", "further": 1, "example": ["1 beneficiary in MS"], "exact": True},
            "1 more partner would complete it, for example 1 beneficiary in MS."),
    "bound": ({"state": "completable", "further": 3, "example": [], "exact": False}, "At least 3 more partners would"),
    "dead": ({"state": "dead", "collides": ["min", "max"]}, "min and max cannot be met"),
    "undecided": ({"state": "undecided", "reason": "it takes too long"}, "could not be settled: it takes too long."),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(COMPLETIONS))
def test_whether_a_team_can_be_completed_is_one_sentence(name: str) -> None:
    told, said = COMPLETIONS[name]
    assert said in verdicts.completion(told)


# ---- pages -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run() -> dict[str, Any]:
    """What a page of results is drawn from, for one person, as it was before there were verdicts."""
    person = {"id": "p", "orcid": None, "name": "Ada", "country": "KE", "home": "country", "other_countries": [],
              "institution": {"id": "i", "name": "A university", "type": "university"}, "works": 3,
              "thin": False}  # fmt: skip
    result = {"rank": 1, "score": 0.5, "band": "good", "channel": "discovery", "researcher": person, "lift": None,
              "contributions": [], "evidence": [], "shared_topics": [], "complementary_topics": [], "via": [],
              "conflicts": {"coauthor": False, "organisation": False, "shares_secondary_country": False},
              "fairness": {"group": "L", "rank_before": 1, "moved": 0, "because": None}, **found()}  # fmt: skip
    equity = {"target": "none", "set_by": "us", "ndcg": 1.0, "income_table": "FY26"}
    meta = {"run_id": "r" * 32, "generation": "g" * 64, "count": 1, "eligible": 1, "k": 1, "seeker": None,
            "reference_date": "2026-06-30", "shortfall": None, "notes": [], "call": None,
            "policy": {"name": "default", "equity": equity}}  # fmt: skip
    return {"meta": meta, "result": result, "request": {"text": "water"}, "created": "2026-01-01T00:00:00Z"}


def why_page(run: dict[str, Any], result: dict[str, Any], meta: dict[str, Any]) -> str:
    joins = verdicts.eligibility(result)
    html = page(
        "why.html", result=run["result"] | result, meta=run["meta"] | meta, request=run["request"],
        created=run["created"], segments=[], joins=joins, clauses=verdicts.checks(joins["clauses"]),
        rules=verdicts.rules_of(meta), guarded=verdicts.safeguards(result), rested=verdicts.rested_on(meta),
        screening=verdicts.screening(result, meta), agreed=verdicts.terms(result), price=[],
    )  # fmt: skip
    return bytes(html.body).decode()


def test_an_answer_from_before_there_were_verdicts_still_has_its_page(run: dict[str, Any]) -> None:
    html = why_page(run, run["result"], {})
    for said in ("No call was given", "not screened: no list is loaded", "terms not declared"):
        assert said in html


def test_the_page_of_reasons_tells_officers_the_list_and_everybody_else_nothing_of_it(run: dict[str, Any]) -> None:
    told = {"decision": "needs_review", "state": "contact through your research office", "tier": "T0",
            "conditions": [{"code": "x", "text": "ask first", "owner_role": "export_control_officer",
                            "due": ""}]}  # fmt: skip
    for reasons in ([], [REASON]):
        html = why_page(run, found() | {"safeguards": {**told, "reasons": reasons}}, {"safeguards": SCREENED})
        assert "contact through your research office" in html
        assert "ask first (export control officer)" in html
        for secret in ("G6", "UN_SC", "E-17"):
            assert (secret in html) is bool(reasons)


def test_the_page_of_reasons_has_every_rule_its_sentences_and_the_dates_of_its_tables(run: dict[str, Any]) -> None:
    result = found(status="incomplete", effect="helps", helps=["min-countries"], role="beneficiary", funded=False,
                   sentences=["Adds Kenya: countries 2 of 3"],
                   clauses=[clause(), clause("gep", "unknown")])  # fmt: skip
    html = why_page(run, result, {"rules": rules(clause())})
    for said in ("Adds Kenya", "not met yet", "not known", "may not be paid", "2026-07-01", "not legal advice"):
        assert said in html.replace("Nothing here is legal advice", "not legal advice")


def test_terms_are_a_list_to_negotiate(run: dict[str, Any]) -> None:
    terms = {"outcome": "negotiable", "score": 0.75, "conditions": [{"code": "c", "text": "agree on a delay"}],
             "rules": [{"id": "P2", "outcome": "negotiable", "text": "a delay of 9 months", "asker": "first",
                        "with_call": False}]}  # fmt: skip
    assert words(found() | {"terms": terms}, {})[-1] == "terms to be negotiated: 1 point"
    html = why_page(run, found() | {"terms": terms}, {})
    for said in (
        "to be negotiated",
        "a delay of 9 months",
        "Your wish, held against theirs",
        "agree on a delay",
        "0.75",
    ):
        assert said in html


def test_the_page_for_officers_shows_every_reason_and_escapes_names() -> None:
    told = {
        "run_id": "r" * 32, "at": "2026-11-22", "gaps": ["eu.csv is missing"], "lists": SCREENED["lists"], "topics": [],
        "organisations": [
            {"id": "i", "name": "<b>Works</b>", "country": "RU", "people": 4, "decision": "block", "reasons": [REASON]},
            {"id": None, "name": None, "country": "KP", "people": 1, "decision": "block", "reasons": [REASON]},
        ],
        "shown": [{"rank": 3, "researcher": "p", "institution": None, "decision": "needs_review", "reasons": [REASON],
                   "conditions": []}],
    }  # fmt: skip
    html = bytes(page("withheld.html", told=told).body).decode()
    for said in (
        "eu.csv is missing",
        "G6",
        "E-17",
        "&lt;b&gt;Works",
        "Everybody of a country",
        "Rank 3",
        "North Korea",
    ):
        assert said in html
    assert "<b>Works" not in html
