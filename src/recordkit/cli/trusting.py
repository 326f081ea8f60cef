"""`recordkit trust`: a user allows the settings file of a folder, sees what is allowed, and takes it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from recordkit import details
from recordkit.cli import output as out
from recordkit.cli import settings, trusted
from recordkit.errors import RecordkitError

if TYPE_CHECKING:
    from recordkit.cli.file_commands import Trust


def run(asked: Trust) -> int:
    """Allow a folder, no longer allow it, or list the folders that are allowed."""
    if asked.folder is None:
        return _listing(asked)
    return _removing(asked, asked.folder) if asked.remove else _allowing(asked, asked.folder)


def _allowing(asked: Trust, folder: Path) -> int:
    """Exit 0 when the folder's settings file is allowed as it is now; 2 when there is none, or others can write it."""
    form = asked.form
    place = _place(folder)
    file = place / settings.SETTINGS
    if not settings.is_there(file):
        raise RecordkitError(
            details.text("folder_has_no", folder=place, name=settings.SETTINGS), details.text("write_one")
        )
    text = settings.text_of(file)
    where = trusted.write(trusted.read() | {str(place): trusted.entry(settings.sum_of(text))})
    if form == "text":
        out.tell([details.text("is_trusted_now", path=file, folder=place, list=where)], asked.output)
    else:
        out.write(out.rows([_row(place, details.text("trusted"))], form), asked.output)
    return 0


def _removing(asked: Trust, folder: Path) -> int:
    """Exit 0 when the folder is no longer on the list; 2 when it was not."""
    form = asked.form
    place, known = _place(folder), trusted.read()
    if str(place) not in known:
        raise RecordkitError(details.text("is_not_trusted", folder=place), details.text("trust_list_names"))
    trusted.write({path: one for path, one in known.items() if path != str(place)})
    if form == "text":
        out.tell([details.text("no_longer_trusted", folder=place)], asked.output)
    else:
        out.write(out.rows([_row(place, details.text("not_trusted"))], form), asked.output)
    return 0


def _listing(asked: Trust) -> int:
    """Exit 0; every folder that was allowed, and whether its file is still the one that was."""
    form = asked.form
    known = sorted(trusted.read().items())
    rows = [
        _row(Path(path), _state(Path(path), one.get("sha256", ""))) | {"who": one.get("who"), "at": one.get("at")}
        for path, one in known
    ]
    if form == "text":
        lines = [details.text("of_book", book=row["folder"], what=row["state"]) for row in rows]
        out.tell(lines or [details.text("no_folder_trusted")], asked.output)
    else:
        out.write(out.rows(rows, form), asked.output)
    return 0


def _place(folder: Path) -> Path:
    """The folder itself; the settings file stands for its folder."""
    named = folder.parent if folder.name == settings.SETTINGS and not folder.is_dir() else folder
    return named.resolve()


def _state(place: Path, digest: str) -> str:
    file = place / settings.SETTINGS
    if not settings.is_there(file):
        return details.text("settings_file_gone")
    try:
        same = settings.sum_of(settings.text_of(file)) == digest
    except RecordkitError:
        return details.text("settings_file_unread")
    return details.text("trusted" if same else "changed_since")


def _row(place: Path, state: str) -> dict[str, Any]:
    return {"folder": str(place), "state": state}
