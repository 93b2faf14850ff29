import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.exam import Criterion, Question, Scale
from autograder.grading import calibration, totals
from autograder.grading.calibration import Leaning

scales = st.sampled_from([Scale(0, 1), Scale(1, 5), Scale(0, 10, 0.5), Scale(-2, 3, 0.75)])
latents = st.floats(-30, 30)
CERTAIN = Leaning(0.0, 0.0)


@given(latents, scales, st.floats(-3, 3), st.floats(0, 2))
def test_the_chances_of_all_marks_of_a_scale_add_up_to_one(
    latent: float, scale: Scale, shift: float, spread: float
) -> None:
    chances = calibration.mark_chances(latent, 5.0, scale, Leaning(shift, spread))
    assert tuple(chances) == scale.marks
    assert sum(chances.values()) == pytest.approx(1)
    assert all(chance >= -1e-12 for chance in chances.values())


@given(st.floats(-8, 8), st.floats(0.1, 4), scales)
def test_a_better_answer_never_gets_a_lower_mark(latent: float, more: float, scale: Scale) -> None:
    low = calibration.mark_chances(latent, 5.0, scale, CERTAIN)
    high = calibration.mark_chances(latent + more, 5.0, scale, CERTAIN)
    assert totals.median(high) >= totals.median(low)
    assert totals.mean(high) >= totals.mean(low) - 1e-9


def test_not_knowing_the_teacher_makes_less_sure() -> None:
    sure = calibration.mark_chances(4.0, 4.0, Scale(0, 1), CERTAIN)
    unsure = calibration.mark_chances(4.0, 4.0, Scale(0, 1), Leaning(0.0, 2.0))
    assert unsure[1] < sure[1]


def test_criteria_add_up_and_of_alternatives_only_one_counts() -> None:
    criteria = (
        Criterion("a", 2),
        Criterion("b", 1, "either"),
        Criterion("c", 1, "either"),
        Criterion("d", 1),
    )
    question = Question("q", "Q", "?", Scale(0, 4), criteria=criteria)
    chances = calibration.total_chances(question, [20, 20, 20, -20], 5.0, [CERTAIN] * 4)
    assert chances[3] == pytest.approx(1, abs=1e-3)
    assert sum(chances.values()) == pytest.approx(1)


def test_a_stated_mistake_takes_marks_away() -> None:
    criteria = (Criterion("right", 2), Criterion("mistake", -1))
    question = Question("q", "Q", "?", Scale(0, 2), criteria=criteria)
    chances = calibration.total_chances(question, [20, 20], 5.0, [CERTAIN] * 2)
    assert chances[1] == pytest.approx(1, abs=1e-3)


@given(st.floats(0.02, 0.98), st.floats(0, 1.5))
def test_the_latent_for_a_share_is_expected_to_earn_it(share: float, spread: float) -> None:
    latent = calibration.latent_for(share, 4.0, spread)
    earned = calibration.mean_shares(np.array([latent]), 4.0, round(spread, 2))
    assert earned[0] == pytest.approx(share, abs=0.01)
