"""Titles, abstracts and statements: sentence patterns filled with the phrases of a topic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import cycle

from matchmaker.sources.invented.dice import Dice
from matchmaker.sources.invented.vocabulary import Topic, sentences

SECTIONS = ("background", "aim", "methods", "data", "results", "conclusion")
_SPARE = ("results", "background", "methods", "conclusion", "results")  # where a longer abstract grows
_LEAST_WORDS, _MOST_WANTED = 92, 148  # the last sentence added may go past what was wanted, up to 180 words
_SLOT = re.compile(r"\{(\w+)\}")


class Pen:
    """Fills patterns for one text: no phrase comes twice before all of its kind have come once.

    `bent` shifts which phrases of the topic an author prefers, so that two people of one topic differ.
    """

    def __init__(self, topic: Topic, dice: Dice, *, bent: int, language: str = "en") -> None:
        self._dice = dice
        self.language = language
        self._phrases = topic.phrases if language == "en" else topic.abroad[language]
        self._voice = sentences()[topic.voice if language == "en" else language]
        self._liked = {slot: _liked(phrases, bent) for slot, phrases in self._phrases.items()}
        self._waiting: dict[str, list[str]] = {}
        self._last: dict[str, str] = {}
        self._ratio = 13

    def title(self) -> str:
        """A title without a full stop."""
        title = self._fill(self._dice.one_of(self._voice["titles"]))
        return title[0].upper() + title[1:]

    def abstract(self) -> str:
        """An abstract of 90 to 180 words: every section speaks, and no pattern comes twice."""
        waiting = {section: self._dice.shuffled(self._voice[section]) for section in SECTIONS}
        written = {section: [self._fill(waiting[section].pop())] for section in SECTIONS}
        wanted = self._dice.between(_LEAST_WORDS, _MOST_WANTED)
        for section in cycle(_SPARE):
            if _words(written) >= wanted or not any(waiting[spare] for spare in _SPARE):
                break
            if waiting[section]:
                written[section].append(self._fill(waiting[section].pop()))
        return " ".join(sentence for section in SECTIONS for sentence in written[section])

    def statement(self) -> str:
        """A statement of interests in two or three sentences."""
        return self._fill(self._dice.one_of(sentences()["interests"]["statements"]))

    def _fill(self, pattern: str) -> str:
        return _SLOT.sub(lambda slot: self._word(slot[1]), pattern)

    def _word(self, slot: str) -> str:
        if slot.lower() not in self._phrases:
            return self._figure(slot)
        phrase = self._phrase(slot.lower())
        return phrase[0].upper() + phrase[1:] if slot[0].isupper() else phrase

    def _phrase(self, slot: str) -> str:
        if not self._waiting.get(slot):
            self._waiting[slot] = self._dice.shuffled(self._liked[slot])
            if self._waiting[slot][-1] == self._last.get(slot):  # never twice running, or "from X to X" comes out
                self._waiting[slot].reverse()
        self._last[slot] = self._waiting[slot].pop()
        return self._last[slot]

    def _figure(self, slot: str) -> str:
        dice = self._dice
        if slot == "ratio":
            self._ratio = dice.between(13, 39)
            return self._decimal(self._ratio)
        if slot == "interval":
            width = dice.between(2, min(9, self._ratio - 11))  # the interval of a clear association leaves out 1
            return f"{self._decimal(self._ratio - width)}–{self._decimal(self._ratio + width + 1)}"
        if slot == "n":
            n = dice.between(42, 9_800)
            return f"{n:,}" if self.language == "en" else f"{n % 900 + 60}"
        if slot == "p":
            return f"0.0{dice.between(1, 48):02d}"
        low, high = _FIGURES[slot]
        return str(dice.between(low, high))

    def _decimal(self, tenths: int) -> str:
        return f"{tenths // 10}{'.' if self.language == 'en' else ','}{tenths % 10}"


_FIGURES: Mapping[str, tuple[int, int]] = {
    "pct": (11, 64),
    "small": (2, 9),
    "years": (3, 7),
    "months": (6, 30),
    "sites": (3, 24),
}


def _liked(phrases: tuple[str, ...], bent: int) -> tuple[str, ...]:
    """Two thirds of the phrases, or two at the least, beginning at `bent` and going round."""
    many = min(len(phrases), max(2, (2 * len(phrases) + 2) // 3))
    return tuple(phrases[(bent + i) % len(phrases)] for i in range(many))


def _words(written: Mapping[str, list[str]]) -> int:
    return sum(len(sentence.split()) for section in written.values() for sentence in section)
