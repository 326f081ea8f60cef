"""Cases under two numbers, and the cost of linking cases, on years of synthetic cases.

    python benchmarks/cases/run.py 1000000 [YEARS [SEED]]

Prints CPU seconds and peak memory after every stage, and precision and recall of joins by evidence against the truth.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from generate import TRUE, Made, generate

from recordkit import declarations, linkage
from recordkit.linkage import cases as case_linking
from recordkit.linkage import human_decisions, incidents, mentions


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Run one stage; say what it cost and how much memory the process has had at most so far."""
    began = time.process_time()
    done = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{what:<28} {time.process_time() - began:7.1f} CPU s   peak {peak:5.2f} GB", flush=True)
    return done


def run(made: Made) -> tuple[pl.DataFrame, incidents.Incidents]:
    """Every stage of linking cases; the members before the evidence is weighed (benchmarks/compile measures merging)."""
    spec = linkage.load([declarations.PACKAGED])
    found = timed("cases by number", lambda: case_linking.link(made.cases, spec.cases, human_decisions.empty()))
    people = timed("mentions", lambda: mentions.distinct(made.persons, found.members))
    one = timed("incidents", lambda: incidents.link(
        made.cases, made.charges, people, found, spec, decisions=human_decisions.empty()
    ))  # fmt: skip
    timed("mentions of one case", lambda: mentions.merge(one.members(people), spec.mentions))
    return found.members, one


def judged(made: Made, members: pl.DataFrame, one: incidents.Incidents) -> None:
    """Precision and recall of joins by evidence; what was asked; by kind of what was planted."""
    record = dict(zip(made.truth["record_id"], zip(made.truth["incident"], made.truth["planted"], strict=True), strict=True))
    joined = one.links.filter(pl.col("kind") == "case")
    right = [record[a][0] == record[b][0] for a, b in joined.select("left_id", "right_id").iter_rows()]
    print(f"\njoins by evidence {len(right):,}, right {sum(right):,}: precision {np.mean(right):.5f}")
    asked = one.review.select("left_id", "right_id").rows()
    print(f"asked of people {len(asked):,}, of them one incident {sum(record[a][0] == record[b][0] for a, b in asked):,}")
    case_of = dict(members.iter_rows())
    into = dict(one.case_of.iter_rows())
    final = {name: into.get(case, case) for name, case in case_of.items()}
    first = {incident: name for name, (incident, part) in record.items() if part is None}
    grey = {frozenset((case_of[a], case_of[b])) for a, b in asked}
    for part in TRUE:
        mine = [(name, first[incident]) for name, (incident, planted) in record.items() if planted == part]
        open_ = [(a, b) for a, b in mine if case_of[a] != case_of[b]]
        hit = sum(final[a] == final[b] for a, b in open_)
        shown = sum(frozenset((case_of[a], case_of[b])) in grey for a, b in open_)
        print(f"{part:<10} {len(open_):>7,} planted   joined {hit / max(len(open_), 1):.3f}   asked {shown / max(len(open_), 1):.3f}")
    wrong = [sorted((str(record[a][1]), str(record[b][1]))) for (a, b), fine in
             zip(joined.select("left_id", "right_id").iter_rows(), right, strict=True) if not fine]  # fmt: skip
    print("wrong joins by what was planted:", pl.Series([" + ".join(w) for w in wrong], dtype=pl.String).value_counts(sort=True).rows())


if __name__ == "__main__":
    data = generate(*(int(word) for word in sys.argv[1:4]))
    print(f"{data.cases.height:,} submissions of cases, {data.persons.height:,} mentions")
    judged(data, *run(data))
