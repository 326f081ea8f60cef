"""The summary of an edition: figures first, then the same figures on a terminal, a page or in a workbook.

`figures` reads one edition; `terminal`, `html`, `workbook` and `data` only lay its result out; `files` makes
what is published with an edition.
"""

from recordkit.report.changes import Compared
from recordkit.report.context import Knowledge
from recordkit.report.figures import figures, knowledge
from recordkit.report.html import html
from recordkit.report.machine_readable import data
from recordkit.report.model import EditionLike, Figures
from recordkit.report.profile import Profiles, profile
from recordkit.report.profile import load as profiles
from recordkit.report.publish import files
from recordkit.report.terminal import terminal
from recordkit.report.workbook import workbook

__all__ = [
    "Compared",
    "EditionLike",
    "Figures",
    "Knowledge",
    "Profiles",
    "data",
    "figures",
    "files",
    "html",
    "knowledge",
    "profile",
    "profiles",
    "terminal",
    "workbook",
]
