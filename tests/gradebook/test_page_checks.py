import pytest

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.exam import Exam
from autograder.domain.script import Reading, Script
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook.samples import hand_in, line


def test_a_page_is_accepted_until_it_is_opened_again(gradebook: Gradebook, script: Script) -> None:
    one, two = (page.id for page in script.pages)
    gradebook.checks.accept(one, "Teacher")
    gradebook.checks.accept(one, "Teacher")
    gradebook.checks.accept(two, "Teacher")
    assert gradebook.checks.accepted("os") == {one, two}
    gradebook.checks.reopen(one, "Teacher")
    assert gradebook.checks.accepted("os") == {two}
    assert gradebook.checks.accepted("other") == set()


def test_a_page_that_is_read_anew_has_to_be_accepted_anew(
    gradebook: Gradebook, script: Script
) -> None:
    page = script.pages[0].id
    gradebook.checks.accept(page, "Teacher")
    beside = Reading("second", "1", (line("Anne"),), beside=True)
    gradebook.scripts.record_reading(page, beside)
    assert gradebook.checks.accepted("os") == {page}
    gradebook.scripts.record_reading(page, Reading("better", "1", (line("Ann"),)))
    assert gradebook.checks.accepted("os") == set()


def test_a_page_that_is_turned_has_to_be_accepted_anew(
    gradebook: Gradebook, script: Script
) -> None:
    page = script.pages[0].id
    gradebook.checks.accept(page, "Teacher")
    gradebook.fixes.turn(page, gradebook.scans.add(b"turned"), 8, 6, (), "Teacher")
    assert gradebook.checks.accepted("os") == set()
    gradebook.fixes.undo("os", "Teacher")
    assert gradebook.checks.accepted("os") == {page}


def test_only_what_was_read_can_be_accepted(gradebook: Gradebook, exam: Exam) -> None:
    unread = hand_in(gradebook, "bob", read=False).pages[0].id
    with pytest.raises(InvalidInput, match="not been read yet"):
        gradebook.checks.accept(unread, "Teacher")
    with pytest.raises(NotFound):
        gradebook.checks.reopen("nope", "Teacher")
