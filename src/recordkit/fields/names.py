"""People in a cell, and what one person's entry says: name, relative, aliases, caste, address.

`1) Muhammad Aslam S/O Ghulam Rasool 2) Imran @ Mani S/O Bashir`, `محمد اسلم ولد بشیر، نامعلوم`. A spelling is never
corrected here: `keys` makes spellings comparable.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import polars as pl

from recordkit.fields import dispatch, name_keys, name_patterns, numbers, particulars, pii_scan, text, vocabularies
from recordkit.reference import Reference

_SERIAL = r"(?i)^[(\[#]?(?:[0-9]{1,2}\s?[)\].۔\-]|[ivx]{1,4}\s?\))\s*"
_BULLET = r"\x{2460}-\x{249b}\x{2776}-\x{2793}"
# Signs that no name and no address has: whatever they are, they stand between people. Unspaced, some may be a letter
# that was lost (M*hammad): then only if a relation follows.
_KEPT_SIGNS = r"\p{L}\p{M}\p{N}\s.'’‘`´()\[\]{}@,،\-/\\:\"“”?%&+#_–—۔\x{fffd}¿"
_CLOSED = r"~*^=$!\x{25a1}\x{25af}"  # the last two are boxes: bullets, or what a font shows for a letter
_HARD = rf"(?:[^{_KEPT_SIGNS}{_CLOSED}]|##+|//+|[{_BULLET}])+|(?:\s+[{_CLOSED}]+\s*|[{_CLOSED}]+\s+|[{_CLOSED}]{{2,}})"
_HASH = r"\s#\s*(\p{L})"
_CLOSE = r"[~*^=!]"  # a dollar without a space is a letter that was lost: A$lam
_COMMA = r"[,،]"
_STROKE = r"(?:\s?[/\\]\s?|\s[\-–—۔]+\s|\s?[–—_]+\s?|۔\s)"
_STROKED = r"\p{L}{2}\)?(?:\s?[/\\–—_]\s?|\s-+\s|\s?۔\s)\p{L}{2}"  # not that of S/O
_LINE_TAG, _TAG = r"(?i)<\s*/?\s*(?:br|p|li|div|tr|td|ul|ol)\b[^<>]{0,80}>", r"(?i)<\s*/?\s*[a-z][^<>]{0,80}>"
_PARENTHESES = r"\([^()]*\)"
_STATUS = r"\s*\(([^()]{2,40})\)|\s[-–—]+\s([^()\-–—]{2,40})$"
_COUNT = r"^[^\p{L}0-9]*([0-9]{1,3})\b"
_BETWEEN_ALIASES = r"[,،;؛/|\n]+"
_STRAY = " ,،.:-'\"()"
# A letter was lost: question marks in the place of letters, a figure or a sign in the middle of a word.
_LOST = r"\?{2,}|\x{fffd}|¿|(?:^|[\s(])\?\p{L}|\p{L}\?[\s,)]+\p{L}|\p{L}[?0-9*~^=$#\x{25a1}\x{25af}]+\p{L}"
_DOUBT = r"\p{L}[\s)]*\?[\s)]*$"  # Aslam?: whoever wrote it was not sure, or the last letter was lost
# Runs of Latin letters with marks are Urdu that was read in the wrong encoding.
_CODE = r"[{}]|[\[\]]\s*['\"]"  # of a program: {'name': 'Aslam'}
_BESIDES = r"\s*[/\\|&+]\s*"  # between somebody and unknown people
_PARTED = "\ue001"
_MISREAD = r"[À-ÖØ-öø-ÿ]{3}"
_OTHER_SCRIPT = r"[\p{L}--[\p{Latin}\p{Arabic}]]|[A-Za-z]Â(?:\s|$)"
_WORD = r"[\p{L}\p{M}]+|[0-9]+"


def _forms(kind: str) -> str:
    """Every joined letter of a kind, as a class of a pattern."""
    letters = map(chr, [*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)])
    return "".join(letter for letter in letters if unicodedata.decomposition(letter).startswith(f"<{kind}>"))


# A word that begins with the form of a letter for ends of words was written backwards, and so was its line.
_BACKWARDS = rf"(?:^|\s)[{_forms('final')}]|[{_forms('initial')}](?:\s|$)"

PEOPLE = pl.List(pl.String)


def split_people(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """The people of a cell, one entry each.

    `people` List(String): as written, in order; `rest` List(String): words of the cell that are in no entry. `codes`:
    RK219 several people, RK329 figures alone, RK344 perhaps more, RK346 letters lost and nobody readable, RK347 others
    who are not named, RK354 written backwards.
    """
    found = name_patterns.read_name_patterns(reference)
    values = values.cast(pl.String)
    turned = values.str.contains(_BACKWARDS).fill_null(False)
    cell = dispatch.where(values, turned, lambda s: s.str.reverse())
    cell = dispatch.where(cell, cell.str.contains("<", literal=True), _without_tags)
    cell = dispatch.where(cell, cell.str.contains("\t", literal=True), lambda s: s.str.replace_all("\t+", " – "))
    whole = cell = _related(text.normal(cell, reference, keep_lines=True), found)
    cell = dispatch.where(cell, cell.str.contains("[0-9]"), lambda s: _with_particulars(s, found, reference))
    cell = _without_numbering(cell, found)
    cell = dispatch.where(cell, cell.str.contains("\n", literal=True), lambda s: _one_line(s, found))
    cell = _cut(cell, found)
    cell = dispatch.where(cell, cell.str.contains(found.several), lambda s: _shared(s, found))
    entries = pl.select(cell=cell).select(entries=pl.col("cell").str.split("\n"), filled=pl.col("cell").is_not_null())
    others = entries["entries"].list.eval(pl.element().str.contains(found.counted)).list.any()
    named = pl.col("entries").list.eval(_entry(found)).list.drop_nulls()
    people = entries.select(people=pl.when("filled").then(named).otherwise(pl.lit([], PEOPLE)))["people"]
    hidden = people.list.eval(pl.element().str.contains(_unparted(found))).list.any().fill_null(False)
    hidden |= whole.str.contains(found.versus).fill_null(False) | _joined(people, found)
    none = people.list.len() == 0
    lost = values.str.contains(r"\?{2,}|\x{fffd}") & none
    figures = whole.str.contains(r"^[^\p{L}]*[1-9][^\p{L}]*$") & none
    backwards = turned | _reads_backwards(whole, reference)
    rest = _left(whole, people)
    flags = {
        "RK219": people.list.len() > 1, "RK329": figures, "RK344": hidden, "RK346": lost, "RK347": others,
        "RK354": backwards, "RK348": _more_figures(rest, people) & ~others.fill_null(False),
    }  # fmt: skip
    return pl.DataFrame({"people": people, "rest": rest, "codes": dispatch.codes(flags)})


def _figures(words: pl.Series) -> pl.Series:
    """Those of lists of words that are figures, as numbers."""
    number = pl.element().filter(pl.element().str.contains("^[0-9]+$")).cast(pl.Int64, strict=False)
    return words.list.eval(number.fill_null(-1))


def _more_figures(rest: pl.Series, people: pl.Series) -> pl.Series:
    """Whether figures are in no entry that do not number one of the people either."""
    figures = _figures(rest)
    most = pl.lit(figures.list.max()) > pl.lit(people.list.len())
    beyond = pl.lit(figures.list.min()) < 0
    return pl.select((most | beyond) & pl.lit(people.list.len() > 0)).to_series()


def _left(whole: pl.Series, people: pl.Series) -> pl.Series:
    """`rest`: the words of a text that none of these others has, case aside."""
    words = whole.str.to_lowercase().str.extract_all(_WORD).fill_null(pl.lit([], PEOPLE))
    used = people.list.join(" ").str.to_lowercase().str.extract_all(_WORD).fill_null(pl.lit([], PEOPLE))
    return pl.select(pl.lit(words).list.set_difference(pl.lit(used)).alias("rest")).to_series()


def _without_tags(values: pl.Series) -> pl.Series:
    return values.str.replace_all(_LINE_TAG, "\n").str.replace_all(_TAG, " ")


def _with_particulars(values: pl.Series, found: name_patterns.Markers, reference: Reference) -> pl.Series:
    """A card, a telephone or an age behind a comma, a stroke or a line break goes with the person before it."""
    said = particulars.patterns(reference)
    joined = rf"(?i)[\s,،;؛|/]+({said.card[4:]}|{said.phone[4:]}|{said.age[4:]})"
    return dispatch.where(values, values.str.contains(joined), lambda s: s.str.replace_all(joined, " ${1} "))


def _without_numbering(cell: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """Every number of a list is a break of a line: of the kind that the first number is of."""
    counted = rf"(?:^|[\s;,،])\(?(?:{found.marks})\s?[)۔.\-:]\s*"
    plain = rf"(?i)(?:^|\s)[1-9][0-9]?\s+(\p{{L}}[^\n0-9]{{1,60}}?{_bare(found.relation)})"
    kinds, bare = (*numbers.KINDS, (rf"^\(?(?:{found.marks})\s?[)۔.\-:]", counted)), r"^1\s+\p{L}.*\s2\s+\p{L}"
    if dispatch.untouched(cell, bare, *(starts for starts, _ in kinds)):
        return cell
    for starts, marks in kinds:
        cell = dispatch.where(cell, cell.str.contains(starts), _replaced(marks, "\n"))
    return dispatch.where(cell, cell.str.contains(bare), _replaced(plain, "\n${1}"))


def _cut(cell: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """Cells with a line break between any two people."""
    follows = rf"(?i){_CLOSE}(\p{{L}}{{2}}[^\n]{{1,40}}?{_bare(found.relation)})"
    more = rf"(?i)\s*(?:\b(?:{found.company}|{found.lists}|n)\b|&|\+)\s+([0-9]{{1,2}}\s)"
    joined = rf"(?i)\s(?:{found.lists}|{found.company})\s|&|\+"
    if dispatch.untouched(
        cell, _CLOSE, _HARD, _HASH, _COMMA, _STROKED, more, joined, r"[()]", found.unknown, found.versus
    ):
        return cell
    cell = _cut_certain(cell, found)
    cell = dispatch.where(cell, cell.str.contains(_CLOSE), lambda s: s.str.replace_all(follows, "\n${1}"))
    cell = dispatch.where(cell, cell.str.contains(_HARD), lambda s: s.str.replace_all(_HARD, "\n"))
    cell = dispatch.where(cell, cell.str.contains(_HASH), lambda s: s.str.replace_all(_HASH, "\n${1}"))
    cell = dispatch.where(cell, cell.str.contains(_COMMA), lambda s: _cut_commas(s, found))
    cell = dispatch.where(cell, cell.str.contains(_STROKED), lambda s: _cut_strokes(s, found))
    cell = dispatch.where(cell, cell.str.contains(more), _replaced(more, "\n${1}"))
    return dispatch.where(cell, cell.str.contains(joined), lambda s: _cut_and(s, found))


def _cut_certain(cell: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """Where what stands on one side can only be somebody else: a party, unknown people, a second word of status in
    brackets behind a name of its own."""
    cell = dispatch.where(cell, cell.str.contains(found.versus), _replaced(found.versus, "\n"))
    beside = rf"(?i)(\p{{L}}{{2}}[.)]?)(?:{_BESIDES}|\s+(?:{found.company})\s+){found.beside_unknown}"
    before = rf"(?i)^({found.unknown[4:]})\s*[/\\|]\s*({found.called})"
    for pattern in (beside, before):
        cell = dispatch.where(cell, cell.str.contains(found.unknown), _replaced(pattern, "${1}\n${2}"))
    between = cell.str.contains(rf"{_COMMA}[^,،]*{_COMMA}")
    cell = dispatch.where(cell, between, _replaced(found.religion, " (${1}) ${2}"))
    kind = rf"\((?:{found.in_brackets})\)"
    bracketed = rf"(?i)({kind})[ ,]*({found.called}[^()\n]{{0,60}}{kind})"
    for _ in range(2):  # what ends one match cannot begin the next
        cell = dispatch.where(cell, cell.str.contains(r"\)[^()]*\("), _replaced(bracketed, "${1}\n${2}"))
    return cell


def _shared(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """Aslam and Imran, sons of Bashir: both are."""
    parts = values.str.extract_groups(rf"(?is)^(.*?)({found.several[4:]})([^\n]*)(.*)$").struct.unnest()
    parts.columns = ["before", "marker", "father", "behind"]
    parts = parts.with_columns(pl.lit(values).alias("cell"), lines=pl.col("before").str.split("\n"))
    father = pl.concat_str(pl.lit(" "), pl.col("marker").str.strip_chars(), pl.lit(" "), pl.col("father"))
    shared = pl.concat_str(pl.col("lines").list.join(father + "\n"), father, "behind")
    related = pl.col("before").str.contains(found.relation) | pl.col("before").is_null()
    return parts.select(pl.when(related).then("cell").otherwise(shared).alias("cell")).to_series()


def _reads_backwards(cell: pl.Series, reference: Reference) -> pl.Series:
    """Plain letters from left to right: some words are names when they are turned round, and none is as it stands."""
    known = pii_scan.names(reference)
    urdu = cell.str.contains(r"[\x{0600}-\x{06ff}]{3}").fill_null(False)
    words = cell.filter(urdu).str.extract_all(r"[\p{L}\p{M}]{3,}")
    listed = pl.DataFrame({"words": words}).with_row_index("at").explode("words")
    told = listed.group_by("at", maintain_order=True).agg(
        pl.col("words").is_in(known.implode()).any().alias("stands"),
        pl.col("words").str.reverse().is_in(known.implode()).any().alias("turned"),
    )
    return pl.zeros(len(cell), dtype=pl.Boolean, eager=True).scatter(
        urdu.arg_true(), told.select(pl.col("turned") & ~pl.col("stands")).to_series()
    )


def _unparted(found: name_patterns.Markers) -> str:
    """Two people may be left in one entry: two descents, with words or a sign between them; two single names."""
    relation = _bare(found.relation)
    sign = rf"{relation}[^\n]*?\p{{L}}\s*[^\p{{L}}\p{{M}}\s'’()@]+\)?\s*\p{{L}}[^\n]*?{relation}"
    single = rf"^\p{{L}}{{3,}}{_STROKE}\p{{L}}{{3,}}$"
    housed = rf"{_bare(found.address)}[^\n]*{_COMMA}\s*(?:{found.first})\s*(?:{_COMMA}|$)"  # Aslam Chak 45, Imran
    return rf"{_two_descents(found)}|{sign}|{single}|{housed}"


def _joined(people: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """Whether an entry may hold somebody else: with, through, a second name behind what is said in brackets."""
    entries = people.list.join("\n")
    bracketed = rf"(?i)\((?:{found.in_brackets})\) *{found.called}"  # Aslam (arrested) Imran
    joined = rf"(?i)\p{{L}}{{2}} +(?:{found.company}|{found.through}) +\p{{L}}{{2}}"
    reported = entries.str.contains(found.reporter)  # State through ASI Akram
    return (entries.str.contains(bracketed) | (entries.str.contains(joined) & ~reported)).fill_null(False)


def _two_descents(found: name_patterns.Markers) -> str:
    """Two relations in one entry with three words or more between them: Ali S/O Noor Bashir Ahmad S/O Karim."""
    relation = _bare(found.relation)
    return rf"(?i){relation}\s*\p{{L}}{{2,}}(?:\s\p{{L}}{{2,}}){{2,}}\s*{relation}"


def _entry(found: name_patterns.Markers) -> pl.Expr:
    """One entry without numbering and stray signs; null when it is only "etc."."""
    entry = pl.element().str.replace(_SERIAL, "").str.replace_all(" +", " ").str.strip_chars(" ,،.-:–—_۔")
    entry = entry.str.replace(found.counted, "").str.strip_chars(" ,،.-:&+–—_۔")
    return pl.when(entry.str.contains(r"\p{L}")).then(entry)


def _one_line(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """A line that begins with a marker goes on with the person of the line above: nobody's entry begins with S/O."""
    spaced = values.str.replace_all("\n", "\n ", literal=True)  # a marker begins with a space
    return spaced.str.replace_all(rf"(?i)\n({_markers(found)})", "${1}").str.replace_all("\n ", "\n", literal=True)


def _markers(found: name_patterns.Markers) -> str:
    """What follows a name: a relation, an alias, an address or a caste."""
    return "|".join(_bare(pattern) for pattern in (found.relation, found.alias, found.address, found.caste))


def _cut_commas(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """A comma parts two people, unless a marker follows it; inside an address only if a relation follows."""
    # Words such as Mohallah belong to the address, and so does the comma before them.
    behind = "|".join(_bare(one) for one in (found.relation, found.alias, found.dwelling, found.caste))
    values = values.str.replace_all(rf"(?i){_COMMA}\s*({behind})", " ${1}")
    addressed = values.str.contains(found.address) | values.str.contains(found.caste)
    values = dispatch.where(
        values,
        addressed,
        lambda s: s.str.replace_all(rf"(?i){_COMMA}\s*([^,،\n]{{2,60}}?{_bare(found.relation)})", "\n${1}"),
    )
    # A given name with an address of its own is somebody else: Aslam Chak 45, Imran Chak 46.
    housed = rf"(?i){_COMMA}\s*((?:{found.first})\b[^,،\n]{{0,60}}?{_bare(found.address)})"
    values = dispatch.where(values, addressed, lambda s: s.str.replace_all(housed, "\n${1}"))
    return dispatch.where(values, ~addressed, lambda s: s.str.replace_all(_COMMA, "\n"))


def _cut_strokes(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """A stroke or a dash parts two people when a relation follows, or a whole name stands on either side, or single
    names that are known: Kala/Kalu may be one (RK344)."""
    relation = _bare(found.relation)
    related = rf"(?i)(\p{{L}}{{2}})\s?[/\\]\s?(\p{{L}}{{2,}}\s[^/\n]{{0,40}}?{relation})"
    dashed = rf"(?i)({relation}[^\n]{{2,40}}?\p{{L}}{{2}}){_STROKE}(\p{{L}}{{2,}}[^\n]{{0,40}}?{relation})"
    names = rf"(\p{{L}}{{2,}}\s\p{{L}}{{2,}}){_STROKE}(\p{{L}}{{2,}}\s\p{{L}}{{2}})"
    values = values.str.replace_all(related, "${1}\n${2}")
    for _ in range(2):  # a relation that ends one match cannot begin the next
        values = values.str.replace_all(dashed, "${1}\n${2}")
    plain = ~values.str.contains(found.address)
    values = dispatch.where(values, plain, lambda s: s.str.replace_all(names, "${1}\n${2}"))
    single = values.str.contains(rf"^\p{{L}}{{3,}}(?:{_STROKE}\p{{L}}{{3,}})+$")
    return dispatch.where(values, single, lambda s: _cut_single(s, found))


def _cut_single(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """Single names with strokes between them, where every one is a given name that stands alone."""
    cut = values.str.replace_all(_STROKE, "\n")
    known = cut.str.to_lowercase().str.split("\n").list.eval(pl.element().is_in(pl.Series(found.given).implode()).all())
    return pl.select(pl.when(known.list.first()).then(cut).otherwise(values).alias("cell")).to_series()


def _cut_and(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """And parts two people outside of addresses, inside of them when a relation follows; so does "alongwith", which
    may be about a pistol."""
    related = rf"(?i)\s+(?:{found.company}|{found.lists}|&|\+)\s+(\p{{L}}[^\n]{{1,40}}?{_bare(found.relation)})"
    values = values.str.replace_all(related, "\n${1}").str.replace_all(r"\+([0-9]{2})", "\ue000${1}")
    plain = ~values.str.contains(found.address)
    between = rf"(?i)\s+(?:{found.lists})\s+|\s*[&+]+\s*"
    values = dispatch.where(values, plain, lambda s: s.str.replace_all(between, "\n"))
    # With Kashif, with his brother Kashif; with a pistol is nobody.
    company = rf"(?i)(\p{{L}}{{2}}[.)]?)\s+(?:{found.company})\s+({found.called}|{found.kin[5:]})"
    with_whom = plain & values.str.contains(rf"(?i)\s(?:{found.company})\s")
    values = dispatch.where(values, with_whom, lambda s: s.str.replace_all(company, "${1}\n${2}"))
    return values.str.replace_all("\ue000", "+", literal=True)  # of +92 300 1234567


def _bare(pattern: str) -> str:
    return f"(?:{pattern.removeprefix('(?i)')})"


@dispatch.remembered
def parse(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """One person's entry.

    `name` (title case if Latin, Urdu stays Urdu), `relation` (father, husband, guardian), `relative_name`, `aliases`
    and `honorifics` (List(String)), `caste`, `address`, `sex_hint`, `unknown` (Boolean: nobody who can be matched),
    `nobody` (of them: the State, an officer's rank), `count` (Int32: how many unknown people the entry says), `card`,
    `phone`, `age` (as written), `person_status`, `rest` List(String): words that are used nowhere; `codes`: RK329 no
    name readable, RK330 unknown, RK346 a letter was lost, RK348 `rest` is not empty, RK349 a card, telephone or age.
    """
    found = name_patterns.read_name_patterns(reference)
    entry = _related(text.normal(_turned(values), reference), found).str.replace(_SERIAL, "")
    blank = values.str.contains(r"\p{L}") & entry.is_null()  # 2) NOT KNOWN
    beside = particulars.taken(entry, reference, found.relation)
    status, bare = _status(beside["left"], reference)
    rest, address = _from(bare, found.address)
    address, caste_behind = _behind(address, found.caste)
    rest, caste = _behind(rest, found.caste)
    rest, _ = _behind(rest, found.aside)
    caste = pl.select(pl.coalesce(caste, caste_behind)).to_series()
    rest, kin = _without_kin(rest, found)
    person, marker, relative = _around(rest, found.relation)
    # "do namaloom": two of them, and no daughter.
    subject = pl.select(pl.coalesce(person, relative)).to_series()
    described = (subject.str.contains(found.described) & subject.str.contains(found.description)).fill_null(False)
    bare_words = subject.str.contains(found.nameless).fill_null(False) | described
    unknown = subject.str.contains(found.unknown).fill_null(False)
    beside_name = unknown & ~bare_words & subject.str.contains(rf"(?i)^[\s(]*(?:{found.honorifics})?{found.called}")
    person = dispatch.where(person, beside_name, _replaced(rf"(?i)[\s,;/(-]+{found.beside_unknown}", ""))
    unknown = (unknown & ~beside_name) | bare_words
    denied = subject.str.contains(found.denied).fill_null(False)
    unknown |= (blank | (marker.is_not_null() & subject.is_null())).fill_null(False)  # ---do---
    relation = _relation(marker, found)
    relative = _unless(marker.is_not_null() & relation.is_null(), relative)  # brother of: no column has it
    person = person.str.replace(found.reporter, "")  # State through ASI Akram: the officer who reports
    nameless = person.str.contains(found.nobody) | person.str.contains(found.rank)  # an officer whom nobody names
    thing, perhaps = _no_people(person, marker, found)
    nobody = nameless.fill_null(False) | thing
    unknown &= ~thing
    person, relative, playing = _without_roles(person, relative, unknown, found)
    name, aliases = _name_and_aliases(person, found)
    name, honorifics = _without_titles(name, found)
    misread = person.str.contains(_MISREAD).fill_null(False)
    lost = person.str.contains(_LOST).fill_null(False) | misread
    kept = name.is_not_null() & ~unknown & ~nobody & ~lost
    name = pl.select(pl.when(kept).then(name).alias("name")).to_series()
    unreadable = (
        entry.is_not_null() & name.is_null() & ~unknown & ~nobody & ~lost & (marker.is_null() | person.is_not_null())
    )
    out = pl.DataFrame(
        {
            "name": name,
            "relation": _unless(unknown, relation),
            "relative_name": _unless(unknown, _relative_name(relative, found)),
            "aliases": aliases,
            "honorifics": honorifics,
            "caste": text.title(caste.str.extract(r"^([^,،;(]{2,30})").str.strip_chars(" .:-")),
            "address": _without_resident(address, found),
            "sex_hint": _first([kin["sex"], _sex(marker, honorifics, name, subject, unknown, found)]),
            "unknown": unknown | nobody,
            "nobody": (nobody & ~unknown) | denied,
            "count": _count(subject, unknown, found),
            **{part: beside[part] for part in ("card", "phone", "age")},
            "person_status": status,
        }
    )
    unused = _unused(bare, out, found)
    lost |= relative.str.contains(_LOST).fill_null(False)
    called = out.select(pl.concat_str("name", "relative_name", separator=" ", ignore_nulls=True)).to_series()
    # Rasool under investigation, Rasool - Okara
    told = (unused.list.len() > 0) | called.str.contains(found.procedure) | called.str.contains(r"\s[\-–—]+\s")
    told |= kin["told"] | beside_name | entry.str.contains(_CODE)
    moved = pl.select(pl.any_horizontal(beside[part].is_not_null() for part in ("card", "phone", "age"))).to_series()
    spoken = ~unknown & ~nobody & ~lost & ~unreadable
    flags = {"RK329": unreadable, "RK330": unknown, "RK346": lost & ~misread, "RK348": told & spoken, "RK349": moved}
    flags |= {"RK383": playing, **_doubts(person, relative), "RK386": misread}
    flags |= {"RK397": (described & ~thing) | (perhaps & spoken), "RK398": thing & ~nameless.fill_null(False)}
    return out.with_columns(unused.alias("rest"), dispatch.codes(flags).alias("codes"))


def _without_kin(rest: pl.Series, found: name_patterns.Markers) -> tuple[pl.Series, pl.DataFrame]:
    """Entries without the word of kin before a name (his brother Kashif); of each `sex`, and whether it is `told`."""
    told = rest.str.contains(found.kin) & ~rest.str.contains(found.related_kin) & ~rest.str.contains(found.described)
    told = told.fill_null(False)
    sex = pl.lit(None, pl.String)
    for code, pattern in found.kin_sexes[:2]:
        sex = pl.when(pl.lit(told) & pl.lit(rest).str.contains(pattern)).then(pl.lit(code)).otherwise(sex)
    kin = (
        pl.select(sex.alias("sex"), pl.lit(told).alias("told"))
        if len(rest)
        else pl.DataFrame({"sex": rest, "told": told})
    )
    return dispatch.where(rest, told, lambda s: s.str.replace(found.kin, "${1}")), kin


def _no_people(person: pl.Series, marker: pl.Series, found: name_patterns.Markers) -> tuple[pl.Series, pl.Series]:
    """Whether what stands where a name may is a thing, the public or a body; and whether it may be one."""
    alone = marker.is_null()
    body = person.str.contains(found.body) & alone
    given = person.str.contains(rf"(?i)^[\s(]*{found.called}") | person.str.contains(found.description)
    thing = (person.str.contains(found.things) & alone) | (body & ~given)
    thing &= ~person.str.contains(found.nameless)
    perhaps = (person.str.contains(found.perhaps_body) & alone & ~given) | (body & given)
    return thing.fill_null(False), perhaps.fill_null(False) & ~thing.fill_null(False)


def _first(series: list[pl.Series]) -> pl.Series:
    return pl.select(pl.coalesce(series)).to_series()


def _without_roles(
    person: pl.Series, relative: pl.Series, unknown: pl.Series, found: name_patterns.Markers
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The two without words for what somebody is in the case (Accused Aslam, Rasool main accused), and whether one
    had any."""
    named = ~unknown
    before, behind = (person.str.contains(found.roles) & named), (person.str.contains(found.role_behind) & named)
    after = relative.str.contains(found.role_behind).fill_null(False) & named
    person = dispatch.where(person, before, _replaced(found.roles, "${1}"))
    person = dispatch.where(person, behind, _replaced(found.role_behind, "${1}"))
    relative = dispatch.where(relative, after, _replaced(found.role_behind, "${1}"))
    return person, relative, before.fill_null(False) | behind.fill_null(False) | after


def _doubts(*parts: pl.Series) -> dict[str, pl.Series]:
    """RK384 where a question mark ends one of several texts, RK385 where one has letters of another script."""
    codes = {"RK384": _DOUBT, "RK385": _OTHER_SCRIPT}
    return {
        code: pl.select(pl.any_horizontal(pl.lit(part.str.contains(pattern)).fill_null(False) for part in parts))
        .to_series()
        .alias(code)
        for code, pattern in codes.items()
    }


def _turned(values: pl.Series) -> pl.Series:
    values = values.cast(pl.String)
    return dispatch.where(values, values.str.contains(_BACKWARDS), lambda s: s.str.reverse())


def _related(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """Relations as they are usually written: Son/of is son of, and ولدرسول is ولد رسول."""
    values = dispatch.where(values, values.str.contains(r"\\/"), _replaced(r"\\+/", "/"))
    values = dispatch.where(values, values.str.contains(found.stroked), _replaced(found.stroked, "${1} ${2}"))
    values = dispatch.where(values, values.str.contains(found.behind_name), lambda s: _fathered(s, found))
    return dispatch.where(values, values.str.contains(found.joined), _replaced(found.joined, "${1}${2} ${3}"))


def _fathered(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """Aslam Father Rasool is Aslam, child of Rasool; his father Rasool is somebody of his own."""
    his = rf"(?:{found.possessive})\s+"
    joined = rf"(?:(?:^|\s)(?:{found.lists}|{found.company})\s+|[&+]\s*)"
    kept = rf"(?i)({joined}(?:{his})?|(?:^|\s){his})(\p{{L}}+\s)"
    parted = values.str.replace_all(kept, rf"${{1}}{_PARTED}${{2}}")
    parted = parted.str.replace_all(r"(?i)\s(\p{L}+[\s\-]+(?:of|in)\s)", rf" {_PARTED}${{1}}")
    parted = parted.str.replace_all(found.behind_name, rf"${{1}}{found.child_of} ${{2}}")
    return parted.str.replace_all(_PARTED, "", literal=True)


def _replaced(pattern: str, by: str) -> Callable[[pl.Series], pl.Series]:
    return lambda values: values.str.replace_all(pattern, by)


def _status(entries: pl.Series, reference: Reference) -> tuple[pl.Series, pl.Series]:
    """The status of a person that stands in brackets or behind a dash, and the entries without it: Ali (absconder),
    Umar - Arrested."""
    inside = entries.str.extract(_STATUS).alias("inside")
    behind = entries.str.extract(_STATUS, 2)
    inside = pl.select(pl.coalesce(inside, behind).alias("inside")).to_series()
    if inside.null_count() == len(inside):
        return inside, entries
    told = vocabularies.clean(inside, "person_status", reference)["value"]
    bare = dispatch.where(entries, told.is_not_null(), lambda s: s.str.replace(_STATUS, ""))
    return told, bare


def _count(subject: pl.Series, unknown: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """How many unknown people an entry says, in figures or in words; one, when it does not say."""
    for word, figure in found.number_words:
        hit = unknown & subject.str.contains(word)
        subject = dispatch.where(subject, hit, lambda s, w=word, f=figure: s.str.replace(w, f"{f} "))  # type: ignore[misc]
    count = subject.str.strip_chars_start(" ").str.extract(_COUNT).cast(pl.Int32, strict=False).fill_null(1)
    return pl.select(pl.when(unknown).then(count.cast(pl.Int32)).alias("count")).to_series()


def _unused(entry: pl.Series, out: pl.DataFrame, found: name_patterns.Markers) -> pl.Series:
    """`rest`: the words of an entry that no output has and that do not stand around names."""
    lists = [out[name].list.join(" ") for name in ("aliases", "honorifics")]
    plain = [out[name] for name in ("name", "relative_name", "caste", "address")]
    used = pl.select(pl.concat_str(*plain, *lists, separator=" ", ignore_nulls=True)).to_series()
    left = _left(entry, pl.select(pl.concat_list(used)).to_series())
    around = pl.Series([list(found.known)], dtype=PEOPLE)
    return pl.select(pl.lit(left).list.set_difference(pl.lit(around)).alias("rest")).to_series()


@dispatch.remembered
def parse_one(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`parse` for a column that holds one name in a row; RK345 where a cell names several people, RK347 where it says
    that there were others."""
    split = split_people(values, reference)
    people = split["people"]
    whole = people.list.eval(pl.element().str.contains(" ")).list.sum() > 1
    comma = values.str.contains(_COMMA)  # "Khan, Imran" and "Aslam, Lahore" are one person
    # Aslam, Imran: names that stand alone are several people; Khan, Imran is one.
    is_given = (
        pl.element().str.to_lowercase().is_in(pl.Series(name_patterns.read_name_patterns(reference).given).implode())
    )
    given = people.list.eval(is_given).list.all() & (people.list.len() > 1)
    several = (people.list.len() > 1) & (whole | ~comma | given)
    blank = text.normal(values, reference).is_null()  # of a row that is a person, whatever its name
    others = split["codes"].list.contains("RK347") & (people.list.len() == 1)  # Aslam & Co
    entry = pl.select(pl.when(pl.lit(others)).then(pl.lit(people).list.first()).otherwise(pl.lit(values))).to_series()
    found = parse(_unless(blank, entry.alias(values.name)), reference)
    several |= (found["count"] > 1).fill_null(False)  # 3 women
    own = pl.when(several).then(pl.lit(found["codes"]).list.set_difference(["RK348"])).otherwise(found["codes"])
    of_cell = split["codes"].list.set_intersection(["RK346", "RK347", "RK354"])
    told = dispatch.merge_codes(pl.select(own).to_series(), of_cell, dispatch.codes({"RK345": several}))
    return found.with_columns(told)


@dispatch.remembered
def relatives(values: pl.Series, relation: str | None, reference: Reference) -> pl.DataFrame:
    """`relation` and `relative_name` of a column of parents or husbands; `relation` is the column's, if it has one.

    A marker in the cell goes before it. `codes`: RK329 (no name readable), RK346 (a letter was lost),
    RK348 (a card, a telephone or an age that is nobody's).
    """
    found = name_patterns.read_name_patterns(reference)
    entry = _related(text.normal(_turned(values), reference), found)
    beside = particulars.taken(entry, reference)
    moved = pl.select(pl.any_horizontal(beside[part].is_not_null() for part in ("card", "phone", "age"))).to_series()
    rest, _ = _behind(beside["left"], found.address)
    rest, _ = _behind(rest, found.caste)
    rest, _ = _behind(rest, found.aside)
    own = pl.lit(None, pl.String)
    for code, pattern in found.kin_sexes[2:]:  # father Rasool
        hit = rest.str.contains(pattern) & rest.str.contains(found.kin) & ~rest.str.contains(found.related_kin)
        own = pl.when(pl.lit(hit)).then(pl.lit(code)).otherwise(own)
        rest = dispatch.where(rest, hit, _replaced(found.kin, "${1}"))
    before, marker, behind = _around(rest, found.relation)
    name = _relative_name(pl.select(pl.coalesce(behind, before)).to_series(), found)
    unknown = rest.str.contains(found.unknown).fill_null(False)
    stated = _relation(marker, found)
    unknown |= rest.str.contains(found.nameless).fill_null(False)
    other = marker.is_not_null() & stated.is_null()  # brother of
    if len(entry):
        stated = pl.select(pl.coalesce(pl.lit(stated), own).alias("relation")).to_series()
    called = before.str.contains(found.kin) & ~unknown & marker.is_null()
    other |= called.fill_null(False)  # mother Shazia
    name = pl.select(pl.when(~unknown & ~other).then(name).alias("relative_name")).to_series()
    if relation is not None:
        stated = pl.select(pl.coalesce(stated, pl.lit(relation)).alias("relation")).to_series()
    kept = pl.select(pl.when(name.is_not_null()).then(stated).alias("relation")).to_series()
    name = name.str.replace(found.role_behind, "${1}")
    misread = rest.str.contains(_MISREAD).fill_null(False)
    lost = rest.str.contains(_LOST).fill_null(False) | misread
    several = ~unknown & _names_several(rest, found)
    left = _left(entry, pl.select(pl.concat_list(pl.lit(name).fill_null(""))).to_series())
    around = pl.Series([list(found.known)], dtype=PEOPLE)
    unused = pl.select(pl.lit(left).list.set_difference(pl.lit(around)).list.len() > 0).to_series()
    bad = entry.is_not_null() & name.is_null() & ~unknown & ~lost & ~other
    told = moved | other | name.str.contains(found.procedure) | (unused & ~unknown & ~lost & ~bad & ~several)
    flags = {"RK329": bad, "RK345": several, "RK346": lost & ~misread, "RK348": told, **_doubts(rest), "RK386": misread}
    return pl.DataFrame({"relation": kept, "relative_name": name, "codes": dispatch.codes(flags)})


def _names_several(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """Rasool/Karim, Rasool and Karim: two words of two letters or more with something between them that parts."""
    parts = rf"(?i)\p{{L}}{{2}}\s?(?:[/\\|+&;؛]|\s(?:{found.lists})\s)\s?\p{{L}}{{2}}"
    comma = rf"(?i)(?:^|\s)(?:{found.first})\s?{_COMMA}\s?(?:{found.first})$"
    return (values.str.contains(parts) | values.str.contains(comma)).fill_null(False)


def aliases(values: pl.Series, reference: Reference) -> pl.Series:
    """List(String), never null: the aliases of a column of their own (`KALU @ Billa`), as `parse` writes them."""
    return parse_aliases(values, reference)["aliases"]


def parse_aliases(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`aliases`, and `codes`: RK348 for figures that are in none of them."""
    found = name_patterns.read_name_patterns(reference)
    plain = text.normal(values, reference)
    cell = plain.str.replace_all(found.alias, "\n").str.replace_all(_BETWEEN_ALIASES, "\n")
    each = pl.element().str.strip_chars(_STRAY).str.to_titlecase()
    listed = cell.str.split("\n").list.eval(pl.when(each.str.contains(r"\p{L}")).then(each)).list.drop_nulls()
    names = listed.fill_null(pl.lit([], PEOPLE)).alias("aliases")
    left = _figures(_left(plain, names)).list.len() > 0
    return pl.DataFrame({"aliases": names, "codes": dispatch.codes({"RK348": left})})


def address(values: pl.Series, reference: Reference) -> pl.Series:
    """A column of addresses, without the r/o or سکنہ that may start them."""
    return _without_resident(text.clean(values, reference)["value"], name_patterns.read_name_patterns(reference))


@dispatch.remembered
def keys(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`key` and its `tokens` (List(String)): equal for the spellings of one name, in Latin or Urdu letters."""
    return name_keys.keys(values, reference)


def _unless(mask: pl.Series, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(~mask).then(values).alias(values.name)).to_series()


def _without_resident(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    bare = dispatch.where(values, values.str.contains(found.resident), lambda s: s.str.replace(found.resident, ""))
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


def _name_and_aliases(person: pl.Series, found: name_patterns.Markers) -> tuple[pl.Series, pl.Series]:
    quoted = person.str.contains(found.quoted).fill_null(False)
    none = pl.lit([], PEOPLE)
    second = pl.element().str.extract(found.quoted, 2).str.to_titlecase()
    inside = person.str.extract_all(found.quoted).list.eval(second)
    person = dispatch.where(person, quoted, _replaced(found.quoted, "${1} "))
    hit = person.str.contains(found.alias).fill_null(False)
    parts = person.str.replace_all(found.alias, "\n").str.split("\n")
    clean = pl.element().str.replace_all(_PARENTHESES, " ").str.strip_chars(_STRAY)
    titled = clean.str.to_titlecase()
    rest = parts.list.slice(1).list.eval(pl.when(clean.str.contains(r"\p{L}")).then(titled)).list.drop_nulls()
    aliases = pl.select(pl.when(hit).then(rest).otherwise(none).alias("aliases")).to_series()
    if quoted.any():
        both = pl.when(quoted).then(pl.concat_list(inside, aliases)).otherwise(aliases)
        aliases = pl.select(both.alias("aliases")).to_series()
    name = pl.select(pl.when(hit).then(parts.list.first()).otherwise(person)).to_series()
    return text.title(_bare_name(name, found)), aliases


def _bare_name(values: pl.Series, found: name_patterns.Markers) -> pl.Series:
    """A name without parentheses, "late" and stray signs; null when fewer than two letters are left."""
    odd, brackets, spaced = r"[^\p{L}\p{M}\ufffd .'\-]", r"[()]", "  "
    if not dispatch.untouched(values, odd, brackets, spaced, found.late):
        values = dispatch.where(values, values.str.contains(brackets), _replaced(_PARENTHESES, " "))
        values = dispatch.where(values, values.str.contains(found.late), _replaced(found.late, " "))
        values = dispatch.where(values, values.str.contains(odd), _replaced(f"{odd}+", " "))
        values = dispatch.where(values, values.str.contains(spaced), _replaced(" +", " "))
    values = values.str.strip_chars(" ,،.:-'")
    return pl.select(pl.when(values.str.count_matches(r"\p{L}") >= 2).then(values)).to_series()


def _without_titles(name: pl.Series, found: name_patterns.Markers) -> tuple[pl.Series, pl.Series]:
    """The name without the titles before it, and the titles. A name that is only titles keeps them."""
    honorific = rf"(?i)^({found.honorifics})\p{{L}}"
    title = rf"(?i)^({found.titles})\p{{L}}\S*\s+\S"
    named = name.to_frame("name").lazy()
    taken = ["first", "second", "third"]
    for start, pattern in zip(taken, (honorific, title, honorific), strict=True):
        named = named.with_columns(pl.col("name").str.extract(pattern).alias(start))
        behind = pl.col("name").str.slice(pl.col(start).str.len_chars())
        named = named.with_columns(pl.when(pl.col(start).is_not_null()).then(behind).otherwise("name").alias("name"))
    said = pl.concat_str(taken, separator=" ", ignore_nulls=True)
    words = said.str.replace_all(r"[\s.:]+", " ").str.strip_chars(" ")
    listed = pl.when(words.str.len_chars() > 0).then(words.str.split(" ")).otherwise(pl.lit([], PEOPLE))
    both = named.select(pl.col("name").alias(name.name), listed.alias("_honorifics")).collect()
    return both.to_series(0), both.to_series(1).alias("honorifics")


def _relation(marker: pl.Series, found: name_patterns.Markers) -> pl.Series:
    out = pl.lit(None, pl.String)
    for pattern, meaning in found.relations:
        out = pl.when(pl.lit(marker).str.contains(pattern)).then(pl.lit(meaning)).otherwise(out)
    return pl.select(out.alias("relation")).to_series() if len(marker) else marker.alias("relation")


def _relative_name(relative: pl.Series, found: name_patterns.Markers) -> pl.Series:
    unnamed = relative.str.contains(found.unknown) | relative.str.contains(found.nameless)
    known = ~(unnamed | relative.str.contains(_LOST)).fill_null(False)
    relative = pl.select(pl.when(known).then(relative)).to_series()
    first, _ = _behind(relative, found.alias)
    name = text.title(_bare_name(first.str.extract(r"^([^,،;]*)"), found))
    return _without_titles(name, found)[0].alias("relative_name")


def _sex(
    marker: pl.Series, honorifics: pl.Series, name: pl.Series, subject: pl.Series, unknown: pl.Series,
    found: name_patterns.Markers,
) -> pl.Series:  # fmt: skip
    titled = honorifics.list.eval(pl.element().str.contains(found.females)).list.any()
    man = honorifics.list.eval(pl.element().str.contains(found.males)).list.any()
    female = marker.str.contains(found.females).fill_null(False) | titled.fill_null(False)
    male = marker.str.contains(found.males).fill_null(False) | man.fill_null(False)
    ends = name.str.contains(found.female_names).fill_null(False)
    said = [(sex, unknown & subject.str.contains(words).fill_null(False)) for sex, words in found.sexes]
    both = pl.select(pl.sum_horizontal(pl.lit(hit).cast(pl.Int8) for _, hit in said) > 1).to_series()
    nameless = pl.coalesce(pl.when(hit & ~both).then(pl.lit(sex)) for sex, hit in said)
    hint = pl.when(female | (ends & ~male)).then(pl.lit("female")).when(male).then(pl.lit("male"))
    return pl.select(pl.when(unknown).then(pl.coalesce(nameless, hint)).otherwise(hint).alias("sex_hint")).to_series()
