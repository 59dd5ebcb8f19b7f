"""Marks of prestige that inputs carry and nobody reads; they are counted, so that the report of an ingest says so.

How often somebody is cited, where they published and how their university is ranked changes no score. Whoever hands
such a field in, hoping that it counts, is told that it does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

IGNORED: Final = "prestige_ignored"

_MARKS: Final = frozenset(
    """
    2yr_mean_citedness altmetric altmetric_score average_citations citation_count
    citation_normalized_percentile citations citations_count citations_per_paper cited_by cited_by_count
    cited_by_percentile_year citedby citescore counts_by_year field_weighted_citation_impact fwci g_index h_index
    highly_cited hindex host_venue i10_index impact_factor influential_citation_count jcr_quartile jif journal
    journal_impact_factor journal_name journal_rank mean_citedness n_citation n_citations number_of_citations
    publication_venue qs_rank qs_ranking quartile scimago_rank shanghai_rank sjr snip the_rank times_cited
    total_citations university_rank university_ranking venue
    """.split()
)
_BETWEEN_WORDS: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 60  # characters of a field's name; one that is longer came from no database of publications


def mark(field: str) -> str | None:
    """The mark of prestige that a field of this name holds, in small letters with underscores; None for any other."""
    if len(field) > _LONGEST:
        return None
    is_plain = field.islower() and field.isidentifier()  # most are, and a regular expression is slow
    plain = field if is_plain else _BETWEEN_WORDS.sub("_", field.lower()).strip("_")
    return plain if plain in _MARKS else None


def notes(record: Mapping[str, object]) -> list[str]:
    """A note like "prestige_ignored: h_index" for every mark of prestige that a record holds; empty ones are none."""
    held = (name for field, value in record.items() if (name := mark(field)) and value not in (None, "", [], {}))
    return [f"{IGNORED}: {name}" for name in held]
