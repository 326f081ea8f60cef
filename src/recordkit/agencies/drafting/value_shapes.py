"""What the values of a column look like: the share of them that each kind of field can read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recordkit import details, reference
from recordkit.agencies import periods
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.header_words import fold, fold_all
from recordkit.fields import cnic, dates, fir, numbers, passports, phones
from recordkit.source_fields import IntakeField

if TYPE_CHECKING:
    from recordkit.agencies.drafting.sheet_guess import ColumnGuess


# A reading that fits nearly all values rules out the looser ones that fit them too.
CLEARER = (("sections", ("fir",)), ("date", ("passport", "period", "fir")), ("cnics", ("phones", "passport", "count")))
CLEAR = 0.8
SMALL = 100  # a list that counts its rows begins below it; references of a system do not
SAMPLE = 200  # distinct values of a column that are looked at
_SEVERAL = r"[,;|\n،]"
_YEAR_MONTH = r"^\s*(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])\s*$"


def reading(name: str, field: IntakeField) -> str:
    """The name of the reading that fits a field: its type, with its vocabulary or kind of place."""
    if field.type == "code":
        return f"code:{field.vocabulary}"
    return {"place": f"place:{name}", "ignore": "serial"}.get(field.type, field.type)


def readings(values: Sequence[str], catalogue: Catalogue) -> dict[str, float]:
    """`readings_of` one column."""
    return readings_of([values], catalogue)[0]


def readings_of(columns: Sequence[Sequence[str]], catalogue: Catalogue) -> list[dict[str, float]]:
    """Of every column: reading -> share (0..1) of the distinct values that it can read; {} when there is none.

    Besides the field types: `filled`, `words` (no digit), `serial` (row numbers), `identifier` (each another). What
    reads a value reads those of all columns at once: it costs as much for one column.
    """
    samples = [pl.Series("value", list(dict.fromkeys(values))[:SAMPLE], dtype=pl.String) for values in columns]
    read = _read(pl.concat(samples).unique(maintain_order=True), catalogue.reference) if samples else pl.DataFrame()
    return [
        _of_column(values, sample, read, catalogue) if sample.len() else {}
        for values, sample in zip(columns, samples, strict=True)
    ]


def _of_column(
    values: Sequence[str], distinct: pl.Series, read: pl.DataFrame, catalogue: Catalogue
) -> dict[str, float]:
    """The readings of one column, of which `distinct` are looked at; `read` has a row for each of these."""
    means = distinct.to_frame().join(read, on="value", maintain_order="left").select(pl.exclude("value").mean())
    shares: dict[str, float] = means.row(0, named=True)
    parts, marked, named = (shares.pop(name) for name in ("parts", "marked", "named"))
    shares["cnics"] = shares["cnics"] / parts if parts else 0.0
    shares["people"] = min(1.0, max(marked * 4, named * 1.4))  # one mark in four cells is telling
    shares |= {f"place:{kind}": _mean(flags) for kind, flags in _places(distinct, catalogue).items()}
    shares |= _codes(distinct, catalogue)
    shares["period"] = _mean(periods.clean(distinct, catalogue.months).is_not_null())
    shares["filled"] = 1.0
    shares["words"] = _mean(~distinct.str.contains(r"\p{Nd}"))
    shares["serial"] = _consecutive(values)
    shares["shaped"] = _mean(_shaped(distinct))
    shares["identifier"] = _identifiers(values)
    for special, general in CLEARER:
        if shares.get(special, 0.0) >= CLEAR:
            shares |= dict.fromkeys(general, 0.0)
    return {name: share for name, share in shares.items() if share > 0}


def _read(values: pl.Series, tables: reference.Reference) -> pl.DataFrame:
    """`value`, and for each kind of field whether it can be read (0 or 1); of `parts` of a value, how many are `cnics`;
    of names, whether a mark is in them (`marked`) and whether a given name is (`named`)."""
    flags = {name: read(values, tables).cast(pl.Float64).fill_null(0) for name, read in _KERNELS.items()}
    return pl.DataFrame({"value": values, **flags, **_cnics(values, tables), **_people(values, tables)})


def _consecutive(values: Sequence[str]) -> float:
    """The share of values that are one more than the value above: row numbers."""
    whole = pl.Series(values, dtype=pl.String).cast(pl.Int64, strict=False)
    first = whole.drop_nulls().first() if whole.len() else None
    small = isinstance(first, int) and first <= SMALL
    return _mean((whole.diff() == 1).fill_null(False)) if len(values) > 2 and small else 0.0


def _shaped(values: pl.Series) -> pl.Series:
    """One word with a digit in it."""
    return values.str.contains(r"^[\p{L}\p{N}][\p{L}\p{N}/_.#-]*$") & values.str.contains(r"[0-9]")


def _identifiers(values: Sequence[str]) -> float:
    """1 when every value is another, and each is one word with a digit in it; numbers alone may be anything."""
    word = pl.Series(values, dtype=pl.String)
    numbers = _mean(word.str.contains(r"^[0-9.,]{1,5}$"))
    return (
        _mean(_shaped(word)) if len(values) > 4 and len(set(values)) >= 0.98 * len(values) and numbers < CLEAR else 0.0
    )


def _mean(flags: pl.Series) -> float:
    value = flags.cast(pl.Float64).fill_null(0).mean()
    return float(value) if isinstance(value, (int, float)) else 0.0


def _dates(values: pl.Series, tables: reference.Reference) -> pl.Series:
    read = dates.clean(values, None, tables)
    return read.get_column("date_from").is_not_null() & ~values.str.contains(r"^[0-9]{1,4}$")


def _firs(values: pl.Series, tables: reference.Reference) -> pl.Series:
    read = fir.clean(values, tables)
    whole = (values.str.len_chars() <= 40) & ~values.str.contains(_YEAR_MONTH)
    return read.get_column("fir_no").is_not_null() & read.get_column("fir_year").is_not_null() & whole


def _cnics(values: pl.Series, tables: reference.Reference) -> dict[str, pl.Series]:
    """Values cut where people put several things into one cell: how many parts there are, and how many are cards."""
    lists = values.str.replace_all(_SEVERAL, "\n").str.split("\n").alias("part")
    parts = lists.to_frame().with_row_index("at").explode("part").with_columns(pl.col("part").str.strip_chars())
    parts = parts.filter(pl.col("part").str.contains(r"[\p{L}\p{N}]"))
    read = cnic.clean(parts["part"], tables)
    is_card = read["cnic"].is_not_null() | read["codes"].list.contains("RK305")
    counted = parts.select("at", card=is_card).group_by("at").agg(pl.len(), pl.col("card").sum())
    every = pl.DataFrame({"at": pl.int_range(len(values), dtype=pl.UInt32, eager=True)})
    found = every.join(counted, on="at", how="left", maintain_order="left").fill_null(0).cast(pl.Float64)
    return {"parts": found["len"], "cnics": found["card"]}


def _phones(values: pl.Series, tables: reference.Reference) -> pl.Series:
    return phones.clean(values, tables).get_column("phones").list.len() > 0


def _passports(values: pl.Series, tables: reference.Reference) -> pl.Series:
    return passports.clean(values, tables).get_column("passport").is_not_null()


def _ages(values: pl.Series, tables: reference.Reference) -> pl.Series:
    return numbers.age(values, tables).get_column("value").is_not_null()


def _counts(values: pl.Series, tables: reference.Reference) -> pl.Series:
    return numbers.count(values, tables).get_column("value").is_not_null()


def _years(values: pl.Series, _: reference.Reference) -> pl.Series:
    return values.str.contains(r"^\s*(19|20)[0-9]{2}\s*$")


def _sections(values: pl.Series, tables: reference.Reference) -> pl.Series:
    """A section of law names its act somewhere."""
    words = reference.words(tables.acts, ["act"], ["short", "aliases"]).get_column("word").to_list()
    return values.str.contains(_any_word(words)) & values.str.contains(r"[0-9۰-۹]")


def _people(values: pl.Series, tables: reference.Reference) -> dict[str, pl.Series]:
    """Names with a mark of relation or alias in them, and names with a given name."""
    marks = tables.name_variants.filter(pl.col("kind").is_in(["relation", "alias marker"]))
    words = reference.words(marks, ["kind"], ["canonical", "variants", "urdu"]).get_column("word").to_list()
    marked = values.str.contains(_any_word(words)) & ~values.str.contains(r"[0-9]{3}")
    given = tables.name_variants.filter(pl.col("kind").str.starts_with("given"))
    known = reference.words(given, ["kind"], ["canonical", "variants", "urdu"]).get_column("word").to_list()
    two_words = values.str.contains(r"\p{L}\s+\p{L}") & ~values.str.contains(r"[0-9]")
    named = values.str.contains(_any_word(known)) & two_words
    return {"marked": marked.cast(pl.Float64).fill_null(0), "named": named.cast(pl.Float64).fill_null(0)}


def _any_word(words: Sequence[str]) -> str:
    listed = "|".join(sorted((re.escape(word) for word in words), key=lambda word: (-len(word), word)))
    return rf"(?i)(?:^|[^\p{{L}}])(?:{listed})(?:[^\p{{L}}]|$)"


_KERNELS: Mapping[str, Callable[[pl.Series, reference.Reference], pl.Series]] = {
    "date": _dates,
    "fir": _firs,
    "phones": _phones,
    "passport": _passports,
    "age": _ages,
    "count": _counts,
    "year": _years,
    "sections": _sections,
}


def _places(values: pl.Series, catalogue: Catalogue) -> dict[str, pl.Series]:
    folded = pl.Series(fold_all(values.to_list()))
    stations = reference.words(catalogue.reference.stations, ["district"], ["station", "aliases", "urdu"])
    known = {
        "district": list(catalogue.known["districts"]),
        "province": list(catalogue.known["provinces"]),
        "police_station": fold_all(stations.get_column("word").to_list()),
    }
    return {kind: folded.is_in(words) for kind, words in known.items()}


def _codes(values: pl.Series, catalogue: Catalogue) -> dict[str, float]:
    """A vocabulary's share; one value alone tells nothing, and many different ones are no vocabulary."""
    if not 2 <= values.len() <= 60:
        return {}
    columns = ["code", "label", "variants"]
    words = reference.words(catalogue.reference.codes, ["vocabulary"], columns)
    folded = words.with_columns(pl.Series("word", fold_all(words.get_column("word").to_list())))
    cells = pl.DataFrame({"word": fold_all(values.to_list())})
    hits = folded.unique().join(cells, on="word").group_by("vocabulary").agg(pl.len())
    return {f"code:{name}": count / cells.height for name, count in hits.rows()}


NEARLY_ALL = 0.9
PLACES = {"police_station", "district"}
SIGNS = "/,|;"
NUMBER = r"[0-9]{1,6}\s*/\s*(?:(?:19|20)[0-9]{2}|[0-9]{2})"
BEFORE = r"^\s*[^0-9]{1,12}[-/ ]\s*"
AGE_AND_SEX = r"\s*(?P<age>[0-9]{1,3})\s*[/,-]\s*(?P<sex>[^\W\d_]+)\s*"
CNIC = r"[0-9]{5}-?[0-9]{7}-?[0-9]"


@dataclass(frozen=True)
class Cut:
    """A pattern with named groups, and the field of cells that it does not fit."""

    pattern: str
    otherwise: str | None
    why: str


def cut(
    one: ColumnGuess, shares: Mapping[str, float], below: pl.DataFrame, *, fields: Mapping[str, IntakeField],
    used: set[str], districts: frozenset[str],
) -> ColumnGuess:  # fmt: skip
    """The guess, with the pattern that its cells need."""
    declared = fields.get(one.field or "")
    kind = declared.type if declared else None
    cells = below.get_column(one.column).drop_nulls()
    if kind == "fir" and shares.get("fir", 0.0) < 0.3:
        fits = _share(cells, rf"{BEFORE}{NUMBER}\s*$")
        if fits >= NEARLY_ALL:
            pattern = rf"{BEFORE}(?P<{one.field}>{NUMBER})\s*$"
            shape = details.text("number_behind_letters", share=f"{fits:.0%}")
            why = details.text("both", one=one.why.split(";")[0], other=shape)
            return replace(
                one, confidence=0.80, why=why, cut=Cut(pattern, one.field, details.text("letters_no_number"))
            )
    if one.field in PLACES and not used >= PLACES and set(fields) >= PLACES:
        for sign in SIGNS:
            share = _two_places(cells, sign, districts)
            if share >= NEARLY_ALL:
                pattern = rf"^\s*(?P<police_station>[^{sign}]+?)\s*[{sign}]\s*(?P<district>[^{sign}]+?)\s*$"
                why = details.text("station_and_district", share=f"{share:.0%}")
                return replace(one, confidence=0.80, cut=Cut(pattern, "police_station", why))
    if one.field in ("age", "sex") and not {"age", "sex"} <= used and {"age", "sex"} <= set(fields):
        fits = _share(cells, rf"^{AGE_AND_SEX.replace('?P<age>', '').replace('?P<sex>', '')}$")
        if fits >= NEARLY_ALL:
            parts = Cut(rf"^{AGE_AND_SEX}$", None, details.text("age_and_sex", share=f"{fits:.0%}"))
            return replace(one, confidence=max(one.confidence, 0.80), cut=parts)
    if one.field == "cnic" and "passport" in fields and "passport" not in used:
        cnics = _share(cells, rf"^\s*{CNIC}\s*$")
        codes = _share(cells, r"^\s*[A-Za-z]{1,2}[0-9]{6,8}\s*$")
        if codes >= 0.05 and cnics + codes >= NEARLY_ALL:
            parts = Cut(
                rf"^\s*(?P<cnic>{CNIC})\s*$",
                "passport",
                details.text("cnics_and_passports", cnics=f"{cnics:.0%}", passports=f"{codes:.0%}"),
            )
            return replace(one, confidence=max(one.confidence, 0.80), cut=parts)
    return one


def _two_places(cells: pl.Series, sign: str, districts: frozenset[str]) -> float:
    """Share of the cells that are two parts with the sign between them, a district being the second."""
    parts = cells.unique().str.split(sign)
    two = parts.filter(parts.list.len() == 2)
    known = [fold(word) in districts for word in two.list.last().to_list()]
    return sum(known) / len(parts) if len(parts) else 0.0


def _share(cells: pl.Series, pattern: str) -> float:
    mean = cells.str.contains(pattern).cast(pl.Float64).mean()
    return float(mean) if isinstance(mean, float) else 0.0
