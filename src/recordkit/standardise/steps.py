"""Columns that no field alone gives: named functions, in the order in which a table's declaration names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import polars as pl

from recordkit.fields import (
    dispatch,
    fir,
    fir_quotes,
    gazetteer,
    name_keys,
    name_patterns,
    particulars,
    places,
    text,
    vocabularies,
)
from recordkit.fields.dispatch import CODES
from recordkit.reference import Reference
from recordkit.standardise.clean_columns import each, on_distinct
from recordkit.standardise.source_rows import Filling, SourceRows

Columns = Mapping[str, pl.Series]

# ---------------------------------------------------------------------------------------------- cases


def case_numbers(filling: Filling) -> Columns:
    """FIR and enquiry numbers with their years, and the office written behind either. The year of registration is that
    of a number that has none."""
    source, registered = filling.source, filling.column("registered_on").dt.year()
    sent = source.rows["period"].str.head(4).cast(pl.Int32, strict=False)
    station = source.raw("police_station")
    stated = source.read("fir_year")
    dated = _coalesce(registered, stated["year"])
    first = _beside_station(fir.with_likely_year(source.read("fir_no"), dated, sent), station)
    second = fir.with_likely_year(source.read("enquiry_no"), registered, sent)
    first = fir.with_stated_year(first, stated["year"])
    for name, cleaned in (("fir_no", first), ("enquiry_no", second), ("fir_year", stated)):
        source.tell(name, cleaned)
    year = _coalesce(stated["year"], first["fir_year"], registered)
    early = _coalesce(second["fir_year"], registered)
    return {
        "fir_no": first["fir_no"],
        "fir_year": _where(first["fir_no"].is_not_null(), year),
        "enquiry_no": second["fir_no"],
        "enquiry_year": _where(second["fir_no"].is_not_null(), early),
        "office": _coalesce(first["office"], second["office"]),
        "references": first["others"],
    }


def _beside_station(cleaned: pl.DataFrame, station: pl.Series) -> pl.DataFrame:
    """Where the row states its station, the one behind its number is not used: RK366."""
    unused = pl.lit(station.is_not_null()) & pl.col("office").is_not_null()
    both = pl.concat_list("codes", pl.lit(["RK366"])).list.unique(maintain_order=True)
    return cleaned.with_columns(
        codes=pl.when(unused).then(both).otherwise("codes"), office=pl.when(~unused).then("office")
    )


def case_place(filling: Filling) -> Columns:
    """Province to station on the day of registration; the office of a number stands for a station that is not named."""
    station = _coalesce(filling.source.strings("police_station"), filling.column("office"))
    # A district's borders are looked up by month: far fewer distinct places than by day.
    placed = _placed(filling.source, station, filling.column("registered_on").dt.month_start())
    _tell_places(filling.source, placed, ("province", "division", "district", "police_station"))
    resolved = ("province", "division", "district", "district_pcode", "police_station", "place_level")
    return {name: placed[name] for name in resolved}


def _placed(source: SourceRows, station: pl.Series, on_date: pl.Series) -> pl.DataFrame:
    """What `places.resolve` makes of the place that a row states."""
    stated = {name: source.strings(name) for name in ("province", "division", "district")}
    frame = pl.DataFrame({**stated, "police_station": station, "on_date": on_date})
    sender = source.asked.sender
    return on_distinct(frame, frame.columns, lambda distinct: places.resolve(distinct, source.reference, sender))


def _tell_places(source: SourceRows, placed: pl.DataFrame, levels: Sequence[str]) -> None:
    for name in levels:
        parts = {part: f"{name}_{part}" for part in ("codes", "suggestion", "detail") if f"{name}_{part}" in placed}
        source.tell(name, placed.select(**parts))


def occurrence(filling: Filling) -> Columns:
    """The day of the report for an occurrence that is said to be of the same day, RK369. Everything else of the cell's
    field is filled as of any other."""
    source, name = filling.source, "occurred_on"
    if not source.has(name):
        return {}
    words = particulars.words(source.reference, "same_day", "occurrence_word")
    same = text.plain(source.strings(name)).str.contains(rf"(?i)^\W*(?:{words})\W*$").fill_null(False)
    registered = filling.column("registered_on")
    same &= registered.is_not_null()
    if same.any():
        read, day = source.read(name), source.fields[name].kind.value
        codes = pl.when(same).then(pl.lit(["RK369"])).otherwise("codes").alias("codes")
        source.take(name, read.with_columns(codes, pl.when(same).then(registered).otherwise(day).alias(day)))
    return {}


def stage_and_status(filling: Filling) -> Columns:
    """A row that does not say its stage is an enquiry where only an enquiry's number is known, else a case. A class of
    final report stands for a status that is not given; one that is given and unknown may say something else."""
    only_enquiry = filling.column("fir_no").is_null() & filling.column("enquiry_no").is_not_null()
    only_enquiry |= filling.source.asked.unit == "enquiry"
    default = pl.when(only_enquiry).then(pl.lit("enquiry")).otherwise(pl.lit("case"))
    implied = vocabularies.status_of_class(filling.column("class"), filling.source.reference)
    stated = text.normal(filling.source.strings("status"), filling.source.reference).is_not_null()
    implied = pl.select(pl.when(~stated).then(implied)).to_series()
    return {
        "stage": pl.select(pl.coalesce(filling.column("stage"), default)).to_series(),
        "status": _coalesce(filling.column("status"), implied),
    }


def quoted_cases(filling: Filling) -> Columns:
    """`references`: other numbers of the same case, from its own field, from remarks, and from the number's own cell,
    whose further numbers are of the row's own station."""
    source = filling.source
    quoted = source.read("reference")
    source.tell("reference", quoted)
    parts = [quoted["refs"].fill_null([]), _of_the_station(filling)]
    if "remarks" in source.rows.columns:
        parts.append(source.read("remarks", partial(fir_quotes.quoted, reference=source.reference))["refs"])
    return {"references": pl.select(pl.concat_list(*parts).list.unique(maintain_order=True)).to_series()}


def _of_the_station(filling: Filling) -> pl.Series:
    """The further numbers of a cell with the station and district of their row, where they have none of their own."""
    others = filling.column("references")
    rows = pl.DataFrame({"at": pl.int_range(len(others), eager=True), "refs": others})
    rows = rows.with_columns(
        filling.column("police_station").alias("here"), filling.column("district").alias("there")
    )
    listed = rows.filter(pl.col("refs").list.len() > 0)
    if listed.is_empty():
        return others.fill_null([])
    bare = pl.col("police_station").is_null()
    each_ = listed.explode("refs").unnest("refs").with_columns(
        police_station=pl.coalesce("police_station", "here"),
        district=pl.when(bare).then(pl.coalesce("district", "there")).otherwise("district"),
    )  # fmt: skip
    fields = ["fir_no", "fir_year", "police_station", "district"]
    lists = each_.group_by("at", maintain_order=True).agg(pl.struct(fields).alias("refs"))
    joined = rows.select("at").join(lists, on="at", how="left", maintain_order="left")
    dtype = fir_quotes.REFERENCES
    return joined.select(pl.col("refs").cast(dtype).fill_null(pl.lit([], dtype)))["refs"]


# ---------------------------------------------------------------------------------------------- services


def victim_code(filling: Filling) -> Columns:
    """`victim_ref`, the sender's code of one victim; RK389 where the cell names several or says their number."""
    source = filling.source
    cleaned = source.read("victim_ref", partial(read_victim_code, reference=source.reference))
    source.tell("victim_ref", cleaned)
    return {"victim_ref": cleaned["value"]}


def read_victim_code(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`value` and `codes` of cells with the code of one victim."""
    words = name_patterns.read_name_patterns(reference)
    value = text.clean(values, reference)["value"]
    list_of_numbers = rf"(?i)[0-9]\s*(?:[,;&+،؛|\n]|\s(?:{words.lists}|{words.until})\s)\s*[\p{{L}}\-]{{0,8}}\s?[0-9]"
    counted = rf"(?i)(?:^|\()\s*[0-9]{{1,3}}\s+(?:{words.people})\b"
    many = (values.str.contains(list_of_numbers) | values.str.contains(counted)).fill_null(False)
    return pl.DataFrame({"value": value, "codes": dispatch.codes({"RK389": many})})


def victim_name_key(filling: Filling) -> Columns:
    """The linkage key of a victim's name."""
    named = partial(name_keys.keys, reference=filling.source.reference)
    return {"name_key": each(filling.column("name"), named)["key"]}


# ---------------------------------------------------------------------------------------------- returns

TOTAL = "TOTAL"


def statement(filling: Filling) -> Columns:
    """Whose count it is and of what: the place, the head, whether it is a sum of others.

    A national statement has columns for agencies that are no territory: they stand where a province stands.
    """
    source, reference = filling.source, filling.source.reference
    month = (source.rows["period"] + "-01").str.to_date("%Y-%m-%d", strict=False)
    placed = _placed(source, source.strings("police_station"), month)
    province = source.strings("province")
    whose = places.jurisdiction(province, reference)
    nation = vocabularies.clean(province, "country", reference)["value"]
    agency = placed["province"].is_null() & (whose.is_not_null() | nation.is_not_null())
    known = pl.when(pl.lit(agency)).then(pl.lit([], CODES)).otherwise("province_codes")
    placed = placed.with_columns(pl.coalesce("province", pl.lit(whose)).alias("province"), province_codes=known)
    heads = source.read("head", partial(vocabularies.head, reference=reference))
    counted = source.read("count")
    source.tell("head", heads)
    source.tell("count", counted)
    _tell_places(source, placed, ("province", "division", "district"))
    other_year = _of_other_year(source)
    total = (heads["value"] == TOTAL).fill_null(False)
    return {
        **{name: placed[name] for name in ("province", "division", "district", "place_level")},
        # The sum of some heads is none of the national heads, whatever it is called: its parts are.
        "head": _where(~(_flag(source, "of_heads") & ~total), heads["value"]),
        "count": _where(~_flag(source, "unsure") & ~other_year, counted["value"]),
        "is_total": _flag(source, "is_total") | total,
        "unit": pl.repeat("case", source.rows.height, eager=True),
    }


def _of_other_year(source: SourceRows) -> pl.Series:
    """Whether a place of the row states another year than the statement: RK393; its figures are none of the month."""
    other = pl.repeat(False, source.rows.height, eager=True)
    for name in ("province", "division", "district", "police_station"):
        if source.has(name):
            other_year = gazetteer.of_other_year(source.strings(name), source.rows["period"])
            source.tell(name, pl.DataFrame({"codes": dispatch.codes({"RK393": other_year})}))
            other |= other_year
    return other


def _flag(source: SourceRows, name: str) -> pl.Series:
    """A mark that mapping put at the row."""
    rows = source.rows
    return rows[name] if name in rows.columns else pl.repeat(False, rows.height, eager=True)


def _coalesce(*series: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(series)).to_series()


def _where(mask: pl.Series, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(mask).then(values)).to_series()


STEPS: Mapping[str, Callable[[Filling], Columns]] = {
    step.__name__: step
    for step in (
        case_numbers, case_place, occurrence, stage_and_status, quoted_cases, victim_code, victim_name_key, statement,
    )
}  # fmt: skip
