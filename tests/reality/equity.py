"""Who is seen in real lists, and what an equity target costs: `python -m tests.reality.equity DATA PAIRS [QUERIES]`.

DATA is a data folder whose index ends before the years of PAIRS, a Parquet table of people who first wrote together
later (`author_a, author_b, year, cross_border_prior`). Seekers are drawn from those who then found a partner abroad
whom the index knows; each is asked about once, and the same pool is re-ranked under every policy. Printed are, with
95 % intervals over seekers: attention by income group against the pool, nDCG against the list by score, and the part of
the real later partners among the first 50.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from matchmaker.asking import Question, Stopwatch, asked
from matchmaker.domain.matches import MatchRequest
from matchmaker.domain.policies import Aim, Equity
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.pool import Candidate
from matchmaker.matching.profiles import THIN_TEXTS
from matchmaker.measures.browsing import attention_weights
from matchmaker.measures.intervals import mean_intervals
from matchmaker.recommend import chosen
from matchmaker.verdicts.everything import nothing_loaded
from matchmaker_api import connect

GROUPS = ("H", "UM", "LM", "L", "unknown")
PLACES = 50
SEED = 7
POLICIES: Mapping[str, Equity] = {
    "by score alone": Equity(Aim(target="none")),
    "pool, none for H and unknown (default)": Equity(),
    "pool, floors for all": Equity(Aim(no_floor_for=())),
    "half pool, half equal shares": Equity(Aim(target="uniform", pool_part=Fraction(1, 2)), ndcg_floor=0.0),
    "equal shares": Equity(Aim(target="uniform"), ndcg_floor=0.0),
    "equal shares, nDCG kept at 0.95": Equity(Aim(target="uniform")),
}


@dataclass(frozen=True)
class Seen:
    """One list under one policy: shares of attention by group, nDCG, recall of real partners, all in [0, 1]; `thin` are
    the shares of the relevant pool and of attention of people with few texts (profiles.THIN_TEXTS or fewer)."""

    attention: NDArray[np.float64]
    pool: NDArray[np.float64]
    ndcg: float
    recall: float
    held: float
    thin: tuple[float, float]


def main(arguments: Sequence[str]) -> int:
    """Ask and print. Exits with 2 for other arguments."""
    if len(arguments) not in (2, 3):
        print("usage: python -m tests.reality.equity DATA PAIRS [QUERIES]", file=sys.stderr)
        return 2
    queries = int(arguments[2]) if len(arguments) == 3 else 2000
    begun = time.perf_counter()
    with connect(arguments[0]) as matchmaker:
        corpus = matchmaker.corpus
        truth = partners(corpus, Path(arguments[1]))
        rng = np.random.default_rng(SEED)
        seekers = rng.choice(sorted(truth), min(queries, len(truth)), replace=False).tolist()
        found = {name: [] for name in POLICIES}  # type: dict[str, list[Seen]]
        for seeker in seekers:
            question, pool = pooled(corpus, seeker)
            for name, equity in POLICIES.items():
                found[name].append(seen(question, pool, equity, truth[seeker]))
    told = f"{len(seekers)} of {len(truth)} seekers with a later partner abroad, {PLACES} places"
    print(f"{told}, index to {corpus.as_of}, {time.perf_counter() - begun:.0f} s")
    report(found)
    return 0


def partners(corpus: Corpus, path: Path) -> dict[int, set[int]]:
    """Seeker → people abroad they first wrote with after the date of the index; both known to it, with texts."""
    table = pq.read_table(path, columns=["author_a", "author_b", "year", "cross_border_prior"])
    table = table.filter(pc.and_(pc.greater(table["year"], corpus.as_of.year), table["cross_border_prior"]))
    number = {name: row for row, name in enumerate(corpus.tables.people["id"].to_pylist())}
    may = (corpus.home == "country") & corpus.can_be_compared
    found: dict[int, set[int]] = {}
    for one, other in zip(table["author_a"].to_pylist(), table["author_b"].to_pylist(), strict=True):
        a, b = number.get(one, -1), number.get(other, -1)
        if a >= 0 and b >= 0 and may[a] and may[b]:
            found.setdefault(a, set()).add(b)
            found.setdefault(b, set()).add(a)
    return found


def pooled(corpus: Corpus, seeker: int) -> tuple[Question, list[Candidate]]:
    """The question of one seeker and everybody fetched for it."""
    request = MatchRequest(researcher=corpus.researcher(seeker).id, k=PLACES)
    question = asked(corpus, request, nothing_loaded(corpus), Stopwatch(time.perf_counter))
    return question, question.nearest(PLACES)


def seen(question: Question, pool: Sequence[Candidate], equity: Equity, real: set[int]) -> Seen:
    """The list of one policy on a pool."""
    request = replace(question.request, policy=replace(question.request.policy, equity=equity))
    step = chosen(replace(question, request=request), pool)
    shown = [step.groups[place] for place in step.order]
    weights = attention_weights(len(shown))
    attention = np.array([weights[[group == each for group in shown]].sum() for each in GROUPS]) / weights.sum()
    relevant = sum(step.pool[0].values())
    share = np.array([step.pool[0].get(group, 0) / relevant for group in GROUPS])
    hits = len(real & {pool[place].person for place in step.order})
    few = question.corpus.n_texts[[candidate.person for candidate in pool]] <= THIN_TEXTS
    thin = float(few[: step.relevant].mean()), float(weights[few[list(step.order)]].sum() / weights.sum())
    return Seen(attention, share, step.ndcg, hits / len(real), step.held, thin)


def report(found: Mapping[str, Sequence[Seen]]) -> None:
    """Print one table of attention, one of price."""
    first = next(iter(found.values()))
    pool = np.array([each.pool for each in first]).mean(axis=0)
    print(f"\n{'share of attention':<40}" + "".join(f"{group:>24}" for group in GROUPS))
    print(f"{'(share of the relevant pool)':<40}" + "".join(f"{share:>24.4f}" for share in pool))
    for name, lists in found.items():
        rng = np.random.default_rng(SEED)
        cells = mean_intervals(np.array([each.attention for each in lists]), rng)
        print(f"{name:<40}" + "".join(f"{_interval(cell):>24}" for cell in cells))
    print(f"\n{'people with few texts':<40}{'of the relevant pool':>24}{'of attention':>24}")
    for name, lists in found.items():
        cells = mean_intervals(np.array([each.thin for each in lists]), np.random.default_rng(SEED))
        print(f"{name:<40}" + "".join(f"{_interval(cell):>24}" for cell in cells))
    print(f"\n{'':<40}{'nDCG':>24}{'lowest':>8}{'R@50':>24}{'R@50 against by score':>28}{'held':>7}")
    before = np.array([[each.recall] for each in first])
    for name, lists in found.items():
        rng = np.random.default_rng(SEED)
        table = np.array([[each.ndcg, each.recall] for each in lists])
        ndcg, recall = mean_intervals(table, rng)
        change = mean_intervals(table[:, 1:] - before, rng)[0]
        held = np.mean([each.held for each in lists])
        print(f"{name:<40}{_interval(ndcg):>24}{table[:, 0].min():>8.3f}{_interval(recall):>24}{_interval(change):>28}"
              f"{held:>7.2f}")  # fmt: skip


def _interval(cell: object) -> str:
    value, low, high = (getattr(cell, name) for name in ("value", "low", "high"))
    return f"{value:.4f} [{low:.4f}, {high:.4f}]" if low is not None else f"{value:.4f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
