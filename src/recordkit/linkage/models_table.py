"""A fitted model as the rows of the edition's `models`, and back: comparable between months, and used again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "model": pl.String, "part": pl.String, "name": pl.String, "place": pl.Int32, "column": pl.String,
    "level": pl.String, "m_probability": pl.Float64, "u_probability": pl.Float64, "match_weight": pl.Float64,
    "pairs": pl.Int64, "blocks_capped": pl.Int64, "left_out": pl.Int64,
}  # fmt: skip
SHARES = ("m_probability", "u_probability", "match_weight")
WHOLE = ("company", "scale", "together", "kin", "nested")  # lists of numbers, one row each: see engine.Model


def table(name: str, data: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of `models` from a model as data (`Model.as_data` with its `blocks`); none from no model."""
    if not data:
        return pl.DataFrame(schema=SCHEMA)
    rows: list[dict[str, Any]] = [_row(name, "prior", "prior", 0, match_weight=data["prior_match_weight"])]
    for one in data["comparisons"]:
        for place, level in enumerate(one["levels"], start=1):
            shares = {key: level[key] for key in SHARES}
            rows.append(
                _row(name, "level", one["comparison"], place, column=one["column"], level=level["level"], **shares)
            )
    for part in WHOLE:
        rows += [_row(name, part, part, at, match_weight=bits) for at, bits in enumerate(data.get(part, ()))]
    for at, block in enumerate(data.get("blocks", ())):
        counted = {"pairs": block["pairs"], "blocks_capped": block["blocks_capped"], "left_out": block["rows_capped"]}
        rows.append(_row(name, "block", block["rule"], at, **counted))
    return pl.DataFrame(rows, schema=SCHEMA)


def data(rows: pl.DataFrame, name: str) -> dict[str, Any]:
    """The model `name` out of the rows of `models`, as `Model.from_data` takes it; empty when it is not there."""
    mine = rows.filter(pl.col("model") == name).sort("part", "name", "place")
    prior = mine.filter(pl.col("part") == "prior")
    if not prior.height:
        return {}
    levels = mine.filter(pl.col("part") == "level")
    comparisons = [
        {"comparison": one, "column": part["column"][0], "levels": part.select("level", *SHARES).to_dicts()}
        for (one,), part in levels.partition_by("name", as_dict=True, maintain_order=True).items()
    ]
    whole = {part: mine.filter(pl.col("part") == part).get_column("match_weight").to_list() for part in WHOLE}
    return {"version": 1, "prior_match_weight": prior["match_weight"][0], **whole, "comparisons": comparisons}


def queue_row(name: str, shown: int, left_out: int) -> pl.DataFrame:
    """One row (SCHEMA) of the table `models`: pairs in the review queue, and pairs left out because it was full."""
    return pl.DataFrame([_row(name, "queue", "review", 0, pairs=shown, left_out=left_out)], schema=SCHEMA)


def _row(model: str, part: str, name: str, place: int, **values: Any) -> dict[str, Any]:
    return dict.fromkeys(SCHEMA) | {"model": model, "part": part, "name": name, "place": place} | values
