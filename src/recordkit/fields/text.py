"""Text: one form of each letter, digit and space; words that mean blank are null."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

import polars as pl

from recordkit.fields import dispatch
from recordkit.reference import Reference

# One letter, several code points: Arabic and Persian keyboards, old code pages.
_SAME = {
    "ي": "ی", "ى": "ی", "ك": "ک", "ڪ": "ک", "ه": "ہ", "ە": "ہ", "ۀ": "ۂ", "ة": "ۃ",
    **{chr(0x0660 + digit): str(digit) for digit in range(10)},
    **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    **dict.fromkeys(("\N{FRACTION SLASH}", "\N{DIVISION SLASH}", "\N{BIG SOLIDUS}"), "/"),
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
_SHORT_WORD = 3  # letters of an abbreviation, between which signs and spaces may stand: N . A
_SIGNED = r"#|^[(<\[].*[)>\]]$|%$"
_KEPT_TEXT = r'^(?:\'+([\p{L}\p{N}].*)|="([^"]*)")$'
_DASHES = r"[\u2010-\u2015\u2212\ufe58\ufe63\u06d4]"


# A short Series costs as many queries as a long one: one query asks what is to be put right in it, and two more put it
# right in all values. In a long one the dear work is done for those values alone that ask for it.
_VALUE = pl.col("value")
_LACKS_LETTERS = _VALUE.str.contains(_LOST) & ~_VALUE.str.contains(WEB_ADDRESS)
_UNUSUAL = [
    _VALUE.str.contains(_CODED).any().alias("coded"),
    _LACKS_LETTERS.any().alias("lost"),
    _VALUE.str.contains(_UNPRINTABLE).any().alias("unprintable"),
    _VALUE.str.contains(_SPACED).any().alias("spaced"),
    (_VALUE.str.len_bytes() != _VALUE.str.len_chars()).any().alias("not ASCII"),
]
_KEY = r"[^\p{L}\p{N}]+"
Texts = TypeVar("Texts", pl.Series, pl.Expr)
Letters = Callable[[pl.Expr], pl.Expr]  # what folds the letters of values


def clean(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`value`: NFC, one form of every Urdu letter and digit, single spaces, trimmed; `codes`: RK301.

    A cell without a letter or digit is null, and so is a word of the reference's null_words.
    """
    frame = values.cast(pl.String).to_frame("value")
    unprintable = _VALUE.str.contains("\ufffd", literal=True) | _VALUE.str.contains(_UNPRINTABLE) | _LACKS_LETTERS
    codes = dispatch.codes({"RK301": unprintable}, frame)
    return pl.DataFrame({"value": normal(frame["value"], reference), "codes": codes})


def normal(values: pl.Series, reference: Reference | None = None, *, keep_lines: bool = False) -> pl.Series:
    """The `value` of `clean`. `keep_lines` leaves line breaks as they are."""
    values = values.cast(pl.String)
    if len(values) <= dispatch.SHORT:
        return _in_short(values, _normal_of, reference, keep_lines)
    value = _put_right(values, keep_lines)
    return value if reference is None else _without_null_words(value, reference)


def plain(values: pl.Series, reference: Reference | None = None) -> pl.Series:
    """`normal` with every kind of dash as `-` and quotes straightened: what parsers of numbers and dates
    read. What spreadsheets write to keep a text a text (`'0012`, `="0012"`) is taken off.
    """
    values = values.cast(pl.String)
    if len(values) <= dispatch.SHORT:
        return _in_short(values, _plain_of, reference)
    values = normal(values, reference)
    values = dispatch.where(values, values.str.contains(_KEPT_TEXT), _bare)
    return dispatch.where(values, values.str.len_bytes() != values.str.len_chars(), _straight)


def fold(values: pl.Series) -> pl.Series:
    """A key for comparing words: lower case, letters and digits only, confusable Urdu letters as one."""
    values = values.cast(pl.String)
    if len(values) <= dispatch.SHORT:
        return _in_short(values, _key_of)
    values = normal(values)
    return _key(dispatch.where(values, values.str.len_bytes() != values.str.len_chars(), _fold_letters))


def _in_short(
    values: pl.Series,
    wanted: Callable[[pl.Expr, Letters, Reference | None], pl.Expr],
    reference: Reference | None = None,
    keep_lines: bool = False,
) -> pl.Series:
    """`wanted` of all values, once they are put right. ASCII has no letters to fold."""
    frame = values.to_frame("value")
    if values.null_count() == len(values):
        return frame["value"]
    made = frame.select(*_UNUSUAL, wanted(_VALUE, lambda value: value, reference).alias("value"))
    coded, lost, *others, _ = made.row(0)
    if not any((coded, lost, *others)):
        return made["value"]
    if coded:
        frame = frame.select(_if(_VALUE.str.contains(_CODED), _decoded(_VALUE)))
    if coded or lost:
        frame = frame.select(_if(_LACKS_LETTERS, _marked(_VALUE)))
    one_form = _one_form_of(_drop_unprintable(_VALUE))
    spaced = frame.lazy().select(_spaced_lines(one_form) if keep_lines else _one_space(one_form))
    plan = spaced.select(wanted(_VALUE, _fold_letters, reference).alias("value"))
    return plan.collect(optimizations=pl.QueryOptFlags.none()).to_series()


def _if(asked: pl.Expr, changed: pl.Expr) -> pl.Expr:
    return pl.when(asked).then(changed).otherwise(_VALUE).alias("value")


def _normal_of(value: pl.Expr, letters: Letters, reference: Reference | None) -> pl.Expr:
    return pl.when(_means_something(value, letters, reference)).then(value)


def _plain_of(value: pl.Expr, letters: Letters, reference: Reference | None) -> pl.Expr:
    bare = _bare(value)
    straight = pl.when(value.str.len_bytes() != value.str.len_chars()).then(_straight(bare)).otherwise(bare)
    return pl.when(_means_something(value, letters, reference)).then(straight)


def _key_of(value: pl.Expr, letters: Letters, reference: Reference | None) -> pl.Expr:
    return pl.when(_means_something(value, letters, reference)).then(_key(letters(value)))


def _means_something(value: pl.Expr, letters: Letters, reference: Reference | None) -> pl.Expr:
    """Whether a value has a letter or digit and is no word that means blank."""
    meaningful = value.str.contains(_MEANINGFUL)
    if reference is None:
        return meaningful
    return meaningful & ~(_may_be_null_word(value) & _means_blank(value, letters, reference))


def _means_blank(value: pl.Expr, letters: Letters, reference: Reference) -> pl.Expr:
    error = value.str.to_lowercase().is_in(error_words(reference)) | value.str.contains(_ERROR)
    return _key(letters(value)).is_in(null_keys(reference)) | error


def _put_right(values: pl.Series, keep_lines: bool) -> pl.Series:
    """`normal` of a long Series, without a reference."""
    values = dispatch.where(values, values.str.contains(_CODED), _decoded)
    values = dispatch.where(values, _lacks_letters(values), _marked)
    values = dispatch.where(values, values.str.contains(_UNPRINTABLE), _drop_unprintable)
    values = dispatch.where(values, values.str.len_bytes() != values.str.len_chars(), _one_form)
    spaced = values.str.contains(_SPACED)
    values = _spaced_lines(values) if keep_lines else dispatch.where(values, spaced, _one_space)
    return values.to_frame("value").select(_normal_of(_VALUE, _fold_letters, None).alias("value")).to_series()


def _lacks_letters(values: pl.Series) -> pl.Series:
    """Question marks in the place of letters; a cell with a web address is left as it is."""
    found = values.str.contains(_LOST)
    return found & ~values.str.contains(WEB_ADDRESS) if found.any() else found


def title(values: pl.Series) -> pl.Series:
    """Latin words in title case; Urdu has no capitals."""
    return values.str.to_titlecase()


def is_null_word(values: pl.Series, reference: Reference, more: Sequence[str] = ()) -> pl.Series:
    """Whether each value is a word that means blank, whatever signs and spaces are in it (N/K, N.K., n . k), or one of
    `more` words (as `fold` gives them)."""
    frame = pl.DataFrame({"value": values, "key": fold(values)})
    error = _VALUE.str.to_lowercase().is_in(error_words(reference))
    return frame.select((pl.col("key").is_in([*null_keys(reference), *more]) | error).alias("value")).to_series()


def _may_be_null_word(values: Texts) -> Texts:
    # Only a short cell without a digit can be such a word: nothing else is folded.
    return (values.str.len_bytes() <= _LONGEST_NULL_WORD).fill_null(False) & ~values.str.contains("[0-9]")


def _without_null_words(values: pl.Series, reference: Reference) -> pl.Series:
    value = pl.when(~_means_blank(_VALUE, _fold_letters, reference)).then(_VALUE)
    may_be = _may_be_null_word(values)
    return dispatch.where(values, may_be, lambda some: some.to_frame("value").select(value).to_series()).alias("value")


@lru_cache(maxsize=8)
def null_words(reference: Reference) -> str:
    """A pattern, without a group, of the words that mean blank, as people write them: N/A, N.A., N . A, not-known.
    The words of programs are not among them."""
    written = reference.null_words.filter(pl.col("kind").is_null())["word"]
    words = sorted(normal(written).drop_nulls().str.to_lowercase().unique().to_list(), key=lambda one: (-len(one), one))
    parts = [[re.escape(part) for part in re.split(r"[\W_]+", word) if part] for word in words]
    short = [r"[\s./\\\-]{0,3}".join("".join(word)) for word in parts if word and len("".join(word)) <= _SHORT_WORD]
    return "|".join([*(r"[\W_]{1,3}".join(word) for word in parts if word), *dict.fromkeys(short)]) or r"[^\s\S]"


@lru_cache(maxsize=8)
def null_keys(reference: Reference) -> list[str]:
    """The words that mean blank, as `fold` gives them, but for those that only their signs make one (#REF!)."""
    return fold(_words_of_signs(reference, signed=False)).drop_nulls().unique().sort().to_list()


@lru_cache(maxsize=8)
def error_words(reference: Reference) -> list[str]:
    """Words of programs that their signs alone make no word: #REF! is none of the letters ref."""
    return _words_of_signs(reference, signed=True).str.to_lowercase().unique().sort().to_list()


def _words_of_signs(reference: Reference, *, signed: bool) -> pl.Series:
    return reference.null_words.filter(pl.col("word").str.contains(_SIGNED) == signed)["word"]


@lru_cache(maxsize=8)
def of_programs(reference: Reference) -> list[str]:
    """What programs write in the place of a value they have not, as usually spelt; not the errors that readers tell."""
    words = reference.null_words.filter(pl.col("kind") == "program")["word"]
    words = words.filter(~words.str.contains(_ERROR))
    spelt = {form for word in words for form in (word, word.upper(), word.lower())} - {"none", "None", "NONE"}
    return sorted(spelt)


def _decoded(values: Texts) -> Texts:
    """Without the marks of other programs: what they strike through is left out, a break is the end of a line."""
    values = values.str.replace_all(_TAKEN_BACK, "")
    text = values.str.replace_all(_LINE_END, "\n").str.replace_all(_ESCAPED_END, "\n${1}").str.replace_all(_TAG, "")
    return text.str.replace(_ERROR, "")


def _one_form(values: pl.Series) -> pl.Series:
    values = dispatch.where(values, values.str.contains(_COMPATIBILITY), lambda s: s.str.normalize("NFKC"))
    return _composed(values)


def _one_form_of(values: pl.Expr) -> pl.Expr:
    joined = values.str.contains(_COMPATIBILITY)
    return _composed(pl.when(joined).then(values.str.normalize("NFKC")).otherwise(values))


def _composed(values: Texts) -> Texts:
    values = values.str.normalize("NFC").str.replace_all(_UNSEEN, "")
    # Composed again: a letter put in another's place may take the mark behind it.
    return values.str.replace_many(list(_SAME), list(_SAME.values())).str.normalize("NFC")


def _marked(values: Texts) -> Texts:
    return values.str.replace_all(_LOST, "\ufffd${1}")


def _drop_unprintable(values: Texts) -> Texts:
    return values.str.replace_all(_UNPRINTABLE, "")


def _one_space(values: Texts) -> Texts:
    return values.str.replace_all(_SPACE, " ").str.strip_chars(" ")


def _spaced_lines(values: Texts) -> Texts:
    """Single spaces, and the line breaks kept."""
    values = values.str.replace_all(r"\r\n?|[\u000b\u000c\u0085\u2028\u2029]", "\n")
    values = values.str.replace_all(r"(?:[^\S\n]|[\u001c-\u001f])+", " ")
    return values.str.replace_all(r" ?\n[ \n]*", "\n").str.strip_chars(" \n")


def _bare(values: Texts) -> Texts:
    """Without what spreadsheets write to keep a text a text."""
    return values.str.replace(_KEPT_TEXT, "${1}${2}")


def _straight(values: Texts) -> Texts:
    return values.str.replace_all(_DASHES, "-").str.replace_all("[‘’´`]", "'").str.replace_all("[“”]", '"')


def _fold_letters(values: Texts) -> Texts:
    values = values.str.replace_many(list(_FOLDED), list(_FOLDED.values()))
    return values.str.normalize("NFKD").str.replace_all(_MARKS, "")


def _key(values: Texts) -> Texts:
    return values.str.to_lowercase().str.replace_all("&", "and").str.replace_all(_KEY, "")
