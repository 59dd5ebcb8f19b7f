"""The shapes of audits: what may be asked, and the reports as the library has them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from matchmaker.domain.balance import Flow, Leadership, Mobility, Parachute
from matchmaker.domain.reports import (
    AttributeExposure,
    AuditMeta,
    Country,
    DeclaredTarget,
    Finding,
    Funnel,
    Price,
    Spread,
)
from matchmaker.domain.reports import Interval as IntervalOut
from matchmaker_api.auditing import OPEN, SENSITIVE, Look
from matchmaker_api.http.schemas import Day

_Attribute = Literal[
    "income_group", "region", "ldc", "organisation_type", "profile", "language", "career_stage", "gender"
]


class AuditIn(BaseModel):
    """Which lists, and how they are looked at; days are inclusive."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    start: Annotated[Day | None, Field(alias="from")] = None
    end: Annotated[Day | None, Field(alias="to")] = None
    attributes: Annotated[list[_Attribute], Field(max_length=len(OPEN) + len(SENSITIVE))] = []
    browsing: Literal["logarithmic", "trec", "geometric"] = "logarithmic"
    call: Annotated[str, Field(max_length=64)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0

    @model_validator(mode="after")
    def _a_period(self) -> AuditIn:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError("the period ends before it begins")
        return self

    def look(self, role: str) -> Look:
        """As the library takes it, for somebody of a role."""
        return Look(self.start, self.end, tuple(self.attributes), self.browsing, self.call, self.seed, role)


class ExposureOut(BaseModel):
    """Who is seen, against who could have been."""

    model_config = ConfigDict(extra="forbid")
    meta: AuditMeta
    attributes: list[AttributeExposure]
    crossed: list[AttributeExposure]
    targets: list[DeclaredTarget]
    price: Price
    spread: Spread
    countries: list[Country]
    findings: list[Finding]


class FunnelOut(BaseModel):
    """Where people are lost on the way, by group."""

    model_config = ConfigDict(extra="forbid")
    meta: AuditMeta
    funnels: list[Funnel]
    findings: list[Finding]


class BalanceOut(BaseModel):
    """Who leads, who moves, who is studied, and whether suggestions go both ways."""

    model_config = ConfigDict(extra="forbid")
    meta: AuditMeta
    window: tuple[int, int]
    leadership: list[Leadership]
    parachute: list[Parachute]
    mobility: list[Mobility]
    flows: list[Flow]
    one_way_share: IntervalOut
    reciprocity: IntervalOut
    findings: list[Finding]
    left_out: dict[str, Any]
