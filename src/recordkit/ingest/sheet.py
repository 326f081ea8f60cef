"""One sheet through the row stages: map, standardise, validate; every row accepted, quarantined or skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from recordkit import checks, details, issues, mapping, tables
from recordkit.agencies import periods
from recordkit.fields import nearest
from recordkit.ingest import absent_columns, file_errors, quarantine, sheet_profile
from recordkit.ingest.collector import Collected, quarantining
from recordkit.ingest.config import Declarations
from recordkit.ingest.quarantine import Tally
from recordkit.ingest.sheet_profile import Evidence
from recordkit.issues import Rules
from recordkit.mapping import Mapped, SheetPlan
from recordkit.readers import Sheet, SourceFile
from recordkit.standardise import FINDING_SCHEMA, Asked, Use, standardise

ROWS = 150_000
GOING_ON = "RK239"
Keep = Callable[[str, pl.DataFrame], None]
Earlier = dict[tuple[str, str], list[pl.Series]]


@dataclass(frozen=True)
class SheetDone:
    """What came of one sheet."""

    tally: Tally
    period: str | None
    given: pl.DataFrame = field(repr=False)  # what other tables may take from its rows


@dataclass(frozen=True)
class SheetContext:
    """What every step of one sheet needs to know: where its rows come from, how they are read, and where they go."""

    source: SourceFile
    sheet: Sheet
    plan: SheetPlan
    declared: Declarations
    received: str | None  # the month of the inbox folder, YYYY-MM
    keep: Keep
    found: Collected
    sides: mapping.Sides = field(default_factory=lambda: mapping.NO_SIDES)  # the tables that its format joins

    @property
    def label(self) -> str:
        """How rows of this sheet are labelled: "sheet", or "member" / "member!sheet" inside an archive."""
        return self.source.sheet_label(self.sheet)

    @property
    def origin(self) -> dict[str, str | None]:
        """The columns that say of a quarantined row where it came from."""
        return {
            "file_sha256": self.source.sha256,
            "sheet": self.label,
            "agency": self.plan.agency,
            "format": self.plan.format,
        }


@dataclass(frozen=True)
class Typing:
    """How the rows of one sheet are typed: the use of every field, the rules that its absent columns break in every
    row (said once for the sheet), and the breaches of these, collected batch by batch."""

    uses: Mapping[str, Use]
    lacks: Sequence[str]
    of_all: list[pl.DataFrame]


@dataclass(frozen=True)
class MappedBatch:
    """A batch as it was read and as it was mapped."""

    read: pl.DataFrame
    mapped: Mapped


def process_sheet(context: SheetContext, earlier: Earlier) -> SheetDone:
    """Run all batches of a sheet. `earlier` collects the row hashes of the file's sheets by unit and month."""
    plan, declared, found = context.plan, context.declared, context.found
    fields = declared.intake.fields(plan.unit)
    seen = Evidence(fields, plan.date_orders, plan.values, headers=plan.headers, epoch=plan.epoch)
    only: list[MappedBatch] = []
    once: list[Mapped] = []
    found.add(mapping.without(plan, context.sides))
    given: list[pl.DataFrame] = []
    for batch in _mapped(context):
        given += [batch.mapped.rows.select(plan.gives_present)] if plan.gives else []
        seen.add(batch.mapped.rows)
        found.add(batch.mapped.issues)
        only = [batch] if not once else []
        once.append(replace(mapping.held(batch.mapped), issues=_heeded(batch.mapped.issues, declared.rules)))
    found.add(mapping.finish(plan, once[-1].carry if once else mapping.Carry()))
    seen.settle()
    period, noted = _period(plan, seen, declared, context.received)
    period = period if plan.unit == "return" else _last_month(period)
    found.add(noted)
    hashes = earlier.setdefault((plan.unit, period or ""), [])
    ids = sheet_profile.record_ids(seen.hashes, hashes, agency=plan.agency, unit=plan.unit, period=period or "")
    hashes += seen.hashes
    typing = Typing(_uses(plan, seen, declared), absent_columns.codes(declared.rules, fields, plan), [])
    tally, at = Tally(), 0
    newest = period
    for batch in only or _mapped_again(context, once):
        rows = batch.mapped.rows
        keyed, unread = _keyed(context, rows, ids.of(at, rows.height), period)
        found.add(unread)
        identical = keyed.select("record_id").filter(ids.again.slice(at, rows.height))
        at += rows.height
        newest = _newer(newest, keyed["period"])
        tally += _typed(context, typing, batch, keyed, identical)
    found.add(absent_columns.once(pl.concat(typing.of_all), declared.rules, plan) if typing.of_all else issues.empty())
    ragged = context.sheet.ragged()
    context.keep("quarantine", quarantine.ragged(ragged, context.origin))
    tally += Tally(read=ragged.height, quarantined=ragged.height)
    return SheetDone(tally, newest, pl.concat(given) if given else pl.DataFrame())


def _batches(sheet: Sheet, plan: SheetPlan) -> Iterator[mapping.Aligned]:
    """The rows of a sheet under its first header, as many at a time as become about ROWS records: a row may stand for
    thousands. What was found of a batch comes with its rows."""
    read = file_errors.each("read", sheet.batches(ROWS))
    for batch in file_errors.each("map", mapping.aligned(read, plan)):
        for piece in file_errors.each("map", iter(mapping.pieces(batch.rows, plan, ROWS))):
            about = batch.findings
            yield mapping.Aligned(piece, about.join(piece, on="row", how="semi") if about.height else about)


def _mapped(context: SheetContext) -> Iterator[MappedBatch]:
    """Every batch with its mapping; what one batch leaves for the next is carried."""
    carry = None
    for batch in _batches(context.sheet, context.plan):
        with file_errors.during("map"):
            mapped = mapping.map_batch(batch.rows, context.plan, carry, context.sides)
        carry = mapped.carry
        about = batch.findings.join(mapped.skipped.filter(pl.col("code") != mapping.REPEATED), on="row", how="anti")
        yield MappedBatch(batch.rows, replace(mapped, issues=issues.concat([mapped.issues, about])))


def _mapped_again(context: SheetContext, once: Sequence[Mapped]) -> Iterator[MappedBatch]:
    """`_mapped`, by what it found the first time."""
    carry = mapping.Carry()
    for batch, mapped in zip(_batches(context.sheet, context.plan), once, strict=True):
        with file_errors.during("map"):
            again = mapping.map_again(batch.rows, context.plan, carry, mapped, context.sides)
        yield MappedBatch(batch.rows, again)
        carry = mapped.carry


def _heeded(noted: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Of what mapping found of a batch, what the second pass asks for: nothing for each of a million blank rows."""
    aside = quarantining(rules.rate(noted)).get_column("code").unique()
    return noted.filter(pl.col("code").is_in([*aside, GOING_ON])).clone()


def _period(
    plan: SheetPlan, seen: Evidence, declared: Declarations, received: str | None
) -> tuple[str | None, pl.DataFrame]:
    """The month that the sheet is about. Dates inside win over names when nearly all of them agree (RK217);
    not those of a sheet of people or services, which may well be about cases of an earlier month."""
    if plan.period_unread and plan.unit == "return":  # the folder's month would be a guess: RK373
        return None, issues.empty()
    month, share, dated = seen.month(declared.reference)
    sure = month is not None and share >= sheet_profile.SHARE and dated >= sheet_profile.FEW
    if plan.period is None:
        found = month if sure else received or seen.newest(declared.reference)
        return found, issues.empty() if found else _without_month(plan)
    about_cases = plan.unit in ("case", "enquiry")
    if not sure or not about_cases or month == plan.period or plan.period_source in ("column", None):
        return plan.period, issues.empty()
    detail = details.text(
        "other_month_used", source=plan.period_source, period=plan.period, share=f"{share:.0%}",
        count=dated, month=month,
    )  # fmt: skip
    finding = issues.make(
        "RK217", file_sha256=plan.file_sha256, sheet=plan.sheet, detail=detail, suggestion=month
    )
    return month, finding


def _without_month(plan: SheetPlan) -> pl.DataFrame:
    """RK247 of a statement of which nothing says the month."""
    if plan.unit != "return" or "period" in plan.fields:  # a row without its own month is RK372
        return issues.empty()
    return issues.make("RK247", file_sha256=plan.file_sha256, sheet=plan.sheet, field="period")


def _last_month(period: str | None) -> str | None:
    """A record is of a month: one of which only the year is known is counted in its last one."""
    return f"{period}-12" if period and len(period) == 4 else period


def _newer(period: str | None, periods: pl.Series) -> str | None:
    """The later of a month and the latest of rows that say their own; a year stands for its last month."""
    months = pl.select(pl.when(periods.str.len_chars() == 4).then(periods + "-12").otherwise(periods)).to_series()
    latest = months.max()
    return max((one for one in (period, latest) if isinstance(one, str)), default=None)


def _uses(plan: SheetPlan, seen: Evidence, declared: Declarations) -> dict[str, Use]:
    agency = declared.agencies[plan.agency]
    zone = agency.timezone if "timezone" in agency.model_fields_set else None
    return {
        name: Use(
            plan.headers.get(name, name), plan.values.get(name, {}), seen.orders.get(name), zone, plan.epoch,
            plan.verbatim.get(name), plan.patterns.get(name),
        )
        for name in plan.fields
    }


def _keyed(
    context: SheetContext, rows: pl.DataFrame, ids: pl.Series, period: str | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The mapped rows with the columns that say where they came from, and RK372 where a row's own period is none."""
    plan, declared = context.plan, context.declared
    month = pl.lit(period, pl.String)
    unread = issues.empty()
    if "period" in rows.columns:  # the row itself says its month
        stated = nearest.aliased(rows["period"], plan.values.get("period", {}))
        senders = stated.unique(maintain_order=True).drop_nulls().to_list()
        readings = periods.column(senders, declared.agencies.months, context.received)
        parsed = {text: one.period for text, one in readings.items()}
        unread = _unread_periods(rows, stated, readings, plan, context.label)
        if plan.unit != "return":
            parsed = {text: _last_month(month) for text, month in parsed.items()}
        rows = rows.with_columns(period_raw=pl.col("period"))
        month = pl.lit(stated).replace_strict(parsed, default=None, return_dtype=pl.String)
    if plan.no_counts:  # RK390: as they stand in the cells, but never as counts
        rows = rows.with_columns(unsure=pl.lit(True))
    keyed = rows.with_columns(
        ids.alias("record_id"),
        pl.lit(context.source.sha256).alias("file_sha256"),
        pl.lit(context.label).alias("sheet"),
        pl.lit(plan.agency).alias("agency"),
        pl.lit(plan.format).alias("format"),
        month.alias("period"),
    )
    return keyed, unread


def _unread_periods(
    rows: pl.DataFrame, stated: pl.Series, readings: Mapping[str, periods.Reading], plan: SheetPlan, sheet: str
) -> pl.DataFrame:
    """RK372 for every row whose own period is blank or none; it is null, never the folder's month."""
    whys = {text: details.text(one.why or periods.UNCLEAR) for text, one in readings.items() if one.period is None}
    written = pl.lit(stated)
    reason = written.replace_strict(whys, default=None, return_dtype=pl.String)
    why = pl.when(written.is_null()).then(details.column("blank")).otherwise(reason)
    bad = rows.select("row", value="period", detail=why)
    bad = bad.drop_nulls("detail").unique(maintain_order=True)
    return issues.conform(
        bad.with_columns(
            code=pl.lit("RK372"), field=pl.lit("period"), column=pl.lit(plan.headers.get("period"), pl.String),
            file_sha256=pl.lit(plan.file_sha256), sheet=pl.lit(sheet),
        )
    )


def _typed(
    context: SheetContext, typing: Typing, batch: MappedBatch, keyed: pl.DataFrame, identical: pl.DataFrame
) -> Tally:
    """Standardise and validate one batch, hand out its frames and findings, and say where its rows went. What breaks
    a rule of `lacks` goes to `of_all`."""
    plan, declared, keep = context.plan, context.declared, context.keep
    with file_errors.during("standardise"):
        agency = declared.agencies[plan.agency]
        typed = standardise(keyed, Asked(plan.unit, typing.uses, context.source.name, agency.kind), declared)
    home = pl.lit(agency.province, pl.String).alias("agency_province")
    frames = {
        name: tables.conform(
            frame.with_columns(home) if name == "cases" else frame, declared.tables[name], "standardise"
        )
        for name, frame in typed.frames.items()
    }
    with file_errors.during("validate"):
        checked = checks.check(frames, declared.tables, declared.rules, "standardise", plan.headers)
    checked = _why_keyless(checked, batch.mapped.issues)
    about_all = pl.col("code").is_in(typing.lacks)
    typing.of_all.append(checked.filter(about_all).select("code"))
    checked = checked.filter(~about_all)
    located = [_lighter(_located(one, context), frames) for one in typed.findings if one.height]
    noted = quarantining(declared.rules.rate(batch.mapped.issues))
    twice = _twice(frames, identical)
    out = quarantining(declared.rules.rate(issues.concat([*located, checked, twice])))
    rejected = _rejected([out, noted])
    context.found.add(*located, _silenced(checked, rejected, declared.rules), twice)
    headers = {one.column: one.header for one in plan.tables[0].columns}
    keep("quarantine", quarantine.rows(batch.read, rejected, headers, context.origin))
    mapped_rows = keyed.select("row").unique()
    for name, frame in frames.items():
        keep(name, frame.join(rejected, on="row", how="anti") if rejected.height else frame)
    bad = mapped_rows.join(rejected, on="row", how="semi").height
    skipped = batch.mapped.skipped.height
    return Tally(batch.read.height, mapped_rows.height - bad, bad, skipped)


def _silenced(checked: pl.DataFrame, rejected: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """What rules say of values together, without what they only flag of a row that is quarantined: whoever repairs
    the row has it judged anew, and reads the reason alone until then."""
    if not rejected.height:
        return checked
    flags = [rule.code for rule in rules.by_code.values() if rule.level == "cross-field" and rule.severity != "reject"]
    moot = pl.col("code").is_in(flags) & pl.col("row").is_in(rejected.get_column("row").implode())
    return checked.filter(~moot.fill_null(False))


def _rejected(aside: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """row, codes: the rows that findings put into quarantine."""
    return pl.concat(aside).group_by("row", maintain_order=True).agg(codes=pl.col("code").unique().sort())


def _twice(frames: Mapping[str, pl.DataFrame], identical: pl.DataFrame) -> pl.DataFrame:
    """RK501: a case exactly like another row of its sheet and without a number; a count that is there twice.

    Both are kept. Two victims may be alike; two counts of one place and head hardly are, so theirs is a flag.
    """
    if "returns" in frames:
        again = frames["returns"].filter(~pl.col("is_total")).join(identical, on="record_id", how="semi")
        named = again.select("file_sha256", "sheet", "row", code=pl.lit("RK501"), severity=pl.lit("flag"))
        return issues.conform(named.unique(maintain_order=True))
    if "cases" not in frames:
        return issues.empty()
    bare = pl.all_horizontal(pl.col(name).is_null() for name in ("fir_no", "enquiry_no", "e_tag"))
    rows = frames["cases"].filter(bare).join(identical, on="record_id", how="semi")
    return issues.conform(rows.select("file_sha256", "sheet", "row", code=pl.lit("RK501")))


def _located(findings: pl.DataFrame, context: SheetContext) -> pl.DataFrame:
    """Findings of standardising in the shape of the issue table."""
    assert findings.columns == FINDING_SCHEMA.names()
    named = findings.with_columns(
        file_sha256=pl.lit(context.source.sha256),
        sheet=pl.lit(context.label),
        severity=pl.lit(None, pl.String),
    )
    return issues.conform(named)


def _why_keyless(checked: pl.DataFrame, mapped: pl.DataFrame) -> pl.DataFrame:
    """A row without the number of its case (RK408) that may go on from the row above (RK239): how to declare that."""
    going_on = mapped.filter(pl.col("code") == GOING_ON).select("row", _how=pl.col("detail")).unique("row")
    if not going_on.height:
        return checked
    continued = checked.join(going_on, on="row", how="left", maintain_order="left")
    how = pl.when(pl.col("code") == "RK408").then(pl.coalesce("detail", "_how")).otherwise("detail")
    return continued.with_columns(how.alias("detail")).drop("_how")


def _lighter(found: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A count that cannot be read is blank, and flagged; its row is quarantined only when no other count of it can."""
    if "returns" not in frames or not found.get_column("code").eq("RK324").any():
        return found
    read = frames["returns"].filter(pl.col("count").is_not_null()).get_column("row").unique()
    light = (pl.col("code") == "RK324") & pl.col("row").is_in(read.implode())
    return found.with_columns(pl.when(light).then(pl.lit("flag")).otherwise("severity").alias("severity"))
