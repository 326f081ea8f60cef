"""Errors that a user can cause, each with its exit code and a way to fix it.

Who decides the exit code: an error has its own; of findings the command's module in `cli/` decides (0 or 1, and 3 for
files that could not be read); `cli/app.py` leaves with it.
"""

from __future__ import annotations


class RecordkitError(Exception):
    """What happened, and how to fix it. Printed without a traceback; `exit_code` is the contract's."""

    exit_code = 2

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class DeclarationError(RecordkitError):
    """A file under schemas/ (or an overlay) does not say what it should."""


class UnreadableInput(RecordkitError):
    """An input that could not be read at all."""

    exit_code = 3


class BrokenLaw(RecordkitError):
    """A promise of the pipeline did not hold (for example conservation): nothing was published."""

    exit_code = 4


class StoreLocked(RecordkitError):
    """Another compile holds the store: try later."""

    exit_code = 75
