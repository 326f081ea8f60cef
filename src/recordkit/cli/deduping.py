"""`recordkit dedupe`: which rows are one person, or one case, without a store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from recordkit import deduping, details, text_safety
from recordkit.cli import output as out
from recordkit.deduping import Deduped
from recordkit.errors import RecordkitError
from recordkit.linkage import engine
from recordkit.store import workspace

if TYPE_CHECKING:
    from recordkit.cli.file_commands import Dedupe

SETTINGS, ROWS = "settings.json", "rows.parquet"
PARQUET, CSV = ("", ".parquet", ".pq"), ".csv"  # endings of results; one without is Parquet


def run(asked: Dedupe) -> int:
    """Write every row with record_id and entity_id, its links and the model beside it; exit 3 for unreadable files."""
    if asked.output is not None and _ending(asked.output) not in (*PARQUET, CSV):
        raise RecordkitError(details.text("dedupe_writes", path=asked.output), details.text("end_with_parquet_or_csv"))
    for place in _places(asked):
        workspace.refuse(place)
    done = _deduped(asked)
    for one in done.skipped:  # said even if talk is not wanted when it may hold rows
        out.say(str(one), asked.quiet and not one.lost)
    for why in done.refused:
        out.say(details.text("file_not_read", what=why), asked.quiet)
    written = _written(asked.output, done)
    if asked.splink is not None:
        _export(asked.splink, done)
    if asked.blocks:
        _advise(asked, done)
    else:
        if asked.form == "text":
            out.tell([_text(written, asked.what)], None)
        else:
            out.write(out.rows([written], asked.form), None)
    return 3 if done.refused or any(one.lost for one in done.skipped) else 0


def _text(written: dict[str, Any], what: str) -> str:
    """The result in words."""
    entities = details.counted(written["entities"], "case" if what == "case" else "person")
    links = details.counted(written["links"], "link")
    one = "row_is_entity" if written["rows"] == 1 else "rows_are_entities"
    return details.text(one, rows=details.counted(written["rows"], "row"), entities=entities, links=links)


def _deduped(asked: Dedupe) -> Deduped:
    with ExitStack() as stack:

        def starting(total: int) -> Callable[[str], None]:
            advance: Callable[[str], None] = stack.enter_context(out.progress(total, "reading", asked.bars))
            return advance

        wanted = deduping.Wanted(
            "case" if asked.what == "case" else "person", asked.linkage, asked.agency,
            say=lambda text: out.say(text, asked.quiet), starting=starting,
        )  # fmt: skip
        return deduping.files(asked.files, wanted, asked.declared())


def _written(result: Path | None, done: Deduped) -> dict[str, Any]:
    """Write the result and what belongs to it; what was written where."""
    facts: dict[str, Any] = {
        "rows": done.rows.height, "entities": done.rows["entity_id"].n_unique(), "links": done.links.height,
    }  # fmt: skip
    if result is None:
        return facts
    _, links, model = _beside(result)
    _write(done.rows, result)
    _write(done.links, links)
    if done.model.fitted is not None:
        out.write(out.as_json({**done.model.as_data(), "blocks": done.blocks}), model)
    facts |= {"output": str(result), "links_output": str(links)}
    return facts | {"model_output": str(model) if done.model.fitted is not None else None}


def _beside(result: Path) -> tuple[Path, Path, Path]:
    """The places of the rows, of their links and of the model."""
    kind = CSV if _ending(result) == CSV else ".parquet"
    return result, result.with_name(f"{result.stem}.links{kind}"), result.with_name(f"{result.stem}.model.json")


def _ending(path: Path) -> str:
    return path.suffix.lower()


def _places(asked: Dedupe) -> list[Path]:
    """All that is going to be written."""
    exported = [asked.splink / name for name in (SETTINGS, ROWS)] if asked.splink is not None else []
    return [*(_beside(asked.output) if asked.output is not None else ()), *exported]


def _write(frame: pl.DataFrame, path: Path) -> None:
    """Rows of people: for their owner alone."""
    with out.result(path) as file:
        if _ending(path) == CSV:
            _inert(frame).write_csv(file)
        else:
            frame.write_parquet(file)


def _inert(frame: pl.DataFrame) -> pl.DataFrame:
    """Text that a spreadsheet takes as it is; several values of a cell are joined, as in any CSV of ours."""
    joined = frame.with_columns(_joined(name, kind) for name, kind in frame.schema.items() if isinstance(kind, pl.List))
    return joined.with_columns(text_safety.cell_column(text_safety.plain_column(pl.col(pl.String))))


def _joined(name: str, kind: pl.List) -> pl.Expr:
    one = pl.element()
    text = one.struct.json_encode() if isinstance(kind.inner, pl.Struct) else one.cast(pl.String)
    return pl.col(name).list.eval(text).list.join(";")


def _fitted(done: Deduped, what: str, fix: str) -> engine.Model:
    """The model; `what`, `fix`: names of the texts of the error when there is none."""
    if done.model.fitted is None:
        raise RecordkitError(details.text(what), details.text(fix))
    return done.model.fitted


def _export(folder: Path, done: Deduped) -> None:
    """The model and the rows: what Splink's Linker takes."""
    model = _fitted(done, "no_model_to_export", "one_row_has_no_model")
    compared = done.compared()
    out.write(out.as_json(engine.splink_settings(model, compared.schema)), folder / SETTINGS)
    _write(compared, folder / ROWS)


def _advise(asked: Dedupe, done: Deduped) -> None:
    """What every blocking rule costs and brings."""
    model = _fitted(done, "no_model_to_advise", "give_more_rows")
    found = engine.advice(done.compared().drop("record_id"), model.spec, model)
    if asked.form == "text":
        texts = out.texts()
        cells = [list(row) for row in found.iter_rows()]
        out.write(out.table(texts.message("blocking_rules"), out.heads(found.columns), cells), None, texts.language)
    else:
        out.write(out.rows(found.to_dicts(), asked.form), None)
