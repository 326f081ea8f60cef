"""Links explain themselves; people's answers are counted."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit import declarations, linkage
from recordkit.linkage import explanation, human_decisions

LINK = {
    "link_id": "L0123456789abcdef", "kind": "person", "left_id": "a", "right_id": "b", "match_weight": 3.5,
    "probability": 0.92, "decision": "auto", "reasons": ["prior -16.00", "name: same key +7.50", "cnic: equal +12.00"],
}  # fmt: skip


def test_a_waterfall_adds_up_to_the_weight() -> None:
    assert explanation.waterfall(LINK)[-1]["total"] == LINK["match_weight"]
    text = explanation.explain(LINK)
    assert "same key" in text
    assert "+3.50" in text


def test_a_join_by_rule_says_the_rule() -> None:
    text = explanation.explain(LINK | {"match_weight": None, "probability": 1.0, "reasons": ["same number"]})
    assert "rule: same number" in text
    assert "decided by rule" in text


def test_a_bar_runs_from_the_total_before_to_the_total_after() -> None:
    prior, name, card = explanation.weight_bars(LINK)[:3]
    assert prior.index("░") == name.index("█")
    assert abs(name.rindex("█") + 1 - card.index("█")) <= 1
    assert prior.count("░") == round(16 / 19.5 * 34)


def test_shares_of_the_model_stand_beside_a_level_and_rarity_is_what_is_left() -> None:
    model = [{"model": "person", "name": "name", "level": "same key", "m_probability": 0.5, "u_probability": 0.01,
              "match_weight": 5.64}]  # fmt: skip
    row = explanation.waterfall(LINK, model)[1]
    assert (row["m"], row["u"], row["rarity"]) == (0.5, 0.01, 1.86)
    assert explanation.waterfall(LINK, model)[2]["m"] is None


def links(count: int) -> pl.DataFrame:
    rows = [
        LINK | {"link_id": f"L{at:016x}", "left_id": f"a{at}", "right_id": f"b{at}", "probability": (at + 0.5) / count}
        for at in range(count)
    ]
    return pl.DataFrame(rows)


def decided(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "kind", "left_id", "right_id",
        verdict=pl.when(pl.col("probability") > 0.6).then(pl.lit("same")).otherwise(pl.lit("different")),
        decided_by=pl.lit("amina"), decided_at=pl.lit("2026-08-01"),
    )  # fmt: skip


def test_the_queue_asks_first_what_is_likeliest_to_change_and_never_asks_twice() -> None:
    rows = links(20)
    first = human_decisions.queue(rows, human_decisions.empty())
    assert first["probability"][0] == rows["probability"].max()  # nothing joined them, and all but certain
    assert human_decisions.queue(rows, decided(first.head(5))).height == 15


def test_a_labelled_sample_gives_precision_and_recall_with_intervals() -> None:
    drawn = human_decisions.sample(links(2000), 200)
    answers = decided(drawn).select("left_id", "right_id", "verdict")
    found = human_decisions.quality(
        drawn.with_columns(said=pl.col("probability") >= 0.5).join(answers, on=["left_id", "right_id"])
    )
    assert found["precision"][1] < found["precision"][0] < found["precision"][2]
    assert 0.7 < found["precision"][0] < 0.9
    assert found["recall"][0] == 1.0


PEOPLE = linkage.load([declarations.PACKAGED]).people
NAMESAKES = ["prior -9.00", "name: same key +6.00", "father: same key +5.00", "district: else -2.00"]


@pytest.mark.parametrize(
    ("weight", "reasons", "words"),
    [
        (0.0, NAMESAKES, "Not joined: the rule 'a name and a relative in another district, and nothing else'"),
        (0.0, [*NAMESAKES, "phone: equal +4.00"], "Not joined: it weighs +0.00 bits, and +2.00 are asked for"),
        (1.5, ["prior -9.00", "name: same key +10.50"], "Not joined: it weighs +1.50 bits, and +2.00 are asked for"),
        (3.0, ["prior -9.00", "name: same key +12.00"], "Not joined although its +3.00 bits reach the threshold of +2.00"),
    ],
)
def test_a_pair_that_is_two_says_which_rule_threshold_or_group_keeps_it_so(weight: float, reasons: list[str], words: str) -> None:
    assert PEOPLE is not None
    said = explanation.why_two(LINK | {"match_weight": weight, "reasons": reasons}, PEOPLE)
    assert said.startswith(words)
