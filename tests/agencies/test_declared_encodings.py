"""What a format declares about its bytes counts where the bytes themselves prove nothing."""

from __future__ import annotations

from pathlib import Path

from recordkit import declarations
from recordkit.ingest import declare, receive

DECLARATION = """
id = "bytes"
name = "Bytes"
kind = "police"
[[format]]
id = "register"
unit = "case"
file = { kinds = ["delimited"], encodings = ["cp1252"] }
columns = [{ field = "fir_no", required = true }, { field = "police_station", required = true }, { field = "remarks" }]
"""


def received(folder: Path, content: bytes) -> tuple[str | None, int, int]:
    home = folder / "mine" / "agencies"
    home.mkdir(parents=True, exist_ok=True)
    (home / "bytes.toml").write_text(DECLARATION, encoding="utf-8")
    (folder / "list.csv").write_bytes(content)
    (one,) = receive(folder / "list.csv", declare([declarations.PACKAGED, folder / "mine"]))
    return one.encoding, one.tally.accepted, one.tally.quarantined


def lines(*remarks: bytes) -> bytes:
    rows = [b"%d/2026,City,%s\n" % (at, remark) for at, remark in enumerate(remarks, 1)]
    return b"FIR No,PS,Remarks\n" + b"".join(rows)


def test_odd_bytes_that_nothing_explains_are_read_as_declared(tmp_path: Path) -> None:
    odd = [b"plain"] * 20 + [b"\xa5\xd0", b"\xa4\xa6\xa5", b"x\xd0y\xa5", b"\xbc\xbe\xa5\xd0", b"\xa6\xa4", b"\xd0\xd0\xa5"]
    assert received(tmp_path, lines(*odd)) == ("cp1252", 26, 0)


def test_unicode_with_a_broken_line_stays_unicode(tmp_path: Path) -> None:
    mixed = ["نامعلوم".encode()] * 20 + [b"\xa5\xd0"]
    assert received(tmp_path, lines(*mixed)) == ("utf-8", 20, 1)
