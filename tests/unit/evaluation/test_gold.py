"""The reviewer gold standard: the loss against a slow reading of its definition, scores against the product's own rule,
and nothing of a folder that goes missing unsaid."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError, MatchmakerError, NothingToMatchError, SourceError
from matchmaker.evaluation.gold import SYSTEMS, GoldResult, gold_standard, scored, weights_of
from matchmaker.evaluation.ordering import System, judged, ordered
from matchmaker.evaluation.survey import COLUMNS, PAPERS, PROFILES, RATINGS, REASONS, Survey, survey_of
from matchmaker.matching.encoding import Encoder, TfidfSvdEncoder
from matchmaker.matching.learnt import FEWEST_CASES, SHIPPED
from matchmaker.matching.lexicon import Lexicon

TOPICS = {
    "malaria": "malaria mosquitoes insecticides vector transmission parasite resistance larvae bednets villages",
    "perovskite": "perovskite solar cells halide efficiency photovoltaic stability layers tandem silicon",
    "poetry": "poetry manuscripts metre medieval verse scribes rhyme ballads archives philology",
}
RATED_PER_TOPIC = 2

Paper = tuple[str, str | None, str | None, int | None]
Rows = Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Content:
    """What is written into a folder."""

    papers: Sequence[Paper]
    profiles: Rows
    ratings: Rows


def paper(topic: str, number: int) -> Paper:
    """A paper of a topic's words, some of them, in an order of its own."""
    rng = random.Random(f"{topic} {number}")
    words = TOPICS[topic].split()
    title = " ".join(rng.sample(words, 3)).capitalize()
    abstract = " ".join(rng.choices(words, k=12)) + " observed across seasons."
    return (f"{topic}-{number}", title, abstract if number % 5 else None, 2010 + number)


def world() -> Content:
    """42 papers of three topics, four participants of eight papers each: three of one topic, "NA" of poetry as well."""
    papers = [paper(topic, number) for topic in TOPICS for number in range(14)]
    wrote = {"m": ("malaria", 0), "p": ("perovskite", 0), "v": ("poetry", 0), "NA": ("poetry", 4)}
    profiles = [
        (person, f"{topic}-{number}", "2015")
        for person, (topic, first) in wrote.items()
        for number in range(first, first + 8)
    ]
    ratings = [
        (person, f"{topic}-{12 + number}", ("5" if number else "4") if topic == own else ("1.5" if number else "1"))
        for person, (own, _) in wrote.items()
        for topic in TOPICS
        for number in range(RATED_PER_TOPIC)
    ]
    return Content(papers, profiles, ratings)


def write(folder: Path, content: Content) -> Path:
    folder.mkdir(exist_ok=True)
    columns = [list(column) for column in zip(*content.papers, strict=True)] or [[], [], [], []]
    kinds = (pa.string(), pa.string(), pa.string(), pa.int32())
    pq.write_table(
        pa.table({n: pa.array(c, k) for n, c, k in zip(COLUMNS[PAPERS], columns, kinds, strict=True)}), folder / PAPERS
    )
    for name, rows in ((PROFILES, content.profiles), (RATINGS, content.ratings)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS[name], *rows])
    return folder


def small_encoder(lexicon: Lexicon, texts: Sequence[str]) -> Encoder:
    return TfidfSvdEncoder.fit(lexicon, texts, dimension=6)


def run(folder: Path, seed: int = 3) -> GoldResult:
    return gold_standard(folder, small_encoder, seed)


def scores_of(survey: Survey, encoder: Encoder | None = None) -> dict[str, dict[tuple[str, int], float]]:
    """system → (participant, row of the paper) → score."""
    found = scored(survey, small_encoder if encoder is None else lambda *_: encoder)
    return {
        name: {
            (person.id, int(row)): float(score)
            for person, scores in zip(survey.participants, tables, strict=True)
            for row, score in zip(person.rated, scores, strict=True)
        }
        for name, tables in found.scores.items()
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "gold", world())


# ---- the loss ----------------------------------------------------------------------------------------------


def by_definition(people: Iterable[tuple[Sequence[int], Sequence[int]]]) -> dict[str, Fraction | None]:
    """Loss, easy and hard as the paper says them, pair by pair, in whole halves."""
    cost = weight = Fraction(0)
    right: dict[str, list[Fraction]] = {"easy": [], "hard": []}
    for said, score in people:
        for (said_one, score_one), (said_two, score_two) in combinations(zip(said, score, strict=True), 2):
            if said_one == said_two:
                continue
            better, worse = (score_one, score_two) if said_one > said_two else (score_two, score_one)
            held = Fraction(1) if better > worse else Fraction(1, 2) if better == worse else Fraction(0)
            gap = abs(said_one - said_two)
            cost, weight = cost + gap * (1 - held), weight + gap
            low, high = sorted((said_one, said_two))
            if low <= 2 and high >= 4:
                right["easy"].append(held)
            if low >= 4:
                right["hard"].append(held)
    shares = {name: sum(held, Fraction(0)) / len(held) if held else None for name, held in right.items()}
    return {"loss": cost / weight if weight else None, **shares}


def one(expertise: Sequence[Sequence[float]], predicted: Sequence[Sequence[float]], seed: int = 0) -> System:
    (system,) = judged(expertise, {"it": predicted}, np.random.default_rng(seed))
    return system


RATED = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4)), max_size=9)


@given(st.lists(RATED, min_size=1, max_size=6))
def test_the_loss_is_that_of_the_definition_pair_by_pair_ties_included(drawn: list[list[tuple[int, int]]]) -> None:
    people = [([said for said, _ in rows], [score for _, score in rows]) for rows in drawn]
    expected = by_definition(people)
    expertise, predicted = [said for said, _ in people], [score for _, score in people]
    if expected["loss"] is None:
        with pytest.raises(NothingToMatchError, match="two papers differently"):
            one(expertise, predicted)
        return
    found = one(expertise, predicted)
    assert {"loss": found.loss, "easy": found.easy, "hard": found.hard} == {
        name: None if share is None else pytest.approx(float(share)) for name, share in expected.items()
    }


def test_one_inverted_pair_costs_its_difference_and_no_more() -> None:
    # 5, 3, 1: differences 2 + 4 + 2; the pair 3, 1 stands the wrong way round.
    assert one([[5, 3, 1]], [[0.9, 0.1, 0.2]]).loss == 2 / 8
    # The pair 5, 1 too, and 5, 3 tied: 2 + 4 + 2 / 2.
    assert one([[5, 3, 1]], [[0.1, 0.1, 0.2]]).loss == 7 / 8


@given(st.lists(RATED, min_size=1, max_size=4))
def test_saying_nothing_is_a_half_the_ratings_themselves_nothing_and_their_inverse_all(
    drawn: list[list[tuple[int, int]]],
) -> None:
    said = [[float(rating) for rating, _ in rows] for rows in [*drawn, [(5, 0), (4, 0), (1, 0)]]]
    tied = one(said, [[0.3] * len(row) for row in said])
    assert (tied.loss, tied.easy, tied.hard) == (0.5, 0.5, 0.5)
    perfect = one(said, said)
    assert (perfect.loss, perfect.easy, perfect.hard) == (0, 1, 1)
    inverted = one(said, [[-rating for rating in row] for row in said])
    assert (inverted.loss, inverted.easy, inverted.hard) == (1, 0, 0)


def test_differences_too_small_to_multiply_are_still_an_order() -> None:
    assert one([[1 + 2**-52, 1.0]], [[1e-320, 0.0]]).loss == 0


@given(RATED, st.floats(0.1, 10), st.floats(-5, 5))
def test_only_the_order_of_scores_counts(rows: list[tuple[int, int]], stretch: float, shift: float) -> None:
    said, score = [rating for rating, _ in rows], [score for _, score in rows]
    assert ordered(said, [stretch * each + shift for each in score]) == ordered(said, score)


def test_nobodys_ratings_are_held_against_somebody_elses() -> None:
    # Each orders their own rightly, though the score is higher for one's 1 than for the other's 5.
    assert one([[5, 4], [2, 1]], [[0.2, 0.1], [0.9, 0.8]]).loss == 0


def test_there_is_no_accuracy_without_a_pair_and_nobody_is_counted_for_it() -> None:
    found, pairs = one([[3, 2, 1]], [[3, 2, 1]]), ordered([3, 2, 1], [3, 2, 1])
    assert (found.easy, found.hard, pairs.easy, pairs.hard, pairs.pairs) == (None, None, 0, 0, 3)
    # 4 and 2 are the edges, and belong to it.
    assert (ordered([4, 2], [1, 0]).easy, ordered([4, 5], [0, 1]).hard) == (1, 1)
    assert (ordered([4, 2.5], [1, 0]).easy, ordered([3.5, 5], [0, 1]).hard) == (0, 0)


@pytest.mark.parametrize(
    ("said", "score"),
    [([1.0, 2.0], [1.0]), ([1.0, np.nan], [1.0, 2.0]), ([1.0, 2.0], [np.inf, 1.0]), ([[1.0]], [[1.0]])],
)
def test_a_score_that_fails_is_refused_and_does_not_look_weak(said: Any, score: Any) -> None:
    with pytest.raises(InputError, match="finite"):
        ordered(said, score)


def test_the_interval_draws_people_and_is_given_from_thirty_on() -> None:
    rng = np.random.default_rng(8)
    said = [rng.integers(1, 6, size=8).astype(float).tolist() for _ in range(60)]
    score = [[rating + rng.normal(0, 2) for rating in row] for row in said]
    found = one(said, score)
    assert found.low is not None and found.high is not None
    assert found.low < found.loss < found.high
    # By hand: people drawn with their cost and weight, far more often.
    cost, weight = np.array([(o.cost, o.weight) for o in map(ordered, said, score)]).T
    drawn = rng.integers(0, 60, size=(20_000, 60))
    low, high = np.percentile(cost[drawn].sum(axis=1) / weight[drawn].sum(axis=1), [2.5, 97.5])
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.01)
    assert one(said, score) == found and one(said, score, seed=1) != found
    few = one(said[:29], score[:29])
    assert (few.low, few.high) == (None, None)


# ---- the scores --------------------------------------------------------------------------------------------


def slow_scores(content: Content, encoder: Encoder) -> dict[str, dict[tuple[str, int], float]]:
    """Everything again with plain lists: the best cosines without the paper itself, each next one at 0.65 of the one
    before, a missing one at 0.6 of the best, and the cosine with the rest of the profile, over the 0.99 quantile of
    one's own papers, cut to 0..1, weighed as shipped."""
    papers = sorted(content.papers)
    row = {each[0]: number for number, each in enumerate(papers)}
    texts = [f"{title}. {abstract}" if abstract else str(title) for _, title, abstract, _ in papers]
    tables = (Lexicon.fit(texts).weights(texts).toarray().astype(float), encoder.encode(texts).astype(float))
    profiles: dict[str, list[int]] = {}
    for person, written, _ in content.profiles:
        profiles.setdefault(person, []).append(row[written])

    def best(table: Any, asked: int, person: str) -> float:
        near = sorted((float(table[asked] @ table[own]) for own in profiles[person] if own != asked), reverse=True)[:12]
        near += [0.6 * near[0]] * (12 - len(near))
        return sum(0.65**place * each for place, each in enumerate(near)) / sum(0.65**place for place in range(12))

    def focus(table: Any, asked: int, person: str) -> float:
        whole = sum(table[own] for own in profiles[person] if own != asked)
        return float(table[asked] @ whole / np.linalg.norm(whole))

    words_of, meaning_of = tables
    parts = {
        "words": partial(best, words_of),
        "meaning": partial(best, meaning_of),
        "focus": partial(focus, meaning_of),
    }
    scales = {}
    for name, part in parts.items():
        own = [part(mine, person) for person, all_ in profiles.items() for mine in all_]
        scales[name] = np.quantile(own, 0.99) if len(own) >= 30 else 1.0
    shipped = {name: SHIPPED["text"][name] for name in parts}
    found: dict[str, dict[tuple[str, int], float]] = {name: {} for name in SYSTEMS}
    for person, rated, _ in content.ratings:
        asked = row[rated]
        value_of = {name: min(1.0, max(0.0, part(asked, person) / scales[name])) for name, part in parts.items()}
        whole = sum(shipped[name] * value for name, value in value_of.items()) / sum(shipped.values())
        values = {"matchmaker": whole, "words only": value_of["words"], "meaning only": value_of["meaning"]}
        for name, value in values.items():
            found[name][person, asked] = value
    return found


@pytest.mark.parametrize("papers_each", [8, 2])
def test_scores_are_those_of_a_text_against_people_without_recency(tmp_path: Path, papers_each: int) -> None:
    content = world()
    numbers: dict[str, int] = {}
    profiles = []
    for row in content.profiles:
        numbers[row[0]] = numbers.get(row[0], 0) + 1
        profiles += [row] if numbers[row[0]] <= papers_each else []
    # Papers that are in one's own profile may be rated too.
    ratings = [*content.ratings, ("m", "malaria-1", "5"), ("NA", "poetry-4", "5")]
    content = replace(content, profiles=profiles, ratings=ratings)
    survey = survey_of(write(tmp_path / "gold", content))
    encoder = small_encoder(Lexicon.fit(survey.texts), survey.texts)
    found, expected = scores_of(survey, encoder), slow_scores(content, encoder)
    assert "recency" not in weights_of(SYSTEMS["matchmaker"])
    for name in SYSTEMS:
        assert found[name] == pytest.approx(expected[name], abs=3e-6)
        assert all(0 <= score <= 1 for score in found[name].values())


def test_everybody_is_nearer_to_papers_of_their_own_topic(folder: Path) -> None:
    survey = survey_of(folder)
    for name, scores in scores_of(survey).items():
        for person in survey.participants:
            own = [scores[person.id, row] for row in person.rated[person.expertise >= 4].tolist()]
            other = [scores[person.id, row] for row in person.rated[person.expertise <= 2].tolist()]
            assert min(own) > max(other), (name, person.id)
    result = run(folder)
    assert [each.name for each in result.systems] == ["matchmaker", "words only", "meaning only"]
    assert all(each.easy == 1.0 and each.loss < 0.2 for each in result.systems)


def test_a_paper_is_never_compared_with_itself(tmp_path: Path) -> None:
    # Rating a paper of one's own gives what the profile without it gives.
    content = world()
    within = replace(content, ratings=[("m", "malaria-0", "5"), ("m", "poetry-12", "1")])
    without = replace(within, profiles=[row for row in content.profiles if row[:2] != ("m", "malaria-0")])
    surveys = [survey_of(write(tmp_path / name, each)) for name, each in (("in", within), ("out", without))]
    found = [scored(survey, small_encoder) for survey in surveys]
    raters = [[each.id for each in survey.participants].index("m") for survey in surveys]
    words = [each.scores["words only"][row] * each.nearest["words"] for each, row in zip(found, raters, strict=True)]
    # The paper of theirs comes first; for the other one, it is a text of the profile like any.
    assert words[0][0] == pytest.approx(words[1][0], abs=2e-6)
    assert 0 < words[0].max() < found[0].nearest["words"]


def test_what_counts_as_near_is_learnt_from_thirty_papers_on(tmp_path: Path) -> None:
    content = world()
    enough = run(write(tmp_path / "enough", content))
    assert enough.known_cases == len(content.profiles) >= FEWEST_CASES
    assert all(0 < nearest < 1 for nearest in enough.nearest.values())
    few = run(write(tmp_path / "few", replace(content, profiles=content.profiles[: FEWEST_CASES - 1])))
    assert few.known_cases == FEWEST_CASES - 1
    assert few.nearest == {"words": 1.0, "meaning": 1.0, "focus": 1.0}


def test_a_profile_of_one_paper_tells_nothing_of_what_counts_as_near(tmp_path: Path) -> None:
    content = world()
    lonely = replace(content, profiles=[*content.profiles, ("lonely", "poetry-0", "2015")])
    plain, more = run(write(tmp_path / "plain", content)), run(write(tmp_path / "more", lonely))
    assert (more.known_cases, more.nearest, more.systems) == (plain.known_cases, plain.nearest, plain.systems)


def test_the_encoder_is_made_from_all_texts_and_reads_only_what_somebody_wrote_or_rated(folder: Path) -> None:
    fitted: list[str] = []
    read: list[str] = []

    class Listening:
        id, digest, dimension = "listening", "", 3

        def encode(self, texts: Sequence[str]) -> Any:
            read.extend(texts)
            return np.tile(np.array([1, 0, 0], dtype=np.float32), (len(texts), 1))

    def listening(lexicon: Lexicon, texts: Sequence[str]) -> Encoder:
        assert lexicon.terms == Lexicon.fit(texts).terms
        fitted.extend(texts)
        return Listening()

    result = gold_standard(folder, listening, 1)
    assert result.encoder == "listening"
    papers = {f"{title}. {abstract}" if abstract else title: id_ for id_, title, abstract, _ in world().papers}
    assert sorted(fitted) == sorted(map(str, papers))
    used = {row[1] for row in (*world().profiles, *world().ratings)}
    assert {papers[text] for text in read} == used
    assert len(read) == len(used)
    # An encoder that finds everything alike orders nothing.
    (meaning,) = (each for each in result.systems if each.name == "meaning only")
    assert (meaning.loss, meaning.easy) == (0.5, 0.5)


# ---- the folder --------------------------------------------------------------------------------------------


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


# ---- what is refused ---------------------------------------------------------------------------------------

Spoil = Callable[[Path], object]


def _text(name: str, text: str | bytes) -> Spoil:
    return lambda folder: (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def _without(name: str) -> Spoil:
    return lambda folder: (folder / name).unlink()


def _appended(name: str, line: str) -> Spoil:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + f"{line}\r\n".encode())


def _renamed(name: str, column: str, to: str) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / name
        if name == PAPERS:
            table = pq.read_table(path)
            pq.write_table(table.rename_columns([to if each == column else each for each in table.column_names]), path)
        else:
            path.write_text(path.read_text(encoding="utf-8").replace(column, to, 1), encoding="utf-8")

    return spoil


def _column(column: str, values: Callable[[int], pa.Array]) -> Spoil:
    def spoil(folder: Path) -> None:
        table = pq.read_table(folder / PAPERS)
        changed = table.set_column(table.column_names.index(column), column, values(table.num_rows))
        pq.write_table(changed, folder / PAPERS)

    return spoil


def _title_twice(folder: Path) -> None:
    table = pq.read_table(folder / PAPERS)
    pq.write_table(table.append_column("title", table["title"]), folder / PAPERS)


def _row(**given: object) -> Spoil:
    def spoil(folder: Path) -> None:
        table = pq.read_table(folder / PAPERS)
        row = pa.Table.from_pylist([{**table.slice(0, 1).to_pylist()[0], **given}], schema=table.schema)
        pq.write_table(pa.concat_tables([table, row]), folder / PAPERS)

    return spoil


UNREADABLE: Mapping[str, tuple[Spoil, str]] = {
    **{f"no {name}": (_without(name), f"{name} is not there") for name in COLUMNS},
    **{
        f"{name} without {column}": (_renamed(name, column, "other"), f"{name} has no column {column}; it has")
        for name, columns in COLUMNS.items()
        for column in columns
    },
    "a column twice": (_renamed(RATINGS, "expertise", "expertise,paper_id"), "the column paper_id twice"),
    "a column of papers twice": (_title_twice, "the column title twice"),
    "tabs": (lambda f: (f / RATINGS).write_text("participant_id\tpaper_id\texpertise\n"), "has no column"),
    "an empty file": (_text(PROFILES, ""), "it has none"),
    "no Parquet": (_text(PAPERS, "paper_id,title\n"), "cannot be read as Parquet"),
    "half a Parquet": (lambda f: _text(PAPERS, (f / PAPERS).read_bytes()[:-40])(f), "cannot be read as Parquet"),
    "titles of numbers": (_column("title", lambda n: pa.array(np.arange(n))), "column title is int64"),
    "ids of fractions": (_column("paper_id", lambda n: pa.array(np.arange(n) / 2)), "column paper_id is double"),
    "a short row": (_appended(RATINGS, "m,malaria-1"), "line 26 has 2 cells, the header 3"),
    "a long row": (_appended(PROFILES, "m,malaria-1,2015,2016"), "line 34 has 4 cells, the header 3"),
    "an open quote": (_appended(RATINGS, 'm,"malaria-1,3'), "no well-formed CSV"),
    "no UTF-8": (_text(RATINGS, b"participant_id,paper_id,expertise\nJos\xe9,malaria-1,3\n"), "is not UTF-8"),
}  # fmt: skip

CONTRADICTORY: Mapping[str, tuple[Spoil, str]] = {
    **{
        f"expertise {said!r}": (_appended(RATINGS, f'm,malaria-9,"{said}"'), "line 26: expertise is ")
        for said in ("", "high", "4,5", "nan", "inf", "-Infinity", "1e999", "4_5", "NA")
    },
    "two ratings": (_appended(RATINGS, "m,malaria-12,2"), r"line 26: 'm' rated 'malaria-12' 2 here and 4 in line 2"),
    "two ratings of an unknown paper": (
        lambda f: [_appended(RATINGS, f"m,nowhere,{said}")(f) for said in (1, 2)],
        "line 27: 'm' rated 'nowhere' 2 here and 1 in line 26",
    ),
    "nobody rated": (_appended(RATINGS, " ,malaria-9,3"), "line 26 has no participant_id"),
    "nothing rated": (_appended(RATINGS, "m,,3"), "line 26 has no paper_id"),
    "nobody wrote": (_appended(PROFILES, ",malaria-9,2015"), "line 34 has no participant_id"),
    "nothing written": (_appended(PROFILES, "m,,2015"), "line 34 has no paper_id"),
    "a paper without id": (_row(paper_id=None), "row 43 has no paper_id"),
    "a paper of a blank id": (_row(paper_id=" "), "row 43 has no paper_id"),
    "two titles": (_row(title="Another title"), "row 43: paper 'malaria-0' stands there already"),
    "two abstracts": (_row(abstract="Another abstract"), "row 43: paper 'malaria-0' stands there already"),
}


def refused(folder: Path, spoil: Spoil, kind: type[MatchmakerError], told: str) -> None:
    spoil(folder)
    with pytest.raises(kind, match=told) as caught:
        run(folder)
    assert type(caught.value) is kind
    # Where, and what to do.
    assert str(folder) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_is_missing_damaged_or_lacks_a_column_is_refused(folder: Path, case: str) -> None:
    spoil, told = UNREADABLE[case]
    refused(folder, spoil, SourceError, told)


@pytest.mark.parametrize("case", CONTRADICTORY)
def test_rows_that_contradict_each_other_or_name_nothing_are_refused(folder: Path, case: str) -> None:
    spoil, told = CONTRADICTORY[case]
    refused(folder, spoil, InputError, told)


def test_no_folder_is_refused_and_told_what_a_folder_holds(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is no folder") as caught:
        run(tmp_path / "nowhere")
    assert all(f"{name} ({', '.join(columns)})" in caught.value.hint for name, columns in COLUMNS.items())


def test_papers_without_a_word_in_common_are_refused(tmp_path: Path) -> None:
    papers: list[Paper] = [("a", "Alpha", None, 1), ("b", "Beta", None, 1), ("c", "Gamma", None, 1)]
    content = Content(papers, [("x", "a", "")], [("x", "b", "1"), ("x", "c", "2")])
    with pytest.raises(InputError, match="vocabulary"):
        run(write(tmp_path / "gold", content))
