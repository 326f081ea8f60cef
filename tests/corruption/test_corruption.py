"""Damaged files of every kind: each comes out right, or as a named finding with its place; never silently different."""

from __future__ import annotations

from collections import Counter

import mapped
import pytest
import suite
from archive_files import CASES as ARCHIVES
from delimited_files import CASES as DELIMITED
from encoded_files import CASES as ENCODED
from habit_files import CASES as HABITS
from mapped import MappedCase
from mapped_files import CASES as LAYOUTS
from suite import SILENT, Case
from workbook_files import CASES as WORKBOOKS

MAPPED = [*LAYOUTS, *HABITS]
READ = [*DELIMITED, *ENCODED, *WORKBOOKS, *ARCHIVES]


@pytest.mark.parametrize("one", READ, ids=lambda one: one.name)
def test_cells_are_right_or_loud(one: Case, tmp_path, record_property):
    verdict = suite.judge(one, tmp_path)
    record_property("corruption", verdict.score)
    assert verdict.score != SILENT, verdict.differences
    assert verdict.score == one.want, verdict.differences
    assert verdict.found == one.found


@pytest.mark.parametrize("one", MAPPED, ids=lambda one: one.name)
def test_records_are_right_or_loud(one: MappedCase, tmp_path, record_property):
    verdict = mapped.judge(one, tmp_path)
    record_property("corruption", verdict.score)
    assert verdict.score != SILENT, (verdict.differences, verdict.found)
    assert verdict.score == one.want, (verdict.differences, verdict.found)
    assert one.found <= verdict.found, verdict.found


@pytest.mark.parametrize("cases", [READ, MAPPED], ids=["cells", "records"])
def test_every_case_has_its_own_name(cases):
    names = Counter(one.name for one in cases)
    assert [name for name, count in names.items() if count > 1] == []


def test_the_suite_is_large():
    assert len(READ) + len(MAPPED) > 320
