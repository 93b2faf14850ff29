import pytest

from autograder.domain.errors import NotFound
from autograder.domain.exam import Exam
from autograder.gradebook.gradebook import Gradebook


def test_names_are_hidden_until_somebody_shows_them(gradebook: Gradebook, exam: Exam) -> None:
    assert not gradebook.names.shown("os")
    gradebook.names.show("os", True, "Teacher")
    assert gradebook.names.shown("os")
    gradebook.names.show("os", False, "Teacher")
    assert not gradebook.names.shown("os")


def test_every_switch_is_logged_with_who_did_it(gradebook: Gradebook, exam: Exam) -> None:
    for shown, author in ((False, "Ann"), (True, "Ann"), (True, "Bob"), (False, "Bob")):
        gradebook.names.show("os", shown, author)
    told = [(each.shown, each.author) for each in gradebook.names.history("os")]
    assert told == [(True, "Ann"), (False, "Bob")]
    assert not gradebook.names.shown(gradebook.exams.create("Other").id)
    with pytest.raises(NotFound):
        gradebook.names.show("nope", True, "Ann")
