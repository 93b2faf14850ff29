from dataclasses import replace

import pytest

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.exam import Exam
from autograder.domain.script import Script, Student
from autograder.gradebook.gradebook import Gradebook

ANN, BOB = Student("", "007", "Ann Lee", "ann@example.edu", "A"), Student("", "7", "bob Ray")


def test_ids_are_text_and_students_stand_by_name(gradebook: Gradebook, exam: Exam) -> None:
    gradebook.rosters.merge("os", [BOB, ANN])
    found = gradebook.rosters.students("os")
    assert [(each.number, each.name) for each in found] == [("007", "Ann Lee"), ("7", "bob Ray")]


def test_a_known_number_is_updated_and_a_blank_takes_nothing_away(
    gradebook: Gradebook, exam: Exam
) -> None:
    first = gradebook.rosters.merge("os", [ANN])[0]
    again = gradebook.rosters.merge("os", [Student("", "007", "Ann Li", "", "B"), BOB])
    assert again[0] == Student(first.id, "007", "Ann Li", "ann@example.edu", "B")
    assert len(gradebook.rosters.students("os")) == 2


def test_a_number_twice_is_refused_and_nothing_is_merged(gradebook: Gradebook, exam: Exam) -> None:
    with pytest.raises(InvalidInput, match="007 stands there twice, for Ann Lee and for Eve"):
        gradebook.rosters.merge("os", [BOB, ANN, Student("", " 007 ", "Eve")])
    assert gradebook.rosters.students("os") == []


def test_a_student_is_added_and_changed(gradebook: Gradebook, exam: Exam) -> None:
    ann = gradebook.rosters.save("os", ANN)
    changed = replace(ann, number="008", name="Ann")
    assert gradebook.rosters.save("os", changed) == changed
    assert gradebook.rosters.students("os") == [changed]
    with pytest.raises(InvalidInput, match="already that of Ann"):
        gradebook.rosters.save("os", Student("", "008", "Eve"))
    with pytest.raises(InvalidInput, match="Eve has no student ID"):
        gradebook.rosters.save("os", Student("", " ", "Eve"))


def test_a_student_with_a_script_stays(gradebook: Gradebook, script: Script) -> None:
    ann = gradebook.rosters.save("os", ANN)
    gradebook.scripts.assign(script.id, ann.id)
    with pytest.raises(InvalidInput, match="“ann” is Ann Lee's"):
        gradebook.rosters.remove("os", ann.id)
    gradebook.scripts.discard(script.id)
    gradebook.rosters.remove("os", ann.id)
    assert gradebook.rosters.students("os") == []
    gradebook.scripts.restore(script.id)
    assert gradebook.scripts.get(script.id).student is None


def test_rosters_of_two_exams_are_apart(gradebook: Gradebook, exam: Exam) -> None:
    other = gradebook.exams.create("Other")
    ann = gradebook.rosters.save("os", ANN)
    theirs = gradebook.rosters.save(other.id, ann)
    assert theirs.id != ann.id
    with pytest.raises(NotFound):
        gradebook.rosters.remove(other.id, ann.id)
    with pytest.raises(NotFound):
        gradebook.rosters.merge("nope", [ANN])
