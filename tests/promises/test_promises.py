"""What the ranking promises stands in the TOML files of this folder; here it is asked whether it keeps its word."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.promises.promised import SEEKER_COUNTRY, Promise, promises, write_table

from matchmaker.asking import Stopwatch, asked
from matchmaker.domain.matches import MatchRequest
from matchmaker.domain.policies import Aim, Equity, Policy
from matchmaker.matching.corpus import Corpus
from matchmaker.sources.ingest import IngestOptions, ingest
from matchmaker.verdicts.everything import nothing_loaded
from matchmaker_api import connect
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe

PROMISES = promises()
BY_SCORE = Policy(equity=Equity(Aim(target="none")))


@pytest.fixture(scope="module")
def promised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """An index of everybody in the promises and of an invented world around them."""
    folder = tmp_path_factory.mktemp("promises")
    data = folder / "data"
    ingest("demo", [], data, options=IngestOptions(seed=7, people=300))
    ingest("csv", [write_table(folder / "people.csv", PROMISES)], data)
    generations.publish(data, build(data, Recipe()).digest)
    with connect(data) as matchmaker:
        yield matchmaker.corpus


def scores(corpus: Corpus, promise: Promise) -> tuple[float, float]:
    """The scores of better and worse, before anybody is moved for equity."""
    seeker = f"{promise.id}/seeker" if promise.seeker else None
    home = None if seeker else SEEKER_COUNTRY
    request = MatchRequest(text=promise.sought, researcher=seeker, home=home, policy=BY_SCORE)
    question = asked(corpus, request, nothing_loaded(corpus), Stopwatch(time.perf_counter))
    everybody = question.nearest(int(question.admission.admitted.sum()))
    score = {candidate.person: candidate.score for candidate in everybody}
    better, worse = (score[corpus.person_number(f"{promise.id}/{role}")] for role in ("better", "worse"))
    return better, worse


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.id)
def test_a_promise_is_kept(promised: Corpus, promise: Promise) -> None:
    better, worse = scores(promised, promise)
    unknown, _ = promised.unknown_words(promise.sought or "")
    told = f"{promise.says} better {better}, worse {worse}; words in fewer than two texts: {', '.join(unknown) or '-'}"
    if promise.holds:
        assert better > worse, told
    else:
        assert better <= worse, f"this holds by now: take out holds = false and because. {told}"


def test_promises_are_many_and_no_two_say_the_same() -> None:
    assert len({promise.says for promise in PROMISES}) == len(PROMISES) >= 25


def a_file(folder: Path, text: str) -> Path:
    """A folder with one file of promises."""
    (folder / "new.toml").write_text("[[promise]]\n" + text, encoding="utf-8")
    return folder


ENOUGH = 'says = "A"\nbetter = { wrote = ["a"] }\nworse = { wrote = ["b"] }\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ENOUGH, "new-1 needs either sought .* or seeker"),
        (ENOUGH + 'sought = "a"\nseeker = { wrote = ["c"] }', "and not both"),
        (ENOUGH + 'sought = "a"\nholds = false', "says why under because"),
        (ENOUGH + 'sought = "a"\nbecause = "of old"', "says why under because"),
        (ENOUGH + 'sought = "a"\nhold = false', "new-1: unknown hold; known are because, better"),
        ('says = "A"\nsought = "a"\nworse = { wrote = ["b"] }', "new-1 lacks better"),
        (ENOUGH.replace('wrote = ["a"]', "wrote = []") + 'sought = "a"', "new-1, better wrote nothing"),
        (ENOUGH.replace('["a"]', '["a"], year = 2020') + 'sought = "a"', "new-1, better: unknown year"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        promises(a_file(tmp_path, text))
