import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.marked_example import MarkedExample

QUESTION = Question(
    "q1", "Q1", "What is a thread?", Scale(0, 2), (), (Criterion("runs", 1), Criterion("shares", 1))
)


def test_points_stand_for_the_criteria_one_by_one() -> None:
    example = MarkedExample("a", QUESTION, "It runs.", 1, (1, None))
    assert example.criteria == (1, None)


@pytest.mark.parametrize("field", ["criteria", "predicted_criteria"])
def test_points_for_other_criteria_are_refused_with_the_place_where_they_stand(field: str) -> None:
    points = {field: (1.0,)}
    with pytest.raises(InvalidInput, match=r"marks\.csv, line 3: 1 points .* 2 criteria"):
        MarkedExample("a", QUESTION, "It runs.", 1, where="marks.csv, line 3", **points)  # type: ignore[arg-type]
