"""How the figures are computed, with their sources, and what they cannot see; one pair of lists for each report."""

from __future__ import annotations

from typing import Final

_INTERVALS: Final = (
    "Intervals: lists are drawn anew with replacement, and the middle 95 % of the results are given "
    "(Efron & Tibshirani 1993, An Introduction to the Bootstrap). Lists are drawn, not people, because people of one "
    "list are not independent."
)
_GROUPS: Final = (
    "Groups come from the organisation somebody would join from, from the works in the index, or from what people "
    "declared. Nothing is inferred from a name; whoever cannot be placed is in a group of their own."
)
_NO_PERSON: Final = (
    "A group stands for a place or a standing, not for what single people went through: an institute with means in a "
    "poor country counts as that country."
)

EXPOSURE: Final = (
    "Attention: rank r of a list gets 1 / log2(1 + r), unless the browsing model above says otherwise; a group’s share "
    "is the attention of its people by that of all (Singh & Joachims 2018, doi:10.1145/3219819.3220088).",
    "Pool: the candidates of each list near enough to be chosen from. What is near enough was fixed before anybody "
    "looked at groups.",
    "Per head: attention of a group by its people in the pool, against that of the group with most people. Per unit of "
    "relevance: the same by mean relevance. Expected use: relevance-weighted attention in place of attention. From 0.8 "
    "to 1.25 counts as alike (same source).",
    "AWRF = 1 − JSD(attention, pool), natural logarithm, from 0.307 to 1: 1 where attention is shared as the pool is "
    "(Sapiezynski et al. 2019, doi:10.1145/3308560.3317595).",
    "NDKL: divergence of the shares in each prefix of a list from the target, weighted by 1 / log2(1 + length) (Geyik, "
    "Ambler & Kenthapadi 2019, doi:10.1145/3292500.3330691). It is never 0; read it against the order by score.",
    "nDCG: gain of a list by that of the same list in the order by score, each place weighted by 1 / log2(1 + rank) "
    "(Järvelin & Kekäläinen 2002, doi:10.1145/582415.582418).",
    "Gini: 0 where attention is spread evenly over people, towards 1 where few get it. Concentration by country: the "
    "sum of squared shares; its inverse is the number of equally seen countries that would give the same.",
    _GROUPS,
    _INTERVALS,
)
EXPOSURE_LIMITS: Final = (
    "Attention is modelled from ranks. Nobody was watched, so nothing is known of who was read, written to or chosen.",
    "The pool is what the index holds and the rules leave over. A pool that leaves people out makes a share of it look "
    "better than it is: compare it with the share of all, and see the report of the funnel.",
    "Relevance comes from texts. Whoever writes in other languages, or has few abstracts, may be found less well "
    "before any place is given.",
    "Means over lists hide lists in which a group is absent.",
    _NO_PERSON,
)
FUNNEL: Final = (
    "Passed: people left after a step by people left after the one before, by group and over all lists that had it.",
    "Against the best: a group’s rate by that of the group that passed best. Below 0.8 with an interval below 1 is a "
    "finding; 0.8 is a rule of thumb from the selection of employees (US Uniform Guidelines 1978, 29 CFR 1607.4 D), "
    "not a bound set by law for this.",
    _GROUPS,
    _INTERVALS,
)
FUNNEL_LIMITS: Final = (
    "A step may treat groups differently for a good reason: a call for low-income countries does. The figures say "
    "where people are lost, not whether they should be.",
    "People who are not in the index at all are lost before the first step and are not seen here.",
    "Steps after “shown” rest on what the programme loaded; whatever was not loaded is not counted as a refusal.",
    _NO_PERSON,
)
BALANCE: Final = (
    "Led: joint works with a first or last author in the group of countries, by joint works with any author there. "
    "Only names between: those in which authors there stand in the middle only. Fields that order names by alphabet "
    "are left out.",
    "Works about a country: those that name it in title or abstract. A name in a text is not a study there; the figure "
    "is a reason to look, not a finding about anybody.",
    "Moved: people whose country of by-lines changed. Net rate = (in − away) / stock. Balanced = 1 − |away − in| / "
    "(away + in). Returned: back within five years. Circulating: leavers who still publish with where they came from.",
    "One-way share: the part of suggestions between pairs of countries that has no counterpart the other way.",
    _GROUPS,
    _INTERVALS,
)
BALANCE_LIMITS: Final = (
    "By-lines tell where somebody published from, not where they live, were born or wish to be.",
    "The place of a name says little of who had the idea, held the money or kept the data.",
    "Moving is nobody’s fault. No figure here is used to rank or to leave out a person.",
    "Works that the index lacks are missing unevenly: journals of some regions and languages are covered less.",
)
