"""A word for what somebody is in the case that is not known, is of several roles, or is missing costs no row."""

from __future__ import annotations

import polars as pl
import pytest

import recordkit

ROLES = {
    "Victim/Complainant": ("victim", "RK355"), "Complainant - Victim": ("victim", "RK355"), "Accused & Witness": ("accused", "RK355"),
    "Deportee": ("other", "RK322"), "Passenger": ("other", "RK322"), "Beneficiary": ("other", "RK322"), "Qzwv": ("other", "RK322"),
    "": ("other", "RK248"), "N.K": ("other", "RK248"), "Accused": ("accused", None), "Deceased/Injured": ("victim", None),
    "Child victim": ("victim", "RK348"),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> recordkit.Validation:
    rows = [f"Ali {chr(65 + at)}khtar,S/O Karim,{at}/2026,City,Kasur,13-10-2026,{role},302 PPC" for at, role in enumerate(ROLES, 1)]
    path = tmp_path_factory.mktemp("roles") / "accused.csv"
    path.write_text("\n".join(["Name,Parentage,FIR No,PS,District,Date,Role,Sections", *rows]), encoding="utf-8")
    return recordkit.validate(path)


def test_no_row_is_lost_for_its_role(found: recordkit.Validation) -> None:
    assert found.tables["persons"]["role"].to_list() == [role for role, _ in ROLES.values()]


def test_what_is_not_certain_of_a_role_is_a_finding(found: recordkit.Validation) -> None:
    of_role = found.findings.filter(pl.col("field") == "role")
    codes = {row["row"]: row["code"] for row in of_role.to_dicts()}
    assert codes == {at: code for at, (_, code) in enumerate(ROLES.values(), 2) if code}
