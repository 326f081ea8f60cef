"""Every kind of fault we know, each as a function of the world, the tools and the number of the try.

A function breaks one compile (or the store between two) and then asks `World.survives`.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from trials import JULY, World, put, shimmed, strange

from recordkit import store


@dataclass(frozen=True)
class Tools:
    """What this machine offers: the shim, how many store calls a compile makes, may we mount?"""

    shim: Path | None
    calls: int
    mounts: bool


@dataclass(frozen=True)
class Fault:
    """One kind of fault: tries in CI and in the slow suite (0: every call on the store)."""

    name: str
    ci: int
    full: int
    run: Callable[[World, Tools, int, int], None]
    needs: str = ""

    def missing(self, tools: Tools) -> str:
        """Why it cannot be tried here; empty if it can."""
        if self.needs == "shim" and tools.shim is None:
            return "needs a C compiler"
        if self.needs == "mount" and not (tools.mounts and tools.shim):
            return "needs the right to mount"
        return ""

    def tries(self, tools: Tools, full: bool) -> int:
        """How many."""
        return (self.full or tools.calls) if full else self.ci


FAULTS: list[Fault] = []


def fault(name: str, ci: int, full: int, needs: str = "") -> Callable[..., Callable[..., None]]:
    """Register a kind of fault."""

    def register(run: Callable[[World, Tools, int, int], None]) -> Callable[[World, Tools, int, int], None]:
        FAULTS.append(Fault(name, ci, full, run, needs))
        return run

    return register


def _ended_well(done: subprocess.CompletedProcess[str], *codes: int) -> None:
    """An expected exit code, and words instead of a traceback."""
    assert done.returncode in codes, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr, done.stderr


def _at(tools: Tools, number: int, of: int) -> int:
    """The call that is hit by this try: spread evenly over all calls."""
    return 1 + (number * tools.calls) // of


def _call_fails(how: str, sticky: bool) -> Callable[[World, Tools, int, int], None]:
    def run(world: World, tools: Tools, number: int, of: int) -> None:
        assert tools.shim is not None
        root = world.fresh(f"call-{how}")
        at = _at(tools, number, of)
        done = world.run(root, **shimmed(tools.shim, root, at, how, sticky=sticky))
        _ended_well(done, *((-signal.SIGKILL, 0) if how == "kill" else (0, 4)))
        world.survives(root)

    return run


for _how, _sticky, _name in (
    ("kill", False, "kill -9 at the N-th store call"),
    ("eio", False, "N-th store call: I/O error"),
    ("enospc", True, "from the N-th store call on: disk full"),
    ("erofs", True, "from the N-th store call on: read-only"),
    ("eacces", False, "N-th store call: permission denied"),
    ("short", False, "N-th store call: short write"),
):
    fault(_name, 4 if _how == "kill" else 2, 0, "shim")(_call_fails(_how, _sticky))


@fault("kill -9 at a random moment", 5, 300)
def kill_any_time(world: World, tools: Tools, number: int, of: int) -> None:
    """Without any shim: a signal from outside, spread over the whole run."""
    root = world.fresh("killed")
    began = time.monotonic()
    if number == 0:
        world.run(world.fresh("timed"))
        world.seconds = time.monotonic() - began
    process = world.start(root)
    time.sleep(random.Random(number).uniform(0.3, 1.0) * world.seconds)
    process.kill()
    process.communicate()
    world.survives(root)


@fault("full tmpfs", 2, 20, "mount")
def full_disk(world: World, tools: Tools, number: int, of: int) -> None:
    """A real small filesystem without room, which is then given room."""
    place = world.home / "small"
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k,mode=700", "none", place], check=True)
    try:
        root = world.fresh("store", place)
        free = shutil.disk_usage(place).free
        (place / "ballast").write_bytes(b"x" * max(0, free - 4096 * (1 + number * 24 // of)))
        done = world.run(root)
        _ended_well(done, 0, 4)
        (place / "ballast").unlink()
        world.survives(root)
    finally:
        subprocess.run(["umount", place], check=True)


@fault("read-only mount", 1, 3, "mount")
def read_only(world: World, tools: Tools, number: int, of: int) -> None:
    """The store's volume was remounted read-only, as after an error of the disk."""
    place = world.home / "frozen"
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "none", place], check=True)
    try:
        root = world.fresh("store", place)
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        _ended_well(world.run(root), 4)
        world.old_is_whole(root)
        subprocess.run(["mount", "-o", "remount,rw", place], check=True)
        world.survives(root)
    finally:
        subprocess.run(["umount", place], check=True)


@fault("permission denied", 2, 10)
def forbidden(world: World, tools: Tools, number: int, of: int) -> None:
    """Some folder of the store may not be written; root gives up its right to ignore that."""
    root = world.fresh("forbidden")
    place = root / ["editions", "quarantine", "ledger/runs.jsonl", "cache", "."][number % 5]
    before = place.stat().st_mode
    place.chmod(0o500 if place.is_dir() else 0o400)
    done = subprocess.run(
        world.command(root),
        env=world.bare(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_obey_permissions,
    )
    place.chmod(before)
    _ended_well(done, *((0,) if place.name == "cache" else (4,)))
    world.survives(root)


def _obey_permissions() -> None:
    """Drop CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH for what is executed next (prctl PR_CAPBSET_DROP)."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):
        libc.prctl(24, capability, 0, 0, 0)


@fault("clock two years back, or ahead", 2, 10, "shim")
def clock(world: World, tools: Tools, number: int, of: int) -> None:
    """A flat battery on the board: no clock decides anything."""
    assert tools.shim is not None
    root = world.fresh("clock")
    shift = (-63_072_000, 63_072_000)[number % 2] + number
    done = world.run(root, LD_PRELOAD=str(tools.shim), FAULT_CLOCK=str(shift))
    _ended_well(done, 0)
    assert done.stdout.strip() == world.new_id
    world.survives(root)


@fault("two to eight compiles at once", 2, 21)
def race(world: World, tools: Tools, number: int, of: int) -> None:
    """One publishes; the others are told to try later, or find nothing new."""
    root = world.fresh("raced")
    racers = [world.start(root) for _ in range(2 + number % 7)]
    ended = [(*racer.communicate(timeout=120), racer.returncode) for racer in racers]
    assert all(code in (0, 75) for _, _, code in ended), ended
    assert sum(out.strip() == world.new_id for out, _, _ in ended) == 1
    assert all("in use by process" in err for _, err, code in ended if code == 75)
    world.survives(root)


@fault("input vanishes or changes while it is read", 2, 30)
def unsteady_input(world: World, tools: Tools, number: int, of: int) -> None:
    """The edition is of the bytes that were summed, whole; the next run takes what is there then."""
    root, inbox = world.fresh("unsteady"), world.home / "unsteady-inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    shutil.copytree(world.inbox, inbox)
    process = world.start(root, inbox=inbox)
    until = time.monotonic() + random.Random(number).uniform(0.2, 0.8)
    while time.monotonic() < until and process.poll() is None:
        (inbox / "2026-07" / "punjab.csv").unlink(missing_ok=True)
        put(
            inbox,
            "2026-07",
            "punjab.csv",
            JULY + "".join(f"{n}/26,Kasur,Murder,Ehsan\n" for n in range(5, 40)),
        )
    put(inbox, "2026-07", "punjab.csv", JULY)
    out, err = process.communicate(timeout=120)
    _ended_well(subprocess.CompletedProcess([], process.returncode, out, err), 0, 3)
    edition = store.open_edition(root)
    rows = sum(source.rows.accepted for source in edition.manifest.inputs)
    assert edition.scan("cases").explode("source_rows").collect().height == rows
    assert store.verify(root).damage == []
    assert world.run(root, inbox=inbox).returncode == 0


@fault("damaged, cut or deleted cache", 2, 40)
def bad_cache(world: World, tools: Tools, number: int, of: int) -> None:
    """The cache is only a shortcut."""
    root, chance = world.fresh("cache"), random.Random(number)
    files = sorted(path for path in (root / "cache").rglob("*") if path.is_file())
    assert files
    for path in files:
        _damage(path, chance, ("flip", "cut", "drop")[number % 3])
    world.survives(root)


@fault("flipped bit, cut, lost or added file in the edition", 3, 200)
def bad_edition(world: World, tools: Tools, number: int, of: int) -> None:
    """verify finds it, reading refuses it, and compiling the same inputs rebuilds the very bytes."""
    root, chance = world.fresh("bitrot"), random.Random(number)
    assert world.run(root).returncode == 0
    homes = [root / "editions" / world.new_id, root / "quarantine" / world.new_id]
    files = sorted(path for home in homes for path in home.rglob("*") if path.is_file())
    victim = files[number % len(files)]
    how = ("flip", "cut", "drop", "add")[number // len(files) % 4 if of > 20 else number % 4]
    added = {hashlib.sha256(victim.read_bytes()).hexdigest()} if how == "add" else set()
    _damage(victim, chance, how)
    told = store.verify(root)
    assert not told.sound
    rebuild = {source["name"] for source in told.rebuild[world.new_id]}
    assert rebuild == {"punjab.csv"}
    world.next_run_completes(root)
    # What somebody else put there is not deleted: it stands beside the edition.
    assert set({**strange(root / "editions"), **strange(root / "quarantine")}.values()) == added


@fault("interrupted or damaged pointer", 2, 20)
def bad_pointer(world: World, tools: Tools, number: int, of: int) -> None:
    """`current` is empty, torn, noise, gone, or names what is not there; the ledger knows better."""
    root = world.fresh("pointer")
    pointer = root / "current"
    kinds = (b"", world.old_id[:9].encode(), b"\0" * 20, None, b"2026-01-r1-00000000\n")
    pointer.unlink()
    if kinds[number % 5] is not None:
        pointer.write_bytes(kinds[number % 5] or b"")
    with pytest.raises(store.StoreDamaged, match="current"):
        store.open_edition(root)
    world.next_run_completes(root)


@fault("torn last line of the ledger", 2, 12)
def torn_ledger(world: World, tools: Tools, number: int, of: int) -> None:
    """An append that was cut off: never confirmed, so skipped and reported."""
    root = world.fresh("torn")
    for book in store.ledger.BOOKS:
        with store.ledger.path(root, book).open("ab") as file:
            file.write((b'{"at":"20', b"\0\0\0\0", b'{"at":"2026","who":"x"')[number % 3])
    assert any("torn" in note for note in store.verify(root).notes)
    world.survives(root)


@fault("power cut (ext4 on a loop device, at the N-th store call)", 2, 0, "mount")
def power_cut(world: World, tools: Tools, number: int, of: int) -> None:
    """The process stops at a call, the disk is copied as it is, and a machine wakes up with the copy.

    The first try lets the compile end: what it has called published must be on the disk.
    """
    assert tools.shim is not None
    image, copy, place = world.home / "disk.img", world.home / "copy.img", world.home / "disk"
    place.mkdir(exist_ok=True)
    image.unlink(missing_ok=True)
    with image.open("wb") as file:
        file.truncate(24 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    subprocess.run(["mount", "-o", "loop", image, place], check=True)
    try:
        root = world.fresh("store", place)
        subprocess.run(["sync", "-f", place], check=True)
        at = _at(tools, number, of) if number else 0
        process = world.start(root, **shimmed(tools.shim, root, at, "stop"))
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        shutil.copyfile(image, copy)
        process.kill()
        process.communicate()
    finally:
        subprocess.run(["umount", place], check=True)
    subprocess.run(["mount", "-o", "loop", copy, place], check=True)
    try:
        shutil.rmtree(place / "lost+found")
        if number == 0:
            assert store.current_id(place / "store") == world.new_id
        world.survives(place / "store")
    finally:
        subprocess.run(["umount", place], check=True)


def _damage(path: Path, chance: random.Random, how: str) -> None:
    """Flip a bit, cut, drop a file, or add one beside it."""
    data = bytearray(path.read_bytes())
    if how == "flip" and data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
    elif how == "cut":
        path.write_bytes(data[: chance.randrange(len(data))])
    elif how == "add":
        (path.parent / "part-99999.parquet").write_bytes(bytes(data))
    else:
        path.unlink()
