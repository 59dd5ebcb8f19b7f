"""The invented world with screening lists and declared terms."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.verdicts.steps import NOON, TEXT

from matchmaker_api.assemble import Matchmaker


@pytest.fixture(scope="module")
def data(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with a list of the installation's own, a sanctions list, and the terms of one organisation."""
    data = tmp_path_factory.mktemp("verdicts") / "data"
    shutil.copytree(demo_data, data)
    with Matchmaker(data) as matchmaker:
        first, second, third = _organisations(matchmaker)
    (data / "lists").mkdir()
    (data / "lists" / "ours-2026-11-20.csv").write_text(
        "ror,name,country,decision,reason,owner,expires\n"
        f',"{first["name"]}",{first["country"]},needs_review,agreement ended,research office,2027-06-30\n',
        encoding="utf-8",
    )
    (data / "lists" / "us-2026-11-21.csv").write_text(
        "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,program_ids,dataset,"
        "first_seen,last_seen,last_change\n"
        f'X1,Organization,"{second["name"]}",,,{str(second["country"]).lower()},,,,,,,el,2026-01-01,'
        "2026-11-21,2026-01-01\n",
        encoding="utf-8",
    )
    (data / "terms").mkdir()
    (data / "terms" / "third.yaml").write_text(
        f"for: {third['id']}\ndeclared_by: its office\ndeclared_on: 2026-11-01\n"
        "declaration:\n  publication: {policy: none}\n",
        encoding="utf-8",
    )
    return data


def _organisations(matchmaker: Matchmaker) -> list[dict[str, Any]]:
    """The joining organisations of the first three people found, all different."""
    found: dict[str, dict[str, Any]] = {}
    for shown in matchmaker.match(TEXT, home="DE", k=50):
        who = shown.result.researcher
        if who.institution.id and who.country:
            found.setdefault(
                who.institution.id, {"id": who.institution.id, "name": who.institution.name, "country": who.country}
            )
    return list(found.values())[:3]


@pytest.fixture
def opened(data: Path) -> Iterator[Matchmaker]:
    with Matchmaker(data, now=lambda: NOON) as matchmaker:
        yield matchmaker
