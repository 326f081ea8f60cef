"""A new month against the current edition: its people are compared with all, and the old ones not with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit.linkage import edges
from recordkit.linkage.graph import Ints


@dataclass(frozen=True)
class Increment:
    """What the edition before has found.

    persons: ref, person, one row per submission of a mention. links: its joins of people by weight. review: its grey
    pairs of people. models: its `models`. reopened: persons about whom somebody has decided something since; their
    mentions are compared anew.
    """

    persons: pl.DataFrame
    links: pl.DataFrame
    review: pl.DataFrame
    models: pl.DataFrame
    reopened: frozenset[str] = frozenset()

    def rows(self, refs: pl.Series, place: Ints) -> tuple[npt.NDArray[np.bool_], Ints]:
        """Of every mention: is it to be compared, and the first mention of its person in that edition (itself if new).

        refs, place: every submission of a mention, and the place of the mention. A mention with a submission that is
        new, and every mention of a person that was reopened or has lost a submission, is compared again.
        """
        count = int(place.max()) + 1 if len(place) else 0
        lost = self.persons.join(refs.to_frame("ref"), on="ref", how="anti")["person"].unique()
        open_ = pl.concat([lost, pl.Series(sorted(self.reopened), dtype=pl.String)])
        known = self.persons.filter(~pl.col("person").is_in(open_.implode()))
        placed = refs.to_frame("ref").join(known, on="ref", how="left", maintain_order="left")
        new = np.zeros(count, np.bool_)
        new[place[placed["person"].is_null().to_numpy()]] = True
        frame = pl.DataFrame({"place": place, "person": placed["person"]}).filter(pl.Series(~new[place]))
        firsts = frame.group_by("person").agg(first=pl.col("place").min())
        earlier = np.arange(count, dtype=np.int64)
        held = frame.join(firsts, on="person").unique("place", keep="any")
        earlier[held["place"].to_numpy()] = held["first"].to_numpy()
        return new, earlier

    def carried(
        self, made: pl.DataFrame, asked: pl.DataFrame, members: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Links and grey pairs of people: what was found now, and what stands of before. A join stands while its two
        sides are one person; a question while they are two, or one as they were when it was put. members: mention_ref,
        person_id."""
        pair = {"left_id": "one", "right_id": "other"}
        together = pl.col("one") == pl.col("other")
        held = _with_people(self.links, members, pair).filter(together).select(list(edges.LINKS))
        before = self.persons.select(mention_ref="ref", person_id="person")
        known = {"left_id": "one_before", "right_id": "other_before"}
        put = _with_people(_with_people(self.review, members, pair), before, known)
        still = ~together | (pl.col("one_before") == pl.col("other_before"))
        open_ = put.filter(still).select(list(edges.LINKS))
        links = pl.concat([made, held.join(made.select("link_id"), on="link_id", how="anti")])
        return links, pl.concat([asked, open_.join(asked.select("link_id"), on="link_id", how="anti")])


def _with_people(links: pl.DataFrame, members: pl.DataFrame, pair: Mapping[str, str]) -> pl.DataFrame:
    for side, name in pair.items():
        people = members.select(pl.col("mention_ref").alias(side), pl.col("person_id").alias(name))
        links = links.join(people, on=side)
    return links


def reopened(persons: pl.DataFrame, entries: Sequence[Mapping[str, Any]], since: int) -> frozenset[str]:
    """Persons of the submissions that entries of the ledger after the first `since` speak of, or take back."""
    taken = {entry["undoes"] for entry in entries[since:] if entry.get("what") == "undo"}
    decided = [(at, entry) for at, entry in enumerate(entries) if "left_id" in entry]
    answers = [entry for at, entry in decided if at >= since or entry["seq"] in taken]
    named = [entry[side] for entry in answers for side in ("left_id", "right_id")]
    refs = pl.DataFrame({"ref": named}, {"ref": pl.String})
    return frozenset(persons.join(refs, on="ref", how="semi")["person"])
