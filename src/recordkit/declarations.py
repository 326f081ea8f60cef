"""Reads what people may change (schemas/ and its overlays) strictly: a slip is an error that says where."""

from __future__ import annotations

import csv
import difflib
import fnmatch
import hashlib
import os
import re
import tomllib
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import lru_cache, wraps
from hashlib import blake2b
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from recordkit import details, packaged
from recordkit.errors import DeclarationError

if TYPE_CHECKING:
    import polars as pl

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
LARGEST = 64 << 20  # bytes of one file: a gazetteer of a whole country has less than a tenth of it
REMEMBERED = 4  # what so many different states of the same files declare is kept by a process
MOST_REPEATS = 16  # more than so many times, and it counts as a repeat without end


PACKAGED: Path = packaged.SCHEMAS


class Declared(BaseModel):
    """Base of every declaration's model: unknown keys and numbers without an end are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def folders(overlays: Iterable[Path] = ()) -> list[Path]:
    """The packaged folder, then every overlay in the order given. Raises when an overlay is not a folder, or when
    something in it cannot be listed or read, or is nearly called as one of ours: what it tightens must not be skipped
    in silence."""
    found = [PACKAGED, *overlays]
    for folder in found[1:]:
        for here, _, _ in os.walk(folder, onerror=_closed):
            place = Path(here)
            if place == folder or place.parent == folder:
                _refuse_skipped(folder, place)
    return found


FREE = ("agencies/*.toml", "tables/*.toml", "lists/*.toml", "lists/*.csv")  # where an overlay gives names of its own
ALIKE = 0.85  # rulez.toml is; recordkit.toml and pyproject.toml are not


def _refuse_skipped(overlay: Path, place: Path) -> None:
    """Whatever lies in `place` under a name of ours is a plain file, or a link to one; nothing is nearly called so."""
    ours = _packaged_names()
    for path in sorted(place.iterdir()):
        name = path.relative_to(overlay).as_posix()
        if name in ours or any(fnmatch.fnmatchcase(name, one) for one in FREE):
            if not path.is_file():
                raise DeclarationError(details.text("named_as_declarations", path=path), details.text("take_it_away"))
        elif path.suffix.lower() in (".toml", ".csv"):
            like = difflib.get_close_matches(name, ours, n=1, cutoff=ALIKE)
            if like:
                raise DeclarationError(
                    details.text("no_such_declarations", name=name), details.text("mean_or_rename", guess=like[0])
                )


def overlaid(dirs: Sequence[Path]) -> list[dict[str, Any]]:
    """Every file of ours or of its own that an overlay brings, in the order of the overlays: its name and its sum, and
    whether one of ours of that name no longer decides alone. The sums tell an auditor which declarations decided."""
    return [
        {"file": name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "ours": name in _packaged_names()}
        for folder in dirs
        if folder != PACKAGED
        for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*"))
        if (name in _packaged_names() or any(fnmatch.fnmatchcase(name, one) for one in FREE)) and path.is_file()
    ]


def entry(command: str, dirs: Sequence[Path]) -> dict[str, Any]:
    """The ledger's line about a run with overlays: which declarations decided what was read as what."""
    return {"what": "overlaid", "command": command, "files": overlaid(dirs)}


@lru_cache(maxsize=1)
def _packaged_names() -> tuple[str, ...]:
    found = sorted(path for path in PACKAGED.rglob("*") if path.suffix in (".toml", ".csv"))
    return tuple(path.relative_to(PACKAGED).as_posix() for path in found)


def _closed(error: OSError) -> None:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        text = details.text("no_folder_of_declarations", path=error.filename)
        raise DeclarationError(text, details.text("give_existing_folder")) from None
    text = details.text("declarations_not_listed", path=error.filename, reason=error.strerror)
    raise DeclarationError(text, details.text("check_permissions")) from None


def files(dirs: Sequence[Path], pattern: str) -> dict[str, Path]:
    """Relative name -> path, sorted by name; a later folder's file replaces an earlier one of that name."""
    found: dict[str, Path] = {}
    for folder in dirs:
        for path in folder.glob(pattern):
            if path.is_file():
                found[path.relative_to(folder).as_posix()] = path
    return dict(sorted(found.items()))


def layers(dirs: Sequence[Path], name: str) -> list[Path]:
    """Every folder's copy of one file, packaged first: for files that are merged and not replaced."""
    found = [folder / name for folder in dirs if (folder / name).is_file()]
    if not found:
        raise DeclarationError(
            details.text("in_no_folder", name=name, folders=", ".join(map(str, dirs))), details.text("reinstall")
        )
    return found


def unique(ids: Iterable[tuple[str, Path]], what: str) -> dict[str, Path]:
    """Id -> file; two files (or one file twice) with the same id raise an error that names both.

    what: name of the text that says what they are (`kind_table`).
    """
    seen: dict[str, Path] = {}
    for key, path in ids:
        if key in seen:
            raise DeclarationError(
                details.text("declared_twice", what=details.text(what), key=key, first=seen[key], second=path),
                details.text("rename_or_replace"),
            )
        seen[key] = path
    return seen


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like `word`, or None when nothing does."""
    known = sorted(known)
    folded = {name.casefold(): name for name in reversed(known)}
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


# ----------------------------------------------------------------------------- what is read only once


class Itself:
    """Anything as the key of a cache: equal to nothing but itself, whatever is in it."""

    def __init__(self, held: object) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and other.held is self.held

    def __hash__(self) -> int:
        return id(self.held)


def read_once(*patterns: str) -> Callable[[Callable[[Sequence[Path]], T]], Callable[[Sequence[Path]], T]]:
    """A loader of the files with these names in folders of declarations: while none of them changes, it gives the same
    object again in the same process, with all that was worked out from it. Nobody may change what it gives."""

    def remembering(load: Callable[[Sequence[Path]], T]) -> Callable[[Sequence[Path]], T]:
        made: dict[object, T] = {}

        @wraps(load)
        def remembered(dirs: Sequence[Path]) -> T:
            key = _contents(dirs, patterns)
            found = made.pop(key) if key in made else load(dirs)
            made[key] = found  # the last one is the one that was asked for last
            while len(made) > REMEMBERED:
                del made[next(iter(made))]
            return found

        return remembered

    return remembering


def _contents(dirs: Sequence[Path], patterns: Sequence[str]) -> tuple[tuple[Path, bytes], ...]:
    """The files and what is in them, in the order of the layers."""
    named = [path for pattern in patterns for folder in dirs for path in sorted(folder.glob(pattern))]
    return tuple((path, _digest(path)) for path in named)


def _digest(path: Path) -> bytes:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return b""  # passed over, or refused
        return blake2b(path.read_bytes(), digest_size=16).digest()
    except OSError:  # whoever reads it says so
        return b""


# --------------------------------------------------------------------------------------------- TOML


def load_toml(path: Path) -> dict[str, Any]:
    """The parsed file: the same object for the same text, which nobody may change.

    Raises DeclarationError with the file and, for a slip in the syntax, its line.
    """
    try:
        _refuse_huge(path)
        return packaged.parsed(path.read_bytes())
    except FileNotFoundError as error:
        raise DeclarationError(details.text("does_not_exist", path=path)) from error
    except OSError as error:
        raise DeclarationError(
            details.text("cannot_be_read", path=path, reason=error.strerror), details.text("check_permissions")
        ) from error
    except RecursionError as error:
        raise DeclarationError(details.text("nested_too_deeply", path=path)) from error
    except UnicodeDecodeError as error:
        raise DeclarationError(
            details.text("is_not_utf8", path=path, byte=error.start), details.text("save_as_utf8")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(details.text("is_not_toml", path=path, error=error)) from error


def _refuse_huge(path: Path) -> None:
    size = path.stat().st_size
    if size > LARGEST:
        raise DeclarationError(
            details.text("has_bytes", path=path, count=f"{size:,}"),
            details.text("declarations_at_most", most=f"{LARGEST:,}"),
        )


def safe_pattern(text: str) -> str:
    """A regular expression that cannot take for ever: ValueError for one with a repeat inside a repeat, as (a+)+.

    Python's matcher tries all ways to split a text among such repeats: 30 letters take hours.
    """
    try:
        parsed = re._parser.parse(text)  # type: ignore[attr-defined]  # the standard library's own, without a public name
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(details.text("no_regular_expression", error=error)) from error
    if _repeats_repeat(parsed, inside=False):
        raise ValueError(details.text("repeat_inside_repeat", pattern=text))
    import polars as pl  # here: rules are explained without it

    try:
        pl.select(pl.lit("").str.contains(text))
    except pl.exceptions.ComputeError as error:  # polars' matcher knows no look-around and no back references
        raise ValueError(details.text("no_search_expression", pattern=text)) from error
    return text


def _repeats_repeat(parsed: Any, *, inside: bool) -> bool:
    for operation, argument in parsed:
        repeats = str(operation) in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > MOST_REPEATS
        if repeats and inside:
            return True
        if any(_repeats_repeat(part, inside=inside or repeats) for part in _parts(argument)):
            return True
    return False


def _parts(argument: Any) -> Iterator[Any]:
    """The patterns inside one element of a parsed pattern."""
    if isinstance(argument, re._parser.SubPattern):  # type: ignore[attr-defined]
        yield argument
    elif isinstance(argument, (tuple, list)):
        for part in argument:
            yield from _parts(part)


def read_toml(path: Path, model: type[M]) -> M:
    """Parse `path` into a strict model. Every slip is named: file, key path and the nearest known key."""
    data = Itself(load_toml(path))
    try:
        return cast("M", _modelled(data, model))
    except ValidationError:
        return build(load_toml(path), model, path)  # says what is wrong, and where


@lru_cache(maxsize=128)
def _modelled(data: Itself, model: type[BaseModel]) -> BaseModel:
    return model.model_validate(data.held)


def build(data: dict[str, Any], model: type[M], path: Path) -> M:
    """`read_toml` for text that is parsed already."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        slips = _told(error.errors(include_url=False), model)
        raise DeclarationError(details.text("slips_in", path=path, slips=details.listed(slips))) from error


def _told(slips: Sequence[ErrorDetails], model: type[BaseModel]) -> list[str]:
    """One sentence for every slip: what only follows from another one is not said, nor one slip for every place."""
    unknown = [slip for slip in slips if slip["type"] == "extra_forbidden"]
    meant = {(*slip["loc"][:-1], _meant(slip, model)) for slip in unknown}
    others = [slip for slip in slips if slip["type"] != "extra_forbidden" and not _follows(slip, slips, meant)]
    places: dict[str, list[ErrorDetails]] = {}
    for slip in unknown:
        places.setdefault(f"{slip['loc'][-1]} {_meant(slip, model)}", []).append(slip)
    said = [_unknown(same[0], len(same) - 1, model) for same in places.values()]
    return said + [
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


# ---------------------------------------------------------------------------------------------- CSV


def read_csv(dirs: Sequence[Path], name: str, key: Sequence[str]) -> pl.DataFrame:
    """A reference table, every column String, empty cells null, layered over all `dirs`.

    A row of a later folder replaces the row with the same `key` in its place; a new one is added at the end.
    Inside one folder a repeated key is an error that names the file and both lines.
    """
    paths = layers(dirs, name)
    base = _read_one(paths[0], key)
    for path in paths[1:]:
        base = _overlay(base, _read_one(path, key), path, key)
    return base


def _read_one(path: Path, key: Sequence[str]) -> pl.DataFrame:
    header, rows, lines = _parse(path)
    for column in key:
        if column not in header:
            hint = details.text("columns_are", names=", ".join(_names(header)))
            raise DeclarationError(details.text("column_is_missing", path=path, column=column), hint)
    data = {column: [row[at] or None for row in rows] for at, column in enumerate(header)}
    import polars as pl  # here: rules are explained without it

    frame = pl.DataFrame(data, schema=dict.fromkeys(header, pl.String))
    _refuse_repeated(frame, lines, path, key)
    return frame


def _names(header: Sequence[str]) -> list[str]:
    """A header as an error shows it: what is no name of a column may be a cell, of a table that is none of ours."""
    names = [name for name in header if re.fullmatch("[a-z][a-z0-9_]*", name)]
    others = len(header) - len(names)
    return [*names, details.text("no_names_of_columns", count=others)] if others else names


def _parse(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows as wide as the header, and the line on which each row ends."""
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        _refuse_huge(path)
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            for row in reader:
                if row:
                    rows.append([cell.strip() for cell in row])
                    lines.append(reader.line_num)
    except UnicodeDecodeError as error:
        raise DeclarationError(
            details.text("is_not_utf8", path=path, byte=error.start), details.text("save_as_utf8")
        ) from error
    except csv.Error as error:
        raise DeclarationError(details.text("at_line", path=path, line=reader.line_num, what=str(error))) from error
    if not rows:
        raise DeclarationError(details.text("has_no_header_row", path=path))
    header = rows[0]
    if len(set(header)) != len(header) or "" in header:
        raise DeclarationError(details.text("header_name_twice", path=path))
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            cells = details.text("header_has", count=len(row), width=len(header))
            raise DeclarationError(details.text("at_line", path=path, line=line, what=cells))
    return header, rows[1:], lines[1:]


def _refuse_repeated(frame: pl.DataFrame, lines: list[int], path: Path, key: Sequence[str]) -> None:
    if not key:
        return
    import polars as pl  # here: rules are explained without it

    numbered = frame.select(*key, pl.Series("line", lines, dtype=pl.Int64))
    twice = numbered.group_by(key, maintain_order=True).agg("line").filter(pl.col("line").list.len() > 1)
    if twice.height:
        first = twice.row(0, named=True)
        shown = ", ".join(f"{column}={first[column] or ''}" for column in key)
        where = details.listed([str(line) for line in first["line"]], "and_other")
        text = details.text("lines_of_one_key", path=path, lines=where, key=shown)
        raise DeclarationError(text, details.text("keep_one"))


def _overlay(base: pl.DataFrame, over: pl.DataFrame, path: Path, key: Sequence[str]) -> pl.DataFrame:
    for column in over.columns:
        if column not in base.columns:
            guess = nearest(column, base.columns)
            known = details.text("known_columns", names=", ".join(base.columns))
            hint = details.text("did_you_mean", guess=guess) if guess else known
            raise DeclarationError(details.text("unknown_column", path=path, column=column, hint=hint))
    import polars as pl  # here: rules are explained without it

    missing = [pl.lit(None, pl.String).alias(column) for column in base.columns if column not in over.columns]
    over = over.with_columns(missing).select(base.columns)
    if not key:
        return pl.concat([base, over])
    at = [base.columns.index(column) for column in key]
    rows = {tuple(row[place] for place in at): row for row in [*base.rows(), *over.rows()]}
    return pl.DataFrame(list(rows.values()), schema=base.schema, orient="row")
