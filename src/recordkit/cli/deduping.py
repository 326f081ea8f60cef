"""`recordkit dedupe`: which rows are one person, or one case, without a store."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from recordkit import inbox, linkage, records
from recordkit.cli import output as out
from recordkit.errors import RecordkitError, UnreadableInput
from recordkit.receive import Declarations, receive


def run(
    files: list[Path], result: Path, what: str, declared: Declarations, agency: str | None, fmt: str | None,
    quiet: bool, bars: bool,
) -> int:  # fmt: skip
    """Write every row with record_id and entity_id to `result`, its links beside it; exit 3 for unreadable files."""
    form = out.chosen(fmt, None)
    arrivals = inbox.find(files)[0]
    kept: dict[str, list[pl.DataFrame]] = {name: [] for name in records.TABLES}
    unreadable: list[str] = []
    with out.progress(len(arrivals), "reading", bars) as advance:
        for arrival in arrivals:
            keep = lambda name, frame: kept[name].append(frame)  # noqa: E731
            done = receive(arrival.path, declared, agency=agency, received=arrival.received, keep=keep)
            unreadable += [one.name for one in done if not one.readable]
            advance(arrival.path.name)
    if not kept["cases"]:
        raise UnreadableInput(
            "no row of these files is about a case or a person", "try: recordkit inspect FILE"
        )
    frames = {
        name: pl.concat(kept[name], how="diagonal_relaxed").with_columns(received=pl.col("period"))
        for name in ("cases", "charges", "persons")
    }
    linked = linkage.link(
        frames["cases"], frames["charges"], frames["persons"], linkage.load(declared.dirs), None
    )
    if what == "case":
        members = linked.case_members.select("record_id", entity_id="case_id")
        rows = frames["cases"].join(members, on="record_id", how="left", maintain_order="left")
    else:
        members = linked.mention_members.select("mention_ref", entity_id="person_id")
        rows = frames["persons"].join(members, on="mention_ref", how="left", maintain_order="left")
    links = linked.links.filter(pl.col("kind") == what)
    beside = result.with_name(f"{result.stem}.links.parquet")
    try:
        result.parent.mkdir(parents=True, exist_ok=True)
        rows.select("record_id", "entity_id", pl.exclude("record_id", "entity_id")).write_parquet(result)
        links.write_parquet(beside)
    except OSError as error:
        raise RecordkitError(
            f"{result} cannot be written: {error.strerror}", "choose another place"
        ) from error
    told = {
        "rows": rows.height,
        "entities": rows["entity_id"].n_unique(),
        "links": links.height,
        "output": str(result),
    }
    for name in unreadable:
        out.say(f"could not be read: {name}", quiet)
    found = "cases" if what == "case" else "people"
    text = f"{rows.height:,} rows are {told['entities']:,} {found}; {links.height:,} links in {beside.name}"
    out.write(text if form == "text" else out.rows([told], form), None)
    return 3 if unreadable else 0
