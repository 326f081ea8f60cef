"""Try every kind of fault many times and print the table: tried, survived, lost.

python tests/faults/table.py [--quick] [--only START]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from trials import World, build_shim, freeze_code, shimmed

from faults import FAULTS, Tools


def find_tools(world: World, folder: Path) -> Tools:
    """Build the shim, count the store calls of an undisturbed compile, see whether we may mount."""
    shim = build_shim(folder)
    calls = 0
    if shim is not None:
        root, count = world.fresh("counted"), folder / "calls"
        done = world.run(root, FAULT_COUNT=str(count), **shimmed(shim, root, 0, "none"))
        assert done.returncode == 0, done.stderr
        calls = int(count.read_text())
        assert calls > 50, "the shim sees no calls"
    return Tools(shim, calls, _may_mount(folder))


def _may_mount(folder: Path) -> bool:
    place = folder / "mounted"
    place.mkdir()
    if os.geteuid() != 0:
        return False
    mounted = subprocess.run(["mount", "-t", "tmpfs", "none", place], capture_output=True, check=False)
    if mounted.returncode == 0:
        subprocess.run(["umount", place], check=True)
    return mounted.returncode == 0


def _option(name: str, default: str) -> str:
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


def main() -> int:
    """Print a Markdown table; exit 1 if anything was lost."""
    quick = "--quick" in sys.argv
    only = _option("--only", "")
    most = int(_option("--most", "1000000"))
    totals = [0, 0]
    with tempfile.TemporaryDirectory() as home:
        freeze_code(Path(home) / "code")
        world = World.build(Path(home), Path(home) / "code" / "src")
        tools = find_tools(world, Path(home))
        print("| fault | tried | survived | lost |\n|---|---|---|---|")
        for fault in FAULTS:
            if not fault.name.startswith(only) or fault.missing(tools):
                if fault.missing(tools):
                    print(f"| {fault.name} | {fault.missing(tools)} | | |")
                continue
            of = min(fault.tries(tools, not quick), most)
            lost = 0
            for number in range(of):
                try:
                    fault.run(world, tools, number, of)
                except Exception:
                    lost += 1
                    print(f"{fault.name}, try {number} of {of}", file=sys.stderr)
                    traceback.print_exc()
            totals = [totals[0] + of, totals[1] + lost]
            print(f"| {fault.name} | {of} | {of - lost} | {lost} |", flush=True)
    print(f"| **all** | **{totals[0]}** | **{totals[0] - totals[1]}** | **{totals[1]}** |")
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())
