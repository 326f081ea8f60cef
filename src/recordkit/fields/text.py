"""Text: one form of each letter, digit and space; words that mean blank are null."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from recordkit.fields import dispatch
from recordkit.reference import Reference

# One letter, several code points: Arabic and Persian keyboards, old code pages.
_SAME = {
    "ي": "ی", "ى": "ی", "ك": "ک", "ڪ": "ک", "ه": "ہ", "ە": "ہ", "ۀ": "ۂ", "ة": "ۃ",
    **{chr(0x0660 + digit): str(digit) for digit in range(10)},
    **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    "\N{ARABIC DECIMAL SEPARATOR}": ".", "\N{ARABIC THOUSANDS SEPARATOR}": ",",
}  # fmt: skip
# Vowel marks, tatweel, joiners, direction marks, byte order mark, soft hyphen, selectors and tags: seen by nobody.
_UNSEEN = (
    "[\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u00ad\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e01ef]"
)
_COMPATIBILITY = "[\ufb50-\ufdff\ufe70-\ufefe\uff01-\uff5e]"  # letters in their joined shapes, full width
_UNPRINTABLE = "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\ufffe\uffff\ue000-\uf8ff]"
# What other programs leave in a cell: tags, escapes of line breaks, an error in a value's place, ? for a lost letter.
_CODED = r"(?i)</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|_x[0-9a-f]{4}_|\\r?\\?n|#[a-z/0]|err:[0-9]"
_TAKEN_BACK = r"(?is)<s(?:\s[^<>]*)?>.*?</s>|<del(?:\s[^<>]*)?>.*?</del>|<strike(?:\s[^<>]*)?>.*?</strike>"
_LINE_END = r"(?i)</?(?:br|p|div|li|tr|td)(?:\s[^<>]*)?/?>|(?:_x000d_)?\n|_x000[ad]_|\\r\\n"
_ESCAPED_END = r"\\[rn]([^a-z]|$)"
_TAG = r"(?i)</?(?:[biu]|em|strong|font|span|small|big|sup|sub|center|a|ul|ol|th|table|tbody|o:p)(?:\s[^<>]*)?/?>"
_ERROR = r"(?i)^\s*(?:#(?:n/a|ref!|name\?|value!|div/0!|num!|null!|spill!|calc!|field!)|err:[0-9]{3})\s*$"
_LOST = r"\?(?:\?+|(\p{L}))"
WEB_ADDRESS = r"(?i)\S*(?:://|www\.|\?[a-z0-9_]+=)\S*"  # its question mark is no lost letter
_SPACE = r"[\s\u001c-\u001f\u0085\u2028\u2029]+"
_SPACED = r"^\s|\s$|\s\s|[^\S ]|[\u001c-\u001f]"  # the separators of old programs are no space to polars
_MEANINGFUL = r"[\p{L}\p{N}]"

# How the letters of numbers and sections are written in Urdu: patterns of their names.
URDU_LETTERS = {"A": "اے|الف", "B": "بی|ب", "C": "سی|ج", "D": "ڈی|د", "E": "ای", "F": "ایف|ف", "H": "ایچ", "L": "ایل"}

# For comparing only: letters that writers confuse, and the Latin marks that keyboards lack.
_FOLDED = {
    "ہ": "ه", "ھ": "ه", "ۃ": "ه", "ۂ": "ه", "ۓ": "ی", "ے": "ی", "ې": "ی", "ۍ": "ی", "ئ": "ی",
    "ؤ": "و", "ں": "ن", "آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا",
}  # fmt: skip
_MARKS = r"\p{M}+"
_LONGEST_NULL_WORD = 24  # bytes
_KEPT_TEXT = r'^(?:\'+([\p{L}\p{N}].*)|="([^"]*)")$'
_DASHES = r"[\u2010-\u2015\u2212\ufe58\ufe63\u06d4]"


# A short Series costs as many queries as a long one: whether it has anything to put right is asked in one of them.
_SHORT = 256
_VALUE = pl.col("value")
_UNUSUAL = [
    _VALUE.str.contains(f"{_UNPRINTABLE}|{_LOST}").any().alias("unusual"),
    _VALUE.str.contains(_CODED).any().alias("coded"),
    _VALUE.str.contains(_SPACED).any().alias("spaced"),
    (_VALUE.str.len_bytes() != _VALUE.str.len_chars()).any().alias("not ASCII"),
]
_WITH_MEANING = pl.when(_VALUE.str.contains(_MEANINGFUL)).then(_VALUE).alias("value")
_KEY = r"[^\p{L}\p{N}]+"
_AS_KEY = _WITH_MEANING.str.to_lowercase().str.replace_all("&", "and").str.replace_all(_KEY, "").alias("value")


def _at_once(values: pl.Series, asked: pl.Expr) -> pl.Series | None:
    """`asked` of a short Series of ASCII in which nothing is to be put right first; None for any other."""
    if not 0 < len(values) <= _SHORT:
        return None
    made = values.to_frame("value").select(*_UNUSUAL, asked)
    return None if any(made.row(0)[:-1]) else made.to_series(-1)


def clean(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`value`: NFC, one form of every Urdu letter and digit, single spaces, trimmed; `codes`: RK301.

    A cell without a letter or digit is null, and so is a word of the reference's null_words.
    """
    values = values.cast(pl.String)
    lost = values.str.contains("\ufffd", literal=True) | _has_lost(values)
    unprintable = values.str.contains(_UNPRINTABLE) | lost
    return pl.DataFrame({"value": normal(values, reference), "codes": dispatch.codes({"RK301": unprintable})})


def normal(values: pl.Series, reference: Reference | None = None, *, keep_lines: bool = False) -> pl.Series:
    """The `value` of `clean`. `keep_lines` leaves line breaks as they are."""
    values = values.cast(pl.String)
    value = _at_once(values, _WITH_MEANING)
    if value is None:
        value = _put_right(values, keep_lines)
    return value if reference is None else _without_null_words(value, reference)


def _put_right(values: pl.Series, keep_lines: bool) -> pl.Series:
    values = dispatch.where(values, values.str.contains(_CODED), _decoded)
    values = dispatch.where(values, _has_lost(values), lambda s: s.str.replace_all(_LOST, "\ufffd${1}"))
    values = dispatch.where(values, values.str.contains(_UNPRINTABLE), _drop_unprintable)
    values = dispatch.where(values, values.str.len_bytes() != values.str.len_chars(), _one_form)
    if keep_lines:
        values = values.str.replace_all(r"\r\n?|[\u000b\u000c\u0085\u2028\u2029]", "\n")
        values = (
            values.str.replace_all(r"(?:[^\S\n]|[\u001c-\u001f])+", " ")
            .str.replace_all(r" ?\n[ \n]*", "\n")
            .str.strip_chars(" \n")
        )
    else:
        values = dispatch.where(values, values.str.contains(_SPACED), _one_space)
    return values.to_frame("value").select(_WITH_MEANING).to_series()


def _has_lost(values: pl.Series) -> pl.Series:
    """Question marks in the place of letters; a cell with a web address is left as it is."""
    found = values.str.contains(_LOST)
    return found & ~values.str.contains(WEB_ADDRESS) if found.any() else found


def plain(values: pl.Series, reference: Reference | None = None) -> pl.Series:
    """`normal` with every kind of dash as `-` and quotes straightened: what parsers of numbers and dates
    read. What spreadsheets write to keep a text a text (`'0012`, `="0012"`) is taken off.
    """
    values = normal(values, reference)
    values = dispatch.where(values, values.str.contains(_KEPT_TEXT), lambda s: s.str.replace(_KEPT_TEXT, "${1}${2}"))
    return dispatch.where(
        values,
        values.str.len_bytes() != values.str.len_chars(),
        lambda s: s.str.replace_all(_DASHES, "-").str.replace_all("[‘’´`]", "'").str.replace_all("[“”]", '"'),
    )


def fold(values: pl.Series) -> pl.Series:
    """A key for comparing words: lower case, letters and digits only, confusable Urdu letters as one."""
    values = values.cast(pl.String)
    key = _at_once(values, _AS_KEY)
    if key is not None:
        return key
    values = normal(values)
    values = dispatch.where(values, values.str.len_bytes() != values.str.len_chars(), _fold_letters)
    return values.str.to_lowercase().str.replace_all("&", "and").str.replace_all(_KEY, "")


def title(values: pl.Series) -> pl.Series:
    """Latin words in title case; Urdu has no capitals."""
    return values.str.to_titlecase()


def is_null_word(values: pl.Series, reference: Reference) -> pl.Series:
    """Whether each value is a word that means blank."""
    return fold(values).is_in(_null_words(reference))


def _without_null_words(values: pl.Series, reference: Reference) -> pl.Series:
    # Only a short cell without a digit can be such a word: nothing else is folded.
    mask = (values.str.len_bytes() <= _LONGEST_NULL_WORD).fill_null(False) & ~values.str.contains("[0-9]")
    empty = dispatch.where(
        values,
        mask,
        lambda s: pl.select(pl.when(~is_null_word(s, reference)).then(s)).to_series().alias(s.name),
    )
    return empty.alias("value")


@lru_cache(maxsize=8)
def _null_words(reference: Reference) -> list[str]:
    return fold(reference.null_words["word"]).drop_nulls().unique().sort().to_list()


@lru_cache(maxsize=8)
def of_programs(reference: Reference) -> list[str]:
    """What programs write in the place of a value they have not, as usually spelt; not the errors that readers tell."""
    words = reference.null_words.filter(pl.col("kind") == "program")["word"]
    words = words.filter(~words.str.contains(_ERROR))
    spelt = {form for word in words for form in (word, word.upper(), word.lower())} - {"none", "None", "NONE"}
    return sorted(spelt)


def _decoded(values: pl.Series) -> pl.Series:
    """Without the marks of other programs: what they strike through is left out, a break is the end of a line."""
    values = values.str.replace_all(_TAKEN_BACK, "")
    text = values.str.replace_all(_LINE_END, "\n").str.replace_all(_ESCAPED_END, "\n${1}").str.replace_all(_TAG, "")
    return pl.select(pl.when(~text.str.contains(_ERROR)).then(text).alias(values.name)).to_series()


def _one_form(values: pl.Series) -> pl.Series:
    values = dispatch.where(values, values.str.contains(_COMPATIBILITY), lambda s: s.str.normalize("NFKC"))
    values = values.str.normalize("NFC").str.replace_all(_UNSEEN, "")
    # Composed again: a letter put in another's place may take the mark behind it.
    return values.str.replace_many(list(_SAME), list(_SAME.values())).str.normalize("NFC")


def _drop_unprintable(values: pl.Series) -> pl.Series:
    return values.str.replace_all(_UNPRINTABLE, "")


def _one_space(values: pl.Series) -> pl.Series:
    return values.str.replace_all(_SPACE, " ").str.strip_chars(" ")


def _fold_letters(values: pl.Series) -> pl.Series:
    values = values.str.replace_many(list(_FOLDED), list(_FOLDED.values()))
    return values.str.normalize("NFKD").str.replace_all(_MARKS, "")
