"""The parallel abstracts are complete, and asking in English for what stands there in English finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.reality.languages import LANGUAGES, Among, abstracts, found, indexed, table

from matchmaker.matching.corpus import Corpus
from matchmaker_index.recipe import Recipe

COMMON_WORDS = {
    "en": "the of and in to was were that with", "fr": "les des et la le une dans du que",
    "es": "los las el y en una la del que", "pt": "os as o e em uma a do da dos no na que",
    "de": "die und der in den das zu",
}  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """The abstracts among the invented world."""
    with indexed(tmp_path_factory.mktemp("languages"), Recipe().encoder, Among()) as opened:
        yield opened


def test_there_are_24_abstracts_of_many_fields_in_five_languages() -> None:
    known = abstracts()
    assert len({each["name"] for each in known}) == len(known) == 24
    assert len({each["field"] for each in known}) >= 8
    assert {frozenset(each) for each in known} == {frozenset({"name", "field", *LANGUAGES})}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_abstract_is_three_to_five_sentences_in_its_language(language: str) -> None:
    texts = [each[language] for each in abstracts()]
    assert len(set(texts)) == len(texts)
    assert all(3 <= len(re.findall(r"[.?!](?= |$)", text)) <= 5 for text in texts)
    assert {spoken(text) for text in texts} == {language}


def spoken(text: str) -> str:
    """The language whose commonest words stand in a text most often."""
    words = re.findall(r"\w+", text.lower())
    return max(COMMON_WORDS, key=lambda language: sum(word in COMMON_WORDS[language].split() for word in words))


def test_asked_for_in_english_everybody_comes_first(corpus: Corpus) -> None:
    assert set(found(corpus, "en").ranks) == {1}


def test_the_table_has_a_line_for_every_language(corpus: Corpus) -> None:
    lines = table(corpus).splitlines()
    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == list(LANGUAGES.values())
    assert lines[2] == "| English | 1.00 | 1.00 | 1.00 | " + lines[2].split(" | ")[4] + " | 100% |"
