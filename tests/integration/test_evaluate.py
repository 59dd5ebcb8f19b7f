"""`matchmaker evaluate` from files to figures: on the invented world, on a small one of four topics, on projects."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.commands import Command, runner
from tests.unit.evaluation import test_gold as gold_folder
from tests.unit.evaluation.topical import CUTOFF, PEOPLE, UNTIL, a_work, pairs_after, works, write

from matchmaker.evaluation import ours
from matchmaker.evaluation.baselines import SENTENCE_ENCODER
from matchmaker.evaluation.splits import eligible
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.encoding import SentenceTransformerEncoder
from matchmaker.sources.snapshot import Snapshot
from matchmaker_api import evaluating
from matchmaker_api.cut_off import Asked, World, world_of

TWO_TOPICS = (0, 1, 2, 3, 6, 7, 8, 9)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `matchmaker evaluate …` in this process, with a data folder of its own."""
    monkeypatch.setenv("MATCHMAKER_DATA", str(tmp_path / "data"))
    return runner(monkeypatch, capsys, "evaluate")


@pytest.fixture(scope="session")
def demo_works(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The works of the invented world as a Parquet file."""
    snapshot = Snapshot.open(demo_data)
    names = dict(zip(*(snapshot.researchers([c])[c].to_pylist() for c in ("researcher_id", "name")), strict=True))
    by_line: dict[str, list[dict[str, Any]]] = {}
    for row in snapshot.authorships().to_pylist():
        author = {"author_id": row["researcher_id"], "name": names[row["researcher_id"]], "countries": row["countries"]}
        by_line.setdefault(row["work_id"], []).append(author)
    rows = snapshot.works(["work_id", "title", "abstract", "year"]).to_pylist()
    path = tmp_path_factory.mktemp("works") / "demo.parquet"
    pq.write_table(pa.Table.from_pylist([{**row, "authors": by_line[row["work_id"]]} for row in rows]), path)
    return path


@pytest.fixture(scope="session")
def four_topics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world of four topics as a Parquet file of works."""
    return write(tmp_path_factory.mktemp("topics") / "topics.parquet", works())


# ---- people ----------------------------------------------------------------------------------------------------


def test_new_partners_of_the_invented_world(command: Command, demo_works: Path, tmp_path: Path) -> None:
    page = tmp_path / "benchmark.md"
    ended = command("xborder", demo_works, "--cutoff", 2021, "--until", 2024, "--out", page)
    assert ended.code == 0
    found = ended.json
    assert (found["task"], found["cutoff"], found["until"]) == ("A: new partners abroad", "2021-12-31", "2024-12-31")
    assert found["meta"]["command"] == (
        "matchmaker evaluate xborder demo.parquet --cutoff 2021 --until 2024 --fewest 3 --queries 0 --seed 7"
    )
    assert found["meta"]["ingested"]["kept"] > 1_000
    assert sum(found["meta"]["weights"].values()) == pytest.approx(1)
    assert found["meta"]["provenance"]
    assert {"processor", "cores"} == set(found["meta"]["machine"])
    (row,) = found["rows"]
    assert row["name"] == "matchmaker"
    # By chance, a hundred of some hundred candidates would hold the right one in their share.
    assert row["measures"]["all"]["recall@10"][0] > 3 * 10 / found["candidates"]
    assert (found["differences"], found["left_out"]) == ({}, {})
    assert "# A: new partners abroad" in page.read_text()
    assert str(page) in ended.err


@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_every_format_has_one_row_per_ranking(command: Command, four_topics: Path, form: str) -> None:
    ended = command("xborder", four_topics, "--cutoff", CUTOFF, "--encoder", "tfidf-svd", "--format", form)
    assert ended.code == 0
    if form == "table":
        assert "matchmaker"[:6] in ended.out
        return
    read = [json.loads(line) for line in ended.out.splitlines()] if form == "jsonl" else None
    (row,) = read or list(csv.DictReader(io.StringIO(ended.out)))
    assert row["ranking"] == "matchmaker"
    assert float(row["R@10"]) > 0.9


def test_with_baselines_everything_is_compared_and_sentences_are_encoded_once(
    command: Command, four_topics: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "benchmark.json"
    given = ("--cutoff", CUTOFF, "--baselines")
    found = command("xborder", four_topics, *given, "--encoder", SENTENCE_ENCODER, "--out", out).json
    names = [row["name"] for row in found["rows"]]
    assert names == [
        "matchmaker", "random", "popularity", "common neighbours", "Adamic-Adar", "ALS", "BPR", "BM25", "TF-IDF", "LSA",
        "MiniLM mean-pool", "MiniLM top-3", "RRF (TF-IDF, MiniLM)", "convex (TF-IDF, MiniLM)",
        "convex (TF-IDF, Adamic-Adar)",
    ]  # fmt: skip
    assert set(found["differences"]["discovery channel"]["ndcg@10"]) == set(names[1:])
    assert json.loads(out.read_text()) == found
    assert found["meta"]["encoder"] == SENTENCE_ENCODER
    # Nothing but embeddings is kept in the data folder; the texts that people ask with are those of the index.
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"embeddings"}
    kept = len(list((tmp_path / "data").rglob("*.npz")))
    monkeypatch.setattr(SentenceTransformerEncoder, "encode", _refusing_works)
    again = command("xborder", four_topics, *given, "--encoder", SENTENCE_ENCODER).json
    assert len(list((tmp_path / "data").rglob("*.npz"))) == kept
    same = [[row["measures"] for row in each["rows"]] for each in (found, again)]
    assert same[0] == same[1]


def _refusing_works(encoder: SentenceTransformerEncoder, texts: Sequence[str]) -> FloatArray:
    """The probes of an index are asked again whenever it is opened; no work is."""
    known = {f"{work['title']}. {work['abstract']}" for work in works()}
    assert not known & set(texts), "a text was encoded twice"
    return _encode(encoder, texts)


_encode = SentenceTransformerEncoder.encode


def test_without_the_sentence_encoder_its_lines_are_left_out_and_named(
    command: Command, four_topics: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluating, "model_folder", lambda name: None)
    ended = command("calls", four_topics, "--cutoff", CUTOFF, "--baselines", "--encoder", "tfidf-svd")
    left_out = ended.json["left_out"]
    assert list(left_out) == [
        "MiniLM mean-pool", "MiniLM top-3", "RRF (BM25 top-3, MiniLM top-3)", "convex (BM25 top-3, MiniLM top-3)",
    ]  # fmt: skip
    assert all(SENTENCE_ENCODER in reason for reason in left_out.values())
    assert all(f"left out: {name}" in ended.err for name in left_out)
    assert [row["name"] for row in ended.json["rows"]] == [
        "matchmaker", "random", "popularity", "BM25", "BM25 top-3", "TF-IDF", "TF-IDF top-3", "LSA",
    ]  # fmt: skip
    assert ended.json["meta"]["sentence_encoder"] is None


# ---- texts and projects ----------------------------------------------------------------------------------------


def test_later_texts_of_the_invented_world_are_drawn(command: Command, demo_works: Path) -> None:
    found = command("calls", demo_works, "--cutoff", 2022, "--queries", 40).json
    assert found["task"] == "B: who wrote a later text"
    assert found["queries"] == 40
    assert found["counts"]["not_drawn"] > 0
    assert list(found["rows"][0]["measures"]) == ["all"]
    assert found["rows"][0]["measures"]["all"]["recall@10"][0] > 10 / found["candidates"]


def test_projects_find_the_organisations_that_take_part(command: Command, tmp_path: Path) -> None:
    """Organisations of two topics; later projects of one topic are joined by organisations of that topic."""
    projects, partners = [], []
    for number, work in enumerate(
        [a_work(2015 + turn, number, [who]) for number, who in enumerate(TWO_TOPICS) for turn in range(4)]
    ):
        who = TWO_TOPICS[number // 4]
        projects.append(_project(f"before-{number}", work, work["year"]))
        partners.append(_partner(f"before-{number}", who, "coordinator"))
    many = [_partner("later-0", who, "participant") for who in (*TWO_TOPICS[:4], *range(100, 110))]
    late = [
        _partner("later-1", 6, "coordinator"), _partner("later-1", 7, "participant"),
        _partner("later-1", 0, "associatedPartner"),
    ]  # fmt: skip
    projects += [_project(f"later-{turn}", a_work(2020, turn, [first]), 2020) for turn, first in enumerate((0, 6))]
    files = (tmp_path / "projects.parquet", tmp_path / "participants.parquet")
    for path, rows in zip(files, (projects, [*partners, *many, *late]), strict=True):
        pq.write_table(pa.Table.from_pylist(rows), path)
    ended = command("calls", *files, "--cutoff", 2019, "--encoder", "tfidf-svd")
    found = ended.json
    assert (ended.code, found["task"]) == (0, "B: who takes part in a later project")
    assert (found["queries"], found["candidates"], found["answers"]) == (2, len(TWO_TOPICS), 6)
    assert found["counts"] == {"too_many_authors": 0, "no_abstract": 0, "no_known_author": 0, "not_drawn": 0}
    assert found["meta"]["most_authors"] is None
    assert found["meta"]["ingested"]["participants_in_other_roles"] == 1
    assert found["meta"]["ingested"]["projects"] == 34
    # Four candidates are of a topic: of four right ones all, of two right ones at best the first two.
    assert found["rows"][0]["measures"]["all"]["mrr"][0] >= 0.5
    refused = command("xborder", *files, "--cutoff", 2019)
    assert (refused.code, "evaluate calls" in refused.err) == (2, True)


def _project(id_: str, work: dict[str, Any], year: int) -> dict[str, Any]:
    return {
        "project_id": id_, "title": work["title"], "objective": work["abstract"], "signature_year": year,
        "start_date": None,
    }  # fmt: skip


def _partner(project: str, who: int, role: str) -> dict[str, Any]:
    country = ("EL", "UK", "KE", "DE")[who % 4]
    return {"project_id": project, "org_id": f"o{who}", "legal_name": f"Org {who}", "role": role, "country": country}


# ---- gold ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoder", [[], ["--encoder", "tfidf-svd"]])
def test_the_gold_standard_is_judged(command: Command, tmp_path: Path, encoder: list[str]) -> None:
    folder = gold_folder.write(tmp_path / "gold", gold_folder.world())
    ended = command("gold", folder, *encoder)
    assert ended.code == 0
    assert [system["name"] for system in ended.json["systems"]] == ["matchmaker", "words only", "meaning only"]
    assert ended.json["systems"][0]["loss"] < 0.1
    assert ended.json["meta"]["command"].startswith("matchmaker evaluate gold gold")
    rows = list(csv.DictReader(io.StringIO(command("gold", folder, *encoder, "--format", "csv").out)))
    assert [row["ranking"] for row in rows] == ["matchmaker", "words only", "meaning only"]
    assert command("gold", tmp_path / "nowhere").code == 8


# ---- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["--cutoff", CUTOFF, "--until", CUTOFF], 2, "not after the cut-off"),
        (["--cutoff", 2011], 2, "no work is of 2011 or before: the works are of 2012 to 2019"),
        (["--cutoff", 2019], 2, "no work is after 2019 and up to 2019: the works are of 2012 to 2019"),
        (["--cutoff", 2016, "--until", 2018], 2, "up to 2018: the works are of 2012 to 2019"),
        (["--cutoff", CUTOFF, "--out", "page.html"], 2, "page.html"),
        (["--cutoff", CUTOFF, "--out", "no/such/folder/page.md"], 2, "no folder"),
        (["--cutoff", CUTOFF, "--fewest", 99, "--encoder", "tfidf-svd"], 3, "nobody of 0 candidates"),
        (["--cutoff", CUTOFF, "--encoder", "no/such/folder/of-one"], 2, "no/such/folder"),
        (["--cutoff", CUTOFF, "--fusion", "zscore"], 2, "allowed are scale, ranks"),
    ],
)
def test_what_cannot_be_asked_is_said(
    command: Command, four_topics: Path, given: list[object], code: int, said: str
) -> None:  # fmt: skip
    ended = command("xborder", four_topics, *given)
    assert (ended.code, ended.out) == (code, "")
    assert said in " ".join(ended.err.split())


def test_nothing_is_left_behind(
    command: Command, four_topics: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    assert command("xborder", four_topics, "--cutoff", CUTOFF, "--encoder", "tfidf-svd").code == 0
    assert command("xborder", four_topics, "--cutoff", 2011).code == 2
    assert list(aside.iterdir()) == []
    assert not (tmp_path / "data").exists()


# ---- no look ahead ---------------------------------------------------------------------------------------------


def test_another_future_changes_no_score(tmp_path: Path) -> None:
    """Later works by others, on other topics, with a newcomer who moves every row by one: all scores stay."""
    known = [work for work in works() if work["year"] <= CUTOFF]
    futures = (
        [a_work(CUTOFF + 1, number, pair) for number, pair in enumerate(pairs_after())],
        [a_work(CUTOFF + 1 + number % 2, number, (PEOPLE - 1 - number, number)) for number in range(PEOPLE // 2)],
    )
    futures[1][0]["authors"].append({**futures[1][0]["authors"][0], "author_id": "a-newcomer"})
    seen = [_scores(tmp_path / str(number), [*known, *future]) for number, future in enumerate(futures)]
    assert seen[0][0] == seen[1][0]
    assert np.array_equal(seen[0][1], seen[1][1])


def test_the_seed_is_that_of_the_index_too(tmp_path: Path) -> None:
    cases = [_world(tmp_path / str(n), works(), seed).corpus.learnt.cases["text"] for n, seed in enumerate((1, 1, 2))]
    assert np.array_equal(cases[0], cases[1])
    assert not np.array_equal(cases[0], cases[2])


def _world(folder: Path, some: list[dict[str, Any]], seed: int = 7) -> World:
    (folder / "aside").mkdir(parents=True)
    given = (write(folder / "works.parquet", some),)
    asked = Asked("xborder", given, CUTOFF, until=UNTIL, encoder="tfidf-svd", seed=seed)
    return world_of(asked, folder / "data", folder / "aside", lambda what, done, total: None)


def _scores(folder: Path, some: list[dict[str, Any]]) -> tuple[list[str], FloatArray]:
    """Ids of all candidates, and the score of each for each."""
    world = _world(folder, some)
    candidates = eligible(world.corpus, world.has_abstract, 3)
    everybody: Any = type("Everybody", (), {"corpus": world.corpus, "queries": candidates, "candidates": candidates})
    rows = np.arange(len(candidates), dtype=np.int32)
    ids = [world.corpus.tables.people["id"][int(person)].as_py() for person in candidates]
    return ids, np.asarray(ours.by_person(everybody, world.corpus.learnt.weights["person"])(rows))
