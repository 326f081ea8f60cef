"""FIRs that a free text quotes, with their stations."""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import calendars, dispatch, fir_forms, fir_numbers, nearest, particulars, text
from recordkit.fields.fir_patterns import YEAR, FirPatterns, read_fir_patterns
from recordkit.fields.particulars import BORDER
from recordkit.reference import Reference

# Numbers in a list: 123-125/24.
_RANGE = rf"{BORDER}([0-9]{{1,6}})\s*-\s*([0-9]{{1,6}}\s*/\s*(?:{YEAR}){BORDER})"
_LONGEST = 20  # numbers of a range; a longer one is none: by judgement, nobody quotes more cases in one range
_SHARED = ("fir_year", "police_station", "district")
REFERENCES = pl.List(
    pl.Struct({"fir_no": pl.String, "fir_year": pl.Int32, "police_station": pl.String, "district": pl.String})
)


def references(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`refs`: every FIR that a free text quotes (fir_no, fir_year, police_station, district). The number of an enquiry
    is none, though an office may have an FIR of that number.

    `codes`: RK336 when the text quotes none, RK311 when a number has no year, RK360 when both parts of a number can be
    its year and no date behind it says which, RK396 when words or figures are left that are neither a number, nor a
    place, nor words for them.
    """
    known = read_fir_patterns(reference)
    written = text.plain(values, reference)
    usual = fir_forms.quoted(written, known)
    ranges = usual.str.replace_all(known.enquiry, " ; ").str.replace_all(_RANGE, f"${{1}} {known.range_label} ${{2}}")
    quoted = ranges.str.extract_all(known.quoted)
    long = pl.DataFrame({"row": pl.int_range(len(written), eager=True), "all": written, "quote": quoted})
    long = long.explode("quote", empty_as_null=False).drop_nulls("quote")
    parts = fir_numbers.parse_number(long["quote"], reference)
    behind = parts["rest"].str.replace(known.date_at_start, "")
    alone = behind.str.contains(known.listed)
    rest = pl.select(pl.when(~alone.fill_null(False)).then(behind)).to_series()
    named = dispatch.coalesce(
        long["quote"].str.extract(known.station), rest, long["all"].str.extract(known.station_before)
    )
    station = bare_station(named, known)
    place = _station_and_district(station, reference)
    dated = calendars.four_digit_years(long["quote"].str.extract(known.dated_year))
    number, year, either = _by_its_date(long["quote"], parts, dated, reference)
    listed = {"listed": alone.fill_null(False), "through": parts["rest"].str.contains(known.through).fill_null(False)}
    numbers = pl.concat([long.select("row"), number.to_frame(), year.to_frame(), place], how="horizontal")
    found = _listed(numbers, listed)
    lists = (
        found.drop_nulls("fir_no")
        .group_by("row", maintain_order=True)
        .agg(pl.struct("fir_no", "fir_year", "police_station", "district").unique(maintain_order=True).alias("refs"))
    )
    left = _words_left(usual, long.select("row", "quote", number=number, place=station), reference)
    rows = pl.DataFrame({"row": pl.int_range(len(written), eager=True)})
    refs = rows.join(lists, on="row", how="left", maintain_order="left")["refs"]
    refs = dispatch.coalesce(refs.cast(REFERENCES), pl.Series("refs", [[]], REFERENCES).new_from_index(0, len(refs)))
    none = written.is_not_null() & (refs.list.len() == 0)
    yearless = refs.list.eval(pl.element().struct.field("fir_year").is_null()).list.any()
    doubtful = pl.Series(range(len(written))).is_in(long.filter(either)["row"].implode())
    codes = dispatch.codes({"RK336": none, "RK311": yearless, "RK360": doubtful, "RK396": left & ~none})
    return pl.DataFrame({"refs": refs, "codes": codes})


def _by_its_date(
    quotes: pl.Series, parts: pl.DataFrame, dated: pl.Series, reference: Reference
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """fir_no and fir_year (Int32) of quoted numbers, by the year of the date behind it when both of a number's parts
    can be its year (2015/26 dated 3.4.26 is number 2015), and whether no such date says which."""
    other = fir_numbers.number_first(quotes.str.replace(r"^.*?([0-9])", "${1}"), reference)
    both = pl.DataFrame({
        "no": parts["fir_no"], "year": parts["fir_year"], "dated": dated, "other_no": other["number"],
        "other": other["year"],
    })  # fmt: skip
    turned = (pl.col("other") == pl.col("dated")) & (pl.col("year") != pl.col("dated"))
    read = both.select(
        fir_no=pl.when(turned).then("other_no").otherwise("no"),
        fir_year=pl.when(turned).then("other").otherwise(pl.coalesce("year", "dated")),
        either=(pl.col("other") != pl.col("year")) & pl.col("dated").is_null(),
    )
    return read["fir_no"], read["fir_year"], read["either"].fill_null(False)


def _words_left(written: pl.Series, used: pl.DataFrame, reference: Reference) -> pl.Series:
    """Whether a text has words or figures that none of its quoted numbers with their places has, but for the words
    that only say what they are, and years."""
    known = read_fir_patterns(reference)
    word = r"[\p{L}\p{M}]+|[0-9]+"
    words = pl.element().str.to_lowercase()
    taken = used.filter(pl.col("number").is_not_null()).with_columns(
        texts=pl.concat_str(
            pl.col("number"), "place", pl.col("quote").str.extract(rf"[/\\-]\s*({YEAR})\b"),
            pl.col("quote").str.extract(known.of_year), separator=" ", ignore_nulls=True,
        )
    )  # fmt: skip
    lists = taken.group_by("row", maintain_order=True).agg(pl.col("texts").str.join(" "))
    rows = pl.DataFrame({"row": pl.int_range(len(written), eager=True)})
    quoted = rows.join(lists, on="row", how="left", maintain_order="left")["texts"].fill_null("")
    bare = without_number_words(written, reference)
    for _ in range(2):  # what ends one match begins the next
        bare = bare.str.replace_all(known.joining, "${1} ${2}")
    bare = bare.str.replace_all(rf"{BORDER}0+([1-9])", "${1}")
    left = bare.str.extract_all(word).list.eval(words)
    used_up = quoted.str.extract_all(word).list.eval(words)
    return pl.select((pl.lit(left).list.set_difference(pl.lit(used_up)).list.len() > 0).fill_null(False)).to_series()


def _listed(found: pl.DataFrame, listed: dict[str, pl.Series]) -> pl.DataFrame:
    """Numbers of a list take year and place from the one that ends it; of a range, those between are there too."""
    bare = pl.col("police_station").is_null() & pl.col("district").is_null() & pl.col("listed")
    runs = found.with_columns(**listed).with_columns(bare=bare).with_columns(run=(~bare).cum_sum(reverse=True))
    last = [pl.col(name).last().over("row", "run").alias(f"{name}_last") for name in _SHARED]
    number = pl.col("fir_no").cast(pl.Int64, strict=False)
    runs = runs.with_columns(*last, first=number, after=number.shift(-1).over("row", "run"))
    runs = runs.with_columns(
        pl.when("bare").then(pl.coalesce(name, f"{name}_last")).otherwise(name).alias(name) for name in _SHARED
    )
    between = pl.col("through") & (pl.col("after") - pl.col("first")).is_between(2, _LONGEST).fill_null(False)
    inside = pl.int_ranges("first", pl.when(between).then("after").otherwise(pl.col("first") + 1))
    numbers = pl.when(between).then(inside.cast(pl.List(pl.String))).otherwise(pl.concat_list("fir_no"))
    return runs.with_columns(numbers.alias("fir_no")).explode("fir_no").select(found.columns)


def quoted(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`refs` of `references`, from remarks: only FIRs with their year and station, in a text that has no word for
    another case (wanted in FIR 12/26 PS City). `codes` is empty: remarks need not quote anything.
    """
    mentions = values.str.contains(read_fir_patterns(reference).mention) & ~values.str.contains(
        _another_case(reference)
    )
    asked = pl.DataFrame({"at": pl.int_range(len(values), eager=True), "remark": values}).filter(mentions)
    field = pl.element().struct.field
    whole = field("fir_year").is_not_null() & field("police_station").is_not_null()
    read = references(asked["remark"], reference)
    sure = ~read["codes"].list.contains("RK360")
    refs = pl.when(pl.lit(sure)).then(pl.lit(read["refs"].list.eval(pl.element().filter(whole))))
    found = asked.select("at", refs=refs)
    at = pl.DataFrame({"at": pl.int_range(len(values), eager=True)})
    every = at.join(found, on="at", how="left", maintain_order="left")
    return every.select(pl.col("refs").fill_null(pl.lit([], REFERENCES)), codes=pl.lit([], dispatch.CODES))


@lru_cache(maxsize=8)
def _another_case(reference: Reference) -> str:
    """The words that say that a quoted FIR is another case."""
    rows = reference.codes.filter(vocabulary="quotation", code="another_case")
    words = tables.words(rows, ["code"], ["label", "variants"])["word"].str.to_lowercase().unique().sort()
    latin, others = ([re.escape(one) for one in words if one.isascii() is ascii] for ascii in (True, False))
    between = rf"|(?:^|[^\p{{L}}\p{{M}}])(?:{'|'.join(others)})(?:[^\p{{L}}\p{{M}}]|$)" if others else ""
    return rf"(?i){particulars.bordered(latin)}{between}"


def without_number_words(values: pl.Series, reference: Reference) -> pl.Series:
    """Texts without the words that only say that a number is one, and those for stations and districts."""
    known = read_fir_patterns(reference)
    values = values.str.replace_all(known.words, " ")
    others = values.str.len_bytes() != values.str.len_chars()
    for _ in range(2):  # what ends one match begins the next
        values = dispatch.where(values, others, dispatch.replace_all(known.other_words, "${1} ${2}"))
    return values


def bare_station(named: pl.Series, known: FirPatterns) -> pl.Series:
    """A station's name without what follows it: a date, sections, another number."""
    short = named.str.replace(known.station_ends, "").str.strip_chars(" ,.-:)")
    return pl.select(pl.when(short.str.len_chars().is_between(2, 60)).then(short)).to_series()


def _station_and_district(named: pl.Series, reference: Reference) -> pl.DataFrame:
    """`City Gujrat` as City in Gujrat, when the last words are a district's name and the whole is no station's."""
    units = named.str.replace_all(read_fir_patterns(reference).district_word, ", ")
    plain = units.str.replace_all(r"\s*,\s*", " ").str.strip_chars(" ")
    whole = text.fold(plain).is_in(_station_names(reference)).fill_null(False)
    out = pl.DataFrame({"plain": plain, "whole": whole, "words": plain.str.split(" ")})
    count = pl.col("words").list.len().cast(pl.Int64)
    for n in (3, 2, 1):
        tail = text.fold(out["words"].list.tail(n).list.join(" "))
        district = pl.lit(nearest.find_meanings(tail, _district_names(reference)))
        fits = ~pl.col("whole") & (count > n) & district.is_not_null()
        head = pl.col("words").list.slice(0, (count - n).clip(0)).list.join(" ")
        out = out.with_columns(
            pl.when(fits).then(district).alias(f"district{n}"), pl.when(fits).then(head).alias(f"station{n}")
        )
    named_there = out.select(
        pl.coalesce("station3", "station2", "station1", "plain").alias("police_station"),
        pl.coalesce("district3", "district2", "district1").alias("district"),
    )
    listed = pl.lit(nearest.find_meanings(text.fold(named_there["police_station"]), _station_spellings(reference)))
    return named_there.with_columns(pl.coalesce(listed, "police_station").alias("police_station"))


@lru_cache(maxsize=8)
def _station_spellings(reference: Reference) -> nearest.Lookup:
    """Other spellings, Urdu ones too, that mean stations of one name wherever they are."""
    long = tables.words(reference.stations, ["station"], ["station", "aliases", "urdu"])
    long = long.with_columns(key=text.fold(long["word"]))
    return nearest.lookup(long.filter(pl.col("station").n_unique().over("key") == 1), "word", "station")


@lru_cache(maxsize=8)
def _district_names(reference: Reference) -> nearest.Lookup:
    """Names that mean one district in the whole country."""
    long = tables.words(reference.districts, ["district"], ["district", "aliases", "former_names", "urdu_name"])
    long = long.with_columns(key=text.fold(long["word"]))
    sole = long.filter(pl.col("district").n_unique().over("key") == 1)
    return nearest.lookup(sole, "word", "district")


@lru_cache(maxsize=8)
def _station_names(reference: Reference) -> list[str]:
    long = tables.words(reference.stations, ["station"], ["station", "aliases", "urdu"])
    return text.fold(long["word"]).unique().sort().to_list()
