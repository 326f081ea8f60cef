"""A store of editions, opened for reading."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from recordkit import report, search, sql, store
from recordkit.api.validation import Paths, declared_in
from recordkit.ingest import Declarations
from recordkit.plurals import counted
from recordkit.review import pair_view

if TYPE_CHECKING:
    import pyarrow as pa

class Edition:
    """One published edition: its tables, figures and links. The store's ledger records that it was read.

    Every file is compared with its checksum before its first row is read. Raises StoreDamaged when they differ.

    >>> edition = open("store").current
    >>> number, year = edition["cases"].select("fir_no", "fir_year").drop_nulls().collect().row(0)
    >>> edition.find(f"FIR {number}/{year}").columns[:3]
    ['kind', 'id', 'case_id']
    >>> edition.sql("SELECT count(*) AS cases FROM cases").item() == edition.manifest["tables"]["cases"]["rows"]
    True
    """

    def __init__(self, root: Path, edition: store.Edition, declared: Callable[[], Declarations]) -> None:
        self._root, self._edition, self._declare = root, edition, declared

    @property
    def id(self) -> str:
        """For example `2026-10-r1-82c2fa5f`."""
        return self._edition.id

    @property
    def tables(self) -> list[str]:
        """Names of its tables."""
        return self._edition.tables

    @property
    def manifest(self) -> Mapping[str, Any]:
        """manifest.json as data: inputs, checksums, tables, checks that passed."""
        return self._edition.manifest.model_dump(mode="json")

    def __getitem__(self, table: str) -> pl.LazyFrame:
        """A table as a LazyFrame, its columns as in the reference pages. Raises StoreNotFound for an unknown name."""
        return self._edition.scan(table)

    def arrow(self, table: str) -> pa.Table:
        """A table as an Arrow table; it and every field carry their description as metadata, as the files do."""
        import pyarrow as pa

        made = self[table].collect(engine="streaming").to_arrow(compat_level=pl.CompatLevel.oldest())
        declared = self._declare().tables.get(table)
        described = declared.arrow() if declared else made.schema
        notes = {field.name: field.metadata for field in described}
        fields = [field.with_metadata(notes.get(field.name)) for field in made.schema]
        return pa.Table.from_arrays(made.columns, schema=pa.schema(fields, metadata=described.metadata))

    def sql(self, query: str) -> pl.DataFrame:
        """The rows of one SELECT, asked of DuckDB; every table is a view with its name (needs `recordkit[query]`).

        Raises RecordkitError for any other statement, and for what DuckDB refuses.
        """
        return sql.query(self._edition, query, self._declare().tables)

    def find(self, asked: str) -> pl.DataFrame:
        """Records by an FIR with its station, a card, a telephone, a name, a file or an id: kind, id, case_id,
        person_id, role, name, agency, province, district, police_station, number, matched (all String).

        Raises StoreNotFound when there is none.
        """
        return search.find_records(self._edition, asked, self._declare().reference)

    def trace(self, record: str | None = None, **cell: str | None) -> pl.DataFrame:
        """The source rows behind a record (`trace("C…")`) or a figure (`trace(unit="case", classification="npb_head",
        code="Murder", period="2026-10")`): case_id, mention_id, name, file_sha256, sheet, row.
        """
        if record is not None:
            return store.tracing.record(self._edition, record)
        return store.tracing.figure(self._edition, cell)[1]

    def explain(self, link_id: str) -> Mapping[str, Any]:
        """Why two records were joined: the link, the match weight (bits) of each comparison, and both records."""
        return pair_view.link(self._edition, link_id, None).data()

    def report(self, month: str | None = None) -> report.Figures:
        """The figures of the summary report, of one month (YYYY-MM) or of all."""
        return report.figures(self._edition, month=month, known=report.knowledge(self._declare()))

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {table.rows:,}" for name, table in sorted(self._edition.manifest.tables.items()))
        return f"<recordkit.Edition {self.id}: {rows}>"

    def _repr_html_(self) -> str:
        """Its tables and their rows, for a notebook."""
        sizes = [(name, table.rows) for name, table in sorted(self._edition.manifest.tables.items())]
        frame = pl.DataFrame(sizes, schema={"table": pl.String, "rows": pl.Int64}, orient="row")
        return f"<p>Edition {self.id}</p>{frame._repr_html_()}"


class Store:
    """A store of editions, opened for reading.

    >>> store = open("store")
    >>> len(store.editions)
    1
    >>> store.verify().sound
    True
    """

    def __init__(self, root: Path, schemas: Paths = ()) -> None:
        self._root, self._schemas = root, schemas

    @cached_property
    def _declared(self) -> Declarations:
        return declared_in(self._schemas)

    @property
    def editions(self) -> list[str]:
        """Ids of all editions, oldest first."""
        return store.editions(self._root)

    @property
    def current(self) -> Edition:
        """The newest edition. Raises StoreNotFound when nothing has been published."""
        return self.edition()

    def edition(self, edition_id: str | None = None) -> Edition:
        """The edition with this id, or the only one whose id starts so; the current one without.

        Raises StoreNotFound.
        """
        opened = store.understood(store.open_edition(self._root, edition_id))
        store.ledger.noted(self._root, "api", opened.id, "")
        return Edition(self._root, opened, lambda: self._declared)

    def verify(self) -> store.Verified:
        """Compare every byte of every edition with its manifest; `.sound` is True when all agree."""
        return store.verify(self._root)

    def __repr__(self) -> str:
        return f"<recordkit.Store {self._root}: {counted(len(self.editions), 'edition')}>"

    def _repr_html_(self) -> str:
        """Its editions, for a notebook."""
        frame = pl.DataFrame({"edition": self.editions}, schema={"edition": pl.String})
        return f"<p>Store {html.escape(str(self._root))}</p>{frame._repr_html_()}"


def open(path: str | Path, *, schemas: Paths = ()) -> Store:
    """Open a store for reading. Raises StoreNotFound when there is none at `path`.

    >>> open("store").current.tables[:3]
    ['cases', 'charges', 'counts']
    """
    root = Path(path)
    store.current_id(root)
    return Store(root, schemas)
