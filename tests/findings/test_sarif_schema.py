"""SARIF as it is written obeys the JSON schema of the standard itself (see sarif/README.md)."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from recordkit import findings, issues
from recordkit.findings import Masks
from recordkit.issues import Rules

A = "a" * 64
SCHEMA = json.loads((Path(__file__).parent / "sarif" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float),
}  # fmt: skip
HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "enum": lambda value, told: value in told,
    "pattern": lambda value, told: re.search(told, value) is not None,
    "minimum": lambda value, told: value >= told,
    "maximum": lambda value, told: value <= told,
    "minItems": lambda value, told: len(value) >= told,
    "uniqueItems": lambda value, _: len({json.dumps(one, sort_keys=True) for one in value}) == len(value),
}
SAY_NOTHING = {"$schema", "default", "definitions", "description", "format", "id", "title"}


def faults(value: Any, schema: dict[str, Any], at: str = "$") -> list[str]:
    """Where a value breaks a schema of draft 4. A keyword that is not known here is an error, so none is skipped."""
    if "$ref" in schema:
        found = SCHEMA
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return faults(value, found, at)
    wrong: list[str] = []
    for word, told in schema.items():
        if word in SAY_NOTHING or (word == "additionalProperties" and not isinstance(value, dict)):
            continue
        if word == "type":
            kinds = told if isinstance(told, list) else [told]
            fits = any(isinstance(value, TYPES[kind]) and (kind == "boolean" or value is not True) for kind in kinds)
            wrong += [] if fits else [f"{at}: no {told}"]
        elif word == "properties":
            for name in set(told) & set(value):
                wrong += faults(value[name], told[name], f"{at}.{name}")
        elif word == "additionalProperties":
            strange = set(value) - set(schema.get("properties", {}))
            if told is False:
                wrong += [f"{at}: {name} is not declared" for name in strange]
            elif told is not True:
                wrong += [fault for name in strange for fault in faults(value[name], told, f"{at}.{name}")]
        elif word == "required":
            wrong += [f"{at}: lacks {name}" for name in told if name not in value]
        elif word == "items":
            wrong += [fault for number, one in enumerate(value) for fault in faults(one, told, f"{at}[{number}]")]
        elif word in ("anyOf", "oneOf"):
            fitting = sum(not faults(value, one, at) for one in told)
            wrong += [] if fitting == 1 or (fitting and word == "anyOf") else [f"{at}: fits {fitting} of {word}"]
        else:
            wrong += [] if HOLDS[word](value, told) else [f"{at}: {word} {told}"]
    return wrong


@pytest.mark.parametrize("rows", [None, 41])
@pytest.mark.parametrize("empty", [False, True])
def test_sarif_obeys_the_schema_of_the_standard(
    found: pl.DataFrame, rules: Rules, masks: Masks, empty: bool, rows: int | None
) -> None:
    given, records = issues.empty() if empty else found, {A: rows} if rows else {}
    text = findings.render(given, {A: "sindh register.csv", "b" * 64: "b.csv"}, rules, "sarif", masks=masks, rows=records)
    assert faults(json.loads(text), SCHEMA) == []


def test_the_check_sees_what_is_wrong(found: pl.DataFrame, rules: Rules, masks: Masks) -> None:
    log = json.loads(findings.render(found, {A: "a.csv"}, rules, "sarif", masks=masks))
    log["runs"][0]["results"][0]["level"] = "reject"
    log["runs"][0]["results"][1]["colour"] = "red"
    del log["runs"][0]["tool"]["driver"]["name"]
    told = " ".join(faults(log, SCHEMA))
    assert all(part in told for part in ("results[0].level: enum", "results[1]: colour is not", "driver: lacks name"))
