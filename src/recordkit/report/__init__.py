"""The summary of an edition: figures first, then the same figures on a terminal, a page or in a workbook."""

from recordkit.report.changed import Compared
from recordkit.report.context import Knowledge
from recordkit.report.figures import figures, knowledge
from recordkit.report.html import html
from recordkit.report.model import EditionLike, Figures
from recordkit.report.plain import as_csv, as_json
from recordkit.report.terminal import terminal
from recordkit.report.workbook import workbook

__all__ = [
    "Compared",
    "EditionLike",
    "Figures",
    "Knowledge",
    "as_csv",
    "as_json",
    "figures",
    "html",
    "knowledge",
    "terminal",
    "workbook",
]
