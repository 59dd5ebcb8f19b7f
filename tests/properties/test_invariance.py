"""Promises about what changes no score: where somebody works and publishes, what they are called, how often cited.

Each promise is asked of whole indexes: the invented world comes in as a file twice, as it is and changed, and every
score of everybody against everybody, and against needs in words, is compared before anybody is moved for equity.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.properties.exported import Row, world_rows, write_openalex, write_table, write_works

from matchmaker.asking import Question, Stopwatch, asked
from matchmaker.domain.matches import MatchRequest
from matchmaker.domain.policies import Aim, Equity, Policy
from matchmaker.errors import InputError
from matchmaker.matching.corpus import Corpus
from matchmaker.places.resolve import border_key
from matchmaker.sources.ingest import IngestReport, ingest
from matchmaker.verdicts.everything import nothing_loaded
from matchmaker_api import connect
from matchmaker_api.policies import policy_from
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe

Scores = dict[tuple[str, str], float]  # (who or what is asked for, candidate) → score before the equity step

TOLERATED = 0.01
NEEDS = ("insecticide resistance and malaria treatment", "perovskite solar cells", "dietary isotopes in archaeology")
BY_SCORE = Policy(equity=Equity(Aim(target="none")))
WORLD = world_rows()
MARKS: Mapping[str, Any] = {"h_index": 87, "cited_by_count": 12_345, "Impact Factor": 64.8, "citations": 9_876}
SPELT_PLAINLY = {"h_index", "cited_by_count", "impact_factor", "citations"}


def scores(source: str, path: Path, name: Callable[[Row], str] = lambda person: str(person["id"])) -> Scores:
    """Every score that an index of this file gives; `name` is what a person is called in the answer."""
    data = path.parent / f"data-{path.stem}"
    take_in(source, path, data)
    generations.publish(data, build(data, Recipe()).digest)
    with connect(data) as matchmaker:
        corpus = matchmaker.corpus
        named = [name(person) for person in corpus.tables.people.to_pylist()]
        asking = np.flatnonzero((corpus.home == "country") & corpus.can_be_compared).tolist()
        requests = {named[who]: MatchRequest(researcher=corpus.researcher(who).id, policy=BY_SCORE) for who in asking}
        requests |= {need: MatchRequest(text=need, policy=BY_SCORE) for need in NEEDS}
        return {
            (who, named[candidate.person]): candidate.score
            for who, request in requests.items()
            for candidate in everybody(_question(corpus, request))
        }


def take_in(source: str, path: Path, data: Path) -> IngestReport:
    """Ingest one file."""
    return ingest(source, [path], data)


def _question(corpus: Corpus, request: MatchRequest) -> Question:
    return asked(corpus, request, nothing_loaded(corpus), Stopwatch(time.perf_counter))


def everybody(question: Question) -> Iterable[Any]:
    """All who are admitted, scored."""
    return question.nearest(int(question.admission.admitted.sum()))


def changed(change: Callable[[Row], Row], change_author: Callable[[Row], Row] = lambda author: author) -> list[Row]:
    """The world with every work and every name on a by-line changed."""
    return [change({**row, "authors": [change_author(author) for author in row["authors"]]}) for row in WORLD]


def neutral(names: Iterable[str | None], word: str) -> dict[str | None, str | None]:
    """A neutral name for each: "Organisation 1", "Organisation 2"; nothing stays nothing."""
    known = sorted({name for name in names if name})
    return {None: None} | {name: f"{word} {number}" for number, name in enumerate(known, start=1)}


ORGANISATIONS = neutral((author["institution"] for row in WORLD for author in row["authors"]), "Organisation")
CODES = sorted({code for row in WORLD for author in row["authors"] for code in author["countries"]})
# Another country for each, so that whoever was abroad for somebody still is. A territory and its sovereign are not
# abroad for each other, and stay where they are.
_BOUND = {end for code in CODES if border_key(code) != code for end in (code, border_key(code))}
_FREE = [code for code in CODES if code not in _BOUND]
ELSEWHERE = dict(zip(_FREE, _FREE[1:] + _FREE[:1], strict=True)) | {code: code for code in _BOUND}


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory: pytest.TempPathFactory) -> Scores:
    """The scores of the world as it is."""
    return scores("works", write_works(tmp_path_factory.mktemp("plain") / "works.parquet", WORLD))


def test_what_people_write_does_move_scores_and_is_noticed_here(as_it_is: Scores, tmp_path: Path) -> None:
    swapped = [
        {**row, "title": other["title"], "abstract": other["abstract"]}
        for row, other in zip(WORLD, WORLD[1:] + WORLD[:1], strict=True)
    ]
    found = scores("works", write_works(tmp_path / "works.parquet", swapped))
    assert min(len(as_it_is), len(found)) > 30_000 and len(_FREE) > 50
    assert max(abs(score - found[pair]) for pair, score in as_it_is.items() if pair in found) > 50 * TOLERATED


@pytest.mark.parametrize("how", ["under neutral names", "taken out"])
def test_where_somebody_works_lives_and_publishes_moves_no_score(as_it_is: Scores, tmp_path: Path, how: str) -> None:
    is_named = how == "under neutral names"
    masked = changed(
        lambda row: {**row, "venue": "A venue" if is_named else None},
        lambda author: {
            **author,
            "institution": ORGANISATIONS[author["institution"]] if is_named else None,
            "city": "A city" if is_named else None,
            "countries": [ELSEWHERE[code] for code in author["countries"]],
        },
    )
    found = scores("works", write_works(tmp_path / "works.parquet", masked))
    assert as_it_is.keys() == found.keys()
    assert most_moved(as_it_is, found) <= TOLERATED


def most_moved(before: Scores, after: Scores) -> float:
    """The largest change of a score, over the pairs that were there before."""
    return max(abs(score - after[pair]) for pair, score in before.items())


def test_what_people_are_called_changes_no_score_at_all(as_it_is: Scores, tmp_path: Path) -> None:
    called = other_names(author["author_id"] for row in WORLD for author in row["authors"])
    renamed = changed(dict, lambda author: {**author, "name": called[author["author_id"]]})
    assert scores("works", write_works(tmp_path / "works.parquet", renamed)) == as_it_is


def other_names(known: Iterable[str]) -> dict[str, str]:
    """A random name for each, no two the same."""
    dice = random.Random(7)
    taken = sorted(set(known))
    numbers = dice.sample(range(26**4), len(taken))
    letters = ["".join(chr(ord("a") + number // 26**place % 26) for place in range(4)) for number in numbers]
    return {name: f"{each[:2].title()} {each[2:].title()}" for name, each in zip(taken, letters, strict=True)}


def test_people_without_an_id_have_the_same_scores_under_other_names_and_posts(tmp_path: Path) -> None:
    # Their ids are made from name, organisation and country, so that all of them stand in other rows. Whoever moved
    # would be two people in such a table; here everybody stays at their first place.
    ids = other_names(author["author_id"] for row in WORLD for author in row["authors"])
    first = {author["author_id"]: author for row in reversed(WORLD) for author in row["authors"]}
    plain = changed(dict, lambda author: {**first[author["author_id"]], "name": f"Person {author['author_id'][-5:]}"})
    renamed = changed(
        dict,
        lambda author: {
            **author,
            "name": ids[author["author_id"]],
            "institution": ORGANISATIONS[first[author["author_id"]]["institution"]],
            "countries": [ELSEWHERE[code] for code in first[author["author_id"]]["countries"]],
        },
    )
    called_before = {name: f"Person {author[-5:]}" for author, name in ids.items()}
    before = scores("csv", write_table(tmp_path / "plain.csv", plain), lambda person: str(person["name"]))
    after = scores("csv", write_table(tmp_path / "renamed.csv", renamed), lambda person: called_before[person["name"]])
    assert before.keys() == after.keys()
    assert most_moved(before, after) <= TOLERATED


WRITERS: Mapping[str, Callable[[Path, list[Row]], Path]] = {
    "works.parquet": write_works,
    "openalex.jsonl": write_openalex,
    "csv.csv": lambda path, rows: write_table(path, rows, tuple(MARKS)),
}


@pytest.mark.parametrize("file", WRITERS)
def test_marks_of_prestige_leave_no_trace_and_the_answer_says_they_were_ignored(tmp_path: Path, file: str) -> None:
    source = file.partition(".")[0]
    plain = WRITERS[file](tmp_path / f"plain-{file}", changed(lambda row: {**row, "venue": None}))
    decorated = WRITERS[file](tmp_path / f"decorated-{file}", changed(lambda row: {**row, "venue": None, **MARKS}))
    before, after = take_in(source, plain, tmp_path / "plain"), take_in(source, decorated, tmp_path / "decorated")
    # A snapshot is named by its content, and an index is made of a snapshot and nothing else.
    assert after.works == len(WORLD) and after.snapshot == before.snapshot
    told = {note: n for note, n in after.repaired.items() if note not in before.repaired}
    assert told == {f"prestige_ignored: {mark}": len(WORLD) for mark in SPELT_PLAINLY}
    assert not any(note.startswith("prestige") for note in before.repaired)


def test_marks_of_prestige_change_no_score(as_it_is: Scores, tmp_path: Path) -> None:
    decorated = changed(lambda row: {**row, **MARKS}, lambda author: {**author, "h_index": 99})
    assert scores("works", write_works(tmp_path / "works.parquet", decorated)) == as_it_is


def test_a_policy_that_weighs_the_h_index_is_refused_with_what_may_be_weighed(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("[weights]\nwords = 0.5\nh_index = 0.5\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"policy\.toml: unknown keys in weights: h_index") as refused:
        policy_from(path)
    assert "words" in refused.value.hint and "h_index" not in refused.value.hint
