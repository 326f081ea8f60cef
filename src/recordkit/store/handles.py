"""Names below a guarded folder (a store), reached without following a link.

Every such name is reached by handles of the folders above it, one after the other, and none of them is opened through
a link: whoever may write into one part of a store, on a volume of its own, cannot lead what is done there to somewhere
else. Only the links that `guard` names are followed.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from recordkit import details

PRIVATE_FOLDER = "private"  # the folder of a store to which links of its editions lead
_FOLDER = os.O_DIRECTORY | getattr(os, "O_PATH", os.O_RDONLY)  # to enter a folder is enough: it may not be listed
_guarded: dict[str, frozenset[str]] = {}


class LinkInTheWay(OSError):
    """A link stands where a folder or a file of ours belongs; nothing was done through it."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.ELOOP, details.text("links_not_followed"), str(path))


def guard(root: Path, links: Iterable[str] = ()) -> None:
    """From now on no link below `root` is followed, but those right below it that `links` names.

    `root` itself is the user's word, and so are the folders above it: they may be links.
    """
    _guarded[str(root.absolute())] = frozenset(links)


def _anchored(path: Path) -> tuple[str, tuple[str, ...], frozenset[str]]:
    """The guarded folder above a path, the names from it to the path, and its links; without one, the path itself."""
    whole = path.absolute()
    for above in (whole, *whole.parents):
        links = _guarded.get(str(above))
        if links is not None:
            return str(above), whole.parts[len(above.parts) :], links
    return str(whole), (), frozenset()


def _may_be_link(path: Path) -> bool:
    _, names, links = _anchored(path)
    return not names or (len(names) == 1 and names[0] in links)


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """The handle of a folder, for names in it. Raises LinkInTheWay when a link stands on the way to it."""
    root, names, links = _anchored(folder)
    handle = _walked(Path(root), names, links)
    try:
        yield handle
    finally:
        os.close(handle)


def _walked(root: Path, names: Sequence[str], links: frozenset[str]) -> int:
    handle, here = os.open(root, _FOLDER), root
    try:
        for depth, name in enumerate(names):
            here = here / name
            deeper = _entered(handle, here, root, links if depth == 0 else frozenset())
            os.close(handle)
            handle = deeper
    except BaseException:
        os.close(handle)
        raise
    return handle


def _entered(above: int, path: Path, root: Path, links: frozenset[str]) -> int:
    """The handle of a folder in an opened one; a link that `link` made leads to what stands in its place."""
    try:
        return os.open(path.name, _FOLDER | (0 if path.name in links else os.O_NOFOLLOW), dir_fd=above)
    except OSError as error:
        if path.name not in links and stat.S_ISLNK(mode_of(above, path.name)):
            names = path.relative_to(root).parts
            twin = (PRIVATE_FOLDER, *names[1:])
            if len(names) == 3 and os.readlink(path.name, dir_fd=above) == os.path.join("..", "..", *twin):
                return _walked(root, twin, frozenset({PRIVATE_FOLDER}))
            raise LinkInTheWay(path) from None
        error.filename = str(path)
        raise


@contextmanager
def folder_above(path: Path) -> Iterator[tuple[int, str]]:
    """The handle of the folder above a path, and the path's name in it; an error of the block names the whole path."""
    with opened(path.parent) as above:
        try:
            yield above, path.name
        except OSError as error:
            if error.filename is None or os.sep not in str(error.filename):
                error.filename = str(path)
            raise


def mode_of(above: int, name: str) -> int:
    """What a name in a folder is, of the name itself and not of what a link leads to; 0 when there is none."""
    try:
        return os.stat(name, dir_fd=above, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return 0


def is_folder(path: Path) -> bool:
    """Is there a folder of this name? Raises LinkInTheWay for a link that is not one of those that may be there."""
    try:
        with folder_above(path) as (above, name):
            mode = mode_of(above, name)
            if stat.S_ISLNK(mode) and _may_be_link(path):
                return stat.S_ISDIR(os.stat(name, dir_fd=above).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    if stat.S_ISLNK(mode):
        raise LinkInTheWay(path)
    return stat.S_ISDIR(mode)


def names_in(folder: Path) -> list[str]:
    """The names in a folder, sorted; none if it is not there."""
    try:
        with opened(folder) as handle:
            listed = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=handle)
    except (FileNotFoundError, NotADirectoryError):
        return []
    try:
        return sorted(os.listdir(listed))
    finally:
        os.close(listed)
