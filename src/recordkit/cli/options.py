"""Options that every command shares, and the settings file that can preset them."""

from __future__ import annotations

import tomllib
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


def settings_file(start: Path) -> Path | None:
    """The nearest recordkit.toml, in `start` or above it."""
    return next((p / SETTINGS for p in (start, *start.parents) if (p / SETTINGS).is_file()), None)


def presets(path: Path, commands: dict[str, set[str]]) -> dict[str, Any]:
    """click's default_map from a settings file: top-level keys for every command, a table for one command.

    Paths are relative to the file. An unknown key is an error that names the nearest known one.
    """
    from recordkit import declarations

    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{path} is not valid TOML: {error}") from error
    everywhere = {key: value for key, value in given.items() if not isinstance(value, dict)}
    out: dict[str, Any] = {}
    known = set().union(*commands.values())
    for key in everywhere:
        if key not in known:
            _refuse(path, key, known | set(commands), declarations.nearest)
    for name, options in commands.items():
        own = given.get(name, {})
        for key in own:
            if key not in options:
                _refuse(path, f"{name}.{key}", {f"{name}.{o}" for o in options}, declarations.nearest)
        merged = {key: value for key, value in (everywhere | own).items() if key in options}
        out[name] = {key: _rooted(key, value, path.parent) for key, value in merged.items()}
    for key in set(given) - set(everywhere) - set(commands):
        _refuse(path, key, known | set(commands), declarations.nearest)
    return out


def _refuse(path: Path, key: str, known: set[str], nearest: Any) -> None:
    guess = nearest(key, known)
    raise DeclarationError(f"{path}: unknown key '{key}'", f"did you mean '{guess}'?" if guess else "")


def _rooted(key: str, value: Any, folder: Path) -> Any:
    """Paths in a settings file are meant from where the file is."""
    if key == "schemas":
        return [str(folder / item) for item in ([value] if isinstance(value, str) else value)]
    if key in ("to", "store", "annotate"):
        return str(folder / value)
    return value
