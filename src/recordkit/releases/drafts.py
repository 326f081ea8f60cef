"""Drafts of a release: public tables, or microdata, held against every release of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import declarations, details, store
from recordkit.errors import RecordkitError
from recordkit.releases import history, package
from recordkit.releases.declaration import FILE, VULNERABLE, Policy
from recordkit.releases.microdata import CASES, Product, product_of, shown_cells
from recordkit.releases.package import Table
from recordkit.releases.package.declaration import Kind
from recordkit.releases.protecting import Protected, UnitRelease, protected_tables
from recordkit.releases.publishing import Draft
from recordkit.releases.records import RECORD
from recordkit.releases.risk import risk_of, utility_of
from recordkit.store import disk, parquet
from recordkit.words import Both

TABLES: Kind = "tables"
MICRODATA: Kind = "microdata"


@dataclass(frozen=True)
class Packing:
    """What is known of a release when its files are made."""

    edition: store.Edition
    kind: Kind
    name: str
    package: package.File
    dirs: Sequence[Path]
    forms: Sequence[str] = ()  # in which tables come as well

    def files(self, tables: Sequence[Table], published: str) -> dict[str, bytes]:
        """All files of a release of this day: its tables, how complete they are, and what describes them."""
        declared, every = self.package, (*tables, self._coverage())
        assert declared.publisher is not None  # the packaged file has one
        product = declared.products[self.kind]
        data = package.Dataset(
            self.kind, self.name, product.title, self.edition.id, package.months_of(self.edition), published,
            declared.country, product, declared.licences[self.kind], declared.publisher, declared.words, every,
        )  # fmt: skip
        return package.files_of(data)

    def table(self, frame: pl.DataFrame, name: str, title: Both, **facts: Any) -> Table:
        """A frame as a table of the release."""
        made = package.table_of(self.package, self._labels, frame, name, title, **facts)
        return package.in_forms(self.package, made, frame, self.forms, months=package.months_of(self.edition))

    @cached_property
    def _labels(self) -> dict[str, dict[str, Both]]:
        return package.labels_of(self.package, self.dirs)

    def _coverage(self) -> Table:
        """How many districts stand behind every month of every agency."""
        columns = ["period", "agency", "districts_reporting", "districts_expected"]
        frame = self.edition.scan("counts").select(columns).unique().sort(columns).collect()
        return self.table(frame, "coverage", self.package.words["coverage"])


def draft(
    root: Path, edition: store.Edition, policy: Policy, names: Sequence[str], dirs: Sequence[Path],
    *, forms: Sequence[str] = (),
) -> Draft:  # fmt: skip
    """Count and protect the tables of these names (all without any), against every release of the ledger."""
    _refuse_unknown("no_public_table", names, policy.tables)
    known = history.names(root)
    units = protected_tables(
        edition, policy, names or list(policy.tables), history.earlier(root), history.shown_cells(root)
    )
    tables = [table for unit in units for table in unit.tables]
    packing = Packing(edition, TABLES, TABLES, package.load(dirs), dirs, forms)
    return Draft(
        edition, TABLES, _declared(dirs), known,
        needs_second=any(one.about in VULNERABLE for one in tables),
        risk=[{"table": one.name, "about": one.about, "minimum": one.least, **one.risk} for one in tables],
        described={"tables": {one.name: _of_table(one) for one in tables}},
        files=lambda published: packing.files([_public(packing, one) for one in tables], published),
        tables=tables, rows={},
        remembered=lambda: (_cells(units), {"shapes": history.shapes(units)}),
    )  # fmt: skip


def draft_microdata(
    root: Path, edition: store.Edition, policy: Policy, name: str, dirs: Sequence[Path], *, forms: Sequence[str] = ()
) -> Draft:
    """Microdata of this name, against every release of the ledger. About people: two have to approve it."""
    _refuse_unknown("no_microdata", [name], policy.microdata)
    known = history.names(root)
    cases = edition.scan("cases").select(pl.col("case_id").cast(pl.String)).collect()["case_id"]
    product = product_of(edition, policy, name, history.earlier(root), history.released_cases(root, cases))
    risk, utility = risk_of(product), utility_of(product)
    packing = Packing(edition, MICRODATA, name, package.load(dirs), dirs, forms)
    return Draft(
        edition, MICRODATA, _declared(dirs), known, needs_second=True, risk=[{**risk, "utility": utility}],
        described={"microdata": {name: _of_product(product)}},
        files=lambda published: packing.files(_tables_of(packing, product, utility), published),
        tables=(), rows=product.tables,
        remembered=lambda: _remembered(root, edition, policy, product),
    )  # fmt: skip


def _refuse_unknown(text: str, names: Sequence[str], known: Iterable[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        guess = declarations.nearest(unknown[0], known)
        raise RecordkitError(
            details.text(text, name=unknown[0], file=FILE),
            details.text("did_you_mean", guess=guess) if guess else ", ".join(known),
        )


def _declared(dirs: Sequence[Path]) -> str:
    """The sum of all that release.toml says in its layers."""
    parts = [path.read_bytes() for path in declarations.layers(dirs, FILE)]
    return disk.sha256_bytes(b"\0".join(parts))


# ------------------------------------------------------------------------------------------------- public tables


def _of_table(one: Protected) -> dict[str, Any]:
    return {
        "title": one.public.title.model_dump(),
        "counts": one.public.counts,
        "minimum": one.least,
        "width": one.risk["width"],
        "largest_share_of_one_case": one.risk["largest"],
        "rows": one.cells.height,
    }


def _public(packing: Packing, table: Protected) -> Table:
    readable = table.readable.with_columns(unit=pl.lit(table.public.counts))
    return packing.table(readable, table.name, table.public.title, parquet=parquet.in_memory(readable))


def _cells(units: Sequence[UnitRelease]) -> pl.DataFrame:
    return pl.concat([one.cells.with_columns(unit=pl.lit(one.unit)) for one in units], how="diagonal")


# ------------------------------------------------------------------------------------------------- microdata


def _of_product(product: Product) -> dict[str, Any]:
    declared = product.plan.product
    return {
        "title": declared.title.model_dump(),
        "k": product.k,
        "size": max(product.k, declared.size),
        "l": declared.l,
        "t": declared.t,
        "rows": {name: frame.height for name, frame in product.tables.items()},
    }


def _tables_of(packing: Packing, product: Product, utility: Sequence[dict[str, Any]]) -> list[Table]:
    withheld, found = details.text("withheld"), []
    for name, frame in product.tables.items():
        readable = frame.with_columns(pl.col(pl.String).fill_null(withheld))
        first = name == CASES
        found.append(
            packing.table(
                readable, name, packing.package.words[name], parquet=parquet.in_memory(readable),
                key=[RECORD] if first else [], joins="" if first else CASES,
            )
        )  # fmt: skip
    return [*found, packing.table(pl.DataFrame(utility), "utility", packing.package.words["utility"])]


def _remembered(
    root: Path, edition: store.Edition, policy: Policy, product: Product
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """What later releases are held against: the cases of this one, and the counts of public tables that it shows."""
    cases, facts = history.digests(root, product.ids)
    cells = [frame.with_columns(unit=pl.lit(unit)) for unit, frame in shown_cells(edition, policy, product).items()]
    return pl.concat([cases, *cells], how="diagonal"), facts
