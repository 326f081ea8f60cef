"""Options that every command shares."""

from __future__ import annotations

from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any

import typer

from recordkit.cli import output as out

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
        help="text, json, jsonl or csv. Default: text.",
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
_LOOSENING: ContextVar[bool] = ContextVar("allow_loosening", default=False)  # of this run: see `declared`


def _allow(given: bool) -> bool:
    _LOOSENING.set(given)
    return given


AllowLoosening = Annotated[
    bool,
    typer.Option(
        "--allow-loosening",
        callback=_allow,
        help="Let overlays loosen what protects people; told on standard error and in the ledger.",
    ),
]
_LANGUAGE: ContextVar[str] = ContextVar("lang", default="en")  # of this run: see `texts`


def _speak(given: str) -> str:
    if given not in ("en", "ur"):
        raise typer.BadParameter("use en or ur", param_hint="--lang")
    _LANGUAGE.set(given)
    return given


Lang = Annotated[
    str,
    typer.Option(
        "--lang", envvar="RECORDKIT_LANG", callback=_speak, help="Language of findings, rules and reports: en or ur."
    ),
]
Config = Annotated[
    Path | None, typer.Option("--config", help="Take presets from this settings file, and from no other.")
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

    found = receive.declare(declarations.folders(schemas or ()), allow_loosening=_LOOSENING.get())
    for one in found.loosened:
        out.say(f"note: --allow-loosening: {one}")
    return found


def texts(found: Any) -> Any:
    """What the declarations say to people (words.Texts), in the language of this run."""
    from recordkit import words

    return words.Texts(found.words, "ur" if _LANGUAGE.get() == "ur" else "en")
