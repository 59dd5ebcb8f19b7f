"""L1, B1, B2, F1, F2, N1, X1: licences, what partners bring, who owns results, secrecy and export control."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from matchmaker.terms.call_terms import CallTerms
from matchmaker.terms.declaration import Declaration
from matchmaker.terms.licences import Trait, traits
from matchmaker.terms.results import Condition, Part, RuleResult, settled, silence

_EXPORT = Condition("export_classification", "the export classification of what is brought in")
_TAKES_ALL = ("lead_all", "sponsor_all")


def licences_allow_the_use(x: Declaration, y: Declaration, call: CallTerms) -> RuleResult:
    """L1: whether the licences of y's data and code allow what x and the project mean to do with them."""
    return settled("L1", x, y, [*_data_licence(x, y, call), *_code_licence(x, y, call)])


def _data_licence(x: Declaration, y: Declaration, call: CallTerms) -> Iterator[Part]:
    yield from _licence(y, ("data", y.data.licence), x.data.licence, call)


def _code_licence(x: Declaration, y: Declaration, call: CallTerms) -> Iterator[Part]:
    yield from _licence(y, ("code", y.code.licence), x.code.licence, call)


def _licence(y: Declaration, given: tuple[str, str | None], wanted: str | None, call: CallTerms) -> Iterator[Part]:
    """One part for each thing the licence of y's `data` or `code` asks; `wanted` is x's licence for the same."""
    artefact, licence = given
    asked = traits(licence) if licence is not None else None
    if licence is None or asked is None or "proprietary" in asked:
        # A proprietary input is a question of access to background (B1); its licence says nothing about the use.
        yield silence(f"the licence of the {artefact} of {y.party}, in a form that is known")
        return
    said = (
        f"the {artefact} of {y.party} are under {licence}"
        if artefact == "data"
        else f"the code of {y.party} is under {licence}"
    )
    fields = (f"{artefact}.licence",)
    if asked == {"permissive"}:
        yield Part("compatible", said)
    if "no_derivatives" in asked:
        yield _planned(
            call.plan.derivatives, "derivatives", Part("incompatible", f"{said} and derivatives are planned")
        )
    if "non_commercial" in asked:
        ask = Condition("commercial_licence", "a licence for exploitation")
        bound = Part("negotiable", f"{said} and exploitation is planned", (ask,), (), fields)
        yield _planned(call.plan.exploitation, "exploitation", bound)
    if "copyleft" in asked:
        yield _shared_alike(said, wanted, artefact)


def _planned(plan: bool | None, what: str, if_so: Part) -> Part:
    if plan is None:
        return silence(f"whether {what} are planned" if what == "derivatives" else f"whether {what} is planned")
    return if_so if plan else Part("compatible", f"no {what} planned that a licence would bind")


def _shared_alike(said: str, wanted: str | None, artefact: str) -> Part:
    asked: frozenset[Trait] | None = traits(wanted) if wanted is not None else None
    if asked is None:
        return silence(f"under which licence the {artefact} made from it would be")
    if "proprietary" in asked:
        return Part("incompatible", f"{said}, what is made from it would be proprietary")
    return Part("compatible", f"{said}, what is made from it would not be proprietary")


def background_can_be_used(x: Declaration, y: Declaration, call: CallTerms) -> RuleResult:
    """B1: whether x gets at what it needs of what y brings, on the terms of the call."""
    shared = _common(x.background.needs, y.background.brings)
    if shared is None:
        return settled("B1", x, y, [silence(f"what {x.party} needs, or what {y.party} brings")])
    if not shared:
        return settled("B1", x, y, [Part("compatible", f"{x.party} needs nothing that {y.party} brings")])
    return settled("B1", x, y, [_for_the_work(x, y, call, shared), _for_exploitation(x, y, call, shared)])


def _for_the_work(x: Declaration, y: Declaration, call: CallTerms, shared: str) -> Part:
    access, demanded = y.background.access_implementation, call.background_implementation
    if access is None:
        return silence(f"how {y.party} gives access for the work")
    free = demanded == "royalty_free"
    if access == "none":
        return Part("incompatible", f"{x.party} needs {shared}, {y.party} gives no access for the work", with_call=free)
    if access == "royalty_free":
        return Part("compatible", f"{y.party} gives access to {shared} for the work, free of royalties")
    if demanded is None:
        return silence("whether the call says that access for the work is free of royalties")
    if not free:
        return Part("compatible", f"{y.party} gives access to {shared} for the work on fair conditions")
    return Part("incompatible", f"the call says royalty-free, {y.party} asks a price for {shared}", with_call=True)


def _for_exploitation(x: Declaration, y: Declaration, call: CallTerms, shared: str) -> Part:
    access, planned = y.background.access_exploitation, call.plan.exploitation
    if planned is None or (planned and access is None):
        return silence(f"whether exploitation is planned, or how {y.party} gives access for it")
    if planned and access == "none":
        return Part("incompatible", f"{x.party} needs {shared}, {y.party} gives no access for exploitation")
    return Part("compatible", f"access to {shared} of {y.party} covers the exploitation that is planned")


def background_is_unburdened(x: Declaration, y: Declaration, call: CallTerms) -> RuleResult:
    """B2: rights of third parties on what y brings, in the fields in which the project means to use results."""
    shared, exploited = _common(y.background.encumbered, call.plan.intended_fields), call.plan.exploitation
    if shared is None or (shared and exploited is None):
        part = silence(f"what is encumbered at {y.party}, or the fields and the use that are intended")
    elif not shared:
        part = Part("compatible", f"nothing that is intended is encumbered at {y.party}")
    elif exploited:
        part = Part("incompatible", f"{shared}: encumbered at {y.party}, and to be exploited")
    else:
        ask = Condition("clear_rights", "consent of whoever holds the rights")
        text = f"{shared}: encumbered at {y.party}, for research only"
        part = Part("negotiable", text, (ask,), (), ("background.encumbered",))
    return settled("B2", x, y, [part])


def ownership_fits(x: Declaration, y: Declaration, _call: CallTerms) -> RuleResult:
    """F1: who owns results; one side that takes all can be talked to, two cannot both have all."""
    owners = (x.foreground.ownership, y.foreground.ownership)
    fields = (("foreground.ownership",), ("foreground.ownership",))
    takers = sum(owner in _TAKES_ALL for owner in owners)
    if None in owners:
        part = silence(f"who owns results, for {x.party} or for {y.party}")
    elif takers == 0:
        part = Part("compatible", "results belong to who makes them, or to those who make them together")
    elif takers == 1:
        ask = Condition("agree_ownership", "agree on who owns which results")
        taker = x.party if owners[0] in _TAKES_ALL else y.party
        part = Part("negotiable", f"{taker} wants one side to own all results", (ask,), *fields)
    else:
        part = Part("incompatible", "both sides want one side to own all results")
    return settled("F1", x, y, [part])


def exclusive_fields_do_not_meet(x: Declaration, y: Declaration, _call: CallTerms) -> RuleResult:
    """F2: fields both want alone. Only where they want the very same and neither moves, nothing can be agreed."""
    mine, theirs = x.foreground.exclusive_fields, y.foreground.exclusive_fields
    shared = _common(mine, theirs)
    firm = all(side.is_hard("foreground.exclusive_fields") for side in (x, y))
    if shared is None or mine is None or theirs is None:
        part = silence(f"which fields {x.party} or {y.party} want alone")
    elif not shared:
        part = Part("compatible", "no field is wanted alone by both")
    elif firm and _words(mine) == _words(theirs):
        part = Part("incompatible", f"both want {shared} alone and will not move")
    else:
        part = Part(
            "negotiable", f"both want {shared} alone", (Condition("divide_fields", "divide the fields of use"),)
        )
    return settled("F2", x, y, [part])


def secrecy_leaves_time_for_a_thesis(x: Declaration, y: Declaration, call: CallTerms) -> RuleResult:
    """N1: secrecy that lasts longer than a doctorate, with doctoral candidates in the team."""
    agreed, early = y.confidentiality, call.plan.early_researchers
    if agreed.nda is None or early is None or (agreed.nda and early and agreed.years is None):
        part = silence(f"secrecy that {y.party} asks for, or whether doctoral candidates are in the team")
    elif agreed.nda and early and (agreed.years or 0) * 12 > call.plan.doctorate_months:
        text = (
            f"{y.party} asks for {agreed.years} years of secrecy, a doctorate takes {call.plan.doctorate_months} months"
        )
        ask = Condition("exempt_theses", "let theses be written, submitted and defended in time")
        part = Part("negotiable", text, (ask,), (), ("confidentiality.nda", "confidentiality.years"))
    else:
        part = Part("compatible", f"secrecy that {y.party} asks for holds up no thesis")
    return settled("N1", x, y, [part])


def export_control_is_clear(x: Declaration, y: Declaration, _call: CallTerms) -> RuleResult:
    """X1: what y brings is controlled, or its classification is pending; the condition goes on to the safeguards."""
    state = y.background.export_control
    if state is None:
        part = silence(f"whether what {y.party} brings is under export control")
    elif state == "none":
        part = Part("compatible", f"nothing that {y.party} brings is under export control")
    else:
        said = "is under export control" if state == "controlled" else "waits for its export classification"
        part = Part("negotiable", f"what {y.party} brings {said}", (_EXPORT,), (), ("background.export_control",))
    return settled("X1", x, y, [part])


def _common(one: Iterable[str] | None, other: Iterable[str] | None) -> str | None:
    """What stands in both lists, whatever its case and spaces, as words; "" for nothing, None if a list is missing."""
    return None if one is None or other is None else ", ".join(sorted(_words(one) & _words(other)))


def _words(items: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(item.casefold().split()) for item in items)
