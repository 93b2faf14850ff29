"""What a teacher brings along: marks given elsewhere, and textbooks."""

from __future__ import annotations

from autograder.domain.grade import MarkedAnswer
from autograder.domain.job import SHARPEN, Job
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.importers import reviews_csv
from autograder.jobs import Report
from autograder.retrieval.index import TextbookIndex


class ReviewsRun:
    """Keeps marks from a file as reviews. An answer that was reviewed already stays as it is.

    The answers that have no mark in it learn from those that have.
    """

    def __init__(self, gradebook: Gradebook, reviewer: str) -> None:
        self._gradebook = gradebook
        self._reviewer = reviewer

    def __call__(self, job: Job, report: Report) -> None:
        """Does a job of the kind ``reviews``."""
        exam = self._gradebook.exams.get(job.exam_id)
        students = self._gradebook.rosters.students(exam.id)
        path = self._gradebook.scans.path(job.arguments["file"])
        report(0, 0, f"Taking in the marks of {job.arguments['name']}")
        rows = reviews_csv.read_reviews(path, exam, students)
        given = {(row.student, row.question): row for row in rows}
        for student, marked in self._answers(exam.id):
            row = given.get((student, marked.question.label if marked.question else ""))
            if row is not None and not marked.reviews:
                self._gradebook.marks.review(
                    marked.answer.id, row.mark, self._reviewer, row.comment
                )
        for question in exam.questions:  # all, for after a kill nobody knows which got marks
            self._gradebook.jobs.submit(SHARPEN, exam.id, {"question": question.id})

    def _answers(self, exam_id: str) -> list[tuple[str, MarkedAnswer]]:
        scripts = self._gradebook.scripts.all(exam_id)
        numbers = {script.id: script.student.number for script in scripts if script.student}
        marked = self._gradebook.marks.of_exam(exam_id)
        return [(numbers.get(each.answer.script_id, ""), each) for each in marked]


class IndexRun:
    """Makes a textbook searchable."""

    def __init__(self, gradebook: Gradebook, index: TextbookIndex) -> None:
        self._gradebook = gradebook
        self._index = index

    def __call__(self, job: Job, report: Report) -> None:
        """Does a job of the kind ``index``, unless another has done it meanwhile."""
        if self._index.holds(job.arguments["book"]):
            return
        book = self._gradebook.books.get(job.arguments["book"])
        pdf = self._gradebook.scans.path(book.pdf)
        title = f"Reading the textbook “{book.title}”"
        report(0, book.pages, title)
        self._index.add(book, pdf, lambda done, total: report(done, total, title))
