"""What must hold for every call and every team, whatever they say."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.rules.chance import Dice, completions, with_facts

from matchmaker.rules.counting import Weighed, matching, share, top_share
from matchmaker.rules.language import preset, preset_ids
from matchmaker.rules.predicates import conjunction, disjunction, negation
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.team import candidate_effect, judge
from matchmaker.rules.teams import team_of

CALLS = st.sampled_from(preset_ids())
SEEDS = st.integers(0, 10**9)
KLEENE = st.sampled_from([True, False, None])
BOOKS = {call_id: rulebook(preset(call_id)) for call_id in preset_ids()}


@given(CALLS, SEEDS)
def test_a_further_partner_never_turns_a_failed_clause_into_a_met_one(call_id: str, seed: int) -> None:
    dice = Dice(call_id, seed)
    whole = dice.team()
    fewer = {**whole, "partners": whole["partners"][:-1]}
    before, after = (judge(BOOKS[call_id], team_of(team)).clauses for team in (fewer, whole))
    turned = [old.id for old, new in zip(before, after, strict=True) if old.status == "fail" and new.status != "fail"]
    assert turned == []


@given(CALLS, SEEDS)
def test_the_order_of_partners_changes_nothing(call_id: str, seed: int) -> None:
    dice = Dice(call_id, seed)
    team = dice.team()
    holes = dice.holes(team, most=4)
    team = with_facts(team, holes, (None,) * len(holes))
    shuffled = {**team, "partners": team["partners"][::-1]}
    one, other = (judge(BOOKS[call_id], team_of(given)) for given in (team, shuffled))
    assert [(each.id, each.status, each.finding.lo, each.finding.hi, each.finding.need) for each in one.clauses] == [
        (each.id, each.status, each.finding.lo, each.finding.hi, each.finding.need) for each in other.clauses
    ]
    assert (one.result, set(one.unfunded)) == (other.result, set(other.unfunded))


@given(CALLS, SEEDS)
def test_what_becomes_known_never_turns_met_into_failed_or_back(call_id: str, seed: int) -> None:
    dice = Dice(call_id, seed)
    known = dice.team()
    holes = dice.holes(known, most=2)[:2]
    asked = judge(BOOKS[call_id], team_of(with_facts(known, holes, (None,) * len(holes)))).clauses
    for team in completions(known, holes):
        for old, new in zip(asked, judge(BOOKS[call_id], team_of(team)).clauses, strict=True):
            assert (old.status, new.status) not in {("pass", "fail"), ("fail", "pass")}, old.id


@given(CALLS, SEEDS)
def test_a_blocked_candidate_makes_the_team_ineligible_and_a_helpful_one_does_not(call_id: str, seed: int) -> None:
    whole = team_of(Dice(call_id, seed).team())
    team, candidate = type(whole)(whole.partners[:-1], whole.project), whole.partners[-1]
    effect = candidate_effect(BOOKS[call_id], team, candidate)
    before, after = judge(BOOKS[call_id], team), judge(BOOKS[call_id], whole)
    assert (effect.effect == "blocked") <= (after.result == "ineligible")
    if before.result != "ineligible" and effect.effect != "blocked":
        assert after.result != "ineligible"


@given(st.lists(KLEENE, max_size=4))
def test_three_values_agree_with_all_ways_to_settle_the_unknown_ones(values: list[bool | None]) -> None:
    ways = list(product(*([value] if value is not None else [True, False] for value in values)))

    def settled(answers: set[bool]) -> bool | None:
        return answers.pop() if len(answers) == 1 else None

    assert conjunction(values) is settled({all(way) for way in ways})
    assert disjunction(values) is settled({any(way) for way in ways})
    assert [negation(value) for value in (True, False, None)] == [False, True, None]


@given(st.dictionaries(st.sampled_from("abcde"), st.sets(st.sampled_from("12345"), min_size=1), max_size=5))
def test_as_many_groups_have_a_country_of_their_own_as_the_best_choice_gives(edges: dict[str, set[str]]) -> None:
    best = max(len(set(chosen)) for chosen in product(*edges.values()))
    assert matching(edges) == best
    assert all(matching({key: edges[key] for key in order}) == best for order in list(permutations(edges))[:5])


AMOUNTS = st.integers(0, 9).map(Fraction)
WEIGHED = st.builds(Weighed, st.sampled_from("abc"), AMOUNTS, KLEENE, KLEENE)


@given(st.lists(WEIGHED, max_size=5))
def test_a_share_is_bounded_exactly_by_all_ways_to_settle_membership(items: list[Weighed]) -> None:
    found = share(items)
    ways = _shares(items)
    if found is None:
        assert None in ways
    else:
        assert (found[0], found[1]) == (min(filter(_is_number, ways)), max(filter(_is_number, ways)))  # type: ignore[type-var]


def _is_number(value: Fraction | None) -> bool:
    return value is not None


def _shares(items: list[Weighed]) -> set[Fraction | None]:
    ways: set[Fraction | None] = set()
    for chosen in product(
        *(product(*([v] if v is not None else [True, False] for v in (i.among, i.of))) for i in items)
    ):
        inside = [(item.amount or Fraction(0), of) for item, (among, of) in zip(items, chosen, strict=True) if among]
        base = sum((amount for amount, _ in inside), Fraction(0))
        ways.add(sum((amount for amount, of in inside if of), Fraction(0)) / base if base else None)
    return ways


@given(st.lists(WEIGHED, min_size=1, max_size=4))
def test_the_largest_share_lies_within_its_bounds_however_membership_turns_out(items: list[Weighed]) -> None:
    found = top_share(items, [])
    if found is None:
        return
    for chosen in product(*([item.among] if item.among is not None else [True, False] for item in items)):
        parts: dict[str, Fraction] = {}
        for item, among in zip(items, chosen, strict=True):
            parts[item.key] = parts.get(item.key, Fraction(0)) + (item.amount or 0) * bool(among)
        assert found[0] <= max(parts.values()) / sum(parts.values()) <= found[1]
