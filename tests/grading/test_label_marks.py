from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.exam import Criterion, Question, Scale, credit
from autograder.domain.grade import Flag, Maker, Prediction
from autograder.grading import label_marks, prompt
from autograder.grading.label_marks import LabelScore

MAKER = Maker("llama")
MET, PARTLY, NOT = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def question(*marks: float, step: float = 1.0) -> Question:
    criteria = tuple(Criterion(f"point {n}", worth) for n, worth in enumerate(marks))
    return Question("q", "Q", "?", Scale(0, sum(m for m in marks if m > 0), step), (), criteria)


def tasks(asked: Question) -> list[prompt.Task]:
    if not asked.criteria:
        return [prompt.mark_task(asked, ())]
    return [prompt.criterion_task(asked, index, ()) for index in range(len(asked.criteria))]


def predicted(asked: Question, *chances: tuple[float, ...], mass: float = 1.0) -> Prediction:
    scores = [LabelScore(each, mass) for each in chances]
    return label_marks.prediction(asked, tasks(asked), scores, MAKER)


def test_the_mark_is_the_sum_of_the_criteria() -> None:
    made = predicted(question(1, 2, 2, -1), MET, PARTLY, NOT, MET)
    assert [each.marks for each in made.judgements] == [1, 1, 0, -1]
    assert (made.mark, made.confidence) == (1, 1.0)


def test_half_a_criterion_that_cannot_be_given_counts_as_either() -> None:
    made = predicted(question(1, 3), MET, PARTLY)
    assert dict(made.distribution) == {0: 0, 1: 0, 2: 0.5, 3: 0.5, 4: 0}
    halves = predicted(question(1, 3, step=0.5), MET, PARTLY)
    assert halves.mark == 2.5


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.5, 3.0, -1.0]), min_size=1, max_size=5),
    st.sampled_from([0.5, 1.0]),
    st.data(),
)
def test_the_distribution_holds_every_mark_and_the_mark_is_one_of_them(
    marks: list[float], step: float, data: st.DataObject
) -> None:
    if max(marks) < step:
        return
    asked = question(*marks, step=step)
    weights = st.tuples(*[st.integers(0, 9)] * 3).filter(any)
    chances = [data.draw(weights) for _ in marks]
    made = predicted(asked, *[tuple(x / sum(each) for x in each) for each in chances])
    distribution = dict(made.distribution)
    assert tuple(distribution) == asked.scale.marks
    assert sum(distribution.values()) == pytest.approx(1)
    points = [each.marks for each in made.judgements]
    assert made.mark == asked.mark_for(credit(asked.criteria, points))


def test_a_mark_as_a_whole_is_the_middle_one() -> None:
    asked = Question("q", "Q", "?", Scale(0, 3))
    made = predicted(asked, (0.3, 0.1, 0.2, 0.4))
    assert (made.mark, made.confidence, made.judgements) == (2, 0.2, ())


def test_little_probability_on_the_labels_is_flagged() -> None:
    kinds = [[f.kind for f in predicted(question(1), MET, mass=m).flags] for m in (0.9, 0.2)]
    assert kinds == [[], ["hesitant"]]


def test_what_could_not_be_read_has_no_mark() -> None:
    asked = question(1, 1, 1)
    too_long = Flag("not_graded", "It was too long.")
    scores: list[LabelScore | Flag] = [LabelScore(MET, 1.0), too_long, too_long]
    made = label_marks.prediction(asked, tasks(asked), scores, MAKER)
    assert made.mark is None
    assert made.flags == (too_long,)
