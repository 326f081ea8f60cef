"""One peer on the same file, a process of its own: its checks, what it found, CPU seconds and memory as JSON.

    python benchmarks/intake/peer.py duckdb|dataframely|frictionless|great_expectations FILE.csv

Each has fewer checks than recordkit and the floor (their number is printed): what its own language says in a line. None
of them reads Urdu, other ways of writing a date, or tells the province of a district by its name.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

CNIC = r"^[0-9]{5}-[0-9]{7}-[0-9]$"
MOBILE = r"^03[0-9]{2}-?[0-9]{7}$"
DATE = r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$"
ROLES = ["Complainant", "Accused", "Victim", "Witness"]
SEXES = ["Male", "Female", "Transgender"]
PATTERNS = {
    "CNIC": CNIC, "Mobile": MOBILE, "FIR Date": DATE, "Date of Occurrence": DATE, "DOB": DATE, "FIR No": "^[0-9]{1,7}$",
    "Year": "^(19|20)[0-9]{2}$", "Age": "^[0-9]{1,3}$", "Parentage": "^[SDW]/O .+$", "Sections": "^[0-9].* [A-Z]+",
}  # fmt: skip
SETS = {"Role": ROLES, "Gender": SEXES}
REQUIRED = ["Province", "District", "Police Station", "FIR No", "Year", "FIR Date", "Role", "Name"]
Found = tuple[int, dict[str, int]]


def with_duckdb(path: str) -> Found:
    """SQL over read_csv: counts of every check in one query."""
    import duckdb

    wrong = {f"{name} pattern": f"NOT regexp_matches(\"{name}\", '{pattern}')" for name, pattern in PATTERNS.items()}
    wrong |= {f"{name} value": f'"{name}" NOT IN {tuple(values)}' for name, values in SETS.items()}
    wrong |= {f"{name} missing": f'"{name}" IS NULL' for name in REQUIRED}
    day = "try_strptime(\"{}\", '%d/%m/%Y')".format
    registered, occurred, born = day("FIR Date"), day("Date of Occurrence"), day("DOB")
    wrong |= {
        "registered before occurred": f"{registered} < {occurred}",
        "registered in future": f"{registered} > DATE '2026-09-30'",
        "year differs": f'year({registered}) <> TRY_CAST("Year" AS INT)',
        "age differs": f'abs(year({registered}) - year({born}) - TRY_CAST("Age" AS INT)) > 2',
        "long delay": f"{registered} > {occurred} + INTERVAL 365 DAY",
        "born after": f"{born} > {registered}",
        "sex differs": "(\"Gender\" = 'Female') = (substr(\"CNIC\", 15, 1) IN ('1','3','5','7','9'))",
        "district unknown": 'd.d_district IS NULL AND "District" IS NOT NULL',
        "station unknown": 's.s_station IS NULL AND "Police Station" IS NOT NULL',
    }
    counts = ", ".join(f'count(*) FILTER (WHERE {sql}) AS "{name}"' for name, sql in wrong.items())
    reference = Path(__file__).parents[2] / "schemas" / "reference"
    duckdb.sql("SET threads TO 2")
    table = duckdb.sql(
        f"SELECT {counts} FROM read_csv('{path}', all_varchar=true, header=true) r"
        f" LEFT JOIN (SELECT DISTINCT province d_province, district d_district FROM '{reference}/districts.csv') d"
        ' ON d_province = r."Province" AND d_district = r."District"'
        f" LEFT JOIN (SELECT DISTINCT province s_province, district s_district, station s_station FROM '{reference}/stations.csv') s"
        ' ON s_province = r."Province" AND s_district = r."District" AND s_station = r."Police Station"'
    )
    return len(wrong), dict(zip(table.columns, table.fetchall()[0], strict=True))


def with_dataframely(path: str) -> Found:
    """A schema with columns and rules, filtered lazily."""
    import dataframely as dy
    import polars as pl

    names = pl.scan_csv(path, infer_schema=False).collect_schema().names()
    columns: dict[str, Any] = {
        name: dy.String(nullable=name not in REQUIRED, regex=PATTERNS.get(name), alias=name) for name in names
    }
    for name, values in SETS.items():
        columns[name] = dy.Enum(values, nullable=True, alias=name)
    body: dict[str, Any] = {f"c{at}": column for at, column in enumerate(columns.values())}
    date = lambda name: pl.col(name).str.to_date("%d/%m/%Y", strict=False)  # noqa: E731
    rules = {
        "before": date("FIR Date") >= date("Date of Occurrence"),
        "year": date("FIR Date").dt.year().cast(pl.String) == pl.col("Year"),
        "born": date("DOB") <= date("FIR Date"),
    }
    for name, rule in rules.items():
        body[name] = dy.rule()(lambda cls, rule=rule: rule)
    schema: Any = type("Register", (dy.Schema,), body)
    rows = pl.scan_csv(path, infer_schema=False)
    _, failure = schema.filter(rows, cast=True, eager=True)
    return len(PATTERNS) + len(SETS) + len(REQUIRED) + len(rules), dict(failure.counts())


def with_frictionless(path: str) -> Found:
    """A table schema with constraints."""
    from frictionless import Resource, Schema, system

    described = Resource(path)
    described.infer()
    fields = []
    for field in described.schema.fields:
        wanted: dict[str, Any] = {"required": True} if field.name in REQUIRED else {}
        wanted |= {"pattern": PATTERNS[field.name]} if field.name in PATTERNS else {}
        wanted |= {"enum": SETS[field.name]} if field.name in SETS else {}
        fields.append({"name": field.name, "type": "string", "constraints": wanted})
    with system.use_context(trusted=True):  # it refuses absolute paths otherwise
        report = Resource(path, schema=Schema.from_descriptor({"fields": fields})).validate(limit_errors=1_000_000)
    found: dict[str, int] = {}
    for error in report.tasks[0].errors:
        found[error.type] = found.get(error.type, 0) + 1
    return len(PATTERNS) + len(SETS) + len(REQUIRED), found


def with_great_expectations(path: str) -> Found:
    """Expectations over a pandas frame."""
    import great_expectations as gx
    import pandas as pd

    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("files").add_dataframe_asset("register")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": pd.read_csv(path, dtype=str)})
    is_ = gx.expectations
    wanted: list[Any] = [is_.ExpectColumnValuesToMatchRegex(column=name, regex=one) for name, one in PATTERNS.items()]
    wanted += [is_.ExpectColumnValuesToBeInSet(column=name, value_set=one) for name, one in SETS.items()]
    wanted += [is_.ExpectColumnValuesToNotBeNull(column=name) for name in REQUIRED]
    done = [(f"{one.column} {type(one).__name__}", batch.validate(one)) for one in wanted]
    found = {name: int(one.result.get("unexpected_count") or 0) for name, one in done}
    return len(wanted), {name: count for name, count in found.items() if count}


if __name__ == "__main__":
    checks, told = globals()[f"with_{sys.argv[1]}"](sys.argv[2])
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = {"cpu": used.ru_utime + used.ru_stime, "gb": used.ru_maxrss / 1e6}
    print(json.dumps({"checks": checks, "found": {k: v for k, v in told.items() if v}, **spent}))
