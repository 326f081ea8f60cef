"""Every known input gives what expected/*.toml says: the right value, or a finding at that place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases import known

CASES = known.every()


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_known_input_gives_what_is_declared_of_it(
    case: known.Case, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, text = None, ""
    if case.command != "validate" or case.exit is not None or case.says or case.says_not:
        code = known.run(case, tmp_path)
        text = "\n".join(capfd.readouterr())
    wrong = [f"exit {code}, not {case.exit}"] if case.exit not in (None, code) else []
    wrong += [f"it does not say '{one}'" for one in case.says if one not in text]
    wrong += [f"it says '{one}'" for one in case.says_not if one in text]
    if case.codes or case.no_codes or case.clean or case.rows or case.count or case.tally:
        got = known.compiled(tmp_path) if case.command == "compile" else known.received(case)
        wrong += known.differences(case, got)
    assert not wrong, "\n".join([*wrong, *text.splitlines()])


def test_every_case_states_what_it_expects_of_files_that_are_there() -> None:
    names = [case.id for case in CASES]
    assert len(set(names)) == len(names)
    for case in CASES:
        assert case.command in known.COMMANDS, case.id
        assert case.files, case.id
        assert all((known.HERE / one).exists() for one in (*case.files, *case.schemas)), case.id
        assert known.verdict(case) != "read" or case.exit is not None or case.tally or case.says_not, case.id


def test_the_page_of_known_inputs_is_fresh() -> None:
    kept = known.PAGE.read_text(encoding="utf-8") if known.PAGE.exists() else ""
    assert kept == known.page(), "run: python tests/cases/known.py"


def test_a_value_that_is_not_the_declared_one_fails_its_case() -> None:
    case = next(case for case in CASES if case.rows and case.command == "validate")
    name, rows = next(iter(case.rows.items()))
    key = next(key for key in rows[0] if key != "blank")
    other = known.Case(case.kind, case.name, case.files, rows={name: [{**rows[0], key: "other"}, *rows[1:]]})
    assert known.differences(other, known.received(case))


def test_every_input_has_an_expected_outcome() -> None:
    named = [known.HERE / one for case in CASES for one in case.files]
    inputs = [
        path
        for path in known.HERE.rglob("*")
        if path.is_file() and path.parent != known.HERE and not {"schemas", "agencies", "expected", "__pycache__"} & set(path.parts)
    ]
    without = [path for path in inputs if not any(path == one or path.is_relative_to(one) for one in named)]
    assert not [path.relative_to(known.HERE).as_posix() for path in without]
