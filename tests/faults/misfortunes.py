"""What may befall a real store between two runs of the real command line: each misfortune is a function.

It gets the place and a seeded chance, does harm, and says what the next run may answer. `Place` asks the same of all:
the editions from before are whole or their damage is named, the next run makes what an undisturbed store has, no row
and no line of the ledger is lost, nothing is left behind, and nobody's name is in what was said.
"""

from __future__ import annotations

import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from trials import contents

from recordkit import store

Misfortune = Callable[["Place", random.Random], None]
ALL: list[Misfortune] = []
OUT = ("Traceback", "internal error", "panicked", "Exception ignored")


def misfortune(done: Misfortune) -> Misfortune:
    """Register one."""
    ALL.append(done)
    return done


@dataclass
class Place:
    """A store to harm, its inbox, and what an undisturbed store makes of the inbox."""

    home: Path
    source: Path
    inbox: Path
    base: Path
    whole: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    seconds: float = 1.0

    @property
    def root(self) -> Path:
        return self.home / "store"

    @property
    def old(self) -> dict[str, str]:
        return published(self.base)

    def fresh(self) -> Path:
        """A copy of the store, as it was before the month that is new."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.base, self.root, symlinks=True)
        return self.root

    def start(self, *arguments: str | Path, tail: str = "", rights: bool = True) -> subprocess.Popen[str]:
        """A command with what cron gives it. tail: redirections. rights: may root ignore owners and modes?"""
        command = [sys.executable, "-m", "recordkit", *map(str, arguments)]
        shell = ["bash", "-c", f'exec "$0" "$@" {tail}', *command]
        return subprocess.Popen(
            shell, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(self.source), "TMPDIR": str(self.home / "tmp")},
            cwd=self.home / "cwd", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=None if rights else _obeying, errors="replace",
        )  # fmt: skip

    def ended(self, process: subprocess.Popen[str], *codes: int) -> str:
        """What it said on standard error; with an exit code that was expected, and nobody's name."""
        _, err = process.communicate(timeout=600)
        assert process.returncode in codes, (process.args, process.returncode, err)
        assert not [word for word in (*OUT, *self.names) if word in err], err
        return err

    def run(self, *arguments: str | Path, codes: tuple[int, ...] = (0,), **how: object) -> str:
        """A command to its end."""
        return self.ended(self.start(*arguments, **how), *codes)  # type: ignore[arg-type]

    def compile(self, *codes: int, inbox: Path | None = None, **how: object) -> str:
        """As the crontab has it."""
        return self.run("compile", inbox or self.inbox, "--to", self.root, "-q", codes=codes or (0,), **how)

    def compiling(self) -> subprocess.Popen[str]:
        return self.start("compile", self.inbox, "--to", self.root, "-q")

    def wait(self, chance: random.Random) -> None:
        """To some moment of a compile."""
        time.sleep(chance.uniform(0.2, 1.0) * self.seconds)

    def keeps_the_old(self) -> None:
        """Nothing of an edition from before was touched, and it can be read."""
        now = published(self.root)
        assert {name: now.get(name) for name in self.old} == self.old
        store.open_edition(self.root).scan("cases").collect()

    def goes_on(self) -> None:
        """The next run ends well, with the bytes of an undisturbed store."""
        seen = {book: store.ledger.read(self.root, book).entries for book in store.ledger.BOOKS}
        given = contents(self.inbox)
        self.compile(0)
        assert published(self.root) == self.whole
        told = store.verify(self.root)
        assert told.damage == []
        for book, entries in seen.items():
            assert store.ledger.read(self.root, book).entries[: len(entries)] == entries
        assert contents(self.inbox) == given
        self.leaves_nothing()

    def leaves_nothing(self) -> None:
        """No working folder, nothing in the places that are not ours."""
        assert not list(self.root.glob("**/.tmp/*"))
        assert not [*(self.home / "tmp").iterdir(), *(self.home / "cwd").iterdir()]
        assert not [path for path in self.root.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o077]


def published(root: Path) -> dict[str, str]:
    """Name and sum of every file of every edition."""
    told = contents(root)
    return {name: total for name, total in told.items() if name.startswith(("editions/", "quarantine/"))}


def _obeying() -> None:
    """Root gives up chown, dac_override, dac_read_search and fowner for what is executed next."""
    libc = ctypes.CDLL(None)
    for capability in range(4):
        libc.prctl(24, capability, 0, 0, 0)


def harm(path: Path, chance: random.Random) -> str:
    """Do something bad to one file; returns what."""
    data = bytearray(path.read_bytes())
    how = chance.choice(("flip", "flip", "cut", "empty", "noise", "grow", "gone", "link", "pipe", "folder"))
    if how == "flip" and data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif how == "cut" and data:
        data = data[: chance.randrange(len(data))]
    elif how in ("flip", "cut", "noise"):
        data = bytearray(chance.randbytes(90))
    elif how == "grow":
        data += chance.randbytes(9)
    elif how != "empty":
        path.unlink()
        if how == "link":
            path.symlink_to("/etc/hostname")
        elif how == "pipe":
            os.mkfifo(path, 0o600)
        elif how == "folder":
            path.mkdir(0o700)
        return how
    path.write_bytes(b"" if how == "empty" else data)
    return how


@misfortune
def killed_again_and_again(place: Place, chance: random.Random) -> None:
    place.fresh()
    for _ in range(chance.randint(1, 3)):
        process = place.compiling()
        place.wait(chance)
        process.send_signal(chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)))
        place.ended(process, 0, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP)
        place.keeps_the_old()
    place.goes_on()


@misfortune
def interrupted_at_the_keyboard(place: Place, chance: random.Random) -> None:
    place.fresh()
    process = place.compiling()
    place.wait(chance)
    process.send_signal(signal.SIGINT)
    place.ended(process, 0, 130, -signal.SIGINT)
    place.keeps_the_old()
    place.goes_on()


@misfortune
def several_at_once_and_one_killed(place: Place, chance: random.Random) -> None:
    root = place.fresh()
    racers = [place.compiling() for _ in range(chance.randint(2, 5))]
    reader = place.start("report", root, "--format", "json")
    place.wait(chance)
    racers[0].kill()
    for racer in racers:
        place.ended(racer, 0, 75, -signal.SIGKILL)
    place.ended(reader, 0)
    place.goes_on()


@misfortune
def a_file_becomes_something_else_while_it_is_read(place: Place, chance: random.Random) -> None:
    """A pipe must not be waited for; half a file that came in is withdrawn again, and no row is lost."""
    root, inbox = place.fresh(), place.home / "unsteady"
    shutil.rmtree(inbox, ignore_errors=True)
    shutil.copytree(place.inbox, inbox)
    victim = max(inbox.rglob("*.csv"))
    data = victim.read_bytes()
    process = place.start("compile", inbox, "--to", root, "-q")
    until = time.monotonic() + chance.uniform(0.5, 1.0) * place.seconds
    while time.monotonic() < until and process.poll() is None:
        victim.unlink(missing_ok=True)
        how = chance.choice(("pipe", "link", "half", "gone", "back"))
        if how == "pipe":
            os.mkfifo(victim)
        elif how == "link":
            victim.symlink_to("/etc/hostname")
        elif how != "gone":
            victim.write_bytes(data if how == "back" else data[: len(data) // 2])
        time.sleep(0.05)
    place.ended(process, 0, 3)
    victim.unlink(missing_ok=True)
    victim.write_bytes(data)
    whole = {store.open_edition(place.home / "whole").manifest.inputs[at].sha256 for at in range(2)}
    for source in store.open_edition(root).manifest.inputs:
        if source.sha256 not in whole:
            place.run("withdraw", root, source.sha256, "--why", "half a file")
    place.run("compile", inbox, "--to", root, "-q")
    wanted = store.open_edition(place.home / "whole").manifest.inputs
    assert store.open_edition(root).manifest.inputs == wanted
    assert store.verify(root).damage == []
    place.leaves_nothing()


@misfortune
def files_of_the_new_edition_rot(place: Place, chance: random.Random) -> None:
    """Any number in any way: verify finds it, and one compile gives back the very bytes."""
    root = place.fresh()
    place.compile(0)
    name = store.current_id(root)
    files = [path for home in ("editions", "quarantine") for path in (root / home / str(name)).rglob("*.*")]
    for path in chance.sample([path for path in files if path.is_file()], chance.choice((1, 2, 5))):
        harm(path, chance)
    place.run("verify", root, codes=(1,))
    place.run("report", root, codes=(0, 4))
    place.goes_on()


@misfortune
def files_of_the_ledger_rot(place: Place, chance: random.Random) -> None:
    """verify says so, no entry that is left goes, and with the copy of the ledger all is as it was."""
    root = place.fresh()
    victim = chance.choice([path for path in (root / "ledger").iterdir() if path.is_file()])
    before = victim.read_bytes()
    harm(victim, chance)
    changed = not victim.is_file() or victim.is_symlink() or victim.read_bytes() != before
    told = store.verify(root)
    named = [damage.path for damage in told.damage] + told.notes
    assert not changed or any(victim.stem in one for one in named), named
    place.run("report", root, codes=(0, 4))
    place.compile(0, 4)
    place.keeps_the_old()
    place.fresh()
    place.goes_on()


@misfortune
def rubbish_in_every_working_place(place: Place, chance: random.Random) -> None:
    root = place.fresh()
    temps = [home / ".tmp" for home in (root, root / "editions", root / "quarantine", root / "cache", root / "ledger")]
    for temp in temps:
        (temp / "-rf").mkdir(parents=True, mode=0o700)
        (temp / "0123456789abcdef").mkdir()  # as we name what is unfinished
        for folder in (temp, temp / "0123456789abcdef"):
            (folder / "a\nb").write_text("Zq")
            (folder / "away").symlink_to("/etc")
    for path in [*(root / "cache").glob("??/*/*"), root / "run.json", root / "run.prom"]:
        if chance.random() < 0.7:
            harm(path, chance)
    (root / "lock").write_bytes(chance.randbytes(50))
    (root / "current").write_bytes(chance.choice((b"", b"2026-0", b"\0" * 9)))
    place.compile(0)
    for temp in temps:  # what has not our names is not ours to delete
        assert {path.name for path in temp.iterdir()} == {"-rf", "a\nb", "away"}
        shutil.rmtree(temp)
    (root / "quarantine" / ".tmp").mkdir(mode=0o700)
    place.goes_on()


@misfortune
def the_cache_goes_while_it_is_used(place: Place, chance: random.Random) -> None:
    root = place.fresh()
    process = place.compiling()
    place.wait(chance)
    shutil.rmtree(root / "cache", ignore_errors=True)
    place.ended(process, 0, 4)
    place.keeps_the_old()
    place.goes_on()


@misfortune
def a_part_belongs_to_somebody_else(place: Place, chance: random.Random) -> None:
    root = place.fresh()
    parts = (".", "editions", "ledger", "ledger/runs.jsonl", "cache", "quarantine", "lock", "current", ".tmp")
    part = root / chance.choice(parts)
    for path in (part, *part.rglob("*")):
        os.lchown(path, 4242, 4242)
    place.compile(0, 2, 4, rights=False)
    place.run("verify", root, codes=(0, 1, 2, 4), rights=False)
    place.run("report", root, codes=(0, 2, 4), rights=False)
    for path in (root, *root.rglob("*")):
        os.lchown(path, 0, 0)
    place.keeps_the_old()
    place.goes_on()


@misfortune
def nobody_hears_it(place: Place, chance: random.Random) -> None:
    """Streams closed, full or broken: what was published stands, and the old is whole."""
    place.fresh()
    tail = chance.choice((">&-", "2>&-", "<&- >&- 2>&-", "> /dev/full", ">/dev/full 2>/dev/full", "> >(true)"))
    place.compile(0, 2, tail=tail)
    place.keeps_the_old()
    place.goes_on()


@misfortune
def other_commands_are_killed(place: Place, chance: random.Random) -> None:
    """Whatever they make is there whole or not at all after they ran again, and no hidden folder is left."""
    root, out = place.fresh(), place.home / "given"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    command = chance.choice((
        ("validate", place.inbox, "--annotate", out), ("verify", root), ("review", root, "--export", out / "pairs.xlsx"),
        ("report", root, "--html", out / "r.html", "--xlsx", out / "r.xlsx"), ("diff", root),
        ("dedupe", place.inbox, "-o", out / "people.parquet"), ("retain", root, "--keep", "9"),
    ))  # fmt: skip
    process = place.start(*command)
    place.wait(chance)
    process.kill()
    place.ended(process, 0, 1, -signal.SIGKILL)
    place.run(*command, codes=(0, 1))
    assert not [path for path in out.rglob("*") if path.name.startswith(".")]
    place.goes_on()


@misfortune
def retention_is_killed(place: Place, chance: random.Random) -> None:
    """An edition that was let go leaves no quarantine, and everything that stays is whole."""
    root = place.fresh()
    place.compile(0)
    place.run("withdraw", root, "CRMS_Persons_202608.csv", "--why", "sent twice")
    place.compile(0)
    place.run("withdraw", root, "CRMS_Persons_202608.csv", "--why", "mistake", "--back")
    place.compile(0)
    before = set(store.editions(root))
    process = place.start("retain", root, "--keep", "1")
    place.wait(chance)
    process.kill()
    place.ended(process, 0, -signal.SIGKILL)
    assert store.verify(root).damage == []
    place.run("retain", root, "--keep", "1")
    with store.writing(root):
        pass
    kept = set(store.editions(root))
    assert kept < before
    assert {path.name for path in (root / "quarantine").iterdir() if path.name != ".tmp"} <= kept
    assert store.verify(root).damage == []
    place.compile(0)
    place.leaves_nothing()
