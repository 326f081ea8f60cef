"""Options that commands share: a command's own class of options adds its own to one of these."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from recordkit import details
from recordkit.cli import output as out

if TYPE_CHECKING:
    from recordkit.ingest import Declarations
    from recordkit.words import Texts, Words

Files: TypeAlias = Annotated[
    list[Path], typer.Argument(help="Files, or folders of files; - is standard input.", show_default=False)
]
Store: TypeAlias = Annotated[Path, typer.Argument(envvar="RECORDKIT_STORE", help="The store.", show_default=False)]
EditionId: TypeAlias = Annotated[
    str | None, typer.Option("--edition", help="An edition's id, or its start. Default: the current one.")
]
AgencyId: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--agency", envvar="RECORDKIT_AGENCY", help="Read the files as this agency's; see: recordkit agency list."
    ),
]
ShowValues: TypeAlias = Annotated[
    bool, typer.Option("--show-values", help="Show personal values, on a terminal only.")
]


def _known_language(given: str) -> str:
    if given not in ("en", "ur"):
        raise typer.BadParameter(details.text("use_either", names="en", last="ur"), param_hint="--lang")
    out.speak(given)
    return given


@dataclass(frozen=True, kw_only=True)
class Everywhere:
    """What a script may give to any command; where there is nothing to declare or to silence it changes nothing."""

    schemas: Annotated[
        list[Path] | None,
        typer.Option(
            "--schemas", envvar="RECORDKIT_SCHEMAS", help="A folder of declarations laid over the packaged ones."
        ),
    ] = None
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the result here instead of standard output.")
    ] = None
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", envvar="RECORDKIT_QUIET", help="Say nothing but the result.")
    ] = False
    no_progress: Annotated[
        bool,
        typer.Option(
            "--no-progress", envvar="RECORDKIT_NO_PROGRESS", help="No progress bars, even on a terminal."
        ),
    ] = False
    config: Annotated[
        Path | None, typer.Option("--config", help="Take presets from this settings file, and from no other.")
    ] = None
    allow_loosening: Annotated[
        bool,
        typer.Option(
            "--allow-loosening",
            help="Let overlays protect people less; recorded on standard error and in the ledger.",
        ),
    ] = False

    lang: Annotated[
        str,
        typer.Option(
            "--lang", envvar="RECORDKIT_LANG", callback=_known_language, help="Language of results: en or ur."
        ),
    ] = "en"

    @property
    def bars(self) -> bool:
        """Is progress wanted, where there is a terminal to show it on?"""
        return not (self.no_progress or self.quiet)

    def texts(self, words: Words) -> Texts:
        """What the declarations say to people, in the language asked for."""
        from recordkit.words import Texts

        return Texts(words, "ur" if self.lang == "ur" else "en")

    def declared(self) -> Declarations:
        """The packaged declarations under the folders of `--schemas`."""
        from recordkit import declarations, ingest  # here: --help must not wait for polars

        found = ingest.declare(declarations.folders(self.schemas or ()), allow_loosening=self.allow_loosening)
        out.speak(self.lang, found.words)
        for one in found.loosened:
            out.say(details.text("note_is", what=details.text("loosening_allowed", what=one.text)))
        for change in found.rules.overruled:
            out.say(details.text("note_is", what=change.text))
        return found


COMMON = frozenset(field.name for field in fields(Everywhere))


@dataclass(frozen=True, kw_only=True)
class Formatted(Everywhere):
    """A command whose result has several forms."""

    fmt: Annotated[
        str | None, typer.Option("--format", envvar="RECORDKIT_FORMAT", help="text, json, jsonl or csv. Default: text.")
    ] = None

    @property
    def form(self) -> str:
        """The form asked for, else text."""
        return out.chosen(self.fmt)


@dataclass(frozen=True, kw_only=True)
class OfStore(Formatted):
    """A command about a store."""

    store: Store


@dataclass(frozen=True, kw_only=True)
class OfFiles(Formatted):
    """A command about files of senders."""

    files: Files
