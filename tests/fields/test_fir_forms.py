"""Forms of FIR numbers that are not number/year: read rightly, or nothing and a finding."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from recordkit.fields import fir, fir_quotes
from recordkit.reference import Reference
from tried import examples

CODED = [
    "KSR-9104-2026", "KSR/9104/2026", "KSR 9104-2026", "KSR9104/26", "KSR-9104/26", "K.S.R-9104-26", "9104/KSR/2026",
    "KSR-2026-9104", "2026/KSR/9104", "KSR–9104–2026", "KSR-۹۱۰۴-۲۰۲۶", "قصور/9104/26", "9104/26/KSR",
]  # fmt: skip
DATED = [
    "FIR 9104 14.05.26", "9104 14.05.26", "9104 14-05-2026", "9104, 14/05/2026", "9104 (14.05.26)", "9104 2026-05-14",
    "FIR No. 9104 dated 14.05.26", "9104 dt 14-5-26", "14.05.26 FIR 9104", "9104 14 May 2026", "FIR 9104 on 14-May-26",
    "۹۱۰۴ مورخہ ۱۴.۵.۲۶", "9104/26 14.05.26",
]  # fmt: skip
TURNED = ["26-9104", "26/9104", "26 - 9104", "FIR# 26-9104", "۲۶-۹۱۰۴", "26–9104", "9104.26", "9104.2026", "9104_26",
          "FIR 9104 2026", "9,104/26", "9,104/2026", "۹٬۱۰۴/۲۶", "No. 9,104/26"]  # fmt: skip
PLAIN = ["9104//26", "9104/26ء", "9104/2026 ء", "9104 سن 2026", "9104/سال 26", "Case FIR# 9104/26", "No.9104/26",
         "Case FIR#9104-26", "9104–26", "FIR-9104/26"]  # fmt: skip
NOBODY_KNOWS = ["13,157/26", "123,124/26", "12,34/26", "1,234,567/26", "1 14.05.26", "123 26", "123:26", "1.23E+03",
                "26.3168", "123/026", "123/2026-27", "12.5", "14.05.26", "LHE-GUL-001234", "123-1/26"]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "code"),
    [*((one, "RK366") for one in CODED + DATED), *((one, "RK392") for one in TURNED), *((one, None) for one in PLAIN)],
)
def test_a_number_in_another_form_is_the_same_number(raw: str, code: str | None, tables: Reference) -> None:
    found = fir.clean(pl.Series([raw]), tables).row(0, named=True)
    assert (found["fir_no"], found["fir_year"], found["others"]) == ("9104", 2026, [])
    assert found["codes"] == ([code] if code else [])
    assert found["suggestion"] == ("9104/2026" if code == "RK392" else None)


@pytest.mark.parametrize("raw", NOBODY_KNOWS)
def test_a_number_that_can_be_read_in_two_ways_is_none(raw: str, tables: Reference) -> None:
    found = fir.clean(pl.Series([raw]), tables).row(0, named=True)
    assert (found["fir_no"], found["codes"]) == (None, ["RK310"])


@pytest.mark.parametrize("raw", ["vide FIR No 3,157/26 PS City Gujrat", "FIR 26-3157 PS City Gujrat"])
def test_a_quoted_number_in_another_form_is_that_number(raw: str, tables: Reference) -> None:
    (refs,) = fir_quotes.references(pl.Series([raw]), tables)["refs"].to_list()
    assert [(one["fir_no"], one["fir_year"], one["district"]) for one in refs] == [("3157", 2026, "Gujrat")]


LEADS = ["", "FIR No. ", "Case FIR# ", "FIR#", "No.", "KSR-", "SDR/", "KSR ", "ksr", "مقدمہ نمبر ", "PS City "]
FORMS = ["{n}{s}/{y}", "{n}{s}-{y}", "{n}/{y}{s}", "{n}{s}/20{y}", "20{y}/{n}{s}", "{y}-{n}", "{n}.{y}", "{n} of 20{y}",
         "{n} 14.05.{y}", "{n}/{y} dt 14.05.{y}", "{n} (14-05-20{y})", "{k}/{y}", "20{y}-{n}"]  # fmt: skip
RESTS = ["", " PS City", " u/s 302 PPC", " (cancelled)", "/KSR", "; 7", " & 8/26", " ,", " qz", " 5"]


@examples(300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(1000, 9999).filter(lambda n: not 1900 <= n <= 2099),
    year=st.integers(20, 28),
    suffix=st.sampled_from(["", "-A", "(B)", "C"]),
    shape=st.tuples(st.sampled_from(LEADS), st.sampled_from(FORMS), st.sampled_from(RESTS)),
    dash=st.sampled_from("-–−"),
    urdu=st.booleans(),
)
def test_number_year_suffix_what_is_used_and_the_rest_are_the_cell(
    number: int, year: int, suffix: str, shape: tuple[str, str, str], dash: str, urdu: bool, tables: Reference
) -> None:
    lead, form, rest = shape
    cell = lead + form.format(n=number, y=year, s=suffix, k=f"{number:,}") + rest
    cell = cell.replace("-", dash)
    if urdu:
        cell = cell.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    found = fir.clean(pl.Series([cell]), tables).row(0, named=True)
    if found["fir_no"] is None:
        assert found["codes"] == ["RK310"], cell
        return
    letter = re.sub(r"[^A-Z]", "", suffix) if "{s}" in form else ""
    assert found["fir_no"] == str(number) + (f"-{letter}" if letter else ""), cell
    assert found["fir_year"] == 2000 + year, cell
    more = bool(re.search(r"[0-9]+.*[0-9]", rest)) or rest in (" (cancelled)", "/KSR", "; 7", " qz", " 5")
    untold = ("14" in form or "KSR" in lead.upper() or "SDR" in lead or more) and not found["codes"]
    assert not untold or found["office"] is not None, cell
