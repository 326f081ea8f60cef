"""A fitted model as Splink settings (JSON), for its charts and for whoever wants to score with it on DuckDB."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from recordkit.linkage.engine.fitted_model import Model
from recordkit.linkage.engine.model_spec import Block, Comparison, Condition

_PART = re.compile(r"^(\w+)(?:\[(\d*):(\d*)\]|\.(\w+))?$")


def splink_settings(model: Model, columns: pl.Schema, unique_id: str = "record_id") -> dict[str, Any]:
    """Settings as Splink 4 and 5 read them. What Splink has no word for is left out: vetoes, company, the clusters
    that hold, and the bits of agreements that come together by chance, in a household or by what implies what.

    columns: those of the list as it was compared. m and u are such that log2(m / u) is the weight as calibrated.
    """
    comparisons = [_comparison(model, place, columns) for place in range(len(model.spec.comparisons))]
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": unique_id,
        "sql_dialect": "duckdb",
        "probability_two_random_records_match": float(1 / (1 + 2.0**-model.prior)),
        "retain_intermediate_calculation_columns": True,
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": _rule(block, columns), "sql_dialect": "duckdb"} for block in model.spec.blocks
        ],
    }


def _comparison(model: Model, place: int, columns: pl.Schema) -> dict[str, Any]:
    one = model.spec.comparisons[place]
    null = " OR ".join([f'"{one.column}_l" IS NULL OR "{one.column}_r" IS NULL', *(
        f"NOT coalesce({_condition(one, condition, columns)}, FALSE)" for condition in one.where
    )])  # fmt: skip
    levels: list[dict[str, Any]] = [{"sql_condition": null, "label_for_charts": "missing", "is_null_level": True}]
    weights = model.weights(place)[1:]
    conditions = [
        " AND ".join(_condition(one, part, columns) for part in (level, *level.also)) for level in one.levels
    ] + ["ELSE"]
    for at, (name, condition, bits) in enumerate(zip(model.level_names(place)[1:], conditions, weights, strict=True)):
        m, u = float(model.m[place][at]), float(model.u[place][at])
        m, u = (m, m * 2.0 ** -float(bits)) if bits > 0 else (u * 2.0 ** float(bits), u)
        level = {"sql_condition": condition, "label_for_charts": name, "m_probability": m, "u_probability": u}
        if at < len(one.levels) and one.levels[at].tf:
            level |= {"tf_adjustment_column": one.levels[at].column or one.column, "tf_adjustment_weight": 1.0}
        levels.append(level)
    return {"output_column_name": one.name.replace(" ", "_"), "comparison_levels": levels}


def _condition(one: Comparison, level: Condition, columns: pl.Schema) -> str:
    found = _test(one, level, columns)
    return f"NOT coalesce({found}, FALSE)" if level.negated else found


def _test(one: Comparison, level: Condition, columns: pl.Schema) -> str:
    name = level.column or one.column
    a, b = f'"{name}_l"', f'"{name}_r"'
    other = level.other or one.column
    elements = [f"string_split({a}, ' ')", f"string_split({b}, ' ')"]
    there, back = f'"{name}_l" = "{other}_r"', f'"{other}_l" = "{name}_r"'
    if isinstance(columns.get(name), pl.List):
        elements = [a, b]
        there, back = (f"list_has_any({', '.join(sql.split(' = '))})" for sql in (there, back))
    keys = ", ".join(f"list_transform({side}, lambda x: split_part(x, chr(30), 1))" for side in (a, b))
    words = ", ".join(elements)
    common = f"len(list_intersect({words}))"
    swapped = f"make_date(year({b}), day({b}), month({b}))"
    parts = " + ".join(f"(CASE WHEN {part}({a}) = {part}({b}) THEN 1 ELSE 0 END)" for part in ("year", "month", "day"))
    least = f"least({', '.join(f'len({side})' for side in elements)})"
    begins = f"(starts_with({a}, {b}) OR starts_with({b}, {a}))"
    return {
        "equal": f"{a} = {b}",
        "differ": f"{a} <> {b}",
        "known": f"{a} IS NOT NULL AND {b} IS NOT NULL",
        "present": f"({a} IS NOT NULL OR {b} IS NOT NULL)",
        "either": f"({there} OR {back})",
        "crossed": f"{there} AND {back}",
        "turned": f"CASE WHEN day({b}) <= 12 AND day({b}) <> month({b}) THEN {a} = {swapped} ELSE FALSE END",
        "parts": f"{parts} >= 2",
        "within": f"abs({a} - {b}) <= {level.at_most:g}",
        "similar": f"jaro_winkler_similarity({a}, {b}) >= {level.at_least:g}",
        "edits": f"damerau_levenshtein({a}, {b}) <= {level.at_most:g}",
        "swapped": f"damerau_levenshtein({a}, {b}) = 1 AND levenshtein({a}, {b}) = 2",
        "contradicts": f"len(list_intersect({keys})) > {common}",
        "contains": f"{common} >= {level.at_least or 1.0:g} * {least}",
        "tokens": f"{common} >= {level.at_least:g} * len(list_distinct(list_concat({words})))",
        "begins": f"{begins} AND least(len({a}), len({b})) >= {level.at_least:g}",
        "slip": _slip(elements, level.at_most),
        "shares": f"{common} >= {level.at_least or 1.0:g}",
    }[level.test]


def _slip(elements: list[str], at_most: float) -> str:
    """One word differs on each side, by so many slips, and one of the two has the star of words that are no name."""
    plain = [f"list_transform({side}, lambda x: rtrim(x, '*'))" for side in elements]
    only = [
        f"list_filter({one}, lambda x: NOT list_contains({other}, x))"
        for one, other in (plain, reversed(plain))
    ]
    starred = " OR ".join(f"list_contains({side}, {word}[1] || '*')" for side, word in zip(elements, only, strict=True))
    near = f"damerau_levenshtein({only[0]}[1], {only[1]}[1]) <= {at_most:g}"
    return f"len({only[0]}) = 1 AND len({only[1]}) = 1 AND ({starred}) AND {near}"


def _rule(block: Block, columns: pl.Schema) -> str:
    parts = [_agreement(column.split("|"), columns) for column in block.columns]
    if block.when_empty is not None:
        parts += [f'{side}."{block.when_empty}" IS NULL' for side in "lr"]
    if block.when_one_empty is not None:
        parts.append(f'(l."{block.when_one_empty}" IS NULL OR r."{block.when_one_empty}" IS NULL)')
    if block.near is not None:
        parts.append(f'abs(l."{block.near}" - r."{block.near}") <= {block.distance:g}')
    return " AND ".join(parts)


def _agreement(ways: list[str], columns: pl.Schema) -> str:
    if len(ways) == 1 and isinstance(columns.get(ways[0]), pl.List):
        return f'list_has_any(l."{ways[0]}", r."{ways[0]}")'
    found = " OR ".join(f"{_part('l', a)} = {_part('r', b)}" for a in ways for b in ways)
    return found if len(ways) == 1 else f"({found})"


def _part(side: str, expression: str) -> str:
    found = _PART.match(expression)
    assert found is not None  # the engine has used it
    column = f'{side}."{found[1]}"'
    if found[4]:
        return {
            "year": f"year({column})",
            "month_day": f"strftime({column}, '%m%d')",
            "first": f"split_part({column}, ' ', 1)",
            "last": f"split_part({column}, ' ', -1)",
            "rarest": column,  # Splink knows no such part: the whole name
        }[found[4]]
    if found[2] is None:
        return column
    start = int(found[2] or 0)
    length = f", {int(found[3]) - start}" if found[3] else ""
    return f"substr({column}, {start + 1}{length})"
