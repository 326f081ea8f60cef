"""The people that one source row names, each a row of its own, with their role in the case."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from recordkit.fields import dispatch, name_keys, name_patterns, name_text, names, people_cells, text
from recordkit.fields.kinds import KINDS, Kernel, Setting
from recordkit.reference import Reference
from recordkit.standardise import clean_columns
from recordkit.standardise.clean_columns import FINDING_SCHEMA, KEYS, each, findings
from recordkit.standardise.numbered_cells import NumberedColumn, cut, in_order
from recordkit.standardise.source_rows import Filling, SourceRows

# Roles that are people even when nobody knows a name: a victim is counted, with sex and age, and linked to nobody.
NAMELESS = ("victim",)
OTHER_ROLE = "other"  # somebody of whom the file does not say which of the roles it is
MOST_NAMELESS = 99  # of one cell; a longer number is no number of people
# What is read of a person together with the name, each as `_said` (what the declaration reads), `_shown` (the part of
# the cell that findings name) and `_raw` (the whole cell as it stands in the file).
SAID = ("name", "cnic", "phone", "address", "age", "sex")
STATED = ("relation", "relative_name", "caste", "person_status")  # in columns of their own, or in the name's cell
WRONG_NUMBER = {"identifier": "RK218", "description": "RK353"}  # of values beside people, by how they belong to them


def people(filling: Filling, _frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The mentions of every row: KEYS, mention_ref, role, position, name, identifiers, keys, `_raw`, every other column
    that has a field, `unknown`, `nobody`."""
    reference = filling.source.reference
    if filling.source.asked.unit != "person":
        return _typed(*_listed(filling), filling)
    rowed = _rowed(filling)
    mentions = _typed(rowed, each(rowed["name_said"], partial(names.parse_one, reference=reference)), filling)
    return mentions.with_columns(one.alias(name) for name, one in filling.others(mentions.columns).items())


def _rowed(filling: Filling) -> pl.DataFrame:
    """The one person of every row, in the shape of `_listed`, and what other columns say of the name."""
    source = filling.source
    aliases = source.read("alias", partial(names.parse_aliases, reference=source.reference))
    source.tell("alias", aliases)
    stated = {name: filling.column(name) for name in STATED} | _relative(filling)
    return source.rows.select(*KEYS).with_columns(
        _stated_role(filling).alias("role"),
        pl.lit(0, pl.Int32).alias("position"),
        *(source.strings(name).alias(f"{name}_said") for name in SAID),
        *(source.raw(name).alias(f"{name}_{kind}") for name in SAID for kind in ("shown", "raw")),
        *(values.alias(f"stated_{name}") for name, values in stated.items()),
        aliases["aliases"].alias("stated_aliases"),
    )


def _stated_role(filling: Filling) -> pl.Series:
    """The role of every row; OTHER_ROLE where its column has no word that is known (RK322), or none (RK248). Null where
    nothing in the file says whose names these are."""
    role = filling.column("role")
    if not filling.source.has("role"):
        return role
    blank = text.normal(filling.source.strings("role"), filling.source.reference).is_null() & role.is_null()
    filling.source.tell("role", pl.DataFrame({"codes": dispatch.codes({"RK248": blank})}))
    return role.fill_null(OTHER_ROLE)


def _relative(filling: Filling) -> dict[str, pl.Series]:
    """`relative_name` and `relation`, both of the same column where several say them; RK348 for the relative whom
    another one says."""
    named, relations = filling.parts("relative_name"), filling.parts("relation")
    if len(named) < 2:
        return {}
    chosen = dispatch.coalesce(*named.values())
    words = chosen.str.to_lowercase().str.split(" ")
    own = []
    for field, name in named.items():
        mine = name.str.to_lowercase().str.split(" ")
        shared = words.list.set_intersection(mine).list.len()
        same = ((shared == mine.list.n_unique()) | (shared == words.list.n_unique())).fill_null(False)
        own.append(dispatch.unless(~same, relations[field]))
        filling.source.tell(field, pl.DataFrame({"codes": dispatch.codes({"RK348": name.is_not_null() & ~same})}))
    return {"relative_name": chosen, "relation": dispatch.coalesce(*own)}


def _listed(filling: Filling) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People named in cells of a case row: KEYS, role, position, and what the role's other cells say; and what
    `names.parse` makes of their entries, each of which is parsed once, whatever cells have it."""
    there = filling.source.rows.columns
    fields = {name: one for name, one in filling.source.fields.items() if one.role}
    # Numbers without a column of people are nobody's: that is said, row by row.
    stated = {one.role for name, one in fields.items() if name in there}
    named = [(name, str(one.role)) for name, one in fields.items() if one.type == "people" and one.role in stated]
    split = filling.source.read_together([name for name, _ in named] or ["accused"], people_cells.split_people)
    entries = pl.concat([one["people"] for one in split.values()]).explode()
    parsed = dispatch.Cleaned(entries, partial(names.parse, reference=filling.source.reference))
    frames = [_people_of(filling, role, _Cell(name, split[name], parsed)) for name, role in named]
    if not frames:
        frames = [_people_of(filling, "accused", _Cell("accused", split["accused"], parsed)).clear()]
    people = pl.concat(frames)
    return people, parsed.of(people["name_said"])


@dataclass(frozen=True)
class _Cell:
    """A column whose cells name people: its field, the people of every cell, and what is read of their entries."""

    name: str
    split: pl.DataFrame
    parsed: dispatch.Cleaned


def _people_of(filling: Filling, role: str, cell: _Cell) -> pl.DataFrame:
    """The people of one cell, each with what stands in the same order in the role's other cells."""
    source, name = filling.source, cell.name
    source.tell(name, cell.split)
    people = _with_nameless(source, cell, role)
    known, everybody = _known(people, cell.parsed), people.list.eval(pl.lit(True))
    owners = {"identifier": known, "description": everybody if role in NAMELESS else known}
    parts = _beside(source)
    values_of = {
        part: in_order(NumberedColumn(source, name, f"{name}_{part}", owners[how], WRONG_NUMBER[how], kernel))
        for part, (how, kernel) in parts.items()
    }
    cells = {part: name if part == "name" else f"{name}_{part}" for part in (*SAID, *parts)}
    base = source.rows.select(*KEYS).with_columns(
        people.alias("name_said"),
        pl.lit(role).alias("role"),
        *(values.alias(f"{part}_said") for part, values in values_of.items()),
        _of_one(source.strings(f"{name}_address"), people).alias("address_said"),
        *(_declared_cell(source, cell).alias(f"{part}_shown") for part, cell in cells.items()),
        *(source.raw(cell).alias(f"{part}_raw") for part, cell in cells.items()),
        *_of_alone(filling, name, people),
    )
    _tell_of_nobody(source, f"{name}_address", people)
    exploded = (
        base.filter(pl.col("name_said").list.len() > 0)
        .with_columns(position=pl.int_ranges(0, pl.col("name_said").list.len()).cast(pl.List(pl.Int32)))
        .explode("name_said", *(f"{part}_said" for part in parts), "position")
    )
    shown = [pl.coalesce(f"{part}_shown", f"{part}_said").alias(f"{part}_shown") for part in cells]
    return exploded.with_columns(shown)


def _tell_of_nobody(source: SourceRows, name: str, people: pl.Series) -> None:
    """RK394 for an address that stands beside nobody, or beside several people."""
    stated = _filled(source.strings(name), source.reference).is_not_null()
    source.tell(name, pl.DataFrame({"codes": dispatch.codes({"RK394": stated & (people.list.len() != 1)})}))


def _extras(source: SourceRows) -> dict[str, str]:
    """Part of a person -> a field of this unit that gives it, for all that stands beside people and is not in SAID."""
    fields = {name.removeprefix(f"{one.role}_"): name for name, one in source.fields.items() if one.role}
    roles = {one.role for one in source.fields.values()}
    return {part: name for part, name in reversed(fields.items()) if part not in (*SAID, *roles)}


def _beside(source: SourceRows) -> dict[str, tuple[str, Kernel]]:
    """Part of a person -> how several values of it in one cell belong to several people, and what reads a value."""
    kinds = {"cnic": KINDS["cnics"], "phone": KINDS["phones"], "age": KINDS["age"], "sex": KINDS["code"]}
    setting = Setting(source.reference, vocabulary="sex")
    usual = {part: (str(kind.beside), kind.read(setting)) for part, kind in kinds.items()}
    more = {part: (source.fields[name].kind.beside, source.kernel(name)) for part, name in _extras(source).items()}
    return usual | {part: (how, kernel) for part, (how, kernel) in more.items() if how}


def _of_alone(filling: Filling, name: str, people: pl.Series) -> Iterator[pl.Series]:
    """The columns that other cells beside the people fill: of the only one who is named. With several people it is
    told that such a cell is nobody's (RK353)."""
    source, numbered = filling.source, _beside(filling.source)
    parts = set(_extras(source)) - set(numbered)
    shared = (people.list.len() > 1).fill_null(False)
    for part in parts:
        unused = shared & source.strings(f"{name}_{part}").is_not_null()
        if unused.any():
            source.tell(f"{name}_{part}", pl.DataFrame({"codes": dispatch.codes({"RK353": unused})}))
    for column in filling.table.at("standardise"):
        for field, what in column.sources:
            if field in parts:
                there = source.has(f"{name}_{field}")
                values = pl.lit(source.part(f"{name}_{field}", what) if there else None, dtype=column.dtype)
                called = f"stated_{column.name}" if column.name in STATED else column.name
                mine = values if what == "raw" else pl.when(~pl.lit(shared)).then(values)
                yield shared.to_frame().select(mine.alias(called), pl.len()).to_series()


def _declared_cell(source: SourceRows, name: str) -> pl.Series:
    """The cells that the declaration reads as something else; all others null."""
    cell, read = source.raw(name), source.strings(name)
    if not clean_columns.has_declared_values(source.rows, name):
        return pl.Series(cell.name, [None], dtype=cell.dtype).new_from_index(0, len(cell))
    return pl.select(pl.when(cell.ne_missing(read)).then(cell)).to_series()


def _of_one(cells: pl.Series, people: pl.Series) -> pl.Series:
    """A cell where one person stands beside it: with several it is nobody's in particular."""
    return pl.select(pl.when(people.list.len() <= 1).then(cells)).to_series()


def _with_nameless(source: SourceRows, cell: _Cell, role: str) -> pl.Series:
    """The lists of people, with a null for everybody who is there by age or sex alone; of NAMELESS roles "3 unknown
    women" are three."""
    reference, people = source.reference, cell.split["people"]
    if role in NAMELESS:
        people = _repeated(people, cell.parsed)
    cells = {part: source.strings(f"{cell.name}_{part}") for part in ("age", "sex")}
    if all(one.null_count() == len(one) for one in cells.values()):
        return people
    cells = {part: _filled(one, reference) for part, one in cells.items()}
    zero = cells["age"].str.contains("^0+$").fill_null(False)
    if zero.any():  # Nil cells an age of 0 is nobody, not somebody newly born.
        named = source.strings(cell.name)
        none = named.is_not_null() & _filled(named, reference).is_null()
        cells["age"] = dispatch.unless(zero & none, cells["age"])
    stated = [cut(one, reference).list.len().fill_null(0) for one in cells.values()]
    most = pl.select(pl.max_horizontal(stated).alias("most")).to_series()
    nobody = (people.list.len() == 0) & (most > 0)
    if not nobody.any():
        return people
    unnamed = pl.lit(None, pl.String).repeat_by(pl.lit(most).clip(0, MOST_NAMELESS))
    return pl.select(pl.when(nobody).then(unnamed).otherwise(people).alias("people")).to_series()


def _filled(cells: pl.Series, reference: Reference) -> pl.Series:
    return cells if cells.null_count() == len(cells) else text.normal(cells, reference, keep_lines=True)


def _repeated(people: pl.Series, entries: dispatch.Cleaned) -> pl.Series:
    """Every entry as often as it says that there are unknown people."""
    long = pl.DataFrame({"name": people}).with_row_index("at").filter(pl.col("name").list.len() > 0).explode("name")
    parsed = entries.of(long["name"])
    count = parsed["count"].fill_null(1).clip(1, MOST_NAMELESS)
    if not (count > 1).any():
        return people
    long = long.with_columns(pl.col("name").repeat_by(count)).explode("name")
    listed = long.group_by("at", maintain_order=True).agg("name")
    joined = pl.DataFrame({"at": pl.int_range(len(people), dtype=pl.UInt32, eager=True)}).join(
        listed, on="at", how="left", maintain_order="left"
    )
    return joined["name"].fill_null(pl.lit([], pl.List(pl.String)))


def _known(people: pl.Series, entries: dispatch.Cleaned) -> pl.Series:
    """List(Boolean) as long as each list of people: false for the unknown ones, who have no identifiers."""
    long = pl.DataFrame({"name": people}).with_row_index("at").filter(pl.col("name").list.len() > 0).explode("name")
    flags = long.select("at", known=~entries.of(long["name"])["unknown"].fill_null(False))
    listed = flags.group_by("at", maintain_order=True).agg("known")
    joined = pl.DataFrame({"at": pl.int_range(len(people), dtype=pl.UInt32, eager=True)}).join(
        listed, on="at", how="left", maintain_order="left"
    )
    return joined["known"].fill_null(pl.lit([], pl.List(pl.Boolean)))


def _typed(people: pl.DataFrame, parsed: pl.DataFrame, filling: Filling) -> pl.DataFrame:
    """Names, identifiers and keys of mentions, whose names are `parsed`; unknown people included and marked."""
    source, reference = filling.source, filling.source.reference
    absent: dict[str, pl.DataType] = {f"stated_{name}": pl.String() for name in STATED}
    absent["stated_aliases"] = pl.List(pl.String)
    people = people.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in absent.items() if name not in people.columns
    )
    people = people.with_columns(_of_more_than_nothing(people, parsed, reference))
    written_of = {part: dispatch.coalesce(people[f"{part}_said"], parsed[inside]) for part, inside in _IN_NAME.items()}
    cleaned = {
        part: each(written_of.get(part, people[f"{part}_said"]), kernel)
        for part, (_, kernel) in _beside(source).items() if f"{part}_said" in people.columns
    }  # fmt: skip
    parsed = parsed.with_columns(_with_particulars(people, parsed, cleaned))
    parsed = parsed.with_columns(_contradicted(people["stated_relative_name"], parsed, reference))
    parsed = parsed.with_columns(_of_other_sex(cleaned["sex"]["value"], parsed))
    parsed = parsed.with_columns(_somebody(people, parsed, cleaned["cnic"]["cnic"], reference))
    numbered = cleaned["cnic"]["cnic"].is_not_null()
    counted = (people["role"].is_in(NAMELESS) | numbered) & ~parsed["nobody"].fill_null(False)
    parsed = parsed.with_columns(_named_or_not(parsed["codes"], counted))
    parsed = parsed.with_columns(_of_role(parsed["codes"], people["role"]))
    own = {part: _of_column(people[f"{part}_said"], one) for part, one in cleaned.items()}
    dropped = (parsed["unknown"] & ~counted).fill_null(False)
    if dropped.any() and source.asked.unit != "person":
        own = {part: _of_nobody(part, out, dropped, source) for part, out in own.items()}
    if people["address_said"].null_count() < people.height:
        same = names.address_is_ditto(people["address_said"], reference)
        beside_nobody = dropped & people["address_said"].is_not_null() & (source.asked.unit != "person")
        own["address"] = pl.DataFrame({"codes": dispatch.codes({"RK348": same, "RK394": beside_nobody})})
    source.found += [_placed_findings(people, part, source, out) for part, out in {"name": parsed, **own}.items()]
    columns = _columns(people, parsed, cleaned, reference)
    known = parsed["unknown"].fill_null(False)
    typed = people.with_columns(
        pl.concat_str("record_id", "role", "position", separator=":", ignore_nulls=True).alias("mention_ref"),
        *(series.alias(name) for name, series in columns.items()),
        *_of_extras(filling, cleaned, columns),
        known.alias("unknown"),
        (known & ~counted.fill_null(False)).alias("nobody"),
    )
    return typed.select(one for one in typed.columns if filling.has(one) or one in ("unknown", "nobody"))


def _of_more_than_nothing(people: pl.DataFrame, parsed: pl.DataFrame, reference: Reference) -> Iterator[pl.Series]:
    """The columns of cards, telephones and ages without their words for nothing (nil, N.K) where the cell of the name
    has one: such a word does not take it away."""
    for part, inside in _IN_NAME.items():
        stated = people[f"{part}_said"]
        both = stated.is_not_null() & parsed[inside].is_not_null()
        if both.any():
            nothing = text.fold(stated).is_null() | name_text.says_nothing(stated, reference).fill_null(False)
            yield dispatch.unless(both & nothing, stated)


def _columns(
    people: pl.DataFrame, parsed: pl.DataFrame, cleaned: Mapping[str, pl.DataFrame], reference: Reference
) -> dict[str, pl.Series]:
    """What the name's cell and the cells beside it say of a person, each column from the first that says it."""
    stated = {name: dispatch.coalesce(people[f"stated_{name}"], parsed[name]) for name in STATED}
    stated["caste"] = dispatch.coalesce(names.caste(people["stated_caste"], reference), parsed["caste"])
    named = each(parsed["name"], partial(name_keys.keys, reference=reference))
    related = each(stated["relative_name"], partial(name_keys.keys, reference=reference))
    sex, aliases = cleaned["sex"]["value"], _aliases(parsed["aliases"], people["stated_aliases"])
    return stated | {
        "name": parsed["name"],
        "aliases": aliases,
        # "Unknown" in the column does not silence what the name says.
        "sex": dispatch.coalesce(sex.replace("unknown", None), parsed["sex_hint"], sex),
        "age": cleaned["age"]["value"],
        "cnic": cleaned["cnic"]["cnic"],
        "phones": cleaned["phone"]["phones"],
        "phone": cleaned["phone"]["phone"],
        "address": dispatch.coalesce(names.address(people["address_said"], reference), parsed["address"]),
        "name_key": named["key"],
        "alias_key": _keys(aliases.list.first(), reference),
        "relative_key": related["key"],
        "name_words": named["words"],
        "relative_words": related["words"],
        "caste_key": dispatch.coalesce(_keys(stated["caste"], reference), named["caste"]),
    }


def _of_extras(filling: Filling, cleaned: Mapping[str, pl.DataFrame], columns: Container[str]) -> Iterator[pl.Series]:
    """The columns that other cells beside several people fill, each with the value of its person."""
    extras = {part: filling.source.fields[name].kind for part, name in _extras(filling.source).items()}
    for column in filling.table.at("standardise"):
        for part, what in column.sources:
            if part in extras and part in cleaned and what != "raw" and column.name not in columns:
                yield cleaned[part][what or extras[part].value].alias(column.name)


# Parts of a person that may stand in the cell of the name, as `names.parse` calls them.
_IN_NAME = {"cnic": "card", "phone": "phone", "age": "age"}


def _of_column(stated: pl.Series, cleaned: pl.DataFrame) -> pl.DataFrame:
    """What was cleaned without the findings on values that no column of their own gave."""
    codes = pl.when(pl.lit(stated).is_not_null()).then("codes").otherwise(pl.lit([], pl.List(pl.String)))
    return cleaned.with_columns(codes.alias("codes"))


def _of_other_sex(stated: pl.Series, parsed: pl.DataFrame) -> pl.Series:
    """The codes of names, and RK388 where the name says another sex than the column for it, which is followed: Mst.
    Ali, beside M. What W/O says has a rule of its own."""
    hint = parsed["sex_hint"]
    if stated.null_count() == len(stated) or hint.null_count() == len(hint):
        return parsed["codes"]
    differs = stated.is_in(["male", "female"]) & (hint != stated) & (parsed["relation"] != "husband").fill_null(True)
    if not differs.any():
        return parsed["codes"]
    return dispatch.merge_codes(parsed["codes"], dispatch.codes({"RK388": differs}))


def _of_nobody(part: str, cleaned: pl.DataFrame, nobody: pl.Series, source: SourceRows) -> pl.DataFrame:
    """What was cleaned, with the code of a wrong number of values where one stands beside nobody: the State, or
    somebody unknown who is no person of the tables."""
    value = cleaned.to_series(0)
    if value.null_count() == len(value):
        return cleaned
    lost = nobody & value.is_not_null()
    if value.dtype == pl.String:
        lost &= value != "unknown"
    elif value.dtype == pl.List:
        lost &= value.list.len() > 0
    how, _ = _beside(source)[part]
    return cleaned.with_columns(dispatch.merge_codes(cleaned["codes"], dispatch.codes({WRONG_NUMBER[how]: lost})))


def _with_particulars(people: pl.DataFrame, parsed: pl.DataFrame, cleaned: Mapping[str, pl.DataFrame]) -> pl.Series:
    """The codes of names with those of a card, a telephone or an age that stands in the name's cell; RK348 where the
    column of its own says something else, which is followed."""
    found = [parsed["codes"]]
    for part, inside_name in _IN_NAME.items():
        stated, written = people[f"{part}_said"], parsed[inside_name]
        if not written.count():
            continue
        digits = (stated.str.replace_all("[^0-9]", "") != written.str.replace_all("[^0-9]", "")).fill_null(False)
        inside = pl.lit(stated.is_null() & written.is_not_null())
        codes = pl.when(inside).then(cleaned[part]["codes"]).when(pl.lit(digits)).then(pl.lit(["RK348"]))
        found.append(pl.select(codes.otherwise(pl.lit([], pl.List(pl.String)))).to_series())
    status = people["stated_person_status"] != parsed["person_status"]
    if status.any():  # (dead), beside a column that says Arrested, which is followed
        found.append(dispatch.codes({"RK348": status.fill_null(False)}))
    elif len(parsed) == 0 or not any(parsed[inside_name].count() for inside_name in _IN_NAME.values()):
        return parsed["codes"]
    return pl.select(pl.concat_list(found).list.unique(maintain_order=True).alias("codes")).to_series()


def _contradicted(stated: pl.Series, parsed: pl.DataFrame, reference: Reference) -> pl.Series:
    """The codes of names, and RK387 where the name's cell has another relative than the column made for it, which is
    followed: none of the words of one is a word of the other."""
    both = (stated.is_not_null() & parsed["relative_name"].is_not_null()).fill_null(False)
    if not both.any():
        return parsed["codes"]
    tokens = [
        each(one.filter(both), partial(name_keys.keys, reference=reference))["tokens"]
        for one in (stated, parsed["relative_name"])
    ]
    other = tokens[0].list.set_intersection(tokens[1]).list.len() == 0
    differs = pl.zeros(len(stated), dtype=pl.Boolean, eager=True).scatter(both.arg_true(), other)
    return dispatch.merge_codes(parsed["codes"], dispatch.codes({"RK387": differs}))


def _somebody(people: pl.DataFrame, parsed: pl.DataFrame, card: pl.Series, reference: Reference) -> list[pl.Series]:
    """name, unknown and nobody: a rank alone is nobody, but with a father's name or a card it is what somebody is
    called, or a slip of it (`Asi` for Asif). The State, a thing or `nobody` stays nobody, whatever the row has."""
    found = name_patterns.read_name_patterns(reference)
    rank = people["name_said"].cast(pl.String).str.strip_chars().str.contains(found.rank)
    described = people["stated_relative_name"].is_not_null() | card.is_not_null()
    called = (parsed["nobody"] & rank & described).fill_null(False)
    if not called.any():
        return [parsed[name] for name in ("name", "unknown", "nobody")]
    written = text.title(people["name_said"].cast(pl.String))
    chosen = pl.when(pl.lit(called))
    return pl.DataFrame(
        {
            "name": pl.select(chosen.then(pl.lit(written)).otherwise(pl.lit(parsed["name"]))).to_series(),
            "unknown": pl.select(chosen.then(False).otherwise(pl.lit(parsed["unknown"]))).to_series(),
            "nobody": pl.select(chosen.then(False).otherwise(pl.lit(parsed["nobody"]))).to_series(),
        }
    ).get_columns()


def _named_or_not(codes: pl.Series, counted: pl.Series) -> pl.Series:
    """The codes of names: unknown people who are kept without a name are not those that are nobody."""
    renamed = codes.list.eval(pl.element().replace("RK330", "RK350"))
    return pl.select(pl.when(counted).then(renamed).otherwise(codes).alias("codes")).to_series()


def _of_role(codes: pl.Series, role: pl.Series) -> pl.Series:
    """The codes of names: no thing is accused (RK397), and a victim who is nobody is no unknown accused."""
    thing = codes.list.eval(pl.element().replace("RK398", "RK397"))
    others = codes.list.set_difference(["RK330"])
    victim = pl.lit(role.is_in(NAMELESS)).fill_null(False)
    judged = (
        pl.when(pl.lit(role == "accused"))
        .then(pl.lit(thing))
        .when(victim)
        .then(pl.lit(others))
        .otherwise(pl.lit(codes))
    )
    return pl.select(judged.alias("codes")).to_series() if len(codes) else codes


def _placed_findings(people: pl.DataFrame, part: str, source: SourceRows, cleaned: pl.DataFrame) -> pl.DataFrame:
    """Findings of one part of the mentions, each under the source column in which its role keeps that part."""
    uses = source.asked.uses
    if source.asked.unit == "person":
        return findings(people, part, uses, cleaned, people[f"{part}_shown"])
    if not clean_columns.has_codes(cleaned):
        return pl.DataFrame(schema=FINDING_SCHEMA)
    found: list[pl.DataFrame] = []
    for role in people["role"].unique(maintain_order=True):
        mask = people["role"] == role
        name = role if part == "name" else f"{role}_{part}"
        of_role = people.filter(mask)
        found.append(findings(of_role, name, uses, cleaned.filter(mask), of_role[f"{part}_shown"]))
    return pl.concat(found) if found else pl.DataFrame(schema=FINDING_SCHEMA)


def _aliases(written: pl.Series, stated: pl.Series) -> pl.Series:
    """Aliases from inside the name and from a column of their own; an empty list when there is none."""
    if not written.list.len().sum() and not stated.list.len().sum():
        return written.fill_null([]).alias("aliases")
    both = pl.concat_list(written.fill_null([]), stated.fill_null([]))
    return pl.select(both.list.drop_nulls().list.unique(maintain_order=True)).to_series().alias("aliases")


def _keys(values: pl.Series, reference: Reference) -> pl.Series:
    """The linkage key of every name, computed once per distinct name."""
    return each(values, partial(name_keys.keys, reference=reference))["key"]
