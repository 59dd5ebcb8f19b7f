"""audit exposure, funnel, balance, log-verify, adjust."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matchmaker.errors import InputError
from matchmaker_api.cli.output import DATA_DEFAULT, Data, Format, FormatOption, JsonOption, chosen, errors, show

if TYPE_CHECKING:
    from matchmaker.report.faces import Report
    from matchmaker_api.auditing import Look

_DAMAGED = 4
_NOTHING = 3
app = typer.Typer(no_args_is_help=True, help="Who is seen over a period, from the decision log.", rich_markup_mode=None)

From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Lists from this day on.")]
To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Lists up to this day.")]
By = Annotated[
    list[str] | None,
    typer.Option("--attribute", help="income_group, region, ldc, organisation_type, profile, language, career_stage or "
                 "gender; repeat it. Default: all that the role may see."),
]  # fmt: skip
Browsing = Annotated[str, typer.Option(help="How attention falls with rank: logarithmic, trec or geometric.")]
OfCall = Annotated[str | None, typer.Option("--call", help="Only lists under this call.")]
Seed = Annotated[int, typer.Option(help="Starts the resampling of intervals.")]
Role = Annotated[str, typer.Option(help="Who looks; gender and career stage are for programme_staff alone.")]
Out = Annotated[Path | None, typer.Option(help="Write the report to this file: .html, .md or .json.")]


@app.command("exposure")
def exposure(
    start: From = None, end: To = None, attribute: By = None, browsing: Browsing = "logarithmic", call: OfCall = None,
    curve: Annotated[
        int, typer.Option(min=0, max=1000, help="Ask this many of the period's questions again for the price curve.")
    ] = 0,
    seed: Seed = 0, role: Role = "programme_staff", out: Out = None,
    data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Who is seen, against who could have been: by group with intervals, declared targets, and what they cost."""
    from matchmaker_api import audit_rows, auditing

    look = _look(start, end, attribute, browsing, call, seed, role)
    _check(out)
    report = auditing.exposure(data, look)
    points = _curve(data, look, curve) if curve else None
    given = chosen(format, as_json)
    rows = audit_rows.exposure_table(report) if given is Format.table else audit_rows.exposure(report)
    _out(report, rows, out, given, points)


@app.command("funnel")
def funnel(
    start: From = None, end: To = None, attribute: By = None, call: OfCall = None,
    outcomes: Annotated[
        Path | None, typer.Option(help="What became of suggestions (CSV: run_id,researcher,stage).")
    ] = None,
    seed: Seed = 0, role: Role = "programme_staff", out: Out = None,
    data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Where people are lost on the way from the pool to the list, by group, and at which filter."""
    from matchmaker_api import audit_rows, auditing

    _check(out)
    report = auditing.funnel(data, _look(start, end, attribute, "logarithmic", call, seed, role), outcomes)
    given = chosen(format, as_json)
    rows = audit_rows.funnel_table(report) if given is Format.table else audit_rows.funnel(report)
    _out(report, rows, out, given)


@app.command("balance")
def balance(
    start: From = None, end: To = None, call: OfCall = None,
    years: Annotated[
        str | None, typer.Option(help="Works of these years, as 2018-2022. Default: the last five.")
    ] = None,
    seed: Seed = 0, role: Role = "programme_staff", out: Out = None,
    data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Who leads joint works, who moves, who is studied without being there, and whether suggestions go both ways."""
    from matchmaker_api import audit_rows, auditing
    from matchmaker_api.assemble import connect

    _check(out)
    with connect(data) as matchmaker:
        look = _look(start, end, None, "logarithmic", call, seed, role)
        report = auditing.balanced(data, look, matchmaker.holdings(), _window(years))
    _out(report, audit_rows.balance(report), out, chosen(format, as_json))


@app.command("log-verify")
def log_verify(
    replay: Annotated[int, typer.Option(min=0, help="Also ask this many of the latest questions again.")] = 0,
    anchors: Annotated[Path | None, typer.Option(help="Heads that were kept elsewhere (JSON from --heads).")] = None,
    heads: Annotated[Path | None, typer.Option(help="Write the present heads to this file, to keep elsewhere.")] = None,
    data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Whether the logs are as they were written, and whether lists come out again byte for byte."""
    from matchmaker_api import verifying

    found = verifying.verified_logs(data, anchors)
    if heads is not None:
        verifying.write_heads(data, heads)
    if replay:
        found["replayed"] = verifying.replayed_runs(data, replay)
    rows = [{key: value for key, value in log.items() if key != "head"} for log in found["logs"]]
    show(found, rows, chosen(format, as_json))
    if chosen(format, as_json) is Format.table and replay:
        errors.print(verifying.replay_line(found["replayed"]), markup=False, soft_wrap=True)
    if not found["holds"] or found.get("replayed", {}).get("differs"):
        raise typer.Exit(_DAMAGED)


@app.command("adjust")
def adjust(
    start: From = None, end: To = None, call: OfCall = None,
    gain: Annotated[str, typer.Option(help="Move per unit of difference, above 0 to 29.")] = "10",
    bound: Annotated[str, typer.Option(help="The furthest a share may go from the target, 0 to 1.")] = "1/10",
    role: Role = "programme_staff",
    data: Data = DATA_DEFAULT, format: FormatOption = None, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Shares for the next lists, moved a little against what the period has shown; as a table, a policy file."""
    from matchmaker_api import adjusting, auditing

    look = _look(start, end, None, "logarithmic", call, 0, role)
    found = auditing.adjusted(data, look, adjusting.control(gain, bound))
    told = adjusting.told(found, data)
    if chosen(format, as_json) is Format.table:
        print(adjusting.as_toml(told["policy"]), end="")
    else:
        show(told, told["shares"], chosen(format, as_json))
    errors.print(found.adjusted.note, markup=False, soft_wrap=True)


def _check(out: Path | None) -> None:
    from matchmaker_api.report_files import check

    if out is not None:
        check(out)


def _look(
    start: datetime | None, end: datetime | None, attributes: list[str] | None, browsing: str, call: str | None,
    seed: int, role: str,
) -> Look:  # fmt: skip
    from matchmaker_api.auditing import Look

    return Look(_day(start), _day(end), tuple(attributes or ()), browsing, call, seed, role)


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _window(years: str | None) -> tuple[int, int] | None:
    if years is None:
        return None
    first, _, last = years.partition("-")
    if not (first.isdecimal() and last.isdecimal() and len(first) == len(last) == 4):
        raise InputError(f"{years[:80]!r} are no years", hint="write the first and the last, as 2018-2022")
    return int(first), int(last)


def _curve(data: Path, look: Look, questions: int) -> Any:
    from matchmaker_api.assemble import connect
    from matchmaker_api.auditing import logged_runs

    with connect(data) as matchmaker:
        found = matchmaker.price_curve(logged_runs(data, look), questions, look.seed)
    errors.print(f"asked again for the price curve: {found.lists} of {questions}", markup=False, soft_wrap=True)
    return found


def _out(report: Report, rows: list[dict[str, Any]], out: Path | None, given: Format, curve: Any = None) -> None:
    from matchmaker.report.faces import as_json
    from matchmaker_api.report_files import write

    points, in_force = ((), "") if curve is None else (curve.points, curve.chosen)
    if out is not None:
        write(report, out, points, in_force)
        errors.print(f"report: {out}", markup=False, soft_wrap=True)
    show(as_json(report, points, in_force), rows, given)
    for note in report.meta.notes if given is Format.table else ():
        errors.print(f"note: {note}", markup=False, soft_wrap=True)
    for finding in report.findings if given is Format.table else ():
        errors.print(f"look at: {finding.text}", markup=False, soft_wrap=True)
    if not report.meta.lists and report.meta.kind != "balance":
        raise typer.Exit(_NOTHING)
