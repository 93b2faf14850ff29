import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.job import Job
from autograder.jobs import worker_name
from autograder_ui.components.bookshelf import Bookshelf
from tests.gradebook.samples import hand_in, piece, prediction


@pytest.fixture
def shelf(application: Application, blocks: gr.Blocks) -> Bookshelf:
    return Bookshelf(application, gr.State())


@pytest.fixture
def exam(application: Application) -> Exam:
    """An exam with one graded answer."""
    gradebook = application.gradebook
    exam = gradebook.exams.save(
        Exam("os", "Quiz", questions=(Question("q1", "Q1", "?", Scale(1, 5)),))
    )
    script = hand_in(gradebook, "ann")
    pieces = [piece("q1", script.pages[0].id, "Blocks.")]
    answer = gradebook.answers.record(script.id, pieces, "fake")[0]
    gradebook.marks.record(answer.id, 1, exam.questions[0], prediction())
    return exam


def done(application: Application, kind: str) -> Job:
    jobs = application.gradebook.jobs
    job = jobs.submit(kind, "os", {"book": "b"} if kind == "index" else {})
    jobs.claim(worker_name())
    jobs.finish(job.id, worker_name())
    return job


def offered(shelf: Bookshelf) -> bool:
    return bool(shelf.load("os")[1]["visible"])


def test_grading_again_is_offered_once_a_book_came_after_it(
    shelf: Bookshelf, application: Application, exam: Exam
) -> None:
    done(application, "index")
    done(application, "grade")
    assert not offered(shelf)
    done(application, "index")
    assert offered(shelf)
    shelf.grade_again("os")
    assert not offered(shelf)
    assert [job.kind for job in application.gradebook.jobs.active("os")] == ["grade"]


def test_before_anything_is_graded_a_book_is_just_a_book(
    shelf: Bookshelf, application: Application
) -> None:
    application.gradebook.exams.save(
        Exam("os", "Quiz", questions=(Question("q1", "Q1", "?", Scale(1, 5)),))
    )
    done(application, "index")
    assert not offered(shelf)


def test_a_book_that_is_still_being_read_is_not_graded_by(
    shelf: Bookshelf, application: Application, exam: Exam
) -> None:
    done(application, "grade")
    application.gradebook.jobs.submit("index", "os", {"book": "b"})
    assert not offered(shelf)
