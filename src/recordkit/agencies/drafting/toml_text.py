"""Writes TOML strings and lists."""

from __future__ import annotations

from collections.abc import Iterable


def quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'


def listed(texts: Iterable[str]) -> str:
    """A TOML array of strings."""
    return f"[{', '.join(quoted(text) for text in texts)}]"


def literal(text: str) -> str:
    """A TOML literal string where the text allows it: patterns stay readable."""
    plain = "'" not in text and all(char >= " " for char in text)
    return f"'{text}'" if plain else quoted(text)
