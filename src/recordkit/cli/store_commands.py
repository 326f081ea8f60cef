"""The commands that make, read or judge a store: compile, report, review, diff, verify and the rest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from recordkit import details
from recordkit.cli import options as o
from recordkit.cli.commands import ANALYSTS, EVERYBODY, OPERATORS, REVIEWERS, Group, command

app = typer.Typer(cls=Group)


@dataclass(frozen=True, kw_only=True)
class Compile(o.Formatted):
    """What `compile` is asked."""

    inbox: Annotated[list[Path], typer.Argument(help="Inbox folders.", show_default=False)]
    to: Annotated[Path, typer.Option("--to", envvar="RECORDKIT_STORE", help="The store.", show_default=False)]
    through: Annotated[
        str | None, typer.Option("--through", help="Only what was received up to this month, YYYY-MM.")
    ] = None
    memory: Annotated[
        str | None,
        typer.Option(
            "--memory", envvar="RECORDKIT_MEMORY", help="Read within this memory, such as 8GB. Default: the machine's."
        ),
    ] = None
    incremental: Annotated[
        bool,
        typer.Option(
            "--incremental",
            envvar="RECORDKIT_INCREMENTAL",
            help="Compare only new people, with all; use the model of the current edition.",
        ),
    ] = False
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes", min=1, envvar="RECORDKIT_PROCESSES", show_default=False,
            help="Processes that read files at once. Default: as many as pay, at most one for each core.",
        ),
    ] = None
    engine: Annotated[
        str, typer.Option("--engine", help="Where the work is done; only `local` exists so far.", hidden=True)
    ] = "local"
    textfile: Annotated[
        Path | None,
        typer.Option(
            "--textfile", envvar="RECORDKIT_TEXTFILE", help="Write Prometheus metrics of the run here as well."
        ),
    ] = None
    alerts: Annotated[
        bool,
        typer.Option("--alerts", envvar="RECORDKIT_ALERTS", help="Then print new alerts as `alerts` does: ids alone."),
    ] = False


@command(
    app, OPERATORS,
    "recordkit compile inbox --to store", "recordkit compile inbox --to store --through 2026-09",
    "recordkit compile inbox --to store --format jsonl -q >> compile.log",
    name="compile",
)  # fmt: skip
def compile_(asked: Compile) -> int:
    """Read everything new, link it, and publish one new edition; or say that nothing changed."""
    from recordkit.cli import compiling

    return compiling.run(asked)


@dataclass(frozen=True, kw_only=True)
class Report(o.OfStore):
    """What `report` is asked."""

    edition: o.EditionId = None
    month: Annotated[str | None, typer.Option("--month", help="Only this month, YYYY-MM.")] = None
    since: Annotated[
        str | None, typer.Option("--since", help="What changed since this edition. Default: since the edition before.")
    ] = None
    html: Annotated[Path | None, typer.Option("--html", help="Write one self-contained page here.")] = None
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write a workbook here.")] = None
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            help="One crime from all sides: a file of schemas/profiles. With -o FOLDER: page, workbook, data.",
        ),
    ] = None


@command(
    app, ANALYSTS,
    "recordkit report store --month 2026-10 --html october.html --xlsx october.xlsx",
    "recordkit report store --since 2026-09-r1-0123abcd",
    "recordkit report store --profile trafficking -o trafficking.html",
)  # fmt: skip
def report(asked: Report) -> int:
    """Figures of an edition."""
    from recordkit.cli import reporting

    return reporting.run(asked)


@dataclass(frozen=True, kw_only=True)
class Review(o.OfStore):
    """What `review` is asked."""

    kind: Annotated[str | None, typer.Option("--kind", help="Only people (person) or only cases (case).")] = None
    head: Annotated[str | None, typer.Option("--head", help="Only pairs about this national head.")] = None
    province: Annotated[str | None, typer.Option("--province", help="Only pairs with a case of this province.")] = None
    agency: Annotated[str | None, typer.Option("--about", help="Only pairs with a case of this agency.")] = None
    worth: Annotated[
        int, typer.Option("--worth", min=0, help="Only pairs whose answer may move this many published figures.")
    ] = 0
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most this many pairs.")] = None
    by: Annotated[
        str | None, typer.Option("--by", envvar="RECORDKIT_REVIEWER", help="Who judges; default: the user.")
    ] = None
    second: Annotated[
        bool, typer.Option("--second", help="Pairs that others have judged and you have not; their answers hidden.")
    ] = False
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="Pairs on which the last words of two people differ.")
    ] = False
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help="Label a random sample of this many judged pairs.")
    ] = None
    seed: Annotated[int, typer.Option("--seed", help="Another seed draws another sample.")] = 1
    quality: Annotated[
        bool, typer.Option("--quality", help="Precision and recall from the labelled samples, with intervals.")
    ] = False
    export: Annotated[
        Path | None, typer.Option("--export", help="Write the pairs into a workbook. It holds personal data.")
    ] = None
    import_: Annotated[Path | None, typer.Option("--import", help="Read answers from such a workbook.")] = None
    decide: Annotated[
        tuple[str, str, str] | None,
        typer.Option("--decide", metavar="LEFT RIGHT VERDICT", help="One answer: same, different or unsure."),
    ] = None
    why: Annotated[str, typer.Option("--why", help="Why, without names; goes with --decide.")] = ""
    show_values: o.ShowValues = False


@command(
    app, REVIEWERS,
    "recordkit review store --show-values", "recordkit review store --export pairs.xlsx",
    "recordkit review store --import pairs.xlsx",
)  # fmt: skip
def review(asked: Review) -> int:
    """The clerical queue: pairs in the grey zone, side by side; same, different or unsure.

    On a terminal a screen that takes single keys; in a pipe the pairs as data. Answers go to the store's ledger.
    """
    from recordkit.cli import reviewing

    if asked.kind not in (None, "person", "case"):
        raise typer.BadParameter(details.text("use_either", names="person", last="case"), param_hint="--kind")
    return reviewing.run(asked)


@dataclass(frozen=True, kw_only=True)
class Diff(o.OfStore):
    """What `diff` is asked."""

    a: Annotated[str | None, typer.Argument(help="The earlier edition; default: the one before B.")] = None
    b: Annotated[str | None, typer.Argument(help="The later edition; default: the current one.")] = None


@command(
    app, ANALYSTS,
    "recordkit diff store", "recordkit diff store 2026-09-r1 2026-10-r1 --format csv -o changes.csv",
)  # fmt: skip
def diff(asked: Diff) -> int:
    """What changed between two editions, and why."""
    from recordkit.cli import storing

    return storing.diff(asked)


@command(app, OPERATORS, "recordkit verify store", "recordkit verify store --format jsonl >> verify.log")
def verify(asked: o.OfStore) -> int:
    """Check every byte of every edition against its manifest."""
    from recordkit.cli import storing

    return storing.verify(asked)


@dataclass(frozen=True, kw_only=True)
class Trace(o.OfStore):
    """What `trace` is asked."""

    what: Annotated[
        list[str],
        typer.Argument(
            help="The id of a case, mention or person; or a figure: period=… unit=… code=…", show_default=False
        ),
    ]
    edition: o.EditionId = None


@command(
    app, ANALYSTS,
    "recordkit trace store C1a2b3c4d5e6f7a8b",
    "recordkit trace store period=2026-10 unit=case classification=npb_head code=Murder",
)  # fmt: skip
def trace(asked: Trace) -> int:
    """Walk a figure or a record back to the file, sheet and row it came from."""
    from recordkit.cli import keeping

    return keeping.trace(asked)


@dataclass(frozen=True, kw_only=True)
class Pseudonymise(o.OfStore):
    """What `pseudonymise` is asked."""

    to: Annotated[Path, typer.Option("--to", help="A new folder for the copy.", show_default=False)]
    edition: o.EditionId = None
    precision: Annotated[
        str | None,
        typer.Option("--precision", help="Dates by day, week, month, quarter or year; default: week, ages in 5 years."),
    ] = None


@command(
    app, OPERATORS,
    "recordkit pseudonymise store --to for-analysts",
    "recordkit pseudonymise store --to for-analysts --precision month",
)  # fmt: skip
def pseudonymise(asked: Pseudonymise) -> int:
    """Write restricted microdata for named analysts: pseudonyms for people, numbers and ids; not a release."""
    from recordkit.cli import keeping

    return keeping.pseudonymise(asked)


@dataclass(frozen=True, kw_only=True)
class Restricted(o.OfStore):
    """What a product for a named person is asked."""

    to: Annotated[Path, typer.Option("--to", help="A new folder for it.", show_default=False)]
    whom: Annotated[str, typer.Option("--for", help="The person it is for, for the ledger.", show_default=False)]
    edition: o.EditionId = None


@dataclass(frozen=True, kw_only=True)
class Intelligence(Restricted):
    """What `intelligence` is asked."""

    with_names: Annotated[
        bool, typer.Option("--with-names", help="With names and numbers of cards; without, ids alone.")
    ] = False


@command(
    app, OPERATORS,
    "recordkit intelligence store --to for-a-analyst --for 'A. Analyst'",
    "recordkit intelligence store --to for-a-analyst --for 'A. Analyst' --with-names",
)  # fmt: skip
def intelligence(asked: Intelligence) -> int:
    """Restricted: people in two provinces or agencies, recruiters, networks; each with evidence and a grade."""
    from recordkit.cli import restricted

    return restricted.intelligence(asked)


@dataclass(frozen=True, kw_only=True)
class Alerts(o.OfStore):
    """What `alerts` is asked."""

    edition: o.EditionId = None


@command(
    app, OPERATORS, "recordkit alerts store", "recordkit alerts store --format json",
)  # fmt: skip
def alerts(asked: Alerts) -> int:
    """New alerts of an edition, each thing once until it has grown: counts and ids alone; `intelligence` says what."""
    from recordkit.cli import restricted

    return restricted.alerts(asked)


@dataclass(frozen=True, kw_only=True)
class Victims(Restricted):
    """What `victims` is asked."""

    on: Annotated[
        str | None, typer.Option("--on", help="As of this day, YYYY-MM-DD. Default: the end of the newest month.")
    ] = None


@command(
    app, OPERATORS,
    "recordkit victims store --to for-b-officer --for 'B. Officer'",
    "recordkit victims store --to for-b-officer --for 'B. Officer' --on 2026-10-31",
)  # fmt: skip
def victims(asked: Victims) -> int:
    """Restricted: what happened to each victim, which follow-up is due or overdue, who was lost, who is one again."""
    from recordkit.cli import restricted

    return restricted.victims(asked)


@dataclass(frozen=True, kw_only=True)
class Release(o.OfStore):
    """What `release` is asked."""

    to: Annotated[Path | None, typer.Option("--to", help="A new folder for the release.")] = None
    edition: o.EditionId = None
    table: Annotated[
        list[str] | None, typer.Option("--table", help="Only this public table of release.toml; can be given again.")
    ] = None
    microdata: Annotated[
        str, typer.Option("--microdata", help="Instead of tables this microdata of release.toml: rows for research.")
    ] = ""
    approve: Annotated[
        str, typer.Option("--approve", help="Who approves it, for the ledger. Without it nothing is written.")
    ] = ""
    second: Annotated[
        str, typer.Option("--second", help="Who approves it as well: victims and microdata need two people.")
    ] = ""
    also: Annotated[
        list[str] | None,
        typer.Option("--also", help="dta (Stata), sav (SPSS), bom (CSV for Excel) or sdmx too; can be given again."),
    ] = None
    check: Annotated[
        Path | None, typer.Option("--check", help="Check this released folder instead: sums, ledger, today's cases.")
    ] = None


@command(
    app, OPERATORS,
    "recordkit release store --to public --approve 'A. Name' --second 'B. Name'",
    "recordkit release store --to research --microdata victims", "recordkit release store --check public",
)  # fmt: skip
def release(asked: Release) -> int:
    """Public tables, or microdata, in which nobody can be found: first the risk; with --approve the files."""
    from recordkit.cli import releasing
    from recordkit.releases.package import FORMS

    if (asked.to is None) == (asked.check is None):
        raise typer.BadParameter(details.text("to_or_check"), param_hint="--to")
    if asked.table and asked.microdata:
        raise typer.BadParameter(details.text("table_or_microdata"), param_hint="--microdata")
    for form in asked.also or ():
        if form not in FORMS:
            raise typer.BadParameter(details.text("no_form", name=form, known=", ".join(FORMS)), param_hint="--also")
    return releasing.run(asked)


@dataclass(frozen=True, kw_only=True)
class Export(o.OfStore):
    """What `export` is asked."""

    standard: Annotated[
        str, typer.Option("--standard", help="Of schemas/exports: iccs, sdg, pbs, tip, htcds, ftm, ctdc, ctdc2017.")
    ]
    to: Annotated[Path, typer.Option("--to", help="A new folder for the files.")]
    edition: o.EditionId = None
    approve: Annotated[
        str, typer.Option("--approve", help="Who approves that it leaves the house: it is checked as a release.")
    ] = ""
    second: Annotated[str, typer.Option("--second", help="Who approves it as well, where it is about victims.")] = ""


@command(
    app, OPERATORS,
    "recordkit export store --standard iccs --to iccs",
    "recordkit export store --standard pbs --to pbs --approve 'A. Name'",
)  # fmt: skip
def export(asked: Export) -> int:
    """Figures in the words of a standard, with the quality of every mapping; for the house, or checked and approved."""
    from recordkit.cli import exporting

    return exporting.run(asked)


@dataclass(frozen=True, kw_only=True)
class Rollback(o.OfStore):
    """What `rollback` is asked."""

    edition: Annotated[str, typer.Argument(help="The id of the edition to go back to.", show_default=False)]


@command(app, OPERATORS, "recordkit rollback store 2026-09-r1", "recordkit rollback store 2026-09-r1-5c0ffee1")
def rollback(asked: Rollback) -> int:
    """Make an earlier edition the current one again; nothing is deleted."""
    from recordkit.cli import keeping

    return keeping.rollback(asked)


@dataclass(frozen=True, kw_only=True)
class Withdraw(o.OfStore):
    """What `withdraw` is asked."""

    file: Annotated[
        str,
        typer.Argument(
            help="A file that its sender took back: its name, or the start of its SHA-256.", show_default=False
        ),
    ]
    why: Annotated[
        str,
        typer.Option("--why", help="For the ledger: who took it back and why. No names of people.", show_default=False),
    ]
    back: Annotated[bool, typer.Option("--back", help="It counts after all.")] = False


@command(
    app, OPERATORS,
    "recordkit withdraw store returns_202609.csv --why 'sent twice'",
    "recordkit withdraw store returns_202609.csv --back --why 'it was right'",
)  # fmt: skip
def withdraw(asked: Withdraw) -> int:
    """Leave a file out of all editions to come; the next compile makes the revision."""
    from recordkit.cli import keeping

    return keeping.withdraw(asked)


@dataclass(frozen=True, kw_only=True)
class Retain(o.OfStore):
    """What `retain` is asked."""

    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="How many of the newest editions to keep; the others go.")
    ] = None
    rekey: Annotated[
        bool, typer.Option("--rekey", help="Encrypt what is kept anew with the first key of the key file.")
    ] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False


@command(app, OPERATORS, "recordkit retain store --keep 12 --dry-run", "recordkit retain store --rekey")
def retain(asked: Retain) -> int:
    """Drop old editions (the last of each month, the current and the last good one always stay); change the key."""
    from recordkit.cli import keeping

    if asked.keep is None and not asked.rekey:
        raise typer.BadParameter(details.text("say_how_many_editions"), param_hint="--keep")
    return keeping.retain(asked)


@dataclass(frozen=True, kw_only=True)
class Find(o.OfStore):
    """What `find` is asked."""

    text: Annotated[
        str,
        typer.Argument(
            help="A case ('FIR 123/26 City'), a card, a telephone, a name, a file, or an id.", show_default=False
        ),
    ]
    show_values: o.ShowValues = False


@command(
    app, ANALYSTS,
    "recordkit find store 'FIR 123/26 City'", "recordkit find store 35202-1234567-1 --show-values",
    "recordkit find store returns_202609.csv",
)  # fmt: skip
def find(asked: Find) -> int:
    """From what people hold to the records of the current edition."""
    from recordkit.cli import searching

    return searching.find(asked)


@dataclass(frozen=True, kw_only=True)
class Query(o.OfStore):
    """What `query` is asked."""

    sql: Annotated[
        str,
        typer.Argument(help="One SELECT; every table is a view: cases, charges, persons …", show_default=False),
    ]
    show_values: o.ShowValues = False


@command(
    app, ANALYSTS,
    "recordkit query store 'SELECT province, count(*) FROM cases GROUP BY 1'", "recordkit query store 'DESCRIBE cases'",
)  # fmt: skip
def query(asked: Query) -> int:
    """Ask the tables of the current edition in SQL (DuckDB). Personal columns are masked before they are asked."""
    from recordkit.cli import searching

    return searching.query(asked)


@dataclass(frozen=True, kw_only=True)
class RuleList(o.Formatted):
    """What `rules` is asked."""

    search: Annotated[str | None, typer.Option("--search", help="Only rules that speak of these words.")] = None


@command(app, EVERYBODY, "recordkit rules", "recordkit rules --search 'card digits'", "recordkit rules --format csv")
def rules(asked: RuleList) -> int:
    """All rules: code, severity, what it is about."""
    from recordkit.cli import explaining

    return explaining.rules(asked)


@dataclass(frozen=True, kw_only=True)
class Explain(o.Formatted):
    """What `explain` is asked."""

    what: Annotated[
        str,
        typer.Argument(help="A rule's code or name, or the id of a link, case, person or mention.", show_default=False),
    ]
    store: Annotated[
        Path | None, typer.Option("--store", envvar="RECORDKIT_STORE", help="The store that holds the link.")
    ] = None
    other: Annotated[
        str | None,
        typer.Option(
            "--with", metavar="ID", help="Another person's or mention's id: why the two are one person, or why not."
        ),
    ] = None
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a link's explanation as one self-contained page.")
    ] = None
    show_values: o.ShowValues = False


@command(
    app, EVERYBODY,
    "recordkit explain RK304", "recordkit explain L0123456789abcdef --store store --html link.html",
    "recordkit explain P0123456789abcdef --with Pfedcba9876543210 --store store",
)  # fmt: skip
def explain(asked: Explain) -> int:
    """A rule in plain words with examples, or why two records were joined: what each comparison weighed."""
    from recordkit.cli import explaining

    return explaining.run(asked)
