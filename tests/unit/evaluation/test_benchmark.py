"""One benchmark from end to end on the topical world, and what is told of it: rows, JSON and a page."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.unit.evaluation.small_worlds import AllPapers, Paper, corpus_of, later_of
from tests.unit.evaluation.topical import PEOPLE, pairs_after

from matchmaker.evaluation import ours
from matchmaker.evaluation.benchmark import OURS, SLICES, Benchmark, Row, as_dict, benchmark
from matchmaker.evaluation.later import later_works, texts_of, with_abstract
from matchmaker.evaluation.material import Material
from matchmaker.evaluation.network import at_random, popularity
from matchmaker.evaluation.ranks import MEASURES, Scorer
from matchmaker.evaluation.rows import rows, told_rows
from matchmaker.evaluation.splits import Split, new_partners
from matchmaker.evaluation.spread import Spread
from matchmaker.evaluation.table import Circumstances, document, markdown
from matchmaker.matching.corpus import Corpus
from matchmaker.sources.snapshot import Snapshot
from matchmaker_api.cut_off import World
from matchmaker_index.tables import tables_of

HOW = Circumstances(
    command="matchmaker evaluate xborder works.parquet --cutoff 2018", date="2026-01-02T03:04:05Z", encoder="tfidf-svd",
    sentence_encoder=None, weights={"words": 0.75, "meaning": 0.25}, provenance="by hand", processor="a processor",
    cores=2, seconds=1.5, fewest=3, most_authors=10, ingested={"read": 5, "kept": 3, "skipped": {"no_year": 2}},
    profiles={"texts": 63, "people": 24}, left_out={"MiniLM top-3": "not installed"},
)  # fmt: skip


def made(split: Split, **scorers: Callable[[], Scorer]) -> Benchmark:
    return benchmark("A: a task", split, scorers, "2020-12-31", 7)


def by_answers(split: Split) -> Scorer:
    """Whoever is right first, and all of them above everybody else."""

    def scores(asked: np.ndarray[Any, np.dtype[np.int32]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        table = np.zeros((len(split.queries), len(split.candidates)))
        table[split.truth.query, split.truth.candidate] = split.truth.gain
        return table[asked]

    return scores


@pytest.fixture(scope="session")
def found(topical: World, people: Material) -> Benchmark:
    return benchmark(
        "A: new partners abroad", people.split,
        {
            OURS: lambda: ours.by_person(people.split, topical.corpus.learnt.weights["person"]),
            "random": lambda: at_random(people),
            "popularity": lambda: popularity(people),
        },
        "2020-12-31", 7,
    )  # fmt: skip


def test_the_task_is_told_in_numbers(found: Benchmark) -> None:
    assert (found.cutoff, found.until, found.queries, found.candidates) == ("2018-12-31", "2020-12-31", PEOPLE, PEOPLE)
    assert found.answers == 2 * len(pairs_after())
    # Of a ring of six, who is two places on shares a co-author and who is three on does not; glaciers share none.
    assert found.discovery_answers == 3 * 3 * 2 + 2 * 12
    assert [row.name for row in found.rows] == [OURS, "random", "popularity"]


def test_ours_knows_topics_and_chance_does_not(found: Benchmark) -> None:
    mine, chance, _ = (row.measures["all"]["recall@10"][0] for row in found.rows)
    assert mine > 0.9
    assert chance < 0.6
    difference = found.differences["all"]["ndcg@10"]["random"]
    assert difference.low > 0
    assert difference.p_holm < 0.01
    assert set(found.differences) == set(SLICES)


def test_only_publications_behind_the_answers_of_a_slice_are_drawn(found: Benchmark) -> None:
    drawn = {part: found.differences[part]["recall@100"]["random"].publications for part in SLICES}
    assert drawn == {"all": 39, "discovery": 21, "discovery channel": 21, "bridged": 18}


def test_the_best_order_is_best_by_every_measure(people: Material) -> None:
    best = made(people.split, best=lambda: by_answers(people.split)).rows[0]
    for measure in ("recall@10", "ndcg@10", "ndcg@50", "mrr"):
        assert best.measures["all"][measure][:2] == (1, 1)
    assert best.measures["discovery channel"]["ndcg@10"][0] == 1
    assert made(people.split, best=lambda: by_answers(people.split)).differences == {}


def test_the_channel_only_forgets_who_could_be_introduced(found: Benchmark) -> None:
    for row in found.rows:
        assert row.measures["discovery channel"]["recall@10"][0] >= row.measures["discovery"]["recall@10"][0]


def test_a_slice_without_answers_has_no_figures_and_spoils_no_other() -> None:
    homes = [Paper(2014, ((who, code),)) for who, code in enumerate(("DE", "KE") * 4)]
    met = [Paper(2016, ((one, "DE"), (one + 1, "KE"))) for one in (0, 2, 4, 6)]
    corpus, has_abstract = corpus_of([*homes, *met])
    split = new_partners(corpus, later_of([*homes, *met], corpus), has_abstract, 1)
    n = len(split.candidates)
    told = made(split, one=lambda: by_answers(split), two=lambda: lambda asked: np.zeros((len(asked), n)))
    assert (told.answers, told.discovery_answers) == (8, 8)
    assert math.isnan(told.rows[0].measures["bridged"]["recall@10"][0])
    assert math.isnan(told.differences["bridged"]["recall@100"]["two"].p_holm)
    # Four publications have no interval.
    assert math.isnan(told.differences["all"]["ndcg@10"]["two"].low)
    plain = as_dict(told)
    assert plain["rows"][0]["measures"]["bridged"]["recall@10"] == [None, None, None]
    assert plain["differences"]["bridged"]["recall@100"]["two"]["p_holm"] is None
    json.dumps(plain, allow_nan=False)
    assert "–" in markdown(told, HOW)
    assert "[too few publications]" in markdown(told, HOW)
    assert told_rows(told)[0]["R@100 discovery"] == "1.000"


def test_groups_are_means_over_the_queries_or_answers_in_them(people: Material) -> None:
    split = people.split
    row = made(split, best=lambda: by_answers(split)).rows[0]
    asking = row.groups["income group asking"]
    assert sum(n for _, n in asking.values()) == len(split.queries)
    assert {mean for mean, _ in asking.values()} == {1.0}
    assert row.worst("income group asking") is None  # no group of 30 queries


def test_the_worst_group_is_the_lowest_of_those_with_enough_queries() -> None:
    spread = Spread(10, 1.0, 0.0, 0.0, {})
    groups = {"by": {"A": (0.2, 29), "B": (0.3, 30), "C": (0.6, 300)}}
    measures = {"all": {"recall@50": (0.5, 0.4, 0.6)}}
    row = Row("ours", measures, groups, spread, 0.0)
    assert row.worst("by") == ("B", pytest.approx(0.6))
    nobody = replace(row, measures={"all": {"recall@50": (0.0, 0.0, 0.0)}})
    found_nobody = nobody.worst("by")
    assert found_nobody is not None
    assert math.isnan(found_nobody[1])


def test_texts_know_no_introductions(topical: World, texts: Material) -> None:
    told = made(
        texts.split,
        ours=lambda: ours.by_text(texts.split, topical.later, topical.corpus.learnt.weights["text"]),
        random=lambda: at_random(texts),
    )
    assert list(told.rows[0].measures) == list(told.differences) == ["all"]
    assert told.discovery_answers == 0
    assert told.rows[0].measures["all"]["recall@10"][0] > told.rows[1].measures["all"]["recall@10"][0]
    assert "R@100 discovery" not in rows(told)[0]
    assert "worst income group found, share of mean R@50" in rows(told)[0]
    assert "discovery" not in markdown(told, HOW)


# ---- rows, JSON and the page ---------------------------------------------------------------------------------


def test_rows_are_numbers_with_the_names_of_their_measures(found: Benchmark) -> None:
    told = rows(found)
    assert list(told[0]) == [
        "ranking", "R@10", "R@50", "R@100", "nDCG@10", "MRR", "R@100 discovery", "nDCG@10 discovery",
        "R@100 discovery channel", "worst income group asking, share of mean R@50", "difference", "low", "high",
        "p_holm",
    ]  # fmt: skip
    assert told[0]["difference"] is None
    assert told[1]["difference"] == round(found.differences["all"]["recall@100"]["random"].value, 4)
    people_read = told_rows(found)
    assert people_read[0]["p (Holm)"] == "–"
    assert re.fullmatch(r"[+-]\d\.\d{3} \[[+-]\d\.\d{3}, [+-]\d\.\d{3}\]", people_read[1]["ours − this, R@100 [95 %]"])


def test_json_holds_everything_and_no_nan(found: Benchmark) -> None:
    told = document(found, HOW)
    json.dumps(told, allow_nan=False)
    assert set(told) == {
        "meta", "task", "cutoff", "until", "queries", "candidates", "answers", "discovery_answers", "counts", "rows",
        "differences", "seed", "left_out",
    }  # fmt: skip
    assert told["meta"]["machine"] == {"processor": "a processor", "cores": 2}
    assert (told["meta"]["weights"], told["meta"]["provenance"]) == ({"words": 0.75, "meaning": 0.25}, "by hand")
    assert told["left_out"] == {"MiniLM top-3": "not installed"}
    assert set(told["rows"][0]["measures"]["all"]) == set(MEASURES)


def test_the_page_says_what_was_asked_left_out_found_and_made(found: Benchmark) -> None:
    page = markdown(found, HOW)
    for expected in (
        "# A: new partners abroad", "up to 2018-12-31", "up to 2020-12-31", "| queries | 24 |",
        "| records not read: no_year | 2 |", "- MiniLM top-3: not installed", "## How good the rankings are",
        "| matchmaker | ", "### All right answers", "| random | ", "recall@50 of matchmaker by group",
        "| income group asking | H |",
        "recall@50 of every ranking, by who is found:", "| thinness ",
        "coverage", "Gini", "mean ln(works)", "attention to H",
        "`matchmaker evaluate xborder works.parquet --cutoff 2018`", "2026-01-02T03:04:05Z", "a processor, 2 cores",
        "| seed | 7 |", "words 0.750, meaning 0.250; by hand", "| seconds in all | 1.5 |",
    ):  # fmt: skip
        assert expected in page, expected
    assert "nan" not in page
    assert "None" not in page
    assert page.endswith("|\n")


def test_every_table_of_the_page_has_as_many_cells_as_its_head(found: Benchmark) -> None:
    for table in re.findall(r"(?:^\|.*\n?)+", markdown(found, HOW), re.MULTILINE):
        assert len({line.count("|") for line in table.strip().splitlines()}) == 1


def test_without_baselines_nothing_is_compared(people: Material) -> None:
    alone = made(people.split, ours=lambda: at_random(people))
    assert "difference" not in rows(alone)[0]
    assert "Ours against" not in markdown(alone, replace(HOW, left_out={}))


# ---- what is read of a snapshot ------------------------------------------------------------------------------


def test_texts_are_read_as_an_index_reads_them(demo_data: Any, corpus: Corpus) -> None:
    """Titles with and without abstracts, and statements of interests, in the order of the index."""
    snapshot = Snapshot.open(demo_data)
    assert texts_of(snapshot, corpus) == tables_of(snapshot, corpus.as_of)[1]
    has_abstract = with_abstract(snapshot, corpus)
    assert not has_abstract[corpus.is_interest].any()
    known = dict(zip(*(snapshot.works([name])[name].to_pylist() for name in ("work_id", "abstract")), strict=True))
    ids = corpus.tables.texts["id"].to_pylist()
    assert has_abstract.tolist() == [bool(known.get(each)) for each in ids]


def test_later_works_are_those_after_the_date_up_to_the_end() -> None:
    some = [Paper(year, ((0, "DE"), (1, "KE"), (2, ""))[: 1 + year % 3], year % 2 == 0) for year in range(2013, 2021)]
    corpus, _ = corpus_of(some)
    later = later_of(some, corpus, 2018)
    assert later.ids == ("w003", "w004", "w005")  # 2016, 2017, 2018
    assert [later.people.of(row).tolist() for row in range(3)] == [[0], [0, 1], [0, 1, 2]]
    assert later.n_authors.tolist() == [1, 2, 3]
    assert later.has_abstract.tolist() == [True, False, True]
    assert later.texts == ("Title of w003. Abstract of w003", "Title of w004", "Title of w005. Abstract of w005")
    everything: Any = AllPapers(some)
    assert later_works(everything, corpus, date(2015, 12, 31)).ids == ()
