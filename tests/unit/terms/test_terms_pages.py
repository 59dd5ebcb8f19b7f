from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import yaml

from matchmaker.terms import declaration as words_of
from matchmaker.terms.call_terms import CallTerms, Plan
from matchmaker.terms.reading import PATHS, read_declaration
from matchmaker.terms.results import RuleId

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "terms.md").read_text(encoding="utf-8")
WORDS = [
    word
    for kind in ("Policy", "ApprovalRight", "Openness", "Tier", "Ground", "Transfer", "BenefitSharing", "Access",
                 "ExportControl", "Ownership", "JointExploitation", "ReviewBoard")
    for word in get_args(getattr(words_of, kind))
]  # fmt: skip


def test_every_key_word_and_rule_stands_in_the_reference() -> None:
    keys = [path for path in PATHS if "." in path and path != "publication.accepts"]
    judged = {field.name for kind in (CallTerms, Plan) for field in fields(kind)} - {
        "name",
        "version",
        "plan",
        "adequacy",
    }
    missing = [name for name in [*keys, *WORDS, *judged, *get_args(RuleId)] if f"`{name}`" not in PAGE]
    assert [name for name in missing if f"[{name}]" not in PAGE] == []


def test_the_example_of_the_reference_is_read_and_uses_every_key() -> None:
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example
    written = yaml.safe_load(example[1])
    assert read_declaration(written).data.tier == "T2"
    used = {f"{section}.{key}" for section, inner in written.items() if section != "hard" for key in inner}
    assert used == {path for path in PATHS if path.count(".") == 1}
