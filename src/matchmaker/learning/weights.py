"""Weights of person → person from past collaborations, kept only where everybody ranked by them says that they help."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from matchmaker.evaluation import ours
from matchmaker.evaluation.comparing import Difference, differences
from matchmaker.evaluation.ranks import MEASURES, measured, ranked
from matchmaker.evaluation.splits import PeopleSplit, only
from matchmaker.learning.questions import Asked
from matchmaker.matching.arrays import BoolArray, IntArray
from matchmaker.matching.learnt import SHIPPED

# So many questions are fitted on, and at least so many others are ranked to see whether the weights help.
FITTED_ON: Final = 2_000
FEWEST_JUDGED: Final = 500
# Of everybody who could have been suggested, so many are drawn for each question to tell the right ones from.
OTHERS: Final = 500
MEASURE: Final = "ndcg@50"
# Never learnt: past collaborations formed through acquaintance, and would give it most of the weight; and among people
# who had published much already, so that they would give few texts none.
_DECIDED: Final = ("acquaintance", "thinness")

Weights = Mapping[str, float]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Gate:
    """Fitted weights minus shipped ones in nDCG@50, over questions they were not fitted on: of discoveries in a list of
    such people alone and in the one list, and of everybody in the one list."""

    channel: Difference
    discovery: Difference
    everybody: Difference

    @property
    def passed(self) -> bool:
        """Discoveries are found better beyond chance in their own list, not worse beyond chance in the one list, and
        the one list is no worse."""
        return self.channel.low > 0 and self.discovery.high >= 0 and self.everybody.value >= 0

    def __str__(self) -> str:
        def told(each: Difference) -> str:
            return f"{each.value:+.4f} [{each.low:+.4f}, {each.high:+.4f}]"

        asked = f"everybody ranked for {self.everybody.queries} questions not fitted on"
        alone = f"{told(self.channel)} of discoveries in their own list, {told(self.discovery)} in the one list"
        return f"{MEASURE} against the shipped ones, {asked}: {alone}, {told(self.everybody)} of all"


def weights_learnt(
    split: PeopleSplit, asked: Sequence[Asked], order: Sequence[int], seed: int,
    progress: Progress = lambda done, total: None,
) -> tuple[Weights, str]:  # fmt: skip
    """Weights and where they come from. `asked` are the questions of a split in `order` (its rows), which is random.

    The first 2,000 are fitted on, the rest judge. The shipped weights stay where fewer than 500 would be left to judge,
    or where they do not pass.
    """
    shipped = SHIPPED["person"]
    if len(asked) < FITTED_ON + FEWEST_JUDGED:
        enough = f"{FITTED_ON} questions to learn from and {FEWEST_JUDGED} to judge by"
        return shipped, f"shipped with the program: fewer than {enough}"
    fitted = logistic(asked[:FITTED_ON], shipped)
    chosen = np.zeros(len(split.queries), dtype=np.bool_)
    chosen[np.array(order[FITTED_ON:])] = True
    gate = judged(only(split, chosen), shipped, fitted, seed, progress)
    if not gate.passed:
        return shipped, f"shipped with the program: logistic weights were not better ({gate})"
    return fitted, f"logistic regression on {FITTED_ON} questions ({gate})"


def logistic(asked: Sequence[Asked], shipped: Weights) -> dict[str, float]:
    """Logistic weights that tell who was right from others drawn at random; none below 0, and they add up to 1.

    A feature that speaks against somebody is left out. Fitted on people nobody could introduce. What is decided
    keeps its weight.
    """
    used = [each.values[(each.right | each.other) & ~each.introduced] for each in asked]
    right = np.concatenate([each.right[(each.right | each.other) & ~each.introduced] for each in asked])
    values, names = np.concatenate(used), list(shipped)
    kept = np.array([column for column, name in enumerate(names) if name not in _DECIDED])
    while True:
        found = LogisticRegression(C=10.0, max_iter=500).fit(values[:, kept], right).coef_[0]
        if (found > 0).all() or len(kept) == 1:
            break
        kept = kept[found > 0] if (found > 0).any() else kept[[int(found.argmax())]]
    decided = {name: shipped[name] for name in _DECIDED if name in shipped}
    share = np.maximum(found, 1e-6) / np.maximum(found, 1e-6).sum()
    weights = np.zeros(values.shape[1])
    left = 1 - sum(decided.values())
    weights[kept] = np.round(left * share, 4)
    weights[int(weights.argmax())] += left - weights.sum()
    told = {name: round(float(weight), 6) for name, weight in zip(names, weights, strict=True)}
    return {**told, **decided}


def judged(
    split: PeopleSplit, shipped: Weights, fitted: Weights, seed: int, progress: Progress = lambda done, total: None
) -> Gate:
    """Everybody ranked for every question of the split, by both."""
    n = len(split.queries)
    before = ranked(split, ours.by_person(split, shipped), progress=lambda done, _: progress(done, 2 * n))
    after = ranked(split, ours.by_person(split, fitted), progress=lambda done, _: progress(n + done, 2 * n))
    alone = ~before.introduced
    whole = np.ones_like(alone)
    return Gate(
        _gain(split, before.channel, after.channel, alone, seed),
        _gain(split, before.whole, after.whole, alone, seed),
        _gain(split, before.whole, after.whole, whole, seed),
    )


def _gain(split: PeopleSplit, before: IntArray, after: IntArray, chosen: BoolArray, seed: int) -> Difference:
    column = MEASURES.index(MEASURE)
    values = [measured(split, ranks, chosen)[:, column] for ranks in (after, before)]
    answered = replace(split, truth=split.truth.only(chosen))
    return differences(answered, values[0], {"shipped": values[1]}, np.random.default_rng(seed))["shipped"]
