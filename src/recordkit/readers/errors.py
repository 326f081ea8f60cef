"""The one exception inside this package. Its module imports nothing: the child process starts faster so."""

from __future__ import annotations


class Refused(Exception):
    """A whole file (or archive member, or workbook) that will not be read: a rule code and why.

    Why is the name of a text under `details` in words.toml and what it fills in, which is never anything personal.
    Never leaves this package: it becomes an issue.
    """

    def __init__(self, code: str, name: str, /, **values: object) -> None:
        super().__init__(code, name, values)
        self.code = code
        self.name = name
        self.values = values

    @property
    def detail(self) -> str:
        """Why, in English."""
        from recordkit import details

        return details.text(self.name, **self.values)

    def __str__(self) -> str:
        return f"{self.code} {self.detail}"
