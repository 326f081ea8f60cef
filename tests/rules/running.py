"""Runs the example of a rule about files through the real stages; gives the codes found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from builders import BUILDERS

from recordkit import declarations, ingest, pipeline, readers, store

DIRS = [declarations.PACKAGED, Path(__file__).parent / "schemas"]
SENDERS = {"statement": "example_statement", "volume": "example_volume", "cro": "cro", "linked": "example_linked",
           "counted": "example_counted"}  # fmt: skip


def content(example: dict[str, Any]) -> bytes:
    """The bytes of an example."""
    if "build" in example:
        return BUILDERS[example["build"]]()
    if "hex" in example:
        return bytes.fromhex(example["hex"])
    return str(example["text"]).encode()


def placed(example: dict[str, Any], folder: Path) -> Path:
    """The example as a file."""
    path = folder / str(example["name"])
    path.write_bytes(content(example))
    return path


def read(example: dict[str, Any], folder: Path) -> set[str]:
    """Codes of reading alone."""
    found = readers.open_all(placed(example, folder), encoding=example.get("encoding"))
    issued = {code for one in found for code in one.issues.get_column("code")}
    apart = {code for one in found for sheet in one.sheets for code in sheet.ragged().get_column("code")}
    return issued | apart


def received(example: dict[str, Any], folder: Path, declared: ingest.Declarations) -> set[str]:
    """Codes of all row stages, reasons of skipped rows included."""
    return {code for one in done(example, folder, declared) for code in one.issues.get_column("code")}


def done(
    example: dict[str, Any], folder: Path, declared: ingest.Declarations, keep: ingest.Keep = ingest.keep_nothing
) -> list[ingest.Received]:
    """An example's file after all row stages."""
    path = placed(example, folder)
    return list(ingest.receive(path, declared, agency=_sender(example), received="2026-07", keep=keep))


def _sender(example: dict[str, Any]) -> str | None:
    return None if example.get("any_agency") else SENDERS.get(str(example["name"]).split("_")[0], "example")


def compiled(example: dict[str, Any], folder: Path, declared: ingest.Declarations) -> set[str]:
    """Codes in the issues of the edition that a small inbox gives."""
    for name, text in example["files"].items():
        path = folder / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    pipeline.compile([folder / "inbox"], folder / "store", declared, through=None, starting=lambda _: lambda _: None)
    issues = store.open_edition(folder / "store").scan("issues").collect()
    return set(issues.get_column("code"))
