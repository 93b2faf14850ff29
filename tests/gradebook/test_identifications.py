import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Script, Student
from autograder.gradebook.gradebook import Gradebook


@pytest.fixture
def ann(gradebook: Gradebook, script: Script) -> Student:
    return gradebook.rosters.save("os", Student("", "007", "Ann Lee"))


@pytest.fixture
def bob(gradebook: Gradebook, script: Script) -> Student:
    return gradebook.rosters.save("os", Student("", "008", "Bob Ray"))


def test_a_guess_has_its_certainty_until_a_person_confirms_it(
    gradebook: Gradebook, script: Script, ann: Student
) -> None:
    gradebook.scripts.assign(script.id, ann.id, 0.7)
    guessed = gradebook.scripts.get(script.id)
    assert (guessed.student, guessed.certainty) == (ann, 0.7)
    gradebook.scripts.confirm(script.id, "Teacher")
    sure = gradebook.scripts.get(script.id)
    assert (sure.student, sure.certainty) == (ann, None)
    said = gradebook.scripts.identifications(script.id)
    assert [(each.number, each.certainty, each.author) for each in said] == [
        ("007", 0.7, ""),
        ("007", None, "Teacher"),
    ]


def test_a_guess_does_not_replace_what_a_person_said(
    gradebook: Gradebook, script: Script, ann: Student, bob: Student
) -> None:
    gradebook.scripts.assign(script.id, ann.id, author="Teacher")
    gradebook.scripts.assign(script.id, bob.id, 0.999)
    assert gradebook.scripts.get(script.id).student == ann


def test_a_better_guess_replaces_a_guess(
    gradebook: Gradebook, script: Script, ann: Student, bob: Student
) -> None:
    gradebook.scripts.assign(script.id, ann.id, 0.6)
    gradebook.scripts.assign(script.id, bob.id, 0.9)
    gradebook.scripts.assign(script.id, bob.id, 0.9)
    assert gradebook.scripts.get(script.id).student == bob
    assert len(gradebook.scripts.identifications(script.id)) == 2


def test_a_student_whom_a_person_took_away_is_not_guessed_again(
    gradebook: Gradebook, script: Script, ann: Student, bob: Student
) -> None:
    gradebook.scripts.assign(script.id, ann.id, 0.999)
    gradebook.scripts.assign(script.id, None, author="Teacher")
    gradebook.scripts.assign(script.id, ann.id, 0.999)
    assert gradebook.scripts.get(script.id).student is None
    gradebook.scripts.assign(script.id, bob.id, 0.8)
    assert gradebook.scripts.get(script.id).student == bob


def test_nobody_cannot_be_confirmed(gradebook: Gradebook, script: Script) -> None:
    with pytest.raises(InvalidInput, match="Choose its student"):
        gradebook.scripts.confirm(script.id, "Teacher")


def test_what_was_said_outlasts_the_roster(
    gradebook: Gradebook, script: Script, ann: Student
) -> None:
    gradebook.scripts.assign(script.id, ann.id, 0.7)
    gradebook.scripts.discard(script.id)
    gradebook.rosters.remove("os", ann.id)
    gone = gradebook.scripts.get(script.id)
    assert (gone.student, gone.certainty) == (None, None)
    assert [each.number for each in gradebook.scripts.identifications(script.id)] == ["007"]
