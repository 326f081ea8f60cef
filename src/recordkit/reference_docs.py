"""Writes docs/reference/ from the declarations: a page for each table, the rules, the codes, the ranking.

    python -m recordkit.reference_docs docs/reference

A test holds the pages equal to what this gives.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import api_docs, declaration_docs, declarations, issues, ranking, reference, source_fields, tables, words
from recordkit.declaration_docs import grid
from recordkit.issues import LEVELS, Rule, Rules
from recordkit.ranking import Rank, Ranking
from recordkit.reference import Reference
from recordkit.tables import Column, Table
from recordkit.words import Words

MADE = "<!-- Written by `python -m recordkit.reference_docs docs/reference` from schemas/. Change that, not this. -->"
_PERSONAL = {
    "none": "no",
    "indirect": "together with others",
    "direct": "by itself",
}
_LEVELS = {
    "reading": "Reading a file",
    "mapping": "Finding columns and records",
    "value": "Single values",
    "cross-field": "Values together",
    "table": "Whole tables, linking and compiling",
}


def pages(dirs: Sequence[Path]) -> dict[str, str]:
    """Name of every page below docs/reference -> its text."""
    declared, rules = tables.load(dirs), issues.catalogue(dirs)
    known = reference.load(dirs)
    found = {f"{table.name}.md": _table(table) for table in declared.values()}
    found["rules.md"] = _rules(rules)
    found["python.md"] = api_docs.page()
    found["declarations.md"] = declaration_docs.page(dirs)
    found["codes.md"] = _codes(known.codes)
    found["source-rows.md"] = _intake(source_fields.load_source_fields(dirs))
    found["principal-offence.md"] = _ranking(ranking.load(dirs))
    found["reference-tables.md"] = _reference(known)
    found["urdu.md"] = _urdu(words.load(dirs))
    found["README.md"] = _index(declared, rules)
    return {name: f"{MADE}\n{text.rstrip()}\n" for name, text in sorted(found.items())}


def write(folder: Path) -> list[Path]:
    """Write every page into `folder`; remove pages that this once wrote and that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages([declarations.PACKAGED])
    for old in folder.glob("*.md"):
        if old.name not in made and old.read_text(encoding="utf-8").startswith(MADE):
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in made]


# ------------------------------------------------------------------------------------------- one table


def _table(table: Table) -> str:
    published, working = table.at("compile"), [one for one in table.columns if not one.at("compile")]
    lines = [f"# Table `{table.name}`", "", f"A row is {table.row}. {table.doc}", ""]
    if table.key:
        lines += [f"Key: {', '.join(f'`{name}`' for name in table.key)}. Rows are sorted by it.", ""]
    lines += grid(("column", "type", "filled by", "always there", "names a person", "meaning"), map(_column, published))
    if working:
        lines += [
            "",
            "## Working columns",
            "",
            "They exist while files are read and linked, and are in no edition.",
            "",
        ]
        lines += grid(
            ("column", "type", "filled by", "always there", "names a person", "meaning"), map(_column, working)
        )
    return "\n".join(lines)


def _column(column: Column) -> tuple[str, ...]:
    parts = [column.doc]
    if column.values:
        parts.append("One of: " + ", ".join(f"`{value}`" for value in column.values) + ".")
    if column.vocabulary:
        parts.append(f"Codes: [{column.vocabulary}](codes.md#{column.vocabulary}).")
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    if column.pattern:
        parts.append(f"Form: `{column.pattern}`.")
    limits = [f"{word} {limit:g}" for word, limit in (("from", column.min), ("to", column.max)) if limit is not None]
    if limits:
        parts.append(f"Values {' '.join(limits)}.")
    meaning = ". ".join([parts[0].rstrip("."), *parts[1:]]) if len(parts) > 1 else parts[0]
    required = "yes" if column.required else ""
    return f"`{column.name}`", f"`{column.type}`", column.stage, required, _PERSONAL[column.personal], meaning


# ----------------------------------------------------------------------------------------------- rules


def _rules(rules: Rules) -> str:
    count = len(rules.by_code)
    lines = [
        "# Rules",
        "",
        f"{count} rules. *reject*: the row goes to quarantine; *flag*: it is kept, somebody should look; *note*: it is",
        "kept, for information. `recordkit explain RK304` shows one of them. The examples are the tests of the rules.",
        "",
    ]
    for level in LEVELS.values():
        of_level = [rule for rule in rules.by_code.values() if rule.level == level]
        lines += [f"## {_LEVELS[level]}", ""]
        rows = ((f"[{one.code}](#{one.code.lower()})", one.name, one.severity) for one in of_level)
        lines += [*grid(("code", "name", "severity"), rows), ""]
        for rule in of_level:
            lines += [*_rule(rule, rules), ""]
    return "\n".join(lines)


def _rule(rule: Rule, rules: Rules) -> Iterator[str]:
    yield f"### {rule.code}"
    yield ""
    yield f"**{rule.name}** ({rule.severity}). {rule.why}"
    yield ""
    yield f"- To do: {rule.fix}"
    if rule.fix_ur:
        urdu = " ".join(text for text in (rule.why_ur, rule.fix_ur) if text)
        yield f'- <span dir="rtl" lang="ur">{html.escape(urdu, quote=False)}</span>'
    if rule.table:
        yield f"- Table `{rule.table}`, columns {', '.join(f'`{name}`' for name in rule.fields)}, stage {rule.stage}."
        yield f"- Wrong when: `{rule.condition}`"
        for one in rules.derived:
            if one.table == rule.table and one.stage == rule.stage and one.column in rule.condition:
                yield f"- `{one.column}`: {one.doc}"
    else:
        yield f"- Found when: {rule.condition}."
    for title, examples in (("Good", rule.good), ("Bad", rule.bad)):
        shown = [_example(one) for one in examples]
        yield f"- {title}: {'; '.join(shown)}"


def _example(example: str | dict[str, Any]) -> str:
    if isinstance(example, str):
        return f"`{_visible(example)}`"
    if "covered_by" in example:
        return f"see {example['covered_by']}"
    if "files" in example:
        return ", ".join(f"{name}: `{_visible(text)}`" for name, text in example["files"].items())
    if "build" in example:
        return f"a file {example['name']} ({str(example['build']).replace('-', ' ')})"
    if "text" in example:
        return f"{example['name']}: `{_visible(example['text'])}`"
    if "hex" in example:
        return f"{example['name']} of {len(example['hex']) // 2} bytes"
    return ", ".join(f"`{key}` = `{_visible(str(value))}`" for key, value in example.items())


def _visible(text: str) -> str:
    short = text if len(text) <= 160 else text[:157] + "..."
    shown = short.replace("\n", " ⏎ ").replace("\r", " ␍ ").replace("`", "'")
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in shown).strip() or " "


# ------------------------------------------------------------------------------------------ other pages


def _codes(codes: pl.DataFrame) -> str:
    lines = [
        "# Codes",
        "",
        "What a coded column can hold. Spellings that mean a code are in `schemas/reference/codes.csv`.",
        "",
    ]
    for vocabulary in codes.get_column("vocabulary").unique(maintain_order=True):
        of_it = codes.filter(pl.col("vocabulary") == vocabulary)
        rows = ((f"`{code}`", label, note) for code, label, note in of_it.select("code", "label", "note").iter_rows())
        lines += [f"## {vocabulary}", "", *grid(("code", "label", "note"), rows), ""]
    return "\n".join(lines)


def _intake(known: source_fields.Intake) -> str:
    lines = [
        "# Source rows",
        "",
        "What a row of a source file can say, by its unit. A format in `schemas/agencies` maps its columns to these",
        "names; the type says which kernel of `recordkit.fields` cleans the value.",
        "",
    ]
    for unit, of_unit in known.units.items():
        rows = [
            (f"`{name}`", one.type + (f" ({one.vocabulary})" if one.vocabulary else ""), one.role, one.doc)
            for name, one in of_unit.items()
        ]
        lines += [f"## {unit}", "", *grid(("field", "type", "role", "meaning"), rows), ""]
    return "\n".join(lines)


def _ranking(known: Ranking) -> str:
    lines = [
        "# Principal offence",
        "",
        f"Version {known.version} of `schemas/ranking.toml`, most serious first. A case is counted by the charge with",
        "the smallest rank. A charge belongs to the rank that names its section, else to the first that fits by tier,",
        "head, ICCS code or act. Modifiers have no rank. Between equals: the act's name, then the section.",
        "",
    ]
    rows = ((str(at), one.id, _fits(one), one.why) for at, one in enumerate(known.ranks, start=1))
    return "\n".join([*lines, *grid(("rank", "name", "holds", "why there"), rows)])


def _fits(rank: Rank) -> str:
    parts = [f"{act} {', '.join(sections)}" for act, sections in rank.sections.items()]
    parts += [f"tier {tier}" for tier in rank.tip_tiers] + [f"head {head}" for head in rank.npb_heads]
    parts += [f"ICCS {code}…" for code in rank.iccs] + [f"other sections of {act}" for act in rank.acts]
    parts += ["sections that no table knows"] if rank.unclassified else []
    parts += ["proceedings that are no crime"] if rank.non_crimes else []
    return "; ".join(parts)


def _reference(known: Reference) -> str:
    """Every reference table with its sources; rows that are still to be confirmed are counted, not hidden."""
    lines = [
        "# Reference tables",
        "",
        "National facts, in `schemas/reference`. Rows marked *low* or *general knowledge* are used and still to be",
        "confirmed against an official text.",
        "",
    ]
    for one in fields(known):
        frame = getattr(known, one.name)
        if not isinstance(frame, pl.DataFrame):
            continue
        lines += [f"## {one.name}", "", f"{frame.height} rows: {', '.join(f'`{name}`' for name in frame.columns)}.", ""]
        lines += _trust(frame)
    return "\n".join(lines)


def _trust(frame: pl.DataFrame) -> list[str]:
    """How many rows have which confidence and which source."""
    lines: list[str] = []
    for name in frame.columns:
        if name.endswith(("confidence", "source")):
            counted = (
                frame.group_by(pl.col(name).fill_null("not stated")).len().sort("len", name, descending=[True, False])
            )
            lines += [*grid((name.replace("_", " "), "rows"), ((text, str(n)) for text, n in counted.rows())), ""]
    return lines


def _index(declared: Mapping[str, Table], rules: Rules) -> str:
    lines = [
        "# Reference",
        "",
        "Written from the declarations in `schemas/`, so it says what the program does.",
        "",
        "*Names a person*: **by itself** (name, CNIC, telephone, address …), **together with others** (sex, age, FIR",
        "number, exact date …), or **no**. Columns that name a person by themselves are masked in every output.",
        "",
        *grid(("table", "a row is"), ((f"[{one.name}]({one.name}.md)", one.row) for one in declared.values())),
        "",
        f"- [Rules](rules.md): all {len(rules.by_code)}, with why, what to do and examples",
        "- [Python](python.md): functions and classes for notebooks and programs",
        "- [Keys of declarations](declarations.md): every key of every file below schemas/",
        "- [Codes](codes.md): what coded columns can hold",
        "- [Source rows](source-rows.md): what a file can say",
        "- [Principal offence](principal-offence.md): by which charge a case is counted",
        "- [Reference tables](reference-tables.md): national facts, their sources and how sure they are",
        "- [Urdu](urdu.md): the Urdu word for each thing, in findings, guides and reports",
    ]
    return "\n".join(lines)


def _urdu(known: Words) -> str:
    """The term list of words.toml."""
    rows = ((name, term.ur, "، ".join(term.never)) for name, term in known.terms.items())
    lines = [
        "# Urdu",
        "",
        "One Urdu word for one thing, from `schemas/words.toml`. A test holds the rules, findings and guides to them.",
        "",
        *grid(("English", "Urdu", "not used"), rows),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    for path in write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")):
        print(path)
