"""Tables for statistics programs: NAME.dta for Stata and NAME.sav for SPSS, with the labels of columns and values.

These programs keep codes as numbers with labels. A coded column becomes numbers from 1 in the order of its values; a
label is the value, what it means, and its Urdu word. Texts that stand for no value are negative: so a condition on
numbers leaves them out, and SPSS takes them as missing.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details
from recordkit.errors import RecordkitError
from recordkit.releases.package.dataset import Column, Table
from recordkit.store import disk, workspace

MEDIA = {"dta": "application/x-stata-dta", "sav": "application/x-spss-sav"}
LONGEST = 120  # bytes of a label: what SPSS keeps
STATA = 15  # version of the format: Unicode, and read by every Stata since 2017


def written(table: Table, frame: pl.DataFrame, form: str) -> bytes:
    """The table as a file of this form. Raises RecordkitError where its writer is not installed."""
    try:
        import pyreadstat
    except ModuleNotFoundError as error:
        raise RecordkitError(details.text("no_statistics_writer"), details.text("install_release")) from error
    missing = details.text("not_stated"), details.text("withheld")
    labels = {column.name: labels_of(column, missing) for column in table.columns if column.values}
    numbers = frame.with_columns(
        pl.col(name).replace_strict({value: number for number, (value, _) in known.items()}, return_dtype=pl.Int32)
        for name, known in labels.items()
    )
    numbers = numbers.with_columns(pl.col(pl.Boolean).cast(pl.Int32))
    facts: dict[str, Any] = {
        "file_label": _short(table.title.en, 80),
        "column_labels": [_short(column.label.en, 80) for column in table.columns],
        "variable_value_labels": {
            name: {number: label for number, (_, label) in known.items()} for name, known in labels.items()
        },
    }
    if form == "sav":
        facts["missing_ranges"] = {
            name: [number for number in known if number < 0] for name, known in labels.items() if min(known) < 0
        }
    with workspace.sibling_workspace(Path(tempfile.gettempdir())) as folder:
        path = folder / f"{table.name}.{form}"
        if form == "sav":
            pyreadstat.write_sav(numbers, path, **facts)
        else:
            pyreadstat.write_dta(numbers, path, version=STATA, **facts)
        return disk.read_file(path)


def labels_of(column: Column, missing: tuple[str, ...]) -> dict[int, tuple[str, str]]:
    """Number -> the value that it stands for, and its label."""
    first = [one for one in column.values if one.value not in missing]
    last = [one for one in column.values if one.value in missing]
    numbered = [*enumerate(first, 1), *((-at, one) for at, one in enumerate(last, 1))]
    return {number: (one.value, _label(one.value, one.label, one.urdu)) for number, one in numbered}


def _label(value: str, label: str, urdu: str) -> str:
    """`0301 Rape / ...`: the value first, so that it can be read back."""
    parts = value if label == value else f"{value}: {label}"
    both = f"{parts} / {urdu}" if urdu else parts
    return both if len(both.encode()) <= LONGEST else _short(parts, LONGEST)


def _short(text: str, most: int) -> str:
    """As much of a text as fits into so many bytes."""
    return text.encode()[:most].decode(errors="ignore")
