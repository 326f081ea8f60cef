"""Options that every command shares, and the settings file that can preset them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from recordkit.errors import DeclarationError

SETTINGS = "recordkit.toml"

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
    """The nearest recordkit.toml, in `start` or above it."""
    return next((p / SETTINGS for p in (start, *start.parents) if (p / SETTINGS).is_file()), None)


def presets(path: Path, commands: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Presets of every command from a settings file: top-level keys for all commands, a table for one of them.

    commands: command -> option -> parameter. Keys are spelt as on the command line, without the dashes; paths are
    relative to the file. An unknown key is an error that names the nearest known one.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{path} is not valid TOML: {error}") from error
    everywhere = {key: value for key, value in given.items() if not isinstance(value, dict)}
    options = {option for known in commands.values() for option in known}
    _check(path, everywhere, options | set(commands))
    _check(path, [key for key in given if key not in everywhere], options | set(commands))
    out: dict[str, Any] = {}
    for name, known in commands.items():
        own = given.get(name, {})
        _check(path, own, known, f"{name}.")
        merged = {key: value for key, value in (everywhere | own).items() if key in known}
        values = {known[key]: _rooted(key, value, path.parent) for key, value in merged.items()}
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


def _rooted(key: str, value: Any, folder: Path) -> Any:
    """Paths in a settings file are meant from where the file is."""
    if key == "schemas":
        return [str(folder / item) for item in ([value] if isinstance(value, str) else value)]
    if key in ("to", "store", "annotate"):
        return str(folder / value)
    return value
