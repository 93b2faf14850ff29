"""How a pile of scans becomes marks: read, split, find the textbook page, grade, record.

The only place where the capabilities meet. What a teacher asks for is a method of ``Marking``
that records it and hands the long part to the job queue; ``_read``, ``_grade`` and ``_index`` do
that part step by step and skip what the gradebook already holds, so that after a kill at any
moment the work goes on where it was.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import TypeVar

from PIL import Image

from autograder import plugins
from autograder.domain.errors import AutoGraderError, RefusedFile
from autograder.domain.exam import Exam, Question
from autograder.domain.grade import MarkedAnswer, Passage
from autograder.domain.job import Job
from autograder.domain.script import Page, Reading, Script, Upload, UploadState
from autograder.domain.textbook import Book
from autograder.gradebook.exporters import gradebook_csv
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.importers import exam_csv, exam_json, reviews_csv
from autograder.grading.choice import choose
from autograder.grading.grader import Grader
from autograder.jobs import Handler, Report
from autograder.reading import identify, intake, segmentation, stacks, straighten
from autograder.reading.recognizer import TextRecognizer
from autograder.retrieval import pages as textbook_pages
from autograder.retrieval import textbooks
from autograder.retrieval.index import TextbookIndex
from autograder.settings import Settings

T = TypeVar("T")

ANSWERS_AT_ONCE = 16
"""Answers given to the grader in one call: a kill costs at most these, a GPU batch is no larger."""


class Marking:
    """The main job: scans in, marks out."""

    def __init__(self, settings: Settings, gradebook: Gradebook, index: TextbookIndex) -> None:
        self._settings = settings
        self._gradebook = gradebook
        self._index = index
        self._lock = Lock()
        self._recognizer: TextRecognizer | None = None
        self._grader: Grader | None = None

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What does the long part, by kind of job."""
        return {
            "index": self._index_book,
            "read": self._read,
            "reviews": self._import_reviews,
            "grade": self._grade,
        }

    # What a teacher asks for

    def import_exam(self, path: Path, handed_in: bool = False) -> Exam:
        """Takes an exam in from JSON (with its roster and textbooks) or CSV.

        What an exam that was ``handed_in`` names must be handed in beside it.

        An exam of the same id is updated: changed questions become new versions, marks stay.
        """
        if path.suffix.lower() == ".csv":
            return self._gradebook.exams.save(exam_csv.read_exam(path))
        imported = exam_json.read_exam(path, handed_in)
        exam = self._gradebook.exams.save(imported.exam)
        self._gradebook.rosters.merge(exam.id, imported.students)
        for book in imported.textbooks:
            self.add_textbook(exam.id, book.name, book)
        return exam

    def import_reviews(self, exam_id: str, path: Path) -> Job:
        """Has marks that a teacher gave elsewhere (CSV) kept as reviews, once scripts are read."""
        sha = self._gradebook.scans.add_file(path)
        return self._gradebook.jobs.submit("reviews", exam_id, {"file": sha, "name": path.name})

    def add_scans(
        self, exam_id: str, files: Sequence[tuple[str, Path]], together: str = ""
    ) -> list[Upload]:
        """Keeps files (name, path) as scans of the exam and has them read.

        A file goes to the script that its name says, or all go to the one titled ``together``.
        A ZIP's members count as files. A file that can't be kept at all comes back REFUSED.
        """
        unpacked = list(self._unpacked(files))
        titles = stacks.script_titles([name for name, _ in unpacked])
        uploads = [
            self._keep(exam_id, name, content, together or title)
            for (name, content), title in zip(unpacked, titles, strict=True)
        ]
        if any(upload.state is UploadState.WAITING for upload in uploads):
            self._gradebook.jobs.submit("read", exam_id)
        return uploads

    def read_again(self, exam_id: str) -> Job:
        """Has the pages read that no engine could read so far."""
        return self._gradebook.jobs.submit("read", exam_id)

    def add_textbook(self, exam_id: str, name: str, path: Path) -> Book:
        """Keeps a textbook PDF for the exam and has it indexed. RefusedFile: it has no text."""
        pages = textbooks.count_pages(path, name)
        sha = self._gradebook.scans.add_file(path)
        book = self._gradebook.books.add(Path(name).stem.replace("-", " "), sha, pages)
        self._gradebook.books.attach(exam_id, book.id)
        if not self._index.holds(book.id):
            self._gradebook.jobs.submit("index", exam_id, {"book": book.id})
        return book

    def remove_textbook(self, exam_id: str, book_id: str) -> None:
        """Takes a textbook away from the exam; its index goes once no exam uses it."""
        self._gradebook.books.detach(exam_id, book_id)
        if not any(book_id in self._books(exam.id) for exam in self._gradebook.exams.all()):
            self._gradebook.books.remove(book_id)
            self._index.remove(book_id)

    def grade(self, exam_id: str, question_ids: Sequence[str] | None = None) -> Job:
        """Has every answer graded that this grader hasn't graded as it now stands."""
        arguments = {"questions": ",".join(question_ids)} if question_ids else {}
        return self._gradebook.jobs.submit("grade", exam_id, arguments)

    def passages(self, exam_id: str, question: Question, answer: str = "") -> list[Passage]:
        """The textbook pages where the question's answer stands, or where this answer does."""
        books = [book for book in self._books(exam_id) if self._index.holds(book)]
        if not books:
            return []
        query = f"{question.text} {answer}".strip()
        return self._index.search(query, books, self._settings.retrieval.passages)

    def textbook_page(self, book_id: str, page: int, highlight: str = "") -> bytes:
        """A textbook page as PNG, the passage highlighted."""
        book = self._gradebook.books.get(book_id)
        return textbook_pages.render(self._gradebook.scans.path(book.pdf), page, highlight)

    def page_image(self, page_id: str) -> bytes:
        """A script's page as PNG."""
        return self._gradebook.scans.read(self._gradebook.scripts.page(page_id).image)

    def export(self, exam_id: str, bom: bool = False) -> bytes:
        """The gradebook as CSV; ``bom`` for Excel, without for an LMS."""
        exam = self._gradebook.exams.get(exam_id)
        students = self._gradebook.rosters.students(exam_id)
        scripts = self._gradebook.scripts.all(exam_id)
        marked = self._gradebook.marks.of_exam(exam_id)
        return gradebook_csv.export(exam, students, scripts, marked, bom)

    # Scans come in

    def _unpacked(
        self, files: Sequence[tuple[str, Path]]
    ) -> Iterator[tuple[str, bytes | Path | RefusedFile]]:
        for name, path in files:
            if not intake.is_zip(path):
                yield name, path
                continue
            try:
                yield from intake.unpack(path, name, self._settings.intake)
            except RefusedFile as refusal:
                yield name, refusal

    def _keep(
        self, exam_id: str, name: str, content: bytes | Path | RefusedFile, title: str
    ) -> Upload:
        if isinstance(content, RefusedFile):
            return Upload("", exam_id, name, "", title, UploadState.REFUSED, content.reason)
        limit = self._settings.intake.max_file_bytes
        size = content.stat().st_size if isinstance(content, Path) else len(content)
        if size > limit:
            reason = f"it is larger than {limit // 1_000_000} MB. Scan at 200 dpi, or split it."
            return Upload("", exam_id, name, "", title, UploadState.REFUSED, reason)
        scans = self._gradebook.scans
        sha = scans.add_file(content) if isinstance(content, Path) else scans.add(content)
        return self._gradebook.scripts.add_upload(exam_id, name, sha, title)

    # The long part: reading

    def _read(self, job: Job, report: Report) -> None:
        waiting = self._gradebook.scripts.uploads(job.exam_id, UploadState.WAITING)
        for done, upload in enumerate(waiting):
            report(done, len(waiting), f"Opening {upload.name}")
            self._open(upload)
        self._read_pages(job.exam_id, report)
        for script in self._gradebook.scripts.unsplit(job.exam_id):
            self._split(script)

    def _open(self, upload: Upload) -> None:
        scans, scripts = self._gradebook.scans, self._gradebook.scripts
        try:
            images = intake.pages(scans.path(upload.scan), upload.name, self._settings.intake)
            pages = [(scans.add(each.png), each.width, each.height, each.source) for each in images]
        except RefusedFile as refusal:
            scripts.refuse_upload(upload.id, refusal.reason)
        else:
            scripts.take_upload(upload.id, pages)

    def _read_pages(self, exam_id: str, report: Report) -> None:
        pages = self._gradebook.scripts.unread_pages(exam_id)
        if not pages:
            return
        report(0, len(pages), "Getting ready to read")
        owner = {
            page.id: script
            for script in self._gradebook.scripts.all(exam_id)
            for page in script.pages
        }
        engine = self._engine()
        done = 0
        for some in _chunks(pages, engine.batch_size):
            report(done, len(pages), f"Reading page {done + 1} of {len(pages)}")
            images = [self._image(page) for page in some]
            found = straighten.read_upright(images, engine)
            for page, image, upright in zip(some, images, found, strict=True):
                self._turn(page, image, upright.turns)
                self._record_reading(owner[page.id], page, upright.reading)
            done += len(some)
        report(done, len(pages), "Splitting scripts into answers")

    def _turn(self, page: Page, image: Image.Image, turns: int) -> None:
        """Keeps a page upright that was scanned on its side; the scan itself stays as it is."""
        if turns % 4 == 0:
            return
        stream = io.BytesIO()
        upright = straighten.turn_image(image, turns)
        upright.save(stream, "PNG")
        sha = self._gradebook.scans.add(stream.getvalue())
        self._gradebook.scripts.set_image(page.id, sha, upright.width, upright.height)

    def _record_reading(
        self, script: Script, page: Page, result: Reading | AutoGraderError
    ) -> None:
        scripts = self._gradebook.scripts
        if isinstance(result, Reading):
            scripts.record_reading(page.id, result)
        else:
            scripts.set_problem(script.id, f"Page {page.number} could not be read: {result}")

    def _split(self, script: Script) -> None:
        exam = self._gradebook.exams.get(script.exam_id)
        readings = [(page.id, self._gradebook.scripts.reading(page.id)) for page in script.pages]
        read = [(page_id, reading) for page_id, reading in readings if reading is not None]
        if script.student is None:
            self._identify(script, read[0][1] if read else None)
        pieces = segmentation.split(read, exam.questions)
        self._gradebook.answers.record(script.id, pieces, read[0][1].engine if read else "")
        if script.problem:  # of a page that could not be read before
            self._gradebook.scripts.set_problem(script.id, "")

    def _identify(self, script: Script, first_page: Reading | None) -> None:
        roster = self._gradebook.rosters.students(script.exam_id)
        student = identify.identify(script.title, first_page, roster)
        if student is not None:
            self._gradebook.scripts.assign(script.id, student.id)

    def _image(self, page: Page) -> Image.Image:
        return Image.open(io.BytesIO(self._gradebook.scans.read(page.image))).convert("RGB")

    # The long part: grading

    def _grade(self, job: Job, report: Report) -> None:
        report(0, 0, "Getting the grader ready")
        grader = self._ready_grader()
        chosen = job.arguments.get("questions", "")
        questions = chosen.split(",") if chosen else None
        todo = self._gradebook.marks.to_grade(job.exam_id, grader.maker, questions)
        done = 0
        for question, answers in _by_question(todo):
            for some in _chunks(answers, ANSWERS_AT_ONCE):
                report(done, len(todo), f"Grading {question.label}")
                self._grade_answers(job.exam_id, grader, question, some)
                done += len(some)
        report(done, len(todo), f"{done} answers graded by {grader.name}")

    def _grade_answers(
        self, exam_id: str, grader: Grader, question: Question, answers: Sequence[MarkedAnswer]
    ) -> None:
        texts = [each.answer.current.text for each in answers]
        examples = self._gradebook.marks.examples(question.id)
        predictions = grader.grade(question, texts, self.passages(exam_id, question), examples)
        for marked, text, prediction in zip(answers, texts, predictions, strict=True):
            found = tuple(self.passages(exam_id, question, text))
            self._gradebook.marks.record(
                marked.answer.id,
                marked.answer.current.version,
                question,
                replace(prediction, passages=found),
            )

    # The long part: reviews from a file

    def _import_reviews(self, job: Job, report: Report) -> None:
        exam = self._gradebook.exams.get(job.exam_id)
        students = self._gradebook.rosters.students(exam.id)
        path = self._gradebook.scans.path(job.arguments["file"])
        report(0, 0, f"Taking in the marks of {job.arguments['name']}")
        rows = reviews_csv.read_reviews(path, exam, students)
        given = {(row.student, row.question): row for row in rows}
        owners = {
            script.id: script.student.number
            for script in self._gradebook.scripts.all(exam.id)
            if script.student
        }
        for marked in self._gradebook.marks.of_exam(exam.id):
            label = marked.question.label if marked.question else ""
            row = given.get((owners.get(marked.answer.script_id, ""), label))
            if row is not None and not marked.reviews:
                self._gradebook.marks.review(
                    marked.answer.id, row.mark, self._settings.reviewer, row.comment
                )

    # The long part: indexing

    def _index_book(self, job: Job, report: Report) -> None:
        book = self._gradebook.books.get(job.arguments["book"])
        pdf = self._gradebook.scans.path(book.pdf)
        title = f"Reading the textbook “{book.title}”"
        report(0, book.pages, title)
        self._index.add(book, pdf, lambda done, total: report(done, total, title))

    # The engines, loaded on first use

    def _engine(self) -> TextRecognizer:
        with self._lock:
            if self._recognizer is None:
                name = self._settings.reading_engine
                self._recognizer = plugins.recognizer(name, self._settings)
            return self._recognizer

    def _ready_grader(self) -> Grader:
        with self._lock:
            if self._grader is None:
                name, _ = choose(self._settings)
                self._grader = plugins.grader(name, self._settings)
            return self._grader

    def _books(self, exam_id: str) -> list[str]:
        return [book.id for book in self._gradebook.books.of_exam(exam_id)]


def _by_question(
    answers: Sequence[MarkedAnswer],
) -> Iterator[tuple[Question, list[MarkedAnswer]]]:
    asked = [(each.question, each) for each in answers if each.question is not None]
    asked.sort(key=lambda pair: (pair[0].label, pair[0].id))
    for question, group in groupby(asked, key=lambda pair: pair[0]):
        yield question, [each for _, each in group]


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
