"""What one more partner of a kind would do: shared by kinds that a call cannot tell apart, and the same as asked one by
one."""

from __future__ import annotations

from random import Random

import pytest
from tests.unit.rules.chance import Dice

from matchmaker.domain.teams import ORG_TYPES, Org, Partner, Project, Team
from matchmaker.places.resolve import all_codes
from matchmaker.rules.kinds import EFFECTS, Kind, Prospects, alone
from matchmaker.rules.language import preset, preset_ids
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.team import candidate_effect, judge
from matchmaker.rules.teams import team_of
from matchmaker.rules.vocabulary import flags_of, roles_of, words_of

KINDS = [Kind(code, kind) for code in [None, *sorted(all_codes())] for kind in [None, *ORG_TYPES]]
TEAMS_EACH = 3
KINDS_EACH = 30


@pytest.mark.parametrize("call_id", preset_ids())
def test_kinds_that_share_a_verdict_would_each_get_it(call_id: str) -> None:
    book, random = rulebook(preset(call_id)), Random(call_id)
    for seed in range(TEAMS_EACH):
        prospects = Prospects(book, team_of(Dice(call_id, seed).team()))
        for kind in random.sample(KINDS, KINDS_EACH):
            every = {role: Prospects(book, prospects.team, role).of(kind) for role in prospects.roles}
            fine = [each for each in every.values() if not each.blocked]
            assert prospects.blocked(kind) == (not fine)
            found = prospects.of(kind)
            assert found == every[found.role]
            assert EFFECTS.index(found.effect) == min(EFFECTS.index(each.effect) for each in fine or every.values())
            assert prospects.helpful(kind) == (found.effect != "no help")


@pytest.mark.parametrize("call_id", preset_ids())
def test_a_prospect_is_the_verdict_on_the_team_with_them(call_id: str) -> None:
    book, random = rulebook(preset(call_id)), Random(call_id)
    team = team_of(Dice(call_id, 0).team())
    prospects = Prospects(book, team)
    for kind in random.sample(KINDS, 20):
        found = prospects.of(kind)
        newcomer = Partner(
            Org("this partner", kind.country, kind.type, flags=dict.fromkeys(flags_of(book.call))), found.role,
            funded=True,
        )  # fmt: skip
        assert found.verdict == judge(book, Team((*team.partners, newcomer), team.project))
        effect = candidate_effect(book, team, newcomer)
        assert (effect.effect == "blocked") <= found.blocked
        if effect.effect == "helps" and not found.blocked:
            assert set(effect.clauses) <= set(found.clauses)


def test_the_role_is_the_one_that_serves_the_team_best() -> None:
    book = rulebook(preset("ukri-ispf-oda"))
    from_kenya = alone(book, Org("ours", "KE", "university"), Project())
    assert from_kenya.partners[0].role == "beneficiary"  # a Kenyan university may not lead this call
    prospects = Prospects(book, from_kenya)
    assert prospects.of(Kind("GB", "university")).role == "coordinator"
    assert prospects.of(Kind("GB", "university")).effect == "helps"
    assert prospects.of(Kind("CN", "university")).blocked
    assert Prospects(book, from_kenya, "beneficiary").of(Kind("GB", "university")).role == "beneficiary"


def test_who_does_not_help_is_not_said_to_help() -> None:
    book = rulebook(preset("he-ria"))
    team = alone(book, Org("ours", "DE", "university"), Project())
    prospects = Prospects(book, team)
    france, usa = prospects.of(Kind("FR", "university")), prospects.of(Kind("US", "university"))
    assert (france.effect, france.clauses) == ("helps", ("min-countries",))
    # Whether a topic pays for partners from the United States is for the topic to say; the call alone does not know.
    assert (usa.effect, usa.funded, france.funded) == ("no help", None, True)
    assert prospects.of(Kind("DE", "company")).effect == "no help"  # a country that is there already


def test_what_nobody_has_said_of_an_organisation_is_not_held_against_it() -> None:
    """An index does not know whether a unit is registered with a funder: it may help, and is to be reviewed."""
    book = rulebook(preset("dfg-nsfc"))
    team = alone(book, Org("ours", "DE", "university"), Project())
    found = Prospects(book, team).of(Kind("CN", "university"))
    assert not found.blocked and found.effect == "may help"


def test_an_organisation_that_is_in_the_team_brings_no_new_entity() -> None:
    book = rulebook(preset("he-ria"))
    team = team_of({"partners": [{"org": {"id": "https://ror.org/1", "country": "FR", "type": "university"}}]})
    prospects = Prospects(book, team)
    assert "https://ror.org/1" in prospects.named
    assert prospects.of(Kind("FR", "university", "https://ror.org/1")).effect == "no help"


def test_the_words_of_a_call_are_found_wherever_they_stand() -> None:
    assert roles_of(preset("msca-pf-ef")) == ("beneficiary", "host", "fellow", "coordinator")
    assert "innovative" in flags_of(preset("eurostars"))
    assert words_of(preset("edctp3-csa"), "org_id") == {"edctp-association"}
    assert set(EFFECTS) == {"helps", "may help", "useful", "no help", "sets back"}


def test_whoever_makes_a_complete_team_lack_something_is_not_useful() -> None:
    book = rulebook(preset("cost-oc"))
    codes = ("DE", "FR", "NL", "PL", "PT", "RO", "BG")  # three from outside the inclusiveness countries, four inside
    roles = ("coordinator", *("beneficiary",) * 6)
    partners = [
        {"org": {"id": code, "country": code, "type": "university"}, "role": role}
        for code, role in zip(codes, roles, strict=True)
    ]
    prospects = Prospects(book, team_of({"partners": partners}))
    assert prospects.before.result == "eligible"
    eighth, ninth = Kind("SE", "university"), Kind("PL", "company")
    assert prospects.of(eighth).effect == "useful"  # 4 of 8 is still half
    assert prospects.of(ninth).effect == "useful"
    eight = Prospects(book, team_of({"partners": [*partners, {"org": {"id": "SE", "country": "SE"}}]}))
    found = eight.of(Kind("DK", "university"))  # 4 of 9 is not
    assert (found.effect, found.clauses, found.verdict.result) == ("sets back", ("itc-half",), "incomplete")
    assert not eight.helpful(Kind("DK", "university"))
