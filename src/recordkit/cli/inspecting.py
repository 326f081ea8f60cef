"""`recordkit inspect`: what a file is, before anything is decided about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from recordkit import agencies, details, inbox, issues, readers, text_safety
from recordkit.cli import output as out
from recordkit.errors import UnreadableInput
from recordkit.ingest import Declarations, file_errors
from recordkit.words import Texts

if TYPE_CHECKING:
    from recordkit.cli.options import OfFiles


def run(asked: OfFiles) -> int:
    """Exit 3 when a file could not be read."""
    form, declared = asked.form, asked.declared()
    described: list[dict[str, Any]] = []
    texts = asked.texts(declared.words)
    arrivals, skipped = inbox.find_files(asked.files, dirs=declared.dirs)
    for one in skipped:
        out.say(str(one))
    unreadable = any(one.lost for one in skipped)
    for arrival in arrivals:
        sources = _sources(arrival.path)
        unreadable |= not sources
        for source in sources:
            facts, failed = _known(source, declared, texts, arrival.received)
            unreadable |= failed or not source.readable
            described.append(facts)
    if form == "text":
        out.write("\n\n".join(_text(one, texts) for one in described), asked.output, texts.language)
    else:
        out.write(out.as_json(described) if form == "json" else out.rows(described, form), asked.output)
    return 3 if unreadable else 0


def _sources(path: Path) -> list[readers.SourceFile]:
    """What a file holds; nothing, and a line about it, when it cannot be read at all."""
    try:
        with file_errors.during("open"):
            return readers.open_all(path)
    except UnreadableInput as error:
        out.say(details.text("file_not_read", what=error.what))
    except file_errors.FAILURES as error:
        if (other := file_errors.error_to_raise(error, path.name)) is not None:
            raise other from error
        what = details.text("stage_failed", name=path.name, code=file_errors.CODE, what=file_errors.described(error))
        out.say(details.text("file_not_read", what=what))
    return []


def _known(
    source: readers.SourceFile, declared: Declarations, texts: Texts, received: str | None
) -> tuple[dict[str, Any], bool]:
    """What is known of a file, and whether finding it out failed: that stops no other file."""
    found, failed = source.issues, False
    try:
        with file_errors.during("inspect"):
            known = agencies.inspect(source, declared.agencies, declared.intake, received)
    except file_errors.FAILURES as error:
        if (other := file_errors.error_to_raise(error, source.name)) is not None:
            raise other from error
        known = {"file": source.name, "kind": source.kind, "sha256": source.sha256}
        found, failed = issues.concat([found, file_errors.finding(error, source.sha256)]), True
    rated = declared.rules.rate(found).to_dicts()
    return {**known, "findings": [_finding(row, declared, texts) for row in rated]}, failed


def _finding(row: dict[str, Any], declared: Declarations, texts: Texts) -> dict[str, Any]:
    rule = declared.rules[row["code"]]
    return {
        "code": rule.code,
        "name": rule.name,
        "where": row["row"],
        "detail": texts.words.detail(row["detail"], texts.language) if row["detail"] else None,
        "fix": rule.advice(texts.language),
    }


def _text(one: dict[str, Any], texts: Texts, indent: int = 0) -> str:
    """Nested facts as indented lines."""
    lines, words = [], texts.words.inspect
    for key, value in one.items():
        pad = " " * indent
        if value in (None, [], {}, ""):
            continue
        key = texts(words[key]) if key in words else key
        if isinstance(value, dict):
            lines += [f"{pad}{key}:", _text(value, texts, indent + 2)]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{pad}{key}:", *(f"{_text(item, texts, indent + 2)}\n" for item in value)]
        else:
            shown = ", ".join(_shown(part, texts) for part in (value if isinstance(value, (list, tuple)) else [value]))
            lines.append(text_safety.plain(f"{pad}{key:<14} {shown}"))
    return "\n".join(line.rstrip("\n") for line in lines)


def _shown(value: Any, texts: Texts) -> str:
    if texts.language == "en":
        return str(value)
    if isinstance(value, bool):
        return texts.message("yes" if value else "no")
    return texts.value(value if isinstance(value, str) else str(value))
