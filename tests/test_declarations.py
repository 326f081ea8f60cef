"""Declarations are read strictly: every slip is named, with the file and the nearest known word."""

import os
import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

import tried
from recordkit import declarations, inbox
from recordkit.declarations import Declared
from recordkit.errors import DeclarationError


class Column(Declared):
    name: str
    required: bool = False


class Format(Declared):
    columns: list[Column] = Field(default_factory=list)
    extra: dict[str, Column] = Field(default_factory=dict)
    only: Column | None = None


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "place", "guess"),
    [
        ("colums = []", "colums", "columns"),
        ('[[columns]]\nname = "a"\nrequird = true', "columns.0.requird", "required"),
        ('[extra.x]\nname = "a"\nReqired = true', "extra.x.Reqired", "required"),
        ('[only]\nnmae = "a"', "only.nmae", "name"),
    ],
)
def test_an_unknown_key_is_an_error_that_names_the_nearest_known_one(
    tmp_path: Path, text: str, place: str, guess: str
) -> None:
    path = write(tmp_path, "a.toml", text)
    with pytest.raises(DeclarationError) as caught:
        declarations.read_toml(path, Format)
    assert str(path) in caught.value.what
    assert f"unknown key '{place}'; did you mean '{guess}'?" in caught.value.what


def test_a_key_that_resembles_nothing_lists_the_known_ones(tmp_path: Path) -> None:
    path = write(tmp_path, "a.toml", "zzzz = 1")
    with pytest.raises(DeclarationError, match="known keys: columns, extra, only"):
        declarations.read_toml(path, Format)


def test_a_wrong_value_names_its_place(tmp_path: Path) -> None:
    path = write(tmp_path, "a.toml", "[[columns]]\nname = 3")
    with pytest.raises(DeclarationError, match=r"columns\.0\.name: Input should be a valid string"):
        declarations.read_toml(path, Format)


def test_a_slip_in_the_syntax_names_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a.toml", "x = 1\ny = 0302\n")
    with pytest.raises(DeclarationError, match=r"a\.toml is not valid TOML: .*line 2"):
        declarations.read_toml(path, Format)


def test_a_later_folder_replaces_a_file_of_the_same_name_and_adds_new_ones(tmp_path: Path) -> None:
    for name in ("one/agencies/a.toml", "one/agencies/b.toml", "two/agencies/b.toml", "two/agencies/c.toml"):
        write(tmp_path, name, "")
    found = declarations.files([tmp_path / "one", tmp_path / "two"], "agencies/*.toml")
    assert {name: path.parts[-3] for name, path in found.items()} == {
        "agencies/a.toml": "one",
        "agencies/b.toml": "two",
        "agencies/c.toml": "two",
    }


def test_the_same_id_in_two_files_is_an_error_that_names_both() -> None:
    with pytest.raises(DeclarationError, match=r"'fia' is declared twice: in a/x\.toml and in b/y\.toml"):
        declarations.unique([("fia", Path("a/x.toml")), ("fia", Path("b/y.toml"))], "agency")


def test_csv_cells_are_strings_and_blank_is_null(tmp_path: Path) -> None:
    write(tmp_path, "t.csv", '﻿code,label\n01," a "\n02,\n')
    frame = declarations.read_csv([tmp_path], "t.csv", key=["code"])
    assert frame.to_dict(as_series=False) == {"code": ["01", "02"], "label": ["a", None]}


def test_an_overlay_replaces_the_row_of_the_same_key_in_its_place_and_adds_others(tmp_path: Path) -> None:
    write(tmp_path, "one/t.csv", "code,label,note\n01,a,x\n02,b,y\n,c,z\n")
    write(tmp_path, "two/t.csv", "code,label\n03,d\n01,A\n,C\n")
    frame = declarations.read_csv([tmp_path / "one", tmp_path / "two"], "t.csv", key=["code"])
    assert frame.rows() == [("01", "A", None), ("02", "b", "y"), (None, "C", None), ("03", "d", None)]


def test_a_key_repeated_inside_one_folder_names_the_file_and_both_lines(tmp_path: Path) -> None:
    write(tmp_path, "t.csv", 'code,label\n01,"a\nb"\n02,b\n01,c\n')
    with pytest.raises(DeclarationError, match=r"t\.csv: lines 3 and 5 have the same key \(code=01\)"):
        declarations.read_csv([tmp_path], "t.csv", key=["code"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,label\n01\n", r"line 2: 1 cells, the header has 2"),
        ("code,label\n01,a,b\n", r"line 2: 3 cells, the header has 2"),
        ('code,label\n01,"a\n', r"line 2: unexpected end of data"),
        ("label\na\n", "the column 'code' is missing"),
        ("code,code\na,b\n", "empty or repeated name"),
        ("", "has no header row"),
    ],
)
def test_a_crooked_csv_is_refused(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, "t.csv", text)
    with pytest.raises(DeclarationError, match=said):
        declarations.read_csv([tmp_path], "t.csv", key=["code"])


def test_an_unknown_column_of_an_overlay_names_the_nearest_one(tmp_path: Path) -> None:
    write(tmp_path, "one/t.csv", "code,label\n01,a\n")
    write(tmp_path, "two/t.csv", "code,lable\n01,a\n")
    with pytest.raises(DeclarationError, match="unknown column 'lable'; did you mean 'label'"):
        declarations.read_csv([tmp_path / "one", tmp_path / "two"], "t.csv", key=["code"])


def test_an_overlay_that_is_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="no folder of declarations"):
        declarations.folders([tmp_path / "absent"])


@pytest.mark.parametrize("text", ["(a+)+$", "(?:x*)*y", "((?:[a-z]+ ?)+)+", "(a|b+)*c", "(?:a{1,99}){2,}", "(?=(a+)+)b"])
def test_a_pattern_that_can_take_for_ever_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="for ever"):
        declarations.safe_pattern(text)


@pytest.mark.parametrize("text", ["^[0-9]{5}-?[0-9]+$", "(?i)^(?:a|b)+$", "a+b+c*", "(?P<n>[0-9]{1,4})(?: ?/ ?[0-9]{2,4})?"])
def test_any_other_pattern_is_allowed(text: str) -> None:
    assert declarations.safe_pattern(text) == text


def test_a_declaration_that_is_huge_or_nested_without_end_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"a = " + b"[" * 100_000)
    with pytest.raises(DeclarationError, match=r"nested|not valid"):
        declarations.load_toml(path)
    with path.open("wb") as file:
        file.truncate(declarations.LARGEST + 1)
    with pytest.raises(DeclarationError, match="has 67,108,865 bytes"):
        declarations.load_toml(path)


@given(st.lists(st.sampled_from([*"ab09 ,:/_-.()|^$?*+[]{}\\&~#", "(?:", "(?P<x>", "(?i)", "{2}", r"\s", r"\b", "[a-z]"]), max_size=8))
@tried.examples(300)
def test_what_counts_as_plain_is_a_pattern_of_polars_too(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        declarations.safe_pattern(text)
    except ValueError:
        return
    assert pl.select(pl.lit("").str.contains(text)).height == 1


@pytest.mark.parametrize("pattern", ["(?P<x>a(?=b))", r"(?P<x>a)\1", "(?<!a)b"])
def test_a_pattern_that_columns_cannot_be_searched_with_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="columns can be searched"):
        declarations.safe_pattern(pattern)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_a_number_without_an_end_is_refused(tmp_path: Path, number: str) -> None:
    class Threshold(declarations.Declared):
        bits: float

    (tmp_path / "x.toml").write_text(f"bits = {number}\n")
    with pytest.raises(DeclarationError, match="finite"):
        declarations.read_toml(tmp_path / "x.toml", Threshold)


@pytest.mark.parametrize("name", ["rules.toml", "agencies/new.toml", "reference/codes.csv", "lists/words.csv"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "lost link", "device"])
def test_what_is_no_plain_file_in_the_place_of_declarations_is_not_skipped(tmp_path: Path, name: str, kind: str) -> None:
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to("/dev/zero" if kind == "device" else tmp_path / "gone")
    with pytest.raises(DeclarationError, match=f"{place} is no plain file"):
        declarations.folders([tmp_path])


@pytest.mark.parametrize(
    ("name", "meant"),
    [("rulez.toml", "rules.toml"), ("Analysts.toml", "analysts.toml"), ("table/persons.toml", "tables/persons.toml"),
     ("reference/code.csv", "reference/codes.csv"), ("intakes.toml", "intake.toml")],
)  # fmt: skip
def test_a_name_that_is_nearly_one_of_ours_is_an_error_that_names_it(tmp_path: Path, name: str, meant: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(DeclarationError, match=re.escape(name)) as told:
        declarations.folders([tmp_path])
    assert meant in told.value.fix


@pytest.mark.parametrize(
    "name", ["recordkit.toml", "pyproject.toml", "README.md", "agencies/new.toml", "tables/ours.toml", "notes/x.csv"]
)
def test_any_other_file_may_lie_in_an_overlay(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("", encoding="utf-8")
    assert declarations.folders([tmp_path]) == [declarations.PACKAGED, tmp_path]


def test_a_key_cannot_begin_a_line_of_its_own(tmp_path: Path) -> None:
    place = tmp_path / "inbox.toml"
    place.write_text('"x\\n::error::y" = 1\nentry = []\n', encoding="utf-8")
    with pytest.raises(DeclarationError) as told:
        declarations.read_toml(place, inbox.Names)
    assert "\n" not in told.value.what


def _times(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_atime_ns, stat.st_mtime_ns


@pytest.mark.parametrize("load", [lambda path: declarations.read_toml(path, Column), declarations.load_toml])
def test_a_text_is_parsed_once_and_another_text_of_its_length_and_time_again(tmp_path: Path, load) -> None:
    path = write(tmp_path, "a.toml", 'name = "one"')
    first, times = load(path), _times(path)
    assert load(path) is first
    path.write_text('name = "two"')
    os.utime(path, ns=times)
    assert dict(load(path))["name"] == "two"
    assert dict(first)["name"] == "one"


def test_what_was_wrong_is_told_again_and_with_the_file_that_was_asked_for(tmp_path: Path) -> None:
    for name in ("a.toml", "a.toml", "b.toml"):
        path = write(tmp_path, name, "zzzz = 1")
        with pytest.raises(DeclarationError, match=re.escape(f"{path}: unknown key 'zzzz'")):
            declarations.read_toml(path, Format)


def _counting(*patterns: str):
    """A loader of the texts of these files, and the folders that it was asked for."""
    asked: list[list[Path]] = []

    @declarations.read_once(*patterns)
    def load(dirs):
        asked.append(list(dirs))
        found = [path for pattern in patterns for path in declarations.files(dirs, pattern).values()]
        if any("wrong" in path.read_text() for path in found):
            raise DeclarationError("wrong")
        return [path.read_text() for path in found]

    return load, asked


def test_folders_are_read_once_while_their_files_of_these_names_stay_as_they_are(tmp_path: Path) -> None:
    load, asked = _counting("one.toml", "some/*.csv")
    ours, first, second = tmp_path / "ours", tmp_path / "first", tmp_path / "second"
    path = write(ours, "some/a.csv", "x")
    write(first, "agencies/mine.toml", "another kind of file")
    second.mkdir()
    assert load([ours]) is load([ours, first]) is load([ours, first, second]) is load([ours, second])
    assert len(asked) == 1
    times = _times(path)
    path.write_text("y")
    os.utime(path, ns=times)
    assert load([ours, first]) == ["y"]
    write(second, "one.toml", "z")
    assert load([ours, second]) == ["z", "y"]
    (second / "one.toml").unlink()
    assert load([ours, second]) == ["y"]
    assert len(asked) == 3


def test_the_order_of_the_folders_counts(tmp_path: Path) -> None:
    load, _ = _counting("one.toml")
    first, second = tmp_path / "first", tmp_path / "second"
    write(first, "one.toml", "1")
    write(second, "one.toml", "2")
    assert (load([first, second]), load([second, first])) == (["2"], ["1"])


def test_folders_that_could_not_be_read_are_read_again_and_few_are_kept(tmp_path: Path) -> None:
    load, asked = _counting("one.toml")
    write(tmp_path, "one.toml", "wrong")
    for _ in range(2):
        with pytest.raises(DeclarationError, match="wrong"):
            load([tmp_path])
    assert len(asked) == 2
    folders = [tmp_path / str(number) for number in range(declarations.REMEMBERED + 1)]
    for folder in folders:
        write(folder, "one.toml", folder.name)
        load([folder])
    before = len(asked)
    assert (load([folders[-1]]), load([folders[0]])) == ([folders[-1].name], [folders[0].name])
    assert len(asked) == before + 1  # the oldest was forgotten


def test_an_error_about_columns_does_not_quote_cells_of_a_file_that_is_no_table_of_ours(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "people.csv").write_text("Zqname,35202-1234567-1,code\nx,y,z\n", encoding="utf-8")
    (tmp_path / "reference" / "codes.csv").symlink_to(tmp_path / "people.csv")
    with pytest.raises(DeclarationError) as told:
        declarations.read_csv(declarations.folders([tmp_path]), "reference/codes.csv", ["vocabulary", "code"])
    assert told.value.fix == "the columns are: code, 2 that are no names of columns"
