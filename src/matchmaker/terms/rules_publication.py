"""P1–P4: may results be published, when, and who has a say."""

from __future__ import annotations

from matchmaker.terms.call_terms import CallTerms
from matchmaker.terms.declaration import Declaration
from matchmaker.terms.results import Condition, Part, RuleResult, settled, silence

_MORE_MONTHS = 6
_MORE_DAYS = 30


def must_publish_and_may(x: Declaration, y: Declaration, _call: CallTerms) -> RuleResult:
    """P1: who must publish cannot join somebody who publishes nothing."""
    must, policy = x.publication.must_publish, y.publication.policy
    if must is None or policy is None:
        part = silence(f"whether {x.party} must publish, or how {y.party} publishes")
    elif must and policy == "none":
        part = Part("incompatible", f"{x.party} must publish and {y.party} publishes nothing")
    else:
        part = Part("compatible", f"{x.party} can publish as far as {y.party} is concerned")
    return settled("P1", x, y, [part])


def waits_no_longer_than_accepted(x: Declaration, y: Declaration, _call: CallTerms) -> RuleResult:
    """P2: the delay and the review that y asks for, against what x accepts; a little more can be negotiated."""
    asks, accepts = y.publication, x.publication.accepts
    return settled(
        "P2",
        x,
        y,
        [
            _wait(x, y, ("delay_months", asks.delay_months, accepts.delay_months), ("months of delay", _MORE_MONTHS)),
            _wait(x, y, ("review_days", asks.review_days, accepts.review_days), ("days of review", _MORE_DAYS)),
        ],
    )


def _wait(
    x: Declaration, y: Declaration, declared: tuple[str, int | None, int | None], measure: tuple[str, int]
) -> Part:
    (key, asked, accepted), (unit, negotiable) = declared, measure
    if asked is None or accepted is None:
        return silence(f"{unit} that {y.party} asks for, or that {x.party} accepts")
    said = f"{y.party} asks for {asked} {unit}, {x.party} accepts {accepted}"
    fields = ((f"publication.accepts.{key}",), (f"publication.{key}",))
    if asked <= accepted:
        return Part("compatible", said, (), *fields)
    if asked > accepted + negotiable:
        return Part("incompatible", said, (), *fields)
    return Part("negotiable", said, (Condition(f"agree_{key}", f"agree on the {unit}"),), *fields)


def nobody_may_forbid_publication(x: Declaration, y: Declaration, _call: CallTerms) -> RuleResult:
    """P3: a veto on publications binds a partner that must publish; anybody else may talk about it."""
    right, must = y.publication.approval_right, x.publication.must_publish
    fields = (("publication.must_publish",), ("publication.approval_right",))
    if right is None or (right == "veto" and must is None):
        part = silence(f"whether {y.party} approves publications, or whether {x.party} must publish")
    elif right != "veto":
        part = Part("compatible", f"{y.party} has no veto on publications", (), *fields)
    elif must:
        part = Part("incompatible", f"{x.party} must publish and {y.party} wants a veto", (), *fields)
    else:
        ask = Condition("limit_approval_right", "turn the veto into a right to comment within a time")
        part = Part("negotiable", f"{y.party} wants a veto on publications", (ask,), *fields)
    return settled("P3", x, y, [part])


def publishes_at_once_if_the_call_says_so(x: Declaration, y: Declaration, call: CallTerms) -> RuleResult:
    """P4: a call that demands immediate open access leaves no room for any delay."""
    delay = y.publication.delay_months
    if call.immediate_open_access is None or delay is None:
        part = silence(f"whether the call demands immediate open access, or the months of delay of {y.party}")
    elif call.immediate_open_access and delay > 0:
        said = f"the call demands immediate open access, {y.party} delays by {delay} months"
        part = Part("incompatible", said, with_call=True)
    else:
        part = Part("compatible", f"{y.party} publishes as early as the call demands")
    return settled("P4", x, y, [part])
