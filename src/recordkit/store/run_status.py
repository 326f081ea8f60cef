"""What the last run did, for people who watch: `run.json` and Prometheus metrics in the store.

Both hold counts, ids and base names only. Writing them never changes how a run ends.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recordkit import details
from recordkit.errors import RecordkitError, StoreLocked
from recordkit.store import disk, reading, workspace
from recordkit.store.errors import StoreError

RunFacts = dict[str, Any]

ROWS = ("read", "accepted", "quarantined", "skipped")


@contextmanager
def recorded(root: Path, command: str, textfile: Path | None = None) -> Iterator[RunFacts]:
    """Write what a command did, however it ends; fill the dict with its summary and, if not 0, `exit`.

    A run that found the store locked writes nothing: the files belong to the holder.
    """
    began, clock = datetime.now(UTC), time.monotonic()
    facts: RunFacts = {"exit": 0}
    try:
        yield facts
    except StoreLocked:
        raise
    except BaseException as error:
        facts["exit"] = error.exit_code if isinstance(error, RecordkitError) else 4
        facts["failure"] = type(error).__name__
        facts["error"] = error.what if isinstance(error, RecordkitError) else type(error).__name__
        _write(root, command, facts, began=began, clock=clock, textfile=textfile)
        raise
    _write(root, command, facts, began=began, clock=clock, textfile=textfile)


def last(root: Path) -> RunFacts:
    """What `run.json` says; empty if there is none or it cannot be read."""
    try:
        return disk.read_json(root / "run.json")
    except (OSError, ValueError):
        return {}


def letter(root: Path, command: str, error: RecordkitError) -> str:
    """A failure in words that can be mailed as they are: what ran where, and what stands."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    try:
        stands = reading.current_id(root)
    except StoreError as damage:
        state = damage.what
    else:
        state = details.text("stands_unchanged", edition=stands) if stands else details.text("nothing_published_yet")
    run = {"command": command, "host": socket.gethostname(), "when": when, "code": error.exit_code}
    return details.text("did_not_finish", **run, store=root, standing=state)


def _write(root: Path, command: str, facts: RunFacts, *, began: datetime, clock: float, textfile: Path | None) -> None:
    before = last(root)
    ended = datetime.now(UTC)
    good = "failure" not in facts and facts["exit"] in (0, 1, 3)  # 3: the rest was published
    record = {
        "command": command,
        "started": began.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - clock, 3),
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "last_success": ended.isoformat(timespec="seconds") if good else before.get("last_success"),
        **facts,
    }
    with suppress(OSError, StoreError, ValueError, TypeError), disk.private_umask():
        metrics = prometheus(record)
        if (root / "editions").is_dir():
            disk.replace_file(root / "run.json", json.dumps(record, indent=1, ensure_ascii=False).encode() + b"\n")
            disk.replace_file(root / "run.prom", metrics)
        if textfile is not None:
            _publish_textfile(textfile, metrics)


def _publish_textfile(path: Path, metrics: bytes) -> None:
    """Into a folder of somebody else's, readable by all: it holds counts only."""
    with workspace.result(path, mode=0o644) as file:
        file.write(metrics)


def prometheus(record: RunFacts) -> bytes:
    """The record in Prometheus' text format."""
    lines: list[str] = []

    def gauge(name: str, text: str, *samples: tuple[str, Any]) -> None:
        lines.extend((f"# HELP recordkit_{name} {text}", f"# TYPE recordkit_{name} gauge"))
        lines.extend(f"recordkit_{name}{labels} {value}" for labels, value in samples)

    command = f'{{command="{record["command"]}"}}'
    gauge("run_exit_code", "Exit code of the last run.", (command, record["exit"]))
    if record.get("failure"):
        why = f'{{command="{record["command"]}",reason="{record["failure"]}"}}'
        gauge("run_failed", "The last run failed, and why: nothing was published.", (why, 1))
    gauge("run_seconds", "How long the last run took.", (command, record["seconds"]))
    gauge("run_end_seconds", "When the last run ended.", (command, _seconds(record["ended"])))
    if record.get("last_success"):
        gauge("success_end_seconds", "When a run last ended well.", (command, _seconds(record["last_success"])))
    rows = [(f'{{to="{name}"}}', record[f"rows_{name}"]) for name in ROWS if f"rows_{name}" in record]
    if rows:
        gauge("run_rows", "Rows of the inputs, by where they went.", *rows)
    for name in ("inputs", "new_inputs", "unreadable", "not_arrived"):
        if name in record:
            gauge(f"run_{name}", f"Files: {name.replace('_', ' ')}.", ("", record[name]))
    if record.get("current"):
        gauge("edition_info", "The current edition.", (f'{{edition="{record["current"]}"}}', 1))
    return ("\n".join(lines) + "\n").encode()


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
