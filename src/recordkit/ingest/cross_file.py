"""Tables that belong together but came in several files: what one gives is kept until those that join it are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recordkit.agencies import Agency
from recordkit.mapping import Sides

# Rows that formats give to others, over all files: where they are from, then the fields given (String).
GIVEN = {"agency": pl.String, "format": pl.String}


@dataclass(frozen=True)
class Side:
    """The given rows of one file: GIVEN and the fields; `received` is the month in which the file came."""

    sha256: str
    received: str | None
    rows: pl.DataFrame


def provided_rows(agency: str, form: str, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` (strings), with agency and format as first columns: what another file of the sender may join."""
    return rows.select(pl.lit(agency).alias("agency"), pl.lit(form).alias("format"), *rows.columns)


def rows_to_join(agency: Agency, own: Sides, sides: Sequence[Side], received: str | None) -> Sides:
    """Format -> rows: those of the file itself (`own`), else of the other files that a join may look into."""
    found = dict(own)
    for form in agency.formats:
        for join in form.reshape.join:
            if join.format in found or join.within == "file":
                continue
            near = [one for one in sides if join.within == "sender" or one.received == received]
            rows = [part for one in near if (part := _of(one, agency.id, join.format)).height]
            if rows:
                found[join.format] = pl.concat(rows, how="diagonal")
    return found


def _of(side: Side, agency: str, form: str) -> pl.DataFrame:
    """The rows of one format, without the columns that only others have."""
    if not side.rows.height:
        return side.rows
    ours = side.rows.filter(agency=agency, format=form).drop("agency", "format")
    return ours.select(name for name in ours.columns if ours[name].null_count() < ours.height)


def providers(awaits: Sequence[str], sides: Mapping[str, Side]) -> list[Side]:
    """Of the sides by file those that give what a file awaits ("agency/format"), in a fixed order.

    Which of them a join may look into is decided by `beside`.
    """
    wanted = {tuple(name.split("/", 1)) for name in awaits}
    found = []
    for _, side in sorted(sides.items()):
        has = set(side.rows.select("agency", "format").unique().rows()) if side.rows.height else set()
        if wanted & has:
            found.append(side)
    return found
