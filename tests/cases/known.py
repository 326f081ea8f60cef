"""Known inputs: what each must give is declared in expected/*.toml; this reads them, runs them and writes their page.

.venv/bin/python tests/cases/known.py       # writes docs/reference/known-inputs.md anew
"""

from __future__ import annotations

import datetime as dt
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import declarations, inbox, ingest, issues, store
from recordkit.cli import app
from recordkit.errors import UnreadableInput

HERE = Path(__file__).parent
EXPECTED = HERE / "expected"
PAGE = HERE.parents[1] / "docs" / "reference" / "known-inputs.md"
COMMANDS = ("validate", "compile", "inspect", "draft")
TALLY = ("read", "accepted", "quarantined", "skipped")


@dataclass(frozen=True)
class Case:
    """One entry of expected/<kind>.toml; see README.md for what each key means."""

    kind: str
    name: str
    files: tuple[str, ...]
    command: str = "validate"
    agency: str | None = None
    schemas: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    codes: tuple[Any, ...] = ()
    no_codes: tuple[str, ...] = ()
    clean: bool = False
    rows: Mapping[str, Any] = field(default_factory=dict)
    count: Mapping[str, int] = field(default_factory=dict)
    tally: Mapping[str, int] = field(default_factory=dict)
    exit: int | None = None
    says: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.kind}: {self.name}"


@dataclass(frozen=True)
class Got:
    """What came out: the frames of every table, the findings, where the rows went."""

    tables: Mapping[str, pl.DataFrame]
    issues: pl.DataFrame
    tally: Mapping[str, int]


def load(path: Path) -> list[Case]:
    """The cases of one kind, in their order."""
    known = {one.name for one in fields(Case)} - {"kind"}
    found = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("case", []):
        strange = set(entry) - known
        assert not strange, f"{path.name}: unknown keys {sorted(strange)} in '{entry.get('name')}'"
        lists = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
        found.append(Case(kind=path.stem, **lists))
    return found


def every() -> list[Case]:
    """All cases of all kinds."""
    return [case for path in sorted(EXPECTED.glob("*.toml")) for case in load(path)]


# --------------------------------------------------------------------------------------------- running


@cache
def _declared(schemas: tuple[str, ...]) -> ingest.Declarations:
    return ingest.declare(declarations.folders([HERE / one for one in schemas]))


def arguments(case: Case, folder: Path) -> list[str]:
    """The command line that a case stands for, with `folder` for what it makes."""
    schemas = [part for one in case.schemas for part in ("--schemas", str(HERE / one))]
    sender = ["--agency", case.agency] if case.agency else []
    files = [str(HERE / one) for one in case.files]
    if case.command == "compile":
        return ["compile", str(_inbox(case, folder)), "--to", str(folder / "store"), *schemas, *case.options]
    if case.command == "draft":
        return ["agency", "draft", *files, *schemas, *case.options]
    form = ["--format", "text"] if "--format" not in case.options else []
    return [case.command, *files, *sender, *schemas, *form, *case.options]


def _inbox(case: Case, folder: Path) -> Path:
    """A copy of the files, each in the folder of its month: a store may not lie beside its inbox's other files."""
    made = folder / "inbox"
    for one in case.files:
        place = HERE / one
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                into = made / (inbox.month_of(path) or "")
                into.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, into / path.name)
    return made


def run(case: Case, folder: Path) -> int:
    """Run a case as a user would, in this process; its exit code. What it says goes where a command says things."""
    return app.run(arguments(case, folder))


def received(case: Case) -> Got:
    """The files of a case through the row stages, each for itself: its tables are those of a submission."""
    declared = _declared(case.schemas)
    frames: dict[str, list[pl.DataFrame]] = {}
    found, tally = [], ingest.Tally()
    for arrival in inbox.find_files([HERE / one for one in case.files])[0]:
        try:
            done = ingest.receive(
                arrival.path, declared, agency=case.agency, received=arrival.received,
                keep=lambda name, frame: frames.setdefault(name, []).append(frame),
            )  # fmt: skip
        except UnreadableInput:
            continue
        found += [one.issues for one in done]
        tally = sum((one.tally for one in done), tally)
    together = {name: pl.concat(parts, how="diagonal_relaxed") for name, parts in frames.items()}
    return Got(together, issues.concat(found), {name: getattr(tally, name) for name in TALLY})


def compiled(folder: Path) -> Got:
    """The edition that the command of a case published below `folder`."""
    edition = store.open_edition(folder / "store")
    tables = {name: edition.scan(name).collect() for name in edition.tables}
    tables["quarantine"] = edition.scan_quarantine().collect()
    sums = tables["sources"].select(pl.col(f"rows_{name}").sum().alias(name) for name in TALLY).row(0, named=True)
    return Got(tables, tables["issues"], sums)


# -------------------------------------------------------------------------------------------- comparing


def differences(case: Case, got: Got) -> list[str]:
    """What is not as the case says, in words; nothing when all is."""
    wrong = [*_codes(case, got.issues)]
    for name, count in case.count.items():
        rows = got.tables[name].height if name in got.tables else 0
        wrong += [f"{name}: {rows} rows, not {count}"] if rows != count else []
    for name, expected in case.rows.items():
        wrong += _rows(name, expected, got.tables.get(name))
    wrong += [f"{name}: {got.tally[name]}, not {n}" for name, n in case.tally.items() if got.tally[name] != n]
    return wrong


def _codes(case: Case, found: pl.DataFrame) -> list[str]:
    rows = found.to_dicts()
    told = sorted({f"{row['code']} row {row['row']} {row['field'] or row['column'] or ''}".strip() for row in rows})
    wrong = []
    for one in case.codes:
        wanted = {"code": one} if isinstance(one, str) else dict(one)
        if not any(all(_same(row.get(key), value) for key, value in wanted.items()) for row in rows):
            wrong.append(f"no finding {wanted}; there are: {told}")
    wrong += [f"{code} is found, and should not be: {told}" for code in case.no_codes if code in found["code"]]
    loud = found.filter(pl.col("severity").is_in(["reject", "flag"]))["code"].unique().sort().to_list()
    return [*wrong, f"found {loud}, where all is right: {told}"] if case.clean and loud else wrong


def _rows(name: str, expected: list[dict[str, Any]], frame: pl.DataFrame | None) -> list[str]:
    if frame is None:
        return [f"there is no table {name}"]
    ordered = frame.sort("row", maintain_order=True) if "row" in frame.columns else frame
    rows = ordered.to_dicts()
    if len(rows) != len(expected):
        seen = ordered.select([one for one in {k for e in expected for k in e} if one in ordered.columns]).to_dicts()
        return [f"{name}: {len(rows)} rows, not {len(expected)}: {seen}"]
    wrong = []
    for at, (row, want) in enumerate(zip(rows, expected, strict=True)):
        wanted = {key: value for key, value in want.items() if key != "blank"}
        wanted |= dict.fromkeys(want.get("blank", []))
        strange = set(wanted) - set(row)
        assert not strange, f"{name} has no column {sorted(strange)}: {sorted(row)}"
        wrong += [
            f"{name}, row {at + 1} of the table: {key} is {row[key]!r}, not {value!r}"
            for key, value in wanted.items()
            if not _same(row[key], value)
        ]
    return wrong


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, (dt.datetime, dt.date)) and isinstance(wanted, str):
        return found.isoformat() == wanted
    return bool(found == wanted)


# ---------------------------------------------------------------------------------------------- the page


def page() -> str:
    """docs/reference/known-inputs.md: every known input, what comes out, and whether values are right, findings name the place, or both."""
    rules = issues.catalogue(declarations.folders([]))
    lines = [
        "<!-- Written by `python tests/cases/known.py` from tests/cases/expected/. Change that, not this. -->",
        "# Known inputs and what comes out",
        "",
        "Small, invented files, each with a fault that was seen in files of its kind. For each, either the right value"
        " comes out or the place is named with a finding. The tests hold every line.",
    ]
    for path in sorted(EXPECTED.glob("*.toml")):
        lines += ["", f"## {path.stem.replace('_', ' ').capitalize()}", ""]
        lines += ["| input | what comes out | checked | findings |", "|---|---|---|---|"]
        lines += [_line(case, rules) for case in load(path)]
    return "\n".join(lines) + "\n"


def _line(case: Case, rules: issues.Rules) -> str:
    codes = sorted({one if isinstance(one, str) else one["code"] for one in case.codes})
    named = ", ".join(
        f"[{code}](rules.md#{code.lower()}) {rules[code].name}" for code in codes if code in rules.by_code
    )
    inputs = "<br>".join(f"`{one}`" for one in case.files)
    cells = [inputs, case.name, verdict(case), named]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def verdict(case: Case) -> str:
    """What the test of an input checks: values that have to be right; a finding or a message that names the place."""
    right = bool(case.rows or case.count or case.clean or case.no_codes)
    found = bool(case.codes or case.says)
    return " and ".join(word for word, holds in (("values", right), ("findings", found)) if holds) or "read"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
