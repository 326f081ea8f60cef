"""The public face: what notebooks and other programs call (`import recordkit as rk`), and the command line beneath.

Every function here calls what the command of its name calls: there is no second way to a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from recordkit import declarations, details
from recordkit.api.compiling import Compiled, compile, counts, refuse_engine
from recordkit.api.duplicates import Deduped, dedupe
from recordkit.api.editions import Edition, Store, open
from recordkit.api.validation import Paths, Validation, declared_in, validate
from recordkit.deduping import Model
from recordkit.errors import DeclarationError
from recordkit.ingest.file_rows import FILES, file_row
from recordkit.issues import Stage

if TYPE_CHECKING:
    from pandera.polars import DataFrameSchema

__all__ = [
    "FILES", "Compiled", "Deduped", "Edition", "Model", "Store", "Validation", "compile", "counts", "dedupe",
    "file_row", "open", "refuse_engine", "schema", "validate",
]  # fmt: skip

def schema(table: str, *, stage: Stage = "compile", schemas: Paths = ()) -> DataFrameSchema:
    """The Pandera schema of a table, the one that validates every batch: columns, types, constraints and rules.

    stage: standardise (a submission), link, or compile (as published). `.validate(frame, lazy=True)` raises Pandera's
    SchemaErrors, whose `failure_cases` name column, rule (`check`), place in the frame (`index`) and row of the source
    (`row`), and hold no value. A LazyFrame is refused. Raises DeclarationError with the nearest name.

    >>> list(schema("cases").columns)[:2]
    ['case_id', 'agency']
    """
    declared = declared_in(schemas)
    if table not in declared.tables:
        guess = declarations.nearest(table, declared.tables)
        raise DeclarationError(
            details.text("no_such_table", table=table), details.text("nearest_is", guess=guess) if guess else ""
        )
    from recordkit import table_schema  # Pandera is slow to import: only where it is used

    return table_schema.build(declared.tables[table], stage, declared.rules)
