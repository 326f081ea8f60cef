"""Working folders: private, gone at the end, and those of killed runs are cleared by the next."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

from recordkit.store import workspace

HOLDS = """
import sys
import time
from pathlib import Path
from recordkit.store import workspace
with workspace.sibling_workspace(Path(sys.argv[1])) as place:
    (place / "rows").write_text("Zqname")
    print("there", flush=True)
    time.sleep(60)
"""


def held(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    return process


def test_it_is_private_and_goes_with_all_that_was_not_moved_out(tmp_path: Path) -> None:
    os.umask(0)
    with workspace.sibling_workspace(tmp_path) as place:
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        (place / "done").write_text("x")
        (place / "half").write_text("x")
        (place / "done").rename(tmp_path / "done")
    os.umask(0o077)
    assert [entry.name for entry in tmp_path.iterdir()] == ["done"]


def test_what_a_killed_run_left_is_cleared_and_what_a_living_one_holds_is_not(tmp_path: Path) -> None:
    dead, living = held(tmp_path), held(tmp_path)
    dead.kill()
    dead.communicate()
    assert len(list(tmp_path.iterdir())) == 2
    with workspace.sibling_workspace(tmp_path):
        assert len(list(tmp_path.iterdir())) == 2
    assert len(list(tmp_path.iterdir())) == 1
    living.send_signal(signal.SIGKILL)
    living.communicate()
    workspace.clear(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_link_of_that_name_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("x")
    (tmp_path / f"{workspace.PREFIX}link").symlink_to(tmp_path / "kept")
    workspace.clear(tmp_path)
    assert (tmp_path / "kept" / "file").exists()
