"""A query is one SELECT over the tables of an edition: it reads and writes nothing else, and shows nobody."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from recordkit import ingest, sql, store
from recordkit.cli import searching
from recordkit.cli.app import run
from recordkit.declarations import folders
from recordkit.errors import RecordkitError
from recordkit.ingest import Declarations

NAME, FATHER, CARD = "Zaqiba Zaqibi", "Yuxobu Zaqibi", "35202-1234567-1"
SECRET = ("zaqib", "yuxob", "1234567", NAME[::-1].lower(), "WmFxaWJ")  # the last: base64
OVERLAY = str(Path(__file__).parent / "rules" / "schemas")
ROWS = f"""FIR No,Date,District,Police Station,Sections,Status,Accused,Accused CNIC
123/2026,03-07-2026,Lahore,Raiwind,302 PPC,Under investigation,{NAME} S/O {FATHER},{CARD}
124/2026,04-07-2026,Lahore,Raiwind,379 PPC,Under investigation,{NAME} S/O {FATHER},{CARD}
125/2026,05-07-2026,Lahore,{NAME} 3520212345671,379 PPC,Under investigation,Somebody Else,
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("queries")
    inbox = home / "inbox" / "2026-07"
    inbox.mkdir(parents=True)
    (inbox / "example_2026-07.csv").write_text(ROWS)
    assert run(["compile", str(inbox), "--to", str(home / "store"), "--schemas", OVERLAY, "-q"]) == 0
    return home / "store"


@pytest.fixture(scope="module")
def edition(root: Path) -> store.Edition:
    return store.open_edition(root)


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return ingest.declare(folders([Path(OVERLAY)]))


@pytest.mark.parametrize(
    "asked",
    [
        "SELECT * FROM read_csv('{file}')", "SELECT * FROM read_text('{file}')", "SELECT * FROM read_blob('{file}')",
        "SELECT * FROM read_json('{file}')", "SELECT * FROM sniff_csv('{file}')", "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/*')", "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
        "SELECT * FROM query_table('{file}')", "SELECT (SELECT content FROM read_text('{file}'))",
        "EXPLAIN SELECT * FROM read_csv('{file}')", "SELECT * FROM persons WHERE name IN (SELECT content FROM read_text('{file}'))",
        "SELECT * FROM read_parquet('{store}/editions/*/persons/*.parquet')", "SELECT * FROM parquet_scan('{store}/**/*.parquet')",
        "SELECT * FROM read_text('{store}/ledger/runs.jsonl')", "SELECT * FROM 'https://example.com/a.parquet'",
        "SELECT getenv('HOME')", "SELECT * FROM duckdb_secrets()",
        "COPY persons TO '{out}'", "COPY (SELECT 1) TO '{out}'", "EXPORT DATABASE '{out}'", "IMPORT DATABASE '{folder}'",
        "EXPLAIN COPY persons TO '{out}'", "EXPLAIN ANALYZE COPY persons TO '{out}'", "ATTACH '{out}' AS x", "ATTACH '{out}'",
        "EXPLAIN ANALYZE CREATE TABLE x AS SELECT * FROM persons", "EXPLAIN ANALYZE DROP VIEW persons",
        "/* */ EXPLAIN /* */ ANALYZE DROP VIEW persons", "EXPLAIN (ANALYZE, FORMAT json) DROP VIEW persons",
        "EXPLAIN ANALYZE SELECT 1; SELECT 2", "SELECT 1; COPY persons TO '{out}'", "SELECT 1; SELECT 2", "", "SELECT", "-- x",
        "INSTALL httpfs", "FORCE INSTALL httpfs", "LOAD httpfs", "LOAD '{file}'", "PRAGMA database_list", "CALL pragma_version()",
        "SET enable_external_access = true", "RESET enable_external_access", "SET VARIABLE x = 1",
        "SET lock_configuration = false; SELECT * FROM read_text('{file}')", "USE memory", "BEGIN", "CHECKPOINT",
        "CREATE TABLE x AS SELECT * FROM persons", "CREATE MACRO f() AS 1", "CREATE SECRET s (TYPE s3)", "DROP VIEW persons",
        "DELETE FROM persons", "UPDATE persons SET name = 'x'", "INSERT INTO persons VALUES (1)", "PREPARE x AS SELECT 1",
        "COMMENT ON VIEW persons IS 'x'", "ALTER VIEW persons RENAME TO p", "PIVOT persons ON role USING first(name)",
    ],
)  # fmt: skip
def test_nothing_but_a_select_over_the_tables_is_answered(
    edition: store.Edition, declared: Declarations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    file, out = tmp_path / "in" / "file.csv", tmp_path / "out"
    file.parent.mkdir()
    file.write_text("name\nQuillon\n")
    monkeypatch.chdir(file.parent)
    text = asked.format(file=file, folder=file.parent, out=out, store=edition.path.parents[1])
    for shown in (None, searching._prepared(declared)):
        with pytest.raises(RecordkitError) as caught:
            sql.query(edition, text, declared.tables, shown)
        assert "Quillon" not in str(caught.value)
        assert not any(one in str(caught.value).lower() for one in SECRET)
    assert not out.exists()
    assert [path.name for path in file.parent.iterdir()] == ["file.csv"]


@pytest.mark.parametrize(
    "asked",
    [
        "SELECT * FROM persons", "FROM persons", "TABLE persons", "SELECT COLUMNS(*) FROM persons", "SUMMARIZE persons",
        "SELECT COLUMNS('.*name.*') FROM persons", "SELECT persons FROM persons", "SELECT unnest(persons) FROM persons",
        "SELECT to_json(t) FROM persons t", "SELECT name AS district, cnic AS fir_no FROM persons",
        "SELECT upper(name), reverse(name), name || '' FROM persons", "SELECT unnest(string_split(name, '')) FROM persons",
        "SELECT substr(cnic, 1, 5) || ' ' || substr(cnic, 6) FROM persons", "SELECT string_agg(name, ' ') FROM persons",
        "SELECT list(name), max(name), min(cnic), histogram(name) FROM persons", "SELECT base64(encode(name)) FROM persons",
        "SELECT encode(name) FROM persons", "SELECT struct_pack(a := name), [name], MAP {name: cnic} FROM persons",
        "WITH p AS (SELECT name AS district FROM persons) SELECT * FROM p", "SELECT * FROM query_table('per' || 'sons')",
        "SELECT * FROM query('SELECT * FROM per' || 'sons')", "SELECT * FROM cases", "SELECT * FROM identities",
        "SELECT * FROM persons p JOIN identities i ON p.person_id = i.person_id", "SELECT * FROM issues",
        "SELECT * FROM persons POSITIONAL JOIN identities", "SELECT * FROM charges", "SELECT * FROM sources",
        "SELECT x.name FROM (SELECT * FROM persons) x", "SELECT (SELECT first(name) FROM persons)",
        "UNPIVOT persons ON name INTO NAME k VALUE v", "EXPLAIN ANALYZE SELECT name FROM persons", "SELECT * FROM duckdb_views()",
        "SELECT error(name) FROM persons", "SELECT name::INT FROM persons", "SELECT cnic::DATE FROM persons",
        "SELECT regexp_extract(name, '(') FROM persons", "SELECT strptime(name, '%Y') FROM persons",
    ],
)  # fmt: skip
def test_no_way_to_ask_for_a_person_shows_one(edition: store.Edition, declared: Declarations, asked: str) -> None:
    try:
        rows = sql.query(edition, asked, declared.tables, searching._prepared(declared))
        told = json.dumps(rows.to_dicts(), default=str).lower()
        assert rows.width
    except RecordkitError as error:
        told = str(error).lower()
    assert not any(one.lower() in told for one in SECRET)


@pytest.mark.parametrize(
    "condition",
    [
        f"name = '{NAME}'", "name LIKE '_a%'", "relative_name ILIKE '%yux%'", f"cnic = '{CARD}'", "cnic LIKE '%4567-1'",
        "length(name) > 8", f"hash(name) = hash('{NAME}')", f"md5(cnic) = md5('{CARD}')", f"name > '{NAME[:3]}'",
    ],
)  # fmt: skip
def test_a_condition_does_not_tell_what_is_masked(
    edition: store.Edition, declared: Declarations, condition: str
) -> None:
    asked = f"SELECT count(*) AS n FROM persons WHERE {condition}"
    assert sql.query(edition, asked, declared.tables)["n"].to_list() != [0]
    assert sql.query(edition, asked, declared.tables, searching._prepared(declared))["n"].to_list() == [0]


def test_a_name_in_the_column_of_stations_is_not_shown_and_a_station_is(
    root: Path, edition: store.Edition, declared: Declarations, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "SELECT police_station AS s FROM cases ORDER BY fir_no"
    plain, masked = (
        sql.query(edition, asked, declared.tables, shown)["s"].to_list() for shown in (None, searching._prepared(declared))
    )
    assert NAME in plain[2]
    assert masked == ["Raiwind City", "Raiwind City", "Z. Z. *******"]
    for wanted in ("FIR 125/26", "FIR 125/26 Nowhere"):
        run(["find", str(root), wanted, "--schemas", OVERLAY])
        told = capsys.readouterr()
        assert "Z. Z." in told.out + told.err
        assert not any(one.lower() in (told.out + told.err).lower() for one in SECRET)


def test_order_does_not_tell_what_is_masked(edition: store.Edition, declared: Declarations) -> None:
    shown = searching._prepared(declared)
    ranks = sql.query(edition, "SELECT dense_rank() OVER (ORDER BY name) AS n FROM persons", declared.tables, shown)
    masked = sql.query(edition, "SELECT name FROM persons", declared.tables, shown)
    assert sorted(masked["name"].unique()) == ["S. E.", "Z. Z."]
    assert sorted(ranks["n"].unique()) == [1, 2]


def test_a_table_whose_name_is_put_together_is_not_told_as_empty(
    edition: store.Edition, declared: Declarations
) -> None:
    asked = "SELECT count(*) AS n FROM query_table('per' || 'sons')"
    assert sql.query(edition, asked, declared.tables)["n"].to_list() == [3]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("SELECT c.case_id, d.case_id, 1 AS case_id_1 FROM cases c JOIN cases d USING (case_id)", ["case_id", "case_id_2", "case_id_1"]),
        ("SELECT INTERVAL 1 DAY AS d, [INTERVAL 1 DAY] AS l, {'a': INTERVAL 1 DAY} AS s", ["1 day", "[1 day]", "{'a': 1 day}"]),
        ("SELECT encode('ab') AS b, '101'::BIT AS i, union_value(a := 1) AS u", ["ab", "101", "1"]),
        ("SELECT DATE '9999-12-31' AS d, NULL AS n, TIMESTAMP '2026-07-01 10:00' AS t", ["9999-12-31", "None", "2026-07-01 10:00:00"]),
    ],
)  # fmt: skip
def test_every_kind_of_value_and_names_that_stand_twice_are_shown(
    edition: store.Edition, declared: Declarations, asked: str, told: list[str]
) -> None:
    rows = sql.query(edition, asked, declared.tables)
    assert rows.columns == told or [str(value) for value in rows.row(0)] == told


def test_rows_keep_their_order_when_their_names_are_told_apart(edition: store.Edition, declared: Declarations) -> None:
    rows = sql.query(edition, "SELECT i, i FROM range(5000) t(i) ORDER BY i DESC", declared.tables)
    assert rows["i_1"].to_list() == list(range(4999, -1, -1))


@pytest.mark.parametrize("asked", ["SELECT TIMESTAMP 'infinity' AS t", "SELECT DATE '29000-01-01' AS t"])
def test_a_day_of_no_calendar_is_an_error_that_names_its_column(
    edition: store.Edition, declared: Declarations, asked: str
) -> None:
    with pytest.raises(RecordkitError, match="column t of the result"):
        sql.query(edition, asked, declared.tables)


def test_what_does_not_fit_into_memory_is_spilled_into_no_folder(
    edition: store.Edition, declared: Declarations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sql._ALONE, "memory_limit", "60MB")
    asked = "SELECT count(*) FROM (SELECT DISTINCT i::VARCHAR || repeat('x', 40) FROM range(3000000) t(i))"
    with pytest.raises(RecordkitError, match="OutOfMemory"):
        sql.query(edition, asked, declared.tables)
    assert not list(tmp_path.iterdir())


def test_the_command_masks_in_every_format(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = "SELECT name, encode(name) AS b, p.* FROM persons p JOIN cases c USING (case_id)"
    for form in ("text", "json", "jsonl", "csv"):
        assert run(["query", str(root), asked, "--format", form, "--schemas", OVERLAY, "--show-values"]) == 0
        told = capsys.readouterr()
        assert "Z. Z." in told.out
        assert not any(one.lower() in (told.out + told.err).lower() for one in SECRET)


def test_the_frames_of_the_test_hold_the_person(edition: store.Edition) -> None:
    assert edition.scan("persons").select(pl.col("name")).collect()["name"].to_list().count(NAME) == 2
