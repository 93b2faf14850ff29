from __future__ import annotations

from dataclasses import replace

from autograder.learning.language.rows import Pair, Row, fingerprint, length, within

ROW = Row((1, 2, 3), (4,), where="a")
PAIR = Pair((1, 2), (3,), (4, 5), where="b")


def test_a_pair_is_as_long_as_its_longer_reply() -> None:
    assert (length(ROW), length(PAIR)) == (4, 4)


def test_what_is_too_long_is_left_out_whole_and_named_once() -> None:
    long = replace(ROW, prompt=(1,) * 9, where="Quiz 2, Q1")
    assert within([ROW, long, long], 5) == ([ROW], ["Quiz 2, Q1"])


def test_the_fingerprint_tells_any_change() -> None:
    same = fingerprint([ROW, PAIR], "base", 3)
    assert same == fingerprint([ROW, PAIR], "base", 3)
    others = [
        fingerprint([PAIR, ROW], "base", 3),
        fingerprint([ROW, replace(PAIR, rejected=(4, 6))], "base", 3),
        fingerprint([ROW, PAIR], "base", 4),
    ]
    assert same not in others
    assert len(set(others)) == 3
