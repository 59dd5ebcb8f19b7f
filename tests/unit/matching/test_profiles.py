"""Where people stand as of a date."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st
from tests.world import (
    AS_OF,
    affiliations_table,
    authorships_table,
    institutions_table,
    people_table,
    texts_table,
    unit_vectors,
)

from matchmaker.matching.profiles import centroids, standing

CODES = ["KE", "DE", "NA", "TW"]
PLACES = {"nairobi": "KE", "bonn": "DE", "cologne": "DE", "windhoek": "NA", "taipei": "TW", "lab": None}


def stand(
    authorships: pa.Table, texts: pa.Table, *posts: dict[str, Any], as_of: date = AS_OF, n: int = 1
) -> list[dict[str, Any]]:
    people = people_table(*[f"p{i}" for i in range(n)])
    rows = standing(
        people, texts, authorships, affiliations_table(*posts), institutions_table(**PLACES), as_of
    ).to_pylist()
    return list(rows)


def test_the_country_is_that_of_the_latest_by_lines() -> None:
    texts = texts_table(date(2015, 1, 1), date(2020, 1, 1))
    [who] = stand(authorships_table((0, 0, ["KE"], ["nairobi"]), (0, 1, ["DE"], ["bonn"])), texts)
    assert (who["country"], who["institution"], who["home"]) == ("DE", "bonn", "country")


def test_within_a_year_the_most_frequent_country_counts() -> None:
    texts = texts_table(date(2020, 1, 1), date(2020, 5, 1), date(2020, 9, 1))
    [who] = stand(authorships_table((0, 0, ["KE"], []), (0, 1, ["KE"], []), (0, 2, ["DE"], [])), texts)
    assert (who["country"], who["other_countries"]) == ("KE", ["DE"])


def test_the_first_country_of_a_by_line_is_the_joining_one_and_the_second_is_kept_beside() -> None:
    [who] = stand(authorships_table((0, 0, ["DE", "KE"], ["bonn", "nairobi"])), texts_table(date(2020, 1, 1)))
    assert (who["country"], who["other_countries"]) == ("DE", ["KE"])
    assert set(who["institutions"]) == {"bonn", "nairobi"}


def test_of_two_organisations_on_one_by_line_the_first_is_joined() -> None:
    texts = texts_table(date(2020, 1, 1))
    for listed in (["bonn", "cologne"], ["cologne", "bonn"]):
        [who] = stand(authorships_table((0, 0, ["DE"], listed)), texts)
        assert who["institution"] == listed[0]


def test_a_declared_post_outweighs_by_lines_while_it_runs() -> None:
    texts, lines = texts_table(date(2023, 1, 1)), authorships_table((0, 0, ["KE"], ["nairobi"]))
    [declared] = stand(lines, texts, {"person": 0, "institution": "bonn", "country": "DE"})
    [ended] = stand(lines, texts, {"person": 0, "institution": "bonn", "country": "DE", "end": date(2020, 1, 1)})
    [future] = stand(lines, texts, {"person": 0, "institution": "bonn", "country": "DE", "start": date(2025, 1, 1)})
    assert (declared["country"], ended["country"], future["country"]) == ("DE", "KE", "KE")


def test_of_two_posts_a_source_names_the_primary_one_is_joined() -> None:
    posts = [
        {"person": 0, "institution": "bonn", "country": "DE", "kind": "primary", "basis": "source"},
        {"person": 0, "institution": "nairobi", "country": "KE", "kind": "secondary", "basis": "source"},
    ]
    texts = texts_table(date(2020, 1, 1))
    for order in (posts, posts[::-1]):
        [who] = stand(authorships_table(), texts, *order)
        assert (who["country"], who["institution"], who["other_countries"]) == ("DE", "bonn", ["KE"])
    swapped = [{**posts[0], "kind": "secondary"}, {**posts[1], "kind": "primary"}]
    [who] = stand(authorships_table(), texts, *swapped)
    assert who["country"] == "KE"


def test_a_visiting_or_honorary_post_is_no_home_unless_nothing_else_is_known() -> None:
    texts, lines = texts_table(date(2020, 1, 1)), authorships_table((0, 0, ["DE"], ["bonn"]))
    for kind in ("visiting", "honorary", "secondary"):
        post = {"person": 0, "institution": "nairobi", "country": "KE", "kind": kind}
        [who] = stand(lines, texts, post)
        assert (who["country"], who["institution"], who["other_countries"]) == ("DE", "bonn", ["KE"])
        assert set(who["institutions"]) == {"bonn", "nairobi"}
        [guest] = stand(authorships_table(), texts, post)
        assert guest["country"] == "KE"
        [before] = stand(lines, texts, post | {"end": date(2021, 1, 1)})
        assert (before["country"], before["other_countries"]) == ("DE", [])


def test_an_international_organisation_has_no_country_and_is_not_unknown() -> None:
    [who] = stand(authorships_table((0, 0, [], ["lab"])), texts_table(date(2020, 1, 1)))
    assert (who["home"], who["country"], who["institution"]) == ("international", None, "lab")


def test_without_any_sign_of_a_country_it_stays_unknown() -> None:
    [who] = stand(authorships_table((0, 0, [], [])), texts_table(date(2020, 1, 1)))
    assert (who["home"], who["country"], who["works"], who["thin"]) == ("unknown", None, 1, True)


def test_namibia_is_a_country() -> None:
    [who] = stand(authorships_table((0, 0, ["NA"], ["windhoek"])), texts_table(date(2020, 1, 1)))
    assert who["country"] == "NA"


def test_works_before_1970_are_works() -> None:
    [who] = stand(authorships_table((0, 0, ["KE"], [])), texts_table(date(1965, 1, 1)))
    assert (who["last_year"], who["works"]) == (1965, 1)


lines = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 9), st.lists(st.sampled_from(CODES), max_size=2, unique=True),
              st.lists(st.sampled_from(sorted(PLACES)), max_size=2, unique=True)),
    max_size=40, unique_by=lambda row: row[:2],
)  # fmt: skip
days = st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), min_size=10, max_size=10)


@given(lines, days, st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_later_works_change_nothing(
    rows: list[tuple[int, int, list[str], list[str]]], published: list[date], as_of: date
) -> None:
    texts, everything = texts_table(*published), authorships_table(*rows)
    known = [row for row in rows if published[row[1]] <= as_of]
    assert stand(everything, texts, as_of=as_of, n=5) == stand(authorships_table(*known), texts, as_of=as_of, n=5)


@given(lines, days)
def test_every_country_said_was_said_by_a_by_line_or_an_organisation(
    rows: list[tuple[int, int, list[str], list[str]]], published: list[date]
) -> None:
    for person, who in enumerate(stand(authorships_table(*rows), texts_table(*published), as_of=date(2030, 1, 1), n=5)):
        mine = [row for row in rows if row[0] == person]
        said = {code for row in mine for code in row[2]} | {PLACES[place] for row in mine for place in row[3]}
        assert who["country"] in said | {None}
        assert set(who["other_countries"]) <= said
        assert who["country"] not in who["other_countries"]
        assert (who["home"] == "country") == (who["country"] is not None)


def test_a_centroid_leans_towards_recent_texts() -> None:
    vectors = np.eye(2, dtype=np.float32)
    rows = np.array([0, 0], dtype=np.int32)
    [row] = centroids(rows, np.array([0, 1], dtype=np.int32), np.array([0, 4], dtype=np.float32), vectors, 1)
    np.testing.assert_allclose(row[0] / row[1], np.e, rtol=1e-5)
    assert abs(np.linalg.norm(row) - 1) < 1e-6


def test_a_centroid_is_the_weighted_mean_written_out() -> None:
    rng = np.random.default_rng(4)
    vectors, person = unit_vectors(rng, 50), rng.integers(0, 7, 80).astype(np.int32)
    text, age = rng.integers(0, 50, 80).astype(np.int32), rng.random(80).astype(np.float32) * 20
    pairs = np.unique(np.stack([person, text]), axis=1)
    person, text, age = pairs[0], pairs[1], age[: pairs.shape[1]]
    found = centroids(person, text, age, vectors, 7)
    for p in range(7):
        mine = person == p
        mean = (np.exp(-age[mine] / 4)[:, np.newaxis] * vectors[text[mine]]).sum(axis=0)
        np.testing.assert_allclose(found[p], mean / np.linalg.norm(mean), atol=1e-5)


def test_standing_rows_follow_the_people() -> None:
    rows = stand(authorships_table((2, 0, ["KE"], [])), texts_table(date(2020, 1, 1)), n=3)
    assert [row["home"] for row in rows] == ["unknown", "unknown", "country"]
    assert pc.sum(pa.array([row["works"] for row in rows])).as_py() == 1
