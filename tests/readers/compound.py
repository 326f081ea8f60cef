"""A small compound file (OLE) of named streams, as Outlook writes its letters: for tests, never for reading."""

from __future__ import annotations

import struct

SECTOR, MINI, LEAST = 512, 64, 4096
END, FREE, FAT, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


def compound(streams: dict[tuple[str, ...], bytes]) -> bytes:
    """The bytes of a compound file with these streams; the first parts of a path are its folders."""
    entries: list[list[object]] = [["Root Entry", 5, NONE, 0, b""]]  # name, type, child, parent, content
    at: dict[tuple[str, ...], int] = {(): 0}
    for path, content in sorted(streams.items()):
        for depth in range(1, len(path) + 1):
            if path[:depth] not in at:
                at[path[:depth]] = len(entries)
                whole = depth == len(path)
                entries.append([path[depth - 1], 2 if whole else 1, NONE, at[path[: depth - 1]], content if whole else b""])
    body, table, starts = _laid_out(entries)
    right = [NONE] * len(entries)
    for one in range(1, len(entries)):  # children of a folder as a chain to the right
        parent = int(str(entries[one][3]))
        if entries[parent][2] == NONE:
            entries[parent][2] = one
        else:
            last = int(str(entries[parent][2]))
            while right[last] != NONE:
                last = right[last]
            right[last] = one
    return _file(entries, right, starts, body, table)


def _laid_out(entries: list[list[object]]) -> tuple[list[bytes], dict[str, list[int]], list[tuple[int, int]]]:
    """Sectors of the streams; chains of the FAT and of the mini FAT; first sector and size of every entry."""
    mini, small, fat, body = b"", [], [], []
    starts: list[tuple[int, int]] = []
    for _, kind, _, _, content in entries:
        assert isinstance(content, bytes)
        if kind != 2 or not content:
            starts.append((END, 0))
        elif len(content) < LEAST:
            count, first = -(-len(content) // MINI), len(small)
            small += [*range(first + 1, first + count), END]
            mini += content.ljust(count * MINI, b"\0")
            starts.append((first, len(content)))
        else:
            starts.append((_put(content, body, fat), len(content)))
    starts[0] = (_put(mini, body, fat) if mini else END, len(mini))
    return body, {"fat": fat, "mini": small}, starts


def _put(content: bytes, body: list[bytes], fat: list[int]) -> int:
    first, count = len(body), -(-len(content) // SECTOR)
    body += [content[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(content), SECTOR)]
    fat += [*range(first + 1, first + count), END]
    return first


def _file(
    entries: list[list[object]], right: list[int], starts: list[tuple[int, int]], body: list[bytes],
    table: dict[str, list[int]],
) -> bytes:  # fmt: skip
    fat = table["fat"]
    names = b"".join(_entry(one, right[at], starts[at]) for at, one in enumerate(entries))
    folder = _put(names.ljust(-(-len(names) // SECTOR) * SECTOR, b"\0"), body, fat)
    minis = struct.pack(f"<{len(table['mini'])}I", *table["mini"])
    mini = _put(minis.ljust(-(-len(minis) // SECTOR) * SECTOR, b"\xff"), body, fat) if minis else END
    sectors = 1
    while sectors * 128 < len(fat) + sectors:
        sectors += 1
    first = len(body)
    fat += [FAT] * sectors
    packed = struct.pack(f"<{len(fat)}I", *fat).ljust(sectors * SECTOR, b"\xff")
    body += [packed[at : at + SECTOR] for at in range(0, len(packed), SECTOR)]
    difat = [*range(first, first + sectors), *[FREE] * (109 - sectors)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, sectors, folder, 0, LEAST, mini, -(-len(minis) // SECTOR), END, 0)
    return header + struct.pack("<109I", *difat) + b"".join(body)


def _entry(entry: list[object], right: int, start: tuple[int, int]) -> bytes:
    name, kind, child = str(entry[0]).encode("utf-16-le") + b"\0\0", entry[1], entry[2]
    made = name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name), kind, 1, NONE, right, child)
    return made + b"\0" * 36 + struct.pack("<IQ", start[0], start[1])
