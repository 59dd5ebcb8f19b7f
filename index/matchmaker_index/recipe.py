"""What goes into an index: a small TOML file, so that anybody can build the same one again."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from matchmaker.errors import InputError, SourceError
from matchmaker.matching.encoders import STATIC
from matchmaker.matching.learnt import BY_SCALE, FUSIONS

_TYPES: dict[str, tuple[type, ...]] = {
    "encoder": (str,),
    "tune": (bool,),
    "learn": (bool,),
    "fusion": (str,),
    "dimension": (int,),
    "precision": (str,),
    "kind": (str,),
    "seed": (int,),
    "as_of": (date, type(None)),
    "snapshot": (str, type(None)),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """`encoder` is matchmaker-static, tfidf-svd, the name of a sentence-transformers model or a folder with one.

    `tune` lets matchmaker-static be tuned on who wrote what, where the corpus has enough of that and it helps people
    it was not tuned on. `learn` lets weights and calibrations be learnt from past collaborations, where they pass.

    `fusion` is scale (words, meaning and focus are added up on the scale of known cases) or ranks (by reciprocal rank
    fusion, which needs no scale; nothing is learnt then).

    `dimension` is used by tfidf-svd only (8..1024). `precision` is float32, bfloat16 or auto (bfloat16 where the
    processor computes in it). `as_of` leaves out all works published later; None takes everything. `snapshot` names
    a snapshot by digest; None takes the current one.
    """

    encoder: str = STATIC
    tune: bool = True
    learn: bool = True
    fusion: str = BY_SCALE
    dimension: int = 256
    precision: str = "auto"
    kind: str = "flat"
    seed: int = 7
    as_of: date | None = None
    snapshot: str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if type(value) not in _TYPES[field.name]:
                allowed = " or ".join(kind.__name__ for kind in _TYPES[field.name] if kind is not type(None))
                raise InputError(f"{field.name} is {value!r}; it must be {allowed}", hint="see index/README.md")
        _one_of("fusion", self.fusion, FUSIONS)
        _one_of("kind", self.kind, ("flat",))
        _one_of("precision", self.precision, ("auto", "float32", "bfloat16"))
        if not 8 <= self.dimension <= 1024:
            raise InputError(f"dimension is {self.dimension}; allowed are 8 to 1024", hint="256 is a good start")

    @classmethod
    def read(cls, path: Path) -> Recipe:
        """Read a recipe; unknown keys are errors, so that a misspelt one changes nothing silently."""
        try:
            table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SourceError(
                f"cannot read the recipe {path}: {error}", hint="see index/README.md for an example"
            ) from error
        known = {field.name for field in fields(cls)}
        if unknown := sorted(table.keys() - known):
            raise InputError(f"{path}: unknown keys {', '.join(unknown)}", hint=f"known are {', '.join(sorted(known))}")
        try:
            return cls(**table)
        except TypeError as error:
            raise InputError(f"{path}: {error}", hint="see index/README.md for an example") from error


def _one_of(key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(f"{key} is {value!r}; allowed are {', '.join(allowed)}", hint="see index/README.md")
