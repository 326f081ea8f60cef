"""The command line: all commands in one program, and what becomes of an error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from recordkit import details
from recordkit.cli import file_commands, settings, store_commands
from recordkit.cli import output as out
from recordkit.cli.commands import Group
from recordkit.errors import RecordkitError
from recordkit.version import LINE

app = typer.Typer(
    name="recordkit",
    cls=Group,
    help="Standardise, link and compile police and federal case records.",
    epilog=(
        "Exit codes: 0 clean; 1 findings; 2 usage or declaration; 3 input that could not be read; 4 internal error or"
        " broken law, nothing was published; 75 another compile holds the store."
    ),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(store_commands.app)
app.add_typer(file_commands.app)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
    man: Annotated[bool, typer.Option("--man", help="Show the manual page: recordkit --man | man -l -")] = False,
) -> int:
    if version:
        out.write(LINE, None)
        raise typer.Exit
    if man:
        from recordkit.cli import manual

        out.write(manual.page(made()), None)
        raise typer.Exit
    return 0


@cache
def made() -> Any:
    """The commands as typer runs them; whoever opens a path says why it cannot be read."""
    command = typer.main.get_command(app)
    for leaf in leaves(command).values():
        for param in leaf.params:
            param.type_descriptor.parameter_info.readable = False
    return command


def leaves(group: Any) -> dict[str, Any]:
    """Command ("agency list") -> what typer made of it."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        inside = leaves(command) if hasattr(command, "commands") else {}
        found |= {f"{name} {inner}": leaf for inner, leaf in inside.items()} or {name: command}
    return found


def commands(group: Any) -> dict[str, dict[str, Any]]:
    """Command ("agency list") -> option as a settings file spells it -> the parameter."""
    found: dict[str, dict[str, Any]] = {}
    for name, command in leaves(group).items():
        named = [param for param in command.params if param.name]
        spelt = [(param, [word for word in param.opts if word.startswith("--")]) for param in named]
        found[name] = {(long[0].removeprefix("--") if long else param.name): param for param, long in spelt}
    return found


def main() -> None:
    """Entry point: run one command and leave with its exit code. No traceback for anything a user can cause."""
    os.umask(0o077)
    sys.unraisablehook = _thrown_away
    out.open_closed()
    out.guard()
    sys.exit(run(sys.argv[1:]))


def _thrown_away(unraisable: sys.UnraisableHookArgs) -> None:
    """A file that a library throws away after a write of it has failed, which was told, fails again: no traceback."""
    if not issubclass(unraisable.exc_type, OSError) or os.environ.get("RECORDKIT_DEBUG"):
        sys.__unraisablehook__(unraisable)


def run(arguments: list[str]) -> int:
    """Run one command; returns the exit code of the contract."""
    command = made()
    out.speak(_language(arguments, os.environ.get("RECORDKIT_LANG", "en")))
    try:
        presets = settings.read(arguments, commands(command))
        out.speak(_language(arguments, os.environ.get("RECORDKIT_LANG") or _preset(presets.values)))
        for note in presets.notes:
            out.say(note)
        result = command.main(
            args=arguments, prog_name="recordkit", standalone_mode=False, default_map=presets.values, obj=presets.files
        )
        return int(result or 0)
    except typer.Exit as stop:
        return stop.exit_code
    except typer.TyperException as error:
        _say_usage(error)
        return 2
    except RecordkitError as error:
        _say_error(error.what, error.fix)
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        out.say(_text("stopped"))
        return 130
    except Exception as error:
        return _internal(error)


def _language(arguments: list[str], otherwise: str) -> str:
    """The language that a command line asks for: what is wrong with it is said before typer has read it."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if word == "--":
            break
        if word == "--lang" or word.startswith("--lang="):
            return word.partition("=")[2] or following
    return otherwise


def _preset(values: Any) -> str:
    """The language that a settings file presets for the command."""
    while isinstance(values, dict) and "lang" not in values and values:
        values = next(iter(values.values()))
    return str(values["lang"]) if isinstance(values, dict) and "lang" in values else "en"


def _say_usage(error: Any) -> None:
    """What is wrong with a command line: as typer says it; in Urdu by the texts that have typer's English."""
    context = getattr(error, "ctx", None)
    if out.language() == "en" or type(error).__name__ == "NoArgsIsHelpError":
        with suppress(OSError):
            error.show()
        return
    if context is not None:
        usage = context.get_usage().removeprefix("Usage: ").strip()
        out.say(_text("how_to_use", usage=usage, command=context.command_path))
    what = error.format_message()
    if isinstance(error.message, details.Text) and what.endswith(f": {error.message}"):  # one of our own texts
        name = what.removesuffix(f": {error.message}").removeprefix("Invalid value").removeprefix(" for ")
        what = details.text("usage_invalid_for", name=name, what=error.message)
    out.say(_text("error_is", what=what))


def _text(name: str, **values: object) -> str:
    return details.text(name, **values)


def _say_error(what: str, fix: str) -> None:
    """An error on standard error, with what to do about it."""
    out.say(_text("error_and_fix", what=what, fix=fix) if fix else _text("error_is", what=what))


def _internal(error: Exception) -> int:
    """An error that is ours: where, not what was in the data (messages of libraries can quote cells)."""
    if os.environ.get("RECORDKIT_DEBUG"):
        raise error
    from recordkit.store.errors import is_full, reason

    if is_full(error):
        _say_error(_text("not_written", reason=reason(error)), _text("free_space"))
        return 4
    if isinstance(error, PermissionError) and error.filename is not None:
        _say_error(_text("path_failed", path=error.filename, reason=reason(error)), _text("check_permissions"))
        return 4
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f" at {Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
    out.say(_text("internal_error", error=type(error).__name__, where=where))
    return 4
