"""Records leave in the fields of a standard under pseudonyms only: what the analysts' copy leaves out is in no file."""

from __future__ import annotations

import csv
import json
import stat
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "releases"))

import release_stores

from in_process import run
from recordkit import analysts, declarations, exports, releases, store, tables
from recordkit.errors import DeclarationError

DIRS = declarations.folders()
TABLES = tables.load(DIRS)
POLICY = releases.load(DIRS, TABLES)
KEY = "abcdefghijklmnopqrstuvwxyz012345"
HTCDS = exports.load(DIRS, "htcds", POLICY)
with (Path(__file__).parent / "htcds_fields.csv").open(encoding="utf-8") as file:
    FIELDS = {row["field"]: row for row in csv.DictReader(file)}
SECRET = ("Zqname", "Zqfather", "35202-8877665-1", "+923005544332", "ZQ1234567", "Zqroad", "Zqstation", "Zqprovider", "1995-03-02", "C" + "1" * 16)


def rows(table: str, *given: dict[str, object]) -> pl.DataFrame:
    """Rows of a declared table."""
    schema = TABLES[table].polars("compile")
    return pl.DataFrame({name: [one.get(name) for one in given] for name in schema}, schema=schema)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = {"case_id": "C" + "1" * 16, "agency": "police", "stage": "case", "status": "convicted", "police_station": "Zqstation", "fir_no": "77", "period": "2026-10"}
    person = {"case_id": "C" + "1" * 16, "role": "victim", "name": "Zqname", "relative_name": "Zqfather", "cnic": "35202-8877665-1",
              "phone": "+923005544332", "passport": "ZQ1234567", "address": "Zqroad", "date_of_birth": date(1995, 3, 2)}  # fmt: skip
    people = [
        {**person, "mention_id": "M" + "1" * 16, "person_id": "P" + "1" * 16, "sex": "female", "age": 31, "nationality": "BGD", "exploitation": "sexual",
         "means": "debt_bondage", "victim_status": "confirmed", "referral": "shelter", "origin": "BGD", "transit": None, "destination": "Lahore"},
        {**person, "mention_id": "M" + "2" * 16, "person_id": "P" + "2" * 16, "sex": "transgender", "exploitation": "camel_jockey", "means": "odd"},
        {**person, "mention_id": "M" + "3" * 16, "person_id": "P" + "3" * 16, "role": "accused", "sex": "male"},
    ]  # fmt: skip
    help_ = {"service_id": "S" + "1" * 16, "case_id": "C" + "1" * 16, "mention_id": "M" + "1" * 16, "service": "medical", "provider": "Zqprovider",
             "ended_on": date(2026, 10, 15), "agency": "shelter"}  # fmt: skip
    made = {"cases": rows("cases", case), "persons": rows("persons", *people), "services": rows("services", help_), "charges": rows("charges"),
            "counts": rows("counts", {"period": "2026-10", "agency": "police", "unit": "case", "classification": "npb_head", "count": 1, "districts_reporting": 1})}  # fmt: skip
    root = tmp_path_factory.mktemp("records") / "store"
    source = store.Input(sha256="a" * 64, name="a.csv", period="2026-10", rows=store.Rows(read=1, accepted=1))
    store.publish(root, made, inputs=[source], schemas_sha256="s")
    return root


@pytest.fixture
def out(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECORDKIT_PSEUDONYM_KEY", KEY)
    done = run("export", root, "--standard", "htcds", "--to", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "not a release" in done.stdout
    return tmp_path / "out"


def read(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"htcds_{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_field_of_the_standard_is_there_once_and_filled_or_has_a_reason() -> None:
    assert [one.name for one in HTCDS.fields] == list(FIELDS)
    assert all(one.reason or one.source for one in HTCDS.fields)
    assert {one.name for one in HTCDS.fields if one.core} == {name for name, row in FIELDS.items() if row["core"]}
    assert all(one.note for one in HTCDS.fields if one.quality != "exact")
    assert set(HTCDS.reasons) == {one.reason for one in HTCDS.fields if one.reason}


def test_every_value_is_one_of_the_standards(out: Path) -> None:
    for one in HTCDS.fields:
        listed = FIELDS[one.name]["values"].split("|")
        walk = HTCDS.crosswalks.get(one.name) or HTCDS.crosswalks.get(one.source)
        if walk and one.name != "cas_ReferredOrganisation":
            assert {row.to for row in walk.rows} <= set(listed), one.name
    for name in HTCDS.rows:
        for row in read(out, name):
            for field, value in row.items():
                picklist = FIELDS.get(field, {"values": ""})["values"]
                assert not value or not picklist or value in picklist.split("|"), field


def test_victims_alone_are_there_with_what_is_known_of_them(out: Path) -> None:
    first, second = sorted(read(out, "victims"), key=lambda row: row["prs_Gender"])
    assert (first["prs_Gender"], first["prs_Citizenship"], first["vic_TypeOfExploitation"]) == ("Feminine", "BGD", "SexualExploitation")
    assert (first["vic_MethodsOfControl"], first["vic_TraffickingStatus"]) == ("DebtBondage", "ActualVictimOfTrafficking")
    assert (first["vic_AgeWhenTrafficked"], first["cas_Status"]) == ("30", "Closed")
    assert (second["prs_Gender"], second["vic_TypeOfExploitation"], second["vic_TraffickingStatusDecisionMakingOrg"]) == ("NonConforming", "ChildLabour", "")
    events = {row["hte_Type"]: row for row in read(out, "events")}
    assert set(events) == {"Recruitment", "Exploitation"}
    assert (events["Recruitment"]["hte_Country"], events["Recruitment"]["hte_City"]) == ("BGD", "")
    assert (events["Exploitation"]["hte_Country"], events["Exploitation"]["hte_City"]) == ("PAK", "Lahore")
    (help_,) = read(out, "support")
    assert (help_["spl_Type"], help_["spl_ActualEndDate"]) == ("Health", "2026-10-12"), "the Monday of its week"
    assert help_["vic_Id"] == first["vic_Id"] == events["Exploitation"]["vic_Id"]
    assert help_["cas_Id"] == first["cas_Id"]


def test_a_value_without_a_word_is_empty_and_listed(out: Path) -> None:
    listed = {row["item"]: row for row in read(out, "unmapped")}
    assert "persons.means: odd" in listed
    assert listed["prs_FirstName"]["reason_ur"]
    assert {row["vic_MethodsOfControl"] for row in read(out, "victims")} == {"DebtBondage", ""}
    mapped = {row["theirs"] for row in read(out, "mapping")}
    assert {one.name for one in HTCDS.fields if not one.reason} <= mapped


def test_nothing_that_names_or_reaches_anybody_is_in_any_file_and_all_are_private(out: Path, root: Path) -> None:
    text = "".join(path.read_text("utf-8") for path in out.iterdir())
    assert not [one for one in SECRET if one in text]
    manifest = json.loads((out / "export.json").read_text())
    assert (manifest["standing"], bool(manifest["key"])) == ("restricted", True)
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert "htcds" in (root / "ledger" / "runs.jsonl").read_text()


def test_records_need_the_key_of_pseudonyms_and_are_never_a_release(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RECORDKIT_PSEUDONYM_KEY", "RECORDKIT_PSEUDONYM_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert run("export", root, "--standard", "htcds", "--to", tmp_path / "out").returncode == 2
    monkeypatch.setenv("RECORDKIT_PSEUDONYM_KEY", KEY)
    done = run("export", root, "--standard", "htcds", "--to", tmp_path / "out", "--approve", "A", "--second", "B")
    assert done.returncode == 2
    assert "restricted" in done.stderr
    assert not (tmp_path / "out").exists()


def test_no_declaration_gets_more_than_the_analysts_copy_has(tmp_path: Path) -> None:
    own = tmp_path / "exports"
    own.mkdir()
    text = (declarations.PACKAGED / "exports" / "htcds.toml").read_text("utf-8")
    (own / "htcds.toml").write_text(text.replace('{ name = "prs_FirstName", core = true, reason = "identifies" }', '{ name = "prs_FirstName", source = "persons.address" }'), encoding="utf-8")
    standard = exports.load([*DIRS, tmp_path], "htcds", POLICY)
    empty = {name: TABLES[name].polars("compile").to_frame() for name in exports.tables_of(standard)}
    policy = analysts.load(DIRS, TABLES)
    copied = {name: frame.select(one for one, how in policy.tables[name].items() if how.how != "drop") for name, frame in empty.items()}
    with pytest.raises(DeclarationError, match=r"persons\.address"):
        exports.records(copied, ("htcds", standard), "PAK", lambda values, kind: values, "E1")


# ------------------------------------------------------------------------------------------------- released people


CTDC = [  # variables of the global dataset of 2024, in its order
    "yearOfRegistration", "gender", "ageBroad", "citizenship", "CountryOfExploitation", "traffickMonths", "meansDebtBondageEarnings",
    "meansThreats", "meansAbusePsyPhySex", "meansFalsePromises", "meansDrugsAlcohol", "meansDenyBasicNeeds", "meansExcessiveWorkHours",
    "meansWithholdDocuments", "isForcedLabour", "isSexualExploit", "isOtherExploit", "typeOfLabourAgriculture", "typeOfLabourConstruction",
    "typeOfLabourDomesticWork", "typeOfLabourHospitality", "typeOfSexProstitution", "typeOfSexPornography", "recruiterRelationIntimatePartner",
    "recruiterRelationFriend", "recruiterRelationFamily", "recruiterRelationOther",
]  # fmt: skip


def test_victims_in_the_layout_of_ctdc_are_the_released_people_and_nothing_more(tmp_path: Path) -> None:
    root = release_stores.published(tmp_path / "store", release_stores.frames(1, 600))
    out = tmp_path / "out"
    assert run("export", root, "--standard", "ctdc", "--to", out).returncode == 2, "nobody approved it"
    assert run("export", root, "--standard", "ctdc", "--to", out, "--approve", "A").returncode == 2
    done = run("export", root, "--standard", "ctdc", "--to", out, "--approve", "A. Officer", "--second", "B. Officer")
    assert done.returncode == 0, done.stderr
    shown = pl.read_csv(out / "ctdc_victims.csv", infer_schema=False)
    assert shown.columns == CTDC
    people = pl.read_csv(out / "victims.csv", infer_schema=False)
    assert shown.height == people.height
    for theirs, ours, words in (
        ("gender", "sex", {"female": "Woman", "male": "Man"}),
        ("isSexualExploit", "exploitation", {"sexual": "1"}),
        ("isForcedLabour", "exploitation", {"labour": "1", "begging": "1"}),
    ):
        for value, word in words.items():
            known = people.filter(pl.col(ours).is_in([one for one, to in words.items() if to == word])).height
            assert shown.filter(pl.col(theirs) == word).height == known, value
    assert shown.unique().height == shown.group_by(CTDC).len().filter(pl.col("len") >= 11).height
    assert run("release", root, "--check", out).returncode == 0


def test_victims_in_the_layout_of_2017_have_its_columns_and_the_same_figures(tmp_path: Path) -> None:
    with (Path(__file__).parent / "ctdc2017_columns.txt").open(encoding="utf-8") as file:
        columns = file.read().split()
    root = release_stores.published(tmp_path / "store", release_stores.frames(1, 600))
    out = tmp_path / "out"
    done = run("export", root, "--standard", "ctdc2017", "--to", out, "--approve", "A. Officer", "--second", "B. Officer")
    assert done.returncode == 0, done.stderr
    shown = pl.read_csv(out / "ctdc2017_victims.csv", infer_schema=False)
    people = pl.read_csv(out / "victims.csv", infer_schema=False)
    assert shown.columns == columns
    for theirs, ours, words in (("isSexualExploit", "exploitation", ["sexual"]), ("isForcedLabour", "exploitation", ["labour", "begging"]), ("typeOfLabourBegging", "exploitation", ["begging"])):
        assert shown.filter(pl.col(theirs) == "1").height == people.filter(pl.col(ours).is_in(words)).height, theirs
    assert set(shown["majorityStatus"].drop_nulls()) <= {"Minor", "Adult"}
    assert set(shown["gender"].drop_nulls()) <= {"Female", "Male"}
    assert shown.unique().height == shown.group_by(columns).len().filter(pl.col("len") >= 11).height
