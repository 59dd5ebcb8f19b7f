"""A folder is read as it says, and nothing of it goes missing unsaid."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.evaluation.surveyed import (
    Content,
    Paper,
    Rows,
    run,
    world,
    write,
)

from matchmaker.errors import NothingToMatchError
from matchmaker.evaluation.gold import SYSTEMS, weights_of
from matchmaker.evaluation.survey import PAPERS, RATINGS, REASONS, survey_of


def test_the_result_counts_what_it_rests_on_and_is_json(folder: Path) -> None:
    result = run(folder)
    content = world()
    assert (result.participants, result.ratings) == (4, len(content.ratings))
    # Ratings 4, 5 and twice 1, 1.5: of 15 pairs the two of equal ratings say nothing; eight are easy and one is hard.
    assert (result.pairs, result.easy_pairs, result.hard_pairs) == (4 * 13, 4 * 8, 4)
    assert result.left_out == dict.fromkeys(REASONS, 0)
    told = json.loads(json.dumps(result.as_dict()))
    assert told["systems"][0] == {
        "name": "matchmaker", "loss": result.systems[0].loss, "low": None, "high": None,
        "easy": result.systems[0].easy, "hard": result.systems[0].hard,
    }  # fmt: skip
    assert "recency" in told["note"]
    assert (told["weights"], told["seed"]) == (weights_of(SYSTEMS["matchmaker"]), 3)


def test_the_seed_draws_the_intervals_and_nothing_else(tmp_path: Path) -> None:
    rng, content = random.Random(2), world()
    ids, people = [each[0] for each in content.papers], [f"person {number}" for number in range(40)]
    profiles = [(person, written, "") for person in people for written in rng.sample(ids, 3)]
    ratings = [(person, rated, str(rng.randint(1, 5))) for person in people for rated in rng.sample(ids, 6)]
    folder = write(tmp_path / "gold", Content(content.papers, profiles, ratings))
    first, again, other = (run(folder, seed) for seed in (1, 1, 2))
    assert first == again
    for one_draw, another in zip(first.systems, other.systems, strict=True):
        assert one_draw.low is not None and one_draw.high is not None
        assert one_draw.low < one_draw.loss < one_draw.high
        assert one_draw.loss == another.loss
        assert (one_draw.low, one_draw.high) != (another.low, another.high)


def test_the_order_of_rows_changes_nothing(tmp_path: Path, folder: Path) -> None:
    rng, content = random.Random(5), world()
    papers, profiles, ratings = content.papers, content.profiles, content.ratings
    shuffled = Content(
        rng.sample(papers, len(papers)), rng.sample(profiles, len(profiles)), rng.sample(ratings, len(ratings))
    )
    assert run(write(tmp_path / "shuffled", shuffled)) == run(folder)


def test_na_is_a_name_like_any_other(tmp_path: Path) -> None:
    content = world()

    def named(rows: Iterable[tuple[str, ...]]) -> Rows:
        return [(who, {"malaria-12": "NA", "poetry-4": "null"}.get(what, what), *rest) for who, what, *rest in rows]

    papers = [({"malaria-12": "NA", "poetry-4": "null"}.get(each[0], each[0]), *each[1:]) for each in content.papers]
    survey = survey_of(write(tmp_path / "na", Content(papers, named(content.profiles), named(content.ratings))))
    assert survey.left_out == dict.fromkeys(REASONS, 0)
    (found,) = (each for each in survey.participants if each.id == "NA")
    ids = sorted(each[0] for each in papers)
    assert ids.index("null") in found.profile
    assert ids.index("NA") in found.rated
    assert len(found.profile) == 8


def test_an_empty_year_an_extra_column_a_byte_order_mark_and_spaces_do_no_harm(tmp_path: Path, folder: Path) -> None:
    content = world()
    other = write(tmp_path / "other", replace(content, papers=[(*each[:3], None) for each in content.papers]))
    lines = [f" {who} ,x, {what},{said}" for who, what, said in content.ratings]
    text = "\r\n".join(["participant_id,remark,paper_id , expertise", "", *lines, ""])
    (other / RATINGS).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert run(other) == run(folder)


def test_ids_may_be_whole_numbers_and_columns_dictionaries(tmp_path: Path) -> None:
    content = world()
    number = {each[0]: str(row) for row, each in enumerate(content.papers)}
    renamed = Content(
        [(number[each[0]], *each[1:]) for each in content.papers],
        [(who, number[what], *rest) for who, what, *rest in content.profiles],
        [(who, number[what], *rest) for who, what, *rest in content.ratings],
    )
    text = write(tmp_path / "text", renamed)
    expected = run(text)
    table = pq.read_table(text / PAPERS)
    numbers = table.set_column(0, "paper_id", table["paper_id"].cast(pa.int64()))
    pq.write_table(numbers.set_column(1, "title", table["title"].dictionary_encode()), text / PAPERS)
    assert run(text) == expected


def test_what_is_left_out_is_counted_by_reason(tmp_path: Path, folder: Path) -> None:
    content = world()
    mute: list[Paper] = [("mute", None, " ", 2020)]
    more = Content(
        [*content.papers, *mute, content.papers[0], content.papers[0]],
        [
            *content.profiles,
            content.profiles[3],
            ("m", "nowhere", ""), ("m", "mute", ""), ("stranger", "nowhere", ""),
            ("single", "poetry-1", ""),
        ],
        [
            *content.ratings,
            content.ratings[0], (*content.ratings[1][:2], content.ratings[1][2] + ".0"),
            ("m", "elsewhere", "3"), ("nobody", "elsewhere", "3"),
            ("m", "mute", "3"),
            ("nobody", "malaria-1", "3"), ("stranger", "malaria-1", "2"), ("stranger", "malaria-2", "1"),
            ("single", "poetry-1", "5"),
        ],
    )  # fmt: skip
    result, plain = run(write(tmp_path / "more", more)), run(folder)
    assert result.left_out == {
        "repeated_papers": 2, "repeated_profile_rows": 1, "repeated_ratings": 2,
        "profile_rows_of_unknown_papers": 2, "profile_rows_of_papers_without_text": 1,
        "ratings_of_unknown_papers": 2, "ratings_of_papers_without_text": 1, "ratings_without_profile": 3,
        "ratings_of_the_only_profile_paper": 1,
    }  # fmt: skip
    rows = len(more.ratings)
    assert result.ratings == rows - sum(n for reason, n in result.left_out.items() if "ratings" in reason)
    # What was left out left nothing behind but its word in the lexicon's count of papers.
    same = ("participants", "ratings", "pairs", "easy_pairs", "hard_pairs", "known_cases")
    assert [getattr(result, name) for name in same] == [getattr(plain, name) for name in same]


def test_a_paper_without_a_title_is_read_by_its_abstract(tmp_path: Path) -> None:
    content = world()
    papers = [(each[0], None if each[0] == "poetry-3" else each[1], *each[2:]) for each in content.papers]
    survey = survey_of(write(tmp_path / "gold", replace(content, papers=papers)))
    (abstract,) = (each[2] for each in papers if each[0] == "poetry-3")
    assert abstract in survey.texts
    assert survey.left_out == dict.fromkeys(REASONS, 0)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda content: replace(content, ratings=[]), "ratings.csv has no rows"),
        (lambda content: replace(content, profiles=[]), "ratings_without_profile 24"),
        (lambda content: replace(content, papers=content.papers[:12]), "ratings_of_unknown_papers 24"),
        (lambda content: replace(content, ratings=content.ratings[:1]), "two papers differently"),
        (lambda content: replace(content, ratings=[(*row[:2], "3") for row in content.ratings]), "differently"),
    ],
)
def test_a_folder_that_says_nothing_is_not_measured(
    tmp_path: Path, change: Callable[[Content], Content], told: str
) -> None:
    with pytest.raises(NothingToMatchError, match=told) as caught:
        run(write(tmp_path / "gold", change(world())))
    assert caught.value.hint
