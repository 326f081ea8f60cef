"""What a person sees of the two sides of a pair: the merged mention or case as it stands in the edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import polars as pl

from recordkit import details, words
from recordkit.findings import Masks, masking
from recordkit.linkage import explanation
from recordkit.store import Edition, StoreNotFound
from recordkit.tables import Mask
from recordkit.words import Texts

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


HERE = Path(__file__).parent
MEMBERS = {"C": ("cases", "case_id", "records"), "P": ("persons", "person_id", "mention_refs"),
           "M": ("persons", "mention_id", "mention_refs")}  # fmt: skip


@dataclass(frozen=True)
class Explained:
    """link: a row of links or review. rows: its waterfall. fields: name, older, younger, equal (None: not both).
    merged: the case or mention that both sides are parts of, so that the fields are its own and equal; else None.
    two: the edition has two people or cases of it (None: it does not say)."""

    edition: str
    link: dict[str, Any]
    rows: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    merged: str | None = None
    two: bool | None = None

    def data(self) -> dict[str, Any]:
        """For a pipe."""
        data = {"edition": self.edition, "waterfall": self.rows, "sides": self.fields, "merged": self.merged}
        return {**self.link, **data, "two": self.two}

    def note(self, texts: Texts | None = None) -> str:
        """Where what each side said by itself is found, when an edition shows only what became of both."""
        if self.merged is None:
            return ""
        return (texts or words.english()).message("both_are_reports", merged=self.merged)


def link(edition: Edition, link_id: str, masks: Masks | None) -> Explained:
    """One link, or a grey pair of the queue. Raises StoreNotFound. masks: None shows personal values."""
    row = _row(edition, link_id)
    model = edition.scan("models").collect().to_dicts() if "models" in edition.tables else []
    fields, merged = _fields(edition, row, masks)
    return Explained(edition.id, row, explanation.waterfall(row, model), fields, merged, _are_two(edition, row))


def weighed(edition: Edition, row: Mapping[str, Any], masks: Masks | None) -> Explained:
    """A pair of people that is in no table of the edition: row, as one of `review`. masks: as of `link`."""
    model = edition.scan("models").collect().to_dicts() if "models" in edition.tables else []
    fields, merged = _fields(edition, row, masks)
    return Explained(edition.id, {**row, "grey": True}, explanation.waterfall(row, model), fields, merged, two=True)


def around(edition: Edition, made: str) -> pl.DataFrame:
    """The links that hold a case (C…), a person (P…) or a mention (M…) together: rows of `links`, strongest first."""
    table, column, refs = MEMBERS[made[:1]]
    mine = edition.scan(table).filter(pl.col(column) == made).select(pl.col(refs).alias("ref")).explode("ref").collect()
    if mine.is_empty():
        raise StoreNotFound(details.text("no_record_in_edition", id=made, edition=edition.id))
    wanted = mine.get_column("ref").implode()
    held = edition.scan("links").filter(pl.col("left_id").is_in(wanted) & pl.col("right_id").is_in(wanted))
    return held.collect().sort("match_weight", "link_id", descending=[True, False], nulls_last=False)


def page(explained: Explained) -> str:
    """One self-contained page: no script, nothing from elsewhere, no markup out of the data."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("explained.html.j2").render(
        explained=explained, verdict=explanation.verdict(explained.link),
        rules=[row for row in explained.rows if row["bits"] is None],
        steps=_steps(explained.rows), zero=_place(0.0, explained.rows),
        meaning=explanation.meaning(explained.link) if explained.link["match_weight"] is not None else "",
    )  # fmt: skip


def _row(edition: Edition, link_id: str) -> dict[str, Any]:
    for table in ("links", "review"):
        if table in edition.tables:
            found = edition.scan(table).filter(pl.col("link_id") == link_id).collect()
            if not found.is_empty():
                return {**found.to_dicts()[0], "grey": table == "review"}
    raise StoreNotFound(
        details.text("edition_has_no_link", edition=edition.id, link=link_id), details.text("see_links_and_review")
    )


def _fields(
    edition: Edition, row: Mapping[str, Any], masks: Masks | None
) -> tuple[list[dict[str, Any]], str | None]:
    kind = "person" if row["kind"] == "person" else "case"
    refs = pl.Series([row["left_id"], row["right_id"]])
    whole = (people if kind == "person" else cases)(edition, refs)
    if whole.height < len(set(refs)):
        return [], None  # an edition of an older version: its tables do not name their submissions
    shown = whole if masks is None else masked(whole, FIELDS[kind], masks)
    true, masked_values = ({one["ref"]: one for one in frame.to_dicts()} for frame in (whole, shown))
    fields = []
    for name in FIELDS[kind]:
        older, younger = (true[row[f"{side}_id"]][name] for side in ("left", "right"))
        if older is None and younger is None:
            continue
        equal = None if older is None or younger is None else older == younger
        values = [masked_values[row[f"{side}_id"]][name] for side in ("left", "right")]
        fields.append({"name": name, "older": values[0], "younger": values[1], "equal": equal})
    made = whole.get_column("mention_id" if kind == "person" else "case_id").unique()
    return fields, made.item() if len(made) == 1 else None


def _are_two(edition: Edition, row: Mapping[str, Any]) -> bool | None:
    """Whether the edition has two people or cases of the pair; None where its tables do not name their submissions."""
    table, made, refs = MEMBERS["P" if row["kind"] == "person" else "C"]
    known = edition.scan(table).select(made, pl.col(refs).alias("ref")).explode("ref")
    found = known.filter(pl.col("ref").is_in([row["left_id"], row["right_id"]])).collect()
    if found["ref"].n_unique() < len({row["left_id"], row["right_id"]}):
        return None
    return found[made].n_unique() > 1


def _steps(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The weighed rows with where their bar begins and how wide it is, in per cent."""
    before, steps = 0.0, []
    for row in (row for row in rows if row["bits"] is not None):
        start, end = sorted((_place(before, rows), _place(row["total"], rows)))
        steps.append({**row, "start": round(start, 2), "wide": round(max(end - start, 0.4), 2)})
        before = row["total"]
    return steps


def _place(total: float, rows: list[dict[str, Any]]) -> float:
    low, span = explanation.scale(row for row in rows if row["bits"] is not None)
    return round((total - low) / span * 100, 2)
