"""An edition's copy for named analysts: keyed pseudonyms for people and records, nothing that names anybody."""

from __future__ import annotations

from recordkit.analysts.coarsening import PRECISIONS
from recordkit.analysts.copying import the_key, unique_rows, write
from recordkit.analysts.policy import Policy, Treatment, load, looser

__all__ = ["PRECISIONS", "Policy", "Treatment", "load", "looser", "the_key", "unique_rows", "write"]
