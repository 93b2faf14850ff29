from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.exam import Scale
from autograder.learning.encoding.ordinal import Marks, Ordinal, between, fit

TRUE = Ordinal(np.array([1.5, -0.5]), slope=3.0, strictness=0.8)
NARROW, FREE = np.full(2, 0.3), np.full(2, 5.0)
NO_LIMIT = np.full(2, -np.inf)


def marked(questions: int, each: int, seed: int = 0) -> Marks:
    """Answers that were marked on 0-5 exactly as the model says."""
    chance = np.random.default_rng(seed)
    scale = Scale(0, 5)
    question = np.repeat(np.arange(questions), each)
    features = np.column_stack([chance.normal(size=len(question)), np.ones(len(question))])
    strict = chance.normal(size=questions)[question] * TRUE.strictness
    latent = features @ TRUE.weights + strict + chance.logistic(size=len(question))
    cuts = np.arange(0.1, 1, 0.2)
    marks = (latent[:, None] > TRUE.slope * (cuts - 0.5)).sum(1)
    reach = np.array([between(scale.marks, float(mark)) for mark in marks])
    return Marks(features, np.zeros(len(question)), reach[:, 0], reach[:, 1], question)


def test_many_marks_tell_what_they_were_made_by() -> None:
    known = Ordinal(np.zeros(2), slope=4.5, strictness=0.4)
    found = fit(marked(60, 30), known, FREE, NO_LIMIT)
    assert found.weights == pytest.approx(TRUE.weights, abs=0.2)
    assert found.slope == pytest.approx(TRUE.slope, rel=0.1)
    assert found.strictness == pytest.approx(TRUE.strictness, rel=0.3)


def test_few_marks_leave_nearly_all_as_it_was_known() -> None:
    known = Ordinal(np.array([0.5, 0.0]), slope=4.0, strictness=0.5)
    few = fit(marked(1, 3), known, NARROW, NO_LIMIT)
    many = fit(marked(20, 40), known, NARROW, NO_LIMIT)
    assert abs(few.weights[0] - 0.5) < 0.3 < many.weights[0] - 0.5


def test_what_speaks_for_an_answer_is_never_made_to_speak_against_it() -> None:
    right = marked(5, 20)
    turned = Marks(-right.features, right.given, right.low, right.high, right.question)
    known = Ordinal(np.array([1.0, 0.0]), slope=3.0, strictness=0.5)
    found = fit(turned, known, FREE, np.array([0.25, -np.inf]))
    assert found.weights[0] == pytest.approx(0.25)


@settings(max_examples=40, deadline=None)
@given(
    minimum=st.integers(-3, 3),
    steps=st.integers(1, 40),
    step=st.sampled_from([0.25, 0.5, 1.0, 2.5]),
)
def test_the_reaches_of_a_scales_marks_cover_it_without_gap_or_overlap(
    minimum: int, steps: int, step: float
) -> None:
    scale = Scale(minimum, minimum + steps * step, step)
    reaches = [between(scale.marks, mark) for mark in scale.marks]
    assert reaches[0][0] == -np.inf
    assert reaches[-1][1] == np.inf
    for one, other in pairwise(reaches):
        assert one[1] == pytest.approx(other[0])


def test_a_mark_beside_the_scale_counts_as_the_nearest_on_it() -> None:
    assert between((0.0, 1.0, 2.0), 1.2) == between((0.0, 1.0, 2.0), 1.0)
    assert between((0.0, 1.0, 2.0), 7.0) == between((0.0, 1.0, 2.0), 2.0)
