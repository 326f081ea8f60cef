"""A whole name taken apart: `SMITH, JOHN A` and `Mr John A. Smith Jr` alike."""

from __future__ import annotations

import polars as pl

TITLES = r"(?i)^\s*(?:mr|mrs|miss|ms|dr|prof|rev|sir|master)\b\.?\s+"
SUFFIX = r"(?i)[\s,]+(jr|sr|junior|senior|ii|iii|iv|esq)\b\.?\s*$"


def part(values: pl.Series, wanted: str) -> pl.Series:
    """The given name, the middle names, the family name or the suffix (lower case); null where there is none.

    Before a comma stands the family name; without one it is the last word.
    """
    distinct = pl.DataFrame({"raw": values.unique()}).drop_nulls()
    name = pl.col("raw").str.replace(TITLES, "").str.replace(SUFFIX, "").str.strip_chars(" ,")
    comma = name.str.contains(",", literal=True)
    before, after = name.str.extract(r"^([^,]*)"), name.str.extract(r",\s*(.*)$")
    family = pl.when(comma).then(before).when(name.str.contains(r"\s")).then(name.str.extract(r"(\S+)$"))
    rest = pl.when(comma).then(after).otherwise(name.str.replace(r"\s+\S+$", ""))
    found = {
        "family": family,
        "given": rest.str.extract(r"^(\S+)"),
        "middle": rest.str.extract(r"^\S+\s+(.*)$"),
        "suffix": pl.col("raw").str.extract(SUFFIX).str.to_lowercase(),
    }[wanted]
    table = distinct.with_columns(found.str.strip_chars().alias("part"))
    joined = values.alias("raw").to_frame().join(table, on="raw", how="left", maintain_order="left")["part"]
    return joined.set(joined == "", None)
