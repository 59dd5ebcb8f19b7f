"""Who is in which group, and that many counts at once are the counts one would make one by one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.groups import CAREER_STAGES, TARGETS, UNDECLARED, census, check_attribute, group_names, grouping
from matchmaker.matching.corpus import Corpus
from matchmaker.places.resolve import border_key
from matchmaker.places.sets import country_set, income_group

SEEDS = st.integers(0, 2**32 - 1)


def one_by_one(corpus: Corpus, attribute: str, people: Any) -> dict[str, int]:
    of = grouping(corpus, attribute, {})
    return dict(Counter(of.of(int(person)) for person in people))


@given(SEEDS)
def test_counts_of_a_subset_are_those_made_one_by_one(corpus: Corpus, seed: int) -> None:
    dice = np.random.default_rng(seed)
    chosen = dice.random(corpus.n_people) < dice.random()
    counted = census(corpus, {}).counts(chosen)
    assert set(counted) == {*TARGETS, "language"}
    for attribute, by_group in counted.items():
        assert by_group == one_by_one(corpus, attribute, np.flatnonzero(chosen))


@given(SEEDS, st.integers(0, 6))
def test_what_is_left_after_each_filter_is_counted_as_if_filters_acted_one_after_the_other(
    corpus: Corpus, seed: int, n: int
) -> None:
    dice = np.random.default_rng(seed)
    filters = [dice.random(corpus.n_people) < dice.random() for _ in range(n)]
    everybody = census(corpus, {})
    left = np.ones(corpus.n_people, dtype=np.bool_)
    tallies = everybody.after_each(filters)
    assert len(tallies) == n + 1
    for tally, passes in zip(tallies, [left, *filters], strict=True):
        left = left & passes
        assert tally.tolist() == everybody.tally(left).tolist()


@given(SEEDS)
def test_crossed_counts_add_up_to_each_attribute(corpus: Corpus, seed: int) -> None:
    chosen = np.random.default_rng(seed).random(corpus.n_people) < 0.3
    everybody = census(corpus, {})
    tally = everybody.tally(chosen)
    for pair, cells in everybody.crossed(tally).items():
        for side, attribute in enumerate(pair.split("×")):
            sums: Counter[str] = Counter()
            for cell, people in cells.items():
                sums[cell.split("×")[side]] += people
            assert dict(sums) == everybody.counted(tally)[attribute]


def test_income_groups_are_those_of_the_joining_country_and_a_territory_goes_by_its_sovereign(corpus: Corpus) -> None:
    incomes = grouping(corpus, "income_group", {})
    for person, country in enumerate(corpus.country.tolist()):
        expected = "unknown"
        if country:
            own = income_group(country, corpus.as_of)
            expected = own if own != "unknown" else income_group(border_key(country), corpus.as_of)
        assert incomes.of(person) == expected


def test_the_language_of_works_is_that_of_most_of_them(corpus: Corpus) -> None:
    languages = corpus.tables.texts["language"].to_pylist()
    of = grouping(corpus, "language", {})
    for person in range(corpus.n_people):
        counted = Counter(languages[text] for text in corpus.person_texts.of(person).tolist() if languages[text])
        most = max(counted.values(), default=0)
        named = sorted(name for name, count in counted.items() if count == most)
        assert of.of(person) == (named[0] if named else "unknown")


def test_a_set_of_countries_makes_two_groups_and_those_without_a_country_a_third(corpus: Corpus) -> None:
    inside = country_set("eu_members", corpus.as_of).codes
    of = grouping(corpus, "set:eu_members", {})
    for person, country in enumerate(corpus.country.tolist()):
        assert of.of(person) == ("unknown" if not country else "in" if country in inside else "out")


def test_career_stages_are_those_declared_and_everybody_else_is_undeclared(corpus: Corpus) -> None:
    ids = corpus.tables.people["id"].to_pylist()
    declared = {"career_stage": {ids[0]: "R1", ids[5]: "R4", "https://nobody.invalid": "R2"}}
    of = grouping(corpus, "career_stage", declared)
    assert (of.of(0), of.of(5), of.of(1)) == ("R1", "R4", UNDECLARED)
    assert set(of.names) == {*CAREER_STAGES, UNDECLARED}


@pytest.mark.parametrize("attribute", ["gender", "nationality", "incomegroup", ""])
def test_no_target_can_be_set_for_what_people_are_not_grouped_by_here(attribute: str) -> None:
    with pytest.raises(InputError, match="no attribute"):
        check_attribute(attribute)


def test_every_group_that_occurs_is_one_that_is_documented(corpus: Corpus) -> None:
    for attribute in TARGETS:
        allowed = group_names(attribute)
        assert allowed is None or set(grouping(corpus, attribute, {}).names) <= set(allowed)
