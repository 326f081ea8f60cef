"""The command line: all commands in one program, and what becomes of an error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from recordkit.cli import file_commands, results, settings, store_commands
from recordkit.cli import options as o
from recordkit.cli import output as out
from recordkit.errors import RecordkitError
from recordkit.version import __version__

app = typer.Typer(
    name="recordkit",
    help="Standardise, link and compile police and federal case records.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(file_commands.app)
app.add_typer(store_commands.app)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> int:
    if version:
        out.write(f"recordkit {__version__}", None)
        raise typer.Exit
    return 0


def _leaves(group: Any) -> dict[str, Any]:
    """Command ("agency list") -> what typer made of it."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        inside = _leaves(command) if hasattr(command, "commands") else {}
        found |= {f"{name} {inner}": leaf for inner, leaf in inside.items()} or {name: command}
    return found


EVERYWHERE = {"schemas", "quiet", "no_progress", "config", "allow_loosening", "lang"}


def _everywhere(
    schemas: o.Schemas = None,
    quiet: o.Quiet = False,
    no_progress: o.NoProgress = False,
    config: o.Config = None,
    allow_loosening: o.AllowLoosening = False,
    lang: o.Lang = "en",
) -> None:
    """What a script may give to any command; where there is nothing to declare or to silence it changes nothing."""


def _made() -> Any:
    """The commands, each with the options that are promised everywhere."""
    everywhere = typer.Typer()
    everywhere.command()(_everywhere)
    command = typer.main.get_command(app)
    for leaf in _leaves(command).values():
        names = {param.name for param in leaf.params}
        for param in typer.main.get_command(everywhere).params:
            if param.name in EVERYWHERE - names:
                param.expose_value = False
                leaf.params.append(param)
    return command


def _commands(group: Any) -> dict[str, dict[str, Any]]:
    """Command ("agency list") -> option as a settings file spells it -> the parameter."""
    found: dict[str, dict[str, Any]] = {}
    for name, command in _leaves(group).items():
        named = [param for param in command.params if param.name]
        spelt = [(param, [word for word in param.opts if word.startswith("--")]) for param in named]
        found[name] = {(long[0].removeprefix("--") if long else param.name): param for param, long in spelt}
    return found


def main() -> None:
    """Entry point: run one command and leave with its exit code. No traceback for anything a user can cause."""
    os.umask(0o077)
    out.open_closed()
    out.guard()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns the exit code of the contract."""
    command = _made()
    try:
        presets = settings.read(arguments, _commands(command))
        for note in presets.notes:
            out.say(note)
        for leaf in _leaves(command).values():
            leaf.callback = results.guarded(leaf.callback, presets.files)
        result = command.main(
            args=arguments, prog_name="recordkit", standalone_mode=False, default_map=presets.values
        )
        return int(result or 0)
    except typer.Exit as stop:
        return stop.exit_code
    except typer.TyperException as error:
        with suppress(OSError):
            error.show()  # type: ignore[attr-defined]  # every usage error has it; the base class does not say so
        return 2
    except RecordkitError as error:
        out.say(f"error: {error.what}" + (f"\n  fix: {error.fix}" if error.fix else ""))
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        out.say("stopped: nothing was published")
        return 130
    except Exception as error:
        return _internal(error)


def _internal(error: Exception) -> int:
    """An error that is ours: where, not what was in the data (messages of libraries can quote cells)."""
    if os.environ.get("RECORDKIT_DEBUG"):
        raise error
    from recordkit.store.errors import is_full, reason

    if is_full(error):
        out.say(f"error: nothing more could be written: {reason(error)}; nothing was published\n  fix: free some space")
        return 4
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f" at {Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
    out.say(
        f"internal error: {type(error).__name__}{where}; nothing was published\n"
        "  fix: this is a fault of recordkit: report it with this line; RECORDKIT_DEBUG=1 shows the traceback,\n"
        "  which may quote values of the data: for developers, and for no log"
    )
    return 4
