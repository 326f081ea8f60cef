"""Keys: read from a file or the environment, never from a command line, never written anywhere.

One key is 32 printable characters (`openssl rand -base64 24`): that is also how polars, pyarrow and
duckdb take it. Its id, eight hex digits that give nothing away, is kept beside what was made with it.
A new key is put on a line above the old one: the first encrypts, all of them open.
"""

from __future__ import annotations

import hmac
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from recordkit.store.errors import StoreError

# RECORDKIT_STORE_KEY[_FILE] encrypts the person tables; RECORDKIT_PSEUDONYM_KEY[_FILE] makes pseudonyms.
STORE = "RECORDKIT_STORE_KEY"
PSEUDONYM = "RECORDKIT_PSEUDONYM_KEY"
_FORM = re.compile(r"[!-~]{32}")
LARGEST = 4096  # bytes of a key file: more than a hundred keys
_HOW = "Make one with: (umask 077; openssl rand -base64 24 > recordkit.key)"


@dataclass(frozen=True)
class Key:
    """A secret and its public id; never shows itself."""

    id: str
    secret: bytes = field(repr=False)


def find_key(name: str) -> Key | None:
    """The key to use, of those that the environment names; None if it names none."""
    return next(iter(find_keys(name)), None)


def find_keys(name: str) -> list[Key]:
    """The keys in `<name>_FILE`, or in `<name>` itself, the one to use first; none if neither is set.

    A variable that is set and empty is an error: a lost secret must not switch encryption off in silence.
    """
    path, text = os.environ.get(f"{name}_FILE"), os.environ.get(name)
    for variable, value in ((f"{name}_FILE", path), (name, text)):
        if value is not None and not value.strip():
            raise StoreError(f"{variable} is set and empty.", "Give it its value, or unset it to go without a key.")
    if path is not None:
        text = _from_file(Path(path))
    return [] if text is None else [parse(line) for line in text.splitlines() if line.strip()] or [parse("")]


def parse(text: str) -> Key:
    """The key written in `text`."""
    if not _FORM.fullmatch(text.strip()):
        raise StoreError("A key is 32 printable characters without a blank; this one is not.", _HOW)
    secret = text.strip().encode()
    return Key(hmac.digest(secret, b"recordkit key id", "sha256").hex()[:8], secret)


def _from_file(path: Path) -> str:
    """What the file holds. It may be a link, as secrets often are, but not a pipe: that would be waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            told = os.fstat(handle)
            if not stat.S_ISREG(told.st_mode):
                raise StoreError(f"The key file {path} is not a plain file.", _HOW)
            if stat.S_IMODE(told.st_mode) & 0o077:
                raise StoreError(f"The key file {path} can be read by others.", f"Run: chmod 600 {path}")
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise StoreError(f"The key file {path} is too large: it has one key a line.", _HOW)
        return data.decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise StoreError(f"The key file {path} cannot be read: {reason}.", _HOW) from None


def for_writing(key: Key | None) -> pl.ParquetEncryptionProperties | None:
    """What the Parquet writer takes: a uniform key, which every engine can read."""
    return pl.ParquetEncryptionProperties(footer_key=key.secret) if key else None


def for_reading(key_id: str | None) -> pl.ParquetDecryptionProperties | None:
    """What the Parquet reader takes for files made with the key of this id (None: not encrypted)."""
    if key_id is None:
        return None
    known = {key.id: key for key in find_keys(STORE)}
    if not known:
        raise StoreError(f"This table is encrypted with key {key_id}.", f"Set {STORE}_FILE to the key's file.")
    if key_id not in known:
        raise StoreError(
            f"This table is encrypted with key {key_id}; the key given is {', '.join(known)}.",
            f"Set {STORE}_FILE to a file that holds this key; after a change of keys, both: the new one on the first"
            " line, the older one below it.",
        )
    return pl.ParquetDecryptionProperties(footer_key=known[key_id].secret)


def ready(made_with: Iterable[str | None]) -> None:
    """Raise StoreError unless what was made with these keys (ids; None: without) can be read and followed.

    What follows an encrypted edition is never written in plain: a variable that cron does not have would leave
    people's names on the disk, in silence.
    """
    for key_id in sorted({one for one in made_with if one}):
        for_reading(key_id)


def pseudonyms(values: pl.Series, key: Key, kind: str) -> pl.Series:
    """A keyed pseudonym for each value, equal for equal values; null stays null.

    `kind` keeps a CNIC and a phone of the same digits apart. Without the key, trying all CNICs is of no use.
    """
    distinct = values.drop_nulls().unique()
    salt = kind.encode() + b"\0"
    made = [hmac.digest(key.secret, salt + str(value).encode(), "sha256").hex()[:24] for value in distinct]
    table = pl.DataFrame({"value": distinct, "pseudonym": pl.Series(made, dtype=pl.String)})
    joined = values.rename("value").to_frame().join(table, on="value", how="left", maintain_order="left")
    return joined["pseudonym"].rename(values.name)
