"""The command line inside the test's own process: what a process of its own would give, for a fraction of its cost."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from recordkit.cli import app

UMASK = 0o077  # as `recordkit.cli.app.main` sets it


def run(
    *arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One command: its exit code and what it said, not on a terminal. `env`: the whole environment, if another."""
    told, out, err = [str(one) for one in arguments], io.StringIO(), io.StringIO()
    before = os.umask(UMASK)
    try:
        with (
            contextlib.chdir(cwd or Path.cwd()), mock.patch.dict(os.environ, env or {}, clear=env is not None),
            mock.patch("sys.stdin", io.StringIO()), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err),
        ):  # fmt: skip
            code = app.run(told)
    finally:
        os.umask(before)
    return subprocess.CompletedProcess(told, code, out.getvalue(), err.getvalue())
