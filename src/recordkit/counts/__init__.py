"""Figures compiled from an edition's own tables, their coverage, and what the agencies said themselves.

`compile` makes the atoms (never a total), `coverage` says how much of the country stands behind a month,
`reconcile` puts each returned figure beside the compiled one, `findings` says what of it somebody should
look at. All are pure functions of frames.
"""

from recordkit.counts.compiled import compile, countable
from recordkit.counts.coverage import Reporter, coverage
from recordkit.counts.findings import findings
from recordkit.counts.reconcile import reconcile

__all__ = ["Reporter", "compile", "countable", "coverage", "findings", "reconcile"]
