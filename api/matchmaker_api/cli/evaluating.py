"""evaluate xborder, calls, gold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from matchmaker_api.cli.output import (
    DATA_DEFAULT,
    Data,
    Format,
    FormatOption,
    JsonOption,
    Quiet,
    Stages,
    chosen,
    errors,
    progress,
    show,
)

app = typer.Typer(
    no_args_is_help=True,
    help="How good the ranking is, by what people did later, and by what they say they know.",
    rich_markup_mode=None,
)

Files = Annotated[list[Path], typer.Argument(help="Parquet files of works, or folders with them.")]
Cutoff = Annotated[int, typer.Option(min=1450, max=2200, help="Profiles are made of works up to the end of this year.")]
Until = Annotated[
    int | None, typer.Option(min=1450, max=2200, help="The last year of what turned out right. Default: the last.")
]  # fmt: skip
Baselines = Annotated[bool, typer.Option("--baselines", help="Compare with every baseline; takes many times as long.")]
Out = Annotated[Path | None, typer.Option(help="Also write everything to this file: .json or .md.")]
OfEncoder = Annotated[
    str | None, typer.Option("--encoder", help="As in a recipe. Default: the one that an index is built with.")
]
OfFusion = Annotated[
    str | None, typer.Option("--fusion", help="As in a recipe: scale (default), or ranks for reciprocal rank fusion.")
]
Fewest = Annotated[int, typer.Option(min=1, help="Who has so many abstracts up to the cut-off is a candidate.")]
Queries = Annotated[int, typer.Option(min=0, help="Draw so many queries with the seed; 0 asks all.")]
Seed = Annotated[int, typer.Option(min=0, help="Draws queries and intervals, and starts what is fitted at random.")]


@app.command("xborder")
def xborder(
    works: Files, cutoff: Cutoff, until: Until = None, baselines: Baselines = False, out: Out = None,
    encoder: OfEncoder = None, fusion: OfFusion = None, fewest: Fewest = 3, queries: Queries = 0, seed: Seed = 7,
    data: Data = DATA_DEFAULT, quiet: Quiet = False, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Researchers, and whom abroad they worked with later for the first time: are these at the top of their lists?

    Everybody who may be suggested is ranked. Of the data folder only the texts that sentence encoders have encoded
    before are used.
    """
    asked = {"cutoff": cutoff, "until": until, "baselines": baselines, "encoder": encoder, "fusion": fusion,
             "fewest": fewest, "queries": queries, "seed": seed}  # fmt: skip
    _evaluate("xborder", works, asked, out, (data, quiet, chosen(format, as_json)))


@app.command("calls")
def calls(
    works: Files, cutoff: Cutoff, until: Until = None, baselines: Baselines = False, out: Out = None,
    encoder: OfEncoder = None, fusion: OfFusion = None, fewest: Fewest = 3, queries: Queries = 2_000, seed: Seed = 7,
    data: Data = DATA_DEFAULT, quiet: Quiet = False, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Later texts, and who wrote them: are these at the top of the list that each text gives?

    With projects and participants of CORDIS instead of works: later funded projects, and which organisations took part.
    """
    asked = {"cutoff": cutoff, "until": until, "baselines": baselines, "encoder": encoder, "fusion": fusion,
             "fewest": fewest, "queries": queries, "seed": seed}  # fmt: skip
    _evaluate("calls", works, asked, out, (data, quiet, chosen(format, as_json)))


@app.command("gold")
def gold(
    folder: Annotated[Path, typer.Argument(help="A folder with papers.parquet, profiles.csv and ratings.csv.")],
    encoder: OfEncoder = None,
    seed: Seed = 7,
    data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Does nearness agree with what people say they know of papers: the loss of a reviewer gold standard."""
    from matchmaker_api import evaluating

    found = evaluating.gold(folder, encoder, seed)
    rows = [{"ranking" if name == "name" else name: value for name, value in each.items()} for each in found["systems"]]
    show(found, rows, chosen(format, as_json))


def _evaluate(
    task: Any, works: list[Path], asked: dict[str, Any], out: Path | None, how: tuple[Path, bool, Format]
) -> None:
    from matchmaker.evaluation.rows import rows, told_rows
    from matchmaker_api import evaluating
    from matchmaker_api.cut_off import Asked

    data, quiet, given = how
    if out is not None:
        evaluating.check(out)
    with progress(quiet) as bars:
        result = evaluating.evaluated(Asked(task, tuple(works), **asked), data, Stages(bars).at)
    if out is not None:
        evaluating.write(result, out)
        errors.print(f"benchmark: {out}", markup=False, soft_wrap=True)
    show(result.as_dict(), told_rows(result.found) if given is Format.table else rows(result.found), given)
    for name, reason in result.how.left_out.items():
        errors.print(f"left out: {name}: {reason}", markup=False, soft_wrap=True)
