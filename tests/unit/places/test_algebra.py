from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import reduce
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.conditions import Codes, Combined, Named, Ref, SetTerm, When
from matchmaker.errors import InputError
from matchmaker.places.algebra import PlaceSet, evaluate, evaluate_all
from matchmaker.places.resolve import all_codes
from matchmaker.places.sets import country_set, refs

TODAY = date(2026, 11, 22)
DATES: Mapping[When, date] = {"reference": TODAY, "project_start": date(2027, 4, 1), "project_end": date(2029, 3, 31)}
# Places as an organisation gives them: a country, or a part of one.
PLACES = [
    *((code, None) for code in ("DE", "NO", "BD", "ET", "MA", "EG", "TR", "GP", "NA", "XK", "AU")),
    *(("ES", part) for part in ("ES-CN", "ES-MD")),
    *(("PT", part) for part in ("PT-20", "PT-11")),
    *(("US", part) for part in ("US-ME", "US-CA")),
]
SOME_CODES = ("DE", "NO", "BD", "ET", "MA", "TR", "GP", "NA", "XK", "ES", "PT", "US", "ES-CN", "PT-20", "US-ME")
SOME_REFS = ("ldc", "eu_members", "widening", "epscor", "wb.L", "wb.LM", "dac_oda", "he_associated.all", "cost.itc")

leaves = st.one_of(
    st.frozensets(st.sampled_from(SOME_CODES), max_size=6).map(Codes),
    st.builds(Ref, st.sampled_from(SOME_REFS), st.sampled_from(["reference", "project_end"])),
)


def _grown(terms: st.SearchStrategy[SetTerm]) -> st.SearchStrategy[SetTerm]:
    several = st.lists(terms, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Combined, st.sampled_from(["union", "intersect"]), several),
        st.builds(Combined, st.just("minus"), st.tuples(terms, terms)),
    )


terms: st.SearchStrategy[SetTerm] = st.recursive(leaves, _grown, max_leaves=8)


def _of(*codes: str) -> Codes:
    return Codes(frozenset(codes))


def _found(term: SetTerm, sets: Mapping[str, SetTerm] | None = None, judged: date = TODAY) -> PlaceSet:
    return evaluate(term, sets or {}, DATES, judged)


# Plain sets of countries


@given(st.lists(st.frozensets(st.sampled_from(sorted(all_codes()))), min_size=1, max_size=4))
def test_on_codes_the_algebra_is_that_of_plain_sets(sets: list[frozenset[str]]) -> None:
    given_terms = tuple(Codes(codes) for codes in sets)
    assert _found(Combined("union", given_terms)) == PlaceSet(frozenset.union(*sets))
    assert _found(Combined("intersect", given_terms)) == PlaceSet(frozenset.intersection(*sets))
    assert _found(Combined("minus", (given_terms[0], given_terms[-1]))) == PlaceSet(sets[0] - sets[-1])


@given(st.sampled_from(refs()), st.sampled_from(refs()))
def test_on_tables_the_certain_members_and_the_possible_ones_are_plain_sets_too(one: str, other: str) -> None:
    (low, high), (least, most) = (_bounds_of(ref) for ref in (one, other))
    union = _found(Combined("union", (Ref(one), Ref(other))))
    minus = _found(Combined("minus", (Ref(one), Ref(other))))
    assert union.members & all_codes() == (low | least) & all_codes()
    assert minus.members & all_codes() == (low - most) & all_codes()
    assert (minus.members | minus.uncertain) & all_codes() == (high - least) & all_codes()


def _bounds_of(ref: str) -> tuple[frozenset[str], frozenset[str]]:
    found = country_set(ref, TODAY)
    return found.codes - found.uncertain, found.codes | found.uncertain


# Unknown is unknown


@given(terms)
def test_every_place_has_the_value_that_kleene_logic_gives_it(term: SetTerm) -> None:
    found = _found(term)
    assert not found.members & found.uncertain
    for place in PLACES:
        assert found.holds(*place) is _kleene(term, *place)


def _kleene(term: SetTerm, code: str, part: str | None) -> bool | None:
    """The same question put to one place at a time, without any sets."""
    if isinstance(term, Codes):
        return code in term.codes or part in term.codes
    if isinstance(term, Ref):
        known = country_set(term.ref, DATES[term.at])
        return None if {code, part} & known.uncertain else code in known.codes or part in known.codes
    assert isinstance(term, Combined)
    values = [_kleene(inner, code, part) for inner in term.terms]
    if term.how == "minus":
        return _and(values[0], None if values[1] is None else not values[1])
    return reduce(_and if term.how == "intersect" else _or, values)


def _and(one: bool | None, other: bool | None) -> bool | None:
    return False if False in (one, other) else None if None in (one, other) else True


def _or(one: bool | None, other: bool | None) -> bool | None:
    return True if True in (one, other) else None if None in (one, other) else False


@given(terms, st.randoms(use_true_random=False))
def test_whatever_the_uncertain_places_turn_out_to_be_no_answer_was_wrong(term: SetTerm, dice: Random) -> None:
    found, truth = _found(term), _settled_by(dice, term)
    for code, part in PLACES:
        answer = found.holds(code, part)
        assert answer is None or answer is bool(_kleene(truth, code, part))


def _settled_by(dice: Random, term: SetTerm) -> SetTerm:
    if isinstance(term, Ref):
        known = country_set(term.ref, DATES[term.at])
        joined = {code for code in sorted(known.uncertain) if dice.random() < 0.5}
        return Codes((known.codes - known.uncertain) | joined)
    if isinstance(term, Combined):
        return Combined(term.how, tuple(_settled_by(dice, inner) for inner in term.terms))
    return term


@given(terms)
def test_every_doubt_has_its_reason_and_every_table_its_version(term: SetTerm) -> None:
    found = _found(term)
    assert found.doubts.keys() == found.uncertain
    assert all(found.doubts.values())
    used = {ref.ref for ref in _refs_in(term)}
    assert found.versions.keys() == found.days.keys() == used
    assert all(country_set(ref, TODAY).version == version for ref, version in found.versions.items())
    for place in PLACES:
        assert bool(found.why_unknown(*place)) is (found.holds(*place) is None)


def _refs_in(term: SetTerm) -> Iterator[Ref]:
    if isinstance(term, Ref):
        yield term
    if isinstance(term, Combined):
        for inner in term.terms:
            yield from _refs_in(inner)


def test_a_place_without_a_country_is_unknown() -> None:
    assert _found(_of("DE")).holds(None) is None
    assert _found(_of("DE")).why_unknown(None) == ("the country is not known",)


# Parts of countries


def test_the_canary_islands_are_widening_spain_is_not_and_spain_without_more_is_unknown() -> None:
    widening = _found(Ref("widening"))
    assert widening.holds("ES", "ES-CN") is True
    assert widening.holds("ES", "ES-TF") is True  # La Laguna, by its province
    assert widening.holds("ES", "ES-MD") is False
    assert widening.holds("ES") is None
    assert widening.why_unknown("ES") == ("it is not known which part of ES the place is in",)
    assert widening.holds("PT") is True  # all of it is, so nothing is open
    assert widening.holds("GP") is True
    assert widening.holds("FR", "FR-971") is True
    assert widening.holds("FR") is False


def test_a_part_can_be_taken_out_of_a_country_and_put_back() -> None:
    mainland = Combined("minus", (_of("ES"), _of("ES-CN")))
    assert _found(mainland).holds("ES", "ES-MD") is True
    assert _found(mainland).holds("ES", "ES-CN") is False
    assert _found(mainland).holds("ES") is None
    assert _found(Combined("union", (mainland, _of("ES-CN")))).holds("ES") is True


def test_a_part_named_alone_tells_nothing_about_the_part_it_lies_in() -> None:
    province = _found(_of("ES-TF"))
    assert [province.holds("ES", part) for part in ("ES-TF", "ES-GC", "ES-CN", "ES-MD")] == [True, False, None, False]


def test_a_part_that_contradicts_its_country_is_not_used() -> None:
    assert _found(Ref("widening")).holds("DE", "ES-CN") is False
    assert _found(Ref("widening")).holds("ES", "DE-BY") is None


def test_a_part_with_a_code_of_its_own_is_that_place_in_a_list_too() -> None:
    assert _found(_of("FR-971")).holds("GP") is True
    assert _found(_of("CN")).holds("CN", "CN-TW") is False


# Days, versions, ages


def test_the_date_a_set_is_asked_for_and_its_version_stay_with_the_result() -> None:
    both = Combined("intersect", (Ref("dac_oda"), Ref("dac_oda", "project_end")))
    found = _found(Combined("minus", (both, _of("CN", "HK", "MO"))))
    assert found.holds("KE") is True
    assert found.holds("CN") is False
    assert found.versions == {"dac_oda": "dac_oda@2026-01-01"}
    assert found.days == {"dac_oda": (TODAY, date(2029, 3, 31))}


def test_graduation_decided_during_the_project_is_unknown_for_those_proposed() -> None:
    found = _found(Combined("intersect", (Ref("dac_oda"), Ref("dac_oda", "project_end"))))
    assert found.holds("PA") is None
    assert "proposed" not in str(found.why_unknown("KE"))
    assert any("dac_oda on 2029-03-31" in reason for reason in found.why_unknown("PA"))


def test_the_least_developed_on_two_days() -> None:
    before = evaluate(Ref("ldc"), {}, {"reference": date(2026, 11, 20)}, TODAY)
    after = evaluate(Ref("ldc"), {}, {"reference": date(2026, 12, 1)}, TODAY)
    assert (before.holds("LA"), after.holds("LA")) == (True, False)
    assert (before.holds("BD"), after.holds("BD")) == (True, None)
    assert "not verified" in after.why_unknown("BD")[0]


def test_a_table_past_its_age_makes_everything_that_rests_on_it_unknown() -> None:
    fresh, stale = _found(Ref("ldc"), judged=date(2026, 12, 28)), _found(Ref("ldc"), judged=date(2026, 12, 29))
    assert (fresh.holds("TD"), fresh.holds("DE")) == (True, False)
    assert (stale.holds("TD"), stale.holds("DE")) == (None, None)
    assert stale.why_unknown("DE") == ("ldc: the table of 2026-07-01 is older than 180 days",)


def test_an_old_table_does_not_spread_to_what_needs_no_table() -> None:
    later = date(2026, 12, 29)
    either = _found(Combined("union", (_of("KE"), Ref("ldc"))), judged=later)
    both = _found(Combined("intersect", (_of("KE"), Ref("ldc"))), judged=later)
    assert (either.holds("KE"), either.holds("UG")) == (True, None)
    assert (both.holds("KE"), both.holds("UG")) == (None, False)


def test_a_day_ahead_does_not_make_a_table_old() -> None:
    assert _found(Ref("ldc", "project_end")).holds("TD") is True


def test_a_date_the_call_does_not_give_makes_the_set_unknown() -> None:
    found = evaluate(Ref("ldc", "project_end"), {}, {"reference": TODAY}, TODAY)
    assert found.holds("TD") is None
    assert found.why_unknown("TD") == ("ldc: the call gives no date project_end",)


# Names


def test_a_name_means_the_set_it_stands_for() -> None:
    sets: dict[str, SetTerm] = {
        "LMIC": Combined("union", (Ref("wb.L"), Ref("wb.LM"), Ref("wb.UM"))),
        "UMG20": Combined("intersect", (Ref("wb.UM"), Ref("set.G20"))),
        "SSA": Ref("m49.sub_saharan_africa"),
        "ELIG": Combined("minus", (Named("LMIC"), Combined("minus", (Named("UMG20"), Named("SSA"))))),
    }
    eligible = evaluate_all(sets, DATES, TODAY)["ELIG"]
    assert {code: eligible.holds(code) for code in ("ZA", "VN", "UG", "NA")} == dict.fromkeys(
        ("ZA", "VN", "UG", "NA"), True
    )
    assert {eligible.holds(code) for code in ("BR", "TR", "CN", "MX", "ID", "AR", "US")} == {False}
    assert eligible.holds("ET") is None
    assert eligible == evaluate(Named("ELIG"), sets, DATES, TODAY)
    assert len(eligible.versions) == 5


def test_turkiye_is_mediterranean_only_where_the_call_says_so() -> None:
    associated = Combined("union", (Ref("eu_members"), Ref("he_associated.all")))
    north = _found(Combined("minus", (associated, Ref("set.PRIMA_MPC"))))
    assert {code: north.holds(code) for code in ("TR", "EG", "MA", "FR")} == {
        "TR": False, "EG": False, "MA": False, "FR": True,
    }  # fmt: skip


def test_a_name_nobody_defined_and_a_name_defined_by_itself_are_errors() -> None:
    with pytest.raises(InputError, match="'AFR'"):
        _found(Named("AFR"), {"MS": Ref("eu_members")})
    circle: dict[str, SetTerm] = {"A": Named("B"), "B": Combined("union", (_of("DE"), Named("A")))}
    with pytest.raises(InputError, match="by itself") as refusal:
        evaluate_all(circle, DATES, TODAY)
    assert refusal.value.hint == "A → B → A"
    with pytest.raises(InputError, match="atlantis"):
        _found(Ref("atlantis"))
