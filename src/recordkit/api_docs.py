"""The Python interface as a page: the names of `recordkit.__all__`, from their signatures and docstrings."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import recordkit


def page() -> str:
    """The page: functions, then classes with what they offer, then errors."""
    public = {name: getattr(recordkit, name) for name in sorted(recordkit.__all__) if not name.startswith("__")}
    classes = {name: one for name, one in public.items() if inspect.isclass(one)}
    errors = {name: one for name, one in classes.items() if issubclass(one, Exception)}
    lines = [
        "# Python",
        "",
        "`import recordkit as rk`. These names stay; everything else may move between versions. Each function does",
        "what the command of its name does. Frames are those of polars: a `DataFrame` is in memory, a `LazyFrame` is",
        "read when it is collected.",
        "",
        "## Functions",
        "",
    ]
    for name, one in public.items():
        if name not in classes:
            lines += [f"### {name}", "", *_code(f"{name}{_signature(one)}"), *text(one), ""]
    lines += ["## Classes", ""]
    for name, one in classes.items():
        if name not in errors:
            lines += [f"### {name}", "", *text(one), "", *_members(one)]
    lines += [
        "## Errors",
        "",
        "All are a `RecordkitError`: `.what` went wrong, and how to `.fix` it.",
        "",
    ]
    for name, one in errors.items():
        lines += [f"- `{name}`: {' '.join(' '.join(text(one)).split())}"]
    return "\n".join(lines)


def _members(one: type) -> Iterator[str]:
    """Attributes with their types, then properties and methods with what they say of themselves."""
    if dataclasses.is_dataclass(one):
        yield from (f"- `{field.name}`: `{field.type}`" for field in dataclasses.fields(one))
    for name, member in vars(one).items():
        if name.startswith("_") and name != "__getitem__":
            continue
        what = inspect.getdoc(member) or ""
        if isinstance(member, (property, cached_property)):
            yield f"- `.{name}`: {_flat(what)}"
        elif inspect.isfunction(member):
            called = f"[{', '.join(list(inspect.signature(member).parameters)[1:])}]" if name == "__getitem__" else ""
            yield f"- `{called or f'.{name}{_signature(member)}'}`: {_flat(what)}"
    yield ""


class _AsWritten(str):
    """An annotation that shows without quotes."""

    def __repr__(self) -> str:
        return str(self)


def _signature(one: Any) -> str:
    """A signature without `self`, its types as they are written."""
    signature = inspect.signature(one)
    parameters = [
        value.replace(annotation=_AsWritten(value.annotation))
        for name, value in signature.parameters.items()
        if name != "self"
    ]
    return str(signature.replace(parameters=parameters, return_annotation=_AsWritten(signature.return_annotation)))


def _flat(what: str) -> str:
    return " ".join(what.split())


def _code(source: str) -> list[str]:
    return ["```python", source, "```", ""]


def text(one: Any) -> list[str]:
    """A docstring as Markdown: its examples fenced."""
    lines: list[str] = []
    inside = False
    for line in (inspect.getdoc(one) or "").splitlines():
        if line.startswith(">>>") and not inside:
            lines, inside = [*lines, "```pycon"], True
        if inside and not line.strip():
            lines, inside = [*lines, "```"], False
        lines.append(line)
    return [*lines, "```"] if inside else lines
