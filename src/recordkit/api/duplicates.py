"""Which rows of a frame or of files are one person, or one case."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import deduping
from recordkit.agencies.declaration import Unit
from recordkit.api.validation import Paths, as_paths, declared_in
from recordkit.deduping import Model
from recordkit.plurals import counted

# A frame of polars, or of any library that speaks Arrow: pandas, pyarrow, DuckDB.
Rows = Any


@dataclass(frozen=True)
class Deduped:
    """Which rows are one person, or one case.

    entities: every row that was given, with `record_id` and `entity_id` (String) first; rows of one person have the
    same entity_id. links: the pairs that were joined: left_id and right_id (record_ids), match_weight (bits),
    probability (0 to 1), reasons. model: can be given to the next `dedupe`, which then uses the same weights. notes:
    how each column was understood. unreadable: names of files that could not be read, and why.
    """

    entities: pl.DataFrame
    links: pl.DataFrame
    model: Model
    notes: tuple[str, ...] = field(default=())
    unreadable: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        return f"<recordkit.Deduped: {self._summary()}>"

    def _repr_html_(self) -> str:
        """How large the entities are, for a notebook."""
        sizes = self.entities.group_by("entity_id").len("rows").group_by("rows").len("entities").sort("rows")
        return f"<p>{self._summary()}</p>{sizes._repr_html_()}"

    def _summary(self) -> str:
        entities = self.entities.get_column("entity_id").n_unique()
        rows, links = counted(self.entities.height, "row"), counted(self.links.height, "link")
        return f"{rows}: {counted(entities, 'entity', 'entities')}, {links}"


def dedupe(
    rows: Rows | Paths,
    model: str | Path | Model | None = None,
    *,
    what: Unit = "person",
    agency: str | None = None,
    schemas: Paths = (),
) -> Deduped:
    """Find the rows that are one person, or one case (`what="case"`), without a store. No row is dropped.

    rows: a frame (polars, or any with the Arrow interface, such as pandas and pyarrow), or files. model: a linkage
    declaration (the name of one in schemas/lists, or a TOML file), or the `.model` of an earlier result, whose weights
    are used again; without it, columns are understood by their headers and values, and `.notes` says how. agency: read
    files as this agency's.
    Raises UnreadableInput when no row could be used, DeclarationError for an unknown model.

    >>> import polars as pl
    >>> people = pl.DataFrame({
    ...     "Name": ["Muhammad Aslam", "M. Aslam", "Shazia Bibi"],
    ...     "Father Name": ["Ghulam Rasool", "Ghulam Rasul", "Nazir Hussain"],
    ...     "CNIC": ["35202-1234567-1", "35202-1234567-1", None],
    ... })
    >>> done = dedupe(people)
    >>> done
    <recordkit.Deduped: 3 rows: 2 entities, 1 link>
    >>> done.entities.get_column("entity_id").n_unique()
    2
    >>> done.entities.drop("record_id", "entity_id").equals(people)
    True
    """
    notes: list[str] = []
    wanted = deduping.Wanted(what, model, agency, say=notes.append)
    declared, given = declared_in(schemas), _frame(rows)
    paths = as_paths(rows) if given is None else []
    done = deduping.files(paths, wanted, declared) if given is None else deduping.frame(given, wanted, declared)
    refused = [*done.refused, *(str(one) for one in done.skipped if one.lost)]
    return Deduped(done.rows, done.links, done.model, tuple(notes), tuple(refused))


def _frame(rows: Any) -> pl.DataFrame | None:
    """A frame as polars has it; None for paths."""
    if isinstance(rows, pl.LazyFrame):
        return rows.collect()
    if isinstance(rows, pl.DataFrame):
        return rows
    return pl.DataFrame(rows) if hasattr(rows, "__arrow_c_stream__") else None
