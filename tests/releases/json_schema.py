"""As much of JSON Schema as the schemas in `standards` use; any other keyword is an error, so that none is passed over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

STANDARDS = Path(__file__).parent / "standards"
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
IGNORED = {"format", "definitions"}


def errors(value: Any, standard: str) -> list[str]:
    """What is wrong with a value by the schema of that file."""
    schema = json.loads((STANDARDS / standard).read_text("utf-8"))
    return list(_errors(value, schema, schema, "$"))


def _errors(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str) -> Iterator[str]:
    for keyword, wanted in schema.items():
        if keyword == "$ref":
            target: Any = root
            for part in wanted.removeprefix("#/").split("/"):
                target = target[part]
            yield from _errors(value, target, root, at)
        elif keyword in ("anyOf", "oneOf"):
            found = sum(not list(_errors(value, one, root, at)) for one in wanted)
            if not found or (keyword == "oneOf" and found > 1):
                yield f"{at}: {found} of {keyword} fit"
        elif keyword == "allOf":
            for one in wanted:
                yield from _errors(value, one, root, at)
        elif keyword == "not":
            if not list(_errors(value, wanted, root, at)):
                yield f"{at}: fits what it must not"
        elif keyword == "type":
            if not any(_is(value, one) for one in (wanted if isinstance(wanted, list) else [wanted])):
                yield f"{at}: is no {wanted}"
        elif keyword == "enum":
            if value not in wanted:
                yield f"{at}: {value!r} is none of the values"
        elif keyword == "const":
            if value != wanted:
                yield f"{at}: is not {wanted!r}"
        elif isinstance(value, dict):
            yield from _of_object(value, keyword, wanted, schema, root, at)
        elif isinstance(value, list):
            yield from _of_array(value, keyword, wanted, root, at)
        elif not _simple(value, keyword, wanted):
            yield f"{at}: {value!r} is against {keyword} {wanted!r}"


def _is(value: Any, kind: str) -> bool:
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[kind])


def _of_object(
    value: dict[str, Any], keyword: str, wanted: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str
) -> Iterator[str]:
    if keyword == "required":
        yield from (f"{at}: has no {name}" for name in wanted if name not in value)
    elif keyword == "properties":
        for name, own in wanted.items():
            if name in value:
                yield from _errors(value[name], own, root, f"{at}.{name}")
    elif keyword == "additionalProperties":
        if wanted is False:
            yield from (f"{at}: {name} is unknown" for name in value if name not in schema.get("properties", {}))
    elif keyword == "minProperties":
        if len(value) < wanted:
            yield f"{at}: has too few"
    elif keyword not in OF_OTHERS:
        raise NotImplementedError(keyword)


def _of_array(value: list[Any], keyword: str, wanted: Any, root: Mapping[str, Any], at: str) -> Iterator[str]:
    if keyword == "items":
        for number, one in enumerate(value):
            yield from _errors(one, wanted, root, f"{at}[{number}]")
    elif keyword == "minItems":
        if len(value) < wanted:
            yield f"{at}: has too few"
    elif keyword == "uniqueItems":
        if wanted and len({json.dumps(one, sort_keys=True) for one in value}) < len(value):
            yield f"{at}: has one twice"
    elif keyword not in OF_OTHERS:
        raise NotImplementedError(keyword)


def _simple(value: Any, keyword: str, wanted: Any) -> bool:
    if keyword == "pattern":
        return not isinstance(value, str) or re.search(wanted, value) is not None
    if keyword == "minLength":
        return not isinstance(value, str) or len(value) >= wanted
    if keyword == "maxLength":
        return not isinstance(value, str) or len(value) <= wanted
    if keyword in ("minimum", "maximum"):
        return not _is(value, "number") or (value >= wanted if keyword == "minimum" else value <= wanted)
    if keyword not in OF_OTHERS:
        raise NotImplementedError(keyword)
    return True


OF_OTHERS = IGNORED | {
    "required", "properties", "additionalProperties", "minProperties", "items", "minItems", "uniqueItems", "pattern",
    "minLength", "maxLength", "minimum", "maximum",
}  # fmt: skip
