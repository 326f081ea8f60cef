"""The command line: one call per command, exit codes, nothing else."""

from recordkit.cli.app import main

__all__ = ["main"]
