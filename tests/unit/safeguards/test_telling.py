"""Promises of words that tell organisations apart, and of what speaks for two close names besides their closeness."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.safeguards.world import TODAY

from matchmaker.safeguards.borders import Borders
from matchmaker.safeguards.cases import Case
from matchmaker.safeguards.decision import decide
from matchmaker.safeguards.names import POSSIBLE, closeness, comparable
from matchmaker.safeguards.policy import rows
from matchmaker.safeguards.records import Entry, Organisation
from matchmaker.safeguards.screening import Screen
from matchmaker.safeguards.telling import carries, contradict, telling

WORDS = "university institute technology national defence jinling luoyang harbin shenzhen 27 46 jiaotong xian".split()
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
countries = st.sampled_from([None, "CN", "RU", "TR", "NA"])


def _listed(name: str, *codes: str, list_id: str = "US_1286") -> Entry:
    return Entry(list_id, name, name, countries=frozenset(codes), family="research_security")


def _about_china() -> list[Entry]:
    return [_listed(f"Zzz{number} Works", "CN") for number in range(30)]


def _strengths(entry: Entry, organisation: Organisation, *others: Entry) -> list[str]:
    screened = Screen([*others, entry]).screen(organisation)
    return [finding.strength for finding in (*screened.findings, *screened.logged) if finding.entry is entry]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Jinling Institute of Technology", ("jinling",)), ("National Defence University", ()),
        ("TsNII 46", ("46", "tsnii")), ("北京大学", ("北京大学",)), ("MIT", ()), ("National Research Center", ()),
    ],
)  # fmt: skip
def test_kinds_of_organisations_tell_nothing_and_names_and_numbers_do(name: str, words: tuple[str, ...]) -> None:
    assert telling(comparable(name)) == words


@pytest.mark.parametrize(
    ("one", "other", "against"),
    [
        ("Jinling Institute of Technology", "Luoyang Institute of Technology", True),
        ("Xiamen University of Technology", "Xi'an University of Technology", True),
        ("27 Research Institute", "46 Research Institute", True), ("Hunan University", "Henan University", True),
        ("Harbin Institute of Technology, Shenzhen", "Harbin Institute of Technology", False),
        ("Xi'an Jiao Tong University", "Xi'an Jiaotong University", False),
        ("Harbin Institue of Technology", "Harbin Institute of Technology", False),
        ("Chonqing University", "Chongqing University", False), ("Oceans Institute", "Ocean Institute", False),
        ("PLA Army Engineering University", "Army Engineering University", False),
        ("Jinling University", "Jinling University", False),
    ],
)  # fmt: skip
def test_two_names_speak_against_each_other_when_each_has_a_word_of_its_own(
    one: str, other: str, against: bool
) -> None:
    assert contradict(comparable(one), comparable(other)) is against
    assert contradict(comparable(other), comparable(one)) is against


def test_a_name_carries_a_listed_one_with_all_its_telling_words() -> None:
    listed = comparable("Harbin Institute of Technology")
    assert carries(comparable("Harbin Institute of Technology (Shenzhen)"), listed)
    assert not carries(comparable("Nagoya Institute of Technology"), listed)
    assert not carries(comparable("National Defence University"), comparable("National Defence University"))


def test_common_words_are_comparable_each_once() -> None:
    words = [row["word"] for row in rows("common_words")]
    assert [word for word, count in Counter(words).items() if count > 1] == []
    assert [word for word in words if comparable(word) not in (word, "center")] == []


@pytest.mark.parametrize(
    ("listed", "codes", "asked", "country", "strength"),
    [
        ("Luoyang Institute of Technology", ("CN",), "Jinling Institute of Technology", "CN", "log"),
        ("Luoyang Institute of Technology", (), "Jinling Institute of Technology", "CN", "log"),
        ("Luoyang Institute of Technology", (), "Nagoya Institute of Technology", "JP", "log"),
        ("Harbin Institute of Technology", (), "Harbin Institute of Technology, Shenzhen", "CN", "possible"),
        ("Harbin Institute of Technology", (), "Harbin Institute of Technology, Shenzhen", None, "possible"),
        ("Harbin Institute of Technology", (), "Harbin Institute of Technology", "JP", "possible"),
        ("National Defence University", (), "National Defence University", "CN", "possible"),
        ("National Defence University", (), "National Defence University", None, "possible"),
        ("National Defence University", (), "National Defence University", "TR", "log"),
        ("National Defence University", ("CN",), "National Defence University", "TR", "log"),
        ("National Defence University", ("CN",), "National Defence University", "CN", "possible"),
    ],
)  # fmt: skip
def test_closeness_needs_something_else_that_speaks_for_one_organisation(
    listed: str, codes: tuple[str, ...], asked: str, country: str | None, strength: str
) -> None:
    organisation = Organisation("o", asked, country=country)
    assert _strengths(_listed(listed, *codes), organisation, *_about_china()) == [strength]


def test_a_list_that_says_little_of_its_countries_is_about_none() -> None:
    unknown = _listed("National Defence University")
    turkish = Organisation("o", "National Defence University", country="TR")
    assert not Borders([*_about_china()[:5], unknown]).is_unusual(turkish, unknown)
    assert Borders([*_about_china(), unknown]).is_unusual(turkish, unknown)
    assert _strengths(unknown, turkish, *_about_china()[:5]) == ["possible"]


@given(names, names, countries, countries)
def test_a_match_of_names_in_one_country_is_never_nothing(
    one: str, other: str, here: str | None, there: str | None
) -> None:
    entry = _listed(other, *filter(None, (there,)))
    strengths = _strengths(entry, Organisation("o", one, country=here))
    if closeness(comparable(one), comparable(other)) >= POSSIBLE:
        assert strengths in (["possible"], ["log"])
    if comparable(one) == comparable(other) and here == there:
        assert strengths == ["possible"]
    if here and there and here != there:
        assert "possible" not in strengths


@given(names, st.lists(st.tuples(names, countries), max_size=5), countries)
def test_names_alone_never_confirm_and_never_block(
    one: str, listed: list[tuple[str, str | None]], country: str | None
) -> None:
    entries = [_listed(name, *filter(None, (code,)), list_id="UN_SC") for name, code in listed]
    findings = Screen(entries).screen(Organisation("o", one, country=country)).findings
    assert {finding.strength for finding in findings} <= {"possible"}
    assert decide(Case(TODAY, "DE", findings=findings)).verdict in ("allow", "needs_review")
