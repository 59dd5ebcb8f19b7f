from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.rules.parties import party, team

from matchmaker.errors import InputError
from matchmaker.rules.language import preset, preset_ids
from matchmaker.rules.roles import TEAM_ROLES, check_roles, known_roles, unknown_roles
from matchmaker.rules.vocabulary import words_of
from matchmaker_api.calling import check_team


@pytest.mark.parametrize("call_id", preset_ids())
def test_the_five_roles_and_every_word_of_the_call_are_known(call_id: str) -> None:
    call = preset(call_id)
    check_roles(call, (*TEAM_ROLES, *words_of(call, "role")))
    assert unknown_roles(call, ("chairman", "beneficiary", "chairman")) == ("chairman",)


def test_a_host_is_known_where_it_may_bring_the_person_that_is_asked_for() -> None:
    assert {"pi", "host"} <= set(known_roles(preset("erc-stg-2027")))
    assert {"fellow", "host"} <= set(known_roles(preset("msca-pf-ef")))
    assert "host" not in known_roles(preset("he-ria"))


def test_a_misspelt_role_is_refused_with_the_words_allowed_and_never_left_uncounted() -> None:
    with pytest.raises(InputError, match="he-ria has no role 'coordinater'") as caught:
        check_team(preset("he-ria"), team(party("DE", "coordinater"), party("FR")))
    assert caught.value.hint == f"allowed: {', '.join(TEAM_ROLES)}"


def test_a_role_of_an_annex_is_known_in_a_team_judged_with_it() -> None:
    call, annex = preset("he-ria"), replace(preset("erc-stg-2027"), id="annex")
    given = team(party("DE", "pi"), party("FR"), party("ES"))
    assert check_team(call, given, annexes={"DE": annex})["annexes"]
    with pytest.raises(InputError, match="no role 'pi'"):
        check_team(call, given)
