"""Whether a file should be read again in the encoding that its format declares."""

from __future__ import annotations

import codecs

from recordkit.agencies.choosing import Choice
from recordkit.agencies.source import SourceFile


def declared_encoding(source: SourceFile, choice: Choice) -> str | None:
    """The declared encoding, when the one that was found is a guess that no matched format declares; else None.

    Unicode is proved by its bytes and never a guess, so a file that was found to be Unicode is not read again.
    """
    declared = [name for match in choice.matches for name in match.format.file.encodings]
    single = [name for name in dict.fromkeys(map(_normal, declared)) if not name.startswith("utf")]
    found = _normal(source.encoding) if source.encoding else ""
    if source.kind != "delimited" or not single or found.startswith("utf") or found in single:
        return None
    return single[0]


def _normal(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return name.casefold()
