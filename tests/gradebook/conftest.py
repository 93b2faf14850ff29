import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.domain.exam import Criterion, Exam, Question, Scale
from autograder.domain.script import Region, Script, Student
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook.samples import MAKER, hand_in, piece, prediction

CRITERIA = (Criterion("says what a page is", 1), Criterion("says what a frame is", 1))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook's folder with nothing in it yet; copying it is quicker than migrating."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    Gradebook(folder).close()
    return folder


@pytest.fixture
def gradebook(tmp_path: Path, empty: Path) -> Iterator[Gradebook]:
    opened = Gradebook(shutil.copytree(empty, tmp_path / "data"))
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


@pytest.fixture
def full(gradebook: Gradebook, exam: Exam, script: Script) -> Gradebook:
    """A gradebook with something in every table: a marked answer, rulings, fixes, a textbook."""
    student = gradebook.rosters.merge(exam.id, [Student("", "007", "Ann Lee")])[0]
    gradebook.scripts.assign(script.id, student.id)
    page = script.pages[0].id
    pieces = [piece("q1", page, "Blocks.", note="Two answers?")]
    answer = gradebook.answers.record(script.id, pieces, "fake")[0]
    gradebook.answers.settle(answer.id, "Teacher")
    gradebook.fixes.discard(script.pages[1].id, "Teacher")
    gradebook.fixes.undo(exam.id, "Teacher")
    gradebook.checks.accept(page, "Teacher")
    gradebook.templates.save(exam.id, {1: page}, [Region("q1", 1, (0, 0.1, 1, 0.5))], "Teacher")
    gradebook.names.show(exam.id, True, "Teacher")
    gradebook.marks.record(answer.id, 1, exam.questions[0], prediction())
    gradebook.marks.review(answer.id, 4, "Teacher", "Good.")
    gradebook.rulings.add("q1", "Pages are blocks.", "Teacher", criteria=[1, None])
    ruling = gradebook.rulings.add("q1", "Pages are files.", "Teacher", mark=2)
    gradebook.rulings.withdraw(ruling.id, "Teacher")
    gradebook.drafts.add("q1", "Pages are mapped to frames.", MAKER, prediction().passages)
    gradebook.promotions.promote("lora", "lora-20261121-0a1b2c3d", "Teacher", "better")
    pdf = gradebook.scans.add(b"%PDF a book")
    gradebook.books.attach(exam.id, gradebook.books.add("OS notes", pdf, 30).id)
    return gradebook
