"""Answers as notebooks and scripts hold them: index them, iterate them, turn them into data frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matchmaker.domain.matches import MatchAnswer, MatchResult, SharingNote, plain
from matchmaker_api.wording import flat_row, why_lines

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Shown:
    """One result, for notebooks and scripts."""

    result: MatchResult

    def why(self) -> str:
        """The reasons in plain sentences."""
        return "\n".join(why_lines(plain(self.result)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.result, name)


@dataclass(frozen=True, slots=True)
class Answer:
    """A ranked list, for notebooks and scripts: index it, iterate it, or turn it into a data frame."""

    answer: MatchAnswer

    @property
    def meta(self) -> Any:
        """What was asked and what each filter removed."""
        return self.answer.meta

    def as_dict(self) -> dict[str, Any]:
        """The published JSON."""
        return self.answer.as_dict()

    def to_frame(self) -> pd.DataFrame:
        """One row per result."""
        import pandas as pd

        return pd.DataFrame([flat_row(row) for row in self.as_dict()["results"]])

    def __len__(self) -> int:
        return len(self.answer.results)

    def __getitem__(self, place: int) -> Shown:
        return Shown(self.answer.results[place])

    def __iter__(self) -> Iterator[Shown]:
        return (Shown(result) for result in self.answer.results)

    def _repr_html_(self) -> str:
        """The list as a plain table."""
        html: str = self.to_frame().to_html(index=False, escape=True)
        return html


@dataclass(frozen=True, slots=True)
class ManyAnswers:
    """Lists that were made together: index or iterate them; `sharing` says what making them together did."""

    answers: tuple[Answer, ...]
    sharing: SharingNote

    def as_dict(self) -> dict[str, Any]:
        """The published JSON."""
        meta = {"count": len(self.answers), "sharing": plain(self.sharing)}
        return {"meta": meta, "results": [answer.as_dict() for answer in self.answers]}

    def __len__(self) -> int:
        return len(self.answers)

    def __getitem__(self, place: int) -> Answer:
        return self.answers[place]

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.answers)
