"""An index that knows too few cases to tell how near is near still puts who is near first."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest

from matchmaker.matching.learnt import FEWEST_CASES
from matchmaker.sources.ingest import IngestOptions, ingest
from matchmaker_api import Matchmaker, connect
from matchmaker_index import generations
from matchmaker_index.building import build
from matchmaker_index.recipe import Recipe

SOUGHT = "Artemisinin resistance of malaria parasites in children"
PEOPLE = (
    ("seeker", "PT", 2026, "Artemisinin resistance in Plasmodium falciparum malaria",
     "We study malaria, artemisinin resistance in children and failure of treatment."),
    ("expert", "KE", 2016, "Artemisinin resistance of malaria parasites",
     "Plasmodium falciparum malaria resistance to artemisinin treatment in children."),
    ("banks", "CH", 2026, "Bond markets in children of crisis", "The regulation of bond markets and failure of banks."),
    ("cells", "IN", 2026, "Perovskite solar cells", "Stability and failure of perovskite films; treatment of them."),
    ("robots", "BR", 2026, "Robot learning", "Failure of robot policies in simulation and treatment of noise."),
    ("books", "FR", 2026, "Medieval manuscripts", "Children in medieval manuscripts and resistance of parchment."),
    ("potatoes", "DE", 2026, "Potato blight", "Potato varieties and resistance to blight."),
)  # fmt: skip


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matchmaker]:
    """Seven people with one text each; the one who works on what is sought last published ten years ago."""
    folder = tmp_path_factory.mktemp("few")
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("researcher_id", "name", "country", "year", "title", "abstract"))
        rows.writerows((who, who, country, year, title, abstract) for who, country, year, title, abstract in PEOPLE)
    ingest("csv", [folder / "people.csv"], folder / "data", options=IngestOptions())
    built = build(folder / "data", Recipe())
    generations.publish(folder / "data", built.digest)
    with connect(folder / "data") as matchmaker:
        yield matchmaker


@pytest.mark.parametrize("asked", [{"researcher": "seeker"}, {"text": SOUGHT, "home": "PT"}], ids=["person", "text"])
def test_an_old_work_on_what_is_sought_stands_before_new_ones_on_something_else(
    few: Matchmaker, asked: dict[str, str]
) -> None:
    assert all(len(cases) < FEWEST_CASES for cases in few.corpus.learnt.cases.values())
    found = list(few.match(**asked, k=6))
    shown = [result.researcher.id for result in found if result.researcher.id != "seeker"]
    assert shown[0] == "expert"
    others = max(result.score for result in found if result.researcher.id not in {"seeker", "expert"})
    assert next(result.score for result in found if result.researcher.id == "expert") > others + 0.05
    assert {result.band for result in found} == {"exploratory"}
