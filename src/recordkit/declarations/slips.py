"""What is wrong in a declaration, one sentence each: its place, and the nearest known word."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from recordkit import details
from recordkit.declarations.overlays import nearest


def sentences(slips: Sequence[ErrorDetails], model: type[BaseModel]) -> list[str]:
    """One sentence for every slip, but none for what only follows from another one; a slip at many places has one."""
    unknown = [slip for slip in slips if slip["type"] == "extra_forbidden"]
    meant = {(*slip["loc"][:-1], _meant(slip, model)) for slip in unknown}
    others = [slip for slip in slips if slip["type"] != "extra_forbidden" and not _follows(slip, slips, meant)]
    places: dict[str, list[ErrorDetails]] = {}
    for slip in unknown:
        places.setdefault(f"{slip['loc'][-1]} {_meant(slip, model)}", []).append(slip)
    unknown_keys = [_unknown(same[0], len(same) - 1, model) for same in places.values()]
    return unknown_keys + [
        details.text("slip_at", place=_where(slip) or details.text("the_file"), slip=_slip(slip)) for slip in others
    ]


# What pydantic says most, by its names for it: the name of the text, and what it fills in.
_SLIPS = {
    "missing": "field_required", "string_type": "should_be_text", "int_type": "should_be_integer",
    "int_parsing": "should_be_integer_in_text", "bool_type": "should_be_boolean", "float_type": "should_be_number",
    "bool_parsing": "should_be_boolean_in_text", "tuple_type": "should_be_tuple", "list_type": "should_be_list",
    "dict_type": "should_be_dictionary", "mapping_type": "should_be_mapping", "model_type": "should_be_table",
    "literal_error": "should_be_one_of", "greater_than": "should_be_above", "greater_than_equal": "should_be_at_least",
    "less_than": "should_be_below", "less_than_equal": "should_be_at_most", "finite_number": "should_be_finite",
}  # fmt: skip


def _slip(slip: ErrorDetails) -> str:
    """What is wrong at one place: our own words, or those of pydantic."""
    context = dict(slip.get("ctx") or {})
    if isinstance(context.get("error"), ValueError) and context["error"].args:
        return cast("str", context["error"].args[0])
    return details.text(_SLIPS[slip["type"]], **context) if slip["type"] in _SLIPS else slip["msg"]


def _follows(slip: ErrorDetails, slips: Sequence[ErrorDetails], meant: Container[tuple[object, ...]]) -> bool:
    """A key is missing because it is misspelt; a list is empty because what stands in it has slips."""
    if slip["type"] == "missing":
        return slip["loc"] in meant
    inside = any(one["loc"][: len(slip["loc"])] == slip["loc"] and len(one["loc"]) > len(slip["loc"]) for one in slips)
    return slip["type"] in ("too_short", "value_error") and inside


def _where(slip: ErrorDetails) -> str:
    return re.sub(r"\s", " ", ".".join(str(part) for part in slip["loc"]))  # a key may hold a line of its own


def _meant(slip: ErrorDetails, model: type[BaseModel]) -> str | None:
    """The known key that is nearest to an unknown one at its place."""
    return nearest(str(slip["loc"][-1]), _keys(model, slip["loc"][:-1]))


def _unknown(slip: ErrorDetails, more: int, model: type[BaseModel]) -> str:
    guess = _meant(slip, model)
    known = sorted(_keys(model, slip["loc"][:-1]))
    hint = details.text("did_you_mean", guess=guess) if guess else details.text("known_keys", names=", ".join(known))
    if not more:
        return details.text("unknown_key", key=_where(slip), hint=hint)
    name = "unknown_key_here_and_there" if more == 1 else "unknown_key_in_places"
    return details.text(name, key=_where(slip), count=more, hint=hint)


def _keys(model: type[BaseModel], loc: Sequence[int | str]) -> set[str]:
    """Keys that are known at one place of a model; `loc` is pydantic's path to it."""
    here: list[Any] = [model]
    for part in loc:
        inside = [step for kind in here for step in _step(kind, part)]
        here = inside or here  # pydantic adds the tag of a union to its path: no step of ours
    return {key for kind in here for owner in _models(kind) for key in _fields(owner)}


def _step(kind: Any, part: int | str) -> Iterator[Any]:
    """The types found one step inside `kind`: a field of a model, an element of a list or of a dict."""
    for inner in _unwrap(kind):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            fields = _fields(inner)
            if part in fields:
                yield fields[str(part)]
        elif get_origin(inner) is dict:
            yield get_args(inner)[1]
        elif get_origin(inner) is not None and isinstance(part, int):
            yield get_args(inner)[0]


def _unwrap(kind: Any) -> Iterator[Any]:
    """The members of a union or the inside of Annotated[...]; else the type itself."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _unwrap(get_args(kind)[0])
    elif origin in (Union, UnionType):
        for member in get_args(kind):
            yield from _unwrap(member)
    else:
        yield kind


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    return (inner for inner in _unwrap(kind) if isinstance(inner, type) and issubclass(inner, BaseModel))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Name in the file (alias, if any) -> annotation."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}
