"""A class of ninety, graded by a machine that is sure and right; nobody has marked."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from autograder.application import Application
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.grade import OWN, Flag, Maker, Prediction
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook.samples import hand_in, piece

EXAM, STUDENTS, FLAGGED = "os", 90, 4
MAKER = Maker("encoder", "1")
QUESTIONS = (
    Question("", "Q1", "What is a page?", Scale(0, 4)),
    Question("", "Q2", "What is a frame?", Scale(0, 4)),
)


def graded_class(folder: Path) -> None:
    """Makes the gradebook in that folder."""
    gradebook = Gradebook(folder)
    exam = gradebook.exams.save(Exam(EXAM, "Quiz", "", QUESTIONS))
    for number in range(STUDENTS):
        script = hand_in(gradebook, f"student {number}", exam_id=exam.id)
        pieces = [piece(each.id, script.pages[0].id, f"It is {number}.") for each in exam.questions]
        gradebook.answers.record(script.id, pieces, "fake")
    for question in exam.questions:
        marked = gradebook.marks.of_question(question.id)
        predicted = [
            (each.answer.id, each.answer.current.version, _predicted(place))
            for place, each in enumerate(marked)
        ]
        gradebook.marks.record_all(question, predicted)
    gradebook.close()


def mark(application: Application, number: int, given: float = 3.0) -> None:
    """The teacher marks so many of each question's answers."""
    marks = application.gradebook.marks
    for question in application.gradebook.exams.get(EXAM).questions:
        waiting = [each for each in marks.of_question(question.id) if not each.reviews]
        decisions = [(each.answer.id, given, 0) for each in waiting[-number:]]
        marks.review_all(EXAM, decisions, "Ada", way=OWN)


def _predicted(place: int) -> Prediction:
    sure = float(np.random.default_rng(place).uniform(0.86, 0.99))
    flags = (Flag("orders", "It speaks to the grader."),) if place < FLAGGED else ()
    return Prediction(3.0, ((3.0, 1.0),), sure, MAKER, flags=flags)
