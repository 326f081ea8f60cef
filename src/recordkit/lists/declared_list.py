"""A list described by the [list] part of a linkage declaration: its columns found, cleaned and named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from recordkit import declarations, details
from recordkit.declarations import Declared
from recordkit.errors import DeclarationError, UnreadableInput
from recordkit.fields import dates, name_keys, text
from recordkit.linkage.engine.model_spec import ModelSpec
from recordkit.reference import Reference

Kind = Literal["text", "name", "code", "digits", "number", "date", "sound", "nickname"]
Part = Literal["given", "middle", "family", "suffix"]
MADE = ("sound", "nickname")  # of another column
HEADER_ROWS = 30
YEARS = (1850, 2029)  # that are believed of a date; a year of two digits is one of the last hundred
EARLIEST = 1000  # believed instead, where at least this share of a column's dates is older than that: a list of history
OLD_DATES = 0.01  # By judgement: more than slips of the pen make
PLACE = ("file", "sheet", "row")


class ListColumn(Declared):
    """One column that comparisons and blocks speak of, and how it is made of the file's."""

    name: str  # used in comparisons and blocks
    kind: Kind = "text"  # how it is cleaned
    headers: tuple[str, ...] = ()  # besides the name itself; case, spaces and punctuation do not count
    of: str | None = None  # kinds sound and nickname, and with `part`: the column that it is made of
    part: Part | None = None  # of a whole name, taken apart where the file has no column of its own for it
    date_order: Literal["infer", "dmy", "mdy", "ymd"] = "infer"  # of dates; infer: from all of the column
    required: bool = False  # a list without it is refused
    blank: tuple[str, ...] = ()  # values that mean nothing is known

    @model_validator(mode="after")
    def _made_of_one(self) -> Self:
        if (self.kind in MADE or self.part is not None) != (self.of is not None):
            raise ValueError(details.text("of_goes_with", name=self.name, kinds=", ".join(MADE)))
        return self


class ListSpec(Declared):
    """The columns of a list. A header that is not named here is carried through and not looked at."""

    columns: tuple[ListColumn, ...] = Field(alias="column", min_length=1)  # the columns that are looked at
    # A CSV beside the declaration, never elsewhere: a row per name, canonical,variants (parted by ;).
    nicknames: str | None = Field(default=None, pattern=r"^[^/\\]*[^/\\.][^/\\]*$")
    # Words of a header that say nothing of what is in the column: dob_raw is dob, where no other header is.
    idle_words: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        names = [one.name for one in self.columns]
        for one in self.columns:
            if one.of is not None and one.of not in names:
                raise ValueError(details.text("made_of_no_column", name=one.name, of=one.of))
        return self


class ListLinkage(Declared):
    """The whole declaration of how a list is read and how its rows are judged."""

    version: Literal[1]  # of this file's format
    list: ListSpec  # the columns of the list
    people: ModelSpec  # how its rows are judged

    @model_validator(mode="after")
    def _columns_are_known(self) -> Self:
        known = [*(one.name for one in self.list.columns), *PLACE]
        for where, name in _named(self.people):
            if name not in known:
                guess = declarations.nearest(name, known)
                near = details.text("did_you_mean", guess=guess)
                hint = near if guess else details.text("it_knows", names=", ".join(known))
                raise ValueError(details.text("names_no_column", where=where, name=name, hint=hint))
        return self


def _named(model: ModelSpec) -> Iterator[tuple[str, str]]:
    """Every column that a model speaks of, and where."""
    for block in model.blocks:
        names = block.agreeing.union(filter(None, [block.when_empty, block.when_one_empty, block.near]))
        yield from ((f"block {list(block.columns)}", name) for name in sorted(names))
    for one in model.comparisons:
        yield from ((f"comparison '{one.name}'", name) for name in sorted(one.columns))
    for veto in model.vetoes:
        yield from ((f"veto '{veto.name}'", name) for part in veto.where for name in sorted(part.columns()))
    for name in (model.group, model.one_to_one, *model.apart):
        if name:
            yield "[people]", name


def load(path: Path) -> ListLinkage | None:
    """The declaration, or None when the file has no [list] part. Raises DeclarationError."""
    if "list" not in declarations.load_toml(path):
        return None
    return declarations.read_toml(path, ListLinkage)


def rows(sheet_batches: Sequence[pl.DataFrame], spec: ListSpec, where: str) -> pl.DataFrame:
    """The records below the header, every column a String named by its header, and `row`.

    Raises UnreadableInput when no row names a declared column.
    """
    whole = pl.concat(sheet_batches)
    names = [name for name in whole.columns if name != "row"]
    wanted = set(text.fold(pl.Series([w for one in spec.columns for w in (one.name, *one.headers)])).to_list())
    head = whole.head(HEADER_ROWS)
    best, most = None, 0
    for at, cells in enumerate(head.select(names).iter_rows()):
        hits = sum(cell in wanted for cell in text.fold(pl.Series(cells, dtype=pl.String)).to_list())
        if hits > most:
            best, most = at, hits
    if best is None:
        raise UnreadableInput(details.text("no_row_of_declaration", where=where), details.text("add_list_headers"))
    written = [cell or name for name, cell in zip(names, head.select(names).row(best), strict=True)]
    titles = unique(written, ("row", "record_id", "entity_id"))
    below = whole.slice(best + 1).rename(dict(zip(names, titles, strict=True)))
    return below.filter(pl.any_horizontal(pl.col(titles).is_not_null()))


def unique(titles: Sequence[str], ours: Sequence[str]) -> list[str]:
    """Header words, each once and none of ours: a second one gets a number."""
    taken: set[str] = set(ours)
    found = []
    for title in titles:
        name, number = title, 2
        while name in taken:
            name, number = f"{title} ({number})", number + 1
        taken.add(name)
        found.append(name)
    return found


def prepare(raw: pl.DataFrame, spec: ListSpec, nicknames: dict[str, str], reference: Reference) -> pl.DataFrame:
    """The declared columns from the file's; one that the file does not have is null. `file` is kept for one_to_one.

    A whole name that was taken apart is not kept whole: it would be compared twice.
    Raises DeclarationError for a required column that is not there.
    """
    found = sources(raw.columns, spec)
    nothing = pl.Series([None] * raw.height, dtype=pl.String)
    made: dict[str, pl.Series] = {}
    separate: set[str] = set()
    for one in spec.columns:
        if one.kind in MADE:
            continue
        whole = found.get(one.of or "")
        if one.name in found:
            values = raw[found[one.name]].cast(pl.String)
        elif one.part is not None and whole is not None:
            values = _part(raw[whole].cast(pl.String), one, found, spec)
            if values.null_count() < len(values):
                separate.add(one.of or "")
        else:
            values = nothing
        made[one.name] = _on_distinct(values, one, reference)
    for one in spec.columns:
        if one.kind in MADE:
            of = made[one.of or ""]
            made[one.name] = _sounds(of) if one.kind == "sound" else _usual(of, nicknames)
    return pl.DataFrame({**made, **dict.fromkeys(separate, nothing), "file": raw["file"]})


def sources(headers: Sequence[str], spec: ListSpec) -> dict[str, str]:
    """Declared column -> header word of the file. Raises DeclarationError for a required one that is not there."""
    folded = _without_idle(headers, spec) | dict(zip(text.fold(pl.Series(headers)).to_list(), headers, strict=True))
    found: dict[str, str] = {}
    for one in spec.columns:
        words = text.fold(pl.Series([one.name, *one.headers])).to_list() if one.kind not in MADE else []
        source = next((folded[word] for word in words if word in folded), None)
        if source is not None:
            found[one.name] = source
        elif one.required:
            raise DeclarationError(
                details.text("no_column_headed", names=", ".join([one.name, *one.headers])),
                details.text("add_header_of", name=one.name, headers=", ".join(headers)),
            )
    return found


def _without_idle(headers: Sequence[str], spec: ListSpec) -> dict[str, str]:
    """Folded header without the words that say nothing -> header; none that two headers share."""
    plain = pl.Series(headers, dtype=pl.String).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ")
    words = plain.str.split(" ")
    short = text.fold(words.list.set_difference(list(spec.idle_words)).list.join(" ")).to_list()
    return {one: header for one, header in zip(short, headers, strict=True) if one and short.count(one) == 1}


def _part(whole: pl.Series, one: ListColumn, found: dict[str, str], spec: ListSpec) -> pl.Series:
    """A part of a whole name; beside a column of family names, 'name' is the given name as it stands."""
    others = {other.part for other in spec.columns if other.of == one.of and other.name in found}
    if not others & {"given", "family"}:
        return part(whole, one.part or "given")
    return whole if one.part == "given" and "family" in others else whole.clear(len(whole))


def _on_distinct(values: pl.Series, one: ListColumn, reference: Reference) -> pl.Series:
    distinct = pl.DataFrame({"raw": values.unique()}).drop_nulls()
    cleaned = distinct.with_columns(_cleaned(distinct["raw"], one, reference).alias("clean"))
    joined = values.alias("raw").to_frame().join(cleaned, on="raw", how="left", maintain_order="left")
    return joined["clean"]


def _cleaned(values: pl.Series, one: ListColumn, reference: Reference) -> pl.Series:
    plain = text.normal(values)
    if one.blank:
        blank = set(text.fold(pl.Series(one.blank)).to_list())
        plain = plain.set(text.fold(plain).is_in(list(blank)), None)
    if one.kind == "date":
        return _dates(plain, one, reference)
    if one.kind == "number":
        return plain.str.replace_all(r"[^0-9.\-]", "").cast(pl.Float64, strict=False)
    if one.kind == "digits":
        cleaned = plain.str.replace_all("[^0-9]", "")
    else:
        letters = plain.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
        letters = letters.str.replace_all(r"['’`]", "")
        if one.kind == "code":
            cleaned = letters.str.replace_all(r"[^\p{L}\p{N}]", "")
        else:
            signs = r"[^\p{L}]+" if one.kind == "name" else r"[^\p{L}\p{N}]+"
            cleaned = letters.str.replace_all(signs, " ").str.strip_chars(" ")
    return cleaned.set(cleaned == "", None)


def _dates(values: pl.Series, one: ListColumn, reference: Reference) -> pl.Series:
    """A date; eight digits are year, month and day unless another order is declared."""
    packed = values.str.contains("^[0-9]{8}$").fill_null(False)
    form = {"dmy": "%d%m%Y", "mdy": "%m%d%Y"}.get(one.date_order, "%Y%m%d")
    order: Any = dates.infer_order(values) if one.date_order == "infer" else one.date_order
    plain = values.set(packed, None)
    read = dates.clean(plain, order, reference, years=YEARS)["date_from"]
    older = dates.clean(plain.filter(read.is_null()), order, reference, years=(EARLIEST, YEARS[1]))["date_from"]
    if older.len() - older.null_count() > OLD_DATES * len(values):
        read = dates.clean(plain, order, reference, years=(EARLIEST, YEARS[1]))["date_from"]
    return read.zip_with(~packed, values.str.to_date(form, strict=False))


def _sounds(values: pl.Series) -> pl.Series:
    distinct = pl.DataFrame({"v": values.unique()}).drop_nulls()
    table = distinct.with_columns(name_keys.skeleton(distinct["v"]).alias("s"))
    return values.alias("v").to_frame().join(table, on="v", how="left", maintain_order="left")["s"]


def _usual(values: pl.Series, nicknames: dict[str, str]) -> pl.Series:
    """The name that a nickname stands for, of the first word; other words stay."""
    first = values.str.extract(r"^(\S+)")
    usual = first.replace_strict(nicknames, default=None, return_dtype=pl.String).fill_null(first)
    return pl.select(pl.lit(usual) + values.str.replace(r"^\S+", "")).to_series()


def nicknames(path: Path) -> dict[str, str]:
    """Variant -> name, from a CSV with the columns canonical and variants; a variant of two names is neither's.

    Both in lower case. Raises DeclarationError for a file that is not such a list.
    """
    kinds = {"canonical": pl.String, "variants": pl.String}
    try:
        if not path.is_file():
            raise OSError(details.text("no_plain_file", path=path.name))
        frame = pl.read_csv(path, comment_prefix="#", schema_overrides=kinds).select(list(kinds))
    except (OSError, pl.exceptions.PolarsError):  # what the library says could quote what is in the file
        raise DeclarationError(details.text("no_nicknames", path=path), details.text("give_nicknames")) from None
    long = frame.with_columns(pl.col("variants").str.split(";")).explode("variants")
    long = long.with_columns(pl.col("variants", "canonical").str.strip_chars(" ").str.to_lowercase())
    alone = long.filter(pl.col("canonical").n_unique().over("variants") == 1)
    return dict(alone.select("variants", "canonical").rows())


TITLES = r"(?i)^\s*(?:mr|mrs|miss|ms|dr|prof|rev|sir|master)\b\.?\s+"
SUFFIX = r"(?i)[\s,]+(jr|sr|junior|senior|ii|iii|iv|esq)\b\.?\s*$"


def part(values: pl.Series, wanted: str) -> pl.Series:
    """The given name, the middle names, the family name or the suffix (lower case); null where there is none.

    Before a comma stands the family name; without one it is the last word.
    """
    distinct = pl.DataFrame({"raw": values.unique()}).drop_nulls()
    name = pl.col("raw").str.replace(TITLES, "").str.replace(SUFFIX, "").str.strip_chars(" ,")
    comma = name.str.contains(",", literal=True)
    before, after = name.str.extract(r"^([^,]*)"), name.str.extract(r",\s*(.*)$")
    family = pl.when(comma).then(before).when(name.str.contains(r"\s")).then(name.str.extract(r"(\S+)$"))
    rest = pl.when(comma).then(after).otherwise(name.str.replace(r"\s+\S+$", ""))
    found = {
        "family": family,
        "given": rest.str.extract(r"^(\S+)"),
        "middle": rest.str.extract(r"^\S+\s+(.*)$"),
        "suffix": pl.col("raw").str.extract(SUFFIX).str.to_lowercase(),
    }[wanted]
    table = distinct.with_columns(found.str.strip_chars().alias("part"))
    joined = values.alias("raw").to_frame().join(table, on="raw", how="left", maintain_order="left")["part"]
    return joined.set(joined == "", None)
