"""What strangers wrote, made safe where it is shown or written: the one place that says what is unsafe.

Unsafe is what steers a terminal, breaks out of a line, turns the direction of text around, or cannot be seen. Names of
files, sheets and columns can hold it as well as cells. A writer takes the form that fits what it writes: `plain` for
text, `one_line` for pages, `cell` for CSV and workbooks, `json_text` and `toml_string` for what programs read back,
`file_name` for names.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")

MARK = "\ufffd"
# Control characters but tab and line feed; soft hyphen; marks of direction; line and paragraph separators; signs
# without a width; tags and other selectors that can carry hidden text. As Python and polars spell it.
UNSAFE = (
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
# Joiners shape letters of the Arabic script, Urdu's among them, and hide anywhere else.
_SHAPED = "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_BEHIND_OTHERS = f"(^|[^{_SHAPED}])[\u200c\u200d]+"
_BEFORE_OTHERS = f"[\u200c\u200d]+([^{_SHAPED}]|$)"

_UNSAFE = re.compile(UNSAFE)
_JOINERS = (re.compile(_BEHIND_OTHERS), re.compile(_BEFORE_OTHERS))
_LINES = re.compile("[\t\n]")
_LONE = re.compile("[\ud800-\udfff]")  # bytes of a name that are not UTF-8, as Python keeps them
_BLANK_LETTERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159]")  # they show nothing
_OR_COLOUR = re.compile("(\u001b\\[[0-9;]*m)|" + UNSAFE)
_COLOUR = re.compile("(\u001b\\[[0-9;]*m)")
# Runs of signs that are not Urdu's, with single blanks inside: two blanks part columns, and a colon parts what is told.
_SIGN = "[!-~\u00a0\u00b0-\u00b9\u00c0-\u024f\u2026]+"
_FOREIGN = re.compile(f"{_SIGN}(?:(?<!:) {_SIGN})*")
_AROUND = re.compile(r"""^(?:[(\[{'"|:;,=\s]|[-+*/](?=\s))*""")
_PAIRS = {")": "(", "]": "[", "}": "{", "'": "", '"': ""}
_ESCAPED = re.compile("[\t\n\u200c\u200d]|" + UNSAFE)

# The texts that a spreadsheet would run when it opens them: with the line feed and the wide signs of East Asian
# keyboards, which some spreadsheets take for the plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FORMULA = r"^([=+\-@\t\r\n\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])"  # as polars spells it


def plain(text: str) -> str:
    """The text with a mark in the place of everything unsafe; lines and tabs stay."""
    return _joined(_UNSAFE.sub(MARK, text), MARK)


def coloured(text: str) -> str:
    """`plain`, but for our own colours."""
    return _joined(_OR_COLOUR.sub(lambda found: found.group(1) or MARK, text), MARK)


def one_line(text: str) -> str:
    """The text on one line, a blank in the place of everything unsafe: for pages, workbooks and tables."""
    return _joined(_LINES.sub(" ", _UNSAFE.sub(" ", text)), " ")


def _joined(text: str, mark: str) -> str:
    """Joiners stay between letters that they shape."""
    if "\u200c" not in text and "\u200d" not in text:
        return text
    behind, before = _JOINERS
    return before.sub(lambda found: mark + found.group(1), behind.sub(lambda found: found.group(1) + mark, text))


def plain_column(values: pl.Expr) -> pl.Expr:
    """`plain` for a column of text."""
    marked = values.str.replace_all(UNSAFE, MARK)
    return marked.str.replace_all(_BEHIND_OTHERS, "${1}" + MARK).str.replace_all(_BEFORE_OTHERS, MARK + "${1}")


def right_to_left(text: str) -> str:
    """Urdu text for a terminal: every line runs from right to left, and what is Latin in it stays in one piece.

    For text that is safe already: its own marks of direction are gone, and those put here are closed where they begin.
    """
    return "\n".join(_turned(line) for line in text.split("\n"))


def _turned(line: str) -> str:
    if not line.strip():
        return line
    pieces = _COLOUR.split(line.rstrip())  # text, colour, text, ...
    mixed = [one for pair in zip(map(isolated, pieces[::2]), [*pieces[1::2], ""], strict=True) for one in pair]
    return f"\u2067{''.join(mixed)}\u2069"


def isolated(text: str) -> str:
    """Urdu with each Latin piece in it isolated: for a page, which knows by itself that it runs from right to left."""
    return _FOREIGN.sub(_isolated, text)


def _isolated(found: re.Match[str]) -> str:
    """A run in a piece of its own, without the brackets, quotes and stops that belong to the sentence around it."""
    run = found.group()
    core = _AROUND.sub("", run).rstrip(" .,:;!?|=")
    while core and core[-1] in _PAIRS and not _closes(core):
        core = core[:-1]
    if not any(sign.isalnum() for sign in core):
        return run
    before, _, after = run.partition(core)
    return f"{before}\u2068{core}\u2069{after}"


def _closes(run: str) -> bool:
    """Does the last sign close a pair that is open inside the run?"""
    opening = _PAIRS[run[-1]]
    return run.count(opening) >= run.count(run[-1]) if opening else run.count(run[-1]) % 2 == 0


def cell(text: str) -> str:
    """`plain`, and no formula: text that would start one gets an apostrophe."""
    shown = plain(text)
    return "'" + shown if shown.startswith(FORMULA_STARTS) else shown


def cell_column(values: pl.Expr) -> pl.Expr:
    """`cell` for a column of text that is plain already."""
    return values.str.replace(FORMULA, "'${1}")


def lined(value: T) -> T:
    """The same value with every text in it on one line: dataclasses, tuples and frames are walked through."""
    return _lined(value)  # type: ignore[no-any-return]


def _lined(value: Any) -> Any:
    import polars as pl  # here: --help must not wait for it

    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, tuple):
        return tuple(_lined(part) for part in value)
    if isinstance(value, pl.DataFrame):
        texts = pl.col(pl.String)
        return value.with_columns(plain_column(texts).str.replace_all(f"[\t\n{MARK}]", " "))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _lined(getattr(value, field.name)) for field in fields(value)})
    return value


# --------------------------------------------------------------------------- for programs that read it back


def json_text(text: str) -> str:
    """JSON that says the same without an unsafe character in it."""
    return _UNSAFE.sub(lambda found: _json_escape(ord(found.group())), _escaped_joiners(text))


def _escaped_joiners(text: str) -> str:
    return text.replace("\u200c", "\\u200c").replace("\u200d", "\\u200d")


def _json_escape(code: int) -> str:
    """A code above the first 65,536 is two halves in JSON."""
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def toml_string(text: str) -> str:
    """A TOML basic string: what cannot be seen stands in it as an escape, so that a reader sees it."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _ESCAPED.sub(lambda found: _toml_escape(ord(found.group())), quoted) + '"'


def _toml_escape(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def toml_list(texts: Any) -> str:
    """A TOML array of strings."""
    return f"[{', '.join(toml_string(text) for text in texts)}]"


def toml_literal(text: str) -> str:
    """A TOML literal string where the text allows it: patterns stay readable."""
    return f"'{text}'" if "'" not in text and not _ESCAPED.search(text) else toml_string(text)


def is_utf8(text: str) -> bool:
    """Whether the text can be written down: it holds no bytes that are not UTF-8, as Python keeps them."""
    return _LONE.search(text) is None


def shows(text: str) -> bool:
    """Whether anything of the text can be seen: letters without a shape are as blank as blanks."""
    return bool(_BLANK_LETTERS.sub("", printable(text)).strip())


def file_name(name: str) -> str:
    """A name of a file or member with everything unsafe in it, and bytes that are not UTF-8, as escapes."""
    escaped = _LONE.sub(lambda found: f"\\x{ord(found.group()) & 0xFF:02x}", name)
    escaped = re.sub("[\t\n]|" + UNSAFE, lambda found: _name_escape(ord(found.group())), escaped)
    return _joined(escaped, "")


def _name_escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else _toml_escape(code)


def printable(text: str) -> str:
    """The text without anything unsafe."""
    return _ESCAPED.sub("", text)
