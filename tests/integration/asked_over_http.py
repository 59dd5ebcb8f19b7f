"""What the tests over HTTP ask: a text, a seeker, a call of an installation's own, and a team for it."""

from __future__ import annotations

from typing import Any

TEXT = "Groundwater recharge and drought in semi-arid catchments"
SOMEBODY = "https://demo.invalid/people/P00001"
OWN = """schema: rcp-call/1
id: own-call
title: A call of our own
funder: A foundation
provenance: {source: a letter, retrieved: 2026-11-22, confidence: high, illustrative: false}
dates: {reference: 2026-11-22}
clauses:
  - {id: two, type: count, of: countries, min: 2}
"""
TEAM: dict[str, Any] = {"partners": [
    {"org": {"id": "a", "country": "DE", "type": "university"}, "role": "coordinator", "funded": True},
    {"org": {"id": "b", "country": "KE"}},
]}  # fmt: skip
