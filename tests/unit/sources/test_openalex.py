"""OpenAlex's records, of every age and however odd, are taken in or counted."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.sources.records import a_record, json_lines

from matchmaker.domain.research import AffiliationRow
from matchmaker.errors import SourceError
from matchmaker.sources import lines, openalex
from matchmaker.sources.intake import Item, Kept, Skipped


def read(tmp_path: Path, *records: dict[str, Any] | bytes) -> list[Item]:
    """The items of these records."""
    return list(openalex.read(json_lines(tmp_path / "records.jsonl", records)))


def one(tmp_path: Path, **changes: Any) -> Kept:
    """The item of one work with these changes, which is kept."""
    (item,) = read(tmp_path, a_record(0, **changes))
    assert isinstance(item, Kept)
    return item


def skipped(tmp_path: Path, record: dict[str, Any] | bytes) -> str:
    """The reason why the record is left out."""
    (item,) = read(tmp_path, record)
    assert isinstance(item, Skipped)
    return item.reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None}, "no_id"),
        ({"id": "https://example.org/W1"}, "no_id"),
        ({"id": "https://openalex.org/S1"}, "other_entity"),
        ({"is_retracted": True}, "retracted"),
        ({"is_paratext": True}, "paratext"),
        ({"publication_year": None}, "no_year"),
        ({"title": None, "abstract_inverted_index": None}, "no_title"),
        ({"title": " <p></p> ", "abstract_inverted_index": {}}, "no_title"),
    ],
)
def test_a_record_that_cannot_be_used_is_skipped_with_its_reason(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    assert skipped(tmp_path, a_record(0, **changes)) == reason


def test_an_inverted_abstract_of_ten_megabytes_is_kept_with_its_beginning(tmp_path: Path) -> None:
    item = one(tmp_path, abstract_inverted_index={"word": list(range(1_300_000))})
    abstract = item.works[0].abstract
    assert abstract is not None
    assert abstract.startswith("word word")
    assert len(abstract) <= 20_000
    assert "abstract_cut" in item.notes


def test_a_record_over_the_limit_is_skipped_and_the_next_one_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "RECORD_CAP", 5_000)
    too_long, fine = read(tmp_path, a_record(0, title="x" * 20_000), a_record(1))
    assert isinstance(too_long, Skipped)
    assert too_long.reason == "record_too_long"
    assert isinstance(fine, Kept)


def test_a_name_without_id_is_left_out_and_the_work_stays(tmp_path: Path) -> None:
    entries = [{"author": {"id": None, "display_name": "Nobody"}}, *a_record(0)["authorships"]]
    item = one(tmp_path, authorships=entries)
    assert len(item.works[0].authors) == 2
    assert item.notes == ("author_without_id",)


def test_namibia_is_a_country_and_an_unknown_code_is_counted(tmp_path: Path) -> None:
    entry = a_record(0)["authorships"][0] | {"countries": ["NA", "QQ"]}
    entry["institutions"][0]["country_code"] = "NA"
    item = one(tmp_path, authorships=[entry])
    assert item.works[0].authors[0].countries == ("NA",)
    assert item.institutions[0].country == "NA"
    assert item.notes == ("unknown_country_code",)


def test_countries_of_organisations_come_first_and_serve_where_an_old_record_has_no_others(tmp_path: Path) -> None:
    entry = a_record(0)["authorships"][0] | {"countries": ["AT", "KE"]}
    assert one(tmp_path, authorships=[entry]).works[0].authors[0].countries == ("KE", "AT")
    del entry["countries"]
    assert one(tmp_path, authorships=[entry]).works[0].authors[0].countries == ("KE",)


@pytest.mark.parametrize(
    ("changes", "published"),
    [
        ({"publication_date": "2000-05-17"}, date(2000, 5, 17)),
        ({}, date(2000, 12, 31)),
        ({"publication_date": "2000-01-01"}, date(2000, 12, 31)),
        ({"publication_date": "soon"}, date(2000, 12, 31)),
        ({"publication_date": "1999-05-17"}, date(2000, 12, 31)),
    ],
)
def test_a_work_is_never_dated_too_early(tmp_path: Path, changes: dict[str, Any], published: date) -> None:
    assert one(tmp_path, **changes).works[0].published == published


def test_topics_come_from_topics_else_concepts_else_keywords(tmp_path: Path) -> None:
    concepts = [
        {"display_name": "Broad", "level": 0, "score": 0.9},
        {"display_name": "Fitting", "level": 2, "score": 0.5},
        {"display_name": "Weak", "level": 2, "score": 0.2},
    ]
    assert one(tmp_path, concepts=concepts, topics=[{"display_name": "T"}]).works[0].topics == ("T",)
    assert one(tmp_path, concepts=concepts).works[0].topics == ("Fitting",)
    assert one(tmp_path, keywords=[{"keyword": "old"}, {"display_name": "new"}]).works[0].topics == ("old", "new")


def test_an_author_has_one_primary_place_and_open_ends_only_where_last_known(tmp_path: Path) -> None:
    here, there, before = (
        {"id": f"https://openalex.org/I{n}", "display_name": f"Place {n}", "country_code": code, "type": "education"}
        for n, code in ((1, "KE"), (2, "DE"), (3, "NA"))
    )
    record = {
        "id": "https://openalex.org/A1",
        "display_name": "Person 1",
        "orcid": "0000-0002-1694-233x",
        "last_known_institutions": [here, there],
        "affiliations": [{"institution": before, "years": [2012, 2010]}, {"institution": here, "years": [2024, 2020]}],
        "summary_stats": {"h_index": 99},
    }
    (item,) = read(tmp_path, record)
    assert isinstance(item, Kept)
    person = item.researchers[0]
    assert person.orcid == "https://orcid.org/0000-0002-1694-233X"
    assert person.affiliations == (
        AffiliationRow(here["id"], "KE", "primary", date(2020, 1, 1), None, "source"),
        AffiliationRow(there["id"], "DE", "secondary", None, None, "source"),
        AffiliationRow(before["id"], "NA", "secondary", date(2010, 1, 1), date(2012, 12, 31), "source"),
    )
    del record["last_known_institutions"]
    (old,) = read(tmp_path, record | {"last_known_institution": there})
    assert isinstance(old, Kept)
    assert old.researchers[0].affiliations[0].institution_id == there["id"]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("education", "university"),
        ("facility", "infrastructure"),
        ("healthcare", "hospital"),
        ("archive", "other"),
        (None, None),
    ],
)
def test_kinds_of_organisation_are_in_our_words(tmp_path: Path, theirs: str | None, ours: str | None) -> None:
    record = {"id": "https://openalex.org/I1", "display_name": "Place", "type": theirs, "country_code": "TW"}
    (item,) = read(tmp_path, record)
    assert isinstance(item, Kept)
    assert (item.institutions[0].type, item.institutions[0].country) == (ours, "TW")


def test_a_gzip_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(b" " * 2**20 * 30))
    with pytest.raises(SourceError, match="200 times"):
        list(openalex.read(path))


def test_a_damaged_gzip_is_an_error_with_the_record_reached(tmp_path: Path) -> None:
    path = json_lines(tmp_path / "w.jsonl.gz", [a_record(n) for n in range(5)])
    content = bytearray(path.read_bytes())
    content[-6] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(SourceError, match=r"damaged .* after record 5"):
        list(openalex.read(path))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    kind=st.sampled_from("WAI"),
    changes=st.dictionaries(
        st.sampled_from(
            [
                *a_record(0),
                "topics",
                "concepts",
                "display_name",
                "type",
                "country_code",
                "affiliations",
                "last_known_institutions",
                "language",
            ]
        ),
        JSON,
        max_size=5,
    ),
)
def test_no_shape_of_a_record_breaks_the_reader(kind: str, changes: dict[str, Any]) -> None:
    record = {**a_record(0), "id": f"{kind}1", "display_name": "x", **changes}
    parsed = lines.parsed(json.dumps(record).encode(), "here")
    assert isinstance(parsed, dict | Skipped)
    if isinstance(parsed, dict):
        assert isinstance(openalex.item(parsed, "here"), Kept | Skipped)


@given(st.binary(max_size=60))
def test_no_line_of_bytes_breaks_the_reader(line: bytes) -> None:
    assert isinstance(lines.parsed(line, "here"), dict | Skipped)
