"""Mapping: raw columns and rows -> records under canonical names; no column and no row is lost silently."""

from recordkit.mapping.batches import finish, held, map_again, map_batch, pieces
from recordkit.mapping.classify_rows import REPEATED
from recordkit.mapping.model import Carry, Mapped, SheetPlan
from recordkit.mapping.planning import plan
from recordkit.mapping.repeated_headers import Aligned, aligned
from recordkit.mapping.reshape import NO_SIDES, Sides, without

__all__ = [
    "NO_SIDES", "REPEATED", "Aligned", "Carry", "Mapped", "SheetPlan", "Sides", "aligned", "finish", "held",
    "map_again", "map_batch", "pieces", "plan", "without",
]  # fmt: skip
