"""A gold standard is scored by the product's own rule, written out once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.evaluation.surveyed import (
    Content,
    run,
    scores_of,
    small_encoder,
    world,
    write,
)

from matchmaker.evaluation.gold import SYSTEMS, gold_standard, scored, weights_of
from matchmaker.evaluation.survey import survey_of
from matchmaker.matching.encoding import Encoder
from matchmaker.matching.learnt import FEWEST_CASES, SHIPPED
from matchmaker.matching.lexicon import Lexicon


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
