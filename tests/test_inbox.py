"""The inbox: which files are there, and in which month each was received."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recordkit import api, declarations, details, inbox
from recordkit.errors import RecordkitError, UnreadableInput


def _put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    return path


def test_the_nearest_folder_named_like_a_month_is_the_month_received(tmp_path: Path) -> None:
    _put(tmp_path / "2025-01" / "2026-07" / "punjab" / "a.csv")
    arrivals, _ = inbox.find_files([tmp_path])
    assert [a.received for a in arrivals] == ["2026-07"]


def test_a_file_outside_any_month_has_no_month(tmp_path: Path) -> None:
    _put(tmp_path / "2026-13" / "a.csv")
    assert [a.received for a in inbox.find_files([tmp_path])[0]] == [None]


def test_files_come_by_month_then_name_whatever_order_the_inboxes_are_given_in(tmp_path: Path) -> None:
    for name in ("2026-08/a.csv", "2026-07/b.csv", "2026-07/a.csv"):
        _put(tmp_path / name)
    one = inbox.find_files([tmp_path / "2026-08", tmp_path / "2026-07"])[0]
    two = inbox.find_files([tmp_path])[0]
    assert [a.path.name for a in one] == [a.path.name for a in two] == ["a.csv", "b.csv", "a.csv"]


def test_through_leaves_out_later_months_and_keeps_files_without_one(tmp_path: Path) -> None:
    for name in ("2026-08/late.csv", "2026-07/due.csv", "loose.csv"):
        _put(tmp_path / name)
    assert {a.path.name for a in inbox.find_files([tmp_path], "2026-07")[0]} == {"due.csv", "loose.csv"}


@pytest.mark.parametrize("wrong", ["2026-7", "2026-13", "2026-00", "2026", "July", "", "2026-07-01", "2026-07\n"])
def test_what_is_no_month_is_no_limit(tmp_path: Path, wrong: str) -> None:
    """Compared as text, 2026-7 would take in December, and July everything."""
    with pytest.raises(RecordkitError, match="is not a month"):
        inbox.require_month(wrong)
    _put(tmp_path / "inbox" / "2026-12" / "a.csv")
    with pytest.raises(RecordkitError, match="is not a month"):
        api.compile([tmp_path / "inbox"], to=tmp_path / "store", through=wrong)
    assert not (tmp_path / "store").exists()


def test_a_file_named_twice_is_found_once(tmp_path: Path) -> None:
    path = _put(tmp_path / "2026-07" / "a.csv")
    assert len(inbox.find_files([tmp_path, path])[0]) == 1


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "~WRL0001.tmp", ".register.csv.swp"])
def test_files_that_nobody_sent_are_passed_over_with_a_reason(tmp_path: Path, name: str) -> None:
    _put(tmp_path / name)
    _put(tmp_path / "a.csv")
    arrivals, passed = inbox.find_files([tmp_path])
    assert [a.name for a in arrivals] == ["a.csv"]
    assert [(p.name, p.lost, p.missing) for p in passed] == [(name, False, False)]
    assert passed[0].reason


@pytest.mark.parametrize(
    "name",
    [
        "recoff_2026-07.csv.icloud", ".recoff_2026-07.csv.icloud", "Unconfirmed 123.crdownload", "a.xlsx.filepart",
        "half.csv.part", "A.CSV.PART", "a.csv.partial", "a.csv.download", "a.csv.tmp", "~$register.xlsx",
        ".~lock.register.ods#", ".syncthing.a.csv.tmp", ".a.csv.Xa3b9Z", "Return.gsheet", "July.csv.lnk",
    ],
)  # fmt: skip
def test_a_file_that_has_not_arrived_is_expected_and_missing(tmp_path: Path, name: str) -> None:
    _put(tmp_path / "2026-07" / name)
    _put(tmp_path / "2026-07" / "other.csv")
    arrivals, passed = inbox.find_files([tmp_path])
    assert [a.name for a in arrivals] == ["other.csv"]
    assert [(p.name, p.lost, p.missing) for p in passed] == [(name, True, True)]
    assert str(passed[0]).startswith(f"expected and missing: {name}: ")


@pytest.mark.parametrize(
    ("lock", "file"),
    [("~$register.xlsx", "register.xlsx"), ("~$gister.docx", "register.docx"), (".~lock.r.ods#", "r.ods")],
)
def test_a_lock_whose_file_is_there_keeps_nothing_away(tmp_path: Path, lock: str, file: str) -> None:
    _put(tmp_path / lock)
    _put(tmp_path / file)
    arrivals, passed = inbox.find_files([tmp_path])
    assert [a.name for a in arrivals] == [file]
    assert [(p.name, p.lost) for p in passed] == [(lock, False)]


def test_a_folder_that_is_a_download_is_not_entered_and_other_folders_are(tmp_path: Path) -> None:
    _put(tmp_path / "a.csv.download" / "a.csv")
    _put(tmp_path / ".Trash" / "old.csv")
    _put(tmp_path / "kp.upload" / "b.csv")
    arrivals, passed = inbox.find_files([tmp_path])
    assert [a.name for a in arrivals] == ["b.csv"]
    assert sorted((p.name, p.missing) for p in passed) == [(".Trash", False), ("a.csv.download", True)]


def test_which_names_are_no_file_of_a_sender_is_declared(tmp_path: Path) -> None:
    (tmp_path / "over").mkdir()
    (tmp_path / "over" / "inbox.toml").write_text(
        '[[entry]]\nnames = ["*.halfway"]\nwhy = "our courier"\nfix = "wait"\nmissing = true\n'
    )
    _put(tmp_path / "in" / "a.csv.halfway")
    _put(tmp_path / "in" / "b.csv.part")
    dirs = [*declarations.folders(), tmp_path / "over"]
    arrivals, passed = inbox.find_files([tmp_path / "in"], dirs=dirs)
    assert [a.name for a in arrivals] == ["b.csv.part"]
    assert [p.reason for p in passed] == ["our courier: wait"]


@pytest.mark.parametrize("left", [[], [".DS_Store"], ["2026-07/Thumbs.db"]])
def test_an_inbox_without_a_file_is_named_because_its_volume_may_be_away(tmp_path: Path, left: list[str]) -> None:
    _put(tmp_path / "full" / "a.csv")
    (tmp_path / "empty").mkdir()
    for name in left:
        _put(tmp_path / "empty" / name)
    arrivals, passed = inbox.find_files([tmp_path / "full", tmp_path / "empty"])
    assert [a.name for a in arrivals] == ["a.csv"]
    assert [(p.name, p.reason) for p in passed if p.lost] == [("empty", details.text("no_file_in_folder"))]
    inbox.require(arrivals, passed, None, is_new=True)
    with pytest.raises(inbox.EmptyInbox, match="the inbox is empty") as told:
        inbox.require(*inbox.find_files([tmp_path / "empty"]), None, is_new=True)
    assert "mount its volume" in told.value.fix
    assert told.value.exit_code == 3


def test_an_inbox_in_which_all_is_still_on_its_way_is_not_called_empty(tmp_path: Path) -> None:
    _put(tmp_path / "a.csv.part")
    with pytest.raises(inbox.EmptyInbox, match="1 are expected and missing"):
        inbox.require(*inbox.find_files([tmp_path]), None, is_new=True)


def test_nothing_up_to_a_month_makes_no_store_and_is_no_fault_of_one_that_is_there(tmp_path: Path) -> None:
    _put(tmp_path / "2026-08" / "a.csv")
    found = inbox.find_files([tmp_path], "2026-07")
    inbox.require(*found, "2026-07", is_new=False)
    with pytest.raises(inbox.EmptyInbox, match="nothing was received up to 2026-07"):
        inbox.require(*found, "2026-07", is_new=True)


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    outside = _put(tmp_path / "elsewhere" / "secret.csv")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "link.csv").symlink_to(outside)
    arrivals, passed = inbox.find_files([tmp_path / "inbox"])
    assert not arrivals
    assert [p.path.name for p in passed] == ["link.csv"]


def test_links_pipes_and_devices_are_named_and_never_opened(tmp_path: Path) -> None:
    """A link out, a link to itself, a link to a folder, a pipe, a socket: an open would hang or lead away."""
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.csv").symlink_to("self.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.csv")
    _put(tmp_path / "good.csv")
    arrivals, passed = inbox.find_files([tmp_path])
    assert [a.path.name for a in arrivals] == ["good.csv"]
    assert sorted(p.name for p in passed) == ["loop", "pipe.csv", "self.csv", "zero.csv"]
    assert all(p.lost for p in passed)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\nrow.csv", r"a\x0arow.csv"),
        (b"\x1b[2Ja.csv", r"\x1b[2Ja.csv"),
        (b"\xc7\xed.csv", r"\xc7\xed.csv"),  # cp1256, as old archives unpack
    ],
)
def test_a_name_that_cannot_be_written_down_is_told_escaped(tmp_path: Path, name: bytes, shown: str) -> None:
    with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:
        file.write(b"x")
    arrivals, passed = inbox.find_files([tmp_path])
    assert not arrivals
    assert [(p.name, p.lost) for p in passed] == [(shown, True)]


@pytest.mark.parametrize("name", ["-rf.csv", "a" * 251 + ".csv", "اندراج ۲۰۲۶.csv", "a;b|c&$(x).csv", "=1+1.csv"])
def test_any_other_name_will_do(tmp_path: Path, name: str) -> None:
    _put(tmp_path / name) if len(name.encode()) <= 255 else None
    assert [a.path.name for a in inbox.find_files([tmp_path])[0]] == [name]


def test_a_folder_that_may_not_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "2026-07").mkdir()
    real = os.scandir

    def refuses(path: str) -> object:
        if str(path).endswith("2026-07"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuses)
    assert [(p.name, p.lost) for p in inbox.find_files([tmp_path])[1]] == [("2026-07", True)]


def test_an_inbox_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="there is nothing at"):
        inbox.find_files([tmp_path / "nowhere"])
