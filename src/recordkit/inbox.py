"""Finds the files of an inbox and the month in which each was received."""

from __future__ import annotations

import fnmatch
import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from recordkit import declarations, details, text_safety
from recordkit.declarations import Declared
from recordkit.errors import RecordkitError, UnreadableInput

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Entry(Declared):
    """Names that are no sender's file: shell patterns, why, and whether a file is missing behind them."""

    names: tuple[str, ...]  # shell patterns, in any case of letters
    why: str  # what the name means
    fix: str = ""  # what to do
    missing: bool = False  # a file is meant that has not arrived: the run ends with 3
    lock: bool = False  # belongs to the file whose name stands at the *
    folder: bool = False  # also the name of a folder, which is then not entered


class Names(Declared):
    """All of inbox.toml: the first entry that fits a name decides."""

    entry: tuple[Entry, ...]  # the first entry that fits a name decides

    def fitting(self, name: str, *, is_folder: bool = False) -> tuple[Entry, str] | None:
        """The entry of a name and what stands at the first * of its pattern; None for a sender's file or folder."""
        folded = name.casefold()
        for one in self.entry:
            for pattern in one.names if one.folder or not is_folder else ():
                if fnmatch.fnmatchcase(folded, pattern.casefold()):
                    before, _, after = pattern.partition("*")
                    return one, name[len(before) : len(name) - len(after)]
        return None


def names(dirs: Sequence[Path]) -> Names:
    """inbox.toml of the last folder that has one."""
    return declarations.read_toml(declarations.files(dirs, "inbox.toml")["inbox.toml"], Names)


@dataclass(frozen=True)
class Arrival:
    """One file of the inbox. `received` is the nearest folder above it whose name is a month, if any."""

    path: Path
    received: str | None

    @property
    def name(self) -> str:
        """The name as it may be printed."""
        return _printable(self.path.name)


# A name that breaks out of a line of a log, or that no table can hold.
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True)
class SkippedFile:
    """A name in the inbox that was not read, and why; `lost`: it may hold records, so somebody has to look.

    missing: a file is expected there and has not arrived. It is lost as well.
    """

    path: Path
    reason: str
    lost: bool = False
    missing: bool = False

    @property
    def name(self) -> str:
        """The name as it may be printed."""
        return _printable(self.path.name)


    def __str__(self) -> str:
        return details.text("missing_file" if self.missing else "skipped_file", name=self.name, reason=self.reason)


class EmptyInbox(UnreadableInput):
    """No file that could be read has arrived: `skipped` are the names that were found instead."""

    def __init__(self, what: str, fix: str, skipped: Sequence[SkippedFile] = ()) -> None:
        super().__init__(what, fix)
        self.skipped = tuple(skipped)


def _printable(name: str) -> str:
    """The name with everything unsafe in it escaped."""
    return text_safety.file_name(name)


def find_files(
    inboxes: Iterable[Path], through: str | None = None, dirs: Sequence[Path] = (declarations.PACKAGED,)
) -> tuple[list[Arrival], list[SkippedFile]]:
    """Files below `inboxes` (or the files themselves), by month and name; with `through`, no later month.

    A symbolic link in a folder is not followed: it could lead anywhere; one that is named itself is. Pipes, devices,
    folders that may not be entered, names that cannot be written down and files that have not arrived are skipped
    and named, and so is a folder that holds nothing: its volume may be away. Raises UnreadableInput for a path that
    does not exist.
    """
    arrivals: dict[Path, Arrival] = {}
    skipped: list[SkippedFile] = []
    known = names(dirs)
    for inbox in inboxes:
        _require_there(inbox)
        out: list[SkippedFile] = []
        named = inbox.resolve() if inbox.is_symlink() else inbox  # a link that is named is meant
        below, closed = _below(inbox, known) if inbox.is_dir() else ([named], [])
        out += closed
        for path in sorted(below):
            why = _why_not(path, known)
            if why is not None:
                out.append(why)
            else:
                arrivals[path.resolve()] = Arrival(path, (month_of(inbox) if path is named else None) or month_of(path))
        skipped += out
        found = any(one.lost for one in out) or any(one.path.is_relative_to(inbox) for one in arrivals.values())
        if inbox.is_dir() and not found:
            skipped.append(SkippedFile(inbox, details.text("no_file_in_folder"), lost=True))
    chosen = [a for a in arrivals.values() if through is None or a.received is None or a.received <= through]
    return sorted(chosen, key=lambda a: (a.received or "", a.path.name, str(a.path))), skipped


def require_month(through: str | None) -> None:
    """`through` is compared as text: another spelling (2026-7) would take in months that are later, or none."""
    if through is not None and not _MONTH.fullmatch(through):
        raise RecordkitError(details.text("no_month", text=through), details.text("write_month"))


def _require_there(inbox: Path) -> None:
    try:
        inbox.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise UnreadableInput(details.text("nothing_at", path=inbox), details.text("check_path")) from None
    except OSError as error:  # a network volume that went away
        what = details.text("cannot_look_at", path=inbox, reason=error.strerror)
        raise UnreadableInput(what, details.text("is_volume_mounted")) from None


def require(arrivals: Sequence[Arrival], skipped: Sequence[SkippedFile], through: str | None, *, is_new: bool) -> None:
    """Raises EmptyInbox when no file has arrived that can be opened: nothing can come of it, and it is no success.

    is_new: there is no store yet, so nothing comes of an inbox with nothing up to `through` either.
    """
    later = through is not None and not arrivals and not any(one.lost for one in skipped)
    if any(_opens(arrival.path) for arrival in arrivals) or (later and not is_new):
        return
    missing, nothing = sum(one.missing for one in skipped), details.text("no_file_in_folder")
    if arrivals:
        what, fix = details.text("no_file_opens"), details.text("check_file_permissions")
    elif missing:
        what, fix = details.text("none_arrived", count=missing), details.text("wait_for_them")
    elif later:
        what, fix = details.text("nothing_up_to", month=through), details.text("later_month")
    elif all(one.reason == nothing for one in skipped if one.lost):
        what, fix = details.text("inbox_empty"), details.text("mount_volume")
    else:
        what, fix = details.text("no_file_read"), details.text("see_skipped")
    raise EmptyInbox(what, details.text("then_run_again", fix=fix), skipped)


def _opens(path: Path) -> bool:
    """Whether a plain file is there and may be read."""
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0)))
    except OSError:
        return False
    return True


def month_of(path: Path) -> str | None:
    """The month in the name of the nearest folder above `path`, or None."""
    parents: Sequence[Path] = path.absolute().parents
    return next((parent.name for parent in parents if _MONTH.fullmatch(parent.name)), None)


def _below(folder: Path, known: Names) -> tuple[list[Path], list[SkippedFile]]:
    """Everything below a folder but folders, and those that cannot be listed; one of a name that is no sender's is not
    entered."""
    found: list[Path] = []
    closed: list[SkippedFile] = []

    def skip(error: OSError) -> None:
        reason = details.text("folder_not_listed", reason=error.strerror)
        closed.append(SkippedFile(Path(error.filename), reason, lost=True))

    for here, folders, files in os.walk(folder, onerror=skip):
        out = [name for name in folders if (Path(here) / name).is_symlink() or known.fitting(name, is_folder=True)]
        folders[:] = [name for name in folders if name not in out]
        found += [Path(here) / name for name in (*files, *out)]
    return found, closed


def _why_not(path: Path, known: Names) -> SkippedFile | None:
    """Why a path is not read, or None."""
    fitting = known.fitting(path.name, is_folder=path.is_dir() and not path.is_symlink())
    if fitting is not None:
        return _not_sent(path, *fitting)
    try:
        kind = path.lstat().st_mode
    except OSError as error:
        return SkippedFile(path, details.text("file_not_looked_at", reason=error.strerror), lost=True)
    if stat.S_ISLNK(kind):
        return SkippedFile(path, details.text("link_not_followed"), lost=True)
    if not stat.S_ISREG(kind):
        return SkippedFile(path, details.text("pipe_or_device"), lost=True)
    if _UNWRITABLE.search(path.name):
        return SkippedFile(path, details.text("name_unwritable"), lost=True)
    return None


def _not_sent(path: Path, entry: Entry, own: str) -> SkippedFile:
    """A name that is no sender's file; a lock whose file is there keeps nothing away."""
    if entry.lock and _is_beside(path, own):
        return SkippedFile(path, details.text("saved_last", why=entry.why))
    reason = f"{entry.why}: {entry.fix}" if entry.fix else entry.why
    return SkippedFile(path, reason, lost=entry.missing, missing=entry.missing)


def _is_beside(lock: Path, own: str) -> bool:
    """Is the file of a lock there? Some programs write their mark over the first two letters of its name."""
    try:
        names = [entry.name for entry in os.scandir(lock.parent) if entry.name != lock.name]
    except OSError:
        return False
    return any(name.endswith(own) and len(name) - len(own) in (0, 2) for name in names) if own else False
