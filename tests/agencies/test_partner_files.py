"""Files of partners in the layouts of standards compile beside the police's, by declarations alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from in_process import run
from recordkit import store

PARTNERS = Path(__file__).parent / "partners"
POLICE = "FIR No,Date of FIR,District,Police Station,U/S,Name of Accused,Status\n12/2026,03.10.2026,Lahore,Kot Lakhpat,3 PTPA,Dad Karim s/o Zaid,Under investigation\n"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> store.Edition:
    base = tmp_path_factory.mktemp("partners")
    month = base / "inbox" / "2026-10"
    month.mkdir(parents=True)
    (month / "punjab_fir.csv").write_text(POLICE, encoding="utf-8")
    for path in PARTNERS.iterdir():
        shutil.copy(path, month)
    done = run("compile", base / "inbox", "--to", base / "store", "--no-progress")
    assert done.returncode == 0, done.stderr
    return store.open_edition(base / "store")


def of(edition: store.Edition, agency: str) -> pl.DataFrame:
    """The people of an agency with their case."""
    cases = edition.scan("cases").filter(agency=agency)
    people = edition.scan("persons").join(cases, on="case_id", suffix="_of_case")
    return people.sort("enquiry_no", "mention_id").collect()


def test_htcds_victims_are_people_of_enquiries_with_all_that_their_columns_say(edition: store.Edition) -> None:
    first, second, third = of(edition, "htcds").to_dicts()
    assert (first["enquiry_no"], first["stage"], first["name"], first["sex"], first["age"]) == ("HT-2026-0001", "enquiry", "Nasreen Akhtar", "female", 26)
    assert (first["means"], first["exploitation"], first["victim_status"], first["destination"]) == ("debt_bondage;deception", "labour", "confirmed", "Lahore")
    assert (str(second["date_of_birth"]), second["nationality"], second["victim_status"]) == ("2009-01-15", "BGD", "presumed")
    assert (third["exploitation"], third["destination"], third["status"]) == ("begging;labour", "ARE", "consigned")


def test_a_column_for_every_value_is_one_list_of_values(edition: store.Edition) -> None:
    found = {row["enquiry_no"]: (row["sex"], row["nationality"], row["means"], row["exploitation"], row["destination"]) for row in of(edition, "ctdc").to_dicts()}
    assert found == {
        "N-1": ("female", "BGD", "debt_bondage;deception;threat;withholding_documents", "sexual", "PAK"),
        "N-2": ("male", "PAK", "debt_bondage;deception;other;withholding_documents", "labour", "ARE"),
        "N-3": ("female", "PAK", "force;other", "domestic_servitude;labour", "PAK"),
        "N-4": ("transgender", "PAK", "threat", "sexual", "PAK"),
        "N-5": ("male", None, None, "other", "PAK"),
    }


def test_partners_records_are_no_registered_cases_and_every_figure_says_whose_it_is(edition: store.Edition) -> None:
    counts = edition.scan("counts").filter(pl.col("count") > 0).collect()
    assert set(counts["agency"]) == {"punjab"}
    assert edition.scan("cases").filter(stage="case").collect().height == 1
    sources = {row["file_sha256"]: row["agency"] for row in edition.scan("sources").collect().to_dicts()}
    for table in ("cases", "persons"):
        for row in edition.scan(table).collect().to_dicts():
            assert {sources[one["file_sha256"]] for one in row["source_rows"]} <= set(sources.values())
    for agency in ("htcds", "ctdc"):
        (whose,) = {sources[one["file_sha256"]] for row in of(edition, agency).to_dicts() for one in row["source_rows"]}
        assert whose == agency


def test_nobody_misses_a_partner_of_whom_nothing_is_expected(tmp_path: Path) -> None:
    """The summary names senders of whom nothing ever came, and not layouts that no partner uses."""
    month = tmp_path / "inbox" / "2026-10"
    month.mkdir(parents=True)
    (month / "punjab_fir.csv").write_text(POLICE, encoding="utf-8")
    assert run("compile", tmp_path / "inbox", "--to", tmp_path / "store", "--no-progress").returncode == 0
    shown = run("report", tmp_path / "store", "--format", "text").stdout
    assert "Sindh Police" in shown, "never heard of"
    assert "Partners that write" not in shown


def test_rows_of_the_public_synthetic_file_are_no_people(tmp_path: Path) -> None:
    """They have no number, and stand for nobody."""
    rows = (PARTNERS / "ctdc_ngo.csv").read_text("utf-8").splitlines()
    (tmp_path / "ctdc_public.csv").write_text("\n".join(row.partition(",")[2] for row in rows) + "\n", encoding="utf-8")
    told = json.loads(run("validate", tmp_path / "ctdc_public.csv", "--format", "json").stdout)
    (file,) = told["files"]
    assert (file["agency"], file["rows_accepted"], file["rows_quarantined"]) == ("ctdc", 0, 5)
