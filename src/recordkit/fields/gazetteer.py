"""The reference's places prepared for looking up: folded names, validity as dates, kinship of districts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import nearest, text
from recordkit.reference import Reference

# A day after every border that the reference knows: what "today" means to a value without a date.
NOW = date(9999, 12, 31)
_ALWAYS = date(1, 1, 1)

_STATION_WORDS = (
    r"(?i)^(?:p\.?\s?s\b\.?|police\s+station|levies\s+(?:police\s+)?(?:station|thana)|thana"
    r"|تھانہ|پولیس اسٹیشن|لیویز تھانہ)[\s:.\-]*"
    r"|[\s,\-]+(?:p\.?\s?s|police\s+station|thana|تھانہ)\.?$"
)


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Tables of names. `home` is the province of today, `its_province` the one of the row's own time."""

    jurisdictions: pl.DataFrame  # key, jurisdiction, kind, ended, successor, former
    divisions: pl.DataFrame  # key, division, home
    district_words: pl.DataFrame  # key, place, its_district, its_division, home, local, former, begins, ends
    places: pl.DataFrame  # place, its_district, its_division, its_province, its_pcode
    kin: pl.DataFrame  # place, parent_place, begins, ends, split
    stations: pl.DataFrame  # key, key_bare, station, at_district, at_division, at_province, at_pcode
    province_spellings: nearest.Spellings
    district_spellings: nearest.Spellings
    home_country: str | None  # its code


@lru_cache(maxsize=8)
def read_gazetteer(reference: Reference) -> Gazetteer:
    """The gazetteer of a reference, made once."""
    jurisdictions = _jurisdictions(reference)
    places = _places(reference)
    words = tables.words(reference.districts, ["district"], ["district", "aliases", "former_names"])
    return Gazetteer(
        jurisdictions=jurisdictions,
        divisions=_divisions(reference),
        district_words=_district_words(reference, places),
        places=places.select("place", "its_district", "its_division", "its_province", "its_pcode"),
        kin=_kin(places),
        stations=_stations(reference, places),
        province_spellings=nearest.spellings(
            tables.words(reference.jurisdictions, ["jurisdiction"], ["jurisdiction", "aliases"]), "word", "jurisdiction"
        ),
        district_spellings=nearest.spellings(words, "word", "district"),
        home_country=reference.codes.filter(vocabulary="country", note="home")["code"].first(),  # type: ignore[arg-type]
    )


def bare_station(values: pl.Series) -> pl.Series:
    """A station's name without the words that only say that it is one."""
    bare = values.str.replace(_STATION_WORDS, "").str.replace(_STATION_WORDS, "").str.strip_chars(" .,:-")
    return pl.select(pl.when(bare.str.len_chars() > 0).then(bare).otherwise(values).alias("bare")).to_series()


def shown(name: pl.Expr) -> pl.Expr:
    """A name in capitals in title case; any other as it is."""
    return (
        pl.when(name.str.contains(r"\p{Lu}{3}") & ~name.str.contains(r"\p{Ll}"))
        .then(name.str.to_titlecase())
        .otherwise(name)
    )


def nearest_station(rows: pl.DataFrame, names: Gazetteer) -> pl.Series:
    """For rows with `ask`: the station of the same district whose name is nearest."""
    asked = rows.select("row", "ask", "out_district", "bare_station").with_columns(
        pl.when("ask").then("out_district").alias("district")
    )
    parts = [asked.filter(pl.col("district").is_null()).select("row", suggestion=pl.lit(None, pl.String))]
    for (district,), group in asked.drop_nulls("district").group_by("district"):
        known = names.stations.filter(pl.col("at_district") == district)
        spelt = nearest.spellings(known, "key_bare", "station")
        guess = nearest.nearest(group["bare_station"], group["ask"], spelt)
        parts.append(group.select("row").with_columns(guess.alias("suggestion")))
    return pl.concat(parts).sort("row")["suggestion"]


def _day(column: str, rest: str, otherwise: date) -> pl.Expr:
    value = pl.col(column)
    whole = pl.when(value.str.len_chars() == 4).then(value + rest).otherwise(value)
    return whole.str.to_date("%Y-%m-%d", strict=False).fill_null(pl.lit(otherwise))


def _folded(long: pl.DataFrame, *keep: str) -> pl.DataFrame:
    return long.select(text.fold(long["word"]).alias("key"), *keep).drop_nulls("key")


def _jurisdictions(reference: Reference) -> pl.DataFrame:
    table = reference.jurisdictions.with_columns(
        ended=pl.when(pl.col("valid_to").is_not_null()).then(_day("valid_to", "-12-31", NOW)),
        successor=pl.col("parent"),
    )
    keep = ["jurisdiction", "kind", "ended", "successor"]
    now = tables.words(table, keep, ["jurisdiction", "aliases", "urdu"]).with_columns(former=pl.lit(False))
    once = tables.words(table, keep, ["former_names"]).with_columns(former=pl.lit(True))
    return _folded(pl.concat([now, once]), *keep, "former").unique("key", keep="first", maintain_order=True)


def _homes(reference: Reference) -> pl.DataFrame:
    """its_province, home: a province that was merged into another is at home there."""
    return reference.jurisdictions.select(
        its_province=pl.col("jurisdiction"), home=pl.coalesce("parent", "jurisdiction")
    )


def _divisions(reference: Reference) -> pl.DataFrame:
    long = tables.words(reference.divisions, ["province", "division"], ["division", "aliases", "urdu"])
    return _folded(long, "division", pl.col("province").alias("home")).unique(maintain_order=True)  # type: ignore[arg-type]


def _places(reference: Reference) -> pl.DataFrame:
    return (
        reference.districts.with_row_index("place")
        .with_columns(
            pl.col("place").cast(pl.Int64),
            its_province=pl.col("province"),
            its_division=pl.col("division"),
            its_district=pl.col("district"),
            its_pcode=pl.col("pcode"),
            begins=_day("valid_from", "-01-01", _ALWAYS),
            ends=_day("valid_to", "-12-31", NOW),
        )
        .join(_homes(reference), on="its_province", how="left", maintain_order="left")
    )


def _district_words(reference: Reference, places: pl.DataFrame) -> pl.DataFrame:
    keep = ["place", "its_district", "its_division", "home", "begins", "ends"]
    parts = [
        tables.words(places, keep, columns).with_columns(local=pl.lit(local), former=pl.lit(former))
        for columns, local, former in (
            (["district", "aliases", "urdu_name"], False, False),
            (["local_aliases"], True, False),
            (["former_names"], False, True),
        )
    ]
    return _folded(pl.concat(parts), *keep, "local", "former").unique(
        ["key", "place"], keep="first", maintain_order=True
    )


def _kin(places: pl.DataFrame) -> pl.DataFrame:
    """Each place's parent, and whether it was split: it has ended and others name it as their parent."""
    parents = places.select(parent=pl.col("its_district"), parent_home="home", parent_place="place", p_ends="ends")
    # Of several rows of one name (an era each) the last is the parent.
    parents = parents.sort("p_ends").unique(["parent", "parent_home"], keep="last")
    children = places.drop_nulls("parent").select(its_district="parent", home="home").unique()
    return (
        places.join(
            parents, left_on=["parent", "home"], right_on=["parent", "parent_home"], how="left", maintain_order="left"
        )
        .join(
            children.with_columns(has_children=pl.lit(True)),
            on=["its_district", "home"],
            how="left",
            maintain_order="left",
        )
        .select(
            "place",
            "parent_place",
            "begins",
            "ends",
            split=(pl.col("has_children").fill_null(False) & (pl.col("ends") < NOW)),
        )
    )


def _stations(reference: Reference, places: pl.DataFrame) -> pl.DataFrame:
    now = places.filter(pl.col("ends") == NOW).unique(["its_province", "its_district"], keep="last")
    placed = reference.stations.join(
        now.select("province", "district", at_division="its_division", at_pcode="its_pcode"),
        on=["province", "district"], how="left", maintain_order="left",
    )  # fmt: skip
    keep = ["station", "district", "at_division", "province", "at_pcode"]
    long = tables.words(placed, keep, ["station", "aliases", "urdu"])
    return long.select(
        text.fold(long["word"]).alias("key"),
        text.fold(bare_station(long["word"])).alias("key_bare"),
        "station",
        pl.col("district").alias("at_district"),
        "at_division",
        pl.col("province").alias("at_province"),
        "at_pcode",
    ).unique(maintain_order=True)


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
