"""The command `screen`: organisations from a CSV file against the lists in a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from matchmaker.errors import SourceError
from matchmaker.places.resolve import resolve
from matchmaker.safeguards.cases import CallContext, Case, Decision, Deployer, Fired
from matchmaker.safeguards.decision import decide, shown_verdict
from matchmaker.safeguards.lists import Lists, load_folder
from matchmaker.safeguards.many import screen_each
from matchmaker.safeguards.records import ListFile, Organisation
from matchmaker.safeguards.rows import Unread, csv_rows, header_of
from matchmaker.safeguards.screening import Screened
from matchmaker_api.calls import call_or_path
from matchmaker_api.deployment import deployment
from matchmaker_api.settings import DEFAULT_DATA

_COLUMNS = "name (required), id, country, subdivision, address, aliases, ror, lei, tax_id"

_NOBODYS = "no jurisdiction is named: only UN lists, UN decisions and your own list block"


def screen_rows(
    organisations_csv: Path,
    lists_dir: Path,
    call: CallContext | None = None,
    *,
    deployer: Deployer | None = None,
    at: date | None = None,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """One row per organisation, in the order of the file, and a report on lists, skipped rows and outcomes.

    Columns: `name`, and where known `id, country, subdivision, address, aliases` (joined by `;`)`, ror, lei, tax_id`.
    A country that cannot be read counts as unknown and is noted in its row. Rows are for research-security staff: they
    show list entries. Where screening does not count, `not_screened` stands for `allow`. `at` is today unless given.
    Raises SourceError for files that cannot be read.
    """
    day, for_whom = at or datetime.now(UTC).date(), deployer or Deployer()
    if "name" not in header_of(organisations_csv):
        raise SourceError(f"{organisations_csv} has no column name", hint=f"columns: {_COLUMNS}")
    lists = load_folder(lists_dir)
    gaps = lists.gaps(day, for_whom.required_lists)
    skipped = Counter[str]()
    given = list(_organisations(organisations_csv, skipped))
    empty = Case(day, gaps=gaps, call=call or CallContext(), deployer=for_whom)
    rows = [
        _row(organisation, note, found, decide(_case(organisation, found, empty)))
        for (organisation, note), found in zip(
            given, screen_each([organisation for organisation, _ in given], lists.entries), strict=True
        )
    ]
    return rows, _report(lists, empty, rows, skipped)


def call_context(data: Path | None, name: str | None) -> CallContext:
    """What safeguards need to know of the call with this id, or in this file; nothing where no call is named.

    Raises NotFoundError for an id that nobody claims, InputError for a file that is no call.
    """
    if name is None:
        return CallContext()
    call = call_or_path(data or Path(DEFAULT_DATA), name)
    return CallContext(call.id, call.funder)


def deployer_of(data: Path | None) -> Deployer:
    """Whose rules apply: what `deployment.toml` in the data folder says, nobody's where there is no such folder.

    Without a folder the usual one is meant. Raises as `deployment` does for a file that cannot be used.
    """
    folder = data or Path(DEFAULT_DATA)
    return deployment(folder).deployer if folder.is_dir() else Deployer()


def _organisations(path: Path, skipped: Counter[str]) -> Iterator[tuple[Organisation, str]]:
    for number, row in enumerate(csv_rows(path), start=1):
        if isinstance(row, Unread):
            skipped[row.reason] += 1
        elif not row.get("name"):
            skipped["no_name"] += 1
        else:
            yield _organisation(number, row)


def _organisation(number: int, row: dict[str, str]) -> tuple[Organisation, str]:
    place = resolve(row.get("country", ""))
    subdivision = (row.get("subdivision") or place.subdivision or "").upper() or None
    organisation = Organisation(
        id=row.get("id") or str(number),
        name=row["name"],
        aliases=tuple(alias.strip() for alias in row.get("aliases", "").split(";") if alias.strip()),
        country=place.code,
        subdivision=subdivision,
        address=row.get("address", ""),
        ror=row.get("ror", ""),
        lei=row.get("lei", ""),
        tax_id=row.get("tax_id", ""),
    )
    unread = row.get("country") and place.code is None
    return organisation, f"country not read: {place.note}" if unread else ""


def _case(organisation: Organisation, found: Screened, empty: Case) -> Case:
    return Case(
        at=empty.at,
        country=organisation.country,
        subdivision=organisation.subdivision,
        address=organisation.address,
        findings=found.findings,
        gaps=empty.gaps,
        call=empty.call,
        deployer=empty.deployer,
    )


def _row(organisation: Organisation, note: str, found: Screened, decision: Decision) -> dict[str, Any]:
    return {
        "id": organisation.id,
        "name": organisation.name,
        "country": organisation.country,
        "decision": shown_verdict(decision),
        "not_screened": bool(decision.not_screened),
        "rules": list(decision.rules),
        "conditions": [condition.code for condition in decision.conditions],
        "tier": decision.tier,
        "reasons": [_reason(rule) for rule in decision.fired if rule.id != "G0"],
        "log_lines": found.log_lines,
        "note": note,
    }


def _reason(rule: Fired) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "outcome": rule.outcome,
        "text": rule.text,
        "evidence": rule.evidence,
        "list": rule.list_id,
        "entry": rule.entry_id,
        "version": rule.version,
        "date": rule.dated.isoformat() if rule.dated else None,
    }


def _report(lists: Lists, asked: Case, rows: list[dict[str, Any]], skipped: Counter[str]) -> dict[str, Any]:
    return {
        "at": asked.at.isoformat(),
        "call": asked.call.id or None,
        "jurisdictions": sorted(asked.deployer.jurisdictions),
        "not_screened": list(asked.gaps),
        "screened": len(rows),
        "skipped": dict(sorted(skipped.items())),
        "decisions": dict(sorted(Counter(row["decision"] for row in rows).items())),
        "topics": "not tagged: a list of organisations says nothing about what they would work on",
        "lists": [_listed(file, asked.at) for file in lists.files],
        "passed_over": list(lists.passed_over),
        "notes": [*lists.notes, *([] if asked.deployer.jurisdictions else [_NOBODYS])],
    }


def _listed(file: ListFile, day: date) -> dict[str, Any]:
    return {
        "file": file.file,
        "format": file.format,
        "version": file.version,
        "date": file.dated.isoformat(),
        "dated_by": file.dated_by,
        "stale": file.is_stale(day),
        "max_age_days": file.max_age_days,
        "rows": file.read,
        "entries": len(file.entries),
        "by_list": dict(sorted(Counter(entry.list_id for entry in file.entries).items())),
        "skipped": dict(sorted(file.skipped.items())),
        "expired": sum(not entry.holds(day) for entry in file.entries),
    }
