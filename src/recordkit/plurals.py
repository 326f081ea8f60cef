"""Numbers with the right form of their word, in English; what is told in two languages counts with `words.Counted`."""

from __future__ import annotations


def counted(number: int, word: str, plural: str = "") -> str:
    """"1 row", "2 rows", "1,234 rows", or with `plural` "2 cases of people"."""
    return f"{number:,} {word if number == 1 else plural or word + 's'}"
