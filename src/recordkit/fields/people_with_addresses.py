"""Lists of people some of whom have an address or a caste behind their name: where a comma or "and" begins somebody
else, and where the address goes on."""

from __future__ import annotations

import polars as pl

from recordkit.fields import dispatch
from recordkit.fields.name_patterns import Markers
from recordkit.fields.name_text import COMMA, group
from recordkit.fields.own_threads import keeps_patterns

_CUT, _TEXT, _PLUS = "\ue002", "\ue003", "\ue000"
_NAME_ALONE = r"^\s*\p{L}[\p{L}\p{M}.'\-]*(?:\s+\p{L}[\p{L}\p{M}.'\-]*){1,4}\s*$"


@keeps_patterns
def cut(cells: pl.Series, markers: Markers, names: pl.Series) -> pl.Series:
    """Cells with a line break before everybody but the first of a line.

    Outside of addresses a comma or "and" begins somebody else, unless a place or a word of an address follows it.
    Inside of one a comma does so before a relation, a kinsman, an unknown person, somebody with a dwelling of his own,
    and a given name with a caste, an alias or an address; "and" before a name of two known words too (not before
    Muhammad Pura). Behind a caste so does such a name. names: every word that people are called by.
    """
    plain = cells.str.replace_all(r"\+([0-9]{2})", f"{_PLUS}${{1}}")  # of +92 300 1234567
    between = rf"(?i)(\s*{COMMA}\s*|\s+(?:{markers.lists})\s+|\s*[&+]+\s*)"
    pieces = plain.str.replace_all(between, f"{_CUT}${{1}}{_TEXT}")
    lines = pl.DataFrame({"line": pieces.str.split("\n")}).with_row_index("cell").explode("line", empty_as_null=True)
    lines = lines.with_row_index("of").with_columns(pl.col("line").str.split(_CUT))
    long = lines.explode("line", empty_as_null=True)
    sign = pl.col("line").str.extract(rf"^(.*){_TEXT}", 1)
    long = long.with_columns(sign=sign, text=pl.col("line").str.replace(rf"^.*{_TEXT}", ""))
    long = long.with_columns(pl.int_range(pl.len()).over("of").alias("at"), **_kinds(long["text"], markers, names))
    begins = _begins_somebody().over("of").fill_null(False) & (pl.col("at") > 0)
    before = pl.when(begins).then(pl.lit("\n")).otherwise("sign")
    written = long.select("cell", "of", piece=pl.concat_str(before, "text", ignore_nulls=True))
    whole = written.group_by("cell", "of", maintain_order=True).agg(pl.col("piece").str.join(""))
    joined = whole.group_by("cell", maintain_order=True).agg(pl.col("piece").str.join("\n"))
    return joined["piece"].str.replace_all(_PLUS, "+", literal=True).alias(cells.name)


def _kinds(text: pl.Series, markers: Markers, names: pl.Series) -> dict[str, pl.Series]:
    """What every piece is: `address`, `caste`, `alias` (it has one), `person` (nobody's address goes on like this),
    `alone` (it is a name of known words and nothing else), `goes_on` (it begins with a place, or with a word of an
    address, or has no letters)."""
    titles = rf"(?i)^[\s(]*{group(markers.honorifics)}?"
    address, caste = text.str.contains(markers.address), text.str.contains(markers.caste)
    whole_place = text.str.contains(markers.whole_place)
    called = text.str.contains(titles + markers.called) & ~whole_place
    given = text.str.contains(rf"{titles}(?:{markers.first})(?:[\s.]|$)") & ~whole_place
    resident, begins = text.str.contains(markers.dwelling), text.str.contains(rf"(?i)^{group(markers.address)}")
    goes_on = (text.str.contains(markers.place) & ~called) | whole_place | begins | ~text.str.contains(r"\p{L}")
    related = text.str.contains(rf"(?i)^[^\n]{{2,60}}?{group(markers.relation)}")
    figures = "|".join(["[0-9]", *(group(pattern) for pattern, _ in markers.number_words)])
    nobody = text.str.contains(markers.unknown)
    nobody_known = nobody & text.str.contains(rf"(?i)^(?:{group(markers.unknown)}|\s*(?:{figures}))")
    alias = text.str.contains(markers.alias)
    own = (given & address) | (called & (caste | alias)) | (resident & ~begins & ~whole_place)
    person = (related & ~goes_on) | text.str.contains(markers.kin) | nobody_known | own
    alone = called & _is_name(text, names)
    found = {"address": address, "caste": caste, "alias": alias, "person": person, "alone": alone, "goes_on": goes_on}
    return {name: values.fill_null(False) for name, values in found.items()}


def _is_name(text: pl.Series, names: pl.Series) -> pl.Series:
    """Whether a text is nothing but two words or more that people are called by."""
    known = text.str.to_lowercase().str.strip_chars().str.split(" ").list.eval(pl.element().is_in(names.implode()))
    return text.str.contains(_NAME_ALONE) & known.list.all()


def _begins_somebody() -> pl.Expr:
    """Whether a piece begins somebody else, in the order of the pieces of one line."""
    at = pl.col("at").cast(pl.Int64)
    word = ~pl.col("sign").fill_null("").str.contains(COMMA)
    certain = pl.col("person") | (word & (pl.col("alone") | (pl.col("alias") & ~pl.col("goes_on"))))
    in_address = _since(pl.col("address"), certain, at)
    behind_caste = _since(pl.col("caste"), certain | pl.col("alone"), at)
    return certain | (~pl.col("goes_on") & ~in_address & (~behind_caste | pl.col("alone") | word))


def _since(opens: pl.Expr, ends: pl.Expr, at: pl.Expr) -> pl.Expr:
    """Whether some piece before this one opens what none behind that one has ended."""
    opened = pl.when(opens).then(at).cum_max().forward_fill().shift(1)
    ended = pl.when(ends).then(at).cum_max().forward_fill().shift(1).fill_null(0)
    return (opened >= ended).fill_null(False)


def perhaps_somebody(entries: pl.Series, markers: Markers, names: pl.Series) -> pl.Series:
    """Whether behind a comma of an entry's address stands nothing but a name of two words or more that people are
    called by (r/o Mohallah Islampura, Muhammad Bashir), or behind "and" any words like a name. names: every word that
    people are called by."""
    asked = entries.str.contains(markers.address) & entries.str.contains(rf"(?i){COMMA}|&|\s(?:{markers.lists})\s")

    def has(some: pl.Series) -> pl.Series:
        marked = some.str.replace_all(rf"(?i)\s*(?:&|\s(?:{markers.lists})\s)", f"{_CUT}&")
        pieces = pl.DataFrame({"piece": marked.str.replace_all(COMMA, _CUT).str.split(_CUT)}).with_row_index("at")
        pieces = pieces.explode("piece").filter(pl.int_range(pl.len()).over("at") > 0)
        text = pieces["piece"].str.strip_chars_start("&").str.strip_chars()
        place = text.str.contains(markers.whole_place) | text.str.contains(rf"(?i)^{group(markers.address)}")
        behind_and = pieces["piece"].str.starts_with("&") & text.str.contains(_NAME_ALONE)
        rows = pieces["at"].filter(((_is_name(text, names) | behind_and) & ~place).fill_null(False))
        return pl.int_range(len(some), eager=True, dtype=pl.UInt32).is_in(rows.implode())

    return dispatch.asked(entries, asked.fill_null(False), has)
