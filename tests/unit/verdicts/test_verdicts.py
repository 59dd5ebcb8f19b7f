"""Rules, safeguards and terms over the people of an invented index: the same as asked for each person alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from matchmaker.domain.matches import CallDocument, MatchRequest, UnderCall
from matchmaker.domain.teams import Org, Partner, Team
from matchmaker.errors import InputError
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.questions import sought
from matchmaker.recommend import recommend, recommend_in_full
from matchmaker.rules.language import preset, preset_ids
from matchmaker.rules.rulebook import rulebook
from matchmaker.rules.team import judge
from matchmaker.rules.teams import team_of
from matchmaker.rules.vocabulary import flags_of, roles_of
from matchmaker.safeguards.cases import Deployer
from matchmaker.safeguards.lists import Lists
from matchmaker.safeguards.records import Entry, Finding, ListFile, LocalRule
from matchmaker.terms.declared import Declared
from matchmaker.terms.reading import read_declaration
from matchmaker.verdicts.everything import Now, Verdicts
from matchmaker.verdicts.screening import as_seen_by_seekers
from matchmaker.verdicts.setting import Setting
from matchmaker_api.calls import all_calls

TODAY = date(2026, 11, 22)
TEXT = "insecticide resistance and malaria treatment"
TEAM = {
    "partners": [{"org": {"id": "ours", "country": "DE", "type": "university", "gep": True}, "role": "coordinator"}]
}


@cache
def document(call_id: str) -> CallDocument:
    from pathlib import Path

    return CallDocument(f"{call_id}.yaml", all_calls(Path("nowhere")).files[call_id].text)


def under(call_id: str, **given: Any) -> MatchRequest:
    return MatchRequest(text=TEXT, home="DE", k=20, call=UnderCall(document(call_id), **given))


def verdicts(corpus: Corpus, request: MatchRequest, setting: Setting | None = None) -> Verdicts:
    return Verdicts(corpus, request, None, sought(corpus, request, None), Now(setting or Setting(), TODAY, corpus))


def listed(place: str, decision: str = "block", list_id: str = "LOCAL", family: str = "local") -> dict[str, Any]:
    """Findings for one organisation by an identifier, and the file they come from."""
    rule = LocalRule(decision, "agreement ended", "research office", date(2027, 1, 1)) if family == "local" else None  # type: ignore[arg-type]
    entry = Entry(list_id, "e1", "Listed", family=family, local=rule, version="v1", dated=TODAY)  # type: ignore[arg-type]
    file = ListFile("lists.csv", "csl", "v1", TODAY, "file name", (entry,), 1)
    return {"findings": {place: (Finding("confirmed", entry, "ror:1"),)}, "lists": Lists((file,))}


@pytest.mark.parametrize("call_id", preset_ids())
@pytest.mark.parametrize("team", [None, TEAM], ids=["alone", "a team"])
def test_the_mask_is_what_the_rules_say_of_everybody_asked_alone(
    corpus: Corpus, call_id: str, team: dict[str, Any] | None
) -> None:
    found = verdicts(corpus, under(call_id, team=team))
    assert found.rules is not None
    ((_, mask),) = found.rules.filters()
    book, before = rulebook(preset(call_id)), found.rules.prospects.team
    roles = [role for role in roles_of(book.call) if role in found.rules.prospects.roles]
    for person in range(0, corpus.n_people, 7):
        kinds, of_person = corpus.joining
        country, kind = kinds[int(of_person[person])]
        org = Org("x", country, kind, flags=dict.fromkeys(flags_of(book.call)))
        teams = [Team((*before.partners, Partner(org, role, funded=True)), before.project) for role in roles]
        assert mask[person] == any(judge(book, each).result != "ineligible" for each in teams)


def test_nobody_ineligible_is_shown_and_every_clause_is_told(corpus: Corpus) -> None:
    answer = recommend(corpus, under("he-art22-5"), run_id="r", now=Now(Setting(), TODAY, corpus))
    assert answer.results and answer.meta.call == "he-art22-5"
    assert answer.meta.rules is not None and answer.meta.rules.set_versions
    for result in answer.results:
        assert result.eligibility.status != "ineligible"
        assert len(result.eligibility.clauses) == len(preset("he-art22-5").clauses)
    counted = {step.step: step for step in answer.meta.filter_counts}
    assert counted["rules"].left < counted["rules"].entered


def test_only_helpful_people_are_shown_where_only_they_are_wanted(corpus: Corpus) -> None:
    everybody = recommend(corpus, under("he-ria", team=TEAM), run_id="r", now=Now(Setting(), TODAY, corpus))
    helpful = recommend(
        corpus, under("he-ria", team=TEAM, only_helpful=True), run_id="r", now=Now(Setting(), TODAY, corpus)
    )
    assert {result.eligibility.effect for result in helpful.results} == {"helps"}
    assert "no help" in {result.eligibility.effect for result in everybody.results}


def test_an_associated_country_is_not_said_to_bring_the_member_state_that_is_lacking(corpus: Corpus) -> None:
    """E02: with GB, NO and IS only a Member State reduces what is lacking."""
    partners = [
        {"org": {"id": code, "country": code, "type": "university", "gep": True}} for code in ("GB", "NO", "IS")
    ]
    answer = recommend(
        corpus, under("he-ria", team={"partners": partners}), run_id="r", now=Now(Setting(), TODAY, corpus)
    )
    book = rulebook(preset("he-ria"))
    for result in answer.results:
        member = result.researcher.country in book.sets["MS"].members
        assert (result.eligibility.effect == "helps") == member


def test_a_team_that_no_partner_can_repair_gets_nobody_and_is_told_why(corpus: Corpus) -> None:
    team = {"partners": [{"org": {"id": "a", "country": "CN", "type": "university"}, "funded": True}]}
    answer = recommend(corpus, under("ukri-ispf-oda", team=team), run_id="r", now=Now(Setting(), TODAY, corpus))
    assert not answer.results and answer.meta.shortfall is not None
    assert "the team itself is ineligible" in answer.meta.shortfall.reason


def test_the_seekers_own_organisation_is_the_team_where_none_is_given(corpus: Corpus) -> None:
    people = np.flatnonzero((corpus.home == "country") & (corpus.n_texts > 0) & (corpus.country == "DE"))
    seeker = corpus.researcher(int(people[0]))
    request = replace(under("he-ria"), researcher=seeker.id, text=None, home=None)
    rules = recommend(corpus, request, run_id="r", now=Now(Setting(), TODAY, corpus)).meta.rules
    assert rules is not None and rules.team.partners == 1 and rules.seeker_role == "coordinator"
    countries = next(clause for clause in rules.team.clauses if clause.id == "min-countries")
    assert "1 against min 3" in countries.detail


def test_whoever_is_blocked_is_absent_and_explained_to_officers_alone(corpus: Corpus) -> None:
    shown = recommend(corpus, MatchRequest(text=TEXT, home="DE", k=20), run_id="r", now=Now(Setting(), TODAY, corpus))
    place = shown.results[0].researcher.institution.id
    assert place is not None
    setting = Setting(**listed(place))
    after = recommend_in_full(
        corpus, MatchRequest(text=TEXT, home="DE", k=200), run_id="r", now=Now(setting, TODAY, corpus)
    )
    people = set(corpus.institution_people[place].tolist())
    assert not people & {corpus.person_number(result.researcher.id) for result in after.answer.results}
    assert {each.id for each in after.answer.withheld} == {place}  # for each country that people there join from
    assert after.answer.withheld[0].reasons[-1].rule == "G12"
    assert place in [each.organisation for each in after.judged]
    assert "withheld" not in after.answer.as_dict()


def test_whoever_needs_a_look_stays_and_seekers_see_no_reason(corpus: Corpus) -> None:
    asked = MatchRequest(text=TEXT, home="DE", k=20)
    first = recommend(corpus, asked, run_id="r", now=Now(Setting(), TODAY, corpus)).results[0]
    place = first.researcher.institution.id
    assert place is not None
    setting = Setting(**listed(place, list_id="US_EL", family="export_control"))
    result = recommend(corpus, asked, run_id="r", now=Now(setting, TODAY, corpus)).results[0]
    assert result.researcher == first.researcher and result.score == first.score
    assert (result.safeguards.decision, result.safeguards.tier) == ("needs_review", "T0")
    reason = next(each for each in result.safeguards.reasons if each.rule == "G5")
    assert (reason.list, reason.entry, reason.version, reason.date) == ("US_EL", "e1", "v1", TODAY)
    told = as_seen_by_seekers(result.safeguards)
    assert told.reasons == () and told.conditions == ()
    assert told.state == "contact through your research office"


def test_without_a_list_that_counts_it_is_said_that_nobody_was_screened(corpus: Corpus) -> None:
    answer = recommend(corpus, MatchRequest(text=TEXT, home="DE"), run_id="r", now=Now(Setting(), TODAY, corpus))
    assert {result.safeguards.decision for result in answer.results} == {"not_screened"}
    assert answer.meta.safeguards is not None and answer.meta.safeguards.gaps == ("no screening list is loaded",)
    assert any("no screening list is loaded" in note for note in answer.meta.notes)


def test_a_regime_over_a_country_counts_for_those_who_are_bound_by_it(corpus: Corpus) -> None:
    asked = MatchRequest(text=TEXT, home="DE", k=200)
    bound = Setting(deployer=Deployer(jurisdictions=frozenset({"US"})))
    watch = verdicts(corpus, asked, bound).watch
    free = verdicts(corpus, asked).watch
    assert (watch.available() <= free.available()).all()
    for person in np.flatnonzero(~watch.available())[:50]:
        assert watch.decision(int(person)).verdict == "block"
    for person in np.flatnonzero(watch.available())[:50]:
        assert watch.decision(int(person)).verdict != "block"


def declared_for(place: str, written: dict[str, Any]) -> Setting:
    return Setting(declared=Declared({place: read_declaration(written)}, {}))


def test_what_nobody_declared_moves_nobody(corpus: Corpus) -> None:
    plain = recommend(corpus, MatchRequest(text=TEXT, home="DE"), run_id="r", now=Now(Setting(), TODAY, corpus))
    own = {"publication": {"must_publish": True}}
    declared = recommend(
        corpus, MatchRequest(text=TEXT, home="DE", terms=own), run_id="r", now=Now(Setting(), TODAY, corpus)
    )
    assert [r.researcher.id for r in plain.results] == [r.researcher.id for r in declared.results]
    assert {r.terms.outcome for r in declared.results} == {"unknown"}
    assert declared.results[0].contributions[-1].feature == "terms"
    assert declared.results[0].contributions[-1].points == 0.0
    assert [r.score for r in plain.results] == [r.score for r in declared.results]


def test_a_conflict_with_the_seeker_costs_a_little_and_removes_only_where_that_is_asked(corpus: Corpus) -> None:
    own = {"publication": {"must_publish": True}}
    asked = MatchRequest(text=TEXT, home="DE", terms=own, k=50)
    first = recommend(corpus, asked, run_id="r", now=Now(Setting(), TODAY, corpus)).results[0]
    place = first.researcher.institution.id
    assert place is not None
    setting = declared_for(place, {"publication": {"policy": "none"}})
    found = recommend(corpus, asked, run_id="r", now=Now(setting, TODAY, corpus))
    same = next(r for r in found.results if r.researcher.id == first.researcher.id)
    assert same.terms.outcome == "incompatible" and "P1" in {rule.id for rule in same.terms.rules}
    assert first.score - 0.1 <= same.score < first.score
    strict = replace(asked, require_compatible=True)
    left = recommend(corpus, strict, run_id="r", now=Now(setting, TODAY, corpus))
    assert place not in {r.researcher.institution.id for r in left.results}
    assert {step.step for step in left.meta.filter_counts} >= {"available", "terms"}


def test_terms_that_a_call_does_not_allow_remove_from_the_call(corpus: Corpus) -> None:
    first = recommend(corpus, under("he-ria"), run_id="r", now=Now(Setting(), TODAY, corpus)).results[0]
    place = first.researcher.institution.id
    assert place is not None
    setting = declared_for(place, {"publication": {"policy": "delay", "delay_months": 12}})
    found = recommend(corpus, under("he-ria"), run_id="r", now=Now(setting, TODAY, corpus))
    assert place not in {r.researcher.institution.id for r in found.results}
    assert "call_terms" in {step.step for step in found.meta.filter_counts}
    without = recommend(corpus, MatchRequest(text=TEXT, home="DE", k=20), run_id="r", now=Now(setting, TODAY, corpus))
    assert place in {r.researcher.institution.id for r in without.results}


def test_only_compatible_partners_of_nobody_is_refused(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="nothing to be compatible with"):
        recommend(corpus, MatchRequest(text=TEXT, home="DE", require_compatible=True), run_id="r")


def test_a_sensitive_question_is_labelled_and_needs_a_look_where_the_destination_is_of_concern(corpus: Corpus) -> None:
    text = "quantum key distribution and quantum cryptography over optical fibre networks, quantum sensing"
    asked = MatchRequest(text=text + " " + TEXT, home="DE", k=200)
    setting = Setting(deployer=Deployer(concern=frozenset({"KE"})))
    answer = recommend(corpus, asked, run_id="r", now=Now(setting, TODAY, corpus))
    assert answer.meta.safeguards is not None and answer.meta.safeguards.topics
    assert all(topic.phrases for topic in answer.meta.safeguards.topics)
    from_kenya = [r for r in answer.results if r.researcher.country == "KE"]
    assert from_kenya and {r.safeguards.decision for r in from_kenya} == {"needs_review"}


def test_a_team_that_is_not_well_formed_is_refused_with_its_place(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="partners"):
        recommend(corpus, under("he-ria", team={"partners": [{"orgg": {}}]}), run_id="r")
    assert team_of(TEAM).partners


def test_an_organisation_named_by_id_and_by_ror_is_one(corpus: Corpus) -> None:
    table = corpus.tables.institutions
    ror = "https://ror.org/02mhbdp94"
    rors = pa.array([ror, *[None] * (table.num_rows - 1)], pa.string())
    named = table.set_column(table.column_names.index("ror"), "ror", rors)
    known = replace(corpus, tables=replace(corpus.tables, institutions=named))
    place = table["id"][0].as_py()
    partners = [{"org": {"id": each, "country": "FR", "type": "university"}} for each in (place, ror, "another")]
    found = verdicts(known, under("prima-s2", team={"partners": partners}))
    assert found.rules is not None
    entities = next(each for each in found.rules.note().team.clauses if each.type == "count")
    assert entities.detail == "entities 2 against min 4"
