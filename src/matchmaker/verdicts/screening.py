"""Must somebody look: the safeguards applied to everybody in an index, by country and by organisations on lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np

from matchmaker.domain.calls import Call
from matchmaker.domain.verdicts import (
    ConditionNote,
    ListNote,
    ReasonNote,
    Safeguards,
    SafeguardsNote,
    TopicNote,
    Withheld,
)
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.corpus import Corpus
from matchmaker.safeguards.cases import CallContext, Case, Condition, Decision, Fired, TermsRisk
from matchmaker.safeguards.decision import decide, shown_verdict
from matchmaker.safeguards.records import ListFile, TopicLabel
from matchmaker.safeguards.topics import asks_for_care, threshold_for
from matchmaker.safeguards.visibility import visible_to
from matchmaker.verdicts.setting import Setting

Risks = frozenset[TermsRisk]
_NO_RISK: Risks = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision and what it rested on; `person` is the id of whom it is about, None for all of an organisation."""

    organisation: str
    person: str | None
    case: Case
    decision: Decision


class Watch:
    """One question under the safeguards of an installation on a day."""

    def __init__(
        self, corpus: Corpus, setting: Setting, at: date, call: Call | None, labels: tuple[TopicLabel, ...]
    ) -> None:
        self._corpus, self._setting, self.at, self.labels = corpus, setting, at, labels
        named = ("", "") if call is None else (call.id, call.funder)
        self._context = CallContext(*named, sensitive=asks_for_care(labels))
        self._decided: dict[tuple[str, tuple[str, ...], Risks], Decision] = {}

    @property
    def gaps(self) -> tuple[str, ...]:
        """Why a screening does not count as one; empty where it does."""
        return self._setting.gaps(self.at)

    def available(self) -> BoolArray:
        """Who is not blocked, shape (n_people,)."""
        corpus = self._corpus
        kinds, of_person = corpus.joining
        free = np.array([self._decision(country or "", ()).verdict != "block" for country, _ in kinds], dtype=np.bool_)
        mask: BoolArray = free[of_person]
        for person, places in self._setting.flagged(corpus).items():
            mask[person] = self._decision(str(corpus.country[person]), places).verdict != "block"
        return mask

    def decision(self, person: int, risks: Risks = _NO_RISK) -> Decision:
        """The decision about working with somebody, with every rule that fired."""
        return self._decision(*self._place(person), risks)

    def judged(self, person: int, risks: Risks = _NO_RISK) -> Judged:
        """The decision about somebody and what it rested on."""
        country, places = self._place(person)
        case = self._case(country, places, risks)
        who, through = self._corpus.researcher(person), self._corpus.researcher(person).institution
        organisation = "; ".join(places) or (through.id if through else f"country {country or 'unknown'}")
        return Judged(organisation, who.id, case, self._decision(country, places, risks))

    def judged_groups(self, people: IntArray) -> tuple[Judged, ...]:
        """The same for people who are held back, once for each organisation or country."""
        groups = sorted({self._place(int(person)) for person in people})
        return tuple(
            Judged("; ".join(places) or f"country {country}", None, self._case(country, places, _NO_RISK),
                   self._decision(country, places))
            for country, places in groups
        )  # fmt: skip

    def withheld(self, people: IntArray) -> tuple[Withheld, ...]:
        """Those of `people` who are blocked, by the organisations or the country they are blocked for."""
        counted = Counter(self._place(int(person)) for person in people)
        return tuple(self._held_back(places, country, count) for (country, places), count in sorted(counted.items()))

    def _place(self, person: int) -> tuple[str, tuple[str, ...]]:
        """The joining country of somebody ("" where unknown) and those of their organisations that are on lists."""
        return str(self._corpus.country[person]), self._setting.flagged(self._corpus).get(person, ())

    def _held_back(self, places: tuple[str, ...], country: str, count: int) -> Withheld:
        names = [self._corpus.institution(place) for place in places]
        found = in_full(self._decision(country, places))
        return Withheld(
            "; ".join(places) or None, "; ".join(name.name for name in names if name) or None, country or None, count,
            found.decision, found.reasons,
        )  # fmt: skip

    def note(self) -> SafeguardsNote:
        """What the safeguards rest on."""
        topics = tuple(
            TopicNote(label.list_id, label.code, label.area, label.tier, label.phrases) for label in self.labels
        )
        lists = tuple(self._list(file) for file in self._setting.lists.files)
        return SafeguardsNote(self.at, self.gaps, lists, topics, self._how_topics_were_found())

    def _how_topics_were_found(self) -> str:
        encoder = self._corpus.encoder.id
        line = threshold_for(encoder)
        if line is None:
            return f"no threshold was measured for the encoder {encoder}: an area needs two of its own phrases"
        return f"an area needs a similarity of {line:g} (measured for {encoder}) and one of its phrases"

    def _list(self, file: ListFile) -> ListNote:
        return ListNote(file.file, file.version, file.dated, file.is_stale(self.at))

    def _decision(self, country: str, places: tuple[str, ...], risks: Risks = _NO_RISK) -> Decision:
        key = (country, places, risks)
        if key not in self._decided:
            self._decided[key] = decide(self._case(country, places, risks))
        return self._decided[key]

    def _case(self, country: str, places: tuple[str, ...], risks: Risks) -> Case:
        findings = tuple(finding for place in places for finding in self._setting.findings[place])
        return Case(
            at=self.at, country=country or None, findings=findings, topics=self.labels, gaps=self.gaps,
            call=self._context, deployer=self._setting.deployer, terms_risks=risks,
        )  # fmt: skip


def in_full(decision: Decision) -> Safeguards:
    """A decision with its reasons, as officers see it."""
    return Safeguards(
        shown_verdict(decision),
        visible_to("researcher", decision)["state"],
        decision.tier,
        tuple(_condition(each) for each in decision.conditions),
        tuple(_reason(rule) for rule in decision.fired if rule.scope != "eligibility"),
    )


def as_seen_by_seekers(found: Safeguards) -> Safeguards:
    """The same without reasons; conditions only where they are all there is, since others tell what was found."""
    told = found.conditions if found.decision == "allow_with_conditions" else ()
    return Safeguards(found.decision, found.state, found.tier, told)


def _condition(each: Condition) -> ConditionNote:
    return ConditionNote(each.code, each.text, each.owner_role, each.due)


def _reason(rule: Fired) -> ReasonNote:
    return ReasonNote(
        rule.id, rule.outcome, rule.text, rule.evidence, rule.list_id, rule.entry_id, rule.version, rule.dated
    )
