"""Writes back to the sender: a workbook with the bad cells marked and explained, in English and Urdu."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from recordkit import findings, inbox, readers, text_safety
from recordkit.annotate import guide, plain_workbook
from recordkit.annotate import sender_workbook as mine
from recordkit.annotate.guide import Words
from recordkit.findings import masking
from recordkit.ingest import Declarations, source_file
from recordkit.issues import Rules
from recordkit.readers import Sheet, SourceFile
from recordkit.store import disk, workspace
from recordkit.store.errors import writes_result

__all__ = ["write", "write_all"]

EXAMPLES = 12  # rows named in one line of the list
BATCH = 50_000
LARGEST = 8 * 1024 * 1024  # bytes of a workbook that is marked itself: it is held in memory, styles and all


def write_all(
    paths: Sequence[Path], found: pl.DataFrame, declared: Declarations, folder: Path,
    *, senders: Mapping[str, str | None] | None = None, counts: pl.DataFrame | None = None,
) -> list[Path]:  # fmt: skip
    """One workbook in `folder` for every file (or member of an archive) with something to correct.

    senders: SHA-256 of a file -> the agency that it was read as. counts: see `write`.
    """
    known = set(found.get_column("file_sha256").drop_nulls())
    words = guide.load(declared.dirs)
    written: list[Path] = []
    done: set[str] = set()
    for arrival in inbox.find_files(paths, dirs=declared.dirs)[0]:
        digest = _sha256(arrival.path)
        if digest not in known or digest in done:
            continue
        done.add(digest)
        for source in readers.open_all(arrival.path):
            own = arrival.path if source.kind == "xlsx" and source.container is None else None
            made = write(
                source, found, declared.rules, words, folder, agency=(senders or {}).get(digest), own=own, counts=counts
            )
            written += [made] if made else []
    return written


def most(declared: Declarations) -> int:
    """How many findings of one kind `write_all` has use for: no more rows of a sheet are marked."""
    return guide.load(declared.dirs).rows


def _sha256(path: Path) -> str:
    try:
        return disk.sha256_file(path)
    except OSError:
        return ""


def write(
    source: SourceFile, found: pl.DataFrame, rules: Rules, words: Words, folder: Path, *, agency: str | None = None,
    own: Path | None = None, counts: pl.DataFrame | None = None,
) -> Path | None:  # fmt: skip
    """The annotated workbook of one source file, or None when nothing in it is to be corrected.

    found: findings (ISSUE_SCHEMA) of this and other files; where they are only the first `most` of each kind, counts
    (receive.COUNTS) are those of all. own: the sender's workbook, which is marked itself; any
    other file is written as a new workbook. An existing file is never overwritten.
    """
    workspace.refuse_store(folder)
    ours = masking.safe(rules.rate(found)).filter(_of(source) & pl.col("severity").is_in(["reject", "flag"]))
    if ours.is_empty():
        return None
    source, back = source_file.opened(source)  # a workbook that was marked before is marked anew
    sheets = [sheet for sheet in source.sheets if sheet.visible]
    labels = [source.sheet_label(sheet) for sheet in sheets]
    names = plain_workbook.titles(labels, words.sheet)
    pages = [_page(*one, ours, words) for one in zip(sheets, labels, names, strict=True)]
    shown = source.name if source.member is None else f"{source.name} ({source.member})"
    exact = None if counts is None else masking.safe(counts)
    groups = findings.group(ours, {source.sha256: shown}, {}, rules, limit=EXAMPLES, counts=exact)
    lines = guide.opening(text_safety.plain(shown), source.sha256, agency or (back.agency if back else None), words)
    stem = Path(text_safety.printable(source.member or source.name)).stem.removesuffix(words.suffix) + words.suffix
    with writes_result(folder):
        disk.make_folders(folder.absolute())
        with workspace.sibling_workspace(folder) as place:
            path = place / "marked.xlsx"
            small = own is not None and back is None and not any(page.only_marked for page in pages)
            if not (
                small
                and own is not None
                and _itself(own, path, sheets=sheets, pages=pages, groups=groups, lines=lines, words=words, rules=rules)
            ):
                plain_workbook.write(
                    path, lines, lambda places: guide.advice(groups, places, words), pages, words=words, rules=rules
                )
            return _placed(path, folder, stem)


def _itself(
    own: Path, path: Path, *, sheets: Sequence[Sheet], pages: Sequence[plain_workbook.Page], groups: findings.Groups,
    lines: Sequence[guide.Line], words: Words, rules: Rules,
) -> bool:  # fmt: skip
    """Mark the sender's workbook itself, at `path`; False when that cannot be done."""
    if not sheets or own.stat().st_size > LARGEST:
        return False
    titles = [sheet.name for sheet in sheets]
    places = [guide.Where(page.label, title, page.marks, {}) for page, title in zip(pages, titles, strict=True)]
    return mine.write(
        disk.read_file(own),
        path,
        titles,
        pages=places,
        lines=lines,
        advices=guide.advice(groups, places, words),
        words=words,
        rules=rules,
    )


def _of(source: SourceFile) -> pl.Expr:
    """Findings of this file; of this member, when the file is an archive."""
    same = pl.col("file_sha256") == source.sha256
    if source.member is None:
        return same
    sheet = pl.col("sheet").fill_null("")
    return same & ((sheet == source.member) | sheet.str.starts_with(source.member + "!"))


def _page(sheet: Sheet, label: str, title: str, ours: pl.DataFrame, words: Words) -> plain_workbook.Page:
    here = ours.filter(pl.col("sheet").fill_null("") == label)
    marked = guide.of_sheet(here, sheet.head(guide.HEAD))
    long = sheet.height is None or sheet.height > words.rows
    if long:
        marked = guide.Marks(marked.cells.head(words.rows), marked.columns, marked.header_row)
    return plain_workbook.Page(label, title, sheet.batches(BATCH), sheet.ragged(), marked, only_marked=long)


def _placed(path: Path, folder: Path, stem: str) -> Path:
    """Give a finished workbook the first name in `folder` that nothing has yet: half of one is never seen there."""
    return disk.place_new(
        path, folder, (f"{stem}.xlsx" if at == 1 else f"{stem}_{at}.xlsx" for at in itertools.count(1))
    )
