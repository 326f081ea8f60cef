"""What the cell of a place says: the name that is looked up, and whether something stands beside it that is not."""

from __future__ import annotations

import polars as pl

from recordkit.fields import text

# A footnote's mark behind a name: Okara², Kasur (1), Lahore*, Multan^a, Sialkot #, Jhelum [b].
_MARK = (
    r"(?:\s*(?:[*†‡§#\x{00b9}\x{00b2}\x{00b3}\x{2070}-\x{2079}\x{02b0}-\x{02b8}]+|\^\s?[A-Za-z0-9]{1,2}"
    r"|[(\[{]\s?[A-Za-z0-9*#]{1,2}\s?[)\]}])|[0-9]{1,2})+\s*$"
)
_SIGN = r"[*†‡§#^]"  # a mark that no key keeps
_BEHIND = r"\s*[(\[].*$"  # Kasur (Punjab)
_BETWEEN = r"\s*(?:[,/;&،|+]|\band\b|\s[-–—]\s|\bاور\b)\s*"
_YEAR = r"(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)"
_YEARS = r"(?:19|20)[0-9]{2}\s?[-–/]\s?[0-9]{2}(?:[^0-9]|$)|(?:19|20)[0-9]{2}\s?[-–/]\s?(?:19|20)[0-9]{2}"
# Tehsil, district, division, province.
_MOST = 4  # parts of a cell that are looked at


def stated(cells: pl.Series, names: pl.Series, unit: str | None = None) -> pl.DataFrame:
    """`key`: the folded name to look up; `left`: something stands beside it; `several`: it names several places, and
    then `key` is null. `names` are the folded names known; `unit` a pattern of words that only say what a place is.

    The cell as a whole comes first; then without the mark of a footnote; then its only part that is a name. A cell
    that is no name at all keeps its whole as the key.
    """
    bare = cells.str.replace_all(unit, "") if unit else cells
    whole = text.fold(bare)
    forms = pl.DataFrame({
        "whole": whole,
        "marked": text.fold(bare.str.replace(_MARK, "")),
        "short": text.fold(bare.str.replace(_BEHIND, "")),
    })  # fmt: skip
    parts = _parts(bare, unit)
    forms = pl.concat([forms, parts], how="horizontal")
    known = {name: pl.col(name).is_in(names.implode()).fill_null(False) for name in forms.columns}
    named = [pl.when(known[name]).then(pl.col(name)) for name in parts.columns]
    found = pl.concat_list(named).list.drop_nulls().list.unique(maintain_order=True)
    only = pl.when(found.list.len() == 1).then(found.list.first())
    several = ~known["whole"] & ~known["marked"] & ~known["short"] & (found.list.len() > 1)
    first = pl.coalesce(pl.when(known[name]).then(pl.col(name)) for name in ("whole", "marked", "short"))
    key = pl.when(~several).then(pl.coalesce(first, only, pl.col("whole")))
    return forms.select(
        key=key,
        left=((~known["whole"] | pl.lit(cells.str.contains(_SIGN))) & pl.coalesce(first, only).is_not_null())
        .fill_null(False),
        several=several.fill_null(False),
    )


def _parts(bare: pl.Series, unit: str | None) -> pl.DataFrame:
    """The first parts of a cell between commas, strokes and words, folded; all null where it has one part."""
    split = bare.str.replace_all(_BETWEEN, "\x1f").str.split("\x1f")
    many = split.list.len() > 1
    columns = {}
    for at in range(_MOST):
        part = pl.select(pl.when(many).then(split.list.get(at, null_on_oob=True))).to_series()
        columns[f"part{at}"] = text.fold(part.str.replace_all(unit, "") if unit else part)
    return pl.DataFrame(columns)


def of_other_year(cells: pl.Series, periods: pl.Series) -> pl.Series:
    """Whether the cell of a place states a year that is not the one of the row's period (`2026-07`), or several:
    `Kasur 2025`."""
    plain = text.plain(cells)
    frame = pl.DataFrame(
        {
            "year": plain.str.extract(_YEAR),
            "period": periods.cast(pl.String).str.head(4),
            "more": plain.str.contains(_YEARS),
        }
    )
    other = (pl.col("year") != pl.col("period")).fill_null(True) | pl.col("more")
    return frame.select((pl.col("year").is_not_null() & other).alias("other"))["other"]
