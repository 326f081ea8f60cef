"""Public tables as SDMX-CSV: every row is there, fits its data structure, and says why it has no value."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from lxml import etree
from release_stores import copied

from in_process import run

NAMES = {"s": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure"}
TABLES = ("victims_by_age_and_sex", "accused_by_sex")


@pytest.fixture(scope="module")
def released(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("sdmx")
    asked = [part for name in TABLES for part in ("--table", name)]
    done = run("release", copied(base, work / "store"), "--to", work / "out", *asked, "--also", "sdmx", "--approve", "A. Officer", "--second", "B. Officer")
    assert done.returncode == 0, done.stderr
    assert not list((work / "out").glob("coverage.sdmx.*")), "what has no counts with a status is no structure"
    return work / "out"


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_one_observation_and_says_why_it_has_no_value(released: Path, name: str) -> None:
    plain = pl.read_csv(released / f"{name}.csv", infer_schema=False)
    found = pl.read_csv(released / f"{name}.sdmx.csv", infer_schema=False)
    assert found.columns[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert set(found["STRUCTURE_ID"]) == {f"RECORDKIT:{name.upper()}(1.0.0)"}
    assert found["OBS_VALUE"].to_list() == plain["count"].to_list()
    assert found["OBS_STATUS"].to_list() == plain["status"].replace({"published": "A", "suppressed": "Q", "no return": "L"}).to_list()
    assert found.filter(pl.col("OBS_STATUS") != "A")["OBS_VALUE"].null_count() == plain.filter(pl.col("status") != "published").height
    dimensions = found.columns[3 : found.columns.index("TIME_PERIOD") + 1]
    assert found.select(dimensions).is_unique().all(), "a key is there once"
    years = found.filter(pl.Series(plain["year"] == "Total"))["TIME_PERIOD"] if "year" in plain.columns else pl.Series([], dtype=pl.String)
    assert all(re.fullmatch(r"[0-9]{4}-[0-9]{2}-01/P[0-9]+M", one) for one in years), "the sum over time is the range of the edition"


@pytest.mark.parametrize("name", TABLES)
def test_the_structure_lists_every_code_of_every_column_in_order(released: Path, name: str) -> None:
    root = etree.parse(str(released / f"{name}.sdmx.xml")).getroot()
    found = pl.read_csv(released / f"{name}.sdmx.csv", infer_schema=False)
    listed = [one.get("id") for one in root.findall(".//s:DimensionList/*", NAMES)]
    listed += [one.get("id") for one in root.findall(".//s:Measure", NAMES)] + [one.get("id") for one in root.findall(".//s:Attribute", NAMES)]
    assert listed == found.columns[3:]
    concepts = {one.get("id") for one in root.findall(".//s:Concept", NAMES)}
    assert concepts == set(listed)
    lists = {one.get("id"): [code.get("id") for code in one.findall("s:Code", NAMES)] for one in root.findall(".//s:Codelist", NAMES)}
    for column in listed:
        if column not in ("TIME_PERIOD", "OBS_VALUE"):
            codes = lists[f"CL_{name.upper()}_{column}"]
            assert len(set(codes)) == len(codes)
            assert all(re.fullmatch("[A-Za-z0-9_@$-]+", code) for code in codes)
            assert set(found[column]) <= set(codes), column
    assert "_T" in lists[f"CL_{name.upper()}_SEX"]
