"""The keys of every declaration as a page: what may be written, its type, its default and its meaning.

Types and defaults are those of the models that read the files; a meaning is the comment behind the key in its model.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import textwrap
import tokenize
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from recordkit import inbox, protection, ranking, rulebook, source_fields, tables, words
from recordkit.agencies import declaration, header_words
from recordkit.analysts import policy
from recordkit.annotate import guide as annotate_words
from recordkit.exports import declaration as export_standards
from recordkit.intelligence import alerts
from recordkit.intelligence import declaration as intelligence
from recordkit.linkage import spec
from recordkit.lists import declared_list
from recordkit.releases import declaration as release_policy
from recordkit.releases.package import declaration as release_package
from recordkit.report import words as report_words
from recordkit.report.profile import declaration as profiles

# File below schemas/ -> the model that reads it.
FILES: Mapping[str, type[BaseModel]] = {
    "agencies/*.toml": declaration.Agency,
    "intake.toml": source_fields.IntakeFile,
    "tables/*.toml": tables.TableFile,
    "rules.toml": rulebook.RulesFile,
    "linkage.toml": spec.LinkageSpec,
    "lists/*.toml": declared_list.ListLinkage,
    "ranking.toml": ranking.RankingFile,
    "analysts.toml": policy.File,
    "release.toml": release_policy.File,
    "package.toml": release_package.File,
    "intelligence.toml": intelligence.Intelligence,
    "alerts.toml": alerts.Alerts,
    "exports/*.toml": export_standards.Standard,
    "protection.toml": protection.File,
    "layout.toml": header_words.Layout,
    "inbox.toml": inbox.Names,
    "report.toml": report_words.Words,
    "profiles/*.toml": profiles.Profile,
    "profile.toml": profiles.ProfileWords,
    "words.toml": words.Words,
    "annotate.toml": annotate_words.Words,
}
_SIMPLE = {str: "text", int: "whole number", float: "number", bool: "true or false", NoneType: "", Any: "anything"}


def keys(model: type[BaseModel], packaged: Any = None) -> Iterator[tuple[str, str, str, str]]:
    """Key, type, default and meaning of every key of a model, in declared order.

    packaged: the same part of the packaged file. It is the meaning of a key that holds nothing but a text.
    """
    meanings = comments(model)
    for name, info in model.model_fields.items():
        key = info.alias or name
        value = packaged.get(key) if isinstance(packaged, Mapping) else None
        yield key, _named(info) or kind(info.annotation), default(info), meanings.get(name) or _english(value)


def _named(info: FieldInfo) -> str:
    """The type of a key that a function of ours checks."""
    names = {getattr(getattr(one, "func", None), "__name__", "") for one in info.metadata}
    return "pattern" if "_regex" in names else "name" if "_id" in names else ""


def _english(text: Any) -> str:
    """A text of the packaged file, in English."""
    if isinstance(text, Mapping):
        return _english(text.get("en") or text.get("many") or next(iter(text.values()), None))
    return f'"{text}"' if isinstance(text, str) else ""


def page(dirs: Sequence[Path]) -> str:
    """The page: a section for every file, a table for every table of keys in it."""
    lines = [
        "# Keys of declarations",
        "",
        "Every key that a file below `schemas/`, or in a folder given with `--schemas`, may have. An unknown key is an",
        "error that names the nearest known one. `[[name]]` is a list of tables; NAME is a name of your choice.",
        "[Agency declarations](agency-declarations.md) and [Reshaping](reshaping.md) explain the longest of them.",
        "",
        *(f"- [{file}](#{_anchor(file)})" for file in FILES),
        "",
    ]
    shown: dict[type[BaseModel], str] = {}
    for file, model in FILES.items():
        lines += [f"## {file}", "", sentence(model), ""]
        packaged = _packaged(dirs, file)
        for path, one in parts(model):
            if one in shown:  # two files hold the same table of keys
                lines += [f"`{_written(path)}`: as in [{shown[one]}](#{_anchor(shown[one])}).", ""]
                continue
            shown[one] = file
            lines += [] if not path else [f"### {_written(path)} in {file}", "", sentence(one), ""]
            rows = (
                (f"`{key}`", what, left_out, meaning) for key, what, left_out, meaning in keys(one, _at(packaged, path))
            )
            lines += [*grid(("key", "type", "default", "meaning"), rows), ""]
    return "\n".join(lines)


def _packaged(dirs: Sequence[Path], file: str) -> Any:
    """The packaged file as data; nothing where there are several."""
    return {} if "*" in file else tomllib.loads((dirs[0] / file).read_text(encoding="utf-8"))


def _at(data: Any, path: str) -> Any:
    """The part of a file to which keys lead."""
    for key in path.split(".") if path else ():
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _written(path: str) -> str:
    """Keys as they are written in TOML: `format[].columns[]` -> `[[format]] columns`."""
    return f"[[{path[:-2]}]]".replace("[]", "") if path.endswith("[]") else f"[{path.replace('[]', '')}]"


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def grid(heads: Sequence[str], rows: Iterable[Sequence[str | None]]) -> list[str]:
    """A Markdown table."""
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return lines + [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def parts(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """A model and those inside it, each once, with the keys that lead to it; a list of tables as `[[format]]`."""
    seen: set[type[BaseModel]] = set()

    def walk(one: type[BaseModel], way: str) -> Iterator[tuple[str, type[BaseModel]]]:
        if one in seen:
            return
        seen.add(one)
        yield way, one
        for name, info in one.model_fields.items():
            for inner, suffix in _inside(info.annotation):
                yield from walk(inner, ".".join(filter(None, [way, (info.alias or name) + suffix])))

    yield from walk(model, path)


def _inside(annotation: Any) -> Iterator[tuple[type[BaseModel], str]]:
    """The models that a type holds, with how a table of them is written behind its key."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, ""
        return
    origin, inner = get_origin(annotation), get_args(annotation)
    suffix = "[]" if origin is tuple else ".NAME" if origin is not None and _is_mapping(origin) else ""
    for one in inner:
        for model, behind in _inside(one):
            yield model, suffix + behind


def _is_mapping(origin: Any) -> bool:
    """Is this the type of a table whose keys are names of the writer's choice?"""
    return isinstance(origin, type) and issubclass(origin, Mapping)


def kind(annotation: Any) -> str:
    """A type in words: `list of text`, `"dmy" or "mdy"`, `table`."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        names = {getattr(getattr(one, "func", None), "__name__", "") for one in inner[1:]}
        return {"_regex": "pattern", "_id": "name"}.get("".join(sorted(names)), kind(inner[0]))
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if origin in (Union, UnionType):
        return " or ".join(filter(None, map(kind, inner)))
    if origin is tuple:
        return "list of " + ("tables" if any(True for _ in _inside(inner[0])) else kind(inner[0]))
    if _is_mapping(origin):
        return "table of tables" if any(True for _ in _inside(inner[1])) else f"table: text to {kind(inner[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "text in two languages" if annotation is words.Both else "table"
    return _SIMPLE.get(annotation, getattr(annotation, "__name__", str(annotation)))


def default(info: FieldInfo) -> str:
    """What holds when the key is left out."""
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel) or value in (None, (), "") or value == {}:
        return ""
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


@cache
def comments(model: type[BaseModel]) -> dict[str, str]:
    """Field -> the comment behind it, or the comment lines right above it; also of the classes it is built on."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base.__module__.startswith("recordkit."):
            found |= _own(base)
    return found


def _own(model: type[BaseModel]) -> dict[str, str]:
    source = textwrap.dedent(inspect.getsource(model))
    texts = {
        token.start[0]: (token.string.lstrip("# "), not token.line[: token.start[1]].strip())
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    (tree,) = ast.parse(source).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            lines = [texts[at][0] for at in range(node.lineno, (node.end_lineno or node.lineno) + 1) if at in texts]
            above: list[str] = []
            at = node.lineno - 1
            while at in texts and texts[at][1]:
                above.insert(0, texts[at][0])
                at -= 1
            if lines or above:
                found[node.target.id] = " ".join([*above, *lines])
    return found


def sentence(model: type[BaseModel]) -> str:
    """What a model is, from its docstring."""
    return re.sub(r"\s+", " ", inspect.getdoc(model) or "")
