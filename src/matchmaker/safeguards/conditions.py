"""Conditions a decision may carry: what must be done, and by whom."""

from __future__ import annotations

from typing import Final

from matchmaker.safeguards.cases import Condition

_OFFICER: Final = "export_control_officer"

FUNDAMENTAL_RESEARCH_ONLY = Condition("fundamental_research_only", "only research meant to be published", _OFFICER)
NO_CONTROLLED_TECHNOLOGY = Condition("no_controlled_technology", "no controlled technology is shared", _OFFICER)
LICENCE_BEFORE_TRANSFER = Condition(
    "licence_before_transfer", "ask whether a licence is needed before anything is transferred", _OFFICER
)
EXPORT_CLASSIFICATION = Condition(
    "export_classification", "have items and technology classified; tell the export control officer", _OFFICER
)
CONTROLLED_DATA = Condition("tier_ceiling", "data at tier T2: agreement and named users", "data_steward")
BIOSAFETY_REVIEW = Condition("biosafety_review", "ask the biosafety body", "biosafety_officer")
TRANSFER_ASSESSMENT = Condition("transfer_assessment", "assess the data transfer", "data_protection_officer")

EXPORT_CONDITIONS: Final = (FUNDAMENTAL_RESEARCH_ONLY, NO_CONTROLLED_TECHNOLOGY, LICENCE_BEFORE_TRANSFER)
