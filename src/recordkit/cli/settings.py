"""The settings file: where it is looked for, who may have written it, and what it may preset.

A file that lies among data was written by whoever sent the data. It is obeyed in what changes no more than the look of
a result; what reads declarations or decides where something is written waits until its user has allowed the file.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from recordkit import details, text_safety
from recordkit.cli import trusted
from recordkit.errors import DeclarationError

SETTINGS = "recordkit.toml"
LARGEST = 1 << 20  # bytes of a settings file
HARMLESS = frozenset({"format", "lang", "quiet", "no-progress"})  # what a file that nobody has allowed may preset
COMMAND_LINE_ONLY = frozenset({"show-values", "allow-loosening", "config"})  # a person decides, each time
_PATH_OR_NAME = frozenset({"linkage"})

Known = Mapping[str, Mapping[str, Any]]  # command -> option as a settings file spells it -> typer's parameter


@dataclass(frozen=True)
class Presets:
    """Presets in the form that typer takes, and what the user is to be told of them."""

    values: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()  # that they were read from


@dataclass(frozen=True)
class _File:
    """A settings file that was read: its bytes' sum, and whether its user has allowed all that it says."""

    path: Path
    text: str
    allowed: bool


def read(arguments: Sequence[str], known: Known) -> Presets:
    """Presets of the command that these arguments call. Raises DeclarationError for a file that does not hold.

    `--config FILE` alone when it is given; else the user's own file, and over it the nearest one of the folders.
    """
    command = _command(arguments, known)
    if command is None or command == "trust":
        return Presets()
    values: dict[str, Any] = {}
    notes: list[str] = []
    files = _files(arguments)
    for file in files:
        given = _given(file, known)[command]
        applied = {key: value for key, value in given.items() if file.allowed or key in HARMLESS}
        values |= {known[command][key].name: value for key, value in applied.items()}
        if not file.allowed:
            notes += _notes(file.path, sorted(applied), sorted(set(given) - set(applied)))
    return Presets(_nested(command, values), tuple(notes), tuple(file.path for file in files))


def _notes(path: Path, applied: Sequence[str], ignored: Sequence[str]) -> list[str]:
    notes = (
        [details.text("note_is", what=details.text("presets", path=path, names=", ".join(applied)))] if applied else []
    )
    if ignored:
        notes.append(
            details.text("note_not_trusted", path=path, names=", ".join(ignored), folder=path.parent)
        )
    return notes


def _command(arguments: Sequence[str], known: Known) -> str | None:
    for length in (2, 1):
        name = " ".join(arguments[:length])
        if name in known:
            return name
    return None


def _nested(command: str, values: dict[str, Any]) -> dict[str, Any]:
    """{"agency": {"list": {...}}} of "agency list": as typer looks presets up."""
    for word in reversed(command.split(" ")):
        values = {word: values}
    return values


# ------------------------------------------------------------------------------------------------- files


def _files(arguments: Sequence[str]) -> list[_File]:
    """The files that apply, the weakest first."""
    named = _named(arguments)
    if named is not None:
        return [_File(named, _read(named, follow=True), allowed=True)]
    own, near = trusted.folder(), nearest_file(_here())
    found: list[_File] = []
    if own is not None and is_there(own / SETTINGS):
        found.append(_File(own / SETTINGS, _read(own / SETTINGS, follow=True), allowed=True))
    if near is not None and (own is None or near.parent != own.resolve()):
        text = _read(near, follow=False)
        found.append(_File(near, text, allowed=trusted.allows(near.parent, sum_of(text))))
    return found


def _named(arguments: Sequence[str]) -> Path | None:
    """The file of `--config FILE`; it is needed before typer reads the arguments."""
    named = None
    for at, word in enumerate(arguments):
        if word == "--":
            break
        if word == "--config" and at + 1 < len(arguments):
            named = Path(arguments[at + 1])
        elif word.startswith("--config="):
            named = Path(word.partition("=")[2])
    return named.absolute() if named else None


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # the folder that we were started in is gone, or not ours to look at
        return None


def nearest_file(start: Path | None) -> Path | None:
    """The nearest recordkit.toml, in `start` or above it; whatever it is."""
    folders = (start, *start.parents) if start else ()
    return next((folder / SETTINGS for folder in folders if is_there(folder / SETTINGS)), None)


def is_there(path: Path) -> bool:
    """Is there anything of this name, also a link that leads nowhere?"""
    try:
        return bool(path.lstat())
    except OSError:  # a folder above may not be ours to look at
        return False


def sum_of(text: str) -> str:
    """The sum by which an allowed file is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def text_of(path: Path) -> str:
    """The text of a settings file in a folder that nobody else can have written."""
    return _read(path, follow=False)


def _read(path: Path, *, follow: bool) -> str:
    """The text of a settings file that nobody else can have written: it says where to read, and where to write."""
    fix = details.text("correct_or_delete")
    link = 0 if follow else getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | link)
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):  # asked before it is opened as a file: a folder cannot be
            os.close(handle)
            raise DeclarationError(details.text("no_plain_file", path=path), fix)
        with os.fdopen(handle, "rb") as file:
            _refuse_strangers(path, status, fix)
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise DeclarationError(details.text("settings_too_large", path=path, most=f"{LARGEST:,}"), fix)
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DeclarationError(
            details.text("is_not_utf8", path=path, byte=error.start), details.text("save_as_utf8")
        ) from error
    except OSError as error:
        linked = path.is_symlink() and not follow
        if linked:
            raise DeclarationError(details.text("link_or_not_followed", path=path), fix) from error
        raise DeclarationError(details.text("cannot_be_read", path=path, reason=error.strerror), fix) from error


def _refuse_strangers(path: Path, status: os.stat_result, fix: str) -> None:
    if not hasattr(os, "getuid"):
        return
    if status.st_uid not in (0, os.getuid()):
        raise DeclarationError(details.text("belongs_to_somebody", path=path, uid=status.st_uid), fix)
    if stat.S_IMODE(status.st_mode) & 0o022:
        raise DeclarationError(details.text("written_by_others", path=path), details.text("chmod_go_w", path=path))


# ------------------------------------------------------------------------------------------------- what it says


def presets(path: Path, text: str, known: Known) -> dict[str, dict[str, Any]]:
    """What a settings file says for every command: top-level keys for all commands, a table for one of them.

    Keys are spelt as on the command line, without the dashes; paths are relative to the file. An unknown key is an
    error that names the nearest known one.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(details.text("is_not_toml", path=path, error=error)) from error
    except RecursionError as error:
        raise DeclarationError(details.text("nested_too_deeply", path=path)) from error
    grouped = {command.partition(" ")[0] for command in known if " " in command}
    everywhere = {key: value for key, value in given.items() if not isinstance(value, dict)}
    tables = {
        name: table
        for key, value in given.items()
        if isinstance(value, dict)
        for name, table in (_inside(key, value) if key in grouped else {key: value}).items()
    }
    _check(path, everywhere, {option for options in known.values() for option in options})
    _check(path, tables, set(known))
    for name, table in tables.items():
        _check(path, table, known[name], f"{name}.")
    return {
        command: {
            key: _rooted(key, value, path, options[key])
            for key, value in (everywhere | tables.get(command, {})).items()
            if key in options
        }
        for command, options in known.items()
    }


def _given(file: _File, known: Known) -> dict[str, dict[str, Any]]:
    return presets(file.path, file.text, known)


def _inside(group: str, tables: Mapping[str, Any]) -> dict[str, Any]:
    """"agency list" -> table, of [agency.list]."""
    return {f"{group} {name}": table if isinstance(table, dict) else {} for name, table in tables.items()}


def _check(path: Path, keys: Iterable[str], known: Iterable[str], where: str = "") -> None:
    from recordkit import declarations

    known = set(known) - COMMAND_LINE_ONLY
    for key in keys:
        if key in COMMAND_LINE_ONLY:
            what = details.text("command_line_only", path=path, key=where + key)
            raise DeclarationError(what, details.text("take_out_and_give", key=key))
        if key not in known:
            guess = declarations.nearest(key, known)
            keys_known = details.text("known_keys", names=", ".join(sorted(known)))
            hint = details.text("did_you_mean", guess=f"{where}{guess}") if guess else keys_known
            what = details.text("unknown_key_in", path=path, key=text_safety.one_line(where + key))
            raise DeclarationError(what, hint)


def _rooted(key: str, value: Any, path: Path, param: Any) -> Any:
    """Paths in a settings file are meant from where the file is, whatever the option."""
    if key in _PATH_OR_NAME:
        is_path = isinstance(value, str) and (value.endswith(".toml") or "/" in value or os.sep in value)
        return str(path.parent / value) if is_path else value
    kind = param.type_descriptor.annotation
    if kind is not Path and Path not in get_args(kind):
        return value
    many = param.multiple or param.nargs != 1
    texts = value if isinstance(value, list) and many else [value]
    if not all(isinstance(text, str) for text in texts):
        raise DeclarationError(details.text("must_be_path", path=path, key=key))
    rooted = [str(path.parent / text) for text in texts]
    return rooted if many else rooted[0]
