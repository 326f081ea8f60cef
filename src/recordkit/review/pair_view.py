"""What a person sees of the two sides of a pair: the merged mention or case as it stands in the edition."""

from __future__ import annotations

import polars as pl

from recordkit.findings import Masks, masking
from recordkit.store import Edition
from recordkit.tables import Mask

PERSON = (
    "name", "relation", "relative_name", "aliases", "sex", "age", "date_of_birth", "cnic", "passport", "phones",
    "nationality", "address", "role", "case", "registered_on", "offence", "agencies", "with",
)  # fmt: skip
CASE = (
    "number", "police_station", "district", "province", "agencies", "registered_on", "occurred_from", "status",
    "sections", "accused", "victim", "complainant",
)  # fmt: skip
FIELDS = {"person": PERSON, "case": CASE}
_PEOPLE = ("accused", "victim", "complainant")
_PLACES = ("police_station", "district", "province")
_MASKS: dict[str, Mask | None] = {
    **dict.fromkeys(("number", "case", "offence", "sections")), **dict.fromkeys(("with", *_PEOPLE), "initials"),
}  # fmt: skip


def people(edition: Edition, refs: pl.Series) -> pl.DataFrame:
    """ref, case_id, person_id and PERSON as text, one row per mention_ref of `refs` that the edition has."""
    persons = edition.scan("persons")
    found = (
        persons.select("mention_id", "mention_refs")
        .explode("mention_refs")
        .rename({"mention_refs": "ref"})
        .join(pl.LazyFrame({"ref": refs.unique()}), on="ref", how="semi")
    )
    wanted = [name for name in PERSON if name in persons.collect_schema()]
    rows = found.join(persons.select("mention_id", "case_id", "person_id", *wanted), on="mention_id")
    whole = rows.join(_case_columns(edition), on="case_id", how="left").collect(engine="streaming")
    whole = whole.join(_company(edition, whole.get_column("case_id")), on="case_id", how="left")
    return _as_text(whole, PERSON, ["ref", "case_id", "person_id", "mention_id"])


def cases(edition: Edition, records: pl.Series) -> pl.DataFrame:
    """ref, case_id and CASE as text, one row per record_id of `records` that the edition has."""
    found = (
        edition.scan("cases")
        .select("case_id", "records")
        .explode("records")
        .rename({"records": "ref"})
        .join(pl.LazyFrame({"ref": records.unique()}), on="ref", how="semi")
    )
    known = [name for name in CASE if name in edition.scan("cases").collect_schema()]
    rows = found.join(edition.scan("cases").select("case_id", *known, number=_number()), on="case_id").collect()
    ids = pl.LazyFrame({"case_id": rows.get_column("case_id").unique()})
    charges = (
        edition.scan("charges")
        .join(ids, on="case_id", how="semi")
        .group_by("case_id")
        .agg(sections=pl.concat_str("act", "section", separator=" ", ignore_nulls=True).sort().str.join("; "))
    )
    named = edition.scan("persons").join(ids, on="case_id", how="semi").select("case_id", "role", _called())
    whole = rows.join(charges.collect(), on="case_id", how="left")
    listed = named.collect()
    for role in _PEOPLE:
        one = listed.filter(pl.col("role") == role).group_by("case_id").agg(pl.col("called").sort().str.join("; "))
        whole = whole.join(one.rename({"called": role}), on="case_id", how="left")
    return _as_text(whole, CASE, ["ref", "case_id"])


def masked(frame: pl.DataFrame, fields: tuple[str, ...], masks: Masks) -> pl.DataFrame:
    """The same sides with personal values hidden as their columns declare. The name of a place stays whole: some have
    words in them that people are called by."""
    every = {**masks.fields, **_MASKS}
    shown = frame.with_columns(
        masking.hidden(pl.col(name), every.get(name, "hide"), masks.words).alias(name)
        if every.get(name, "hide") is not None or name not in _PLACES
        else masking.unstrayed(pl.col(name), masks).alias(name)
        for name in fields
    )
    return shown.with_columns(_parts(frame.get_column("case"), masks)) if "case" in fields else shown


def _parts(values: pl.Series, masks: Masks) -> pl.Series:
    """The number of a case and its places, each masked by itself."""
    parts = values.str.split(", ").to_frame().with_row_index("row").explode("case")
    shown = parts.with_columns(masking.unstrayed(pl.col("case"), masks))
    joined = shown.group_by("row", maintain_order=True).agg(pl.col("case").str.join(", "))
    return joined.select(pl.when(pl.col("case") != "").then("case")).to_series()


def _number() -> pl.Expr:
    year = pl.col("fir_year").cast(pl.String)
    return pl.coalesce(
        pl.concat_str(pl.lit("FIR "), "fir_no", pl.lit("/"), year), pl.lit("enquiry ") + pl.col("enquiry_no"),
        pl.lit("e-tag ") + pl.col("e_tag"),
    )  # fmt: skip


def _called() -> pl.Expr:
    return pl.concat_str("name", pl.lit(" / ") + pl.col("relative_name"), ignore_nulls=True).alias("called")


def _case_columns(edition: Edition) -> pl.LazyFrame:
    place = pl.concat_str(_number(), "police_station", "district", separator=", ", ignore_nulls=True)
    offence = pl.concat_str("principal_act", "principal_section", separator=" ")
    return edition.scan("cases").select("case_id", "registered_on", case=place, offence=offence)


def _company(edition: Edition, ids: pl.Series) -> pl.DataFrame:
    """case_id and everybody who is named in it."""
    wanted = pl.LazyFrame({"case_id": ids.unique()})
    named = edition.scan("persons").join(wanted, on="case_id", how="semi").select("case_id", _called())
    return named.group_by("case_id").agg(pl.col("called").sort().str.join("; ").alias("with")).collect()


def _as_text(frame: pl.DataFrame, fields: tuple[str, ...], ids: list[str]) -> pl.DataFrame:
    """Every field as one line of text that cannot steer a terminal."""
    shown = []
    for name in fields:
        column = pl.col(name) if name in frame.columns else pl.lit(None, dtype=pl.String).alias(name)
        if isinstance(frame.schema.get(name), pl.List):
            column = column.list.join("; ")
        text = column.cast(pl.String)
        shown.append(pl.when(text != "").then(text).alias(name))
    return masking.safe(frame.select(*ids, *shown)).unique("ref", keep="any").sort("ref")
