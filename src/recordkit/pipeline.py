"""The whole story, top to bottom: inbox -> standardised records -> cases and people -> a national edition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from recordkit import (
    declarations,
    details,
    edition,
    inbox,
    linkage,
    protection,
    report,
    rulebook,
    store,
    submissions,
    tables,
)
from recordkit.errors import RecordkitError, UnreadableInput
from recordkit.ingest import Declarations, Tally

Advance = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What a compile did: `edition` is None when nothing was new."""

    edition: store.Edition | None
    current: str | None
    inputs: int
    fresh: int
    tally: Tally
    laws: Sequence[store.Law]
    unreadable: Sequence[str]
    skipped: Sequence[inbox.SkippedFile]
    known: frozenset[str] = frozenset()  # of the unreadable ones, those that the previous edition held already
    corrected: int = 0  # rows that were quarantined and that a later file brought corrected
    repaired: Sequence[str] = ()  # what had to be repaired in the store before, in words


def compile(
    inboxes: Sequence[Path],
    root: Path,
    declared: Declarations,
    *,
    through: str | None,
    starting: Callable[[int], Advance],
    incremental: bool = False,
    processes: int | None = None,
) -> Outcome:
    """Publish one new edition of everything in the inboxes and the current edition; or find that nothing is new.

    incremental: people of the current edition are not compared with each other again, and its model is used; after a
    change of declarations or code everything is.
    processes: how many read files at once; None: as many as pay. The edition is the same with any number.
    starting(n) is called once the number of inputs is known and returns what is called after each.
    Raises StoreLocked, UnreadableInput (an input of the current edition is gone), EmptyInbox (no file has arrived: no
    store is made), BrokenLaw (nothing is published).
    """
    _refuse_overlap(inboxes, root)
    inbox.require_month(through)
    arrivals, skipped = inbox.find_files(inboxes, through, declared.dirs)
    inbox.require(arrivals, skipped, through, is_new=not (root / "editions").is_dir())
    with store.writing(root) as repaired:
        run = _Run(root, declared, starting, repaired, processes)
        _record_overlays(root, declared)
        entries, decisions = store.ledger.decisions(root)
        current = store.current_inputs(root)
        wanted, closed = submissions.wanted(arrivals, current, through, store.ledger.withdrawn(entries))
        schemas = submissions.schemas_sha256(declared.dirs)
        given = _inputs(wanted)
        new = _new_inputs(given, current)
        damaged = store.damaged_but_rebuildable(root, schemas)
        if damaged is not None and (damaged.decisions != decisions or _differ(given, damaged.inputs)):
            with suppress(UnreadableInput):  # a file of it is gone: what needs its tables says so below
                _rebuild(run, arrivals, damaged)
        previous, options = _previous_and_options(root, given, schemas, decisions, incremental)
        same = any(
            store.nothing_new(root, given, schemas_sha256=schemas, decisions=decisions, options=one)
            for one in (options, {})
        )
        if same or not wanted:
            if store.current_id(root):
                store.ledger.append(root, "runs", {"what": "ran", "command": "compile", "result": "nothing new"})
            return _nothing(root, len(given), [*skipped, *closed], repaired)
        asked = store.Asked(given, decisions, options)
        published, gathered, made = _publish(run, wanted, asked, entries, new=new, previous=previous)
        return Outcome(
            published, store.current_id(root), len(given), len(new), gathered.tally, made.laws,
            gathered.unreadable, [*skipped, *closed, *gathered.skipped],
            frozenset(gathered.unreadable) - {one.name for one in new}, made.corrected, repaired,
        )  # fmt: skip


def _record_overlays(root: Path, declared: Declarations) -> None:
    """Into the ledger: which overlays decided, and what they loosened or overruled."""
    if len(declared.dirs) > 1:
        store.ledger.append(root, "runs", declarations.entry("compile", declared.dirs))
    if declared.loosened:
        store.ledger.append(root, "runs", protection.entry("compile", declared.loosened))
    if declared.rules.overruled:
        store.ledger.append(root, "runs", rulebook.entry("compile", declared.rules.overruled))


class _Run(NamedTuple):
    """What one run of compile works with: its store, the declarations, whom it tells of progress, what it repaired."""

    root: Path
    declared: Declarations
    starting: Callable[[int], Advance]
    repaired: list[str]
    processes: int | None = None


def _publish(
    run: _Run, wanted: Sequence[submissions.Wanted], asked: store.Asked, entries: Sequence[dict[str, Any]], *,
    new: Sequence[store.Input], previous: store.Edition | None,
) -> tuple[store.Edition | None, submissions.Records, edition.Made]:  # fmt: skip
    """Read and link what is wanted, and publish it as the edition that follows `previous`."""
    root, declared = run.root, run.declared
    schemas = submissions.schemas_sha256(declared.dirs)
    with store.ledger.run(root, "compile", [{"sha256": i.sha256, "name": i.name} for i in new]) as logged:
        store.encryption.ready(_made_with(root))
        with store.reads_from(root):
            cache, advance = store.open_cache(root), run.starting(len(wanted))
            gathered = submissions.gather(wanted, declared, cache, schemas, advance, processes=run.processes)
            since = _increment(previous, entries) if previous is not None and asked.options else None
        with store.reads_from(root), store.spool(root) as spool:
            spec = linkage.load(declared.dirs)
            ids = _published_ids(previous)
            made = edition.build(gathered, declared, spec, entries, spool, published=ids, since=since)
            published = store.publish(
                root,
                made.tables,
                inputs=replace(gathered, sources=made.sources).inputs,
                schemas_sha256=schemas,
                quarantine=made.quarantine,
                laws=made.laws,
                decisions=asked.decisions,
                options=asked.options,
                personal=tables.naming_people(declared.tables),
                described={name: table.arrow() for name, table in declared.tables.items()},
                reports=lambda opened: report.files(opened, declared, _previous_if_sound(root, opened, run.repaired)),
                tell=run.repaired.append,
            )
        logged.details = {"edition": published.id if published else None, "inputs": len(wanted)}
    return published, gathered, made


def _rebuild(run: _Run, arrivals: Sequence[inbox.Arrival], damaged: store.Asked) -> None:
    """Rebuild the damaged current edition from its own files and decisions: the next one takes its ids from it."""
    wanted = [one for one in submissions.wanted(arrivals, damaged.inputs, None)[0] if one.is_current]
    root = run.root
    entries = store.ledger.decisions(root)[0][: damaged.decisions.entries]
    schemas = submissions.schemas_sha256(run.declared.dirs)
    previous = store.followed(root, list(damaged.inputs), schemas, damaged.decisions, dict(damaged.options))
    published, _, _ = _publish(run, wanted, damaged, entries, new=[], previous=previous)
    made = published.id if published else store.current_id(root)
    run.repaired.append(details.text("edition_rebuilt", edition=made))


def _inputs(wanted: Sequence[submissions.Wanted]) -> list[store.Input]:
    return [store.Input(sha256=w.sha256, name=w.name, received=w.received) for w in wanted]


def _differ(one: Sequence[store.Input], other: Sequence[store.Input]) -> bool:
    return {source.identity() for source in one} != {source.identity() for source in other}


def _refuse_overlap(inboxes: Sequence[Path], root: Path) -> None:
    """A store inside an inbox would be read as input, and an inbox inside a store would be published with it."""
    place = root.resolve()
    for one in inboxes:
        if place.is_relative_to(one.resolve()) or one.resolve().is_relative_to(place):
            raise RecordkitError(
                details.text("store_and_inbox", store=root, inbox=one), details.text("separate_store_and_inbox")
            )


def _made_with(root: Path) -> set[str | None]:
    """Ids of the keys of the current edition's tables."""
    try:
        current = store.current_id(root)
        return store.open_edition(root, current).made_with if current else set()
    except store.StoreError:  # damaged: nothing is known of it
        return set()


def _previous_and_options(
    root: Path, given: Sequence[store.Input], schemas: str, decisions: store.Decisions, incremental: bool
) -> tuple[store.Edition | None, dict[str, str]]:
    """The edition that this one follows, and the options of its manifest: none when everything is linked anew."""
    wanted = {"linking": "incremental"} if incremental else {}
    previous = store.followed(root, list(given), schemas, decisions, wanted)
    if previous is None or not incremental:
        return previous, {}
    same = (previous.manifest.schemas_sha256, previous.manifest.code) == (schemas, store.code_version())
    whole = {"models", "review", "links", "persons"} <= set(previous.tables)
    return previous, wanted if same and whole else {}


def _increment(previous: store.Edition, entries: Sequence[dict[str, Any]]) -> linkage.Increment:
    """What the previous edition has found out about people."""
    persons = previous.scan("persons").select(pl.col("mention_refs").alias("ref"), person="person_id").explode("ref")
    people = pl.col("kind") == "person"
    known = persons.collect()
    return linkage.Increment(
        known,
        previous.scan("links").filter(people & pl.col("match_weight").is_not_null()).collect(),
        previous.scan("review").filter(people).collect(),
        previous.scan("models").collect(),
        linkage.reopened(known, entries, previous.manifest.decisions.entries),
    )


def _published_ids(previous: store.Edition | None) -> linkage.PublishedIds | None:
    """The ids of the previous edition, which its records keep; None when it does not say which submissions made them.

    Raises StoreDamaged when it cannot be read: ids that are made anew would differ from those in use.
    """
    if previous is None or not {"cases", "persons"} <= set(previous.tables):
        return None
    try:
        found = linkage.PublishedIds(previous.scan("cases"), previous.scan("persons"))
    except store.StoreDamaged as error:
        raise store.StoreDamaged(
            details.text("ids_cannot_be_kept", what=error.what),
            details.text("restore_or_roll_back"),
        ) from None
    named = "records" in found.cases.collect_schema() and "mention_refs" in found.persons.collect_schema()
    return found if named else None


def _previous_if_sound(root: Path, edition: store.Edition, repaired: list[str]) -> store.Edition | None:
    """The previous edition, if it is still there and whole: no report fails for damage of an earlier edition."""
    previous = edition.manifest.previous
    if previous is None or previous.id not in store.editions(root):
        return None
    if not store.is_sound(root, previous.id):
        repaired.append(details.text("report_without_changes", edition=previous.id))
        return None
    earlier = store.open_edition(root, previous.id)
    return None if earlier.is_older else earlier


def _new_inputs(given: Sequence[store.Input], current: Sequence[store.Input]) -> list[store.Input]:
    known = {one.identity() for one in current}
    return [one for one in given if one.identity() not in known]


def _nothing(root: Path, inputs: int, skipped: Sequence[inbox.SkippedFile], repaired: Sequence[str]) -> Outcome:
    return Outcome(None, store.current_id(root), inputs, 0, Tally(), (), (), skipped, repaired=repaired)
