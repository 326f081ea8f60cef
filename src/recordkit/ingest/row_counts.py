"""The law of conservation: rows read = accepted + quarantined + skipped."""

from __future__ import annotations

from dataclasses import dataclass

from recordkit.errors import BrokenLaw


@dataclass(frozen=True)
class Tally:
    """Where the rows of one file, or of many, went."""

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.read + other.read,
            self.accepted + other.accepted,
            self.quarantined + other.quarantined,
            self.skipped + other.skipped,
        )

    def check(self, name: str) -> None:
        """Raise BrokenLaw unless every row is accounted for exactly once."""
        ended = self.accepted + self.quarantined + self.skipped
        if self.read != ended:
            raise BrokenLaw(
                f"{name}: {self.read} rows were read, but {self.accepted} accepted + {self.quarantined} quarantined"
                f" + {self.skipped} skipped = {ended}"
            )
