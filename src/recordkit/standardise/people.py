"""Mentions: the people that one source row names, each a row of its own, with their role in the case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import polars as pl

from recordkit.fields import cnic, dispatch, names, numbers, passports, phones, places, text, value_cache, vocabularies
from recordkit.fields.date_parts import YEARS
from recordkit.reference import Reference
from recordkit.source_fields import IntakeField
from recordkit.standardise.cases import code_column, date_column
from recordkit.standardise.clean_columns import FINDING_SCHEMA, KEYS, Uses, clean, declared_strings, each, findings, raw
from recordkit.standardise.numbered_cells import Beside, cut, in_order

Parts = tuple[pl.DataFrame, list[pl.DataFrame]]

# Roles that are people even when nobody knows a name: a victim is counted, with sex and age, and linked to nobody.
NAMELESS = ("victim",)
MOST_NAMELESS = 99  # of one cell; a longer number is no number of people
# What is read of a person, each as `_said` (what the declaration reads), `_shown` (the part of the cell that findings
# name) and `_raw` (the whole cell as it stands in the file).
SAID = ("name", "cnic", "phone", "address", "age", "sex")


def persons(
    rows: pl.DataFrame, unit: str, uses: Uses, fields: Mapping[str, IntakeField], reference: Reference
) -> Parts:
    """The mentions of every row: KEYS, mention_ref, role, position, name, identifiers, keys, `_raw`, `unknown`."""
    people, found = _rowed(rows, uses, reference) if unit == "person" else _listed(rows, fields, uses, reference)
    typed, issues = _typed(people, uses, unit, reference)
    return typed, found + issues


def victim_of_service(rows: pl.DataFrame, uses: Uses, reference: Reference) -> Parts:
    """The victim of every service row, as columns beside it: name, name_key, sex, age, nationality."""
    found: list[pl.DataFrame] = []
    parsed = clean(rows, "name", uses, partial(names.parse_one, reference=reference))
    aged = clean(rows, "age", uses, partial(numbers.age, reference=reference))
    found += [findings(rows, "name", uses, parsed), findings(rows, "age", uses, aged)]
    frame = pl.DataFrame(
        {
            "name": parsed["name"],
            "name_key": _keys(parsed["name"], reference),
            "sex": code_column(rows, "sex", "sex", uses, reference, found),
            "age": aged["value"].cast(pl.Int32),
            "nationality": code_column(rows, "nationality", "country", uses, reference, found),
        }
    )
    return frame, found


def _listed(rows: pl.DataFrame, fields: Mapping[str, IntakeField], uses: Uses, reference: Reference) -> Parts:
    """People named in cells of a case row: KEYS, role, position, and what the role's other cells say."""
    frames: list[pl.DataFrame] = []
    found: list[pl.DataFrame] = []
    for name, field in fields.items():
        # Numbers without a column of people are nobody's: that is said, row by row.
        cells = {name, *(f"{name}_{part}" for part in SAID)}
        if field.type == "people" and field.role and cells & set(rows.columns):
            frame, issues = _people_of(rows, name, field.role, uses, reference)
            frames.append(frame)
            found += issues
    if not frames:
        return _people_of(rows.clear(), "accused", "accused", uses, reference)
    return pl.concat(frames), found


def _people_of(rows: pl.DataFrame, name: str, role: str, uses: Uses, reference: Reference) -> Parts:
    """The people of one cell, each with what stands in the same order in the role's other cells."""
    split = clean(rows, name, uses, lambda s: names.split_people(s, reference))
    found: list[pl.DataFrame] = [findings(rows, name, uses, split)]
    people = _with_nameless(rows, split["people"], name, role, reference)
    known, everybody = _known(people, reference), people.list.eval(pl.lit(True))
    owners = everybody if role in NAMELESS else known
    parts = {
        "cnic": Beside(rows, name, f"{name}_cnic", known, "RK218", lambda d: cnic.clean(d["values"], reference)),
        "phone": Beside(rows, name, f"{name}_phone", known, "RK218", lambda d: phones.clean(d["values"], reference)),
        "age": Beside(rows, name, f"{name}_age", owners, "RK353", lambda d: numbers.age(d["values"], reference)),
        "sex": Beside(
            rows, name, f"{name}_sex", owners, "RK353", lambda d: vocabularies.clean(d["values"], "sex", reference)
        ),
    }
    cells = {part: name if part == "name" else f"{name}_{part}" for part in SAID}
    base = rows.select(*KEYS).with_columns(
        people.alias("name_said"),
        pl.lit(role).alias("role"),
        *(in_order(one, uses, found).alias(f"{part}_said") for part, one in parts.items()),
        _of_one(rows, f"{name}_address", people).alias("address_said"),
        *(_declared_cell(rows, cell).alias(f"{part}_shown") for part, cell in cells.items()),
        *(raw(rows, cell).alias(f"{part}_raw") for part, cell in cells.items()),
    )
    found.append(_of_nobody(rows, f"{name}_address", people, uses, reference))
    exploded = (
        base.filter(pl.col("name_said").list.len() > 0)
        .with_columns(position=pl.int_ranges(0, pl.col("name_said").list.len()).cast(pl.List(pl.Int32)))
        .explode("name_said", *(f"{part}_said" for part in parts), "position")
    )
    shown = [pl.coalesce(f"{part}_shown", f"{part}_said").alias(f"{part}_shown") for part in SAID]
    return exploded.with_columns(shown), found


def _declared_cell(rows: pl.DataFrame, name: str) -> pl.Series:
    """The cells that the declaration reads as something else; all others null."""
    cell, read = raw(rows, name), declared_strings(rows, name)
    return pl.select(pl.when(cell.ne_missing(read)).then(cell)).to_series()


def _of_one(rows: pl.DataFrame, name: str, people: pl.Series) -> pl.Series:
    """A cell where one person stands beside it: with several it is nobody's in particular."""
    return pl.select(pl.when(people.list.len() <= 1).then(declared_strings(rows, name))).to_series()


def _of_nobody(
    rows: pl.DataFrame, name: str, people: pl.Series, uses: Uses, reference: Reference
) -> pl.DataFrame:
    """RK394 for an address that stands beside nobody, or beside several people."""
    stated = _filled(declared_strings(rows, name), reference).is_not_null()
    codes = dispatch.codes({"RK394": stated & (people.list.len() != 1)})
    return findings(rows, name, uses, pl.DataFrame({"codes": codes}))


def _with_nameless(
    rows: pl.DataFrame, people: pl.Series, name: str, role: str, reference: Reference
) -> pl.Series:
    """The lists of people, with a null for everybody who is there by age or sex alone; of NAMELESS roles "3 unknown
    women" are three."""
    cells = {part: _filled(declared_strings(rows, f"{name}_{part}"), reference) for part in ("age", "sex")}
    # Nil beside an age of 0 is nobody, not somebody newly born.
    none = declared_strings(rows, name).is_not_null() & _filled(declared_strings(rows, name), reference).is_null()
    zero = cells["age"].str.contains("^0+$") & none
    cells["age"] = pl.select(pl.when(~zero.fill_null(False)).then(cells["age"])).to_series()
    stated = [cut(cell).list.len().fill_null(0) for cell in cells.values()]
    most = pl.select(pl.max_horizontal(stated).alias("most")).to_series()
    if role in NAMELESS:
        people = _repeated(people, reference)
    nobody = (people.list.len() == 0) & (most > 0)
    if not nobody.any():
        return people
    unnamed = pl.lit(None, pl.String).repeat_by(pl.lit(most).clip(0, MOST_NAMELESS))
    return pl.select(pl.when(nobody).then(unnamed).otherwise(people).alias("people")).to_series()


def _filled(cells: pl.Series, reference: Reference) -> pl.Series:
    return cells if cells.null_count() == len(cells) else text.normal(cells, reference, keep_lines=True)


def _repeated(people: pl.Series, reference: Reference) -> pl.Series:
    """Every entry as often as it says that there are unknown people."""
    long = pl.DataFrame({"name": people}).with_row_index("at").filter(pl.col("name").list.len() > 0).explode("name")
    parsed = each(long["name"], partial(names.parse, reference=reference))
    several = parsed["count"].fill_null(1).clip(1, MOST_NAMELESS)
    if not (several > 1).any():
        return people
    long = long.with_columns(pl.col("name").repeat_by(several)).explode("name")
    listed = long.group_by("at", maintain_order=True).agg("name")
    joined = pl.DataFrame({"at": pl.int_range(len(people), dtype=pl.UInt32, eager=True)}).join(
        listed, on="at", how="left", maintain_order="left"
    )
    return joined["name"].fill_null(pl.lit([], pl.List(pl.String)))


def _known(people: pl.Series, reference: Reference) -> pl.Series:
    """List(Boolean) as long as each list of people: false for the unknown ones, who have no identifiers."""
    long = pl.DataFrame({"name": people}).with_row_index("at").filter(pl.col("name").list.len() > 0).explode("name")
    parsed = each(long["name"], partial(names.parse, reference=reference))
    flags = long.select("at", known=~parsed["unknown"].fill_null(False))
    listed = flags.group_by("at", maintain_order=True).agg("known")
    joined = pl.DataFrame({"at": pl.int_range(len(people), dtype=pl.UInt32, eager=True)}).join(
        listed, on="at", how="left", maintain_order="left"
    )
    return joined["known"].fill_null(pl.lit([], pl.List(pl.Boolean)))


def _rowed(rows: pl.DataFrame, uses: Uses, reference: Reference) -> Parts:
    """The one person of every row, in the shape of `_listed` and with what else the row says of the person."""
    found: list[pl.DataFrame] = []
    role = code_column(rows, "role", "role", uses, reference, found)
    born = date_column(rows, "date_of_birth", uses, reference, found, _years_of_birth(rows))
    passport = clean(rows, "passport", uses, lambda s: passports.clean(s, reference))
    found.append(findings(rows, "passport", uses, passport))
    parents: dict[str, str | None] = {"parentage": None, "father_name": "father", "husband_name": "husband"}
    relatives = [
        clean(rows, name, uses, partial(names.relatives, relation=relation, reference=reference))
        for name, relation in parents.items()
    ]
    found += [findings(rows, name, uses, relative) for name, relative in zip(parents, relatives, strict=True)]
    aliases = clean(rows, "alias", uses, partial(names.parse_aliases, reference=reference))
    found.append(findings(rows, "alias", uses, aliases))
    frame = rows.select(*KEYS).with_columns(
        role.alias("role"),
        pl.lit(0, pl.Int32).alias("position"),
        *(declared_strings(rows, name).alias(f"{name}_said") for name in SAID),
        *(raw(rows, name).alias(f"{name}_{kind}") for name in SAID for kind in ("shown", "raw")),
        *(raw(rows, name).alias(f"{name}_raw") for name in ("date_of_birth", "passport", "nationality")),
        _first([r["relation"] for r in relatives]).alias("stated_relation"),
        _first([r["relative_name"] for r in relatives]).alias("stated_relative"),
        _first([raw(rows, name) for name in parents]).alias("relative_name_raw"),
        aliases["aliases"].alias("stated_aliases"),
        clean(rows, "caste", {}, partial(_titled, reference=reference))["value"].alias("stated_caste"),
        born["date_from"].alias("date_of_birth"),
        passport["passport"],
        *(series.alias(name) for name, series in _said_of_person(rows, uses, reference, found).items()),
    )
    return frame, found


@value_cache.remembered
def _titled(values: pl.Series, reference: Reference) -> pl.DataFrame:
    return text.title(text.clean(values, reference)["value"]).alias("value").to_frame()


def _years_of_birth(rows: pl.DataFrame) -> tuple[int, int]:
    """Nobody was born after the month of the file, whose year also settles years of two digits."""
    month = rows["period"].max()
    return 1900, int(month[:4]) if isinstance(month, str) else YEARS[1]


def _said_of_person(
    rows: pl.DataFrame, uses: Uses, reference: Reference, found: list[pl.DataFrame]
) -> dict[str, pl.Series]:
    """Coded fields and the route of a trafficked person."""
    coded = {
        name: code_column(rows, name, "country" if name == "nationality" else name, uses, reference, found)
        for name in ("nationality", "person_status", "victim_status")
    }
    for name in ("means", "exploitation", "referral"):  # a cell can name several
        several = clean(rows, name, uses, partial(vocabularies.clean_several, vocabulary=name, reference=reference))
        found.append(findings(rows, name, uses, several))
        coded[name] = several["value"]
    for name in ("origin", "transit", "destination"):
        place = clean(rows, name, uses, partial(places.country_or_place, reference=reference))
        found.append(findings(rows, name, uses, place))
        coded[name] = place["value"]
    return coded


# What only a row of its own can say of a person: absent from people listed in a cell.
_ROW_ONLY: dict[str, pl.DataType | type[pl.DataType]] = {
    "stated_relation": pl.String, "stated_relative": pl.String, "relative_name_raw": pl.String,
    "stated_aliases": pl.List(pl.String), "stated_caste": pl.String, "date_of_birth": pl.Date,
    "date_of_birth_raw": pl.String, "passport": pl.String, "passport_raw": pl.String,
    "nationality": pl.String, "nationality_raw": pl.String, "person_status": pl.String, "means": pl.String,
    "exploitation": pl.String, "victim_status": pl.String, "referral": pl.String, "origin": pl.String,
    "transit": pl.String, "destination": pl.String,
}  # fmt: skip


def _typed(people: pl.DataFrame, uses: Uses, unit: str, reference: Reference) -> Parts:
    """Names, identifiers and keys of mentions; unknown people included and marked."""
    people = people.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in _ROW_ONLY.items() if name not in people.columns
    )
    parse = names.parse_one if unit == "person" else names.parse
    parsed = each(people["name_said"], partial(parse, reference=reference))
    said_of = {part: _first([people[f"{part}_said"], parsed[beside]]) for part, beside in _IN_NAME.items()}
    ids = each(said_of["cnic"], partial(cnic.clean, reference=reference))
    tel = each(said_of["phone"], partial(phones.clean, reference=reference))
    aged = each(said_of["age"], partial(numbers.age, reference=reference))
    sexed = each(people["sex_said"], partial(vocabularies.clean, vocabulary="sex", reference=reference))
    parsed = parsed.with_columns(_with_particulars(people, parsed, {"cnic": ids, "phone": tel, "age": aged}))
    parsed = parsed.with_columns(_contradicted(people["stated_relative"], parsed, reference))
    kept = people["role"].is_in(NAMELESS) & ~parsed["nobody"].fill_null(False)
    parsed = parsed.with_columns(_named_or_not(parsed["codes"], kept))
    beside = {"cnic": ids, "phone": tel, "age": aged}
    own = {part: _of_column(people[f"{part}_said"], one) for part, one in beside.items()}
    cleaned = {"name": parsed, **own, "sex": sexed}
    found = [_placed_findings(people, part, uses, unit, out) for part, out in cleaned.items()]
    relative = _first([people["stated_relative"], parsed["relative_name"]])
    aliases = _aliases(parsed["aliases"], people["stated_aliases"])
    working = [f"{one}_{kind}" for one in SAID for kind in ("said", "shown")]
    unused = ("stated_relation", "stated_relative", "stated_aliases", "stated_caste", *working)
    typed = people.drop(unused).with_columns(
        pl.concat_str("record_id", "role", "position", separator=":", ignore_nulls=True).alias("mention_ref"),
        parsed["name"],
        parsed["unknown"].fill_null(False),
        (parsed["unknown"].fill_null(False) & ~kept.fill_null(False)).alias("nobody"),
        _first([people["stated_relation"], parsed["relation"]]).alias("relation"),
        relative.alias("relative_name"),
        aliases,
        _first([people["stated_caste"], parsed["caste"]]).alias("caste"),
        _first([people["person_status"], parsed["person_status"]]).alias("person_status"),
        # "Unknown" in the column does not silence what the name says.
        _first([sexed["value"].replace("unknown", None), parsed["sex_hint"], sexed["value"]]).alias("sex"),
        aged["value"].cast(pl.Int32).alias("age"),
        ids["cnic"],
        tel["phones"],
        tel["phones"].list.first().alias("phone"),
        _first([names.address(people["address_said"], reference), parsed["address"]]).alias("address"),
        _keys(parsed["name"], reference).alias("name_key"),
        _keys(aliases.list.first(), reference).alias("alias_key"),
        _keys(relative, reference).alias("relative_key"),
    )
    return typed, found


# Parts of a person that may stand in the cell of the name, as `names.parse` calls them.
_IN_NAME = {"cnic": "card", "phone": "phone", "age": "age"}


def _of_column(said: pl.Series, cleaned: pl.DataFrame) -> pl.DataFrame:
    """What was cleaned without the findings on values that no column of their own gave."""
    codes = pl.when(pl.lit(said).is_not_null()).then("codes").otherwise(pl.lit([], pl.List(pl.String)))
    return cleaned.with_columns(codes.alias("codes"))


def _with_particulars(people: pl.DataFrame, parsed: pl.DataFrame, cleaned: Mapping[str, pl.DataFrame]) -> pl.Series:
    """The codes of names with those of a card, a telephone or an age that stands in the name's cell; RK348 where the
    column of its own says something else, which is followed."""
    found = [parsed["codes"]]
    for part, beside in _IN_NAME.items():
        said, written = people[f"{part}_said"], parsed[beside]
        digits = (said.str.replace_all("[^0-9]", "") != written.str.replace_all("[^0-9]", "")).fill_null(False)
        inside = pl.lit(said.is_null() & written.is_not_null())
        codes = pl.when(inside).then(cleaned[part]["codes"]).when(pl.lit(digits)).then(pl.lit(["RK348"]))
        found.append(pl.select(codes.otherwise(pl.lit([], pl.List(pl.String)))).to_series())
    if len(parsed) == 0 or not any(parsed[beside].count() for beside in _IN_NAME.values()):
        return parsed["codes"]
    return pl.select(pl.concat_list(found).list.unique(maintain_order=True).alias("codes")).to_series()


def _contradicted(stated: pl.Series, parsed: pl.DataFrame, reference: Reference) -> pl.Series:
    """The codes of names, and RK387 where the name's cell has another relative than the column made for it, which is
    followed: none of the words of one is a word of the other."""
    both = (stated.is_not_null() & parsed["relative_name"].is_not_null()).fill_null(False)
    if not both.any():
        return parsed["codes"]
    tokens = [
        each(one.filter(both), partial(names.keys, reference=reference))["tokens"]
        for one in (stated, parsed["relative_name"])
    ]
    other = tokens[0].list.set_intersection(tokens[1]).list.len() == 0
    differs = pl.zeros(len(stated), dtype=pl.Boolean, eager=True).scatter(both.arg_true(), other)
    return dispatch.merge_codes(parsed["codes"], dispatch.codes({"RK387": differs}))


def _named_or_not(codes: pl.Series, kept: pl.Series) -> pl.Series:
    """The codes of names: unknown people who are kept without a name are not those that are nobody."""
    renamed = codes.list.eval(pl.element().replace("RK330", "RK350"))
    return pl.select(pl.when(kept).then(renamed).otherwise(codes).alias("codes")).to_series()


def _placed_findings(people: pl.DataFrame, part: str, uses: Uses, unit: str, cleaned: pl.DataFrame) -> pl.DataFrame:
    """Findings of one part of the mentions, each under the source column in which its role keeps that part."""
    if unit == "person":
        return findings(people, part, uses, cleaned, people[f"{part}_shown"])
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
    return each(values, partial(names.keys, reference=reference))["key"]


def _first(series: list[pl.Series]) -> pl.Series:
    """The first value that is not null, place by place."""
    return pl.select(pl.coalesce(series)).to_series()
