"""Which rows are one person, or one case, without a store: of files, or of a frame that a program already has."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import declarations, details, inbox, linkage, reference, stable_ids
from recordkit.agencies.declaration import Unit
from recordkit.agencies.format_match import SheetMatch
from recordkit.errors import DeclarationError
from recordkit.inbox import Arrival, SkippedFile
from recordkit.ingest import Declarations
from recordkit.linkage import engine, list_linkage
from recordkit.linkage.spec import LinkageSpec
from recordkit.lists import agency_list, guessed_list, list_rows
from recordkit.lists import declared_list as lists
from recordkit.store import disk, workspace

ROW = "row of the frame"  # the column by which rows of a frame come back in their order
Say = Callable[[str], None]
Starting = Callable[[int], Callable[[str], None]]


@dataclass(frozen=True)
class Model:
    """How rows were judged: the declaration, and what was fitted to them (None when there was nothing to fit).

    Given to the next `dedupe`, the fitted weights are used again as they are.
    """

    spec: lists.ListLinkage | LinkageSpec
    folder: Path | None = None  # of the declaration: a list of nicknames lies beside it
    fitted: engine.Model | None = None

    def as_data(self) -> dict[str, Any]:
        """The fitted model as plain data: prior, comparisons with the m, u and match weight of every level."""
        return self.fitted.as_data() if self.fitted else {}


@dataclass(frozen=True)
class Wanted:
    """How rows are to be judged. model: a name in schemas/lists, a TOML file, a model of before, None for our own.

    say: told, in words, what columns were taken for. starting(n) returns what is called after each of n files.
    """

    what: Unit = "person"
    model: str | Path | Model | None = None
    agency: str | None = None
    say: Say = field(default=lambda _text: None)
    starting: Starting = field(default=lambda _total: lambda _name: None)


@dataclass(frozen=True)
class Deduped:
    """rows: record_id and entity_id first. links: as in an edition. compared: the rows as the model saw them, under
    the ids of the links, made when it is asked for. blocks: what every blocking rule gave. refused: why files could
    not be read. skipped: names that were not read."""

    rows: pl.DataFrame
    links: pl.DataFrame
    compared: Callable[[], pl.DataFrame]
    model: Model
    blocks: list[Any]
    refused: tuple[str, ...]
    skipped: tuple[SkippedFile, ...] = ()


def files(paths: Sequence[Path], wanted: Wanted, declared: Declarations) -> Deduped:
    """Every row of these files with the entity that it belongs to. Raises UnreadableInput when no row could be used."""
    model = _model(wanted.model, declared)
    arrivals, skipped = inbox.find_files(paths, dirs=declared.dirs)
    found = _judged(arrivals, wanted, model, declared)
    return replace(found, skipped=tuple(skipped))


def frame(rows: pl.DataFrame, wanted: Wanted, declared: Declarations) -> Deduped:
    """Every row of a frame, in its order and with all its columns, with the entity that it belongs to.

    Nested columns are carried and not looked at. Raises UnreadableInput when no column can be taken for a name (of
    persons) or a number (of cases), and the model names none.
    """
    model = _model(wanted.model, declared)
    flat = rows.select(pl.exclude(pl.List, pl.Struct, pl.Array, pl.Binary, pl.Object))
    texts = flat.drop("record_id", "entity_id", ROW, strict=False).cast(pl.String)
    numbered = texts.with_columns(pl.format("#{}", pl.int_range(pl.len())).alias(ROW))
    with _written(numbered) as path:
        found = _judged([Arrival(path, None)], replace(wanted, agency=guessed_list.SENDER), model, declared)
    place = pl.col(ROW).str.strip_prefix("#").cast(pl.Int64)
    known = found.rows.select("record_id", "entity_id", place).unique(ROW, keep="first", maintain_order=True)
    order = pl.DataFrame({ROW: pl.int_range(rows.height, eager=True)})
    ours = order.join(known, on=ROW, how="left", maintain_order="left")
    given = rows.drop("record_id", "entity_id", strict=False)
    return replace(found, rows=pl.concat([ours.drop(ROW), given], how="horizontal"))


@contextmanager
def _written(rows: pl.DataFrame) -> Iterator[Path]:
    """The rows as a file that only this user can read, for the one way of reading that there is; gone afterwards."""
    with workspace.sibling_workspace(Path(tempfile.gettempdir())) as folder:
        path = folder / "frame.csv"
        with disk.new_file(path, durable=False) as file:
            rows.write_csv(file, quote_style="always")
        yield path


def _judged(arrivals: Sequence[Arrival], wanted: Wanted, model: Model, declared: Declarations) -> Deduped:
    if isinstance(model.spec, lists.ListLinkage):
        return _of_list(arrivals, wanted, model, declared)
    return _of_ours(arrivals, wanted, model, declared)


def _model(given: str | Path | Model | None, declared: Declarations) -> Model:
    """The declaration of linking: a file, the name of a packaged one in schemas/lists, one of before, or our own."""
    if isinstance(given, Model):
        return given
    if given is None:
        return Model(linkage.load(declared.dirs))
    known = {Path(name).stem: path for name, path in declarations.files(declared.dirs, "lists/*.toml").items()}
    path = known.get(str(given), Path(given))
    if not path.is_file():
        guess = declarations.nearest(str(given), known)
        hint = (
            details.text("did_you_mean", guess=guess)
            if guess
            else details.text("toml_or_one_of", names=", ".join(sorted(known)))
        )
        raise DeclarationError(details.text("no_linkage_declaration", name=given), hint)
    spec = lists.load(path)
    return Model(spec, path.parent) if spec else Model(declarations.read_toml(path, LinkageSpec))


def _of_list(arrivals: Sequence[Arrival], wanted: Wanted, chosen: Model, declared: Declarations) -> Deduped:
    spec = chosen.spec
    assert isinstance(spec, lists.ListLinkage)
    raw, refused = list_rows.rows([arrival.path for arrival in arrivals], spec.list)
    known = reference.load(declared.dirs)
    nick = spec.list.nicknames
    names = lists.nicknames(chosen.folder / nick) if nick and chosen.folder else {}
    _say_read(raw, spec.list, wanted.say)
    prepared = lists.prepare(raw, spec.list, names, known)
    done = list_linkage.dedupe(prepared, spec.people, chosen.fitted, source=raw)
    links = done.links.with_columns(kind=pl.lit(wanted.what))

    def compared() -> pl.DataFrame:
        return prepared.select(done.rows.get_column("record_id"), pl.all())

    made = replace(chosen, fitted=done.match.model)
    return Deduped(done.rows, links, compared, made, done.match.blocks.to_dicts(), tuple(refused))


def _of_ours(arrivals: Sequence[Arrival], wanted: Wanted, chosen: Model, declared: Declarations) -> Deduped:
    spec = chosen.spec
    assert isinstance(spec, LinkageSpec)
    listed = agency_list.read(arrivals, declared, wanted.agency, wanted.what, wanted.starting(len(arrivals)))
    _say_matched(listed.matched, wanted.say)
    _say_taken(listed.taken, wanted.say)
    frames = listed.frames
    tables = (frames["cases"], frames["charges"], frames["persons"])
    linked = linkage.link(*tables, spec, None, model=chosen.fitted, asks=False)
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
    elif wanted.what == "person":
        rows = _with_nobody(rows, frames["cases"])
    rows = rows.select("record_id", "entity_id", pl.exclude("record_id", "entity_id"))
    fitted = engine.Model.from_data(linked.model, spec.people) if linked.model and spec.people else None

    def compared() -> pl.DataFrame:
        seen = linkage.compared(frames["cases"], frames["persons"], spec).rename({"mention_ref": "record_id"})
        return seen if listed.written is None else seen.with_columns(pl.col("record_id").str.replace(":.*$", ""))

    made = replace(chosen, fitted=fitted)
    return Deduped(rows, links, compared, made, list(linked.model.get("blocks", [])), listed.refused)


def _say_read(raw: pl.DataFrame, spec: lists.ListSpec, say: Say) -> None:
    """What every column of the file is read as by the declaration, and which ones nobody looks at."""
    found = lists.sources([name for name in raw.columns if name not in lists.PLACE], spec)
    for name, header in found.items():
        say(details.text("column_read_as", header=header, name=name))
    for header in raw.columns:
        if header not in lists.PLACE and header not in found.values():
            say(details.text("column_unused_add_header", header=header))
    if len(found) < 2:
        say(details.text("one_column_understood"))


def _with_nobody(rows: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """The rows of people and, after them, those of the list that name nobody who can be known: each is an entity of its
    own, so that every row that was read is given back."""
    own = pl.Series("entity_id", stable_ids.person_ids(rows.get_column("mention_ref")))
    rows = rows.with_columns(pl.coalesce("entity_id", own).alias("entity_id"))
    place = ["record_id", "file_sha256", "sheet", "row", "agency", "format", "period"]
    nobody = cases.select(place).unique("record_id", maintain_order=True).join(rows, on="record_id", how="anti")
    alone = nobody.with_columns(entity_id=stable_ids.person_ids(nobody.get_column("record_id")))
    return pl.concat([rows, alone], how="diagonal_relaxed")


def _as_written(judged: pl.DataFrame, cases: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """The rows of the list with its own columns; one that names nobody who can be known is an entity of its own."""
    place = ["file_sha256", "sheet", "row"]
    known = judged.select("record_id", "entity_id").unique("record_id", keep="any")
    rows = cases.select("record_id", *place).join(known, on="record_id", how="left", maintain_order="left")
    own = stable_ids.person_ids(rows.get_column("record_id"))
    rows = rows.with_columns(pl.coalesce("entity_id", own).alias("entity_id"))
    return rows.join(written, on=place, how="left", maintain_order="left")


def _say_matched(matched: Sequence[SheetMatch], say: Say) -> None:
    """Which declared sender a list was taken for, why, and which of its columns nobody looks at."""
    for one in matched:
        why = details.listed(one.evidence, "comma")
        form = f"{one.agency.id}, {one.format.id}"
        say(details.text("read_as_list_of", file=one.file, format=form, why=why))
        for column in one.located.of("unknown", "ambiguous"):
            say(details.text("column_unused", header=column.header))


def _say_taken(taken: tuple[guessed_list.Taken, ...], say: Say) -> None:
    """Nothing is guessed silently: what the columns of an undeclared list were taken for."""
    for one in taken:
        if one.field:
            say(details.text("column_taken_for", header=one.header, field=one.field, why=one.why))
        else:
            say(details.text("column_unused", header=one.header))
    if taken:
        say(details.text("no_sender_fits_list"))
