"""The releases of a store: a line of the ledger for each, and beside it the cells that it was made of.

The file of cells (ledger/releases/ID.parquet) has their true counts, those of unpublished ones as well: without them
nobody could say what a later release would give away. It holds counts alone, as the table `counts` does; of microdata
also keyed digests of the cases that are in it, so that no other release has them again. The key stays beside them
(ledger/releases/key): who holds the file of cells alone cannot ask it for a case. Files of before have the ids.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details, store
from recordkit.releases.cells import Shape
from recordkit.releases.protecting import UnitRelease
from recordkit.releases.system import Earlier
from recordkit.store import disk, encryption, ledger, parquet
from recordkit.store.errors import StoreDamaged, writes_to

BOOK = "releases"
RELEASED = "released"
CASE, DIGEST = "case", "released case"
KEY = "digest_key"  # in a line: the id of the key that made the digests


@dataclass(frozen=True)
class Line:
    """One release as the ledger has it."""

    number: int
    sum: str
    entry: Mapping[str, Any]


def lines(root: Path) -> list[Line]:
    """All releases, oldest first; raises StoreDamaged when a line was changed."""
    book = ledger.read(root, BOOK)
    entries = zip(book.entries, book.sums, strict=True)
    return [Line(int(entry["seq"]), total, entry) for entry, total in entries if entry["what"] == RELEASED]


def earlier(root: Path) -> dict[str, list[Earlier]]:
    """Unit -> what every release published of it; raises StoreDamaged when the cells of one are not as they were."""
    found: dict[str, list[Earlier]] = {}
    for line in lines(root):
        if "shapes" not in line.entry:  # microdata: see `released_cases` and `shown_cells`
            continue
        release = str(line.entry["release"])
        cells = _cells(root, release, str(line.entry["cells_sha256"]))
        for unit, shapes in line.entry["shapes"].items():
            own = cells.filter(pl.col("unit") == unit).drop("unit")
            known = {name: Shape(tuple(map(tuple, one["levels"])), tuple(one["least"])) for name, one in shapes.items()}
            levels = list(dict.fromkeys(level for one in known.values() for level in one.columns))
            columns = own.select(*levels, "count", "members", "published", "width", "tables")
            found.setdefault(unit, []).append(Earlier(release, columns, known))
    return found


def names(root: Path) -> tuple[str, ...]:
    """The names of all releases, oldest first."""
    return tuple(str(line.entry["release"]) for line in lines(root))


def released_cases(root: Path, ids: pl.Series, release: str = "") -> list[str]:
    """Which of these cases are in releases of microdata, or in one; raises StoreDamaged as `earlier` does."""
    found = [_among(root, line, frame, ids) for line, frame in _of_microdata(root, release)]
    return pl.concat(found).unique().sort().to_list() if found else []


def number_of_cases(root: Path, release: str) -> int:
    """How many cases a release of microdata has."""
    return sum(frame[_column(line)].drop_nulls().n_unique() for line, frame in _of_microdata(root, release))


def digests(root: Path, ids: Sequence[str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """What is kept of the cases of a release: a frame for `keep_cells`, and for the ledger which key made it."""
    key = _key(root, make=True)
    made = encryption.pseudonyms(pl.Series(CASE, ids, dtype=pl.String), key, DIGEST)
    return pl.DataFrame([made]).sort(CASE), {KEY: key.id}


def _among(root: Path, line: Mapping[str, Any], frame: pl.DataFrame, ids: pl.Series) -> pl.Series:
    """Those of the ids that the release has."""
    there = frame[_column(line)].drop_nulls()
    if KEY not in line:
        return ids.filter(ids.is_in(there.implode()))
    key = _key(root)
    if key.id != line[KEY]:
        raise _damaged(str(line["release"]))
    return ids.filter(encryption.pseudonyms(ids, key, DIGEST).is_in(there.implode()))


def _column(line: Mapping[str, Any]) -> str:
    return CASE if KEY in line else "case_id"


def _key(root: Path, *, make: bool = False) -> encryption.Key:
    """The key of the digests, which is made once for a store; a lost one is a StoreDamaged when it is needed."""
    path = root / "ledger" / BOOK / "key"
    try:
        return encryption.parse(disk.read_file(path).decode())
    except OSError:
        if not make or any(KEY in line.entry for line in lines(root)):
            raise _damaged("key") from None
    with disk.private_umask(), writes_to(root):
        disk.make_folder(path.parent)
        disk.write_file(path, secrets.token_urlsafe(24).encode())
    return encryption.parse(disk.read_file(path).decode())


def _damaged(release: str) -> StoreDamaged:
    return StoreDamaged(details.text("release_cells_damaged", release=release), details.text("restore_the_ledger"))


def shown_cells(root: Path) -> dict[str, pl.DataFrame]:
    """Unit -> counts of public tables of which microdata show rows (levels, `count`, `members`): who has the rows may
    know the count. Raises StoreDamaged as `earlier` does."""
    found: dict[str, pl.DataFrame] = {}
    for line, frame in _of_microdata(root):
        for (unit,), part in frame.drop(_column(line)).drop_nulls("unit").group_by(["unit"], maintain_order=True):
            own = part.drop("unit")
            before = found.get(str(unit))
            found[str(unit)] = own if before is None else pl.concat([before, own], how="diagonal")
    return found


def _of_microdata(root: Path, release: str = "") -> list[tuple[Mapping[str, Any], pl.DataFrame]]:
    """The lines of releases of microdata with what is kept of each."""
    known = [line.entry for line in lines(root) if "shapes" not in line.entry]
    return [
        (one, _cells(root, str(one["release"]), str(one["cells_sha256"])))
        for one in known
        if release in ("", one["release"])
    ]


def keep_cells(root: Path, release: str, cells: pl.DataFrame) -> str:
    """Write what a release shows beside the ledger; returns its sum. The line of the ledger comes after."""
    data = parquet.in_memory(cells)
    with disk.private_umask(), writes_to(root):
        disk.replace_file(_place(root, release), data)
    return disk.sha256_bytes(data)


def shapes(units: Sequence[UnitRelease]) -> dict[str, dict[str, Any]]:
    """The shapes of all tables, as the ledger keeps them."""
    return {
        one.unit: {name: {"levels": shape.levels, "least": shape.least} for name, shape in one.shapes.items()}
        for one in units
    }


def add(root: Path, entry: Mapping[str, Any]) -> Line:
    """The ledger's line about a release: on the disk when this returns."""
    written = store.ledger.append(root, BOOK, {"what": RELEASED, **entry})
    return next(line for line in reversed(lines(root)) if line.number == written["seq"])


def _place(root: Path, release: str) -> Path:
    return disk.make_folder(root / "ledger" / BOOK) / f"{release}.parquet"


def _cells(root: Path, release: str, total: str) -> pl.DataFrame:
    path = root / "ledger" / BOOK / f"{release}.parquet"
    try:
        data = disk.read_file(path)
    except OSError:
        data = b""
    if disk.sha256_bytes(data) != total:
        raise _damaged(release)
    return pl.read_parquet(io.BytesIO(data))
