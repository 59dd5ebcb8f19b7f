"""Promises of names and of the comparison with many of them; comparing everything is the oracle."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler

from matchmaker.errors import InputError
from matchmaker.safeguards.candidates import Close, Similar
from matchmaker.safeguards.names import LOGGED, POSSIBLE, closeness, comparable
from matchmaker.safeguards.records import Entry, Organisation
from matchmaker.safeguards.screening import LOG_LINES, Screen

WORDS = (
    "university institute technology science national state polytechnic medical research academy of and the centre "
    "nagoya tehran york harbin moscow windhoek porto lagos physics physiology philosophy aerospace naval northern"
).split()
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
LEI = "529900T8BM49AURSDO55"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Northwestern Polytechnical Univ., Ltd.", "northwestern polytechnical university"),
        ("OOO «Ромашка»", "romashka"), ("МГТУ им. Баумана", "baumana im mgtu"), ("ΑΘΗΝΆ", "athina"),
        ("한국대학교", "hangugdaehaggyo"), ("ＡＣＭＥ　Ｃｏ．", "acme"), ("Łódź & Øst S.A.", "and lodz ost"),
        ("თბილისი", "tbilisi"), ("Երևան", "erevan"), ("Limited", "limited"), ("北京航空航天大学", "北京航空航天大学"),
        ("Nat'l Inst. of Science", "institute national of science"), ("!?", ""), ("", ""),
        ("አዲግራት ዩኒቨርሲቲ", "adigrat yuniversiti"), ("วิทยาลัย", "withyalay"), ("ਯੂਨੀਵਰਸਿਟੀ", "yunivrsiti"),
        ("東京大学 Tokyo", "tokyo 東京大学"), ("さくら", "sakura"), ("ﺟﺎﻣﻌﺔ", "jamh"), ("Ḧ\u0301", "h"),
    ],
)  # fmt: skip
def test_a_name_is_brought_to_its_words(written: str, words: str) -> None:
    assert comparable(written) == words


@pytest.mark.parametrize(
    ("one", "other", "measured"),
    [
        ("Northwestern Polytechnical University", "Northwestern University", 0.881),
        ("Moscow State University", "Moscow State Technical University", 0.905),
        ("University of Tehran", "Tehran University of Medical Sciences", 0.697),
        ("University of York", "York University", 0.833),
        ("Harbin Institute of Technology", "Harbin Institute of Technology, Shenzhen", 0.941),
    ],
)
def test_different_organisations_with_the_same_words_are_not_equal(one: str, other: str, measured: float) -> None:
    assert closeness(comparable(one), comparable(other)) == pytest.approx(measured, abs=5e-4)


@given(st.text(max_size=30))
def test_a_comparable_name_stays_what_it_is_and_does_not_depend_on_case_or_order(text: str) -> None:
    once = comparable(text)
    assert once == " ".join(sorted(once.split()))
    assert comparable(" ".join(reversed(once.split()))) in (once, comparable(once))


@given(st.lists(phrases, max_size=30), phrases, st.integers(0, 30), st.sampled_from("abeno "))
def test_close_finds_exactly_what_comparing_everything_finds(
    listed: list[str], asked: str, place: int, letter: str
) -> None:
    name = comparable(asked[:place] + letter + asked[place:])
    names = {comparable(phrase) for phrase in listed}
    expected = {other for other in names if JaroWinkler.similarity(name, other) >= POSSIBLE}
    found = Close(names, POSSIBLE).to(name)
    assert {other for other, _ in found} == expected
    assert len(found) == len(expected)


def test_close_agrees_with_comparing_everything_on_names_with_slips() -> None:
    dice = random.Random(11)
    names = sorted({comparable(" ".join(dice.choices(WORDS, k=dice.randint(1, 5)))) for _ in range(3000)})
    close = Close(names, POSSIBLE)
    for name in dice.sample(names, 100):
        place = dice.randrange(len(name))
        slip = comparable(name[:place] + dice.choice("aeions") + name[place + 1 :])
        expected = {other for other in names if JaroWinkler.similarity(slip, other) >= POSSIBLE}
        assert {other for other, _ in close.to(slip)} == expected


def test_similar_finds_a_slip_in_an_uncommon_name_among_many() -> None:
    dice = random.Random(12)
    names = {comparable(" ".join(dice.choices(WORDS, k=4))) for _ in range(2000)} | {"institute of windmoellen"}
    found = Similar(names).to("institute of windmollen", LOGGED)
    assert found[0][0] == "institute of windmoellen"
    assert all(LOGGED <= score <= 1 for _, score in found)


def test_an_empty_list_finds_nothing() -> None:
    assert Close([], POSSIBLE).to("acme") == Similar([]).to("acme", LOGGED) == []
    assert Screen([]).screen(Organisation("o", "Acme")).findings == ()


def _entry(number: int, name: str, *codes: str, identifiers: tuple[str, ...] = ()) -> Entry:
    return Entry("US_EL", str(number), name, (), frozenset(codes), frozenset(identifiers), "export_control")


@pytest.mark.parametrize(
    ("listed", "asked", "strengths"),
    [
        (("CN",), "CN", ["possible"]), ((), "CN", ["possible"]), (("CN",), None, ["possible"]), (("CN",), "US", []),
        (("US", "CN"), "CN", ["possible"]), (("FR",), "GP", ["possible"]), (("CN",), "HK", []),
        (("NA",), "NA", ["possible"]),
    ],
)  # fmt: skip
def test_equal_names_are_possible_where_countries_agree_or_one_is_not_known(
    listed: tuple[str, ...], asked: str | None, strengths: list[str]
) -> None:
    screened = Screen([_entry(1, "Invented Institute", *listed)]).screen(
        Organisation("o", "Invented Institute", country=asked)
    )
    assert [finding.strength for finding in screened.findings] == strengths
    assert screened.log_lines == (0 if strengths else 1)


def test_only_a_worldwide_identifier_or_one_in_the_same_country_confirms() -> None:
    screen = Screen([_entry(1, "A", "CN", identifiers=(f"lei:{LEI}", "id:12345678"))])
    by_lei = Organisation("o", "Zzz", country="US", lei=LEI.lower())
    assert [finding.strength for finding in screen.screen(by_lei).findings] == ["confirmed"]
    for country, strength in (("CN", "confirmed"), ("US", "possible"), (None, "possible")):
        findings = screen.screen(Organisation("o", "Zzz", country=country, tax_id="1234-5678")).findings
        assert [finding.strength for finding in findings] == [strength]


def test_an_entry_is_found_once_with_its_strongest_ground() -> None:
    entry = Entry(
        "US_EL", "1", "Acme Works", ("Acme Work", "ACME Works Ltd"), frozenset({"CN"}), frozenset({"id:12345678"})
    )
    found = Screen([entry]).screen(Organisation("o", "Acme Works", ("Acme",), "CN", tax_id="12345678")).findings
    assert [(finding.strength, finding.evidence) for finding in found] == [("confirmed", "id:12345678")]


def test_names_that_fall_short_are_logged_with_a_few_lines_and_counted() -> None:
    entries = [_entry(number, f"Windhoek Institute of Physics {'abcdefgh'[number]}", "CN") for number in range(8)]
    screened = Screen(entries).screen(Organisation("o", "Windhoek Institute of Physics", country="DE"))
    assert (screened.findings, len(screened.logged), screened.log_lines) == ((), LOG_LINES, 8)


def test_the_threshold_for_names_may_be_raised_and_never_lowered() -> None:
    harbin = Organisation("o", "Harbin Institute of Technology, Shenzhen", country="CN")
    entries = [_entry(1, "Harbin Institute of Technology", "CN")]
    assert len(Screen(entries).screen(harbin).findings) == 1
    assert Screen(entries, possible=0.95).screen(harbin).findings == ()
    with pytest.raises(InputError, match=r"0\.8"):
        Screen(entries, possible=0.8)
