from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.domain.exam import Criterion, Exam, Question, Scale
from autograder.domain.script import Script
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook.samples import hand_in

CRITERIA = (Criterion("says what a page is", 1), Criterion("says what a frame is", 1))


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    opened = Gradebook(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def exam(gradebook: Gradebook) -> Exam:
    """A quiz of two questions, with the ids “q1” and “q2”."""
    questions = (
        Question("q1", "Q1", "What is paging?", Scale(1, 5), ("Fixed-size blocks.",), CRITERIA),
        Question("q2", "Q2", "What is a frame?", Scale(0, 10, 0.5)),
    )
    return gradebook.exams.save(Exam("os", "Quiz", "Operating Systems", questions))


@pytest.fixture
def script(gradebook: Gradebook, exam: Exam) -> Script:
    """A script of two pages, both read, not yet split."""
    return hand_in(gradebook, "ann", pages=2)
