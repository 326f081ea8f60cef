"""The commands that need only files: inspect, validate, dedupe, agency."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from recordkit.cli import options as o
from recordkit.cli import output as out

app = typer.Typer()
agency_app = typer.Typer(
    no_args_is_help=True, help="Declared agencies: list, draft, check.", rich_markup_mode=None
)
app.add_typer(agency_app, name="agency")

Files = Annotated[list[Path], typer.Argument(help="Files, or folders of files.", show_default=False)]
VALIDATE_FORMATS = (*out.FORMATS, "junit", "sarif", "github")


@app.command()
def inspect(
    files: Files,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
    show_values: o.ShowValues = False,
) -> int:
    """Say what a file is: kind, encoding, sheets, header row, likely agency, columns that match nothing."""
    from recordkit.cli import inspecting

    return inspecting.run(files, o.declared(schemas), fmt, output, show_values)


@app.command()
def validate(
    files: Files,
    agency: o.AgencyId = None,
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", help="Write a copy of each file for its sender here, bad cells marked."),
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            envvar="RECORDKIT_FAIL_ON",
            help="Exit 1 from this severity on: reject, flag or never.",
        ),
    ] = "reject",
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 whatever is found in files that can be read.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Examples shown for each rule.")] = 5,
    schemas: o.Schemas = None,
    fmt: Annotated[
        str | None,
        typer.Option(
            "--format", envvar="RECORDKIT_FORMAT", help="text, json, jsonl, csv, junit, sarif or github."
        ),
    ] = None,
    output: o.Output = None,
    show_values: o.ShowValues = False,
    quiet: o.Quiet = False,
    no_progress: o.NoProgress = False,
) -> int:
    """Read, map, standardise and check files; say what is wrong in words that their sender can act on."""
    from recordkit.cli import validating

    if fail_on not in ("reject", "flag", "never"):
        raise typer.BadParameter("use reject, flag or never", param_hint="--fail-on")
    return validating.run(
        files, o.declared(schemas), agency=agency, annotate=annotate, fail_on="never" if exit_zero else fail_on,
        limit=limit, fmt=out.chosen(fmt, output, VALIDATE_FORMATS), output=output,
        show_values=show_values and output is None and sys.stdout.isatty(), quiet=quiet,
        bars=not (no_progress or quiet),
    )  # fmt: skip


@app.command()
def dedupe(
    files: Files,
    result: Annotated[
        Path | None, typer.Option("-o", "--output", help="Parquet file of every row with its entity_id.")
    ] = None,
    what: Annotated[
        str, typer.Option("--what", help="Which rows are one person, or one case: person or case.")
    ] = "person",
    linkage: Annotated[
        str | None,
        typer.Option("--linkage", help="A linkage declaration: a TOML file, or one of schemas/lists by its name."),
    ] = None,
    splink: Annotated[
        Path | None,
        typer.Option("--splink", help="A folder for the model as Splink settings, and the rows that it compares."),
    ] = None,
    blocks: Annotated[
        bool, typer.Option("--blocks", help="Print what every blocking rule costs and brings instead of the result.")
    ] = False,
    agency: o.AgencyId = None,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    quiet: o.Quiet = False,
    no_progress: o.NoProgress = False,
) -> int:
    """Find the rows that are one person or one case, without a store; the links and the model are written beside."""
    from recordkit.cli import deduping

    if what not in ("person", "case"):
        raise typer.BadParameter("use person or case", param_hint="--what")
    if result is None and not (blocks or splink):
        raise typer.BadParameter("say where the result goes", param_hint="-o")
    asked = deduping.Wanted(
        files, result, "case" if what == "case" else "person", agency, linkage, splink, blocks, out.chosen(fmt, None),
        quiet, not (no_progress or quiet),
    )  # fmt: skip
    return deduping.run(asked, o.declared(schemas))


@agency_app.command("list")
def agency_list(schemas: o.Schemas = None, fmt: o.Format = None, output: o.Output = None) -> int:
    """Every declared agency and its formats."""
    from recordkit.cli import agency

    return agency.listing(o.declared(schemas), fmt, output)


@agency_app.command("draft")
def agency_draft(
    files: Annotated[list[Path], typer.Argument(help="Files of one sender that no declaration fits.")],
    schemas: o.Schemas = None,
    output: o.Output = None,
) -> int:
    """Draft a declaration for unknown files of one sender, with its evidence in comments."""
    from recordkit.cli import agency

    return agency.drafting(files, o.declared(schemas), output)


@agency_app.command("check")
def agency_check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files of a new month.")] = None,
    agency_id: o.AgencyId = None,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """Do the declarations hold together, and do they still fit these files?"""
    from recordkit.cli import agency

    return agency.checking(files or [], agency_id, o.declared(schemas), fmt, output)


@app.command()
def trust(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder with a recordkit.toml of your own.", show_default=False)
    ] = None,
    show: Annotated[
        bool, typer.Option("--list", help="The folders that are trusted, and whether they still are.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Trust this folder's settings file no longer.")] = False,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """Allow the settings file of a folder: until it changes, all its presets hold for commands started in there."""
    from recordkit.cli import trusting

    if (folder is None) != show or (show and remove):
        raise typer.BadParameter("give one folder, or --list", param_hint="DIR")
    if folder is None:
        return trusting.listing(fmt, output)
    return trusting.removing(folder, fmt, output) if remove else trusting.allowing(folder, fmt, output)
