"""What the pages draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.matches import CallDocument, MatchRequest, UnderCall
from matchmaker.domain.policies import Aim, Equity, EquityTarget, Policy
from matchmaker.errors import NothingToMatchError
from matchmaker.matching import admission
from matchmaker.places.resolve import all_codes, code_of
from matchmaker_api import Matchmaker
from matchmaker_api.requests import as_stored
from matchmaker_api.web import forms, views
from matchmaker_api.web.rendering import page

CODES = sorted(all_codes())
TARGETS: list[EquityTarget] = ["pool", "uniform", "none"]


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=12), max_size=5))
def test_marking_words_changes_no_letter_of_a_text(text: str, terms: list[str]) -> None:
    assert "".join(piece for piece, _ in views.marked(text, terms)) == text


def test_whole_words_are_marked_in_any_case_and_longer_terms_first() -> None:
    marked = views.marked("Ground water, groundwater and Ground Water recharge", ["water", "ground water", "recharge"])
    assert [piece for piece, hit in marked if hit] == ["Ground water", "Ground Water", "recharge"]


def test_every_filter_that_advice_may_lift_can_be_lifted_by_one_button() -> None:
    under = UnderCall(CallDocument("he-ria.yaml", "schema: rcp-call/1"), only_helpful=True)
    wanted = MatchRequest(
        text="x", countries=("KE",), not_countries=("DE",), call=under, terms={}, require_compatible=True
    )
    request = as_stored(wanted)
    lifted = [views.relaxed(request, step) for step in admission._RELAXATIONS]
    assert all(changed is not None and changed != request for changed in lifted)
    assert len({str(changed) for changed in lifted}) == len(lifted)


def test_no_advice_is_no_button() -> None:
    assert views.relaxed(as_stored(MatchRequest(text="x")), None) is None


def test_a_funnel_is_as_long_as_the_shares_and_names_the_filter_that_emptied_it() -> None:
    counts = {"has_texts": (10, 8), "countries": (8, 0), "shown": (0, 0)}
    rows = views.funnel({step: {"in": entered, "out": left} for step, (entered, left) in counts.items()})
    assert [(row.share, row.removed) for row in rows] == [(0.8, 2), (0.0, 8), (0.0, 0)]
    emptied = views.emptied(rows)
    assert emptied is not None
    assert emptied.key == "countries"
    assert views.funnel({}) == []


def test_a_stacked_bar_ends_at_the_score() -> None:
    segments = views.stacked([{"feature": "words", "points": 0.6}, {"feature": "recency", "points": 0.1}])
    assert segments[-1].start + segments[-1].length == pytest.approx(0.7)


def test_attention_shares_sum_to_one_and_stand_beside_those_of_the_pool() -> None:
    results: list[dict[str, Any]] = [{"fairness": {"group": group}} for group in ("H", "L", "H")]
    rows = views.exposure(results, {"pool": {"H": 2, "L": 1, "LM": 1}})
    assert [row.key for row in rows] == ["H", "LM", "L"]
    assert sum(row.share for row in rows) == pytest.approx(1.0)
    assert [row.beside for row in rows] == [0.5, 0.25, 0.25]


@given(
    st.builds(
        MatchRequest,
        text=st.none() | st.text("abc ", min_size=1).map(str.strip).filter(bool),
        k=st.integers(1, 200),
        countries=st.lists(st.sampled_from(CODES), unique=True, max_size=6).map(tuple),
        not_countries=st.lists(st.sampled_from(CODES), unique=True, max_size=6).map(tuple),
        home=st.none() | st.sampled_from(CODES),
        include_known=st.booleans(),
        include_unknown_country=st.booleans(),
        strict=st.booleans(),
        as_of=st.none() | st.dates(date(2000, 1, 1), date(2026, 6, 30)),
        policy=st.sampled_from(TARGETS).map(lambda target: Policy("custom", equity=Equity(Aim(target=target)))),
    )
)
def test_a_form_filled_in_again_asks_the_same_question(demo: Matchmaker, request: MatchRequest) -> None:
    request = replace(request, researcher="https://demo.invalid/people/P00001")
    wanted, wrong = forms.question(demo.corpus, forms.filled_from(as_stored(request)))
    assert wrong == {}
    assert wanted is not None
    asked = {name: getattr(wanted, name) for name in ("text", "k", "home", "as_of", "include_known", "strict")}
    assert asked == {name: getattr(request, name) for name in asked}
    assert wanted.policy is not None
    assert wanted.policy.equity is not None
    assert wanted.policy.equity.target == request.policy.equity.aim.target
    for name in ("countries", "not_countries"):
        codes = [code_of(text) for text in getattr(wanted, name)]
        assert tuple(codes) == getattr(request, name)


def test_a_question_under_a_call_with_a_team_and_terms_is_asked_again_as_it_was(demo: Matchmaker) -> None:
    team = {"partners": [{"org": {"id": "a", "country": "NO"}, "role": "beneficiary"}], "project": {"requested": 1.5}}
    terms = {"publication": {"must_publish": True}, "data": {"localisation": ["NO"]}}
    under = UnderCall(CallDocument("he-ria.yaml", "its text"), team, "coordinator", "beneficiary", only_helpful=True)
    request = as_stored(MatchRequest(text="water", call=under, terms=terms, require_compatible=True))
    wanted, wrong = forms.question(demo.corpus, forms.filled_from(request, "he-ria"))
    assert wrong == {}
    assert wanted is not None
    assert (wanted.call, wanted.team, wanted.terms) == ("he-ria", team, terms)
    assert (wanted.seeker_role, wanted.sought_role) == ("coordinator", "beneficiary")
    assert wanted.only_helpful and wanted.require_compatible


def test_a_call_that_is_no_longer_known_takes_its_team_and_roles_out_of_the_form_with_it() -> None:
    under = UnderCall(CallDocument("gone.yaml", "its text"), {"partners": []}, only_helpful=True)
    filled = forms.filled_from(as_stored(MatchRequest(text="water", call=under)))
    assert {"call", "team", "only_helpful"} & filled.keys() <= {"only_helpful"}
    assert not filled.get("only_helpful")


MISTYPED = {
    "cut JSON": ("team", '{"partners": [', "line 1, column 15"),
    "a key twice": ("team", '{"partners": [], "partners": []}', "written twice"),
    "a misspelt key": ("team", '{"partners": [{"org": {"contry": "DE"}}]}', "partners[0].org"),
    "Norway as false": ("terms", "data: {localisation: [NO]}", '"NO"'),
    "a misspelt word": ("terms", "publication: {policy: opne}", "allowed: open"),
    "no document": ("terms", "just words", "list of keys"),
    "deep": ("team", "[" * 100_000, "deep"),
}


@pytest.mark.parametrize("why", sorted(MISTYPED))
def test_a_document_that_cannot_be_used_is_told_beside_its_field(demo: Matchmaker, why: str) -> None:
    name, typed, said = MISTYPED[why]
    wanted, wrong = forms.question(demo.corpus, {"text": "water", "call": "he-ria", name: typed})
    assert wanted is None
    assert said.casefold() in wrong[name].casefold()


def test_a_page_escapes_what_it_is_given() -> None:
    told: dict[str, Any] = {"title": "<b>", "status": 404, "detail": "<script>", "hint": "'\"", "type": "/problems/x",
                            "instance": "/<i>", "request_id": "r", "errors": []}  # fmt: skip
    html = bytes(page("problem.html", problem=told).body).decode()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_page_that_lacks_a_value_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(Exception, match="undefined"):
        page("problem.html")


def test_an_error_beside_a_field_is_a_sentence_with_what_to_do() -> None:
    error = NothingToMatchError("no word is known", hint="use other words")
    assert views.message_of(error) == "no word is known. Use other words."
