"""D1–D6: how open data are, who gets at them, and what protects the people and communities they come from.

Data under Indigenous governance may be closed for good reasons. Such reasons are shown and lead to conditions; they
never lower a score. Where the grounds for closing data have not been said they may be such reasons, so the doubt is
given in favour.
"""

from __future__ import annotations

from collections.abc import Iterator

from matchmaker.terms.call_terms import CallTerms
from matchmaker.terms.declaration import OPENNESS, Data, Declaration
from matchmaker.terms.results import Condition, Part, RuleResult, settled, silence

_NECESSARY = frozenset({"personal", "security", "indigenous", "ip"})
_MONTHS_AFTER_END = 12
_WHO = Condition("agree_access", "agree on who gets at which data, and how")
_CONSENT = Condition("community_consent", "consent of the community, under its own protocol")
_ENCLAVE = Condition("tier_ceiling", "access at most in tier T3: in an enclave, without download")
_TRANSFER = (
    Condition("transfer_instrument", "standard contractual clauses or another instrument of transfer"),
    Condition("transfer_assessment", "an assessment of the transfer"),
)
_LOCAL = Condition("federated_analysis", "federated analysis or processing where the data are")


def as_open_as_the_call_asks(x: Declaration, y: Declaration, call: CallTerms) -> RuleResult:
    """D1: data less open than the call's floor need a ground: as open as possible, as closed as necessary."""
    access, floor = y.data.access, call.openness_floor
    if access is None or floor is None:
        part = silence(f"how open the data of {y.party} are, or how open the call wants them")
    elif OPENNESS.index(access) <= OPENNESS.index(floor):
        part = Part("compatible", f"the data of {y.party} are {access}, the call asks for {floor}")
    else:
        part = _less_open(y, f"the data of {y.party} are {access}, the call asks for {floor}")
    return settled("D1", x, y, [part])


def _less_open(y: Declaration, said: str) -> Part:
    if y.data.grounds is None:
        return silence(f"on what ground {y.party} closes data")
    grounds = sorted(_NECESSARY.intersection(y.data.grounds))
    if not grounds:
        return Part("incompatible", f"{said}, and no ground allows for it", with_call=True)
    asked = {"personal": _ENCLAVE, "indigenous": _CONSENT, "security": _WHO, "ip": _WHO}
    conditions = tuple(dict.fromkeys(asked[ground] for ground in grounds))
    fields = ("data.access", "data.grounds")
    text = f"{said}; ground: {', '.join(grounds)}"
    return Part("negotiable", text, conditions, (), fields, scored="indigenous" not in grounds)


def needed_data_can_be_had(x: Declaration, y: Declaration, _call: CallTerms) -> RuleResult:
    """D2: if x needs data of y, how x gets at them."""
    access, needs = y.data.access, _needs_data_of(x, y)
    if access is None or needs is None:
        part = silence(f"whether {x.party} needs data of {y.party}, or how open these are")
    elif not needs or access in ("open", "embargo"):
        part = Part("compatible", f"{x.party} gets at what data of {y.party} it needs")
    elif access == "closed":
        spared = y.data.grounds is None or "indigenous" in y.data.grounds
        part = Part("incompatible", f"{x.party} needs data that {y.party} closes", scored=not spared)
    else:
        text = f"{x.party} needs data to which {y.party} gives {access} access"
        part = Part("negotiable", text, (_tier(y.data),), ("background.needs",), ("data.access",))
    return settled("D2", x, y, [part])


def _needs_data_of(x: Declaration, y: Declaration) -> bool | None:
    """`data` among the needs is any data; `data: NAME` are data of y only if y brings them."""
    if x.background.needs is None:
        return None
    wanted = {_folded(item) for item in x.background.needs if _folded(item).partition(":")[0].strip() == "data"}
    if "data" in wanted or not wanted:
        return bool(wanted)
    if y.background.brings is None:
        return None
    return bool(wanted & {_folded(item) for item in y.background.brings})


def _folded(item: str) -> str:
    return " ".join(item.casefold().split())


def _tier(data: Data) -> Condition:
    tier = f"tier {data.tier}" if data.tier else "a tier to be agreed"
    return Condition("tier_ceiling", f"access in {tier}")


def embargo_ends_in_time(x: Declaration, y: Declaration, call: CallTerms) -> RuleResult:
    """D3: an embargo, counted from the start of the project, that runs over a year beyond its end."""
    embargo, length = y.data.embargo_months, call.plan.months
    if embargo is None or length is None:
        part = silence(f"the embargo of {y.party}, or how long the project runs")
    elif embargo <= length + _MONTHS_AFTER_END:
        part = Part("compatible", f"the embargo of {y.party} ends within a year of the project")
    else:
        text = f"{y.party} embargoes data for {embargo} months, the project runs for {length}"
        ask = Condition("agree_embargo_months", "agree on an earlier end of the embargo")
        part = Part("negotiable", text, (ask,), (), ("data.embargo_months",))
    return settled("D3", x, y, [part])


def personal_data_may_travel(x: Declaration, y: Declaration, call: CallTerms) -> RuleResult:
    """D4: personal data that y holds and x would receive in another country."""
    crosses = None if x.country is None or y.country is None else x.country != y.country
    if y.data.personal is None or (y.data.personal and crosses is None):
        return settled("D4", x, y, [silence(f"whether {y.party} holds personal data, or where they would go")])
    if not (y.data.personal and crosses):
        return settled("D4", x, y, [Part("compatible", f"no personal data of {y.party} cross a border")])
    return settled("D4", x, y, [_destination(x, y, call), _allowed_ways(y)])


def _destination(x: Declaration, y: Declaration, call: CallTerms) -> Part:
    there = call.adequacy.covers(y.country, x.country) if call.adequacy and x.country and y.country else None
    table = call.adequacy.version if call.adequacy else "no table of decisions"
    if there is None:
        return silence(f"whether data protection in {x.country} is adequate for data from {y.country} ({table})")
    if there:
        return Part("compatible", f"data protection in {x.country} is adequate for data from {y.country} ({table})")
    text = f"personal data would go from {y.country} to {x.country}, which is not found adequate ({table})"
    return Part("negotiable", text, _TRANSFER, (), ("data.personal", "data.transfer"))


def _allowed_ways(y: Declaration) -> Part:
    if y.data.transfer is None:
        return silence(f"by which instruments {y.party} transfers personal data, if at all")
    if "none" in y.data.transfer:
        return Part("incompatible", f"{y.party} transfers no personal data")
    return Part("compatible", f"{y.party} transfers personal data")


def data_may_leave(x: Declaration, y: Declaration, _call: CallTerms) -> RuleResult:
    """D5: data that a law keeps in a country, and human genetic resources, are analysed where they are."""
    return settled("D5", x, y, _staying(y))


def _staying(y: Declaration) -> Iterator[Part]:
    kept, genetic = y.data.localisation, y.data.human_genetic
    if kept is None:
        yield silence(f"whether a law keeps the data of {y.party} in a country")
    elif kept:
        yield Part("negotiable", f"a law keeps data in {', '.join(kept)}", (_LOCAL,), (), ("data.localisation",))
    else:
        yield Part("compatible", f"no law keeps the data of {y.party} in a country")
    if genetic is None:
        yield silence(f"whether {y.party} holds human genetic resources")
    elif genetic:
        text = f"{y.party} holds human genetic resources"
        yield Part("negotiable", text, (_LOCAL,), (), ("data.human_genetic",))
    else:
        yield Part("compatible", f"{y.party} holds no human genetic resources")


def rights_of_origin_are_kept(x: Declaration, y: Declaration, _call: CallTerms) -> RuleResult:
    """D6: benefit sharing (Nagoya Protocol) and Indigenous data governance: conditions, never a lower score."""
    return settled("D6", x, y, [_benefit_sharing(y), _labels(y), _indigenous_ground(y)])


def _benefit_sharing(y: Declaration) -> Part:
    if y.data.abs is None:
        return silence(f"whether what {y.party} holds falls under the Nagoya Protocol")
    if y.data.abs == "none":
        return Part("compatible", f"nothing of {y.party} falls under the Nagoya Protocol")
    asked = (
        Condition("prior_informed_consent", "prior informed consent of the country of origin"),
        Condition("mutually_agreed_terms", "mutually agreed terms of use and of sharing benefits"),
    )
    return Part(
        "negotiable", f"what {y.party} holds falls under the Nagoya Protocol", asked, (), ("data.abs",), False, False
    )


def _labels(y: Declaration) -> Part:
    if y.ethics.care_labels is None:
        return silence(f"whether labels of Indigenous data governance are on the data of {y.party}")
    if not y.ethics.care_labels:
        return Part("compatible", f"no labels of Indigenous data governance are on the data of {y.party}")
    text = f"the data of {y.party} carry {', '.join(y.ethics.care_labels)}"
    return Part("negotiable", text, (_CONSENT,), (), ("ethics.care_labels",), scored=False)


def _indigenous_ground(y: Declaration) -> Part:
    if y.data.grounds is None:
        return silence(f"on what ground {y.party} closes data, if any")
    if "indigenous" not in y.data.grounds:
        return Part("compatible", f"{y.party} names no Indigenous governance of its data")
    text = f"the data of {y.party} are under Indigenous governance"
    return Part("negotiable", text, (_CONSENT,), (), ("data.grounds",), scored=False)
