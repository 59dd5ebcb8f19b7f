from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from matchmaker.errors import InputError, SourceError
from matchmaker.terms.declaration import Declaration, publication_restraints
from matchmaker.terms.reading import PATHS, load_declaration, read_declaration

FULL = """
publication: {policy: review, review_days: 30, delay_months: 0, must_publish: true,
              accepts: {review_days: 60, delay_months: 6}, approval_right: comment}
data:        {access: tiered, embargo_months: 12, tier: T2, licence: CC-BY-4.0, grounds: [personal, indigenous],
              personal: true, transfer: [EU, adequacy, SCC], abs: nagoya, localisation: [CN, "NO"],
              human_genetic: false}
code:        {licence: MIT}
background:  {brings: [malaria cohort], needs: ["data: rainfall"], access_implementation: royalty_free,
              access_exploitation: fair_reasonable, encumbered: [diagnostics], export_control: none}
foreground:  {ownership: joint, joint_exploitation: consent, exclusive_fields: []}
confidentiality: {nda: true, years: 3}
ethics:      {review_board: yes, care_labels: [TK Attribution]}
hard: [data.access, publication.accepts.delay_months, ethics]
"""


def test_a_full_declaration_is_read_field_by_field(tmp_path: Path) -> None:
    (tmp_path / "terms.yaml").write_text(FULL, encoding="utf-8")
    declared = load_declaration(tmp_path / "terms.yaml", party="the partner", country="KE")
    assert (declared.party, declared.country) == ("the partner", "KE")
    assert declared.publication.accepts.delay_months == 6
    assert declared.data.localisation == ("CN", "NO")
    assert declared.data.grounds == ("personal", "indigenous")
    assert declared.background.needs == ("data: rainfall",)
    assert declared.foreground.exclusive_fields == ()
    assert declared.ethics.review_board == "yes"
    assert declared.hard == ("data.access", "publication.accepts.delay_months", "ethics")


def test_what_is_not_declared_is_unknown_and_an_empty_list_is_said() -> None:
    assert read_declaration({}) == Declaration()
    assert read_declaration({"data": {"access": None}, "code": None}) == Declaration()
    assert read_declaration({"ethics": {"review_board": "unknown"}}) == Declaration()
    assert read_declaration({"data": {"grounds": []}}).data.grounds == ()


@pytest.mark.parametrize(
    ("written", "place", "allowed"),
    [
        ({"pubication": {}}, "declaration: unknown key 'pubication'", "publication, data, code"),
        ({"data": {"acess": "open"}}, "declaration: data: unknown key 'acess'", "access, embargo_months"),
        (
            {"data": {"access": "shut"}},
            "declaration: data: access: 'shut'",
            "open, embargo, tiered, restricted, closed",
        ),
        ({"data": {"grounds": ["because"]}}, "declaration: data: grounds: 'because'", "personal, security"),
        ({"data": {"grounds": "personal"}}, "declaration: data: grounds must be a list", "[one, two]"),
        ({"data": {"embargo_months": -1}}, "declaration: data: embargo_months: -1", "0 to 1200"),
        ({"data": {"embargo_months": True}}, "declaration: data: embargo_months: True", "whole numbers"),
        ({"data": {"personal": "yes"}}, "declaration: data: personal: 'yes'", "true, false"),
        ({"data": {"licence": " "}}, "declaration: data: licence must be a text", "quotation marks"),
        ({"data": {"localisation": ["cn"]}}, "declaration: data: localisation: 'cn'", "upper-case"),
        ({"data": {"transfer": ["none", "SCC"]}}, "declaration: data: transfer is refused and allowed", "none"),
        ({"publication": {"accepts": {"days": 1}}}, "publication: accepts: unknown key 'days'", "review_days"),
        ({"hard": ["data.acess"]}, "declaration: hard: 'data.acess'", "data.access"),
        ({"code": "MIT"}, "declaration: code must be a list of keys", "licence"),
        (["data"], "declaration must be a list of keys", "publication"),
    ],
)
def test_a_mistake_is_refused_with_its_place_and_the_words_allowed(written: object, place: str, allowed: str) -> None:
    with pytest.raises(InputError) as raised:
        read_declaration(written)
    assert place in raised.value.message
    assert allowed in raised.value.hint


def test_norway_read_as_false_is_explained() -> None:
    with pytest.raises(InputError, match="read as true or false") as raised:
        read_declaration(yaml.safe_load("data: {localisation: [SE, NO]}"))
    assert '"NO"' in raised.value.hint


@pytest.mark.parametrize(
    "text", ["data: {access: open", "data: {access: open, access: closed}", "a: !!python/name:os.x"]
)
def test_what_is_no_plain_yaml_is_an_error_that_names_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "terms.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"terms\.yaml"):
        load_declaration(tmp_path / "terms.yaml")


def test_a_file_that_is_not_there_or_far_too_large_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.yaml"):
        load_declaration(tmp_path / "gone.yaml")
    (tmp_path / "large.yaml").write_text("#" * 1_000_001, encoding="utf-8")
    with pytest.raises(InputError, match="larger"):
        load_declaration(tmp_path / "large.yaml")


def test_an_empty_file_declares_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "terms.yaml").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="must be a list of keys"):
        load_declaration(tmp_path / "terms.yaml")


def test_hard_holds_a_field_and_all_that_is_under_it() -> None:
    declared = Declaration(hard=("data", "publication.accepts"))
    assert declared.is_hard("data.access") and declared.is_hard("publication.accepts.review_days")
    assert not declared.is_hard("publication.review_days") and not declared.is_hard("database.access")


def test_every_field_can_be_held_hard() -> None:
    assert read_declaration({"hard": list(PATHS)}).hard == PATHS
    assert {"data", "data.access", "publication.accepts.delay_months", "background.export_control"} <= set(PATHS)
    assert len(set(PATHS)) == len(PATHS)


def test_restraints_on_publishing_are_named_and_silence_is_none() -> None:
    assert publication_restraints(Declaration()) == ()
    bound = read_declaration(
        {"publication": {"approval_right": "veto", "policy": "none"}, "confidentiality": {"nda": True}}
    )
    assert publication_restraints(bound) == ("publication.approval_right", "publication.policy", "confidentiality.nda")
