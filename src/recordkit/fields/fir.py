"""Columns of numbers of FIRs and enquiries."""

from __future__ import annotations

import polars as pl

from recordkit.fields import calendars, dispatch, fir_numbers, fir_quotes, spreadsheet_dates, text
from recordkit.fields.fir_patterns import YEAR, read_fir_patterns
from recordkit.fields.fir_quotes import REFERENCES
from recordkit.fields.particulars import BORDER
from recordkit.reference import Reference

CURRENT = 5  # years before that of the file in which a case may still be sent without its date; by judgement
_COLUMNS = ("fir_no", "fir_year", "office", "codes")
_ABBREVIATION = r"(?i)^[a-z]\s?/\s?[a-z]\b"  # r/o, r/w, c/o
_WRAPPERS = "[]{}<>`\"' "  # [123/26]
_PLAIN_YEAR = r"^((?:19|20)[0-9]{2}|[0-9]{2})(?:\.0+)?$"
_ANY_DATE = r"[0-9]{1,2}\s?[./\-]\s?[0-9]{1,2}\s?[./\-]\s?[0-9]{2,4}"


@dispatch.remembered
def clean(
    values: pl.Series, reference: Reference, verbatim: str | None = None, allowed: str | None = None
) -> pl.DataFrame:
    """`fir_no` (no leading zeros, with its letter: "123-A"), `fir_year` Int32, `office`, `others` (further numbers of
    the cell, as of `fir_quotes.references`), `codes`, `suggestion`, `detail`; and `other_no`, `other_year`, which are
    null but for a number that can be read in two ways: 2021/26 is number 26 of 2021, or the other way round number 2021
    of 2026, and the date of the case shows which.

    `office` is the station or circle that stands next to the number ("45/2026 AHTC Gujranwala"). `verbatim`, `allowed`:
    declared patterns; a cell that has the first as a whole is the identifier itself, as written, and so is one that has
    the other and would not be used up as a number. RK310 unreadable, RK311 no year, RK334 letters read as digits, RK366
    something else stands in the cell, RK367 two numbers or more, RK392 read from a form that is not number/year.
    """
    written, lettered = fir_numbers.with_figures(text.plain(values, reference).str.strip_chars(_WRAPPERS))
    parts = fir_numbers.parse_number(written, reference)
    number, others = parts["fir_no"], _others(parts, reference)
    many = others.list.len() > 0
    office = _office(written, parts, others, reference)
    left = number.is_not_null() & ~many & _left(parts, office, reference)
    declared = _has(written, verbatim) | (_has(written, allowed) & (number.is_null() | many | left))
    out = _columns(written, declared, parts.with_columns(office=office, others=others), reference)
    plain = ~declared
    codes = dispatch.codes(
        {
            "RK310": plain & written.is_not_null() & number.is_null(),
            "RK311": plain & number.is_not_null() & out["fir_year"].is_null(),
            "RK334": plain & lettered & number.is_not_null(),
            "RK366": plain & left,
            "RK367": plain & number.is_not_null() & many,
            "RK392": plain & parts["unusual"],
        }
    )
    unread = written.is_not_null() & out["fir_no"].is_null()
    out = spreadsheet_dates.noted(out.with_columns(codes), written, unread, "year")
    read = pl.when(pl.lit(plain & parts["unusual"])).then(_number_and_year())
    return out.select(*_COLUMNS, pl.exclude(_COLUMNS)).with_columns(suggestion=pl.coalesce("suggestion", read))


def _columns(written: pl.Series, declared: pl.Series, parts: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """The columns of `clean` without findings: a declared identifier as it is written, everything else as read."""
    shared = parts["others"].list.eval(pl.element().struct.field("fir_year")).list.drop_nulls().list.first()
    other = fir_numbers.number_first(written, reference)
    as_written = pl.lit(declared)
    read = {
        "fir_year": pl.coalesce("fir_year", pl.lit(shared)).cast(pl.Int32),
        "office": pl.col("office"),
        "other_no": pl.lit(other["number"] + other["letter"]),
        "other_year": pl.lit(other["year"]),
    }
    return parts.select(
        pl.when(as_written).then(pl.lit(written)).otherwise("fir_no").alias("fir_no"),
        pl.when(as_written).then(pl.lit([], REFERENCES)).otherwise("others").alias("others"),
        *(pl.when(~as_written).then(values).alias(name) for name, values in read.items()),
    ).select("fir_no", "fir_year", "office", "others", "other_no", "other_year")


def _number_and_year() -> pl.Expr:
    return pl.concat_str("fir_no", pl.col("fir_year").cast(pl.String), separator="/", ignore_nulls=True)


@dispatch.remembered
def years(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`year` Int32 of a column that holds only years; `codes`: RK331 (unreadable)."""
    written = text.plain(values, reference)
    year = calendars.four_digit_years(written.str.extract(_PLAIN_YEAR)).alias("year")
    return pl.DataFrame({"year": year, "codes": dispatch.codes({"RK331": written.is_not_null() & year.is_null()})})


def with_stated_year(cleaned: pl.DataFrame, stated: pl.Series) -> pl.DataFrame:
    """`clean` of a column that has the year (Int32) in a column of its own: no RK311, and RK368 where the two differ.

    Null years say nothing.
    """
    year = pl.lit(stated)
    left = pl.when(year.is_not_null()).then(pl.col("codes").list.set_difference(["RK311"])).otherwise("codes")
    differ = (year != pl.col("fir_year")).fill_null(False)
    more = pl.when(differ).then(pl.lit(["RK368"])).otherwise(pl.lit([], dispatch.CODES))
    return cleaned.with_columns(codes=pl.concat_list(left, more))


def with_likely_year(cleaned: pl.DataFrame, dated: pl.Series, sent: pl.Series) -> pl.DataFrame:
    """`clean` of numbers of which both parts can be the year, decided by the year (Int32) of the row's own date, else
    by that of its file: 2021/26 of a case of 2026 is its number 2021, and 2043 is no year that a file of 2026 knows.

    RK360 where no date decides and both can be a year from which a case is still sent.
    """
    if not cleaned["other_year"].count():
        return cleaned
    one, other = pl.col("fir_year"), pl.col("other_year")
    date, file = pl.lit(dated.cast(pl.Int32)), pl.lit(sent.cast(pl.Int32))
    believed = pl.coalesce(file, date)
    may, other_may = (year.is_between(believed - CURRENT, believed).fill_null(True) for year in (one, other))
    dated_so = ((one == date) | (other == date)).fill_null(False)
    by_date = (other == date) & one.ne_missing(date)
    by_file = ~dated_so & ((other_may & ~may) | ((other == file) & (one != file)))
    turned = other.is_not_null() & (by_date | by_file).fill_null(False)
    doubtful = other.is_not_null() & ~dated_so & may & other_may & (one != other)
    judged = cleaned.with_columns(_turned=turned, _doubtful=doubtful.fill_null(False))
    others = pl.when("_turned").then(pl.col("codes").list.set_difference(["RK311"])).otherwise("codes")
    more = pl.when("_doubtful").then(pl.lit(["RK360"])).otherwise(pl.lit([], dispatch.CODES))
    read = judged.with_columns(
        fir_no=pl.when("_turned").then("other_no").otherwise("fir_no"),
        fir_year=pl.when("_turned").then("other_year").otherwise("fir_year"),
        codes=pl.concat_list(others, more),
    )
    asked = pl.col("_doubtful") | (pl.col("_turned") & pl.col("codes").list.contains("RK392"))
    suggestion = pl.when(asked).then(_number_and_year()).otherwise("suggestion").alias("suggestion")
    return read.with_columns(suggestion).drop("_turned", "_doubtful")


def _has(written: pl.Series, pattern: str | None) -> pl.Series:
    """Whether a pattern fits each cell as a whole."""
    return written.str.contains(rf"^(?:{pattern})$" if pattern else "a^").fill_null(False)


def _office(written: pl.Series, parts: pl.DataFrame, others: pl.Series, reference: Reference) -> pl.Series:
    """The station or circle next to a number; of several numbers what stands behind the last."""
    listed = others.list.last().struct.field("police_station")
    alone = pl.when(pl.lit(others.list.len() == 0)).then(parts["rest"])
    known = read_fir_patterns(reference)
    named = pl.select(
        pl.coalesce(written.str.extract(known.station), alone, pl.lit(listed)).alias("office")
    ).to_series()
    office = pl.col("office")
    name = office.str.contains(r"^\p{L}.*\p{L}") & ~office.str.contains(_ABBREVIATION)
    real = name & pl.lit(parts["fir_no"].is_not_null())
    return fir_quotes.bare_station(named, known).alias("office").to_frame().select(pl.when(real).then(office))["office"]


def _others(parts: pl.DataFrame, reference: Reference) -> pl.Series:
    """The numbers behind the first, as `fir_quotes.references`: `& 14/2026`, `, 607`, `to 125/24`. Sections and dates
    are none."""
    none = pl.Series("others", [[]], dtype=REFERENCES).new_from_index(0, parts.height)
    known = read_fir_patterns(reference)
    # Sections and dates behind a number are none of its list, whatever their figures look like.
    behind = parts["rest"].str.replace(known.sections_on, "").str.replace_all(_ANY_DATE, " ; ")
    asked = behind.str.contains(rf"{known.joins}|[0-9]{{1,6}}\s?/\s?(?:{YEAR}){BORDER}").fill_null(False)
    if not asked.any():
        return none
    rows = asked.arg_true()
    first = parts["fir_no"].gather(rows).str.replace("-.*$", "")
    listed = f"{known.label} " + first + behind.gather(rows)
    for _ in range(2):  # a number is the end of one pair and the beginning of the next
        listed = listed.str.replace_all(known.pair, f"${{1}} ; {known.label} ${{2}}")
    found = fir_quotes.references(listed, reference)["refs"]
    quoted = pl.DataFrame({"at": rows, "first": first, "refs": found}).explode("refs").drop_nulls("refs").unnest("refs")
    further = quoted.filter(pl.col("fir_no") != pl.col("first")).unique(maintain_order=True)
    year = pl.coalesce("fir_year", pl.col("fir_year").drop_nulls().first().over("at"))
    names = list(REFERENCES.inner.to_schema())  # type: ignore[union-attr]
    whole = further.with_columns(fir_year=year)
    lists = whole.group_by("at", maintain_order=True).agg(pl.struct(names).alias("others"))
    every = pl.DataFrame({"at": pl.int_range(parts.height, eager=True, dtype=pl.UInt32)})
    joined = every.join(lists.with_columns(pl.col("at").cast(pl.UInt32)), on="at", how="left", maintain_order="left")
    return joined.select(pl.col("others").cast(REFERENCES).fill_null(pl.lit([], REFERENCES))).to_series()


def _left(parts: pl.DataFrame, office: pl.Series, reference: Reference) -> pl.Series:
    """Whether letters or figures stand in the cell that are neither the number, its words nor the office."""
    around = parts.select(around=pl.concat_str("lead", "rest", separator=" ", ignore_nulls=True), office=pl.lit(office))
    rest = around.select(
        pl.coalesce(pl.col("around").str.split(by=pl.col("office")).list.join(" "), "around").alias("left")
    )["left"]
    return fir_quotes.without_number_words(rest, reference).str.contains(r"[\p{L}\p{N}]").fill_null(False)
