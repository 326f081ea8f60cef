"""A register with districts is not taken for one by a sender who has no districts."""

from __future__ import annotations

from pathlib import Path

import recordkit as rk

REGISTER = """\
S#,Name of District,Name of PS,Case No,Date of FIR,Date of Incident,Under Section,Accused Persons,Case Status
1,Kotli,City,601/2026,14-10-2026,13-10-2026,379 PPC,Bilal Ahmed,Under Investigation
2,Bagh,City,602/2026,15-10-2026,14-10-2026,379 PPC,Bilal Ahmed,Under Investigation
"""


def test_a_column_of_districts_speaks_against_a_sender_without_districts(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(REGISTER, encoding="utf-8")
    result = rk.validate(path, show_values=True)
    assert result.files["agency"].to_list() != ["railways"]
    assert set(result.findings["code"]) & {"RK201", "RK224"}
