"""No personal value leaves a finding unless somebody asked for it on a terminal."""

import polars as pl
import pytest

from recordkit import findings, issues
from recordkit.findings import Masks, masking
from recordkit.issues import Rules

FILES = {"a" * 64: "sindh register.csv"}


def masked(field: str | None, value: str, masks: Masks, rules: Rules) -> str:
    made = issues.make("RK304", field=field, value=value)
    return str(masking.masked(made, masks, rules).item(0, "value"))


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("cnic", "35202-1234567-1", "35202-*******-*"),
        ("cnic", "3520212345671", "35202********"),
        ("cnic", "3.52021E+12", "3.5202*E+**"),
        ("cnic", "۳۵۲۰۲-۱۲۳۴۵۶۷-۱", "۳۵۲۰۲-*******-*"),
        ("accused_cnic", "Aslam 35202-1234567-1", "xxxxx 35202-*******-*"),
        ("victim_cnic", "35202-1234567-1; 35202-7654321-3", "35202-*******-*; *****-*******-*"),
        ("name", "Muhammad Aslam", "M. A."),
        ("accused", "1) Muhammad Aslam S/O Ghulam Rasool", "*) M. A. S./O. G. R."),
        ("complainant", "محمد اسلم", "م. ا."),
        ("father_name", "D'Souza", "D."),
        ("phone", "+923001234567", "+9230********"),
        ("accused_phone", "0300-1234567", "0300-*******"),
        ("passport", "AB1234567", "AB*******"),
        ("date_of_birth", "01-01-1990", "**-**-****"),
        ("address", "House 3, Mall Road", "***"),
        ("remarks", "the girl next door", "***"),
        ("reference", "FIR 123/26 of Aslam", "***"),
        ("registered_on", "31/02/2026", "31/02/2026"),
        ("district", "Karachi Zq Div", "Karachi Z. Div"),
        ("district", "Tariq Mehmood", "T. M."),
        ("district", "طارق محمود", "ط. م."),
        ("status", "pending investigation: Tariq", "pending investigation: T."),
        ("sections", "365-B PPC Tariq", "365-B PPC T."),
        ("fir_no", "FIR No 12/26 (Tariq s/o Mehmood 35202 1234567 1)", "FIR No 12/26 (T. s/o M. 35202 ******* 1)"),
        ("registered_on", "0300 123 4567", "*******"),
        ("registered_on", "2026-07-01T17:29:00+05:00", "2026-07-01T17:29:00+05:00"),
        ("registered_on", "01-07-2026 2026-07-31", "01-07-2026 2026-07-31"),
        ("registered_on", "01.07.2026.31.07.2026", "01.07.2026.31.07.2026"),
        ("registered_on", "01-07-2026 17.29", "01-07-2026 17.29"),
        ("registered_on", "01-07-2026 0300-123-4567", "*******"),
        ("registered_on", "030 01-12-1987", "*******"),
        ("police_station", '=HYPERLINK("x","Tariq")', '=H.("x","T.")'),
        ("fir_no", "35202-1234567-1", "*****-*******-1"),
        ("district", "call 03001234567", "call *******"),
        ("age", "18/05/1981", "**/**/****"),
        ("accused_age", "1981-05-18", "****-**-**"),
        ("sex", "18 May 1981", "** xxx ****"),
        ("person_status", "born May 18, 1981", "xxxx xxx **, ****"),
        ("role", "18.5.81", "**.*.**"),
        ("victim_age", "۱۸-۰۵-۱۹۸۱", "**-**-****"),
        ("origin", "18-May-81", "**-xxx-**"),
        ("age", "27 years 6 months", "27 years 6 months"),
        ("age", "1981", "1981"),
        ("sections", "13/20/65 AO", "13/20/65 AO"),
        ("no_such_field", "Muhammad Aslam", "***"),
        (None, "1/2026,Muhammad Aslam", "***"),
    ],
)
def test_a_value_is_masked_as_its_field_says(
    field: str | None, value: str, shown: str, masks: Masks, rules: Rules
) -> None:
    assert masked(field, value, masks, rules) == shown


def test_every_directly_personal_column_and_every_people_field_has_a_mask(masks: Masks) -> None:
    assert {name for name in masks.fields if "cnic" in name and masks.fields[name] != "cnic"} == set()
    for name in ("accused", "victim", "witness", "complainant", "name", "relative_name", "parentage", "officer"):
        assert masks.fields[name] in ("initials", "hide")


def test_a_suggestion_about_a_value_is_as_personal_as_the_value(masks: Masks, rules: Rules) -> None:
    made = issues.make("RK329", field="name", value="Aslm", suggestion="Aslam")
    assert masking.masked(made, masks, rules).item(0, "suggestion") == "A."


@pytest.mark.parametrize(
    ("value", "suggestion", "shown", "said"),
    [
        ("Lahroe", "Lahore", "Lahroe", "Lahore"),
        ("Raheem Yar Kan", "Rahim Yar Khan", "Raheem Yar Kan", "Rahim Yar Khan"),
        ("Lahroe Tariq", "Lahore", "L. T.", "Lahore"),
    ],
)
def test_what_is_one_slip_from_a_known_place_is_shown_beside_it(
    value: str, suggestion: str, shown: str, said: str, masks: Masks, rules: Rules
) -> None:
    made = issues.make("RK318", field="district", value=value, suggestion=suggestion)
    assert masking.masked(made, masks, rules).select("value", "suggestion").row(0) == (shown, said)


@pytest.mark.parametrize("form", findings.FORMATS)
def test_no_form_shows_a_personal_value(form: str, found: pl.DataFrame, masks: Masks, rules: Rules) -> None:
    text = findings.render(found, FILES, rules, form, masks=masks)
    for secret in ("9876543", "Tariq", "Mehmood"):
        assert secret not in text


@pytest.mark.parametrize("form", findings.FORMATS)
def test_show_values_shows_them(form: str, found: pl.DataFrame, masks: Masks, rules: Rules) -> None:
    text = findings.render(found, FILES, rules, form, masks=masks, show_values=True, width=200)
    assert "61101-9876543-1" in text
    assert "Tariq Mehmood" in text


@pytest.mark.parametrize("form", findings.FORMATS)
def test_control_characters_of_a_sender_reach_no_output(
    form: str, found: pl.DataFrame, masks: Masks, rules: Rules
) -> None:
    names = {"a" * 64: "evil\x1b]0;x\x07.csv"}
    text = findings.render(found, names, rules, form, masks=masks, show_values=True)
    assert not set(text) & {"\x1b", "\x07", "\u202e"}
