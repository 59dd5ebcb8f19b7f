"""match, why, why-not."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from matchmaker.errors import InputError, SourceError
from matchmaker_api.cli.output import (
    DATA_DEFAULT,
    Data,
    Format,
    FormatOption,
    JsonOption,
    chosen,
    errors,
    show,
)

_NOTHING_FOUND = 3
VISITOR = "researcher"
RoleOption = Annotated[
    str, typer.Option(help="Who looks: research_security_officer sees the reasons of safeguards; the look is logged.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this noun."""
    app.command("match")(match)
    app.command("why")(why)
    app.command("why-not")(why_not)


def match(
    text: Annotated[str | None, typer.Argument(help="What is sought, in words; - reads standard input.")] = None,
    researcher: Annotated[str | None, typer.Option(help="The seeker: id, OpenAlex id or ORCID.")] = None,
    file: Annotated[Path | None, typer.Option(help="Read the text from a file.")] = None,
    country: Annotated[list[str] | None, typer.Option(help="Only these countries; repeat it.")] = None,
    not_country: Annotated[list[str] | None, typer.Option(help="Not these countries; repeat it.")] = None,
    home: Annotated[str | None, typer.Option(help="Your country, which is left out.")] = None,
    k: Annotated[int, typer.Option("--k", "-k", help="How many, 1 to 200.")] = 20,
    include_known: Annotated[bool, typer.Option(help="Also people you have published with.")] = False,
    include_unknown_country: Annotated[
        bool, typer.Option(help="Also people whose country is to be confirmed.")
    ] = False,
    strict: Annotated[bool, typer.Option(help="No current post of theirs in any country of yours.")] = False,
    policy: Annotated[Path | None, typer.Option(help="A policy file (TOML): weights and equity target.")] = None,
    call: Annotated[str | None, typer.Option(help="Under the rules of this call: its id, or a file.")] = None,
    team: Annotated[str | None, typer.Option(help="The team so far (JSON file); - reads standard input.")] = None,
    seeker_role: Annotated[
        str | None, typer.Option(help="Your role in the team; else the one that serves best.")
    ] = None,
    sought_role: Annotated[str | None, typer.Option(help="The role sought; else the one that serves best.")] = None,
    only_helpful: Annotated[bool, typer.Option(help="Only people who bring the team nearer to the call.")] = False,
    terms: Annotated[Path | None, typer.Option(help="What you declare about publication, data, rights (YAML).")] = None,
    require_compatible: Annotated[bool, typer.Option(help="Nobody whose declared terms conflict with yours.")] = False,
    role: RoleOption = VISITOR,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As it was known on this date.")] = None,
    data: Data = DATA_DEFAULT,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ranked partners across borders for a text, a researcher, or both."""
    from matchmaker_api.assemble import connect
    from matchmaker_api.policies import ASKER, policy_from
    from matchmaker_api.requests import call_document
    from matchmaker_api.wording import flat_row

    wanted = _text(text, file)
    if "-" == text == team:
        raise InputError("text and team cannot both come from standard input", hint="give one as a file")
    with connect(data) as matchmaker:
        answer = matchmaker.match(
            wanted, researcher=researcher, k=k, countries=tuple(country or ()), not_countries=tuple(not_country or ()),
            home=home, include_known=include_known, include_unknown_country=include_unknown_country, strict=strict,
            policy=None if policy is None else policy_from(policy, ASKER), as_of=_day(as_of),
            call=None if call is None else call_document(data, call, paths=True), team=_team(team),
            seeker_role=seeker_role, sought_role=sought_role, only_helpful=only_helpful,
            terms=_terms(terms), require_compatible=require_compatible,
            actor=actor_of(role),
        ).as_dict()  # fmt: skip
    rows = [flat_row(result) for result in answer["results"]]
    output = chosen(format, as_json)
    show(answer, [_short(row) for row in rows] if output is Format.table else rows, output)
    _say(answer["meta"])
    if not answer["results"]:
        raise typer.Exit(_NOTHING_FOUND)


def why(
    run: Annotated[str, typer.Argument(help="The run id of an answer.")],
    rank: Annotated[int, typer.Argument(help="The rank in it.")],
    role: RoleOption = VISITOR,
    data: Data = DATA_DEFAULT,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why somebody is in a list: every contribution, text and move."""
    from matchmaker_api.assemble import connect
    from matchmaker_api.wording import flat_row, why_lines

    with connect(data) as matchmaker:
        result = matchmaker.why(run, rank, actor_of(role))
    if chosen(format, as_json) is Format.table:
        print("\n".join(why_lines(result)))
    else:
        show(result, [flat_row(result)], chosen(format, as_json))


def why_not(
    researcher: Annotated[str, typer.Argument(help="Somebody who is not in the list: id, OpenAlex id or ORCID.")],
    run: Annotated[str, typer.Option(help="The run id of the answer.")],
    role: RoleOption = VISITOR,
    data: Data = DATA_DEFAULT,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why somebody is not in a list: the filter that removed them, or the rank they have."""
    from matchmaker_api.assemble import connect
    from matchmaker_api.verdict_words import because_lines

    with connect(data) as matchmaker:
        absent = matchmaker.why_not(run, researcher, actor_of(role)).as_dict()
    row = {key: absent[key] for key in ("step", "reason", "rank", "score", "last_shown_score")}
    row["because"] = "; ".join(because_lines(absent))
    show(absent, [{"researcher": absent["researcher"]["id"], **row}], chosen(format, as_json))


def _text(text: str | None, file: Path | None) -> str | None:
    if text is not None and file is not None:
        raise InputError("both a text and --file were given", hint="give one of them")
    if text == "-":
        return sys.stdin.read()
    if file is None:
        return text
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot read {file}: {error}", hint="give a text file in UTF-8") from error


def _team(team: str | None) -> Any:
    """The team document of a file or of standard input."""
    if team is None:
        return None
    from matchmaker.rules.documents import parsed, read_text

    node = parsed(sys.stdin.read(), "standard input") if team == "-" else parsed(read_text(Path(team)), team)
    return node.value


def _terms(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    from matchmaker.terms.reading import read_yaml

    read = read_yaml(path)
    if not isinstance(read, dict):
        raise InputError(f"{path.name} holds no declaration", hint="see docs/reference/terms.md")
    return read


def actor_of(role: str) -> Any:
    """Who looks, for the logs. Raises InputError for a word that is no role."""
    from matchmaker_api.access import may
    from matchmaker_api.state.safeguard_log import Actor

    may(role, "safeguard_reasons")  # refuses a word that is no role
    return Actor(role)


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """What fits a terminal of 80 columns, with one line for what rules, safeguards and terms say."""
    from matchmaker_api.verdict_words import badges

    moved = row["rank_before"] - row["rank"]
    return {
        "": row["rank"],
        "who": "\n".join(filter(None, (row["name"], row["institution"], badges(row)))),
        "from": row["country"],
        "score": f"{row['score']:.3f}\n{row['band']}",
        "rank before": f"{row['rank_before']}" + (f"\nmoved {moved:+d}" if moved else ""),
        "nearest text, and the terms both use": f"{row['evidence']}\n[{row['terms']}]"
        if row["terms"]
        else row["evidence"],
    }


def _say(meta: dict[str, Any]) -> None:
    from matchmaker_api.equity_words import price_lines
    from matchmaker_api.verdict_words import rules_lines

    errors.print(
        f"run {meta['run_id']} · index {meta['generation'][:12]} · as of {meta['reference_date']} · "
        f"{meta['count']} of {meta['eligible']} admitted people", markup=False, soft_wrap=True,
    )  # fmt: skip
    for line in (*rules_lines(meta), *price_lines(meta)):
        errors.print(line, markup=False, soft_wrap=True)
    if meta["shortfall"]:
        errors.print(f"fewer than asked: {meta['shortfall']['reason']}", markup=False, soft_wrap=True)
        if meta["shortfall"]["cheapest_relaxation"]:
            errors.print(f"  try: {meta['shortfall']['cheapest_relaxation']}", markup=False, soft_wrap=True)
    for note in meta["notes"]:
        errors.print(f"note: {note}", markup=False, soft_wrap=True)
