"""Entities fit FollowTheMoney's own schema, hang together, are the same under the same key, and name nobody."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from in_process import run
from recordkit import declarations, exports, releases, store, tables

DIRS = declarations.folders()
TABLES = tables.load(DIRS)
FTM = exports.load(DIRS, "ftm", releases.load(DIRS, TABLES))
SCHEMA = json.loads((Path(__file__).parent / "ftm_schema.json").read_text("utf-8"))
KEY = "abcdefghijklmnopqrstuvwxyz012345"
CASES = ["C" + digit * 16 for digit in "12"]
MENTIONS = ["M" + digit * 16 for digit in "1234"]
PEOPLE = ["P" + digit * 16 for digit in "123"]
SECRET = ("Zqname", "Zqfather", "35202-8877665-1", "+923005544332", "ZQ1234567", "Zqroad", "Zqstation", "Zqprovider", "1995-03-02", *CASES, *MENTIONS, *PEOPLE)


def rows(table: str, *given: dict[str, object]) -> pl.DataFrame:
    """Rows of a declared table."""
    schema = TABLES[table].polars("compile")
    return pl.DataFrame({name: [one.get(name) for one in given] for name in schema}, schema=schema)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = {"agency": "punjab_police", "stage": "case", "status": "convicted", "police_station": "Zqstation", "fir_no": "77", "period": "2026-10",
            "registered_on": date(2026, 10, 15), "district": "Lahore", "province": "Punjab", "npb_head": "Others", "first_seen": "2026-10", "last_changed": "2026-11"}  # fmt: skip
    person = {"name": "Zqname", "relative_name": "Zqfather", "cnic": "35202-8877665-1", "phone": "+923005544332", "passport": "ZQ1234567",
              "address": "Zqroad", "date_of_birth": date(1995, 3, 2)}  # fmt: skip
    people = [
        {**person, "case_id": CASES[0], "mention_id": MENTIONS[0], "person_id": PEOPLE[0], "role": "victim", "sex": "female", "nationality": "BGD", "means": "debt_bondage",
         "exploitation": "sexual", "victim_status": "confirmed", "origin": "BGD", "transit": "IND", "destination": "Lahore"},
        {**person, "case_id": CASES[1], "mention_id": MENTIONS[1], "person_id": PEOPLE[0], "role": "accused", "sex": "unknown", "person_status": "arrested"},
        {**person, "case_id": CASES[1], "mention_id": MENTIONS[2], "person_id": PEOPLE[1], "role": "victim", "sex": "transgender", "origin": "Multan", "district": "Lahore"},
        {"mention_id": MENTIONS[3], "person_id": PEOPLE[2], "role": "victim"},  # of a service whose case is not known
    ]  # fmt: skip
    help_ = {"service_id": "S" + "1" * 16, "case_id": CASES[0], "mention_id": MENTIONS[0], "service": "medical", "provider": "Zqprovider",
             "started_on": date(2026, 10, 15), "agency": "shelter"}  # fmt: skip
    made = {"cases": rows("cases", *({**case, "case_id": one} for one in CASES)), "persons": rows("persons", *people), "services": rows("services", help_),
            "charges": rows("charges"),
            "counts": rows("counts", {"period": "2026-10", "agency": "police", "unit": "case", "classification": "npb_head", "count": 1, "districts_reporting": 1})}  # fmt: skip
    root = tmp_path_factory.mktemp("entities") / "store"
    source = store.Input(sha256="a" * 64, name="a.csv", period="2026-10", rows=store.Rows(read=1, accepted=1))
    store.publish(root, made, inputs=[source], schemas_sha256="s")
    return root


@pytest.fixture(scope="module")
def out(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(root, tmp_path_factory.mktemp("out") / "out", KEY)


def exported(root: Path, to: Path, key: str) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECORDKIT_PSEUDONYM_KEY", key)
        done = run("export", root, "--standard", "ftm", "--to", to)
    assert done.returncode == 0, done.stderr
    assert "not a release" in done.stdout
    return to


def read(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "entities.ftm.json").read_text("utf-8").splitlines()]


def of(entities: list[dict], schema: str) -> list[dict]:
    return [one["properties"] | {"id": one["id"]} for one in entities if one["schema"] == schema]


def test_every_property_that_a_schema_requires_or_features_is_mapped_or_has_a_reason() -> None:
    mapped: dict[str, set[str]] = {}
    for one in FTM.fields:
        schema = FTM.rows[one.file].entity
        mapped.setdefault(schema, set()).add(one.name)
        target = SCHEMA[schema]["properties"][one.name]
        assert not one.to or target in SCHEMA[FTM.rows[one.to].entity]["is"], (one.file, one.name)
        assert bool(one.to) == (target in SCHEMA or target in ("Thing", "LegalEntity")), (one.file, one.name)
        assert one.quality == "exact" or one.note, (one.file, one.name)
    assert mapped.keys() == SCHEMA.keys()
    for schema, known in SCHEMA.items():
        assert {*known["required"], *known["featured"]} <= mapped[schema], schema
    assert set(FTM.reasons) == {one.reason for one in FTM.fields if one.reason}


def test_entities_fit_the_schema_have_all_that_it_requires_and_point_to_entities_that_are_there(out: Path) -> None:
    entities = read(out)
    schemas = {one["id"]: one["schema"] for one in entities}
    assert len(schemas) == len(entities), "each id once"
    for one in entities:
        known = SCHEMA[one["schema"]]
        assert set(known["required"]) <= set(one["properties"]) <= set(known["properties"]), one
        for name, values in one["properties"].items():
            assert values, "no empty list"
            assert all(values)
            kind = known["properties"][name]
            if kind[0].isupper():
                assert all(kind in SCHEMA[schemas[value]]["is"] for value in values), (one["schema"], name)
            if kind == "country":
                assert set(values) <= {"pk", "bd", "in"}
    assert {one["schema"] for one in entities} == SCHEMA.keys()
    (dataset,) = {name for one in entities for name in one["datasets"]}
    assert dataset.startswith("recordkit_")
    assert dataset.replace("_", "").isalnum()


def test_a_person_of_two_cases_is_one_entity_with_a_part_in_each(out: Path) -> None:
    entities = read(out)
    people = {one["id"]: one for one in of(entities, "Person")}
    assert len(people) == 3
    parties = [one for one in of(entities, "CourtCaseParty") if one["role"] != ["registered the case"]]
    assert len(parties) == 3, "nobody is a party to an unknown case"
    (both,) = {one["party"][0] for one in parties if one.get("status") == ["arrested"]}
    assert {one["role"][0] for one in parties if one["party"] == [both]} == {"victim", "accused"}
    assert people[both]["gender"] == ["female"], "unknown is no value"
    (trip,) = of(entities, "Trip")
    places = {one["id"]: one for one in of(entities, "Address")}
    assert (places[trip["startLocation"][0]]["country"], places[trip["endLocation"][0]]["city"]) == (["bd"], ["Lahore"])
    assert (trip["involved"], trip["keywords"]) == ([both], ["sexual"])
    (help_,) = of(entities, "Event")
    assert (help_["involved"], help_["startDate"]) == ([both], ["2026-10-12"])
    (lahore,) = [one for one in places.values() if one.get("city") == ["Lahore"]]
    assert lahore["region"] == ["Punjab"], "a place of people and one of cases are one"
    assert {tuple(one["addressEntity"]) for one in of(entities, "CourtCase")} == {(lahore["id"],)}


def test_ids_are_the_same_under_the_same_key_only(root: Path, out: Path, tmp_path: Path) -> None:
    first = (out / "entities.ftm.json").read_bytes()
    assert (exported(root, tmp_path / "again", KEY) / "entities.ftm.json").read_bytes() == first
    other = read(exported(root, tmp_path / "other", KEY[::-1]))
    assert not {one["id"] for one in other} & {one["id"] for one in read(out)}


def test_nothing_that_names_anybody_is_in_any_file_and_the_folder_is_private(out: Path) -> None:
    text = "".join(path.read_text("utf-8") for path in out.iterdir())
    assert not [one for one in SECRET if one in text]
    assert "topics" not in {name for one in read(out) for name in one["properties"]}, "nobody is marked as a criminal"
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    manifest = json.loads((out / "export.json").read_text())
    assert (manifest["standing"], bool(manifest["key"])) == ("restricted", True)
    assert "entities.ftm.json" in manifest["files"]


def test_entities_are_never_a_release(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECORDKIT_PSEUDONYM_KEY", KEY)
    done = run("export", root, "--standard", "ftm", "--to", tmp_path / "out", "--approve", "A", "--second", "B")
    assert done.returncode == 2
    assert not (tmp_path / "out").exists()
