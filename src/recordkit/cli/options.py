"""Options that every command shares, and the settings file that can preset them."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from recordkit.errors import DeclarationError

SETTINGS = "recordkit.toml"
LARGEST = 1 << 20  # bytes of a settings file

Schemas = Annotated[
    list[Path] | None,
    typer.Option(
        "--schemas", envvar="RECORDKIT_SCHEMAS", help="A folder of declarations laid over the packaged ones."
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        envvar="RECORDKIT_FORMAT",
        help="text, json, jsonl or csv. Default: text on a terminal, json in a pipe.",
    ),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write the result here instead of standard output.")
]
Quiet = Annotated[
    bool, typer.Option("-q", "--quiet", envvar="RECORDKIT_QUIET", help="Say nothing but the result.")
]
NoProgress = Annotated[
    bool,
    typer.Option(
        "--no-progress", envvar="RECORDKIT_NO_PROGRESS", help="No progress bars, even on a terminal."
    ),
]
ShowValues = Annotated[bool, typer.Option("--show-values", help="Show personal values, on a terminal only.")]
AgencyId = Annotated[
    str | None,
    typer.Option(
        "--agency",
        envvar="RECORDKIT_AGENCY",
        help="Read the files as this agency's; see: recordkit agency list.",
    ),
]
Store = Annotated[Path, typer.Argument(envvar="RECORDKIT_STORE", help="The store.")]


def declared(schemas: list[Path] | None) -> Any:
    """The declarations (receive.Declarations): the packaged ones under the folders of `--schemas`."""
    from recordkit import declarations, receive  # here: --help must not wait for polars

    return receive.declare(declarations.folders(schemas or ()))


def settings_file(start: Path) -> Path | None:
    """The nearest recordkit.toml, in `start` or above it; whatever it is."""
    return next((p / SETTINGS for p in (start, *start.parents) if _is_there(p / SETTINGS)), None)


def _is_there(path: Path) -> bool:
    try:
        return bool(path.lstat())
    except OSError:  # a folder above may not be ours to look at
        return False


def _trusted(path: Path) -> str:
    """The text of a settings file that nobody else can have written: it says where to read, and where to write."""
    fix = "correct it, delete it, or start recordkit in another folder"
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
        told = os.fstat(handle)
        if not stat.S_ISREG(told.st_mode):  # asked before it is opened as a file: a folder cannot be
            os.close(handle)
            raise DeclarationError(f"{path} is not a plain file", fix)
        with os.fdopen(handle, "rb") as file:
            if hasattr(os, "getuid") and told.st_uid not in (0, os.getuid()):
                raise DeclarationError(f"{path} belongs to somebody else (uid {told.st_uid})", fix)
            if stat.S_IMODE(told.st_mode) & 0o022 and hasattr(os, "getuid"):
                raise DeclarationError(f"{path} can be written by others", f"chmod go-w {path}")
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise DeclarationError(f"{path} is too large: a settings file has at most {LARGEST:,} bytes", fix)
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DeclarationError(f"{path} is not UTF-8 (byte {error.start})", "save the file as UTF-8") from error
    except OSError as error:
        what = "is a link, or cannot be followed" if path.is_symlink() else f"cannot be read: {error.strerror}"
        raise DeclarationError(f"{path} {what}", fix) from error


def presets(path: Path, commands: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Presets of every command from a settings file: top-level keys for all commands, a table for one of them.

    commands: command -> option -> parameter. Keys are spelt as on the command line, without the dashes; paths are
    relative to the file. An unknown key is an error that names the nearest known one.
    """
    try:
        given = tomllib.loads(_trusted(path))
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"{path} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise DeclarationError(f"{path} is nested too deeply") from error
    everywhere = {key: value for key, value in given.items() if not isinstance(value, dict)}
    options = {option for known in commands.values() for option in known}
    _check(path, everywhere, options)
    _check(path, [key for key in given if key not in everywhere], set(commands))
    out: dict[str, Any] = {}
    for name, known in commands.items():
        own = given.get(name, {})
        _check(path, own, known, f"{name}.")
        merged = {key: value for key, value in (everywhere | own).items() if key in known}
        values = {known[key]: _rooted(key, value, path) for key, value in merged.items()}
        group, _, inner = name.rpartition(" ")
        (out.setdefault(group, {}) if group else out)[inner] = values
    return out


def _check(path: Path, keys: Iterable[str], known: Iterable[str], where: str = "") -> None:
    from recordkit import declarations

    known = set(known)
    for key in keys:
        if key not in known:
            guess = declarations.nearest(key, known)
            hint = f"did you mean '{where}{guess}'?" if guess else f"known keys: {', '.join(sorted(known))}"
            raise DeclarationError(f"{path}: unknown key '{where}{key}'", hint)


def _rooted(key: str, value: Any, path: Path) -> Any:
    """Paths in a settings file are meant from where the file is."""
    if key not in ("schemas", "to", "store", "annotate"):
        return value
    texts = value if isinstance(value, list) and key == "schemas" else [value]
    if not all(isinstance(text, str) for text in texts):
        raise DeclarationError(f"{path}: '{key}' must be a path, in quotation marks")
    rooted = [str(path.parent / text) for text in texts]
    return rooted if key == "schemas" else rooted[0]
