"""`recordkit dedupe`: which rows are one person, or one case, without a store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import declarations, identity, inbox, linkage, reference
from recordkit.agencies.declaration import Unit
from recordkit.cli import output as out
from recordkit.errors import DeclarationError, RecordkitError
from recordkit.inbox import Arrival
from recordkit.linkage import deduping, engine
from recordkit.linkage.spec import LinkageSpec
from recordkit.lists import declared as lists
from recordkit.lists import guessed, reading, standing
from recordkit.receive import Declarations
from recordkit.store import working

SETTINGS, ROWS = "settings.json", "rows.parquet"  # what Splink's Linker takes


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line."""

    files: list[Path]
    result: Path | None
    what: Unit
    agency: str | None
    linkage: str | None
    splink: Path | None
    blocks: bool
    form: str
    quiet: bool
    bars: bool


@dataclass(frozen=True)
class Done:
    """rows: record_id and entity_id first. links: as in an edition. compared: the rows as the model saw them, under
    the ids of the links, made when it is asked for. model: fitted, None when nothing was."""

    rows: pl.DataFrame
    links: pl.DataFrame
    compared: Callable[[], pl.DataFrame]
    model: engine.Model | None
    blocks: list[Any]
    refused: tuple[str, ...]


def run(wanted: Wanted, declared: Declarations) -> int:
    """Write every row with record_id and entity_id, its links and the model beside it; exit 3 for unreadable files."""
    for place in _places(wanted):
        working.refuse(place)
    chosen = _linkage(wanted.linkage, declared)
    arrivals, passed = inbox.find(wanted.files, dirs=declared.dirs)
    for one in passed:  # said even if talk is not wanted when it may hold rows
        out.say(str(one), wanted.quiet and not one.lost)
    if isinstance(chosen, Chosen):
        done = _of_list(wanted, arrivals, chosen, declared)
    else:
        done = _of_ours(wanted, arrivals, chosen, declared)
    for why in done.refused:
        out.say(f"could not be read: {why}", wanted.quiet)
    told = _written(wanted, done)
    if wanted.splink is not None:
        _export(wanted.splink, done)
    if wanted.blocks:
        _advise(wanted, done)
    else:
        found = "cases" if wanted.what == "case" else "people"
        text = f"{told['rows']:,} rows are {told['entities']:,} {found}; {told['links']:,} links"
        out.write(text if wanted.form == "text" else out.rows([told], wanted.form), None)
    return 3 if done.refused or any(one.lost for one in passed) else 0


def _written(wanted: Wanted, done: Done) -> dict[str, Any]:
    """Write the result and what belongs to it; what was written where."""
    told: dict[str, Any] = {
        "rows": done.rows.height, "entities": done.rows["entity_id"].n_unique(), "links": done.links.height,
    }  # fmt: skip
    if wanted.result is None:
        return told
    _, beside, model = _beside(wanted.result)
    _write(done.rows, wanted.result)
    _write(done.links, beside)
    if done.model is not None:
        out.write(out.as_json({**done.model.as_data(), "blocks": done.blocks}), model)
    told |= {"output": str(wanted.result), "links_output": str(beside)}
    return told | {"model_output": str(model) if done.model is not None else None}


def _beside(result: Path) -> tuple[Path, Path, Path]:
    """The places of the rows, of their links and of the model."""
    return result, result.with_name(f"{result.stem}.links.parquet"), result.with_name(f"{result.stem}.model.json")


def _places(wanted: Wanted) -> list[Path]:
    """All that is going to be written."""
    exported = [wanted.splink / name for name in (SETTINGS, ROWS)] if wanted.splink is not None else []
    return [*(_beside(wanted.result) if wanted.result is not None else ()), *exported]


def _write(frame: pl.DataFrame, path: Path) -> None:
    """Rows of people: for their owner alone."""
    with out.result(path) as file:
        frame.write_parquet(file)


def _export(folder: Path, done: Done) -> None:
    """The model and the rows for Splink."""
    if done.model is None:
        raise RecordkitError("no model was fitted: there is nothing to export", "lists of one row have none")
    compared = done.compared()
    settings = engine.splink_settings(done.model, compared.schema)
    out.write(out.as_json(settings), folder / SETTINGS)
    _write(compared, folder / ROWS)


def _advise(wanted: Wanted, done: Done) -> None:
    """What every blocking rule costs and brings."""
    if done.model is None:
        raise RecordkitError("no model was fitted: there are no pairs to advise on", "give a list of more rows")
    found = engine.advice(done.compared().drop("record_id"), done.model.spec, done.model)
    if wanted.form == "text":
        out.write(out.table("Blocking rules", found.columns, [list(row) for row in found.iter_rows()]), None)
    else:
        out.write(out.rows(found.to_dicts(), wanted.form), None)


@dataclass(frozen=True)
class Chosen:
    """A declaration with a [list] part, and the folder that it is in."""

    spec: lists.ListLinkage
    folder: Path


def _linkage(given: str | None, declared: Declarations) -> Chosen | LinkageSpec:
    """The declaration of linking: a file, the name of a packaged one in schemas/lists, or our own."""
    if given is None:
        return linkage.load(declared.dirs)
    known = {Path(name).stem: path for name, path in declarations.files(declared.dirs, "lists/*.toml").items()}
    path = known.get(given, Path(given))
    if not path.is_file():
        guess = declarations.nearest(given, known)
        hint = f"did you mean '{guess}'?" if guess else f"give a TOML file, or one of: {', '.join(sorted(known))}"
        raise DeclarationError(f"there is no linkage declaration '{given}'", hint)
    spec = lists.load(path)
    return Chosen(spec, path.parent) if spec else declarations.read_toml(path, LinkageSpec)


def _of_list(wanted: Wanted, arrivals: Sequence[Arrival], chosen: Chosen, declared: Declarations) -> Done:
    paths = [arrival.path for arrival in arrivals]
    raw, refused = reading.rows(paths, chosen.spec.list)
    known = reference.load(declared.dirs)
    nick = chosen.spec.list.nicknames
    names = lists.nicknames(chosen.folder / nick) if nick else {}
    _say_read(raw, chosen.spec.list, wanted.quiet)
    prepared = lists.prepare(raw, chosen.spec.list, names, known)
    done = deduping.dedupe(prepared, chosen.spec.people, source=raw)
    links = done.links.with_columns(kind=pl.lit(wanted.what))

    def compared() -> pl.DataFrame:
        return prepared.select(done.rows.get_column("record_id"), pl.all())

    return Done(done.rows, links, compared, done.match.model, done.match.blocks.to_dicts(), tuple(refused))


def _of_ours(wanted: Wanted, arrivals: Sequence[Arrival], spec: LinkageSpec, declared: Declarations) -> Done:
    with out.progress(len(arrivals), "reading", wanted.bars) as advance:
        listed = standing.read(arrivals, declared, wanted.agency, wanted.what, advance)
    _say_taken(listed.taken, wanted.quiet)
    frames = listed.frames
    linked = linkage.link(frames["cases"], frames["charges"], frames["persons"], spec, None)
    links = linked.links.filter(pl.col("kind") == wanted.what)
    if wanted.what == "case":
        members = linked.case_members.select("record_id", entity_id="case_id")
        rows = frames["cases"].join(members, on="record_id", how="left", maintain_order="left")
    else:
        members = linked.mention_members.select("mention_ref", entity_id="person_id")
        rows = frames["persons"].join(members, on="mention_ref", how="left", maintain_order="left")
    if listed.written is not None:
        rows = _as_written(rows, frames["cases"], listed.written)
        bare = pl.col("left_id", "right_id").str.replace(":.*$", "")
        links = links.with_columns(bare)
    rows = rows.select("record_id", "entity_id", pl.exclude("record_id", "entity_id"))
    model = engine.Model.from_data(linked.model, spec.people) if linked.model and spec.people else None

    def compared() -> pl.DataFrame:
        seen = linkage.compared(frames["cases"], frames["persons"], spec).rename({"mention_ref": "record_id"})
        return seen if listed.written is None else seen.with_columns(pl.col("record_id").str.replace(":.*$", ""))

    return Done(rows, links, compared, model, list(linked.model.get("blocks", [])), listed.refused)


def _say_read(raw: pl.DataFrame, spec: lists.ListSpec, quiet: bool) -> None:
    """What every column of the file is read as by the declaration, and which ones nobody looks at."""
    found = lists.sources([name for name in raw.columns if name not in lists.PLACE], spec)
    for name, header in found.items():
        out.say(f"column '{header}' is read as {name}", quiet)
    for header in raw.columns:
        if header not in lists.PLACE and header not in found.values():
            out.say(f"column '{header}' is not looked at: to use it, add the word to the headers of a column", quiet)
    if len(found) < 2:
        out.say("only one column is understood: add your header words to the declaration", quiet)


def _as_written(judged: pl.DataFrame, cases: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """The rows of the list with its own columns; one that names nobody who can be known is an entity of its own."""
    place = ["file_sha256", "sheet", "row"]
    known = judged.select("record_id", "entity_id").unique("record_id", keep="any")
    rows = cases.select("record_id", *place).join(known, on="record_id", how="left", maintain_order="left")
    own = identity.person_ids(rows.get_column("record_id"))
    rows = rows.with_columns(pl.coalesce("entity_id", own).alias("entity_id"))
    return rows.join(written, on=place, how="left", maintain_order="left")


def _say_taken(taken: tuple[guessed.Taken, ...], quiet: bool) -> None:
    """Nothing is guessed silently: what the columns of an undeclared list were taken for."""
    for one in taken:
        said = f"is taken for {one.field} ({one.why})" if one.field else "is not looked at"
        out.say(f"column '{one.header}' {said}", quiet)
    if taken:
        out.say("no declared sender fits: to settle it, `recordkit agency draft FILE`, or --linkage", quiet)
