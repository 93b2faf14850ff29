"""The sample exam, taken in and half marked, so that every tab has something to show."""

from __future__ import annotations

from autograder.application import Application
from autograder.domain.exam import Exam
from autograder.settings import PROJECT

SAMPLE = PROJECT / "samples" / "os-quiz"


def load_demo(application: Application) -> Exam:
    """Takes the sample in as a teacher would; reading and grading go on in the job worker.

    Graded before the teacher's marks are known, so that the two can be compared.
    """
    marking = application.marking
    exam = marking.import_exam(SAMPLE / "exam.json")
    scans = sorted((SAMPLE / "scans").iterdir())
    marking.add_scans(exam.id, [(scan.name, scan) for scan in scans])
    marking.grade(exam.id)
    marking.import_reviews(exam.id, SAMPLE / "teacher.csv")
    return exam
