"""Works about a country that nobody there has signed."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.audit.partners import Work, an_index, signed

from matchmaker.audit.bylines import by_lines
from matchmaker.audit.cells import Thresholds, not_shown
from matchmaker.audit.mentions import countries_named
from matchmaker.audit.parachute import parachute, parachute_findings, titles_and_abstracts
from matchmaker.domain.balance import Parachute
from matchmaker.places.resolve import all_codes, display_name

ALL = (2000, 2022)
EVERYTHING = Thresholds(withheld_below=0, fewest=1)


def named(text: str) -> tuple[set[str], bool]:
    """The countries a text names, and whether a name was refused."""
    found = countries_named(pa.chunked_array([[text]]))
    return set(found.code), len(found.refused) > 0


def studied(*works: Work, least: Thresholds = EVERYTHING) -> tuple[dict[str, Parachute], dict[str, int]]:
    corpus = an_index(*works)
    lines = by_lines(corpus)
    rows, left_out = parachute(lines, titles_and_abstracts(lines, corpus.tables.texts, None), ALL, least)
    return {row.country: row for row in rows}, left_out


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Malaria in Kenya", {"KE"}),
        ("Kenyan Swahili speakers", set()),
        ("Health in NIGERIA and Nigeria", {"NG"}),
        ("Côte d'Ivoire, Cote d’Ivoire and Ivory Coast", {"CI"}),
        ("the Democratic Republic of the Congo", {"CD"}),
        ("South Korea and the Dominican Republic", {"KR", "DO"}),
        ("Papua New Guinea", {"PG"}),
        ("Equatorial Guinea and Guinea-Bissau", {"GQ", "GW"}),
        ("rivers of Taiwan, China and Japan", {"TW", "CN", "JP"}),
        ("turkey farms, china clay and a chad", set()),
        ("farms in Turkey", {"TR"}),
        ("the US, us and the UK", {"GB"}),
        ("the U.S. south", {"US"}),
        ("Hong Kong and Puerto Rico", {"HK", "US"}),
        ("Anglo-India, Indiana, Malian, Omani, Chinatown", set()),
        ("fieldwork in Namibia", {"NA"}),
        ("penguins of Antarctica", set()),
    ],
)
def test_countries_are_read_as_whole_words_and_never_guessed(text: str, codes: set[str]) -> None:
    assert named(text) == (codes, False)


@pytest.mark.parametrize(
    "text",
    ["Georgia", "a Jordan algebra", "lakes of Chad", "the Niger river", "Guinea pigs", "Korea", "peat in Ireland",
     "Northern Ireland", "Macedonia", "Dominica", "Congo red", "the Gulf of Mexico", "New Mexico", "New Jersey",
     "New South Wales", "New England", "University of Malta", "Korea University", "the University of the Bahamas",
     "Georgia Tech"],
)  # fmt: skip
def test_a_name_that_could_be_something_else_is_refused_and_told(text: str) -> None:
    assert named(f"On {text}.") == (set(), True)


def test_a_refused_name_does_not_hide_a_clear_one() -> None:
    assert named("Georgia and Armenia") == ({"AM"}, True)


@given(st.sampled_from(sorted(all_codes())))
def test_every_place_is_taken_as_itself_or_its_sovereign_or_refused(code: str) -> None:
    codes, refused = named(f"Schools in {display_name(code)} today")
    assert len(codes) == 1 or refused or code == "AQ"


def test_a_work_without_a_local_author_counts_and_any_country_of_a_name_is_local() -> None:
    rows, _ = studied(
        signed(2020, "x:DE y:US", "Farms in Kenya"),
        signed(2020, "x:DE a:DE+KE", "Wells in Kenya"),
        signed(2020, "a:KE", "Roads in Kenya"),
        signed(2020, "x:DE", "Roads in Germany"),
    )
    assert (rows["KE"].about, rows["KE"].without_local_author.value) == (3, 1 / 3)
    assert (rows["DE"].about, rows["DE"].without_local_author.value) == (1, 0.0)
    assert (rows["LM"].about, rows["H"].about, rows["UM"].about) == (3, 1, 0)


def test_works_with_a_name_of_unknown_country_are_left_out_and_counted() -> None:
    rows, left_out = studied(
        signed(2020, "x y", "Farms in Kenya"),
        signed(2020, "x:DE y", "Farms in Kenya"),
        signed(2020, "x:DE", "On Kenya"),
    )
    assert rows["KE"].about == 1
    assert left_out["works about a country on which no name has a known country"] == 1
    assert left_out["works about a country on which some names have no known country"] == 1


def test_a_list_of_many_countries_is_about_none_of_them() -> None:
    title = "Kenya, Uganda, Ghana, Mali, Peru and India"
    rows, left_out = studied(signed(2020, "x:DE", title))
    assert set(rows) == {"L", "LM", "UM", "H", "unknown"}
    assert left_out["works that name more than 5 countries"] == 1


def test_refused_names_are_counted() -> None:
    _, left_out = studied(signed(2020, "x:DE", "Trees of Georgia"), signed(2020, "x:DE", "Trees"))
    assert left_out["works that name what could be several places, a person or a thing"] == 1


def test_abstracts_are_read_where_there_are_some() -> None:
    corpus = an_index(signed(2020, "x:DE"), signed(2020, "x:DE", "Trees"))
    lines = by_lines(corpus)
    abstracts = pa.table({"work_id": ["w1", "other"], "abstract": ["We went to Kenya.", "Peru"]})
    texts = titles_and_abstracts(lines, corpus.tables.texts, abstracts)
    assert texts.to_pylist() == ["A title\n", "Trees\nWe went to Kenya."]
    rows, _ = parachute(lines, texts, ALL, EVERYTHING)
    assert [row.country for row in rows if row.about] == ["LM", "KE"]


def test_few_works_have_no_share_and_small_countries_are_not_listed() -> None:
    kenya = [signed(2020, f"x{i}:DE", "Farms in Kenya") for i in range(31)]
    india = [signed(2020, f"x{i}:DE", "Farms in India") for i in range(12)]
    ghana = [signed(2020, f"x{i}:DE", "Farms in Ghana") for i in range(6)]
    rows, left_out = studied(*kenya, *india, *ghana, least=Thresholds(10, 30))
    # Ghana alone would be the group's total minus the others, so India goes with it.
    assert set(rows) == {"L", "LM", "UM", "H", "unknown", "KE"}
    assert (rows["LM"].about, rows["KE"].about) == (49, 31)
    assert left_out["countries with too few works or people to show"] == 2
    rows, _ = studied(*kenya, *india, least=Thresholds(10, 30))
    assert (rows["IN"].about, rows["IN"].without_local_author.value) == (12, None)


def test_more_than_half_without_a_local_author_is_a_finding() -> None:
    foreign = [signed(2020, f"x{i}:DE", "Farms in Kenya") for i in range(30)]
    rows, _ = studied(
        *foreign, *[signed(2020, f"a{i}:KE", "Farms in Kenya") for i in range(10)], least=Thresholds(10, 30)
    )
    group, country = parachute_findings(tuple(rows.values()))
    assert (group.group, country.group, country.value) == ("LM", "KE", 0.75)
    assert "Kenya, 75 %" in country.text and "40 works" in country.text
    rows, _ = studied(
        *foreign, *[signed(2020, f"a{i}:KE", "Farms in Kenya") for i in range(30)], least=Thresholds(10, 30)
    )
    assert parachute_findings(tuple(rows.values())) == ()


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40)))
def test_what_is_not_shown_cannot_be_worked_out(people: dict[str, int]) -> None:
    gone = not_shown(people, 10)
    small = {cell for cell, count in people.items() if 0 < count < 10}
    assert small <= gone
    held = sum(people[cell] for cell in gone)
    everybody_gone = all(cell in gone or count == 0 for cell, count in people.items())
    assert not gone or everybody_gone or (len(gone) > 1 and held >= 10)
    assert small or not gone
