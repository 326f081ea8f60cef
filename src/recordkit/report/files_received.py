"""Files received, what became of their rows, and what was found wrong most often."""

from __future__ import annotations

import polars as pl

from recordkit.issues import Rule
from recordkit.report.context import COMMA, Context, month_names
from recordkit.report.model import Chart, Group, Section, Table

ROWS = ["rows_read", "rows_accepted", "rows_quarantined", "rows_corrected", "rows_skipped"]


def files(context: Context) -> Section:
    """Files and rows by agency, files that need the sender, commonest findings."""
    words = context.words.section["files"]
    tables = (_by_agency(context), _trouble(context), _findings(context))
    return Section("files", words.title, words.urdu, words.intro, (Group(tables),))


def received(context: Context) -> pl.DataFrame:
    """The files of the scope: every file when no month was chosen, else those of the month."""
    if context.month is None:
        return context.sources
    return context.sources.filter(pl.col("period").cast(pl.String) == context.month)


def _period(context: Context) -> str:
    if context.month is None:
        return context.word("all_files")
    return context.word("files_of", month=context.month_name(context.month))


def _by_agency(context: Context) -> Table:
    again = pl.col("duplicate_of").is_not_null()
    files = received(context).with_columns(pl.col("agency").cast(pl.String))
    sums = [pl.col(name).cast(pl.Int64).fill_null(0).sum() for name in ROWS]
    counted = files.group_by("agency").agg(
        pl.len().cast(pl.Int64).alias("files"), again.sum().cast(pl.Int64).alias("again"), *sums
    )
    names = {key: context.agency(key) for key in counted["agency"].drop_nulls()}
    unknown = context.word("not_recognised")
    frame = counted.with_columns(
        pl.col("agency").replace(names).fill_null(unknown).alias("label"),
        _share(),
        absent=pl.col("agency").is_null(),
    ).sort("absent", pl.col("label").str.to_lowercase(), "agency")
    if frame.height:
        total = frame.select(pl.lit(context.word("total")).alias("label"), pl.col("files", "again", *ROWS).sum())
        frame = pl.concat([frame, total.with_columns(_share())], how="diagonal")
    columns = (
        context.column("label", "text", "agency"),
        context.column("files"),
        context.column("again", word="sent_again", aside=True),
        context.column("rows_read"),
        context.column("rows_accepted", word="accepted"),
        context.column("rows_quarantined", word="quarantined"),
        context.column("rows_corrected", word="corrected_since"),
        context.column("rows_skipped", word="skipped", aside=True),
        context.column("share", "share", "quarantined_share", aside=True),
    )
    return context.table("files", frame, columns, period=_period(context), total_row=True)


def _share() -> pl.Expr:
    """Quarantined rows in a hundred rows that hold a record; unknown when there are none."""
    records = pl.col("rows_accepted") + pl.col("rows_quarantined")
    share = pl.when(records > 0).then(100 * pl.col("rows_quarantined") / records)
    return share.round(1).alias("share")


def unusable(context: Context) -> pl.DataFrame:
    """Files of which no row was used, and files that came twice: name, agency, period, reason, fix (all String)."""
    rules = context.known.rules
    whole_file = pl.col("row").is_null() & (pl.col("severity") == "reject")
    why = (
        context.edition.scan("issues")
        .filter(whole_file)
        .group_by("file_sha256")
        .agg(pl.col("code").cast(pl.String).unique().sort().first())
        .collect(engine="streaming")
    )
    files = received(context).join(why, on="file_sha256", how="left")
    empty = pl.col("rows_accepted").fill_null(0) == 0
    used = files.filter(pl.col("duplicate_of").is_not_null() | (empty & pl.col("code").is_not_null()))
    known = {code: _called(context, rule) for code, rule in rules.items()}
    fixes = {code: rule.advice(context.words.language) for code, rule in rules.items()}
    again = pl.col("duplicate_of").is_not_null()
    return used.select(
        "name",
        pl.col("agency").cast(pl.String),
        pl.col("period").cast(pl.String),
        pl.when(again).then(pl.lit(context.word("same_file_again"))).otherwise(pl.col("code").replace(known)).alias("reason"),
        pl.when(again)
        .then(pl.lit(context.word("read_once")))
        .otherwise(pl.col("code").replace_strict(fixes, default="", return_dtype=pl.String))
        .alias("fix"),
        again.alias("again"),
    ).sort("again", "period", "name", nulls_last=True)


def _trouble(context: Context) -> Table:
    frame = unusable(context)
    names = {key: context.agency(key) for key in frame["agency"].drop_nulls()}
    frame = frame.with_columns(
        pl.col("agency").replace(names),
        month_names(context.words, frame["period"]),
        reason__state=pl.when("again").then(pl.lit("plain")).otherwise(pl.lit("bad")),
    )
    columns = (
        context.column("name", "text", "file"),
        context.column("agency", "text"),
        context.column("period", "text", "month"),
        context.column("reason", "text", "what_is_wrong"),
        context.column("fix", "text", "what_to_do", aside=True),
    )
    return context.table("trouble", frame, columns, period=_period(context))


def _findings(context: Context) -> Table:
    """The commonest rules, in words, with the agencies in whose files they were found."""
    rules = context.known.rules
    files = received(context).lazy().select("file_sha256", pl.col("agency").cast(pl.String)).unique("file_sha256")
    issues = context.edition.scan("issues").select("file_sha256", pl.col("code", "severity").cast(pl.String))
    scoped = issues.filter(pl.col("severity") != "note").join(files, on="file_sha256", how="left")
    if context.month is not None:
        scoped = issues.filter(pl.col("severity") != "note").join(files, on="file_sha256")
    by_agency = scoped.group_by("code", "severity", "agency").agg(pl.len().cast(pl.Int64).alias("count"))
    common = by_agency.collect(engine="streaming").sort("count", "agency", descending=[True, False], nulls_last=True)
    names = {key: context.agency(key) for key in common["agency"].drop_nulls().unique()}
    comma = COMMA[context.words.language]
    frame = (
        common.with_columns(pl.col("agency").replace(names))
        .group_by("code", "severity", maintain_order=True)
        .agg(pl.col("count").sum(), pl.col("agency").drop_nulls().str.join(comma).alias("agencies"))
        .sort("count", "code", descending=[True, False])
        .head(context.words.findings_shown)
        .with_columns(
            _from_rules(rules_text={code: _called(context, rule) for code, rule in rules.items()}, name="name"),
            _from_rules(
                rules_text={code: rule.advice(context.words.language) for code, rule in rules.items()}, name="fix"
            ),
            pl.col("severity").replace({"reject": "bad", "flag": "warn"}).alias("severity__state"),
            pl.col("severity").replace({one: context.word(f"severity_{one}") for one in ("reject", "flag")}),
        )
    )
    columns = (
        context.column("code", "code", "rule"),
        context.column("name", "text", "finding"),
        context.column("severity", "code"),
        context.column("count", word="times", strong=True),
        context.column("agencies", "text", "in_files_of", aside=True),
        context.column("fix", "text", "how_to_fix", aside=True),
    )
    chart = Chart("bars", context.words.table["findings"].title, ("count",))
    return context.table("findings", frame, columns, period=_period(context), chart=chart)


def _called(context: Context, rule: Rule) -> str:
    """The name of a rule in words; in Urdu, which has no names, why it is a finding."""
    return rule.reason("ur") if context.words.language == "ur" else rule.name.replace("-", " ")


def _from_rules(rules_text: dict[str, str], name: str) -> pl.Expr:
    return pl.col("code").replace_strict(rules_text, default="", return_dtype=pl.String).alias(name)
