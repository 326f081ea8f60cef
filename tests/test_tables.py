"""One declaration gives all schemas, and a declaration that contradicts itself is refused."""

from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, issues, tables
from recordkit.errors import BrokenLaw, DeclarationError
from recordkit.table_schema import table_schema
from recordkit.tables import STAGES, Table

TABLES = tables.load([declarations.PACKAGED])
NO_RULES = issues.Rules({})
PROMISED = {
    "cases": "case_id agency agencies stage province division district district_pcode police_station "
    "fir_no fir_year registered_on occurred_from occurred_to status principal_act "
    "principal_section npb_head iccs_code tip_tier submissions first_seen last_changed "
    "source_rows",
    "charges": "case_id act section offence npb_head iccs_code tip_tier is_principal is_modifier",
    "persons": "mention_id case_id person_id role name relation relative_name aliases sex age "
    "date_of_birth cnic passport phone nationality address district origin transit "
    "destination means exploitation victim_status source_rows",
    "identities": "person_id mentions cases agencies provinces",
    "links": "link_id kind left_id right_id match_weight probability decision reasons",
    "services": "case_id mention_id service provider started_on ended_on outcome",
    "returns": "agency period district head count is_total",
    "counts": "period agency province district unit classification code count districts_reporting "
    "districts_expected",
    "sources": "file_sha256 name agency",
    "issues": "file_sha256 sheet row column code severity",
}


@pytest.mark.parametrize("name", PROMISED)
def test_every_column_that_users_rely_on_is_in_the_edition(name: str) -> None:
    assert set(PROMISED[name].split()) <= set(TABLES[name].polars())


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
@pytest.mark.parametrize("stage", STAGES)
def test_the_three_schemas_of_a_table_agree(table: Table, stage: issues.Stage) -> None:
    frame = tables.empty(table, stage)
    if not frame.width:
        return
    frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(table.arrow(stage))
    assert table.arrow(stage).names == frame.columns
    table_schema(table, stage, NO_RULES).validate(frame, lazy=True)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_raw_cell_is_at_least_indirectly_personal(table: Table) -> None:
    assert {column.personal for column in table.columns if column.name.endswith("_raw")} <= {
        "indirect",
        "direct",
    }


def test_the_same_column_is_masked_alike_everywhere() -> None:
    masks = tables.masks(TABLES)
    assert (masks["cnic"], masks["cnic_raw"], masks["name"]) == ("cnic", "cnic", "initials")


def test_conform_adds_orders_and_casts() -> None:
    table = TABLES["charges"]
    frame = tables.conform(
        pl.DataFrame({"section": ["302"], "row": [4], "record_id": ["R1"]}), table, "standardise"
    )
    assert frame.schema == table.polars("standardise")
    assert frame.select("record_id", "row", "section", "act").row(0) == ("R1", 4, "302", None)


def test_conform_refuses_a_column_that_the_table_does_not_have() -> None:
    with pytest.raises(BrokenLaw, match="table charges has no column colour at stage standardise"):
        tables.conform(pl.DataFrame({"colour": [1]}), TABLES["charges"], "standardise")


def test_conform_never_turns_a_value_that_does_not_fit_into_null() -> None:
    with pytest.raises(pl.exceptions.InvalidOperationError):
        tables.conform(pl.DataFrame({"position": ["first"]}), TABLES["charges"], "standardise")


def test_asking_for_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(DeclarationError) as caught:
        TABLES["cases"].column("registred_on")
    assert "registered_on" in caught.value.fix


def overlay(tmp_path: Path, column: str, name: str = "mine.toml", table: str = "mine") -> list[Path]:
    (tmp_path / "tables").mkdir(exist_ok=True)
    text = f'table = "{table}"\nrow = "r"\ndoc = "d"\nkey = ["a"]\n[columns]\na = {{ {column} }}\n'
    (tmp_path / "tables" / name).write_text(text)
    return [declarations.PACKAGED, tmp_path]


GOOD = 'type = "string", stage = "compile", personal = "none", doc = "d"'


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (GOOD + ", requird = true", "unknown key 'columns.a.requird'; did you mean 'required'"),
        (GOOD.replace('"string"', '"strng"'), "unknown type 'strng'; did you mean string"),
        (GOOD.replace('personal = "none", ', ""), "columns.a.personal: Field required"),
        (GOOD.replace('"none"', '"direct"'), "has a mask if and only if"),
        (GOOD + ', pattern = "[0-9]+"', "starts with \\^"),
        (GOOD + ", pattern = '^\\d+$'", r"write \[0-9\]"),
        (GOOD + ", pattern = '^A|B$'", "put alternatives into"),
        (GOOD + ', until = "link"', "gone after link"),
    ],
)
def test_a_column_that_contradicts_itself_is_refused(tmp_path: Path, column: str, said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        tables.load(overlay(tmp_path, column))


def changed(tmp_path: Path, name: str, old: str, new: str) -> list[Path]:
    """An overlay with one packaged file in which something is replaced."""
    text = (declarations.PACKAGED / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return [declarations.PACKAGED, tmp_path]


def test_an_overlay_adds_a_table_and_adds_columns_to_one_of_the_same_file_name(tmp_path: Path) -> None:
    column = 'beat = { type = "string", stage = "compile", personal = "none", doc = "new" }\n'
    dirs = changed(tmp_path, "tables/counts.toml", "[columns]\n", "[columns]\n" + column)
    overlay(tmp_path, GOOD)
    found = tables.load(dirs)
    assert list(found["mine"].polars()) == ["a"]
    assert {*found["counts"].polars()} == {*TABLES["counts"].polars(), "beat"}


def _fixed() -> list[tuple[str, str, str]]:
    """Every column of every packaged file with every key that the program relies on, and the file's own such keys."""
    found = []
    for path in sorted([*declarations.PACKAGED.glob("tables/*.toml"), declarations.PACKAGED / "origin.toml"]):
        name = path.relative_to(declarations.PACKAGED).as_posix()
        data = declarations.load_toml(path)
        found += [(name, column, key) for column in data["columns"] for key in ("", *tables.FIXED_OF_COLUMNS)]
        found += [(name, "", key) for key in tables.FIXED_OF_FILES if name != "origin.toml"]
    return found


def test_no_overlay_changes_what_the_program_relies_on_in_any_column_of_ours() -> None:
    """Type, stage, until and raw of every column, the column itself, and the keys of every table."""
    others = {"type": "bool", "stage": "compile", "until": "standardise", "raw": "other", "table": "x", "origin": True, "key": ("x",)}
    tried = 0
    for name, column, key in _fixed():
        model: type[tables.TableFile] | type[tables.OriginFile] = (
            tables.OriginFile if name == "origin.toml" else tables.TableFile
        )
        first = declarations.read_toml(declarations.PACKAGED / name, model)
        here: object = first.columns[column] if column else first
        other = others.get(key, ("x",))
        if key and getattr(here, key) == other:
            other = {"bool": "date", "compile": "link", "standardise": "link"}.get(str(other), False)
        if not key:
            last = first.model_copy(update={"columns": {k: v for k, v in first.columns.items() if k != column}})
        elif column:
            moved = first.columns[column].model_copy(update={key: other})
            last = first.model_copy(update={"columns": {**first.columns, column: moved}})
        else:
            last = first.model_copy(update={key: other})
        slips = list(tables._other_shape(first, last))
        assert len(slips) == 1, (name, column, key)
        assert (f"columns.{column}" if column else key) in slips[0]
        tried += 1
    assert tried > 500


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name           = { type = "string"', 'name           = { type = "int64"'),
        ('name           = { type', 'other          = { type'),
        ("origin = true", "origin = false"),
        ('name           = { type = "string"', 'name           = { until = "standardise", type = "string"'),
    ],
)  # fmt: skip
def test_an_overlay_that_does_is_told_the_file_the_column_why_and_what_to_do(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(DeclarationError, match=r"persons\.toml: (columns\.name|origin)") as told:
        tables.load(changed(tmp_path, "tables/persons.toml", old, new))
    assert "copy them from our file" in told.value.fix
    assert told.value.exit_code == 2


def test_one_table_in_two_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="table 'counts' is declared twice"):
        tables.load(overlay(tmp_path, GOOD, "mine.toml", "counts"))


def test_a_key_that_is_no_column_names_the_nearest(tmp_path: Path) -> None:
    dirs = overlay(tmp_path, GOOD)
    path = tmp_path / "tables" / "mine.toml"
    path.write_text(path.read_text().replace('key = ["a"]', 'key = ["aa"]'))
    with pytest.raises(DeclarationError, match="the key names 'aa'"):
        tables.load(dirs)
