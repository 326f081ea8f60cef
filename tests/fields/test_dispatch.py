"""Kernels that remember: the same output, and each value cleaned once."""

import polars as pl

from recordkit.fields import dispatch

ASKED: list[list[str | None]] = []


@dispatch.remembered
def upper(values: pl.Series, ending: str) -> pl.DataFrame:
    ASKED.append(values.to_list())
    return pl.DataFrame({"out": values.str.to_uppercase() + ending})


def test_a_value_is_cleaned_once_whatever_batch_it_comes_in() -> None:
    ASKED.clear()
    assert upper(pl.Series(["a", None, "b", "a"]), "!")["out"].to_list() == ["A!", None, "B!", "A!"]
    assert upper(pl.Series(["b", "c"]), "!")["out"].to_list() == ["B!", "C!"]
    assert upper(pl.Series(["c", "a"]), "!")["out"].to_list() == ["C!", "A!"]
    assert [one for one in ASKED if one] == [["a", None, "b"], ["c"]]


def test_other_arguments_have_a_memory_of_their_own() -> None:
    assert upper(pl.Series(["a"]), "?")["out"].to_list() == ["A?"]
    assert upper(pl.Series(["a"]), "!")["out"].to_list() == ["A!"]


def test_more_values_than_are_remembered_are_cleaned_all_the_same(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(dispatch, "MOST", 3)
    words = [f"w{at}" for at in range(10)]
    for values in (words[:2], words, words[::-1]):
        assert upper(pl.Series(values), "-")["out"].to_list() == [one.upper() + "-" for one in values]


def test_what_is_remembered_is_bounded_and_holds_no_long_text(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(dispatch, "LONGEST", 5)
    ASKED.clear()
    long = ["x" * 6, "short"]
    for _ in range(2):
        assert upper(pl.Series(long), "/")["out"].to_list() == ["XXXXXX/", "SHORT/"]
    assert [one for one in ASKED if one] == [long, ["xxxxxx"]]
    monkeypatch.setattr(dispatch, "MEMORIES", 2)
    for ending in "pqrs":
        upper(pl.Series(["known"]), ending)
    ASKED.clear()
    upper(pl.Series(["known"]), "s")
    upper(pl.Series(["known"]), "p")
    assert [one for one in ASKED if one] == [["known"]]


def test_a_copy_does_not_keep_what_it_was_taken_from() -> None:
    whole = pl.DataFrame({"value": [f"a value longer than twelve bytes {at}" for at in range(20_000)], "n": [[1]] * 20_000})
    few = whole.filter(pl.col("value").str.ends_with("777"))
    assert dispatch.copied(few).equals(few)
    assert dispatch.copied(few).schema == few.schema
    assert dispatch.copied(few).estimated_size() < few.estimated_size() / 100 or few.estimated_size() < 10_000


def test_a_short_series_is_untouched_where_no_value_has_a_pattern_and_a_long_one_is_not_asked() -> None:
    values = pl.Series(["aslam", None, "imran"])
    assert dispatch.untouched(values, "[0-9]", "^x")
    assert not dispatch.untouched(values, "[0-9]", "^i")
    assert dispatch.untouched(values.clear(), "a")
    assert not dispatch.untouched(pl.Series(["a"] * (dispatch.SHORT + 1)), "[0-9]")


def test_two_parts_are_put_back_in_the_order_of_the_values() -> None:
    def named(name: str) -> dispatch.Parser:
        return lambda values: pl.DataFrame({"value": values, "by": pl.Series([name] * len(values), dtype=pl.String)})

    values = pl.Series(["b", "1", "a", "2", "c"])
    found = dispatch.by_shape(values, [("[0-9]", named("figure"))], named("other"))
    assert found["value"].to_list() == values.to_list()
    assert found["by"].to_list() == ["other", "figure", "other", "figure", "other"]
