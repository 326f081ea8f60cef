"""The commands that make, read or judge a store: compile, report, review, diff, verify and the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recordkit.cli import options as o

app = typer.Typer()


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
        inbox, to, through, o.declared(schemas), fmt, output, quiet, not (no_progress or quiet), textfile, incremental
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

    return reporting.run(store, edition, month, html, xlsx, o.declared(schemas), fmt, output, quiet)


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
    return reviewing.run(store, asked, o.declared(schemas), fmt, output, show_values)


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
    precision: Annotated[
        str | None,
        typer.Option("--precision", help="Dates by day, week, month, quarter or year; default: week, ages in 5 years."),
    ] = None,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """Write restricted microdata for named analysts: pseudonyms for people, numbers and ids; not a release."""
    from recordkit.cli import keeping

    asked = keeping.Copy(to, edition, precision)
    return keeping.pseudonymise(store, asked, o.declared(schemas), fmt, output)


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
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="How many of the newest editions to keep; the others go.")
    ] = None,
    rekey: Annotated[
        bool, typer.Option("--rekey", help="Encrypt what is kept anew with the first key of the key file.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """Drop old editions (the last of each month, the current and the last good one always stay); change the key."""
    from recordkit.cli import keeping

    if keep is None and not rekey:
        raise typer.BadParameter("say how many editions to keep, or --rekey", param_hint="--keep")
    return keeping.retain(store, keeping.Retain(keep, rekey, dry_run), fmt, output)


@app.command()
def find(
    store: o.Store,
    text: Annotated[
        str, typer.Argument(help="A case ('FIR 123/26 City'), a card, a telephone, a name, a file, or an id.")
    ],
    show_values: o.ShowValues = False,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """From what people hold to the records of the current edition."""
    from recordkit.cli import searching

    return searching.find(store, text, o.declared(schemas), fmt, output, show_values)


@app.command()
def query(
    store: o.Store,
    sql: Annotated[str, typer.Argument(help="One SELECT; every table is a view: cases, charges, persons …")],
    show_values: o.ShowValues = False,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """Ask the tables of the current edition in SQL (DuckDB). Personal columns are masked before they are asked."""
    from recordkit.cli import searching

    return searching.query(store, sql, o.declared(schemas), fmt, output, show_values)


@app.command()
def rules(
    search: Annotated[str | None, typer.Option("--search", help="Only rules that speak of these words.")] = None,
    schemas: o.Schemas = None,
    fmt: o.Format = None,
    output: o.Output = None,
) -> int:
    """All rules: code, severity, what it is about."""
    from recordkit.cli import searching

    return searching.rules(search, o.declared(schemas), fmt, output)


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

    return explaining.run(explaining.Asked(what, show_values, html), store, o.declared(schemas), fmt, output)
