"""Questions whose answers are stored with an index, so that opening it proves that it still answers them.

They catch what checksums cannot: another encoder or revision under the same name, another metric, bad memory.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from matchmaker.errors import StaleIndexError
from matchmaker.matching.arrays import FloatArray
from matchmaker.matching.corpus import Corpus

N_VECTORS = 32
N_NEAREST = 10
LOWEST_COSINE = 0.9999

PROBE_TEXTS = (
    "Malaria transmission and insecticide resistance of mosquitoes in rural districts.",
    "Perovskite solar cells with improved stability under humidity.",
    "Neural machine translation for languages with little training data.",
    "Groundwater recharge and drought in semi-arid catchments.",
    "Gravitational waves from merging neutron stars.",
    "Smallholder maize yields, soil fertility and market access.",
    "Early language acquisition in bilingual children.",
    "Robust control of legged robots on uneven terrain.",
)


def probes_of(corpus: Corpus, rng: np.random.Generator) -> dict[str, Any]:
    """Rows drawn from the texts, and the ten rows nearest to each."""
    rows = np.sort(rng.choice(len(corpus.text_vectors), size=min(N_VECTORS, len(corpus.text_vectors)), replace=False))
    return {"rows": rows.tolist(), "nearest": [_nearest(corpus, int(row)) for row in rows]}


def check_probes(corpus: Corpus, probes: dict[str, Any], texts: FloatArray) -> None:
    """Ask all probes again. Raises StaleIndexError when an answer differs."""
    again = corpus.encoder.encode(PROBE_TEXTS)
    known = np.linalg.norm(texts, axis=1) > 0
    cosine = np.einsum("ij,ij->i", again, texts)[known]
    if again.shape != texts.shape or (cosine < LOWEST_COSINE).any() or again[~known].any():
        raise StaleIndexError(
            f"the encoder {corpus.encoder.id} answers differently from when the index was built",
            hint="install the versions the index names (`matchmaker index describe`) or build it again",
        )
    for row, nearest in zip(probes["rows"], probes["nearest"], strict=True):
        if not _same(corpus, row, _nearest(corpus, row), nearest):
            raise StaleIndexError(
                f"searching for text {row} finds other texts than when the index was built",
                hint="check the memory of this machine, then build the index again",
            )


def _nearest(corpus: Corpus, row: int) -> list[int]:
    everything = np.ones(len(corpus.text_vectors), dtype=np.bool_)
    found = corpus.search_texts.nearest(corpus.text_vectors[row], everything, N_NEAREST)
    return [int(near) for near in found.rows]


def _same(corpus: Corpus, row: int, found: list[int], expected: list[int]) -> bool:
    """Equal, or different only among texts equally near up to the last bits of a sum."""
    if found == expected:
        return True
    near = corpus.text_vectors[[*found, *expected]] @ corpus.text_vectors[row]
    return len(found) == len(expected) and bool(np.allclose(near[: len(found)], near[len(found) :], atol=1e-5))
