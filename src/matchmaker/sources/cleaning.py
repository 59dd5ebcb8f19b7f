"""From untrusted text to plain text, and from country codes to known ones. Nothing here guesses."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from matchmaker.domain import identifiers
from matchmaker.domain.research import AuthorshipRow
from matchmaker.errors import InputError, UnknownPlaceError
from matchmaker.places.resolve import code_of

ABSTRACT_CAP: Final = 20_000
TITLE_CAP: Final = 1_000
NAME_CAP: Final = 300
ID_CAP: Final = 300
EARLIEST_YEAR: Final = 1450
LATEST_YEAR: Final = 2200

# Printable ASCII without markup or doubled spaces is left as it is, which is most of what comes in.
_TO_CLEAN: Final = re.compile(r"[^ -%'-;=-~]|  |^ | $")
_CONTROL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_BIDI: Final = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_CDATA: Final = re.compile(r"<!\[CDATA\[|\]\]>")
_HIDDEN: Final = (
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<script\b", re.IGNORECASE), re.compile(r"</script\s*>", re.IGNORECASE)),
    (re.compile(r"<style\b", re.IGNORECASE), re.compile(r"</style\s*>", re.IGNORECASE)),
)
_INLINE: Final = frozenset(
    {
        "a",
        "b",
        "i",
        "u",
        "s",
        "em",
        "tt",
        "sc",
        "sub",
        "sup",
        "strong",
        "italic",
        "bold",
        "span",
        "small",
        "font",
        "mark",
        "code",
        "ins",
        "del",
        "abbr",
        "underline",
        "monospace",
    }
)
_NAMES: Final = (
    "a|abbr|abstract|article|b|blockquote|body|bold|br|center|cite|code|dd|del|disp-formula|div|dl|dt|em|fig|font|h[1-6]|head|hr|html|i|iframe|img|"
    "inline-formula|inline-graphic|ins|italic|li|link|list|list-item|mark|math|meta|mi|mn|mo|mrow|msub|msup|mtext|monospace|object|ol|p|pre|"
    "s|sc|script|sec|section|small|span|strong|style|sub|sup|svg|table|tbody|td|tex-math|th|title|tr|tt|u|ul|underline|xref"
)
# A tag is a name known from HTML, JATS or MathML, a prefixed name (jats:p), or any name with an attribute, so that
# "p < 0.05", "x<y and z>w" and "<T>" stay as they were written.
_ATTRIBUTES: Final = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))"""
_TAG: Final = re.compile(
    rf"</?(?P<name>(?:{_NAMES})(?=[\s/>])|[A-Za-z][\w-]*:[\w-]+|[A-Za-z][\w-]*(?={_ATTRIBUTES})){_ATTRIBUTES}*\s*/?>",
    re.IGNORECASE,
)
_SPACE: Final = re.compile(r"\s+")


def plain(text: object, cap: int) -> tuple[str, bool]:
    """`text` as plain NFC text on one line, at most `cap` characters, and whether anything was cut off.

    Tags of HTML, JATS and MathML go, entities become their characters, control and bidi-override characters go, white
    space collapses. What is not text (None, NaN) becomes "".
    """
    if not isinstance(text, str):
        return "", False
    # A text of many megabytes is cut before it is cleaned: markup takes up less than nine tenths of what people write.
    cleaned = _cleaned(text[: cap * 10]) if _TO_CLEAN.search(text[: cap * 10]) else text
    return cleaned[:cap].rstrip(), len(cleaned) > cap or len(text) > cap * 10


def _cleaned(text: str) -> str:
    if "<" in text or "&" in text:
        # Twice, because markup arrives escaped once more than its sender believed: &lt;jats:p&gt;
        text = _without_tags(html.unescape(_without_tags(text)))
    text = _CONTROL.sub(lambda found: "" if _BIDI.match(found[0]) else " ", unicodedata.normalize("NFC", text))
    return _SPACE.sub(" ", text).strip()


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    for opening, closing in _HIDDEN:
        text = _without_blocks(text, opening, closing)
    text = _CDATA.sub("", text)
    return _TAG.sub(lambda tag: "" if tag["name"].lower().rpartition(":")[2] in _INLINE else " ", text)


def _without_blocks(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    # By hand and not as one pattern: a text of many openings and no closing would take time that grows with its square.
    kept, at = [], 0
    while (begin := opening.search(text, at)) and (end := closing.search(text, begin.end())):
        kept += [text[at : begin.start()], " "]
        at = end.end()
    return "".join((*kept, text[at:]))


def title_and_abstract(title: object, abstract: object, notes: list[str]) -> tuple[str, str | None] | None:
    """Both as plain text, None when there is neither. Adds `title_cut`, `abstract_cut` to `notes`."""
    plain_title, title_cut = plain(title, TITLE_CAP)
    plain_abstract, abstract_cut = plain(abstract, ABSTRACT_CAP)
    notes += ["title_cut"] * title_cut + ["abstract_cut"] * abstract_cut
    return (plain_title, plain_abstract or None) if plain_title or plain_abstract else None


def name(text: object) -> str:
    """A name of a person or an organisation, plain, at most 300 characters; "" for what is not text."""
    return plain(text, NAME_CAP)[0]


def identifier(text: object) -> str | None:
    """An id as the source wrote it, trimmed; None when it is no text, empty, too long or holds control characters."""
    if not isinstance(text, str) or not 0 < len(text.strip()) <= ID_CAP or _CONTROL.search(text):
        return None
    return text.strip()


def year(value: object) -> int | None:
    """A year of publication as int, None for anything but a whole number from 1450 to 2200 (float 2019.0 is one)."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if EARLIEST_YEAR <= number <= LATEST_YEAR and number == int(number) else None


def web_address(text: object) -> str | None:
    """An http(s) address without spaces or control characters, at most 2,000 characters; None for anything else."""
    if isinstance(text, str) and re.fullmatch(r"https?://[^\s\x00-\x20\x7f<>\"]{1,1990}", text.strip()):
        return text.strip()
    return None


def countries(codes: Iterable[object], notes: list[str]) -> tuple[str, ...]:
    """The known ones among `codes`, each once, in order. Each unknown one adds `unknown_country_code` to `notes`."""
    found = [(_country(code) if isinstance(code, str) else None) for code in codes]
    notes += ["unknown_country_code"] * found.count(None)
    return tuple(dict.fromkeys(code for code in found if code))


def country(code: object, notes: list[str]) -> str | None:
    """One country code, or None; an unknown one adds `unknown_country_code` to `notes`, a missing one nothing."""
    return next(iter(countries([code], notes)), None) if isinstance(code, str) and code.strip() else None


@lru_cache(maxsize=10_000)
def _country(text: str) -> str | None:
    try:
        return code_of(text)
    except UnknownPlaceError:
        # Counted by the caller as a repair: the record stays, without this country.
        return None


def orcid(text: object, notes: list[str]) -> str | None:
    """The ORCID in full form, or None; a wrong one adds `bad_orcid` to `notes`, a missing one nothing."""
    return _identified(text, identifiers.orcid, "bad_orcid", notes)


def ror(text: object, notes: list[str]) -> str | None:
    """The ROR id in full form, or None; a wrong one adds `bad_ror` to `notes`, a missing one nothing."""
    return _identified(text, identifiers.ror, "bad_ror", notes)


def _identified(text: object, parse: Callable[[str], str], note: str, notes: list[str]) -> str | None:
    if text is None or text == "":
        return None
    try:
        return parse(text if isinstance(text, str) else repr(text))
    except InputError:
        notes.append(note)
        return None


def by_line(names: Iterable[AuthorshipRow], notes: list[str]) -> tuple[AuthorshipRow, ...]:
    """Each person once, at their first place, with the organisations and countries of all their places.

    Every further place adds `name_twice_on_a_by_line` to `notes`.
    """
    people: dict[str, AuthorshipRow] = {}
    for entry in names:
        first = people.get(entry.researcher_id)
        if first is not None:
            notes.append("name_twice_on_a_by_line")
        people[entry.researcher_id] = entry if first is None else _joined(first, entry)
    return tuple(people.values())


def _joined(first: AuthorshipRow, further: AuthorshipRow) -> AuthorshipRow:
    return replace(
        first,
        orcid=first.orcid or further.orcid,
        institution_ids=tuple(dict.fromkeys(first.institution_ids + further.institution_ids)),
        countries=tuple(dict.fromkeys(first.countries + further.countries)),
    )
