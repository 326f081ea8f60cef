"""How a command is declared: a class of options, who uses it, examples, and a function of these options."""

from __future__ import annotations

import dataclasses
import inspect
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

from recordkit import details, text_safety
from recordkit.cli import results
from recordkit.cli.options import COMMON, Everywhere

O = TypeVar("O", bound=Everywhere)  # noqa: E741
STDIN = Path("-")

# Who uses a command: the parts of `recordkit --help`, in this order.
OFFICERS = "Files that senders sent (records officers)"
OPERATORS = "The store (operators)"
REVIEWERS = "Doubtful pairs (reviewers)"
ANALYSTS = "Records and figures (analysts)"
EVERYBODY = "What a rule or a link means (everybody)"
USERS = (OFFICERS, OPERATORS, REVIEWERS, ANALYSTS, EVERYBODY)


class Command(TyperCommand):
    """A command with examples; the options of every command stand apart from its own."""

    examples: Sequence[str] = ()

    def invoke(self, ctx: Any) -> Any:
        """Run it, unless a result would take the place of what it reads. `ctx.obj`: the settings files."""
        with results.guard(ctx.params, ctx.obj or ()):
            return super().invoke(ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, its own options, the options of every command."""
        parts: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": [], "Options of every command": []}
        for param in self.get_params(ctx):
            if (record := param.get_help_record(ctx)) is not None:
                parts[_part(param)].append(record)
        for title, records in parts.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples, as they are typed."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def _part(param: Any) -> str:
    if param.param_type_name == "argument":
        return "Arguments"
    return "Options of every command" if param.name in {*COMMON, "help"} else "Options"


class Group(TyperGroup):
    """The commands, by who uses them."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """A part for each of USERS."""
        longest = max(map(len, self.commands))
        for user in (*USERS, None):
            rows = [
                (name.ljust(longest), command.get_short_help_str(formatter.width - longest - 6))
                for name, command in self.commands.items()
                if getattr(command, "rich_help_panel", None) == user and not command.hidden
            ]
            if rows:
                with formatter.section(user or "Commands"):
                    formatter.write_dl(rows)


def command(
    app: typer.Typer, users: str | None, *examples: str, name: str | None = None
) -> Callable[[Callable[[O], int]], Callable[[O], int]]:
    """Register a function of one class of options: its fields are the command's arguments and options."""

    def register(function: Callable[[O], int]) -> Callable[[O], int]:
        asked: type[O] = get_type_hints(function)["asked"]
        made = type(Command.__name__, (Command,), {"examples": examples})
        app.command(name=name or function.__name__, cls=made, rich_help_panel=users)(_callback(function, asked))
        return function

    return register


def _callback(function: Callable[[O], int], asked: type[O]) -> Callable[..., int]:
    """What typer calls: it reads the fields off the signature."""

    def run(**given: Any) -> int:
        _refuse_bytes(given)
        with _read_from_stdin(given.get("files") or ()) as files:
            return function(asked(**(given | {"files": files} if "files" in given else given)))

    hints = get_type_hints(asked, include_extras=True)
    fields = sorted(dataclasses.fields(asked), key=lambda field: (field.name in COMMON, field.name == "fmt"))
    run.__signature__ = inspect.Signature([_parameter(field, hints) for field in fields])  # type: ignore[attr-defined]
    run.__annotations__ = {field.name: hints[field.name] for field in fields}
    run.__name__, run.__doc__ = function.__name__, function.__doc__
    return run


def _refuse_bytes(given: Mapping[str, Any]) -> None:
    """Text that is not UTF-8 fits no record, and no library takes it; paths may hold any bytes."""
    for name, value in given.items():
        for one in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(one, str) and not text_safety.is_utf8(one):
                raise typer.BadParameter(
                    details.text("is_not_utf8_text", given=text_safety.file_name(one)), param_hint=f"'{name}'"
                )


def _parameter(field: dataclasses.Field[Any], hints: dict[str, Any]) -> inspect.Parameter:
    default = inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default
    return inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hints[field.name])


@contextmanager
def _read_from_stdin(files: Sequence[Path]) -> Iterator[list[Path]]:
    """The files, `-` among them as what standard input gave: what a file is shows only when all its bytes are there."""
    if STDIN not in files:
        yield list(files)
        return
    from recordkit.store import disk, workspace  # here: --help must not wait for polars

    with workspace.sibling_workspace(Path(tempfile.gettempdir())) as folder:
        place = folder / "stdin"
        with disk.new_file(place, durable=False) as file:
            while block := sys.stdin.buffer.read(1 << 20):
                file.write(block)
        yield [place if path == STDIN else path for path in files]
