"""Speaks: Python, command line, HTTP and web pages; remembers: runs. Every face asks the same `Matchmaker`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matchmaker_api.assemble import Matchmaker, connect

__all__ = ["Matchmaker", "connect"]


def __getattr__(name: str) -> Any:
    """Load `connect` when it is asked for: it brings in everything, and `--help` needs nothing of it."""
    if name in __all__:
        from matchmaker_api import assemble

        return getattr(assemble, name)
    raise AttributeError(f"module 'matchmaker_api' has no attribute {name!r}")
