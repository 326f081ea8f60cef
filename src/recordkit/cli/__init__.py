"""The command line: one call per command, exit codes, nothing else."""

import os

# Memory that one batch gives back is what the next one asks for: the allocator of polars is told to keep it for a
# while, which saves a tenth of the CPU. It is read when polars is loaded, so it stands before everything else.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:20000,muzzy_decay_ms:20000")

from recordkit.cli.app import main

__all__ = ["main"]
