"""A column of a table is TOML alone: from the sender's cell to the edition, its raw cell, checks, masks and docs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from recordkit import checks, declarations, ingest, reference_docs, standardise, store, tables
from recordkit.cli.app import run
from recordkit.errors import DeclarationError
from recordkit.fields import kinds

PACKAGED = declarations.PACKAGED
FIELDS = """
[case]
vehicle_number = { type = "text" }
bail_date = { type = "date" }
interpreter_needed = { type = "yes_no" }
loss = { type = "money" }
desk_phone = { type = "phones" }
recovered_in = { type = "place" }
accused_literate = { type = "yes_no", role = "accused" }
accused_surrendered_on = { type = "date", role = "accused" }
"""
CASES = """
vehicle_number = { type = "string", stage = "standardise", personal = "direct", mask = "hide", doc = "plate of the vehicle" }
bail_on = { type = "date", stage = "standardise", field = "bail_date", personal = "indirect", raw = true, doc = "day of bail" }
interpreter_needed = { type = "bool", stage = "standardise", personal = "none", raw = true, doc = "in court" }
loss = { type = "float64", stage = "standardise", personal = "none", raw = true, max = 1000000000, doc = "in rupees" }
desk_phone = { type = "string", stage = "standardise", personal = "direct", mask = "phone", raw = true, doc = "of the desk" }
recovered_in = { type = "string", stage = "standardise", merge = "earliest", personal = "indirect", raw = true, doc = "district of the recovery" }
"""
PERSONS = """
literate = { type = "bool", stage = "standardise", personal = "none", raw = true, doc = "can read and write" }
surrendered_on = { type = "date", stage = "standardise", personal = "indirect", doc = "day of surrender" }
"""
ANALYSTS = """
[tables.cases]
keep = ["interpreter_needed", "loss"]
coarsen = ["bail_on"]
drop = [{ columns = ["vehicle_number", "desk_phone", "recovered_in", "bail_on_raw", "interpreter_needed_raw", "loss_raw", "desk_phone_raw", "recovered_in_raw"], why = "a trial" }]
[tables.persons]
keep = ["literate"]
coarsen = ["surrendered_on"]
drop = [{ columns = ["literate_raw"], why = "a trial" }]
"""
HEADERS = {
    "fir_no": "FIR No", "registered_on": "Date", "district": "District", "police_station": "Police Station",
    "sections": "Sections", "accused": "Accused", "vehicle_number": "Gari", "bail_date": "Bail", "interpreter_needed": "Tarjuman",
    "loss": "Nuqsan", "desk_phone": "Desk", "recovered_in": "Baramad", "accused_literate": "Khwanda", "accused_surrendered_on": "Hazir",
}  # fmt: skip
FIRST = ["12/2026", "03-07-2026", "Lahore", "Raiwind", "302 PPC", "1) Aslam Khan 2) Imran Shah", "LEA 1234", "5/7/26", "Haan",
         "Rs. 1.5 lakh", "0300-1234567", "Kasur", "1) yes 2) no", ""]  # fmt: skip
LATER = ["12/2026", "03-07-2026", "Lahore", "Raiwind", "302 PPC", "Aslam Khan", "", "", "perhaps", "two or three", "", "Okara", "", "4/8/26"]


def schemas(home: Path, fields: str = FIELDS, cases: str = CASES) -> Path:
    """A folder of declarations that adds fields and columns to copies of the packaged ones, and a sender."""
    folder = home / "schemas"
    for name in ("tables", "agencies"):
        (folder / name).mkdir(parents=True)
    intake = (PACKAGED / "intake.toml").read_text(encoding="utf-8")
    (folder / "intake.toml").write_text(intake.replace("\n[case]", "\n" + fields.strip(), 1), encoding="utf-8")
    for name, columns in (("cases", cases), ("persons", PERSONS)):
        text = (PACKAGED / "tables" / f"{name}.toml").read_text(encoding="utf-8")
        (folder / "tables" / f"{name}.toml").write_text(text + columns, encoding="utf-8")
    (folder / "analysts.toml").write_text(ANALYSTS, encoding="utf-8")
    columns = "".join(f'  {{ field = "{name}", headers = ["{header}"] }},\n' for name, header in HEADERS.items())
    sender = f'id = "trial"\nname = "Trial Police"\nkind = "police"\nprovince = "Punjab"\n\n[[format]]\nid = "register"\nunit = "case"\ncolumns = [\n{columns}]\n'
    (folder / "agencies" / "trial.toml").write_text(sender, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The overlay, and the store that the command line compiled with it from two months."""
    home = tmp_path_factory.mktemp("columns")
    overlay = schemas(home)
    for month, cells in (("2026-07", FIRST), ("2026-08", LATER)):
        (home / "inbox" / month).mkdir(parents=True)
        lines = [",".join(HEADERS.values()), ",".join(f'"{cell}"' for cell in cells)]
        (home / "inbox" / month / f"trial_{month}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run(["compile", str(home / "inbox"), "--to", str(home / "store"), "--schemas", str(overlay), "-q"]) == 0
    return overlay, home / "store"


def rows(root: Path, table: str) -> list[dict[str, Any]]:
    return store.open_edition(root).scan(table).collect().to_dicts()


def test_new_fields_of_every_kind_flow_from_the_file_to_the_edition_with_their_cells_beside_them(made: tuple[Path, Path]) -> None:
    [case] = rows(made[1], "cases")
    assert case["vehicle_number"] == "LEA 1234"
    assert (case["bail_on"], case["bail_on_raw"]) == (date(2026, 7, 5), "5/7/26")
    assert case["interpreter_needed"] is True  # the later report could not be read: what was known stays
    assert case["loss"] == 150_000.0
    assert case["desk_phone"] == "+923001234567"
    assert (case["recovered_in"], case["recovered_in_raw"]) == ("Kasur", "Kasur")  # merged by the earliest, as declared


def test_a_new_column_of_people_is_that_of_the_person_beside_whom_it_stands(made: tuple[Path, Path]) -> None:
    people = {one["name"]: one for one in rows(made[1], "persons")}
    assert {name: one["literate"] for name, one in people.items()} == {"Aslam Khan": True, "Imran Shah": False}
    assert people["Aslam Khan"]["surrendered_on"] == date(2026, 8, 4)
    assert people["Imran Shah"]["surrendered_on"] is None


def test_what_cannot_be_read_in_a_new_column_is_a_finding_at_its_cell(made: tuple[Path, Path]) -> None:
    found = {(one["field"], one["code"], one["column"]) for one in rows(made[1], "issues")}
    assert {("interpreter_needed", "RK322", "Tarjuman"), ("loss", "RK331", "Nuqsan")} <= found


def test_a_new_column_is_checked_by_its_declaration(made: tuple[Path, Path]) -> None:
    known = ingest.declare([PACKAGED, made[0]])
    keys = dict.fromkeys(standardise.KEYS, "1") | {"row": 1, "part": 0, "period": "2026-07", "loss": "900 crore"}
    typed = standardise.standardise(pl.DataFrame([keys]), standardise.Asked("case", {}, "f.csv"), known)
    frame = tables.conform(typed.frames["cases"], known.tables["cases"], "standardise")
    found = checks.check({"cases": frame}, known.tables, known.rules)
    assert found.filter(field="loss")["code"].to_list() == ["RK519"]


def test_a_new_column_is_masked_by_its_class(made: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    overlay, root = made
    asked = "SELECT vehicle_number, desk_phone, loss FROM cases"
    assert run(["query", str(root), asked, "--format", "csv", "--schemas", str(overlay)]) == 0
    shown = capsys.readouterr().out
    assert "150000" in shown
    assert "LEA" not in shown
    assert "1234567" not in shown


def test_a_new_column_stands_in_the_data_dictionary(made: tuple[Path, Path]) -> None:
    page = reference_docs.pages([PACKAGED, made[0]])["cases.md"]
    assert "`vehicle_number`" in page
    assert "plate of the vehicle" in page


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ('loss2 = { type = "string", stage = "standardise", field = "loss", personal = "none", doc = "x" }', "gives float64"),
        ('bail_on2 = { type = "date", stage = "standardise", field = "bail_dat", personal = "none", doc = "x" }', "did you mean 'bail_date'"),
        ('bail_on2 = { type = "date", stage = "standardise", field = "bail_date.last", personal = "none", doc = "x" }', "date_from, date_to"),
    ],
)
def test_a_column_that_its_field_cannot_fill_is_an_error_before_any_file_is_read(tmp_path: Path, column: str, said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        ingest.declare([PACKAGED, schemas(tmp_path, cases=CASES + column + "\n")])


def test_a_new_column_filled_from_a_masked_field_has_to_be_personal(tmp_path: Path) -> None:
    column = 'tag = { type = "string", stage = "standardise", field = "vehicle_number", personal = "none", doc = "x" }\n'
    with pytest.raises(DeclarationError, match=r"columns\.tag\.personal"):
        ingest.declare([PACKAGED, schemas(tmp_path, cases=CASES + column)])


# --------------------------------------------------------------------------------------- a new kind of value


def shoe_size(values: pl.Series) -> pl.DataFrame:
    """The whole of a new file in fields/: typed columns and the codes of rules."""
    size = values.str.extract("^([0-9]{2})$").cast(pl.Int32)
    codes = pl.select(pl.when(pl.lit(values.is_not_null() & size.is_null())).then(pl.lit(["RK331"])).otherwise(pl.lit([], pl.List(pl.String))))
    return pl.DataFrame({"size": size, "codes": codes.to_series()})


def test_a_new_kind_of_value_is_one_function_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "shoe_size", kinds.Kind({"size": "int32"}, lambda _told: shoe_size, "description"))  # type: ignore[arg-type]
    fields = FIELDS + 'print_size = { type = "shoe_size" }\n'
    columns = 'print_size = { type = "int32", stage = "standardise", personal = "none", raw = true, doc = "of the print" }\n'
    folder = schemas(tmp_path, fields, CASES + columns)
    known = ingest.declare([PACKAGED, folder])
    keys = dict.fromkeys(standardise.KEYS, "1") | {"row": 1, "part": 0, "period": "2026-07"}
    table = pl.DataFrame([keys | {"print_size": size} for size in ("42", "large", None)])
    done = standardise.standardise(table, standardise.Asked("case", {}, "f.csv"), known)
    assert done.frames["cases"].select("print_size", "print_size_raw").rows() == [(42, "42"), (None, "large"), (None, None)]
    assert [(one["field"][0], one["code"][0]) for one in done.findings if one.height] == [("print_size", "RK331")]


@pytest.mark.parametrize("name", [name for name, kind in kinds.KINDS.items() if kind.gives])
def test_every_kind_gives_what_it_says(name: str) -> None:
    known = ingest.declare([PACKAGED])
    kernel = kinds.KINDS[name].read(kinds.Setting(known.reference, vocabulary="sex"))
    made = kernel(pl.Series("value", ["zzq", None], dtype=pl.String))
    assert made.height == 2
    assert made.schema["codes"] == pl.List(pl.String)
    for part, kind in kinds.KINDS[name].gives.items():
        assert made.schema[part] == tables.TYPES[kind] or (made.schema[part], kind) == (pl.Int64, "int32"), part
