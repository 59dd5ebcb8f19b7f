from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest
from tests.unit.rules.chance import Dice
from tests.unit.rules.everybody import as_raw, fewest, joined, lacking, world

from matchmaker.rules.completion import completion
from matchmaker.rules.language import preset, preset_ids
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.teams import team_of

Raw = dict[str, Any]
NIGHT = os.environ.get("HYPOTHESIS_PROFILE") == "night"
TEAMS = 60 if NIGHT else 2  # for each of the 23 calls
TRIES = 20_000 if NIGHT else 600  # teams looked at by the plain search for one of them
# The amounts of the small world are not free, so that more partners may be needed there.
ABOUT_MONEY = {"eranet-style", "eurostars", "he-hop-on", "msca-dn"}
BOOKS = {call_id: rulebook(preset(call_id)) for call_id in preset_ids()}


def small_team(call_id: str, seed: int) -> Raw:
    """A team of up to six of whom all is known, that has not failed."""
    random = Random(f"{call_id}/{seed}")
    project = Dice(call_id, seed).team()["project"]
    project |= {"requested": 400_000, "person_months": 360, "duration_months": 36, "copublications": 0}
    project |= {key: dict.fromkeys(project[key], True) for key in ("statements", "flags")}
    team: Raw = {"partners": [], "project": project}
    for number in range(random.randint(0, 6)):
        one = random.choice(
            world(call_id) if random.random() < 0.7 else Dice(call_id, random.randint(0, 999)).team()["partners"]
        )
        one = {**one, "org": {**one["org"], "id": f"org-{number}"}}
        more = {**team, "partners": [*team["partners"], one]}
        team = team if "fail" in lacking(call_id, more) else more
    return team


@pytest.mark.parametrize("call_id", preset_ids())
def test_as_few_partners_are_named_as_a_search_through_a_small_world_finds(call_id: str) -> None:
    for seed in range(TEAMS):
        team = small_team(call_id, seed)
        found = completion(BOOKS[call_id], team_of(team))
        try:
            least = fewest(call_id, team, most=3, tries=TRIES)
        except OverflowError:
            continue
        if found.state == "undecided":
            continue
        if least is not None:
            assert found.further is not None and found.further <= least, (team, found)
        if call_id not in ABOUT_MONEY and (found.further or 9) <= 3:
            assert found.further == least, (team, found)


@pytest.mark.parametrize("call_id", preset_ids())
def test_a_team_with_the_partners_named_lacks_nothing_and_with_one_fewer_it_does(call_id: str) -> None:
    for seed in range(100, 100 + 5 * TEAMS):
        team = small_team(call_id, seed)
        found = completion(BOOKS[call_id], team_of(team))
        assert (found.state == "complete") is (not lacking(call_id, team))
        if found.state == "completable":
            further = tuple(as_raw(each) for each in found.partners)
            assert len(further) == found.further
            assert not lacking(call_id, joined(team, further)), (team, found)
            for number in range(len(further)):
                fewer = further[:number] + further[number + 1 :]
                assert lacking(call_id, joined(team, fewer)), (team, found)
