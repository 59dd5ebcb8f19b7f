"""The shapes that only officers receive."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from matchmaker.domain.verdicts import ConditionNote, ListNote, ReasonNote, Safeguards, TopicNote, Withheld


class ShownOut(BaseModel):
    """Somebody of a list for whom a person must look, or who may join on conditions."""

    model_config = ConfigDict(extra="forbid")
    rank: int
    researcher: str
    institution: str | None
    decision: str
    reasons: list[ReasonNote]
    conditions: list[ConditionNote]
    safeguards: Safeguards


class WithheldOut(BaseModel):
    """What only officers may see of a run: who was held back and who needs a look, and what that rests on."""

    model_config = ConfigDict(extra="forbid")
    run_id: str
    at: date
    gaps: list[str]
    lists: list[ListNote]
    topics: list[TopicNote]
    organisations: list[Withheld]
    shown: list[ShownOut]
