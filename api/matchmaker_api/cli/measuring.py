"""rerank, measure."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from matchmaker.errors import InputError, SourceError
from matchmaker_api.cli.output import AnyData, FormatOption, JsonOption, chosen, show

Target = Annotated[Path, typer.Option(help='The target shares (JSON): {"H": "1/2", "L": 0.5}.')]
AnyTarget = Annotated[Path | None, typer.Option(help="The target shares (JSON), for measures that compare with one.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this noun."""
    app.command("rerank")(rerank)
    app.command("measure")(measure)


def rerank(
    target: Target,
    k: Annotated[int, typer.Option("--k", "-k", help="How many places.")],
    method: Annotated[
        str, typer.Option(help="floors, exact, fair-star, detgreedy, detcons, detrelaxed or detconstsort.")
    ] = "floors",
    ceilings: Annotated[bool, typer.Option(help="Also hold ceilings (method exact).")] = False,
    protected: Annotated[
        list[str] | None, typer.Option(help="A protected group (method fair-star); repeat it.")
    ] = None,
    alpha: Annotated[float, typer.Option(help="The significance of the method fair-star.")] = 0.1,
    no_floor_for: Annotated[list[str] | None, typer.Option(help="Nobody is moved down for it; repeat it.")] = None,
    ndcg_floor: Annotated[float, typer.Option(help="The nDCG that the list may not fall below, 0 to 1.")] = 0.0,
    data: AnyData = None, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Re-rank a list from standard input, [{"id", "score", "group"}], so that groups hold their target shares."""
    from matchmaker.fairness.reranking import Way
    from matchmaker_api.measuring import listed, reranked, target_of

    way = Way(method, tuple(no_floor_for or ()), ceilings, tuple(protected or ()), alpha, ndcg_floor)
    found = reranked(listed(_standard_input()), target_of(_file(target)), k, way)
    moves = found["moves"]
    rows = [
        {"rank": rank, "id": name, "rank_before": found["rank_before"][name], "because": moves.get(name, "")}
        for rank, name in enumerate(found["order"], 1)
    ]
    show(found, rows, chosen(format, as_json))


def measure(
    name: Annotated[
        str, typer.Argument(help="ndkl, skew, infeasible, exposure, awrf, gini, hhi, fa-star-table or hypergeometric.")
    ],
    target: AnyTarget = None,
    k: Annotated[
        int | None, typer.Option("--k", "-k", help="Only the first k places, or the length of a table.")
    ] = None,
    browsing: Annotated[
        str, typer.Option(help="How attention falls with rank: logarithmic, trec or geometric.")
    ] = "logarithmic",
    p: Annotated[str | None, typer.Option(help="The share of the protected group (fa-star-table).")] = None,
    alpha: Annotated[float, typer.Option(help="The significance (fa-star-table).")] = 0.1,
    pool: Annotated[int | None, typer.Option(help="How many there are to draw from (hypergeometric).")] = None,
    protected: Annotated[int | None, typer.Option(help="How many of them are protected (hypergeometric).")] = None,
    observed: Annotated[int | None, typer.Option(help="How many of those drawn are (hypergeometric).")] = None,
    data: AnyData = None, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Measure a list from standard input, [{"id", "score", "group"}]; gini and hhi also take plain numbers."""
    from matchmaker_api import measuring

    browsed: Any = browsing
    asked = measuring.Asked(
        target=None if target is None else measuring.target_of(_file(target)), k=k, browsing=browsed, alpha=alpha,
        p=None if p is None else measuring.share_of(p), pool=pool, protected=protected, observed=observed,
    )  # fmt: skip
    found = measuring.measure(name, _standard_input() if measuring.needs_list(name) else None, asked)
    rows = [{"what": key, "value": value} for key, value in found.items()]
    show(found, rows, chosen(format, as_json))


def _standard_input() -> Any:
    try:
        return json.load(sys.stdin)
    except ValueError as error:
        raise InputError(
            f"standard input is no JSON: {error}", hint='[{"id": "a", "score": 1, "group": "H"}]'
        ) from error


def _file(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path} is no JSON: {error}", hint='write {"H": "1/2", "L": "1/2"}') from error
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}", hint="give a file of target shares") from error
