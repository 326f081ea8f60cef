"""What a sheet has no column for is said once for the sheet, and not again in every row."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from recordkit import details, issues
from recordkit.issues import Rules
from recordkit.mapping import SheetPlan


def codes(rules: Rules, known: Collection[str], plan: SheetPlan) -> list[str]:
    """The cross-field rules that ask only for fields that no column, constant or reshaping of the sheet gives.

    known: the intake fields of its unit. A rule that puts rows aside speaks of every row whatever the reason is.
    """
    missing = set(known) - set(plan.fields)
    found = [rule for rule in rules.by_code.values() if rule.level == "cross-field" and rule.stage == "standardise"]
    return [rule.code for rule in found if rule.severity != "reject" and missing.issuperset(rule.fields)]


def once(counted: pl.DataFrame, rules: Rules, plan: SheetPlan) -> pl.DataFrame:
    """One finding (ISSUE_SCHEMA) for every code of `counted`: the findings about rows, `code` alone. None where a
    required column is missing: RK203 says it, and the rest follows from it."""
    codes = [rule.code for rule in rules.by_code.values() if not {*plan.required}.isdisjoint(rule.fields)]
    counted = counted.filter(~pl.col("code").is_in(codes))
    return issues.concat(
        issues.make(
            code, file_sha256=plan.file_sha256, sheet=plan.sheet, field=rules[code].fields[0],
            detail=details.text("no_column_in_sheet", count=f"{times:,}"),
        )
        for code, times in counted.group_by("code").len().sort("code").rows()
    )  # fmt: skip
