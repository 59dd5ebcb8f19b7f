"""Lists on their way into the decision log, and lists held against it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from matchmaker.domain.events import ListEvent
from matchmaker.errors import NotFoundError
from matchmaker_api.state.decision_log import Given
from matchmaker_api.state.runs import Run


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


def given(event: ListEvent, run: Run, encoder: str) -> Given:
    """A list as the log takes it."""
    return Given(event, run.request, run.answer, encoder, _rests_on(run.answer["meta"]))


def replayed(run: Run, record: Mapping[str, Any] | None, digest: str, changed: str) -> Replay:
    """Hold the digest of a new answer against the record of the old one. Raises NotFoundError without a record."""
    if record is None:
        raise NotFoundError(
            f"the decision log has no record of run {run.run_id}", hint="it is older than the log; ask again"
        )
    if record["answer_digest"] == digest:
        return Replay(run.run_id, "same", record["seq"])
    if changed:
        return Replay(run.run_id, "changed", record["seq"], changed.strip())
    return Replay(run.run_id, "differs", record["seq"], "nothing that is known has changed since")


def _rests_on(meta: Mapping[str, Any]) -> dict[str, str]:
    """Versions of tables and lists, by name."""
    lists = {each["file"]: each["version"] for each in (meta["safeguards"] or {}).get("lists", [])}
    sets = (meta["rules"] or {}).get("set_versions", {})
    return {**sets, **lists, "income": meta["policy"]["equity"]["income_table"]}
