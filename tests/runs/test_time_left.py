from __future__ import annotations

import pytest

from autograder.runs.time_left import TimeLeft, in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "less than a minute left"),
        (62, "about a minute left"),
        (250, "about 4 minutes left"),
        (3_600, "about 1 hour left"),
        (4_350, "about 1 hour and 10 minutes left"),
        (7_199, "about 2 hours left"),
    ],
)
def test_the_time_is_told_no_more_exactly_than_it_is_known(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_nothing_is_said_before_the_pace_is_known_or_when_all_is_done() -> None:
    now = [0.0]
    left = TimeLeft(lambda: now[0])
    assert left.of(200) == ""
    for _ in range(4):
        now[0] += 3.0
        left.step()
    assert left.of(196) == "about 10 minutes left"
    assert left.of(0) == ""


def test_the_pace_is_that_of_the_latest_steps() -> None:
    now = [0.0]
    left = TimeLeft(lambda: now[0])
    for step in range(100):
        now[0] += 100.0 if step < 50 else 1.0
        left.step()
    assert left.of(300) == "about 5 minutes left"
