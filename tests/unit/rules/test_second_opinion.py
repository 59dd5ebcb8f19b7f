"""The evaluator against a plain one that fills in every unknown in every way."""

from __future__ import annotations

import os

import pytest
from tests.unit.rules.chance import Dice, completions, raw_call, with_facts
from tests.unit.rules.plain import Plain

from matchmaker.rules.language import preset, preset_ids
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.team import judge
from matchmaker.rules.teams import team_of

TEAMS = 900 if os.environ.get("HYPOTHESIS_PROFILE") == "night" else 90  # for each of the 23 calls


@pytest.mark.parametrize("call_id", preset_ids())
def test_what_is_said_of_a_team_holds_however_its_unknowns_turn_out(call_id: str) -> None:
    book, plain, dice = rulebook(preset(call_id)), Plain(raw_call(call_id)), Dice(call_id, seed=1)
    for _ in range(TEAMS):
        known = dice.team()
        holes = dice.holes(known, most=dice.few)[:3]
        asked = with_facts(known, holes, (None,) * len(holes))
        found = judge(book, team_of(asked)).clauses
        said = {each.id: each.status for each in found}
        types = {each.id: each.type for each in found}
        turned_out = [plain.statuses(team) for team in completions(known, holes)]
        for clause, status in said.items():
            possible = {team[clause] for team in turned_out}
            if status == "pass":
                # Where it is not known whether a clause applies, it is met in either case.
                possible = {"pass" if each == "n/a" else each for each in possible}
            if status == "unknown":
                # Money that is not stated makes a share unknown even where no amount could change the answer.
                exact = types[clause] not in ("share", "top_share")
                assert len(possible) > 1 or not exact or "unknown" in possible, (clause, possible, asked)
            else:
                assert possible == {status}, (clause, status, possible, asked)
