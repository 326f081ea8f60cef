"""Writes the truth as CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from . import merged
from .merged import Known
from .sources.common import Context
from .truth import Submission, Truth, table

CASE = (*merged.BLOCK, *merged.SHARED, "stage", "principal_act", "principal_section", *merged.CLASSES)


def write(context: Context, folder: Path) -> None:
    """All tables of the truth."""
    truth = context.truth
    known = merged.cases(truth.submissions)
    _sources(truth, folder)
    _cases(known, folder)
    _services(truth, known, folder)
    _links(known, folder)
    _returns(truth, folder)
    found = merged.counts(known)
    header = list(found[0])
    table(folder / "counts.csv.gz", header, [list(row.values()) for row in found])
    defects = sorted(set(truth.defects))
    table(folder / "defects.csv", ("file", "sheet", "row", "column", "code"), defects)


def _sources(truth: Truth, folder: Path) -> None:
    header = ("id", "file", "agency", "format", "kind", "encoding", "period", "code", "duplicate_of")
    files = sorted(truth.files, key=lambda f: f.path)
    table(
        folder / "files.csv",
        header,
        [[getattr(f, name if name != "file" else "path") for name in header] for f in files],
    )
    rows = sorted(truth.rows, key=lambda row: (row[0], row[1], row[2]))
    table(folder / "rows.csv", ("file", "sheet", "row", "disposition", "code", "true_case_id", "unit"), rows)
    cells = ("file", "sheet", "row", "part", "field", "raw", "expected")
    table(folder / "cells.csv.gz", cells, sorted(truth.cells, key=lambda cell: cell[:5]))


def _members(members: Sequence[Submission]) -> str:
    return ";".join(member.ref for member in sorted(members, key=lambda m: m.age))


def _cases(known: list[Known], folder: Path) -> None:
    header = ("case_id", "true_case_id", "agency", "agencies", *CASE, "members")
    lines = [
        [
            k.case_id,
            k.true_id,
            k.agency,
            ";".join(k.agencies),
            *(k.values.get(name, "") for name in CASE),
            _members(k.members),
        ]
        for k in known
    ]
    table(folder / "cases.csv.gz", header, lines)
    charge = ("act", "section", "offence", "npb_head", "iccs_code", "tip_tier", "is_principal", "is_modifier")
    table(
        folder / "charges.csv.gz",
        ("case_id", *charge),
        [[k.case_id, *(c[n] for n in charge)] for k in known for c in k.charges],
    )
    header = ("case_id", "role", "true_person_id", *merged.PERSON, "members")
    lines = [
        [k.case_id, p["role"], p["person"], *(p.get(name, "") for name in merged.PERSON), p["members"]]
        for k in known
        for p in k.people
    ]
    table(folder / "persons.csv.gz", header, lines)


def _services(truth: Truth, known: list[Known], folder: Path) -> None:
    found = {k.case_id for k in known}
    columns = ("victim_ref", "service", "provider", "started_on", "ended_on", "follow_up_on", "outcome")
    served = [one for one in truth.submissions if one.row.unit == "service"]
    told: dict[str, set[str]] = {}  # a shelter's code of a victim carries the case from row to row
    for one in served:
        if one.found in found:
            told.setdefault(one.row.values()["victim_ref"], set()).add(one.found)
    lines = []
    for one in served:
        values = one.row.values()
        followed = told.get(values["victim_ref"], set())
        case = one.found if one.found in found else next(iter(followed)) if len(followed) == 1 else ""
        true = one.row.case.cid if one.row.case else ""
        lines.append([one.ref, case, true, one.row.people()[0].person.pid, *(values.get(name, "") for name in columns)])
    table(folder / "services.csv", ("ref", "case_id", "true_case_id", "true_person_id", *columns), lines)


def _links(known: list[Known], folder: Path) -> None:
    """Every submission of a case to its first one, and how it can be found."""
    lines: list[tuple[str, str, str, str]] = []
    first: dict[str, Submission] = {}
    for k in known:
        members = sorted(k.members, key=lambda m: m.age)
        head = first.setdefault(k.true_id, members[0])
        lines += [(head.ref, member.ref, "case", member.row.how) for member in members if member is not head]
    table(folder / "links.csv", ("left", "right", "kind", "how"), sorted(lines))


def _returns(truth: Truth, folder: Path) -> None:
    header = (
        "agency",
        "period",
        "province",
        "district",
        "head",
        "count",
        "is_total",
        "ref",
        "head_raw",
        "district_raw",
        "count_raw",
    )
    lines = [[getattr(one, name) for name in header] for one in truth.returns]
    for line in lines:
        line[5] = "" if line[5] is None else line[5]
        line[6] = str(line[6]).lower()
    table(folder / "returns.csv.gz", header, lines)
