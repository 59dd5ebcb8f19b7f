"""A request and an answer for every operation, from the invented world; the tests execute them."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, Final

from fastapi.openapi.models import Example

MATCH: Final[dict[str, Example]] = {
    "text": {
        "summary": "Partners for a question in words",
        "value": {"text": "Groundwater recharge and drought in semi-arid catchments", "home": "DE", "k": 5},
    },
    "researcher": {
        "summary": "Partners for a researcher, in some countries",
        "value": {"researcher": "https://demo.invalid/people/P00001", "countries": ["KE", "Brazil", "IND"], "k": 5},
    },
    "orcid": {
        "summary": "Partners for a researcher by ORCID, past co-authors included",
        "value": {"orcid": "0000-0009-9000-0528", "include_known": True, "k": 5},
    },
    "policy": {
        "summary": "With an equity target of your own",
        "value": {
            "text": "Malaria vectors and insecticide resistance",
            "k": 10,
            "policy": {"name": "equal shares", "equity": {"target": "uniform", "set_by": "the programme board"}},
        },
    },
}
BATCH: Final[dict[str, Example]] = {
    "cap": {
        "summary": "Three seekers, nobody in more than two of the lists",
        "value": {
            "requests": [{"researcher": f"https://demo.invalid/people/P0000{number}", "k": 3} for number in (1, 2, 3)],
            "sharing": {"cap": 2},
        },
    },
}
AUDIT: Final[dict[str, Example]] = {
    "everything": {"summary": "All lists, by every attribute that the role may see", "value": {}},
    "year": {
        "summary": "A year, by income group",
        "value": {"from": "2026-01-01", "to": "2026-12-31", "attributes": ["income_group"]},
    },
}
RUN_ID: Final[dict[str, Example]] = {"run": {"value": "00000000000000000000000000000001"}}
RANK: Final[dict[str, Example]] = {"first": {"value": 1}}
RESEARCHER: Final[dict[str, Example]] = {
    "id": {"value": "https://demo.invalid/people/P00001"},
    "orcid": {"value": "0000-0009-9000-0528"},
}
PLACE: Final[dict[str, Example]] = {"code": {"value": "KE"}, "name": {"value": "Namibia"}, "union": {"value": "EU"}}
SET: Final[dict[str, Example]] = {"low income": {"value": "wb.L"}, "members": {"value": "eu_members"}}


# Every operation answers with its own shape or with a problem document.
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    "default": {
        "description": "A problem document",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def shown_in(described: dict[str, Any]) -> None:
    """Put the example answers into an OpenAPI document (FastAPI itself would drop every null from them)."""
    for methods in described["paths"].values():
        for told in methods.values():
            content = told["responses"]["200"]["content"]["application/json"]
            content["example"] = given()[told["operationId"]]
            told["responses"]["default"]["content"]["application/problem+json"]["example"] = given()["problem"]


@cache
def given() -> dict[str, Any]:
    """The example answers by operation, as they stand in `examples.json`."""
    told: dict[str, Any] = json.loads(resources.files("matchmaker_api.http").joinpath("examples.json").read_bytes())
    return told
