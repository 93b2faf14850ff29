"""The sample exam: what ``make demo`` and the command line find when they open it."""

import csv
import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageSequence

from autograder.domain.exam import Criterion, Question, Scale, credit
from autograder.embedding import TextEmbedding
from autograder.grading.grouping import Kind, groups
from autograder.settings import Settings
from samples.make_scans import QUIZ, SCRIPTS, Script, lines_of

EXAM = json.loads((QUIZ / "exam.json").read_text(encoding="utf-8"))
TOLD = json.loads((QUIZ / "answers.json").read_text(encoding="utf-8"))["students"]
LABELS = [f"Q{number}" for number in range(1, 9)]


def rows(name: str) -> list[dict[str, str]]:
    with (QUIZ / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def question(label: str) -> Question:
    told = EXAM["questions"][LABELS.index(label)]
    criteria = tuple(Criterion(**each) for each in told["criteria"])
    return Question(label, label, told["text"], Scale(**EXAM["scale"]), criteria=criteria)


def scans(script: Script) -> list[Path]:
    return sorted(QUIZ.glob("scans/" + script.files.format(page="*")))


def pages(script: Script) -> list[tuple[int, int]]:
    """The size of each page of a script's files, every image decoded."""
    sizes = []
    for path in scans(script):
        if path.suffix == ".pdf":
            document = pypdfium2.PdfDocument(path)
            sizes += [page.render(scale=1).to_pil().size for page in document]
            continue
        with Image.open(path) as image:
            sizes += [frame.copy().size for frame in ImageSequence.Iterator(image)]
    return sizes


def test_the_exam_has_eight_labelled_questions_with_reference_answers_and_mark_schemes() -> None:
    assert [each["label"] for each in EXAM["questions"]] == LABELS
    assert all(each["text"] and each["reference_answer"] for each in EXAM["questions"])
    assert {question(label).full_credit for label in LABELS} == {4, 5}
    assert {each.group for label in LABELS for each in question(label).criteria} == {"", "solution"}


def test_the_exam_names_files_that_are_there() -> None:
    assert (QUIZ / EXAM["roster"]).is_file()
    assert all((QUIZ / textbook).is_file() for textbook in EXAM["textbooks"])


def test_every_student_is_in_the_roster_once_and_has_a_script() -> None:
    roster = {row["student_id"]: row["name"] for row in rows("roster.csv")}
    assert len(roster) == len(rows("roster.csv")) == 12
    assert {each["student_id"]: each["name"] for each in TOLD} == roster
    assert {script.student for script in SCRIPTS} == set(roster)


def test_every_mark_follows_from_the_criteria_that_are_met() -> None:
    for each in (answer for student in TOLD for answer in student["answers"]):
        asked = question(each["question"])
        assert each["mark"] == asked.mark_for(credit(asked.criteria, each["criteria"]))


def test_the_teacher_marked_every_answer_of_half_the_students() -> None:
    marked = {(row["student_id"], row["question"]): row for row in rows("teacher.csv")}
    assert len({student for student, _ in marked}) == 6 and len(marked) == 48
    for student in TOLD:
        for each in student["answers"]:
            if row := marked.get((student["student_id"], each["question"])):
                assert (float(row["mark"]), row["comment"]) == (each["mark"], each["comment"])


def test_the_answers_use_the_whole_scale_and_some_are_blank() -> None:
    answers = [answer for student in TOLD for answer in student["answers"]]
    assert {each["mark"] for each in answers} == {1, 2, 3, 4, 5}
    assert any(not each["text"] for each in answers)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.student)
def test_every_scan_opens_and_has_the_pages_that_were_written(script: Script) -> None:
    assert len(pages(script)) == len(lines_of(script))


def test_every_file_among_the_scans_belongs_to_a_script_and_they_stay_small() -> None:
    known = {path for script in SCRIPTS for path in scans(script)}
    assert set(QUIZ.glob("scans/*")) == known
    assert sum(path.stat().st_size for path in known) < 8 * 2**20


def test_some_students_say_the_same_and_got_the_same_mark() -> None:
    """So that the Groups tab has something to show."""
    embedding = TextEmbedding(Settings().models / "minilm", threads=1)
    alike = []
    for label in LABELS:
        said = {student["student_id"]: answer_to(student, label) for student in TOLD}
        texts = [(student, each["text"]) for student, each in said.items() if each["text"]]
        for group in groups(question(label), texts, embedding.embed):
            if group.kind is not Kind.ALONE:
                alike.append((label, set(group.answers)))
                assert len({said[student]["mark"] for student in group.answers}) == 1
    assert alike == [
        ("Q2", {"1OS21CS004", "1OS21CS019"}),
        ("Q5", {"1OS21CS004", "1OS21CS019", "0063"}),
        ("Q7", {"1OS21CS030", "0063"}),
    ]


def answer_to(student: dict[str, Any], label: str) -> dict[str, Any]:
    return next(each for each in student["answers"] if each["question"] == label)
