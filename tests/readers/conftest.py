"""Writes bytes to a file and reads them back with recordkit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recordkit import readers
from recordkit.readers import SourceFile

Reader = Callable[..., SourceFile]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """read(data, name="x.csv", **options) -> SourceFile."""

    def reader(data: bytes, name: str = "x.csv", **options: Any) -> SourceFile:
        path = tmp_path / name
        path.write_bytes(data)
        return readers.open_file(path, **options)

    return reader


@pytest.fixture
def read_all(tmp_path: Path) -> Callable[..., list[SourceFile]]:
    """read_all(data, name, **options) -> list of SourceFile."""

    def reader(data: bytes, name: str, **options: Any) -> list[SourceFile]:
        path = tmp_path / name
        path.write_bytes(data)
        return readers.open_all(path, **options)

    return reader
