"""Case submissions: the typed case that one source row speaks of."""

from __future__ import annotations

from functools import partial

import polars as pl

from recordkit.fields import dates, fir, places, text, vocabularies
from recordkit.fields.date_parts import YEARS
from recordkit.reference import Reference
from recordkit.standardise.clean_columns import KEYS, Uses, clean, declared_strings, findings, on_distinct, raw

Parts = tuple[pl.DataFrame, list[pl.DataFrame]]


def cases(rows: pl.DataFrame, unit: str, uses: Uses, reference: Reference) -> Parts:
    """One typed case per row: KEYS, the case's columns and their `_raw` strings; and the findings."""
    found: list[pl.DataFrame] = []
    dated = _dates(rows, uses, reference, found)
    numbers = _numbers(rows, uses, dated["registered_on"].dt.year(), reference, found)
    year = pl.coalesce("fir_year", pl.col("registered_on").dt.year())
    numbers = pl.concat([numbers, dated.select("registered_on")], how="horizontal").with_columns(
        pl.when(pl.col("fir_no").is_not_null()).then(year).alias("fir_year"),
        pl.when(pl.col("enquiry_no").is_not_null())
        .then(pl.coalesce("enquiry_year", pl.col("registered_on").dt.year()))
        .alias("enquiry_year"),
    )
    placed = _places(rows, uses, numbers["office"], dated["registered_on"], reference, found)
    coded = _codes(rows, _stage(numbers, unit), uses, reference, found)
    frame = pl.concat(
        [
            rows.select(KEYS).with_columns(pl.lit(unit).alias("unit")),
            numbers.drop("registered_on", "others"),
            dated,
            placed,
            coded,
            _texts(rows, reference),
            _references(rows, numbers["others"], placed, uses, reference, found),
            _raws(rows),
        ],
        how="horizontal",
    )
    return frame, found


def _numbers(
    rows: pl.DataFrame, uses: Uses, registered: pl.Series, reference: Reference, found: list[pl.DataFrame]
) -> pl.DataFrame:
    """FIR and enquiry numbers with their years, further numbers of their cells, and the office written behind either;
    `registered` is the year."""
    station = raw(rows, "police_station")
    first = _beside_station(_told_by_date(_number(rows, "fir_no", uses, reference), registered), station)
    second = _told_by_date(_number(rows, "enquiry_no", uses, reference), registered)
    stated = clean(rows, "fir_year", uses, fir.years)
    first = fir.beside_year(first, stated["year"])
    found += [
        findings(rows, "fir_no", uses, first),
        findings(rows, "enquiry_no", uses, second),
        findings(rows, "fir_year", uses, stated),
    ]
    return pl.DataFrame(
        {
            "fir_no": first["fir_no"],
            "fir_year": _coalesce(stated["year"], first["fir_year"]),
            "enquiry_no": second["fir_no"],
            "enquiry_year": second["fir_year"],
            "office": _coalesce(first["office"], second["office"]),
            "others": first["others"],
        }
    )


def _number(rows: pl.DataFrame, name: str, uses: Uses, reference: Reference) -> pl.DataFrame:
    """One column of numbers, as the file's declaration says that they look."""
    use = uses.get(name)
    verbatim, allowed = (use.verbatim, use.pattern) if use else (None, None)
    return clean(rows, name, uses, partial(fir.clean, reference=reference, verbatim=verbatim, allowed=allowed))


def _beside_station(cleaned: pl.DataFrame, station: pl.Series) -> pl.DataFrame:
    """Where the row states its station, the one behind its number is not used: RK366."""
    unused = pl.lit(station.is_not_null()) & pl.col("office").is_not_null()
    both = pl.concat_list("codes", pl.lit(["RK366"])).list.unique(maintain_order=True)
    return cleaned.with_columns(
        codes=pl.when(unused).then(both).otherwise("codes"), office=pl.when(~unused).then("office")
    )


def _told_by_date(cleaned: pl.DataFrame, registered: pl.Series) -> pl.DataFrame:
    """2021/26 of a case of 2026 is its number 2021: the year of the date decides between two readings."""
    if not cleaned["other_year"].count():
        return cleaned
    year = pl.lit(registered)
    turned = (pl.col("other_year") == year) & (pl.col("fir_year") != year).fill_null(True)
    return cleaned.with_columns(
        fir_no=pl.when(turned).then("other_no").otherwise("fir_no"),
        fir_year=pl.when(turned).then("other_year").otherwise("fir_year"),
        codes=pl.when(turned).then(pl.col("codes").list.set_difference(["RK311"])).otherwise("codes"),
    )


def _dates(rows: pl.DataFrame, uses: Uses, reference: Reference, found: list[pl.DataFrame]) -> pl.DataFrame:
    """Registration and occurrence dates."""
    registered = date_column(rows, "registered_on", uses, reference, found)
    occurred = date_column(rows, "occurred_on", uses, reference, found)
    challan = date_column(rows, "challan_on", uses, reference, found)
    return pl.DataFrame(
        {
            "registered_on": registered["date_from"],
            "occurred_from": occurred["date_from"],
            "occurred_to": _coalesce(occurred["date_to"], occurred["date_from"]),
            "challan_on": challan["date_from"],
        }
    )


def date_column(
    rows: pl.DataFrame,
    name: str,
    uses: Uses,
    reference: Reference,
    found: list[pl.DataFrame],
    years: tuple[int, int] = YEARS,
) -> pl.DataFrame:
    """One date field in the order that its column was found to have; `years` are those that are believed."""
    use = uses.get(name)
    order, zone, epoch = (use.date_order, use.zone, use.epoch) if use else (None, None, 1900)
    context = dates.context(order, years, zone, epoch)
    cleaned = clean(rows, name, uses, partial(dates.read, context=context, reference=reference))
    found.append(findings(rows, name, uses, cleaned))
    return cleaned


def _places(
    rows: pl.DataFrame,
    uses: Uses,
    office: pl.Series,
    registered: pl.Series,
    reference: Reference,
    found: list[pl.DataFrame],
) -> pl.DataFrame:
    """Province to station, resolved for the month of registration; an office stands for a station that is not named."""
    stated = pl.DataFrame(
        {
            "province": declared_strings(rows, "province"),
            "division": declared_strings(rows, "division"),
            "district": declared_strings(rows, "district"),
            "police_station": _coalesce(declared_strings(rows, "police_station"), office),
            # A district's borders are looked up by month: far fewer distinct places than by day.
            "on_date": registered.dt.month_start(),
        }
    )
    placed = on_distinct(stated, stated.columns, lambda d: places.resolve(d, reference))
    for name in ("province", "division", "district", "police_station"):
        if f"{name}_codes" in placed.columns:
            told = {part: f"{name}_{part}" for part in ("codes", "suggestion", "detail") if f"{name}_{part}" in placed}
            part = placed.select(**told)
            found.append(findings(rows, name, uses, part))
    return placed.select(
        "province", "division", "district", "district_pcode", "police_station", "place_level"
    )


def _stage(numbers: pl.DataFrame, unit: str) -> pl.Series:
    """What a row is when it does not say so: an enquiry where only an enquiry's number is known, else a case."""
    only_enquiry = pl.col("fir_no").is_null() & pl.col("enquiry_no").is_not_null() | pl.lit(unit == "enquiry")
    return numbers.select(
        pl.when(only_enquiry).then(pl.lit("enquiry")).otherwise(pl.lit("case")).alias("stage")
    )["stage"]


def _codes(
    rows: pl.DataFrame, default: pl.Series, uses: Uses, reference: Reference, found: list[pl.DataFrame]
) -> pl.DataFrame:
    """Stage, status, class, area and the head that the sender gave. A class stands for a status that is not given."""
    stage = code_column(rows, "stage", "stage", uses, reference, found)
    status = code_column(rows, "status", "status", uses, reference, found)
    klass = code_column(rows, "class", "class", uses, reference, found)
    area = code_column(rows, "area", "area", uses, reference, found)
    head = code_column(rows, "crime_head", "head", uses, reference, found)
    implied = vocabularies.status_of_class(klass, reference)
    return pl.DataFrame(
        {
            "stage": _coalesce(stage, default),
            "status": _coalesce(status, implied),
            "class": klass,
            "area": area,
            "crime_head": head,
        }
    )


def code_column(
    rows: pl.DataFrame,
    name: str,
    vocabulary: str,
    uses: Uses,
    reference: Reference,
    found: list[pl.DataFrame],
) -> pl.Series:
    """One coded field; a word that no vocabulary knows is null and a finding."""
    cleaned = clean(rows, name, uses, partial(vocabularies.clean, vocabulary=vocabulary, reference=reference))
    found.append(findings(rows, name, uses, cleaned))
    return cleaned["value"].alias(name)


def _texts(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Plain text fields of a case."""
    return pl.DataFrame(
        {
            name: text.clean(declared_strings(rows, name), reference)["value"]
            for name in ("e_tag", "agency_ref", "challan_no")
        }
    )


def _references(
    rows: pl.DataFrame, others: pl.Series, placed: pl.DataFrame, uses: Uses, reference: Reference,
    found: list[pl.DataFrame],
) -> pl.DataFrame:  # fmt: skip
    """Other numbers of the same case, quoted in free text: List(Struct(fir_no, fir_year, police_station, district)).

    Further numbers of the number's own cell are of the row's own station.
    """
    cleaned = clean(rows, "reference", uses, lambda s: fir.references(s, reference))
    found.append(findings(rows, "reference", uses, cleaned))
    parts = [cleaned["refs"].fill_null([]), _of_the_station(others, placed)]
    if "remarks" in rows.columns:
        parts.append(clean(rows, "remarks", uses, lambda s: fir.quoted(s, reference))["refs"])
    refs = pl.select(pl.concat_list(*parts).list.unique(maintain_order=True)).to_series()
    return pl.DataFrame({"references": refs, "reference_raw": raw(rows, "reference")})


def _of_the_station(others: pl.Series, placed: pl.DataFrame) -> pl.Series:
    """The further numbers of a cell with the station and district of their row, where they have none of their own."""
    rows = pl.DataFrame({"at": pl.int_range(len(others), eager=True), "refs": others})
    rows = rows.with_columns(placed.select(here="police_station", there="district"))
    listed = rows.filter(pl.col("refs").list.len() > 0)
    if listed.is_empty():
        return others.fill_null([])
    bare = pl.col("police_station").is_null()
    each = listed.explode("refs").unnest("refs").with_columns(
        police_station=pl.coalesce("police_station", "here"),
        district=pl.when(bare).then(pl.coalesce("district", "there")).otherwise("district"),
    )  # fmt: skip
    names = ["fir_no", "fir_year", "police_station", "district"]
    lists = each.group_by("at", maintain_order=True).agg(pl.struct(names).alias("refs"))
    joined = rows.select("at").join(lists, on="at", how="left", maintain_order="left")
    return joined.select(pl.col("refs").cast(fir.REFERENCES).fill_null(pl.lit([], fir.REFERENCES)))["refs"]


def _raws(rows: pl.DataFrame) -> pl.DataFrame:
    """The strings as they came, beside the cleaned columns."""
    names = (
        "province",
        "district",
        "police_station",
        "fir_no",
        "registered_on",
        "occurred_on",
        "status",
        "sections",
    )
    return pl.DataFrame({f"{name}_raw": raw(rows, name) for name in names})


def _coalesce(first: pl.Series, second: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(first, second)).to_series().alias(first.name)
