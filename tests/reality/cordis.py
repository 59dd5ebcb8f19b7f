"""Prints what the presets say about all funded projects: `python -m tests.reality.cordis DATA [DAY]`.

DATA is a folder with `cordis/*.parquet`; with DAY all projects are judged on that day instead of in their call's year.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tests.reality.completing import agreement, answers, any_gaps, bared_gaps, natural_gaps, outside_gaps
from tests.reality.funded import ACTIONS, PROJECTS, Funded, is_there, read
from tests.reality.judging import RESULTS, Judged, admitted_by_edctp3, judged, shares

ASKED = 1000
SEED = 7


def main(arguments: Sequence[str]) -> int:
    """Read the folder, print everything. Exits with 2 where the folder is not named or lacks the tables."""
    if len(arguments) not in (1, 2) or not is_there(Path(arguments[0])):
        print(f"usage: python -m tests.reality.cordis DATA [DAY]; DATA holds {PROJECTS}", file=sys.stderr)
        return 2
    projects, others = read(Path(arguments[0]))
    found = judged(projects, date.fromisoformat(arguments[1]) if len(arguments) == 2 else None)
    print_table(found)
    print_unknown(found)
    print_reasons(found)
    print_payments(found)
    print(f"\nno preset: {sum(others.values())} projects")
    for scheme, number in others.most_common():
        print(f"  {scheme:<28} {number:>6}")
    print_recommendations([each for each in projects if each.action.scheme == "HORIZON-RIA"])
    return 0


def print_table(found: Sequence[Judged]) -> None:
    """Projects per action, and in percent each result: with nothing assumed, then on what CORDIS can settle."""
    print(f"{'':<28} {'':>6}   with nothing assumed                       what CORDIS never states taken as given")
    head = " ".join(f"{result:>10}" for result in RESULTS)
    print(f"{'action':<28} {'n':>6} {head} {head}")
    for action in ACTIONS:
        own = [each for each in found if each.project.action == action]
        cells = [f"{shares(own, how)[result]:>10.2%}" for how in ("result", "on_record") for result in RESULTS]
        print(f"{action.name:<28} {len(own):>6} {' '.join(cells)}")


def print_unknown(found: Sequence[Judged]) -> None:
    """How many projects of an action a clause leaves undecided, with nothing assumed."""
    print("\nnot known, with nothing assumed")
    pairs = ((each.project.action.name, clause) for each in found for clause in each.verdict.clauses)
    counted = Counter((action, clause.id) for action, clause in pairs if clause.status == "unknown")
    for (action, clause), number in sorted(counted.items()):
        print(f"  {action:<28} {clause:<20} {number:>5}")


def print_reasons(found: Sequence[Judged]) -> None:
    """Which clauses keep projects from being eligible, and in which topics."""
    print("\nnot eligible on what CORDIS can settle")
    left = [each for each in found if each.on_record != "eligible"]
    counted = Counter((each.project.action.name, each.on_record, "; ".join(each.why)) for each in left)
    for (action, result, why), number in sorted(counted.items()):
        print(f"  {action:<28} {result:<11} {number:>4}  {why}")
    edctp = [each for each in left if "EDCTP3" in each.project.topic and each.project.action.preset == "he-ria"]
    admitted = sum(admitted_by_edctp3(each.project) for each in edctp)
    print(f"  of these {len(edctp)} under EDCTP3, whose own states make {admitted} of them complete")
    named = [each for each in left if "IBA" in each.project.topic]
    print(f"  and {len(named)} for beneficiaries that the work programme names")


def print_payments(found: Sequence[Judged]) -> None:
    """Partners that are paid although the default conditions would not pay them, by country and by programme."""
    own = [each for each in found if each.project.action.preset == "he-ria"]
    countries = Counter(country for each in own for country in each.paid_against_rule)
    total, against = sum(each.paid for each in own), sum(countries.values())
    print(f"\npaid partners in RIA and IA: {total}, not payable by default: {against} ({against / total:.2%})")
    print(f"  by country: {', '.join(f'{country} {number}' for country, number in countries.most_common())}")
    health = sum(each.paid_against_rule.count("US") for each in own if "HLTH" in each.project.topic)
    print(f"  US in health topics: {health}")


def print_recommendations(projects: Sequence[Funded]) -> None:
    """What is said of partners that were taken away from their teams."""
    dice = random.Random(SEED)
    drawn = dice.sample(projects, len(projects))
    print(
        f"\nof {len(drawn)} RIA, {sum(1 for _ in natural_gaps(drawn))} have a partner without whom they are incomplete"
    )
    print(f"  said of that partner: {dict(answers(natural_gaps(drawn), ASKED))}")
    print(f"  teams bared to the least: {dict(answers(bared_gaps(drawn, random.Random(SEED)), ASKED))}")
    print(f"  any partner of any team: {dict(answers(any_gaps(drawn, random.Random(SEED)), ASKED))}")
    kinds = {"bared teams": bared_gaps(drawn, random.Random(SEED)), "three associated countries": outside_gaps(drawn)}
    for name, gaps in kinds.items():
        print(f"  partners left over from {name}, (by plain counting, by the rules):")
        for pair, number in sorted(agreement(gaps, ASKED).items()):
            print(f"    {pair}: {number}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
