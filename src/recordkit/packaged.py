"""Where the declarations lie that come with the program, and TOML that is parsed only once."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any


def _folder() -> Path:
    """`schemas` inside an installed package, or at the top of a checkout."""
    inside = Path(__file__).resolve().parent / "schemas"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "schemas"


SCHEMAS: Path = _folder()


@lru_cache(maxsize=128)
def parsed(content: bytes) -> dict[str, Any]:
    """TOML as Python: the same object for the same text, which nobody may change. Raises what tomllib does."""
    return tomllib.loads(content.decode())
