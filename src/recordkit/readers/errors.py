"""The one exception inside this package. Its module imports nothing: the child process starts faster so."""

from __future__ import annotations


class Refused(Exception):
    """A whole file (or archive member, or workbook) that will not be read: a rule code and why.

    `detail` never holds anything personal. Never leaves this package: it becomes an issue.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = detail
