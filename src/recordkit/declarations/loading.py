"""TOML as strict models: a slip is an error that says where. What is read once stays in memory."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from recordkit import details, packaged
from recordkit.declarations.slips import sentences
from recordkit.errors import DeclarationError

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
LARGEST = 64 << 20  # bytes of one file: a gazetteer of a whole country has less than a tenth of it
REMEMBERED = 4  # states of the same files whose declarations a process remembers


class Declared(BaseModel):
    """Base of every declaration's model: unknown keys and numbers without an end are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


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
            return b""  # skipped, or refused
        return blake2b(path.read_bytes(), digest_size=16).digest()
    except OSError:  # whoever reads it says so
        return b""


def load_toml(path: Path) -> dict[str, Any]:
    """The parsed file: the same object for the same text, which nobody may change.

    Raises DeclarationError with the file and, for a slip in the syntax, its line.
    """
    try:
        refuse_huge(path)
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


def refuse_huge(path: Path) -> None:
    """Raises DeclarationError for a file of more than LARGEST bytes."""
    size = path.stat().st_size
    if size > LARGEST:
        raise DeclarationError(
            details.text("has_bytes", path=path, count=f"{size:,}"),
            details.text("declarations_at_most", most=f"{LARGEST:,}"),
        )


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
        slips = sentences(error.errors(include_url=False), model)
        raise DeclarationError(details.text("slips_in", path=path, slips=details.listed(slips))) from error
