"""Whether a file should be read again in the encoding that its format declares."""

from __future__ import annotations

import codecs

import polars as pl

from recordkit.agencies.format_match import Choice
from recordkit.agencies.source import SourceFile

NOT_UNICODE = ("RK110", "RK147")  # lines that are not in the encoding that was found
GUESSED = ("RK115", "RK147")  # what the reader says of a file when its lines, or some of them, are not Unicode


def declared_encoding(source: SourceFile, choice: Choice) -> str | None:
    """The declared encoding, when the one that was found is a guess that no matched format declares; else None.

    Unicode is proved by its bytes and never a guess, so a file that was found to be Unicode is not read again; but
    one whose lines are of no known encoding was only taken for it, and what is declared counts.
    """
    declared = [name for match in choice.matches for name in match.format.file.encodings]
    single = [name for name in dict.fromkeys(map(_normal, declared)) if not name.startswith("utf")]
    found = _normal(source.encoding) if source.encoding else ""
    proved = found.startswith("utf") and not unproved(source)
    if source.kind != "delimited" or not single or proved or found in single:
        return None
    return single[0]


def unproved(source: SourceFile) -> bool:
    """Lines of the file are in another encoding, known or not, that its being read as Unicode says nothing of."""
    return not source.issues.filter(pl.col("code").is_in(GUESSED) & pl.col("row").is_null()).is_empty()


def _normal(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return name.casefold()
