"""Evaluations from files to a benchmark: an index as of the cut-off, aside from the one that is served, and the years
after it to say who was right."""

from __future__ import annotations

import json
import os
import platform
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from matchmaker.errors import InputError
from matchmaker.evaluation import ours
from matchmaker.evaluation.baselines import SENTENCE_ENCODER, needs_sentences, people_baselines, text_baselines
from matchmaker.evaluation.benchmark import OURS, Benchmark, benchmark
from matchmaker.evaluation.gold import gold_standard
from matchmaker.evaluation.material import Material
from matchmaker.evaluation.ranks import Scorer
from matchmaker.evaluation.splits import Split, authors_of_texts, drawn, new_partners
from matchmaker.evaluation.table import Circumstances, document, markdown
from matchmaker.files import write_bytes
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.encoders import CORPUS_FITTED, STATIC, TUNED, model_folder
from matchmaker.matching.encoding import Encoder, SentenceTransformerEncoder, TfidfSvdEncoder
from matchmaker.matching.learnt import BY_RANK, Direction
from matchmaker.matching.lexicon import Lexicon
from matchmaker.matching.static import TRAINED_UNTIL, StaticEncoder
from matchmaker_api.cut_off import Asked, Progress, World, now, world_of
from matchmaker_index.embeddings import EmbeddingCache
from matchmaker_index.recipe import Recipe

_TITLES: Final = {
    "xborder": "A: new partners abroad",
    "calls": "B: who wrote a later text",
    "projects": "B: who takes part in a later project",
}


@dataclass(frozen=True)
class Evaluated:
    """A benchmark and how it came about."""

    found: Benchmark
    how: Circumstances

    def as_dict(self) -> dict[str, Any]:
        """JSON."""
        return document(self.found, self.how)


@dataclass(frozen=True, eq=False)
class _Sentences:
    """The sentence encoder of the baselines, with the rows it has made before."""

    encoder: Encoder
    cache: EmbeddingCache

    def rows(self, texts: Sequence[str]) -> FloatArray:
        return self.cache.encode(self.encoder, texts)

    def make(self, texts: Sequence[str], progress: Progress) -> None:
        """Encode what was never encoded before, all at once, so that rankings need not wait."""
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            progress(f"encode ({SENTENCE_ENCODER})", done, len(texts))

        self.cache.encode(self.encoder, texts, count)


def evaluated(asked: Asked, data: Path, progress: Progress = lambda what, done, total: None) -> Evaluated:
    """Ours, and the baselines if asked for, on new partners abroad ("xborder") or later texts ("calls").

    Of the data folder only the embeddings of sentence encoders are used, and new ones kept there; nothing else in it
    changes. Raises InputError for a cut-off without works before or after it, SourceError for files that cannot be
    read, NothingToMatchError where nobody was right.
    """
    begun = time.perf_counter()
    with TemporaryDirectory(prefix="matchmaker-evaluate-") as folder:
        world = world_of(asked, data, Path(folder), progress)
        split = _split(asked, world)
        sentences = _sentences(data) if asked.baselines else None
        scorers, left_out = _scorers(asked, world, split, sentences, progress)
        title = _TITLES["projects" if asked.task == "calls" and world.most_authors is None else asked.task]
        found = benchmark(title, split, scorers, world.until.isoformat(), asked.seed, progress)
    direction: Direction = "person" if asked.task == "xborder" else "text"
    how = Circumstances(
        command=_command(asked), date=now(), encoder=world.corpus.encoder.id,
        sentence_encoder=None if sentences is None else SENTENCE_ENCODER,
        weights=dict(world.corpus.learnt.weights[direction]), provenance=world.corpus.learnt.provenance[direction],
        **_machine(), seconds=round(time.perf_counter() - begun, 1), fewest=asked.fewest,
        most_authors=world.most_authors, ingested=world.ingested, profiles=world.profiles, left_out=left_out,
        notes=_notes(asked, world.corpus.encoder.id, sentences is not None),
    )  # fmt: skip
    return Evaluated(found, how)


def gold(folder: Path, encoder: str | None, seed: int) -> dict[str, Any]:
    """The reviewer gold standard of a folder (see evaluation.survey) with an encoder (None: as in any recipe): JSON.

    Raises like evaluation.gold.gold_standard, and InputError for an encoder that is not there.
    """
    begun = time.perf_counter()
    found = gold_standard(folder, partial(encoder_named, encoder or Recipe().encoder), seed)
    words = ["evaluate", "gold", folder.name, *(["--encoder", encoder] if encoder else []), "--seed", str(seed)]
    machine = _machine()
    meta = {
        "command": shlex.join(["matchmaker", *words]),
        "date": now(),
        "machine": machine,
        "seconds": round(time.perf_counter() - begun, 1),
    }
    return {"meta": meta, **found.as_dict()}


def encoder_named(name: str, lexicon: Lexicon, texts: Sequence[str]) -> Encoder:
    """The encoder that a recipe names so, for these texts. Raises InputError where it is not there."""
    if name == CORPUS_FITTED:
        return TfidfSvdEncoder.fit(lexicon, texts, dimension=Recipe().dimension)
    if name == STATIC:
        return StaticEncoder.shipped()
    return SentenceTransformerEncoder.load(name)


def check(out: Path) -> None:
    """Raise InputError where a benchmark cannot be written: to be asked before the work is done."""
    if out.suffix not in _WRITERS:
        raise InputError(f"a benchmark cannot be written to {out.name!r}", hint=f"end it in {', '.join(_WRITERS)}")
    if not out.parent.is_dir():
        raise InputError(f"there is no folder {out.parent} to write {out.name} in", hint="make it first")


def write(result: Evaluated, out: Path) -> None:
    """Write a benchmark in the form that the name of the file asks for, .json or .md.

    Raises InputError for another kind of file, NoSpaceError or SourceError where it cannot be written.
    """
    check(out)
    write_bytes(out, _WRITERS[out.suffix](result).encode())


_WRITERS: Final[Mapping[str, Callable[[Evaluated], str]]] = {
    ".json": lambda result: json.dumps(result.as_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n",
    ".md": lambda result: markdown(result.found, result.how),
}


# ---- rankings ------------------------------------------------------------------------------------------------


def _split(asked: Asked, world: World) -> Split:
    of_task: Callable[..., Split] = new_partners if asked.task == "xborder" else authors_of_texts
    whole = of_task(world.corpus, world.later, world.has_abstract, asked.fewest, world.most_authors)
    return drawn(whole, asked.queries, asked.seed)


def _scorers(
    asked: Asked, world: World, split: Split, sentences: _Sentences | None, progress: Progress
) -> tuple[dict[str, Callable[[], Scorer]], dict[str, str]]:
    """Every ranking by name, ours first, and why others are left out."""
    weights = world.corpus.learnt.weights
    scorers: dict[str, Callable[[], Scorer]] = {
        OURS: partial(ours.by_person, split, weights["person"])
        if asked.task == "xborder"
        else partial(ours.by_text, split, world.later, weights["text"])
    }
    if not asked.baselines:
        return scorers, {}
    encode = _no_sentences if sentences is None else sentences.rows
    later = None if asked.task == "xborder" else world.later
    material = Material(split, world.texts, world.has_abstract, asked.seed, encode, later)
    made = people_baselines(material) if later is None else text_baselines(material)
    left_out = {name: _NO_ENCODER for name in made if sentences is None and needs_sentences(name)}
    if sentences is not None:
        everyone = np.arange(len(split.queries), dtype=np.int32)
        sentences.make([*material.used_texts, *(material.asking(everyone) if material.by_text else [])], progress)
    return {**scorers, **{name: make for name, make in made.items() if name not in left_out}}, left_out


_NO_ENCODER: Final = f"the encoder {SENTENCE_ENCODER} is not installed here"


def _notes(asked: Asked, encoder: str, with_sentences: bool) -> tuple[str, ...]:
    """What a reader must know: where an encoder may have read works after the cut-off, its ranking looks better than it
    is; and ours is another one where ranks are added up."""
    said = []
    if encoder in (STATIC, TUNED) and asked.cutoff < TRAINED_UNTIL:
        said.append(f"{STATIC} was trained on works up to {TRAINED_UNTIL}, after the cut-off {asked.cutoff}")
    if asked.fusion == BY_RANK:
        said.append("words, meaning and focus of ours count by rank (reciprocal rank fusion)")
    if with_sentences:
        said.append(f"{SENTENCE_ENCODER} was trained on texts of any year, some after the cut-off perhaps")
    return tuple(said)


def _no_sentences(texts: Sequence[str]) -> FloatArray:
    raise AssertionError(_NO_ENCODER)


def _sentences(data: Path) -> _Sentences | None:
    if model_folder(SENTENCE_ENCODER) is None:
        return None
    encoder = SentenceTransformerEncoder.load(SENTENCE_ENCODER)
    return _Sentences(encoder, EmbeddingCache.open(data, encoder))


# ---- how it came about ---------------------------------------------------------------------------------------


def _command(asked: Asked) -> str:
    """What to type for the same again; files by their bare names, as folders differ from machine to machine."""
    options = {
        "--cutoff": asked.cutoff, "--until": asked.until, "--encoder": asked.encoder, "--fusion": asked.fusion,
        "--fewest": asked.fewest, "--queries": asked.queries, "--seed": asked.seed,
    }  # fmt: skip
    said = [word for name, value in options.items() if value is not None for word in (name, str(value))]
    files = [path.name for path in asked.paths]
    return shlex.join(
        ["matchmaker", "evaluate", asked.task, *files, *said, *(["--baselines"] if asked.baselines else [])]
    )


def _machine() -> dict[str, Any]:
    return {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count() or 1}
