"""What differs between two editions, what a book of the ledger proves and what the system said, beside plain rules."""

from __future__ import annotations

import errno
import json
import os
import random
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from recordkit import details
from recordkit.store import disk, edition_diff, errors, hash_chained_log, volumes
from recordkit.store.errors import StoreDamaged

TEXT = pl.String


# ------------------------------------------------------------------------------------------------- rows


def rows_of(rng: random.Random, count: int, repeats: bool) -> list[tuple[Any, ...]]:
    keys = [rng.choice("abcdefgh") if repeats else "abcdefgh"[at] for at in range(count)]
    return [(key if key != "h" else None, rng.choice([1, 2, None]), rng.choice(["x", "y", None]), 7) for key in keys]


@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_rows_came_went_or_changed_as_a_walk_over_both_sides_says(seed: int, keyed: bool, repeats: bool) -> None:
    rng = random.Random(seed)
    sides = [rng.sample(rows_of(rng, 8, repeats), rng.choice([3, 6, 8])) for _ in range(2)]
    schema = {"key": TEXT, "number": pl.Int64, "word": TEXT, "same": pl.Int64}
    old, new = (pl.DataFrame(rows, schema=schema, orient="row") for rows in sides)
    new = new.with_columns(more=pl.lit("not in the old one"), same=pl.col("same").cast(pl.Int32))
    found = edition_diff.compare_rows(old.lazy(), new.lazy(), ["key"] if keyed else [])
    unique = all(len({row[0] for row in rows}) == len(rows) for rows in sides)
    if keyed and unique:
        before, after = ({row[0]: row[1:3] for row in rows} for rows in sides)
        wanted = [(key, "added", []) for key in after if key not in before] + [(key, "removed", []) for key in before if key not in after]
        wanted += [
            (key, "changed", [name for name, one, two in zip(("number", "word"), before[key], after[key], strict=True) if one != two])
            for key in after if key in before and before[key] != after[key]
        ]  # fmt: skip
        assert sorted(found.select("key", "change", "columns").rows(), key=str) == sorted(wanted, key=str)
        assert found["change"].to_list() == sorted(found["change"])
        return
    counts = [{row[:3]: [other[:3] for other in rows].count(row[:3]) for row in rows} for rows in sides]
    every = {row: counts[1].get(row, 0) - counts[0].get(row, 0) for row in {**counts[0], **counts[1]}}
    told = [(*row, "added" if more > 0 else "removed") for row, more in every.items() for _ in range(abs(more))]
    assert sorted(found.select("key", "number", "word", "change").rows(), key=str) == sorted(told, key=str)


def test_a_table_of_keys_alone_has_no_changed_rows_and_an_empty_one_no_repeats() -> None:
    one = pl.DataFrame({"key": ["a", "b"]}).lazy()
    assert edition_diff.compare_rows(one, one, ["key"]).height == 0
    assert edition_diff.compare_rows(one.filter(pl.lit(False)), one, ["key"])["change"].to_list() == ["added", "added"]
    assert edition_diff.compare_rows(one, one.rename({"key": "other"}), ["key"]).height == 0, "no column in common"


def edition(kind: str, members: dict[str, list[str]]) -> Any:
    table, column, refs = edition_diff.KINDS[kind]
    frame = pl.DataFrame(list(members.items()), schema={column: TEXT, refs: pl.List(TEXT)}, orient="row")
    scans = {"scan": lambda name: frame.lazy(), "scan_changed": lambda name, other: frame.lazy()}
    return SimpleNamespace(tables=[table], **scans)


def moves_by_hand(old: dict[str, list[str]], new: dict[str, list[str]], rules: bool, entries: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    was = {ref: one for one, refs in old.items() for ref in refs}
    now = {ref: one for one, refs in new.items() for ref in refs}
    went = [(was[ref], now[ref]) for ref in was if ref in now and was[ref] != now[ref]]
    taken = {entry["undoes"] for entry in entries if entry.get("what") == "undo"}
    fresh = {now[ref] for ref in now if ref not in was}
    told = set()
    for one, into in set(went):
        gone = one not in now.values()
        only = len({target for source, target in went if source == one}) == 1
        change = "merged" if gone and only else "moved" if into in was.values() else "split"
        words = {"same": "merged", "different": "split"}
        human = any(
            change in (words.values() if entry["seq"] in taken else [words.get(entry["verdict"])])
            and {one, into} & {known.get(entry[side]) for side in ("left_id", "right_id") for known in (was, now)}
            for entry in entries if "left_id" in entry
        )  # fmt: skip
        said = {"human decision": human, "new evidence": bool({one, into} & fresh), "rule change": rules}
        reasons = [name for name, holds in said.items() if holds] or ["refitted model"]
        told.add((change, one, into, went.count((one, into)), tuple(reasons)))
    return told


@pytest.mark.parametrize("kind", ["case", "person"])
@pytest.mark.parametrize("seed", range(12))
def test_ids_are_merged_split_or_moved_as_a_walk_over_their_submissions_says(seed: int, kind: str) -> None:
    rng = random.Random(seed)
    refs = [f"r{at}" for at in range(14)]
    sides: list[dict[str, list[str]]] = []
    for names in ("ABCDE", "ABCXY"):
        side: dict[str, list[str]] = {name: [] for name in names}
        for ref in rng.sample(refs, 11):
            side[rng.choice(names)].append(ref)
        sides.append({name: of for name, of in side.items() if of})
    entries: list[dict[str, Any]] = [
        {"seq": at, "what": "link", "left_id": rng.choice(refs), "right_id": rng.choice(refs), "verdict": rng.choice(["same", "different", "unsure"])} for at in (1, 2)
    ]
    entries += [{"seq": 3, "what": "undo", "undoes": 1}] if seed % 2 else []
    causes = rng.choice([[], ["schemas"], ["options"], ["decisions"]])
    found = edition_diff.moves(edition(kind, sides[0]), edition(kind, sides[1]), causes, entries)
    rules = bool({"schemas", "code", "options"} & set(causes))
    told = {(change, one, into, count, tuple(reasons)) for _, change, one, into, count, reasons in found.rows()}
    assert told == moves_by_hand(sides[0], sides[1], rules, entries)
    assert set(found["kind"]) == {kind}
    assert found.select("change", "id", "into").rows() == sorted(found.select("change", "id", "into").rows())
    assert edition_diff.moves(edition(kind, sides[0]), edition("case" if kind == "person" else "person", sides[1]), causes, entries).height == 0


def file(name: str, agency: str = "a", form: str = "f", period: str | None = "2026-07") -> Any:
    return SimpleNamespace(sha256=name, name=f"{name}.csv", agency=agency, format=form, period=period)


def test_files_are_new_late_corrected_or_withdrawn() -> None:
    old = SimpleNamespace(inputs=[file("kept"), file("gone"), file("other", "b")], period="2026-07")
    new = SimpleNamespace(inputs=[file("kept"), file("again"), file("late", "c", period="2026-07"), file("early", "c", period="2026-06"), file("new", "c", period="2026-08"),
                                  file("timeless", "c", period=None), file("form", form="g"), file("again")])  # fmt: skip
    found = dict(edition_diff.inputs(old, new).select("sha256", "change").rows())
    assert found == {"again": "corrected", "late": "late", "early": "late", "new": "new", "timeless": "new", "form": "late", "gone": "withdrawn", "other": "withdrawn"}


def test_causes_are_what_differs_besides_the_files() -> None:
    def made(**more: Any) -> Any:
        code = SimpleNamespace(version=more.pop("version", "1"), sha256=more.pop("code", "c"))
        return SimpleNamespace(**({"schemas_sha256": "s", "code": code, "decisions": 1, "options": {}} | more))

    assert edition_diff.other_causes(made(), made()) == []
    assert edition_diff.other_causes(made(), made(version="2")) == ["code"]
    assert edition_diff.other_causes(made(), made(code="d")) == ["code"]
    assert edition_diff.other_causes(made(), made(schemas_sha256="t", decisions=2, options={"a": 1})) == ["schemas", "decisions", "options"]


@pytest.mark.parametrize("causes", [[], ["schemas"], ["code"], ["decisions"], ["decisions", "code"]])
@pytest.mark.parametrize("seed", range(4))
def test_a_case_came_went_or_changed_for_the_reasons_of_its_rows(seed: int, causes: list[str]) -> None:
    rng = random.Random(seed)
    where = [{"file_sha256": f"f{at % 4}", "sheet": "", "row": at} for at in range(16)]
    sides: list[dict[str, list[int]]] = []
    for names in ("ABCD", "ABCX"):
        side: dict[str, list[int]] = {name: [] for name in names}
        for at in rng.sample(range(16), 12):
            side[rng.choice(names)].append(at)
        sides.append(side)
    kind = pl.List(pl.Struct({"file_sha256": TEXT, "sheet": TEXT, "row": pl.Int64}))
    frames = [
        pl.DataFrame([(name, [where[at] for at in rows]) for name, rows in side.items()], schema={"case_id": TEXT, "source_rows": kind}, orient="row").lazy()
        for side in sides
    ]
    files = pl.DataFrame({"sha256": ["f0", "f1"], "change": ["late", "corrected"]})
    changed = pl.DataFrame({"case_id": ["A", "B", "Z"]})
    rule = "rule change" if {"schemas", "code"} & set(causes) else "follow-up"
    was, now = ({at: name for name, rows in side.items() for at in rows} for side in sides)
    told = set()
    for at, place in enumerate(where):
        said = {"f0": "late", "f1": "corrected"}.get(str(place["file_sha256"]), rule)
        one, other = was.get(at), now.get(at)
        if one is None and other is not None:
            told.add((other, said))
        elif other is None and one is not None:
            told.add((one, said))
        elif one != other:
            told |= {(name, "split" if one in sides[1] else "merged") for name in (one, other)}
    judged = "decision" if "decisions" in causes else rule
    told |= {(name, judged) for name in ("A", "B", "Z") if name not in {known for known, _ in told}}
    found = edition_diff.by_case(frames[0], frames[1], changed, files, causes).collect()
    assert sorted(found.select("case_id", "reason").rows()) == sorted(told)


# ------------------------------------------------------------------------------------------------ ledger


def book_of(count: int, torn: dict[int, int] | None = None) -> bytes:
    """Lines that quote each other; `torn`: of an entry, how many torn bytes stand before it."""
    previous, lines = "", []
    for number in range(1, count + 1):
        lost = (torn or {}).get(number, 0)
        entry = {"seq": number, "previous": previous, "what": f"w{number}"} | ({"torn": lost} if lost else {})
        line = json.dumps(entry).encode()
        lines += [b"{" * lost, line] if lost else [line]
        previous = disk.sha256_bytes(line)
    return b"\n".join([*lines, b""])


@pytest.mark.parametrize("torn", [{}, {3: 4}, {1: 2, 4: 9}])
def test_a_book_is_read_whole_or_from_any_place_of_its_last_lines(torn: dict[int, int]) -> None:
    data = book_of(6, torn)
    whole = hash_chained_log.parse(data, "runs")
    assert (whole.count, whole.before, whole.torn, whole.unterminated, whole.previous) == (6, 0, 0, False, "")
    assert [whole.sum_of(number) for number in range(8)] == ["", *whole.sums, None]
    assert whole.head == whole.sums[-1]
    for start in range(1, len(data)):
        if data[start:].count(b"\n") < 2:
            break
        end = hash_chained_log.parse(data[start:], "runs", is_end=True)
        assert end.entries == whole.entries[-len(end.entries) :]
        assert (end.count, end.before, end.head) == (6, 6 - len(end.entries), whole.head)
        assert end.sum_of(end.before) == whole.sum_of(end.before)
        assert end.sum_of(end.before - 1) is None


@pytest.mark.parametrize("cut", [1, 5])
def test_bytes_behind_the_last_line_are_torn_and_the_next_entry_owns_up_to_them(cut: int) -> None:
    data = book_of(3)
    found = hash_chained_log.parse(data[:-cut], "runs")
    if cut == 1:
        assert (found.count, found.torn, found.unterminated) == (3, 0, True)
    else:
        assert (found.count, found.unterminated) == (2, True)
        assert found.torn == len(data.split(b"\n")[2]) - cut + 1
    assert hash_chained_log.parse(b"", "runs") == hash_chained_log.Book([], [])


@pytest.mark.parametrize("change", [{"seq": 3}, {"previous": "x"}, {"torn": 1}])
def test_an_entry_that_does_not_follow_the_one_before_is_damage_and_is_named(change: dict[str, Any]) -> None:
    lines = book_of(3).split(b"\n")
    lines[1] = json.dumps(json.loads(lines[1]) | change).encode()
    with pytest.raises(StoreDamaged) as told:
        hash_chained_log.parse(b"\n".join(lines), "runs")
    assert told.value.what == details.text("ledger_changed_at", book="runs", entry=2)


# ------------------------------------------------------------------------------------- what the system said


def raised(error: BaseException, *causes: BaseException) -> BaseException:
    """An error that came of others, each of the next."""
    for one, cause in pairwise([error, *causes]):
        one.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "number"),
    [
        (OSError(errno.ENOSPC, "x"), errno.ENOSPC), (RuntimeError("nothing"), 0), (RuntimeError("os error 28"), 28), (RuntimeError("(Errno 13) x"), 13),
        (RuntimeError("No space left on device"), errno.ENOSPC), (RuntimeError("Disk full"), errno.ENOSPC), (OSError("failed to write whole buffer"), errno.ENOSPC),
        (raised(RuntimeError("x"), OSError(errno.EIO, "y")), errno.EIO), (raised(OSError(errno.EIO, "y"), OSError(errno.EDQUOT, "z")), errno.EDQUOT),
        (raised(errors.StoreError("os error 28", "x"), OSError(errno.EACCES, "y")), errno.EACCES), (errors.StoreError("no space left", "x"), 0),
        (raised(RuntimeError("os error 5"), RuntimeError("os error 13")), 5),
    ],
)  # fmt: skip
def test_what_the_system_said_is_found_wherever_it_stands_and_a_full_disk_first(error: BaseException, number: int) -> None:
    assert errors.number(error) == number
    assert errors.is_full(error) is (number in (errno.ENOSPC, errno.EDQUOT))


def test_why_a_write_failed_is_told_in_words_of_ours_else_in_the_systems() -> None:
    for code in (errno.ENOSPC, errno.EACCES, errno.EROFS):
        assert errors.reason(OSError(code, "whatever")) == details.text(errors._FIXES[code][0])
    assert errors.reason(OSError(errno.ENOTDIR, "is no folder")) == "is no folder"
    assert errors.reason(RuntimeError(f"os error {errno.ENOTDIR}")) == os.strerror(errno.ENOTDIR)
    assert errors.reason(KeyError("x")) == "KeyError"
    circle = RuntimeError("a")
    circle.__context__ = RuntimeError("b")
    circle.__context__.__cause__ = circle
    assert errors.number(circle) == 0


# -------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize(("name", "temp"), [("0123456789abcdef", True), ("0123456789abcde", False), ("0123456789abcdef0", False), ("0123456789abcdeg", False), ("", False)])
def test_a_temporary_name_is_sixteen_figures_of_base_sixteen(name: str, temp: bool) -> None:
    assert disk.is_temp(name) is temp


def test_a_value_has_one_spelling_and_a_file_of_json_holds_an_object(tmp_path: Path) -> None:
    assert disk.canonical_json({"b": 1, "a": ["ü"]}) == '{"a":["ü"],"b":1}\n'.encode()
    assert disk.canonical_json({"b": 1}, indent=1) == b'{\n "b": 1\n}\n'
    with pytest.raises(ValueError, match="JSON"):
        disk.canonical_json(float("nan"))
    (tmp_path / "a.json").write_text('{"a": 1}', "utf-8")
    (tmp_path / "b.json").write_text("[1]", "utf-8")
    assert disk.read_json(tmp_path / "a.json") == {"a": 1}
    with pytest.raises(ValueError, match=r"b\.json"):
        disk.read_json(tmp_path / "b.json")


def test_files_are_made_private_never_over_another_and_removed_with_the_folders_that_they_leave_empty(tmp_path: Path) -> None:
    home = disk.make_folders(tmp_path / "a" / "b")
    disk.write_file(home / "one", b"1")
    assert (home / "one").stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o777 == 0o700
    assert disk.is_private(home / "one")
    os.chmod(home / "one", 0o640)
    assert not disk.is_private(home / "one")
    with pytest.raises(FileExistsError):
        disk.write_file(home / "one", b"2")
    disk.replace_file(home / "one", b"3")
    assert disk.read_file(home / "one") == b"3"
    assert not list((home / disk.TEMP).iterdir())
    disk.write_file(tmp_path / "a" / "two", b"2")
    (home / "led").symlink_to(tmp_path)
    assert disk.files_below(tmp_path / "a") == ["b/led", "b/one", "two"]
    spare = tmp_path / "spare"
    disk.write_file(spare, b"x")
    assert disk.place_new(spare, tmp_path / "a", ["two", "three"]) == tmp_path / "a" / "three"
    assert disk.read_file(tmp_path / "a" / "two") == b"2"
    disk.discard_empty(tmp_path / "a")
    assert (tmp_path / "a").is_dir()
    disk.remove_files(tmp_path / "a", ["b/one", "b/led", "two", "three"])
    assert not (tmp_path / "a").exists()
    assert tmp_path.is_dir()
    disk.discard(tmp_path / "nothing")


def test_what_is_not_ours_gets_the_first_name_that_nothing_has_yet(tmp_path: Path) -> None:
    names = [tmp_path / f"{volumes.STRANGE}x-{at}" for at in (1, 2, 3)]
    assert volumes.free_name(tmp_path / "x") == names[0]
    names[0].mkdir()
    names[1].symlink_to(tmp_path / "nowhere")
    assert volumes.free_name(tmp_path / "x") == names[2]
