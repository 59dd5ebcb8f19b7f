"""What a report says, before it is a page or a text: sections of paragraphs, lists, facts, tables and figures."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.charts.figure import Figure, Row


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences that stand beside each other."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known, each with its name."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts along `columns`; the first of a row is its head."""

    caption: str
    columns: Row
    rows: tuple[Row, ...]
    note: str = ""


Block = str | Bullets | Facts | Table | Figure


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a section, with a title of its own."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section: blocks, then parts."""

    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A report. `lead` says in one sentence what it is about."""

    title: str
    lead: str
    sections: tuple[Section, ...]
