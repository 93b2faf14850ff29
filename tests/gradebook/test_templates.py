import pytest

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.exam import Exam
from autograder.domain.script import Region, Script
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook.samples import hand_in

UPPER = Region("q1", 1, (0.1, 0.1, 0.9, 0.5))
LOWER = Region("q2", 1, (0.1, 0.5, 0.9, 1.0))


def test_what_was_drawn_last_is_what_holds(gradebook: Gradebook, script: Script) -> None:
    page = script.pages[0].id
    assert gradebook.templates.of_exam("os") == ({}, ())
    gradebook.templates.save("os", {1: page}, [UPPER], "Teacher")
    gradebook.templates.save("os", {1: page}, [UPPER, LOWER], "Teacher")
    pages, regions = gradebook.templates.of_exam("os")
    assert (pages, regions) == ({1: page}, (UPPER, LOWER))
    gradebook.templates.save("os", {}, [], "Teacher")
    assert gradebook.templates.of_exam("os") == ({}, ())


@pytest.mark.parametrize(
    "region",
    [
        Region("q1", 2, (0, 0, 1, 1)),
        Region("q1", 1, (0.5, 0, 0.5, 1)),
        Region("q1", 1, (0, 0, 1.1, 1)),
        Region("q1", 1, (0, float("nan"), 1, 1)),
    ],
)
def test_a_region_that_is_nowhere_is_refused(
    gradebook: Gradebook, script: Script, region: Region
) -> None:
    with pytest.raises(InvalidInput):
        gradebook.templates.save("os", {1: script.pages[0].id}, [region], "Teacher")
    assert gradebook.templates.of_exam("os") == ({}, ())


def test_a_template_is_of_its_exam(gradebook: Gradebook, exam: Exam, script: Script) -> None:
    other = gradebook.exams.create("Other").id
    theirs = hand_in(gradebook, "eve", exam_id=other).pages[0].id
    with pytest.raises(NotFound, match="not in the exam"):
        gradebook.templates.save("os", {1: theirs}, [], "Teacher")
    with pytest.raises(NotFound, match="no longer has"):
        gradebook.templates.save(other, {1: theirs}, [UPPER], "Teacher")
    with pytest.raises(NotFound):
        gradebook.templates.save("nope", {}, [], "Teacher")
