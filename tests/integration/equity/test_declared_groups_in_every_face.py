"""What people declared of themselves: counted for those who may see it, and told to nobody else in any face."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.integration.equity.steps import seekers, staff

from matchmaker import errors
from matchmaker_api import auditing, connect
from matchmaker_api.auditing import Look
from matchmaker_api.declarations import FILE as DECLARED
from matchmaker_api.http.app import create_app


def test_gender_is_what_people_declared_for_programme_staff_alone_and_small_cells_are_withheld(copied: Path) -> None:
    with connect(copied) as matchmaker:
        shown = sorted({r.researcher.id for person in seekers(matchmaker, 30) for r in matchmaker.match(
            researcher=person, k=20)})  # fmt: skip
    # 41 % undeclared, and four people in the smallest group.
    declared = shown[: int(0.59 * len(shown))]
    groups = ["another"] * 4 + ["woman", "man"] * len(declared)
    rows = [f"{person},gender,{group}" for person, group in zip(declared, groups, strict=False)]
    (copied / DECLARED).write_text("researcher,attribute,group\n" + "\n".join(rows) + "\n", encoding="utf-8")
    report = auditing.exposure(copied, Look(attributes=("gender",)))
    found = {group.group: group for group in report.attributes[0].groups}
    assert {"woman", "man", "another", "undeclared"} == set(found)
    assert found["another"].withheld and found["another"].people is None and found["another"].exposure.value is None
    assert sum(group.withheld for group in found.values()) >= 2  # or it could be found by subtraction
    assert not found["undeclared"].withheld
    for role in ("funder_officer", "data_protection_officer"):
        with pytest.raises(errors.RefusedError, match="gender"):
            auditing.exposure(copied, Look(attributes=("gender",), role=role))
        seen = {each.attribute for each in auditing.exposure(copied, Look(role=role)).attributes}
        assert not seen & {"gender", "career_stage"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("researcher,attribute\n", "columns"),
        ("researcher,attribute,group\np,gender,f\n", "no group 'f'"),
        ("researcher,attribute,group\np,religion,x\n", "no group"),
        ("researcher,attribute,group\np,gender,woman\np,gender,man\n", "stands twice"),
        ("researcher,attribute,group\np,gender,\n", "empty"),
    ],
)
def test_a_table_of_declarations_that_is_not_well_formed_is_refused_with_its_line(
    copied: Path, text: str, said: str
) -> None:
    (copied / DECLARED).write_text(text, encoding="utf-8")
    with pytest.raises(errors.InputError, match=said):
        auditing.exposure(copied, Look())


def test_a_career_stage_is_told_to_nobody_but_programme_staff_also_where_a_target_rests_on_it(copied: Path) -> None:
    policy = {"equity": {"attribute": "career_stage", "target": "pool", "no_floor_for": []}}
    with connect(copied) as matchmaker:
        people = matchmaker.corpus.tables.people["id"].to_pylist()
    rows = [f"{person},career_stage,R{1 + place % 4}" for place, person in enumerate(people)]
    (copied / DECLARED).write_text("researcher,attribute,group\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with connect(copied) as matchmaker, TestClient(create_app(matchmaker)) as client:
        # A list that the declarations changed: without them, another comes out.
        for seeker in seekers(matchmaker):
            asked = {"researcher": seeker, "k": 10, "policy": policy}
            visitor = client.post("/v1/match", json=asked)
            if any(each["rank"] != each["fairness"]["rank_before"] for each in visitor.json()["results"]):
                break
        else:
            pytest.fail("no list rests on what was declared")
        kept = client.get(f"/v1/runs/{visitor.json()['meta']['run_id']}")
        seen = client.post("/v1/match", json=asked, headers=staff(copied)).json()
        assert client.get(f"/runs/{visitor.json()['meta']['run_id']}").status_code == 200
    for answer in (visitor.text, kept.text):
        assert not any(f'"R{stage}"' in answer for stage in range(1, 5))
    assert {result["fairness"]["group"] for result in seen["results"]} <= {"R1", "R2", "R3", "R4"}
    with connect(copied) as matchmaker:
        (copied / DECLARED).write_text("researcher,attribute,group\n", encoding="utf-8")
        again = matchmaker.replay(visitor.json()["meta"]["run_id"])
    assert again.outcome == "changed" and "declared" in again.reason


def test_a_kept_audit_is_made_anew_when_what_people_declared_changes(copied: Path) -> None:
    with connect(copied) as matchmaker:
        shown = sorted({person for event in matchmaker.decisions() for person in event.shown.people})
        people = matchmaker.corpus.tables.people["id"].to_pylist()
        rows = [f"{person},gender,woman" for person in people]
        (copied / DECLARED).write_text("researcher,attribute,group\n" + "\n".join(rows) + "\n", encoding="utf-8")
        before = matchmaker.audits.exposure(Look(attributes=("gender",)))
        assert matchmaker.audits.exposure(Look(attributes=("gender",))) is before
        (copied / DECLARED).unlink()
        assert shown and before.attributes[0].groups[0].group == "woman"
        with pytest.raises(errors.InputError, match="gender"):
            matchmaker.audits.exposure(Look(attributes=("gender",)))


def test_a_faulty_table_of_declarations_stops_matching_without_telling_visitors_what_stands_in_it(
    copied: Path,
) -> None:
    (copied / DECLARED).write_text("researcher,attribute,group\nx,gender,secret-word\n", encoding="utf-8")
    with connect(copied) as matchmaker, TestClient(create_app(matchmaker)) as client:
        told_to_visitor = client.post("/v1/match", json={"researcher": seekers(matchmaker, 1)[0]})
    assert told_to_visitor.status_code == 503
    assert "secret-word" not in told_to_visitor.text and str(copied) not in told_to_visitor.text
