"""The clerical queue of an edition: pairs side by side, what they are worth, what people said of them."""

from __future__ import annotations

from recordkit.review.answers import VERDICTS, Answered, decide, record, resolve, undo
from recordkit.review.quality import Quality, measured
from recordkit.review.queue import Choice, Pairs, disagreeing, drawn, opened, queue, second
from recordkit.review.session import Session
from recordkit.review.workbook import export, read

__all__ = [
    "VERDICTS", "Answered", "Choice", "Pairs", "Quality", "Session", "decide", "disagreeing", "drawn", "export",
    "measured", "opened", "queue", "read", "record", "resolve", "second", "undo",
]  # fmt: skip
