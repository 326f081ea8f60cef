"""An edition's copy for named analysts: keyed pseudonyms for people and records, nothing that names anybody.

To add an export of an edition: a package like this one, which reads an edition and writes a folder, all or nothing; its
layer in pyproject.toml; a function in `api.py`; a command in `cli/store_commands.py`, and what it writes in
`cli/results.py`.
"""

from __future__ import annotations

from recordkit.analysts.coarsening import PRECISIONS
from recordkit.analysts.copying import copied_frames, the_key, unique_rows, write
from recordkit.analysts.policy import Policy, Treatment, load, looser

__all__ = ["PRECISIONS", "Policy", "Treatment", "copied_frames", "load", "looser", "the_key", "unique_rows", "write"]
