"""Browsing the people of an index, page by page, in OpenAlex's manner."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pyarrow.compute as pc

from matchmaker.domain.matches import plain
from matchmaker.errors import GenerationGoneError, InputError
from matchmaker.matching.arrays import BoolArray
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.explanation import reference
from matchmaker.places.resolve import code_of

MAX_PER_PAGE = 200
FILTERS = ("country_code", "home", "thin", "institution", "name")


def page_of(corpus: Corpus, *, filter_text: str = "", cursor: str = "*", per_page: int = 25) -> dict[str, Any]:
    """{meta: {count, per_page, next_cursor, generation}, results}; `cursor` starts at "*" and ends at null.

    `filter_text` is `key:value,key:value`, `!` for not and `|` for or: `country_code:ke|ug,thin:false`.
    """
    if not 1 <= per_page <= MAX_PER_PAGE:
        raise InputError(f"per-page is {per_page}; allowed are 1 to {MAX_PER_PAGE}", hint="follow next_cursor for more")
    rows = np.flatnonzero(_filtered(corpus, filter_text))
    start = _place(corpus, cursor)
    shown = rows[rows >= start][: per_page + 1]
    following = _cursor(corpus, int(shown[-1])) if len(shown) > per_page else None
    return {
        "meta": {"count": len(rows), "per_page": per_page, "next_cursor": following, "generation": corpus.generation},
        "results": [person_row(corpus, int(row)) for row in shown[:per_page]],
    }


def person_row(corpus: Corpus, person: int) -> dict[str, Any]:
    """A person as lists show them."""
    row: dict[str, Any] = plain(reference(corpus, person))
    return row


def profile_of(corpus: Corpus, person: int) -> dict[str, Any]:
    """A person with their texts, newest first."""
    texts = [corpus.text(int(text)) for text in corpus.person_texts.of(person)[::-1]]
    return {**person_row(corpus, person), "texts": [plain(text) for text in texts]}


def _filtered(corpus: Corpus, filter_text: str) -> BoolArray:
    kept = np.ones(corpus.n_people, dtype=np.bool_)
    for part in filter(None, filter_text.split(",")):
        key, colon, value = part.partition(":")
        if key not in FILTERS or not colon or not value.strip("!"):
            raise InputError(f"unknown filter {part!r}", hint=f"filters are key:value with keys {', '.join(FILTERS)}")
        passes = _passing(corpus, key, value.removeprefix("!").split("|"))
        kept &= ~passes if value.startswith("!") else passes
    return kept


def _passing(corpus: Corpus, key: str, values: list[str]) -> BoolArray:
    if key == "country_code":
        return np.isin(corpus.country, [code_of(value) for value in values])
    if key == "home":
        return np.isin(corpus.home, _known(values, ("country", "international", "unknown")))
    if key == "thin":
        wanted = [value == "true" for value in _known(values, ("true", "false"))]
        return np.isin(corpus.tables.standing["thin"].to_numpy(), wanted)
    if key == "institution":
        return np.isin(np.array(corpus.tables.standing["institution"].to_pylist(), dtype=object), values)
    named: BoolArray = np.logical_or.reduce([_named(corpus, value) for value in values])
    return named


def _named(corpus: Corpus, value: str) -> BoolArray:
    found = pc.match_substring(corpus.tables.people["name"], value, ignore_case=True)
    return np.asarray(found.to_pylist(), dtype=np.bool_)


def _known(values: list[str], allowed: tuple[str, ...]) -> list[str]:
    if unknown := [value for value in values if value not in allowed]:
        raise InputError(f"unknown value {unknown[0]!r}", hint=f"allowed are {', '.join(allowed)}")
    return values


def _cursor(corpus: Corpus, row: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([corpus.generation, row]).encode()).decode()


def _place(corpus: Corpus, cursor: str) -> int:
    if cursor == "*":
        return 0
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, RecursionError):
        place = None
    match place:
        case [str(generation), int(row)] if 0 <= row <= corpus.n_people and not isinstance(row, bool):
            pass
        case _:
            raise InputError("this cursor was not made here", hint="begin with cursor=* and follow next_cursor")
    if generation != corpus.generation:
        raise GenerationGoneError("this cursor belongs to another index", hint="begin again with cursor=*")
    return row
