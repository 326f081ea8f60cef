"""Hides personal values in findings, and takes out what could steer a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from recordkit import tables as declared
from recordkit import text_safety
from recordkit.agencies import Catalogue
from recordkit.fields import pii_scan
from recordkit.issues import Rules
from recordkit.source_fields import Intake, IntakeField
from recordkit.tables import Mask, Table


@dataclass(frozen=True)
class Masks:
    """fields: how the values of a field are masked; None: it names nobody, and what may have strayed into it is
    hidden. A field that is not there is hidden. words: lower case words that name nobody. places: lower case names of
    places, whole: some have words in them that people are called by. undated: fields that hold no day, so that one in
    them is somebody's birth."""

    fields: Mapping[str, Mask | None]
    words: pl.Series
    places: pl.Series
    undated: frozenset[str] = frozenset()


_BY_TYPE: dict[str, Mask | None] = {
    "people": "initials", "relative": "initials", "cnics": "cnic", "phones": "phone", "passport": "passport",
    "text": "hide", "reference": "hide",
}  # fmt: skip
_UNDATED = ("age", "code", "country_or_place")
_HIDDEN = "***"


def masks(tables: Mapping[str, Table], intake: Intake, known: Catalogue) -> Masks:
    """The mask of every field that a finding can name: columns of tables and fields of source rows."""
    columns = [column for table in tables.values() for column in table.columns]
    values = (value for column in columns if column.personal != "direct" for value in column.values)
    ours = pl.Series([*known, *values], dtype=pl.String)
    ours = ours.str.to_lowercase().str.extract_all(pii_scan.WORD).explode()
    plain = pl.concat([pii_scan.words(known.reference), ours]).unique()
    fields = [(name, kind) for unit in intake.units.values() for name, kind in unit.items()]
    undated = frozenset(name for name, kind in fields if kind.type in _UNDATED)
    return Masks(by_field(tables, intake), plain, pii_scan.places(known.reference), undated)


def by_field(tables: Mapping[str, Table], intake: Intake) -> dict[str, Mask | None]:
    """Field or column -> mask; None: it names nobody. What a column says goes before what a field of its name says."""
    fields = {name: kind for unit in intake.units.values() for name, kind in unit.items()}
    columns = [column.name for table in tables.values() for column in table.columns]
    return {name: _of_field(kind) for name, kind in fields.items()} | dict.fromkeys(columns) | declared.masks(tables)


def _of_field(field: IntakeField) -> Mask | None:
    return "hide" if field.personal else _BY_TYPE.get(field.type)


def masked(issues: pl.DataFrame, masks: Masks, rules: Rules) -> pl.DataFrame:
    """`issues` with `value` and `suggestion` masked. What is suggested where nobody is named is a word of ours, and
    one slip from it is no name; suggestions of reading and mapping rules name no person."""
    about_files = [code for code, rule in rules.by_code.items() if rule.level in ("reading", "mapping")]
    ours = pl.col("code").is_in(about_files) & pl.col("value").is_null()
    value, suggestion = pl.col("value"), pl.col("suggestion")
    about_values = [code for code, rule in rules.by_code.items() if rule.level == "value"]  # of one cell each
    slip = pii_scan.slip(value, suggestion)
    plain = pl.when(slip).then(pii_scan.unnumbered(value)).otherwise(pii_scan.unnamed(value, masks.words))
    no_day = pl.col("code").is_in(about_values) & pl.col("field").is_in(sorted(masks.undated))
    plain = pl.when(no_day).then(pii_scan.undated(plain)).otherwise(plain)
    shown = pl.when(ours).then(suggestion).otherwise(_masked(suggestion, masks, pii_scan.unnumbered(suggestion)))
    return issues.with_columns(_masked(value, masks, plain).alias("value"), shown.alias("suggestion"))


def _masked(value: pl.Expr, masks: Masks, plain: pl.Expr) -> pl.Expr:
    """Every value masked as its row's field says; `plain` where that is nothing."""
    kind = pl.col("field").replace_strict(
        list(masks.fields), [mask or "none" for mask in masks.fields.values()], default="hide", return_dtype=pl.String
    )
    shown = pl.when(value.is_not_null()).then(pl.lit(_HIDDEN))
    chain: pl.Expr = shown.otherwise(None)
    for name, expression in {"none": plain, **_expressions(value)}.items():
        chain = pl.when(kind == name).then(expression).otherwise(chain)
    return chain


def _expressions(value: pl.Expr) -> dict[str, pl.Expr]:
    return {
        "cnic": _kept(value, 5),
        "phone": _kept(value, 4),
        "passport": value.str.slice(0, 2) + value.str.slice(2).str.replace_all(r"[\p{L}\p{Nd}]", "*"),
        "initials": _digits_gone(pii_scan.initials(value)),
        "date": _shape(value),
    }


def hidden(value: pl.Expr, mask: Mask | None, words: pl.Series) -> pl.Expr:
    """One value masked as declared; without a mask only what cannot belong there: see `Masks`."""
    shown = pii_scan.unnamed(value, words) if mask is None else _expressions(value).get(mask, pl.lit(_HIDDEN))
    return pl.when(value.is_not_null()).then(shown)


def unstrayed(value: pl.Expr, masks: Masks) -> pl.Expr:
    """A cleaned cell that should name nobody: a place's name as it is, of another text what cannot be somebody's."""
    return pii_scan.unstrayed(value, masks.words, masks.places)


def _kept(value: pl.Expr, digits: int) -> pl.Expr:
    """The first few digits; behind them stars. Letters do not belong there: only that they are there is shown."""
    start = value.str.extract(rf"^(\P{{Nd}}*(?:\p{{Nd}}\P{{Nd}}*){{0,{digits}}})")
    rest = value.str.slice(start.str.len_chars())
    return (start + _digits_gone(rest)).str.replace_all(r"[\p{L}--[eE]]", "x")


def _shape(value: pl.Expr) -> pl.Expr:
    return _digits_gone(value).str.replace_all(r"\p{L}", "x")


def _digits_gone(value: pl.Expr) -> pl.Expr:
    return value.str.replace_all(r"\p{Nd}", "*")


def safe(issues: pl.DataFrame) -> pl.DataFrame:
    """Every text without control characters: what a sender wrote must not steer a terminal or a log."""
    return issues.with_columns(text_safety.plain_column(pl.col(pl.String)))
