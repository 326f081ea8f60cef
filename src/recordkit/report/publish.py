"""The reports that are kept with an edition."""

from __future__ import annotations

from io import BytesIO

from recordkit import store
from recordkit.report.context import Declared
from recordkit.report.figures import figures, knowledge
from recordkit.report.html import html
from recordkit.report.workbook import workbook


def files(edition: store.Edition, declared: Declared, previous: store.Edition | None) -> dict[str, bytes]:
    """File name -> bytes of the page and the workbook of an edition; the same edition gives the same bytes."""
    changes = store.compare(previous, edition) if previous is not None else None
    found = figures(edition, changes=changes, known=knowledge(declared))
    book = BytesIO()
    workbook(found, book)
    return {"summary.html": html(found).encode(), "summary.xlsx": book.getvalue()}
