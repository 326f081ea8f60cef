"""Steps that every reader of a name takes: its usual spelling, cuts at a marker, the bare name, what is left over."""

from __future__ import annotations

import unicodedata

import polars as pl

from recordkit.fields import dispatch, text
from recordkit.fields.name_patterns import Markers
from recordkit.fields.own_threads import keeps_patterns
from recordkit.reference import Reference

SERIAL = r"(?i)^[(\[#]?(?:[0-9]{1,2}\s?[)\].۔\-]|[ivx]{1,4}\s?\))\s*"
COMMA = r"[,،]"
REMARKED = r"\p{L}[^\p{L}]*[,،;؛\n]\s*\p{L}"  # may have a remark about somebody behind a comma
PARENTHESES = r"\([^()]*\)"
OUTER_SIGNS = " ,،.:-'\"()"
# Signs that no name has: what stands at their sides is more than a name.
STRANGE_SIGN = r"\p{L}[^\n]*[/\\|\[\]{}<>_=+*%$!#;:&~^][^\n]*\p{L}"
# A letter was lost: question marks in the place of letters, a figure or a sign in the middle of a word.
LOST = r"\?{2,}|\x{fffd}|¿|(?:^|[\s(])\?\p{L}|\p{L}\?[\s,)]+\p{L}|\p{L}[?0-9*~^=$#\x{25a1}\x{25af}]+\p{L}"
_DOUBT = r"\p{L}[\s)]*\?[\s)]*$"  # Aslam?: whoever wrote it was not sure, or the last letter was lost
_NO_MARKER = "\ue001"
# Runs of Latin letters with marks are Urdu that was read in the wrong encoding.
MISREAD = r"[À-ÖØ-öø-ÿ]{3}"
_OTHER_SCRIPT = r"[\p{L}--[\p{Latin}\p{Arabic}]]|[A-Za-z]Â(?:\s|$)"
_DASHED_WORD = r"[\-–—_]\s?\p{L}{2,8}\.?\s?(?:[\-–—_]|$)"  # -do-
_LONGEST_NOTHING = 24  # letters of the longest word for nothing in null_words.csv, with room for more
_WORD = r"[\p{L}\p{M}]+|[0-9]+"


def _forms(kind: str) -> str:
    """Every joined letter of a kind, as a class of a pattern."""
    letters = map(chr, [*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)])
    return "".join(letter for letter in letters if unicodedata.decomposition(letter).startswith(f"<{kind}>"))


# A word that begins with the form of a letter for ends of words was written backwards, and so was its line.
BACKWARDS = rf"(?:^|\s)[{_forms('final')}]|[{_forms('initial')}](?:\s|$)"

PEOPLE = pl.List(pl.String)


def unused_words(whole: pl.Series, used: pl.Series) -> pl.Series:
    """`rest`: the words of a text that none of the texts of a list has, whatever their case."""
    words = whole.str.to_lowercase().str.extract_all(_WORD).fill_null(pl.lit([], PEOPLE))
    others = used.list.join(" ").str.to_lowercase().str.extract_all(_WORD).fill_null(pl.lit([], PEOPLE))
    return pl.select(pl.lit(words).list.set_difference(pl.lit(others)).alias("rest")).to_series()


def words_left(whole: pl.Series, used: list[pl.Series], markers: Markers) -> pl.Series:
    """`rest`: the words of a text that none of these columns has and that do not stand around names."""
    joined = pl.select(pl.concat_list(pl.concat_str(used, separator=" ", ignore_nulls=True))).to_series()
    left = unused_words(whole, joined)
    around = pl.Series([list(markers.known)], dtype=PEOPLE)
    return pl.select(pl.lit(left).list.set_difference(pl.lit(around)).alias("rest")).to_series()


def figures(words: pl.Series) -> pl.Series:
    """Those of lists of words that are figures, as numbers."""
    number = pl.element().filter(pl.element().str.contains("^[0-9]+$")).cast(pl.Int64, strict=False)
    return words.list.eval(number.fill_null(-1))


def group(pattern: str) -> str:
    """A pattern as a group of a longer one, which says itself that case does not matter."""
    return f"(?:{pattern.removeprefix('(?i)')})"


def says_nothing(values: pl.Series, reference: Reference, markers: Markers | None = None) -> pl.Series:
    """Whether a text is a word for nothing (N.K, nil); with `markers` also one that says that there is none of what a
    column is of, or that nobody knows it: No, Unknown, 0."""
    short = (values.str.len_chars() <= _LONGEST_NOTHING).fill_null(False)
    more = markers.nothing if markers is not None else ()
    return dispatch.asked(values, short, lambda some: text.is_null_word(some, reference, more))


def without_nothing(
    values: pl.Series, reference: Reference, markers: Markers | None = None
) -> tuple[pl.Series, pl.Series]:
    """The texts, null where one `says_nothing`; and those that do."""
    none = pl.Series("blank", [None], dtype=pl.String).new_from_index(0, len(values))
    if values.null_count() == len(values):
        return values, none
    blank = says_nothing(values, reference, markers)
    if not blank.any():
        return values, none
    return dispatch.unless(blank, values), dispatch.unless(~blank, values).alias("blank")


def says_ditto(values: pl.Series, markers: Markers) -> pl.Series:
    """Whether a text is nothing but words for the one before: same, as above, same as complainant."""
    if values.null_count() == len(values):
        return pl.zeros(len(values), dtype=pl.Boolean, eager=True)
    return values.str.contains(markers.ditto).fill_null(False)


def doubts(*parts: pl.Series) -> dict[str, pl.Series]:
    """RK384 where a question mark ends one of several texts, RK385 where one has letters of another script."""
    codes = {"RK384": _DOUBT, "RK385": _OTHER_SCRIPT}
    return {
        code: pl.select(pl.any_horizontal(pl.lit(part.str.contains(pattern)).fill_null(False) for part in parts))
        .to_series()
        .alias(code)
        for code, pattern in codes.items()
    }


def forwards(values: pl.Series) -> pl.Series:
    """The texts, those that were written backwards turned round."""
    values = values.cast(pl.String)
    return dispatch.where(values, values.str.contains(BACKWARDS), lambda s: s.str.reverse())


def usual_spelling(values: pl.Series, reference: Reference, markers: Markers) -> pl.Series:
    """Plain texts from left to right, with relations as they are usually written."""
    return with_usual_relations(text.normal(forwards(values), reference), markers)


@keeps_patterns
def with_usual_relations(values: pl.Series, markers: Markers) -> pl.Series:
    """Relations as they are usually written: Son/of is son of, and ولدرسول is ولد رسول."""
    slips = (pattern for pattern, _, _ in markers.marks_of_letters)
    written = markers.stroked, markers.behind_name, markers.joined
    if dispatch.untouched(values, r"\\/|\[", _DASHED_WORD, *slips, markers.perhaps_glued, *written):
        return values
    values = dispatch.where(values, values.str.contains(r"\\/"), dispatch.replace_all(r"\\+/", "/"))
    brackets = values.str.contains("[", literal=True)
    values = dispatch.where(values, brackets, dispatch.replace_all(r"""\[([^\[\]'"{}]*)\]""", "(${1})"))
    for pattern, unless, becomes in markers.marks_of_letters:
        slip = values.str.contains(pattern)
        if slip.any():
            values = dispatch.where(values, slip & ~values.str.contains(unless), dispatch.replace_all(pattern, becomes))
    dashed = values.str.contains(_DASHED_WORD)
    values = dispatch.where(values, dashed, dispatch.replace_all(*markers.dashed_ditto))
    glued = values.str.contains(markers.perhaps_glued)
    values = dispatch.where(values, glued, dispatch.replace_all(markers.glued, "${1} ${2}${3}"))
    joined = markers.joined
    stroke = values.str.contains(r"[/\\]")  # nothing else has it: its ends of words are slow to search for in Urdu
    values = dispatch.where(values, stroke, dispatch.replace_all(markers.stroked, "${1} ${2}"))
    values = dispatch.where(values, values.str.contains(markers.behind_name), lambda s: _fathered(s, markers))
    return dispatch.where(values, values.str.contains(joined), dispatch.replace_all(joined, "${1}${2} ${3}"))


def _fathered(values: pl.Series, markers: Markers) -> pl.Series:
    """Aslam Father Rasool is Aslam, child of Rasool; his father Rasool is somebody of his own."""
    his = rf"(?:{markers.possessive})\s+"
    joined = rf"(?:(?:^|\s)(?:{markers.lists}|{markers.company})\s+|[&+]\s*)"
    own = rf"(?i)({joined}(?:{his})?|(?:^|\s){his})(\p{{L}}+\s)"
    marked = values.str.replace_all(own, rf"${{1}}{_NO_MARKER}${{2}}")
    marked = marked.str.replace_all(r"(?i)\s(\p{L}+[\s\-]+(?:of|in)\s)", rf" {_NO_MARKER}${{1}}")
    marked = marked.str.replace_all(markers.behind_name, rf"${{1}}{markers.child_of} ${{2}}")
    return marked.str.replace_all(_NO_MARKER, "", literal=True)


def with_bracketed_remarks(values: pl.Series, markers: Markers) -> pl.Series:
    """What is said of somebody behind a comma, in brackets: Aslam, absconder is Aslam (absconder)."""
    for _ in range(2):  # what ends one match cannot begin the next
        remarked = values.str.contains(REMARKED) & values.str.contains(markers.remark)
        values = dispatch.where(values, remarked, dispatch.replace_all(markers.remark, " (${1})${2}"))
    return values


def cut_from(values: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series]:
    """What stands before the first match, and all from it on (null when there is none)."""
    before, _, _ = cut_around(values, pattern)
    cut = before.fill_null("").str.len_chars()
    behind = pl.select(pl.when(cut < values.str.len_chars()).then(values.str.slice(pl.lit(cut)))).to_series()
    return before, behind


def cut_address(entry: pl.Series, markers: Markers) -> tuple[pl.Series, pl.Series]:
    """`cut_from` an address; a word of one behind a title alone is a name: Mst. Sakinah."""
    named = entry.str.contains(markers.titled_address).fill_null(False)
    marked = dispatch.where(entry, named, dispatch.replace_all(markers.titled_address, f"${{1}}{_NO_MARKER}${{2}}"))
    before, address = cut_from(marked, markers.address)
    return dispatch.where(before, named, lambda some: some.str.replace(_NO_MARKER, "", literal=True)), address


def cut_behind(values: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series]:
    """What stands before the first match, and what stands behind it (null when there is none)."""
    before, _, behind = cut_around(values, pattern)
    return before, behind


@keeps_patterns
def cut_around(values: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Before the first match (the whole when there is none), the match, and behind it up to the next match."""
    hit = values.str.contains(pattern).fill_null(False)
    none = pl.Series("none", [None], dtype=pl.String).new_from_index(0, len(values))
    if not hit.any():
        return values, none, none
    sought = pattern.removeprefix("(?i)")
    groups = _first_match(values.filter(hit), rf"(?i)(?:{sought})")
    groups = groups.with_columns(pl.col("behind").str.replace(rf"(?i)(?:{sought}).*$", ""))
    place = pl.select(pl.when(hit).then(hit.cast(pl.Int64).cum_sum() - 1)).to_series()
    spread = groups.select(
        pl.when(pl.col(name).str.contains(r"\p{L}")).then(pl.col(name)).alias(name) for name in groups.columns
    )
    before = pl.select(pl.when(hit).then(spread["before"].gather(place)).otherwise(values)).to_series()
    return before, groups["match"].gather(place), spread["behind"].gather(place)


def _first_match(values: pl.Series, pattern: str) -> pl.DataFrame:
    """`before`, `match` and `behind` of texts that have the pattern.

    Three groups of one pattern say the same, but cost ten times as much: an automaton finds where a match is, not what
    its groups hold. In texts of several lines the match may be the end of one: they are left to the groups.
    """
    if values.str.contains("\n", literal=True).any():
        groups = values.str.extract_groups(rf"^(.*?)({pattern})(.*)$").struct.unnest()
        groups.columns = ["before", "match", "behind"]
        return groups
    match, at = values.str.extract(pattern, 0), values.str.find(pattern)
    whole = pl.lit(values.cast(pl.Binary))
    before, behind = whole.bin.slice(0, pl.lit(at)), whole.bin.slice(pl.lit(at + match.str.len_bytes()))
    return pl.select(before=before.cast(pl.String), match=pl.lit(match), behind=behind.cast(pl.String))


def bare_name(values: pl.Series, markers: Markers) -> pl.Series:
    """A name without parentheses, "late" and stray signs; null when fewer than two letters are left."""
    odd, brackets, spaced = r"[^\p{L}\p{M}\ufffd .'\-]", r"[()]", "  "
    if not dispatch.untouched(values, odd, brackets, spaced, markers.late):
        values = dispatch.where(values, values.str.contains(brackets), dispatch.replace_all(PARENTHESES, " "))
        values = dispatch.where(values, values.str.contains(markers.late), dispatch.replace_all(markers.late, " "))
        values = dispatch.where(values, values.str.contains(odd), dispatch.replace_all(f"{odd}+", " "))
        values = dispatch.where(values, values.str.contains(spaced), dispatch.replace_all(" +", " "))
    values = values.str.strip_chars(" ,،.:-'")
    return pl.select(pl.when(values.str.count_matches(r"\p{L}") >= 2).then(values)).to_series()


@keeps_patterns
def without_titles(name: pl.Series, markers: Markers) -> tuple[pl.Series, pl.Series]:
    """The name without the titles before it, and the titles. A name that is only titles keeps them."""
    honorific = rf"(?i)^({markers.honorifics})\p{{L}}"
    title = rf"(?i)^({markers.titles})\p{{L}}\S*\s+\S"
    named = name.to_frame("name").lazy()
    taken = ["first", "second", "third"]
    for start, pattern in zip(taken, (honorific, title, honorific), strict=True):
        named = named.with_columns(pl.col("name").str.extract(pattern).alias(start))
        behind = pl.col("name").str.slice(pl.col(start).str.len_chars())
        named = named.with_columns(pl.when(pl.col(start).is_not_null()).then(behind).otherwise("name").alias("name"))
    # Pir Bakhsh, Haji Khan, Malik Pir Bakhsh: the second half alone is no name, and the first may be one.
    before = pl.concat_str(taken, separator=" ", ignore_nulls=True).str.strip_chars(" .:")
    last = before.str.extract(r"(\S+)$")
    perhaps = [pl.when(one.str.contains(markers.perhaps_names)).then(one) for one in (before, last)]
    half = pl.when(pl.col("name").str.contains(markers.second_halves)).then(pl.coalesce(perhaps))
    named = named.with_columns(half.alias("half"), before.alias("before"))
    others = pl.col("before").str.head(pl.col("before").str.len_chars() - pl.col("half").str.len_chars())
    titles = pl.when(pl.col("half").is_null()).then("before").otherwise(others)
    whole = pl.when(pl.col("half").is_not_null()).then(pl.concat_str("half", pl.lit(" "), "name")).otherwise("name")
    named = named.with_columns(whole.alias("name"))
    words = titles.str.replace_all(r"[\s.:]+", " ").str.strip_chars(" ")
    listed = pl.when(words.str.len_chars() > 0).then(words.str.split(" ")).otherwise(pl.lit([], PEOPLE))
    both = named.select(pl.col("name").alias(name.name), listed.alias("_honorifics")).collect()
    return both.to_series(0), both.to_series(1).alias("honorifics")
