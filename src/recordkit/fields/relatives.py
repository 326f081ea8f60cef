"""A column of fathers, parents or husbands: the relation and the relative's name."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from recordkit.fields import dispatch, name_text, particulars, text
from recordkit.fields.name_patterns import Markers, read_name_patterns
from recordkit.fields.own_threads import keeps_patterns
from recordkit.reference import Reference

# The words of a form that still stand before a name: S/O D/O W/O.
_SEVERAL_MARKERS = r"^[\s(]*\p{L}+[./]\p{L}+[.:]?[\s,/]+\p{L}{1,3}[./]\p{L}"


@dispatch.remembered
def parse_relatives(values: pl.Series, relation: str | None, reference: Reference) -> pl.DataFrame:
    """`relation` and `relative_name` of a column of parents or husbands; `relation` is the column's, if it has one.

    A marker in the cell goes before it. `codes`: RK329 (no name readable), RK345 (two relatives), RK346 (a letter was
    lost), RK348 (a card, a telephone or an age that is nobody's, or words that no column has, as a relative's own
    father).
    """
    markers = read_name_patterns(reference)
    entry = name_text.usual_spelling(values, reference, markers)
    entry, labelled = _without_label(name_text.without_nothing(entry, reference, markers)[0], markers)
    found = particulars.taken(entry, reference)
    moved = particulars.any_taken(found)
    relative = _relative(found["left"], markers)
    rest, unknown = relative.rest, relative.unknown
    stated = dispatch.coalesce(relative.relation, labelled)
    kin = stated if relation is None else dispatch.coalesce(stated, _constant(relation, entry))
    kin = pl.select(pl.when(relative.name.is_not_null()).then(kin).alias("relation")).to_series()
    name = relative.name.str.replace(markers.role_behind, "${1}")
    misread = rest.str.contains(name_text.MISREAD).fill_null(False)
    lost = rest.str.contains(name_text.LOST).fill_null(False) | misread
    ditto = name_text.says_ditto(relative.rest, markers)
    two = ~unknown & _names_two(rest, markers)
    unused = name_text.words_left(entry, [name], markers).list.len() > 0
    bad = entry.is_not_null() & name.is_null() & ~unknown & ~lost & ~relative.other & ~ditto
    left = moved | relative.other | relative.further | ditto | name.str.contains(markers.procedure)
    left |= unused & ~unknown & ~lost & ~bad & ~two
    flags = {"RK329": bad, "RK345": two, "RK346": lost & ~misread, "RK348": left, **name_text.doubts(rest)}
    codes = dispatch.codes({**flags, "RK386": misread})
    return pl.DataFrame({"relation": kin, "relative_name": name, "codes": codes})


@dataclass(frozen=True)
class _Relative:
    """What a cell says of a relative."""

    rest: pl.Series  # the text without address and caste
    relation: pl.Series
    name: pl.Series
    unknown: pl.Series
    other: pl.Series  # a brother, or a mother by her name: no column has them
    further: pl.Series  # the relative's own father stands behind


@keeps_patterns
def _relative(left: pl.Series, markers: Markers) -> _Relative:
    rest = left
    for pattern in (markers.address, markers.caste, markers.aside):
        rest, _ = name_text.cut_behind(rest, pattern)
    own = pl.lit(None, pl.String)
    for code, pattern in markers.kin_sexes[2:]:  # father Rasool
        hit = rest.str.contains(pattern) & rest.str.contains(markers.kin) & ~rest.str.contains(markers.related_kin)
        own = pl.when(pl.lit(hit)).then(pl.lit(code)).otherwise(own)
        rest = dispatch.where(rest, hit, dispatch.replace_all(markers.kin, "${1}"))
    more = rest.str.contains(_SEVERAL_MARKERS).fill_null(False)
    rest = dispatch.where(rest, more, dispatch.replace_all(markers.relation_run, ""))
    before, marker, behind = name_text.cut_around(rest, markers.relation)
    first, further = _with_own_father(before, behind, markers)
    marker = dispatch.unless(further, marker)
    called = dispatch.where(dispatch.coalesce(behind, before), further, lambda _: first.filter(further))
    name = relative_name(called, markers)
    unknown = rest.str.contains(markers.unknown).fill_null(False)
    unknown |= rest.str.contains(markers.nameless).fill_null(False)
    stated = relation_of(marker, markers)
    other = marker.is_not_null() & stated.is_null()  # brother of
    if len(left):
        stated = pl.select(pl.coalesce(pl.lit(stated), own).alias("relation")).to_series()
    called = before.str.contains(markers.kin) & ~unknown & marker.is_null()
    other |= called.fill_null(False)  # mother Shazia
    name = pl.select(pl.when(~unknown & ~other).then(name).alias("relative_name")).to_series()
    return _Relative(rest, stated, name, unknown, other, further)


def _without_label(entry: pl.Series, markers: Markers) -> tuple[pl.Series, pl.Series]:
    """The cells without the words of a header before the name (F/Name Umar), and the relation that those say."""
    relation = pl.Series("relation", [None], dtype=pl.String).new_from_index(0, len(entry))
    for kin, label in markers.relative_labels:
        hit = entry.str.contains(label).fill_null(False)
        entry = dispatch.where(entry, hit, dispatch.replace_all(label, ""))
        relation = dispatch.where(relation, hit, lambda some, kin=kin: _constant(kin, some))  # type: ignore[misc]
    return entry, relation


def _with_own_father(before: pl.Series, behind: pl.Series, markers: Markers) -> tuple[pl.Series, pl.Series]:
    """The names before a marker, and whether they are the relatives, with fathers of their own behind the marker: Umar
    S/O Zaid, in a column of fathers."""
    both = (before.is_not_null() & behind.is_not_null()).fill_null(False)
    if not both.any():
        return before, both
    first = relative_name(before, markers)
    titles = (first + " ").str.contains(rf"(?i)^{markers.honorifics}$")
    return first, both & (first.is_not_null() & ~titles).fill_null(False)


def _constant(value: str, like: pl.Series) -> pl.Series:
    return pl.Series("relation", [value], dtype=pl.String).new_from_index(0, len(like))


@keeps_patterns
def _names_two(values: pl.Series, markers: Markers) -> pl.Series:
    """Rasool/Karim, Rasool and Karim: two words of two letters or more with something between them that separates."""
    parts = rf"(?i)\p{{L}}{{2}}\s?(?:[/\\|+&;؛]|\s(?:{markers.lists})\s)\s?\p{{L}}{{2}}"
    comma = rf"(?i)(?:^|\s)(?:{markers.first})\s?{name_text.COMMA}\s?(?:{markers.first})$"
    return (values.str.contains(parts) | values.str.contains(comma)).fill_null(False)


@keeps_patterns
def relation_of(marker: pl.Series, markers: Markers) -> pl.Series:
    """father, husband or guardian, of a relation's own words; null for every other one."""
    out = pl.lit(None, pl.String)
    for pattern, meaning in markers.relations:
        out = pl.when(pl.lit(marker).str.contains(pattern)).then(pl.lit(meaning)).otherwise(out)
    return pl.select(out.alias("relation")).to_series() if len(marker) else marker.alias("relation")


@keeps_patterns
def relative_name(relative: pl.Series, markers: Markers) -> pl.Series:
    """The name behind a relation: without aliases and titles, null where it says that nobody knows it."""
    unnamed = relative.str.contains(markers.unknown) | relative.str.contains(markers.nameless)
    known = ~(unnamed | relative.str.contains(name_text.LOST)).fill_null(False)
    relative = pl.select(pl.when(known).then(relative)).to_series()
    first, _ = name_text.cut_behind(relative, markers.alias)
    name = text.title(name_text.bare_name(first.str.extract(r"^([^,،;]*)"), markers))
    return name_text.without_titles(name, markers)[0].alias("relative_name")
