"""Which words of a name tell organisations apart, and whether the words of two close names speak against each other.

Close names of different organisations share what kind of organisation they are (institute of technology, national
research center) and differ in the word that matters (Jinling, Luoyang). All names here are comparable names.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import permutations
from typing import Final

from rapidfuzz.distance import JaroWinkler

from matchmaker.safeguards.policy import rows

_SLIP: Final = 0.90  # Jaro–Winkler similarity from which two longer words count as spellings of one
_LONGER: Final = 6  # letters; in shorter words a slip makes another word (Hunan, Henan)
_ENDING: Final = 2  # letters that another form of a word may have more (Ocean, Oceans)
_SHORTEST: Final = 4  # letters; shorter words are particles, initials and legal forms


def telling(name: str) -> tuple[str, ...]:
    """Words of `name` that few organisations share: not in the table of common words, and no particles or initials."""
    return tuple(word for word in name.split() if _tells(word))


def carries(name: str, listed: str) -> bool:
    """Whether `listed` has telling words and every one of them, or a spelling of it, stands in `name`."""
    return bool(telling(listed)) and not _missing(listed, name)


def contradict(one: str, other: str) -> bool:
    """Whether each of two names has a telling word that the other lacks (Jinling and Luoyang Institute of Technology).

    A name that only says more than the other (a campus, a parent organisation) contradicts nothing.
    """
    return _missing(one, other) and _missing(other, one)


@lru_cache(maxsize=65536)
def _missing(name: str, other: str) -> bool:
    """Whether a telling word of `name` has no spelling in `other`."""
    return not all(_stands_in(word, name.split(), other.split()) for word in telling(name))


def _stands_in(word: str, own: list[str], others: list[str]) -> bool:
    if any(_alike(word, other) for other in others):
        return True
    # Words are written together or apart: Jiao Tong, Jiaotong.
    if any(_alike(word, first + second) for first, second in permutations(others, 2)):
        return True
    return any(_alike(pair, other) for part in own for pair in (word + part, part + word) for other in others)


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > _ENDING or len(shorter) < _SHORTEST or any(map(str.isdigit, one + other)):
        return False  # a number is never a slip
    return longer.startswith(shorter) or (len(shorter) >= _LONGER and JaroWinkler.similarity(one, other) >= _SLIP)


def _tells(word: str) -> bool:
    if not word.isascii() or any(map(str.isdigit, word)):
        return True
    return len(word) >= _SHORTEST and word not in _common()


@cache
def _common() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("common_words"))
