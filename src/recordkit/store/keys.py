"""Keys: read from a file or the environment, never from a command line, never written anywhere.

One key is 32 printable characters (`openssl rand -base64 24`): that is also how polars, pyarrow and
duckdb take it. Its id, eight hex digits that give nothing away, is kept beside what was made with it.
"""

from __future__ import annotations

import hmac
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from recordkit.store import disk
from recordkit.store.errors import StoreError

# RECORDKIT_STORE_KEY[_FILE] encrypts the person tables; RECORDKIT_PSEUDONYM_KEY[_FILE] makes pseudonyms.
STORE = "RECORDKIT_STORE_KEY"
PSEUDONYM = "RECORDKIT_PSEUDONYM_KEY"
_FORM = re.compile(r"[!-~]{32}")
_HOW = "Make one with: (umask 077; openssl rand -base64 24 > recordkit.key)"


@dataclass(frozen=True)
class Key:
    """A secret and its public id; never shows itself."""

    id: str
    secret: bytes = field(repr=False)


def find(name: str) -> Key | None:
    """The key that the environment names, in `<name>_FILE` or in `<name>` itself; None if there is none."""
    path, text = os.environ.get(f"{name}_FILE"), os.environ.get(name)
    if path:
        return parse(_from_file(Path(path)))
    return parse(text) if text else None


def parse(text: str) -> Key:
    """The key written in `text`."""
    if not _FORM.fullmatch(text.strip()):
        raise StoreError("A key is 32 printable characters without a blank; this one is not.", _HOW)
    secret = text.strip().encode()
    return Key(hmac.digest(secret, b"recordkit key id", "sha256").hex()[:8], secret)


def _from_file(path: Path) -> str:
    try:
        if not disk.is_private(path):
            raise StoreError(f"The key file {path} can be read by others.", f"Run: chmod 600 {path}")
        return path.read_text(encoding="ascii")
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
    key = find(STORE)
    if key is None:
        raise StoreError(f"This table is encrypted with key {key_id}.", f"Set {STORE}_FILE to the key's file.")
    if key.id != key_id:
        raise StoreError(f"This table is encrypted with key {key_id}; the key given is {key.id}.", f"Set {STORE}_FILE.")
    return pl.ParquetDecryptionProperties(footer_key=key.secret)


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
