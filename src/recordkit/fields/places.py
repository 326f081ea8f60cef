"""Places: resolves what a row says of province, division, district and station to one district, or as far as it goes.

A name is resolved by its context and by the date: of two districts of one name the province decides, a district that
did not exist yet is its parent, and one that was split goes no further than its division.
"""

from __future__ import annotations

import polars as pl

from recordkit import details
from recordkit import reference as tables
from recordkit.fields import dispatch, gazetteer, nearest, text, vocabularies
from recordkit.fields.gazetteer import Gazetteer
from recordkit.reference import Reference

LEVELS = ("station", "district", "division", "province")


def resolve(frame: pl.DataFrame, reference: Reference, sender: str | None = None) -> pl.DataFrame:
    """`frame`: province, division, district, police_station (String), on_date (Date; null: today's borders).
    `sender`: the kind of the agency that sent the rows; a force with stations of its own calls them by bare names.

    Gives province, division, district, district_pcode, police_station, place_level (station, district, division,
    province or null), and for each of province, district, police_station its `<name>_codes` and `<name>_suggestion`;
    `codes` and `suggestion` are those of all of them.

    RK318 unknown, RK319 ambiguous or against the province, RK320 no district, RK321 station not listed (kept as
    written), RK335 an old name, or another district by the date, RK364 a letter of the district is missing or too many,
    RK374 two districts or more, RK375 something next to the name, or the number that a list gives a station. A province
    that is stated and unknown resolves no district or station; only a station of the district that an unknown one
    resembles decides it, RK376.
    """
    names, own = gazetteer.of_sender(reference, sender)
    rows = _keys(frame, reference, names, own=own)
    rows = _province(rows, names)
    rows = _division(rows, names)
    rows = _district(_spelt(rows, names), names)
    rows = _coarser(rows, names)
    rows = _station(rows, names)
    return _output(rows, names)


def jurisdiction(values: pl.Series, reference: Reference) -> pl.Series:
    """The listed jurisdiction of each value: a province, or an agency that is no territory (railways, federal)."""
    rows = reference.jurisdictions
    columns = ["jurisdiction", "aliases", "former_names", "urdu"]
    table = nearest.lookup(tables.words(rows, ["jurisdiction"], columns), "word", "jurisdiction")
    return nearest.find_meanings(text.fold(values), table)


@dispatch.remembered
def named(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`value`: the district (else the division or province) that a cell names alone; `codes` and `suggestion`."""
    found = resolve(_alone(values), reference)
    value = found.select(pl.coalesce("district", "division", "province").alias("value"))
    return value.with_columns(found["district_codes"].alias("codes"), found["district_suggestion"].alias("suggestion"))


def _alone(values: pl.Series) -> pl.DataFrame:
    """Cells as the districts of rows that say no more of their place; today's borders."""
    none = {name: pl.lit(None, pl.String) for name in ("province", "division", "police_station")}
    return values.alias("district").to_frame().with_columns(**none, on_date=pl.lit(None, pl.Date))


def country_or_place(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`value`: the ISO code of a country; for a place at home its district, else its division or province; `codes`
    RK322; `suggestion`."""
    country = vocabularies.clean(values, "country", reference)
    unknown = country["codes"].list.len() > 0
    if not unknown.any():
        return country
    placed = named(values, reference)
    inside = unknown & placed["value"].is_not_null()
    return country.select(
        pl.when(inside).then(pl.lit(placed["value"])).otherwise("value").alias("value"),
        pl.when(inside).then(pl.lit(placed["codes"]).list.set_difference(["RK320"])).otherwise("codes").alias("codes"),
        pl.when(~inside).then("suggestion").alias("suggestion"),
    )


def _keys(frame: pl.DataFrame, reference: Reference, names: Gazetteer, *, own: bool) -> pl.DataFrame:
    """The cells cleaned, their folded keys, and a row number."""
    cells = {name: text.plain(frame[name], reference) for name in ("province", "division", "district")}
    station = text.plain(frame["police_station"], reference)
    province = gazetteer.stated(cells["province"], names.jurisdictions["key"].unique(), names.words)
    district = gazetteer.stated(cells["district"], names.in_district.keys, names.words, names.in_district)
    wider = pl.select(pl.when(cells["province"].is_null()).then(district["wider"])).to_series()
    # A stated province that nobody knows may be anywhere: no district of ours is looked up for it.
    known = province["key"].is_in(names.jurisdictions["key"].implode())
    home = vocabularies.clean(cells["province"], "country", reference)["value"] == names.home_country
    strange = cells["province"].is_not_null() & ~known.fill_null(False) & ~home.fill_null(False)
    here = pl.lit(~strange)
    bare, numbered = gazetteer.without_serial(station, names.words, own=own)
    return pl.DataFrame(
        {
            "row": pl.int_range(frame.height, eager=True),
            "on_date": frame["on_date"].cast(pl.Date),
            "said_province": cells["province"],
            "said_division": cells["division"],
            "said_district": cells["district"],
            "said_station": station,
            "bare_station": bare,
            "numbered": numbered,
            "key_province": dispatch.coalesce(province["key"], wider),
            "key_division": text.fold(cells["division"].str.replace_all(names.words.division, "")),
            "key_district": district["key"],
            "key_whole": text.fold(cells["district"]),
            "key_station": text.fold(station),
            "key_bare": text.fold(bare),
            "left_province": province["left"],
            "left_district": district["left"],
            "several": district["several"],
        }
    ).with_columns(
        pl.when(here).then(name).alias(name)
        for name in ("key_division", "key_district", "key_whole", "key_station", "key_bare")
    )


def _province(rows: pl.DataFrame, names: Gazetteer) -> pl.DataFrame:
    """`province` (of the date), `territory` (of today), `old_province`, `no_province`."""
    rows = rows.join(names.jurisdictions, left_on="key_province", right_on="key", how="left", maintain_order="left")
    ended = pl.col("ended") < pl.col("on_date").fill_null(pl.lit(gazetteer.NOW))
    territory = pl.coalesce("successor", "jurisdiction")
    is_place = pl.col("kind") == "territory"
    return rows.with_columns(
        province=pl.when(is_place & ended.fill_null(False)).then("successor").when(is_place).then("jurisdiction"),
        territory=pl.when(is_place).then(territory),
        old_province=is_place & (pl.col("former") | ended.fill_null(False)),
        no_province=pl.col("said_province").is_not_null() & pl.col("kind").is_null(),
    ).drop("jurisdiction", "kind", "ended", "successor", "former")


def _division(rows: pl.DataFrame, names: Gazetteer) -> pl.DataFrame:
    """`division`, when the cell names one of the province (or of the country, if only one has that name)."""
    found = _of_province(rows, "key_division", names.divisions, "division")
    return rows.join(found, on="row", how="left", maintain_order="left").with_columns(stated_division="division")


def _of_province(rows: pl.DataFrame, key: str, table: pl.DataFrame, meaning: str) -> pl.DataFrame:
    """row, `meaning`, <meaning>_province: what a key means in the row's province, where that is one thing."""
    pairs = rows.select("row", "territory", pl.col(key).alias("key")).join(table, on="key")
    fits = pl.col("territory").is_null() | (pl.col("territory") == pl.col("home"))
    return (
        pairs.filter(fits)
        .group_by("row")
        .agg(pl.col(meaning).n_unique().alias("n"), pl.col(meaning).first(), pl.col("home").first())
        .filter(pl.col("n") == 1)
        .select("row", meaning, pl.col("home").alias(f"{meaning}_province"))
    )


def _spelt(rows: pl.DataFrame, names: Gazetteer) -> pl.DataFrame:
    """`key_district` of a name that nobody knows as that of the only district of the stated province whose name has one
    letter more or less; `respelt`: it is."""
    unknown = rows["key_district"].is_not_null() & ~rows["key_district"].is_in(names.in_district.keys.implode())
    near = pl.Series("near", [None], dtype=pl.String).new_from_index(0, rows.height)
    asked = unknown.fill_null(False) & rows["territory"].is_not_null() & ~rows["several"].fill_null(False)
    for province in rows["territory"].filter(asked).unique().sort():
        here = asked & (rows["territory"] == province).fill_null(False)
        words = names.district_words.filter(pl.col("home") == province)
        table = nearest.Lookup(words["key"].to_list(), words["its_district"].to_list())
        meant = nearest.one_letter_less(dispatch.unless(~here, rows["key_district"]), table)
        near = dispatch.coalesce(near, meant)
    key = dispatch.coalesce(text.fold(near), rows["key_district"]).alias("key_district")
    return rows.with_columns(key, respelt=near.is_not_null())


def _district(rows: pl.DataFrame, names: Gazetteer) -> pl.DataFrame:
    """The districts that a cell may mean, narrowed by province, division and date to one, or none."""
    asked = rows.select("row", "on_date", "territory", "division", key="key_district").drop_nulls("key")
    pairs = asked.join(names.district_words, on="key")
    at_home = pl.col("territory") == pl.col("home")
    near = (pl.col("division") == pl.col("its_division")) & pl.col("territory").is_null()
    pairs = pairs.with_columns(here=(at_home | near).fill_null(False)).with_columns(
        any_here=pl.col("here").any().over("row")
    )
    # Without a province a local alias only shows that the name is not clear.
    pairs = pairs.filter(~pl.col("any_here") | pl.col("here"))
    day = pl.col("on_date").fill_null(pl.lit(gazetteer.NOW))
    pairs = pairs.with_columns(
        valid=day.is_between(pl.col("begins"), pl.col("ends")), unclear=pl.col("local") & ~pl.col("any_here")
    )
    past = ~pl.col("valid")  # of several eras of one name the last
    judged = pairs.group_by("row").agg(
        pl.col("its_district").filter("valid").n_unique().alias("n"),
        pl.col("home").filter("valid").n_unique().alias("homes"),
        pl.col("place").filter("valid").first(),
        pl.col("place").filter(past).sort_by(pl.col("ends").filter(past), maintain_order=True).last().alias("past"),
        pl.col("former").filter("valid").first(),
        pl.col("unclear").any(),
        pl.col("any_here").first(),
        pl.col("its_district").first().alias("like"),
    )
    clear = (pl.col("n") == 1) & (pl.col("homes") == 1) & ~pl.col("unclear")
    judged = judged.select(
        "row",
        pl.when(clear).then("place").alias("place"),
        pl.when(pl.col("n") == 0).then("past").alias("past"),
        (clear & pl.col("former")).alias("old_name"),
        ((pl.col("n") > 1) | (pl.col("homes") > 1) | pl.col("unclear")).alias("unclear"),
        pl.col("any_here"),
        "like",
    )
    rows = rows.join(judged, on="row", how="left", maintain_order="left")
    return _by_date(rows, names)


def _by_date(rows: pl.DataFrame, names: Gazetteer) -> pl.DataFrame:
    """A name that was not valid on the day: the parent that was, or no district (split), or the successor."""
    day = pl.col("on_date").fill_null(pl.lit(gazetteer.NOW))
    for step in range(2):  # a child of a child, at most
        rows = rows.join(
            names.kin.rename({name: f"{name}{step}" for name in ("parent_place", "begins", "ends", "split")}),
            left_on="past", right_on="place", how="left", maintain_order="left",
        )  # fmt: skip
        early, late = day < pl.col(f"begins{step}"), day > pl.col(f"ends{step}")
        up = pl.when(early | (late & ~pl.col(f"split{step}"))).then(f"parent_place{step}")
        parent = names.kin.select(pl.col("place").alias("up"), from_=pl.col("begins"), to_=pl.col("ends"))
        rows = rows.with_columns(up=up).join(parent, on="up", how="left", maintain_order="left")
        valid = day.is_between(pl.col("from_"), pl.col("to_")).fill_null(False)
        rows = rows.with_columns(
            place=pl.when(valid).then("up").otherwise("place"),
            moved=valid | (pl.col("moved") if step else pl.lit(False)),
            was_split=(late & pl.col(f"split{step}")).fill_null(False)
            | (pl.col("was_split") if step else pl.lit(False)),
            past_place=pl.col("past") if not step else pl.col("past_place"),
            past=pl.when(~valid).then("up"),
        ).drop("up", "from_", "to_", f"parent_place{step}", f"begins{step}", f"ends{step}", f"split{step}")
    return rows.join(names.places, on="place", how="left", maintain_order="left").join(
        names.places.select(past_place="place", split_division="its_division", split_province="its_province"),
        on="past_place", how="left", maintain_order="left",
    )  # fmt: skip


def _coarser(rows: pl.DataFrame, names: Gazetteer) -> pl.DataFrame:
    """A district cell that names a division ("Karachi", "Kalat Division") or a province."""
    stated = rows["said_district"]
    unit = names.words.division
    bare = dispatch.where(stated, stated.str.contains(unit), dispatch.replace_all(unit, ""))
    keyed = rows.with_columns(key_d=text.fold(bare))
    keyed = keyed.with_columns(key_d=pl.when(pl.lit(bare == stated)).then("key_district").otherwise("key_d"))
    found = _of_province(keyed, "key_d", names.divisions, "division")
    found = found.rename({"division": "cell_division", "division_province": "cell_province"})
    rows = rows.join(found, on="row", how="left", maintain_order="left")
    whole = names.jurisdictions.select("key", cell_jurisdiction="jurisdiction", cell_kind="kind")
    rows = rows.join(whole, left_on="key_whole", right_on="key", how="left", maintain_order="left")
    # An unclear name is not known to be the division either.
    unresolved = pl.col("place").is_null() & ~pl.col("unclear").fill_null(False)
    split = pl.col("was_split").fill_null(False)
    resolved = pl.col("place").is_not_null()
    return rows.with_columns(
        district=pl.col("its_district"),
        district_province=pl.coalesce(
            pl.when(resolved).then("its_province"),
            pl.when(unresolved & split).then("split_province"),
            pl.when(unresolved).then("cell_province"),
            pl.when(unresolved & (pl.col("cell_kind") == "territory")).then("cell_jurisdiction"),
        ),
        division=pl.coalesce(
            pl.when(resolved).then("its_division"),
            pl.when(unresolved & split).then("split_division"),
            pl.when(unresolved).then("cell_division"),
            "division",
        ),
        coarse=unresolved & (split | pl.col("cell_division").is_not_null() | pl.col("cell_kind").is_not_null()),
    ).with_columns(home=pl.coalesce("district_province", "province", "division_province"))


def _heirs(names: Gazetteer) -> pl.DataFrame:
    """split_place, at_district, `heir` (true): the districts that came out of each district, and out of those."""
    named = names.places.select("place", at_district="its_district")
    one = names.kin.select("place", split_place="parent_place").drop_nulls("split_place")
    two = one.join(one.select(place="split_place", heir="place"), on="place").select("split_place", place="heir")
    found = pl.concat([one.select("split_place", "place"), two]).join(named, on="place")
    return found.select("split_place", "at_district", heir=pl.lit(True)).unique()


def _station(rows: pl.DataFrame, names: Gazetteer) -> pl.DataFrame:
    """The listed station of the district; with no district, the only station of that name in the area known."""
    # A district that is stated and unknown may have a station of that name too: only one that it resembles is asked.
    if rows["district"].count() and rows["bare_station"].count():
        own, numbered = gazetteer.without_number(rows, names)
        rows = rows.with_columns(own.alias("bare_station"), numbered=pl.col("numbered") | numbered)
        rows = rows.with_columns(gazetteer.without_district(rows, names).alias("bare_station"))
        own, more = gazetteer.without_brackets(rows, names)
        rows = rows.with_columns(own.alias("bare_station"), key_bare=text.fold(own), numbered=pl.col("numbered") | more)
    nowhere = pl.col("said_district").is_not_null() & pl.col("district").is_null()
    unknown = nowhere & ~pl.col("coarse") & ~pl.col("unclear").fill_null(False)
    rows = rows.with_columns(misspelt=unknown)
    resembled = nearest.nearest(rows["said_district"], rows["misspelt"], names.district_spellings)
    rows = rows.with_columns(resembled=resembled)
    parted = pl.col("was_split").fill_null(False) & pl.col("coarse")
    area = rows.select(
        "row", "district", "division", "home", "key_station", "key_bare", "misspelt", "resembled",
        split_place=pl.when(parted).then("past_place"),
    )  # fmt: skip
    heirs = _heirs(names)
    tries = []
    for rank, (key, table) in enumerate((("key_station", "key"), ("key_bare", "key_bare"))):
        stations = names.stations.rename({table: "word"})
        pairs = (
            area.select("row", "district", "division", "home", "misspelt", "resembled", "split_place", word=key)
            .drop_nulls("word")
            .join(
                stations.select("word", "station", "at_district", "at_division", "at_province", "at_pcode"), on="word"
            )
        )
        pairs = pairs.join(heirs, on=["split_place", "at_district"], how="left", maintain_order="left")
        tries.append(pairs.with_columns(rank=pl.lit(rank)))
    pairs = pl.concat(tries)
    elsewhere = pl.col("district").is_not_null() & pl.col("at_district").is_null()
    pairs = pairs.filter(_in_area().fill_null(False) | elsewhere)
    best = pairs.filter(pl.col("rank") == pl.col("rank").min().over("row"))
    judged = best.group_by("row").agg(
        pl.struct("station", "at_district").n_unique().alias("stations"),
        pl.col("station", "at_district", "at_division", "at_province", "at_pcode").first(),
    )
    return rows.join(judged, on="row", how="left", maintain_order="left")


def _in_area() -> pl.Expr:
    """Whether a listed station is in the district that is known, else in the area that is."""
    return (
        pl.when("misspelt")
        .then(pl.col("resembled") == pl.col("at_district"))
        .when(pl.col("district").is_not_null())
        .then(pl.col("district").eq_missing(pl.col("at_district")))
        .when(pl.col("at_district").is_null())
        .then(pl.lit(True))
        .when(pl.col("split_place").is_not_null())  # of a neighbour in its division a station tells nothing
        .then(pl.col("heir"))
        .when(pl.col("division").is_not_null())
        .then(pl.col("division") == pl.col("at_division"))
        .otherwise(pl.col("home").is_null() | (pl.col("home") == pl.col("at_province")))
    )


def _output(rows: pl.DataFrame, names: Gazetteer) -> pl.DataFrame:
    one = (pl.col("stations") == 1).fill_null(False)
    by_station = one & pl.col("district").is_null() & pl.col("at_district").is_not_null()
    province = pl.coalesce("district_province", "province", "division_province")
    rows = rows.with_columns(
        by_station=by_station,
        listed=one,
        out_district=pl.when(by_station).then("at_district").otherwise("district"),
        out_division=pl.when(by_station).then("at_division").otherwise("division"),
        out_province=pl.when(by_station).then("at_province").otherwise(province),
        out_pcode=pl.when(by_station).then("at_pcode").otherwise("its_pcode"),
        out_station=pl.when(one).then("station").otherwise(gazetteer.shown(pl.col("bare_station"))),
    )
    rows = rows.with_columns(nowhere=pl.col("said_district").is_not_null() & pl.col("out_district").is_null())
    codes = {name: dispatch.codes(flags, rows) for name, flags in _flags().items()}
    detail, suggestions = _suggestions(rows, names)
    return _columns(rows).with_columns(
        detail,
        *(series.alias(f"{name}_codes") for name, series in codes.items()),
        *(series.alias(f"{name}_suggestion") for name, series in suggestions.items()),
        dispatch.merge_codes(*codes.values()),
        dispatch.coalesce(
            suggestions["district"], suggestions["province"], suggestions["police_station"]
        ).alias("suggestion"),
    )  # fmt: skip


_UNKNOWN_DISTRICT = pl.col("nowhere") & ~pl.col("unclear").fill_null(False) & ~pl.col("coarse")
_UNKNOWN_STATION = pl.col("said_station").is_not_null() & (pl.col("stations").fill_null(0) < 1)


def _flags() -> dict[str, dict[str, pl.Expr]]:
    """The codes of each part of a place, and when it has them."""
    unclear = pl.col("unclear").fill_null(False)
    divided = pl.col("was_split").fill_null(False) & pl.col("coarse")
    against = pl.col("district").is_not_null() & ~pl.col("any_here").fill_null(True) & pl.col("territory").is_not_null()
    other_division = (pl.col("stated_division") != pl.col("out_division")).fill_null(True)
    wider = pl.col("out_division").is_not_null() | pl.col("out_province").is_not_null()
    return {
        "province": {
            "RK318": pl.col("no_province"), "RK335": pl.col("old_province"), "RK375": pl.col("left_province"),
        },
        "division": {"RK395": pl.col("said_division").is_not_null() & other_division},
        "district": {
            "RK318": _UNKNOWN_DISTRICT & ~pl.col("several"),
            "RK364": pl.col("respelt"),
            "RK374": pl.col("several"),
            "RK376": pl.col("misspelt") & pl.col("by_station"),
            "RK375": pl.col("left_district"),
            "RK319": (unclear & pl.col("out_district").is_null()) | against | (pl.col("nowhere") & divided),
            "RK320": pl.col("nowhere") & pl.col("coarse") & wider,
            "RK335": pl.col("old_name").fill_null(False) | pl.col("moved").fill_null(False) | divided,
        },
        "police_station": {
            "RK319": pl.col("said_station").is_not_null() & (pl.col("stations") > 1).fill_null(False),
            "RK321": _UNKNOWN_STATION,
            "RK375": pl.col("numbered"),
        },
    }  # fmt: skip


def _suggestions(rows: pl.DataFrame, names: Gazetteer) -> tuple[pl.Series, dict[str, pl.Series]]:
    """What each part of a place may mean; and `district_detail`, where its district did not exist on the day."""
    unknown = rows.select(unknown=_UNKNOWN_DISTRICT & pl.col("key_district").is_not_null())["unknown"]
    suggestions = {
        "province": nearest.nearest(rows["said_province"], rows["no_province"], names.province_spellings),
        "division": pl.Series("suggestion", [None], dtype=pl.String).new_from_index(0, rows.height),
        "district": _district_suggestion(rows, unknown, names),
        "police_station": gazetteer.nearest_station(rows.with_columns(ask=_UNKNOWN_STATION), names),
    }
    # A district younger than the day, of which no parent is known, resembles itself most of all.
    young = rows.select(young=_UNKNOWN_DISTRICT & pl.col("past_place").is_not_null())["young"]
    detail = pl.select(pl.when(young).then(details.column("no_district_then")).alias("district_detail")).to_series()
    suggestions["district"] = pl.select(pl.when(~young).then(suggestions["district"])).to_series()
    return detail, suggestions


def _columns(rows: pl.DataFrame) -> pl.DataFrame:
    level = (
        pl.when(pl.col("listed") & pl.col("out_district").is_not_null())
        .then(pl.lit("station"))
        .when(pl.col("out_district").is_not_null())
        .then(pl.lit("district"))
        .when(pl.col("out_division").is_not_null())
        .then(pl.lit("division"))
        .when(pl.col("out_province").is_not_null())
        .then(pl.lit("province"))
    )
    return rows.select(
        pl.col("out_province").alias("province"),
        pl.col("out_division").alias("division"),
        pl.col("out_district").alias("district"),
        pl.col("out_pcode").alias("district_pcode"),
        pl.col("out_station").alias("police_station"),
        level.alias("place_level"),
    )


def _district_suggestion(rows: pl.DataFrame, unknown: pl.Series, names: Gazetteer) -> pl.Series:
    unclear = rows["unclear"].fill_null(False)
    guess = nearest.nearest(rows["said_district"], unknown, names.district_spellings)
    return pl.select(pl.when(unclear).then(rows["like"]).otherwise(guess).alias("suggestion")).to_series()
