"""A few findings of every kind, with hostile texts among them."""

import polars as pl
import pytest

from recordkit import agencies, declarations, findings, issues, source_fields, tables
from recordkit.findings import Masks
from recordkit.issues import Rules

A, B = "a" * 64, "b" * 64
FILES = {A: "sindh register.csv", B: "clean.csv"}
CNIC, NAME, PHONE = "61101-9876543-1", "Tariq Mehmood", "0300-9876543"


@pytest.fixture(scope="session")
def rules() -> Rules:
    return issues.catalogue([declarations.PACKAGED])


@pytest.fixture(scope="session")
def masks() -> Masks:
    dirs = [declarations.PACKAGED]
    return findings.masks(tables.load(dirs), source_fields.load_source_fields(dirs), agencies.load(dirs))


@pytest.fixture
def found() -> pl.DataFrame:
    at = {"file_sha256": A, "sheet": ""}
    dates = [
        issues.make("RK302", **at, row=row, column="Date, of\nFIR", field="registered_on", value=f"3{row}/02/2026")
        for row in range(2, 42)
    ]
    return issues.concat(
        [
            issues.make("RK304", **at, row=7, column="CNIC", field="cnic", value="35202-123456-1"),
            issues.make("RK404", **at, row=8, column="CNIC", field="accused_cnic", value=CNIC),
            issues.make("RK329", **at, row=9, column="Accused", field="accused", value=f"{NAME} {PHONE} 12"),
            issues.make("RK310", **at, row=3, column="Crime No.", field="fir_no", value="=cmd|' /C calc'!A0"),
            issues.make(
                "RK318", **at, row=4, column="District", field="district", value="\x1b[31mLahroe", suggestion="Lahore"
            ),
            issues.make("RK112", **at, row=5, value=f"1/2026,{NAME},{CNIC}", detail="6 cells, the table has 5"),
            issues.make("RK116", file_sha256=A, detail="12 lines end in CR alone"),
            issues.make("RK202", **at, column="Wether [red]", field=None, suggestion="weather"),
            *dates,
        ]
    )
