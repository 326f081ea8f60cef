"""Sections that a cell itself takes back: `302 PPC deleted 324 PPC added`, `302/34 PPC converted to 324/34 PPC`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import text
from recordkit.fields.own_threads import keeps_patterns
from recordkit.reference import Reference

# One sign for the words of each code of the vocabulary: it stands for them among the tokens of a cell.
# In this order: "not added" is no "not", and "converted from" no "converted".
SIGNS = {"deleted": "⊖", "added": "⊕", "instead_of": "⊲", "replaced": "⊳", "doubtful": "⊘"}
SIGN = f"[{''.join(SIGNS.values())}]"
TAKES_BACK = tuple(sign for code, sign in SIGNS.items() if code not in ("added", "doubtful"))
# Minus and plus before figures say that something changed: -324 +302.
_BY_SIGNS = r"^(\s*[-–]\s?[0-9]{2,}[^+]*\+\s?[0-9])"
SECTION, ACT, STOP = "section", "act", "stop"
Token = tuple[int, str]  # where it stands in its cell; SECTION, ACT, STOP or a sign


@keeps_patterns
def marked(value: pl.Series, reference: Reference) -> pl.Series:
    """Capitals with the words for a change as signs."""
    for sign, pattern in _patterns(reference).items():
        value = value.str.replace_all(pattern, f"${{before}} {sign} ")
    return value.str.replace(_BY_SIGNS, f"{SIGNS['doubtful']} ${{1}}")


@lru_cache(maxsize=8)
def _patterns(reference: Reference) -> dict[str, str]:
    rows = reference.codes.filter(vocabulary="section_change")
    found = {}
    for code, sign in SIGNS.items():
        words = tables.words(rows.filter(code=code), ["code"], ["label", "variants"])["word"]
        # An arrow has no letter and is blank to `plain`.
        written = {plain or word for word, plain in zip(words, text.plain(words), strict=True)}
        spelt = sorted({word.strip().upper() for word in written}, key=lambda word: (-len(word), word))
        if spelt:
            found[sign] = _pattern(spelt)
    return found


def _pattern(words: Sequence[str]) -> str:
    """Words stand alone; arrows anywhere; what is in brackets behind the name of an act, where it is no sub-section."""
    bracketed = [re.escape(word) for word in words if word.startswith("(")]
    signs = [re.escape(word) for word in words if not any(map(str.isalpha, word))]
    alone = [
        r"\s+".join(map(re.escape, word.split())) for word in words if word[0] != "(" and any(map(str.isalpha, word))
    ]
    kinds = [rf"\b(?:{'|'.join(alone)})\b\.?"] if alone else []
    kinds += [rf"(?P<before>\p{{L}}{{2}}\s?)(?:{'|'.join(bracketed)})"] if bracketed else ["(?P<before>[^\\s\\S])"]
    return "|".join([*kinds, *signs])


def undone(cell: Sequence[Token]) -> dict[int, int] | None:
    """Where the sections stand that a cell takes back -> where the sign for it stands; None when it is not clear, as
    where only a word for another time says that something changed (`earlier 324, later 302`).

    A sign behind its sections speaks of those back to the one before it: of a whole list when their act stands
    between (`302/34 PPC deleted`), else of those behind the last comma. One at the beginning speaks of what follows.
    """
    kinds = [kind for _, kind in cell]
    stated = [kind for kind in kinds if kind not in (ACT, STOP)]
    if not any(kind in TAKES_BACK for kind in stated):
        return None if SIGNS["doubtful"] in stated else {}
    ahead = stated[0] in (SIGNS["deleted"], SIGNS["added"])
    switching = [kind for kind in stated if kind in (SIGNS["deleted"], SIGNS["added"])]
    if not ahead and stated[-1] == SECTION and len(switching) > 1:
        return None
    gone: dict[int, int] = {}
    for at, (place, kind) in enumerate(cell):
        if kind == SIGNS["instead_of"] or (ahead and kind == SIGNS["deleted"]):
            gone |= dict.fromkeys(_behind(cell[at + 1 :]), place)
        elif kind in TAKES_BACK:
            gone |= dict.fromkeys(_before(cell[:at]), place)
    return gone


def _before(cell: Sequence[Token]) -> list[int]:
    found: list[int] = []
    whole = False
    for place, kind in reversed(cell):
        if kind == SECTION:
            found.append(place)
        elif kind in SIGNS.values() or (found and (kind == ACT or not whole)):
            break
        elif kind == ACT:
            whole = True
    return found


def _behind(cell: Sequence[Token]) -> list[int]:
    found: list[int] = []
    closed = False
    for place, kind in cell:
        if kind in SIGNS.values() or (kind == SECTION and closed):
            break
        if kind == SECTION:
            found.append(place)
        closed = closed or (kind == ACT and bool(found))
    return found


def sections_left(sections: pl.DataFrame, tokens: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(the sections that stand, row and `unclear` of every cell that takes some back).

    sections: row, at, act, section; tokens: row, at, kind. A section that is taken back is so wherever it stood before.
    """
    cells = tokens.filter(pl.col("kind").is_in([*TAKES_BACK, SIGNS["doubtful"]]).any().over("row"))
    remaining: list[tuple[int, bool]] = []
    gone: list[tuple[int, int, int]] = []
    for (row,), cell in cells.group_by("row", maintain_order=True):  # few cells say so, and each distinct one once
        found = undone(list(cell.select("at", "kind").iter_rows()))
        remaining.append((row, found is None))
        gone += [(row, at, sign) for at, sign in (found or {}).items()]
    rows = pl.DataFrame(remaining, schema={"row": tokens.schema["row"], "unclear": pl.Boolean}, orient="row")
    if not gone:
        return sections, rows
    types = {"row": sections.schema["row"], "at": sections.schema["at"], "sign": sections.schema["at"]}
    lost = sections.join(pl.DataFrame(gone, schema=types, orient="row"), on=["row", "at"])
    until = lost.group_by("row", "act", "section").agg(pl.max_horizontal("sign", "at").max().alias("sign"))
    judged = sections.join(until, on=["row", "act", "section"], how="left", nulls_equal=True, maintain_order="left")
    return judged.filter((pl.col("at") > pl.col("sign")).fill_null(True)).drop("sign"), rows
