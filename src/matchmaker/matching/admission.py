"""Who may be suggested at all: one mask over people, made of named filters, before anything is ranked.

Filters act inside the search, so that a request gets exactly k people or all that are admitted; nothing is filtered
out of a list that was already cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.domain.matches import MatchRequest, StepCount
from matchmaker.errors import InputError
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.ties import coauthors
from matchmaker.places.resolve import border_key

REASONS = {
    "has_texts": "has no work or statement of interests up to the reference date",
    "not_the_seeker": "is the seeker",
    "country_known": "has no known country, and such people are suggested only if you ask for them",
    "cross_border": "would join from the seeker's own country",
    "other_organisation": "belongs to an organisation of the seeker",
    "new_partner": "has published with the seeker before",
    "countries": "would join from a country you did not ask for",
    "not_countries": "would join from a country you left out",
    "rules": "cannot join under the rules of this call",
    "helpful": "would not bring the team nearer to what the call asks for",
    "available": "is not available here; your research office can say more",
    "call_terms": "declared terms that the call does not allow",
    "terms": "declared terms that cannot be agreed with yours",
}
HELD_BACK = "available"  # how many, and why, is not for everybody to know
_RELAXATIONS = {
    "country_known": "allow people whose country is to be confirmed (include_unknown_country)",
    "new_partner": "allow past co-authors (include_known)",
    "countries": "drop the list of wanted countries",
    "not_countries": "drop the list of unwanted countries",
    "helpful": "also show people who would not help the team (without only_helpful)",
    "terms": "do not require terms that are compatible with yours (without require_compatible)",
}


@dataclass(frozen=True)
class Admission:
    """A mask over people, shape (n_people,), and each filter's own mask in the order they act."""

    admitted: BoolArray
    filters: tuple[tuple[str, BoolArray], ...]

    def counts(self) -> tuple[StepCount, ...]:
        """People entering and leaving each filter."""
        left = np.ones(len(self.admitted), dtype=np.bool_)
        counted = []
        for step, passes in self.filters:
            entered = int(left.sum())
            left = left & passes
            counted.append(StepCount(step, entered, int(left.sum())))
        return tuple(counted)

    def refusal(self, person: int) -> str | None:
        """The first filter that removed a person; None when they are admitted."""
        return next((step for step, passes in self.filters if not passes[person]), None)

    def removed_by(self, step: str) -> IntArray:
        """People who entered this filter and did not leave it; nobody where there is no such filter."""
        left = np.ones(len(self.admitted), dtype=np.bool_)
        for name, passes in self.filters:
            if name == step:
                return np.flatnonzero(left & ~passes).astype(np.int32)
            left = left & passes
        return np.empty(0, dtype=np.int32)

    def best_to_lift(self) -> tuple[str, str] | None:
        """The filter a user may lift that admits most people, and that advice in words; None where none helps."""
        admitted = int(self.admitted.sum())
        gains = {step: self._without(step) - admitted for step, _ in self.filters if step in _RELAXATIONS}
        step = max(gains, key=lambda name: gains[name], default=None)
        if step is None or gains[step] == 0:
            return None
        return step, f"{_RELAXATIONS[step]}: {gains[step]} more would be admitted"

    def narrowest(self) -> str:
        """The filter that let the smallest share of those entering it through; that of safeguards is never named."""
        shares = {c.step: c.left / c.entered for c in self.counts() if c.entered and c.step != HELD_BACK}
        return min(shares, key=lambda step: shares[step])

    def _without(self, step: str) -> int:
        return int(np.logical_and.reduce([passes for name, passes in self.filters if name != step]).sum())


def admit(
    corpus: Corpus, request: MatchRequest, seeker: int | None, verdicts: Sequence[tuple[str, BoolArray]] = ()
) -> Admission:
    """The filters of a request, in their fixed order: its own, then the `verdicts` of rules, safeguards and terms.

    Raises InputError when the seeker's country is not known.
    """
    filters: list[tuple[str, BoolArray]] = [("has_texts", corpus.can_be_compared)]
    if seeker is not None:
        filters.append(("not_the_seeker", ~_mask(corpus, corpus.same_person(seeker))))
    if not request.include_unknown_country:
        filters.append(("country_known", corpus.home != "unknown"))
    filters.append(("cross_border", _cross_border(corpus, request, seeker)))
    if seeker is not None:
        filters.append(("other_organisation", _other_organisation(corpus, seeker)))
        if not request.include_known:
            filters.append(("new_partner", ~_mask(corpus, coauthors(corpus, seeker))))
    if request.countries:
        filters.append(("countries", np.isin(corpus.country, request.countries)))
    if request.not_countries:
        filters.append(("not_countries", ~np.isin(corpus.country, request.not_countries)))
    filters += verdicts
    return Admission(np.logical_and.reduce([passes for _, passes in filters]), tuple(filters))


def home_borders(corpus: Corpus, request: MatchRequest, seeker: int | None) -> set[str]:
    """What is not abroad: the seeker's country and the one named in the request, territories by their sovereign.

    Empty for an international seeker and for a query in words without a home. Raises InputError for a seeker whose
    country is not known and who names none.
    """
    named = set() if request.home is None else {border_key(request.home)}
    if seeker is None or corpus.home[seeker] == "international":
        return named
    if corpus.home[seeker] == "unknown":
        if not named:
            raise InputError(
                f"no country is known for {corpus.researcher(seeker).id} on {corpus.as_of}, so nobody is foreign",
                hint='name it: --home CC on the command line, "home": "CC" over HTTP',
            )
        return named
    return named | {border_key(str(corpus.country[seeker]))}


def _cross_border(corpus: Corpus, request: MatchRequest, seeker: int | None) -> BoolArray:
    """Beyond every home border; an international organisation counts as abroad."""
    borders = home_borders(corpus, request, seeker)
    domestic = [code for code in np.unique(corpus.country).tolist() if code and border_key(code) in borders]
    abroad = ~np.isin(corpus.country, domestic)
    return abroad & _no_post_in(corpus, borders | _posts_of(corpus, seeker)) if request.strict else abroad


def _posts_of(corpus: Corpus, seeker: int | None) -> set[str]:
    return set() if seeker is None else {border_key(code) for code in corpus.other_countries[seeker]}


def _no_post_in(corpus: Corpus, borders: set[str]) -> BoolArray:
    """People none of whose current countries lies within `borders`."""
    inside = {code: border_key(code) in borders for code in np.unique(corpus.country).tolist() if code}
    joining = np.array([not inside.get(code, False) for code in corpus.country.tolist()])
    beside = np.array([not any(border_key(code) in borders for code in row) for row in corpus.other_countries])
    mask: BoolArray = joining & beside
    return mask


def _other_organisation(corpus: Corpus, seeker: int) -> BoolArray:
    places = {place for person in corpus.same_person(seeker) for place in corpus.institutions_of(int(person))}
    colleagues = [corpus.institution_people[place] for place in sorted(places)]
    people = np.concatenate([np.empty(0, dtype=np.int32), *colleagues])
    return ~_mask(corpus, people)


def _mask(corpus: Corpus, people: IntArray) -> BoolArray:
    mask = np.zeros(corpus.n_people, dtype=np.bool_)
    mask[people] = True
    return mask
