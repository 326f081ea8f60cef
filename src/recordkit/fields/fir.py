"""Numbers of FIRs and enquiries, alone in a column or quoted in free text."""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import lookups, memory, shapes, text
from recordkit.reference import Reference

# A number, perhaps a letter behind it, perhaps its year: 123, 0123/2024, 123-A/24, 123 of 2024.
_YEAR = r"(?:19|20)[0-9]{2}|[0-9]{2}"
_NUMBER = r"([0-9]{1,7})(?:\.0+)?(?:\s?[-(]?\s?([A-Za-z])\b\)?)?"
_OF = r"\s*(?:[/\\]|-|\bof\b|\byear\b|بابت سال|سنہ|سال)\s*"
# Words before it, but not the letters of some other code: LHE-GUL-001234 is no number of a case.
_LEAD = r"(?:|[^0-9]{0,60}?(?:[\s.:#(]|\b(?:fir|f\.i\.r|enq|enquiry|inquiry|re|cr|crime|case|no)[\-/_]?|مقدمہ|نمبر))"
_FORM = rf"(?i)^{_LEAD}{_NUMBER}(?:{_OF}({_YEAR}))?(?:([^0-9A-Za-z])(.*))?$"
_YEAR_FIRST = rf"(?i)^{_LEAD}((?:19|20)[0-9]{{2}})\s*[/\\]\s*([0-9]{{1,6}})()(?:([^0-9A-Za-z])(.*))?$"
_YEAR_OR_NUMBER = rf"(?i)^{_LEAD}((?:19|20)[0-9]{{2}})\s*[/\\]\s*({_YEAR})(?:[^0-9A-Za-z]|$)"
# Months in place of a year: a spreadsheet took the number for a date.
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATE = rf"(?i)^[0-9]{{1,2}}[-/ ]{_MONTH}|^{_MONTH}[a-z]*[-/ ]?[0-9]{{2,4}}$|^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"
_PIVOT = 47  # two digits below it are of this century
_PLAIN_YEAR = r"^((?:19|20)[0-9]{2}|[0-9]{2})(?:\.0+)?$"

_STATION_WORD = r"(?:p\.?\s?s\.?|police station|levies station|thana|تھانہ)"
_STATION = rf"(?i)(?:^|[\s,;(]){_STATION_WORD}[\s:.\-]+(\p{{L}}[^0-9;()|/]*)"
_ENDS = (
    r"(?i)[\s,]*(?:[;(|]|\b(?:dated|dt|date|u\s?/?\s?s|u$|under|offence|and|fir|crime|case|vide)\b"
    r"|مورخہ|بجرم|زیر دفعہ|مقدمہ).*$"
)
_DISTRICT_WORD = r"(?i)[,\s]+(?:distt?|district|zila|ضلع)\b[\s.:]*"

# A date between the number and the station, and numbers in a list: 123 & 124/24, 123 to 125/24, 123-125/24.
_DATED = r"[\s,(]*(?:dated|date|dt|مورخہ)[\s.:\-]*[0-9]{1,2}[./\-][0-9]{1,2}[./\-]"
_DAY = rf"(?:{_DATED}(?:{_YEAR})\b\)?)?"
_RANGE = rf"\b([0-9]{{1,6}})\s*-\s*([0-9]{{1,6}}\s*/\s*(?:{_YEAR})\b)"
_LISTED = r"(?i)^[\s,]*(?:&|\+|and|to|و|تا)?[\s,]*$"
_THROUGH = r"(?i)^\s*(?:to|تا)\s*$"
_ENQUIRY = rf"(?i)\b(?:enq|enquiry|inquiry|انکوائری)\b[^0-9/;\n]{{0,15}}[0-9]{{1,6}}\s*[/\\-]\s*(?:{_YEAR})\b"
_LONGEST = 20  # numbers of a range; a longer one is none
_SHARED = ("fir_year", "police_station", "district")

_KEYWORD = r"(?:f\.?\s?i\.?\s?r\b|crime\b|case\b|cr\b|مقدمہ|ایف آئی آر)"
_QUOTED = (
    rf"(?i)(?:{_KEYWORD}[^0-9/;\n]{{0,15}}[0-9]{{1,6}}(?:\s?-\s?[A-Z]\b)?(?:\s*(?:[/\\-]|\bof\b)\s*(?:{_YEAR})\b)?"
    rf"|\b[0-9]{{1,6}}(?:-[A-Z])?\s?/\s?(?:{_YEAR})\b)"
    rf"{_DAY}"
    r"(?:\s*,?\s*(?:u/s|under section)\s[^;\n]{0,50}?[a-z]{3,}\b)?[^0-9;\n|]{0,60}"
)
_MENTION = rf"(?i)(?:^|[^\p{{L}}]){_KEYWORD}[^0-9]{{0,15}}[0-9۰-۹٠-٩]"
_BEFORE = rf"(?i){_STATION_WORD}[\s:.\-]+(\p{{L}}[^0-9;()|/]*?)[\s,]+(?:{_KEYWORD}|no\b)"

REFERENCES = pl.List(
    pl.Struct({"fir_no": pl.String, "fir_year": pl.Int32, "police_station": pl.String, "district": pl.String})
)


@memory.remembered
def clean(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`fir_no` (no leading zeros, a letter kept: "123-A"), `fir_year` Int32, `office`, `codes`, and `other_no`,
    `other_year`, which are null but for a number that can be read in two ways.

    2021/26 is number 26 of 2021, or the other way round number 2021 of 2026: the date of the case tells which.
    `office` is the station or circle that stands beside the number ("45/2026 AHTC Gujranwala"). RK310
    unreadable, RK311 no year.
    """
    written = text.plain(values, reference)
    parts = _parts(written)
    number = parts["fir_no"]
    named = pl.select(pl.coalesce(_station(written), parts["rest"]).alias("office")).to_series()
    office = _cut(named)
    other = written.str.extract_groups(_YEAR_OR_NUMBER).struct.unnest()
    return pl.DataFrame(
        {
            "fir_no": number,
            "fir_year": parts["fir_year"],
            "office": pl.select(
                pl.when(number.is_not_null() & office.str.contains(r"^\p{L}.*\p{L}")).then(office)
            ).to_series(),
            "codes": shapes.codes(
                {
                    "RK310": written.is_not_null() & number.is_null(),
                    "RK311": number.is_not_null() & parts["fir_year"].is_null(),
                }
            ),
            "other_no": other["1"],
            "other_year": _whole_year(other["2"]),
        }
    )


@memory.remembered
def years(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`year` Int32 of a column that holds only years; `codes`: RK331 (unreadable)."""
    written = text.plain(values, reference)
    year = _whole_year(written.str.extract(_PLAIN_YEAR)).alias("year")
    return pl.DataFrame({"year": year, "codes": shapes.codes({"RK331": written.is_not_null() & year.is_null()})})


def references(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`refs`: every FIR that a free text quotes (fir_no, fir_year, police_station, district; what is said of
    it). The number of an enquiry is none, though an office may have an FIR of that number.

    `codes`: RK336 when the text quotes none, RK311 when a number has no year.
    """
    written = text.plain(values, reference)
    quoted = written.str.replace_all(_ENQUIRY, " ; ").str.replace_all(_RANGE, "$1 to $2").str.extract_all(_QUOTED)
    long = pl.DataFrame({"row": pl.int_range(len(written), eager=True), "all": written, "quote": quoted})
    long = long.explode("quote", empty_as_null=False).drop_nulls("quote")
    parts = _parts(long["quote"])
    behind = parts["rest"].str.replace(rf"(?i)^{_DATED}(?:{_YEAR})\b", "")
    alone = behind.str.contains(_LISTED)
    rest = pl.select(pl.when(~alone.fill_null(False)).then(behind)).to_series()
    station = pl.select(pl.coalesce(_station(long["quote"]), rest, long["all"].str.extract(_BEFORE))).to_series()
    place = _station_and_district(_cut(station), reference)
    dated = _whole_year(long["quote"].str.extract(rf"(?i){_DATED}({_YEAR})\b"))
    year = pl.select(pl.coalesce(parts["fir_year"], dated).alias("fir_year")).to_series()
    listed = {"listed": alone.fill_null(False), "through": parts["rest"].str.contains(_THROUGH).fill_null(False)}
    found = _listed(
        pl.concat([long.select("row"), parts.select("fir_no"), year.to_frame(), place], how="horizontal"), listed
    )
    lists = (
        found.drop_nulls("fir_no")
        .group_by("row", maintain_order=True)
        .agg(pl.struct("fir_no", "fir_year", "police_station", "district").unique(maintain_order=True).alias("refs"))
    )
    refs = pl.DataFrame({"row": pl.int_range(len(written), eager=True)}).join(
        lists, on="row", how="left", maintain_order="left"
    )["refs"]
    refs = pl.select(pl.coalesce(refs.cast(REFERENCES), pl.lit([], REFERENCES)).alias("refs")).to_series()
    none = written.is_not_null() & (refs.list.len() == 0)
    yearless = refs.list.eval(pl.element().struct.field("fir_year").is_null()).list.any()
    return pl.DataFrame({"refs": refs, "codes": shapes.codes({"RK336": none, "RK311": yearless})})


def _listed(found: pl.DataFrame, listed: dict[str, pl.Series]) -> pl.DataFrame:
    """Numbers of a list take year and place from the one that ends it; of a range, those between are there too."""
    bare = pl.col("police_station").is_null() & pl.col("district").is_null() & pl.col("listed")
    told = found.with_columns(**listed).with_columns(bare=bare).with_columns(run=(~bare).cum_sum(reverse=True))
    last = [pl.col(name).last().over("row", "run").alias(f"{name}_last") for name in _SHARED]
    number = pl.col("fir_no").cast(pl.Int64, strict=False)
    told = told.with_columns(*last, first=number, after=number.shift(-1).over("row", "run"))
    told = told.with_columns(
        pl.when("bare").then(pl.coalesce(name, f"{name}_last")).otherwise(name).alias(name) for name in _SHARED
    )
    between = pl.col("through") & (pl.col("after") - pl.col("first")).is_between(2, _LONGEST).fill_null(False)
    inside = pl.int_ranges("first", pl.when(between).then("after").otherwise(pl.col("first") + 1))
    numbers = pl.when(between).then(inside.cast(pl.List(pl.String))).otherwise(pl.concat_list("fir_no"))
    return told.with_columns(numbers.alias("fir_no")).explode("fir_no").select(found.columns)


def quoted(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`refs` of `references`, from remarks: only FIRs with their year and station, in a text that has no word for
    another case (wanted in FIR 12/26 PS City). `codes` is empty: remarks need not quote anything.
    """
    mentions = values.str.contains(_MENTION) & ~values.str.contains(_another_case(reference))
    asked = pl.DataFrame({"at": pl.int_range(len(values), eager=True), "remark": values}).filter(mentions)
    field = pl.element().struct.field
    whole = field("fir_year").is_not_null() & field("police_station").is_not_null()
    refs = references(asked["remark"], reference)["refs"].list.eval(pl.element().filter(whole))
    found = asked.select("at", refs=refs)
    at = pl.DataFrame({"at": pl.int_range(len(values), eager=True)})
    every = at.join(found, on="at", how="left", maintain_order="left")
    return every.select(pl.col("refs").fill_null(pl.lit([], REFERENCES)), codes=pl.lit([], shapes.CODES))


@lru_cache(maxsize=8)
def _another_case(reference: Reference) -> str:
    """The words that say that a quoted FIR is another case."""
    rows = reference.codes.filter(vocabulary="quotation", code="another_case")
    words = tables.words(rows, ["code"], ["label", "variants"])["word"].str.to_lowercase().unique().sort()
    return rf"(?i)\b(?:{'|'.join(map(re.escape, words))})\b" if len(words) else r"[^\s\S]"


def _parts(written: pl.Series) -> pl.DataFrame:
    """fir_no, fir_year and `rest`, the text behind them; all null when there is no number or it is a date."""
    return shapes.by_shape(
        written,
        [
            (_DATE, _nothing),
            (_YEAR_FIRST, lambda s: _grouped(s, _YEAR_FIRST, ["year", "number", "letter", "sign", "rest"])),
            (_FORM, lambda s: _grouped(s, _FORM, ["number", "letter", "year", "sign", "rest"])),
        ],
        _nothing,
    )


def _nothing(values: pl.Series) -> pl.DataFrame:
    none = pl.Series([None], dtype=pl.String).new_from_index(0, len(values))
    return pl.DataFrame({"fir_no": none, "fir_year": none.cast(pl.Int32), "rest": none})


def _grouped(values: pl.Series, pattern: str, names: list[str]) -> pl.DataFrame:
    found = values.str.extract_groups(pattern).struct.unnest()
    found.columns = names
    number = pl.col("number").str.strip_chars_start("0")
    letter = pl.col("letter").str.to_uppercase()
    # More digits behind a stroke are a date or a list of sections, not a number and its year.
    joined = pl.col("rest").str.contains("^[0-9]") & (
        pl.col("sign").str.contains(r"[/\\.\-]") | pl.col("year").is_null()
    )
    real = (number.str.len_chars() > 0) & ~joined.fill_null(False)
    whole = pl.when(letter.str.len_chars() > 0).then(number + "-" + letter).otherwise(number)
    return found.select(
        pl.when(real).then(whole).alias("fir_no"),
        pl.when(real).then(_whole_year(found["year"])).alias("fir_year"),
        pl.when(real).then("rest").alias("rest"),
    )


def _whole_year(year: pl.Series) -> pl.Series:
    number = year.cast(pl.Int32, strict=False)
    century = pl.when(number >= _PIVOT).then(1900).otherwise(2000)
    whole = pl.when(year.str.len_chars() == 2).then(number + century).otherwise(number)
    return pl.select(pl.when(whole >= 1900 + _PIVOT).then(whole).cast(pl.Int32)).to_series()


def _station(written: pl.Series) -> pl.Series:
    return written.str.extract(_STATION)


def _cut(named: pl.Series) -> pl.Series:
    """A station's name without what follows it: a date, sections, another number."""
    short = named.str.replace(_ENDS, "").str.strip_chars(" ,.-:)")
    return pl.select(pl.when(short.str.len_chars().is_between(2, 60)).then(short)).to_series()


def _station_and_district(named: pl.Series, reference: Reference | None) -> pl.DataFrame:
    """`City Gujrat` as City in Gujrat, when the last words are a district's name and the whole is no
    station's.
    """
    plain = named.str.replace_all(_DISTRICT_WORD, ", ").str.replace_all(r"\s*,\s*", " ").str.strip_chars(" ")
    if reference is None:
        return pl.DataFrame({"police_station": plain, "district": plain.clear(len(plain))})
    whole = text.fold(plain).is_in(_station_names(reference)).fill_null(False)
    out = pl.DataFrame({"plain": plain, "whole": whole, "words": plain.str.split(" ")})
    count = pl.col("words").list.len().cast(pl.Int64)
    for n in (3, 2, 1):
        tail = text.fold(out["words"].list.tail(n).list.join(" "))
        district = pl.lit(lookups.find(tail, _district_names(reference)))
        fits = ~pl.col("whole") & (count > n) & district.is_not_null()
        head = pl.col("words").list.slice(0, (count - n).clip(0)).list.join(" ")
        out = out.with_columns(
            pl.when(fits).then(district).alias(f"district{n}"), pl.when(fits).then(head).alias(f"station{n}")
        )
    named_there = out.select(
        pl.coalesce("station3", "station2", "station1", "plain").alias("police_station"),
        pl.coalesce("district3", "district2", "district1").alias("district"),
    )
    listed = pl.lit(lookups.find(text.fold(named_there["police_station"]), _station_spellings(reference)))
    return named_there.with_columns(pl.coalesce(listed, "police_station").alias("police_station"))


@lru_cache(maxsize=8)
def _station_spellings(reference: Reference) -> lookups.Lookup:
    """Other spellings, Urdu ones too, that mean stations of one name wherever they are."""
    long = tables.words(reference.stations, ["station"], ["station", "aliases", "urdu"])
    long = long.with_columns(key=text.fold(long["word"]))
    return lookups.lookup(long.filter(pl.col("station").n_unique().over("key") == 1), "word", "station")


@lru_cache(maxsize=8)
def _district_names(reference: Reference) -> lookups.Lookup:
    """Names that mean one district in the whole country."""
    long = tables.words(reference.districts, ["district"], ["district", "aliases", "former_names", "urdu_name"])
    long = long.with_columns(key=text.fold(long["word"]))
    sole = long.filter(pl.col("district").n_unique().over("key") == 1)
    return lookups.lookup(sole, "word", "district")


@lru_cache(maxsize=8)
def _station_names(reference: Reference) -> list[str]:
    long = tables.words(reference.stations, ["station"], ["station", "aliases", "urdu"])
    return text.fold(long["word"]).unique().sort().to_list()
