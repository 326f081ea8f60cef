"""Numbers of FIRs and enquiries, alone in a column or quoted in free text."""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import calendars, dispatch, fir_forms, nearest, spreadsheet_dates, text
from recordkit.reference import Reference

# A number, perhaps a letter behind it, perhaps its year: 123, 0123/2024, 123-A/24, 123 of 2024, 123/24-A. Whether the
# letter is a part of the number is told by what stands behind it: 602 u/s, 603 P.S. and 604 r/w are words.
_YEAR = r"(?:19|20)[0-9]{2}|[0-9]{2}"
_LETTER = r"\s?[-(/]?\s?[A-Za-z]\b(?:\s?\))?"
_NUMBER = rf"([0-9]{{1,7}})(?:\.0+)?({_LETTER})?"
_OF = r"\s*(?:[/\\]|-|\bof\b|\byear\b|بابت سال|سنہ|سال)\s*"
# Words before it, but not the letters of some other code: LHE-GUL-001234 is no number of a case.
_LEAD = r"(|[^0-9]{0,60}?(?:[\s.:#(]|\b(?:fir|f\.i\.r|enq|enquiry|inquiry|re|cr|crime|case|no)[\-/_]?|مقدمہ|نمبر))"
_FORM = rf"(?i)^{_LEAD}{_NUMBER}(?:{_OF}({_YEAR})({_LETTER})?)?(?:([^0-9])(.*))?$"
_YEAR_FIRST = rf"(?i)^{_LEAD}((?:19|20)[0-9]{{2}})\s*[/\\-]\s*([0-9]{{1,6}})({_LETTER})?(?:([^0-9])(.*))?$"
_YEAR_OR_NUMBER = (
    rf"(?i)^(?:{_LEAD})((?:19|20)[0-9]{{2}})\s*[/\\-]\s*({_YEAR})"
    r"(?:\s?[-(/]?\s?([a-z])\s?\)?(?:$|[\s,;()]|[.:](?:\s|$))|[^0-9a-z]|$)"
)
CURRENT = 5  # years before that of the file in which a case may still be sent without its date; by judgement
_ENDS_NUMBER = r"^(?:$|[\s,;()]|[.:](?:\s|$))"  # what may follow a letter that is a part of the number
_NO_LETTER = r"(?i)^\s?-?\s?div"  # A Division is a station
_LIKE_DIGITS = {"[Oo]": "0", "[Il|]": "1"}
_STROKES = "[؍∕⁄／╱⧸÷]"
_COLUMNS = ("fir_no", "fir_year", "office", "codes")
_ABBREVIATION = r"(?i)^[a-z]\s?/\s?[a-z]\b"  # r/o, r/w, c/o
_PLAIN_YEAR = r"^((?:19|20)[0-9]{2}|[0-9]{2})(?:\.0+)?$"

_STATION_WORD = r"(?:p\.?\s?s\.?|police station|levies station|thana|تھانہ)"
_STATION = rf"(?i)(?:^|[\s,;(]){_STATION_WORD}[\s:.\-]+(\p{{L}}[^0-9;()|/]*)"
_ENDS = (
    r"(?i)[\s,]*(?:[;(|]|\b(?:dated|dt|date|u\s?/?\s?s|u$|under|offence|and|fir|crime|case|vide)\b"
    r"|مورخہ|بجرم|زیر دفعہ|مقدمہ).*$"
)
_KEYWORD = r"(?:f\.?\s?i\.?\s?r\b|crime\b|case\b|cr\b|مقدمہ|ایف آئی آر)"
# A serial number before the number: S.No 7 FIR 609, 7) FIR 609/26.
_SERIAL_WORD = r"(?:s|sr|sl|ser)\.?\s?(?:no|#)?\.?|serial(?:\s?no)?\.?"
_SERIAL = rf"(?:{_SERIAL_WORD})[\s.:#\-]*[0-9]{{1,4}}|[0-9]{{1,4}}\s?\)"
_SERIAL_BEFORE = rf"(?i)^\s*({_SERIAL})[\s,:.)\-]+((?:{_KEYWORD}[^0-9]{{0,15}})?[0-9].*)$"
_FROM_TO = rf"\b([0-9]{{3,6}})\s*-\s*([0-9]{{3,6}}\s*/\s*(?:{_YEAR})\b)"
# Sections and dates behind a number are none of its list, whatever their figures look like.
_SECTIONS_ON = r"(?is)(?:\b(?:u\s?/?\s?s\b|u$|under\b|offence|sections?\b)|بجرم|زیر دفعہ).*$"
_ANY_DATE = r"[0-9]{1,2}\s?[./\-]\s?[0-9]{1,2}\s?[./\-]\s?[0-9]{2,4}"
_ALSO = r"&|\+|;|,|\band\b|\br\s?/?\s?w\b|\bread with\b|\bwith\b|و"
_JOINS = rf"(?:\s*(?:{_ALSO}|/|-|\bto\b|تا))+\s*"
_PAIR = rf"(?i)([0-9])(?:\s*(?:{_ALSO})\s*)(?:fir\s*)?(?:no\.?\s*)?([0-9])"
_DISTRICT_WORD = r"(?i)[,\s]+(?:distt?|district|zila|ضلع)\b[\s.:]*"

# A date between the number and the station, and numbers in a list: 123 & 124/24, 123 to 125/24, 123-125/24.
_DATED = r"[\s,(]*(?:dated|date|dt|مورخہ)[\s.:\-]*[0-9]{1,2}[./\-][0-9]{1,2}[./\-]"
_DAY = rf"(?:{_DATED}(?:{_YEAR})\b\)?)?"
_RANGE = rf"\b([0-9]{{1,6}})\s*-\s*([0-9]{{1,6}}\s*/\s*(?:{_YEAR})\b)"
_LISTED = r"(?i)^[\s,]*(?:&|\+|and|to|و|تا)?[\s,]*$"
_THROUGH = r"(?i)^\s*(?:to|تا)\s*$"
_ENQUIRY = rf"(?i)\b(?:enq|enquiry|inquiry|انکوائری)\b[^0-9/;\n]{{0,15}}[0-9]{{1,6}}\s*[/\\-]\s*(?:{_YEAR})\b"
_JOINING = r"(?i)\b(?:and|to|of|و|تا|اور)\b"
# By judgement: nobody quotes more cases in one range.
_LONGEST = 20  # numbers of a range; a longer one is none
_SHARED = ("fir_year", "police_station", "district")

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


@dispatch.remembered
def clean(
    values: pl.Series, reference: Reference | None = None, verbatim: str | None = None, allowed: str | None = None
) -> pl.DataFrame:
    """`fir_no` (no leading zeros, a letter kept: "123-A"), `fir_year` Int32, `office`, `others` (further numbers of the
    cell, as of `references`), `codes`, `suggestion`, `detail`; and `other_no`, `other_year`, which are null but for a
    number that can be read in two ways: 2021/26 is number 26 of 2021, or the other way round number 2021 of 2026, and
    the date of the case tells which.

    `office` is the station or circle that stands beside the number ("45/2026 AHTC Gujranwala"). `verbatim`, `allowed`:
    declared patterns; a cell that has the first as a whole is the identifier itself, kept as written, and so is one
    that has the other and would not be used up as a number. RK310 unreadable, RK311 no year,
    RK334 letters read as digits, RK366 something else stands in the cell, RK367 several numbers, RK392 read from a form
    that is not number/year.
    """
    written, lettered = _in_figures(text.plain(values), reference)
    parts = _parts(written, reference)
    number, year = parts["fir_no"], parts["fir_year"]
    others = _others(parts, reference)
    several = others.list.len() > 0
    office = _office(written, parts, others)
    shared = others.list.eval(pl.element().struct.field("fir_year")).list.drop_nulls().list.first()
    year = pl.select(pl.coalesce(year, shared).alias("fir_year")).to_series()
    latin = dispatch.where(written, _foreign(written), _latin_suffix)
    other = latin.str.extract_groups(_YEAR_OR_NUMBER).struct.unnest()
    turned = pl.concat_str(other["2"], pl.concat_str(pl.lit("-"), other["4"].str.to_uppercase()).fill_null(""))
    left = number.is_not_null() & ~several & _left(parts, office, reference)
    declared = _has(written, verbatim) | (_has(written, allowed) & (number.is_null() | several | left))
    kept = pl.lit(declared)
    out = pl.DataFrame(
        {
            "fir_no": pl.select(pl.when(kept).then(written).otherwise(number)).to_series(),
            "fir_year": pl.select(pl.when(~kept).then(year).cast(pl.Int32)).to_series(),
            "office": pl.select(pl.when(~kept).then(office)).to_series(),
            "others": pl.select(pl.when(kept).then(pl.lit([], REFERENCES)).otherwise(others)).to_series(),
            "other_no": pl.select(pl.when(~kept).then(turned)).to_series(),
            "other_year": pl.select(pl.when(~kept).then(calendars.four_digit_years(other["3"]))).to_series(),
        }
    )
    plain = ~declared
    codes = dispatch.codes(
        {
            "RK310": plain & written.is_not_null() & number.is_null(),
            "RK311": plain & number.is_not_null() & year.is_null(),
            "RK334": plain & lettered & number.is_not_null(),
            "RK366": plain & left,
            "RK367": plain & number.is_not_null() & several,
            "RK392": plain & parts["unusual"],
        }
    )
    unread = written.is_not_null() & out["fir_no"].is_null()
    out = spreadsheet_dates.noted(out.with_columns(codes), written, unread, "year")
    read = pl.when(pl.lit(plain & parts["unusual"])).then(_number_and_year())
    return out.select(*_COLUMNS, pl.exclude(_COLUMNS)).with_columns(suggestion=pl.coalesce("suggestion", read))


def _number_and_year() -> pl.Expr:
    return pl.concat_str("fir_no", pl.col("fir_year").cast(pl.String), separator="/", ignore_nulls=True)


@dispatch.remembered
def years(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`year` Int32 of a column that holds only years; `codes`: RK331 (unreadable)."""
    written = text.plain(values, reference)
    year = calendars.four_digit_years(written.str.extract(_PLAIN_YEAR)).alias("year")
    return pl.DataFrame({"year": year, "codes": dispatch.codes({"RK331": written.is_not_null() & year.is_null()})})


def with_stated_year(cleaned: pl.DataFrame, stated: pl.Series) -> pl.DataFrame:
    """`clean` of a column that has the year (Int32) in a column beside it: no RK311, and RK368 where the two differ.

    Null years say nothing.
    """
    said = pl.lit(stated)
    left = pl.when(said.is_not_null()).then(pl.col("codes").list.set_difference(["RK311"])).otherwise("codes")
    differ = (said != pl.col("fir_year")).fill_null(False)
    more = pl.when(differ).then(pl.lit(["RK368"])).otherwise(pl.lit([], dispatch.CODES))
    return cleaned.with_columns(codes=pl.concat_list(left, more))


def with_likely_year(cleaned: pl.DataFrame, dated: pl.Series, sent: pl.Series) -> pl.DataFrame:
    """`clean` of numbers of which both parts can be the year, told by the year (Int32) of the row's own date, else by
    that of its file: 2021/26 of a case of 2026 is its number 2021, and 2043 is no year that a file of 2026 knows.

    RK360 where no date tells and both can be a year from which a case is still sent.
    """
    if not cleaned["other_year"].count():
        return cleaned
    one, other = pl.col("fir_year"), pl.col("other_year")
    date, file = pl.lit(dated.cast(pl.Int32)), pl.lit(sent.cast(pl.Int32))
    believed = pl.coalesce(file, date)
    may, other_may = (year.is_between(believed - CURRENT, believed).fill_null(True) for year in (one, other))
    told = ((one == date) | (other == date)).fill_null(False)
    by_date = (other == date) & (one != date)
    by_file = ~told & ((other_may & ~may) | ((other == file) & (one != file)))
    turned = other.is_not_null() & (by_date | by_file).fill_null(False)
    doubtful = other.is_not_null() & ~told & may & other_may & (one != other)
    told_of = cleaned.with_columns(_turned=turned, _doubtful=doubtful.fill_null(False))
    kept = pl.when("_turned").then(pl.col("codes").list.set_difference(["RK311"])).otherwise("codes")
    more = pl.when("_doubtful").then(pl.lit(["RK360"])).otherwise(pl.lit([], dispatch.CODES))
    read = told_of.with_columns(
        fir_no=pl.when("_turned").then("other_no").otherwise("fir_no"),
        fir_year=pl.when("_turned").then("other_year").otherwise("fir_year"),
        codes=pl.concat_list(kept, more),
    )
    suggestion = pl.when("_doubtful").then(_number_and_year()).otherwise("suggestion").alias("suggestion")
    return read.with_columns(suggestion).drop("_turned", "_doubtful")


def references(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`refs`: every FIR that a free text quotes (fir_no, fir_year, police_station, district; what is said of
    it). The number of an enquiry is none, though an office may have an FIR of that number.

    `codes`: RK336 when the text quotes none, RK311 when a number has no year, RK360 when both parts of a number can be
    its year and no date behind it says which, RK396 when words or figures are left that
    are neither a number, nor a place, nor words for them.
    """
    written = text.plain(values, reference)
    usual = fir_forms.quoted(written)
    quoted = usual.str.replace_all(_ENQUIRY, " ; ").str.replace_all(_RANGE, "$1 to $2").str.extract_all(_QUOTED)
    long = pl.DataFrame({"row": pl.int_range(len(written), eager=True), "all": written, "quote": quoted})
    long = long.explode("quote", empty_as_null=False).drop_nulls("quote")
    parts = _parts(long["quote"])
    behind = parts["rest"].str.replace(rf"(?i)^{_DATED}(?:{_YEAR})\b", "")
    alone = behind.str.contains(_LISTED)
    rest = pl.select(pl.when(~alone.fill_null(False)).then(behind)).to_series()
    station = pl.select(pl.coalesce(_station(long["quote"]), rest, long["all"].str.extract(_BEFORE))).to_series()
    place = _station_and_district(_cut(station), reference)
    dated = calendars.four_digit_years(long["quote"].str.extract(rf"(?i){_DATED}({_YEAR})\b"))
    number, year, either = _by_its_date(long["quote"], parts, dated)
    parts = parts.with_columns(number)
    listed = {"listed": alone.fill_null(False), "through": parts["rest"].str.contains(_THROUGH).fill_null(False)}
    found = _listed(
        pl.concat([long.select("row"), parts.select("fir_no"), year.to_frame(), place], how="horizontal"), listed
    )
    lists = (
        found.drop_nulls("fir_no")
        .group_by("row", maintain_order=True)
        .agg(pl.struct("fir_no", "fir_year", "police_station", "district").unique(maintain_order=True).alias("refs"))
    )
    used = pl.DataFrame({"row": long["row"], "number": parts["fir_no"], "place": _cut(station), "quote": long["quote"]})
    left = _words_left(usual, used, reference)
    refs = pl.DataFrame({"row": pl.int_range(len(written), eager=True)}).join(
        lists, on="row", how="left", maintain_order="left"
    )["refs"]
    refs = pl.select(pl.coalesce(refs.cast(REFERENCES), pl.lit([], REFERENCES)).alias("refs")).to_series()
    none = written.is_not_null() & (refs.list.len() == 0)
    yearless = refs.list.eval(pl.element().struct.field("fir_year").is_null()).list.any()
    doubtful = pl.Series(range(len(written))).is_in(long.filter(either)["row"].implode())
    codes = dispatch.codes({"RK336": none, "RK311": yearless, "RK360": doubtful, "RK396": left & ~none})
    return pl.DataFrame({"refs": refs, "codes": codes})


def _by_its_date(
    quotes: pl.Series, parts: pl.DataFrame, dated: pl.Series
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """fir_no and fir_year (Int32) of quoted numbers, by the year of the date behind it when both of a number's parts
    can be its year (2015/26 dated 3.4.26 is number 2015), and whether no such date says which."""
    other = quotes.str.replace(r"(?i)^.*?([0-9])", "${1}").str.extract_groups(_YEAR_OR_NUMBER).struct.unnest()
    both = pl.DataFrame({
        "no": parts["fir_no"], "year": parts["fir_year"], "dated": dated, "other_no": other["2"],
        "other": calendars.four_digit_years(other["3"]),
    })  # fmt: skip
    turned = (pl.col("other") == pl.col("dated")) & (pl.col("year") != pl.col("dated"))
    read = both.select(
        fir_no=pl.when(turned).then("other_no").otherwise("no"),
        fir_year=pl.when(turned).then("other").otherwise(pl.coalesce("year", "dated")),
        either=(pl.col("other") != pl.col("year")) & pl.col("dated").is_null(),
    )
    return read["fir_no"], read["fir_year"], read["either"].fill_null(False)


def _words_left(written: pl.Series, used: pl.DataFrame, reference: Reference | None) -> pl.Series:
    """Whether a text has words or figures that none of its quoted numbers with their places has, but for the words
    that only say what they are, and years."""
    word = r"[\p{L}\p{M}]+|[0-9]+"
    words = pl.element().str.to_lowercase()
    taken = used.filter(pl.col("number").is_not_null()).with_columns(
        said=pl.concat_str(
            pl.col("number"), "place", pl.col("quote").str.extract(rf"[/\\-]\s*({_YEAR})\b"),
            pl.col("quote").str.extract(rf"\bof\s+({_YEAR})\b"), separator=" ", ignore_nulls=True,
        )
    )  # fmt: skip
    lists = taken.group_by("row", maintain_order=True).agg(pl.col("said").str.join(" "))
    rows = pl.DataFrame({"row": pl.int_range(len(written), eager=True)})
    said = rows.join(lists, on="row", how="left", maintain_order="left")["said"].fill_null("")
    bare = written.str.replace_all(_lead_words(reference), " ").str.replace_all(_JOINING, " ")
    bare = bare.str.replace_all(r"\b0+([1-9])", "${1}")
    left = bare.str.extract_all(word).list.eval(words)
    known = said.str.extract_all(word).list.eval(words)
    return pl.select((pl.lit(left).list.set_difference(pl.lit(known)).list.len() > 0).fill_null(False)).to_series()


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
    return rf"(?i)\b(?:{'|'.join(map(re.escape, words))})\b" if len(words) else r"[^\s\S]"


def _parts(written: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """fir_no, fir_year, `lead` and `rest`, the texts before and behind them; all null when there is no number or it is
    a date. A serial number before the number is a part of `lead`. `unusual` as of `fir_forms`.
    """
    counted = dispatch.where(written, _foreign(written), _latin_suffix)
    forms = fir_forms.usual(counted.str.replace(_SERIAL_BEFORE, "${2}"), reference)
    counted = forms["written"].str.replace(_FROM_TO, "${1} to ${2}")
    parts = dispatch.by_shape(
        counted,
        [
            (spreadsheet_dates.LOOKS, _nothing),
            (_YEAR_FIRST, lambda s: _grouped(s, _YEAR_FIRST, ["lead", "year", "number", "letter", "sign", "rest"])),
            (_FORM, lambda s: _grouped(s, _FORM, ["lead", "number", "letter", "year", "behind", "sign", "rest"])),
        ],
        _nothing,
    )
    serial = pl.lit(written.str.extract(_SERIAL_BEFORE, 1))
    both = pl.when(serial.is_not_null() & pl.col("fir_no").is_not_null()).then(serial + " " + pl.col("lead"))
    dated = pl.lit(fir_forms.year_of_date(parts["rest"], reference))
    return parts.with_columns(
        lead=both.otherwise("lead"),
        fir_year=pl.coalesce("fir_year", dated),
        unusual=pl.lit(forms["unusual"]) & pl.col("fir_no").is_not_null(),
    )


def _foreign(written: pl.Series) -> pl.Series:
    return written.str.len_bytes() != written.str.len_chars()


def _in_figures(written: pl.Series, reference: Reference | None) -> tuple[pl.Series, pl.Series]:
    """The cells with a plain stroke for signs that stand for it, and with figures for the letters that look like them
    inside a number (545/2O26); and where those were read."""
    written = dispatch.where(written, _foreign(written), lambda s: s.str.replace_all(_STROKES, "/"))
    figures = written
    for _ in range(2):  # a figure is the end of one pair and the beginning of the next
        for letter, digit in _LIKE_DIGITS.items():
            figures = figures.str.replace_all(rf"([0-9]){letter}([0-9]|\s?/\s?[0-9])", f"${{1}}{digit}${{2}}")
            last = rf"(/[0-9{letter}]{{0,3}}[0-9]){letter}($|[\s,;)])"
            figures = figures.str.replace_all(last, f"${{1}}{digit}${{2}}")
            figures = figures.str.replace_all(rf"(/\s?){letter}([0-9])", f"${{1}}{digit}${{2}}")
    changed = (figures != written).fill_null(False)
    return figures, changed


def _latin_suffix(values: pl.Series) -> pl.Series:
    """The letter behind a number in Latin letters: 511/26-اے."""
    for latin, urdu in text.URDU_LETTERS.items():
        values = values.str.replace_all(rf"([0-9])\s?[-(/]\s?(?:{urdu})\s?\)?($|\s*/)", f"${{1}}-{latin}${{2}}")
    return values


def _nothing(values: pl.Series) -> pl.DataFrame:
    none = pl.Series([None], dtype=pl.String).new_from_index(0, len(values))
    return pl.DataFrame({"fir_no": none, "fir_year": none.cast(pl.Int32), "lead": none, "rest": none})


def _grouped(values: pl.Series, pattern: str, names: list[str]) -> pl.DataFrame:
    found = values.str.extract_groups(pattern).struct.unnest()
    found.columns = names
    if "behind" not in names:
        found = found.with_columns(behind=pl.lit(None, pl.String))
    found = found.with_columns(tail=pl.concat_str(pl.col("sign").fill_null(""), pl.col("rest").fill_null("")))
    found = _suffixed(found)
    number = pl.col("number").str.strip_chars_start("0")
    # More digits behind a stroke are a date or a list of sections, not a number and its year.
    joined = pl.col("tail").str.contains(r"^[/\\.\-][0-9]") | (
        pl.col("tail").str.contains("^[^0-9][0-9]") & pl.col("year").is_null()
    )
    real = (number.str.len_chars() > 0) & ~joined.fill_null(False)
    whole = pl.concat_str(number, pl.col("suffix"))
    return found.select(
        pl.when(real).then(whole).alias("fir_no"),
        pl.when(real).then(calendars.four_digit_years(found["year"])).alias("fir_year"),
        pl.when(real).then("lead").alias("lead"),
        pl.when(real).then("tail").alias("rest"),
    )


def _suffixed(found: pl.DataFrame) -> pl.DataFrame:
    """`suffix` ("-A", or nothing) of a number, and in `tail` what is none: a letter that begins a word goes there."""
    tail = pl.col("tail")
    ends = tail.str.contains(_ENDS_NUMBER) & ~tail.str.contains(_NO_LETTER)
    alone = {name: pl.col(name).str.contains(r"^\s[A-Za-z]") & (tail != "") for name in ("letter", "behind")}
    before = pl.col("year").is_not_null() | (ends & ~alone["letter"])
    after = ends & ~alone["behind"]
    # 602 -U, the letter of a word: the letter and all behind it are the rest. With a year between it is the number's.
    spilt = [pl.when(~keep).then(pl.col(name)).fill_null("") for name, keep in (("letter", before), ("behind", after))]
    letters = [
        pl.when(keep).then("-" + pl.col(name).str.extract("([A-Za-z])").str.to_uppercase()).fill_null("")
        for name, keep in (("letter", before), ("behind", after))
    ]
    return found.with_columns(suffix=pl.concat_str(*letters), tail=pl.concat_str(*spilt, tail))


def _has(written: pl.Series, pattern: str | None) -> pl.Series:
    """Whether a pattern fits each cell as a whole."""
    return written.str.contains(rf"^(?:{pattern})$" if pattern else "a^").fill_null(False)


def _office(written: pl.Series, parts: pl.DataFrame, others: pl.Series) -> pl.Series:
    """The station or circle beside a number; of several numbers what stands behind the last."""
    listed = others.list.last().struct.field("police_station")
    alone = pl.when(pl.lit(others.list.len() == 0)).then(parts["rest"])
    named = pl.select(pl.coalesce(_station(written), alone, pl.lit(listed)).alias("office")).to_series()
    office = pl.col("office")
    name = office.str.contains(r"^\p{L}.*\p{L}") & ~office.str.contains(_ABBREVIATION)
    real = name & pl.lit(parts["fir_no"].is_not_null())
    return _cut(named).alias("office").to_frame().select(pl.when(real).then(office))["office"]


def _others(parts: pl.DataFrame, reference: Reference | None) -> pl.Series:
    """The numbers behind the first, as `references`: `& 14/2026`, `, 607`, `to 125/24`. Sections and dates are none."""
    none = pl.Series("others", [[]], dtype=REFERENCES).new_from_index(0, parts.height)
    behind = parts["rest"].str.replace(_SECTIONS_ON, "").str.replace_all(_ANY_DATE, " ; ")
    asked = behind.str.contains(rf"^{_JOINS}[0-9]|[0-9]{{1,6}}\s?/\s?(?:{_YEAR})\b").fill_null(False)
    if not asked.any():
        return none
    rows = asked.arg_true()
    first = parts["fir_no"].gather(rows).str.replace("-.*$", "")
    listed = "FIR " + first + behind.gather(rows)
    for _ in range(2):  # a number is the end of one pair and the beginning of the next
        listed = listed.str.replace_all(_PAIR, "${1} ; FIR ${2}")
    found = references(listed, reference)["refs"]
    quoted = pl.DataFrame({"at": rows, "first": first, "refs": found}).explode("refs").drop_nulls("refs").unnest("refs")
    further = quoted.filter(pl.col("fir_no") != pl.col("first")).unique(maintain_order=True)
    year = pl.coalesce("fir_year", pl.col("fir_year").drop_nulls().first().over("at"))
    names = list(REFERENCES.inner.to_schema())  # type: ignore[union-attr]
    whole = further.with_columns(fir_year=year)
    lists = whole.group_by("at", maintain_order=True).agg(pl.struct(names).alias("others"))
    every = pl.DataFrame({"at": pl.int_range(parts.height, eager=True, dtype=pl.UInt32)})
    joined = every.join(lists.with_columns(pl.col("at").cast(pl.UInt32)), on="at", how="left", maintain_order="left")
    return joined.select(pl.col("others").cast(REFERENCES).fill_null(pl.lit([], REFERENCES))).to_series()


def _left(parts: pl.DataFrame, office: pl.Series, reference: Reference | None) -> pl.Series:
    """Whether letters or figures stand in the cell that are neither the number, its words nor the office."""
    words = _lead_words(reference)
    around = parts.select(around=pl.concat_str("lead", "rest", separator=" ", ignore_nulls=True), office=pl.lit(office))
    rest = around.select(
        pl.coalesce(pl.col("around").str.split(by=pl.col("office")).list.join(" "), "around").alias("left")
    )["left"]
    return rest.str.replace_all(words, " ").str.contains(r"[\p{L}\p{N}]").fill_null(False)


@lru_cache(maxsize=8)
def _lead_words(reference: Reference | None) -> str:
    """The words that only say that a number is one: those of the headers of numbers, and of stations and districts."""
    words = {"fir", "f.i.r", "no", "nos", "number", "enq", "enquiry", "inquiry", "re", "cr", "crime", "case"}
    if reference is not None:
        numbers = reference.header_synonyms.filter(pl.col("field").is_in(["fir_no", "enquiry_no"]))
        columns = [name for name in ("variants", "hints") if name in numbers.columns]
        listed = tables.words(numbers, ["field"], columns)["word"].to_list()
        spelt = text.plain(pl.Series(listed, dtype=pl.String)).drop_nulls().to_list()
        words |= {part for word in spelt for part in word.lower().split()}
    whole = {word.strip(".#&") for word in words}
    longest = sorted({word for word in whole if len(word) > 1}, key=lambda word: (-len(word), word))
    alone = "|".join(re.escape(word) for word in longest)
    return rf"(?i)\b(?:{alone})\b|{_STATION_WORD}|{_DISTRICT_WORD[4:]}"


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
