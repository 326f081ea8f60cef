"""Whether a file should be read again in the encoding that its format declares."""

from __future__ import annotations

import codecs

import polars as pl

from recordkit.agencies.choosing import Choice
from recordkit.agencies.source import SourceFile

NOT_UNICODE = ("RK110", "RK115")  # lines that are not in the encoding that was found
UNKNOWN = ": declare it"  # how the reader ends what it says of a file in no encoding that it knows


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
    """The file is in no encoding that the reader knows: that it was read as Unicode says nothing."""
    unknown = pl.col("row").is_null() & pl.col("detail").str.ends_with(UNKNOWN)
    return not source.issues.filter(pl.col("code").is_in(NOT_UNICODE) & unknown).is_empty()


def _normal(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return name.casefold()
