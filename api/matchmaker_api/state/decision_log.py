"""The decision log: every list given, what it rests on, and how many of which group were left at each step.

`DATA/audit/decisions.jsonl`, a chain (see `chain`). It holds neither the words of a question nor the id or name of a
person: people stand in it under pseudonyms (see `pseudonyms`), and a question under a keyed digest. `audit` reads it,
and `Matchmaker.replay` holds a list against it.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from matchmaker.audit.records import event_from, record_of
from matchmaker.domain.events import ListEvent
from matchmaker.errors import NotFoundError
from matchmaker.files import canonical_json, sha256
from matchmaker_api.state.chain import Chain
from matchmaker_api.state.links import Head
from matchmaker_api.state.pseudonyms import Pseudonyms, pseudonym
from matchmaker_api.state.safeguard_log import FOLDER, Actor, software

LOG: Final = "decisions.jsonl"
_KIND: Final = "list"


@dataclass(frozen=True, slots=True)
class Given:
    """One list to be logged: the event with the ids of those shown, the question as it is kept, and the answer.

    `request` and `answer` are the published JSON; `rests_on` are versions of tables and lists, by name.
    """

    event: ListEvent
    request: Mapping[str, Any]
    answer: Mapping[str, Any]
    encoder: str
    rests_on: Mapping[str, str]


class DecisionLog:
    """The log of the folder `data`, made when first needed."""

    def __init__(self, data: Path) -> None:
        self.pseudonyms = Pseudonyms(data / FOLDER)
        self.chain = Chain(data / FOLDER / LOG)

    def given(self, actor: Actor, lists: Sequence[Given]) -> list[int]:
        """Log lists before they are given; on disk when it returns. Raises StateError, LockedError or NoSpaceError.

        What cannot be logged is not answered.
        """
        key = self.pseudonyms.key()
        return self.chain.append_all([_record(actor, each, key) for each in lists])

    def events(self, until: Head, *, filters: bool = True, crossed: bool = True) -> Iterator[ListEvent]:
        """Every logged list up to a head, oldest first; the chain is checked on the way. Raises StateError.

        `filters` and what is `crossed` may be left out where nobody needs them.
        """
        records = (record["event"] for record in self.chain.checked(until) if record["kind"] == _KIND)
        return (event_from(record, filters=filters, crossed=crossed) for record in records)

    def record_of_run(self, run_id: str) -> dict[str, Any]:
        """The record of one list. Raises NotFoundError where the log has none."""
        found = self.records_of([run_id]).get(run_id)
        if found is None:
            raise NotFoundError(f"the decision log has no record of run {run_id}", hint="it is older than the log")
        return found

    def records_of(self, run_ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """The records of some lists by run, without checking the chain."""
        wanted = set(run_ids)
        records = (record for record in self.chain.records() if record["kind"] == _KIND)
        return {record["event"]["run_id"]: record for record in records if record["event"]["run_id"] in wanted}


def answer_digest(answer: Mapping[str, Any]) -> str:
    """SHA-256 of an answer without what is new each time it is given: the id of the run and the times it took."""
    meta = {key: value for key, value in answer["meta"].items() if key not in ("run_id", "took_ms")}
    return sha256(canonical_json({"meta": meta, "results": answer["results"]}))


def _record(actor: Actor, given: Given, key: bytes) -> dict[str, Any]:
    shown = replace(given.event.shown, people=tuple(pseudonym(key, person) for person in given.event.shown.people))
    results, meta = given.answer["results"], given.answer["meta"]
    asked = canonical_json(dict(given.request))
    return {
        "kind": _KIND,
        "actor": asdict(actor),
        "software_version": software(),
        # Questions are short and can be guessed; without the key nobody can try.
        "query_digest": hmac.new(key, asked, "sha256").hexdigest(),
        "reference_date": meta["reference_date"],
        "model_version": given.encoder,
        "rests_on": dict(given.rests_on),
        "weights": meta["policy"]["weights"],
        "policy": meta["policy"]["name"],
        "components": _components(results),
        "safeguards": _counted(result["safeguards"]["decision"] for result in results),
        "terms": _counted(result["terms"]["outcome"] for result in results),
        "explanations_digest": sha256(canonical_json({"evidence": [result["evidence"] for result in results]})),
        "answer_digest": answer_digest(given.answer),
        "event": record_of(replace(given.event, role=actor.role, shown=shown)),
    }


def _components(results: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    """Feature → its points for each place."""
    features = [part["feature"] for part in results[0]["contributions"]] if results else []
    return {
        feature: [round(result["contributions"][place]["points"], 6) for result in results]
        for place, feature in enumerate(features)
    }


def _counted(words: Iterator[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
