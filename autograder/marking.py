"""How a pile of scans becomes marks: read, split, find the textbook page, grade, record.

Here the capabilities meet. What a teacher asks for is a method of ``Marking`` that records it and
hands the long part to the job queue; ``runs`` does that part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.domain.errors import InvalidInput, RefusedFile
from autograder.domain.exam import Exam, Question
from autograder.domain.grade import BULK, GROUP, OWN, MarkedAnswer, Passage, Review, Ruling
from autograder.domain.job import LEARN, SHARPEN, Job
from autograder.domain.script import WRITTEN, Script, Student, Upload, UploadState
from autograder.domain.textbook import Book
from autograder.embedding import TextEmbedding
from autograder.formats import lab_json
from autograder.formats.office import OFFICE
from autograder.gradebook.exporters import feedback_csv, gradebook_csv
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.importers import exam_csv, exam_json
from autograder.gradebook.importers.exam_json import ImportedExam
from autograder.gradebook.importers.roster_csv import read_roster
from autograder.grading.grouping import Group
from autograder.jobs import Handler
from autograder.reading import intake, stacks
from autograder.reading.identify import Candidate
from autograder.reading.sheets.printing import SheetOrder, print_sheets
from autograder.reading.written.kinds import suffix
from autograder.reading.written.submission import Submission
from autograder.retrieval import pages as textbook_pages
from autograder.retrieval import textbooks
from autograder.retrieval.index import TextbookIndex
from autograder.runs.drafting import NO_BOOK, DraftingRun, has_learned_drafter
from autograder.runs.grading import BOOKS, GradingRun
from autograder.runs.grouping import AlikeAnswers
from autograder.runs.importing import IndexRun, ReviewsRun
from autograder.runs.learning.graders import LearnedGraders
from autograder.runs.learning.learned_drafter import drafter_at_work
from autograder.runs.learning.training import TrainingRun
from autograder.runs.page_fixing import PageFixing
from autograder.runs.reading import AGAIN, STUDENTS, ReadingRun
from autograder.runs.reading.students import Students
from autograder.runs.typed_work import TypedWork, refused
from autograder.settings import Settings


class Marking:
    """The main job: scans in, marks out."""

    def __init__(self, settings: Settings, gradebook: Gradebook, index: TextbookIndex) -> None:
        self._settings = settings
        self._gradebook = gradebook
        self._index = index
        self._alike = AlikeAnswers(gradebook, TextEmbedding(settings.models / "minilm", threads=1))
        self.pile = PageFixing(gradebook)
        """Puts right which pages are whose, and which way up."""
        self.learned = LearnedGraders(settings, gradebook)
        """Has graders trained, tried, put to work and taken back."""
        grading = GradingRun(settings, gradebook, self.passages)
        self.at_work = grading.at_work
        """The grader that serves, and why it is the one."""
        self.handlers: Mapping[str, Handler] = {
            "index": IndexRun(gradebook, index),
            "read": ReadingRun(settings, gradebook),
            "reviews": ReviewsRun(gradebook, settings.reviewer),
            "grade": grading,
            SHARPEN: grading.sharpen,
            "draft": DraftingRun(
                gradebook,
                grading.ready_grader,
                self.passages,
                lambda: drafter_at_work(settings, gradebook),
            ),
            LEARN: TrainingRun(settings, gradebook, grading.put_down),
        }
        """What does the long part, by kind of job."""

    def import_exam(self, path: Path, handed_in: bool = False) -> Exam:
        """Takes an exam in from JSON (with its roster and textbooks), a lab's rubric, or CSV.

        What an exam that was ``handed_in`` names must be handed in beside it.

        An exam of the same id is updated: changed questions become new versions, marks stay.
        """
        if path.suffix.lower() == ".csv":
            return self._gradebook.exams.save(exam_csv.read_exam(path))
        imported = _read_exam(path, handed_in)
        exam = self._gradebook.exams.save(imported.exam)
        self._gradebook.rosters.merge(exam.id, imported.students)
        self.find_students(exam.id)
        for book in imported.textbooks:
            self.add_textbook(exam.id, book.name, book)
        return exam

    def import_reviews(self, exam_id: str, path: Path) -> Job:
        """Has marks that a teacher gave elsewhere (CSV) kept as reviews, once scripts are read."""
        sha = self._gradebook.scans.add_file(path)
        return self._gradebook.jobs.submit("reviews", exam_id, {"file": sha, "name": path.name})

    def add_scans(
        self,
        exam_id: str,
        files: Sequence[tuple[str, Path]],
        together: str = "",
        way: str = "",
    ) -> list[Upload]:
        """Keeps files (name, path) as scans of the exam and has them read.

        A file goes to the script that its name says, or all go to the one titled ``together``;
        ``way`` says which scripts are in one file, see ``Upload``. A ZIP's members count as files.
        A file that can't be kept at all comes back REFUSED, and so does the same scan under
        another name; one that the exam has already comes back as it is.

        Code, text, .docx and .odt are typed work: all of a student's files are one upload, and
        no OCR reads them; see ``TypedWork`` for whose a file is.
        """
        typed = TypedWork(self._settings.intake)
        # Members of a ZIP are kept as they come, so that one at a time is in memory.
        others = [
            (name, where, content if isinstance(content, Path) else self._keep(name, content))
            for name, where, content in self._unpacked(files)
            if not typed.take(where, content)
        ]
        whose = typed.owners
        scans = [each for each in others if not typed.leaves_out(each[1])]
        titles = stacks.script_titles([name for name, _, _ in scans])
        uploads = []
        for (name, where, found), title in zip(scans, titles, strict=True):
            kept = self._keep(name, found) if isinstance(found, Path) else found
            owner = together or whose.get(where, title)
            uploads.append(self._hand_in(exam_id, name, kept, owner, way))
        uploads += [self._hand_in_typed(exam_id, each) for each in typed.submissions(together)]
        uploads += [
            Upload("", exam_id, note.name, "", "", UploadState.REFUSED, note.reason)
            for note in typed.notes()
        ]
        if self._gradebook.scripts.uploads(exam_id, UploadState.WAITING):
            self._gradebook.jobs.submit("read", exam_id)
        return uploads

    def read_again(self, exam_id: str) -> Job:
        """Has the pages read that no engine could read so far."""
        return self._gradebook.jobs.submit("read", exam_id)

    def read_what_waits(self) -> None:
        """Has everything read that waits for it, as when all stopped before that was asked for."""
        for exam in self._gradebook.exams.all():
            if self._gradebook.scripts.has_waiting(exam.id):
                self._gradebook.jobs.submit("read", exam.id)

    def split_again(self, exam_id: str) -> Job:
        """Has scripts split anew, after labels changed; what a person edited or marked stays."""
        return self._gradebook.jobs.submit("read", exam_id, {AGAIN: "yes"})

    def find_students(self, exam_id: str) -> Job | None:
        """Has scripts that no person has confirmed look for their student, without a scan."""
        scripts = self._gradebook.scripts.all(exam_id)
        if all(script.student and script.certainty is None for script in scripts):
            return None
        return self._gradebook.jobs.submit("read", exam_id, {STUDENTS: "yes"})

    def likely_students(self, script_id: str) -> list[Candidate]:
        """Whose script it may be, the likeliest first: who has another one is less likely."""
        return Students(self._gradebook).likely(script_id)

    def add_textbook(self, exam_id: str, name: str, path: Path) -> Book:
        """Keeps a textbook PDF for the exam and has it indexed. RefusedFile: it has no text."""
        pages = textbooks.count_pages(path, name)
        sha = self._gradebook.scans.add_file(path)
        book = self._gradebook.books.add(Path(name).stem.replace("-", " "), sha, pages)
        self._gradebook.books.attach(exam_id, book.id)
        self._gradebook.jobs.submit("index", exam_id, {"book": book.id})
        return book

    def index_textbooks(self) -> None:
        """Has the exams' textbooks indexed that aren't, as when the embedding model changed."""
        for exam in self._gradebook.exams.all():
            for book_id in self._books(exam.id):
                self._have_indexed(exam.id, book_id)

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

    def grade_again(self, exam_id: str) -> Job:
        """Has what is graded, but not reviewed, graded anew where the books say other pages now."""
        return self._gradebook.jobs.submit("grade", exam_id, {BOOKS: "yes"})

    def groups(self, exam_id: str, question_id: str) -> list[Group]:
        """A question's answers in groups of those that say the same, the largest first."""
        return self._alike.of_question(exam_id, question_id)

    def review(
        self,
        answer_id: str,
        mark: float,
        reviewer: str,
        comment: str = "",
        criteria: Sequence[float] | None = None,
        seen: int | None = None,
        way: str = OWN,
    ) -> Review:
        """Keeps a person's decision and has the other answers to the question learn from it.

        As ``Marks.review``: InvalidInput, NotFound; Conflict: somebody reviewed it meanwhile.
        """
        marks = self._gradebook.marks
        review = marks.review(answer_id, mark, reviewer, comment, criteria, seen, way)
        if way != BULK:
            self._sharpen(self._gradebook.answers.get(answer_id).question_id or "")
        return review

    def review_many(
        self,
        exam_id: str,
        decisions: Sequence[tuple[str, float, int | None]],
        reviewer: str,
        comment: str = "",
        way: str = GROUP,
        criteria: Sequence[float] | None = None,
    ) -> int:
        """Keeps decisions on answers (id, mark, how many reviews were seen), all or none.

        ``criteria`` are the points that each of them gets. Returns how many. InvalidInput,
        NotFound, Conflict as for ``review``.
        """
        marks = self._gradebook.marks
        asked = marks.review_all(exam_id, decisions, reviewer, comment, way, criteria)
        for question_id in asked if way != BULK else ():
            self._sharpen(question_id)
        return len(decisions)

    def rule(
        self,
        question_id: str,
        text: str,
        author: str,
        mark: float | None = None,
        criteria: Sequence[float | None] | None = None,
    ) -> Ruling:
        """Rules what an answer that says ``text`` gets, and has the question's answers follow.

        As ``Rulings.add``: NotFound; InvalidInput.
        """
        ruling = self._gradebook.rulings.add(question_id, text, author, mark, criteria)
        self._sharpen(question_id)
        return ruling

    def withdraw_ruling(self, ruling_id: str, author: str) -> None:
        """Takes a ruling back; the question's answers no longer go by it. NotFound."""
        ruling = self._gradebook.rulings.withdraw(ruling_id, author)
        self._sharpen(ruling.question_id)

    def draft_reference(self, exam_id: str, question_id: str) -> Job:
        """Has a reference answer drafted, for the teacher to check.

        InvalidInput: there is no textbook to draft from, nor a model that has learned to draft.
        """
        if not self._books(exam_id) and not has_learned_drafter(self._gradebook):
            raise InvalidInput(NO_BOOK)
        return self._gradebook.jobs.submit("draft", exam_id, {"question": question_id})

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

    def answer_sheets(self, exam_id: str, order: SheetOrder) -> bytes:
        """Sheets for the exam's students as PDF. InvalidInput: nothing or too much to print."""
        exam = self._gradebook.exams.get(exam_id)
        return print_sheets(exam, self._gradebook.rosters.students(exam_id), order)

    def export(self, exam_id: str, bom: bool = False) -> bytes:
        """The gradebook as CSV; ``bom`` for Excel, without for an LMS."""
        return gradebook_csv.export(*self._class(exam_id), bom)

    def export_feedback(self, exam_id: str) -> bytes:
        """What each student may be told of the marks that a person has confirmed, as CSV."""
        return feedback_csv.export(*self._class(exam_id), bom=True)

    def _class(self, exam_id: str) -> tuple[Exam, list[Student], list[Script], list[MarkedAnswer]]:
        return (
            self._gradebook.exams.get(exam_id),
            self._gradebook.rosters.students(exam_id),
            self._gradebook.scripts.all(exam_id),
            self._gradebook.marks.of_exam(exam_id),
        )

    def _unpacked(
        self, files: Sequence[tuple[str, Path]]
    ) -> Iterator[tuple[str, str, bytes | Path | RefusedFile]]:
        """Each file's name, where it lies (its ZIP a folder like others) and what is in it."""
        for name, path in files:
            if not intake.is_zip(path) or suffix(name) in OFFICE:
                yield name, name, path
                continue
            try:
                for member, content in intake.unpack(path, name, self._settings.intake):
                    where = f"{name}/{member}"  # a refusal is told with its ZIP's name
                    yield where if isinstance(content, RefusedFile) else member, where, content
            except RefusedFile as refusal:
                yield name, name, refusal

    def _keep(self, name: str, content: bytes | Path | RefusedFile) -> str | RefusedFile:
        """The sha256 that the file is kept under, or why it is not kept.

        Done file by file, before the scripts' titles are known from all the names: of a large ZIP
        one member is in memory at a time.
        """
        if isinstance(content, RefusedFile):
            return content
        limit = self._settings.intake.max_file_bytes
        size = content.stat().st_size if isinstance(content, Path) else len(content)
        if size > limit:
            reason = f"it is larger than {limit // 1_000_000} MB. Scan at 200 dpi, or split it."
            return RefusedFile(name, reason)
        scans = self._gradebook.scans
        return scans.add_file(content) if isinstance(content, Path) else scans.add(content)

    def _hand_in(
        self, exam_id: str, name: str, scan: str | RefusedFile, title: str, way: str
    ) -> Upload:
        if isinstance(scan, RefusedFile):
            return Upload("", exam_id, name, "", title, UploadState.REFUSED, scan.reason)
        upload = self._gradebook.scripts.add_upload(exam_id, name, scan, title, way)
        if upload.name == name:
            return upload
        reason = f"it is the same file as {upload.name}, byte for byte, and was not added twice."
        return Upload("", exam_id, name, scan, title, UploadState.REFUSED, reason)

    def _hand_in_typed(self, exam_id: str, made: Submission) -> Upload:
        scan = refused(made) or self._gradebook.scans.add(made.packed())
        return self._hand_in(
            exam_id, made.name if made.files else made.title, scan, made.title, WRITTEN
        )

    def _sharpen(self, question_id: str) -> None:
        exam_id = self._gradebook.exams.of_question(question_id)
        self._gradebook.jobs.submit(SHARPEN, exam_id, {"question": question_id})

    def _have_indexed(self, exam_id: str, book_id: str) -> None:
        if not self._index.holds(book_id):
            self._gradebook.jobs.submit("index", exam_id, {"book": book_id})

    def _books(self, exam_id: str) -> list[str]:
        return [book.id for book in self._gradebook.books.of_exam(exam_id)]


def _read_exam(path: Path, handed_in: bool) -> ImportedExam:
    """An exam from JSON, or a lab from its rubric and the statement and roster beside it."""
    if not lab_json.is_lab(path):
        return exam_json.read_exam(path, handed_in)
    roster = path.with_name("roster.csv")
    students = tuple(read_roster(roster)) if roster.is_file() else ()
    return ImportedExam(lab_json.read_lab(path, handed_in), students, ())
