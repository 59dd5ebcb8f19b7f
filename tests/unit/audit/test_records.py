from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.audit.events import an_event, many_events

from matchmaker.audit.records import event_from, record_of
from matchmaker.domain.events import STAGES, EquityOutcome, ListEvent, ShownPeople
from matchmaker.errors import InputError

_NAMES = st.text("abcé", min_size=1, max_size=3)
_ATTRIBUTES = st.sampled_from(["income_group", "region", "profile"])
_COUNTS = st.dictionaries(_ATTRIBUTES, st.dictionaries(_NAMES, st.integers(1, 10**6), max_size=4), max_size=3)
_CELLS = st.dictionaries(st.builds("{}×{}".format, _NAMES, _NAMES), st.integers(1, 999), max_size=5)
_PAIRS = st.dictionaries(st.sampled_from(["income_group×region", "income_group×profile"]), _CELLS, max_size=2)
_FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def _events(draw: st.DrawFn) -> ListEvent:
    n = draw(st.integers(0, 4))

    def along(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.lists(values, min_size=n, max_size=n).map(tuple)

    return ListEvent(
        at=draw(st.integers(0, 10**10).map(lambda second: datetime.fromtimestamp(second, UTC))),
        run_id=draw(_NAMES), role="staff", direction="person", call=draw(st.none() | _NAMES), generation="g", k=5,
        seeker=draw(st.dictionaries(_ATTRIBUTES, _NAMES)), home="",
        stages=draw(st.dictionaries(st.sampled_from(STAGES), _COUNTS)),
        crossed=draw(st.dictionaries(st.sampled_from(STAGES), _PAIRS, max_size=3)),
        filters=draw(st.lists(st.tuples(_NAMES, _COUNTS), max_size=4).map(tuple)),
        shown=ShownPeople(draw(along(_NAMES)), draw(along(_NAMES)), draw(along(_FLOATS)),
                          draw(along(st.integers(1, 99))), draw(st.dictionaries(_ATTRIBUTES, along(_NAMES)))),
        by_score=draw(st.dictionaries(_ATTRIBUTES, st.lists(_NAMES, max_size=4).map(tuple))),
        relevance=draw(st.dictionaries(_ATTRIBUTES, st.dictionaries(_NAMES, _FLOATS))),
        equity=EquityOutcome("region", "floors", draw(st.dictionaries(_NAMES, _NAMES)), "pool", "s", "w",
                             draw(_FLOATS), 0.9, 1.0, draw(st.booleans()), 3,
                             draw(st.dictionaries(_NAMES, st.integers(0, 9)))),
    )  # fmt: skip


@given(_events())
def test_an_event_comes_back_from_its_json_as_it_was(event: ListEvent) -> None:
    assert event_from(json.loads(json.dumps(record_of(event)))) == event


def test_a_group_that_nobody_is_left_of_is_not_written() -> None:
    event = an_event([("a", "H")], pool={"H": 3, "L": 0})
    assert event_from(record_of(event)).stages["pool"] == {"income_group": {"H": 3}}


def test_an_event_of_twenty_places_takes_about_five_kilobytes() -> None:
    events = many_events(20)
    sizes = [len(json.dumps(record_of(event), separators=(",", ":"), ensure_ascii=False).encode()) for event in events]
    assert sum(sizes) / len(sizes) < 5500


def test_parts_that_nobody_needs_may_be_left_out_and_the_rest_is_the_same() -> None:
    for event in many_events(5):
        record = record_of(event)
        whole, part = event_from(record), event_from(record, filters=False, crossed=False)
        assert (part.filters, part.crossed) == ((), {})
        assert replace(part, filters=whole.filters, crossed=whole.crossed) == whole


def test_a_record_is_the_same_event_after_json_with_sorted_keys() -> None:
    for event in many_events(5):
        assert event_from(json.loads(json.dumps(record_of(event), sort_keys=True))) == event_from(record_of(event))


def test_a_damaged_record_names_its_run() -> None:
    record = record_of(an_event([("a", "H")], run_id="run-7"))
    record["shown"] = [[5]]
    with pytest.raises(InputError, match="run-7"):
        event_from(record)
    del record["people"]
    with pytest.raises(InputError, match="run-7"):
        event_from(record)


def test_places_that_do_not_agree_are_refused() -> None:
    with pytest.raises(InputError, match="number of places"):
        record_of(an_event([("a", "H")], countries=["FR", "DE"]))


def test_a_crossed_group_that_joins_no_two_names_is_refused() -> None:
    with pytest.raises(InputError, match="join two names"):
        record_of(an_event([("a", "H")], crossed={"pool": {"income_group×region": {"H": 3}}}))
