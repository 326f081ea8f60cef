"""The manual page (`recordkit --man`) and the page of commands, from the same words as `--help`.

Written anew with: recordkit --man > docs/man/recordkit.1; python -m recordkit.cli.manual > docs/reference/commands.md
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from recordkit.cli.commands import USERS
from recordkit.cli.options import COMMON
from recordkit.version import __version__

EXIT_CODES = (
    ("0", "clean"), ("1", "findings at or above the threshold"), ("2", "usage or declaration error"),
    ("3", "input that could not be read"), ("4", "internal error or broken law: nothing was published"),
    ("75", "another compile holds the store: try later"), ("130", "stopped from the keyboard"),
)  # fmt: skip
ENVIRONMENT = (
    ("RECORDKIT_…", "presets an option, as named with it above"),
    ("RECORDKIT_STORE_KEY_FILE", "the keys by which tables about people are encrypted"),
    ("RECORDKIT_PSEUDONYM_KEY_FILE", "the key of pseudonyms"),
    ("RECORDKIT_DEBUG", "shows the traceback of an internal error, which may quote data"),
)
FILES = (
    ("recordkit.toml", "presets, in the folder of the start or above; see recordkit trust"),
    ("~/.config/recordkit", "the user's own recordkit.toml, and the list of trusted folders"),
)


def leaves(group: Any, above: str = "") -> Iterator[tuple[str, Any, str | None]]:
    """Name ("agency list"), command and users of every command."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from ((leaf, one, command.rich_help_panel) for leaf, one, _ in leaves(command, f"{above}{name} "))
        else:
            yield f"{above}{name}", command, command.rich_help_panel


def _by_user(group: Any) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    known = list(leaves(group))
    for user in USERS:
        yield user, [(name, command) for name, command, of in known if of == user]


def _usage(name: str, command: Any) -> str:
    words = ["recordkit", name, "[OPTION]…"]
    for param in command.params:
        if param.param_type_name == "argument":
            word = (param.name or "").upper() + ("…" if param.nargs == -1 else "")
            words.append(word if param.required else f"[{word}]")
    return " ".join(words)


def _records(command: Any, *, common: bool) -> Iterator[tuple[str, str]]:
    """(spelling, help) of arguments and options; `common`: of the options of every command instead."""
    for param in command.params:
        if (param.name in COMMON) != common or param.name == "help":
            continue
        text = param.help or ""
        if param.envvar:
            text += f" [{param.envvar}]"
        if param.param_type_name == "argument":
            yield (param.name or "").upper(), text
        else:
            value = "" if param.is_flag else f" {(param.metavar or param.opts[-1].strip('-').upper())}"
            yield ", ".join(param.opts) + value, text


def _text(command: Any) -> str:
    return inspect.cleandoc(command.help or "")


# -------------------------------------------------------------------------------------------------- troff


def _troff(text: str) -> str:
    """A line of text that troff takes as it is."""
    made = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{made}" if made.startswith((".", "'")) else made


def _terms(records: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Iterator[str]:
    for term, text in records:
        yield from (".TP", f"\\fB{_troff(term)}\\fR", _troff(text))


def page(group: Any) -> str:
    """The manual page of all commands, as man(1) takes it."""
    lines = [
        f'.TH RECORDKIT 1 "" "recordkit {__version__}" "User Commands"', ".SH NAME",
        _troff(f"recordkit - {group.help}"), ".SH SYNOPSIS", "\\fBrecordkit\\fR COMMAND [OPTION]…", ".SH DESCRIPTION",
        "Data goes to standard output, messages to standard error. Results are text unless",
        "\\-\\-format says otherwise.",
    ]  # fmt: skip
    first = None
    for user, commands in _by_user(group):
        lines += [f".SH {_troff(user.upper())}"]
        for name, command in commands:
            first = first or command
            lines += [f".SS {_troff(_usage(name, command))}", *(_troff(line) for line in _text(command).splitlines())]
            lines += _terms(_records(command, common=False))
            lines += [".PP", "Examples:", ".RS", ".nf", *map(_troff, command.examples), ".fi", ".RE"]
    lines += [".SH OPTIONS OF EVERY COMMAND", *_terms(_records(first, common=True))]
    for title, records in (("EXIT STATUS", EXIT_CODES), ("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)):
        lines += [f".SH {title}", *_terms(records)]
    return "\n".join(line for line in lines if line) + "\n"


# ----------------------------------------------------------------------------------------------- Markdown


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _table(records: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]) -> list[str]:
    rows = [f"| `{term}` | {_cell(text)} |" for term, text in records]
    return ["| | |", "|---|---|", *rows, ""] if rows else []


def reference(group: Any) -> str:
    """The page of all commands, as Markdown."""
    lines = [
        "<!-- Made by `python -m recordkit.cli.manual > docs/reference/commands.md`; do not edit. -->", "",
        "# Commands", "",
        "Data goes to standard output, messages to standard error. Results are text unless `--format` says otherwise.",
        "A file `-` is standard input. `recordkit --man | man -l -` shows this as a manual page.", "",
    ]  # fmt: skip
    first = None
    for user, commands in _by_user(group):
        lines += [f"## {user}", ""]
        for name, command in commands:
            first = first or command
            lines += [f"### `{_usage(name, command)}`", "", _text(command), ""]
            lines += _table(_records(command, common=False))
            lines += ["```", *command.examples, "```", ""]
    lines += ["## Options of every command", "", *_table(_records(first, common=True))]
    for title, records in (("Exit codes", EXIT_CODES), ("Environment", ENVIRONMENT), ("Files", FILES)):
        lines += [f"## {title}", "", *_table(records)]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    from recordkit.cli import app, output

    output.write(reference(app.made()), None)
