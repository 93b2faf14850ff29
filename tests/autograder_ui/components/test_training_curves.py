from __future__ import annotations

import re

from autograder.learning.progress import Step
from autograder_ui.components.training_curves import MOST_POINTS, curves


def points(drawn: str, kind: str) -> list[tuple[float, float]]:
    found = re.search(rf'class="curve {kind}" points="([^"]+)"', drawn)
    assert found is not None
    return [(float(x), float(y)) for x, y in (each.split(",") for each in found[1].split())]


def test_nothing_is_drawn_before_anything_was_told() -> None:
    assert curves([]) == ""
    assert curves([Step(0, 10, message="Getting ready")]) == ""


def test_loss_falls_and_agreement_rises_towards_the_right() -> None:
    steps = [Step(at, 100, loss=2.0 / at, qwk=at / 100) for at in range(10, 100, 10)]
    drawn = curves(steps)
    loss, qwk = points(drawn, "loss"), points(drawn, "qwk")
    assert loss == sorted(loss)  # to the right, and down: y grows downwards
    assert [y for _, y in qwk] == sorted((y for _, y in qwk), reverse=True)


def test_both_say_in_words_what_they_show() -> None:
    drawn = curves([Step(1, 20, loss=1.5, qwk=0.2), Step(20, 20, loss=0.5, qwk=0.71)])
    assert "1.50 at step 1, 0.50 at step 20 of 20" in drawn
    assert "0.71 at step 20 of 20, best 0.71" in drawn


def test_what_was_done_again_after_a_kill_is_drawn_once() -> None:
    steps = [Step(1, 9, loss=3.0), Step(2, 9, loss=2.0), Step(3, 9, loss=9.0), Step(2, 9, loss=1.0)]
    drawn = curves(steps)
    assert len(points(drawn, "loss")) == 2
    assert "1.00 at step 2" in drawn


def test_the_trial_that_follows_makes_the_curves_no_narrower() -> None:
    taught = [Step(at, 9, loss=1.0 / at) for at in range(1, 10)]
    assert curves([*taught, Step(40, 200, message="Marking held-out answers")]) == curves(taught)


def test_a_long_training_draws_no_more_points_than_can_be_seen() -> None:
    drawn = curves([Step(at, 5_000, loss=1.0) for at in range(1, 5_000)])
    found = points(drawn, "loss")
    assert len(found) <= MOST_POINTS + 1
    assert f"at step {4_999} of 5000" in drawn
