from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.grade import Flag, Maker, MarkedAnswer, Prediction, Review
from autograder.domain.script import Answer, AnswerText, Script, Student
from autograder_ui.components import mark_sheet
from autograder_ui.components.mark_sheet import (
    ALL,
    FLAGGED,
    PREDICTED,
    REVIEWED,
    UNMARKED,
    lines_of,
    matches,
    sheet,
)

NOW = datetime(2026, 1, 2, tzinfo=UTC)
QUESTIONS = tuple(Question(f"q{n}", f"Q{n}", "Why?", Scale(0, 5, 0.5)) for n in (1, 2))
EXAM = Exam("e", "Quiz", questions=QUESTIONS)
ASHA, BEN = Student("1", "007", "Asha Rao"), Student("2", "0042", "Ben Okoro")
SCRIPT = Script("s", "e", "007", ASHA)


def answer(
    question: Question = QUESTIONS[0],
    predicted: float | None = None,
    reviewed: float | None = None,
    flags: Sequence[Flag] = (),
    script: Script = SCRIPT,
) -> MarkedAnswer:
    text = AnswerText(1, "Because.", "rapidocr", False, NOW)
    prediction = Prediction(predicted, (), 0.8, Maker("encoder"), flags=tuple(flags))
    return MarkedAnswer(
        Answer(f"{script.id}{question.id}", script.id, question.id, (text,)),
        question,
        (prediction,) if predicted is not None or flags else (),
        (Review(reviewed, "Ada", NOW),) if reviewed is not None else (),
    )


GUESSED, FINAL, OPEN = answer(predicted=3.0), answer(predicted=3.0, reviewed=4.5), answer()
STRANGE = answer(flags=[Flag("orders", "It speaks to the grader.")])


def test_a_predicted_mark_never_looks_like_a_final_one() -> None:
    guessed = sheet(EXAM, lines_of([ASHA], [SCRIPT], [GUESSED]))
    final = sheet(EXAM, lines_of([ASHA], [SCRIPT], [FINAL]))
    assert ">~3</i>" in guessed and 'class="final"' not in guessed
    assert ">4.5</b><small>~3</small>" in final and 'class="guess">~3' not in final


def test_an_answer_without_a_mark_is_a_dash_and_no_zero() -> None:
    shown = sheet(EXAM, lines_of([ASHA], [SCRIPT], [OPEN]))
    assert "Not marked yet" in shown
    assert ">0<" not in shown


def test_a_total_is_final_only_when_every_answer_was_reviewed() -> None:
    second = answer(QUESTIONS[1], predicted=2.0)
    half = sheet(EXAM, lines_of([ASHA], [SCRIPT], [FINAL, second]))
    assert '<td class="total"><i class="guess">~6.5</i>' in half
    both = [FINAL, answer(QUESTIONS[1], reviewed=2.0)]
    assert '<b class="final">6.5</b>' in sheet(EXAM, lines_of([ASHA], [SCRIPT], both))


def test_a_missing_answer_leaves_the_total_open() -> None:
    assert "1 open" in sheet(EXAM, lines_of([ASHA], [SCRIPT], [GUESSED]))


def test_a_student_without_a_script_and_a_script_without_a_student_are_both_there() -> None:
    stray = Script("t", "e", "unknown hand", None)
    lines = lines_of([ASHA, BEN], [SCRIPT, stray], [])
    assert [line.name for line in lines] == ["Asha Rao", "Ben Okoro", "unknown hand"]
    shown = sheet(EXAM, lines)
    assert "0042 · no script" in shown
    assert "no student yet" in shown


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [
        (ALL, [GUESSED, FINAL, OPEN, STRANGE]),
        (UNMARKED, [OPEN, STRANGE]),
        (PREDICTED, [GUESSED]),
        (REVIEWED, [FINAL]),
        (FLAGGED, [STRANGE]),
    ],
)
def test_each_filter_keeps_its_kind(kind: str, fitting: list[MarkedAnswer]) -> None:
    answers = [GUESSED, FINAL, OPEN, STRANGE]
    assert [each for each in answers if matches(each, kind)] == fitting


def test_a_review_answers_the_flag() -> None:
    settled = answer(reviewed=1.0, flags=[Flag("orders", "It speaks to the grader.")])
    assert not mark_sheet.is_flagged(settled)


def test_the_sheet_finds_students_by_name_and_number() -> None:
    lines = lines_of([ASHA, BEN], [SCRIPT], [GUESSED])
    assert "Ben Okoro" not in sheet(EXAM, lines, ALL, "asha")
    assert "Asha Rao" not in sheet(EXAM, lines, ALL, "0042")
    assert "Nobody here" in sheet(EXAM, lines, ALL, "Zoe")


def test_what_a_student_wrote_never_becomes_markup() -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    student = Student("1", evil, evil)
    marked = answer(
        predicted=3.0, flags=[Flag("orders", evil)], script=Script("s", "e", evil, student)
    )
    shown = sheet(EXAM, lines_of([student], [Script("s", "e", evil, student)], [marked]))
    assert "<img" not in shown
    assert 'onerror=alert(1)>"' not in shown
