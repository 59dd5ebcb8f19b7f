"""Writes docs/reference/cli.md from the commands themselves: `python -m matchmaker_api.cli.reference [FILE]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final, get_args

import typer.main

from matchmaker_api.cli.main import EXIT_CODES, INTERRUPTED, app

PAGE: Final = Path("docs/reference/cli.md")
_WORDS: Final = {int: "number", float: "number", Path: "path", datetime: "date YYYY-MM-DD"}
_HEAD: Final = """# The command line

Made from the program by `make docs`; do not edit it by hand. `matchmaker COMMAND --help` prints the same on a terminal.

Data go to standard output, everything else (progress, notes, errors) to standard error. Where a command has
`--format`, it prints a table on a terminal and JSON otherwise. Every command that works on a data folder takes
`--data DIR`, or the environment variable `MATCHMAKER_DATA`.
"""
_OTHER_CODES: Final = (
    (0, "", "done"),
    (1, "", "unexpected, or `index verify --queries` found an answer that breaks a promise"),
    (2, "", "usage: an unknown command, option or value"),
    (3, "", "`match` found nobody; the reason is printed"),
    (4, "", "`audit log-verify`: a chain is broken, or a logged list asked again differs"),
    (INTERRUPTED, "", "interrupted (Ctrl-C); what was published before still stands"),
)


def document() -> str:
    """The page: exit codes, then every command with its arguments and options, in the order of `--help`."""
    root = typer.main.get_command(app)
    return "\n".join([_HEAD, *_exit_codes(), *_commands(root, "matchmaker")]).rstrip() + "\n"


def commands() -> dict[str, Any]:
    """Every command that does something, by its full words without `matchmaker`, as typer sees it."""
    leaves = _leaves(typer.main.get_command(app), "matchmaker")
    return {path.removeprefix("matchmaker "): command for path, command in leaves}


def _leaves(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from _leaves(inner, f"{path} {name}")


def _exit_codes() -> list[str]:
    named = [(code, f"`{kind.__name__}`", _first_line(kind)) for kind, code in EXIT_CODES]
    rows = sorted([*_OTHER_CODES, *named], key=lambda row: row[0])
    return [
        "## Exit codes", "", "| code | error | meaning |", "| --- | --- | --- |",
        *[f"| {code} | {error} | {meaning} |" for code, error, meaning in rows], "",
    ]  # fmt: skip


def _commands(command: Any, path: str) -> Iterator[str]:
    if hasattr(command, "commands"):
        if path != "matchmaker":
            yield from (f"## `{path}`", "", _one_paragraph(command.help), "")
        for name, inner in command.commands.items():
            yield from _commands(inner, f"{path} {name}")
        return
    level = "##" if path.count(" ") == 1 else "###"
    yield from (f"{level} `{path}`", "", _one_paragraph(command.help), "", f"    {_usage(command, path)}", "")
    yield from _parameters(command)


def _usage(command: Any, path: str) -> str:
    arguments = [_argument(parameter) for parameter in command.params if parameter.param_type_name == "argument"]
    return " ".join([path, "[OPTIONS]", *arguments])


def _argument(parameter: Any) -> str:
    name = parameter.name.upper() + ("..." if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _parameters(command: Any) -> Iterator[str]:
    rows = [_row(parameter) for parameter in command.params if not getattr(parameter, "hidden", False)]
    if rows:
        yield from ("| argument or option | value | default | meaning |", "| --- | --- | --- | --- |", *rows, "")


def _row(parameter: Any) -> str:
    is_option = parameter.param_type_name == "option"
    names = [*parameter.opts, *parameter.secondary_opts] if is_option else [_argument(parameter)]
    shown = ", ".join(f"`{name}`" for name in names)
    meaning = _one_paragraph(parameter.help)
    if parameter.envvar:
        meaning += f" Also read from `{parameter.envvar}`."
    return f"| {shown} | {_value(parameter)} | {_default(parameter)} | {meaning} |"


def _value(parameter: Any) -> str:
    """What may stand there, in words of the type."""
    if getattr(parameter, "is_flag", False):
        return "flag"
    annotation = parameter.type_descriptor.annotation
    kind = next(iter(get_args(annotation)), annotation)  # the members of a list
    if isinstance(kind, type) and issubclass(kind, Enum):
        said = ", ".join(str(choice.value) for choice in kind)
    else:
        said = _WORDS.get(kind, "text")
    said += "" if parameter.min is None else f" from {parameter.min}"
    return f"{said}, repeatable" if getattr(parameter, "multiple", False) or parameter.nargs == -1 else said


def _default(parameter: Any) -> str:
    default = parameter.default
    if default is None or default == () or callable(default) or type(default).__name__ == "Sentinel":
        return "required" if parameter.required else ""
    if getattr(parameter, "is_flag", False):
        return "on" if default else "off"
    return f"`{default}`"


def _one_paragraph(text: str | None) -> str:
    return " ".join((text or "").split())


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").splitlines()[0].removesuffix(".")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    target.write_text(document(), encoding="utf-8")
