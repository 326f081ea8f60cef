"""The reference's places prepared for looking up: folded names, validity as dates, kinship of districts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial

import polars as pl

from recordkit import reference as tables
from recordkit.fields import dispatch, nearest, particulars, text
from recordkit.fields.own_threads import keeps_patterns
from recordkit.fields.place_patterns import POLICE, PlacePatterns, read_place_patterns
from recordkit.reference import Reference

# A day after every border that the reference knows: what "today" means to a value without a date.
NOW = date(9999, 12, 31)
_ALWAYS = date(1, 1, 1)


@dataclass(frozen=True, eq=False)
class Named:
    """What a cell may name: folded keys, the district that a key means alone, and the keys of wider places; patterns of
    a wider place at either end of a cell, and of words that only say whose office it is."""

    keys: pl.Series
    districts: nearest.Lookup
    wider: pl.Series
    wider_ends: str
    office: str


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
    in_district: Named  # what the cell of a district may name
    words: PlacePatterns


@lru_cache(maxsize=8)
def read_gazetteer(reference: Reference) -> Gazetteer:
    """The gazetteer of a reference, made once."""
    jurisdictions = _jurisdictions(reference)
    places = _places(reference)
    words = tables.words(reference.districts, ["district"], ["district", "aliases", "former_names"])
    divisions, district_words = _divisions(reference), _district_words(reference, places)
    return Gazetteer(
        jurisdictions=jurisdictions,
        divisions=divisions,
        district_words=district_words,
        in_district=_in_district(reference, district_words, divisions, jurisdictions),
        places=places.select("place", "its_district", "its_division", "its_province", "its_pcode"),
        kin=_kin(places),
        stations=_stations(reference, places),
        province_spellings=nearest.spellings(
            tables.words(reference.jurisdictions, ["jurisdiction"], ["jurisdiction", "aliases"]), "word", "jurisdiction"
        ),
        district_spellings=nearest.spellings(words, "word", "district"),
        words=read_place_patterns(reference),
        home_country=reference.codes.filter(vocabulary="country", note="home")["code"].first(),  # type: ignore[arg-type]
    )


def of_sender(reference: Reference, kind: str | None) -> tuple[Gazetteer, bool]:
    """The gazetteer as a sender of some kind reads it, and whether it is a force with stations of its own: to it these
    have their bare names, which to all others are names of police stations (Khuzdar, and Levies Khuzdar)."""
    own = kind is not None and kind != POLICE and kind in reference.stations["kind"]
    return (_with_own_stations(reference, kind) if own else read_gazetteer(reference)), own


@lru_cache(maxsize=8)
def _with_own_stations(reference: Reference, kind: str | None) -> Gazetteer:
    return replace(read_gazetteer(reference), stations=_stations(reference, _places(reference), kind))


def bare_station(values: pl.Series, words: PlacePatterns, *, own: bool = False) -> pl.Series:
    """A station's name without the words that only say that it is one. The word of a force stays, unless these are the
    force's own."""
    named = values.str.replace(words.of_a_force, "${1} ")
    named = named.str.replace(words.force, "") if own else named
    bare = named.str.replace(words.station, "").str.replace(words.station, "").str.strip_chars(" .,:-")
    return pl.select(pl.when(bare.str.len_chars() > 0).then(bare).otherwise(values).alias("bare")).to_series()


def without_serial(stations: pl.Series, words: PlacePatterns, *, own: bool = False) -> tuple[pl.Series, pl.Series]:
    """`bare_station` without the number that a list gives a station, and which had one."""
    plain = stations.str.replace(words.serial, "${1}${2}")
    bare = bare_station(plain, words, own=own)
    left = bare.str.replace(words.serial, "${1}${2}")
    return left, ((plain != stations) | (left != bare)).fill_null(False)


def without_number(rows: pl.DataFrame, names: Gazetteer) -> tuple[pl.Series, pl.Series]:
    """`bare_station` without a number before it (`16 Cantt`), and which had one: where only the rest is a station of
    the row's district. A number behind it may be that of a second station (`City 2`)."""
    return _where_listed(rows, rows["bare_station"].str.extract(r"^#?\s?[0-9]{1,3}\s+(\p{L}.*)$"), names)


def _where_listed(rows: pl.DataFrame, rest: pl.Series, names: Gazetteer) -> tuple[pl.Series, pl.Series]:
    """`rest` where it is a station of the row's district, else `bare_station`; and where it is."""
    if rest.null_count() == len(rest):
        return rows["bare_station"], rest.is_not_null()
    listed = names.stations.select("key_bare", district="at_district", listed=pl.lit(True)).unique()
    asked = pl.DataFrame({"district": rows["district"], "key_bare": text.fold(rest)})
    found = asked.join(listed, on=["key_bare", "district"], how="left", maintain_order="left")["listed"]
    taken = found.fill_null(False) & rest.is_not_null()
    return pl.select(pl.when(taken).then(rest).otherwise(rows["bare_station"])).to_series(), taken


def without_brackets(rows: pl.DataFrame, names: Gazetteer) -> tuple[pl.Series, pl.Series]:
    """`bare_station` without brackets behind it (`Levies Zhob (Post Adda)`), and which had some: where the rest is a
    station of the row's district and the whole is none."""
    rest = rows["bare_station"].str.extract(r"^(\p{L}[^()\[\]]*?)\s*[(\[][^()\[\]]*\p{L}{2}[^()\[\]]*[)\]]$")
    return _where_listed(rows, rest, names)


_MANY = 3  # districts with a station of one name, from which on it is a name like City or Saddar
_LONGEST_NAME = 3  # words of a district's name


def without_district(rows: pl.DataFrame, names: Gazetteer) -> pl.Series:
    """`bare_station` without the name of the row's own district behind it (`City, Gujrat`, `Kunjah (Gujrat)`): behind a
    comma or in brackets, or where the rest is a station of the district, or a name as many districts have (`Saddar
    Gujrat`). A station that is listed as it stands keeps its whole name."""
    listed = names.stations.drop_nulls("at_district").select("key_bare", district="at_district").unique()
    common = listed.group_by("key_bare").len().filter(pl.col("len") >= _MANY)["key_bare"]
    bare = rows["bare_station"]
    for count in range(1, _LONGEST_NAME + 1):
        last = rf"((?:[^\s,،()]+\s+){{{count - 1}}}[^\s,،()]+)"
        pattern = rf"^(.+?)([\s,،(\-]+){names.words.district_behind}{last}\)?$"
        parts = bare.str.extract_groups(pattern).struct.unnest()
        if parts["3"].null_count() == parts.height:
            continue
        asked = pl.DataFrame({
            "district": rows["district"], "whole": text.fold(bare), "key_bare": text.fold(parts["1"]),
            "head": parts["1"], "key": text.fold(parts["3"]), "apart": parts["2"].str.contains("[,،(]"),
        })  # fmt: skip
        own = names.district_words.select("key", district="its_district", own=pl.lit(True)).unique()
        asked = asked.join(own, on=["key", "district"], how="left", maintain_order="left")
        for key, called in (("whole", "is_listed"), ("key_bare", "rest_listed")):
            table = listed.rename({"key_bare": key}).with_columns(pl.lit(True).alias(called))
            asked = asked.join(table, on=[key, "district"], how="left", maintain_order="left")
        sure = pl.col("apart") | pl.col("rest_listed").fill_null(False) | pl.col("key_bare").is_in(common.implode())
        off = pl.col("own").fill_null(False) & ~pl.col("is_listed").fill_null(False) & sure
        bare = asked.select(pl.when(off).then("head").otherwise(pl.lit(bare)).alias("bare_station")).to_series()
    return bare


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
    # Of a district that was only seen listed on a day nobody knows when it began: who names it means it, at any date.
    seen = pl.col("first_seen") if "first_seen" in reference.districts.columns else pl.lit(None, pl.String)
    return (
        reference.districts.with_row_index("place")
        .with_columns(
            pl.col("place").cast(pl.Int64),
            its_province=pl.col("province"),
            its_division=pl.col("division"),
            its_district=pl.col("district"),
            its_pcode=pl.col("pcode"),
            begins=pl.when(seen.is_null()).then(_day("valid_from", "-01-01", _ALWAYS)).otherwise(pl.lit(_ALWAYS)),
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


def _in_district(
    reference: Reference, districts: pl.DataFrame, divisions: pl.DataFrame, jurisdictions: pl.DataFrame
) -> Named:
    """What stands in columns of districts: districts, and the divisions and provinces that they are in."""
    once = districts.group_by("key").agg(pl.col("its_district").unique()).filter(pl.col("its_district").list.len() == 1)
    written = tables.words(reference.jurisdictions, ["kind"], ["jurisdiction", "aliases", "former_names", "urdu"])
    provinces = written.filter(~text.fold(written["word"]).is_in(districts["key"].implode()), kind="territory")["word"]
    home = reference.codes.filter(vocabulary="country", note="home")
    names = [*provinces.to_list(), *tables.words(home, ["code"], ["label", "variants"])["word"].to_list()]
    spelt = "|".join(re.escape(name) for name in sorted(set(names), key=lambda name: (-len(name), name)))
    sides = rf"(?i)[\s,،\-–(\[]+(?:{spelt})[)\].]*$|^(?:{spelt})[\s,،\-–]+"
    office = particulars.words(reference, "office", "place_word")
    keys = pl.concat([districts["key"], divisions["key"], jurisdictions["key"]]).unique()
    return Named(
        keys=keys,
        districts=nearest.Lookup(once["key"].to_list(), once["its_district"].list.first().to_list()),
        wider=keys.filter(~keys.is_in(districts["key"].implode())),
        wider_ends=sides,
        office=rf"(?i)^(?:(?:{office})[\s.:,\-]+)+|(?:[\s,\-]+(?:{office})\.?)+$",
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


def _stations(reference: Reference, places: pl.DataFrame, sender: str | None = None) -> pl.DataFrame:
    now = places.filter(pl.col("ends") == NOW).unique(["its_province", "its_district"], keep="last")
    placed = reference.stations.join(
        now.select("province", "district", at_division="its_division", at_pcode="its_pcode"),
        on=["province", "district"], how="left", maintain_order="left",
    )  # fmt: skip
    keep = ["station", "district", "at_division", "province", "at_pcode", "kind"]
    long = tables.words(placed, keep, ["station", "aliases", "urdu"])
    own = long["kind"].is_in([sender]).fill_null(False)
    words = read_place_patterns(reference)
    of_own = partial(bare_station, long["word"].filter(own), words, own=True)
    bare = dispatch.where(bare_station(long["word"], words), own, lambda _: of_own())
    return long.select(
        text.fold(long["word"]).alias("key"),
        text.fold(bare).alias("key_bare"),
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
_YEAR = r"(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)"
_YEARS = r"(?:19|20)[0-9]{2}\s?[-–/]\s?[0-9]{2}(?:[^0-9]|$)|(?:19|20)[0-9]{2}\s?[-–/]\s?(?:19|20)[0-9]{2}"
# Tehsil, district, division, province.
_MOST = 4  # parts of a cell that are looked at


def stated(cells: pl.Series, names: pl.Series, words: PlacePatterns, around: Named | None = None) -> pl.DataFrame:
    """`key`: the folded name to look up; `left`: something stands next to it; `several`: it names several places, and
    then `key` is null; `wider`: the folded name of a wider place next to it. `names` are the folded names known;
    `around` what else a cell of districts may hold.

    The cell as a whole comes first; then without the mark of a footnote; then without the office or the wider place
    next to it; then its only part that is a name. A cell that is no name at all keeps its whole as the key.
    """
    bare = cells if around is None else cells.str.replace_all(words.district, "")
    whole = text.fold(bare)
    forms = pl.DataFrame({
        "whole": whole,
        "marked": text.fold(bare.str.replace(_MARK, "")),
        "short": text.fold(bare.str.replace(_BEHIND, "")),
    })  # fmt: skip
    parts = _parts(bare, words, units=around is not None)
    unknown = ~whole.is_in(names.implode()).fill_null(True)
    bare_forms = forms.select(office="whole", within="whole")
    shorter = bare_forms if around is None else _without_sides(bare, unknown, around)
    forms = pl.concat([forms, shorter, parts], how="horizontal")
    known = {name: pl.col(name).is_in(names.implode()).fill_null(False) for name in forms.columns}
    named = pl.concat_list(pl.when(known[name]).then(pl.col(name)) for name in parts.columns).list.drop_nulls()
    found = _places_named(forms.select(named=named)["named"], around)
    tried = ("whole", "marked", "short", *shorter.columns)
    first = pl.coalesce(pl.when(known[name]).then(pl.col(name)) for name in tried)
    ambiguous = (first.is_null() & (pl.col("places") > 1)).fill_null(False)
    only = pl.when(pl.col("places") == 1).then("only")
    forms = pl.concat([forms, found], how="horizontal")
    key = pl.when(~ambiguous).then(pl.coalesce(first, only, pl.col("whole")))
    return forms.select(
        key=key,
        left=((~known["whole"] | pl.lit(cells.str.contains(_SIGN))) & pl.coalesce(first, only).is_not_null()).fill_null(
            False
        ),
        several=ambiguous,
        wider=pl.col("wider") if around is None else pl.coalesce("wider", _wider_at_an_end(bare, unknown, around)),
    )


def _without_sides(bare: pl.Series, unknown: pl.Series, around: Named) -> pl.DataFrame:
    """`office`: folded cells that nobody knows without the words of an office; `within`: and without wider places."""
    office = dispatch.where(bare, unknown, dispatch.replace_all(around.office, ""))
    within = office
    for _ in range(2):  # Lahore, Punjab, Pakistan
        within = dispatch.where(within, unknown, lambda some: some.str.replace(around.wider_ends, ""))
    within = dispatch.where(within, unknown, dispatch.replace_all(around.office, ""))
    return pl.DataFrame({"office": text.fold(office), "within": text.fold(within)})


@keeps_patterns
def _wider_at_an_end(bare: pl.Series, unknown: pl.Series, around: Named) -> pl.Series:
    """The folded wider place at an end of a cell that nobody knows as a whole: the last one named but one country."""
    ends = [bare, dispatch.where(bare, unknown, lambda some: some.str.replace(around.wider_ends, ""))]
    keys = [text.fold(one.str.extract(f"({around.wider_ends})")) for one in ends]
    keys = [pl.select(pl.when(unknown & key.is_in(around.wider.implode())).then(key)).to_series() for key in keys]
    return dispatch.coalesce(*keys)


def _places_named(named: pl.Series, around: Named | None) -> pl.DataFrame:
    """`places`: how many places the known parts of a cell name, each once, wider ones not where there are others;
    `only`: the first of them; `wider`: the first wider one among others."""
    frame = pl.DataFrame({"named": named}).with_row_index("at")
    long = frame.explode("named", empty_as_null=False).drop_nulls("named")
    if around is None:
        long = long.with_columns(place="named", is_wider=pl.lit(False))
    else:
        place = dispatch.coalesce(nearest.find_meanings(long["named"], around.districts), long["named"])
        long = long.with_columns(place.alias("place"), is_wider=pl.col("named").is_in(around.wider.implode()))
    others = (~pl.col("is_wider")).any().over("at")
    counted = ~(pl.col("is_wider") & others)
    judged = (
        long.with_columns(counted=counted, others=others)
        .group_by("at")
        .agg(
            pl.col("place").filter("counted").n_unique().alias("places"),
            pl.col("named").filter("counted").first().alias("only"),
            pl.col("named").filter(pl.col("is_wider") & pl.col("others")).first().alias("wider"),
        )
    )
    return frame.select("at").join(judged, on="at", how="left", maintain_order="left").drop("at")


def _parts(bare: pl.Series, words: PlacePatterns, *, units: bool) -> pl.DataFrame:
    """The first parts of a cell between commas, strokes and words, folded; all null where it has one part."""
    split = bare.str.replace_all(words.between, "\x1f").str.split("\x1f")
    many = split.list.len() > 1
    columns = {}
    for at in range(_MOST):
        part = pl.select(pl.when(many).then(split.list.get(at, null_on_oob=True))).to_series()
        columns[f"part{at}"] = text.fold(part.str.replace_all(words.district, "") if units else part)
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
