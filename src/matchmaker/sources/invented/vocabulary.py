"""The words of the invented world, read once from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

Phrases = Mapping[str, tuple[str, ...]]  # slot (thing, method, effect, setting, units) -> phrases that fit it
_SLOTS = {"things": "thing", "methods": "method", "effects": "effect", "settings": "setting", "units": "units"}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of research: `voice` names its way of writing, `abroad` holds its phrases in other languages."""

    name: str
    field: str
    voice: str
    phrases: Phrases
    abroad: Mapping[str, Phrases]


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the world: `weight` is its share of people, `names` are the manners in which people write theirs."""

    code: str
    weight: int
    names: tuple[str, ...]
    language: str
    places: str


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """All topics, in the order of the files."""
    abroad = _table("other_languages")["phrases"]
    fields = [entry for file in ("topics_life", "topics_earth", "topics_society") for entry in _table(file)["field"]]
    return tuple(_topic(entry, topic, abroad.get(topic["name"], {})) for entry in fields for topic in entry["topic"])


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    """All countries, in the order of the file."""
    return tuple(
        Country(code, entry["weight"], tuple(entry["names"].split()), entry["language"], entry["places"])
        for code, entry in _table("countries")["countries"].items()
    )


@lru_cache(maxsize=1)
def places() -> Mapping[str, tuple[str, ...]]:
    """Invented place names by region: each first part with each second part, joined as the region does."""
    return {
        region: tuple(first + joint + second for first in starts.split(", ") for second in ends.split(", "))
        for region, (starts, joint, ends) in _table("countries")["places"].items()
    }


@lru_cache(maxsize=1)
def organisations() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Patterns of organisations' names: language -> kind of organisation -> patterns with `{place}`."""
    table = _table("countries")["organisations"]
    return {language: {kind: tuple(names) for kind, names in kinds.items()} for language, kinds in table.items()}


@lru_cache(maxsize=1)
def international_organisations() -> tuple[str, ...]:
    """Names of organisations that belong to no country."""
    return tuple(_table("countries")["international"]["names"])


@lru_cache(maxsize=1)
def manners() -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...], str]]:
    """Manner of writing a name -> given names, family names, and the pattern that joins one of each."""
    return {
        manner: (
            tuple(entry["given"].split(", ")),
            tuple(entry["family"].split(", ")),
            entry.get("pattern", "{given} {family}"),
        )
        for manner, entry in _table("names").items()
    }


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, Phrases]:
    """Patterns by voice or language (empirical, formal, interpretive, interests, es, fr, pt), then by section."""
    abroad = {key: value for key, value in _table("other_languages").items() if key != "phrases"}
    tables = {**_table("sentences"), **abroad}
    return {voice: {section: tuple(patterns) for section, patterns in table.items()} for voice, table in tables.items()}


def _topic(entry: Mapping[str, Any], topic: Mapping[str, Any], abroad: Mapping[str, Any]) -> Topic:
    return Topic(
        name=topic["name"],
        field=entry["name"],
        voice=entry.get("voice", "empirical"),
        phrases=_phrases(topic),
        abroad={language: _phrases(table) for language, table in abroad.items()},
    )


def _phrases(table: Mapping[str, str]) -> Phrases:
    return {slot: tuple(table[key].split("; ")) for key, slot in _SLOTS.items() if key in table}


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
