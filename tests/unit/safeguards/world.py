"""Invented lists, in the formats that lists come in."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from matchmaker.safeguards.cases import CallContext, Case, Decision, Deployer
from matchmaker.safeguards.decision import decide
from matchmaker.safeguards.records import Entry, Family, Finding, Organisation, TopicLabel
from matchmaker.safeguards.screening import Screen

TODAY = date(2026, 11, 20)
ROR = "https://ror.org/01ggx4157"
QUANTUM = TopicLabel("EU_CTA_2023", "3", "Quantum technologies", "highest", 0.7, ("quantum cryptography",))
KEYS = TopicLabel(
    "EU_DUAL_USE_2021_821", "5", "Telecommunications and information security", "control", 0.7,
    ("quantum key distribution",),
)  # fmt: skip
EU_BASED = Deployer(jurisdictions=frozenset({"EU"}))
SIMPLE_HEADER = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,program_ids,dataset,"
    "first_seen,last_seen,last_change"
)
LOCAL_HEADER = "ror,name,country,decision,reason,owner,expires"


def an_entry(
    list_id: str = "US_EL", family: Family = "export_control", name: str = "Invented Institute", country: str = "CN"
) -> Entry:
    return Entry(
        list_id, f"{list_id}-1", name, (), frozenset({country} if country else ()), frozenset(), family,
        version="0123456789ab", dated=TODAY,
    )  # fmt: skip


def confirmed(list_id: str, family: Family, **more: bool) -> Finding:
    return Finding("confirmed", an_entry(list_id, family), f"ror:{ROR}", **more)  # type: ignore[arg-type]


def possible(list_id: str = "UN_SC", family: Family = "sanction") -> Finding:
    return Finding("possible", an_entry(list_id, family), "“A” and “A”: 1.000", 1.0)


def decided(
    country: str | None = "DE", *findings: Finding, call: CallContext | None = None, deployer: Deployer = EU_BASED
) -> Decision:
    return decide(Case(TODAY, country, findings=findings, call=call or CallContext(), deployer=deployer))


def found(entry: Entry, organisation: Organisation) -> tuple[Finding, ...]:
    return Screen([entry]).screen(organisation).findings


def local_file(folder: Path, *lines: str, name: str = "own.csv", header: str = LOCAL_HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join((header, *lines, "")), encoding="utf-8")
    return path


def simple_file(folder: Path, *lines: str, header: str = SIMPLE_HEADER) -> Path:
    path = folder / "targets.simple.csv"
    path.write_text("\n".join((header, *lines, "")), encoding="utf-8")
    return path


def ftm_file(folder: Path, *entities: dict[str, object]) -> Path:
    path = folder / "entities.ftm.json"
    path.write_text("".join(json.dumps(entity) + "\n" for entity in entities), encoding="utf-8")
    return path


def an_entity(**more: object) -> dict[str, object]:
    properties = {"name": ["Invented Rocket Institute"], "country": ["kp"], "topics": ["sanction"], "rorId": [ROR]}
    return {
        "id": "NK-1", "caption": "Invented Rocket Institute", "schema": "Organization", "properties": properties,
        "datasets": ["un_sc_sanctions"], "referents": [], **more,
    }  # fmt: skip
