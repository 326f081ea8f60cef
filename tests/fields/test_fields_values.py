"""Text, numbers, identity cards, passports and telephones: one line per written form."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from recordkit.fields import cnic, numbers, passports, phones, text, vocabularies
from recordkit.reference import Reference


def column(raw: str | None) -> pl.Series:
    return pl.Series([raw], dtype=pl.String)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("  a\u00a0 b ", "a b"),
        ("a\r\n b", "a b"),
        ("محمد\u200cعلي", "محمدعلی"),
        ("كيفيت", "کیفیت"),
        ("عبداللّٰه", "عبداللہ"),
        ("۱۲۳ ٤٥٦", "123 456"),
        ("محـــمد", "محمد"),
        ("e\u0301", "é"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("N/A", None),
        ("nil", None),
        ("ندارد", None),
        ("- - -", None),
        ("", None),
        ("Nadia", "Nadia"),
    ],
)
def test_text_has_one_form(raw: str, value: str | None, tables: Reference) -> None:
    assert text.clean(column(raw), tables).row(0) == (value, [])


def test_text_that_cannot_be_printed_is_marked(tables: Reference) -> None:
    assert text.clean(column("a\x00b"), tables).row(0) == ("ab", ["RK301"])
    assert text.clean(column("a\ufffdb"), tables)["codes"].to_list() == [["RK301"]]


def test_a_fold_ignores_case_points_and_letter_forms() -> None:
    folded = text.fold(pl.Series(["D.I. Khan", "d i khan", "AJ&K", "AJ and K", "ہری پور", "هري پور", "Türkiye"]))
    assert folded.to_list() == ["dikhan", "dikhan", "ajandk", "ajandk", folded[5], folded[5], "turkiye"]


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [
        ("1,234", 1234, []),
        ("1,23,456", 123456, []),
        ("۱۲", 12, []),
        ("12.0", 12, []),
        ("0", 0, []),
        ("nil", 0, []),
        ("NIL", 0, []),
        ("", None, []),
        ("-", None, []),
        (None, None, []),
        ("673,75", None, ["RK325"]),
        ("4,98", None, ["RK325"]),
        ("646,9", None, ["RK325"]),
        ("673.75", None, ["RK325"]),
        ("13.846", None, ["RK324"]),
        ("-3", None, ["RK324"]),
        ("1.2E+3", None, ["RK324"]),
        ("twelve", 12, []),
        ("9,999,999", 9_999_999, []),
        ("12 345", 12345, []),
        ("1\u00a0234\u2009567", 1_234_567, []),
        ("12 34", None, ["RK324"]),
        ("012 345", None, ["RK324"]),
        ("1,234/-", 1234, []),
        ("12 345 /-", 12345, []),
        ("7/\u2013", 7, []),
        ("673,75/-", None, ["RK324"]),
        ("7/26", None, ["RK324"]),
        ("5.0000000001", 5, []),
        ("4.9999999999", 5, []),
        ("0.00000001", 0, []),
        ("5.000001", None, ["RK324"]),
        ("5.5", None, ["RK325"]),
        ("7 cases", 7, []),
        ("3520212345671", None, ["RK324"]),
        ("03001234567", None, ["RK324"]),
    ],
)
def test_a_count_is_whole_or_it_is_a_finding(
    raw: str | None, value: int | None, codes: list[str], tables: Reference
) -> None:
    assert numbers.count(column(raw), tables).row(0) == (value, codes)


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [("25", 25, []), ("25 years", 25, []), ("25 y/o", 25, []), ("٢٥ سال", 25, []), ("6 months", 0, []), ("18 ماہ", 1, []),
     ("25/26", None, ["RK323"]),
     ("130", None, ["RK323"]), ("about 30", 30, []), ("10 days", 0, []), ("N/A", None, [])],
)  # fmt: skip
def test_an_age_is_in_whole_years(raw: str, value: int | None, codes: list[str], tables: Reference) -> None:
    assert numbers.age(column(raw), tables).row(0) == (value, codes)


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [
        ("35202-1234567-1", "35202-1234567-1", []),
        ("3520212345671", "35202-1234567-1", []),
        ("3520212345671.0", "35202-1234567-1", []),
        ("35202 1234567 1", "35202-1234567-1", []),
        ("۳۵۲۰۲-۱۲۳۴۵۶۷-۲", "35202-1234567-2", []),
        ("42101–1234567–8", "42101-1234567-8", []),
        ("CNIC No. 35202-1234567-1", "35202-1234567-1", []),
        ("352O2-l234567-1", "35202-1234567-1", ["RK334"]),
        ("95202-1234567-2", "95202-1234567-2", ["RK307"]),
        ("3.52021E+12", None, ["RK305"]),
        ("3.5202E12", None, ["RK305"]),
        ("3520210000000", None, ["RK305"]),
        ("1111111111111", None, ["RK306"]),
        ("0000000000000", None, ["RK306"]),
        ("1234567890123", None, ["RK306"]),
        ("12345-1234567-1", None, ["RK306"]),
        ("35202-123456-1", None, ["RK304"]),
        ("270-85-123456", None, ["RK304"]),
        ("", None, []),
        ("N/A", None, []),
    ],
)
def test_a_cnic_is_thirteen_digits_or_a_finding(
    raw: str, value: str | None, codes: list[str], tables: Reference
) -> None:
    found = cnic.clean(column(raw), tables).row(0, named=True)
    assert (found["cnic"], found["codes"]) == (value, codes)


def test_the_last_digit_of_a_cnic_hints_at_the_sex(tables: Reference) -> None:
    out = cnic.clean(pl.Series(["35202-1234567-1", "35202-1234567-2", "35202-1234567-0", None]), tables)
    assert out["sex_hint"].to_list() == ["male", "female", "female", None]


def test_an_overseas_card_is_told_by_its_label(tables: Reference) -> None:
    out = cnic.clean(pl.Series(["NICOP 35202-1234567-1", "35202-1234567-1"]), tables)
    assert out["document"].to_list() == ["nicop", "cnic"]


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [("ab 1234567", "AB1234567", []), ("P.P. No. KJ1234561", "KJ1234561", []), 
     ("AB12O4567", "AB1204567", ["RK334"]),
     ("X1234567", "X1234567", []), ("123", None, ["RK308"]), ("PA0000000", None, ["RK308"]), ("-", None, [])],
)  # fmt: skip
def test_a_passport_is_letters_and_digits(raw: str, value: str | None, codes: list[str], tables: Reference) -> None:
    assert passports.clean(column(raw), tables).row(0) == (value, codes)


@pytest.mark.parametrize(
    ("raw", "found", "codes"),
    [
        ("0300-1234567", ["+923001234567"], []),
        ("+92 300 1234567", ["+923001234567"], []),
        ("0092-300-1234567", ["+923001234567"], []),
        ("923001234567", ["+923001234567"], []),
        ("3001234567", ["+923001234567"], []),
        ("3001234567.0", ["+923001234567"], []),
        ("0300 123 45 67", ["+923001234567"], []),
        ("+92-(0)300-1234567", ["+923001234567"], []),
        ("03001234567, 0321 7654321", ["+923001234567", "+923217654321"], []),
        ("0300-1234567 0321-7654321", ["+923001234567", "+923217654321"], []),
        ("03001234567/03001234567", ["+923001234567"], []),
        ("042-35761999", ["+924235761999"], []),
        ("+971 50 123 4567", ["+971501234567"], []),
        ("03OO-1234567", ["+923001234567"], ["RK334"]),
        ("0300-12345", [], ["RK309"]),
        ("3.00123E+9", [], ["RK309"]),
        ("N/A", [], []),
        (None, [], []),
    ],
)
def test_a_phone_cell_gives_every_number_in_it(
    raw: str | None, found: list[str], codes: list[str], tables: Reference
) -> None:
    assert phones.clean(column(raw), tables).row(0) == (found, codes)


@pytest.mark.parametrize(
    ("raw", "role"),
    [("Witness No. 2", "witness"), ("PW-3", "witness"), ("Accused 1", "accused"), ("Co-accused #2", "accused"), ("گواہ نمبر ۲", "witness"),
     ("Accused (2)", "accused"), ("2", None), ("Judge No. 2", None)],
)  # fmt: skip
def test_the_number_behind_a_role_counts_the_people_of_it(raw: str, role: str | None, tables: Reference) -> None:
    read = vocabularies.clean(column(raw), "role", tables)
    assert (read["value"][0], read["codes"].to_list()) == (role, [[]] if role else [["RK322"]])


def test_the_words_of_ages_are_those_of_the_reference(tables: Reference) -> None:
    row = {
        "vocabulary": "age_word",
        "code": "years",
        "label": "Years",
        "variants": "baras",
        "note": None,
        "source": "a test",
    }
    own = tables.codes.filter(~((pl.col("vocabulary") == "age_word") & (pl.col("code") == "years")))
    ours = replace(tables, codes=pl.concat([own, pl.DataFrame([row], schema=own.schema)]))
    assert numbers.age(column("25 baras"), ours)["value"].item() == 25
    assert numbers.age(column("25 baras"), tables)["codes"].to_list() == [["RK323"]]
    assert numbers.age(column("25 years"), ours)["codes"].to_list() == [["RK323"]]
