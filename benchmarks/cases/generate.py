"""Cases of several years with their people and charges, and the truth of which numbers are one incident.

Independent of the sample inbox. Planted: numbers typed with a slip, transfers and two agencies' numbers that nobody
quoted (half of these are enquiries, half have no district); and what looks like them: the same parties twice in two
days under neighbouring numbers, the same parties or the same offenders at the other agency in another matter, officers
who complain in hundreds of cases, offenders who come back, cross versions. A case in 25 names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

SECTIONS = ["379", "302", "324", "392", "9(c)", "13", "420", "337-A(i)", "365-B", "380", "489-F", "506"]
STATIONS, DISTRICTS = 10, 150
FIRST = date(2016, 1, 1)
PARTS = ("slip", "transfer", "agency", "twice", "cross", "matter", "crew")
SHARES = (0.008, 0.003, 0.003, 0.010, 0.003, 0.001, 0.002)
TRUE = PARTS[:3]  # the others only look like one incident


@dataclass(frozen=True)
class Made:
    """cases, charges, persons: submissions as linking takes them. truth: record_id, incident, planted (kind or null)."""

    cases: pl.DataFrame
    charges: pl.DataFrame
    persons: pl.DataFrame
    truth: pl.DataFrame


def generate(count: int, years: int = 3, seed: int = 11) -> Made:
    """`count` incidents, each reported twice (a month apart), and the planted ones."""
    rng = np.random.default_rng(seed)
    base = _incidents(rng, count, years)
    planted = [_planted(rng, base, part, round(count * share)) for part, share in zip(PARTS, SHARES, strict=True)]
    whole = pl.concat([base.with_columns(planted=pl.lit(None, dtype=pl.String)), *planted], how="diagonal")
    whole = whole.with_row_index("serial").with_columns(pl.format("R{}", "serial").alias("record_id"))
    return Made(_cases(rng, whole), _charges(whole), _persons(rng, whole), whole.select("record_id", "incident", "planted"))


def _incidents(rng: np.random.Generator, count: int, years: int) -> pl.DataFrame:
    """One row per incident; numbers grow with the days in every station and year."""
    day = np.sort(rng.integers(0, 365 * years, count))
    district, station = rng.integers(0, DISTRICTS, count), rng.integers(0, STATIONS, count)
    frame = pl.DataFrame({"incident": np.arange(count), "day": day, "district": district, "station": station})
    frame = frame.with_columns(
        fir_year=(2016 + pl.col("day") // 365).cast(pl.Int32),
        happened=pl.col("day") - pl.Series(rng.choice([0, 0, 0, 1, 1, 2, 5], count)),
        section=pl.Series(rng.choice(len(SECTIONS), count)),
        known=pl.Series(rng.random(count) > 0.22),
        crowd=pl.Series(rng.choice([1, 1, 1, 2, 2, 3], count)),
        officer=pl.Series(rng.random(count) < 0.15),
        bare=pl.Series(rng.random(count) < 0.04),
    )
    number = 1 + pl.int_range(pl.len()).over("district", "station", "fir_year")
    fresh = rng.integers(0, 4 * count, count)
    back = np.maximum(np.arange(count) - rng.integers(1, 3000, count), 0)
    offender = np.where(rng.random(count) < 0.12, fresh[back], fresh)
    return frame.with_columns(number=number, complainant=pl.Series(rng.integers(0, 4 * count, count)),
                              offender=pl.Series(offender), moved=pl.lit(False), agency=pl.lit("punjab"))  # fmt: skip


def _planted(rng: np.random.Generator, base: pl.DataFrame, part: str, count: int) -> pl.DataFrame:
    """More registrations of some incidents, or incidents that look like them."""
    rows = base[rng.choice(base.height, count, replace=False)].with_columns(planted=pl.lit(part))
    later = pl.Series(rng.integers(2, 35, count))
    if part == "slip":
        return rows.with_columns(number=pl.Series([_slip(rng, n) for n in rows["number"]]))
    if part == "transfer":
        return rows.with_columns(day=pl.col("day") + later, station=(pl.col("station") + 1) % STATIONS,
                                 number=pl.Series(rng.integers(1, 900, count)), moved=pl.lit(True))  # fmt: skip
    if part == "agency":
        other = pl.Series(rng.choice(len(SECTIONS), count))
        return rows.with_columns(day=pl.col("day") + later, agency=pl.lit("fia"), number=pl.Series(rng.integers(1, 99, count)),
                                 section=pl.when(pl.Series(rng.random(count) < 0.5)).then("section").otherwise(other))  # fmt: skip
    if part in ("matter", "crew"):
        other = {"complainant": pl.Series(rng.integers(0, 4 * base.height, count))} if part == "crew" else {}
        return rows.with_columns(
            incident=pl.col("incident") + base.height * (PARTS.index(part) + 1), day=pl.col("day") + later, agency=pl.lit("fia"),
            happened=pl.col("day") + later - 1, number=pl.Series(rng.integers(1, 99, count)),
            section=pl.when(pl.Series(rng.random(count) < 0.4)).then("section").otherwise(pl.Series(rng.choice(len(SECTIONS), count))),
            **other,
        )  # fmt: skip
    new = rows.with_columns(incident=pl.col("incident") + base.height * (PARTS.index(part) + 1), number=pl.col("number") + 1)
    if part == "cross":
        return new.with_columns(complainant="offender", offender="complainant", known=pl.lit(True), officer=pl.lit(False),
                                number=pl.col("number") + 2)  # fmt: skip
    shift = pl.Series(rng.integers(0, 3, count))
    section = pl.when(pl.Series(rng.random(count) < 0.6)).then(pl.Series(rng.choice(len(SECTIONS), count))).otherwise("section")
    return new.with_columns(day=pl.col("day") + shift, happened=pl.col("happened") + shift, section=section)


def _slip(rng: np.random.Generator, number: int) -> int:
    """Two digits turned, one wrong, or one too many."""
    digits = list(str(number))
    kind, at = rng.random(), int(rng.integers(0, len(digits)))
    if kind < 0.4 and len(set(digits)) > 1:
        at = next(place for place in range(len(digits) - 1) if digits[place] != digits[place + 1])
        digits[at], digits[at + 1] = digits[at + 1], digits[at]
    elif kind < 0.8:
        digits[at] = str((int(digits[at]) + int(rng.integers(1, 9))) % 10)
    else:
        digits.insert(at, str(rng.integers(0, 10)))
    return max(int("".join(digits)), 1)


def _cases(rng: np.random.Generator, whole: pl.DataFrame) -> pl.DataFrame:
    """Two submissions of every registration: the second a month later, under the same record id in another file."""
    start = pl.lit(FIRST)
    said = pl.Series(rng.random(whole.height) > 0.25)
    enquiry = (pl.col("agency") == "fia") & pl.Series(rng.random(whole.height) < 0.5)
    no_place = rng.random(whole.height) < 0.5
    one = whole.select(
        "record_id", "fir_year", "agency",
        registered_on=start + pl.duration(days="day"),
        occurred_from=pl.when(said).then(start + pl.duration(days="happened")),
        fir_no=pl.when(~enquiry).then(pl.col("number").cast(pl.String)),
        enquiry_no=pl.when(enquiry).then(pl.col("number").cast(pl.String)),
        enquiry_year=pl.when(enquiry).then("fir_year"),
        district=pl.when(~pl.Series(no_place) | (pl.col("agency") != "fia")).then(pl.format("District {}", "district")),
        police_station=pl.when(pl.col("agency") == "punjab").then(pl.format("Station {}", "station")),
        office=pl.when(pl.col("agency") == "fia").then(pl.format("AHTC {}", "district")),
        province=pl.lit("Punjab"), stage=pl.when(enquiry).then(pl.lit("enquiry")).otherwise(pl.lit("case")), sheet=pl.lit(""), row=pl.int_range(pl.len()),
        status=pl.when("moved").then(pl.lit("transferred")).otherwise(pl.lit("under_investigation")),
    )  # fmt: skip
    month = pl.col("registered_on").dt.strftime("%Y-%m")
    first = one.with_columns(period=month, received=month, file_sha256=pl.format("file {}", month))
    again = one.with_columns(period=month, received=pl.col("registered_on").dt.offset_by("1mo").dt.strftime("%Y-%m"))
    return pl.concat([first, again.with_columns(file_sha256=pl.format("file {} again", month)).select(first.columns)])


def _charges(whole: pl.DataFrame) -> pl.DataFrame:
    return whole.select("record_id", act=pl.lit("PPC 1860"), section=pl.lit(pl.Series(SECTIONS)).gather("section"))


def _persons(rng: np.random.Generator, whole: pl.DataFrame) -> pl.DataFrame:
    """A complainant (some of them officers) and up to three accused; spellings differ between registrations."""
    officer = pl.format("officer {} {}", "district", "station")
    parts = [whole.select("record_id", "day", position=pl.lit(0), role=pl.lit("complainant"),
                          who=pl.when("officer").then(officer).otherwise(pl.format("p{}", "complainant")))]  # fmt: skip
    for at in range(3):
        here = whole.filter(pl.col("known") & (pl.col("crowd") > at))
        parts.append(here.select("record_id", "day", position=pl.lit(at), role=pl.lit("accused"),
                                 who=pl.format("p{}", pl.col("offender") + at)))  # fmt: skip
    every = pl.concat(parts).join(whole.filter("bare"), on="record_id", how="anti", maintain_order="left")
    code = every["who"].hash(5)
    spelt = pl.Series(rng.random(every.height) < 0.06)
    named = every.with_columns(
        name_key=pl.when(spelt).then(pl.format("v{}", code % 1500)).otherwise(pl.format("n{}", code % 1500)),
        relative_key=pl.when(pl.Series(rng.random(every.height) < 0.04)).then(pl.format("w{}", (code // 7919) % 1500))
        .otherwise(pl.format("r{}", (code // 7919) % 1500)),
        cnic=pl.when(pl.Series(rng.random(every.height) < 0.55) & (pl.col("role") == "accused"))
        .then(pl.format("35{}", code % 10**11)),
    )  # fmt: skip
    month = (pl.lit(FIRST) + pl.duration(days="day")).dt.strftime("%Y-%m")
    return named.select(
        "record_id", "role", "position", "name_key", "relative_key", "cnic", name="name_key", relative_name="relative_key",
        mention_ref=pl.format("{}:{}:{}", "record_id", "role", "position"), agency=pl.lit("punjab"), sheet=pl.lit(""),
        row=pl.int_range(pl.len()), period=month, received=month, file_sha256=pl.format("file {}", month),
    )  # fmt: skip
