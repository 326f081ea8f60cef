"""How strongly the records of one person hang together: the strongest links between them, and the weakest of those."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

CERTAIN = 1.0  # a key or a human decided


@dataclass(frozen=True)
class Link:
    """One judged pair of mentions of a person."""

    probability: float
    id: str
    left: str  # mention_id
    right: str


class Groups:
    """Things that are joined to each other, two by two (union-find)."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def of(self, one: Hashable) -> Hashable:
        """What stands for the group of a thing."""
        above = self._above.setdefault(one, one)
        while above != self._above[above]:
            self._above[one] = above = self._above[above]
        return above

    def join(self, one: Hashable, other: Hashable) -> bool:
        """Join two groups; False where they are one already. The smaller name stands for both."""
        a, b = self.of(one), self.of(other)
        if a == b:
            return False
        low, high = sorted((a, b), key=str)
        self._above[high] = low
        return True


def chains(persons: pl.DataFrame, links: pl.DataFrame) -> dict[str, list[Link]]:
    """person_id -> the links that hold its mentions together, the strongest first (a maximum spanning tree).

    persons: mention_id, person_id, mention_refs. links: link_id, left_id, right_id, probability; a null probability is
    certain. Mentions of a person that no link joins stay apart here.
    """
    refs = persons.select("mention_id", "person_id", pl.col("mention_refs").alias("ref")).explode("ref")
    pairs = links.join(refs, left_on="left_id", right_on="ref").join(
        refs, left_on=["right_id", "person_id"], right_on=["ref", "person_id"], suffix="_right"
    )
    pairs = pairs.filter(pl.col("mention_id") != pl.col("mention_id_right")).with_columns(
        pl.col("probability").fill_null(CERTAIN)
    )
    order = pairs.sort("probability", "link_id", descending=[True, False])
    joined, found = Groups(), dict[str, list[Link]]()
    columns = ("probability", "link_id", "mention_id", "mention_id_right", "person_id")
    for probability, link_id, left, right, person in order.select(columns).iter_rows():
        if joined.join(left, right):
            found.setdefault(person, []).append(Link(probability, link_id, left, right))
    return found


def needed(chain: Sequence[Link], label: Mapping[str, str], least: int = 2) -> list[Link] | None:
    """The links that have to hold for some records with `least` different labels to be of one person; [] for none.

    None where no chain joins as many. The last one is the weakest.
    """
    marks: dict[Hashable, set[str]] = {}
    joined, used = Groups(), list[Link]()
    for link in chain:
        both = {*_marks(joined, marks, link.left, label), *_marks(joined, marks, link.right, label)}
        joined.join(link.left, link.right)
        marks[joined.of(link.left)] = both
        used.append(link)
        if len(both) >= least:
            return used
    return None


def _marks(joined: Groups, marks: Mapping[Hashable, set[str]], mention: str, label: Mapping[str, str]) -> set[str]:
    own = {label[mention]} if mention in label else set()
    return marks.get(joined.of(mention), own)


def to_core(chain: Sequence[Link], core: str) -> dict[str, float]:
    """Mention -> the weakest link between it and the core, with the core itself; what no chain reaches is not in it."""
    neighbours: dict[str, dict[str, float]] = {}
    for link in chain:
        neighbours.setdefault(link.left, {})[link.right] = link.probability
        neighbours.setdefault(link.right, {})[link.left] = link.probability
    reached, waiting = {core: CERTAIN}, [core]
    while waiting:
        here = waiting.pop()
        for there, probability in neighbours.get(here, {}).items():
            if there not in reached:
                reached[there] = min(reached[here], probability)
                waiting.append(there)
    return reached
