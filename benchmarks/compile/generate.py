"""Writes an inbox of years: five police forces' registers month by month, in the files that they send.

    python benchmarks/compile/generate.py MONTHS FOLDER [--cases N] [--first YYYY-MM]

A month has N cases (100,000 unless given: the national volume) with about two and a half people each. Offenders come
back, now and then spelt otherwise; a tenth of last month's cases in Sindh come again with a new status. The same
arguments give the same bytes, and a month is the same whatever months stand before it. Nobody in it is real.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

HERE = Path(__file__).parent
REFERENCE = HERE.parents[1] / "schemas" / "reference"
sys.path.insert(0, str(HERE.parent / "linkage"))

import name_stock  # noqa: E402  (beside the other benchmark)

SHARES = {
    "Punjab": 0.62, "Sindh": 0.18, "Khyber Pakhtunkhwa": 0.12, "Islamabad Capital Territory": 0.05, "Balochistan": 0.03,
}  # fmt: skip
SPELLINGS = 5
ROLES = ("complainant", "accused", "victim")
SECTIONS = """302/34 PPC;324/34 PPC;379 PPC;380 PPC;392 PPC;395 PPC;365-B PPC;376 PPC;420/468/471 PPC;406 PPC;489-F PPC
506-B PPC;337-A(i) PPC;354 PPC;457 PPC;9-C CNSA;13/20/65 AO;302/109/34 PPC;186/353 PPC;279/337-G PPC;3 PTPA""".replace("\n", ";").split(";")
STATUS = ["Under Investigation", "Challan Submitted", "Untraced", "Cancelled", "Pending"]
Ints = npt.NDArray[np.int64]


def stock(latin: str) -> pl.Series:
    """Every name of a list in its usual spelling and four others."""
    names = [name for name, _ in name_stock.pairs(latin)]
    return pl.Series([spelt for name in names for spelt in [name, *name_stock.variants(name, SPELLINGS - 1)]])


MEN, WOMEN, AFTER, AFTER_HER = (
    stock(one) for one in (name_stock.MALE, name_stock.FEMALE, name_stock.AFTER, name_stock.FEMALE_AFTER)
)
BEFORE = pl.Series(["", "", "", "Muhammad ", "Muhammad ", "Ghulam ", "Malik ", "Syed "])
CASTE = pl.Series([name for name, _ in name_stock.pairs(name_stock.CASTE)])


def stations() -> pl.DataFrame:
    """province, district, station: those listed in a district of today."""
    with (REFERENCE / "districts.csv").open(encoding="utf-8") as handle:
        now = {(row["province"], row["district"]) for row in csv.DictReader(handle) if not row["valid_to"]}
    with (REFERENCE / "stations.csv").open(encoding="utf-8") as handle:
        rows = [(row["province"], row["district"], row["station"]) for row in csv.DictReader(handle)]
    return pl.DataFrame([row for row in rows if row[:2] in now], schema=["province", "district", "station"], orient="row")


def cases(rng: np.random.Generator, month: str, province: str, count: int) -> pl.DataFrame:
    """The registrations of one month in one province, with numbers that grow through the year in every station."""
    here = stations().filter(province=province)
    first = np.datetime64(month, "D")
    days = int((np.datetime64(month, "M") + 1).astype("datetime64[D]").astype(int) - first.astype(int))
    registered = first + np.sort(rng.integers(0, days, count))
    place = rng.integers(0, here.height, count)
    most = int(2 * count / here.height) + 30  # no station has twice the usual number
    frame = here[place].with_columns(
        pl.Series("station_no", place), pl.Series("on", registered), pl.Series("occurred", registered - rng.integers(0, 6, count)),
        pl.Series("sections", SECTIONS).gather(np.minimum(rng.random(count) ** 2 * len(SECTIONS), len(SECTIONS) - 1).astype(int)),
        pl.Series("status", STATUS).gather(rng.integers(0, 3, count)),
        pl.Series("people", rng.choice([2, 2, 2, 3, 3, 4], count)),
    )  # fmt: skip
    start = (int(month[5:]) - 1) * most
    number = start + 1 + pl.int_range(pl.len()).over("station_no")
    return frame.with_columns(fir_no=number, year=pl.lit(int(month[:4])), case=pl.int_range(pl.len()))


def people(rng: np.random.Generator, known: pl.DataFrame, month: str) -> pl.DataFrame:
    """One row per person of a case: a complainant, an accused, a victim, a second accused. Offenders are few."""
    case = known["case"].to_numpy().repeat(known["people"].to_numpy())
    place = pl.DataFrame({"case": case}).select(pl.int_range(pl.len()).over("case")).to_series().to_numpy()
    size = len(case)
    district = known["station_no"].to_numpy()[case] // 3
    someone = _mixed(rng.integers(0, 2**62, size))
    known_offender = 10_000 + district * 4_000 + (rng.random(size) ** 2 * 4_000).astype(np.int64)
    back = (place % 2 == 1) & (rng.random(size) < 0.25)
    who = np.where(back, _mixed(known_offender + hash_of(known["province"][0]) % 10**6 * 10**6), someone)
    female = (who >> 3) % 5 == 0
    spelling = np.where(rng.random(size) < 0.12, rng.integers(1, SPELLINGS, size), 0)
    age = 18 + (who >> 7) % 50
    born = np.datetime64(month, "Y").astype(int) + 1970 - age
    marked = pl.Series(np.where(female, "D/O ", "S/O "))
    cnic = (
        pl.Series(10_000 + (who >> 11) % 70_000).cast(pl.String) + "-" + pl.Series(1_000_000 + (who >> 17) % 8_999_999).cast(pl.String)
        + "-" + pl.Series(2 * ((who >> 23) % 5) + ~female).cast(pl.String)
    )  # fmt: skip
    return pl.DataFrame({
        "case": case, "place": place, "role": pl.Series(ROLES).gather(np.where(place == 3, 1, place)),
        "name": _names(who, female, spelling), "parentage": marked + _names(_mixed(who), np.zeros(size, bool), spelling),
        "caste": CASTE.gather((who >> 5) % len(CASTE)), "cnic": _unless(cnic, rng.random(size) < 0.35),
        "phone": _unless("03" + pl.Series(10**9 + (who >> 13) % 8_999_999_99).cast(pl.String).str.slice(1), rng.random(size) < 0.5),
        "born": pl.Series(born).cast(pl.String), "sex": np.where(female, "Female", "Male"),
    }).with_columns(born=pl.format("{}/{}/{}", 1 + pl.Series((who >> 19) % 28), 1 + pl.Series((who >> 29) % 12), "born"))  # fmt: skip


def hash_of(text: str) -> int:
    """A number for a word, the same in every run."""
    return int.from_bytes(text.encode()[:6], "little")


def _mixed(number: Ints) -> Ints:
    """Numbers without any order: the murmur3 finaliser, kept positive."""
    x = number.astype(np.uint64)
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        x = (x ^ (x >> np.uint64(33))) * np.uint64(factor)
    return (x >> np.uint64(1)).astype(np.int64)


def _names(who: Ints, female: npt.NDArray[np.bool_], spelling: Ints) -> pl.Series:
    def part(names: pl.Series, shift: int, how: Ints) -> pl.Series:
        share = ((who >> shift) % 4096 / 4096) ** 2
        return names.gather((share * (len(names) // SPELLINGS)).astype(np.int64) * SPELLINGS + how)

    usual = np.zeros(len(who), np.int64)
    his = BEFORE.gather((who >> 31) % len(BEFORE)) + part(MEN, 35, spelling) + " " + part(AFTER, 41, usual)
    hers = part(WOMEN, 35, spelling) + " " + part(AFTER_HER, 41, usual)
    return hers.zip_with(pl.Series(female), his)


def _unless(values: pl.Series, blank: npt.NDArray[np.bool_]) -> pl.Series:
    return values.set(pl.Series(blank), None)


def persons_file(known: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """A row per person, as Punjab's record system exports them."""
    rows = named.join(known.drop("people"), on="case", maintain_order="left")
    return rows.select(
        pl.col("district").alias("Distt"), pl.col("station").alias("PS"), pl.col("fir_no").alias("FIR No"),
        pl.col("year").alias("Year"), pl.col("on").dt.to_string("%d/%m/%Y").alias("FIR Date"), pl.col("sections").alias("Offence"),
        pl.col("name").alias("Name"), pl.col("parentage").alias("Parentage"), pl.col("caste").alias("Caste"),
        pl.col("cnic").alias("CNIC"), pl.col("phone").alias("Cell No"), pl.col("born").alias("Date of Birth"),
        pl.col("sex").alias("Gender"), pl.format("House {}, {}", pl.col("case") % 400, "district").alias("Address"),
        pl.col("role").alias("Role"), pl.lit("").alias("Person Status"),
    )  # fmt: skip


def register(known: pl.DataFrame, named: pl.DataFrame, joint: str, dates: str) -> pl.DataFrame:
    """A row per case, its people in cells: the columns that the other forces share."""
    full = named.select("case", "role", "cnic", text=pl.col("name") + " " + pl.col("parentage"))
    cells = known
    for role in ROLES:
        made = full.filter(role=role).group_by("case", maintain_order=True).agg(
            pl.col("text").str.join(joint).alias(role), pl.col("cnic").fill_null("-").str.join(joint).alias(f"{role}_cnic")
        )  # fmt: skip
        cells = cells.join(made, on="case", how="left", maintain_order="left")
    return cells.with_columns(
        fir_no=pl.format("{}/{}", "fir_no", pl.col("year") % 100), on=pl.col("on").dt.to_string(dates),
        occurred=pl.col("occurred").dt.to_string(dates),
    )  # fmt: skip


def sindh(known: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Upper case, people separated by semicolons."""
    rows = register(known, named, "; ", "%d-%b-%y").select(
        pl.col("district").alias("DISTRICT"), pl.col("station").alias("P.S"), pl.col("fir_no").alias("CRIME NO."),
        pl.col("sections").alias("U/S"), pl.col("on").alias("DATE OF REPORT"), pl.col("occurred").alias("D/O OCCURRENCE"),
        pl.col("complainant").alias("COMPLAINANT"), pl.col("accused").alias("ACCUSED"), pl.col("accused_cnic").alias("ACCUSED CNIC"),
        pl.col("victim").alias("VICTIM"), pl.lit("").alias("CLASS"), pl.lit("").alias("CHALLAN NO."), pl.col("status").alias("STATUS"),
    )  # fmt: skip
    return rows.with_columns(pl.all().str.to_uppercase())


def plain(known: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """The columns of Khyber Pakhtunkhwa and of the Levies."""
    return register(known, named, ", ", "%d.%m.%Y").select(
        pl.col("district").alias("District"), pl.col("station").alias("Police Station"), pl.col("fir_no").alias("Case No"),
        pl.col("on").alias("Date of Report"), pl.col("occurred").alias("Date of Occurrence"), pl.col("sections").alias("Offence"),
        pl.col("complainant").alias("Complainant"), pl.col("accused").alias("Accused"), pl.col("accused_cnic").alias("Accused CNIC"),
        pl.col("victim").alias("Victim"), pl.col("status").alias("Status"),
    )  # fmt: skip


def islamabad(known: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """An export with the system's own ids and e-tags."""
    return register(known, named, ", ", "%Y-%m-%dT10:00:00+05:00").select(
        pl.col("station").alias("police_station"), pl.format("{}-{}", "on", "case").alias("id"), pl.lit("FIR").alias("record_type"),
        pl.format("ICT-{}-{}", pl.col("on").str.slice(2, 5), "case").alias("e_tag"), pl.col("fir_no").alias("fir_number"),
        pl.col("on").alias("registered_at"), pl.col("occurred").alias("occurred_at"), pl.col("sections"),
        pl.col("complainant").alias("complainant_name"), pl.col("accused").alias("accused_names"),
        pl.col("accused_cnic").alias("accused_cnics"), pl.col("victim").alias("victim_name"), pl.col("status"),
    )  # fmt: skip


FILES: dict[str, tuple[str, Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame], str, str]] = {
    "Punjab": ("CRMS_Persons_{}.csv", persons_file, ",", "utf-8"),
    "Sindh": ("Sindh_Crime_Register_{}.csv", sindh, ",", "utf-8"),
    "Khyber Pakhtunkhwa": ("KP_FIR_{}.csv", plain, ";", "utf-8"),
    "Islamabad Capital Territory": ("ict_fir_export_{}.tsv", islamabad, "\t", "utf-16"),
    "Balochistan": ("levies_cases_{}.csv", plain, ";", "utf-8"),
}


def made(month: str, province: str, count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cases and people of a month in a province."""
    rng = np.random.default_rng([int(month.replace("-", "")), list(SHARES).index(province), count])
    known = cases(rng, month, province, count)
    return known, people(rng, known, month)


def write(month: str, folder: Path, count: int, again: bool) -> None:
    """The files of one month; `again`: some of the month before in Sindh with a new status."""
    target = folder / month
    target.mkdir(parents=True, exist_ok=True)
    for province, share in SHARES.items():
        name, form, delimiter, encoding = FILES[province]
        rows = form(*made(month, province, round(count * share)))
        if again and province == "Sindh":
            old = form(*made(_before(month), province, round(count * share)))
            rows = pl.concat([rows, old.gather_every(10).with_columns(STATUS=pl.lit("CHALLAN SUBMITTED"))])
        text = rows.write_csv(separator=delimiter)
        (target / name.format(month.replace("-", ""))).write_bytes(text.encode(encoding))


def _before(month: str) -> str:
    return str(np.datetime64(month, "M") - 1)


def generate(months: int, folder: Path, count: int = 100_000, first: str = "2017-01") -> None:
    """Write `months` months from `first` on."""
    for at in range(months):
        write(str(np.datetime64(first, "M") + at), folder, count, again=at > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("months", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--first", default="2017-01")
    given = parser.parse_args()
    generate(given.months, given.folder, given.cases, given.first)
