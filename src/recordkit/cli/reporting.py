"""`recordkit report`: figures of an edition, on the terminal, as a page, as a workbook, or for programs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from recordkit import report, store
from recordkit.cli import auditing, options
from recordkit.cli import output as out
from recordkit.receive import Declarations


def run(
    root: Path, edition_id: str | None, month: str | None, html: Path | None, xlsx: Path | None,
    declared: Declarations, fmt: str | None, output: Path | None, quiet: bool = False,
) -> int:  # fmt: skip
    """Exit 2 for an edition or a month that there is not."""
    form = out.chosen(fmt, output)
    edition = auditing.opened(root, "report", edition_id, month or "")
    changes = _changes(root, edition)
    texts = options.texts(declared)
    figures = report.figures(edition, month=month, changes=changes, known=report.knowledge(declared, texts.language))
    if html is not None:
        with out.result(html) as file:
            file.write(report.html(figures).encode())
    if xlsx is not None:
        book = BytesIO()
        report.workbook(figures, book)
        with out.result(xlsx) as file:
            file.write(book.getvalue())
    if html is not None or xlsx is not None:
        out.say("written: " + ", ".join(str(p) for p in (html, xlsx) if p), quiet)
        if fmt is None and output is None:
            return 0
    if form == "text":
        out.write(out.rendered(report.terminal(figures)), output, texts.language)
    else:
        plain = figures if texts.language == "en" else report.figures(
            edition, month=month, changes=changes, known=report.knowledge(declared)
        )  # what programs read is the same in every language
        out.write(report.data(plain, form), output)
    return 0


def _changes(root: Path, edition: store.Edition) -> store.Diff | None:
    """What changed since the edition before; that one may have been let go, or be damaged, and this one is whole."""
    before = edition.manifest.previous
    try:
        return store.diff(root, before.id, edition.id) if before else None
    except store.StoreError as error:
        out.say(f"the report tells no changes since the edition before: {error.what}")
        return None
