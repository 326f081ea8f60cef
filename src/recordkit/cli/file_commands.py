"""The commands that need only files: inspect, validate, dedupe, agency, trust."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from recordkit import details
from recordkit.cli import options as o
from recordkit.cli import output as out
from recordkit.cli.commands import ANALYSTS, OFFICERS, OPERATORS, Group, command

app = typer.Typer(cls=Group)
agency_app = typer.Typer(
    cls=Group, no_args_is_help=True, help="Declared agencies: list, draft, check.", rich_markup_mode=None
)
app.add_typer(agency_app, name="agency", rich_help_panel=OFFICERS)

VALIDATE_FORMATS = (*out.FORMATS, "junit", "sarif", "github")


@command(
    app, OFFICERS,
    "recordkit inspect register.xlsx", "recordkit inspect inbox/2026-10 --format json -o facts.json",
    "ssh station cat export.csv | recordkit inspect -",
)  # fmt: skip
def inspect(asked: o.OfFiles) -> int:
    """Say what a file is: kind, encoding, sheets, header row, likely agency, columns that match nothing."""
    from recordkit.cli import inspecting

    return inspecting.run(asked)


@dataclass(frozen=True, kw_only=True)
class Validate(o.OfFiles):
    """What `validate` is asked."""

    agency: o.AgencyId = None
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", help="Write a copy of each file for its sender here, bad cells marked."),
    ] = None
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on", envvar="RECORDKIT_FAIL_ON", help="Exit 1 from this severity on: reject, flag or never."
        ),
    ] = "reject"
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 whatever is found in files that can be read.")
    ] = False
    limit: Annotated[int, typer.Option("--limit", min=0, help="Examples shown for each rule.")] = 5
    show_values: o.ShowValues = False
    fmt: Annotated[
        str | None,
        typer.Option(
            "--format",
            envvar="RECORDKIT_FORMAT",
            help="text, json, jsonl, csv, junit, sarif or github. Default: text.",
        ),
    ] = None

    @property
    def form(self) -> str:
        """The form asked for, else text."""
        return out.chosen(self.fmt, VALIDATE_FORMATS)


@command(
    app, OFFICERS,
    "recordkit validate register.xlsx", "recordkit validate inbox/2026-10 --annotate for-senders",
    "recordkit validate export.csv --agency AGENCY --format sarif -o findings.sarif",
)  # fmt: skip
def validate(asked: Validate) -> int:
    """Read, map, standardise and check files; say what is wrong in words that their sender can act on."""
    from recordkit.cli import validating

    if asked.fail_on not in ("reject", "flag", "never"):
        raise typer.BadParameter(details.text("use_either", names="reject, flag", last="never"), param_hint="--fail-on")
    return validating.run(asked)


@dataclass(frozen=True, kw_only=True)
class Dedupe(o.OfFiles):
    """What `dedupe` is asked."""

    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File of every row with its entity_id: .parquet, or .csv.")
    ] = None
    what: Annotated[
        str, typer.Option("--what", help="Which rows are one person, or one case: person or case.")
    ] = "person"
    linkage: Annotated[
        str | None,
        typer.Option("--linkage", help="A linkage declaration: a TOML file, or one of schemas/lists by its name."),
    ] = None
    splink: Annotated[
        Path | None,
        typer.Option("--splink", help="A folder for the model as Splink settings, and the rows that it compares."),
    ] = None
    blocks: Annotated[
        bool, typer.Option("--blocks", help="Print what every blocking rule costs and brings instead of the result.")
    ] = False
    agency: o.AgencyId = None


@command(
    app, ANALYSTS,
    "recordkit dedupe people.csv -o people.parquet", "recordkit dedupe voters.csv --linkage english -o voters.parquet",
    "recordkit dedupe people.csv --blocks",
)  # fmt: skip
def dedupe(asked: Dedupe) -> int:
    """Find the rows that are one person or one case, without a store; the links and the model are written beside."""
    from recordkit.cli import deduping

    if asked.what not in ("person", "case"):
        raise typer.BadParameter(details.text("use_either", names="person", last="case"), param_hint="--what")
    if asked.output is None and not (asked.blocks or asked.splink):
        raise typer.BadParameter(details.text("say_where_result_goes"), param_hint="-o")
    return deduping.run(asked)


@command(agency_app, None, "recordkit agency list", "recordkit agency list --format csv", name="list")
def agency_list(asked: o.Formatted) -> int:
    """Every declared agency and its formats."""
    from recordkit.cli import agency_listing

    return agency_listing.listing(asked)


@dataclass(frozen=True, kw_only=True)
class Draft(o.Everywhere):
    """What `agency draft` is asked."""

    files: Annotated[
        list[Path], typer.Argument(help="Files of one sender that no declaration fits.", show_default=False)
    ]


@command(
    agency_app, None,
    "recordkit agency draft export.csv -o mine/agencies/new.toml", "recordkit agency draft one.xlsx two.xlsx",
    name="draft",
)  # fmt: skip
def agency_draft(asked: Draft) -> int:
    """Draft a declaration for unknown files of one sender, with its evidence in comments."""
    from recordkit.cli import agency

    return agency.drafting(asked)


@dataclass(frozen=True, kw_only=True)
class Check(o.Formatted):
    """What `agency check` is asked."""

    files: Annotated[list[Path] | None, typer.Argument(help="Files of a new month.", show_default=False)] = None
    agency_id: o.AgencyId = None


@command(
    agency_app, None,
    "recordkit agency check --schemas mine", "recordkit agency check inbox/2026-11/*.xlsx --agency AGENCY",
    name="check",
)  # fmt: skip
def agency_check(asked: Check) -> int:
    """Do the declarations hold together, and do they still fit these files?"""
    from recordkit.cli import agency

    return agency.checking(asked)


@dataclass(frozen=True, kw_only=True)
class Trust(o.Formatted):
    """What `trust` is asked."""

    folder: Annotated[
        Path | None, typer.Argument(help="A folder with a recordkit.toml of your own.", show_default=False)
    ] = None
    show: Annotated[
        bool, typer.Option("--list", help="The folders that are trusted, and whether they still are.")
    ] = False
    remove: Annotated[bool, typer.Option("--remove", help="Trust this folder's settings file no longer.")] = False


@command(app, OPERATORS, "recordkit trust .", "recordkit trust --list", "recordkit trust --remove /srv/records")
def trust(asked: Trust) -> int:
    """Allow the settings file of a folder: until it changes, all its presets hold for commands started in there."""
    from recordkit.cli import trusting

    if (asked.folder is None) != asked.show or (asked.show and asked.remove):
        raise typer.BadParameter(details.text("give_one_folder"), param_hint="DIR")
    return trusting.run(asked)
