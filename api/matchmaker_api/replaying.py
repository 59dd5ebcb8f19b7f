"""Lists on their way into the decision log, and lists held against it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from matchmaker.domain.events import ListEvent
from matchmaker.errors import NotFoundError
from matchmaker.files import canonical_json, sha256
from matchmaker_api.state.decision_log import Given
from matchmaker_api.state.runs import Run
from matchmaker_api.state.safeguard_log import software


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of asking a run's question again.

    `same`: the answer has the same bytes, apart from the run's id and the times it took. `changed`: it has not, and
    `reason` says what has changed since (lists, what a team file said of people). `differs`: it has not, and nothing
    that is known has changed, so somebody must look.
    """

    run_id: str
    outcome: Literal["same", "changed", "differs"]
    seq: int
    reason: str = ""


def given(event: ListEvent, run: Run, encoder: str, declared: Mapping[str, Any]) -> Given:
    """A list as the log takes it; `declared` are the groups that people declared for targets."""
    return Given(event, run.request, run.answer, encoder, rests_on(run.answer["meta"], declared))


def is_alone(run: Run) -> None:
    """Raise NotFoundError for a list that was made together with others: it cannot be made again by itself."""
    if run.request.get("sharing"):
        raise NotFoundError(
            f"run {run.run_id} was made together with other lists", hint="lists that share people are made together"
        )


def replayed(run: Run, record: Mapping[str, Any], digest: str, changed: str) -> Replay:
    """Hold the digest of a new answer against the record of the old one."""
    if record["answer_digest"] == digest:
        return Replay(run.run_id, "same", record["seq"])
    if changed:
        return Replay(run.run_id, "changed", record["seq"], changed.strip())
    return Replay(run.run_id, "differs", record["seq"], "nothing that is known has changed since")


def known_changes(record: Mapping[str, Any], rests_on: Mapping[str, str], encoder: str) -> str:
    """What an answer of today rests on that the record's did not: program, encoder, tables, declarations."""
    before = {"program": record["software_version"], "encoder": record["model_version"], **record["rests_on"]}
    now = {"program": software(), "encoder": encoder, **rests_on}
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    return f"not as they were: {', '.join(changed)}" if changed else ""


def rests_on(meta: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, str]:
    """Versions of tables and lists, by name, and the digest of what people declared."""
    lists = {each["file"]: each["version"] for each in (meta["safeguards"] or {}).get("lists", [])}
    sets = (meta["rules"] or {}).get("set_versions", {})
    groups = {"declared": sha256(canonical_json(declared))[:16]} if declared else {}
    return {**sets, **lists, **groups, "income": meta["policy"]["equity"]["income_table"]}
