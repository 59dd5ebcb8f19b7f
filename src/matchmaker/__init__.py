"""Decides and explains: no HTTP, no FAISS, no database (see the map of the house in README.md)."""

__version__ = "0.1.0"
