"""Checks typed frames against their declared tables: Pandera for the structure, one fused query for the rows.

The Pandera schema is the declaration. Its data checks are run as one polars query, because Pandera keeps a whole
row for every failure of a frame-level check; a parity test holds both to the same findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recordkit import issues
from recordkit.conditions import expression
from recordkit.errors import BrokenLaw, DeclarationError, RecordkitError
from recordkit.issues import Derived, Rules, Stage
from recordkit.tables import NOT_UNIQUE, TYPES, Check, Table

Frame = pl.DataFrame | pl.LazyFrame

_PLACE = ("file_sha256", "sheet", "row")


def check(
    frames: Mapping[str, Frame],
    tables: Mapping[str, Table],
    rules: Rules,
    stage: Stage = "standardise",
    headers: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Findings (ISSUE_SCHEMA, severity filled) about all rows of all `frames`, in the order tables, rules, rows.

    frames: table name -> frame with exactly the table's columns of `stage`; the tables that derived columns are
    summed up from belong among them. headers: intake field -> the sender's header.
    Row-local at the stage standardise. Raises BrokenLaw when a frame does not have its declared columns and types.
    """
    found = [_table(name, frames, tables[name], rules, stage, headers or {}) for name in frames]
    return issues.concat(found)


def _table(
    name: str, frames: Mapping[str, Frame], table: Table, rules: Rules, stage: Stage, headers: Mapping[str, str]
) -> pl.DataFrame:
    derived, checks = _asked(table, stage, rules)
    try:
        frame = _with_derived(frames, name, derived)
        structure(frame, table, stage, rules)
    except pl.exceptions.PolarsError:  # what polars says may quote a value
        what = f"the derived columns {', '.join(one.column for one in derived)} of {name} cannot be computed"
        raise DeclarationError(what, "check their 'value', 'where' and 'empty' in rules.toml") from None
    origin = _Origin(table, stage, headers)
    found = [
        _wrong_rows(frame.lazy(), checks, origin),
        _not_unique(frame.lazy(), table.keys(stage), origin),
    ]
    return rules.rate(issues.concat(found))


def _asked(table: Table, stage: Stage, rules: Rules) -> tuple[Sequence[Derived], Sequence[Check]]:
    """The derived columns and the checks of a table, put together once: they are asked of batch after batch."""
    key = (id(table), stage, id(rules))
    if key not in _ASKED:
        _ASKED[key] = (table, rules, table.derived(stage, rules), table.checks(stage, rules))
    return _ASKED[key][2:]


# Table and rules are kept with what was made of them, so that no other object can have their ids.
_ASKED: dict[tuple[int, Stage, int], tuple[Table, Rules, Sequence[Derived], Sequence[Check]]] = {}


def structure(frame: Frame, table: Table, stage: Stage, rules: Rules) -> None:
    """Raise BrokenLaw unless Pandera finds exactly the declared columns, in order, with their types.

    Pandera is told to validate whatever PANDERA_VALIDATION_ENABLED says. It is shown the columns only: the rows are
    checked by one query, and a shape that was found sound need not be shown again.
    """
    shape = frame.collect_schema()
    if (id(table), stage, id(rules)) in _SOUND and _SOUND[id(table), stage, id(rules)][2] == shape:
        return
    _structure(pl.DataFrame(schema=shape), table, stage, rules)
    _SOUND[id(table), stage, id(rules)] = (table, rules, shape)


# The shapes found sound: batch after batch has the same, and Pandera takes long to say so.
_SOUND: dict[tuple[int, Stage, int], tuple[Table, Rules, pl.Schema]] = {}


def _structure(shown: pl.DataFrame, table: Table, stage: Stage, rules: Rules) -> None:
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrors

    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_ONLY):
            table.pandera(stage, rules).validate(shown, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        said = cases.select(
            pl.concat_str(pl.coalesce("column", "failure_case"), pl.lit(" ("), "check", pl.lit(")"))
        ).to_series()
        what = f"table {table.name} at stage {stage}: {', '.join(said.unique().sort())}"
        raise BrokenLaw(what, "this is a fault of the program, not of the file") from None


# ------------------------------------------------------------------------------------ derived columns


def _with_derived(frames: Mapping[str, Frame], name: str, derived: Sequence[Derived]) -> Frame:
    """The frame with what its rules need of other tables; all null where such a table was not given."""
    if not derived:
        return frames[name]
    together: dict[tuple[str, tuple[str, ...], str], list[Derived]] = {}
    for one in derived:
        together.setdefault((one.source, one.by, one.where), []).append(one)
    given = frames[name]
    made = [
        _summed(given.lazy(), frames.get(source), by, where, several)
        for (source, by, where), several in together.items()
    ]
    order = [one.column for one in derived]
    if isinstance(given, pl.DataFrame):  # only the keys go through the joins, not the whole width of the frame
        return pl.concat([given, pl.concat(pl.collect_all(made), how="horizontal").select(order)], how="horizontal")
    return pl.concat([given, *made], how="horizontal").select(*given.collect_schema().names(), *order)


def _summed(
    frame: pl.LazyFrame, source: Frame | None, by: Sequence[str], where: str, several: Sequence[Derived]
) -> pl.LazyFrame:
    """One column for each of `several`, for every row of `frame` in its order."""
    if source is None:
        return frame.select(pl.repeat(None, pl.len(), dtype=TYPES[one.type]).alias(one.column) for one in several)
    values = [(one, expression(one.value, aggregate=True)) for one in several]
    sums = [value.cast(TYPES[one.type]).alias(one.column) for one, value in values]
    summed = source.lazy().filter(expression(where)).group_by(by).agg(sums)
    return frame.select(by).join(summed, on=by, how="left", maintain_order="left").select(map(_filled, several))


def _filled(one: Derived) -> pl.Expr:
    return pl.coalesce(pl.col(one.column), expression(one.empty).cast(TYPES[one.type])).alias(one.column)


# ------------------------------------------------------------------------------------------- findings


@dataclass(frozen=True)
class _Origin:
    """Where the findings of a table's rows point to."""

    table: Table
    stage: Stage
    headers: Mapping[str, str]

    def place(self) -> list[pl.Expr]:
        """file_sha256, sheet, row: the row's own, or those of the first source row of an edition's row."""
        names = self.table.polars(self.stage)
        if all(name in names for name in _PLACE):
            return [pl.col(name) for name in _PLACE]
        if "source_rows" in names:
            first = pl.col("source_rows").list.first()
            return [first.struct.field(name).alias(name) for name in _PLACE]
        return [pl.lit(None, issues.ISSUE_SCHEMA[name]).alias(name) for name in _PLACE]

    def header(self, name: str) -> pl.Expr:
        """The sender's header of a table's column; for people named in cells it depends on their role."""
        source = self._intake(name)
        if source in self.headers:
            return pl.lit(self.headers[source])
        if "role" not in self.table.polars(self.stage):
            return pl.lit(None, pl.String)
        by_name = name in ("name", "relation", "relative_name")
        keys = {role: role if by_name else f"{role}_{source}" for role in self.table.column("role").values}
        known = {role: self.headers[key] for role, key in keys.items() if key in self.headers}
        return pl.col("role").replace_strict(known, default=None, return_dtype=pl.String)

    def _intake(self, name: str) -> str:
        declared = next((one for one in self.table.columns if one.name == name), None)
        if declared is not None and isinstance(declared.raw, str):
            return declared.raw.removesuffix("_raw")
        return name

    def value(self, fields: Sequence[str]) -> pl.Expr:
        """What the sender wrote: of all `fields`, or of the first alone when any of them is masked."""
        masked = any(one.mask for one in self.table.columns if one.name in fields)
        named = fields[:1] if masked else fields  # the finding is masked as its field, the first, says
        shown = list(dict.fromkeys(one for one in (self._raw(name) for name in named) if one is not None))
        if not shown:
            return pl.lit(None, pl.String)
        joined = pl.concat_str([_text(one, kind) for one, kind in shown], separator=" | ", ignore_nulls=True)
        return joined.replace("", None)

    def _raw(self, name: str) -> tuple[str, pl.DataType] | None:
        """The raw column beside a column, else the column itself; None for a derived one."""
        names = self.table.polars(self.stage)
        for candidate in (f"{self._intake(name)}_raw", f"{name}_raw", name):
            if candidate in names and _showable(names[candidate]):
                return candidate, names[candidate]
        return None


def _showable(kind: pl.DataType) -> bool:
    return not kind.is_nested() or kind == pl.List(pl.String)


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    return pl.col(name).list.join("; ") if kind == pl.List(pl.String) else pl.col(name).cast(pl.String, strict=False)


def _wrong_rows(frame: pl.LazyFrame, checks: Sequence[Check], origin: _Origin) -> pl.DataFrame:
    """One fused query tells which checks any row breaks; what was written is put together for their rows only."""
    if not checks:
        return issues.empty()
    try:
        broken = frame.select(one.wrong.any().alias(str(at)) for at, one in enumerate(checks))
        told = broken.collect(engine="streaming").row(0)
        asked = [_findings(frame, one, origin) for one, wrong in zip(checks, told, strict=True) if wrong]
        return pl.concat([issues.empty(), *pl.collect_all(asked, engine="streaming")])
    except pl.exceptions.PolarsError:
        raise _culprit(frame, checks) from None  # what polars says may quote a value


def _culprit(frame: pl.LazyFrame, checks: Sequence[Check]) -> RecordkitError:
    """The rule whose condition cannot be computed (a cast of something that does not fit …), by trying each."""
    for one in checks:
        try:
            frame.select(one.wrong.any()).collect()
        except pl.exceptions.PolarsError:
            what = f"the condition of rule {one.code} cannot be computed for every row"
            fix = "a condition is true or false: compare texts, or use TRY_CAST, which gives null where CAST stops"
            return DeclarationError(what, fix)
    return BrokenLaw("the checks cannot be computed together, and each alone can")


def _findings(frame: pl.LazyFrame, check: Check, origin: _Origin) -> pl.LazyFrame:
    """ISSUE_SCHEMA rows for the rows that break one check."""
    given = {
        **{one.meta.output_name(): one for one in origin.place()},
        "column": origin.header(check.fields[0]),
        "field": pl.lit(check.fields[0]),
        "code": pl.lit(check.code),
        "value": origin.value(check.fields),
    }
    cells = (given.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in issues.ISSUE_SCHEMA.items())
    return frame.filter(check.wrong).select(cells)


def _not_unique(frame: pl.LazyFrame, key: Sequence[str], origin: _Origin) -> pl.DataFrame:
    """Rows whose key another row has too; nulls are equal, as Pandera has it."""
    if not key:
        return issues.empty()
    repeated = frame.group_by(key).agg(pl.len().alias("times")).filter(pl.col("times") > 1)
    rows = frame.join(repeated, on=list(key), how="semi", nulls_equal=True)
    code = [pl.lit(key[0]).alias("field"), pl.lit(NOT_UNIQUE).alias("code")]
    # with_columns, not select: literals alone would make one row out of none.
    found = rows.with_columns(*origin.place(), *code).select(*_PLACE, "field", "code")
    return issues.conform(found.collect(engine="streaming").sort(_PLACE))
