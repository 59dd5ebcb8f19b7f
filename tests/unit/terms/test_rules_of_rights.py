"""The truth tables of licences and rights, written by hand. `-` is a field that nobody has declared.

Outcomes: c compatible, n negotiable, i incompatible, I incompatible with the call, ? unknown.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.terms.agreements import a_call, declared, found_by, only

from matchmaker.terms.call_terms import CallTerms
from matchmaker.terms.compatibility import ONE_WAY

# rows: licence of y's data; columns: derivatives and exploitation planned (yes yes, yes no, no yes, no no, not said)
L1_DATA = {
    "CC0-1.0": "ccccc",
    "CC-BY-4.0": "ccccc",
    "CC-BY-ND-4.0": "iicc?",
    "CC-BY-NC-4.0": "ncnc?",
    "CC-BY-NC-ND-4.0": "iinc?",
    "CC-BY-SA-4.0": "?????",
    "proprietary": "?????",
    "our own": "?????",
    "-": "?????",
}
PLANS: tuple[dict[str, bool], ...] = (
    {"derivatives": True, "exploitation": True},
    {"derivatives": True, "exploitation": False},
    {"derivatives": False, "exploitation": True},
    {"derivatives": False, "exploitation": False},
    {},
)


@pytest.mark.parametrize("licence", L1_DATA)
def test_l1_what_a_licence_of_data_asks_is_held_against_the_plan(licence: str) -> None:
    y = declared(**only(data__licence=licence), code__licence="MIT")
    assert "".join(found_by("L1", declared(), y, a_call(plan)) for plan in PLANS) == L1_DATA[licence]


# rows: licence of y's code; columns: of x's code: MIT, GPL-3.0, proprietary, not recognised, not said
L1_CODE = {"MIT": "ccccc", "GPL-3.0": "cci??", "AGPL-3.0-only": "cci??", "proprietary": "?????", "-": "?????"}


@pytest.mark.parametrize("licence", L1_CODE)
def test_l1_copyleft_code_does_not_become_proprietary(licence: str) -> None:
    y = declared(**only(code__licence=licence), data__licence="CC0-1.0")
    wanted = ("MIT", "GPL-3.0", "proprietary", "our own", "-")
    assert "".join(found_by("L1", declared(**only(code__licence=each)), y) for each in wanted) == L1_CODE[licence]


# access y gives for the work; columns: the call says royalty_free, fair_reasonable, nothing
@pytest.mark.parametrize(
    ("access", "expected"), [("royalty_free", "ccc"), ("fair_reasonable", "Ic?"), ("none", "Iii"), ("-", "???")]
)
def test_b1_background_that_is_needed_must_be_given_as_the_call_says(access: str, expected: str) -> None:
    x = declared(background__needs=["Antibody  library"])
    y = declared(**only(background__brings=["antibody library"], background__access_implementation=access))
    plan = {"exploitation": False}
    calls = [a_call(plan, **only(background_implementation=says)) for says in ("royalty_free", "fair_reasonable", "-")]
    assert "".join(found_by("B1", x, y, call) for call in calls) == expected


# access y gives for exploitation; columns: exploitation is planned, is not, not said
@pytest.mark.parametrize(
    ("access", "expected"), [("royalty_free", "cc?"), ("fair_reasonable", "cc?"), ("none", "ic?"), ("-", "?c?")]
)
def test_b1_background_that_is_needed_must_be_given_for_planned_exploitation(access: str, expected: str) -> None:
    x = declared(background__needs=["library"])
    free = {"background__brings": ["library"], "background__access_implementation": "royalty_free"}
    y = declared(**free, **only(background__access_exploitation=access))
    calls = [a_call(only(exploitation=planned)) for planned in ("yes", "no", "-")]
    assert "".join(found_by("B1", x, y, call) for call in calls) == expected


@pytest.mark.parametrize(
    ("needs", "brings", "expected"),
    [(["a"], ["b"], "c"), ([], ["b"], "c"), (["a"], [], "c"), ("-", ["b"], "?"), (["a"], "-", "?")],
)
def test_b1_asks_only_about_what_is_both_needed_and_brought(needs: Any, brings: Any, expected: str) -> None:
    y = declared(**only(background__brings=brings, background__access_implementation="none"))
    assert found_by("B1", declared(**only(background__needs=needs)), y, a_call()) == expected


# encumbered and intended fields; columns: exploitation is planned, is not, not said
@pytest.mark.parametrize(
    ("encumbered", "intended", "expected"),
    [
        (["diagnostics"], ["Diagnostics"], "in?"),
        (["diagnostics"], ["vaccines"], "ccc"),
        ([], ["vaccines"], "ccc"),
        (["diagnostics"], [], "ccc"),
        ("-", ["vaccines"], "???"),
        (["diagnostics"], "-", "???"),
    ],
)
def test_b2_what_is_encumbered_is_for_research_at_most(encumbered: Any, intended: Any, expected: str) -> None:
    y = declared(**only(background__encumbered=encumbered))
    calls = [a_call(only(intended_fields=intended, exploitation=planned)) for planned in ("yes", "no", "-")]
    assert "".join(found_by("B2", declared(), y, call) for call in calls) == expected


# rows and columns: generator, joint, lead_all, sponsor_all, not said
F1 = {"generator": "ccnn?", "joint": "ccnn?", "lead_all": "nnii?", "sponsor_all": "nnii?", "-": "?????"}


@pytest.mark.parametrize("owner", F1)
def test_f1_two_cannot_both_own_everything(owner: str) -> None:
    x = declared(**only(foreground__ownership=owner))
    assert "".join(found_by("F1", x, declared(**only(foreground__ownership=other))) for other in F1) == F1[owner]


# columns: nobody is firm, x is, y is, both are
@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (["a"], ["A"], "nnni"),
        (["a", "b"], ["b", "a"], "nnni"),
        (["a", "b"], ["b"], "nnnn"),
        (["a"], ["b"], "cccc"),
        ([], [], "cccc"),
        (["a"], "-", "????"),
        ("-", "-", "????"),
    ],
)
def test_f2_only_the_very_same_fields_held_by_both_cannot_be_shared(mine: Any, theirs: Any, expected: str) -> None:
    firm = ((), ("foreground",))
    pairs = [
        (
            declared(**only(foreground__exclusive_fields=mine), hard=list(x_hard)),
            declared(**only(foreground__exclusive_fields=theirs), hard=list(y_hard)),
        )
        for y_hard, x_hard in ((firm[0], firm[0]), (firm[0], firm[1]), (firm[1], firm[0]), (firm[1], firm[1]))
    ]
    assert "".join(found_by("F2", x, y) for x, y in pairs) == expected


# columns: doctoral candidates are in the team, are not, not said
N1 = {"no 9": "cc?", "no -": "cc?", "yes 3": "cc?", "yes 4": "nc?", "yes -": "?c?", "- 9": "???", "- -": "???"}


@pytest.mark.parametrize("row", N1)
def test_n1_secrecy_must_leave_time_for_a_thesis(row: str) -> None:
    nda, years = row.split()
    asks = only(confidentiality__nda=nda, confidentiality__years=years if years == "-" else int(years))
    calls = [a_call(only(early_researchers=early)) for early in ("yes", "no", "-")]
    assert "".join(found_by("N1", declared(), declared(**asks), call) for call in calls) == N1[row]


@pytest.mark.parametrize(("state", "expected"), [("none", "c"), ("controlled", "n"), ("pending", "n"), ("-", "?")])
def test_x1_what_is_controlled_or_pending_asks_for_classification(state: str, expected: str) -> None:
    y = declared(**only(background__export_control=state))
    assert found_by("X1", declared(), y) == expected
    codes = [condition.code for condition in ONE_WAY["X1"](declared(), y, CallTerms()).conditions]
    assert codes == (["export_classification"] if expected == "n" else [])
