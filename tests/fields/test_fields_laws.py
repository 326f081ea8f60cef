"""What every kernel promises, whatever the text: height, codes, no exception, and the same answer in any
batch.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from recordkit.fields import (
    cnic,
    dates,
    fir,
    fir_quotes,
    name_keys,
    names,
    numbers,
    offences,
    passports,
    people_cells,
    phones,
    relatives,
    text,
    vocabularies,
)
from recordkit.reference import Reference
from tried import examples

Kernel = Callable[[pl.Series, Reference], pl.DataFrame]

KERNELS: dict[str, Kernel] = {
    "text": text.clean,
    "integers": numbers.integer,
    "counts": numbers.count,
    "ages": numbers.age,
    "cnic": cnic.clean,
    "passports": passports.clean,
    "phones": phones.clean,
    "codes": lambda s, r: vocabularies.clean(s, "status", r),
    "several codes": lambda s, r: vocabularies.clean_list(s, "exploitation", r),
    "fir": fir.clean,
    "years": fir.years,
    "references": fir_quotes.references,
    "offences": offences.parse,
    "people": people_cells.split_people,
    "names": names.parse,
    "relatives": lambda s, r: relatives.parse_relatives(s, None, r),
    "name keys": lambda s, r: name_keys.keys(s, r).with_columns(codes=pl.lit([], pl.List(pl.String))),
    "dates without an order": lambda s, r: dates.clean(s, None, r),
    "dates month first": lambda s, r: dates.clean(s, "mdy", r),
}

# Text that looks like the real thing, cut and mixed: more likely to reach a kernel's inside than pure noise.
PIECES = [
    "302/34 PPC", "/F(ii)", "365-B", "9-C CNSA", "ت پ", "بجرم", "13/20/65 AO", "107/151 CrPC",
    "PPC:392|PPC:34", "u/s", "7-ATA", "FIR No.", "123/24", "0123/2024", "Crime No.", "مقدمہ نمبر",
    "45/2026 AHTC Gujranwala", "PS City", "dated", "35202-1234567-1", "3.52021E+12", "352O2",
    "0300-1234567", "+92", "12/03/2024", "3/4-5-24", "Muharram", "1447", "night between",
    "03-Oct-26", "Sunday-November 19-1995", "۱۲", "٣", "46206", "1,23,456", "673,75", "nil", "N/A",
    "1)", "Muhammad Aslam", "S/O", "@", "urf", "Mst.", "ولد", "عرف", "زوجہ", "نامعلوم", "na-maloom",
    "r/o", "caste", "Mirpur", "Karachi", "خیبر", "FATA", "D.I. Khan", "\n", ";", "،", "و", "(", ")",
    "/", "-", "|", "  ", "\u200c", "\x00",
]  # fmt: skip
WORDS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=6).map(" ".join)
TEXT = st.one_of(st.text(max_size=30), WORDS)
ANY = st.none() | TEXT
QUICK = examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def series(values: list[str | None]) -> pl.Series:
    return pl.Series("value", values, dtype=pl.String)


@pytest.mark.parametrize("name", KERNELS)
@QUICK
@given(values=st.lists(ANY, max_size=12))
def test_any_text_gives_as_many_rows_and_only_rule_codes(
    name: str, values: list[str | None], tables: Reference
) -> None:
    out = KERNELS[name](series(values), tables)
    assert out.height == len(values)
    codes = out["codes"].explode(empty_as_null=True).drop_nulls().to_list()
    assert all(re.fullmatch(r"RK(?:3[0-9]{2}|219)", code) for code in codes)
    assert out["codes"].null_count() == 0


@pytest.mark.parametrize("name", KERNELS)
@QUICK
@given(a=st.lists(ANY, max_size=8), b=st.lists(ANY, max_size=8))
def test_a_batch_may_be_cut_anywhere(name: str, a: list[str | None], b: list[str | None], tables: Reference) -> None:
    kernel = KERNELS[name]
    whole = kernel(series(a + b), tables)
    parts = pl.concat([kernel(series(a), tables), kernel(series(b), tables)])
    assert whole.schema == parts.schema
    assert whole.equals(parts)


@pytest.mark.parametrize("name", KERNELS)
def test_a_null_raises_nothing_and_stays_empty(name: str, tables: Reference) -> None:
    out = KERNELS[name](series([None]), tables)
    assert out["codes"].to_list() == [[]]


MARKS = ["<b>", "<s>", "</s>", "_x000d_", "\\n", "\\r ", "\r", "\u00a0", "\x1c", "#N/A", "Err:502", "?", "`", "\u200f", "\ufdfa", "nil"]
MARKED = st.lists(st.sampled_from([*MARKS, *PIECES]), max_size=5).map("".join)


@QUICK
@given(values=st.lists(ANY | MARKED, min_size=1, max_size=12))
def test_text_is_read_together_in_short_and_in_long_columns(values: list[str | None], tables: Reference) -> None:
    short = series(values)
    long = pl.concat([short] * (300 // len(short) + 1))
    readings: list[Callable[[pl.Series], pl.Series]] = [
        lambda s: text.normal(s, tables),
        lambda s: text.normal(s, tables, keep_lines=True),
        lambda s: text.plain(s, tables),
        text.plain,
        text.fold,
    ]
    for read in readings:
        assert read(long).head(len(short)).equals(read(short))


@QUICK
@given(values=st.lists(ANY, max_size=12))
def test_cleaned_text_is_clean(values: list[str | None], tables: Reference) -> None:
    once = text.clean(series(values), tables)["value"]
    assert text.clean(once, tables)["value"].equals(once)


@QUICK
@given(values=st.lists(ANY, max_size=12))
def test_a_cleaned_value_is_read_as_itself(values: list[str | None], tables: Reference) -> None:
    column = series(values)
    for kernel, name in ((cnic.clean, "cnic"), (passports.clean, "passport")):
        once = kernel(column, tables)[name]
        assert kernel(once, tables)[name].equals(once)
    days = dates.clean(column, "dmy", tables)["date_from"]
    assert dates.clean(days.dt.to_string("%Y-%m-%d"), "dmy", tables)["date_from"].equals(days)
