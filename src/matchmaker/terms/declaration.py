"""What a partner declares about publication, data, code, rights and confidentiality.

Every field is optional. `None` means that nobody has said, which is never read as a refusal; an empty tuple means that
somebody has said "none". Declarations are made by organisations about a project; they hold nothing about a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Policy = Literal["open", "review", "delay", "none"]
ApprovalRight = Literal["none", "comment", "veto"]
Openness = Literal["open", "embargo", "tiered", "restricted", "closed"]
Tier = Literal["T0", "T1", "T2", "T3", "T4"]
Ground = Literal["personal", "security", "ip", "indigenous", "contractual"]
Transfer = Literal["EU", "adequacy", "SCC", "none"]
BenefitSharing = Literal["nagoya", "none"]
Access = Literal["royalty_free", "fair_reasonable", "none"]
ExportControl = Literal["none", "controlled", "pending"]
Ownership = Literal["generator", "joint", "lead_all", "sponsor_all"]
JointExploitation = Literal["free_with_notice", "consent"]
ReviewBoard = Literal["yes", "no"]

OPENNESS: tuple[Openness, ...] = ("open", "embargo", "tiered", "restricted", "closed")


@dataclass(frozen=True, slots=True)
class Accepts:
    """How much review (days) and delay (months) of a publication a partner puts up with; both from 0."""

    review_days: int | None = None
    delay_months: int | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """How results are published; `review_days` and `delay_months` are what this partner asks of the others."""

    policy: Policy | None = None
    review_days: int | None = None
    delay_months: int | None = None
    must_publish: bool | None = None
    accepts: Accepts = field(default_factory=Accepts)
    approval_right: ApprovalRight | None = None


@dataclass(frozen=True, slots=True)
class Data:
    """How the data that a partner holds may be used; countries in `localisation` are alpha-2 codes."""

    access: Openness | None = None
    embargo_months: int | None = None
    tier: Tier | None = None
    licence: str | None = None
    grounds: tuple[Ground, ...] | None = None
    personal: bool | None = None
    transfer: tuple[Transfer, ...] | None = None
    abs: BenefitSharing | None = None
    localisation: tuple[str, ...] | None = None
    human_genetic: bool | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """The licence of a partner's code: an SPDX identifier, or `proprietary`."""

    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Background:
    """What a partner brings and needs, and on which terms others get at it."""

    brings: tuple[str, ...] | None = None
    needs: tuple[str, ...] | None = None
    access_implementation: Access | None = None
    access_exploitation: Access | None = None
    encumbered: tuple[str, ...] | None = None
    export_control: ExportControl | None = None


@dataclass(frozen=True, slots=True)
class Foreground:
    """Who owns results, and in which fields a partner wants them alone."""

    ownership: Ownership | None = None
    joint_exploitation: JointExploitation | None = None
    exclusive_fields: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Confidentiality:
    """Whether an agreement on secrecy is asked for, and for how many years."""

    nda: bool | None = None
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Ethics:
    """Whether there is a review board, and labels of Indigenous data governance (CARE, Traditional Knowledge)."""

    review_board: ReviewBoard | None = None
    care_labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """Everything one partner declares; `hard` are the fields it will not move on, as `data.access` or a whole `data`.

    `party` is what the partner is called in reasons ("the seeker"), `country` the alpha-2 code of its legal entity.
    Both come from whoever asks, not from the declaration.
    """

    publication: Publication = field(default_factory=Publication)
    data: Data = field(default_factory=Data)
    code: Code = field(default_factory=Code)
    background: Background = field(default_factory=Background)
    foreground: Foreground = field(default_factory=Foreground)
    confidentiality: Confidentiality = field(default_factory=Confidentiality)
    ethics: Ethics = field(default_factory=Ethics)
    hard: tuple[str, ...] = ()
    party: str = "one side"
    country: str | None = None

    def is_hard(self, path: str) -> bool:
        """Whether this partner will not move on the field at `path`, or on a part of the declaration that has it."""
        return any(path == held or path.startswith(f"{held}.") for held in self.hard)


def publication_restraints(declared: Declaration) -> tuple[str, ...]:
    """Paths by which a partner restrains what others may publish or say: approval, no publication, secrecy.

    Such terms can cost research in the United States its standing as fundamental research; whether that matters for a
    topic is decided elsewhere. What is not declared is not among them.
    """
    restrains = {
        "publication.approval_right": declared.publication.approval_right == "veto",
        "publication.policy": declared.publication.policy == "none",
        "confidentiality.nda": declared.confidentiality.nda is True,
    }
    return tuple(path for path, holds in restrains.items() if holds)
