"""Promises of screening many at once: the same as one by one, whatever the number of processes."""

from __future__ import annotations

import logging
import random
import sys

import pytest

from matchmaker.safeguards import many
from matchmaker.safeguards.many import screen_each, screen_many
from matchmaker.safeguards.records import Entry, Organisation
from matchmaker.safeguards.screening import Screen

WORDS = "university institute technology nagoya tehran harbin windhoek porto lagos naval northern".split()
DICE = random.Random(5)
ENTRIES = [
    Entry("US_EL", str(number), " ".join(DICE.sample(WORDS, 3)), countries=frozenset({DICE.choice(["CN", "NA", "PT"])}))
    for number in range(60)
]
ORGANISATIONS = [
    Organisation(str(number), " ".join(DICE.sample(WORDS, 3)), country=DICE.choice(["CN", "NA", "PT", None]))
    for number in range(201)
]


def _one_by_one() -> dict[str, tuple[object, ...]]:
    screen = Screen(ENTRIES)
    found = {organisation.id: screen.screen(organisation).findings for organisation in ORGANISATIONS}
    return {known: findings for known, findings in found.items() if findings}


def test_only_organisations_with_findings_are_given_in_order() -> None:
    found = screen_many(iter(ORGANISATIONS), ENTRIES)
    assert found == _one_by_one()
    assert list(found) == list(_one_by_one())
    assert 0 < len(found) < len(ORGANISATIONS)


def test_two_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = list(screen_each(ORGANISATIONS, ENTRIES))
    monkeypatch.setattr(many, "PAYS_FROM", 0)
    monkeypatch.setattr(many, "_cores", lambda: 2)
    monkeypatch.setattr(many, "_screened", _only_half(len(ORGANISATIONS)))
    assert list(screen_each(ORGANISATIONS, ENTRIES)) == alone
    assert any(screened.log_lines for screened in alone)
    assert not any(screened.logged for screened in alone)


def test_a_second_process_that_fails_is_said_and_costs_only_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(many, "PAYS_FROM", 0)
    monkeypatch.setattr(many, "_cores", lambda: 2)
    monkeypatch.setattr(many, "_OTHER", (sys.executable, "-c", "raise SystemExit('no memory')"))
    with caplog.at_level(logging.WARNING, "matchmaker.safeguards"):
        assert screen_many(ORGANISATIONS, ENTRIES) == _one_by_one()
    assert "no memory" in caplog.text


def test_nothing_is_found_among_nothing() -> None:
    assert screen_many([], ENTRIES) == screen_many(ORGANISATIONS, []) == {}


def _only_half(whole: int):  # type: ignore[no-untyped-def]
    """Screening that refuses more than its half here: the other half must come from the second process."""
    screened = many._screened

    def half(organisations, entries, possible):  # type: ignore[no-untyped-def]
        assert len(organisations) <= (whole + 1) // 2
        return screened(organisations, entries, possible)

    return half
