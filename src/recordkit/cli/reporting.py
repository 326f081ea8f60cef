"""`recordkit report`: figures of an edition, on the terminal, as a page, as a workbook, or for programs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from recordkit import details, report, store
from recordkit.cli import output as out
from recordkit.cli import storing

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Report


def run(asked: Report) -> int:
    """Exit 2 for an edition or a month that there is not."""
    form, html, xlsx, output = asked.form, asked.html, asked.xlsx, asked.output
    declared = asked.declared()
    language = asked.texts(declared.words).language
    edition = storing.opened(asked.store, "report", asked.edition, asked.month or "")
    changes = _changes(asked.store, edition)
    spoken = report.knowledge(declared, language)
    figures = report.figures(edition, month=asked.month, changes=changes, known=spoken)
    if html is not None:
        with out.result(html) as file:
            file.write(report.html(figures).encode())
    if xlsx is not None:
        book = BytesIO()
        report.workbook(figures, book)
        with out.result(xlsx) as file:
            file.write(book.getvalue())
    if html is not None or xlsx is not None:
        out.say("written: " + ", ".join(str(p) for p in (html, xlsx) if p), asked.quiet)
        if asked.fmt is None and output is None:
            return 0
    if form == "text":
        out.write(out.rendered(report.terminal(figures)), output, language)
    else:
        if language != "en":  # what programs read is the same in every language
            figures = report.figures(edition, month=asked.month, changes=changes, known=report.knowledge(declared))
        out.write(report.data(figures, form), output)
    return 0


def _changes(root: Path, edition: store.Edition) -> store.Diff | None:
    """What changed since the edition before; that one may have been let go, or be damaged, and this one is whole."""
    before = edition.manifest.previous
    try:
        return store.diff(root, before.id, edition.id) if before else None
    except store.StoreError as error:
        out.say(details.text("report_tells_no_changes", what=error.what))
        return None
