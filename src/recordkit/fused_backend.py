"""A backend for Pandera: all checks of a table in one polars select, and failure cases that hold no value.

Pandera's own backend runs a query for each check and keeps what failed: cells, for a check of several columns whole
rows as JSON, and examples of them in its messages. This one asks the same check functions for their expressions, and
keeps the numbers of the rows. docs/decisions/pandera-backend.md has the reasons and the figures.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandera.backends.polars.builtin_checks  # noqa: F401  (teaches isin, le … what they are in polars)
import polars as pl
from pandera.api.base.error_handler import ErrorHandler, get_error_category
from pandera.api.checks import Check
from pandera.api.polars.types import PolarsData
from pandera.backends.base import BaseSchemaBackend
from pandera.config import ValidationDepth, get_config_context
from pandera.errors import FailureCaseMetadata, SchemaDefinitionError, SchemaError, SchemaErrors
from pandera.errors import SchemaErrorReason as Reason

from recordkit import details
from recordkit.errors import BrokenLaw, DeclarationError, RecordkitError
from recordkit.plurals import counted
from recordkit.tables import NOT_UNIQUE, REQUIRED

# Pandera's columns and the row of the source beside them. `index` is the place in the frame that was given, from 0;
# `failure_case` is the type that was found instead of the declared one, and null for every failure of a cell.
FAILURE_CASES = pl.Schema(
    {
        "failure_case": pl.String, "schema_context": pl.String, "column": pl.String, "check": pl.String,
        "check_number": pl.Int32, "index": pl.Int32, "row": pl.Int64,
    }
)  # fmt: skip


@dataclass(frozen=True)
class RowCheck:
    """One check of single rows: `wrong` is true, and never null, where the row breaks `code`.

    owner: the schema or the column of it that has the check. number: its place among the owner's checks, or None.
    """

    owner: Any
    column: str
    code: str
    wrong: pl.Expr
    reason: Reason
    number: int | None = None


class FusedBackend(BaseSchemaBackend):
    """Validates a polars DataFrame with a TableSchema."""

    def validate(
        self,
        check_obj: pl.DataFrame,
        schema: Any,
        *,
        head: int | None = None,
        tail: int | None = None,
        sample: int | None = None,
        random_state: int | None = None,
        lazy: bool = False,
        inplace: bool = False,
    ) -> pl.DataFrame:
        """The frame as it was given. Columns and types are always checked, and rows only where these are right.

        lazy: every failure in one SchemaErrors; else the first one as a SchemaError. head, tail, sample: check these
        rows only (a row counts once; `index` stays that of the whole frame). inplace: changes nothing.
        Raises RecordkitError for a LazyFrame, DeclarationError for a condition that cannot be computed, and
        SchemaDefinitionError for a schema that would change or drop rows, or has a check that is no expression.
        """
        if isinstance(check_obj, pl.LazyFrame):
            raise RecordkitError(details.text("lazy_frame_has_no_rows"), details.text("collect_first"))
        if inplace:
            warnings.warn("inplace=True has no effect: a polars frame is not changed", stacklevel=4)
        _refuse_changes(schema)
        errors = list(_wrong_structure(check_obj, schema))
        if not errors and get_config_context().validation_depth != ValidationDepth.SCHEMA_ONLY:
            places = _places(check_obj, head, tail, sample, random_state)
            errors = list(_wrong_rows(check_obj, schema, places))
        if errors and not lazy:
            raise errors[0]
        if errors:
            raise SchemaErrors(schema, errors, check_obj.clear())  # whoever keeps the error keeps no rows
        return check_obj

    def coerce_dtype(self, check_obj: pl.DataFrame, schema: Any = None) -> pl.DataFrame:
        """The frame as it was given: types are made where the sender's cell is at hand, never here."""
        _refuse_changes(schema)
        return check_obj

    def failure_cases_metadata(self, schema_name: str, schema_errors: Sequence[SchemaError]) -> FailureCaseMetadata:
        """What SchemaErrors shows: FAILURE_CASES of all errors, Pandera's summary, and how many there are by reason."""
        handler = ErrorHandler()
        for error in schema_errors:
            handler.collect_error(get_error_category(error.reason_code), error.reason_code, error)
        counts = Counter(error.reason_code.name for error in schema_errors)
        summarised = handler.summarize(schema_name=schema_name)  # type: ignore[no-untyped-call]
        summary = {category: dict(found) for category, found in summarised.items()}
        cases = pl.concat([error.failure_cases for error in schema_errors])
        return FailureCaseMetadata(failure_cases=cases, message=summary, error_counts=dict(counts))


def _refuse_changes(schema: Any) -> None:
    """Raise SchemaDefinitionError for what changes or drops rows: nothing is lost or changed in silence."""
    asked = {
        "coerce": schema.coerce or any(column.coerce for column in schema.columns.values()),
        "drop_invalid_rows": schema.drop_invalid_rows,
        "add_missing_columns": schema.add_missing_columns,
        "parsers": schema.parsers or any(column.parsers for column in schema.columns.values()),
        "strict='filter'": schema.strict == "filter",
        "regex": any(column.regex for column in schema.columns.values()),
    }
    named = [name for name, there in asked.items() if there]
    if named:
        raise SchemaDefinitionError(f"{', '.join(named)}: a schema of recordkit checks rows and does not change them")


# ----------------------------------------------------------------------------------------- structure


def _wrong_structure(frame: pl.DataFrame, schema: Any) -> Iterator[SchemaError]:
    """Columns that are missing, of another type, unknown, or in another order; Pandera's names for each."""
    there = frame.schema
    for name, column in schema.columns.items():
        if name not in there and column.required:
            yield _of_column(schema, name, "column_in_dataframe", Reason.COLUMN_NOT_IN_DATAFRAME, text="is missing")
        elif name in there and column.dtype is not None and there[name] != column.dtype.type:
            found = str(there[name])
            reason = f"has the type {found} instead of {column.dtype}"
            yield _of_column(schema, name, f"dtype('{column.dtype}')", Reason.WRONG_DATATYPE, text=reason, found=found)
    strange = [name for name in there if name not in schema.columns]
    for name in strange if schema.strict else ():
        yield _of_column(schema, name, "column_in_schema", Reason.COLUMN_NOT_IN_SCHEMA, text="is not declared")
    declared = [name for name in schema.columns if name in there]
    known = [name for name in there if name in schema.columns]
    for name, wanted in zip(known, declared, strict=True) if schema.ordered else ():
        if name != wanted:
            reason = f"stands where '{wanted}' should"
            yield _of_column(schema, name, "column_ordered", Reason.COLUMN_NOT_ORDERED, text=reason)
            return  # all that follow are out of their places too


def _of_column(
    schema: Any, name: str, check: str, reason: Reason, *, text: str, found: str | None = None
) -> SchemaError:
    case = {"failure_case": found, "schema_context": type(schema).__name__, "column": name, "check": check}
    cases = pl.DataFrame([case], schema=FAILURE_CASES)
    message = f"table {schema.name}: column '{name}' {text}"
    return _error(schema, message, cases, check=check, reason=reason, column=name)


def _error(
    schema: Any,
    message: str,
    cases: pl.DataFrame,
    *,
    check: str,
    reason: Reason,
    column: str,
    number: int | None = None,
) -> SchemaError:
    """Pandera's error, without the frame: its failure cases are all that it keeps of it."""
    return SchemaError(  # type: ignore[no-untyped-call]
        schema, None, message, cases, check, number, reason_code=reason, column_name=column
    )


# ---------------------------------------------------------------------------------------------- rows


def row_checks(schema: Any) -> list[RowCheck]:
    """Every check of single rows: required values, then the checks of columns, then those of several columns."""
    columns = schema.columns.items()
    required = [
        RowCheck(column, name, REQUIRED, pl.col(name).is_null(), Reason.SERIES_CONTAINS_NULLS)
        for name, column in columns
        if not column.nullable
    ]
    constraints = [
        RowCheck(column, name, _code(check), _wrong(check, name), Reason.DATAFRAME_CHECK, number)
        for name, column in columns
        for number, check in enumerate(column.checks)
    ]
    rules = [
        RowCheck(schema, _about(check, schema), _code(check), _wrong(check, "*"), Reason.DATAFRAME_CHECK, number)
        for number, check in enumerate(schema.checks)
    ]
    return required + constraints + rules


def _code(check: Check) -> str:
    return str(check.error or check.name)


def _about(check: Check, schema: Any) -> str:
    """The column that a check of several points at: the first of its fields."""
    fields = (check.statistics or {}).get("fields") or [schema.name]
    return str(fields[0])


class _Expressions:
    """Stands for a frame: what a check selects of it is handed back as it is."""

    def select(self, right: Any) -> Any:
        return right


def _wrong(check: Check, key: str) -> pl.Expr:
    """Where a check fails, from its own function; null fails only if the check says so (ignore_na=False)."""
    unfit = check.element_wise or check.groupby or check.raise_warning
    try:
        right = None if unfit else check._check_fn(PolarsData(cast(Any, _Expressions()), key), **check._check_kwargs)
    except (AttributeError, TypeError):
        right = None
    if not isinstance(right, pl.Expr):
        what = f"check {_code(check)}: a check of recordkit's schemas is data.lazyframe.select(one expression)"
        raise SchemaDefinitionError(what)
    return right.not_().fill_null(not check.ignore_na)


def _wrong_rows(frame: pl.DataFrame, schema: Any, places: pl.Series | None) -> Iterator[SchemaError]:
    """An error for each check that any row breaks, and one for keys that are there twice; from one select."""
    given = frame if places is None else frame[places]
    checks, key = row_checks(schema), schema.unique or []
    found = _broken(given, schema, checks, key)
    row = _source_row(given)
    for at, one in enumerate(checks):
        if (index := found.get_column(str(at)).item()).len():
            yield _of_rows(schema, one, index, places, row)
    if key and found.get_column("keys").item() < given.height:
        again = given.select(pl.struct(key).is_duplicated().arg_true()).to_series()
        twice = RowCheck(schema, key[0], NOT_UNIQUE, pl.lit(True), Reason.DUPLICATES)
        yield _of_rows(schema, twice, again, places, row)


def _broken(given: pl.DataFrame, schema: Any, checks: Sequence[RowCheck], key: Sequence[str]) -> pl.DataFrame:
    """One row: for each check, under its number, the places of the rows that break it; how many `keys` differ.

    Columns that need not be there and are not are null: nothing is said of them.
    """
    absent = [pl.lit(None, one.dtype.type).alias(name) for name, one in schema.columns.items() if name not in given]
    rows = given.lazy().with_columns(absent).with_columns(one.wrong.alias(f"{at} ") for at, one in enumerate(checks))
    places = [pl.col(f"{at} ").arg_true().implode().alias(str(at)) for at in range(len(checks))]
    keys = pl.struct(key).n_unique() if key else pl.len()
    try:
        return rows.select(*places, keys.alias("keys")).collect()
    except pl.exceptions.PolarsError:
        raise _culprit(given.lazy().with_columns(absent), checks) from None  # what polars says may quote a value


def _culprit(rows: pl.LazyFrame, checks: Sequence[RowCheck]) -> RecordkitError:
    """The rule whose condition cannot be computed (a cast of something that does not fit …), by trying each."""
    for one in checks:
        try:
            rows.select(one.wrong.any()).collect()
        except pl.exceptions.PolarsError:
            what = details.text("condition_not_computed", code=one.code)
            fix = details.text("condition_is_true_or_false")
            return DeclarationError(what, fix)
    return BrokenLaw(details.text("checks_not_together"))


def _places(
    frame: pl.DataFrame, head: int | None, tail: int | None, sample: int | None, seed: int | None
) -> pl.Series | None:
    """The places of the rows to check, in order and each once; None for all. `sample` must not exceed the rows."""
    if head is None and tail is None and sample is None:
        return None
    every = pl.int_range(frame.height, dtype=pl.get_index_type(), eager=True)
    parts = [every.head(head or 0), every.tail(tail or 0), every.sample(sample or 0, seed=seed)]
    return pl.concat(parts).unique().sort()


def _source_row(given: pl.DataFrame) -> pl.Series:
    """Where each row stood in its source; of a row of an edition the first of its source rows; else null."""
    if "row" in given:
        return given.get_column("row").cast(pl.Int64)
    if "source_rows" in given:
        first = pl.col("source_rows").list.first()
        return given.select(first.struct.field("row")).to_series()
    return pl.repeat(None, given.height, dtype=pl.Int64, eager=True)


def _of_rows(schema: Any, one: RowCheck, index: pl.Series, places: pl.Series | None, row: pl.Series) -> SchemaError:
    source = row.gather(index)
    given = {"index": index if places is None else places.gather(index), "row": source}
    reason_texts = {
        "schema_context": type(one.owner).__name__, "column": one.column, "check": one.code, "check_number": one.number,
    }  # fmt: skip
    texts = [pl.lit(value).alias(name) for name, value in reason_texts.items()]
    kinds = FAILURE_CASES.items()
    cases = pl.DataFrame(given).with_columns(pl.lit(None).alias("failure_case"), *texts)
    cases = cases.select(pl.col(name).cast(kind) for name, kind in kinds)
    place = f", the first is row {source.item(0)}" if source.item(0) is not None else ""
    message = f"table {schema.name}: {one.code} in {one.column}, {counted(index.len(), 'row')}{place}"
    return _error(schema, message, cases, check=one.code, reason=one.reason, column=one.column, number=one.number)
