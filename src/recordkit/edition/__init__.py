"""Builds the tables of an edition from standardised records: link, merge, judge, count.

Only the columns that linking reads are held for all rows. The rest goes through the spool, a range of cases at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from recordkit import counts, details, issues, linkage, store
from recordkit.edition import findings, months
from recordkit.edition.findings import of_corrections, quarantined_rows, with_corrected
from recordkit.edition.merged import declared_shape, merge
from recordkit.ingest import Declarations
from recordkit.linkage import Linked, human_decisions, merging
from recordkit.mapping import return_totals as returned
from recordkit.submissions import Records

RECORDS = ("cases", "charges", "persons", "services", "returns")


@dataclass(frozen=True)
class Made:
    """Everything that one edition holds, sorted and in the declared schemas (lazy tables stand in the spool), with the
    month of each row (store.MONTH) where the table is written by months; and the laws that were checked."""

    tables: Mapping[str, store.Frame]
    quarantine: pl.DataFrame
    laws: tuple[store.Law, ...]
    sources: pl.DataFrame  # as records.SOURCES, with rows_corrected
    corrected: int = 0  # rows that were quarantined and that a later file brought corrected


def build(
    records: Records,
    declared: Declarations,
    spec: linkage.LinkageSpec,
    decisions: Sequence[Mapping[str, Any]],
    spool: store.Spool,
    *, published: linkage.PublishedIds | None = None,
    since: linkage.Increment | None = None,
) -> Made:
    """All tables of an edition. The same records and decisions after the same edition give the same rows in the same
    order. `published`: the ids of the previous edition, which records keep; `since`: that edition, when only what is
    new is linked."""
    frames = _frames(records)
    returns, services = pl.collect_all([frames["returns"], frames["services"]])
    linked, placed, late, received = _linked(frames, services, spec, decisions, published=published, since=since)
    merged = merge(frames, linked, placed, declared, spool)
    quarantined, corrected = quarantined_rows(records, frames, declared)
    sources = with_corrected(records.sources, corrected)
    lazy = {name: frame.drop(store.MONTH, strict=False) for name, frame in merged.tables.items()}
    counted = counts.compile(
        lazy["cases"], lazy["charges"], lazy["persons"], records.sources, agencies=declared.agencies,
        districts=declared.reference.districts,
    )  # fmt: skip
    small = {
        "review": linked.review, "models": linked.models, "returns": returns, "sources": sources, "counts": counted,
    }  # fmt: skip
    ready = {name: declared_shape(frame, declared.tables[name]) for name, frame in small.items()}
    found = [
        *late,
        *merged.found,
        returned.check(returns),
        counts.findings(
            lazy["cases"], records.sources, ready["returns"], ready["counts"], agencies=declared.agencies,
            districts=declared.reference.districts,
        ),
        findings.of_tables(ready, declared),
        of_corrections(corrected, records.sources),
    ]  # fmt: skip
    links = _links(linked, received, declared, spool)
    issued = _issues(records, found, declared, spool)
    of_rows = (_conservation(records), _quarantined(records, quarantined, corrected))
    laws = (*of_rows, *merged.laws, _counted(lazy, ready["counts"]))
    dated = {name: months.by_period(ready[name]) for name in ("counts", "returns")}
    every: dict[str, store.Frame] = {**merged.tables, **ready, **dated, "links": links, "issues": issued}
    aside = months.by_file(declared_shape(quarantined, declared.tables["quarantine"]), records.sources)
    return Made(every, aside, laws, sources, corrected.height)


def _frames(records: Records) -> dict[str, pl.LazyFrame]:
    """The submission frames, each row with the month in which its file was received (else its own month), and whether
    its sender has sent the file back corrected."""
    read = records.sources.filter(pl.col("duplicate_of").is_null())
    old = pl.col("file_sha256").is_in(read["corrects"].drop_nulls().implode())
    received = read.select("file_sha256", "received", superseded=old).unique().lazy()
    return {
        name: records.frames[name]
        .join(received, on="file_sha256", how="left", maintain_order="left")
        .with_columns(pl.coalesce("received", "period").alias("received"), pl.col("superseded").fill_null(False))
        for name in RECORDS
    }


def _linked(
    frames: Mapping[str, pl.LazyFrame], services: pl.DataFrame, spec: linkage.LinkageSpec,
    decisions: Sequence[Mapping[str, Any]], *, published: linkage.PublishedIds | None, since: linkage.Increment | None,
) -> tuple[Linked, pl.DataFrame, list[pl.DataFrame], pl.DataFrame]:  # fmt: skip
    """What belongs together, under ids that stay; the services placed; the findings; the month of every submission.
    Only here are all submissions in memory, with the columns that are compared."""
    cases, charges, persons = pl.collect_all([_needed(frames[name], name) for name in linkage.NEEDED])
    linked = linkage.link(cases, charges, persons, spec, human_decisions.from_entries(decisions), since=since)
    linked = linkage.carry(linked, cases, persons, published)
    placed = merging.placed_services(services, cases, linked, spec)
    found = [findings.of_linking(linked, cases, services)]
    return linked, placed, found, months.of_submissions(cases, persons)


def _needed(frame: pl.LazyFrame, name: str) -> pl.LazyFrame:
    known = frame.collect_schema()
    return frame.select(column for column in linkage.NEEDED[name] if column in known)


def _links(linked: Linked, received: pl.DataFrame, declared: Declarations, spool: store.Spool) -> pl.LazyFrame:
    """The links of the edition, in the order of their ids."""
    parts = spool.parts_for(linked.links.height)
    spool.deal("dealt_links", linked.links, "link_id", parts)
    for part in range(parts):
        ready = declared_shape(spool.part("dealt_links", part), declared.tables["links"])
        findings.of_tables({"links": ready}, declared)
        spool.add("links", part, months.by_younger(ready, received))
    return spool.scan("links")


def _issues(
    records: Records, found: Sequence[pl.DataFrame], declared: Declarations, spool: store.Spool
) -> pl.LazyFrame:
    """Findings of all stages, without values: what was written stays in the quarantine and the source files."""
    early = records.frames["issues"].drop("value", "suggestion", strict=False)
    late = issues.concat(found).drop("value", "suggestion")
    parts = spool.parts_for(int(early.select(pl.len()).collect().item()) + late.height)
    spool.cut("found", early, "file_sha256", parts, skip=0)
    spool.deal("found", late.select(early.collect_schema().names()), "file_sha256", parts, skip=0)
    for part in range(parts):
        rated = declared.rules.rate(spool.part("found", part)).drop("value", "suggestion")
        ready = declared_shape(rated, declared.tables["issues"])
        spool.add("issues", part, months.by_file(ready, records.sources))
    return spool.scan("issues")


def _conservation(records: Records) -> store.Law:
    t = records.tally
    return store.Law(
        law="conservation", left=t.read, right=t.accepted + t.quarantined + t.skipped,
        what=details.text("law_conservation"),
    )  # fmt: skip


def _quarantined(records: Records, quarantined: pl.DataFrame, corrected: pl.DataFrame) -> store.Law:
    return store.Law(
        law="quarantine-kept", left=records.tally.quarantined, right=quarantined.height + corrected.height,
        what=details.text("law_quarantine_kept"),
    )  # fmt: skip


def _counted(merged: Mapping[str, pl.LazyFrame], counted: pl.DataFrame) -> store.Law:
    countable = counts.countable(merged["cases"], merged["charges"]).select(pl.len())
    cases = int(countable.collect(engine="streaming").item())
    by_head = counted.filter(unit="case", classification="npb_head")["count"].sum()
    return store.Law(
        law="counts-add-up", left=cases, right=int(by_head or 0),
        what=details.text("law_counts"),
    )  # fmt: skip
