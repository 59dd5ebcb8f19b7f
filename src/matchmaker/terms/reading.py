"""Declarations from mappings and YAML files, read strictly: a misspelt key is an error, never an undeclared field."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from matchmaker.errors import InputError, SourceError
from matchmaker.strict_yaml import YAMLError, loaded
from matchmaker.terms import declaration as words_of
from matchmaker.terms.declaration import (
    OPENNESS,
    Accepts,
    Background,
    Code,
    Confidentiality,
    Data,
    Declaration,
    Ethics,
    Foreground,
    Publication,
)
from matchmaker.terms.words import (
    Reader,
    countries,
    read_keys,
    record,
    text,
    texts,
    truth,
    whole,
    word,
    words,
    yes_or_no,
)

_DAYS, _MONTHS, _YEARS = whole(3650), whole(1200), whole(100)
_LARGEST_BYTES = 1_000_000
_ACCESS = word(*get_args(words_of.Access))

_ACCEPTS: dict[str, Reader] = {"review_days": _DAYS, "delay_months": _MONTHS}
_SECTIONS: dict[str, tuple[type, dict[str, Reader]]] = {
    "publication": (
        Publication,
        {
            "policy": word(*get_args(words_of.Policy)),
            "review_days": _DAYS,
            "delay_months": _MONTHS,
            "must_publish": truth,
            "accepts": record(Accepts, _ACCEPTS),
            "approval_right": word(*get_args(words_of.ApprovalRight)),
        },
    ),
    "data": (
        Data,
        {
            "access": word(*OPENNESS),
            "embargo_months": _MONTHS,
            "tier": word(*get_args(words_of.Tier)),
            "licence": text,
            "grounds": words(*get_args(words_of.Ground)),
            "personal": truth,
            "transfer": words(*get_args(words_of.Transfer)),
            "abs": word(*get_args(words_of.BenefitSharing)),
            "localisation": countries,
            "human_genetic": truth,
        },
    ),
    "code": (Code, {"licence": text}),
    "background": (
        Background,
        {
            "brings": texts,
            "needs": texts,
            "access_implementation": _ACCESS,
            "access_exploitation": _ACCESS,
            "encumbered": texts,
            "export_control": word(*get_args(words_of.ExportControl)),
        },
    ),
    "foreground": (
        Foreground,
        {
            "ownership": word(*get_args(words_of.Ownership)),
            "joint_exploitation": word(*get_args(words_of.JointExploitation)),
            "exclusive_fields": texts,
        },
    ),
    "confidentiality": (Confidentiality, {"nda": truth, "years": _YEARS}),
    "ethics": (Ethics, {"review_board": yes_or_no, "care_labels": texts}),
}

PATHS: tuple[str, ...] = tuple(
    path
    for section, (_, readers) in _SECTIONS.items()
    for path in (
        section,
        *(f"{section}.{key}" for key in readers),
        *(f"publication.accepts.{key}" for key in _ACCEPTS if section == "publication"),
    )
)
"""What may stand under `hard`: every part of a declaration and every field of a part."""

_KEYS: dict[str, Reader] = {
    **{section: record(kind, readers) for section, (kind, readers) in _SECTIONS.items()},
    "hard": words(*PATHS),
}


def read_declaration(
    written: object, *, where: str = "declaration", party: str = "one side", country: str | None = None
) -> Declaration:
    """The declaration `written` as nested mappings; `where` is what errors call it.

    Raises InputError for an unknown key or word, naming where it stands and what is allowed, and for a `transfer` that
    is both refused and allowed.
    """
    read: dict[str, Any] = read_keys(written, where, _KEYS)
    declared = Declaration(**read, party=party, country=country)
    ways = declared.data.transfer or ()
    if "none" in ways and len(set(ways)) > 1:
        raise InputError(f"{where}: data: transfer is refused and allowed at once", hint="leave none alone, or out")
    return declared


def load_declaration(path: Path, *, party: str = "one side", country: str | None = None) -> Declaration:
    """The declaration in the YAML file at `path`.

    Raises SourceError if it cannot be read, InputError if it is no YAML, over 1 MB, or not well formed.
    """
    return read_declaration(read_yaml(path), where=path.name, party=party, country=country)


def read_yaml(path: Path) -> object:
    """What a YAML file of at most 1 MB holds; raises as `load_declaration` does."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise InputError(f"{path.name} is larger than a declaration can be", hint="at most 1 MB")
        return loaded(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"cannot read {path.name}: {error.strerror}", hint="give a YAML file") from error
    except (YAMLError, ValueError, OverflowError) as error:
        said = " ".join(str(error).split())[:300]
        raise InputError(f"{path.name} is not YAML in UTF-8: {said}", hint="see the reference of terms") from error
    except RecursionError as error:
        raise InputError(f"{path.name} is nested too deeply", hint="no declaration needs as much") from error
