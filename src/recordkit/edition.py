"""Builds the tables of an edition from standardised records: link, merge, judge, count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from recordkit import corrections, counts, issues, linkage, ranking, store, tables, validate
from recordkit.errors import BrokenLaw
from recordkit.linkage import Linked, ledger, merging
from recordkit.mapping import returns as returned
from recordkit.receive import Declarations
from recordkit.records import Records

RECORDS = ("cases", "charges", "persons", "services", "returns")


@dataclass(frozen=True)
class Made:
    """Everything that one edition holds, sorted and in the declared schemas; and the laws that were checked."""

    tables: Mapping[str, pl.DataFrame]
    quarantine: pl.DataFrame
    laws: tuple[store.Law, ...]
    sources: pl.DataFrame  # as records.SOURCES, with rows_corrected
    corrected: int = 0  # rows that were put aside and that a later file brought corrected


def build(
    records: Records,
    declared: Declarations,
    spec: linkage.LinkageSpec,
    decisions: Sequence[Mapping[str, Any]],
    standing: linkage.Standing | None = None,
    since: linkage.Increment | None = None,
) -> Made:
    """All tables of an edition. The same records and decisions after the same edition give the same rows in the same
    order. `standing`: the edition before, whose ids are kept; `since`: the same, when only what is new is linked."""
    frames = _frames(records)
    linked = linkage.link(
        frames["cases"], frames["charges"], frames["persons"], spec, ledger.from_entries(decisions), since=since
    )
    linked = linkage.carry(linked, frames["cases"], frames["persons"], standing)
    merged = _merged(frames, linked, declared, spec)
    merged["links"] = linked.links
    merged["review"] = linked.review
    merged["models"] = linked.models
    merged["returns"] = frames["returns"]
    apart, corrected = _put_aside(records, frames, declared)
    merged["sources"] = _with_corrected(records.sources, corrected)
    merged["counts"] = counts.compile(
        merged["cases"], merged["charges"], merged["persons"], records.sources, declared.agencies,
        declared.reference.districts,
    )  # fmt: skip
    final = {name: _final(frame, declared.tables[name]) for name, frame in merged.items()}
    late = [
        _of_linking(linked, frames),
        _of_history(linked, frames["cases"]),
        returned.check(frames["returns"]),
        _of_all(final, records, declared),
        _of_edition(final, declared),
        _of_corrections(corrected, records.sources),
    ]
    final["issues"] = _final(_issues(records, late, declared), declared.tables["issues"])
    laws = (_conservation(records), _apart(records, apart, corrected), *_linked_once(frames, linked), _counted(final))
    return Made(final, _final(apart, declared.tables["quarantine"]), laws, merged["sources"], corrected.height)


def _put_aside(
    records: Records, frames: Mapping[str, pl.DataFrame], declared: Declarations
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(quarantined rows that nobody has corrected yet, those that were: corrections.SCHEMA)."""
    every = records.frames["quarantine"].collect()
    units = {(agency.id, form.id): form.unit for agency in declared.agencies.values() for form in agency.formats}
    corrected = corrections.find(every, frames, records.sources, units)
    return every.join(corrected, on=corrections.PLACE, how="anti", maintain_order="left"), corrected


def _with_corrected(sources: pl.DataFrame, corrected: pl.DataFrame) -> pl.DataFrame:
    """`rows_corrected` of every file; a row of an archive's member is told by its sheet."""
    member = pl.col("sheet").str.split("!").list.first()
    archived = sources.drop_nulls("member").select("file_sha256").unique()
    inside = corrected.join(archived, on="file_sha256", how="semi").with_columns(member=member)
    plain = corrected.join(archived, on="file_sha256", how="anti").with_columns(member=pl.lit(None, pl.String))
    every = pl.concat([inside, plain]).group_by("file_sha256", "member")
    counted = every.agg(pl.len().cast(pl.Int64).alias("rows_corrected"))
    joined = sources.join(counted, on=["file_sha256", "member"], how="left", nulls_equal=True, maintain_order="left")
    first = pl.col("duplicate_of").is_null()
    return joined.with_columns(pl.when(first).then("rows_corrected").fill_null(0).alias("rows_corrected"))


def _of_corrections(corrected: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """RK522 at every row that was put aside and came back corrected."""
    read = sources.filter(pl.col("duplicate_of").is_null())
    names = read.select(by_file="file_sha256", name="name").unique("by_file")
    told = corrected.join(names, on="by_file", how="left", maintain_order="left")
    detail = pl.format("now row {} of {}", "by_row", "name")
    return issues.conform(told.select(*corrections.PLACE, code=pl.lit("RK522"), detail=detail))


def _frames(records: Records) -> dict[str, pl.DataFrame]:
    """The submission frames, each row with the month in which its file was received (else its own month)."""
    read = records.sources.filter(pl.col("duplicate_of").is_null())
    received = read.select("file_sha256", "received").unique().lazy()
    joined = [
        records.frames[name]
        .join(received, on="file_sha256", how="left", maintain_order="left")
        .with_columns(pl.coalesce("received", "period").alias("received"))
        for name in RECORDS
    ]
    return dict(zip(RECORDS, pl.collect_all(joined), strict=True))


def _merged(
    frames: Mapping[str, pl.DataFrame], linked: Linked, declared: Declarations, spec: linkage.LinkageSpec
) -> dict[str, pl.DataFrame]:
    """Submissions merged into cases, charges, persons, identities and services."""
    charges = _with_principal(merging.charges(frames["charges"], linked), declared)
    cases = _tiered(_headed(merging.cases(frames["cases"], linked, charges)), charges)
    persons = merging.persons(frames["persons"], linked)
    return {
        "cases": cases,
        "charges": charges,
        "persons": persons,
        "identities": merging.identities(persons, cases),
        "services": merging.services(frames["services"], frames["cases"], persons, linked, spec),
    }


def _with_principal(charges: pl.DataFrame, declared: Declarations) -> pl.DataFrame:
    """`is_principal`: the most serious charge of each case by ranking.toml; ties by act and section, as text."""
    rank = ranking.load(declared.dirs).rank(charges)
    first = (
        charges.select("case_id", "act", "section", rank=rank, at=pl.int_range(pl.len()))
        .drop_nulls("rank")
        .sort("case_id", "rank", "act", "section", "at", nulls_last=True)
        .unique("case_id", keep="first", maintain_order=True)
    )
    return charges.with_columns(pl.int_range(pl.len()).is_in(first["at"].implode()).alias("is_principal"))


def _headed(cases: pl.DataFrame) -> pl.DataFrame:
    """A case without a readable charge is counted under the head that its sender gave, if any."""
    if "crime_head" not in cases.columns:
        return cases
    return cases.with_columns(pl.coalesce("npb_head", "crime_head").alias("npb_head"))


def _tiered(cases: pl.DataFrame, charges: pl.DataFrame) -> pl.DataFrame:
    """`tip_tier` of a case: the first tier (A before B before C) of any of its charges, so that trafficking charged
    beside a murder is still seen; the tiers are published apart from the heads."""
    tiers = charges.group_by("case_id").agg(pl.col("tip_tier").min())
    return cases.drop("tip_tier", strict=False).join(tiers, on="case_id", how="left", maintain_order="left")


def _issues(records: Records, late: Sequence[pl.DataFrame], declared: Declarations) -> pl.DataFrame:
    """Findings of all stages, without values: what was written stays in the quarantine and the source files."""
    every = issues.concat([records.frames["issues"].collect(), *late])
    return declared.rules.rate(every).drop("value", "suggestion")


def _of_linking(linked: Linked, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The findings of linking, each at the row of its record; RK509 for what blocking left out, at no row."""
    origin = pl.concat(
        [frames[name].select("record_id", "file_sha256", "sheet", "row") for name in ("cases", "services")]
    ).unique("record_id", keep="first", maintain_order=True)
    late = linked.findings.join(origin, on="record_id", how="left", maintain_order="left")
    capped = [block for block in linked.model.get("blocks", ()) if block["blocks_capped"]]
    said = [
        issues.make("RK509", detail=f"{one['rule']}: {one['blocks_capped']} values, {one['rows_capped']} mentions")
        for one in capped
    ]
    return issues.concat([late.drop("record_id"), *said])


def _of_history(linked: Linked, cases: pl.DataFrame) -> pl.DataFrame:
    """RK502: rows received later than the first report of their case. RK515: the FIR of what was an enquiry."""
    members = cases.join(linked.case_members, on="record_id")
    first = pl.col("received").min().over("case_id")
    was_enquiry = (pl.col("stage") == "enquiry").any().over("case_id")
    again = members.filter(pl.col("received") > first)
    converted = members.filter(was_enquiry & (pl.col("stage") == "case"))
    place = ("file_sha256", "sheet", "row")
    return pl.concat(
        issues.conform(rows.select(*place, code=pl.lit(code)).unique(maintain_order=True))
        for code, rows in (("RK502", again), ("RK515", converted))
    )


def _of_all(final: Mapping[str, pl.DataFrame], records: Records, declared: Declarations) -> pl.DataFrame:
    """What only all files together show: silent districts, odd volumes, returns that differ from what was compiled."""
    return counts.findings(
        final["cases"], records.sources, final["returns"], final["counts"], declared.agencies,
        declared.reference.districts,
    )  # fmt: skip


def _of_edition(final: Mapping[str, pl.DataFrame], declared: Declarations) -> pl.DataFrame:
    """What the rules say of whole tables. A table that breaks its own declaration is not published."""
    found = validate.check(final, declared.tables, declared.rules, "compile")
    broken = found.filter(severity="reject")
    if broken.height:
        told = broken.group_by("code", "field").len().sort("code", "field").rows()
        raise BrokenLaw("; ".join(f"{n} rows break {code} ({field})" for code, field, n in told))
    return found


def _final(frame: pl.DataFrame, table: tables.Table) -> pl.DataFrame:
    """The declared columns of the edition, sorted by every plain column so that equal rows give equal bytes."""
    schema = table.polars("compile")
    kept = tables.conform(frame.select(name for name in frame.columns if name in schema), table, "compile")
    plain = [name for name, kind in schema.items() if not kind.is_nested() and name not in table.key]
    return kept.sort(*table.key, *plain, nulls_last=True, maintain_order=True)


def _conservation(records: Records) -> store.Law:
    t = records.tally
    return store.Law(
        law="conservation", left=t.read, right=t.accepted + t.quarantined + t.skipped,
        what="rows read = accepted + quarantined + skipped",
    )  # fmt: skip


def _apart(records: Records, apart: pl.DataFrame, corrected: pl.DataFrame) -> store.Law:
    return store.Law(
        law="quarantine-kept", left=records.tally.quarantined, right=apart.height + corrected.height,
        what="rows quarantined = rows in the quarantine + rows that came back corrected",
    )  # fmt: skip


def _linked_once(frames: Mapping[str, pl.DataFrame], linked: Linked) -> tuple[store.Law, store.Law]:
    return (
        store.Law(
            law="cases-linked-once", left=frames["cases"]["record_id"].n_unique(),
            right=linked.case_members.height, what="records of cases = records that are in one case",
        ),
        store.Law(
            law="mentions-linked-once", left=frames["persons"]["mention_ref"].n_unique(),
            right=linked.mention_members.height, what="mentions written = mentions that are one person",
        ),
    )  # fmt: skip


def _counted(final: Mapping[str, pl.DataFrame]) -> store.Law:
    counted = int(counts.countable(final["cases"], final["charges"]).select(pl.len()).collect().item())
    by_head = final["counts"].filter(unit="case", classification="npb_head")["count"].sum()
    return store.Law(
        law="counts-add-up", left=counted, right=int(by_head or 0),
        what="cases that are counted = cases counted under all heads",
    )  # fmt: skip
