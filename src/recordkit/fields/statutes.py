"""Acts and sections as the reference knows them: patterns, canonical forms, validity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import dispatch, text
from recordkit.fields.own_threads import keeps_patterns
from recordkit.reference import Reference

# 302, 365-B, 365B, 365 B, 337-A(i), 337-AI, 23(i)(a), 23(I)A, 13-2A. `~` stands before letters that followed a number
# at once: they are its own when they look like a sub-section, and else the name of an act (15AA, 7-ATA).
SECTION = (
    r"[0-9]{1,5}(?:-?[A-Z]\b|-?[A-Z][0-9]\b|\s-?\s?[A-Z]\b|-\s[A-Z]\b|\s~(?:[A-Z][IVX]{1,3}|[B-DF-H]{2}|E{2,4})\b)?"
    r"(?:[\s-]{0,2}\(\s?[0-9A-Z]{1,4}\s?\))*(?:\s?-?[A-Z]\b)?(?:-[0-9][A-Z]\b)?"
)


# What may stand between the words of an act's name, and before its number: Ley No. 26.364.
_NUMBER_WORD = r"\bN[RO\x{b0}\x{ba}]{0,2}[ .\x{b0}\x{ba}]{1,2}"
_BETWEEN = r"[ .,&()'\x{b0}\x{ba}-]{0,3}(?:N[RO\x{b0}\x{ba}]{0,2}[ .\x{b0}\x{ba}]{1,2})?"


@dataclass(frozen=True, eq=False)
class Laws:
    """The acts: patterns of their names in Latin letters and, as a group, in Urdu ones, and what the names mean."""

    table: pl.DataFrame  # act, max_section Int64, kind, year
    latin: str
    urdu: str
    words: list[str]
    meanings: list[str]
    assumed: str
    own_years: tuple[tuple[str, str], ...]  # of acts with a year: its names with that year, and with any other
    glued: tuple[tuple[str, str], ...]  # a section whose letter and act are written together (381-APPC), and parted
    own_provinces: tuple[str, ...]  # of acts of a province: the name of another one before their names

    @property
    def acts(self) -> list[str]:
        return self.table["act"].to_list()

    @property
    def years(self) -> list[str | None]:
        return self.table["year"].to_list()

    def named(self, token: pl.Expr) -> pl.Expr:
        """The act of a name as `pattern` found it."""
        letters = token.str.replace_all(r"[^\p{L}]+", "")
        whole = token.str.replace(r"[\s,-]+(?:OF )?(?:18|19|20)[0-9]{2}$", "").str.replace_all(_NUMBER_WORD, "")
        whole = whole.str.replace_all(r"[^\p{L}0-9]+", "")
        shorter = letters.str.replace(r"(?:ACT|ORD|ORDINANCE|ORDER|CODE)?(?:OF)?$", "")  # PECA Act of 2016
        return pl.coalesce(
            key.replace_strict(self.words, self.meanings, default=None, return_dtype=pl.String)
            for key in (whole, letters, shorter)
        )


def _meanings(spelt: pl.Series, acts: pl.Series) -> dict[str, str]:
    """Words of a name, single spaces -> its act. Figures are a part of it (Ley 26.364), those of a short year beside
    its letters alone (EO-79).
    """
    letters = spelt.str.replace_all(r"[^\p{L}]+", " ").str.strip_chars(" ")
    whole = spelt.str.replace_all(r"[^\p{L}0-9]+", " ").str.strip_chars(" ")
    long_number = spelt.str.contains(r"[0-9]{3}|[0-9]\.[0-9]").to_list()
    bare = {name: act for name, act, number in zip(letters, acts, long_number, strict=True) if not number}
    return bare | dict(zip(whole.to_list(), acts.to_list(), strict=True))


@lru_cache(maxsize=8)
def laws(reference: Reference) -> Laws:
    """The acts of a reference."""
    long = tables.words(reference.acts, ["act"], ["act", "short", "aliases"])
    spelt = text.plain(long["word"]).str.to_uppercase().str.replace_all(r"(\p{L})\.", "${1}")
    spelt = spelt.str.replace_all(r"\s(?:18|19|20)[0-9]{2}$", "").str.strip_chars(" .")
    meanings = _meanings(spelt, long["act"])
    joined = {name.replace(" ", ""): act for name, act in meanings.items()}
    longest_first = sorted({p for p in meanings if len(p) > 1}, key=lambda p: (-len(p), p))
    spelt_out = [_BETWEEN.join(map(re.escape, name.split(" "))) for name in longest_first]
    latin = "|".join(name for name in spelt_out if name.isascii())
    urdu = "|".join(name for name in spelt_out if not name.isascii())
    tail = r"(?:[\s,-]*(?:ACT|ORD|ORDINANCE|ORDER|CODE)(?-u:\b))?(?:[\s,-]*(?:OF )?(?:18|19|20)[0-9]{2}(?-u:\b))?"
    assumed = reference.acts.filter(pl.col("assumed") == "yes")["act"].to_list()
    years, others = _own(meanings, assumed[0], reference)
    return Laws(
        reference.acts.select(
            "act", pl.col("max_section").cast(pl.Int64), "kind", pl.col("written_year").alias("year")
        ),
        # Bytes are enough for the borders of Latin words, and several times as fast.
        rf"(?-u:\b)(?:{latin})(?-u:\b){tail}",
        rf"\b({urdu})\b",
        list(joined),
        list(joined.values()),
        assumed[0],
        years,
        _glued(list(joined), reference),
        others,
    )


_SHORTEST = 3  # letters of an act's name that may stand right behind the letter of a section


def _glued(names: list[str], reference: Reference) -> tuple[tuple[str, str], ...]:
    """For every letter that sections have: with an act of one word behind it that, with the letter, is no other one."""
    sections = reference.offences["section"].str.extract(r"^[0-9]+-([A-Z])$").drop_nulls().unique().sort()
    known = {name for name in names if name.isascii()}
    single = sorted(
        (name for name in known if len(name) >= _SHORTEST and name.isalpha()), key=lambda one: (-len(one), one)
    )
    made = []
    for letter in sections:
        behind = "|".join(name for name in single if letter + name not in known)
        made.append((rf"([0-9])\s?-?\s?{letter}((?:{behind})(?-u:\b))", f"${{1}}-{letter} ${{2}}"))
    return tuple(made)


GLUED = r"[0-9]\s?-?\s?[A-Z]{4,}"  # a cell without it has no act that is written together with a letter


_OTHER = " OTHER ACT "  # like the name of an act that nobody knows
_CODE = r"(?:[\s,-]*(?:ACT|ORD|ORDINANCE|ORDER|CODE)(?-u:\b))?"
_YEAR_BEHIND = r"[\s,.)-]*(?:NO[ .]*[0-9]{1,5}[ ,]*)?(?:OF )?"
_ANY_YEAR = r"(?:18|19|20)[0-9]{2}"


def _own(
    meanings: dict[str, str], assumed: str, reference: Reference
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """`own_years` and `own_provinces`. Behind the act that is assumed a year may be that of the case."""
    listed = tables.words(reference.jurisdictions, ["jurisdiction"], ["jurisdiction", "aliases"])
    spelt = dict(zip(text.plain(listed["word"]).str.to_uppercase(), listed["jurisdiction"], strict=True))
    provinces = {word: province for word, province in spelt.items() if word and word.isascii()}
    years, others = [], []
    for act in dict.fromkeys(meanings.values()):
        names = sorted((one for one in meanings if meanings[one] == act and len(one) > 1 and one.isascii()), key=len)
        if not names or act == assumed:
            continue
        either = "|".join(_BETWEEN.join(map(re.escape, one.split(" "))) for one in reversed(names))
        named = rf"((?-u:\b)(?:{either})(?-u:\b){_CODE})"
        year = re.search(_ANY_YEAR, act)
        if year:
            behind = rf"{named}{_YEAR_BEHIND}"
            years.append((rf"{behind}{year.group()}(?-u:\b)", rf"{behind}{_ANY_YEAR}(?-u:\b)"))
        own = {provinces[word] for word in provinces if re.search(rf"\b{re.escape(word)}\b", act.upper())}
        strange = [re.escape(word) for word in provinces if own and provinces[word] not in own]
        if strange:
            others.append(rf"(?-u:\b)(?:{'|'.join(strange)})(?-u:\b)[\s,-]+{named}")
    return tuple(years), tuple(others)


@keeps_patterns
def without_other_laws(values: pl.Series, acts: Laws) -> pl.Series:
    """Cells in capitals, where a known name with another year or of another province is the name of no known law:
    Child Marriage Restraint Act 2013 is not that of 1929."""
    dated = values.str.contains(rf"\p{{L}}.*\b{_ANY_YEAR}\b").fill_null(False)

    def of_years(some: pl.Series) -> pl.Series:
        for right, wrong in acts.own_years:
            some = some.str.replace_all(right, "${1} ").str.replace_all(wrong, _OTHER)
        return some

    values = dispatch.where(values, dated, of_years)
    for strange in acts.own_provinces:
        values = dispatch.where(values, values.str.contains(strange), dispatch.replace_all(strange, _OTHER))
    return values


@lru_cache(maxsize=8)
def offences(reference: Reference) -> pl.DataFrame:
    """place, act, section, offence, npb_head, iccs_code, tier, modifier, excluded, valid_from, valid_to (Date)."""
    table = reference.offences.join(
        reference.tip_tiers.select("act", "section", "tier"), on=["act", "section"], how="left", maintain_order="left"
    )
    return table.with_row_index("place").select(
        "place",
        "act",
        "section",
        "offence",
        pl.when(pl.col("npb_head") != "EXCLUDE").then("npb_head").alias("npb_head"),
        "iccs_code",
        "tier",
        (pl.col("provincial_head") == "modifier").alias("modifier"),
        (pl.col("npb_head") == "EXCLUDE").alias("excluded"),
        _day(pl.col("valid_from"), "-01-01").alias("valid_from"),
        _day(pl.col("valid_to"), "-12-31").alias("valid_to"),
    )


def canonical(sections: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """`section` in the reference's form and `number` beside the columns of `sections` (row, at, act, token).

    Pairs that the reference knows as one (107/151 of the Code) become one, and so does the figure of a clause that
    stands alone behind its section (337 H 2, 506/2).
    """
    distinct = sections.select("act", "token").unique()
    keyed = distinct.with_columns(
        key=_key(pl.col("token")), number=pl.col("token").str.extract("^([0-9]+)").cast(pl.Int64)
    )
    known = keyed.join(_forms(reference), on=["act", "key"], how="left").select(
        "act", "token", "number", section=pl.coalesce("known", _form(pl.col("token")))
    )
    named = sections.join(known, on=["act", "token"], how="left", nulls_equal=True, maintain_order="left")
    return _paired(_with_clauses(named, reference), reference)


def _with_clauses(named: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """A single figure right behind a section is its clause, where the reference lists that clause and no section of
    that figure."""
    figure = pl.col("token").str.contains(r"^[0-9I]$|^I{2}$")
    if not named.select(figure.any()).item():
        return named
    before = {name: pl.col(name).shift(1) for name in ("row", "at", "act", "token")}
    behind = (pl.col("at") == before["at"] + 1) & (pl.col("row") == before["row"]) & (pl.col("act") == before["act"])
    whole = pl.when(figure & behind).then(_key(before["token"] + "(" + pl.col("token") + ")"))
    forms = _forms(reference).select("act", whole="key", clause="known")
    alone = offences(reference).select("act", "section").unique().with_columns(listed=pl.lit(True))
    joined = (
        named.with_columns(whole=whole)
        .join(forms, on=["act", "whole"], how="left", maintain_order="left")
        .join(alone, on=["act", "section"], how="left", maintain_order="left")
        .with_columns(clause=pl.when(pl.col("listed").is_null()).then("clause"))
    )
    following = pl.col("clause").shift(-1)
    return (
        joined.with_columns(section=pl.coalesce(following, "section"))
        .filter(pl.col("clause").is_null())
        .drop("whole", "clause", "listed")
    )


def _paired(named: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    pairs = offences(reference).filter(pl.col("section").str.contains("^[0-9]+/[0-9]+$")).select("act", both="section")
    if not named["act"].is_in(pairs["act"].unique().implode()).any():
        return named
    following = pl.col("section").shift(-1)
    together = (pl.col("row") == pl.col("row").shift(-1)) & (pl.col("act") == pl.col("act").shift(-1))
    joined = named.with_columns(both=pl.when(together).then(pl.col("section") + "/" + following)).join(
        pairs.with_columns(pair=pl.lit(True)), on=["act", "both"], how="left", maintain_order="left"
    )
    swallowed = pl.col("pair").shift(1).fill_null(False)
    return (
        joined.filter(~swallowed)
        .with_columns(section=pl.when("pair").then("both").otherwise("section"))
        .drop("pair", "both")
    )


@lru_cache(maxsize=8)
def _forms(reference: Reference) -> pl.DataFrame:
    """act, key, known: every written form of a section the reference lists."""
    long = tables.words(reference.offences, ["act", "section"], ["section", "aliases"])
    keyed = long.select("act", _key(pl.col("word").str.to_uppercase()).alias("key"), pl.col("section").alias("known"))
    return keyed.unique(["act", "key"], keep="first", maintain_order=True)


def _key(token: pl.Expr) -> pl.Expr:
    """Letters and digits; a point only between digits: 3(1) and 31 differ, 337-A(i) and 337-AI do not."""
    dotted = token.str.replace_all(r"[^0-9A-Z]+", ".").str.strip_chars(".")
    for _ in range(2):
        dotted = dotted.str.replace_all(r"([0-9])\.([0-9])", "${1}_${2}")
    return dotted.str.replace_all(".", "", literal=True).str.replace_all("_", ".", literal=True)


def _form(token: pl.Expr) -> pl.Expr:
    """A section nobody listed, written as the reference writes: 365-B(1)(a)."""
    bare = token.str.replace_all(r"\s+", "")
    number, letters = bare.str.extract("^([0-9]+)"), bare.str.extract("^[0-9]+-?([A-Z]{1,3})")
    rest = bare.str.replace("^[0-9]+-?[A-Z]{0,3}", "").str.strip_chars("-").str.to_lowercase()
    return pl.concat_str(number, pl.lit("-") + letters, rest, ignore_nulls=True)


def _day(value: pl.Expr, rest_of_year: str) -> pl.Expr:
    """An ISO date; of a year alone its first or last day."""
    whole = pl.when(value.str.len_chars() == 4).then(value + rest_of_year).otherwise(value)
    return whole.str.to_date("%Y-%m-%d", strict=False)
