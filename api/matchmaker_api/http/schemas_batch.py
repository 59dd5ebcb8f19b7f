"""The shapes of several lists that are made together."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from matchmaker.domain.matches import SharingNote
from matchmaker.together import MOST_LISTS
from matchmaker_api.http.schemas import CLOSED, MatchIn, MatchOut


class SharingIn(BaseModel):
    """How people are shared among the lists: nobody in more than `cap`, or everybody promised a part (`guarantee`)."""

    model_config = CLOSED
    cap: Annotated[int, Field(strict=True, ge=1, le=MOST_LISTS)] | None = None
    guarantee: str | float | None = None


class BatchIn(BaseModel):
    """Questions to be answered together, 1 to 100 of them."""

    model_config = CLOSED
    requests: Annotated[list[MatchIn], Field(min_length=1, max_length=MOST_LISTS)]
    sharing: SharingIn = SharingIn()


class BatchMeta(BaseModel):
    """How many lists, of which index, and what making them together did."""

    model_config = ConfigDict(extra="forbid")
    count: int
    generation: str
    next_cursor: None
    sharing: SharingNote


class BatchOut(BaseModel):
    """Lists in the order of the questions; each is a run of its own."""

    model_config = ConfigDict(extra="forbid")
    meta: BatchMeta
    results: list[MatchOut]
