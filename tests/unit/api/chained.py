"""Chained logs for tests, of records made by dice."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from matchmaker_api.state.chain import Chain

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_names = st.text(max_size=8).filter(lambda name: name not in ("seq", "prev_hash", "hash"))
# Each example is a log on disk, so a third of the usual number.
some = settings(max_examples=max(30, settings().max_examples // 3))
some_records = st.lists(st.dictionaries(_names, _values, max_size=4), min_size=2, max_size=6)


@contextmanager
def a_log(records: list[dict[str, Any]]) -> Iterator[Chain]:
    with tempfile.TemporaryDirectory() as folder:
        log = Chain(Path(folder) / "log.jsonl")
        log.append_all(records)
        yield log
