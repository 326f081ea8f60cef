"""release.toml: every column has a class, and no overlay lets more leave than the packaged file does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from release_stores import DIRS, TABLES

from in_process import run
from recordkit import declarations, releases, tables
from recordkit.errors import DeclarationError

TABLE = """
title = { en = "x", ur = "x" }
counts = "victim"
dimensions = ["province", "sex"]
width = 11
"""


def overlaid(folder: Path, text: str) -> releases.Policy:
    """The policy under an overlay of this text."""
    (folder / "release.toml").write_text(text, encoding="utf-8")
    return releases.load([*DIRS, folder], TABLES)


def test_every_column_of_every_table_has_a_class_and_none_that_is_not_there() -> None:
    policy = releases.load(DIRS, TABLES)
    declared = {(name, one.name) for name, table in TABLES.items() for one in table.at("compile")}
    assert set(policy.classes) == declared


def test_no_column_that_names_somebody_and_no_cell_as_it_was_written_can_leave() -> None:
    policy = releases.load(DIRS, TABLES)
    for name, table in TABLES.items():
        for one in table.at("compile"):
            if one.personal == "direct" or one.name.endswith("_raw"):
                assert policy.classes[name, one.name] == "identifier", f"{name}.{one.name}"


def test_a_column_without_a_class_stops_the_release_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    shutil.copy(declarations.PACKAGED / "tables" / "cases.toml", tmp_path / "tables")
    with (tmp_path / "tables" / "cases.toml").open("a") as file:
        file.write('judge = { type = "string", stage = "compile", personal = "indirect", doc = "who hears it" }\n')
    done = run("release", tmp_path / "none", "--to", tmp_path / "out", "--schemas", tmp_path)
    assert done.returncode == 2
    assert "cases.judge" in done.stderr
    known = tables.load([*DIRS, tmp_path])
    (tmp_path / "release.toml").write_text('[columns.cases]\nidentifier = ["judge"]\n')
    assert releases.load([*DIRS, tmp_path], known).classes["cases", "judge"] == "identifier"


@pytest.mark.parametrize(
    "text",
    [
        "[minimum]\nvictim = 10", "[minimum]\nchild = 1", "[columns.persons]\nsafe = ['name']",
        "[columns.persons]\nsensitive = ['age']", "[columns.cases]\nsafe = ['status']",
        "[ladders.age]\nof = 'persons.age'\nsteps = [{ name = 'age_band', bands = [0, 1, 2] }]",
        "[dimensions]\nprovince = { levels = ['district'] }",
        f"[tables.victims_by_exploitation]{TABLE}", "[tables.accused_by_sex]\nwidth = 1\ncounts = 'accused'\n"
        "dimensions = ['province', 'year', 'sex', 'head']\ntitle = { en = 'x', ur = 'x' }",
    ],
)  # fmt: skip
def test_an_overlay_that_would_let_more_leave_is_refused_even_when_loosening_is_allowed(tmp_path: Path, text: str) -> None:
    with pytest.raises(DeclarationError, match="more be released"):
        overlaid(tmp_path, text)
    done = run("release", tmp_path / "none", "--to", tmp_path / "out", "--schemas", tmp_path, "--allow-loosening")
    assert done.returncode == 2
    assert "more be released" in done.stderr


def test_a_table_of_an_overlay_has_the_minimum_of_whom_it_is_about(tmp_path: Path) -> None:
    table = TABLE.replace('"province", "sex"', '"province", "year", "age"')
    policy = overlaid(tmp_path, f"[minimum]\nchild = 20\n[tables.mine]\nminimum = 1{table}")
    assert policy.about(policy.tables["mine"]) == "child"
    assert policy.least(policy.tables["mine"]) == 20


def test_no_table_of_an_overlay_is_protected_less_than_ours_about_the_same_people(tmp_path: Path) -> None:
    loose = TABLE.replace("width = 11", 'width = 1\nlargest = 1.0\nrevised = "shown"')
    cases = loose.replace('"victim"', '"case"').replace('"province", "sex"', '"place", "year", "tier"')
    policy = overlaid(tmp_path, f"[tables.mine]{loose}[tables.tiers]{cases}")
    mine, tiers = policy.tables["mine"], policy.tables["tiers"]
    assert (policy.width(mine), policy.largest(mine), policy.holds(mine)) == (11, 0.75, True)
    assert (policy.least(tiers), policy.width(tiers)) == (11, 11), "a case of a trafficking tier is its victim"
    assert policy.width(policy.tables["cases_by_head"]) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[tables.mine]{TABLE}".replace("province", "provinse"), "did you mean 'province'"),
        (f"[dimensions]\ncnic = {{ levels = ['cnic'] }}\n[tables.mine]{TABLE}".replace('"sex"', '"cnic"'), "cannot have the level 'cnic'"),
        (f"[dimensions]\nplain = {{ levels = ['nationality'] }}\n[tables.mine]{TABLE}".replace('"sex"', '"plain"'), "cannot have the level"),
        (f"[tables.mine]{TABLE}".replace('"victim"', '"case"'), "cannot have the level 'sex'"),
        (f"[tables.mine]{TABLE}known = 'district'", "none of its levels"),
        ("[columns.persons]\nidentifier = ['nam']", "no column persons.nam"),
        ("[columns.persons]\nidentifier = ['age']\nsensitive = ['age']", "two classes"),
        ("[columns.persons]\nquasi = { sex = 'sax' }", "did you mean 'sex'"),
    ],
)  # fmt: skip
def test_a_slip_is_named_with_what_was_meant(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DeclarationError) as error:
        overlaid(tmp_path, text)
    assert said in f"{error.value} {error.value.fix}"


def test_tables_that_close_a_ring_are_refused(tmp_path: Path) -> None:
    dimensions = "[dimensions]\nmeans = { levels = ['means'] }\nstatus = { levels = ['victim_status'] }\nreferral = { levels = ['referral'] }\n"
    pairs = [("means", "status"), ("status", "referral"), ("referral", "means")]
    three = [
        f"[tables.t{at}]{TABLE}".replace('"province", "sex"', f'"{one}", "{other}"') for at, (one, other) in enumerate(pairs)
    ]
    overlaid(tmp_path, dimensions + "".join(three[:2]))
    with pytest.raises(DeclarationError, match="in a ring"):
        overlaid(tmp_path, dimensions + "".join(three))
