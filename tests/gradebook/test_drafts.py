import pytest

from autograder.domain.errors import NotFound
from autograder.domain.exam import Exam
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook.samples import MAKER, prediction

PASSAGES = prediction().passages


def test_the_newest_draft_of_a_question_comes_back_as_it_was(
    gradebook: Gradebook, exam: Exam
) -> None:
    assert gradebook.drafts.newest("q1") is None
    gradebook.drafts.add("q1", "An older one.", MAKER)
    kept = gradebook.drafts.add("q1", "Pages are mapped to frames.", MAKER, PASSAGES)
    gradebook.drafts.add("q2", "Of another question.", MAKER)
    assert gradebook.drafts.newest("q1") == kept
    assert (kept.text, kept.maker, kept.passages) == (
        "Pages are mapped to frames.",
        MAKER,
        PASSAGES,
    )


def test_a_dropped_draft_is_shown_no_more_until_there_is_a_newer_one(
    gradebook: Gradebook, exam: Exam
) -> None:
    gradebook.drafts.add("q1", "No good.", MAKER)
    gradebook.drafts.drop("q1")
    assert gradebook.drafts.newest("q1") is None
    better = gradebook.drafts.add("q1", "Better.", MAKER)
    assert gradebook.drafts.newest("q1") == better


def test_a_draft_never_becomes_part_of_the_question(gradebook: Gradebook, exam: Exam) -> None:
    gradebook.drafts.add("q2", "A frame is a block of memory.", MAKER)
    assert gradebook.exams.get("os") == exam


def test_a_draft_needs_its_question(gradebook: Gradebook) -> None:
    with pytest.raises(NotFound):
        gradebook.drafts.add("nope", "x", MAKER)
    with pytest.raises(NotFound):
        gradebook.drafts.drop("nope")
