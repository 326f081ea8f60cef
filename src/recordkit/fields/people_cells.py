"""The people of a cell, one entry each: `1) Muhammad Aslam S/O Ghulam Rasool 2) Imran @ Mani S/O Bashir`,
`محمد اسلم ولد بشیر، نامعلوم`."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import dispatch, name_text, numbers, particulars, people_with_addresses, pii_scan, text
from recordkit.fields.name_patterns import Markers, read_name_patterns
from recordkit.fields.name_text import COMMA, PEOPLE, group
from recordkit.fields.own_threads import keeps_patterns
from recordkit.reference import Reference

_COMMA_AND_COUNT = r"\s*[,،]\s*([0-9]{1,2})"
_BULLET = r"\x{2460}-\x{249b}\x{2776}-\x{2793}"
# Signs that no name and no address has: whatever they are, they stand between people. Unspaced, some may be a letter
# that was lost (M*hammad): then only if a relation follows.
_NAME_SIGNS = r"\p{L}\p{M}\p{N}\s.'’‘`´()\[\]{}@,،\-/\\:\"“”?%&+#_–—۔\x{fffd}¿"
_CLOSED = r"~*^=$!\x{25a1}\x{25af}"  # the last two are boxes: bullets, or what a font shows for a letter
_HARD = rf"(?:[^{_NAME_SIGNS}{_CLOSED}]|##+|//+|[{_BULLET}])+|(?:\s+[{_CLOSED}]+\s*|[{_CLOSED}]+\s+|[{_CLOSED}]{{2,}})"
_HASH = r"\s#\s*(\p{L})"
_CLOSE = r"[~*^=!]"  # a dollar without a space is a letter that was lost: A$lam
_STROKE = r"(?:\s?[/\\]\s?|\s[\-–—۔]+\s|\s?[–—_]+\s?|۔\s)"
_SINGLE = rf"^\p{{L}}{{3,}}{_STROKE}\p{{L}}{{3,}}$"  # Aslam/Imran
_STROKED = r"\p{L}{2}\)?(?:\s?[/\\–—_]\s?|\s-+\s|\s?۔\s)\p{L}{2}"  # not that of S/O
# 1.Aslam2.Akram: the mark of the second is of the same kind as that of the first.
_GLUED = "|".join(rf"^[(\[]?0?1\s?{sign}.*\p{{L}}\p{{M}}*[(\[]?2\s?{sign}\s?\p{{L}}" for sign in ("[.۔]", r"[)\]]"))
_GLUED_MARK = r"(\p{L}\p{M}*)([(\[]?[2-9]\s?[.۔)\]]\s?\p{L})"
_SECOND = "".join(rf"(?:\s0?{at}\s+\p{{L}}[^0-9/\n]*" for at in range(2, 10))
_COUNTED_ONLY = rf"^0?1\s+\p{{L}}[^0-9/\n]*{_SECOND}{')?' * 7})$"
_LINE_TAG, _TAG = r"(?i)<\s*/?\s*(?:br|p|li|div|tr|td|ul|ol)\b[^<>]{0,80}>", r"(?i)<\s*/?\s*[a-z][^<>]{0,80}>"
_BEFORE_UNKNOWN = r"\s*[/\\|&+]\s*"  # between somebody and unknown people


def split_people(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """The people of a cell, one entry each.

    `people` List(String): as written, in order; `rest` List(String): words of the cell that are in no entry. `codes`:
    RK219 two people or more, RK329 figures alone, RK344 perhaps more, RK346 letters lost and nobody readable, RK347
    others who are not named, RK354 written backwards.
    """
    markers = read_name_patterns(reference)
    values = values.cast(pl.String)
    turned = values.str.contains(name_text.BACKWARDS).fill_null(False)
    cell = dispatch.where(values, turned, lambda s: s.str.reverse())
    cell = dispatch.where(cell, cell.str.contains("<", literal=True), _without_tags)
    cell = dispatch.where(cell, cell.str.contains("\t", literal=True), dispatch.replace_all("\t+", " – "))
    spelt = _with_unknown_people(text.normal(cell, reference, keep_lines=True), cell, markers)
    whole = cell = _without_more_unknown(name_text.with_usual_relations(spelt, markers), markers)
    cell = dispatch.where(cell, cell.str.contains("[0-9]"), lambda s: _with_particulars(s, markers, reference))
    cell = _without_numbering(cell, markers)
    cell = dispatch.where(cell, cell.str.contains("\n", literal=True), lambda s: _with_continued_lines(s, markers))
    names = pii_scan.names(reference)
    cell = _cut(cell, markers, names)
    cell = dispatch.where(cell, cell.str.contains(markers.several), lambda s: _shared(s, markers))
    entries = pl.select(cell=cell).select(entries=pl.col("cell").str.split("\n"), filled=pl.col("cell").is_not_null())
    others = entries["entries"].list.eval(pl.element().str.contains(markers.counted)).list.any()
    named = pl.col("entries").list.eval(_entry(markers)).list.drop_nulls()
    people = entries.select(people=pl.when("filled").then(named).otherwise(pl.lit([], PEOPLE)))["people"]
    people = _with_repeated(people, markers)
    hidden = _with_two_in_one(people, markers)
    hidden |= whole.str.contains(markers.versus).fill_null(False) | _with_somebody_else(people, markers)
    hidden |= _of_other_columns(people, reference)
    hidden |= people_with_addresses.perhaps_somebody(people.list.join("\n"), markers, names)
    none = people.list.len() == 0
    lost = values.str.contains(r"\?{2,}|\x{fffd}") & none
    figures = whole.str.contains(r"^[^\p{L}]*[1-9][^\p{L}]*$") & none
    backwards = turned | _reads_backwards(whole, reference)
    rest = name_text.unused_words(whole, people)
    flags = {
        "RK219": people.list.len() > 1, "RK329": figures, "RK344": hidden, "RK346": lost, "RK347": others,
        "RK354": backwards, "RK348": _more_figures(rest, people) & ~others.fill_null(False),
    }  # fmt: skip
    return pl.DataFrame({"people": people, "rest": rest, "codes": dispatch.codes(flags)})


def _with_unknown_people(spelt: pl.Series, cell: pl.Series, markers: Markers) -> pl.Series:
    """Cells with a word for nothing that also says that nobody knows who (not known): an unknown person."""
    blank = spelt.is_null() & cell.is_not_null()
    if not blank.any():
        return spelt
    plain = text.normal(cell)
    known = pl.Series(markers.unknown_keys).implode()
    unknown = dispatch.asked(plain, blank, lambda some: text.fold(some).is_in(known))
    return pl.select(pl.when(unknown).then(plain).otherwise(spelt).alias(spelt.name)).to_series()


def _of_other_columns(people: pl.Series, reference: Reference) -> pl.Series:
    """Whether one of two entries or more is nothing but a district, a station or a caste: Aslam s/o Noor, Gujrat."""
    if not (people.list.len() > 1).any():
        return pl.zeros(len(people), dtype=pl.Boolean, eager=True)
    spelt = pl.element().str.to_lowercase().str.strip_chars(" .")
    other = people.list.eval(spelt.is_in(pl.Series(_words_of_other_columns(reference)).implode())).list.any()
    return ((people.list.len() > 1) & other).fill_null(False)


@lru_cache(maxsize=8)
def _words_of_other_columns(reference: Reference) -> list[str]:
    """Districts, stations and castes that nobody is called."""
    districts = tables.words(reference.districts, ["district"], ["district", "aliases", "urdu_name"])["word"]
    stations = tables.words(reference.stations, ["station"], ["station", "aliases", "urdu"])["word"]
    castes = reference.name_variants.filter(pl.col("kind").is_in(["caste", "tribe"]))
    spelt = tables.words(castes, ["canonical"], ["canonical", "variants", "urdu"])["word"]
    words = {word.lower() for word in [*districts, *stations, *spelt]}
    return sorted(words - {*read_name_patterns(reference).given})


def _without_more_unknown(cell: pl.Series, markers: Markers) -> pl.Series:
    """Unknown name and address: nobody knows who, and an address is nobody else."""
    perhaps = cell.str.contains(markers.particulars)
    return dispatch.where(cell, perhaps, dispatch.replace_all(markers.unknown_particulars, "${1}${2}"))


@keeps_patterns
def _with_repeated(people: pl.Series, markers: Markers) -> pl.Series:
    """Every entry with the father and the address of the one before, where it says that they are the same: 1. Ali s/o
    Karim 2. Umar s/o -do-."""
    more = people.list.len() > 1
    perhaps = dispatch.asked(people, more, lambda s: s.list.join("\n").str.contains(markers.perhaps_ditto))
    if not perhaps.any():
        return people
    read = _repeated(people.filter(perhaps), markers)
    place = pl.select(pl.when(perhaps).then(perhaps.cast(pl.Int64).cum_sum() - 1)).to_series()
    return pl.select(pl.when(perhaps).then(read.gather(place)).otherwise(people).alias(people.name)).to_series()


def _repeated(people: pl.Series, markers: Markers) -> pl.Series:
    long = pl.DataFrame({"entry": people}).with_row_index("at").explode("entry")
    head, address = name_text.cut_from(long["entry"], markers.address)
    before, marker, father = name_text.cut_around(head, markers.relation)
    father_again = name_text.says_ditto(father, markers)
    address_again = name_text.says_ditto(address.str.replace(markers.resident, ""), markers)
    first_father, _ = name_text.cut_behind(father, markers.caste)
    stated = [dispatch.unless(father_again, first_father), dispatch.unless(address_again, address)]
    known = long.select("at").with_columns(stated[0].alias("father"), stated[1].alias("address"))
    above = known.select(pl.col("father", "address").forward_fill().over("at"))
    of_head = pl.concat_str(pl.lit(before), pl.lit(marker), above["father"])
    read = pl.select(
        head=pl.when(father_again & above["father"].is_not_null()).then(of_head).otherwise(pl.lit(head)),
        address=pl.when(address_again).then(pl.coalesce(above["address"], pl.lit(address))).otherwise(pl.lit(address)),
    )
    entry = read.select(pl.concat_str("head", "address", separator=" ", ignore_nulls=True).str.replace_all(" +", " "))
    changed = pl.when(father_again | address_again).then(entry.to_series()).otherwise(long["entry"])
    return long.with_columns(changed.alias("entry")).group_by("at", maintain_order=True).agg("entry")["entry"]


def _more_figures(rest: pl.Series, people: pl.Series) -> pl.Series:
    """Whether figures are in no entry that do not number one of the people either."""
    figures = name_text.figures(rest)
    most = pl.lit(figures.list.max()) > pl.lit(people.list.len())
    beyond = pl.lit(figures.list.min()) < 0
    return pl.select((most | beyond) & pl.lit(people.list.len() > 0)).to_series()


def _without_tags(values: pl.Series) -> pl.Series:
    """Cells without the tags of a web page; those that end a line end one here too."""
    return values.str.replace_all(_LINE_TAG, "\n").str.replace_all(_TAG, " ")


def _with_particulars(values: pl.Series, markers: Markers, reference: Reference) -> pl.Series:
    """A card, a telephone or an age behind a comma, a stroke or a line break goes with the person before it."""
    patterns = particulars.patterns(reference)
    joined = rf"(?i)[\s,،;؛|/]+({patterns.card[4:]}|{patterns.phone[4:]}|{patterns.age[4:]})"
    return dispatch.where(values, values.str.contains(joined), dispatch.replace_all(joined, " ${1} "))


@keeps_patterns
def _without_numbering(cell: pl.Series, markers: Markers) -> pl.Series:
    """Every number of a list is a break of a line: of the kind that the first number is of."""
    ordinal = rf"(?i)^\(?(?:{markers.marks})\s?[)۔.\-:]"
    counted = rf"(?i)(?:^|[\s;,،])\(?(?:{markers.marks})\s?[)۔.\-:]\s*"
    plain = rf"(?i)(?:^|\s)[1-9][0-9]?\s+(\p{{L}}[^\n0-9]{{1,60}}?{group(markers.relation)})"
    kinds, bare = (*numbers.KINDS, *numbers.OF_PEOPLE, (ordinal, counted)), r"^0?1\s+\p{L}.*\s0?2\s+\p{L}"
    if dispatch.untouched(cell, bare, *(starts for starts, _ in kinds)):
        return cell
    cell = dispatch.where(cell, cell.str.contains(_GLUED), dispatch.replace_all(_GLUED_MARK, "${1} ${2}"))
    for starts, marks in kinds:
        cell = dispatch.where(cell, cell.str.contains(starts), dispatch.replace_all(marks, "\n"))
    cell = dispatch.where(cell, cell.str.contains(bare), dispatch.replace_all(plain, "\n${1}"))
    # 1 Aslam 2 Akram: no other figures, no address, and a name behind each.
    only = cell.str.contains(_COUNTED_ONLY)
    called = rf"(?i)\b0?[1-9]\s+({markers.called})"
    return dispatch.where(cell, only, dispatch.replace_all(called, "\n${1}"))


@keeps_patterns
def _cut(cell: pl.Series, markers: Markers, names: pl.Series) -> pl.Series:
    """Cells with a line break between any two people. names: every word that people are called by."""
    follows = rf"(?i){_CLOSE}(\p{{L}}{{2}}[^\n]{{1,40}}?{group(markers.relation)})"
    more = rf"(?i)\s*(?:\b(?:{markers.company}|{markers.lists}|n)\b|&|\+)\s+([0-9]{{1,2}}\s)"
    joined = rf"(?i)\s(?:{markers.lists}|{markers.company})\s|&|\+"
    if dispatch.untouched(
        cell, _CLOSE, _HARD, _HASH, name_text.REMARKED, COMMA, _STROKED, more, joined, r"[()]", markers.unknown,
        markers.versus,
    ):  # fmt: skip
        return cell
    cell = _cut_certain(name_text.with_bracketed_remarks(cell, markers), markers)
    cell = dispatch.where(cell, cell.str.contains(_CLOSE), dispatch.replace_all(follows, "\n${1}"))
    cell = dispatch.where(cell, cell.str.contains(_HARD), dispatch.replace_all(_HARD, "\n"))
    cell = dispatch.where(cell, cell.str.contains(_HASH), dispatch.replace_all(_HASH, "\n${1}"))
    cell = dispatch.where(cell, cell.str.contains(COMMA), lambda s: _joined_commas(s, markers))
    addressed = cell.str.contains(markers.address) | cell.str.contains(markers.caste)
    listed = addressed & cell.str.contains(rf"(?i){COMMA}|\s(?:{markers.lists})\s|&|\+")
    cell = dispatch.where(cell, listed, lambda s: people_with_addresses.cut(s, markers, names))
    commas = cell.str.contains(COMMA) & ~addressed
    cell = dispatch.where(cell, commas, dispatch.replace_all(COMMA, "\n"))
    cell = dispatch.where(cell, cell.str.contains(_STROKED), lambda s: _cut_strokes(s, markers))
    cell = dispatch.where(cell, cell.str.contains(r"[0-9]\s"), dispatch.replace_all(more, "\n${1}"))
    return dispatch.where(cell, cell.str.contains(joined), lambda s: _cut_and(s, markers))


@keeps_patterns
def _cut_certain(cell: pl.Series, markers: Markers) -> pl.Series:
    """Where what stands on one side can only be somebody else: a party, unknown people, a second word of status in
    brackets behind a name of its own."""
    cell = dispatch.where(cell, cell.str.contains(markers.versus), dispatch.replace_all(markers.versus, "\n"))
    after = rf"(?i)(\p{{L}}{{2}}[.)]?)(?:{_BEFORE_UNKNOWN}|\s+(?:{markers.company})\s+){markers.beside_unknown}"
    before = rf"(?i)^({markers.unknown[4:]})\s*[/\\|]\s*({markers.called})"
    # A cell of nothing but unknown people has no sign and no third word: these long patterns are not for it.
    for pattern, sign in ((after, r"[/\\|&+]|\S\s+\S+\s+\S"), (before, r"[/\\|]")):
        with_unknown = cell.str.contains(sign) & cell.str.contains(markers.unknown)
        cell = dispatch.where(cell, with_unknown, dispatch.replace_all(pattern, "${1}\n${2}"))
    # Behind an address too: r/o Kunjah, 3 unknown.
    counted = cell.str.contains(_COMMA_AND_COUNT) & cell.str.contains(markers.unknown)
    numbered = rf"(?i){_COMMA_AND_COUNT}({group(markers.unknown)})"
    cell = dispatch.where(cell, counted, dispatch.replace_all(numbered, "\n${1}${2}"))
    between = cell.str.contains(rf"{COMMA}[^,،]*{COMMA}")
    cell = dispatch.where(cell, between, dispatch.replace_all(markers.religion, " (${1}) ${2}"))
    kind = rf"\((?:{markers.in_brackets})\)"
    bracketed = rf"(?i)({kind})[ ,]*({markers.called}[^()\n]{{0,60}}{kind})"
    for _ in range(2):  # what ends one match cannot begin the next
        cell = dispatch.where(cell, cell.str.contains(r"\)[^()]*\("), dispatch.replace_all(bracketed, "${1}\n${2}"))
    return cell


def _shared(values: pl.Series, markers: Markers) -> pl.Series:
    """Aslam and Imran, sons of Bashir: both are."""
    parts = values.str.extract_groups(rf"(?is)^(.*?)({markers.several[4:]})([^\n]*)(.*)$").struct.unnest()
    parts.columns = ["before", "marker", "father", "behind"]
    parts = parts.with_columns(pl.lit(values).alias("cell"), lines=pl.col("before").str.split("\n"))
    father = pl.concat_str(pl.lit(" "), pl.col("marker").str.strip_chars(), pl.lit(" "), pl.col("father"))
    shared = pl.concat_str(pl.col("lines").list.join(father + "\n"), father, "behind")
    related = pl.col("before").str.contains(markers.relation) | pl.col("before").is_null()
    return parts.select(pl.when(related).then("cell").otherwise(shared).alias("cell")).to_series()


def _reads_backwards(cell: pl.Series, reference: Reference) -> pl.Series:
    """Plain letters from left to right: some words are names when they are turned round, and none is as it stands."""
    none = pl.zeros(len(cell), dtype=pl.Boolean, eager=True)
    urdu = cell.str.contains(r"[\x{0600}-\x{06ff}]{3}").fill_null(False)
    if not urdu.any():
        return none
    known = pii_scan.names(reference)
    words = cell.filter(urdu).str.extract_all(r"[\p{L}\p{M}]{3,}")
    listed = pl.DataFrame({"words": words}).with_row_index("at").explode("words")
    stands = pl.col("words").is_in(known.implode())
    judged = listed.with_columns(stands=stands, turned=~stands & pl.col("words").str.reverse().is_in(known.implode()))
    readings = judged.group_by("at", maintain_order=True).agg(pl.col("stands", "turned").any())
    return none.scatter(urdu.arg_true(), readings.select(pl.col("turned") & ~pl.col("stands")).to_series())


@keeps_patterns
def _with_two_in_one(people: pl.Series, markers: Markers) -> pl.Series:
    """Whether an entry may hold two people. The pattern is a long one: only entries with two relations, a comma or a
    stroke are asked, and no other can have it."""
    entry = pl.element()
    related = entry.str.count_matches(markers.relation) > 1
    perhaps = people.list.eval(related | entry.str.contains(rf"{COMMA}|{_SINGLE}")).list.any().fill_null(False)
    two = _two_people(markers)
    return dispatch.asked(people, perhaps, lambda some: some.list.eval(entry.str.contains(two)).list.any())


def _two_people(markers: Markers) -> str:
    """Two people may be left in one entry: two descents, with words or a sign between them; two single names."""
    relation = group(markers.relation)
    sign = rf"{relation}[^\n]*?\p{{L}}\s*[^\p{{L}}\p{{M}}\s'’()@]+\)?\s*\p{{L}}[^\n]*?{relation}"
    # Aslam Chak 45, Imran
    housed = rf"{group(markers.address)}[^\n]*{COMMA}\s*(?:{markers.first})\s*(?:{COMMA}|$)"
    return rf"{_two_descents(markers)}|{sign}|{_SINGLE}|{housed}"


@keeps_patterns
def _with_somebody_else(people: pl.Series, markers: Markers) -> pl.Series:
    """Whether an entry may hold somebody else: with, through, a second name behind words in brackets."""
    entries = people.list.join("\n")
    bracketed = rf"(?i)\((?:{markers.in_brackets})\) *{markers.called}"  # Aslam (arrested) Imran
    words = rf"{markers.company}|{markers.through}|{markers.perhaps_and}"
    joined = rf"(?i)\p{{L}}{{2}} +(?:{words}) +\p{{L}}{{2}}"
    dotted = entries.str.contains(r"\p{L}{2} ?\.{2,} ?\p{L}")  # Aslam ... Akram
    named = rf"(?i)\p{{L}}{{2}} ?\.{{2,}} ?{markers.called}"
    dots = dispatch.asked(entries, dotted, lambda some: some.str.contains(named))
    reported = entries.str.contains(markers.reporter)  # State through ASI Akram
    brackets = entries.str.contains("(", literal=True)
    in_brackets = dispatch.asked(entries, brackets, lambda some: some.str.contains(bracketed))
    return (in_brackets | dots | (entries.str.contains(joined) & ~reported)).fill_null(False)


def _two_descents(markers: Markers) -> str:
    """Two relations in one entry with three words or more between them: Ali S/O Noor Bashir Ahmad S/O Karim."""
    relation = group(markers.relation)
    return rf"(?i){relation}\s*\p{{L}}{{2,}}(?:\s\p{{L}}{{2,}}){{2,}}\s*{relation}"


def _entry(markers: Markers) -> pl.Expr:
    """One entry without numbering and stray signs; null when it is only "etc."."""
    entry = pl.element().str.replace(name_text.SERIAL, "").str.replace_all(" +", " ").str.strip_chars(" ,،.-:–—_۔")
    entry = entry.str.replace(markers.counted, "").str.strip_chars(" ,،.-:&+–—_۔")
    return pl.when(entry.str.contains(r"\p{L}")).then(entry)


def _with_continued_lines(values: pl.Series, markers: Markers) -> pl.Series:
    """A line that begins with a marker goes on with the person of the line above: nobody's entry begins with S/O."""
    spaced = values.str.replace_all("\n", "\n ", literal=True)  # a marker begins with a space
    joined = spaced.str.replace_all(rf"(?i)\n({_behind_names(markers)})", "${1}")
    return joined.str.replace_all("\n ", "\n", literal=True)


def _behind_names(markers: Markers) -> str:
    """What follows a name: a relation, an alias, an address or a caste."""
    return "|".join(group(pattern) for pattern in (markers.relation, markers.alias, markers.address, markers.caste))


@keeps_patterns
def _joined_commas(values: pl.Series, markers: Markers) -> pl.Series:
    """No comma before what goes on with the same person: a relation, an alias, a word of an address such as Mohallah, a
    caste."""
    behind = "|".join(group(one) for one in (markers.relation, markers.alias, markers.dwelling, markers.caste))
    return values.str.replace_all(rf"(?i){COMMA}\s*({behind})", " ${1}")


def _cut_strokes(values: pl.Series, markers: Markers) -> pl.Series:
    """A stroke or a dash separates two people when a relation follows, or a whole name stands on either side, or single
    names that are known: Kala/Kalu may be one (RK344)."""
    relation = group(markers.relation)
    values = values.str.replace_all(rf"(?i)\s*[\-–—_]+({relation})", " ${1}")  # Aslam - son of Bashir
    related = rf"(?i)(\p{{L}}{{2}})\s?[/\\]\s?(\p{{L}}{{2,}}\s[^/\n]{{0,40}}?{relation})"
    dashed = rf"(?i)({relation}[^\n]{{2,40}}?\p{{L}}{{2}}){_STROKE}(\p{{L}}{{2,}}[^\n]{{0,40}}?{relation})"
    names = rf"(\p{{L}}{{2,}}\s\p{{L}}{{2,}}){_STROKE}(\p{{L}}{{2,}}\s\p{{L}}{{2}})"
    values = values.str.replace_all(related, "${1}\n${2}")
    for _ in range(2):  # a relation that ends one match cannot begin the next
        values = values.str.replace_all(dashed, "${1}\n${2}")
    plain = ~values.str.contains(markers.address)
    values = dispatch.where(values, plain, dispatch.replace_all(names, "${1}\n${2}"))
    single = values.str.contains(rf"^\p{{L}}{{3,}}(?:{_STROKE}\p{{L}}{{3,}})+$")
    return dispatch.where(values, single, lambda s: _cut_single(s, markers))


def _cut_single(values: pl.Series, markers: Markers) -> pl.Series:
    """Single names with strokes between them, where every one is a given name that stands alone."""
    cut = values.str.replace_all(_STROKE, "\n")
    given = pl.element().is_in(pl.Series(markers.given).implode())
    known = cut.str.to_lowercase().str.split("\n").list.eval(given.all())
    return pl.select(pl.when(known.list.first()).then(cut).otherwise(values).alias("cell")).to_series()


def _cut_and(values: pl.Series, markers: Markers) -> pl.Series:
    """And separates two people outside of addresses, inside of them when a relation follows; so does "alongwith", which
    may be about a pistol."""
    related = rf"(?i)\s+(?:{markers.company}|{markers.lists}|&|\+)\s+(\p{{L}}[^\n]{{1,40}}?{group(markers.relation)})"
    values = values.str.replace_all(related, "\n${1}").str.replace_all(r"\+([0-9]{2})", "\ue000${1}")
    plain = ~values.str.contains(markers.address)
    between = rf"(?i)\s+(?:{markers.lists})\s+|\s*[&+]+\s*"
    values = dispatch.where(values, plain, dispatch.replace_all(between, "\n"))
    # With Kashif, with his brother Kashif; with a pistol is nobody.
    company = rf"(?i)(\p{{L}}{{2}}[.)]?)\s+(?:{markers.company})\s+({markers.called}|{markers.kin[5:]})"
    with_whom = plain & values.str.contains(rf"(?i)\s(?:{markers.company})\s")
    values = dispatch.where(values, with_whom, dispatch.replace_all(company, "${1}\n${2}"))
    return values.str.replace_all("\ue000", "+", literal=True)  # of +92 300 1234567
