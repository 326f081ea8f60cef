"""A link of an edition with all that explains it: its waterfall, its two sides, and the links around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import polars as pl

from recordkit.findings import Masks
from recordkit.linkage import explanation
from recordkit.review import pair_view
from recordkit.store import Edition, StoreNotFound

HERE = Path(__file__).parent
MEMBERS = {"C": ("cases", "case_id", "records"), "P": ("persons", "person_id", "mention_refs"),
           "M": ("persons", "mention_id", "mention_refs")}  # fmt: skip


@dataclass(frozen=True)
class Explained:
    """link: a row of links or review. rows: its waterfall. fields: name, older, younger, equal (None: not both).
    merged: the case or mention that both sides are parts of, so that the fields are its own and equal; else None."""

    edition: str
    link: dict[str, Any]
    rows: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    merged: str | None = None

    def data(self) -> dict[str, Any]:
        """For a pipe."""
        told = {"edition": self.edition, "waterfall": self.rows, "sides": self.fields, "merged": self.merged}
        return {**self.link, **told}

    def note(self) -> str:
        """Where what each side said by itself is found, when an edition shows only what became of both."""
        if self.merged is None:
            return ""
        return (
            f"Both are reports of {self.merged}, whose values these are; the rows as they were sent: "
            f"recordkit trace STORE {self.merged}"
        )


def link(edition: Edition, link_id: str, masks: Masks | None) -> Explained:
    """One link, or a grey pair of the queue. Raises StoreNotFound. masks: None shows personal values."""
    row = _row(edition, link_id)
    model = edition.scan("models").collect().to_dicts() if "models" in edition.tables else []
    return Explained(edition.id, row, explanation.waterfall(row, model), *_fields(edition, row, masks))


def around(edition: Edition, made: str) -> pl.DataFrame:
    """The links that hold a case (C…), a person (P…) or a mention (M…) together: rows of `links`, strongest first."""
    table, column, refs = MEMBERS[made[:1]]
    mine = edition.scan(table).filter(pl.col(column) == made).select(pl.col(refs).alias("ref")).explode("ref").collect()
    if mine.is_empty():
        raise StoreNotFound(f"There is no {made} in edition {edition.id}.")
    wanted = mine.get_column("ref").implode()
    held = edition.scan("links").filter(pl.col("left_id").is_in(wanted) & pl.col("right_id").is_in(wanted))
    return held.collect().sort("match_weight", "link_id", descending=[True, False], nulls_last=False)


def page(told: Explained) -> str:
    """One self-contained page: no script, nothing from elsewhere, no markup out of the data."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("explained.html.j2").render(
        told=told, verdict=explanation.verdict(told.link), rules=[row for row in told.rows if row["bits"] is None],
        steps=_steps(told.rows), zero=_place(0.0, told.rows),
        meaning=explanation.meaning(told.link) if told.link["match_weight"] is not None else "",
    )  # fmt: skip


def _row(edition: Edition, link_id: str) -> dict[str, Any]:
    for table in ("links", "review"):
        if table in edition.tables:
            found = edition.scan(table).filter(pl.col("link_id") == link_id).collect()
            if not found.is_empty():
                return {**found.to_dicts()[0], "grey": table == "review"}
    raise StoreNotFound(f"Edition {edition.id} has no link {link_id}.", "See its tables links and review for the ids.")


def _fields(
    edition: Edition, row: Mapping[str, Any], masks: Masks | None
) -> tuple[list[dict[str, Any]], str | None]:
    kind = "person" if row["kind"] == "person" else "case"
    refs = pl.Series([row["left_id"], row["right_id"]])
    whole = (pair_view.people if kind == "person" else pair_view.cases)(edition, refs)
    if whole.height < len(set(refs)):
        return [], None  # an edition of an older version: its tables do not name their submissions
    shown = whole if masks is None else pair_view.masked(whole, pair_view.FIELDS[kind], masks)
    true, told = ({one["ref"]: one for one in frame.to_dicts()} for frame in (whole, shown))
    fields = []
    for name in pair_view.FIELDS[kind]:
        older, younger = (true[row[f"{side}_id"]][name] for side in ("left", "right"))
        if older is None and younger is None:
            continue
        equal = None if older is None or younger is None else older == younger
        said = [told[row[f"{side}_id"]][name] for side in ("left", "right")]
        fields.append({"name": name, "older": said[0], "younger": said[1], "equal": equal})
    made = whole.get_column("mention_id" if kind == "person" else "case_id").unique()
    return fields, made.item() if len(made) == 1 else None


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
