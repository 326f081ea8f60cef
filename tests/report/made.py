"""A made-up edition, in memory: every table a report reads, with the awkward things in it."""

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from recordkit import counts
from recordkit.issues import Rule
from recordkit.report.context import Knowledge
from recordkit.report.words import load

S, I64, I32, B, D, L = pl.String, pl.Int64, pl.Int32, pl.Boolean, pl.Date, pl.List(pl.String)
CASES = {
    "case_id": S, "agency": S, "agencies": L, "stage": S, "province": S, "district": S, "registered_on": D,
    "period": S, "status": S, "npb_head": S, "iccs_code": S, "tip_tier": S, "fir_no": S,
}  # fmt: skip
CHARGES = {"case_id": S, "npb_head": S, "iccs_code": S, "tip_tier": S, "is_modifier": B, "is_crime": B}
PERSONS = {
    "mention_id": S, "case_id": S, "role": S, "name": S, "cnic": S, "sex": S, "age": I32, "date_of_birth": D,
    "exploitation": S, "victim_status": S,
}  # fmt: skip
SERVICES = {"service_id": S, "service": S, "outcome": S, "agency": S, "period": S}
SOURCES = {
    "file_sha256": S, "name": S, "agency": S, "format": S, "period": S, "rows_read": I64, "rows_accepted": I64,
    "rows_quarantined": I64, "rows_corrected": I64, "rows_skipped": I64, "duplicate_of": S,
}  # fmt: skip
ISSUES = {"file_sha256": S, "row": I64, "code": S, "severity": S, "detail": S}
RETURNS = {
    "agency": S, "source": S, "file_sha256": S, "period": S, "province": S, "district": S, "unit": S, "head": S,
    "count": I64, "is_total": B, "place_level": S,
}  # fmt: skip
SCHEMAS = {
    "cases": CASES, "charges": CHARGES, "persons": PERSONS, "services": SERVICES, "sources": SOURCES,
    "issues": ISSUES, "returns": RETURNS,
}  # fmt: skip

SECRET_NAME, SECRET_CNIC = "Ghulam Rasool Secret", "35202-1234567-1"


@dataclass(frozen=True)
class Agency:
    name: str
    province: str | None = None
    expected_districts: int | tuple[str, ...] | None = None
    registers_cases: bool = True
    expected_volume: Any = None


@dataclass(frozen=True)
class MadeEdition:
    id: str = "2026-10-r1-0123abcd"
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)

    def scan(self, table: str) -> pl.LazyFrame:
        return self.tables[table].lazy()


AGENCIES = {
    "punjab": Agency("Punjab Police", "Punjab"),
    "sindh": Agency("Sindh Police", "Sindh"),
    "levies": Agency("Balochistan Levies", "Balochistan", ("Zhob", "Kech")),
    "railways": Agency("Pakistan Railways Police"),
    "fia": Agency("Federal Investigation Agency"),
    "statement": Agency("Crime statements of the provinces"),
    "shelter": Agency("Shelters and welfare departments"),
    "silent": Agency("Gilgit-Baltistan Police", "Gilgit-Baltistan"),
}
DISTRICTS = {
    "Punjab": ["Lahore", "Gujrat", "Multan", "Rahim Yar Khan"],
    "Sindh": ["Karachi South", "Hyderabad", "Shaheed Benazirabad"],
    "Balochistan": ["Zhob", "Kech"],
}
HEADS = ["Murder", "Attempt to Murder", "Kidnapping/Abduction", "Dacoity", "Robbery", "Burglary", "Cattle Theft",
         "Other Theft", "Others"]  # fmt: skip
TIERS = ["A_statutory_tip", "B_slavery_exploitation", "C_indicator", "D_smuggling"]
MONTHS = ["2026-07", "2026-08", "2026-09", "2026-10"]


def rule(code: str, name: str, severity: str) -> Rule:
    return Rule(
        code=code, name=name, level="reading", severity=severity, why="It matters.", condition="it is so",
        fix=f"Send the {name.replace('-', ' ')} again, written as the format says.", good=("a",), bad=("b",),
    )  # fmt: skip


RULES = {
    one.code: one
    for one in [
        rule("RK102", "password", "reject"),
        rule("RK302", "date-unreadable", "flag"),
        rule("RK304", "cnic-malformed", "flag"),
        rule("RK310", "fir-number-unreadable", "reject"),
        rule("RK318", "place-unknown", "flag"),
        rule("RK207", "letterhead-row", "note"),
    ]
}


def knowledge(agencies=AGENCIES, language="en") -> Knowledge:
    codes = [("head", head, head) for head in HEADS]
    codes += [("status", "challan_complete", "Challan complete"), ("status", "untraced", "Untraced")]
    codes += [("sex", "female", "Female"), ("sex", "male", "Male"), ("service", "shelter", "Shelter")]
    codes += [("exploitation", "labour", "Forced labour or services"), ("victim_status", "presumed", "Presumed")]
    frame = pl.DataFrame(codes, schema=["vocabulary", "code", "label"], orient="row")
    return Knowledge(load(language=language), frame, agencies, RULES)


def rows(table: str, given: list[dict]) -> pl.DataFrame:
    schema = SCHEMAS[table]
    return pl.DataFrame([{**dict.fromkeys(schema), **row} for row in given], schema=schema)


def edition(size: int = 900, seed: int = 7, agencies=AGENCIES, **extra: list[dict]) -> MadeEdition:
    """`size` cases; `extra` rows of a table are added to the made ones."""
    dice = random.Random(seed)
    tables = {"cases": [], "charges": [], "persons": [], "services": [], "returns": []}
    for number in range(size):
        _case(dice, number, tables)
    for number in range(size // 20):
        tables["services"].append(
            {"service_id": str(number), "agency": "shelter", "period": dice.choice(MONTHS),
             "service": dice.choice(["shelter", "legal", None]), "outcome": dice.choice(["ongoing", "completed"])}
        )  # fmt: skip
    tables["sources"], tables["issues"] = _sources(dice), _issues(dice)
    made = {name: rows(name, [*tables[name], *extra.get(name, [])]) for name in SCHEMAS}
    made["counts"] = compiled(made, agencies)
    made["returns"] = pl.concat([made["returns"], _returns(dice, made["counts"])])
    return MadeEdition(tables=made)


def compiled(made: dict[str, pl.DataFrame], agencies=AGENCIES) -> pl.DataFrame:
    pairs = [(province, district) for province, names in DISTRICTS.items() for district in names]
    reference = pl.DataFrame(pairs, schema=["province", "district"], orient="row")
    return counts.compile(made["cases"], made["charges"], made["persons"], made["sources"], agencies=agencies, districts=reference)


def _case(dice: random.Random, number: int, tables: dict[str, list[dict]]) -> None:
    agency = dice.choices(["punjab", "sindh", "levies", "railways", "fia"], [60, 25, 3, 4, 8])[0]
    month = dice.choice(MONTHS if agency != "sindh" else MONTHS[:2] + MONTHS[3:])
    home = AGENCIES[agency].province or dice.choice(["Punjab", "Sindh"])
    head = dice.choices([*HEADS, None], [5, 6, 9, 1, 7, 8, 2, 25, 36, 1])[0]
    tier = dice.choice(TIERS) if agency == "fia" or dice.random() < 0.05 else None
    case = {
        "case_id": f"C{number}", "agency": agency, "agencies": [agency], "province": home, "npb_head": head,
        "stage": "enquiry" if agency == "fia" and dice.random() < 0.2 else "case", "tip_tier": tier,
        "district": dice.choice(DISTRICTS[home]) if agency not in ("railways", "fia") else None,
        "registered_on": date(2026, int(month[5:]), dice.randint(1, 28)), "period": month, "fir_no": f"{number}",
        "status": dice.choice(["under_investigation", "challan_complete", "untraced", "cancelled", None]),
    }  # fmt: skip
    tables["cases"].append(case)
    tables["charges"].append({"case_id": f"C{number}", "npb_head": head, "tip_tier": tier, "is_modifier": False})
    for at in range(dice.choice([0, 1, 1, 2])):
        trafficked = tier is not None
        tables["persons"].append(
            {"mention_id": f"M{number}.{at}", "case_id": f"C{number}", "name": SECRET_NAME, "cnic": SECRET_CNIC,
             "role": dice.choice(["victim", "accused", "complainant"]), "sex": dice.choice(["female", "male", None]),
             "age": dice.choice([None, 7, 14, 19, 25, 33, 60]),
             "exploitation": dice.choice(["labour", "sexual"]) if trafficked else None,
             "victim_status": "presumed" if trafficked else None}
        )  # fmt: skip


def _sources(dice: random.Random) -> list[dict]:
    made = []
    for agency in ["punjab", "sindh", "levies", "railways", "fia", "statement", "shelter"]:
        for month in MONTHS:
            if (agency, month) in [("sindh", "2026-09"), ("railways", "2026-08"), ("levies", "2026-10")]:
                continue
            read, bad = dice.randint(100, 900), dice.randint(0, 12)
            made.append(
                {"file_sha256": f"{agency}{month}", "name": f"{agency}_{month}.xlsx", "agency": agency, "format": "f",
                 "period": month, "rows_read": read, "rows_accepted": read - bad - 5, "rows_quarantined": bad,
                 "rows_corrected": 0, "rows_skipped": 5}
            )  # fmt: skip
    nil = dict.fromkeys(["rows_read", "rows_accepted", "rows_quarantined", "rows_corrected", "rows_skipped"], 0)
    made += [
        {"file_sha256": "nil", "name": "levies_10.csv", "agency": "levies", "format": "f", "period": "2026-10", **nil},
        {"file_sha256": "again", "name": "copy of punjab_2026-07.xlsx", "agency": "punjab", "format": "f",
         "period": "2026-07", "duplicate_of": "punjab2026-07", **nil},
        {"file_sha256": "locked", "name": "Sindh Sept (final) FINAL.xlsx", "period": "2026-09", **nil},
    ]  # fmt: skip
    return made


def _issues(dice: random.Random) -> list[dict]:
    made = [{"file_sha256": "locked", "code": "RK102", "severity": "reject"}]
    for code, times in {"RK302": 41, "RK304": 160, "RK310": 12, "RK318": 23, "RK207": 500}.items():
        for at in range(times):
            agency = dice.choice(["punjab", "sindh", "fia"])
            made.append({"file_sha256": f"{agency}2026-07", "row": at, "code": code, "severity": RULES[code].severity})
    return made


def _returns(dice: random.Random, table: pl.DataFrame) -> pl.DataFrame:
    """Statements that mostly agree, of Punjab and Sindh; Sindh sends none for September, one cell is blank."""
    own = table.filter(pl.col("classification") == "npb_head", pl.col("unit") == "case").drop_nulls("code")
    own = own.filter(pl.col("agency").is_in(["punjab", "sindh"]))
    cells = own.group_by("period", "province", "code").agg(pl.col("count").sum()).sort("period", "province", "code")
    made = []
    for at, (period, province, head, count) in enumerate(cells.iter_rows()):
        told = None if at == 3 else count + dice.choice([0, 0, 0, 2, -1])
        source = f"{province} crime statement {period}.xlsx"
        made.append(
            {"agency": "statement", "source": source, "file_sha256": source, "period": period, "province": province,
             "unit": "case", "head": head, "count": told, "is_total": True}
        )  # fmt: skip
    gilgit = {"agency": "statement", "source": "GB.csv", "file_sha256": "gb", "province": "Gilgit-Baltistan"}
    made.append({**gilgit, "period": "2026-07", "unit": "case", "head": "Murder", "count": 0, "is_total": True})
    return rows("returns", made)
