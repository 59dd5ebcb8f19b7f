"""Splits against a slow reading of their definition, on random small worlds; nothing after the date is looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.unit.evaluation.small_worlds import (
    CUTOFF,
    PEOPLE,
    UNTIL,
    Paper,
    after,
    corpus_of,
    later_of,
    plainly,
    seeds,
    worlds,
)

from matchmaker.errors import InputError, NothingToMatchError
from matchmaker.evaluation.splits import (
    PeopleSplit,
    Split,
    authors_of_texts,
    drawn,
    new_partners,
)
from matchmaker.matching.ties import coauthorship

Rows = set[tuple[int, int, int]]
FEWEST, MOST = 1, 3


def partners(some: Sequence[Paper], fewest: int = FEWEST, most: int | None = MOST) -> PeopleSplit | None:
    """The split, None where nobody found anybody."""
    corpus, has_abstract = corpus_of(some)
    try:
        return new_partners(corpus, later_of(some, corpus), has_abstract, fewest, most)
    except NothingToMatchError:
        return None


def right(split: Split | None) -> Rows:
    """(who asks, who is right, gain) of a split of people."""
    if split is None:
        return set()
    truth = split.truth
    rows = zip(split.queries[truth.query], split.candidates[truth.candidate], truth.gain, strict=True)
    return {(int(one), int(two), int(gain)) for one, two, gain in rows}


def slowly(some: Sequence[Paper], fewest: int = FEWEST, most: int | None = MOST) -> Rows:
    """The same from the papers themselves."""
    then = plainly(some)
    candidates = then.candidates(fewest)
    later = [p for p in some if CUTOFF < p.year <= UNTIL and (most is None or len(p.authors) <= most)]
    together = defaultdict(list)
    for paper in later:
        for one in paper.people & set(candidates):
            for two in paper.people & set(candidates):
                if then.may_meet(one, two):
                    together[one, two].append(len(paper.authors))
    return {(*pair, 2 if len(sizes) > 1 or sizes[0] <= 4 else 1) for pair, sizes in together.items()}


@given(worlds, st.integers(1, 3), st.sampled_from([2, 3, 5, None]))
def test_right_are_those_who_met_abroad_for_the_first_time(
    some: list[Paper], fewest: int, most: int | None
) -> None:  # fmt: skip
    assert right(partners(some, fewest, most)) == slowly(some, fewest, most)


@given(worlds)
def test_candidates_bars_and_introductions_are_those_of_a_slow_reading(some: list[Paper]) -> None:
    split, then = partners(some), plainly(some)
    assume(split is not None)
    assert split is not None
    candidates = then.candidates(FEWEST)
    assert split.candidates.tolist() == candidates
    for row, who in enumerate(split.queries.tolist()):
        assert split.barred(row).tolist() == [not then.may_meet(who, other) for other in candidates]
        introduced = split.introduced(row).tolist()
        expected = [then.share_a_coauthor(who, other) for other in candidates]
        others = [place for place, other in enumerate(candidates) if other != who]
        assert [introduced[place] for place in others] == [expected[place] for place in others]


@given(worlds)
def test_no_answer_is_ever_barred_and_answers_lie_in_order(some: list[Paper]) -> None:
    split = partners(some)
    assume(split is not None)
    assert split is not None
    for query, candidate in zip(split.truth.query.tolist(), split.truth.candidate.tolist(), strict=True):
        assert not split.barred(query)[candidate]
    pairs = list(zip(split.truth.query.tolist(), split.truth.candidate.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert set(split.truth.query.tolist()) == set(range(len(split.queries)))


@given(worlds, seeds)
def test_what_happens_after_the_end_changes_nothing(some: list[Paper], seed: int) -> None:
    one, two = partners(some), partners([*some, *after(seed)])
    assert right(one) == right(two)
    if one is not None and two is not None:
        assert_same_pool(one, two)
        assert {**one.counts} == {**two.counts}


@given(worlds, st.integers(0, 29))
def test_without_a_later_work_nobody_stops_being_a_candidate_and_nobody_else_is_barred(
    some: list[Paper], which: int
) -> None:  # fmt: skip
    later = [number for number, paper in enumerate(some) if paper.year > CUTOFF]
    assume(later)
    gone = later[which % len(later)]
    one, two = partners(some), partners([paper for number, paper in enumerate(some) if number != gone])
    assert {pair[:2] for pair in right(two)} <= {pair[:2] for pair in right(one)}
    if one is not None and two is not None:
        assert_same_pool(one, two)


def assert_same_pool(one: PeopleSplit, two: PeopleSplit) -> None:
    """The same candidates, and the same bars for who asks in both."""
    assert one.candidates.tolist() == two.candidates.tolist()
    for who in np.intersect1d(one.queries, two.queries).tolist():
        bars = [split.barred(int(np.flatnonzero(split.queries == who)[0])).tolist() for split in (one, two)]
        assert bars[0] == bars[1]


@given(worlds)
def test_who_wrote_together_before_or_shares_a_country_is_never_right(some: list[Paper]) -> None:
    then = plainly(some)
    for one, two, _ in right(partners(some)):
        assert frozenset((one, two)) not in then.together
        assert not then.countries[one] & then.countries[two]


@given(worlds)
def test_coauthorship_is_who_shares_a_work(some: list[Paper]) -> None:
    together = coauthorship(corpus_of(some)[0]).toarray()
    expected = plainly(some).together
    assert [[bool(value) for value in row] for row in together.tolist()] == [
        [frozenset((one, two)) in expected for two in range(PEOPLE)] for one in range(PEOPLE)
    ]


@given(worlds, st.integers(1, 3), st.sampled_from([2, 3, None]))
def test_a_later_text_is_answered_by_its_authors_among_the_candidates(
    some: list[Paper], fewest: int, most: int | None
) -> None:  # fmt: skip
    corpus, has_abstract = corpus_of(some)
    candidates = set(plainly(some).candidates(fewest))
    expected = {
        (f"w{number:03}", who)
        for number, paper in enumerate(some)
        if CUTOFF < paper.year <= UNTIL and paper.abstract and (most is None or len(paper.authors) <= most)
        for who in paper.people & candidates
    }
    later = later_of(some, corpus)
    try:
        split = authors_of_texts(corpus, later, has_abstract, fewest, most)
    except NothingToMatchError:
        assert not expected
        return
    works = [later.ids[row] for row in split.queries[split.truth.query].tolist()]
    assert set(zip(works, split.candidates[split.truth.candidate].tolist(), strict=True)) == expected
    asked = len(split.queries) + sum(split.counts.values())
    assert asked == len(later.ids)


def test_what_is_left_out_is_counted() -> None:
    home = [Paper(2014, ((who, code),)) for who, code in ((0, "DE"), (1, "KE"), (2, "DE"), (3, "US"), (4, "PR"))]
    met = [
        Paper(2016, ((0, "DE"), (1, "KE"))),  # right
        Paper(2016, ((0, "DE"), (2, "KE"))),  # both were in Germany at the cut-off
        Paper(2016, ((3, "US"), (4, "GB"))),  # Puerto Rico is no abroad for the United States
        Paper(2016, ((1, "KE"), (3, "US"))),  # they had met
        Paper(2016, ((0, "DE"), (5, "GB"))),  # nothing is known of 5
        Paper(2016, ((0, "DE"), (1, "KE"), (3, "US"), (4, "PR"))),  # too many
    ]
    split = partners([*home, Paper(2014, ((1, "KE"), (3, "US"))), *met])
    assert right(split) == {(0, 1, 2), (1, 0, 2)}
    assert split is not None
    assert split.counts == {
        "too_many_authors": 1, "not_candidates": 1, "worked_together_before": 1, "shared_country": 2, "pairs": 1,
    }  # fmt: skip


@pytest.mark.parametrize(("others", "gain"), [(3, 1), (2, 2)])
def test_a_work_of_many_counts_once_a_work_of_few_twice(others: int, gain: int) -> None:
    home = [Paper(2014, ((who, code),)) for who, code in ((0, "DE"), (1, "KE"))]
    joint = Paper(2016, ((0, "DE"), (1, "KE"), *((2 + more, "") for more in range(others))))
    assert right(partners([*home, joint], most=10)) == {(0, 1, gain), (1, 0, gain)}
    assert right(partners([*home, joint, joint], most=10)) == {(0, 1, 2), (1, 0, 2)}


@given(worlds, st.integers(1, 4), st.integers(0, 5))
def test_drawing_keeps_the_answers_of_who_is_drawn_and_every_candidate(
    some: list[Paper], queries: int, seed: int
) -> None:  # fmt: skip
    whole = partners(some)
    assume(whole is not None)
    assert whole is not None
    part = drawn(whole, queries, seed)
    assert len(part.queries) == min(queries, len(whole.queries))
    assert part.counts["not_drawn"] == len(whole.queries) - len(part.queries)
    assert right(part) == {row for row in right(whole) if row[0] in part.queries}
    assert part.candidates.tolist() == whole.candidates.tolist()
    assert part.queries.tolist() == drawn(whole, queries, seed).queries.tolist() == sorted(part.queries.tolist())
    row = {who: number for number, who in enumerate(whole.queries.tolist())}
    for number, who in enumerate(part.queries.tolist()):
        assert part.barred(number).tolist() == whole.barred(row[who]).tolist()


def test_zero_asks_all_and_less_is_refused() -> None:
    home = [Paper(2014, ((who, code),)) for who, code in ((0, "DE"), (1, "KE"))]
    whole = partners([*home, Paper(2016, ((0, "DE"), (1, "KE")))])
    assert whole is not None
    everybody = drawn(whole, 0, 7)
    assert right(everybody) == right(whole)
    assert everybody.counts["not_drawn"] == 0
    with pytest.raises(InputError):
        drawn(whole, -1, 7)


def test_nobody_right_is_said_with_the_date() -> None:
    corpus, has_abstract = corpus_of([Paper(2014, ((0, "DE"),)), Paper(2014, ((1, "KE"),))])
    with pytest.raises(NothingToMatchError, match="2015-12-31"):
        new_partners(corpus, later_of([], corpus), has_abstract, 1)
    with pytest.raises(NothingToMatchError, match="2015-12-31"):
        authors_of_texts(corpus, later_of([], corpus), has_abstract, 1)


def test_a_work_without_an_abstract_makes_no_candidate() -> None:
    some = [Paper(2014, ((0, "DE"),), abstract=False), Paper(2014, ((1, "KE"),)), Paper(2016, ((0, "DE"), (1, "KE")))]
    assert partners(some) is None
    assert right(partners([replace(some[0], abstract=True), *some[1:]])) == {(0, 1, 2), (1, 0, 2)}
