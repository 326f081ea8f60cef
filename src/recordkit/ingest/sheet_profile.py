"""What must be known of a whole sheet before its rows are typed: the order of its dates, its month, its record ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from recordkit import stable_ids
from recordkit.fields import dates, dispatch, nearest
from recordkit.reference import Reference
from recordkit.source_fields import IntakeField

# A month is what most of a sheet's records say, from this share on.
SHARE = 0.8
FEW = 5


@dataclass
class Evidence:
    """Gathered batch by batch over the mapped rows of one sheet."""

    fields: Mapping[str, IntakeField]
    declared: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # field -> raw -> what it means
    orders: dict[str, dates.DateOrder | str] = field(default_factory=dict)
    distinct: dict[str, pl.DataFrame] = field(default_factory=dict)
    hashes: list[pl.Series] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)  # field -> header, which may state the order of its dates
    epoch: int = 1900  # the year from which the workbook counts its days

    def add(self, rows: pl.DataFrame) -> None:
        """Take one batch of mapped rows (String intake fields) into account."""
        for name, kind in self.fields.items():
            if kind.type == "date" and name in rows.columns:
                cells = nearest.aliased(rows.get_column(name), self.values.get(name, {}))
                counted = cells.alias("value").to_frame().drop_nulls().group_by("value").agg(n=pl.len())
                before = self.distinct.get(name)
                both = counted if before is None else pl.concat([before, counted])
                self.distinct[name] = dispatch.copied(both.group_by("value").agg(pl.col("n").sum()).sort("value"))
        hashed = [name for name in rows.columns if name in self.fields and self.fields[name].type != "ignore"]
        hashes = stable_ids.row_hashes(rows.select(hashed))
        self.hashes.append(hashes if hashed else pl.zeros(rows.height, dtype=pl.UInt64, eager=True).alias(hashes.name))

    def settle(self) -> None:
        """Decide the order of every date column: declared, else stated by its header, else by its dates. Nothing is
        known of one that contradicts its declaration or header, or whose header contradicts the declaration: RK303.
        """
        for name, counted in self.distinct.items():
            order, header = self.declared.get(name, "infer"), self.headers.get(name)
            if dates.header_contradicts(header, order):
                self.orders[name] = dates.DateOrder()
                continue
            order = (dates.stated_order(header) or order) if order == "infer" else order
            inferred = dates.infer_order(counted["value"], counted["n"])
            declared = dates.DateOrder() if inferred.contradicts(order) else order
            if order != "infer" and inferred.middle != "month" and isinstance(declared, str):
                declared = dates.with_declared_order(order, inferred)
            self.orders[name] = dates.with_header(inferred if order == "infer" else declared, header, inferred)

    def month(self, reference: Reference) -> tuple[str | None, float, int]:
        """The month that most records are of, the share of records that say so, and how many have a date."""
        by = self._months(reference)
        if by.is_empty():
            return None, 0.0, 0
        total = int(by["n"].sum())
        return str(by["month"][0]), float(by["n"][0]) / total, total

    def newest(self, reference: Reference) -> str | None:
        """The last month that any record is of: what a list over many years is called by."""
        return self._months(reference)["month"].max()  # type: ignore[return-value]  # a String column

    def _months(self, reference: Reference) -> pl.DataFrame:
        """month, n: how many records are of each month, the commonest first."""
        name = next((n for n in ("registered_on", "started_on", "occurred_on") if n in self.distinct), None)
        if name is None:
            return pl.DataFrame(schema={"n": pl.UInt32, "month": pl.String})
        counted = self.distinct[name]
        cleaned = dates.clean(counted["value"], self.orders[name], reference, epoch=self.epoch)
        months = counted.select("n", month=cleaned["date_from"].dt.to_string("%Y-%m")).drop_nulls()
        return months.group_by("month").agg(pl.col("n").sum()).sort("n", "month", descending=True)


@dataclass(frozen=True)
class Ids:
    """The record ids of one sheet's rows, made for some rows at a time: all together are large."""

    hashes: pl.Series
    ordinals: pl.Series
    again: pl.Series  # whether the sheet has an identical row
    agency: str
    unit: str
    period: str

    def of(self, start: int, length: int) -> pl.Series:
        """`record_id` of some of the rows."""
        hashes, ordinals = self.hashes.slice(start, length), self.ordinals.slice(start, length)
        return stable_ids.ids_of(hashes, ordinals, agency=self.agency, unit=self.unit, period=self.period)


def record_ids(
    hashes: Sequence[pl.Series], earlier: Sequence[pl.Series], *, agency: str, unit: str, period: str
) -> Ids:
    """Ids of one sheet's rows; `earlier` are the hashes of the file's other sheets of that unit and month.

    Identical rows in two sheets of one file are two records, as they are in one sheet.
    """
    ours = pl.concat([pl.Series("row_hash", [], dtype=pl.UInt64), *hashes])
    again = stable_ids.duplicated(ours)
    everything = pl.concat([*earlier, ours]) if earlier else ours
    ordinals = stable_ids.ordinals(everything, None if earlier else again).tail(ours.len())
    return Ids(ours, ordinals, again, agency, unit, period)
