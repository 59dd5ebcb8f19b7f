"""A benchmark as a page of Markdown and as JSON, each number with the name of its measure and how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from matchmaker.evaluation.benchmark import CHANNEL, COMPARED, Benchmark, as_dict
from matchmaker.evaluation.ranks import MEASURES
from matchmaker.evaluation.rows import of_slice, told_interval, told_mean, told_p, worst_group

_LEFT_OUT: Final[Mapping[str, str]] = {
    "too_many_authors": "later works with too many authors to tell who chose to work with whom",
    "not_candidates": "authors of later works who are no candidates, counted work by work",
    "worked_together_before": "pairs who worked together later, and had before",
    "shared_country": "pairs who worked together later, and share a country",
    "no_abstract": "later texts without an abstract",
    "no_known_author": "later texts without an author among the candidates",
    "not_drawn": "queries that were not drawn",
}
_NOT_READ: Final[Mapping[str, str]] = {
    "projects_without_year": "projects without a year",
    "participants_in_other_roles": "participants of projects who are neither coordinator nor participant",
    "participants_of_unknown_projects": "participants of projects that are not there",
}
_SLICES: Final[Mapping[str, str]] = {
    "all": "All right answers",
    "discovery": "Right answers whom no common co-author could have introduced, in the one list",
    CHANNEL: "Right answers whom no common co-author could have introduced, in a list of only such people",
    "bridged": "Right answers whom a common co-author could have introduced",
}
_FOUND: Final = ("thinness found", "income group found")
_MEASURES: Final = """recall@k (R@k) is the share of a query's right answers among its first k places, nDCG@k the \
discounted gain of its first k places over that of the best order, MRR one over the place of the first right answer; \
all are means over queries, in [0, 1], 1 is best. Everybody who may be suggested is ranked, never a sample."""


@dataclass(frozen=True)
class Circumstances:
    """Under what circumstances a benchmark was made.

    `command` and `date` (UTC, RFC 3339) say what was run and when; `weights` are those of ours, `provenance` where they
    come from; `sentence_encoder` is that of the baselines, None where there is none. `ingested` counts what came in,
    `profiles` what the index holds up to the cut-off. `most_authors` is None where works of any by-line count.
    `left_out` maps rankings that were not made to the reason; `notes` say what a reader must know of the figures.
    `seconds` are of the whole run.
    """

    command: str
    date: str
    encoder: str
    sentence_encoder: str | None
    weights: Mapping[str, float]
    provenance: str
    processor: str
    cores: int
    seconds: float
    fewest: int
    most_authors: int | None
    ingested: Mapping[str, Any]
    profiles: Mapping[str, int]
    left_out: Mapping[str, str]
    notes: tuple[str, ...] = ()


def document(found: Benchmark, how: Circumstances) -> dict[str, Any]:
    """JSON: `meta` (the circumstances), the benchmark field by field, and `left_out`."""
    meta = asdict(how)
    left_out = meta.pop("left_out")
    meta["machine"] = {"processor": meta.pop("processor"), "cores": meta.pop("cores")}
    return {"meta": meta, **as_dict(found), "left_out": left_out}


def markdown(found: Benchmark, how: Circumstances) -> str:
    """The whole benchmark as a page of Markdown, ending in a line break."""
    sections = (_asked(found, how), _left_out(found, how), _measures(found), _compared(found), _groups(found),
                _exposure(found), _made(found, how))  # fmt: skip
    return "\n\n".join(part for section in sections for part in section) + "\n"


def _asked(found: Benchmark, how: Circumstances) -> Iterator[str]:
    yield f"# {found.task}"
    yield (
        f"Profiles are made of what was known up to {found.cutoff}; what happened after that and up to {found.until} "
        "says who was right, and nothing else is made of it."
    )
    facts = {
        "queries": f"{found.queries:,}",
        "candidates, everybody of them ranked for every query": f"{found.candidates:,}",
        "right answers": f"{found.answers:,}",
    }
    if "discovery" in found.rows[0].measures:
        facts["of these without a common co-author (discovery)"] = f"{found.discovery_answers:,}"
    facts["abstracts that make somebody a candidate"] = f"{how.fewest} or more, and a known country"
    facts["authors that a work may have"] = "any number" if how.most_authors is None else f"{how.most_authors} or fewer"
    yield _table(("What", "How many"), list(facts.items()))


def _left_out(found: Benchmark, how: Circumstances) -> Iterator[str]:
    yield "## What was left out"
    told = {said: found.counts[name] for name, said in _LEFT_OUT.items() if name in found.counts}
    told |= {said: how.ingested[name] for name, said in _NOT_READ.items() if name in how.ingested}
    told |= {f"records not read: {reason}": number for reason, number in how.ingested.get("skipped", {}).items()}
    yield _table(("What", "How many"), [(said, f"{number:,}") for said, number in told.items()])
    if how.notes:
        yield "\n".join(f"- {note}" for note in how.notes)
    if how.left_out:
        yield "\n".join(f"- {name}: {reason}" for name, reason in how.left_out.items())


def _measures(found: Benchmark) -> Iterator[str]:
    yield "## How good the rankings are"
    yield _MEASURES
    for part in found.rows[0].measures:
        yield f"### {_SLICES[part]}"
        told = [(row.name, *(told_mean(row.measures[part][name][0]) for name in MEASURES)) for row in found.rows]
        yield _table(("ranking", *(_short(name) for name in MEASURES)), told)
    yield "### The income group served worst"
    yield "Its recall@50 as a share of the mean over all queries, for each ranking."
    yield _from_rows([worst_group(row) for row in found.rows])


def _short(measure: str) -> str:
    return measure.replace("recall", "R").replace("ndcg", "nDCG").replace("mrr", "MRR")


def _compared(found: Benchmark) -> Iterator[str]:
    if len(found.rows) == 1:
        return
    yield "## Ours against each baseline"
    yield (
        "Ours minus the baseline, mean over queries, with the 95 % interval from drawing publications 10,000 times, "
        "and p after Holm's correction over the baselines. Above 0, ours is better."
    )
    for part in found.differences:
        yield f"### {_SLICES[part]}"
        names = [row.name for row in found.rows[1:]]
        head = ("baseline", *(cell for measure in COMPARED for cell in (measure, f"p, {measure}")))
        yield _table(head, [(name, *_cells(found, part, name)) for name in names])


def _cells(found: Benchmark, part: str, name: str) -> Iterator[str]:
    for measure in COMPARED:
        difference = of_slice(found, part, measure)[name]
        yield told_interval(difference)
        yield told_p(difference)


def _groups(found: Benchmark) -> Iterator[str]:
    ours = found.rows[0]
    yield "## For whom, and of whom"
    yield (
        f"recall@50 of {ours.name} by group: of who asks (mean over their queries), or of who is found (the share of "
        "the right answers in the group, mean over the queries that have one). Income groups are those of the World "
        "Bank: L low, LM lower middle, UM upper middle, H high."
    )
    told = [
        (by, group, f"{mean:.3f}", f"{n:,}")
        for by, groups in ours.groups.items()
        for group, (mean, n) in groups.items()
    ]
    yield _table(("grouped by", "group", "recall@50", "queries"), told)
    if len(found.rows) == 1:
        return
    yield "recall@50 of every ranking, by who is found:"
    columns = [(by, group) for by, groups in ours.groups.items() if by in _FOUND for group in groups]
    body = [(row.name, *(f"{row.groups[by][group][0]:.3f}" for by, group in columns)) for row in found.rows]
    yield _table(("ranking", *(f"{by.removesuffix(' found')} {group}" for by, group in columns)), body)


def _exposure(found: Benchmark) -> Iterator[str]:
    yield "## Who is shown"
    places = found.rows[0].spread.places
    yield (
        f"Over the first {places} places of all lists: the share of candidates in any of them (coverage), the Gini "
        "index of attention among all candidates (0 is equal), the mean of ln(works) of who is shown, and the share of "
        "attention that each income group gets, beside its share of the candidates. Attention falls with the place by "
        "1 / log2(1 + place)."
    )
    groups = list(found.rows[0].spread.income)
    head = ("ranking", "coverage", "Gini of attention", "mean ln(works)", *(f"attention to {each}" for each in groups))
    told = []
    for row in found.rows:
        shares = (f"{row.spread.income[each][0]:.1%}" for each in groups)
        told.append((row.name, f"{row.spread.coverage:.1%}", f"{row.spread.gini:.3f}",
                     f"{row.spread.mean_log_works:.2f}", *shares))  # fmt: skip
    among = (f"{found.rows[0].spread.income[each][1]:.1%}" for each in groups)
    yield _table(head, [*told, ("*share of the candidates*", "", "", "", *among)])


def _made(found: Benchmark, how: Circumstances) -> Iterator[str]:
    yield "## How this was made"
    weights = ", ".join(f"{name} {weight:.3f}" for name, weight in how.weights.items())
    facts = [
        ("command", f"`{how.command}`"),
        ("date", how.date),
        ("machine", f"{how.processor}, {how.cores} cores"),
        ("seed", str(found.seed)),
        ("encoder of ours", how.encoder),
        ("encoder of the sentence baselines", how.sentence_encoder or "none"),
        ("weights of ours", f"{weights}; {how.provenance}"),
        ("texts and people up to the cut-off", f"{how.profiles['texts']:,} and {how.profiles['people']:,}"),
        ("seconds in all", f"{how.seconds:,.1f}"),
    ]
    yield _table(("What", "Which"), facts)
    yield "Seconds for all queries of a ranking, without the encoding of texts that are kept:"
    yield _table(("ranking", "seconds"), [(row.name, f"{row.seconds:,.1f}") for row in found.rows])


def _from_rows(told: Sequence[Mapping[str, str]]) -> str:
    return _table(tuple(told[0]), [tuple(row.values()) for row in told])


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in lines)
