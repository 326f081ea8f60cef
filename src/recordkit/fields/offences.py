"""Sections of law: read from a cell, and what each one is on a date.

`302/34 PPC`, `365-B PPC`, `302/324/148/149-PPC, 7-ATA`, `13/20/65 AO`, `9-C CNSA`, `PPC:392|PPC:34`, `بجرم 302/34 ت پ`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

import polars as pl

from recordkit.fields import dispatch, particulars, section_changes, spreadsheet_dates, statutes, text, vehicles
from recordkit.fields.own_threads import keeps_patterns
from recordkit.fields.statutes import SECTION
from recordkit.reference import Reference

CHARGES = pl.List(pl.Struct({"act": pl.String, "section": pl.String, "raw": pl.String}))

_URDU_LETTER = r"([0-9])\s?-?\s?(?:{})(?:[^\p{{L}}¦]|$)"
_MORE = r"/\s?[A-Z]\s?-?\s?\(?(?:[IVX]{1,4}|[0-9])\)?"  # 337-A(i)/F(ii)
_SERIAL = r"(\(\s?[0-9I]\s?\))\s?-?\s?([0-9])\s?-?\s?\(?([A-Z])\b\)?"  # 9(1)3-C: serial and letter in a table
# Letters and clauses that share a number: 365/B; 371 A,B; 337 A i, F i; 337-F(i)(v)(vi).
_CLAUSE = r"(?:I{1,3}|IV|VI{0,3}|IX|X)"
_STROKED = r"([0-9]{1,3})\s?/\s?([A-Z])([^\p{L}\p{N}]|$)"
_LETTERS = r"([0-9]{2,3})\s?-?\s?([A-Z])\s*[,&/]\s*([A-Z])([^\p{L}\p{N}(]|$)"
_CLAUSES = rf"([0-9]{{2,3}})\s?-?\s?([A-Z])\s?-?\s?\(?({_CLAUSE})\)?\s*[,&]\s*([A-Z])\s?-?\s?\(?({_CLAUSE})\b\)?"
# 6(1)(a),(j): letters in brackets that share all that stands before them.
_BRACKETED = r"([0-9]{1,3}(?:\s?\([0-9]{1,2}\))?)\s?\(([A-Z])\)\s*[,&/]\s*\(([A-Z])\)"
# A clause behind a stroke: 506/II, 337-F/V.
_STROKED_CLAUSE = r"([0-9]{1,3})\s?/\s?(I{2,3}|IV|VI{1,3})([^\p{L}\p{N}(]|$)"
_STROKED_CLAUSE_OF_LETTER = r"([0-9]{2,3}\s?-?\s?[A-Z])\s?/\s?(I{1,3}|IV|VI{0,3})([^\p{L}\p{N}(]|$)"
_SEVERAL_CLAUSES = rf"([0-9]{{2,3}}\s?-?\s?[A-Z])\s?\(({_CLAUSE})\)\s?\(({_CLAUSE})\)"
_MOST_SHARING = 4  # letters or clauses behind one number
_WORD = r"\p{L}[\p{L}&' ]+"
_LETTER = r"[\p{L}\p{N}]"
# The number and the year of an act are no sections: ACT NO. 12 OF 2019, XYZ ACT 2019.
_ACT_NUMBER = (
    r"\b(ACT|ORDINANCE|ORD|ORDER|CODE|RULES?)[ ,.]*(?:NO[ .]*[0-9]{1,5}(?:[ ,]*(?:OF|/)[ ]*(?:18|19|20)[0-9]{2}\b)?"
    r"|(?:[0-9]{1,5}[ ]*)?(?:OF[ ]*)?(?:18|19|20)[0-9]{2}\b)"
)
_TWO_WORDS = r"[\p{L}&'] +\p{L}"
# A mark of a footnote behind a section: 379*, 379¹.
_MARK = r"([\p{L}0-9)])\s?(?:[*#†‡¶^%$!@]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|[*#†‡¶^%$!@]+()"
_EDGE = "¬"  # beside the name of an act, so that no other word takes it in


@dataclass(frozen=True, eq=False)
class SectionPatterns:
    """Patterns of a reference."""

    before: str  # what stands before the sections when a whole FIR line is in the cell
    behind: str  # and what stands behind them
    filler: str
    unknown_act: str  # a name that is one of a law, whether it is known or not


@lru_cache(maxsize=8)
def read_section_patterns(reference: Reference) -> SectionPatterns:
    """The patterns of a reference, made once."""
    words = partial(particulars.alone, reference, "section_word")
    return SectionPatterns(
        before=rf"(?i)^.*?{words('before')}.*?{words('sections_follow')}",
        behind=rf"(?i){words('behind')}.*$",
        filler=rf"(?i){words('sections_follow', 'filler')}",
        unknown_act=rf"(?i){words('act')}|^(?-i:[A-Z]{{2,4}})$",
    )


@dispatch.remembered
def parse(values: pl.Series, reference: Reference, default_act: str | None = None) -> pl.DataFrame:
    """`charges`: List(Struct(act, section, raw)), each once and in the order written; `codes`, `detail`, `suggestion`.

    `default_act`: the act of sections without one, when the sender's practice is known; else the reference's, and
    RK316 says so. RK312 no section readable, figures or letters that are no part of one, or an act without a section;
    RK314 beyond the act's last section (kept), RK315 act unknown (null), RK341 signs or raised figures beside one,
    RK370 some are taken back in the cell and are no charges, RK371 words that are neither, RK380 words of a change that
    leave open which stand.
    """
    cells = text.plain(values, reference)
    marked = cells.str.contains(_MARK).fill_null(False)
    written = dispatch.where(cells, marked, dispatch.replace_all(_MARK, "${1} "))
    acts = statutes.laws(reference)
    became_date = written.str.contains(spreadsheet_dates.SHAPES).fill_null(False)
    readable = pl.select(pl.when(pl.lit(~became_date)).then(written)).to_series()
    readable = vehicles.without_numbers(readable, reference)
    tokens, left = _tokens(_plain(readable, acts, reference), acts)
    sections = _with_acts(tokens, acts, reference)
    assumed = default_act or acts.assumed
    sections = sections.with_columns(
        RK316=pl.col("act").is_null() & ~pl.col("foreign") & pl.lit(default_act is None),
        RK315=pl.col("foreign"),
        act=pl.when(pl.col("foreign")).then(None).otherwise(pl.col("act").fill_null(assumed)),
    )
    named, changed = section_changes.sections_left(statutes.canonical(sections, reference), _kinds(tokens))
    limits = named.join(acts.table.select("act", "max_section"), on="act", how="left", maintain_order="left")
    named = limits.with_columns(RK314=pl.col("number") > pl.col("max_section"))
    nearby = pl.DataFrame({
        "RK370": rows_of(written).is_in(changed.filter(~pl.col("unclear"))["row"].implode()),
        "RK380": rows_of(written).is_in(changed.filter("unclear")["row"].implode()),
        "RK341": marked,
        "RK371": rows_of(written).is_in(_words_left(tokens, sections, reference)["row"].implode()),
        "RK312": left | rows_of(written).is_in(_without_section(tokens, sections, acts)["row"].implode()),
    })  # fmt: skip
    out = _gathered(named, written, nearby, changed)
    return spreadsheet_dates.noted(out, written, became_date, "number")


def rows_of(written: pl.Series) -> pl.Series:
    """The number of every cell, as `row` of its tokens."""
    return pl.int_range(len(written), eager=True)


def _kinds(tokens: pl.DataFrame) -> pl.DataFrame:
    """row, at, kind of the tokens, as `sectionchanges` calls them."""
    token = pl.col("token")
    kind = (
        pl.when(pl.col("is_section") | pl.col("is_more")).then(pl.lit(section_changes.SECTION))
        .when(token.str.contains(section_changes.SIGN)).then(token)
        .when(token.str.contains("^[,;،؛]")).then(pl.lit(section_changes.STOP))
        .when(pl.col("name").is_not_null()).then(pl.lit(section_changes.ACT))
    )  # fmt: skip
    return tokens.select("row", "at", kind=kind).drop_nulls("kind")


def _words_left(tokens: pl.DataFrame, sections: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Tokens of words that are no act, known or not; of those like an unknown act, those that no section is of."""
    word = pl.col("token").str.contains(r"^\p{L}") & pl.col("name").is_null()
    unknown = read_section_patterns(reference).unknown_act
    like_act = pl.col("token").str.strip_chars(" &'").str.contains(unknown)
    used = pl.col("row").is_in(sections.filter("RK315")["row"].unique().implode())
    return tokens.filter(word & ~(like_act & used))


def _without_section(tokens: pl.DataFrame, sections: pl.DataFrame, acts: statutes.Laws) -> pl.DataFrame:
    """Tokens that name an act of which the cell has no section (`3 PTPA & PSMA`)."""
    assumed = pl.when("RK316").then(pl.lit(acts.assumed)).otherwise("act")
    used = sections.select("row", name=assumed, used=pl.lit(True)).unique()
    named = tokens.drop_nulls("name").join(used, on=["row", "name"], how="left", maintain_order="left")
    return named.filter(pl.col("used").is_null() & pl.col("row").is_in(sections["row"].implode()))


def classify(frame: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """What each charge is: `frame` has act, section and on_date (Date, may be null).

    offence, npb_head, iccs_code, tip_tier, is_modifier, is_crime, codes: RK313 (a section no table knows), RK317 (not
    in force on that date; classified all the same, but in no tier). A sub-section that is not listed is what its
    section is.
    """
    table = statutes.offences(reference)
    keyed = frame.select("act", "section", "on_date").with_columns(
        s0=pl.col("section"),
        s1=pl.col("section").str.replace(r"\([^()]*\)$", ""),
        s2=pl.col("section").str.replace(r"(?:\([^()]*\))+$", ""),
    )
    for n in range(3):
        found = table.select("act", pl.col("section").alias(f"s{n}"), pl.col("place").alias(f"p{n}"))
        keyed = keyed.join(found, on=["act", f"s{n}"], how="left", maintain_order="left", nulls_equal=False)
    placed = keyed.with_columns(place=pl.coalesce("p0", "p1", "p2")).join(
        table.drop("act", "section"), on="place", how="left", maintain_order="left"
    )
    kinds = statutes.laws(reference).table.select("act", "kind", "max_section")
    placed = placed.join(kinds, on="act", how="left", maintain_order="left")
    early = pl.col("on_date") < pl.col("valid_from")
    late = pl.col("on_date") > pl.col("valid_to")
    procedure = (pl.col("kind") == "procedure").fill_null(False)
    known = pl.col("place").is_not_null()
    number = pl.col("section").str.extract("^([0-9]+)").cast(pl.Int64, strict=False)
    beyond = (number > pl.col("max_section")).fill_null(False)  # RK314 has said so already
    flags = {
        "RK313": pl.col("act").is_not_null() & ~known & ~procedure & ~beyond,
        "RK317": known & (early | late).fill_null(False),
    }
    return placed.select(
        "offence",
        "npb_head",
        "iccs_code",
        # A tier is what the law was on the day: a section that is no longer law makes no statutory offence.
        pl.when((early | late).fill_null(False).not_()).then("tier").alias("tip_tier"),
        pl.col("modifier").fill_null(False).alias("is_modifier"),
        (~procedure & ~pl.col("excluded").fill_null(False)).alias("is_crime"),
    ).with_columns(dispatch.codes(flags, placed))


@keeps_patterns
def _plain(written: pl.Series, acts: statutes.Laws, reference: Reference) -> pl.Series:
    """Capitals and no noise; signs for words of change; `~` before letters behind a number; acts in Urdu letters
    between bars.
    """
    value = written.str.to_uppercase().str.replace_all("[¦~]", " ")
    words = read_section_patterns(reference)
    value = value.str.replace(words.before, " ").str.replace(words.behind, " ")
    value = statutes.without_other_laws(section_changes.marked(value, reference), acts)
    value = value.str.replace_all(_ACT_NUMBER, "${1} ")
    value = value.str.replace_all(r"(\p{L})\.", "${1}").str.replace_all(words.filler, " ")
    together = value.str.contains(statutes.GLUED)
    for glued, parted in acts.glued:
        value = dispatch.where(value, together, dispatch.replace_all(glued, parted))
    value = value.str.replace_all(r"([A-Z]{3,})([0-9])", "${1} ${2}").str.replace_all(_SERIAL, "${1}(${2})(${3})")
    value = _each_with_its_number(value)
    value = dispatch.where(
        value, value.str.contains(_TWO_WORDS), lambda s: s.str.replace_all(acts.latin, f"{_EDGE}${{0}}{_EDGE}")
    )
    value = value.str.replace_all(r"([0-9])-?([A-Z]{2,})", "${1} ~${2}")
    urdu = value.str.contains(r"[\x{0600}-\x{06ff}]")
    return dispatch.where(value, urdu, lambda s: _latin_letters(s.str.replace_all(acts.urdu, "¦${1}¦")))


@keeps_patterns
def _each_with_its_number(value: pl.Series) -> pl.Series:
    """Every letter and clause behind the number that it shares with others."""
    for stroked in (_STROKED_CLAUSE, _STROKED_CLAUSE_OF_LETTER):
        value = value.str.replace_all(stroked, "${1}(${2})${3}")
    value = value.str.replace_all(_STROKED, "${1}-${2}${3}")
    for _ in range(_MOST_SHARING - 1):
        value = value.str.replace_all(_SEVERAL_CLAUSES, "${1}(${2}), ${1}(${3})")
        value = value.str.replace_all(_CLAUSES, "${1}-${2}(${3}), ${1}-${4}(${5})")
        value = value.str.replace_all(_LETTERS, "${1}-${2}, ${1}-${3}${4}")
        value = value.str.replace_all(_BRACKETED, "${1}(${2}), ${1}(${3})")
    return value


def _latin_letters(values: pl.Series) -> pl.Series:
    for latin, urdu in text.URDU_LETTERS.items():
        values = values.str.replace_all(_URDU_LETTER.format(urdu), f"${{1}}-{latin} ")
    return values


@keeps_patterns
def _tokens(value: pl.Series, acts: statutes.Laws) -> tuple[pl.DataFrame, pl.Series]:
    """Long form: row, at, token and which kind it is: an act has a `name` (null: no act that anybody knows); and
    whether letters or figures of a cell are in no token."""
    pattern = rf"¦[^¦]+¦|[,;،؛]|{section_changes.SIGN}|{acts.latin}|{SECTION}|{_MORE}|{_WORD}"
    frame = pl.DataFrame({"row": pl.int_range(len(value), eager=True), "token": value.str.extract_all(pattern)})
    long = frame.explode("token", empty_as_null=False).drop_nulls("token").with_row_index("at")
    token = pl.col("token")
    long = long.with_columns(is_section=token.str.contains("^[0-9]"), is_more=token.str.starts_with("/"))
    named = long.with_columns(name=pl.when(~pl.col("is_section") & ~pl.col("is_more")).then(acts.named(token)))
    # Counted, not replaced: most cells have as many letters and figures as their tokens.
    letters = pl.lit(value).str.count_matches(_LETTER) > frame["token"].list.join("").str.count_matches(_LETTER)
    return named, pl.select(letters.fill_null(False).alias("left")).to_series()


@keeps_patterns
def _with_acts(tokens: pl.DataFrame, acts: statutes.Laws, reference: Reference) -> pl.DataFrame:
    """The sections with `act` (null: none written) and `foreign` (an act is written that nobody knows)."""
    clause = pl.col("token").str.contains("^[,;،؛]").cum_sum()
    tokens = tokens.with_columns(clause=clause).filter(
        ~pl.col("token").str.contains(rf"^(?:[,;،؛]|{section_changes.SIGN})")
    )
    other = ~pl.col("is_section") & ~pl.col("is_more")
    unknown = read_section_patterns(reference).unknown_act
    foreign = other & pl.col("name").is_null() & pl.col("token").str.strip_chars(" &'").str.contains(unknown)
    named = tokens.with_columns(
        name=pl.when(foreign).then(pl.lit("")).otherwise("name"),
        digits=pl.col("token").str.extract(r"^([0-9]+)"),
    ).filter(~other | pl.col("name").is_not_null())
    named = _within_rows(named)
    behind_all = pl.col("first_is_act") & ~pl.col("last_is_act")
    named = named.with_columns(own=_of_own_clause(named))
    act = pl.when(behind_all).then("before").otherwise(pl.coalesce("own", "behind", "before"))
    following = pl.when(~pl.col("is_last")).then(pl.col("name").shift(-1))
    year = following.replace_strict(acts.acts, acts.years, default=None, return_dtype=pl.String)
    after_section = ~pl.col("is_first") & (pl.col("is_section") | pl.col("is_more")).shift(1).fill_null(False)
    # 13/20/65 AO: the last number is the year of the act.
    is_year = (pl.col("token") == year) & after_section
    base = pl.col("base")
    tail = pl.col("token").str.strip_chars_start("/ ")
    sections = named.with_columns(
        act=act,
        year=is_year.fill_null(False),
        section=pl.when("is_more").then(base + "-" + tail).otherwise(pl.col("token")),
    ).filter((pl.col("is_section") | pl.col("is_more")) & ~pl.col("year") & pl.col("section").is_not_null())
    return sections.select(
        "row",
        "at",
        pl.col("section").alias("token"),
        pl.col("act").replace("", None),
        foreign=(pl.col("act") == "").fill_null(False),
    )


def _of_own_clause(named: pl.DataFrame) -> pl.Series:
    """For cells that begin and end with an act: the act of each section's own clause, or where it has none the one
    before (`PPC 324/353, 34, 15 Arms Act`). Commas end clauses; where one names two acts the act is null."""
    mixed = named.filter(pl.col("first_is_act") & pl.col("last_is_act") & ~pl.col("is_first"))
    if mixed["clause"].n_unique() == mixed["row"].n_unique():
        return pl.Series("own", [None], dtype=pl.String).new_from_index(0, named.height)
    commas = named.filter(pl.col("row").is_in(mixed["row"].unique().implode()))
    acts = commas.group_by("row", "clause").agg(pl.col("name").drop_nulls().alias("acts"))
    placed = named.select("row", "clause", "before").join(acts, on=["row", "clause"], how="left", maintain_order="left")
    count = pl.col("acts").list.len()
    own = pl.when(count == 1).then(pl.col("acts").list.first()).when(count == 0).then("before")
    return placed.select(own.alias("own")).to_series()


def _within_rows(named: pl.DataFrame) -> pl.DataFrame:
    """The nearest act before and behind each token of its row, and whether the row starts and ends with one.

    A sign at the row's border stops the filling: windows over rows cost ten times as much.
    """
    border = "\x00"
    name, first, last = pl.col("name"), pl.col("is_first"), pl.col("is_last")
    named = named.with_columns(
        is_first=(pl.col("row") != pl.col("row").shift(1)).fill_null(True),
        is_last=(pl.col("row") != pl.col("row").shift(-1)).fill_null(True),
    )
    return named.with_columns(
        before=pl.when(first).then(name.fill_null(border)).otherwise(name).forward_fill().replace(border, None),
        behind=pl.when(last).then(name.fill_null(border)).otherwise(name).backward_fill().replace(border, None),
        base=pl.when(first)
        .then(pl.col("digits").fill_null(border))
        .otherwise("digits")
        .forward_fill()
        .replace(border, None),
        first_is_act=pl.when(first).then(name.is_not_null()).forward_fill(),
        last_is_act=pl.when(last).then(name.is_not_null()).backward_fill(),
    )


def _gathered(named: pl.DataFrame, written: pl.Series, nearby: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    """Back to one row per cell."""
    once = named.unique(["row", "act", "section"], keep="first", maintain_order=True)
    flags = [name for name in ("RK314", "RK315", "RK316") if name in named.columns]
    grouped = once.group_by("row", maintain_order=True).agg(
        pl.struct("act", "section", pl.col("token").alias("raw")).alias("charges"),
        *(pl.col(flag).any() for flag in flags),
    )
    rows = pl.DataFrame({"row": pl.int_range(len(written), eager=True)})
    out = rows.join(grouped, on="row", how="left", maintain_order="left")
    taken = pl.col("row").is_in(changed["row"].implode())  # a cell may take all of them back
    none = pl.col("charges").is_null() & pl.lit(written).is_not_null() & ~taken
    some = pl.col("charges").is_not_null()
    flagged: dict[str, pl.Expr] = {"RK312": none, **{flag: pl.col(flag) for flag in flags}}
    flagged |= {code: pl.lit(nearby[code]) for code in nearby.columns if code != "RK312"}
    flagged["RK371"] &= some
    flagged["RK341"] &= some
    flagged["RK312"] |= pl.lit(nearby["RK312"]) & some
    codes = dispatch.codes({**flagged}, out)
    charges = pl.coalesce(pl.col("charges").cast(CHARGES), pl.lit([], CHARGES)).alias("charges")
    return out.select(charges).with_columns(codes)
