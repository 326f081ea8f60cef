"""The command line: one call per command, exit codes, nothing else."""

import os
import sys

# Memory that one batch gives back is what the next one asks for: the allocator of polars is told to keep it for a
# while, which saves a tenth of the CPU. It is read when polars is loaded, so it stands before everything else.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:20000,muzzy_decay_ms:20000")
# Other packages may bring plugins of pydantic, which would see every declaration. To look for them it reads what every
# installed package says of itself: a sixth of the time in which a rule is explained.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

__all__ = ["main"]


def main() -> None:
    """Run the command line of this process; it may be interrupted while it is still loading."""
    try:
        if sys.argv[1:] == ["--version"]:
            sys.exit(_version())
        from recordkit.cli.app import main as started

        started()
    except KeyboardInterrupt:
        from recordkit import details

        sys.stderr.write(details.text("stopped") + "\n")
        raise SystemExit(130) from None


def _version() -> int:
    """The version alone, without waiting for the command line."""
    from recordkit import details
    from recordkit.cli import output
    from recordkit.errors import RecordkitError
    from recordkit.version import LINE

    output.open_closed()
    output.guard()
    try:
        output.write(LINE, None)
    except RecordkitError as error:
        output.say(details.text("error_and_fix", what=error.what, fix=error.fix))
        return error.exit_code
    return 0
