"""Tests of rankings: could chance alone have put so few of a group so high?

FA*IR, ranked group fairness for one protected group: Zehlike, Bonchi, Castillo, Hajian, Megahed & Baeza-Yates (2017),
doi:10.1145/3132847.3132938. Every prefix k must hold at least m(k) of the group, m(k) being the smallest m with
P(X ≤ m) ≥ α, X ~ Bin(k, p). One test per prefix makes the whole fail more often than α, so α is adjusted; the
probability of that is computed exactly, over all prefixes from the first to the last.

The binomial distribution thinks of a pool without end. For a pool of known size, the hypergeometric tail says how often
a blind draw without replacement would show so few (for rankings: Cartier van Dissel et al. 2025, arXiv:2506.14349).

Passing a test is no proof that a list treats a group well, and short lists can pass only because nothing is asked of
them: see `FairTable.needs_k`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, hypergeom

from matchmaker.errors import InputError

LONGEST = 2_000
# Two values of a distribution function that differ by less than this, relatively, are one value and rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class FairTable:
    """What FA*IR asks of a list of n = len(m) places, at p (share of the protected group) and alpha.

    `m[k - 1]` is asked of the first k places at `alpha`, and a list drawn at random with p fails that with probability
    `fail`. `m_adjusted` is the same at `alpha_adjusted` ≤ alpha, the largest whose `fail_adjusted` is at most alpha.
    Where several minima rise at that very alpha (at p = 1/2, P(X ≤ 0) of 4 and P(X ≤ 1) of 7 are both 1/16), they are
    raised one by one, later places first, as far as alpha allows: `m_adjusted` is then the table just above
    `alpha_adjusted` at some places, and the table at it at the others.
    `needs_k` is the first prefix at which anybody is asked for: the first k with (1 - p)^k < alpha.
    """

    p: float
    alpha: float
    m: tuple[int, ...]
    fail: float
    alpha_adjusted: float
    m_adjusted: tuple[int, ...]
    fail_adjusted: float
    needs_k: int

    @property
    def vacuous(self) -> bool:
        """Whether the table asks for nobody at any place, so that every list passes."""
        return len(self.m) < self.needs_k

    @property
    def warning(self) -> str:
        """A sentence for a vacuous table; "" for any other."""
        if not self.vacuous:
            return ""
        return (
            f"the test says nothing: with p = {self.p:g} and alpha = {self.alpha:g} it asks for nobody in {len(self.m)}"
            f" places, so every list passes; it needs {self.needs_k} places or more"
        )


@dataclass(frozen=True, slots=True)
class RankingCheck:
    """Whether a ranking passes; `failed_at` are the prefixes (from 1) that hold too few, `missing` how many each.

    `vacuous` is whether any ranking would have passed.
    """

    passed: bool
    failed_at: tuple[int, ...]
    missing: tuple[int, ...]
    vacuous: bool


@dataclass(frozen=True, slots=True)
class DrawTails:
    """P(X ≤ observed) when k are drawn blindly: `hypergeometric` from the pool, `binomial` as if it had no end.

    `expected` is the mean number of the protected group in such a draw.
    """

    observed: int
    expected: float
    hypergeometric: float
    binomial: float


def fair_table(n: int, p: float | Fraction, alpha: float) -> FairTable:
    """The FA*IR table for n places, at alpha and with alpha adjusted for n tests.

    Raises InputError for n outside 1 to 2,000, and for p or alpha outside 0 to 1 (both excluded).
    """
    cdf = _distribution(n, float(p), alpha)
    minimum = _minimum(cdf, alpha)
    fail = failure_probability(minimum, p)
    adjusted, minimum_adjusted = (alpha, minimum) if fail <= alpha else _adjusted(cdf, float(p), alpha)
    return FairTable(
        p=float(p),
        alpha=alpha,
        m=tuple(minimum),
        fail=fail,
        alpha_adjusted=adjusted,
        m_adjusted=tuple(minimum_adjusted),
        fail_adjusted=failure_probability(minimum_adjusted, p),
        needs_k=first_asking_place(p, alpha),
    )


def minimum_counts(n: int, p: float | Fraction, alpha: float) -> tuple[int, ...]:
    """m(1), …, m(n) at alpha as it is given: the smallest m with P(X ≤ m) ≥ alpha, X ~ Bin(k, p).

    A probability that equals alpha up to rounding counts as equal. Raises InputError like `fair_table`.
    """
    return tuple(_minimum(_distribution(n, float(p), alpha), alpha))


def failure_probability(minimum: Sequence[int], p: float | Fraction) -> float:
    """Probability that a ranking drawn place by place with P(protected) = p holds fewer than minimum[k - 1] of the
    group in the first k places, for at least one k. In [0, 1].

    Exact up to rounding: the state is the number of successes so far, states below the minimum are dropped, and what
    is dropped adds up to the answer; O(n²). Raises InputError for p outside 0 to 1 (both excluded).
    """
    chance = _probability(float(p), "p")
    alive, failed = np.array([1.0]), 0.0
    for least in minimum:
        alive = np.append(alive * (1 - chance), 0.0) + np.append(0.0, alive * chance)
        failed += float(alive[:least].sum())
        alive[:least] = 0.0
    return failed


def first_asking_place(p: float | Fraction, alpha: float) -> int:
    """The first k with (1 - p)^k < alpha: in fewer places FA*IR asks for nobody. Raises InputError like `fair_table`.

    For p = 0.2 and alpha = 0.1 that is 11, for p = 0.1 it is 22.
    """
    nobody = math.log1p(-_probability(float(p), "p"))
    asks = math.log(_probability(alpha, "alpha")) + math.log1p(-_ROUNDING)
    k = max(1, math.floor(asks / nobody))
    while k * nobody >= asks:
        k += 1
    return k


def check_ranking(protected: Sequence[bool], table: FairTable, adjusted: bool = True) -> RankingCheck:
    """Whether a ranking passes, `protected[i]` saying whether rank i + 1 shows the protected group.

    `adjusted` is the test at `alpha_adjusted`, of which a random list fails at most alpha. A ranking shorter than the
    table is held against the beginning of it. Raises InputError for a longer one.
    """
    asked = table.m_adjusted if adjusted else table.m
    if len(protected) > len(asked):
        raise InputError(f"{len(protected)} places and a table for {len(asked)}", hint="make the table for this length")
    missing = np.array(asked[: len(protected)], dtype=np.int64) - np.cumsum(np.asarray(protected, dtype=np.int64))
    failed = np.flatnonzero(missing > 0)
    return RankingCheck(
        passed=not len(failed),
        failed_at=tuple((failed + 1).tolist()),
        missing=tuple(missing[failed].tolist()),
        vacuous=not any(asked[: len(protected)]),
    )


def hypergeometric_tail(
    observed: ArrayLike, pool: ArrayLike, protected: ArrayLike, k: ArrayLike
) -> NDArray[np.float64]:
    """P(X ≤ observed) for k drawn without replacement from `pool` people, `protected` of them in the group.

    Whole numbers, in shapes that broadcast; the answer has that shape, in [0, 1]. Small values say that a blind draw
    would seldom show so few. Raises InputError for counts that cannot be, such as more drawn than there are.
    """
    seen, people, group, drawn = np.broadcast_arrays(*(_whole(part) for part in (observed, pool, protected, k)))
    wrong = (group > people) | (drawn > people) | (seen > drawn) | (seen > group)
    if wrong.any():
        first = tuple(int(part[wrong].flat[0]) for part in (seen, drawn, group, people))
        message = "{} of the group seen among {} drawn, of {} in a pool of {}".format(*first)
        raise InputError(message, hint="observed ≤ k ≤ pool, and observed ≤ protected ≤ pool")
    # A draw from nobody shows nobody; scipy knows no pool of 0.
    return np.asarray(hypergeom.cdf(seen, np.maximum(people, 1), group, drawn), np.float64)


def draw_tails(observed: int, pool: int, protected: int, k: int) -> DrawTails:
    """The hypergeometric tail of one draw, and the binomial one beside it. Raises InputError for impossible counts."""
    exact = float(hypergeometric_tail(observed, pool, protected, k))
    share = protected / pool if pool else 0.0
    return DrawTails(observed, k * share, exact, float(binom.cdf(observed, k, share)))


def _distribution(n: int, p: float, alpha: float) -> NDArray[np.float64]:
    """P(X ≤ m) for X ~ Bin(k, p): row k - 1, column m, up to the first column that is at least alpha in every row."""
    if not 1 <= n <= LONGEST:
        raise InputError(f"a table for {n} places", hint=f"n is 1 to {LONGEST}")
    _probability(p, "p")
    most = int(binom.ppf(_probability(alpha, "alpha"), n, p)) + 1
    return np.asarray(binom.cdf(np.arange(most + 1), np.arange(1, n + 1)[:, None], p), np.float64)


def _minimum(cdf: NDArray[np.float64], alpha: float) -> list[int]:
    found: list[int] = np.argmax(cdf >= alpha * (1 - _ROUNDING), axis=1).tolist()
    return found


def _adjusted(cdf: NDArray[np.float64], p: float, alpha: float) -> tuple[float, list[int]]:
    """The adjusted alpha, and its table: the strictest that fails with at most alpha.

    As alpha grows from 0, m(k) rises by one just above each P(X ≤ m) of k. These rises, in order, make all the tables
    there are; each fails more often than the one before, so the search can halve them.
    """
    places, heights = _rises(cdf, alpha)

    def after(rises: int) -> list[int]:
        minimum: list[int] = np.bincount(places[:rises], minlength=len(cdf)).tolist()
        return minimum

    good, bad = 0, len(places)
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if failure_probability(after(middle), p) <= alpha else (good, middle)
    # Up to and at the height of the first rise that goes too far, the table is still the last good one.
    return float(heights[good]), after(good)


def _rises(cdf: NDArray[np.float64], alpha: float) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Where (k - 1) and at which alpha minima rise, up to alpha; at equal heights the later place first."""
    places, columns = np.nonzero(cdf < alpha * (1 - _ROUNDING))
    heights = cdf[places, columns]
    rising = np.argsort(heights)
    places, heights = places[rising], heights[rising]
    level = np.cumsum(np.append(False, heights[1:] > heights[:-1] * (1 + _ROUNDING)))
    order = np.lexsort((-places, level))
    return places[order], heights[order]


def _probability(value: float, name: str) -> float:
    if not 0 < value < 1:
        raise InputError(f"{name} is {value}", hint=f"{name} lies between 0 and 1, both excluded")
    return value


def _whole(values: ArrayLike) -> NDArray[np.int64]:
    given = np.asarray(values)
    if not (np.equal(np.mod(given, 1), 0) & (given >= 0)).all():
        raise InputError(f"{given} is no count", hint="counts are whole numbers, 0 or more")
    return given.astype(np.int64)
