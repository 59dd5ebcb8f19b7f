"""The truth tables of publication and data, written by hand. `-` is a field that nobody has declared.

Outcomes: c compatible, n negotiable, i incompatible, I incompatible with the call, ? unknown.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.terms.agreements import a_call, declared, found_by, only

from matchmaker.terms.call_terms import CallTerms
from matchmaker.terms.compatibility import ONE_WAY


def _table(text: str) -> list[tuple[str, ...]]:
    return [tuple(line.split()) for line in text.strip().splitlines()]


# x.must_publish, y.policy
P1 = _table("""
    yes open c    yes review c    yes delay c    yes none i    yes - ?
    no  open c    no  review c    no  delay c    no  none c    no  - ?
    -   open ?    -   review ?    -   delay ?    -   none ?    -   - ?
""")


@pytest.mark.parametrize(("must", "policy", "expected"), [row[i : i + 3] for row in P1 for i in range(0, 15, 3)])
def test_p1_who_must_publish_cannot_join_who_publishes_nothing(must: str, policy: str, expected: str) -> None:
    x, y = declared(**only(publication__must_publish=must)), declared(**only(publication__policy=policy))
    assert found_by("P1", x, y) == expected


@pytest.mark.parametrize(("key", "more"), [("delay_months", 6), ("review_days", 30)])
def test_p2_a_little_more_than_accepted_can_be_negotiated_and_much_more_cannot(key: str, more: int) -> None:
    def asked(accepts: int | str, asks: int | str) -> str:
        other = {"delay_months": "review_days", "review_days": "delay_months"}[key]
        accepted = {f"publication__accepts__{key}": accepts, f"publication__accepts__{other}": 0}
        asked_for = {f"publication__{key}": asks, f"publication__{other}": 0}
        return found_by("P2", declared(**only(**accepted)), declared(**only(**asked_for)))

    assert [asked(6, 0), asked(6, 6), asked(0, 0)] == ["c", "c", "c"]
    assert [asked(6, 7), asked(6, 6 + more), asked(0, 1), asked(0, more)] == ["n", "n", "n", "n"]
    assert [asked(6, 7 + more), asked(0, 1 + more), asked(0, 12 + more)] == ["i", "i", "i"]
    assert [asked("-", 6), asked(6, "-"), asked("-", "-")] == ["?", "?", "?"]


# delay asked of an accepted 0, review asked of an accepted 0: the graver of what is known
P2_BOTH = "0 0 c|3 0 n|7 0 i|0 20 n|0 31 i|3 31 i|7 20 i|- 20 n|7 - i|0 - ?|- 0 ?|- - ?"


@pytest.mark.parametrize("row", P2_BOTH.split("|"))
def test_p2_is_as_grave_as_the_graver_of_delay_and_review(row: str) -> None:
    delay, review, expected = row.split()
    asks = {"publication__delay_months": delay, "publication__review_days": review}
    y = declared(**{key: int(value) for key, value in asks.items() if value != "-"})
    x = declared(publication__accepts__delay_months=0, publication__accepts__review_days=0)
    assert found_by("P2", x, y) == expected


# y.approval_right, x.must_publish
P3 = (
    "veto yes i|veto no n|veto - ?|comment yes c|comment no c|comment - c|"
    "none yes c|none no c|none - c|- yes ?|- no ?|- - ?"
)


@pytest.mark.parametrize("row", P3.split("|"))
def test_p3_a_veto_stops_who_must_publish(row: str) -> None:
    right, must, expected = row.split()
    x, y = declared(**only(publication__must_publish=must)), declared(**only(publication__approval_right=right))
    assert found_by("P3", x, y) == expected


@pytest.mark.parametrize("row", "yes 0 c|yes 1 I|yes 12 I|yes - ?|no 0 c|no 12 c|no - ?|- 0 ?|- 12 ?|- - ?".split("|"))
def test_p4_immediate_open_access_leaves_no_delay(row: str) -> None:
    demanded, delay, expected = row.split()
    y = declared() if delay == "-" else declared(publication__delay_months=int(delay))
    assert found_by("P4", declared(), y, a_call(**only(immediate_open_access=demanded))) == expected


# rows: the floor of the call; columns: open, embargo, tiered, restricted, closed, not said; no ground allows for it
D1 = {
    "open": "cIIII?",
    "embargo": "ccIII?",
    "tiered": "cccII?",
    "restricted": "ccccI?",
    "closed": "ccccc?",
    "-": "??????",
}
ACCESS = ("open", "embargo", "tiered", "restricted", "closed", "-")


@pytest.mark.parametrize("floor", D1)
@pytest.mark.parametrize(
    ("grounds", "above"),
    [
        ([], "I"),
        (["contractual"], "I"),
        (["personal"], "n"),
        (["security"], "n"),
        (["ip"], "n"),
        (["indigenous"], "n"),
        (["contractual", "personal"], "n"),
        ("-", "?"),
    ],
)
def test_d1_data_below_the_floor_need_a_ground(floor: str, grounds: Any, above: str) -> None:
    call = a_call(**only(openness_floor=floor))
    found = [found_by("D1", declared(), declared(**only(data__access=a, data__grounds=grounds)), call) for a in ACCESS]
    assert "".join(found) == D1[floor].replace("I", above)


# rows: what x needs; columns: access to the data of y, as above
@pytest.mark.parametrize(
    ("needs", "brings", "expected"),
    [
        (["data"], "-", "ccnni?"),
        (["Data"], ["samples"], "ccnni?"),
        (["data: rainfall"], ["Data: Rainfall"], "ccnni?"),
        (["data: rainfall"], ["data: soils"], "ccccc?"),
        (["data: rainfall"], "-", "??????"),
        (["a database"], ["a database"], "ccccc?"),
        ([], "-", "ccccc?"),
        ("-", ["data"], "??????"),
    ],
)
def test_d2_data_that_are_needed_must_be_within_reach(needs: Any, brings: Any, expected: str) -> None:
    x = declared(**only(background__needs=needs))
    ys = [declared(**only(data__access=access, background__brings=brings)) for access in ACCESS]
    assert "".join(found_by("D2", x, y) for y in ys) == expected


@pytest.mark.parametrize("row", "36 0 c|36 48 c|36 49 n|0 12 c|0 13 n|- 12 ?|36 - ?|- - ?".split("|"))
def test_d3_an_embargo_may_run_a_year_beyond_the_project(row: str) -> None:
    months, embargo, expected = row.split()
    y = declared() if embargo == "-" else declared(data__embargo_months=int(embargo))
    assert found_by("D3", declared(), y, a_call({} if months == "-" else {"months": int(months)})) == expected


@pytest.mark.parametrize("transfer", ["-", ["SCC"], ["none"]])
@pytest.mark.parametrize(
    ("personal", "origin", "destination", "expected"),
    [
        ("no", "FR", "US", "c"),
        ("no", None, None, "c"),
        ("yes", "FR", "FR", "c"),
        ("yes", "FR", "DE", "adequate"),
        ("yes", "FR", "JP", "adequate"),
        ("yes", "FR", "US", "not"),
        ("yes", "FR", "CA", "unsure"),
        ("yes", "KE", "FR", "unsure"),
        ("yes", None, "US", "?"),
        ("yes", "FR", None, "?"),
        ("-", "FR", "US", "?"),
    ],
)
def test_d4_personal_data_need_an_adequate_place_or_an_instrument(
    personal: str, origin: str | None, destination: str | None, expected: str, transfer: Any
) -> None:
    allowed = {"adequate": "?" if transfer == "-" else "c", "not": "n", "unsure": "?"}
    outcomes = dict.fromkeys(allowed, "i") if transfer == ["none"] else allowed
    y = declared(origin, **only(data__personal=personal, data__transfer=transfer))
    assert found_by("D4", declared(destination), y, a_call()) == outcomes.get(expected, expected)


def test_d4_is_unknown_without_a_table_of_adequate_places() -> None:
    assert found_by("D4", declared("JP"), declared("FR", data__personal=True), CallTerms()) == "?"


D5 = "[] no c|[] yes n|[] - ?|[CN] no n|[CN] yes n|[CN] - n|- no ?|- yes n|- - ?"


@pytest.mark.parametrize("row", D5.split("|"))
def test_d5_data_that_must_stay_are_analysed_where_they_are(row: str) -> None:
    kept, genetic, expected = row.split()
    listed = {"[]": [], "[CN]": ["CN"], "-": "-"}[kept]
    assert (
        found_by("D5", declared(), declared(**only(data__localisation=listed, data__human_genetic=genetic))) == expected
    )


D6 = """
nagoya [TK] n|nagoya [] n|nagoya - n|none [TK] n|none [] c|none - ?|- [TK] n|- [] ?|- - ?
"""


@pytest.mark.parametrize("row", D6.strip().split("|"))
@pytest.mark.parametrize("grounds", ["-", [], ["personal"], ["indigenous"]])
def test_d6_rights_of_origin_are_conditions_and_never_a_lower_score(row: str, grounds: Any) -> None:
    shared, labels, expected = row.split()
    listed = {"[]": [], "[TK]": ["TK Attribution"], "-": "-"}[labels]
    y = declared(**only(data__abs=shared, ethics__care_labels=listed, data__grounds=grounds))
    if grounds == ["indigenous"]:
        expected = "n"
    elif grounds == "-" and expected == "c":
        expected = "?"
    assert found_by("D6", declared(), y) == expected
    assert ONE_WAY["D6"](declared(), y, CallTerms()).penalty == 0
