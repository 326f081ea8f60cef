"""python -m sample_data.generator [FOLDER [SEED]]: write inbox/ and truth/ under FOLDER (default: sample_data)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from . import export, stories
from .inbox import Inbox
from .sources import balochistan, crms, cro, fia, islamabad, kp, punjab, railways, shelter, sindh, statement
from .sources.common import Context
from .truth import File, Truth
from .world import World

LOCKED = Path(__file__).with_name("locked.bin")  # a workbook with a password: encryption is random, so it is kept


def make(folder: Path, seed: int = 1) -> None:
    """Write everything anew. Another seed makes another country with the same kinds of trouble."""
    for name in ("inbox", "truth"):
        shutil.rmtree(folder / name, ignore_errors=True)
    context = Context(World(), Inbox(folder / "inbox"), Truth(), seed)
    for source in (punjab, sindh, kp, balochistan, islamabad, railways, fia, cro):
        source.make_cases(context)
    stories.tell(context)
    for source in (punjab, crms, sindh, kp, balochistan, islamabad, railways, fia, statement, shelter, cro):
        source.build(context)
    path = context.inbox.put("2026-10", "Punjab_FIR_September_confidential.xlsx", LOCKED.read_bytes())
    context.truth.file(File(path, code="RK102"))
    export.write(context, folder / "truth")


if __name__ == "__main__":
    make(
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1],
        int(sys.argv[2]) if len(sys.argv) > 2 else 1,
    )
