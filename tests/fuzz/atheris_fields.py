"""Coverage-guided fuzzing of every field type: `python tests/fuzz/atheris_fields.py [libFuzzer options] [corpus]`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import atheris
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "fields"))

with atheris.instrument_imports(include=["recordkit.fields"]):
    from test_fields_laws import KERNELS, PIECES

    from recordkit import declarations, reference
    from recordkit.fields import places

NAMES = sorted([*KERNELS, "places", "countries"])
TABLES = reference.load(declarations.folders())
SPLIT, INSIDE = "\x01", "\x02"  # between the values of one input, and between the parts of one


def field(data: bytes) -> None:
    """The first byte names the kernel, the rest are its values."""
    if not data:
        return
    name = NAMES[data[0] % len(NAMES)]
    values = data[1:].decode("utf-8", "ignore").split(SPLIT)
    whole = _run(name, values)
    assert whole.height == len(values), "a value was lost"
    for code in whole.get_column("codes").explode(empty_as_null=True).drop_nulls():
        assert re.fullmatch(r"RK(?:3[0-9]{2}|219)", code), code
    parts = pl.concat([_run(name, values[:1]), _run(name, values[1:])])
    assert whole.equals(parts), f"{name} gives another answer in two batches"


def _run(name: str, values: list[str]) -> pl.DataFrame:
    column = pl.Series("value", values, dtype=pl.String)
    if name == "countries":
        return places.country_or_place(column, TABLES)
    if name == "places":
        return places.resolve(_asked(values), TABLES)
    return KERNELS[name](column, TABLES)


def _asked(values: list[str]) -> pl.DataFrame:
    """A value holds a station, a district, a division and a province; the later ones may be missing."""
    rows = [(*value.split(INSIDE), None, None, None, None)[:4] for value in values]
    columns = ("police_station", "district", "division", "province")
    asked = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return asked.with_columns(on_date=pl.lit(None, pl.Date))


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[-1].startswith("-"):
        for at, _name in enumerate(NAMES):
            for piece, text in enumerate(PIECES):
                made = SPLIT.join([text, PIECES[piece - 1] + " " + text])
                (Path(sys.argv[-1]) / f"{at}-{piece}").write_bytes(bytes([at]) + made.encode())
    atheris.Setup(sys.argv, field)
    atheris.Fuzz()
