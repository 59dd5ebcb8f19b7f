"""The shape of the house: who may import whom, how long a room may be, and what a scorer cannot see."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from matchmaker.matching.scoring import FEATURES, Signals

ROOT = Path(__file__).parents[2]
PACKAGES = [ROOT / "src" / "matchmaker", ROOT / "index" / "matchmaker_index", ROOT / "api" / "matchmaker_api"]
MODULES = sorted(path for package in PACKAGES for path in package.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST = 300
VAGUE = {"utils", "util", "base", "common", "manager", "helper", "helpers", "factory"}
PERSONAL = re.compile(r"name|country|institution|organisation|affiliation|gender|orcid|group|home|nation|person")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_go_down_and_siblings_do_not_know_each_other() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=_name)
def test_a_module_fits_in_the_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [_name(path) for path in MODULES if VAGUE & set(path.relative_to(ROOT).with_suffix("").parts)] == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_nothing_that_is_read_can_run_code(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert list(_dangerous(tree)) == []


def test_the_check_of_dangerous_calls_notices_them() -> None:
    lines = ["import pickle", "from pickle import loads", "yaml.load(x)", "eval(x)", "np.load(f, allow_pickle=True)"]
    assert [len(list(_dangerous(ast.parse(line)))) for line in lines] == [1] * len(lines)
    assert list(_dangerous(ast.parse("re.compile('eval'); model.eval(); np.load(f, allow_pickle=False)"))) == []


def _dangerous(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if _imported(node) & {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"}:
            yield f"line {node.lineno}: import"  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and (_is_named(node.func) or _allows_pickle(node)):
            yield f"line {node.lineno}: {ast.unparse(node.func)}"


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    return {(node.module or "").partition(".")[0]} if isinstance(node, ast.ImportFrom) else set()


def _is_named(called: ast.expr) -> bool:
    return ast.unparse(called) in {"eval", "exec", "yaml.load", "yaml.unsafe_load", "yaml.full_load"}


def _allows_pickle(call: ast.Call) -> bool:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "allow_pickle"]
    return any(not (isinstance(value, ast.Constant) and value.value is False) for value in given)


def test_signals_have_nothing_to_tell_people_apart_by_origin() -> None:
    seen = {field.name for field in fields(Signals)}
    assert seen == {
        "words",
        "meaning",
        "focus",
        "nearest",
        "acquaintance",
        "shared_vocabulary",
        "years_idle",
        "n_texts",
        "ranks",
    }
    assert [name for name in seen if PERSONAL.search(name)] == []


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_sees_signals_and_nothing_else(name: str) -> None:
    assert list(inspect.signature(FEATURES[name]).parameters) == ["signals"]
    assert inspect.getclosurevars(FEATURES[name]).nonlocals == {}
