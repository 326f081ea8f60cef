"""No personal value is in any byte that a command makes, but where it may be: every command, kind of file, odd place."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from canaries import planting
from canaries.planting import Canaries
from recordkit import declarations, store, tables
from recordkit.cli.app import run

SAMPLES = Path(__file__).parents[2] / "sample_data" / "inbox" / "2026-07"
TEXTS = {  # name: encoding, delimiter, row of the header
    "CRMS_Persons_202607.csv": ("utf-8", ",", 0), "Crime_Statement_KP_2026-07.csv": ("utf-8", ";", 0),
    "ict_fir_export_202607.tsv": ("utf-16", "\t", 0), "KP_FIR_2026_07.csv": ("utf-8", ";", 1),
    "Sindh_Crime_Register_Jul26.csv": ("cp1252", ",", 0), "shelter_panahgah_2026-07.csv": ("utf-8", ",", 0),
    "SWD_Dar_ul_Aman_2026_07.csv": ("cp1252", ",", 0), "levies_cases_2026-07.csv": ("utf-8", ";", 0),
    "Crime_Statement_GB_2026-07.csv": ("utf-8", ",", 0), "Crime_Statement_Sindh_2026-07.csv": ("utf-8", ",", 1),
}  # fmt: skip
BOOKS = (
    "Railways_Police_Cases_July_2026.xlsx", "FIA_AHTC_Monthly_July_2026.xlsx", "Punjab FIR Register July 2026.xlsx",
    "Crime_Statement_AJK_2026-07.xlsx",
)  # fmt: skip
OLD, FIXED = "Balochistan Police FIRs July 2026.xls", "CRO_202607.TXT"
FIELDS = [(1, 8), (26, 20), (46, 25), (71, 30), (101, 30), (131, 30), (161, 13), (174, 8), (183, 15), (198, 15)]
FORMS = ("text", "json", "jsonl", "csv", "junit", "sarif", "github")
FIGURE = ("unit=case", "classification=npb_head", "code=Murder")
KEY = "abcdefghijklmnopqrstuvwxyz012345"


@dataclass
class Office:
    """An inbox full of canaries, and all that was said and made."""

    home: Path
    canaries: Canaries
    whole: list[Path] = field(default_factory=list)  # the files that are not damaged
    said: list[tuple[str, str]] = field(default_factory=list)
    few: bool = False  # the half of what is done that is done with every change

    def run(self, *arguments: str | Path) -> int:
        """One command in this process; what it says is kept."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([str(one) for one in arguments])
        command = " ".join(str(one).replace(str(self.home), "") for one in arguments)
        self.said += [(f"{command}: standard output", out.getvalue()), (f"{command}: standard error", err.getvalue())]
        assert "internal error" not in err.getvalue(), (command, err.getvalue())
        return code

    @property
    def inbox(self) -> Path:
        return self.home / "inbox" / "2026-07"

    @property
    def root(self) -> Path:
        return self.home / "out" / "store"


def planted(home: Path, texts: dict[str, tuple[str, str, int]], books: tuple[str, ...], damage: int) -> Office:
    """Files of several kinds with canaries in every cell; `damage`: how many of them lie there damaged as well."""
    few = len(books) < len(BOOKS)
    office, shapes = Office(home, Canaries(), few=few), planting.FEW if few else planting.SHAPES
    for name in ("inbox/2026-07", "out", "tmp", "home", "cwd"):
        (home / name).mkdir(parents=True)
    for name, (encoding, delimiter, header) in texts.items():
        planting.text_file(office.canaries, SAMPLES / name, office.inbox / name, encoding, delimiter, header, shapes)
    for name in books:
        planting.workbook(office.canaries, SAMPLES / name, office.inbox / name, shapes)
    if damage > 1:
        planting.old_workbook(office.canaries, SAMPLES / OLD, office.inbox / OLD, shapes)
    planting.fixed(office.canaries, SAMPLES / FIXED, office.inbox / FIXED, FIELDS)
    planting.list_of_a_stranger(office.canaries, office.inbox / "list.csv")
    planting.list_of_a_stranger(office.canaries, office.inbox / "bare.csv", header=False)
    (office.inbox / "note.txt").write_text(office.canaries.fill("{name} of {name} {card}", "a note"), encoding="utf-8")
    (office.inbox / "data.json").write_text(office.canaries.fill('[{"x": "{name} {card}"}]', "JSON"), encoding="utf-8")
    office.whole = [*map(office.inbox.joinpath, [*texts, *books, FIXED, "list.csv"])]
    for path in office.whole[: min(damage, len(texts))]:
        planting.damaged(path, office.inbox, all_ways=damage > 1)
    return office


def read(office: Office) -> None:
    """What needs no store."""
    out, inbox, whole = office.home / "out", office.inbox, office.whole
    for form in FORMS:
        shown = ["--show-values"] if form == "csv" else []  # not on a terminal: it shows nothing
        office.run("validate", *whole[: 1 if office.few else 2], "--format", form, "--limit", "99", *shown)
    office.run("validate", inbox, "--annotate", out / "annotated", "-o", out / "found.jsonl", "--format", "jsonl")
    office.run("validate", *whole, "--agency", "sindh", "--format", "jsonl")
    for form in ("text", "json"):
        office.run("inspect", *whole, "--format", form)
        office.run("agency", "check", *whole, "--format", form)
    for path in whole:
        office.run("agency", "draft", path)
    for name in ("list.csv", "CRMS_Persons_202607.csv"):
        office.run("dedupe", inbox / name, "-o", out / "dedupe" / f"{name}.parquet")
    office.run("dedupe", inbox / "list.csv", "--blocks", "--format", "text")
    office.run("dedupe", inbox / "list.csv", "--linkage", "english", "-o", out / "dedupe" / "e.parquet")


def compiled(office: Office) -> None:
    """What makes a store, reads it and changes it."""
    out, inbox, root = office.home / "out", office.home / "inbox", office.root
    assert office.run("compile", inbox, "--to", root, "--format", "json", "--textfile", out / "metrics.prom") == 3
    office.run("compile", inbox, "--to", root, "--format", "text")
    for form in ("text", "json", "csv"):
        office.run("report", root, "--format", form)
        office.run("review", root, "--format", form, "--show-values")
    office.run("report", root, "--html", out / "r.html", "--xlsx", out / "r.xlsx")
    office.run("review", root, "--export", out / "dedupe" / "pairs.xlsx")
    office.run("trace", root, *FIGURE, "--format", "text")
    office.run("trace", root, *FIGURE, "--format", "json")
    office.run("pseudonymise", root, "--to", out / "copy")
    edition = store.open_edition(root)
    most = 1 if office.few else 2
    ids = [edition.scan("links").filter(kind=kind).collect()["link_id"].head(most) for kind in ("person", "case")]
    ids += [edition.scan("review").collect()["link_id"].head(most), edition.scan("cases").collect()["case_id"].head(1)]
    for link in pl.concat(ids):
        office.run("explain", link, "--store", root, "--format", "json")
        office.run("explain", link, "--store", root, "--format", "text")
        office.run("explain", link, "--store", root, "--html", out / "link.html")
    assert office.run("withdraw", root, "CRMS_Persons_202607.csv", "--why", "sent twice") == 0
    office.run("compile", inbox, "--to", root)
    for form in ("text", "json", "csv"):
        office.run("diff", root, "--format", form)
    office.run("rollback", root, edition.id)
    office.run("retain", root, "--keep", "1")


def failing(office: Office) -> None:
    """Commands that cannot do what they are asked."""
    out, inbox, root, overlay = office.home / "out", office.inbox, office.root, office.home / "overlay"
    file = inbox / "CRMS_Persons_202607.csv"
    for arguments in (
        ["compile", inbox, "--to", file], ["report", inbox], ["trace", root, "name=x"], ["verify", inbox], ["explain", "RK999"],
        ["validate", inbox / "absent.csv"], ["dedupe", file, "-o", file / "x.parquet"], ["validate", file, "--nonsense"],
    ):  # fmt: skip
        assert office.run(*arguments) in (1, 2, 3), arguments
    for name, text in {
        "rules.toml": '[rules.RK499]\nname = "x-y"\nlevel = "cross-field"\nseverity = "flag"\nwhy = "w"\nfix = "f"\n'
        'table = "cases"\nfields = ["district_raw"]\ncondition = "CAST(district_raw AS INT) > 1"\ngood = ["a"]\n'
        'bad = ["b"]\n',
        "agencies/punjab_crms.toml": "id = 5\n", "tables/cases.toml": "table = [",
    }.items():  # fmt: skip
        (overlay / name).parent.mkdir(parents=True, exist_ok=True)
        (overlay / name).write_text(text, encoding="utf-8")
        assert office.run("validate", file, "--schemas", overlay, "--format", "jsonl") == 2
        assert office.run("compile", office.home / "inbox", "--to", out / "none", "--schemas", overlay) == 2
        (overlay / name).unlink()
    for path in [*store.open_edition(root).files("persons"), *store.open_edition(root).files("cases")]:
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:-40])
    for arguments in (["verify", root], ["report", root], ["review", root], ["compile", inbox, "--to", root]):
        office.run(*arguments)


def leaks(office: Office) -> list[str]:
    """Where canaries are that may not be there, and where those were planted."""
    known = tables.load(declarations.folders())
    personal = {*tables.naming_people(known), *UNSETTLED, "quarantine", "cache", "annotated", "dedupe"}
    texts = {name: [text.encode("utf-8", "replace")] for name, text in office.said}
    for path in sorted((office.home / "out").rglob("*")):
        inside = path.relative_to(office.home / "out")
        if path.is_file() and (inside.parts[0] == "copy" or not personal & set(inside.parts)):
            texts[str(inside)] = list(planting.bytes_of(path))
    texts["names of files"] = ["\n".join(map(str, (office.home / "out").rglob("*"))).encode()]
    found = {where: set().union(*map(office.canaries.among, parts)) for where, parts in texts.items()}
    where = office.canaries.where
    return [f"{name}: {sorted({where[one] for one in told})}" for name, told in found.items() if told]


# Tables that keep cells as the sender wrote them, or texts that no list settles, beside what was made of them.
UNSETTLED = ("cases", "charges", "returns")


def kept(office: Office) -> set[str]:
    """The canaries in the tables that may hold them."""
    parts = [*(office.root / "quarantine").rglob("*.parquet"), *(office.root / "editions").rglob("*.parquet")]
    return set().union(*(office.canaries.among(data) for path in parts for data in planting.bytes_of(path)))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with nothing of ours in it."""
    for name in [one for one in os.environ if one.startswith("RECORDKIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("RECORDKIT_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "key").chmod(0o600)
    return tmp_path


def swept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.home / "cwd")
    steps: tuple[Callable[[Office], None], ...] = (read, compiled)
    for step in steps:
        step(office)
    there = kept(office)
    failing(office)
    assert not (found := leaks(office)), "\n".join(found)  # whole: pytest cuts a list short
    for name in ("tmp", "home", "cwd"):
        assert not [path for path in (office.home / name).rglob("*") if path.is_file()], name
    assert len(there) > 0.5 * len(office.canaries.where)  # else nothing above could fail


def test_no_canary_is_anywhere_else(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = dict(list(TEXTS.items())[:2])
    swept(planted(place, few, BOOKS[:1], damage=1), monkeypatch)


@pytest.mark.slow
def test_no_canary_of_any_sender_and_kind_of_damage_is_anywhere_else(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept(planted(place, TEXTS, BOOKS, damage=6), monkeypatch)
