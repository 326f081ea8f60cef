"""`recordkit export`: figures or records of an edition in the words of a standard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recordkit import analysts, details, exports, releases
from recordkit.cli import output as out
from recordkit.cli import storing
from recordkit.errors import RecordkitError
from recordkit.store import encryption

if TYPE_CHECKING:
    import polars as pl

    from recordkit import store
    from recordkit.cli.store_commands import Export
    from recordkit.ingest import Declarations
    from recordkit.words import Texts

COLUMNS = ("what", "item", "reason")


def run(asked: Export) -> int:
    """Exit 0 when the files are written; 2 for records without a key or with --approve; 4 when a cell of a release
    could be told: nothing was written."""
    declared, root = asked.declared(), asked.store
    policy = releases.load(declared.dirs, declared.tables)
    standard = exports.load(declared.dirs, asked.standard, policy)
    texts = asked.texts(declared.words)
    edition = storing.opened(root, "export", asked.edition, asked.standard)
    facts: dict[str, Any] = {"standard": asked.standard, "version": standard.version, "edition": edition.id}
    storing.overlaid(root, "export", declared)
    if standard.rows:
        line, export = _records(asked, declared, standard, edition, texts)
    elif asked.approve or standard.microdata:
        how = exports.of_microdata if standard.microdata else exports.for_others
        made, export = how(root, edition, policy, (asked.standard, standard), declared.dirs)
        manifest = releases.publish(root, asked.to, made, asked.approve, asked.second)
        facts |= {"release": manifest["release"], "ledger": manifest["ledger"]}
        number, release = manifest["ledger"]["entry"], manifest["release"]
        line = texts.message("export_released", name=asked.standard, path=asked.to, release=release, number=number)
    else:
        export = exports.for_the_house(edition, policy, asked.standard, standard)
        manifest = exports.write(asked.to, edition, export)
        count = len(manifest["files"])
        line = texts.message("export_written", count=count, name=asked.standard, path=asked.to)
    rows = export.unmapped.to_dicts()
    heights = {name: one.height for name, one in export.figures.items()}
    heights |= {name: one.len() for name, one in export.lines.items()}
    facts |= {"to": str(asked.to), "figures": heights, "unmapped": rows}
    if asked.form == "text":
        urdu = texts.language == "ur"
        reasons = [(one["reason_ur"] if urdu else "") or texts.value(one["reason"]) for one in rows]
        cells = [[one["what"], one["item"], reason] for one, reason in zip(rows, reasons, strict=True)]
        table = out.table(texts.message("not_mapped"), [texts.field(name) for name in COLUMNS], cells)
        out.write("\n".join([line, "", table]), asked.output, texts.language)
    else:
        out.write(out.as_json(facts) if asked.form == "json" else out.rows(rows, asked.form), asked.output)
    return 0


def _records(
    asked: Export, declared: Declarations, standard: exports.Standard, edition: store.Edition, texts: Texts
) -> tuple[str, exports.Export]:
    """Records, restricted as the analysts' copy is: its key, its columns, its precision."""
    if asked.approve:
        raise RecordkitError(details.text("records_never_leave", name=asked.standard))
    key = analysts.the_key()
    policy = analysts.load(declared.dirs, declared.tables)
    frames = analysts.copied_frames(edition, exports.tables_of(standard), policy, key)
    home = releases.package.load(declared.dirs).country

    def keyed(values: pl.Series, kind: str) -> pl.Series:
        return encryption.pseudonyms(values, key, kind)

    export = exports.records(frames, (asked.standard, standard), home, keyed, edition.id)
    manifest = exports.write(asked.to, edition, export, key.id)
    count = len(manifest["files"])
    line = texts.message("export_is_restricted", count=count, name=asked.standard, path=asked.to, key=key.id)
    return line, export
