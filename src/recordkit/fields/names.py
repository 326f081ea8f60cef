"""People in a cell, and what one person's entry says: name, relative, aliases, caste, address.

`1) Muhammad Aslam S/O Ghulam Rasool 2) Imran @ Mani S/O Bashir`, `محمد اسلم ولد بشیر، نامعلوم`. A spelling is never
corrected here: `keys` makes spellings comparable.
"""

from __future__ import annotations

import polars as pl

from recordkit.fields import markers, memory, namekeys, shapes, text
from recordkit.reference import Reference

_NUMBERING = r"(?:^|[\s;,،])[(\[]?[0-9]{1,2}\s?[)\].۔\-]\s*"
_NUMBERED = r"^[(\[]?1\s?[)\].۔\-]"
_LETTERED = (  # how a list counts without figures: from its first mark to its second, and every mark
    (r"(?i)^\(?i\s?[).].*[\s;,،(]ii\s?[).]", r"(?i)(?:^|[\s;,،])\(?[ivx]{1,5}\s?[).]\s*"),
    (r"(?i)^\(?a\s?\).*[\s;,،(]b\s?\)", r"(?i)(?:^|[\s;,،])\(?[a-z]\s?\)\s*"),
)
_SERIAL = r"(?i)^[(\[]?(?:[0-9]{1,2}\s?[)\].۔\-]|[ivx]{1,4}\s?\))\s*"
_HARD = r"[;؛|\n]+"
_COMMA = r"[,،]"
_MORE = r"(?i)\s*(?:\b(?:along ?with|with|and|n)\b|&|\+|بمعہ|ہمراہ|و|اور)\s+([0-9]{1,2}\s)"
_STROKE = r"\p{L}{2}\s?/\s?\p{L}{2}"  # not that of S/O
_AND = r"(?i)\s+(?:and|&|\+)\s+|\s(?:و|اور)\s"
_COMPANY = r"(?i)\s+(?:along ?with|ہمراہ|بمعہ)\s+"
_PARENTHESES = r"\([^()]*\)"
_COUNT = r"([0-9]{1,3})"
_BETWEEN_ALIASES = r"[,،;؛/|\n]+"
_STRAY = " ,،.:-'\"()"

PEOPLE = pl.List(pl.String)


def split_people(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`people` List(String): one entry per person as written, in order; `codes`: RK219 when there are several."""
    found = markers.of(reference)
    cell = text.normal(values, reference, keep_lines=True)
    numbered = cell.str.contains(_NUMBERED).fill_null(False)
    cell = shapes.where(cell, numbered, lambda s: s.str.replace_all(_NUMBERING, "\n"))
    for starts, marks in _LETTERED:
        lettered = cell.str.contains(starts).fill_null(False)
        cell = shapes.where(cell, lettered, lambda s, marks=marks: s.str.replace_all(marks, "\n"))  # type: ignore[misc]
    cell = shapes.where(cell, cell.str.contains("\n", literal=True), lambda s: _one_line(s, found))
    cell = cell.str.replace_all(_HARD, "\n")
    cell = shapes.where(cell, cell.str.contains(_COMMA), lambda s: _cut_commas(s, found))
    cell = shapes.where(cell, cell.str.contains(_STROKE), lambda s: _cut_strokes(s, found))
    cell = shapes.where(cell, cell.str.contains(_MORE), lambda s: s.str.replace_all(_MORE, "\n${1}"))
    joined = cell.str.contains(_AND) | cell.str.contains(_COMPANY)
    cell = shapes.where(cell, joined, lambda s: _cut_and(s, found))
    entries = pl.col("cell").str.split("\n").list.eval(_entry(found)).list.drop_nulls()
    people = pl.select(pl.lit(cell).alias("cell")).select(
        pl.when(pl.col("cell").is_not_null()).then(entries).otherwise(pl.lit([], PEOPLE)).alias("people")
    )["people"]
    hidden = people.list.eval(pl.element().str.contains(_two_descents(found))).list.any()
    return pl.DataFrame({"people": people, "codes": shapes.codes({"RK219": people.list.len() > 1, "RK344": hidden})})


def _two_descents(found: markers.Markers) -> str:
    """Two relations in one entry with three words or more between them: Ali S/O Noor Bashir Ahmad S/O Karim."""
    relation = _bare(found.relation)
    return rf"(?i){relation}\s*\p{{L}}{{2,}}(?:\s\p{{L}}{{2,}}){{2,}}\s*{relation}"


def _entry(found: markers.Markers) -> pl.Expr:
    """One entry without numbering and stray signs; null when it is only "etc."."""
    entry = pl.element().str.replace(_SERIAL, "").str.strip_chars(" ,،.-:")
    ends = rf"{found.others}\s*$"
    entry = entry.str.replace(ends, "").str.strip_chars(" ,،.-:&")
    return pl.when(entry.str.contains(r"\p{L}")).then(entry)


def _one_line(values: pl.Series, found: markers.Markers) -> pl.Series:
    """A line that begins with a marker goes on with the person of the line above: nobody's entry begins with S/O."""
    spaced = values.str.replace_all("\n", "\n ", literal=True)  # a marker begins with a space
    return spaced.str.replace_all(rf"(?i)\n({_markers(found)})", "${1}").str.replace_all("\n ", "\n", literal=True)


def _markers(found: markers.Markers) -> str:
    """What follows a name: a relation, an alias, an address or a caste."""
    return "|".join(_bare(pattern) for pattern in (found.relation, found.alias, found.address, found.caste))


def _cut_commas(values: pl.Series, found: markers.Markers) -> pl.Series:
    """A comma parts two people, unless a marker follows it; inside an address only if a relation follows."""
    values = values.str.replace_all(rf"(?i){_COMMA}\s*({_markers(found)})", " ${1}")
    addressed = values.str.contains(found.address) | values.str.contains(found.caste)
    values = shapes.where(
        values,
        addressed,
        lambda s: s.str.replace_all(rf"(?i){_COMMA}\s*([^,،\n]{{2,60}}?{_bare(found.relation)})", "\n${1}"),
    )
    return shapes.where(values, ~addressed, lambda s: s.str.replace_all(_COMMA, "\n"))


def _cut_strokes(values: pl.Series, found: markers.Markers) -> pl.Series:
    """A stroke parts two people when a relation follows, or a whole name stands on either side: Kala/Kalu is one."""
    related = rf"(?i)(\p{{L}}{{2}})\s?/\s?(\p{{L}}{{2,}}\s[^/\n]{{0,40}}?{_bare(found.relation)})"
    names = r"(\p{L}{2,}\s\p{L}{2,})\s?/\s?(\p{L}{2,}\s\p{L}{2})"
    values = values.str.replace_all(related, "${1}\n${2}")
    plain = ~values.str.contains(found.address)
    return shapes.where(values, plain, lambda s: s.str.replace_all(names, "${1}\n${2}"))


def _cut_and(values: pl.Series, found: markers.Markers) -> pl.Series:
    """"and" parts two people outside of addresses; "alongwith" does so when a relation follows: it may be a pistol."""
    company = rf"{_COMPANY}(\p{{L}}[^\n]{{1,40}}?{_bare(found.relation)})"
    values = values.str.replace_all(company, "\n${1}")
    plain = ~values.str.contains(found.address)
    return shapes.where(values, plain, lambda s: s.str.replace_all(_AND, "\n"))


def _bare(pattern: str) -> str:
    return f"(?:{pattern.removeprefix('(?i)')})"


@memory.remembered
def parse(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """One person's entry.

    `name` (title case if Latin, Urdu stays Urdu), `relation` (father, husband, guardian), `relative_name`, `aliases`
    and `honorifics` (List(String)), `caste`, `address`, `sex_hint`, `unknown` (Boolean: nobody who can be matched),
    `count` (Int32: how many unknown people the entry says), `codes`: RK329 no name readable, RK330 unknown.
    """
    found = markers.of(reference)
    entry = text.normal(values, reference).str.replace(_SERIAL, "")
    rest, address = _from(entry, found.address)
    address, caste_behind = _behind(address, found.caste)
    rest, caste = _behind(rest, found.caste)
    caste = pl.select(pl.coalesce(caste, caste_behind)).to_series()
    person, marker, relative = _around(rest, found.relation)
    # "do namaloom": two of them, and no daughter.
    subject = pl.select(pl.coalesce(person, relative)).to_series()
    unknown = subject.str.contains(found.unknown).fill_null(False)
    person = person.str.replace(found.reporter, "")  # State through ASI Akram: the officer who reports
    nameless = person.str.contains(found.nobody) | person.str.contains(found.rank)  # an officer whom nobody names
    nobody = nameless.fill_null(False)
    name, aliases = _name_and_aliases(person, found)
    name, honorifics = _without_titles(name, found)
    kept = name.is_not_null() & ~unknown & ~nobody
    name = pl.select(pl.when(kept).then(name).alias("name")).to_series()
    unreadable = entry.is_not_null() & name.is_null() & ~unknown & ~nobody & (marker.is_null() | person.is_not_null())
    count = entry.str.extract(_COUNT).cast(pl.Int32, strict=False)
    return pl.DataFrame(
        {
            "name": name,
            "relation": _unless(unknown, _relation(marker, found)),
            "relative_name": _unless(unknown, _relative_name(relative, found)),
            "aliases": aliases,
            "honorifics": honorifics,
            "caste": text.title(caste.str.extract(r"^([^,،;(]{2,30})").str.strip_chars(" .:-")),
            "address": _without_resident(address, found),
            "sex_hint": _sex(marker, honorifics, name, found),
            "unknown": unknown | nobody,
            "nobody": nobody & ~unknown,
            "count": pl.select(pl.when(unknown).then(count.fill_null(1))).to_series(),
            "codes": shapes.codes({"RK329": unreadable, "RK330": unknown}),
        }
    )


@memory.remembered
def parse_one(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`parse` for a column that holds one name in a row; RK345 where a cell names several people."""
    people = split_people(values, reference)["people"]
    whole = people.list.eval(pl.element().str.contains(" ")).list.sum() > 1
    comma = values.str.contains(_COMMA)  # "Khan, Imran" and "Aslam, Lahore" are one person
    several = (people.list.len() > 1) & (whole | ~comma)
    found = parse(values, reference)
    return found.with_columns(shapes.merge_codes(found["codes"], shapes.codes({"RK345": several})))


@memory.remembered
def relatives(values: pl.Series, relation: str | None, reference: Reference) -> pl.DataFrame:
    """`relation` and `relative_name` of a column of parents or husbands; `relation` is the column's, if it has one.

    A marker in the cell goes before it. `codes`: RK329 (no name readable).
    """
    found = markers.of(reference)
    entry = text.normal(values, reference)
    rest, _ = _behind(entry, found.address)
    rest, _ = _behind(rest, found.caste)
    before, marker, behind = _around(rest, found.relation)
    name = _relative_name(pl.select(pl.coalesce(behind, before)).to_series(), found)
    unknown = rest.str.contains(found.unknown).fill_null(False)
    name = pl.select(pl.when(~unknown).then(name).alias("relative_name")).to_series()
    stated = _relation(marker, found)
    if relation is not None:
        stated = pl.select(pl.coalesce(stated, pl.lit(relation)).alias("relation")).to_series()
    kept = pl.select(pl.when(name.is_not_null()).then(stated).alias("relation")).to_series()
    bad = entry.is_not_null() & name.is_null() & ~unknown
    return pl.DataFrame({"relation": kept, "relative_name": name, "codes": shapes.codes({"RK329": bad})})


def aliases(values: pl.Series, reference: Reference) -> pl.Series:
    """List(String), never null: the aliases of a column of their own (`KALU @ Billa`), as `parse` writes them."""
    found = markers.of(reference)
    cell = text.normal(values, reference).str.replace_all(found.alias, "\n").str.replace_all(_BETWEEN_ALIASES, "\n")
    each = pl.element().str.strip_chars(_STRAY).str.to_titlecase()
    listed = cell.str.split("\n").list.eval(pl.when(each.str.contains(r"\p{L}")).then(each)).list.drop_nulls()
    return listed.fill_null(pl.lit([], PEOPLE))


def address(values: pl.Series, reference: Reference) -> pl.Series:
    """A column of addresses, without the r/o or سکنہ that may start them."""
    return _without_resident(text.clean(values, reference)["value"], markers.of(reference))


@memory.remembered
def keys(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`key` and its `tokens` (List(String)): equal for the spellings of one name, in Latin or Urdu letters."""
    return namekeys.keys(values, reference)


def _unless(mask: pl.Series, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(~mask).then(values).alias(values.name)).to_series()


def _without_resident(values: pl.Series, found: markers.Markers) -> pl.Series:
    bare = shapes.where(values, values.str.contains(found.resident), lambda s: s.str.replace(found.resident, ""))
    return bare.str.strip_chars(" ,،.:-")


def _from(values: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series]:
    """What stands before the first match, and all from it on (null when there is none)."""
    before, _, _ = _around(values, pattern)
    cut = before.fill_null("").str.len_chars()
    behind = pl.select(pl.when(cut < values.str.len_chars()).then(values.str.slice(pl.lit(cut)))).to_series()
    return before, behind


def _behind(values: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series]:
    """What stands before the first match, and what stands behind it (null when there is none)."""
    before, _, behind = _around(values, pattern)
    return before, behind


def _around(values: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Before the first match (the whole when there is none), the match, and behind it up to the next match."""
    hit = values.str.contains(pattern).fill_null(False)
    none = pl.Series("none", [None], dtype=pl.String).new_from_index(0, len(values))
    if not hit.any():
        return values, none, none
    bare = pattern.removeprefix("(?i)")
    groups = values.filter(hit).str.extract_groups(rf"(?i)^(.*?)({bare})(.*)$").struct.unnest()
    groups.columns = ["before", "match", "behind"]
    groups = groups.with_columns(pl.col("behind").str.replace(rf"(?i)(?:{bare}).*$", ""))
    place = pl.select(pl.when(hit).then(hit.cast(pl.Int64).cum_sum() - 1)).to_series()
    spread = groups.select(
        pl.when(pl.col(name).str.contains(r"\p{L}")).then(pl.col(name)).alias(name) for name in groups.columns
    )
    before = pl.select(pl.when(hit).then(spread["before"].gather(place)).otherwise(values)).to_series()
    return before, groups["match"].gather(place), spread["behind"].gather(place)


def _name_and_aliases(person: pl.Series, found: markers.Markers) -> tuple[pl.Series, pl.Series]:
    hit = person.str.contains(found.alias).fill_null(False)
    parts = person.str.replace_all(found.alias, "\n").str.split("\n")
    none = pl.lit([], PEOPLE)
    clean = pl.element().str.replace_all(_PARENTHESES, " ").str.strip_chars(_STRAY)
    titled = clean.str.to_titlecase()
    rest = parts.list.slice(1).list.eval(pl.when(clean.str.contains(r"\p{L}")).then(titled)).list.drop_nulls()
    aliases = pl.select(pl.when(hit).then(rest).otherwise(none).alias("aliases")).to_series()
    name = pl.select(pl.when(hit).then(parts.list.first()).otherwise(person)).to_series()
    return text.title(_bare_name(name, found)), aliases


def _bare_name(values: pl.Series, found: markers.Markers) -> pl.Series:
    """A name without parentheses, "late" and stray signs; null when fewer than two letters are left."""
    values = shapes.where(values, values.str.contains(r"[()]"), lambda s: s.str.replace_all(_PARENTHESES, " "))
    values = shapes.where(values, values.str.contains(found.late), lambda s: s.str.replace_all(found.late, " "))
    odd = values.str.contains(r"[^\p{L}\p{M} .'\-]")
    values = shapes.where(values, odd, lambda s: s.str.replace_all(r"[^\p{L}\p{M} .'\-]+", " "))
    values = shapes.where(values, values.str.contains("  ", literal=True), lambda s: s.str.replace_all(" +", " "))
    values = values.str.strip_chars(" ,،.:-'")
    return pl.select(pl.when(values.str.count_matches(r"\p{L}") >= 2).then(values)).to_series()


def _without_titles(name: pl.Series, found: markers.Markers) -> tuple[pl.Series, pl.Series]:
    """The name without the titles before it, and the titles. A name that is only titles keeps them."""
    honorific = rf"(?i)^({found.honorifics})\p{{L}}"
    title = rf"(?i)^({found.titles})\p{{L}}\S*\s+\S"
    taken: list[pl.Series] = []
    for pattern in (honorific, title, honorific):
        start = name.str.extract(pattern)
        taken.append(start)
        name = shapes.where(name, start.is_not_null(), lambda s, p=pattern: _without_start(s, p))  # type: ignore[misc]
    said = pl.select(pl.concat_str(*taken, separator=" ", ignore_nulls=True)).to_series()
    words = said.str.replace_all(r"[\s.:]+", " ").str.strip_chars(" ")
    listed = pl.when(words.str.len_chars() > 0).then(words.str.split(" ")).otherwise(pl.lit([], PEOPLE))
    return name, pl.select(listed.alias("honorifics")).to_series()


def _without_start(values: pl.Series, pattern: str) -> pl.Series:
    """`values` without the first group of a pattern that is anchored at their start."""
    start = values.str.extract(pattern).str.len_chars()
    return pl.select(pl.lit(values).str.slice(pl.lit(start))).to_series()


def _relation(marker: pl.Series, found: markers.Markers) -> pl.Series:
    out = pl.lit(None, pl.String)
    for pattern, meaning in found.relations:
        out = pl.when(pl.lit(marker).str.contains(pattern)).then(pl.lit(meaning)).otherwise(out)
    return pl.select(out.alias("relation")).to_series() if len(marker) else marker.alias("relation")


def _relative_name(relative: pl.Series, found: markers.Markers) -> pl.Series:
    first, _ = _behind(relative, found.alias)
    name = text.title(_bare_name(first.str.extract(r"^([^,،;]*)"), found))
    return _without_titles(name, found)[0].alias("relative_name")


def _sex(marker: pl.Series, honorifics: pl.Series, name: pl.Series, found: markers.Markers) -> pl.Series:
    titled = honorifics.list.eval(pl.element().str.contains(found.females)).list.any()
    man = honorifics.list.eval(pl.element().str.contains(found.males)).list.any()
    female = marker.str.contains(found.females).fill_null(False) | titled.fill_null(False)
    male = marker.str.contains(found.males).fill_null(False) | man.fill_null(False)
    ends = name.str.contains(found.female_names).fill_null(False)
    return pl.select(
        pl.when(female | (ends & ~male)).then(pl.lit("female")).when(male).then(pl.lit("male")).alias("sex_hint")
    ).to_series()
