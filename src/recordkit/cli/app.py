"""The commands of recordkit."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from recordkit import __version__
from recordkit.cli import options as o
from recordkit.cli import output as out
from recordkit.errors import RecordkitError

app = typer.Typer(
    name="recordkit",
    help="Standardise, link and compile police and federal case records.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
agency_app = typer.Typer(
    no_args_is_help=True, help="Declared agencies: list, draft, check.", rich_markup_mode=None
)
app.add_typer(agency_app, name="agency")

Files = Annotated[list[Path], typer.Argument(help="Files, or folders of files.", show_default=False)]
VALIDATE_FORMATS = (*out.FORMATS, "junit", "sarif", "github")


def _declared(schemas: list[Path] | None) -> Any:
    from recordkit import declarations, receive

    return receive.declare(declarations.folders(schemas or ()))


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> int:
    if version:
        out.write(f"recordkit {__version__}", None)
        raise typer.Exit
    return 0


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

    return inspecting.run(files, _declared(schemas), fmt, output, show_values)


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
        files, _declared(schemas), agency=agency, annotate=annotate, fail_on="never" if exit_zero else fail_on,
        limit=limit, fmt=out.chosen(fmt, output, VALIDATE_FORMATS), output=output,
        show_values=show_values and sys.stdout.isatty(), quiet=quiet, bars=not (no_progress or quiet),
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
    from recordkit.cli.output import chosen

    asked = deduping.Wanted(
        files, result, "case" if what == "case" else "person", agency, linkage, splink, blocks, chosen(fmt, None),
        quiet, not (no_progress or quiet),
    )  # fmt: skip
    return deduping.run(asked, _declared(schemas))


@app.command(name="compile")
def compile_(
    inbox: Annotated[list[Path], typer.Argument(help="Inbox folders.", show_default=False)],
    to: Annotated[Path, typer.Option("--to", envvar="RECORDKIT_STORE", help="The store.")],
    through: Annotated[
        str | None, typer.Option("--through", help="Only what was received up to this month, YYYY-MM.")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="local or spark.")] = "local",
    incremental: Annotated[
        bool,
        typer.Option(
            "--incremental",
            envvar="RECORDKIT_INCREMENTAL",
            help="Compare only new people, with all; use the model of the current edition.",
        ),
    ] = False,
    textfile: Annotated[
        Path | None,
        typer.Option(
            "--textfile", envvar="RECORDKIT_TEXTFILE", help="Write Prometheus metrics of the run here as well."
        ),
    ] = None,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
    quiet: o.Quiet = False,
    no_progress: o.NoProgress = False,
) -> int:
    """Read everything new, link it, and publish one new edition; or say that nothing changed."""
    from recordkit.cli import compiling

    if engine != "local":
        raise typer.BadParameter("this version computes locally only", param_hint="--engine")
    return compiling.run(
        inbox, to, through, _declared(schemas), fmt, output, quiet, not (no_progress or quiet), textfile, incremental
    )


@app.command()
def report(
    store: o.Store,
    edition: Annotated[
        str | None, typer.Option("--edition", help="An edition's id; default: the current one.")
    ] = None,
    month: Annotated[str | None, typer.Option("--month", help="Only this month, YYYY-MM.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write one self-contained page here.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write a workbook here.")] = None,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
    quiet: o.Quiet = False,
) -> int:
    """Figures of an edition."""
    from recordkit.cli import reporting

    return reporting.run(store, edition, month, html, xlsx, _declared(schemas), fmt, output, quiet)


@app.command()
def review(
    store: o.Store,
    kind: Annotated[str | None, typer.Option("--kind", help="Only people (person) or only cases (case).")] = None,
    head: Annotated[str | None, typer.Option("--head", help="Only pairs about this national head.")] = None,
    province: Annotated[str | None, typer.Option("--province", help="Only pairs with a case of this province.")] = None,
    agency: Annotated[str | None, typer.Option("--about", help="Only pairs with a case of this agency.")] = None,
    worth: Annotated[
        int, typer.Option("--worth", min=0, help="Only pairs whose answer may move this many published figures.")
    ] = 0,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most this many pairs.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", envvar="RECORDKIT_REVIEWER", help="Who judges; default: the user.")
    ] = None,
    second: Annotated[
        bool, typer.Option("--second", help="Pairs that others have judged and you have not; their answers hidden.")
    ] = False,
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="Pairs on which the last words of two people differ.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help="Label a random sample of this many judged pairs.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed draws another sample.")] = 1,
    quality: Annotated[
        bool, typer.Option("--quality", help="Precision and recall from the labelled samples, with intervals.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write the pairs into a workbook. It holds personal data.")
    ] = None,
    import_: Annotated[Path | None, typer.Option("--import", help="Read answers from such a workbook.")] = None,
    decide: Annotated[
        tuple[str, str, str] | None,
        typer.Option("--decide", metavar="LEFT RIGHT VERDICT", help="One answer: same, different or unsure."),
    ] = None,
    why: Annotated[str, typer.Option("--why", help="Why, without names; goes with --decide.")] = "",
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
    show_values: o.ShowValues = False,
    quiet: o.Quiet = False,
) -> int:
    """The clerical queue: pairs in the grey zone, side by side; same, different or unsure.

    On a terminal a screen that takes single keys; in a pipe the pairs as data. Answers go to the store's ledger.
    """
    from recordkit.cli import reviewing
    from recordkit.review import Choice

    if kind not in (None, "person", "case"):
        raise typer.BadParameter("use person or case", param_hint="--kind")
    asked = reviewing.Asked(Choice(kind, head, province, agency, worth), sample, seed, second, disagreements, by, limit)
    if decide is not None:
        return reviewing.decide(store, asked, decide, why, fmt, output)
    if import_ is not None:
        return reviewing.take(store, asked, import_, fmt, output)
    if export is not None:
        return reviewing.export(store, asked, export, quiet)
    if quality:
        return reviewing.quality(store, fmt, output)
    return reviewing.run(store, asked, _declared(schemas), fmt, output, show_values)


@app.command()
def diff(
    store: o.Store,
    a: Annotated[str | None, typer.Argument(help="The earlier edition; default: the one before B.")] = None,
    b: Annotated[str | None, typer.Argument(help="The later edition; default: the current one.")] = None,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """What changed between two editions, and why."""
    from recordkit.cli import storing

    return storing.diff(store, a, b, fmt, output)


@app.command()
def verify(store: o.Store, fmt: o.Format = None, output: o.Output = None) -> int:
    """Check every byte of every edition against its manifest."""
    from recordkit.cli import storing

    return storing.verify(store, fmt, output)


@app.command()
def trace(
    store: o.Store,
    what: Annotated[
        list[str],
        typer.Argument(help="The id of a case, mention or person; or a figure: period=… unit=… code=…"),
    ],
    edition: Annotated[
        str | None, typer.Option("--edition", help="An edition's id; default: the current one.")
    ] = None,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """Walk a figure or a record back to the file, sheet and row it came from."""
    from recordkit.cli import keeping

    return keeping.trace(store, what, edition, fmt, output)


@app.command()
def pseudonymise(
    store: o.Store,
    to: Annotated[Path, typer.Option("--to", help="A new folder for the copy.")],
    edition: Annotated[
        str | None, typer.Option("--edition", help="An edition's id; default: the current one.")
    ] = None,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """Write an edition's copy for analysts: keyed pseudonyms instead of people, numbers and ids."""
    from recordkit.cli import keeping

    return keeping.pseudonymise(store, to, edition, _declared(schemas), fmt, output)


@app.command()
def rollback(
    store: o.Store,
    edition: Annotated[str, typer.Argument(help="The id of the edition to go back to.")],
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """Make an earlier edition the current one again; nothing is deleted."""
    from recordkit.cli import keeping

    return keeping.rollback(store, edition, fmt, output)


@app.command()
def withdraw(
    store: o.Store,
    file: Annotated[
        str, typer.Argument(help="A file that its sender took back: its name, or the start of its SHA-256.")
    ],
    why: Annotated[str, typer.Option("--why", help="For the ledger: who took it back and why. No names of people.")],
    back: Annotated[bool, typer.Option("--back", help="It counts after all.")] = False,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """Leave a file out of all editions to come; the next compile makes the revision."""
    from recordkit.cli import keeping

    return keeping.withdraw(store, file, why, back, fmt, output)


@app.command()
def retain(
    store: o.Store,
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many of the newest editions to keep.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be dropped.")] = False,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """Drop old editions; the last of each month, the current and the last good one always stay."""
    from recordkit.cli import keeping

    return keeping.retain(store, keep, dry_run, fmt, output)


@app.command()
def explain(
    what: Annotated[
        str, typer.Argument(help="A rule's code or name, or the id of a link, case, person or mention.")
    ],
    store: Annotated[
        Path | None, typer.Option("--store", envvar="RECORDKIT_STORE", help="The store that holds the link.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a link's explanation as one self-contained page.")
    ] = None,
    show_values: o.ShowValues = False,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """A rule in plain words with examples, or why two records were joined: what each comparison weighed."""
    from recordkit.cli import explaining

    return explaining.run(explaining.Asked(what, show_values, html), store, _declared(schemas), fmt, output)


@agency_app.command("list")
def agency_list(schemas: o.Schemas = None, fmt: o.Format = None, output: o.Output = None) -> int:
    """Every declared agency and its formats."""
    from recordkit.cli import agency

    return agency.listing(_declared(schemas), fmt, output)


@agency_app.command("draft")
def agency_draft(
    files: Annotated[list[Path], typer.Argument(help="Files of one sender that no declaration fits.")],
    schemas: o.Schemas = None,
    output: o.Output = None,
) -> int:
    """Draft a declaration for unknown files of one sender, with its evidence in comments."""
    from recordkit.cli import agency

    return agency.drafting(files, _declared(schemas), output)


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

    return agency.checking(files or [], agency_id, _declared(schemas), fmt, output)


def _leaves(group: Any) -> dict[str, Any]:
    """Command ("agency list") -> what typer made of it."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        inside = _leaves(command) if hasattr(command, "commands") else {}
        found |= {f"{name} {inner}": leaf for inner, leaf in inside.items()} or {name: command}
    return found


def _everywhere(
    schemas: o.Schemas = None, quiet: o.Quiet = False, no_progress: o.NoProgress = False
) -> None:
    """What a script may give to any command; where there is nothing to declare or to silence it changes nothing."""


def _made() -> Any:
    """The commands, each with the options that are promised everywhere."""
    everywhere = typer.Typer()
    everywhere.command()(_everywhere)
    command = typer.main.get_command(app)
    for leaf in _leaves(command).values():
        names = {param.name for param in leaf.params}
        for param in typer.main.get_command(everywhere).params:
            if param.name in {"schemas", "quiet", "no_progress"} - names:
                param.expose_value = False
                leaf.params.append(param)
    return command


def _commands(group: Any) -> dict[str, dict[str, str]]:
    """Command ("agency list") -> option as a settings file spells it -> name of the parameter."""
    found: dict[str, dict[str, str]] = {}
    for name, command in _leaves(group).items():
        spelt = {param.name: [o for o in param.opts if o.startswith("--")] for param in command.params if param.name}
        found[name] = {(long[0].removeprefix("--") if long else param): param for param, long in spelt.items()}
    return found


def main() -> None:
    """Entry point: run one command and leave with its exit code. No traceback for anything a user can cause."""
    os.umask(0o077)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns the exit code of the contract."""
    command = _made()
    try:
        presets = _presets(command)
        result = command.main(
            args=arguments, prog_name="recordkit", standalone_mode=False, default_map=presets
        )
        sys.stdout.flush()
        return int(result or 0)
    except typer.Exit as stop:
        return stop.exit_code
    except typer.TyperException as error:
        error.show()  # type: ignore[attr-defined]  # every usage error has it; the base class does not say so
        return 2
    except RecordkitError as error:
        out.say(f"error: {error.what}" + (f"\n  fix: {error.fix}" if error.fix else ""))
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        out.say("stopped: nothing was published")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _internal(error)


def _presets(command: Any) -> dict[str, Any] | None:
    path = o.settings_file(Path.cwd())
    return None if path is None else o.presets(path, _commands(command))


def _internal(error: Exception) -> int:
    """An error that is ours: where, not what was in the data (messages of libraries can quote cells)."""
    if os.environ.get("RECORDKIT_DEBUG"):
        raise error
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f" at {Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
    out.say(
        f"internal error: {type(error).__name__}{where}; nothing was published\n"
        "  fix: this is a fault of recordkit: report it with this line; RECORDKIT_DEBUG=1 shows the traceback"
    )
    return 4
