"""A folder that cannot be meant is refused, and told why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.evaluation.surveyed import (
    Content,
    Paper,
    run,
    write,
)

from matchmaker.errors import InputError, MatchmakerError, SourceError
from matchmaker.evaluation.gold import gold_standard
from matchmaker.evaluation.survey import COLUMNS, PAPERS, PROFILES, RATINGS
from matchmaker.matching.static import StaticEncoder

Spoil = Callable[[Path], object]


def _text(name: str, text: str | bytes) -> Spoil:
    return lambda folder: (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def _without(name: str) -> Spoil:
    return lambda folder: (folder / name).unlink()


def _appended(name: str, line: str) -> Spoil:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + f"{line}\r\n".encode())


def _renamed(name: str, column: str, to: str) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / name
        if name == PAPERS:
            table = pq.read_table(path)
            pq.write_table(table.rename_columns([to if each == column else each for each in table.column_names]), path)
        else:
            path.write_text(path.read_text(encoding="utf-8").replace(column, to, 1), encoding="utf-8")

    return spoil


def _column(column: str, values: Callable[[int], pa.Array]) -> Spoil:
    def spoil(folder: Path) -> None:
        table = pq.read_table(folder / PAPERS)
        changed = table.set_column(table.column_names.index(column), column, values(table.num_rows))
        pq.write_table(changed, folder / PAPERS)

    return spoil


def _title_twice(folder: Path) -> None:
    table = pq.read_table(folder / PAPERS)
    pq.write_table(table.append_column("title", table["title"]), folder / PAPERS)


def _row(**given: object) -> Spoil:
    def spoil(folder: Path) -> None:
        table = pq.read_table(folder / PAPERS)
        row = pa.Table.from_pylist([{**table.slice(0, 1).to_pylist()[0], **given}], schema=table.schema)
        pq.write_table(pa.concat_tables([table, row]), folder / PAPERS)

    return spoil


UNREADABLE: Mapping[str, tuple[Spoil, str]] = {
    **{f"no {name}": (_without(name), f"{name} is not there") for name in COLUMNS},
    **{
        f"{name} without {column}": (_renamed(name, column, "other"), f"{name} has no column {column}; it has")
        for name, columns in COLUMNS.items()
        for column in columns
    },
    "a column twice": (_renamed(RATINGS, "expertise", "expertise,paper_id"), "the column paper_id twice"),
    "a column of papers twice": (_title_twice, "the column title twice"),
    "tabs": (lambda f: (f / RATINGS).write_text("participant_id\tpaper_id\texpertise\n"), "has no column"),
    "an empty file": (_text(PROFILES, ""), "it has none"),
    "no Parquet": (_text(PAPERS, "paper_id,title\n"), "cannot be read as Parquet"),
    "half a Parquet": (lambda f: _text(PAPERS, (f / PAPERS).read_bytes()[:-40])(f), "cannot be read as Parquet"),
    "titles of numbers": (_column("title", lambda n: pa.array(np.arange(n))), "column title is int64"),
    "ids of fractions": (_column("paper_id", lambda n: pa.array(np.arange(n) / 2)), "column paper_id is double"),
    "a short row": (_appended(RATINGS, "m,malaria-1"), "line 26 has 2 cells, the header 3"),
    "a long row": (_appended(PROFILES, "m,malaria-1,2015,2016"), "line 34 has 4 cells, the header 3"),
    "an open quote": (_appended(RATINGS, 'm,"malaria-1,3'), "no well-formed CSV"),
    "no UTF-8": (_text(RATINGS, b"participant_id,paper_id,expertise\nJos\xe9,malaria-1,3\n"), "is not UTF-8"),
}  # fmt: skip

CONTRADICTORY: Mapping[str, tuple[Spoil, str]] = {
    **{
        f"expertise {said!r}": (_appended(RATINGS, f'm,malaria-9,"{said}"'), "line 26: expertise is ")
        for said in ("", "high", "4,5", "nan", "inf", "-Infinity", "1e999", "4_5", "NA")
    },
    "two ratings": (_appended(RATINGS, "m,malaria-12,2"), r"line 26: 'm' rated 'malaria-12' 2 here and 4 in line 2"),
    "two ratings of an unknown paper": (
        lambda f: [_appended(RATINGS, f"m,nowhere,{said}")(f) for said in (1, 2)],
        "line 27: 'm' rated 'nowhere' 2 here and 1 in line 26",
    ),
    "nobody rated": (_appended(RATINGS, " ,malaria-9,3"), "line 26 has no participant_id"),
    "nothing rated": (_appended(RATINGS, "m,,3"), "line 26 has no paper_id"),
    "nobody wrote": (_appended(PROFILES, ",malaria-9,2015"), "line 34 has no participant_id"),
    "nothing written": (_appended(PROFILES, "m,,2015"), "line 34 has no paper_id"),
    "a paper without id": (_row(paper_id=None), "row 43 has no paper_id"),
    "a paper of a blank id": (_row(paper_id=" "), "row 43 has no paper_id"),
    "two titles": (_row(title="Another title"), "row 43: paper 'malaria-0' stands there already"),
    "two abstracts": (_row(abstract="Another abstract"), "row 43: paper 'malaria-0' stands there already"),
}


def refused(folder: Path, spoil: Spoil, kind: type[MatchmakerError], told: str) -> None:
    spoil(folder)
    with pytest.raises(kind, match=told) as caught:
        run(folder)
    assert type(caught.value) is kind
    # Where, and what to do.
    assert str(folder) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_is_missing_damaged_or_lacks_a_column_is_refused(folder: Path, case: str) -> None:
    spoil, told = UNREADABLE[case]
    refused(folder, spoil, SourceError, told)


@pytest.mark.parametrize("case", CONTRADICTORY)
def test_rows_that_contradict_each_other_or_name_nothing_are_refused(folder: Path, case: str) -> None:
    spoil, told = CONTRADICTORY[case]
    refused(folder, spoil, InputError, told)


def test_no_folder_is_refused_and_told_what_a_folder_holds(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is no folder") as caught:
        run(tmp_path / "nowhere")
    assert all(f"{name} ({', '.join(columns)})" in caught.value.hint for name, columns in COLUMNS.items())


def test_papers_without_a_word_in_common_are_refused_by_an_encoder_that_needs_them(tmp_path: Path) -> None:
    papers: list[Paper] = [("a", "Alpha", None, 1), ("b", "Beta", None, 1), ("c", "Gamma", None, 1)]
    content = Content(papers, [("x", "a", "")], [("x", "b", "1"), ("x", "c", "2")])
    with pytest.raises(InputError, match="too few to fit"):
        run(write(tmp_path / "gold", content))


def test_papers_without_a_word_in_common_are_near_by_meaning_alone(tmp_path: Path) -> None:
    papers: list[Paper] = [("a", "Malaria", None, 1), ("b", "Mosquitoes", None, 1), ("c", "Violins", None, 1)]
    content = Content(papers, [("x", "a", "")], [("x", "b", "5"), ("x", "c", "1")])
    found = gold_standard(write(tmp_path / "gold", content), lambda *_: StaticEncoder.shipped(), 3)
    loss = {each.name: each.loss for each in found.systems}
    assert loss == {"matchmaker": 0.0, "words only": 0.5, "meaning only": 0.0}
    assert "words say nothing here" in found.note
