"""Checks typed frames against their declared tables: Pandera validates them, and what it found becomes findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recordkit import details, issues
from recordkit.conditions import expression
from recordkit.errors import BrokenLaw, DeclarationError
from recordkit.issues import Derived, Rules, Stage
from recordkit.tables import NOT_UNIQUE, TYPES, Table

if TYPE_CHECKING:
    from pandera.errors import SchemaError, SchemaErrors

_PLACE = ("file_sha256", "sheet", "row")


def check(
    frames: Mapping[str, pl.DataFrame],
    tables: Mapping[str, Table],
    rules: Rules,
    stage: Stage = "standardise",
    headers: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Findings (ISSUE_SCHEMA, severity filled) about all rows of all `frames`, in the order tables, rules, rows.

    frames: table name -> frame with exactly the table's columns of `stage`; the tables that derived columns are
    summed up from belong among them. headers: intake field -> the sender's header.
    Row-local at the stage standardise. Raises BrokenLaw when a frame does not have its declared columns and types,
    DeclarationError with its code for a rule that cannot be computed, RecordkitError for a LazyFrame.
    """
    return issues.concat(
        [_table(name, frames, tables[name], rules=rules, stage=stage, headers=headers or {}) for name in frames]
    )


def _table(
    name: str,
    frames: Mapping[str, pl.DataFrame],
    table: Table,
    *,
    rules: Rules,
    stage: Stage,
    headers: Mapping[str, str],
) -> pl.DataFrame:
    derived = table.derived(stage, rules)
    try:
        frame = _with_derived(frames, name, derived)
    except pl.exceptions.PolarsError:  # what polars says may quote a value
        named = ", ".join(one.column for one in derived)
        what = details.text("derived_not_computed", columns=named, table=name)
        raise DeclarationError(what, details.text("check_derived")) from None
    failed = validate(frame, table, rules, stage)
    return rules.rate(_findings(frame, failed, _Origin(table, stage, headers), rules))


def validate(frame: pl.DataFrame, table: Table, rules: Rules, stage: Stage) -> Sequence[SchemaError]:
    """What Pandera finds wrong with the rows of a frame, check by check; raises as `check` does.

    Pandera is told to validate all, whatever PANDERA_VALIDATION_ENABLED and PANDERA_VALIDATION_DEPTH say.
    """
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrors

    from recordkit.table_schema import table_schema  # Pandera is slow to import: only where it is used

    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            table_schema(table, stage, rules).validate(frame, lazy=True)
    except SchemaErrors as error:
        _refuse_structure(error, table, stage)
        return list(error.schema_errors)
    return []


def _refuse_structure(error: SchemaErrors, table: Table, stage: Stage) -> None:
    """Raise BrokenLaw if a failure is about a column and not about rows."""
    cases = error.failure_cases.filter(pl.col("index").is_null())
    if cases.height:
        checks = cases.select(pl.format("{} ({})", "column", "check")).to_series().unique().sort()
        what = details.text("table_at_stage", table=table.name, stage=stage, slips=", ".join(checks))
        raise BrokenLaw(what, details.text("fault_of_program")) from None


# ------------------------------------------------------------------------------------ derived columns


def _with_derived(frames: Mapping[str, pl.DataFrame], name: str, derived: Sequence[Derived]) -> pl.DataFrame:
    """The frame with what its rules need of other tables; all null where such a table was not given."""
    given = frames[name]
    if not derived or isinstance(given, pl.LazyFrame):  # which is refused when it is validated
        return given
    together: dict[tuple[str, tuple[str, ...], str], list[Derived]] = {}
    for one in derived:
        together.setdefault((one.source, one.by, one.where), []).append(one)
    made = [
        _summed(given.lazy(), frames.get(source), by, where, of_source)
        for (source, by, where), of_source in together.items()
    ]
    sums = pl.concat(pl.collect_all(made), how="horizontal")  # only keys go through the joins, not the whole width
    return pl.concat([given, sums.select(one.column for one in derived)], how="horizontal")


def _summed(
    frame: pl.LazyFrame, source: pl.DataFrame | None, by: Sequence[str], where: str, derived: Sequence[Derived]
) -> pl.LazyFrame:
    """One column for each of `several`, for every row of `frame` in its order."""
    if source is None:
        return frame.select(pl.repeat(None, pl.len(), dtype=TYPES[one.type]).alias(one.column) for one in derived)
    values = [(one, expression(one.value, aggregate=True)) for one in derived]
    sums = [value.cast(TYPES[one.type]).alias(one.column) for one, value in values]
    summed = source.lazy().filter(expression(where)).group_by(by).agg(sums)
    return frame.select(by).join(summed, on=by, how="left", maintain_order="left").select(map(_filled, derived))


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


def _findings(frame: pl.DataFrame, failed: Sequence[SchemaError], origin: _Origin, rules: Rules) -> pl.DataFrame:
    """ISSUE_SCHEMA rows for the rows that break a check; what was written is put together for these rows only."""
    asked = [_finding(frame.lazy(), one, origin, rules) for one in failed]
    return pl.concat([issues.empty(), *pl.collect_all(asked)])


def _finding(frame: pl.LazyFrame, failed: SchemaError, origin: _Origin, rules: Rules) -> pl.LazyFrame:
    code, column = failed.check, failed.column_name
    named = rules.by_code.get(code)
    fields = (named.fields if named else ()) or (column,)
    twice = code == NOT_UNIQUE  # a key is nothing that the sender wrote
    given = {
        **{one.meta.output_name(): one for one in origin.place()},
        "column": pl.lit(None) if twice else origin.header(column),
        "field": pl.lit(column),
        "code": pl.lit(code),
        "value": pl.lit(None) if twice else origin.value(fields),
    }
    cells = [given.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in issues.ISSUE_SCHEMA.items()]
    rows = frame.select(pl.all().gather(failed.failure_cases.get_column("index")))
    return rows.with_columns(cells).select(list(issues.ISSUE_SCHEMA))  # with_columns: literals alone would be one row
