"""Pandera validates: our backend finds what Pandera's own finds, and keeps no value of any row."""

import json
import pickle
from typing import Any

import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pandera.api.parsers import Parser
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaDefinitionError, SchemaError, SchemaErrors

import recordkit as rk
from recordkit import issues, tables
from recordkit.errors import DeclarationError, RecordkitError
from recordkit.issues import Stage
from recordkit.table_schema import build, table_schema
from recordkit.tables import NOT_ALLOWED, NOT_UNIQUE, REQUIRED, Column, Table
from table_frames import RULES, TABLES, frames
from tried import examples

SECRET = "Secret Name"
ROW_STAGE = [name for name, table in TABLES.items() if table.record_key]


# ------------------------------------------------------------------ the oracle: Pandera's own backend


def _checks_of(column: Column) -> list[pa.Check]:
    found = []
    if column.values:
        found.append(pa.Check.isin(list(column.values), error=NOT_ALLOWED))
    if column.pattern:
        found.append(pa.Check.str_matches(column.pattern, error=NOT_ALLOWED))
    if column.min is not None:
        found.append(pa.Check(lambda data: data.lazyframe.select(pl.col(data.key) >= column.min), error=NOT_ALLOWED))
    if column.max is not None:
        found.append(pa.Check(lambda data: data.lazyframe.select(pl.col(data.key) <= column.max), error=NOT_ALLOWED))
    elif column.type == "float64":
        found.append(pa.Check(lambda data: data.lazyframe.select(~pl.col(data.key).is_nan()), error=NOT_ALLOWED))
    return found


def _rule(rule: issues.Rule) -> pa.Check:
    right = pl.sql_expr(rule.condition).fill_null(False).not_()
    return pa.Check(lambda data: data.lazyframe.select(right), error=rule.code)


def native(table: Table, stage: Stage) -> pa.DataFrameSchema:
    """The same declarations for Pandera as it comes."""
    columns = {one.name: pa.Column(one.dtype, _checks_of(one), nullable=not one.required) for one in table.at(stage)}
    columns |= {one.column: pa.Column(tables.TYPES[one.type], nullable=True) for one in table.derived(stage, RULES)}
    rules = [_rule(rule) for rule in RULES.cross_field(table.name, stage)]
    key = list(table.keys(stage)) or None
    return pa.DataFrameSchema(columns, rules, unique=key, strict=True, ordered=True, name=table.name)


def failures(schema: pa.DataFrameSchema, frame: pl.DataFrame, **how: Any) -> pl.DataFrame:
    """The failure cases; none if there are no failures."""
    try:
        schema.validate(frame, lazy=True, **how)
    except SchemaErrors as error:
        return error.failure_cases
    return pl.DataFrame(schema=["column", "check", "index", "row"])


def _told(cases: pl.DataFrame, table: str) -> list[tuple[int, str, str | None]]:
    """index, code and column; of what Pandera finds in several columns at once, without the column."""
    names = {"not_nullable": REQUIRED, "multiple_fields_uniqueness": NOT_UNIQUE}
    several = {rule.code for rule in RULES.by_code.values() if rule.level == "cross-field"} | {NOT_UNIQUE}
    told = [(index, names.get(check, check), column) for index, check, column in cases["index", "check", "column"].rows()]
    return sorted((index, code, "" if code in several else column) for index, code, column in told)


@pytest.mark.parametrize(
    ("name", "stage"),
    [*((name, "standardise") for name in ROW_STAGE), *((name, "compile") for name in ("cases", "persons", "links", "counts"))],
)
@examples(25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_our_backend_finds_what_panderas_own_finds(data: st.DataObject, name: str, stage: Stage) -> None:
    table = TABLES[name]
    frame = data.draw(frames(table, stage, table.derived(stage, RULES)))
    ours = failures(table_schema(table, stage, RULES), frame)
    assert _told(ours, name) == _told(failures(native(table, stage), frame), name)
    if "row" in frame.columns or "source_rows" in frame.columns:  # which hold the place in the frame
        assert ours["row"].to_list() == ours["index"].to_list()


BROKEN = {
    "missing": lambda frame: frame.drop("district"),
    "unknown": lambda frame: frame.with_columns(colour=pl.lit("red")),
    "wrong type": lambda frame: frame.with_columns(pl.col("record_id").cast(pl.Int64)),
    "wrong order": lambda frame: frame.select(*reversed(frame.columns)),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_frame_of_another_shape_fails_by_the_same_check_as_with_pandera(broken: Any) -> None:
    frame = broken(tables.empty(TABLES["returns"], "standardise"))
    theirs = failures(native(TABLES["returns"], "standardise"), frame)
    ours = failures(table_schema(TABLES["returns"], "standardise", RULES), frame)
    assert theirs["check"].to_list() == ours["check"].to_list()
    assert ours["index"].is_null().all()


def test_every_column_that_is_missing_or_unknown_is_named_at_once() -> None:
    frame = tables.empty(TABLES["returns"], "standardise").drop("district", "head").with_columns(a=1, b=2)
    found = failures(table_schema(TABLES["returns"], "standardise", RULES), frame)
    assert found["column"].to_list() == ["district", "head", "a", "b"]


# -------------------------------------------------------------------------------------------- no value


def _wrong_everywhere(name: str, stage: Stage = "standardise") -> pl.DataFrame:
    """Two rows with one key, and a secret in every cell that holds text."""
    schema = TABLES[name].polars(stage)
    texts = {column: [SECRET] * 2 for column, kind in schema.items() if kind == pl.String}
    return tables.conform(pl.DataFrame(texts | {"row": [7, 8]}), TABLES[name], stage)


@pytest.mark.parametrize("name", ROW_STAGE)
@pytest.mark.filterwarnings("ignore:Pickling")
def test_no_error_holds_a_value_of_a_row(name: str) -> None:
    schema, frame = table_schema(TABLES[name], "standardise", RULES), _wrong_everywhere(name)
    with pytest.raises(SchemaErrors) as all_of_them:
        schema.validate(frame, lazy=True)
    with pytest.raises(SchemaError) as first:
        schema.validate(frame)
    for error in (all_of_them.value, first.value, *all_of_them.value.schema_errors):
        kept = [str(error), repr(error), str(vars(error)), pickle.dumps(error).decode("latin-1")]
        assert not [text for text in kept if SECRET in text]
    assert all_of_them.value.failure_cases["failure_case"].is_null().all()
    assert all_of_them.value.data.is_empty()


def test_neither_does_one_about_a_column_of_another_type() -> None:
    frame = _wrong_everywhere("returns").with_columns(count=pl.lit(SECRET))
    with pytest.raises(SchemaErrors) as caught:
        table_schema(TABLES["returns"], "standardise", RULES).validate(frame, lazy=True)
    assert SECRET not in str(caught.value) + str(caught.value.failure_cases.rows())
    assert caught.value.failure_cases.select("column", "failure_case").rows() == [("count", "String")]


# -------------------------------------------------------------------------------------- as in Pandera


def _returns(counts: list[int | None]) -> pl.DataFrame:
    """Statistical returns that are right but for their counts (below 0 is wrong)."""
    table, height = TABLES["returns"], len(counts)
    fits: dict[str, Any] = {"string": "x", "bool": False, "int32": 0, "int64": 0}
    needed = [one for one in table.at("standardise") if one.required]
    columns: dict[str, Any] = {one.name: [(one.values or (fits[one.type],))[0]] * height for one in needed}
    columns |= {"count": counts, "row": list(range(10, 10 + height)), "record_id": [f"R{at}" for at in range(height)]}
    return tables.conform(pl.DataFrame(columns, schema_overrides={"count": pl.Int64}), table, "standardise")


def _own() -> Any:
    """A schema of our own, which a test may change."""
    return build(TABLES["returns"], "standardise", RULES)


def test_a_right_frame_is_handed_back_as_it_is() -> None:
    frame = _returns([1, 2])
    assert _own().validate(frame) is frame
    assert _own()(frame, lazy=True) is frame
    assert _own().coerce_dtype(frame) is frame


def test_without_lazy_the_first_failure_is_raised_alone() -> None:
    with pytest.raises(SchemaError) as caught:
        _own().validate(_returns([1, -1, -2]))
    error = caught.value
    assert (error.check, error.column_name) == (NOT_ALLOWED, "count")
    assert error.failure_cases.select("index", "row").rows() == [(1, 11), (2, 12)]
    assert str(error) == "table returns: RK519 in count, 2 rows, the first is row 11"


@pytest.mark.parametrize(
    ("how", "index"), [({"head": 2}, [0]), ({"tail": 2}, [4]), ({"head": 1, "tail": 1}, [0, 4]), ({"head": 9}, [0, 2, 4]), ({"head": 0}, [])]
)  # fmt: skip
def test_some_rows_are_checked_under_their_places_in_the_whole_frame(how: dict[str, int], index: list[int]) -> None:
    found = failures(_own(), _returns([-1, 1, -1, 1, -1]), **how)
    assert found["index"].to_list() == index
    assert found["row"].to_list() == [10 + at for at in index]


def test_a_sample_is_the_same_for_the_same_seed_and_a_row_counts_once() -> None:
    frame = _returns([-1] * 50)
    first, again = (failures(_own(), frame, sample=5, random_state=3)["index"].to_list() for _ in range(2))
    assert first == again == sorted(set(first))
    assert len(first) == 5
    assert failures(_own(), frame, sample=50, head=50, tail=50)["index"].len() == 50


def test_inplace_is_answered_as_pandera_answers_it() -> None:
    with pytest.warns(UserWarning, match="inplace"):
        _own().validate(_returns([1]), inplace=True)


def test_a_lazy_frame_is_refused_where_pandera_would_let_its_rows_pass() -> None:
    frame = _returns([-1]).lazy()
    native(TABLES["returns"], "standardise").validate(frame, lazy=True)  # the trap
    with pytest.raises(RecordkitError, match="LazyFrame") as caught:
        _own().validate(frame, lazy=True)
    assert "collect()" in caught.value.fix


def test_the_depth_of_pandera_is_respected() -> None:
    with config_context(validation_depth=ValidationDepth.SCHEMA_ONLY):
        assert failures(_own(), _returns([-1])).is_empty()
        assert failures(_own(), _returns([-1]).drop("head")).height == 1


def test_columns_of_other_tables_need_not_be_there_and_then_nothing_is_said_of_them() -> None:
    frame = tables.empty(TABLES["cases"], "standardise")
    schema = table_schema(TABLES["cases"], "standardise", RULES)
    assert set(schema.columns) - set(frame.columns) == {"charge_count", "offence_count", "crime_count"}
    assert schema.validate(frame, lazy=True) is frame


CHANGES = {
    "coerce": lambda schema: setattr(schema, "coerce", True),
    "coerce of a column": lambda schema: setattr(schema.columns["count"], "coerce", True),
    "drop_invalid_rows": lambda schema: setattr(schema, "drop_invalid_rows", True),
    "add_missing_columns": lambda schema: setattr(schema, "add_missing_columns", True),
    "strict='filter'": lambda schema: setattr(schema, "strict", "filter"),
    "parsers": lambda schema: setattr(schema, "parsers", [Parser(lambda frame: frame)]),
    "regex": lambda schema: setattr(schema.columns["count"], "regex", True),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_would_change_or_drop_rows_is_refused_by_name(name: str) -> None:
    schema = _own()
    CHANGES[name](schema)
    with pytest.raises(SchemaDefinitionError, match=name.split(" ")[0]):
        schema.validate(_returns([1]), lazy=True)


def test_a_check_of_ones_own_runs_with_ours() -> None:
    mine = pa.Check(lambda data: data.lazyframe.select(pl.col(data.key) < 10), error="small")
    schema = _own().update_column("count", checks=[mine, pa.Check.ne(5)])
    found = failures(schema, _returns([1, 50, 5, None]))
    assert found.select("check", "index").rows() == [("small", 1), ("not_equal_to(5)", 2)]


@pytest.mark.parametrize(
    "check",
    [pa.Check(lambda value: value > 1, element_wise=True), pa.Check(lambda data: True), pa.Check(lambda data: data.lazyframe.collect()), pa.Check.gt(3, raise_warning=True)],
    ids=["element-wise", "a bool", "collects", "a warning"],
)  # fmt: skip
def test_a_check_that_is_no_expression_is_refused_and_not_skipped(check: pa.Check) -> None:
    schema = _own().update_column("count", checks=[check])
    with pytest.raises(SchemaDefinitionError, match="one expression"):
        schema.validate(_returns([1]), lazy=True)


def test_a_condition_that_cannot_be_computed_stops_by_its_code_and_without_a_value() -> None:
    broken = RULES["RK408"].model_copy(update={"condition": "CAST(fir_no AS INTEGER) > 3"})
    schema = build(TABLES["cases"], "standardise", issues.Rules({"RK408": broken}))
    with pytest.raises(DeclarationError, match="RK408") as caught:
        schema.validate(_wrong_everywhere("cases"), lazy=True)
    assert SECRET not in str(caught.value)


# ------------------------------------------------------------------------------------- cost and looks


def test_all_checks_of_a_table_are_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = _wrong_everywhere("persons")[:1]
    schema, asked = table_schema(TABLES["persons"], "standardise", RULES), []
    real = pl.LazyFrame.collect
    monkeypatch.setattr(pl.LazyFrame, "collect", lambda self, *a, **k: (asked.append(1), real(self, *a, **k))[1])
    monkeypatch.setattr("recordkit.fused_backend._of_rows", lambda *_: SchemaError(schema, None, "", pl.DataFrame()))
    with pytest.raises(SchemaError):
        schema.validate(frame)
    assert len(asked) == 1


def test_a_schema_is_built_once_for_the_same_declarations_and_notebooks_get_their_own() -> None:
    assert table_schema(TABLES["cases"], "link", RULES) is table_schema(TABLES["cases"], "link", RULES)
    mine = rk.schema("cases")
    mine.columns.clear()
    assert rk.schema("cases").columns


def test_a_schema_shows_itself_in_a_line_and_its_documentation_in_its_columns() -> None:
    schema = rk.schema("counts")
    assert repr(schema) == f"<TableSchema counts: {len(schema.columns)} columns, {len(schema.checks)} rules>"
    assert schema.columns["districts_reporting"].metadata == {"personal": "none", "unit": "districts"}
    assert schema.columns["districts_reporting"].description.startswith("districts of the agency")


def test_a_schema_is_written_with_its_constraints_and_rules() -> None:
    written = json.loads(rk.schema("cases", stage="standardise").to_json())
    assert written["columns"]["district_pcode"]["str_matches"] == {"value": "^PK[0-9]{3}$", "error": NOT_ALLOWED}
    rule = next(one for one in written["checks"] if one["options"]["error"] == "RK401")
    assert rule["condition"] == RULES["RK401"].condition
    assert rule["fields"] == list(RULES["RK401"].fields)


def test_a_copy_of_a_schema_validates_alike() -> None:
    frame = _returns([-1])
    again = _own().add_columns({}).set_name("other")
    assert failures(again, frame).equals(failures(_own(), frame))
