from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.domain.errors import EngineFailed, EngineUnavailable, InvalidInput
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.grade import Maker, Passage
from autograder.domain.job import Job
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.grader import Grader
from autograder.runs.drafting import DraftingRun, can_draft, has_learned_drafter
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


class Learned(WritingGrader):
    """A drafting model that was put to work."""

    maker = Maker("generator", "bart-base", "generator-20261121-0a1b2c3d")

    def __init__(self, reads_textbook: bool, error: Exception | None = None) -> None:
        super().__init__()
        self.reads_textbook = reads_textbook
        self.read: list[Sequence[Passage]] = []
        self._error = error

    def reference_answer(self, question: Question, passages: Sequence[Passage]) -> str:
        self.read.append(passages)
        if self._error is not None:
            raise self._error
        return f"Learned: {question.text}"


@pytest.mark.parametrize("reads_textbook", [True, False])
def test_a_drafting_model_at_work_writes_in_place_of_the_grader(
    gradebook: Gradebook, exam: Exam, reads_textbook: bool
) -> None:
    job = gradebook.jobs.submit("draft", "os", {"question": "q1"})
    learned = Learned(reads_textbook)
    run = DraftingRun(gradebook, CountingGrader, lambda *_: PAGES, lambda: learned)
    run(job, lambda *_: None)
    draft = gradebook.drafts.newest("q1")
    assert draft is not None
    assert (draft.text, draft.maker) == ("Learned: What is paging?", Learned.maker)
    pages = tuple(PAGES) if reads_textbook else ()
    assert (draft.passages, tuple(learned.read[0])) == (pages, pages)


@pytest.mark.parametrize("when", ["found", "used"])
def test_a_damaged_drafting_model_leaves_drafting_to_the_grader(
    gradebook: Gradebook, exam: Exam, when: str
) -> None:
    job = gradebook.jobs.submit("draft", "os", {"question": "q1"})
    error, said = EngineUnavailable("It is damaged."), list[str]()

    def learned() -> Learned:
        if when == "found":
            raise error
        return Learned(False, error)

    run = DraftingRun(gradebook, WritingGrader, lambda *_: PAGES, learned)
    run(job, lambda done, total, message: said.append(message))
    draft = gradebook.drafts.newest("q1")
    assert draft is not None and draft.maker == WritingGrader.maker
    assert "It is damaged." in said


def test_where_no_grader_can_write_the_damage_is_what_is_told(
    gradebook: Gradebook, exam: Exam
) -> None:
    job = gradebook.jobs.submit("draft", "os", {"question": "q1"})
    damaged = Learned(False, EngineUnavailable("It is damaged."))
    run = DraftingRun(gradebook, CountingGrader, lambda *_: PAGES, lambda: damaged)
    with pytest.raises(EngineUnavailable, match="It is damaged"):
        run(job, lambda *_: None)


def test_whether_a_drafting_model_is_at_work_is_known_without_loading_it(
    gradebook: Gradebook,
) -> None:
    assert not has_learned_drafter(gradebook)
    gradebook.promotions.promote("generator", "generator-20261121-0a1b2c3d", "Asha")
    assert has_learned_drafter(gradebook)
    gradebook.promotions.roll_back("generator", "Asha")
    assert not has_learned_drafter(gradebook)
