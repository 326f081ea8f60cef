"""Writes the benchmark's file: a national register of persons in cases, one row per person, 20 columns of text.

    python benchmarks/intake/generate.py ROWS OUT.csv [--dirty]

A clean file breaks no rule but for a few notes. In a dirty one every row breaks three: its CNIC lacks a digit
(RK304), its telephone number is none (RK309) and the case was registered before it occurred (RK401). The same
arguments give the same bytes. Nobody in it is real.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

HERE = Path(__file__).parent
SCHEMAS = HERE.parents[1] / "schemas" / "reference"
sys.path.insert(0, str(HERE.parent / "linkage"))

import name_stock  # noqa: E402  (beside the other benchmark)

CHUNK = 300_000
PERSONS = 3  # of one case: complainant, accused, victim
FIRST, LAST = np.datetime64("2024-01-01"), np.datetime64("2026-09-30")
HEADER = (
    "Province", "District", "Police Station", "FIR No", "Year", "FIR Date", "Date of Occurrence", "Sections", "Status",
    "Role", "Name", "Parentage", "Caste", "CNIC", "Mobile", "DOB", "Age", "Gender", "Nationality", "Address",
)  # fmt: skip
SECTIONS = """302/34 PPC;302/324/34 PPC;324/34 PPC;379 PPC;380 PPC;381-A PPC;392 PPC;394 PPC;395 PPC;397 PPC;363 PPC
364-A PPC;365-B PPC;376 PPC;377 PPC;420/468/471 PPC;406 PPC;489-F PPC;506-B PPC;337-A(i) PPC;354 PPC;452 PPC;457 PPC
496-A PPC;9-C CNSA 1997;9(c) CNSA;13/20/65 AO 1965;302/109/34 PPC;148/149/302 PPC;186/353 PPC;279/337-G PPC""".replace("\n", ";").split(";")
STATUS = ["Under investigation", "Challan submitted", "Untraced", "Cancelled", "Convicted", "Acquitted", "U/I", "Challaned"]
Ints = npt.NDArray[np.int64]


def pool(latin: str) -> tuple[list[str], list[str]]:
    """A stock's Latin names, each in its usual spelling and four others, and its Urdu ones."""
    pairs = name_stock.pairs(latin)
    return [spelt for name, _ in pairs for spelt in [name, *name_stock.variants(name, 4)]], [urdu for _, urdu in pairs]


MEN, MEN_URDU = pool(name_stock.MALE)
WOMEN, WOMEN_URDU = pool(name_stock.FEMALE)
AFTER, AFTER_URDU = pool(name_stock.AFTER)
AFTER_HER, AFTER_HER_URDU = pool(name_stock.FEMALE_AFTER)
CASTE = [name for name, _ in name_stock.pairs(name_stock.CASTE)]
BEFORE = ["", "", "", "Muhammad ", "Muhammad ", "Ghulam ", "Malik ", "Syed ", "Mian ", "Haji "]


def places() -> list[tuple[str, str, str]]:
    """Province, district, station of every listed station that stands in a district of today."""
    with (SCHEMAS / "districts.csv").open(encoding="utf-8") as handle:
        now = {(row["province"], row["district"]) for row in csv.DictReader(handle) if not row["valid_to"]}
    with (SCHEMAS / "stations.csv").open(encoding="utf-8") as handle:
        rows = [(row["province"], row["district"], row["station"]) for row in csv.DictReader(handle)]
    return [row for row in rows if row[:2] in now]


def skewed(rng: np.random.Generator, size: int, count: int) -> Ints:
    """Places in a list of `count`, the first ones far more often than the last."""
    return np.minimum((rng.random(size) ** 2 * count).astype(np.int64), count - 1)


def pick(rng: np.random.Generator, stock: list[str], size: int) -> pl.Series:
    return pl.Series(stock).gather(skewed(rng, size, len(stock)))


def names(rng: np.random.Generator, size: int, female: npt.NDArray[np.bool_]) -> pl.Series:
    """Full names; two in a hundred in Urdu letters."""
    frame = pl.DataFrame(
        {
            "female": female,
            "urdu": rng.random(size) < 0.02,
            "him": pick(rng, BEFORE, size) + pick(rng, MEN, size) + " " + pick(rng, AFTER, size),
            "her": pick(rng, WOMEN, size) + " " + pick(rng, AFTER_HER, size),
            "him_urdu": pick(rng, MEN_URDU, size) + " " + pick(rng, AFTER_URDU, size),
            "her_urdu": pick(rng, WOMEN_URDU, size) + " " + pick(rng, AFTER_HER_URDU, size),
        }
    )
    latin = pl.when("female").then("her").otherwise("him")
    return frame.select(pl.when("urdu").then(pl.when("female").then("her_urdu").otherwise("him_urdu")).otherwise(latin)).to_series()


def cases(rng: np.random.Generator, count: int, dirty: bool) -> pl.DataFrame:
    """The columns that the persons of one case share."""
    where = pl.DataFrame(places(), schema=["Province", "District", "Police Station"], orient="row")
    span = int((LAST - FIRST).astype(int))
    registered = FIRST + rng.integers(0, span, count)
    before = rng.integers(0, 6, count)
    occurred = registered + before + 1 if dirty else registered - before
    dates = pl.DataFrame({"on": registered.astype("datetime64[D]"), "occurred": occurred.astype("datetime64[D]")})
    return where[skewed(rng, count, where.height)].with_columns(
        pl.Series("FIR No", rng.integers(1, 2_500, count)).cast(pl.String),
        dates["on"].dt.year().cast(pl.String).alias("Year"),
        dates["on"].dt.to_string("%d/%m/%Y").alias("FIR Date"),
        dates["occurred"].dt.to_string("%d/%m/%Y").alias("Date of Occurrence"),
        pick(rng, SECTIONS, count).alias("Sections"),
        pick(rng, STATUS, count).alias("Status"),
        dates["on"],
    )


def persons(rng: np.random.Generator, shared: pl.DataFrame, dirty: bool) -> pl.DataFrame:
    """One row for every person."""
    size = shared.height
    female = rng.random(size) < 0.2
    age = rng.integers(19, 75, size)
    year = shared["on"].dt.year().to_numpy().astype(np.int64) - age
    start = np.array([f"{one}-01-02" for one in range(1940, 2010)], dtype="datetime64[D]")
    born = pl.Series(start[year - 1940] + rng.integers(0, 363, size))
    cnic = _numbers(rng, size, female, dirty)
    phone = "03" + _digits(rng, size, 2, 50) + "-" + _digits(rng, size, 7)
    phone = _digits(rng, size, 4) if dirty else phone
    address = (
        "House " + _digits(rng, size, 3) + ", Street " + pl.Series(rng.integers(1, 60, size)).cast(pl.String)
        + ", Mohalla " + pick(rng, MEN, size) + "pura, " + shared["District"]
    )  # fmt: skip
    marker = pl.Series(np.where(female, "D/O ", "S/O "))
    blank = rng.random(size)
    return shared.with_columns(
        pl.Series("Role", np.resize(np.array(["Complainant", "Accused", "Victim"]), size)),
        names(rng, size, female).alias("Name"),
        (marker + names(rng, size, np.zeros(size, bool))).alias("Parentage"),
        pick(rng, CASTE, size).alias("Caste"),
        _unless(cnic, (blank < 0.1) & (not dirty)).alias("CNIC"),
        _unless(phone, (blank > 0.8) & (not dirty)).alias("Mobile"),
        born.dt.to_string("%d/%m/%Y").alias("DOB"),
        pl.Series(age).cast(pl.String).alias("Age"),
        pl.Series(np.where(female, "Female", "Male")).alias("Gender"),
        pl.lit("Pakistani").alias("Nationality"),
        address.alias("Address"),
    ).select(HEADER)


def _unless(values: pl.Series, blank: npt.NDArray[np.bool_]) -> pl.Series:
    return values.zip_with(~pl.Series(blank), pl.Series([None], dtype=pl.String).new_from_index(0, len(values)))


def _digits(rng: np.random.Generator, size: int, width: int, most: int | None = None) -> pl.Series:
    return pl.Series(rng.integers(0, most or 10**width, size)).cast(pl.String).str.zfill(width)


def _numbers(rng: np.random.Generator, size: int, female: npt.NDArray[np.bool_], dirty: bool) -> pl.Series:
    """CNICs whose last digit says the sex; in a dirty file it is missing."""
    office = pl.Series(rng.integers(10_000, 80_000, size)).cast(pl.String)
    body = pl.Series(rng.integers(1_000_001, 9_999_999, size)).cast(pl.String)
    last = pl.Series(2 * rng.integers(0, 5, size) + (~female)).cast(pl.String)
    return office + "-" + body if dirty else office + "-" + body + "-" + last


def generate(rows: int, path: Path, dirty: bool) -> None:
    """Write the file, some hundred thousand rows at a time."""
    with path.open("wb") as out:
        for at in range(0, rows, CHUNK):
            rng = np.random.default_rng([7, at])
            size = min(CHUNK, rows - at)
            count = -(-size // PERSONS)
            shared = cases(rng, count, dirty)
            repeated = shared[np.repeat(np.arange(count), PERSONS)[:size]]
            persons(rng, repeated, dirty).write_csv(out, include_header=at == 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--dirty", action="store_true")
    given = parser.parse_args()
    generate(given.rows, given.out, given.dirty)
