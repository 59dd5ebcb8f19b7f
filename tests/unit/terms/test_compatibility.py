"""What holds for every two declarations under every call."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.terms.agreements import ADEQUATE, declared

from matchmaker.errors import InputError
from matchmaker.terms import declaration as words_of
from matchmaker.terms.call_terms import CallTerms, Plan
from matchmaker.terms.compatibility import MUTUAL, ONE_WAY, Compatibility, compare, ranking_loss, score
from matchmaker.terms.declaration import (
    OPENNESS,
    Accepts,
    Background,
    Code,
    Confidentiality,
    Data,
    Declaration,
    Ethics,
    Foreground,
    Publication,
)
from matchmaker.terms.reading import PATHS
from matchmaker.terms.results import SEVERITY, Outcome, RuleId, RuleResult

RULES: tuple[RuleId, ...] = get_args(RuleId)
OUTCOMES: tuple[Outcome, ...] = ("unknown", "compatible", "negotiable", "incompatible")


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def _word(literal: Any) -> st.SearchStrategy[Any]:
    return _maybe(st.sampled_from(get_args(literal)))


def _some(*words: str) -> st.SearchStrategy[Any]:
    return _maybe(st.lists(st.sampled_from(words), max_size=2, unique=True).map(tuple))


_TRUTH = _maybe(st.booleans())
_MONTHS = _maybe(st.sampled_from((0, 3, 6, 12, 60)))
_DAYS = _maybe(st.sampled_from((0, 30, 45, 90)))
_LICENCE = _maybe(st.sampled_from(("MIT", "GPL-3.0", "CC-BY-4.0", "CC-BY-NC-ND-4.0", "CC-BY-SA-4.0", "proprietary")))
_ITEMS = _some("data", "data: rainfall", "library", "vaccines")
PUBLICATIONS = st.builds(
    Publication,
    _word(words_of.Policy),
    _DAYS,
    _MONTHS,
    _TRUTH,
    st.builds(Accepts, _DAYS, _MONTHS),
    _word(words_of.ApprovalRight),
)
DATA = st.builds(
    Data,
    _word(words_of.Openness),
    _MONTHS,
    _word(words_of.Tier),
    _LICENCE,
    _some(*get_args(words_of.Ground)),
    _TRUTH,
    _maybe(st.sampled_from((("none",), ("SCC",), ("EU", "adequacy")))),
    _word(words_of.BenefitSharing),
    _some("CN"),
    _TRUTH,
)
BACKGROUNDS = st.builds(
    Background, _ITEMS, _ITEMS, _word(words_of.Access), _word(words_of.Access), _ITEMS, _word(words_of.ExportControl)
)
DECLARATIONS = st.builds(
    Declaration,
    PUBLICATIONS,
    DATA,
    st.builds(Code, _LICENCE),
    BACKGROUNDS,
    st.builds(Foreground, _word(words_of.Ownership), _word(words_of.JointExploitation), _ITEMS),
    st.builds(Confidentiality, _TRUTH, _maybe(st.integers(0, 9))),
    st.builds(Ethics, _word(words_of.ReviewBoard), _some("CARE", "TK")),
    st.lists(st.sampled_from(PATHS), max_size=3, unique=True).map(tuple),
    country=_maybe(st.sampled_from(("FR", "JP", "KE", "CA"))),
)
CALLS = st.builds(
    CallTerms,
    _maybe(st.sampled_from(OPENNESS)),
    _TRUTH,
    _word(words_of.Access),
    plan=st.builds(Plan, _MONTHS, _TRUTH, _TRUTH, _ITEMS, _TRUTH),
    adequacy=_maybe(st.just(ADEQUATE)),
)
WEIGHTS = st.none() | st.fixed_dictionaries({rule: st.sampled_from((0.5, 1.0, 3.0)) for rule in RULES})


def _silenced(record: Any) -> list[Any]:
    """Every record that differs from this one in a single field being unknown."""
    found = []
    for each in fields(record):
        value = getattr(record, each.name)
        if is_dataclass(value) and each.name != "adequacy":
            found += [replace(record, **{each.name: inner}) for inner in _silenced(value)]
        elif value is not None and each.default is None:
            found.append(replace(record, **{each.name: None}))
    return found


def _by_rule(found: Compatibility) -> dict[tuple[str, str], RuleResult]:
    return {(each.id, each.asker): each for each in found.results}


def test_all_seventeen_rules_are_asked_and_each_is_named_once_for_each_asker() -> None:
    assert {*ONE_WAY, *MUTUAL} == set(RULES) and len(RULES) == 17
    results = compare(Declaration(), Declaration(), CallTerms()).results
    asked = [(each.id, each.asker) for each in results]
    assert sorted(asked) == sorted([*product(ONE_WAY, ("first", "second")), *((rule, "both") for rule in MUTUAL)])


@given(DECLARATIONS, DECLARATIONS, CALLS)
def test_swapping_the_parties_swaps_who_asks_and_nothing_else(x: Declaration, y: Declaration, call: CallTerms) -> None:
    swapped = {"first": "second", "second": "first", "both": "both"}
    there, back = _by_rule(compare(x, y, call)), _by_rule(compare(y, x, call))
    for (rule, asker), result in there.items():
        other = back[rule, swapped[asker]]
        assert (other.outcome, other.penalty, other.with_call) == (result.outcome, result.penalty, result.with_call)
        assert set(other.conditions) == set(result.conditions)
        assert rule in MUTUAL or other.text == result.text


@settings(max_examples=60)
@given(DECLARATIONS, DECLARATIONS, CALLS)
def test_what_is_not_said_never_makes_any_rule_graver(x: Declaration, y: Declaration, call: CallTerms) -> None:
    before = compare(x, y, call)
    silent = [(x, less, call) for less in _silenced(y)] + [(less, y, call) for less in _silenced(x)]
    for one, other, terms in [*silent, *((x, y, less) for less in _silenced(call))]:
        after = compare(one, other, terms)
        assert OUTCOMES.index(after.outcome) <= OUTCOMES.index(before.outcome)
        assert ranking_loss(after) <= ranking_loss(before)
        for key, result in _by_rule(after).items():
            assert SEVERITY[result.outcome] <= SEVERITY[_by_rule(before)[key].outcome]


@settings(max_examples=60)
@given(DECLARATIONS, DECLARATIONS, CALLS)
def test_what_becomes_known_never_turns_compatible_into_a_conflict(
    x: Declaration, y: Declaration, call: CallTerms
) -> None:
    known = _by_rule(compare(x, y, call))
    silent = [(x, less, call) for less in _silenced(y)] + [(less, y, call) for less in _silenced(x)]
    for one, other, terms in [*silent, *((x, y, less) for less in _silenced(call))]:
        for key, result in _by_rule(compare(one, other, terms)).items():
            assert result.outcome != "compatible" or known[key].outcome == "compatible"


@given(DECLARATIONS, DECLARATIONS, CALLS, st.sampled_from(PATHS))
def test_holding_a_field_hard_never_makes_anything_better(
    x: Declaration, y: Declaration, call: CallTerms, path: str
) -> None:
    before = compare(x, y, call)
    for one, other in ((x, replace(y, hard=(*y.hard, path))), (replace(x, hard=(*x.hard, path)), y)):
        after = compare(one, other, call)
        assert ranking_loss(after) >= ranking_loss(before)
        assert (score(after) or 0) <= (score(before) or 0)
        for key, result in _by_rule(after).items():
            was = _by_rule(before)[key]
            assert SEVERITY[result.outcome] >= SEVERITY[was.outcome] and result.known == was.known
            assert result.with_call == was.with_call, "firmness alone is never against the call"


@given(DECLARATIONS, DECLARATIONS, CALLS)
def test_with_everything_hard_little_is_left_to_negotiate(x: Declaration, y: Declaration, call: CallTerms) -> None:
    sections = tuple(path for path in PATHS if "." not in path)
    found = compare(replace(x, hard=sections), replace(y, hard=sections), call)
    assert {each.id for each in found.results if each.outcome == "negotiable"} <= {"F2"}


@given(DECLARATIONS, DECLARATIONS, CALLS)
def test_the_outcome_is_that_of_the_gravest_rule(x: Declaration, y: Declaration, call: CallTerms) -> None:
    found = compare(x, y, call)
    outcomes = [each.outcome for each in found.results]
    assert found.outcome == max(outcomes, key=OUTCOMES.index)
    assert set(found.checklist) | set(found.unsaid) | {r for r in found.results if r.outcome == "compatible"} == set(
        found.results
    )
    for party in ("first", "second"):
        for each in found.against_call(party):
            assert each.outcome == "incompatible" and each.asker not in (party, "both")
    assert all(each.conditions for each in found.results if each.outcome == "negotiable")


@given(DECLARATIONS, DECLARATIONS, CALLS, WEIGHTS)
def test_the_score_is_the_weighted_share_of_what_is_known_and_fits(
    x: Declaration, y: Declaration, call: CallTerms, weights: dict[RuleId, float] | None
) -> None:
    found = compare(x, y, call)
    known = [each for each in found.results if each.outcome != "unknown"]
    assert (score(found, weights) is None) == (not known)
    assert 0 <= ranking_loss(found, weights) <= 1
    if known:
        weight = {each.id: (weights or {}).get(each.id, 1.0) for each in known}
        expected = 1 - sum(weight[r.id] * r.penalty for r in known) / sum(weight[r.id] for r in known)
        assert score(found, weights) == pytest.approx(expected) and 0 <= expected <= 1


@given(DECLARATIONS, DECLARATIONS, CALLS, WEIGHTS, st.integers(0, 31))
def test_a_graver_rule_never_raises_the_score(
    x: Declaration, y: Declaration, call: CallTerms, weights: dict[RuleId, float] | None, at: int
) -> None:
    found = compare(x, y, call)
    if not found.results[at].known:
        return
    scores = [_with_penalty(found, at, penalty) for penalty in (0.0, 0.5, 1.0)]
    values = [score(each, weights) for each in scores]
    assert values == sorted((value for value in values if value is not None), reverse=True)
    losses = [ranking_loss(each, weights) for each in scores]
    assert losses == sorted(losses)


def _with_penalty(found: Compatibility, at: int, penalty: float) -> Compatibility:
    changed = replace(found.results[at], penalty=penalty)
    return Compatibility((*found.results[:at], changed, *found.results[at + 1 :]))


@given(DECLARATIONS, DECLARATIONS, CALLS)
def test_data_under_indigenous_governance_cost_no_more_than_open_ones(
    x: Declaration, y: Declaration, call: CallTerms
) -> None:
    closed = replace(y, data=replace(y.data, access="closed", grounds=("indigenous",)))
    opened = replace(y, data=replace(y.data, access="open", grounds=("indigenous",)))
    assert ranking_loss(compare(x, closed, call)) <= ranking_loss(compare(x, opened, call))


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"P9": 1.0}, "no rule is called 'P9'"),
        ({"P1": -1.0}, "0 or more"),
        ({"P1": float("nan")}, "0 or more"),
        (dict.fromkeys(RULES, 0.0), "above 0"),
    ],
)
def test_weights_that_make_no_score_are_refused(weights: Any, said: str) -> None:
    found = compare(Declaration(), Declaration(), CallTerms())
    for reckoned in (score, ranking_loss):
        with pytest.raises(InputError, match=said):
            reckoned(found, weights)


def test_leaving_a_field_out_can_lower_the_share_of_what_fits_but_never_the_rank() -> None:
    partner = declared(publication__policy="open", foreground__ownership="lead_all")
    seeker = declared(publication__must_publish=True, foreground__ownership="joint")
    more, less = (compare(seeker, each, CallTerms()) for each in (partner, replace(partner, publication=Publication())))
    assert (score(more), score(less)) == (0.75, 0.5)
    assert ranking_loss(more) == ranking_loss(less)
