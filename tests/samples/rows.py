"""What the tables of the sample edition hold, as sums: a change of shape shows that it changed no value.

    .venv/bin/python -m samples.rows      (in tests/) compiles the sample and writes `rows.json` anew

When values change on purpose, the commit that writes it anew says why.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from recordkit.store import open_edition
from samples.truth import ROOT, SAMPLES

KEPT = Path(__file__).with_name("rows.json")
Sums = dict[str, dict[str, object]]


def sums(store: Path) -> Sums:
    """Table -> number of rows, sum of its rows and of each column, whatever the order of the rows is."""
    edition = open_edition(store)
    found: Sums = {}
    for name in sorted(edition.tables):
        frame = edition.scan(name).collect()
        columns = {column: _sum(frame.select(column)) for column in frame.columns}
        found[name] = {"rows": frame.height, "sum": _sum(frame), "columns": columns}
    return found


def _sum(frame: pl.DataFrame) -> str:
    types = str(frame.schema).encode()
    return hashlib.sha256(types + b"\n".join(sorted(frame.write_ndjson().encode().splitlines()))).hexdigest()[:16]


def differences(was: Sums, now: Sums) -> list[str]:
    """What is not as it was: a table that came or went, its rows, its columns."""
    told = [f"{name}: is there only {'before' if name in was else 'now'}" for name in sorted(was.keys() ^ now.keys())]
    for name in sorted(was.keys() & now.keys()):
        if was[name] != now[name]:
            before, after = was[name]["columns"], now[name]["columns"]
            assert isinstance(before, dict)
            assert isinstance(after, dict)
            changed = sorted(one for one in before.keys() | after.keys() if before.get(one) != after.get(one))
            of = ", ".join(changed) or "which values stand in one row"
            told.append(f"{name}: {was[name]['rows']} -> {now[name]['rows']} rows; differ: {of}")
    return told


def main() -> None:
    """Write the sums anew and say what changed."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "recordkit", "compile", SAMPLES / "inbox", "--to", Path(home) / "store", "-q"]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)  # 3: files planted to be unreadable
        now = sums(Path(home) / "store")
    was = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    KEPT.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    print("\n".join(differences(was, now)) or "nothing changed")


if __name__ == "__main__":
    main()
