"""The floor: what somebody who knows polars writes to check this one file, one streaming scan, one query.

    python benchmarks/intake/floor.py FILE.csv

It reads the same reference tables and asks the same questions of every row as recordkit does of this format, by the
codes of schemas/rules.toml; it is written for the generator's clean spellings and knows no other way of writing a
value. For every rule it gives how many rows break it and the first of them. Like `recordkit validate` it writes no
records. It does no more: no raw beside cleaned, no ids, no name keys, no quarantine, no suggestions.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import polars as pl

REFERENCE = Path(__file__).parents[2] / "schemas" / "reference"
PERIOD_END = pl.date(2026, 9, 30)
TOTALS = ["total", "grand total", "sub total", "subtotal", "kul", "میزان", "کل"]
FOOTERS = r"^(?i:note|prepared by|checked by|source|signature|copy to)\b"
SHORT_DATE = r"^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}$"
ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
HIJRI = r"^[0-9]{1,2}[/.-][0-9]{1,2}[/.-]1[34][0-9]{2}$"
RANGE = r"[0-9]{4}\s*(?:to|-|–)\s*[0-9]"
NULLS = ["-", "--", "nil", "n/a", "na", "none", "unknown", "not known", "null"]
Rules = dict[str, pl.Expr]


def words(name: str, columns: list[str], keep: list[str]) -> pl.LazyFrame:
    """One row per word of a reference table: the kept columns and `key`, lower case without spaces."""
    table = pl.scan_csv(REFERENCE / f"{name}.csv", infer_schema=False)
    parts = [table.select(*keep, key=pl.col(one).str.split(";")).explode("key") for one in columns]
    return pl.concat(parts).with_columns(key=folded(pl.col("key"))).filter(pl.col("key") != "")


def folded(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def clean(name: str) -> pl.Expr:
    """A cell without spaces around and inside; null when it says nothing."""
    text = pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(~text.str.to_lowercase().is_in(NULLS) & (text != "")).then(text).alias(name)


def vocabulary(frame: pl.LazyFrame, column: str, name: str) -> pl.LazyFrame:
    """`<column>_code` by a join on the folded word."""
    table = words("codes", ["code", "label", "variants"], ["vocabulary", "code"])
    table = table.filter(vocabulary=name).select("key", pl.col("code").alias(f"{column}_code")).unique("key")
    keyed = frame.with_columns(folded(pl.col(column)).alias("_key"))
    return keyed.join(table, left_on="_key", right_on="key", how="left").drop("_key")


def places(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Province, district and station by joins on folded names."""
    provinces = words("jurisdictions", ["jurisdiction", "aliases"], ["jurisdiction"]).unique("key")
    districts = words("districts", ["district", "aliases"], ["province", "district", "valid_from", "valid_to"])
    districts = districts.unique(["province", "key"], keep="last", maintain_order=True)
    stations = words("stations", ["station", "aliases"], ["province", "district", "station"])
    stations = stations.unique(["province", "district", "key"])
    frame = frame.with_columns(
        _p=folded(pl.col("Province")), _d=folded(pl.col("District")), _s=folded(pl.col("Police Station"))
    )
    frame = frame.join(provinces.select(province="jurisdiction", _p="key"), on="_p", how="left")
    districts = districts.select("province", "valid_from", "valid_to", district="district", _d="key")
    frame = frame.join(districts, on=["province", "_d"], how="left")
    stations = stations.select("province", "district", "station", _s="key")
    return frame.join(stations, on=["province", "district", "_s"], how="left").drop("_p", "_d", "_s")


def charges() -> pl.LazyFrame:
    """`act section`, folded, of every listed section."""
    table = pl.scan_csv(REFERENCE / "offences.csv", infer_schema=False)
    forms = pl.concat_str("section", "aliases", separator=";", ignore_nulls=True).str.split(";")
    table = table.with_columns(form=forms).explode("form")
    return table.with_columns(known=pl.concat_str(pl.col("act").str.extract(r"^([A-Z]+)"), "form", separator=" "))


def sections() -> tuple[list[pl.Expr], Rules]:
    """Acts and sections of one cell: 302/34 PPC."""
    listed = charges().collect()
    known = listed["known"].str.to_uppercase().to_list()
    modifiers = listed.filter(provincial_head="modifier")["known"].to_list()
    excluded = listed.filter(npb_head="EXCLUDE")["known"].to_list()
    text = pl.col("Sections").str.to_uppercase()
    act = text.str.extract(r"([A-Z]{2,})(?: [0-9]{4})?$")
    numbers = text.str.replace(r" [A-Z]{2,}(?: [0-9]{4})?$", "").str.split("/")
    made = [
        act.alias("act"),
        pl.concat_list(numbers.list.eval(pl.element().str.extract(r"^([0-9]+(?:-[A-Z])?(?:\([A-Z]+\))?)"))).alias("numbers"),
    ]
    full = pl.col("numbers").list.eval(pl.lit("PPC ") + pl.element())
    ppc = pl.col("act") == "PPC"
    acts = ["PPC", "CNSA", "AO", "ATA", "PECA", "CRPC", "PTPA", "PSMA"]
    rules = {
        "RK312 section-unreadable": pl.col("numbers").list.eval(pl.element().is_null()).list.any(),
        "RK313 section-unknown": ppc & ~full.list.eval(pl.element().is_in(known)).list.all(),
        "RK314 section-out-of-range": ppc & (pl.col("numbers").list.eval(pl.element().str.extract("^([0-9]+)").cast(pl.Int32)).list.max() > 511),
        "RK315 act-unknown": pl.col("act").is_not_null() & ~pl.col("act").is_in(acts),
        "RK316 act-assumed": pl.col("act").is_null() & pl.col("Sections").is_not_null(),
        "RK410 no-charge": pl.col("numbers").list.len().fill_null(0) == 0,
        "RK411 only-modifiers": ppc & full.list.eval(pl.element().is_in(modifiers)).list.all(),
        "RK412 not-a-crime": full.list.eval(pl.element().is_in(excluded)).list.all() & ppc,
    }
    return made, rules


def dates(column: str, name: str, first: int) -> tuple[pl.Expr, Rules]:
    """One date column, day first; other ways of writing it are told apart."""
    raw = pl.col(column)
    day = pl.coalesce(
        raw.str.to_date("%d/%m/%Y", strict=False), raw.str.to_date("%Y-%m-%d", strict=False),
        raw.str.to_date("%d-%b-%Y", strict=False),
    ).alias(name)  # fmt: skip
    inside = pl.col(name).dt.year().is_between(first, 2046)
    return day, {
        f"RK302 {name} unreadable": raw.is_not_null() & pl.col(name).is_null(),
        f"RK326 {name} hijri": raw.str.contains(HIJRI),
        f"RK327 {name} two-digit year": raw.str.contains(SHORT_DATE),
        f"RK328 {name} serial": raw.str.contains(r"^[0-9]{5}$"),
        f"RK332 {name} out of range": ~inside,
        f"RK333 {name} range": raw.str.contains(RANGE),
        f"RK337 {name} order": raw.str.extract(r"^[0-9]{1,2}/([0-9]{1,2})/").cast(pl.Int32) > 12,
    }


def identifiers() -> tuple[list[pl.Expr], Rules]:
    """CNIC, telephone, FIR number, year, age."""
    digits = pl.col("CNIC").str.replace_all(r"[\s-]", "")
    phone = pl.col("Mobile").str.replace_all(r"[\s()-]", "").str.replace(r"^(?:\+92|0092|92|0)?3", "+923")
    number = pl.col("FIR No").str.extract(r"^0*([0-9]{1,7}(?:-[A-Z])?)(?:/(?:20)?[0-9]{2})?$")
    made = [
        digits.alias("digits"),
        pl.when(phone.str.contains(r"^\+923[0-9]{9}$")).then(phone).alias("phone"),
        number.alias("fir_no"),
        pl.col("Year").cast(pl.Int32, strict=False).alias("fir_year"),
        pl.col("Age").str.extract(r"^([0-9]{1,3})").cast(pl.Int32).alias("age"),
        pl.when(digits.str.contains("^[0-9]{13}$")).then(digits.str.slice(12, 1)).alias("last"),
    ]
    rules = {
        "RK304 cnic-malformed": pl.col("CNIC").is_not_null() & ~pl.col("digits").str.contains("^[0-9]{13}$"),
        "RK305 cnic-digits-lost": pl.col("digits").str.contains(r"[eE]|^[1-9][0-9]*0{6}$"),
        "RK306 cnic-dummy": pl.col("digits").str.contains(r"^(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|123451234567.|1234567890123)$"),
        "RK307 cnic-place": pl.col("digits").str.contains("^[09]"),
        "RK334 cnic letters": pl.col("digits").str.contains("[OoQIl|]"),
        "RK309 phone-malformed": pl.col("Mobile").is_not_null() & pl.col("phone").is_null(),
        "RK334 phone letters": pl.col("Mobile").str.contains("[0-9][Oo]"),
        "RK310 fir-number-unreadable": pl.col("FIR No").is_not_null() & pl.col("fir_no").is_null(),
        "RK311 fir-year-missing": pl.col("fir_no").is_not_null() & pl.col("fir_year").is_null(),
        "RK331 year-unreadable": pl.col("Year").is_not_null() & pl.col("fir_year").is_null(),
        "RK519 year": ~pl.col("fir_year").is_between(1947, 2100),
        "RK323 age-unreadable": pl.col("Age").is_not_null() & ~pl.col("age").is_between(0, 120),
        "RK404 cnic-sex-differs": ((pl.col("Gender_code") == "female") & pl.col("last").is_in(list("13579")))
        | ((pl.col("Gender_code") == "male") & pl.col("last").is_in(list("02468"))),
    }
    return made, rules


def people() -> tuple[list[pl.Expr], Rules]:
    """Names and relatives."""
    title = r"^(?i:(?:mst|mr|mrs|ms|dr|haji|syed|mian|malik)\.? )"
    name = pl.col("Name").str.replace(title, "").str.to_titlecase()
    relation = pl.col("Parentage").str.extract(r"^(?i:([SDW])/?O)\b")
    relative = pl.col("Parentage").str.replace(r"^(?i:[SDW]/?O )", "").str.replace(title, "").str.to_titlecase()
    made = [
        pl.when(name.str.contains(r"\p{L}.*\p{L}")).then(name).alias("name"),
        pl.when(relative.str.contains(r"\p{L}.*\p{L}")).then(relative).alias("relative"),
        relation.str.to_uppercase().alias("relation"),
    ]
    return made, {
        "RK329 name-unreadable": pl.col("Name").is_not_null() & pl.col("name").is_null(),
        "RK329 relative-unreadable": pl.col("Parentage").is_not_null() & pl.col("relative").is_null(),
        "RK330 unknown-accused": pl.col("Name").str.contains(r"(?i)\bunknown\b|na-?maloom|نامعلوم"),
        "RK219 several-people": pl.col("Name").str.contains(r"[;\n|]|\d[).]"),
        "RK415 person-without-name": pl.col("name").is_null() & (pl.col("Role_code") != "victim"),
        "RK422 relative-same-as-name": pl.col("relative").str.to_lowercase() == pl.col("name").str.to_lowercase(),
        "RK424 husband-of-male": (pl.col("relation") == "W") & (pl.col("Gender_code") == "male"),
    }


def crossed() -> Rules:
    """Rules over several columns, and the declared limits of typed ones."""
    registered, occurred, born = pl.col("registered_on"), pl.col("occurred_on"), pl.col("born_on")
    accused = pl.col("Role_code") == "accused"
    year = registered.dt.year()
    return {
        "RK209 repeated-header": (pl.col("FIR No") == "FIR No") & (pl.col("District") == "District"),
        "RK210 total-row": pl.col("Province").str.to_lowercase().is_in(TOTALS),
        "RK212 footer-row": pl.col("Province").str.contains(FOOTERS),
        "RK213 blank-row": pl.all_horizontal(pl.col("FIR No", "District", "Name", "FIR Date").is_null()),
        "RK318 province-unknown": pl.col("Province").is_not_null() & pl.col("province").is_null(),
        "RK318 district-unknown": pl.col("District").is_not_null() & pl.col("district").is_null(),
        "RK321 station-unknown": pl.col("Police Station").is_not_null() & pl.col("station").is_null(),
        "RK335 district-superseded": pl.col("valid_to").is_not_null()
        | (year < pl.col("valid_from").str.slice(0, 4).cast(pl.Int32, strict=False)),
        "RK322 status": pl.col("Status").is_not_null() & pl.col("Status_code").is_null(),
        "RK322 role": pl.col("Role").is_not_null() & pl.col("Role_code").is_null(),
        "RK322 sex": pl.col("Gender").is_not_null() & pl.col("Gender_code").is_null(),
        "RK322 nationality": pl.col("Nationality").is_not_null() & pl.col("Nationality_code").is_null(),
        "RK401 registered-before-occurred": registered < occurred,
        "RK402 registered-in-future": registered > PERIOD_END,
        "RK403 fir-year-differs": pl.col("fir_year") != year,
        "RK405 age-dob-differs": (year - born.dt.year() - pl.col("age")).abs() > 2,
        "RK406 minor-accused": accused & pl.coalesce(pl.col("age") < 18, born > registered.dt.offset_by("-18y")),
        "RK408 no-natural-key": pl.col("fir_no").is_null(),
        "RK414 long-delay": (registered - occurred).dt.total_days() > 365,
        "RK421 dob-after-registered": born > registered,
        "RK423 dob-first-january": (born.dt.day() == 1) & (born.dt.month() == 1),
        "RK426 case-without-station": pl.col("fir_no").is_not_null() & pl.col("station").is_null(),
        "RK518 role-missing": pl.col("Role_code").is_null(),
    }


def query(path: Path) -> tuple[pl.LazyFrame, list[str]]:
    """The whole program as one query of one row: two columns for every rule."""
    rows = pl.scan_csv(path, infer_schema=False, row_index_name="row", row_index_offset=2)
    frame = rows.with_columns(clean(name) for name in rows.collect_schema().names() if name != "row")
    for column, name in (("Status", "status"), ("Role", "role"), ("Gender", "sex"), ("Nationality", "country")):
        frame = vocabulary(frame, column, name)
    frame = places(frame)
    rules: Rules = {}
    for made, found in (sections(), identifiers(), people()):
        frame = frame.with_columns(made)
        rules |= found
    for column, name, first in (("FIR Date", "registered_on", 1947), ("Date of Occurrence", "occurred_on", 1947), ("DOB", "born_on", 1900)):
        day, found = dates(column, name, first)
        frame = frame.with_columns(day)
        rules |= found
    rules |= crossed()
    flags = frame.select("row", *(flag.fill_null(False).alias(name) for name, flag in rules.items()))
    counts = [pl.col(name).sum().alias(f"{name}#") for name in rules]
    firsts = [pl.col("row").filter(pl.col(name)).min().alias(f"{name}@") for name in rules]
    return flags.select(pl.len().alias("rows"), *counts, *firsts), list(rules)


if __name__ == "__main__":
    asked, names = query(Path(sys.argv[1]))
    told = asked.collect(engine="streaming").row(0, named=True)
    used = resource.getrusage(resource.RUSAGE_SELF)
    found = {name: (told[f"{name}#"], told[f"{name}@"]) for name in names if told[f"{name}#"]}
    print(json.dumps({"rows": told["rows"], "rules": len(names), "found": found, "cpu": used.ru_utime + used.ru_stime, "gb": used.ru_maxrss / 1e6}))
