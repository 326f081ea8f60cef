"""The public face: what a notebook does with files and with a store; its examples run as they are printed."""

from __future__ import annotations

import doctest
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

import recordkit as rk
from recordkit import api, declarations, issues, tables
from recordkit.cli import app
from recordkit.errors import UnreadableInput

INBOX = Path(__file__).resolve().parents[1] / "sample_data" / "inbox" / "2026-07"
FILES = ("ict_fir_export_202607.tsv", "CRMS_Persons_202607.csv")


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api") / "inbox" / "2026-07"
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).write_bytes((INBOX / name).read_bytes())
    return folder


@pytest.fixture(scope="module")
def store(inbox: Path) -> Path:
    root = inbox.parents[1] / "store"
    done = rk.compile(inbox.parent, to=root, memory="8GB")
    assert done.edition is not None
    assert done.counts["published"] == done.edition.id
    assert done.counts["rows_read"] == sum(done.counts[f"rows_{end}"] for end in ("accepted", "quarantined", "skipped"))
    assert {"name", "code", "message", "fix"} <= set(done.findings.columns)
    assert done.findings.get_column("name").is_in(FILES).all()
    assert done.edition.id in repr(done)
    assert "<table" in done._repr_html_()
    return root


@pytest.fixture(scope="module")
def edition(store: Path) -> rk.Edition:
    return rk.open(store).current


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Any:
    """A run of the command line in this process."""

    def run(*arguments: str | Path) -> SimpleNamespace:
        code = app.run([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return SimpleNamespace(returncode=code, stdout=told.out, stderr=told.err)

    return run


def test_validating_accounts_for_every_row_and_keeps_the_accepted_ones(inbox: Path) -> None:
    result = rk.validate(inbox)
    files = result.files
    assert files.get_column("name").sort().to_list() == sorted(FILES)
    sums = files.select(pl.col("^rows_.*$").sum()).to_dicts()[0]
    assert sums["rows_read"] == sums["rows_accepted"] + sums["rows_quarantined"] + sums["rows_skipped"]
    rows = result.tables["cases"].select("file_sha256", "sheet", "row").unique()
    assert rows.height == sums["rows_accepted"]
    assert result.quarantined.height == sums["rows_quarantined"]
    assert {"message", "fix", "name"} <= set(result.findings.columns)
    assert str(len(FILES)) in repr(result)


def test_the_frame_of_files_has_its_declared_columns(inbox: Path) -> None:
    assert rk.validate(inbox).files.schema == api.FILES


def test_findings_are_masked_unless_values_are_asked_for(inbox: Path) -> None:
    hidden, shown = rk.validate(inbox).findings, rk.validate(inbox, show_values=True).findings
    assert hidden.height == shown.height
    cards = pl.col("value").str.contains(r"\d{5}-\d{7}-\d")
    assert shown.filter(cards).height > 0
    assert hidden.filter(cards).height == 0


def test_a_path_that_does_not_exist_is_an_error_with_the_exit_code_of_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(rk.RecordkitError) as caught:
        rk.validate(tmp_path / "nothing.csv")
    assert caught.value.exit_code == 3


def test_tables_come_as_lazy_frames_and_as_arrow_with_their_description(edition: rk.Edition) -> None:
    assert edition["cases"].select(pl.len()).collect().item() == edition.manifest["tables"]["cases"]["rows"]
    field = edition.arrow("cases").schema.field("fir_no")
    assert field.metadata[b"personal"] == b"indirect"
    assert field.metadata[b"doc"]
    assert edition.arrow("cases").schema.metadata[b"table"] == b"cases"


def test_every_file_of_an_edition_says_what_it_and_its_columns_are(edition: rk.Edition) -> None:
    declared = tables.load(declarations.folders())
    files = [(name, path) for name in edition.tables for path in sorted((edition._edition.path / name).iterdir())]
    assert {name for name, _ in files} >= {"cases", "persons", "counts"}
    for name, path in files:
        schema, table = pq.read_schema(path), declared[name]
        assert schema.metadata[b"doc"].decode() == table.doc
        for column in table.at("compile"):
            notes = {"doc": column.doc, "personal": column.personal, "unit": column.unit, "vocabulary": column.vocabulary}
            assert schema.field(column.name).metadata == {k.encode(): v.encode() for k, v in notes.items() if v}


def test_sql_gives_what_the_table_holds(edition: rk.Edition) -> None:
    counted = edition.sql("SELECT agency, count(*) AS n FROM cases GROUP BY agency ORDER BY agency")
    plain = edition["cases"].group_by("agency").agg(n=pl.len().cast(pl.Int64)).sort("agency").collect()
    assert counted.equals(plain)
    comment = edition.sql("SELECT comment FROM duckdb_columns() WHERE table_name = 'cases' AND column_name = 'fir_no'")
    assert "FIR" in comment.item()


@pytest.mark.parametrize(
    "statement",
    [
        "COPY cases TO '{out}'", "SELECT 1; SELECT 2", "ATTACH '{out}'", "CREATE TABLE t AS SELECT 1",
        "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '{store}/editions/*/persons/*.parquet'",
        "SELECT * FROM read_text('{store}/current'), cases", "INSTALL httpfs", "PRAGMA version; SELECT 1",
        "SELECT * FROM no_such_table",
    ],
)  # fmt: skip
def test_sql_reads_no_file_but_the_tables_it_names_and_writes_none(
    edition: rk.Edition, store: Path, tmp_path: Path, statement: str
) -> None:
    out = tmp_path / "out"
    with pytest.raises(rk.RecordkitError):
        edition.sql(statement.format(out=out, store=store))
    assert not out.exists()


def test_sums_of_whole_numbers_are_whole_numbers_as_far_as_they_fit(edition: rk.Edition) -> None:
    row = edition.sql("SELECT sum(count) AS small, sum(count) * 10000000000000000000 AS large, 1.5 AS half FROM counts")
    assert row.schema["small"] == pl.Int64
    assert row["large"].item() == row["small"].item() * 10**19
    assert float(row["half"].item()) == 1.5


def test_an_error_of_a_query_quotes_no_cell(edition: rk.Edition) -> None:
    with pytest.raises(rk.RecordkitError) as caught:
        edition.sql("SELECT name::INTEGER FROM persons WHERE name IS NOT NULL")
    names = edition["persons"].select("name").drop_nulls().collect().get_column("name").to_list()
    assert not any(name in caught.value.what for name in names)


def test_a_case_is_found_by_its_number_with_and_without_its_station(edition: rk.Edition) -> None:
    case = edition["cases"].filter(pl.col("fir_no").is_not_null() & pl.col("police_station").is_not_null())
    one = case.head(1).collect().to_dicts()[0]
    short = f"{one['fir_no']}/{one['fir_year'] % 100}"
    for asked in (f"FIR {short} {one['police_station']}", f"fir no. {short} PS {one['police_station'].upper()}"):
        assert one["case_id"] in edition.find(asked).get_column("id").to_list(), asked
    assert one["case_id"] in edition.find(f"FIR {short}").get_column("id").to_list()
    assert edition.find(one["case_id"]).get_column("id").to_list() == [one["case_id"]]


def test_people_are_found_by_card_and_by_another_spelling_of_their_name(edition: rk.Edition) -> None:
    people = edition["persons"].filter(pl.col("cnic").is_not_null()).head(1).collect().to_dicts()[0]
    assert people["mention_id"] in edition.find(people["cnic"]).get_column("id").to_list()
    assert people["mention_id"] in edition.find(people["cnic"].replace("-", "")).get_column("id").to_list()
    assert people["mention_id"] in edition.find(people["name"].upper()).get_column("id").to_list()


def test_a_file_is_found_by_its_name_and_its_sum(edition: rk.Edition) -> None:
    found = edition.find(FILES[0])
    assert found.get_column("kind").to_list() == ["file"]
    assert edition.find(found.get_column("id").item()[:12]).equals(found)


def test_what_is_not_there_is_an_error_that_names_the_nearest_and_never_a_person(edition: rk.Edition) -> None:
    one = edition["cases"].filter(pl.col("fir_no").is_not_null()).head(1).collect().to_dicts()[0]
    with pytest.raises(rk.RecordkitError) as caught:
        edition.find(f"FIR {one['fir_no']}/{one['fir_year']} Nowhere")
    assert one["police_station"] in caught.value.fix
    with pytest.raises(rk.RecordkitError) as caught:
        edition.find("Qqzzx Wwvvk")
    assert "Qqzzx" not in caught.value.what + caught.value.fix
    with pytest.raises(rk.RecordkitError) as caught:
        edition.find("CRMS_Person_202607.csv")
    assert "CRMS_Persons_202607.csv" in caught.value.fix


def test_a_record_and_a_figure_lead_back_to_cells(edition: rk.Edition) -> None:
    case = edition["cases"].head(1).collect().get_column("case_id").item()
    assert edition.trace(case).get_column("row").null_count() == 0
    assert edition.trace(unit="case", classification="npb_head", code="Murder").height > 0


def test_a_link_is_explained_and_the_report_has_figures(edition: rk.Edition) -> None:
    link = edition["links"].head(1).collect().get_column("link_id").item()
    assert edition.explain(link)["link_id"] == link
    assert edition.report() is not None


def test_reading_an_edition_is_written_into_the_ledger(store: Path) -> None:
    rk.open(store).edition()
    last = json.loads((store / "ledger" / "runs.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert "api" in json.dumps(last)


def test_the_schema_of_a_table_is_panderas_and_an_unknown_one_names_the_nearest(edition: rk.Edition) -> None:
    assert list(rk.schema("cases").columns)[:1] == ["case_id"]
    with pytest.raises(rk.RecordkitError) as caught:
        rk.schema("person")
    assert "persons" in caught.value.fix


def test_a_notebook_validates_the_tables_of_an_edition_with_their_own_schemas(edition: rk.Edition) -> None:
    from pandera.errors import SchemaErrors

    rejecting = {rule.code for rule in issues.catalogue([declarations.PACKAGED]).by_code.values() if rule.severity == "reject"}
    said: set[str] = set()
    for name in edition.tables:
        try:
            rk.schema(name).validate(edition[name].collect(), lazy=True)
        except SchemaErrors as error:
            said |= set(error.failure_cases["check"])
    assert not said & rejecting


def test_every_public_name_is_there_and_loads_nothing_before_it_is_used() -> None:
    assert all(getattr(rk, name) is not None for name in rk.__all__)
    script = "import recordkit, sys; recordkit.__version__; print('polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_find_and_query_mask_people_in_a_pipe_whatever_is_asked(
    store: Path, edition: rk.Edition, command: Any
) -> None:
    person = edition["persons"].filter(pl.col("cnic").is_not_null() & pl.col("name").is_not_null()).head(1)
    one = person.collect().to_dicts()[0]
    told = command("find", store, one["cnic"], "--show-values", "--format", "json")
    assert told.returncode == 0, told.stderr
    assert one["name"] not in told.stdout
    sql = f"SELECT name AS n, cnic || '' AS c, name_raw FROM persons WHERE mention_id = '{one['mention_id']}'"
    told = command("query", store, sql, "--show-values", "--format", "csv")
    assert told.returncode == 0, told.stderr
    assert one["name"] not in told.stdout
    assert one["cnic"] not in told.stdout
    assert one["cnic"][:5] in told.stdout


def test_rules_are_listed_and_searched(command: Any) -> None:
    listed = json.loads(command("rules", "--format", "json").stdout)
    assert {"RK304", "RK501"} <= {rule["code"] for rule in listed}
    found = json.loads(command("rules", "--search", "cnic digits", "--format", "json").stdout)
    assert "RK305" in {rule["code"] for rule in found}
    assert command("rules", "--search", "zzzzz").returncode == 2


def test_the_examples_of_the_public_face_run_as_they_are_printed(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(store.parent)
    names = {name: getattr(rk, name) for name in rk.__all__}
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("recordkit.api")]
    run = [doctest.testmod(one, extraglobs=names, optionflags=doctest.ELLIPSIS) for one in modules]
    assert (sum(one.failed for one in run), sum(one.attempted for one in run) >= 15) == (0, True)


def test_every_public_function_has_an_example_that_runs() -> None:
    for one in (rk.validate, rk.open, rk.compile, rk.dedupe, rk.schema, rk.Edition, rk.Store):
        assert ">>> " in (one.__doc__ or ""), one.__name__


PEOPLE = pl.DataFrame(
    {
        "Name": ["Muhammad Aslam", "M. Aslam", "Shazia Bibi", "Na-maloom", None, "Shazia\nBibi"],
        "Father Name": ["Ghulam Rasool", "Ghulam Rasul", "Nazir Hussain", None, None, None],
        "CNIC": ["35202-1234567-1", "35202-1234567-1", None, None, None, None],
        "seen": [1, 2, 3, 4, 5, 6],
        "tags": [["a"], [], None, ["b", "c"], [], []],
    }
)


def test_dedupe_of_a_frame_gives_every_row_back_in_its_order_with_its_entity() -> None:
    done = rk.dedupe(PEOPLE)
    assert done.entities.drop("record_id", "entity_id").equals(PEOPLE)
    assert done.entities.columns[:2] == ["record_id", "entity_id"]
    assert done.entities.null_count().select("record_id", "entity_id").row(0) == (0, 0)
    who = done.entities.get_column("entity_id").to_list()
    assert who[0] == who[1]
    assert len({who[0], *who[2:5]}) == 4  # unknown people are nobody else
    assert set(done.links["left_id"]) | set(done.links["right_id"]) <= set(done.entities["record_id"])
    assert any("Father Name" in note for note in done.notes)
    again = rk.dedupe(PEOPLE.to_arrow(), model=done.model)
    assert again.entities.get_column("entity_id").to_list() == who
    assert "<table" in done._repr_html_()


def test_dedupe_of_a_frame_and_of_its_file_join_the_same_rows(tmp_path: Path, command: Any) -> None:
    plain = PEOPLE.drop("tags")
    plain.write_csv(tmp_path / "people.csv")
    assert command("dedupe", tmp_path / "people.csv", "-o", tmp_path / "out.parquet").returncode == 0
    of_file = pl.read_parquet(tmp_path / "out.parquet").get_column("entity_id").to_list()
    of_frame = rk.dedupe(plain).entities.get_column("entity_id").to_list()
    assert [of_file.index(one) for one in of_file][:3] == [of_frame.index(one) for one in of_frame][:3]
    assert rk.dedupe(tmp_path / "people.csv").entities.get_column("entity_id").to_list() == of_file


def test_dedupe_names_the_nearest_declaration_and_refuses_a_frame_without_names() -> None:
    with pytest.raises(rk.DeclarationError) as caught:
        rk.dedupe(PEOPLE, "englsh")
    assert "english" in caught.value.fix
    with pytest.raises(UnreadableInput):
        rk.dedupe(pl.DataFrame({"colour": ["red"], "weight": [1]}))


def test_memory_is_a_limit_that_is_understood(inbox: Path, tmp_path: Path) -> None:
    from recordkit.readers import machine_memory

    whole = machine_memory.available()
    with machine_memory.limited("512MB"):
        assert machine_memory.available() == 512 << 20
    with machine_memory.limited("1.5 GiB"), machine_memory.limited(None):
        assert machine_memory.available() == 3 << 29
    assert machine_memory.available() == whole
    with pytest.raises(rk.RecordkitError) as caught:
        rk.compile(inbox, to=tmp_path / "store", memory="much")
    assert "8GB" in caught.value.fix


def test_validate_as_json_has_the_totals_of_every_file(inbox: Path, command: Any) -> None:
    told = json.loads(command("validate", inbox, "--format", "json").stdout)
    result = rk.validate(inbox)
    ours = [{name: value for name, value in one.items() if name != "findings"} for one in told["files"]]
    assert sorted(ours, key=lambda one: one["name"]) == result.files.sort("name").to_dicts()
    for one in told["files"]:
        mine = result.findings.filter(pl.col("file_sha256") == one["file_sha256"]).get_column("severity").to_list()
        assert one["findings"] == {kind: mine.count(kind) for kind in ("reject", "flag", "note")}


def test_numbers_stand_with_the_right_form_of_their_word(inbox: Path, command: Any) -> None:
    said = command("validate", inbox / FILES[0]).stderr
    assert re.match(r"1 file, \d+ rows read = ", said)


def test_a_store_and_an_edition_are_shown_in_a_notebook(store: Path, edition: rk.Edition) -> None:
    assert edition.id in rk.open(store)._repr_html_()
    assert "<table" in edition._repr_html_()
    assert "1 edition>" in repr(rk.open(store))
