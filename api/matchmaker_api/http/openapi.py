"""Writes the frozen contract: `python -m matchmaker_api.http.openapi > api/openapi.json`."""

from __future__ import annotations

import json
import sys

from matchmaker_api.http.app import described


def document() -> str:
    """The OpenAPI document as it is kept in `api/openapi.json`."""
    return json.dumps(described().openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
