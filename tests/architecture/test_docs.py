"""What the documentation says is there, is there; and what is there, is said."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from matchmaker import errors
from matchmaker.domain.policies import Policy, Weights
from matchmaker.sources.snapshot import SCHEMAS
from matchmaker.sources.tabular import COLUMNS
from matchmaker_api.cli import reference
from matchmaker_api.cli.main import EXIT_CODES
from matchmaker_api.http.app import described
from matchmaker_api.http.problems import TABLE
from matchmaker_api.policies import EQUITY_KEYS
from matchmaker_index.recipe import Recipe

ROOT = Path(__file__).parents[2]
PACKAGES = [ROOT / "src" / "matchmaker", ROOT / "index" / "matchmaker_index", ROOT / "api" / "matchmaker_api"]
PAGES = sorted(path for pattern in ("*.md", "docs/**/*.md", "index/*.md", "api/*.md") for path in ROOT.glob(pattern))
WRITTEN = [page for page in PAGES if page != ROOT / reference.PAGE]
COMMANDS = reference.commands()

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(matchmaker(?: [^`]+)?)`")
_SETTING = re.compile(r"""(?:environ(?:\.get\(|\[)|getenv\(|envvar=)["'](\w+)["']""")
_REASON = re.compile(
    r"""Skipped\(\s*"(\w+)"|notes(?:\.append\(| \+= \[)"(\w+)"|return "(no_\w+)"|else "(\w+_entity|no_\w+)"|"""
    r"""{"(\w+)": found\.|identifiers\.\w+, "(\w+)"|\+ \["(\w+)"\] \*"""
)


def _read(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _sources(*folders: Path) -> Iterator[str]:
    return (path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py"))


def test_the_reference_of_commands_is_fresh() -> None:
    assert _read(reference.PAGE) == reference.document(), "run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_in_the_reference(name: str) -> None:
    section = _read(reference.PAGE).partition(f"`matchmaker {name}`\n")[2].partition("\n#")[0]
    named = [option for parameter in COMMANDS[name].params for option in (*parameter.opts, *parameter.secondary_opts)]
    options = [option for option in named if option.startswith("-")]
    assert section and [option for option in options if f"`{option}`" not in section] == []


def test_every_environment_variable_that_is_read_is_documented() -> None:
    found = {name for text in _sources(*PACKAGES) for name in _SETTING.findall(text)}
    assert found >= {"MATCHMAKER_DATA", "HOST", "PORT"}
    assert {name for name in found if f"`{name}`" not in _read("api/README.md")} == set()


def test_every_error_stands_in_the_table_of_problems_with_its_exit_code_and_its_http_state() -> None:
    table = _table_rows(_read("api/README.md"))
    rows = {row[0].strip("`"): row for row in table if re.search("(Error|Problem)`$", row[0])}
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__]
    assert {kind.__name__ for kind in kinds} == rows.keys()
    for kind in set(kinds) - {errors.MatchmakerError}:
        code = next(code for base, code in EXIT_CODES if issubclass(kind, base))
        expected = [f"`{TABLE[kind].address}`", str(TABLE[kind].status), str(code)]
        assert rows[kind.__name__][1:4] == expected


def _table_rows(text: str) -> Iterator[list[str]]:
    return ([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|"))


def test_every_operation_of_the_api_is_listed() -> None:
    page = _read("api/README.md")
    assert [path for path in described().openapi()["paths"] if path not in page] == []


def test_every_key_of_a_policy_and_of_a_recipe_is_documented() -> None:
    policy, index = _read("docs/reference/policy.md"), _read("index/README.md")
    keys = [f"weights.{field.name}" for field in fields(Weights)] + [f"equity.{key}" for key in EQUITY_KEYS]
    assert {field.name for field in fields(Policy)} == {"name", "weights", "equity"}
    assert [key for key in keys if f"`{key}`" not in policy] == []
    assert [field.name for field in fields(Recipe) if f"| `{field.name}` |" not in index] == []


def test_every_table_column_and_reason_of_the_data_is_documented() -> None:
    page = _read("docs/reference/data.md")
    columns = {name for schema in SCHEMAS.values() for name in schema.names} | set(COLUMNS)
    found = _REASON.findall("\n".join(_sources(ROOT / "src" / "matchmaker" / "sources")))
    reasons = {name for groups in found for name in groups if name}
    assert reasons >= {"no_id", "not_json", "bad_orcid", "duplicate_work_id", "title_cut"}
    assert {name for name in columns | reasons if f"`{name}`" not in page} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_point_to_files_that_exist(page: Path) -> None:
    links = [link.partition("#")[0] for link in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))]
    relative = [link for link in links if link and not re.match(r"[a-z]+:", link)]
    assert [link for link in relative if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_are_shown_can_be_typed(page: Path) -> None:
    lines = list(_shown(page.read_text(encoding="utf-8")))
    assert [(line, wrong) for line in lines if (wrong := _mistake(line))] == []


def test_the_check_of_commands_notices_mistakes() -> None:
    assert _mistake("matchmaker index build --encoder x  # fine") == ""
    assert _mistake("matchmaker ingest") == ""
    for wrong in ("matchmaker indx build", "matchmaker match --contry KE", "matchmaker why 1 --k 2"):
        assert _mistake(wrong)


def _shown(text: str) -> Iterator[str]:
    """Command lines in code blocks (with or without a prompt) and in backticks."""
    for fence in _FENCE.findall(text):
        for line in fence.replace("\\\n", " ").splitlines():
            found = re.match(r"\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(matchmaker\s.*)", line)
            if found and not found[1].startswith("matchmaker serves"):
                yield found[1]
    yield from _INLINE.findall(_FENCE.sub("", text))


def _mistake(line: str) -> str:
    """What would be refused in a command line; "" for nothing. A name in capitals or … stands for something else."""
    words = shlex.split(line, comments=True)[1:]
    path = ""
    while words and any(name.startswith(f"{path} {words[0]}".strip()) for name in COMMANDS) and path not in COMMANDS:
        path = f"{path} {words.pop(0)}".strip()
    if path not in COMMANDS:
        is_named_only = all(word in ("…", "--help", "COMMAND") for word in words)
        return "" if is_named_only else f"no command {path} {words}"
    known = {option for parameter in COMMANDS[path].params for option in (*parameter.opts, *parameter.secondary_opts)}
    given = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    unknown = [option for option in given if option not in known | {"--help"}]
    return f"{path} has no {', '.join(unknown)}" if unknown else ""


def test_no_option_is_hidden_from_readers() -> None:
    hidden: list[Any] = [p.name for command in COMMANDS.values() for p in command.params if p.hidden]
    assert hidden == []
