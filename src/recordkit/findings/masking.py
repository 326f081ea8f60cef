"""Hides personal values in findings, and takes out what could steer a terminal."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit import harmless
from recordkit import tables as declared
from recordkit.intake import Intake, IntakeField
from recordkit.issues import Rules
from recordkit.tables import Mask, Table

# Field -> how its values are masked; None: shown as it is, but for long numbers. A field that is not in it is hidden.
Masks = Mapping[str, Mask | None]

_BY_TYPE: dict[str, Mask | None] = {
    "people": "initials", "relative": "initials", "cnics": "cnic", "phones": "phone", "passport": "passport",
    "text": "hide", "reference": "hide",
}  # fmt: skip
_HIDDEN = "***"


def masks(tables: Mapping[str, Table], intake: Intake) -> Masks:
    """The mask of every field that a finding can name: columns of tables and fields of source rows."""
    columns = {column.name: None for table in tables.values() for column in table.columns}
    fields = {name: kind for unit in intake.units.values() for name, kind in unit.items()}
    return {name: _of_field(kind) for name, kind in fields.items()} | columns | dict(declared.masks(tables))


def _of_field(field: IntakeField) -> Mask | None:
    return "hide" if field.personal else _BY_TYPE.get(field.type)


def masked(issues: pl.DataFrame, masks: Masks, rules: Rules) -> pl.DataFrame:
    """`issues` with `value` and `suggestion` masked. Suggestions of reading and mapping rules name no person."""
    about_files = [code for code, rule in rules.by_code.items() if rule.level in ("reading", "mapping")]
    plain = pl.col("code").is_in(about_files) & pl.col("value").is_null()
    suggestion = pl.when(plain).then("suggestion").otherwise(_masked("suggestion", masks))
    return issues.with_columns(_masked("value", masks).alias("value"), suggestion.alias("suggestion"))


def _masked(column: str, masks: Masks) -> pl.Expr:
    """Every value masked as its row's field says."""
    kind = pl.col("field").replace_strict(
        list(masks), [mask or "none" for mask in masks.values()], default="hide", return_dtype=pl.String
    )
    value = pl.col(column)
    shown = pl.when(value.is_not_null()).then(pl.lit(_HIDDEN))
    chain: pl.Expr = shown.otherwise(None)
    for name, expression in _expressions(value).items():
        chain = pl.when(kind == name).then(expression).otherwise(chain)
    return chain


def _expressions(value: pl.Expr) -> dict[str, pl.Expr]:
    return {
        "none": _plain(value),
        "cnic": _kept(value, 5),
        "phone": _kept(value, 4),
        "passport": value.str.slice(0, 2) + value.str.slice(2).str.replace_all(r"[\p{L}\p{Nd}]", "*"),
        "initials": _digits_gone(value.str.replace_all(r"(\p{L})[\p{L}\p{M}'’]*", "${1}.")),
        "date": _shape(value),
    }


def hidden(value: pl.Expr, mask: Mask | None) -> pl.Expr:
    """One value masked as declared; without a mask only long numbers are hidden."""
    shown = _expressions(value).get(mask or "none")
    return pl.when(value.is_not_null()).then(pl.lit(_HIDDEN) if shown is None else shown)


def _kept(value: pl.Expr, digits: int) -> pl.Expr:
    """The first few digits; behind them stars. Letters do not belong there: only that they are there is shown."""
    start = value.str.extract(rf"^(\P{{Nd}}*(?:\p{{Nd}}\P{{Nd}}*){{0,{digits}}})")
    rest = value.str.slice(start.str.len_chars())
    return (start + _digits_gone(rest)).str.replace_all(r"[\p{L}--[eE]]", "x")


def _plain(value: pl.Expr) -> pl.Expr:
    """A value that names nobody; a number as long as that of a card or a telephone may stand in any column."""
    return value.str.replace_all(r"\p{Nd}{7,}", "*******").str.replace_all(r"\p{Nd}{5}-\*{7}", "*****-*******")


def _shape(value: pl.Expr) -> pl.Expr:
    return _digits_gone(value).str.replace_all(r"\p{L}", "x")


def _digits_gone(value: pl.Expr) -> pl.Expr:
    return value.str.replace_all(r"\p{Nd}", "*")


def safe(issues: pl.DataFrame) -> pl.DataFrame:
    """Every text without control characters: what a sender wrote must not steer a terminal or a log."""
    return issues.with_columns(pl.col(pl.String).str.replace_all(harmless.UNSAFE, "\ufffd"))
