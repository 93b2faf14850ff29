from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.domain.errors import EngineFailed, EngineUnavailable, InvalidInput
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.grade import Passage
from autograder.domain.job import Job
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.grader import Grader
from autograder.runs.drafting import DraftingRun, can_draft
from tests.fakes import CountingGrader, WritingGrader

PAGES = [Passage("b", "Primer", 7, "Paging maps pages to frames.", 0.9)]


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    opened = Gradebook(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def exam(gradebook: Gradebook) -> Exam:
    question = Question("q1", "Q1", "What is paging?", Scale(1, 5))
    return gradebook.exams.save(Exam("os", "Quiz", questions=(question,)))


def drafted(
    gradebook: Gradebook, job: Job, grader: Grader, passages: list[Passage] = PAGES
) -> list[str]:
    """Runs the job and returns what it reported."""
    said: list[str] = []
    run = DraftingRun(gradebook, lambda: grader, lambda *_: passages)
    run(job, lambda done, total, message: said.append(message))
    return said


def test_a_draft_is_kept_with_its_pages_and_the_question_stays_as_it_was(
    gradebook: Gradebook, exam: Exam
) -> None:
    grader, job = WritingGrader(), gradebook.jobs.submit("draft", "os", {"question": "q1"})
    assert drafted(gradebook, job, grader)[-1] == "Drafting the reference answer of Q1"
    draft = gradebook.drafts.newest("q1")
    assert draft is not None
    assert (draft.text, draft.passages) == ("Paging maps pages to frames.", tuple(PAGES))
    assert draft.maker == grader.maker
    assert gradebook.exams.get("os") == exam


def test_a_draft_that_was_done_before_a_kill_is_not_made_again(
    gradebook: Gradebook, exam: Exam
) -> None:
    job = gradebook.jobs.submit("draft", "os", {"question": "q1"})
    drafted(gradebook, job, WritingGrader())
    assert drafted(gradebook, job, WritingGrader()) == []
    gradebook.drafts.drop("q1")
    later = gradebook.jobs.submit("draft", "os", {"question": "q1", "again": "1"})
    assert later.created - job.created >= timedelta(0)
    assert drafted(gradebook, later, WritingGrader())


@pytest.mark.parametrize(
    ("grader", "passages", "reason"),
    [
        (CountingGrader(), PAGES, "counting.*needs the language model"),
        (WritingGrader(), [], "No textbook page was found for Q1"),
        (WritingGrader(), [Passage("b", "Primer", 7, " ", 0.9)], "hold no answer to Q1"),
    ],
)
def test_what_keeps_a_draft_from_being_made_is_said_in_words(
    gradebook: Gradebook, exam: Exam, grader: Grader, passages: list[Passage], reason: str
) -> None:
    job = gradebook.jobs.submit("draft", "os", {"question": "q1"})
    with pytest.raises((InvalidInput, EngineFailed, EngineUnavailable), match=reason):
        drafted(gradebook, job, grader, passages)
    assert gradebook.drafts.newest("q1") is None


def test_a_question_that_was_removed_gets_no_draft(gradebook: Gradebook, exam: Exam) -> None:
    job = gradebook.jobs.submit("draft", "os", {"question": "q1"})
    gradebook.exams.retire_question("os", "q1")
    with pytest.raises(InvalidInput, match="removed"):
        drafted(gradebook, job, WritingGrader())


def test_the_embedded_grader_cannot_draft_and_an_unknown_one_neither() -> None:
    assert not can_draft("encoder")
    assert not can_draft("nobody")
