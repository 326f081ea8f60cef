"""Archives, bombs, and files that are no tables."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile

import books
from suite import LOUD, Case, Table, case, table

from recordkit.readers import Limits

CSV = b"a,b\n1,2\n"
MEANT: Table = table([["a", "b"], ["1", "2"]])
SMALL = Limits(ratio_floor=1 << 20, expanded_bytes=64 << 20, members=20)


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _lying() -> bytes:
    data = bytearray(zipped({"a.csv": b"1,2\n" * (4 << 20)}))
    size = (16 << 20).to_bytes(4, "little")
    while size in data:
        at = data.index(size)
        data[at : at + 4] = (1000).to_bytes(4, "little")
    return bytes(data)


def _nested(times: int) -> bytes:
    data = CSV
    for n in range(times):
        data = zipped({f"{n}.zip" if n else "a.csv": data})
    return data


def _locked() -> bytes:
    data = bytearray(zipped({"a.csv": CSV}))
    for magic, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(magic) + offset] |= 1
    return bytes(data)


def _link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(CSV)
        archive.addfile(info, io.BytesIO(CSV))
    return out.getvalue()


def _archives() -> list[Case]:
    return [
        case("gzip", "x.csv.gz", gzip.compress(CSV), MEANT),
        case("gzip named .csv", "x.csv", gzip.compress(CSV), MEANT),
        case("gzip of two parts", "x.csv.gz", gzip.compress(CSV) + gzip.compress(b"3,4\n"), {**MEANT, 3: ["3", "4"]}),
        case("gzip with zeros behind", "x.csv.gz", gzip.compress(CSV) + bytes(512), MEANT),
        case("gzip with rubbish behind", "x.csv.gz", gzip.compress(CSV) + b"rubbish", MEANT, "RK103", LOUD),
        case("gzip of a workbook", "x.xls.gz", gzip.compress(books.xls([["a", "b"], ["1", "2"]])), {"Sheet": MEANT}),
        case("zip of several", "x.zip", zipped({"in/a.csv": CSV, "b.xlsx": books.xlsx([["a", "b"], [1, 2]]), "c.csv.gz": gzip.compress(CSV)}),
             {"in/a.csv": MEANT, "b.xlsx!Sheet": MEANT, "c.csv.gz": MEANT}),
        case("zip with clutter", "x.zip", zipped({"a.csv": CSV, "__MACOSX/._a.csv": b"\0\1", ".DS_Store": b"x", "folder/": b""}), {"a.csv": MEANT}),
        case("zip in a zip", "x.zip", _nested(2), {"1.zip/a.csv": MEANT}),
        case("zip named .csv", "x.csv", zipped({"a.csv": CSV}), {"a.csv": MEANT}),
        case("Urdu names in a zip", "x.zip", zipped({"جولائی.csv": CSV}), {"جولائی.csv": MEANT}),
    ]  # fmt: skip


NOTHING_SENT = b"From: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n"


def _hostile() -> list[Case]:
    up = {
        f"path out of a zip: {name}": zipped({name: CSV, "ok.csv": CSV})
        for name in ("../up.csv", "/etc/x.csv", "a/../../b.csv", "..\\up.csv", "C:\\x.csv")
    }
    noise = random.Random(7).randbytes(4000)
    bomb = zipped(
        {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * (32 << 20)}
    )
    small = {"limits": SMALL}
    found = [case(name, "x.zip", data, {"ok.csv": MEANT}, "RK106") for name, data in up.items()]
    return [
        *found,
        case("link in a zip", "x.zip", _link(), {}, "RK106"),
        Case("gzip bomb", "x.csv.gz", gzip.compress(b"1,2\n" * (4 << 20)), {"": MEANT}, frozenset({"RK105"}), LOUD, small),
        Case("zip bomb", "x.zip", zipped({"a.csv": b"1,2\n" * (4 << 20)}), {"": MEANT}, frozenset({"RK105"}), LOUD, small),
        Case("zip bomb that lies", "x.zip", _lying(), {"a.csv": MEANT}, frozenset({"RK103"}), LOUD, small),
        Case("workbook bomb", "x.xlsx", bomb, {"": MEANT}, frozenset({"RK105"}), LOUD, small),
        Case("a zip of too many", "x.zip", zipped({f"{n}.csv": CSV for n in range(30)}), {"": MEANT}, frozenset({"RK105"}), LOUD, small),
        case("zips in zips in zips", "x.zip", _nested(6), {"5.zip/4.zip": MEANT}, "RK105", LOUD),
        case("a zip with a password", "x.zip", _locked(), {"a.csv": MEANT}, "RK102", LOUD),
        case("gzip cut off", "x.csv.gz", gzip.compress(CSV * 500)[:-9], MEANT, "RK103", LOUD),
        case("zip cut off", "x.zip", zipped({"a.csv": CSV * 500})[:-30], MEANT, "RK103", LOUD),
        case("an empty zip", "x.zip", zipped({}), MEANT, "RK126", LOUD),
        case("an empty file in a zip", "x.zip", zipped({"a.csv": b"", "b.csv": CSV}), {"b.csv": MEANT}, "RK126"),
        case("a tar archive", "x.tar.gz", gzip.compress(_tar()), MEANT, "RK130", LOUD),
        case("an empty file", "x.csv", b"", MEANT, "RK126", LOUD),
        case("noise", "x.csv", noise, MEANT, "RK128", LOUD),
        case("a PDF named .csv", "x.csv", b"%PDF-1.7\nrest", MEANT, "RK130", LOUD),
        case("a picture named .xls", "x.xls", b"\x89PNG\r\n\x1a\nrest", MEANT, "RK130", LOUD),
        *[
            case(f"{name} named .csv", "x.csv", data, MEANT, "RK130", LOUD)
            for name, data in {
                "JSON": b'[\n  {"no": 1, "name": "Ali"},\n  {"no": 2}\n]', "JSON lines": b'{"no": 1}\n{"no": 2}\n',
                "XML": b"<?xml version='1.0'?><r><a>1</a></r>", "SYLK": b'ID;PWXL\r\nC;Y1;X1;K"a"\r\nE\r\n',
                "DIF": b'TABLE\n0,1\n"EXCEL"\n',
                "flat OpenDocument": b"<?xml version='1.0'?><office:document><office:body><table:table/></office:body></office:document>",
            }.items()
        ],
        case("a web archive of nothing", "x.csv", NOTHING_SENT, {"attachment 1": MEANT}, "RK126", LOUD),
        case("zeros only", "x.csv", bytes(3000), MEANT, "RK128", LOUD),
    ]  # fmt: skip


CASES = [*_archives(), *_hostile()]
