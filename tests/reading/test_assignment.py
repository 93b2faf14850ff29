from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.script import Student
from autograder.reading.assignment import assign_all, within_pile
from autograder.reading.identify import CERTAIN, Candidate

A, B, C = (Student(each, each, each) for each in "abc")


def maybe(*chances: tuple[Student, float]) -> list[Candidate]:
    return [Candidate(student, certainty) for student, certainty in chances]


def test_a_student_who_has_a_script_is_less_likely_to_have_another() -> None:
    pile = {"x": maybe((A, 0.9997)), "y": maybe((A, 0.495), (B, 0.495))}
    best = within_pile(pile)["y"][0]
    assert best.student == B and best.certainty > 0.95


def test_a_student_that_a_person_chose_is_taken() -> None:
    pile = {"x": maybe((A, 1.0)), "y": maybe((A, 0.5), (B, 0.4999))}
    assert {script: each.student for script, each in assign_all(pile).items()} == {"x": A, "y": B}


def test_two_scripts_of_one_student_are_both_asked() -> None:
    for second in (0.9997, 0.992):
        pile = {"x": maybe((A, 0.99999)), "y": maybe((A, second)), "z": maybe((C, 0.999))}
        assert set(assign_all(pile)) == {"z"}


def test_alike_scripts_stay_undecided() -> None:
    either = maybe((A, 0.495), (B, 0.495))
    assert assign_all({"x": either, "y": either}) == {}


def test_a_pile_without_clues_or_scripts_is_no_trouble() -> None:
    assert assign_all({}) == {}
    assert assign_all({"x": []}) == {}
    assert within_pile({"x": []}) == {"x": []}


chances = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(
    lambda raw: [each / max(sum(raw), 1) for each in raw]
)


@given(st.lists(chances, max_size=4))
def test_nobody_is_certain_twice_and_certainties_sum_to_at_most_one(
    rows: list[list[float]],
) -> None:
    pile = {
        str(at): sorted(maybe(*zip((A, B, C), row, strict=True)), key=lambda each: -each.certainty)
        for at, row in enumerate(rows)
    }
    found = within_pile(pile)
    assert all(sum(each.certainty for each in some) <= 1 + 1e-9 for some in found.values())
    certain = [each.student.id for each in assign_all(pile).values()]
    assert len(certain) == len(set(certain))
    assert all(each.certainty >= CERTAIN for each in assign_all(pile).values())
