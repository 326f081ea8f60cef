"""The public face: what notebooks and other programs call (`import recordkit as rk`), and the command line beneath.

Every function here calls what the command of its name calls: there is no second way to a result.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from recordkit import declarations, deduping, details, findings, ingest, pipeline, report, search, sql, store, tables
from recordkit.agencies.declaration import Unit
from recordkit.deduping import Model as Model
from recordkit.errors import DeclarationError, RecordkitError
from recordkit.ingest import Declarations, Received, Tally
from recordkit.issues import ISSUE_SCHEMA, Stage
from recordkit.pipeline import Outcome
from recordkit.plurals import counted
from recordkit.readers import machine_memory
from recordkit.review import pair_view

if TYPE_CHECKING:
    import pyarrow as pa
    from pandera.polars import DataFrameSchema

Paths = str | Path | Sequence[str | Path]
# A frame of polars, or of any library that speaks Arrow: pandas, pyarrow, DuckDB.
Rows = Any

# One row per file, or per member of an archive.
FILES = pl.Schema(
    {
        "name": pl.String, "member": pl.String, "kind": pl.String, "encoding": pl.String, "agency": pl.String,
        "format": pl.String, "period": pl.String, "readable": pl.Boolean, "rows_read": pl.Int64,
        "rows_accepted": pl.Int64, "rows_quarantined": pl.Int64, "rows_skipped": pl.Int64, "file_sha256": pl.String,
    }
)  # fmt: skip
RECORD_TABLES = ("cases", "charges", "persons", "services", "returns")


def _declared(schemas: Paths) -> Declarations:
    return ingest.declare(declarations.folders(_paths(schemas)))


def _paths(given: Paths) -> list[Path]:
    return [Path(one) for one in ([given] if isinstance(given, str | Path) else given)]


# ------------------------------------------------------------------------------------------- validate


@dataclass(frozen=True)
class Validation:
    """The result of reading and checking some files. Nothing was published.

    files: one row per file, or per member of an archive: name, member, kind, encoding, agency, format, period
    (YYYY-MM), readable, rows_read = rows_accepted + rows_quarantined + rows_skipped, file_sha256.
    tables: cases, charges, persons, services and returns -> the accepted records, cleaned values beside raw ones, with
    `record_id`, `file_sha256`, `sheet` and `row` (as a spreadsheet numbers it).
    quarantined: file_sha256, sheet, row, agency, format, codes and the raw cells.
    findings: file_sha256, name, sheet, row, column, field, code, severity, value, detail, suggestion, message, fix.
    skipped: (name, reason) of files that were not read at all.

    The tables and the quarantine hold personal data as it was sent; `findings.value` is masked unless asked for.
    """

    files: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    quarantined: pl.DataFrame
    findings: pl.DataFrame
    skipped: tuple[tuple[str, str], ...] = ()

    @property
    def ok(self) -> bool:
        """True when every file could be read and no row was quarantined."""
        rejected = (self.findings.get_column("severity") == "reject").any()
        return bool(self.files.get_column("readable").all()) and not rejected

    def __repr__(self) -> str:
        return f"<recordkit.Validation: {self._sums()}; {counted(self.findings.height, 'finding')}>"

    def _repr_html_(self) -> str:
        """The findings by rule, for a notebook."""
        by_rule = self.findings.group_by("code", "severity", "message").len("rows").sort("rows", descending=True)
        return f"<p>{self._sums()}</p>{by_rule._repr_html_()}"

    def _sums(self) -> str:
        rows = self.files.select(pl.col("^rows_.*$").sum()).row(0) if self.files.height else (0, 0, 0, 0)
        read, accepted, quarantined, skipped = (f"{count or 0:,}" for count in rows)
        return (
            f"{counted(self.files.height, 'file')}, {read} rows = {accepted} accepted + {quarantined} quarantined"
            f" + {skipped} skipped"
        )


def validate(paths: Paths, *, schemas: Paths = (), agency: str | None = None, show_values: bool = False) -> Validation:
    """Read, map, standardise and check files or folders of files; publish nothing.

    schemas: folders of declarations laid over the packaged ones. agency: read every file as this agency's.
    show_values: do not mask personal values in `findings`.
    Raises UnreadableInput when there is nothing at a path, DeclarationError for a mistake in a declaration.

    >>> result = validate("inbox/2026-07")
    >>> result
    <recordkit.Validation: 2 files, 203 rows = 201 accepted + 0 quarantined + 2 skipped; ... findings>
    >>> result.ok
    True
    >>> result.tables["cases"].columns[:4]
    ['record_id', 'file_sha256', 'sheet', 'row']
    >>> result.findings.columns[:6]
    ['file_sha256', 'name', 'sheet', 'row', 'column', 'field']
    """
    declared = _declared(schemas)
    kept: dict[Path, list[tuple[str, pl.DataFrame]]] = {}

    def keeps(path: Path) -> ingest.Keep:
        mine: list[tuple[str, pl.DataFrame]] = []
        kept[path] = mine
        return lambda name, frame: mine.append((name, frame))

    done, passed = ingest.receive_files(_paths(paths), declared, agency, lambda _name: None, keeps=keeps)
    frames = [one for many in kept.values() for one in many]
    return Validation(
        files=pl.DataFrame([file_row(one) for one in done], schema=FILES, orient="row"),
        tables={name: _together(name, frames, declared) for name in RECORD_TABLES},
        quarantined=_joined("quarantine", frames, pl.DataFrame(schema=ingest.QUARANTINE)),
        findings=_findings(done, declared, show_values),
        skipped=tuple((one.name, one.reason) for one in passed),
    )


def file_row(one: Received) -> dict[str, Any]:
    """A file, or a member of an archive, as a row of FILES."""
    tally: Tally = one.tally
    return {
        "name": one.name, "member": one.member, "kind": one.kind, "encoding": one.encoding, "agency": one.agency,
        "format": "+".join(one.formats) or None, "period": one.period, "readable": one.readable,
        "rows_read": tally.read, "rows_accepted": tally.accepted, "rows_quarantined": tally.quarantined,
        "rows_skipped": tally.skipped, "file_sha256": one.sha256,
    }  # fmt: skip


def _together(name: str, frames: Sequence[tuple[str, pl.DataFrame]], declared: Declarations) -> pl.DataFrame:
    return _joined(name, frames, tables.empty(declared.tables[name], "standardise"))


def _joined(name: str, frames: Sequence[tuple[str, pl.DataFrame]], empty: pl.DataFrame) -> pl.DataFrame:
    parts = [frame for table, frame in frames if table == name]
    return pl.concat([empty, *parts], how="diagonal_relaxed")


def _findings(done: Sequence[Received], declared: Declarations, show_values: bool) -> pl.DataFrame:
    masks = findings.masks(declared.tables, declared.intake, declared.agencies)
    shown = findings.shown(declared.rules, masks, show_values)
    found = pl.concat([pl.DataFrame(schema=ISSUE_SCHEMA), *(shown(one.issues) for one in done)])
    return _explained(found, {one.sha256: one.name for one in done}, declared)


def _explained(found: pl.DataFrame, names: Mapping[str, str], declared: Declarations) -> pl.DataFrame:
    """Findings with the name of their file and what their rule says."""
    rules = [(rule.code, rule.why, rule.fix) for rule in declared.rules.by_code.values()]
    said = pl.DataFrame(rules, schema=dict.fromkeys(("code", "message", "fix"), pl.String), orient="row")
    named = pl.DataFrame(
        {"file_sha256": list(names), "name": list(names.values())},
        schema={"file_sha256": pl.String, "name": pl.String},
    )
    return (
        found.join(said, on="code", how="left", maintain_order="left")
        .join(named, on="file_sha256", how="left", maintain_order="left")
        .select("file_sha256", "name", pl.exclude("file_sha256", "name"))
    )


# ---------------------------------------------------------------------------------------------- store


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
        return _declared(self._schemas)

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


# -------------------------------------------------------------------------------------------- compile


class Compiled:
    """The result of a compile.

    edition: the new Edition; None when nothing was new. current: id of the store's current edition.
    counts: what `recordkit compile --format json` prints: published, inputs, new_inputs, rows_read, rows_accepted,
    rows_quarantined, rows_skipped, unreadable, tables …
    unreadable: names of files that could not be read. skipped: (name, reason) of files that were not read at all.
    repaired: what was repaired in the store before.
    """

    def __init__(self, root: Path, outcome: Outcome, declare: Callable[[], Declarations]) -> None:
        self._root, self._declare = root, declare
        self.current = outcome.current
        self.counts = counts(outcome)
        self.unreadable = tuple(outcome.unreadable)
        self.skipped = tuple((one.name, one.reason) for one in outcome.skipped)
        self.repaired = tuple(outcome.repaired)
        self.edition = Edition(root, outcome.edition, declare) if outcome.edition is not None else None

    @cached_property
    def findings(self) -> pl.DataFrame:
        """The findings of the new edition (its table `issues`, with name, message and fix), without values."""
        if self.edition is None:
            return _explained(pl.DataFrame(schema={"code": pl.String, "file_sha256": pl.String}), {}, self._declare())
        names = self.edition["sources"].select("file_sha256", "name").collect()
        return _explained(self.edition["issues"].collect(), dict(names.rows()), self._declare())

    def __repr__(self) -> str:
        return f"<recordkit.Compiled: {self._said()}>"

    def _repr_html_(self) -> str:
        """The new edition's tables, for a notebook."""
        tables_of = "" if self.edition is None else self.edition._repr_html_()
        return f"<p>{html.escape(self._said())}</p>{tables_of}"

    def _said(self) -> str:
        read, accepted, quarantined, skipped = (
            f"{self.counts[name]:,}" for name in ("rows_read", "rows_accepted", "rows_quarantined", "rows_skipped")
        )
        if self.edition is None:
            return f"nothing new, edition {self.current} stays current"
        rows = f"{read} rows = {accepted} accepted + {quarantined} quarantined + {skipped} skipped"
        return f"edition {self.edition.id}, {counted(self.counts['inputs'], 'file')}, {rows}"


def counts(done: Outcome) -> dict[str, Any]:
    """A compile as one flat record: what a cron job logs."""
    sizes = done.edition.manifest.tables if done.edition else {}
    return {
        "published": done.edition.id if done.edition else None,
        "current": done.current,
        "inputs": done.inputs,
        "new_inputs": done.fresh,
        "rows_read": done.tally.read,
        "rows_accepted": done.tally.accepted,
        "rows_quarantined": done.tally.quarantined,
        "rows_skipped": done.tally.skipped,
        "rows_corrected": done.corrected,
        "unreadable": len(done.unreadable),
        "unreadable_before": len(done.known),
        "passed_over": len(done.skipped),
        "not_arrived": sum(passed.missing for passed in done.skipped),
        "not_read": sorted([*done.unreadable, *(one.name for one in done.skipped if one.lost)]),
        "tables": {name: table.rows for name, table in sorted(sizes.items())},
        "laws": [{"law": law.law, "left": law.left, "right": law.right} for law in done.laws],
    }


def refuse_engine(engine: str) -> None:
    """Raises RecordkitError for an engine that does not exist: "local" is the only one."""
    if engine != "local":
        raise RecordkitError(details.text("no_such_engine", engine=engine), details.text("use_one_of", names="local"))


def compile(
    inboxes: Paths,
    *,
    to: str | Path,
    schemas: Paths = (),
    through: str | None = None,
    memory: str | None = None,
    incremental: bool = False,
    engine: str = "local",
) -> Compiled:
    """Read all new files, link them, and publish one new edition in the store `to`, as `recordkit compile` does.

    inboxes: a folder, or several. schemas: folders of declarations laid over the packaged ones. through: only files
    received up to this month (YYYY-MM). memory: read within this much, such as "8GB" (a workbook that needs more is
    refused with RK123). incremental: compare new people with all others, but not those others again. engine: "local".
    Raises StoreLocked when another compile runs, UnreadableInput when no file has arrived, DeclarationError for a
    mistake in a declaration, StoreError and BrokenLaw when nothing was published.

    >>> done = compile("inbox", to="store")  # the same files as before
    >>> done
    <recordkit.Compiled: nothing new, edition 2026-07-r1-... stays current>
    >>> done.counts["new_inputs"]
    0
    """
    refuse_engine(engine)
    root, declared = Path(to), _declared(schemas)
    with machine_memory.limited(memory):
        done = pipeline.compile(
            _paths(inboxes),
            root,
            declared,
            through=through,
            starting=lambda _total: lambda _name: None,
            incremental=incremental,
        )
    return Compiled(root, done, lambda: declared)


# --------------------------------------------------------------------------------------------- dedupe


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
        return f"<recordkit.Deduped: {self._said()}>"

    def _repr_html_(self) -> str:
        """How large the entities are, for a notebook."""
        sizes = self.entities.group_by("entity_id").len("rows").group_by("rows").len("entities").sort("rows")
        return f"<p>{self._said()}</p>{sizes._repr_html_()}"

    def _said(self) -> str:
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
    declared, given = _declared(schemas), _frame(rows)
    paths = _paths(rows) if given is None else []
    done = deduping.files(paths, wanted, declared) if given is None else deduping.frame(given, wanted, declared)
    refused = [*done.refused, *(str(one) for one in done.passed if one.lost)]
    return Deduped(done.rows, done.links, done.model, tuple(notes), tuple(refused))


def _frame(rows: Any) -> pl.DataFrame | None:
    """A frame as polars has it; None for paths."""
    if isinstance(rows, pl.LazyFrame):
        return rows.collect()
    if isinstance(rows, pl.DataFrame):
        return rows
    return pl.DataFrame(rows) if hasattr(rows, "__arrow_c_stream__") else None


def schema(table: str, *, stage: Stage = "compile", schemas: Paths = ()) -> DataFrameSchema:
    """The Pandera schema of a table, the one that validates every batch: columns, types, constraints and rules.

    stage: standardise (a submission), link, or compile (as published). `.validate(frame, lazy=True)` raises Pandera's
    SchemaErrors, whose `failure_cases` name column, rule (`check`), place in the frame (`index`) and row of the source
    (`row`), and hold no value. A LazyFrame is refused. Raises DeclarationError with the nearest name.

    >>> list(schema("cases").columns)[:2]
    ['case_id', 'agency']
    """
    declared = _declared(schemas)
    if table not in declared.tables:
        guess = declarations.nearest(table, declared.tables)
        raise DeclarationError(
            details.text("no_such_table", table=table), details.text("nearest_is", guess=guess) if guess else ""
        )
    from recordkit import table_schema  # Pandera is slow to import: only where it is used

    return table_schema.build(declared.tables[table], stage, declared.rules)
