"""Reading files that people write, strictly: every complaint names the file, the path in it and what is allowed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from matchmaker.errors import InputError, SourceError
from matchmaker.places.codes import QUOTE, refuse_boolean
from matchmaker.strict_yaml import YAMLError, loaded

LARGEST_BYTES = 1_000_000
# A surrogate that was written as an escape: no file, answer or page could hold it.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")

Word = TypeVar("Word", bound=str)


def read_text(path: Path) -> str:
    """The text of a file of at most 1 MB. Raises SourceError where it cannot be read, InputError where it is larger."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError(f"{path} is larger than {LARGEST_BYTES} bytes", hint="no call or team needs as much")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text", hint="save it as UTF-8") from error
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}", hint="check the path") from error


def parsed(text: str, file: str) -> Node:
    """The document in `text`, JSON where it begins with a brace or bracket, else YAML."""
    try:
        value = _json(text, file) if text.lstrip()[:1] in ("{", "[") else loaded(text)
    except YAMLError as error:
        raise InputError(f"{file} is not YAML: {_one_line(error)}", hint="see `call show` for examples") from error
    except (ValueError, OverflowError) as error:
        raise InputError(f"{file} is not YAML: {str(error)[:200]}", hint="put texts in quotation marks") from error
    except RecursionError as error:
        raise InputError(f"{file} is nested too deeply", hint="no call needs as much") from error
    return Node(value, "", file)


def _json(text: str, file: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _unrepeated(pairs, file))
    except ValueError:
        # A flow mapping of YAML begins with the same brace.
        return loaded(text)


def _unrepeated(pairs: list[tuple[str, Any]], file: str) -> dict[str, Any]:
    twice = next((key for key, times in Counter(key for key, _ in pairs).items() if times > 1), None)
    if twice is not None:
        raise InputError(f"{file}: the key {twice!r} is written twice", hint="write it once")
    return dict(pairs)


def _one_line(error: YAMLError) -> str:
    return " ".join(str(error).split())


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a document, and where it stands: `path` is like `clauses[2].where.country`."""

    value: Any
    path: str
    file: str

    def fail(self, what: str, hint: str = "") -> NoReturn:
        """Raise InputError naming the file and the path."""
        raise InputError(f"{self.file}: {self.path or 'the document'}: {what}", hint=hint)

    def fields(self, allowed: Iterable[str], required: Iterable[str] = ()) -> dict[str, Node]:
        """The entries of a mapping. Unknown keys and missing required ones are errors that list what is allowed."""
        if not isinstance(self.value, dict):
            self.fail(f"a mapping is expected, not {_said(self.value)}", f"keys: {', '.join(allowed)}")
        known = tuple(allowed)
        for key in self.value:
            if not isinstance(key, str):
                self.fail(f"{key!r} is no text", QUOTE if isinstance(key, bool) else "quote it")
            if _HALF_CHARACTER.search(key):
                self.fail(f"{_said(key)} holds half of a character", "write it as UTF-8, without escapes")
            if key not in known:
                self.fail(f"unknown key {key!r}", f"allowed: {', '.join(known)}")
        missing = [key for key in required if key not in self.value]
        if missing:
            self.fail(f"{missing[0]!r} is missing", f"required: {', '.join(required)}")
        return {key: self._at(f".{key}", value) for key, value in self.value.items()}

    def entries(self) -> dict[str, Node]:
        """The entries of a mapping whose keys are free."""
        return self.fields(self.value if isinstance(self.value, dict) else ("any name",))

    def items(self, at_least: int = 0) -> list[Node]:
        """The items of a list."""
        if not isinstance(self.value, list):
            self.fail(f"a list is expected, not {_said(self.value)}")
        if len(self.value) < at_least:
            self.fail(f"at least {at_least} item is expected")
        return [self._at(f"[{number}]", value) for number, value in enumerate(self.value)]

    def text(self) -> str:
        """A text."""
        refuse_boolean(self.value, self.file, self.path or "the document", "a text")
        if not isinstance(self.value, str):
            self.fail(f"a text is expected, not {_said(self.value)}")
        if _HALF_CHARACTER.search(self.value):
            self.fail(f"{_said(self.value)} holds half of a character", "write it as UTF-8, without escapes")
        return self.value

    def word(self, allowed: Iterable[Word]) -> Word:
        """One of the allowed words."""
        known = tuple(allowed)
        text = self.text()
        found = next((word for word in known if word == text), None)
        return self.fail(f"unknown word {text!r}", f"allowed: {', '.join(known)}") if found is None else found

    def words(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items(1))

    def boolean(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.fail(f"true or false is expected, not {_said(self.value)}")
        return self.value

    def maybe(self) -> bool | None:
        """True, false, or null for "not known"."""
        return None if self.value is None else self.boolean()

    def number(self) -> Fraction:
        """An exact number, not negative: 0.6 is three fifths."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.fail(f"a number is expected, not {_said(self.value)}")
        if not 0 <= self.value < 1e15:
            self.fail(f"{self.value} is not a number from 0 to 1e15")
        return Fraction(str(self.value))

    def share(self) -> Fraction:
        """An exact number in [0, 1]."""
        share = self.number()
        return self.fail(f"{self.value} is no share: 0 to 1 are allowed") if share > 1 else share

    def whole(self) -> int:
        """A whole number, not negative."""
        number = self.number()
        return self.fail(f"{self.value} is no whole number") if number.denominator != 1 else number.numerator

    def day(self) -> date:
        """A day: a date, or text like 2026-11-22."""
        if isinstance(self.value, date) and not isinstance(self.value, datetime):
            return self.value
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            self.fail(f"{_said(self.value)} is no day", "write it like 2026-11-22")

    def flags(self) -> dict[str, bool | None]:
        """A mapping of free names to true, false or null."""
        return {name: node.maybe() for name, node in self.entries().items()}

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items())

    def _at(self, step: str, value: Any) -> Node:
        return Node(value, f"{self.path}{step}".removeprefix("."), self.file)


def _said(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:60]
