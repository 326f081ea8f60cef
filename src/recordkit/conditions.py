"""Conditions of declarations: SQL about one row, read strictly, so that a stranger's can do no harm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from recordkit import details

if TYPE_CHECKING:
    import polars as pl

# Everything that a condition is made of. What is not in here is refused before the SQL parser sees it: comments, other
# kinds of quotes, and a backslash before a quote, in which the parser and we could disagree about where a text ends.
_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
      | (?P<text>'(?:[^'\\]|\\[^']|'')*')
      | (?P<column>"[^"]*")
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?!['"`]))
      | (?P<sign>\|\||::|<>|!=|<=|>=|!?~\*?|-(?!-)|/(?!\*)|[+*%=<>(),.\[\]])""",
    re.VERBOSE,
)
_OF_OTHER_ROWS = re.compile(r"OVER|SELECT|TABLE|LIMIT|CURRENT_\w+|LOCALTIME\w*")  # or of the clock
# Functions of one row. All others are refused: aggregates, clocks, chance, paddings.
_OF_A_ROW_NAMES = """
    ABS CEIL CEILING FLOOR ROUND SIGN MOD SQRT GREATEST LEAST COALESCE NULLIF IFNULL IF CAST TRY_CAST
    LOWER UPPER INITCAP LENGTH LEN CHAR_LENGTH CHARACTER_LENGTH OCTET_LENGTH LEFT RIGHT SUBSTR SUBSTRING STRPOS POSITION
    REPLACE TRIM LTRIM RTRIM STARTS_WITH ENDS_WITH REGEXP_LIKE CONCAT CONCAT_WS DATE EXTRACT DATE_PART STRFTIME STRPTIME
    ARRAY_LENGTH ARRAY_CONTAINS ARRAY_GET ARRAY_UNIQUE ARRAY
    AND OR NOT IN BETWEEN LIKE ILIKE IS CASE WHEN THEN ELSE ANY ALL WHERE
"""
_OF_A_ROW = frozenset(_OF_A_ROW_NAMES.split())
_OF_A_GROUP = frozenset({"COUNT", "SUM", "MIN", "MAX", "FIRST", "LAST", "FILTER", "DISTINCT"})
# polars writes their arguments out several times: inside one another they grow like 4 x 4 x 4 …
_COPYING = frozenset({"LEFT", "RIGHT", "SUBSTR", "SUBSTRING", "NULLIF"})
LONGEST = 4000  # characters
MOST_COPIES = 5000  # of the innermost part; a fraction of a second
MOST_JOINED = 32  # texts put together: a condition is no place to make a cell longer

_Token = tuple[str, str]  # kind, and what stands there; words in capitals


@lru_cache(maxsize=2048)
def expression(sql: str, *, aggregate: bool = False) -> pl.Expr:
    """A polars expression from SQL about one row; with `aggregate`, about the rows of a group.

    The columns that it names are looked up when it is used. Its type is whatever the SQL gives: Boolean for a rule.
    Raises ValueError for what `check` refuses, and for what is not valid SQL. The same text is read once.
    """
    import polars as pl  # here: `check` alone must not wait for it

    check(sql, aggregate=aggregate)
    try:
        return pl.sql_expr(sql)
    except Exception as error:  # polars raises several kinds for one thing: bad SQL
        raise ValueError(details.text("condition_no_sql", error=error, sql=sql)) from error


def check(sql: str, *, aggregate: bool = False) -> None:
    """Refuse windows, sub-queries, comments, the clock and chance: rows are judged alone, and always alike.

    So is what could take for ever, or more memory than there is. Raises ValueError that says why.
    """
    if len(sql) > LONGEST:
        raise ValueError(details.text("condition_too_long", most=LONGEST, count=len(sql)))
    tokens = _tokens(sql)
    wrong = _forbidden(tokens, _OF_A_ROW | _OF_A_GROUP if aggregate else _OF_A_ROW) or _growing(tokens)
    if wrong:
        raise ValueError(details.text("not_allowed_in_condition", what=wrong, sql=sql))
    if _copies(tokens) > MOST_COPIES:
        raise ValueError(details.text("condition_too_deep", sql=sql))


def _tokens(sql: str) -> list[_Token]:
    """The condition in pieces, blanks left out."""
    found: list[_Token] = []
    at = 0
    while at < len(sql):
        piece = _TOKEN.match(sql, at)
        if piece is None:
            raise ValueError(
                details.text("sign_not_allowed_in_condition", sign=repr(sql[at : at + 2]), place=at + 1, sql=sql)
            )
        kind, text = str(piece.lastgroup), piece.group()
        if kind != "blank":
            found.append((kind, text.upper() if kind == "word" else text))
        at = piece.end()
    return found


def _forbidden(tokens: Sequence[_Token], allowed: frozenset[str]) -> str:
    """The first word that looks at other rows, or call of a function that is not for a row; empty if there is none."""
    for (kind, text), (_, following) in zip(tokens, [*tokens[1:], ("", "")], strict=True):
        if kind == "word" and _OF_OTHER_ROWS.fullmatch(text):
            return text
        if following == "(" and ((kind == "word" and text not in allowed) or kind in ("column", "text", "number")):
            return f"{text}()"
    return ""


def _growing(tokens: Sequence[_Token]) -> str:
    """What could make a text much longer than the cells that it is made of; empty if nothing could."""
    calls: list[str] = []
    joined = 0
    for at, (kind, text) in enumerate(tokens):
        if text == "(" and kind == "sign":
            calls.append(tokens[at - 1][1] if at else "")
        elif text == ")" and kind == "sign" and calls and calls.pop() == "REPLACE" and not _shortens(tokens[:at]):
            return details.text("replace_by_longer")
        joined += text == "||" or (text == "," and bool(calls) and calls[-1] in ("CONCAT", "CONCAT_WS"))
    return details.text("joining_many_texts", most=MOST_JOINED) if joined > MOST_JOINED else ""


def _shortens(arguments: Sequence[_Token]) -> bool:
    """Whether the last two arguments are texts and the second is not longer than the first, which is not empty."""
    kinds = [kind for kind, _ in arguments[-4:]]
    if kinds != ["sign", "text", "sign", "text"]:
        return False
    old, new = arguments[-3][1], arguments[-1][1]
    return len(old) > 2 and len(new) <= len(old)


def _copies(tokens: Sequence[_Token]) -> int:
    """How often the innermost part of a condition is written out, at most, when polars has read it."""
    open_: list[list[int]] = [[1, 1]]  # of every bracket and CASE: how often it copies what it holds; that of its parts
    betweens = 0
    for at, (kind, text) in enumerate(tokens):
        before = tokens[at - 1][1] if at else ""
        if kind == "sign" and text in "([":
            open_.append([4 if before in _COPYING else 1, 1])
        elif kind == "word" and text == "CASE":
            open_.append([1, 1])
        elif kind == "word" and text == "WHEN":
            open_[-1][0] += 1
        elif (text in (")", "]") and kind == "sign") or (text == "END" and kind == "word"):
            own, inner = open_.pop() if len(open_) > 1 else (1, 1)
            open_[-1][1] = max(open_[-1][1], own * inner)
        betweens += kind == "word" and text == "BETWEEN"
    deepest = 1
    for own, inner in reversed(open_):
        deepest = max(deepest, inner) * own
    return deepest * int(2**betweens)
