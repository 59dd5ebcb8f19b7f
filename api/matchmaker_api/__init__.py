"""Speaks: Python, command line, HTTP and web pages; remembers: runs. Every face asks the same `Matchmaker`."""

from matchmaker_api.assemble import Matchmaker, connect

__all__ = ["Matchmaker", "connect"]
