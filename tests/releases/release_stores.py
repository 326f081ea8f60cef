"""Small stores of invented cases and victims, for tests of releases."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import polars as pl

from recordkit import declarations, store, tables

DIRS = declarations.folders()
TABLES = tables.load(DIRS)
PLACES = [(f"Province {p}", f"District {p}{d}") for p in range(1, 4) for d in range(1, 4)]


def frames(seed: int, cases: int = 400) -> dict[str, pl.DataFrame]:
    """Cases of four months in nine districts of three provinces, most of few heads, with up to three victims each."""
    chance = np.random.default_rng(seed)
    at = chance.choice(len(PLACES), cases, p=np.array([6, 3, 2, 5, 2, 1, 4, 2, 1]) / 26)
    ids = [f"C{one:016x}" for one in range(cases)]
    made = pl.DataFrame(
        {
            "case_id": ids, "agency": ["police"] * cases, "stage": ["case"] * cases,
            "province": [PLACES[one][0] for one in at], "district": [PLACES[one][1] for one in at],
            "period": [f"2026-{one:02d}" for one in chance.integers(7, 11, cases)],
            "npb_head": chance.choice(["Murder", "Robbery", "Others"], cases, p=[0.2, 0.3, 0.5]),
            "tip_tier": chance.choice(["A_statutory_tip", "C_indicator", ""], cases, p=[0.1, 0.1, 0.8]),
        }
    ).with_columns(pl.col("tip_tier").replace("", None))  # fmt: skip
    whose = np.repeat(np.arange(cases), chance.integers(0, 4, cases))
    people = pl.DataFrame(
        {
            "mention_id": [f"M{one:016x}" for one in range(len(whose))], "case_id": [ids[one] for one in whose],
            "person_id": [f"P{one:016x}" for one in range(len(whose))],
            "role": chance.choice(["victim", "accused"], len(whose), p=[0.7, 0.3]),
            "sex": chance.choice(["female", "male"], len(whose)),
            "age": chance.integers(1, 70, len(whose)),
            "exploitation": chance.choice(["labour", "sexual", "begging"], len(whose), p=[0.6, 0.3, 0.1]),
        }
    )  # fmt: skip
    return {"cases": shaped("cases", made), "persons": shaped("persons", people), "charges": shaped("charges", pl.DataFrame())}


def shaped(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A frame in a table's declared schema, null where it says nothing."""
    schema = TABLES[table].polars("compile")
    if not frame.width:
        return pl.DataFrame(schema=schema)
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name) for name, dtype in schema.items()
    )


def published(root: Path, made: dict[str, pl.DataFrame], name: str = "a") -> Path:
    """A store with one more edition of these tables; the table `counts` is as empty as it may be."""
    counts = pl.DataFrame(
        {"period": ["2026-07"], "agency": ["police"], "unit": ["case"], "classification": ["npb_head"], "count": [1],
         "districts_reporting": [1], "districts_expected": [9]}
    )  # fmt: skip
    source = store.Input(sha256=name * 64, name=f"{name}.csv", period="2026-10", rows=store.Rows(read=1, accepted=1))
    store.publish(root, {**made, "counts": shaped("counts", counts)}, inputs=[source], schemas_sha256="s")
    return root


def revised(made: dict[str, pl.DataFrame], seed: int) -> dict[str, pl.DataFrame]:
    """The same a month later: three cases were withdrawn, and two districts sent cases late."""
    chance = np.random.default_rng(seed)
    gone = made["cases"]["case_id"].gather(chance.choice(made["cases"].height, 3, replace=False)).to_list()
    late = {name: frame.head(0) for name, frame in made.items()}
    more = frames(seed + 1000, 12)
    renamed = pl.col("case_id").str.replace("C0", "Cf")
    late["cases"] = more["cases"].with_columns(renamed)
    late["persons"] = more["persons"].with_columns(renamed, pl.col("mention_id").str.replace("M0", "Mf"))
    return {name: pl.concat([frame, late[name]]).filter(~pl.col("case_id").is_in(gone)) for name, frame in made.items()}


def copied(root: Path, to: Path) -> Path:
    """A store of one's own."""
    shutil.copytree(root, to)
    return to
