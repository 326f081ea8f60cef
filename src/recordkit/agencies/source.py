"""What this stage needs of an opened file: the shape that recordkit.readers gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import polars as pl


class Sheet(Protocol):
    """A table of strings: `row` Int64 (physical, 1-based), then c1..cN String."""

    @property
    def name(self) -> str: ...

    @property
    def visible(self) -> bool: ...

    @property
    def height(self) -> int | None: ...

    @property
    def filled(self) -> Sequence[tuple[tuple[int, int], tuple[int, int]]]: ...

    @property
    def struck_rows(self) -> Sequence[int]: ...

    @property
    def hidden_columns(self) -> Sequence[str]: ...

    @property
    def epoch(self) -> int: ...

    def head(self, n: int = 60) -> pl.DataFrame: ...

    def tail(self, n: int = 10) -> pl.DataFrame: ...

    def batches(self, rows: int = 250_000) -> Iterator[pl.DataFrame]: ...


class SourceFile(Protocol):
    """An opened file with its sheets."""

    @property
    def name(self) -> str: ...

    @property
    def names(self) -> Sequence[str]: ...

    @property
    def sha256(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def encoding(self) -> str | None: ...

    @property
    def issues(self) -> pl.DataFrame: ...

    @property
    def delimiter(self) -> str | None: ...

    @property
    def sheets(self) -> Sequence[Sheet]: ...
