"""The team that a form begins with."""

from __future__ import annotations

import json

import pytest

from matchmaker.rules.language import preset, preset_ids, read_call
from matchmaker.rules.rulebook import rulebook
from matchmaker_api.calling import check_team
from matchmaker_api.example_team import example_team

UNMET = """schema: rcp-call/1
id: nobody
title: Nobody can join
funder: A foundation
provenance: {source: invented, retrieved: 2026-11-22, confidence: high, illustrative: true}
dates: {reference: 2026-11-22}
clauses:
  - {id: many, type: count, of: entities, min: 3}
  - {id: few, type: count, of: entities, max: 1}
"""


@pytest.mark.parametrize("call_id", preset_ids())
def test_the_example_of_a_call_is_a_small_team_that_lacks_no_partner(call_id: str) -> None:
    call = preset(call_id)
    team = example_team(rulebook(call))
    found = check_team(call, json.loads(json.dumps(team)))
    assert found["result"] in ("eligible", "review")
    assert found["completion"]["state"] == "complete"
    assert 1 <= len(team["partners"]) <= 8
    ids = [partner["org"]["id"] for partner in team["partners"]]
    assert len(set(ids)) == len(ids)
    assert team == example_team(rulebook(preset(call_id)))


def test_a_call_that_no_team_can_meet_still_has_an_example_to_change() -> None:
    call = read_call(UNMET, "nobody.yaml")
    team = example_team(rulebook(call))
    assert check_team(call, team)["result"] in ("incomplete", "ineligible")
    assert len(team["partners"]) == 1
