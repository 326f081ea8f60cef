"""SQL conditions of declarations: what is refused, and what a hostile one cannot do."""

from __future__ import annotations

import time

import polars as pl
import pytest

from recordkit.conditions import expression


@pytest.mark.parametrize(
    "sql",
    [
        "a > AVG(a)", "COUNT(*) > 1", "FIRST(a) = 1", "LEAD(a) > 1", '"SUM"(a) > 1', 'a > "AVG" (a)',
        "/* ' */ SUM(a) OVER () > 1 /* ' */", "a = $$ ' $$ AND SUM(a) > 1 AND b = $$ ' $$", "a = 'it''s' AND SUM(b) > 1",
        "EXISTS(SELECT 1)", "a IN (SELECT 1)", "ROW_NUMBER() OVER () > 1", "a = 1 LIMIT 1", "a = 1 -- and more",
        "CURRENT_DATE > a", "NOW() > a", "REPEAT(a, 1000000000) = 'x'", "LPAD(a, 1000000000, ' ') = 'x'",
        "READ_CSV('/etc/passwd')", "a = '" + "x" * 5000 + "'",
    ],
)  # fmt: skip
def test_a_condition_that_is_not_about_one_row_is_refused(sql: str) -> None:
    """An overlay may come from anybody: nothing about other rows, tables, the clock, and no cell grows without end."""
    with pytest.raises(ValueError, match=r"not allowed|at most"):
        expression(sql)


@pytest.mark.parametrize(
    "sql", ["a > 1 AND b IS NULL", "a IN ('x -- y', 'COUNT(*)')", "LENGTH(a) > 3", "a LIKE '%now()%'"]
)
def test_a_condition_about_one_row_is_allowed_whatever_its_texts_say(sql: str) -> None:
    expression(sql)


def test_the_word_over_inside_quotes_is_only_a_word() -> None:
    expression("district = 'Over there'")


@pytest.mark.parametrize(
    "sql",
    ["`COUNT`(a) > 1", "[COUNT](a) > 1", r"E'\'' || CAST(COUNT(a) AS VARCHAR) || '' = ''", r"a = 'x\' OR COUNT(b) > 1", "N'x' = a",
     "a IN (TABLE persons)", "t.\"COUNT\"(a) > 1", "a # 1", "ünknown > 1"],
)  # fmt: skip
def test_another_kind_of_quotes_does_not_hide_a_function(sql: str) -> None:
    with pytest.raises(ValueError, match=r"not allowed|not valid"):
        expression(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "REPLACE(a, 'x', 'xxxxxxxxxx') = 'x'", "REPLACE(a, '', 'x') = 'x'", "REPLACE(a, 'x', b) = 'x'",
        "REPLACE(a, b, 'x') = 'x'", "REPLACE(a, 'x', '' || 'xxxxxxxx') = 'x'", "LOWER(REPLACE(a, ('x'), ('xx'))) = 'x'",
        " || ".join(["a"] * 40) + " = 'x'", f"CONCAT({', '.join(['a'] * 40)}) = 'x'",
    ],
)  # fmt: skip
def test_a_condition_cannot_make_a_cell_much_larger(sql: str) -> None:
    with pytest.raises(ValueError, match="not allowed"):
        expression(sql)


def nested(open_: str, close: str, deep: int, inner: str = "a", end: str = " = 'x'") -> str:
    """`inner` inside one thing again and again."""
    return open_ * deep + inner + close * deep + end


@pytest.mark.parametrize(
    "sql",
    [
        "a" + " BETWEEN TRUE AND TRUE" * 40, nested("(", " BETWEEN TRUE AND TRUE)", 40, end=""), nested("LEFT(", ", -1)", 40),
        nested("SUBSTR(", ", 0-1, 2)", 40), nested("NULLIF(", ", 5)", 40), nested("RIGHT(", ", n)", 40),
        nested("CASE ", " WHEN TRUE THEN TRUE WHEN FALSE THEN FALSE END", 20, end=""),
        nested("(CASE ", " WHEN TRUE THEN TRUE WHEN TRUE THEN TRUE END)", 20, end=""),
        nested("LEFT(LOWER(", "), 1)", 20), nested("LEFT(", ", 1", 20, end=""),
    ],
)  # fmt: skip
def test_a_condition_that_would_be_written_out_for_ever_is_refused_at_once(sql: str) -> None:
    """polars copies an argument of each of them: 20 of them inside one another are a million copies."""
    began = time.monotonic()
    with pytest.raises(ValueError, match="inside one another"):
        expression(sql)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "sql",
    [
        "REPLACE(REPLACE(a, '--', '-'), 'it''s', 'its') = 'x'", "a LIKE 'O''Brien' AND \"b\" = 1.5", "b - 1 > -2",
        "CASE a WHEN 'x' THEN b > 1 WHEN 'y' THEN b > 2 ELSE FALSE END", "a ~ '\\d+'", "CAST(b AS BIGINT) BETWEEN 1 AND 5",
        " OR ".join(f"SUBSTR(a, {at}, 1) = 'x'" for at in range(1, 30)),
        "LEFT(SUBSTR(RIGHT(LEFT(a, 4), 3), 2), 1) = 'x'",
    ],
)  # fmt: skip
def test_what_people_write_is_allowed_and_computed(sql: str) -> None:
    frame = pl.DataFrame({"a": ["x", None], "b": [1, 2]})
    assert frame.select(expression(sql)).height == 2
