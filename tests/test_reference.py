"""Reference tables: complete, consistent, and refused when a word means two things."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, reference
from recordkit.errors import DeclarationError


@pytest.fixture(scope="module")
def tables() -> reference.Reference:
    return reference.load(declarations.folders())


def test_every_offence_has_a_declared_act_and_a_known_iccs_code(tables: reference.Reference) -> None:
    assert set(tables.offences["act"]) <= set(tables.acts["act"])
    assert set(tables.offences["iccs_code"].drop_nulls()) <= set(tables.iccs["code"])


def test_every_trafficking_tier_names_a_section_that_exists(tables: reference.Reference) -> None:
    assert tables.tip_tiers.join(tables.offences, on=["act", "section"], how="anti").height == 0


def test_every_head_of_an_offence_is_a_national_head(tables: reference.Reference) -> None:
    heads = set(tables.codes.filter(vocabulary="head")["code"])
    assert set(tables.offences["npb_head"]) <= heads | {"EXCLUDE"}
    assert len(heads) == 10


def test_every_row_of_the_reference_says_where_it_comes_from(tables: reference.Reference) -> None:
    for name in (
        "codes",
        "districts",
        "divisions",
        "acts",
        "jurisdictions",
        "stations",
        "hijri_months",
        "months",
    ):
        assert getattr(tables, name)["source"].null_count() == 0, name


def test_a_district_lies_in_a_known_division_and_its_parent_exists(tables: reference.Reference) -> None:
    now = tables.districts.filter(pl.col("province") != "FATA")
    assert now.join(tables.divisions, on=["province", "division"], how="anti").height == 0
    parents = now.drop_nulls("parent")
    assert set(parents["parent"]) <= set(tables.districts["district"])
    assert set(now["province"]) <= set(tables.jurisdictions["jurisdiction"])


def test_every_station_lies_in_a_known_district(tables: reference.Reference) -> None:
    placed = tables.stations.drop_nulls("district")
    assert placed.join(tables.districts, on=["province", "district"], how="anti").height == 0


def test_an_overlay_adds_and_replaces_rows(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/null_words.csv").write_text("word,note,source\nkuch nahi,,an office\n", encoding="utf-8")
    before = reference.load(declarations.folders())
    after = reference.load(declarations.folders([tmp_path]))
    assert after.null_words.height == before.null_words.height + 1


def test_a_word_that_means_two_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/codes.csv").write_text(
        "vocabulary,code,label,variants,note,source\nsex,other,Other,Mard,,an office\n", encoding="utf-8"
    )
    with pytest.raises(DeclarationError, match="'Mard' means both 'male' and 'other'"):
        reference.load(declarations.folders([tmp_path]))


def test_a_null_word_is_short_and_has_no_digit(tables: reference.Reference) -> None:
    words = tables.null_words["word"]
    assert words.str.len_bytes().max() <= 24
    assert not words.str.contains("[0-9]").any()
