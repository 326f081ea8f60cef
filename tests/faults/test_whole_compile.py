"""The real compile, as cron runs it: bare environment, canaries, kills, walking back."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import polars as pl
import pytest
from trials import PROJECT, build_shim, contents, frozen_code, shimmed

from recordkit import store
from recordkit.cli import app
from recordkit.store import tracing
from recordkit.store.figure_records import CELL, counted

pytestmark = pytest.mark.xdist_group("office")  # one process: the office is made once for all of them

# Direct identifiers that no file of a sender has by chance.
CANARIES = [
    "Zqname", "Zqfather", "Zqroad", "Zqextra", "Zqzip", "35202-8877665-1", "3520288776651",
    "0300-5544332", "03005544332", "+923005544332",
]  # fmt: skip
ROWS = """\
90,Lahore,PS Kahna,701,2026,03/07/2026,302 PPC,Zqname Khan,S/O Zqfather,Khan,35202-8877665-1,0300-5544332,01/01/1998,M,Zqroad Lahore,ACC,On bail,a.jpg
91,Lahore,PS Kahna,none,2026,03/07/2026,302 PPC,Zqname Two,S/O Zqfather,Khan,3520288776651,03005544332,01/01/1998,M,Zqroad,ACC,On bail,b.jpg
92,Lahore,PS Kahna,702,2026,33/07/2026,302 PPC,<b>Zqname</b> Three,W/O Zqfather,,35202-8877665-10,0300-55443322,31/02/1999,M,Zqroad,ACC,,
93,Lahore,PS Kahna,703,2026,03/07/2026,302 PPC,"Zqname, Four"
94,Lahore,PS Kahna,704,2026,03/07/2026,302 PPC,Zqname Five,S/O X,,35202-8877665-1,0300-5544332,01/01/1998,M,Zqroad,ACC,On bail,a.jpg,Zqextra
"""
NEXT = "95,Lahore,PS Kahna,801,2026,03/08/2026,379 PPC,Zqname Six,S/O Zqfather,,,,,M,Zqroad,ACC,On bail,a.jpg\n"


@dataclass(frozen=True)
class Office:
    """A records office: code, inbox, a store with one edition, and everything that its runs said."""

    home: Path
    source: Path
    said: list[str]

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def root(self) -> Path:
        return self.home / "store"

    def start(self, *arguments: str | Path, **extra: str) -> subprocess.Popen[str]:
        """The command line with nothing in its environment but what cron gives, and a umask that hides nothing."""
        bare = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(self.source), "TMPDIR": str(self.home / "tmp")}
        return subprocess.Popen(
            [sys.executable, "-m", "recordkit", *map(str, arguments)],
            env={**bare, **extra}, cwd="/", preexec_fn=_open_to_all, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *arguments: str | Path, **extra: str) -> tuple[int, str, str]:
        """Run to the end; remembers all that was said."""
        process = self.start(*arguments, **extra)
        out, err = process.communicate(timeout=300)
        self.said.append(out + err)
        return process.returncode, out, err

    def here(self, *arguments: str | Path) -> tuple[int, str, str]:
        """`run` in this process: for what the process itself has no part in."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = app.run([str(one) for one in arguments])
        self.said.append(out.getvalue() + err.getvalue())
        return code, out.getvalue(), err.getvalue()

    def compile(self, root: Path | None = None, **extra: str) -> tuple[int, str, str]:
        """As the crontab of the how-to has it."""
        return self.run("compile", self.inbox, "--to", root or self.root, "--format", "jsonl", "-q", **extra)


def _open_to_all() -> None:
    os.umask(0)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    home = tmp_path_factory.mktemp("office")
    sample = PROJECT / "sample_data" / "inbox" / "2026-07" / "CRMS_Persons_202607.csv"
    lines = sample.read_text(encoding="utf-8").splitlines(keepends=True)
    for name in ("inbox/2026-07", "tmp"):
        (home / name).mkdir(parents=True)
    (home / "inbox/2026-07/CRMS_Persons_202607.csv").write_text("".join(lines[:8]) + ROWS, encoding="utf-8")
    made = Office(home, frozen_code(tmp_path_factory), [])
    code, out, err = made.compile()
    assert code == 0, (out, err)
    return made


def test_a_bare_run_prints_one_json_line_and_nothing_else(office: Office) -> None:
    code, out, err = office.compile()
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert json.loads(out)["published"] is None
    assert store.run_status.last(office.root)["exit"] == 0
    assert (office.root / "run.prom").is_file()
    heads = json.loads(out)["ledger"]
    assert store.run_status.last(office.root)["ledger"] == heads
    for book, head in heads.items():
        lines = (office.root / "ledger" / f"{book}.jsonl").read_bytes().splitlines()
        [line] = [line for line in lines if f'"seq":{head.split()[0]},'.encode() in line]
        assert hashlib.sha256(line).hexdigest() == head.split()[1]
    assert "runs" in heads


def test_running_twice_is_the_same_as_running_once(office: Office) -> None:
    before = contents(office.root / "editions")
    office.compile()
    assert contents(office.root / "editions") == before


def test_an_edition_is_reproduced_elsewhere_byte_by_byte(office: Office) -> None:
    """From its inputs, the same declarations and the same code; nobody else may read the result, whatever the umask
    is, and a shim kills whatever opens a file in the temporary folder for writing.
    """
    elsewhere = office.home / "elsewhere"
    shim = build_shim(office.home)
    watched = shimmed(shim, office.home / "tmp", 1, "kill", sticky=True) if shim else {}
    code, _, err = office.compile(elsewhere, **watched)
    assert code == 0, err
    first = store.editions(office.root)[0]
    assert store.editions(elsewhere) == [first]
    assert contents(elsewhere / "editions") == contents(office.root / "editions")
    for path in [elsewhere, *elsewhere.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.slow
def test_a_compile_needs_no_network(office: Office) -> None:
    if not (shutil.which("unshare") and os.geteuid() == 0):
        pytest.skip("needs unshare and root")
    root = office.home / "offline"
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-m", "recordkit", "compile", office.inbox, "--to", root],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(office.source)}, check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert store.editions(root) == store.editions(office.root)[:1]


def test_a_locked_store_is_told_in_words_for_mail_and_exits_75(office: Office) -> None:
    with store.writing(office.root):
        code, out, err = office.compile()
    assert (code, out) == (75, "")
    assert f"Edition {store.current_id(office.root)} stands unchanged" in err
    assert "in use by process" in err


def test_an_unreadable_file_does_not_stop_the_others_and_exits_3(office: Office) -> None:
    root = office.home / "three"
    broken = office.inbox / "2026-07" / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04Zqzip 35202-8877665-1")
    try:
        code, out, err = office.here("compile", office.inbox, "--to", root, "--format", "jsonl")
    finally:
        broken.unlink()
    assert code == 3
    assert "broken.xlsx" in err
    assert json.loads(out)["rows_accepted"] > 0


def test_every_count_is_made_of_the_records_behind_it(office: Office) -> None:
    edition = store.open_edition(office.root)
    behind = counted(edition).group_by(CELL).agg(count=pl.len().cast(pl.Int64)).collect()
    told = edition.scan("counts").select(*CELL, "count").collect()
    assert told.height > 20
    assert behind.sort(CELL, nulls_last=True).equals(told.sort(CELL, nulls_last=True))
    murders = {"unit": "case", "classification": "npb_head", "code": "Murder", "district": "Lahore"}
    total, rows = tracing.figure(edition, murders)
    assert total >= 1
    assert set(rows["name"]) == {"CRMS_Persons_202607.csv"}


def test_no_canary_leaves_the_tables_that_may_hold_it(office: Office) -> None:
    """Every byte that is produced: editions, reports, ledger, status, output of all commands, temporary files."""
    edition, folder = store.open_edition(office.root).id, office.home / "given"
    folder.mkdir()
    first = store.editions(office.root)[0]
    for arguments in (
        ["validate", office.inbox, "--format", "text"], ["validate", office.inbox, "--format", "jsonl"],
        ["inspect", office.inbox], ["verify", office.root], ["diff", office.root, "--format", "text"],
        ["report", office.root, "--html", folder / "r.html", "--xlsx", folder / "r.xlsx"],
        ["report", office.root, "--format", "text"],
        ["trace", office.root, "unit=case", "classification=npb_head", "code=Murder", "--format", "text"],
        ["compile", office.inbox, "--to", office.home / "inbox" / "2026-07" / "CRMS_Persons_202607.csv"],
        ["rollback", office.root, first],
    ):  # fmt: skip
        code, _, err = office.here(*arguments)
        assert "Traceback" not in err, (arguments, err)
        assert code in (0, 1, 2, 3, 4), arguments
    texts = {f"output {n}": said for n, said in enumerate(office.said)}
    for root in (office.root, office.home / "three", folder):
        for path in sorted(root.rglob("*")):
            if path.is_file() and not _may_be_personal(path.relative_to(root)):
                texts[str(path)] = _readable(path)
    texts["names of files"] = "\n".join(str(path) for path in office.home.rglob("*"))
    found = {(canary, where) for where, text in texts.items() for canary in CANARIES if canary in text}
    assert not found
    assert not list((office.home / "tmp").rglob("*"))
    assert any("persons" in str(path) for path in (office.root / "editions" / edition).rglob("*"))


def test_the_canaries_are_there_to_be_found(office: Office) -> None:
    """Else the test above could not fail."""
    edition = store.open_edition(office.root)
    people = "\n".join(_readable(path) for path in edition.files("persons"))
    aside = _readable(edition.quarantine_path / "rows" / "part-00000.parquet")
    assert "35202-8877665-1" in people
    assert "Zqname" in people
    assert "Zqname" in aside
    assert "Kahna" in "\n".join(_readable(path) for path in edition.files("cases"))


@pytest.fixture(scope="module")
def everything(office: Office) -> tuple[Path, list[str]]:
    """A folder with all that the commands make of three agencies' files, with umask 0, and all that they said.

    A shim kills whatever opens a file in the temporary folder for writing.
    """
    shim = build_shim(office.home)
    if shim is None:
        pytest.skip("needs a C compiler")
    place, made = office.home / "tmp", office.home / "made"
    made.mkdir(mode=0o700)
    shutil.copytree(PROJECT / "sample_data/inbox/2026-07", made / "inbox", ignore=_all_but("FIA*", "*.xls", "CRMS*"))
    (made / "key").write_text("abcdefghijklmnopqrstuvwxyz012345")
    (made / "key").chmod(0o600)
    told = {
        **shimmed(shim, place, 1, "kill", sticky=True), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(office.source),
        "TMPDIR": str(place), "RECORDKIT_PSEUDONYM_KEY_FILE": str(made / "key"), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    root, books, said = made / "store", sorted((made / "inbox").iterdir()), []
    assert {path.suffix for path in books} >= {".xls", ".xlsx", ".csv"}
    for arguments in (
        ["compile", made / "inbox", "--to", root, "-o", made / "said.json"],
        ["validate", made / "inbox", "--annotate", made / "marked", "-o", made / "found.sarif", "--format", "sarif"],
        ["report", root, "--html", made / "r.html", "--xlsx", made / "r.xlsx"],
        ["pseudonymise", root, "--to", made / "copy"], ["dedupe", books[0], "-o", made / "people.parquet"],
        ["inspect", *books], ["verify", root], ["diff", root], ["trace", root, "unit=case", "classification=npb_head"],
        ["review", root, "--export", made / "pairs.xlsx"],
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "recordkit", *map(str, arguments)], env=told, cwd=made, check=False,
            capture_output=True, text=True, preexec_fn=lambda: os.umask(0),
        )  # fmt: skip
        assert done.returncode in (0, 1, 3), (arguments, done.returncode, done.stderr)
        assert "just now" not in done.stderr, (arguments, done.stderr)
        said += [done.stdout, done.stderr]
    return made, said


@pytest.mark.slow  # with every change: an edition elsewhere, above
def test_nothing_is_left_in_the_temporary_folder_and_nothing_for_others(
    office: Office, everything: tuple[Path, list[str]]
) -> None:
    made, _ = everything
    assert not list((office.home / "tmp").iterdir())
    for path in made.rglob("*"):
        assert path.is_relative_to(made / "inbox") or not stat.S_IMODE(path.stat().st_mode) & 0o077, path


@pytest.mark.slow  # with every change: tests/canaries, in one process
def test_no_persons_number_or_name_is_anywhere_else(everything: tuple[Path, list[str]]) -> None:
    """Every CNIC, phone, passport and longer name of three agencies, in every byte that may not hold it."""
    made, said = everything
    edition = store.open_edition(made / "store")
    people = edition.scan("persons").collect()
    numbers = pl.concat([people[name].drop_nulls() for name in ("cnic", "phone", "passport")]).unique()
    names = people["name"].drop_nulls().unique()
    canaries = [*numbers, *(name for name in names if len(name) > 8 and " " in name)]
    assert len(numbers) > 20
    assert len(canaries) > 100
    texts = {f"output {n}": text for n, text in enumerate(said)}
    mine = {made / name for name in ("people.parquet", "people.links.parquet", "pairs.xlsx")}  # personal by request
    for path in sorted(made.rglob("*")):
        inside = path.relative_to(made)
        if not path.is_file() or path in mine or inside.parts[0] in ("inbox", "marked"):
            continue
        if inside.parts[0] != "store" or not _may_be_personal(inside.relative_to("store")):
            texts[str(inside)] = _readable(path)
    texts["names of files"] = "\n".join(str(path) for path in made.rglob("*"))
    assert not {(canary, where) for where, text in texts.items() for canary in canaries if canary in text}


def _all_but(*patterns: str) -> Callable[[str, list[str]], set[str]]:
    return lambda _, names: {name for name in names if not any(fnmatch(name, one) for one in patterns)}


def test_names_with_markup_do_not_become_markup(office: Office) -> None:
    for path in office.root.rglob("*.html"):
        assert not re.search(r"<b>\s*Zq", path.read_text(encoding="utf-8"))


def test_a_late_file_and_its_withdrawal_make_revisions_and_the_figures_come_back(office: Office) -> None:
    """r1 without it, r2 with it (late), r3 without it again: the figures of r3 are those of r1."""
    root, inbox = office.home / "revised", office.home / "revised-inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    shutil.copytree(office.inbox, inbox)
    office.here("compile", inbox, "--to", root, "--format", "jsonl", "-q")
    head = (inbox / "2026-07" / "CRMS_Persons_202607.csv").read_text(encoding="utf-8").splitlines()[0]
    late = NEXT.replace("03/08/2026", "05/07/2026")
    (inbox / "2026-07" / "CRMS_Persons_202607_late.csv").write_text(f"{head}\n{late}", encoding="utf-8")
    for arguments, made in (
        (["compile", inbox, "--to", root, "--format", "jsonl", "-q"], "r2"),
        (["withdraw", root, "CRMS_Persons_202607_late.csv", "--why", "sent twice"], None),
        (["compile", inbox, "--to", root, "--format", "jsonl"], "r3"),
    ):
        code, out, err = office.here(*arguments)
        assert code == 0, err
        assert made is None or f"2026-07-{made}-" in json.loads(out)["published"]
    assert "withdrawn: sent twice" in err
    first, second, third = (store.open_edition(root, f"2026-07-r{n}") for n in (1, 2, 3))
    assert first.scan("counts").collect().equals(third.scan("counts").collect())
    assert not first.scan("cases").collect().equals(second.scan("cases").collect())
    told = json.loads(office.here("diff", root, "--format", "json")[1])
    assert [file["change"] for file in told["inputs"]] == ["withdrawn"]
    assert {reason for count in told["counts"] for reason in count["reasons"]} == {"withdrawn"}
    assert office.here("withdraw", root, "CRMS_Persons_202607_late.csv", "--why", "mistake", "--back")[0] == 0
    assert json.loads(office.here("compile", inbox, "--to", root, "--format", "jsonl")[1])["new_inputs"] == 1
    again = store.open_edition(root)
    assert again.scan("cases").collect().equals(second.scan("cases").collect())
    assert office.here("verify", root)[0] == 0


def test_hostile_names_and_places_stop_nothing_and_are_named(office: Office) -> None:
    """Pipe, links, escapes, a name that is not text: 3, one line each on standard error, the rest is published."""
    inbox, root = office.home / "hostile-inbox", office.home / "hostile"
    shutil.copytree(office.inbox / "2026-07", inbox / "2026-07")
    os.mkfifo(inbox / "pipe.csv")
    (inbox / "zero.csv").symlink_to("/dev/zero")
    (inbox / "loop").symlink_to(inbox)
    for name in (b"\x1b]0;owned\x07.csv", b"two\nlines.csv", b"\xff\xfe.csv"):
        with open(os.fsencode(inbox) + b"/" + name, "wb") as file:
            file.write(b"x")
    shutil.copy(inbox / "2026-07" / "CRMS_Persons_202607.csv", inbox / "2026-07" / "<img src=x onerror=alert(1)>.csv")
    code, out, err = office.here("compile", inbox, "--to", root, "--format", "jsonl", "-q")
    assert (code, json.loads(out)["rows_accepted"] > 0) == (3, True)
    assert len(json.loads(out)["not_read"]) == len(err.splitlines()) == 6
    assert "\x1b" not in err
    for page in root.rglob("*.html"):
        assert "<img src=x" not in page.read_text(encoding="utf-8")
    assert office.here("compile", inbox, "--to", inbox / "store")[0] == 2


def test_a_damaged_edition_is_rebuilt_by_the_next_compile(office: Office) -> None:
    """Manifest cut, a table's bit flipped, a report gone: the same inputs give back the same bytes."""
    root = office.home / "damaged"
    shutil.copytree(office.root, root, symlinks=True)
    current = store.current_id(root)
    assert current is not None
    folder, before = root / "editions" / current, contents(root / "editions")
    (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes()[:200])
    table = bytearray((folder / "cases" / "part-00000.parquet").read_bytes())
    table[99] ^= 1
    (folder / "cases" / "part-00000.parquet").write_bytes(table)
    (folder / "reports" / "summary.html").unlink()
    assert office.here("report", root)[0] == 4
    assert office.here("verify", root)[0] == 1
    code, _, err = office.compile(root)
    assert code == 0, err
    assert contents(root / "editions") == before
    assert office.here("verify", root)[0] == 0


@pytest.mark.slow
def test_a_real_cron_daemon_runs_it(office: Office) -> None:
    """cron itself, in a mount namespace of its own, so that the machine's crontabs are not touched."""
    if not (shutil.which("cron") and shutil.which("unshare") and os.geteuid() == 0):
        pytest.skip("needs cron, unshare and root")
    root, log = office.home / "by-cron", office.home / "compile.log"
    line = (
        f"* * * * * root PYTHONPATH={office.source} {sys.executable} -m recordkit compile {office.inbox}"
        f" --to {root} --format jsonl -q >> {log} 2>&1\n"
    )
    (office.home / "crontab").write_text(line)
    script = (
        "mount -t tmpfs none /etc/cron.d && mount -t tmpfs none /var/spool/cron && mkdir /var/spool/cron/crontabs"
        f" && cp {office.home}/crontab /etc/cron.d/recordkit && chmod 644 /etc/cron.d/recordkit && exec cron -f"
    )
    daemon = subprocess.Popen(["unshare", "--mount", "sh", "-c", script], env={"PATH": os.environ["PATH"]})
    try:
        until = time.monotonic() + 300
        while time.monotonic() < until and not (log.exists() and log.read_text().endswith("\n")):
            time.sleep(1)
            assert daemon.poll() is None, "cron ended"
    finally:
        daemon.terminate()
        daemon.wait()
    told = json.loads(log.read_text().splitlines()[0])
    assert told["published"] == store.current_id(root)
    assert store.verify(root).sound


@pytest.mark.slow  # with every change: killed again and again, in test_misfortunes.py
def test_a_real_compile_may_be_killed_at_any_moment(office: Office) -> None:
    _kill(office, tries=40)


def _kill(office: Office, tries: int) -> None:
    base, late = office.home / "base", office.inbox / "2026-08"
    shutil.rmtree(base, ignore_errors=True)
    shutil.copytree(office.root, base, symlinks=True)
    late.mkdir(exist_ok=True)
    head = (office.inbox / "2026-07" / "CRMS_Persons_202607.csv").read_text(encoding="utf-8").splitlines()[0]
    (late / "CRMS_Persons_202608.csv").write_text(f"{head}\n{NEXT}", encoding="utf-8")
    try:
        whole, killed = office.home / "whole", office.home / "killed"
        shutil.rmtree(whole, ignore_errors=True)
        shutil.copytree(base, whole, symlinks=True)
        began = time.monotonic()
        assert office.compile(whole)[0] == 0
        seconds = time.monotonic() - began
        for number in range(tries):
            shutil.rmtree(killed, ignore_errors=True)
            shutil.copytree(base, killed, symlinks=True)
            process = office.start("compile", office.inbox, "--to", killed, "--format", "jsonl", "-q")
            time.sleep(random.Random(number).uniform(0.4, 1.0) * seconds)
            process.kill()
            process.communicate()
            store.open_edition(killed).scan("cases").collect()
            code, _, err = office.compile(killed)
            assert code == 0, err
            assert contents(killed / "editions") == contents(whole / "editions")
            assert store.verify(killed).sound
    finally:
        shutil.rmtree(late)


def _may_be_personal(path: Path) -> bool:
    """Tables with a direct column, the quarantine and the cache may hold people's data; nothing else may."""
    return path.parts[0] in ("quarantine", "cache") or bool({"persons", "identities", "services"} & set(path.parts))


def _readable(path: Path) -> str:
    """A file's bytes, and what they hold when unpacked."""
    data = path.read_bytes()
    text = data.decode("utf-8", "replace") + data.decode("utf-16-le", "replace")
    if data[:4] == b"PAR1":
        frame = pl.read_parquet(path)
        text += frame.write_json() + "\n".join(frame.columns)
    if data[:4] == b"PK\x03\x04" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            text += "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return text
