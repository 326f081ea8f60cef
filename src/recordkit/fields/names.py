"""What one person's entry says: name, relative, aliases, caste, address.

`Muhammad Aslam S/O Ghulam Rasool`, `Imran @ Mani S/O Bashir`, `محمد اسلم ولد بشیر`. A spelling is never corrected here:
`name_keys` makes spellings comparable.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from recordkit.fields import dispatch, name_text, particulars, people_cells, relatives, text, vocabularies
from recordkit.fields.name_patterns import Markers, read_name_patterns
from recordkit.fields.name_text import COMMA, PEOPLE, group
from recordkit.fields.own_threads import keeps_patterns
from recordkit.reference import Reference

# In brackets, in second ones, behind a dash; the group before it stays.
_STATUSES = (r"()\s*\(([^()]{2,40})\)", r"(\([^()]*\)[^()]*)\(([^()]{2,40})\)", r"()\s[-–—]+\s([^()\-–—]{2,40})$")
_COUNT = r"^[^\p{L}0-9]*([0-9]{1,3})\b"
_NUMBERED, _NUMBER_OF_LIST = r"^\(?0?1\s?[.)\-:/]", r"(?:^|\s)\(?[0-9]{1,2}\s?[.)\-:/]\s*"
_BETWEEN_ALIASES = r"[,،;؛/|&+\n]+"
_PROGRAM_CODE = r"[{}]|[\[\]]\s*['\"]"  # {'name': 'Aslam'}


@dispatch.remembered
def parse(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """One person's entry: `name` (title case if Latin, Urdu stays Urdu), `relation` (father, husband, guardian),
    `relative_name`, `aliases` and `honorifics` (List(String)), `caste`, `address`, `sex_hint`, `unknown` (Boolean:
    nobody who can be matched), `nobody` (of them: the State, an officer's rank), `count` (Int32: unknown people in it),
    `card`, `phone`, `age` (as written), `person_status`, `rest` List(String): words used nowhere; `codes`: RK329 no
    name readable, RK330 unknown, RK346 a letter was lost, RK348 `rest` is not empty, RK349 a card, telephone or age.
    """
    markers = read_name_patterns(reference)
    entry = _entry(values, reference, markers)
    found = particulars.taken(entry, reference, markers.relation)
    status, bare, more_than_status = _status(found["left"], reference)
    parts = _parts(bare, markers, reference)
    nothing = (values.str.contains(r"\p{L}") & entry.is_null()).fill_null(False) | parts.no_name  # 2) NOT KNOWN
    who = _who(parts, nothing, markers)
    person, relative, role = _without_roles(who.person, who.relative, who.unknown, markers)
    relative, address, same = _without_dittos(relative, parts.address, markers)
    person, rank = _without_rank(person, who, markers)
    titled, called = _name_and_aliases(person, markers)
    name, honorifics = _without_titles(titled, who, markers)
    misread = person.str.contains(name_text.MISREAD).fill_null(False)
    lost = person.str.contains(name_text.LOST).fill_null(False) | misread
    somebody = ~who.unknown & ~who.nobody
    name = dispatch.unless(lost | ~somebody, name)
    out = pl.DataFrame({
        "name": name,
        "relation": dispatch.unless(who.unknown, who.relation),
        "relative_name": dispatch.unless(who.unknown, relatives.relative_name(relative, markers)),
        "aliases": _aliases(called, reference, markers),
        "honorifics": _with(honorifics, rank),
        "caste": text.title(parts.caste.str.extract(r"^([^,،;(]{2,30})").str.strip_chars(" .:-")),
        "address": address,
        "sex_hint": dispatch.coalesce(parts.kin_sex, _sex(parts.marker, honorifics, name, who, markers)),
        "unknown": who.unknown | who.nobody,
        "nobody": (who.nobody & ~who.unknown) | who.denied,
        "count": _count(who.subject, who.unknown, markers),
        **{part: found[part] for part in ("card", "phone", "age")},
        "person_status": status,
    })  # fmt: skip
    unread = entry.is_not_null() & name.is_null() & somebody & ~lost & (parts.marker.is_null() | person.is_not_null())
    rest = _unused(bare, out, [parts.blank, called.list.join(" ")], markers)
    lost |= relative.str.contains(name_text.LOST).fill_null(False)
    readable = somebody & ~lost & ~unread
    left = _says_more(out, rest, markers) | parts.kin | who.others | entry.str.contains(_PROGRAM_CODE) | same
    left |= more_than_status | bare.str.contains(markers.bracketed_remark).fill_null(False)
    left |= _has_strange_sign(person, relative, out["relative_name"])
    left |= _perhaps_ditto(entry, parts.marker, relative, markers)
    left = (left & readable) | _says_who(who, relative, parts.no_name, markers)
    flags = {"RK329": unread, "RK330": who.unknown, "RK346": lost & ~misread, "RK348": left, "RK386": misread}
    flags |= {"RK349": particulars.any_taken(found), "RK383": role, **name_text.doubts(person, relative)}
    flags |= {"RK397": who.described | ((who.perhaps_thing | who.perhaps_office) & readable), "RK398": who.thing}
    return out.with_columns(rest.alias("rest"), dispatch.codes(flags).alias("codes"))


@keeps_patterns
def _entry(values: pl.Series, reference: Reference, markers: Markers) -> pl.Series:
    """Entries in the usual spelling, without their number and the words of a form that nothing was written behind."""
    spelt = name_text.usual_spelling(values, reference, markers).str.replace(name_text.SERIAL, "")
    spelt = name_text.with_bracketed_remarks(spelt, markers).str.replace(markers.certain, "${1}")
    return particulars.without_empty(spelt, reference)


def _without_dittos(
    relative: pl.Series, address: pl.Series, markers: Markers
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Relatives and addresses without words for the same as above, addresses without those for unknown ones too; and
    whether one of the two had such a word."""
    same, ditto = name_text.says_ditto(relative, markers), name_text.says_ditto(address, markers)
    unknown = address.str.contains(markers.unknown).fill_null(False)
    return dispatch.unless(same, relative), dispatch.unless(unknown | ditto, address), same | ditto


def _perhaps_ditto(entry: pl.Series, marker: pl.Series, relative: pl.Series, markers: Markers) -> pl.Series:
    """Whether an entry ends behind its relation with what may be a word for the same: s/o do."""
    open_end = (marker.is_not_null() & relative.is_null()).fill_null(False)
    return dispatch.asked(entry, open_end, lambda some: some.str.contains(markers.perhaps_ditto))


def _has_strange_sign(person: pl.Series, relative: pl.Series, relative_name: pl.Series) -> pl.Series:
    """Whether a name, or the text that a relative's name was taken from, has a sign that no name has."""
    called = dispatch.unless(relative_name.is_null(), relative.str.extract(r"^([^,،;]*)"))
    strange = person.str.contains(name_text.STRANGE_SIGN).fill_null(False)
    return strange | called.str.contains(name_text.STRANGE_SIGN).fill_null(False)


@dataclass(frozen=True)
class _Parts:
    """The texts of an entry between its markers."""

    person: pl.Series
    marker: pl.Series  # of the relation
    relative: pl.Series
    address: pl.Series
    caste: pl.Series
    blank: pl.Series  # words for nothing behind a marker: s/o Nil, r/o N/A
    no_name: pl.Series  # whether such a word stands in the place of the name: N/K S/O Rasool
    kin: pl.Series  # whether a word of kin stood before the name (his brother Kashif)
    kin_sex: pl.Series  # and whose sex it says


def _parts(entry: pl.Series, markers: Markers, reference: Reference) -> _Parts:
    rest, address = name_text.cut_address(entry, markers)
    address, caste_behind = name_text.cut_behind(address, markers.caste)
    rest, caste = name_text.cut_behind(rest, markers.caste)
    rest, _ = name_text.cut_behind(rest, markers.aside)
    rest, kin = _without_kin(rest, markers)
    person, marker, relative = name_text.cut_around(rest, markers.relation)
    caste = dispatch.coalesce(caste, caste_behind)
    person, no_name = name_text.without_nothing(person, reference)
    relative, no_relative = name_text.without_nothing(relative, reference)
    caste, no_caste = name_text.without_nothing(caste, reference, markers)
    address, no_address = name_text.without_nothing(_without_resident(address, markers), reference, markers)
    blank = pl.select(pl.concat_str(no_name, no_relative, no_caste, no_address, separator=" ", ignore_nulls=True))
    relative = dispatch.unless(relative.str.contains(markers.female_title), relative)  # a mother is no father
    return _Parts(
        person, marker, relative, address, caste, kin=kin["stated"], kin_sex=kin["sex"], blank=blank.to_series(),
        no_name=no_name.is_not_null(),
    )  # fmt: skip


def _aliases(listed: pl.Series, reference: Reference, markers: Markers) -> pl.Series:
    """Lists of aliases without words for nothing."""
    if not listed.list.len().sum():
        return listed
    each = pl.DataFrame({"aliases": listed}).with_row_index("at").explode("aliases", empty_as_null=True)
    left, _ = name_text.without_nothing(each["aliases"], reference, markers)
    found = each.with_columns(left.alias("aliases")).group_by("at", maintain_order=True)
    return found.agg(pl.col("aliases").drop_nulls())["aliases"]


@dataclass(frozen=True)
class _Who:
    """Whether an entry is somebody, an unknown person, or nobody; and the texts of the person and the relative."""

    person: pl.Series
    relation: pl.Series
    relative: pl.Series
    subject: pl.Series  # what the entry says of the person
    unknown: pl.Series  # nobody knows who
    others: pl.Series  # unknown people stand behind a name
    described: pl.Series  # by words that say who somebody is, and no name
    denied: pl.Series  # there is nobody
    nobody: pl.Series  # the State, a rank, a thing
    thing: pl.Series
    perhaps_thing: pl.Series
    perhaps_office: pl.Series  # initials that are also an office, or an office with a place that no list has


@keeps_patterns
def _who(parts: _Parts, blank: pl.Series, markers: Markers) -> _Who:
    person, marker = parts.person, parts.marker
    # "do namaloom": two of them, and no daughter.
    subject = dispatch.coalesce(person, parts.relative)
    described = (subject.str.contains(markers.described) & subject.str.contains(markers.description)).fill_null(False)
    nameless = subject.str.contains(markers.nameless).fill_null(False) | described
    unknown = subject.str.contains(markers.unknown).fill_null(False)
    others = unknown & ~nameless & subject.str.contains(rf"(?i)^[\s(]*(?:{markers.honorifics})?{markers.called}")
    person = dispatch.where(person, others, dispatch.replace_all(rf"(?i)[\s,;/(-]+{markers.beside_unknown}", ""))
    unknown = (unknown & ~others) | nameless
    unknown |= (blank | (marker.is_not_null() & subject.is_null())).fill_null(False)  # ---do---
    relation = relatives.relation_of(marker, markers)
    # Brother of: no column has it.
    relative = dispatch.unless(marker.is_not_null() & relation.is_null(), parts.relative)
    person = person.str.replace(markers.reporter, "")  # State through ASI Akram: the officer who reports
    # An officer whom nobody names.
    official = (person.str.contains(markers.nobody) | person.str.contains(markers.rank)).fill_null(False)
    office, perhaps_office = _is_office(person, marker, markers)
    thing, perhaps = _no_people(person, marker, markers)
    unknown &= ~thing & ~office
    return _Who(
        person=person, relation=relation, relative=relative, subject=subject, unknown=unknown, others=others,
        described=described & ~thing, denied=subject.str.contains(markers.denied).fill_null(False),
        nobody=official | office | thing, thing=(thing | office) & ~official, perhaps_thing=perhaps & ~office,
        perhaps_office=perhaps_office,
    )  # fmt: skip


def _says_who(who: _Who, relative: pl.Series, no_name: pl.Series, markers: Markers) -> pl.Series:
    """Whether an entry of somebody unknown has a name after all: Unknown (Ali suspected), unknown s/o Bashir."""
    if not who.unknown.any():
        return who.unknown
    unknown = (who.unknown & who.person.str.contains(r"\p{L}[^\p{L}]+\p{L}")).fill_null(False)
    named = dispatch.asked(who.subject, unknown, lambda some: some.str.contains(rf"(?i)[\s(,/:\-]{markers.called}"))
    fathered = (who.unknown & (who.person.is_not_null() | no_name) & relative.is_not_null()).fill_null(False)
    if not fathered.any():
        return named
    return named | (fathered & relatives.relative_name(relative, markers).is_not_null())


@keeps_patterns
def _says_more(out: pl.DataFrame, rest: pl.Series, markers: Markers) -> pl.Series:
    """Whether words of an entry are used nowhere, or stand in a name and are none: Rasool under investigation,
    Rasool - Okara."""
    called = out.select(pl.concat_str("name", "relative_name", separator=" ", ignore_nulls=True)).to_series()
    strange = called.str.contains(markers.procedure) | called.str.contains(r"\s[\-–—]+\s")
    return (rest.list.len() > 0) | strange | out["name"].str.contains(markers.ranked_inside).fill_null(False)


@keeps_patterns
def _without_kin(rest: pl.Series, markers: Markers) -> tuple[pl.Series, pl.DataFrame]:
    """Entries without the word of kin before a name (his brother Kashif); of each whether it is `stated`, and
    its `sex`."""
    stated = rest.str.contains(markers.kin) & ~rest.str.contains(markers.related_kin)
    stated = (stated & ~rest.str.contains(markers.described)).fill_null(False)
    sex = pl.lit(None, pl.String)
    for code, pattern in markers.kin_sexes[:2]:
        sex = pl.when(pl.lit(stated) & pl.lit(rest).str.contains(pattern)).then(pl.lit(code)).otherwise(sex)
    kin = pl.DataFrame({"stated": stated, "sex": pl.select(sex).to_series() if len(rest) else rest})
    return dispatch.where(rest, stated, lambda s: s.str.replace(markers.kin, "${1}")), kin


@keeps_patterns
def _is_office(person: pl.Series, marker: pl.Series, markers: Markers) -> tuple[pl.Series, pl.Series]:
    """Whether an entry is an office and no person, as only names of places stand behind it (SHO City, DC Gujrat); and
    whether it may be one: what stands behind it is no name that is known (AC Xyzabad, A.C. Mehta), or a place whose
    father is named (SHO City S/O Bashir)."""
    ranked = person.str.contains(rf"(?i)^[\s(]*{markers.honorifics}").fill_null(False)

    def unknown(some: pl.Series) -> pl.Series:
        behind = some.str.extract(markers.office) + " "
        return ~behind.str.contains(rf"(?i)^{group(markers.honorifics)}?{markers.called}").fill_null(True)

    posted = dispatch.asked(person, ranked, lambda some: some.str.contains(markers.posted))
    bare_rank = dispatch.asked(person, posted, lambda some: some.str.contains(markers.rank))
    office = posted & marker.is_null()
    return office, (posted & ~office & ~bare_rank) | dispatch.asked(person, ranked & ~posted, unknown)


def _without_titles(titled: pl.Series, who: _Who, markers: Markers) -> tuple[pl.Series, pl.Series]:
    """`name_text.without_titles`; what may be an office or initials stays whole, and a title alone is no name."""
    name, honorifics = name_text.without_titles(titled, markers)
    if who.perhaps_office.any():
        whole, none = pl.lit(who.perhaps_office), pl.lit([], PEOPLE)
        name = pl.select(pl.when(whole).then(titled).otherwise(name).alias(name.name)).to_series()
        honorifics = pl.select(pl.when(~whole).then(honorifics).otherwise(none).alias("honorifics")).to_series()
    return dispatch.unless(name.str.contains(markers.only_titles).fill_null(False), name), honorifics


@keeps_patterns
def _no_people(person: pl.Series, marker: pl.Series, markers: Markers) -> tuple[pl.Series, pl.Series]:
    """Whether what stands where a name may is a thing, the public or a body; and whether it may be one."""
    alone = marker.is_null()
    body = person.str.contains(markers.body) & alone
    given = person.str.contains(rf"(?i)^[\s(]*{markers.called}") | person.str.contains(markers.description)
    thing = (person.str.contains(markers.things) & alone) | (body & ~given)
    thing &= ~person.str.contains(markers.nameless)
    perhaps = (person.str.contains(markers.perhaps_body) & alone & ~given) | (body & given)
    return thing.fill_null(False), perhaps.fill_null(False) & ~thing.fill_null(False)


@keeps_patterns
def _without_roles(
    person: pl.Series, relative: pl.Series, unknown: pl.Series, markers: Markers
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The two without words for what somebody is in the case (Accused Aslam, Rasool main accused), and whether one
    had any."""
    named = ~unknown
    before, behind = (person.str.contains(markers.roles) & named), (person.str.contains(markers.role_behind) & named)
    after = relative.str.contains(markers.role_behind).fill_null(False) & named
    person = dispatch.where(person, before, dispatch.replace_all(markers.roles, "${1}"))
    person = dispatch.where(person, behind, dispatch.replace_all(markers.role_behind, "${1}"))
    relative = dispatch.where(relative, after, dispatch.replace_all(markers.role_behind, "${1}"))
    return person, relative, before.fill_null(False) | behind.fill_null(False) | after


@keeps_patterns
def _without_rank(person: pl.Series, who: _Who, markers: Markers) -> tuple[pl.Series, pl.Series]:
    """Names without the rank or profession behind them (Arshad Ali ASI PS City), and that rank. What follows it is
    used nowhere and so a finding. A short rank is the name of somebody who has a father: Muhammad Asi S/O Noor."""
    hit = (person.str.contains(markers.behind) & ~who.unknown & ~who.nobody).fill_null(False)
    none = pl.Series("rank", [None], dtype=pl.String).new_from_index(0, len(person))
    if not hit.any():
        return person, none
    parts = person.str.extract_groups(markers.behind).struct.unnest()
    short = pl.lit(who.relation.is_null()) if len(person) else pl.lit(False)
    name = pl.coalesce(parts.to_series(0), pl.when(short).then(parts.to_series(3)))
    rank = pl.coalesce(parts.to_series(1), pl.when(short).then(parts.to_series(4)))
    read = pl.select(name=name, rank=rank)
    used = hit & read["name"].is_not_null() & ~read["name"].str.contains(markers.rank).fill_null(False)
    read = read.select(name=pl.when(used).then("name").otherwise(pl.lit(person)), rank=pl.when(used).then("rank"))
    return read["name"], read["rank"].str.extract(r"(\p{L}.*\p{L})")


def _with(listed: pl.Series, more: pl.Series) -> pl.Series:
    """Lists with one text more, where there is one."""
    if more.null_count() == len(more):
        return listed
    both = pl.concat_list(pl.lit(listed), pl.lit(more))
    lists = pl.when(pl.lit(more).is_not_null()).then(both).otherwise(pl.lit(listed))
    return pl.select(lists.alias("honorifics")).to_series()


def _status(entries: pl.Series, reference: Reference) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The status of a person that stands in brackets or behind a dash, the entries without it, and whether it says
    more than a status: Ali (absconder), Umar - Arrested, Bilal (arrested 3.7.26)."""
    status = pl.Series("status", [None], dtype=pl.String).new_from_index(0, len(entries))
    more = pl.zeros(len(entries), dtype=pl.Boolean, eager=True)
    for pattern in _STATUSES:
        words = dispatch.unless(status.is_not_null(), entries.str.extract(pattern, 2))
        if words.null_count() == len(words):
            continue
        found = vocabularies.clean(words, "person_status", reference)
        known = found["value"].is_not_null()
        entries = dispatch.where(entries, known, lambda some, p=pattern: some.str.replace(p, "${1}"))  # type: ignore[misc]
        status, more = dispatch.coalesce(status, found["value"]), more | (known & (found["codes"].list.len() > 0))
    return status, entries, more


def _count(subject: pl.Series, unknown: pl.Series, markers: Markers) -> pl.Series:
    """How many unknown people an entry says, in figures or in words; one, when it does not say."""
    for word, figure in markers.number_words:
        hit = unknown & subject.str.contains(word)
        subject = dispatch.where(subject, hit, lambda s, w=word, f=figure: s.str.replace(w, f"{f} "))  # type: ignore[misc]
    count = subject.str.strip_chars_start(" ").str.extract(_COUNT).cast(pl.Int32, strict=False).fill_null(1)
    return pl.select(pl.when(unknown).then(count.cast(pl.Int32)).alias("count")).to_series()


def _unused(entry: pl.Series, out: pl.DataFrame, blank: list[pl.Series], markers: Markers) -> pl.Series:
    """`rest`: the words of an entry that no output has, that do not stand around names and that are not `blank`."""
    lists = [out[name].list.join(" ") for name in ("aliases", "honorifics")]
    plain = [out[name] for name in ("name", "relative_name", "caste", "address")]
    return name_text.words_left(entry, [*plain, *lists, *blank], markers)


@dispatch.remembered
def parse_one(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`parse` for a column that holds one name in a row; RK345 where a cell names two people or more, RK347 where it
    says that there were others."""
    split = people_cells.split_people(values, reference)
    people = split["people"]
    whole = people.list.eval(pl.element().str.contains(" ")).list.sum() > 1
    comma = values.str.contains(COMMA)  # "Khan, Imran" and "Aslam, Lahore" are one person
    # Aslam, Imran: names that stand alone are people each; Khan, Imran is one.
    known = pl.Series(read_name_patterns(reference).given).implode()
    is_given = pl.element().str.to_lowercase().is_in(known)
    given = people.list.eval(is_given).list.all() & (people.list.len() > 1)
    many = (people.list.len() > 1) & (whole | ~comma | given)
    blank = text.normal(values, reference).is_null()  # of a row that is a person, whatever its name
    others = split["codes"].list.contains("RK347") & (people.list.len() == 1)  # Aslam & Co
    entry = pl.select(pl.when(pl.lit(others)).then(pl.lit(people).list.first()).otherwise(pl.lit(values))).to_series()
    found = parse(dispatch.unless(blank, entry.alias(values.name)), reference)
    many |= (found["count"] > 1).fill_null(False)  # 3 women
    own = pl.when(many).then(pl.lit(found["codes"]).list.set_difference(["RK348"])).otherwise(found["codes"])
    of_cell = split["codes"].list.set_intersection(["RK346", "RK347", "RK354"])
    codes = dispatch.merge_codes(pl.select(own).to_series(), of_cell, dispatch.codes({"RK345": many}))
    return found.with_columns(codes)


def parse_aliases(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`aliases` (List(String), never null) of a column of their own (`KALU @ Billa`), and
    `codes`: RK348 for figures that are in none of them."""
    markers = read_name_patterns(reference)
    plain = name_text.without_nothing(text.normal(values, reference), reference, markers)[0]
    between = rf"(?i){_BETWEEN_ALIASES}|\s(?:{markers.lists})\s"
    counted = plain.str.contains(_NUMBERED)
    cell = dispatch.where(plain, counted, dispatch.replace_all(_NUMBER_OF_LIST, "\n"))
    cell = cell.str.replace_all(markers.alias, "\n").str.replace_all(between, "\n")
    each = pl.element().str.strip_chars(name_text.OUTER_SIGNS).str.to_titlecase()
    listed = cell.str.split("\n").list.eval(pl.when(each.str.contains(r"\p{L}")).then(each)).list.drop_nulls()
    names = listed.fill_null(pl.lit([], PEOPLE)).alias("aliases")
    left = name_text.figures(name_text.unused_words(cell, names)).list.len() > 0
    return pl.DataFrame({"aliases": names, "codes": dispatch.codes({"RK348": left})})


def address(values: pl.Series, reference: Reference) -> pl.Series:
    """A column of addresses, without the r/o or سکنہ that may start them; null where one says that there is none, or
    that it is the one before."""
    if values.null_count() == len(values):
        return values.cast(pl.String)
    markers = read_name_patterns(reference)
    values, _ = name_text.without_nothing(text.clean(values, reference)["value"], reference, markers)
    bare = _without_resident(values, markers)
    return dispatch.unless(name_text.says_ditto(bare, markers), bare)


def address_is_ditto(values: pl.Series, reference: Reference) -> pl.Series:
    """Whether a column of addresses says that one is that of somebody else: same as complainant."""
    if values.null_count() == len(values):
        return pl.zeros(len(values), dtype=pl.Boolean, eager=True)
    markers = read_name_patterns(reference)
    return name_text.says_ditto(values.str.replace(markers.resident, ""), markers)


def caste(values: pl.Series, reference: Reference) -> pl.Series:
    """A column of castes, without the word for a caste beside them; null where one says that there is none."""
    if values.null_count() == len(values):
        return values
    markers = read_name_patterns(reference)
    marked = values.str.contains(markers.caste_around)
    bare = dispatch.where(values, marked, dispatch.replace_all(markers.caste_around, ""))
    return text.title(name_text.without_nothing(bare.str.strip_chars(" .:-()"), reference, markers)[0])


def _without_resident(values: pl.Series, markers: Markers) -> pl.Series:
    bare = dispatch.where(values, values.str.contains(markers.resident), lambda s: s.str.replace(markers.resident, ""))
    bare = bare.str.strip_chars(" ,،.:-/")
    return dispatch.unless(bare.str.len_bytes() == 0, bare)


@keeps_patterns
def _name_and_aliases(person: pl.Series, markers: Markers) -> tuple[pl.Series, pl.Series]:
    """The bare name in title case, and the aliases behind it or in quotes."""
    quoted = person.str.contains(markers.quoted).fill_null(False)
    none = pl.lit([], PEOPLE)
    second = pl.element().str.extract(markers.quoted, 2).str.to_titlecase()
    inside = person.str.extract_all(markers.quoted).list.eval(second)
    person = dispatch.where(person, quoted, dispatch.replace_all(markers.quoted, "${1} "))
    hit = person.str.contains(markers.alias).fill_null(False)
    parts = person.str.replace_all(markers.alias, "\n").str.split("\n")
    clean = pl.element().str.replace_all(name_text.PARENTHESES, " ").str.strip_chars(name_text.OUTER_SIGNS)
    titled = clean.str.to_titlecase()
    rest = parts.list.slice(1).list.eval(pl.when(clean.str.contains(r"\p{L}")).then(titled)).list.drop_nulls()
    aliases = pl.select(pl.when(hit).then(rest).otherwise(none).alias("aliases")).to_series()
    if quoted.any():
        both = pl.when(quoted).then(pl.concat_list(inside, aliases)).otherwise(aliases)
        aliases = pl.select(both.alias("aliases")).to_series()
    name = pl.select(pl.when(hit).then(parts.list.first()).otherwise(person)).to_series()
    return text.title(name_text.bare_name(name, markers)), aliases


@keeps_patterns
def _sex(marker: pl.Series, honorifics: pl.Series, name: pl.Series, who: _Who, markers: Markers) -> pl.Series:
    """The sex that a relation, a title, the end of a name or the words for an unknown person say."""
    titled = honorifics.list.eval(pl.element().str.contains(markers.females)).list.any()
    man = honorifics.list.eval(pl.element().str.contains(markers.males)).list.any()
    female = marker.str.contains(markers.females).fill_null(False) | titled.fill_null(False)
    male = marker.str.contains(markers.males).fill_null(False) | man.fill_null(False)
    ends = name.str.contains(markers.female_names).fill_null(False)
    stated = [(sex, who.unknown & who.subject.str.contains(words).fill_null(False)) for sex, words in markers.sexes]
    both = pl.select(pl.sum_horizontal(pl.lit(hit).cast(pl.Int8) for _, hit in stated) > 1).to_series()
    nameless = pl.coalesce(pl.when(hit & ~both).then(pl.lit(sex)) for sex, hit in stated)
    hint = pl.when(female | (ends & ~male)).then(pl.lit("female")).when(male).then(pl.lit("male"))
    sex = pl.when(who.unknown).then(pl.coalesce(nameless, hint)).otherwise(hint)
    return pl.select(sex.alias("sex_hint")).to_series()
