"""A synthetic list of people in police cases, with its truth: independent of the sample inbox, and harder.

Spelling variants, Urdu script, names that lose or gain parts, CNICs missing, mistyped or a relative's, day and month
swapped, ages instead of dates, families that share a father, a phone and a street, and crews that offend together.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import name_stock as stock
import numpy as np
import polars as pl

Array = np.ndarray
PROVINCES = [
    ("Punjab", 0.52),
    ("Sindh", 0.22),
    ("Khyber Pakhtunkhwa", 0.16),
    ("Balochistan", 0.06),
    ("Islamabad", 0.04),
]
DIGIT = {"Punjab": 3, "Sindh": 4, "Khyber Pakhtunkhwa": 1, "Balochistan": 5, "Islamabad": 6}
STREETS = ["Mohallah Islampura", "Chak No. {n}", "Gali No. {n}", "Basti {x}", "Dhok {x}", "Goth {x}", "Killi {x}",
           "Mohallah {x}", "{x} Town Block {n}", "Kot {x}", "Village {x}", "Street {n} {x} Colony"]  # fmt: skip


def zipf(rng: np.random.Generator, count: int, size: int, power: float = 0.75) -> Array:
    """Indices 0..count-1, the first the most frequent."""
    share = 1 / np.arange(1, count + 1) ** power
    return rng.choice(count, size, p=share / share.sum()).astype(np.int32)


class Tokens:
    """One list of name parts: usual, variant and Urdu spellings, by index; -1 is no part."""

    def __init__(self, text: str) -> None:
        self.pairs = stock.pairs(text)
        spelt = [[a, *stock.variants(a), b] for a, b in self.pairs]
        self.spellings = pl.Series([text for row in spelt for text in row])

    def spell(self, rng: np.random.Generator, index: Array, urdu: Array, vary: float) -> pl.Series:
        """Text of every index; null for -1."""
        place = np.where(rng.random(len(index)) < vary, rng.integers(1, 7, len(index)), 0)
        flat = np.where(index < 0, -1, index.astype(np.int64) * 8 + np.where(urdu, 7, place))
        at = pl.Series(flat)
        return self.spellings.gather(at.set(at < 0, None))


MALE, FEMALE, AFTER, BEFORE, FEMALE_AFTER, CASTE = (
    Tokens(text) for text in (stock.MALE, stock.FEMALE, stock.AFTER, stock.BEFORE, stock.FEMALE_AFTER, stock.CASTE)
)


def male_names(rng: np.random.Generator, count: int) -> Array:
    """before, given, second given, after: indices, -1 for none."""
    kind = rng.random(count)
    before = np.where(kind < 0.38, np.where(rng.random(count) < 0.7, 0, zipf(rng, 8, count)), -1)
    after = np.where((kind > 0.3) & (kind < 0.72), zipf(rng, len(AFTER.pairs), count), -1)
    second = np.where(kind > 0.86, zipf(rng, len(MALE.pairs), count), -1)
    return np.stack([before, zipf(rng, len(MALE.pairs), count), second, after], axis=1)


def people(rng: np.random.Generator, count: int) -> dict[str, Array]:
    """The real people. A third live in families: one father, one street, often one phone."""
    family = np.where(rng.random(count) < 0.35, rng.integers(0, max(count // 8, 1), count), count + np.arange(count))
    _, family = np.unique(family, return_inverse=True)
    households = int(family.max()) + 1
    female = rng.random(count) < 0.14
    name = male_names(rng, count)
    name[female, 0] = -1
    name[female, 1] = zipf(rng, len(FEMALE.pairs), int(female.sum()))
    name[female, 2] = -1
    name[female, 3] = np.where(rng.random(int(female.sum())) < 0.7, zipf(rng, 7, int(female.sum())), -1)
    province = rng.choice(len(PROVINCES), households, p=[share for _, share in PROVINCES])
    district = province * 40 + zipf(rng, 34, households, 0.6)
    days = rng.integers(0, 19_500, count)
    born = np.datetime64("1955-01-01") + days
    rough = rng.random(count) < 0.25
    born = np.where(rough, born.astype("datetime64[Y]").astype("datetime64[D]"), born)
    digits = np.array([DIGIT[name] for name, _ in PROVINCES])[province[family]]
    serial = rng.integers(1_000_000, 10_000_000, count)
    cnic = (digits * 10_000 + 1_000 + district[family] * 7 % 9_000) * 10**8 + serial * 10
    cnic += rng.integers(0, 5, count) * 2 + ~female
    return {
        "relative_cnic": _of_a_relative(family, cnic),
        "family": family, "female": female, "name": name, "father": male_names(rng, households)[family],
        "husband": male_names(rng, count), "married": female & (rng.random(count) < 0.6), "born": born, "cnic": cnic,
        "caste": zipf(rng, len(CASTE.pairs), households)[family], "district": district[family],
        "province": province[family], "street": rng.integers(0, len(STREETS), households)[family],
        "number": rng.integers(1, 160, households)[family], "place": zipf(rng, len(MALE.pairs), households, 0.5)[family],
        "phone": rng.integers(3_000_000_000, 3_499_999_999, count),
        "house_phone": rng.integers(3_000_000_000, 3_499_999_999, households)[family],
        "alias": zipf(rng, len(MALE.pairs), count, 0.3),
    }  # fmt: skip


def _of_a_relative(family: Array, cnic: Array) -> Array:
    """CNIC of another member of the family, 0 where there is none."""
    order = np.argsort(family, kind="stable")
    found = np.zeros(len(order), np.int64)
    same = np.roll(family[order], 1) == family[order]
    found[order] = np.where(same, np.roll(cnic[order], 1), 0)
    return found


def appearances(rng: np.random.Generator, rows: int) -> tuple[Array, Array, int]:
    """person and case of every mention, and the number of people: crews offend together, with changing members."""
    crews = max(int(rows / 3.05), 1)
    size = rng.choice([1, 2, 3, 4, 5], crews, p=[0.52, 0.2, 0.14, 0.09, 0.05])
    times = rng.choice([1, 2, 3, 4, 6, 9], crews, p=[0.5, 0.24, 0.12, 0.08, 0.04, 0.02])
    first = np.cumsum(size) - size
    crew_of_case = np.repeat(np.arange(crews), times)
    members = size[crew_of_case]
    case = np.repeat(np.arange(len(crew_of_case)), members)
    offset = np.arange(len(case)) - np.repeat(np.cumsum(members) - members, members)
    person = first[crew_of_case[case]] + offset
    there = (rng.random(len(case)) < 0.78) | (offset == 0) & (rng.random(len(case)) < 0.6)
    guests = rng.random(len(crew_of_case)) < 0.12
    person = np.concatenate([person[there], rng.integers(0, int(size.sum()), int(guests.sum()))])
    case = np.concatenate([case[there], np.flatnonzero(guests)])
    once = np.unique(case.astype(np.int64) * (1 << 32) + person)
    rng.shuffle(once)
    return (once & 0xFFFFFFFF)[:rows], (once >> 32)[:rows], int(size.sum())


def generate(rows: int, seed: int = 7) -> pl.DataFrame:
    """About `rows` mentions as strings, with `case_id`, and the truth in `true_person`."""
    rng = np.random.default_rng(seed)
    who, case, count = appearances(rng, rows)
    world = people(rng, count)
    told = {name: values[who] for name, values in world.items()}
    n = len(who)
    urdu = rng.random(n) < np.where(told["province"] == 2, 0.55, 0.05)
    when = np.datetime64("2024-01-01") + rng.integers(0, 1_000, int(case.max()) + 1)[case]
    frame = pl.DataFrame({"case_id": case, "case_date": when.astype("datetime64[D]"), "true_person": who})
    return frame.with_columns(
        row_id=pl.int_range(pl.len()),
        name=_full_name(rng, told, urdu),
        parentage=_parentage(rng, told, urdu),
        sex=_sex(rng, told, n),
        cnic=_cnic(rng, told, n),
        phone=_phone(rng, told, n),
        **_births(rng, told, when, n),
        district=_district(rng, told, n),
        address=_address(rng, told, n),
    )


def _name(rng: np.random.Generator, parts: Array, female: Array, urdu: Array, lost: float) -> list[pl.Series]:
    """The spelt parts of names. Weightless parts are lost or gained more often than the others."""
    n = len(parts)
    before = np.where(rng.random(n) < 0.3, -1, parts[:, 0])
    before = np.where((parts[:, 0] < 0) & ~female & (rng.random(n) < 0.1), 0, before)
    after = np.where(rng.random(n) < lost * 1.6, -1, parts[:, 3])
    second = np.where(rng.random(n) < lost, -1, parts[:, 2])
    man = MALE.spell(rng, np.where(female, -1, parts[:, 1]), urdu, 0.3)
    woman = FEMALE.spell(rng, np.where(female, parts[:, 1] % len(FEMALE.pairs), -1), urdu, 0.3)
    tail = AFTER.spell(rng, np.where(female, -1, after), urdu, 0.25)
    her = FEMALE_AFTER.spell(rng, np.where(female & (after < 7), after, -1), urdu, 0.25)
    given = pl.select(pl.coalesce(man, woman)).to_series()
    last = pl.select(pl.coalesce(tail, her)).to_series()
    return [BEFORE.spell(rng, before, urdu, 0.45), given, MALE.spell(rng, second, urdu, 0.3), last]


def _full_name(rng: np.random.Generator, told: dict[str, Array], urdu: Array) -> pl.Series:
    n = len(urdu)
    caste = CASTE.spell(rng, np.where(rng.random(n) < 0.14, told["caste"], -1), urdu, 0.2)
    alias = MALE.spell(rng, np.where((rng.random(n) < 0.06) & ~told["female"], told["alias"], -1), urdu, 0.3)
    parts = [*_name(rng, told["name"], told["female"], urdu, 0.08), caste]
    text = pl.select(
        pl.concat_str(parts, separator=" ", ignore_nulls=True)
        + pl.when(alias.is_not_null()).then(pl.lit(" @ ") + alias).otherwise(pl.lit(""))
    ).to_series()
    text = _typos(rng, text, 0.035)
    upper = pl.Series(rng.random(n) < 0.3)
    return pl.select(pl.when(upper).then(text.str.to_uppercase()).otherwise(text)).to_series()


def _parentage(rng: np.random.Generator, told: dict[str, Array], urdu: Array) -> pl.Series:
    n = len(urdu)
    wife = told["married"] & (rng.random(n) < 0.6)
    parts = np.where(wife[:, None], told["husband"], told["father"])
    name = pl.concat_str(_name(rng, parts, np.zeros(n, bool), urdu, 0.08), separator=" ", ignore_nulls=True)
    mark = np.where(
        wife, np.where(urdu, "زوجہ ", "W/O "), np.where(urdu, "ولد ", np.where(told["female"], "D/O ", "S/O "))
    )
    text = _typos(rng, pl.select(name).to_series(), 0.035)
    return pl.select(pl.when(pl.Series(rng.random(n) < 0.95)).then(pl.Series(mark, dtype=pl.String) + text)).to_series()


def _typos(rng: np.random.Generator, text: pl.Series, share: float) -> pl.Series:
    """Leave out or double one letter."""
    n = len(text)
    at = pl.Series((rng.random(n) * (text.str.len_chars().to_numpy() - 1)).astype(np.int64) + 1)
    head, tail = text.str.slice(0, at), text.str.slice(at)
    less = pl.select(pl.concat_str(head, tail.str.slice(1))).to_series()
    more = pl.select(pl.concat_str(head, text.str.slice(at - 1))).to_series()
    chance = rng.random(n)
    wrong, double = pl.Series(chance < share), pl.Series(chance < share / 2)
    return pl.select(pl.when(double).then(more).when(wrong).then(less).otherwise(text)).to_series()


def _cnic(rng: np.random.Generator, told: dict[str, Array], n: int) -> pl.Series:
    lent = (rng.random(n) < 0.03) & (told["relative_cnic"] > 0)
    number = np.where(lent, told["relative_cnic"], told["cnic"])
    place = 10 ** rng.integers(0, 12, n)
    digit = number // place % 10
    typo = rng.random(n) < 0.05
    number = np.where(typo, number + ((digit + rng.integers(1, 9, n)) % 10 - digit) * place, number)
    next_digit = number // (place * 10) % 10
    digit = number // place % 10
    swap = rng.random(n) < 0.015
    number = np.where(swap, number + (digit - next_digit) * place * 10 + (next_digit - digit) * place, number)
    text = pl.Series(number).cast(pl.String)
    dashed = text.str.slice(0, 5) + "-" + text.str.slice(5, 7) + "-" + text.str.slice(12)
    form, there = pl.Series(rng.random(n) < 0.9), pl.Series(rng.random(n) < 0.68)
    dummy = pl.Series(rng.random(n) < 0.004)
    shown = pl.when(form).then(dashed).otherwise(text)
    return pl.select(pl.when(dummy).then(pl.lit("11111-1111111-1")).when(there).then(shown)).to_series()


def _phone(rng: np.random.Generator, told: dict[str, Array], n: int) -> pl.Series:
    house = rng.random(n) < 0.4
    new = rng.random(n) < 0.12
    number = np.where(
        new, rng.integers(3_000_000_000, 3_499_999_999, n), np.where(house, told["house_phone"], told["phone"])
    )
    text = pl.Series(number).cast(pl.String)
    form = rng.random(n)
    shown = (
        pl.when(pl.Series(form < 0.8)).then("0" + text.str.slice(0, 3) + "-" + text.str.slice(3))
        .when(pl.Series(form < 0.9)).then("0" + text).otherwise("+92" + text)
    )  # fmt: skip
    return pl.select(pl.when(pl.Series(rng.random(n) < 0.55)).then(shown)).to_series()


def _births(rng: np.random.Generator, told: dict[str, Array], when: Array, n: int) -> dict[str, pl.Series]:
    born = pl.Series(told["born"].astype("datetime64[D]"))
    day, month, year = born.dt.day(), born.dt.month().cast(pl.Int32), born.dt.year()
    swap = pl.Series(rng.random(n) < 0.06) & (day <= 12)
    slip = pl.Series(np.where(rng.random(n) < 0.04, rng.integers(-3, 4, n), 0))
    shown = pl.date(
        year + slip, pl.when(swap).then(day.cast(pl.Int32)).otherwise(month),
        pl.when(swap).then(month).otherwise(day).clip(1, 28),
    )  # fmt: skip
    choice = rng.random(n)
    age = (
        (when.astype("datetime64[Y]").astype(int) + 1970) - year.to_numpy() + np.rint(rng.normal(0, 1.2, n)).astype(int)
    )
    return {
        "date_of_birth": pl.select(pl.when(pl.Series(choice < 0.6)).then(shown.dt.strftime("%d-%m-%Y"))).to_series(),
        "age": pl.select(pl.when(pl.Series((choice > 0.6) & (choice < 0.95))).then(pl.Series(age))).to_series().cast(pl.String),
    }  # fmt: skip


def _sex(rng: np.random.Generator, told: dict[str, Array], n: int) -> pl.Series:
    text = pl.when(pl.Series(told["female"])).then(pl.lit("F")).otherwise(pl.lit("M"))
    return pl.select(pl.when(pl.Series(rng.random(n) < 0.9)).then(text)).to_series()


def _district(rng: np.random.Generator, told: dict[str, Array], n: int) -> pl.Series:
    moved = np.where(rng.random(n) < 0.08, rng.choice(5, n) * 40 + rng.integers(0, 34, n), told["district"])
    return pl.select(pl.lit("D") + pl.Series(moved).cast(pl.String)).to_series()


def _address(rng: np.random.Generator, told: dict[str, Array], n: int) -> pl.Series:
    street = pl.Series(STREETS).gather(pl.Series(told["street"]))
    place = MALE.spell(rng, told["place"], np.zeros(n, bool), 0.2)
    frame = pl.DataFrame({"s": street, "x": place, "n": pl.Series(told["number"]).cast(pl.String)})
    text = frame.select(
        pl.col("s").str.split("{x}").list.first() + pl.when(pl.col("s").str.contains("{x}", literal=True)).then("x").otherwise(pl.lit(""))
        + pl.when(pl.col("s").str.contains("{n}", literal=True)).then(pl.lit(" ") + pl.col("n")).otherwise(pl.lit(""))
    ).to_series().str.replace("{n}", "", literal=True).str.replace_all("  ", " ").str.strip_chars()  # fmt: skip
    text = _typos(rng, text, 0.06)
    return pl.select(pl.when(pl.Series(rng.random(n) < 0.45)).then(text)).to_series()


if __name__ == "__main__":
    generate(int(sys.argv[1])).write_parquet(Path(sys.argv[2]))
    print(date.today().isoformat(), "written")
