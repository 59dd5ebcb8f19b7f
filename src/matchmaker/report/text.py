"""A report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from matchmaker.charts.figure import Figure, Row
from matchmaker.report.document import Block, Bullets, Document, Facts, Table

# Signs that could make markup of a text, wherever it stands.
_SIGNS: Final = re.compile(r"([\\`*_{}\[\]|~$])")
_ENTITY: Final = re.compile(r"&(?=[A-Za-z#])")
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")
_OPENING: Final = re.compile(r"^([#+=>-])")
_NUMBERED: Final = re.compile(r"^(\d+)([.)])(?=\s|$)")


def markdown(document: Document) -> str:
    """The text, ending in a line break. Texts of others are escaped, so that none becomes markup."""
    return "\n\n".join(_parts(document)) + "\n"


def _parts(document: Document) -> Iterator[str]:
    yield f"# {_plain(document.title)}"
    yield _line(document.lead)
    for section in document.sections:
        yield f"## {_plain(section.title)}"
        for block in section.blocks:
            yield from _block(block, "###")
        for part in section.parts:
            yield f"### {_plain(part.title)}"
            for block in part.blocks:
                yield from _block(block, "####")


def _block(block: Block, heading: str) -> Iterator[str]:
    if isinstance(block, str):
        yield _line(block)
    elif isinstance(block, Bullets):
        yield "\n".join(f"- {_line(item)}" for item in block.items)
    elif isinstance(block, Facts):
        yield _table(("What", "Figure"), block.pairs)
    else:
        yield from _figure(block, heading)


def _figure(block: Table | Figure, heading: str) -> Iterator[str]:
    yield f"{heading} {_plain(block.caption if isinstance(block, Table) else block.title)}"
    if isinstance(block, Figure):
        yield _line(block.description)
    yield _table(block.columns, block.rows)
    if block.note:
        yield _line(block.note)


def _table(columns: Row, rows: Sequence[Row]) -> str:
    lines = [columns, ("---",) * len(columns)]
    head = "\n".join(f"| {' | '.join(_plain(cell) if cell != '---' else cell for cell in line)} |" for line in lines)
    body = "".join(f"\n| {' | '.join(_plain(cell) for cell in row)} |" for row in rows)
    return head + body


def _line(text: str) -> str:
    """A text at the start of a line, where some signs open a heading, a list or a quotation."""
    return _NUMBERED.sub(r"\1\\\2", _OPENING.sub(r"\\\1", _plain(text)))


def _plain(text: str) -> str:
    """A text that reads the same when the Markdown is shown."""
    escaped = _TAG.sub("&lt;", _ENTITY.sub("&amp;", text))
    return _SIGNS.sub(r"\\\1", " ".join(escaped.split("\n")))
