from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.exam import Criterion, Question, Scale, credit
from autograder.domain.grade import Judgement
from autograder.grading.feedback import feedback

ANSWER = "They hold a lock and wait. Nobody can take it away from them."
CRITERIA = (
    Criterion("Names hold and wait", 2),
    Criterion("Names no preemption", 2),
    Criterion("Names circular wait", 1, "last"),
    Criterion("Names mutual exclusion", 1, "last"),
)


def question(criteria: Sequence[Criterion] = CRITERIA, scale: Scale = Scale(0, 5)) -> Question:  # noqa: B008
    return Question("q", "Q1", "Name conditions.", scale, (), tuple(criteria))


def judged(
    criteria: Sequence[Criterion], points: Sequence[float], evidence: tuple[int, int] | None = None
) -> list[Judgement]:
    return [
        Judgement(each.text, abs(point / each.marks), point, evidence if point else None)
        for each, point in zip(criteria, points, strict=True)
    ]


def told(points: Sequence[float], criteria: Sequence[Criterion] = CRITERIA) -> str:
    asked = question(criteria)
    mark = asked.mark_for(credit(criteria, points))
    return feedback(asked, judged(criteria, points), mark)


def test_it_says_what_was_credited_what_in_part_and_what_is_missing() -> None:
    assert told([2, 1, 0, 0]) == (
        "Credited: “Names hold and wait”. Partly credited: “Names no preemption”. "
        "Still missing: one of “Names circular wait”, “Names mutual exclusion”."
    )


def test_the_students_own_words_are_the_evidence() -> None:
    words = feedback(question(), judged(CRITERIA, [2, 0, 0, 0], (0, 25)), 2, ANSWER)
    assert "“Names hold and wait” (you wrote: “They hold a lock and wait”)" in words


def test_an_alternative_to_what_was_credited_is_not_missing() -> None:
    words = told([2, 2, 0, 1])
    assert "Names circular wait" not in words
    assert words.endswith("Nothing is missing.")


def test_of_a_choice_only_so_many_are_missing_as_would_count() -> None:
    causes = [Criterion(f"Names {name}", 2, "causes", 2) for name in ("heat", "dust", "age")]
    assert "Still missing: one of “Names heat”, “Names age”." in told([0, 2, 0], causes)
    assert "Look for: 2 of “Names heat”" in told([0, 0, 0], causes)
    assert "missing: " not in told([2, 2, 0], causes)


def test_marks_that_were_taken_off_are_said_and_mistakes_not_made_are_not() -> None:
    criteria = [*CRITERIA, Criterion("Confuses it with starvation", -1)]
    assert told([2, 2, 1, 0, -1], criteria).endswith(
        "Marks were taken off for: “Confuses it with starvation”."
    )
    assert "starvation" not in told([2, 2, 1, 0, 0], criteria)


def test_where_nothing_was_credited_it_is_kind_and_says_what_to_look_for() -> None:
    words = told([0, 0, 0, 0])
    assert words.startswith("Nothing could be credited yet. Look for: “Names hold and wait”;")


def test_without_criteria_it_goes_by_the_points_of_the_reference_answer() -> None:
    asked = question(())
    points = [Judgement("It maps pages", 0.9, 3, (0, 4)), Judgement("It protects them", 0.4, 1)]
    words = feedback(asked, [*points, Judgement("It is per process", 0.1, 0)], 4, "maps")
    assert words == (
        "Credited: “It maps pages” (you wrote: “maps”). Partly credited: “It protects them”. "
        "Still missing: “It is per process”."
    )
    assert "Credited: “" not in feedback(asked, points, 0)
    assert "missing:" not in feedback(asked, points, 5)
    assert feedback(asked, [], 3) == ""


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=4, max_size=4),
    st.text(max_size=80),
    st.tuples(st.integers(0, 90), st.integers(0, 90)),
)
def test_it_is_always_short_and_names_each_point_once(
    shares: list[float], answer: str, evidence: tuple[int, int]
) -> None:
    long = [Criterion(each.text + " and more" * 40, each.marks, each.group) for each in CRITERIA]
    points = [share * each.marks for share, each in zip(shares, long, strict=True)]
    mark = question(long).mark_for(credit(long, points))
    words = feedback(question(long), judged(long, points, evidence), mark, answer)
    assert 0 < len(words) < 900
    assert all(words.count(each.text) <= 1 for each in CRITERIA)
