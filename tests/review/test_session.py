"""What each key does, without a screen or a store."""

from __future__ import annotations

from recordkit.review import Session


def sitting(count: int = 4) -> tuple[Session, list[tuple[str, str]], list[int]]:
    said: list[tuple[str, str]] = []
    taken: list[int] = []

    def decide(pair: dict[str, object], verdict: str) -> int:
        said.append((str(pair["link_id"]), verdict))
        return len(said)

    pairs = [{"link_id": f"L{n}", "kind": "case" if n % 2 else "person", "worth": n + 1} for n in range(count)]
    return Session(pairs, decide, taken.append), said, taken


def test_one_key_is_one_answer_and_the_next_pair() -> None:
    session, said, _ = sitting()
    for key in "sdu":
        assert session.press(key)
    assert said == [("L0", "same"), ("L1", "different"), ("L2", "unsure")]
    assert session.pair is not None
    assert session.pair["link_id"] == "L3"


def test_next_and_back_answer_nothing_and_the_end_is_no_trap() -> None:
    session, said, _ = sitting(2)
    for key in ("n", "right", " ", "n", "s"):
        session.press(key)
    assert said == []
    assert session.pair is None
    session.press("p")
    assert session.pair is not None
    assert session.pair["link_id"] == "L1"


def test_the_last_answer_is_taken_back_and_its_pair_comes_back() -> None:
    session, _, taken = sitting()
    for key in ("s", "d", "z"):
        session.press(key)
    assert taken == [2]
    assert session.told == {"L0": "same"}
    assert session.pair is not None
    assert session.pair["link_id"] == "L1"


def test_taking_back_a_second_answer_leaves_the_first_standing() -> None:
    session, _, taken = sitting()
    for key in ("s", "p", "d", "z"):
        session.press(key)
    assert taken == [2]
    assert session.told == {"L0": "same"}


def test_taking_back_nothing_says_so() -> None:
    session, _, taken = sitting()
    session.press("z")
    assert taken == []
    assert "nothing" in session.message


def test_pairs_are_filtered_by_what_they_move_and_by_kind() -> None:
    session, _, _ = sitting()
    session.press("f")
    session.press("f")
    assert [pair["worth"] for pair in session.view] == [3, 4]
    session.press("k")
    assert [pair["link_id"] for pair in session.view] == ["L2"]
    session.press("k")
    session.press("k")
    session.press("o")
    assert [pair["worth"] for pair in session.view] == [4, 3]


def test_q_ends_and_an_unknown_key_does_nothing() -> None:
    session, said, _ = sitting()
    assert session.press("x")
    assert "?" in session.message
    assert not session.press("q")
    assert said == []
