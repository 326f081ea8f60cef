"""Where the reports of one case disagree on its registration: what most of them say stands, of equals the newest.

Only its place is what the newest says: a case may move, and what it then says of itself is judged there. What was said
of it as an enquiry counts only where nothing is said of it as a case.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from recordkit.linkage.merging.survivorship import SUPERSEDED
from recordkit.tables import Fact, Table

BY = "case_id"


def settled(own: pl.DataFrame, table: Table) -> pl.DataFrame:
    """`own` with the outvoted facts of a report blank.

    own: reports of cases by the agency that each is named after, oldest first, with case_id.
    """
    for fact, places, _ in _outvoted(own, table):
        mine = [name for name in table.merged_together(fact) if name in own.columns]
        lost = pl.int_range(pl.len()).is_in(places.implode())
        own = own.with_columns(pl.when(~lost).then(name).alias(name) for name in mine)
    return own


def outvoted(own: pl.DataFrame, table: Table) -> pl.DataFrame:
    """file_sha256, sheet, row, field: the facts that were left out, each at its report; but not what was right when it
    was reported: another place from which the case moved, the day of the enquiry."""
    parts = [
        own[places.filter(~excused)].select("file_sha256", "sheet", "row", field=pl.lit(table.facts[fact].key[0]))
        for fact, places, excused in _outvoted(own, table)
    ]
    schema = {"file_sha256": pl.String, "sheet": pl.String, "row": pl.Int64, "field": pl.String}
    return pl.concat([pl.DataFrame(schema=schema), *parts]).unique(maintain_order=True)


def _outvoted(own: pl.DataFrame, table: Table) -> Iterator[tuple[str, pl.Series, pl.Series]]:
    """The places in `own` of the reports that say something else, and whether they were right at their time; for each
    of the declared facts in which any do."""
    present = {name: fact for name, fact in table.facts.items() if fact.key and set(fact.key) <= set(own.columns)}
    votes = own.select(
        BY, *dict.fromkeys(name for fact in present.values() for name in fact.key),
        at=pl.int_range(pl.len(), dtype=pl.Int64),
        old=pl.col(SUPERSEDED) if SUPERSEDED in own.columns else pl.lit(False),
        early=(pl.col("stage") == "enquiry").fill_null(False) if "stage" in own.columns else pl.lit(False),
        elsewhere=pl.lit(False),
    ).filter(pl.len().over(BY) > 1)  # fmt: skip
    for name, fact in present.items():
        contested = _contested(votes, fact)
        if contested.height:
            losers = _losers(contested, fact)
            lost = losers["at"]
            if fact.moves:
                votes = votes.with_columns(elsewhere=pl.col("elsewhere") | pl.col("at").is_in(lost.implode()))
            moved = pl.lit(fact.moves)
            yield name, lost, losers.select(moved | pl.col("elsewhere") | pl.col("early")).to_series()


def _contested(votes: pl.DataFrame, fact: Fact) -> pl.DataFrame:
    """The reports of the cases in which two say different things."""
    stated = votes.filter(pl.any_horizontal(pl.col(fact.key).is_not_null()))
    differ = pl.any_horizontal(pl.col(name).min() != pl.col(name).max() for name in fact.key)
    return stated.join(stated.group_by(BY).agg(bad=differ).filter("bad"), on=BY, how="semi", maintain_order="left")


def _losers(contested: pl.DataFrame, fact: Fact) -> pl.DataFrame:
    """The reports that say something else. Whole facts are counted; halves only where nobody says more."""
    votes = contested.group_by(BY, *fact.key).agg(
        pl.col("elsewhere", "early", "old").all(), pl.len().alias("votes"), pl.col("at").max().alias("newest")
    )
    if fact.moves:
        votes = votes.with_columns(votes=pl.lit(1))
    halves = pl.sum_horizontal(pl.col(name).is_null().cast(pl.Int8) for name in fact.key)
    best = votes.with_columns(halves=halves).sort(
        BY, "elsewhere", "early", "old", "halves", "votes", "newest", descending=[False] * 5 + [True] * 2
    )
    best = best.unique(BY, keep="first", maintain_order=True).select(BY, *fact.key)
    return contested.join(best, on=[BY, *fact.key], how="anti", nulls_equal=True, maintain_order="left")
