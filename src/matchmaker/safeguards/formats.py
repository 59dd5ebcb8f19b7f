"""From a row of a foreign list to entries: one small function per format. A row that gives none says why.

Rows about persons are skipped and counted: persons are not screened, so nothing about them is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any, Final, cast

from matchmaker.domain import identifiers
from matchmaker.errors import InputError
from matchmaker.places.resolve import resolve
from matchmaker.safeguards.policy import family, known_lists, list_of
from matchmaker.safeguards.records import VERDICTS, Entry, LocalRule, Verdict

Parsed = list[Entry] | str  # entries, or the reason why there are none
# Reasons that are no fault: these rows were read, and are about nothing that is screened.
BY_DESIGN: Final = frozenset({"person", "not_an_organisation", "not_a_target"})
_ORGANISATIONS: Final = frozenset({"organization", "company", "legalentity", "publicbody"})
_NOT_ORGANISATIONS: Final = {"person": "person", "individual": "person"}
_LISTED_TOPICS: Final = ("sanction", "debarment", "export.", "invest.risk")
_FTM_IDENTIFIERS: Final = ("leiCode", "rorId", "taxNumber", "registrationNumber", "innCode", "ogrnCode", "vatCode")
_LONGEST_CODE: Final = 3
_COUNTRY_AT_END: Final = re.compile(r",\s*([A-Z]{2})\s*$")


def opensanctions(row: dict[str, Any]) -> Parsed:
    """An entity of `targets.simple.csv`; columns that older files lack are read as empty.

    Where no country is given, the one that an address ends with counts.
    """
    if reason := _not_an_organisation(row.get("schema", "")):
        return reason
    if not row.get("name") or not row.get("id"):
        return "no_name_or_id"
    datasets = _split(row.get("dataset", "")) or ("",)
    found = _Found(row["name"], _split(row.get("aliases", "")), row["id"])
    found.countries = codes(_split(row.get("countries", ""))) or _countries_ending(_split(row.get("addresses", "")))
    found.identifiers = frozenset(map(identifier, _split(row.get("identifiers", ""))))
    return found.on({list_of(dataset) for dataset in datasets})


def follow_the_money(row: dict[str, Any]) -> Parsed:
    """An entity of `entities.ftm.json`. Entities that are only linked to a listed one are skipped."""
    if not isinstance(properties := row.get("properties"), dict):
        return "no_properties"
    if reason := _not_an_organisation(str(row.get("schema", ""))):
        return reason
    topics = _texts(properties.get("topics"))
    if row.get("target") is False or (topics and not any(_is_listed(topic) for topic in topics)):
        return "not_a_target"
    names = (*_texts(properties.get("name")), *_texts(properties.get("alias")), *_texts(properties.get("weakAlias")))
    name = row.get("caption") or next(iter(names), "")
    if not isinstance(name, str) or not name.strip() or not row.get("id"):
        return "no_name_or_id"
    found = _Found(name, names, str(row["id"]))
    named = codes((*_texts(properties.get("country")), *_texts(properties.get("jurisdiction"))))
    found.countries = named or _countries_ending(_texts(properties.get("address")))
    found.identifiers = frozenset(identifier(text) for key in _FTM_IDENTIFIERS for text in _texts(properties.get(key)))
    # Without topics nothing says that the entity itself is listed: enough to make a person look, not to block.
    return found.on({list_of(dataset) for dataset in _texts(row.get("datasets")) if topics} or {"OPENSANCTIONS"})


def consolidated(row: dict[str, Any]) -> Parsed:
    """A record of the Consolidated Screening List, from its CSV (texts joined by `;`) or its JSON (lists).

    A name that is listed without an id gets one made of its source and name.
    """
    if reason := _not_an_organisation(str(row.get("type") or "Entity").replace("Entity", "Organization")):
        return reason
    if not isinstance(row.get("name"), str) or not row["name"].strip():
        return "no_name_or_id"
    addresses = row.get("addresses") or ()
    given = [*_some(row.get("country")), *_countries_of(addresses)]
    found = _Found(row["name"], tuple(_some(row.get("alt_names"))), _consolidated_id(row))
    found.countries = codes(given)
    found.identifiers = frozenset(_ids_of(row.get("ids")))
    return found.on({list_of(str(row.get("source", "")))})


def local(row: dict[str, Any]) -> Parsed:
    """A row of the deployer's own list. Owner and expiry are mandatory.

    An optional column `list` names the public list that the row was copied from (a PDF has no other way in); such an
    entry counts as one of that list until it expires. `aliases` are optional, joined by `;`.
    """
    try:
        rule = LocalRule(_decision(row), row.get("reason", ""), row["owner"], date.fromisoformat(row["expires"]))
        ror = identifiers.ror(row["ror"]) if row.get("ror") else ""
    except (ValueError, KeyError):
        return "bad_or_no_expiry"
    except InputError as error:
        return error.message
    list_id = row.get("list") or "LOCAL"
    if reason := _local_fault(row, list_id):
        return reason
    found = _Found(row.get("name") or ror, _split(row.get("aliases", "")), ror or row["name"])
    found.countries = codes(_split(row.get("country", "")))
    found.identifiers = frozenset({identifier(ror)} if ror else ())
    found.rule = rule
    return found.on({list_id})


FORMATS: Final[dict[str, Callable[[dict[str, Any]], Parsed]]] = {
    "opensanctions": opensanctions, "ftm": follow_the_money, "csl": consolidated, "local": local,
}  # fmt: skip


def identifier(text: str) -> str:
    """`ror:…`, `lei:…` (form and check digits are right) or `id:…` for all other identifiers, without separators."""
    try:
        return f"ror:{identifiers.ror(text)}"
    except InputError:
        pass
    bare = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    return f"lei:{bare}" if _is_lei(bare) else f"id:{bare}"


def codes(given: Iterable[str]) -> frozenset[str]:
    """Country codes for what a list wrote; what names no country is left out, so that the country counts as unknown."""
    return frozenset(code for text in given if (code := _code(text)))


class _Found:
    """An organisation while it is read; `on` makes it an entry of each list it belongs to."""

    def __init__(self, name: str, aliases: Iterable[str], entry_id: str) -> None:
        self.name, self.entry_id = name.strip(), entry_id
        self.aliases = tuple(dict.fromkeys(alias for alias in aliases if alias and alias != self.name))
        self.countries: frozenset[str] = frozenset()
        self.identifiers: frozenset[str] = frozenset()
        self.rule: LocalRule | None = None

    def on(self, lists: Iterable[str]) -> list[Entry]:
        telling = frozenset(filter(_is_telling, self.identifiers))
        return [
            Entry(list_id, self.entry_id, self.name, self.aliases, self.countries, telling, family(list_id), self.rule)
            for list_id in sorted(lists)
        ]


@lru_cache(maxsize=4096)
def _code(text: str) -> str | None:
    return resolve(text).code


def _not_an_organisation(schema: str) -> str:
    kind = schema.strip().casefold()
    if not kind:
        return "no_schema"
    return "" if kind in _ORGANISATIONS else _NOT_ORGANISATIONS.get(kind, "not_an_organisation")


def _consolidated_id(row: dict[str, Any]) -> str:
    given = row.get("id") or row.get("_id") or row.get("entity_number")
    named = f"{row.get('source') or ''}\n{row['name'].strip()}"
    return str(given) if given else f"no-id-{hashlib.sha256(named.encode()).hexdigest()[:12]}"


def _is_listed(topic: str) -> bool:
    return topic.startswith(_LISTED_TOPICS) and topic != "sanction.linked"


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def _some(value: Any) -> tuple[str, ...]:
    return _split(value) if isinstance(value, str) else _texts(value)


def _countries_of(addresses: Any) -> list[str]:
    if isinstance(addresses, str):
        return [found[1] for part in addresses.split(";") if (found := _COUNTRY_AT_END.search(part))]
    return [str(part.get("country") or "") for part in addresses if isinstance(part, dict)]


def _countries_ending(addresses: Iterable[str]) -> frozenset[str]:
    """Countries whose full names end an address; codes are left out, because `San José, CA` is not in Canada."""
    last = (address.rpartition(",")[2].strip() for address in addresses)
    return codes(name for name in last if len(name) > _LONGEST_CODE)


def _ids_of(ids: Any) -> list[str]:
    if isinstance(ids, str):
        # "Registration Number, 12345, CN": the number is what stands between the kind and the country.
        return [identifier(part.split(",")[1] if "," in part else part) for part in _split(ids)]
    return [identifier(str(part.get("number") or "")) for part in ids or () if isinstance(part, dict)]


def _decision(row: dict[str, Any]) -> Verdict:
    if row.get("decision") not in VERDICTS:
        raise InputError("bad_or_no_decision")
    return cast("Verdict", row["decision"])


def _local_fault(row: dict[str, Any], list_id: str) -> str:
    if not row["owner"]:
        return "no_owner"
    if not (row.get("ror") or row.get("name")):
        return "no_name_or_id"
    if list_id not in known_lists():
        return "unknown_list"
    return "country_not_read" if row.get("country") and not codes(_split(row["country"])) else ""


def _is_telling(known: str) -> bool:
    # Lists put years, web addresses and remarks among the numbers; short ones would be equal by chance.
    number = known.removeprefix("id:")
    return not known.startswith("id:") or (len(number) >= 6 and sum(letter.isdigit() for letter in number) >= 4)


def _is_lei(text: str) -> bool:
    # ISO 17442: twenty letters and digits; as one number with A = 10 … Z = 35 it leaves 1 when divided by 97.
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", text):
        return False
    return int("".join(str(int(letter, 36)) for letter in text)) % 97 == 1
