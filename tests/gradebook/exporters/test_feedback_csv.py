import csv
import io
from dataclasses import replace

from autograder.domain.grade import BULK, MarkedAnswer, Review
from autograder.gradebook.exporters.feedback_csv import export
from tests.gradebook.exporters.test_gradebook_csv import (
    ANN,
    ANNS,
    BOB,
    EXAM,
    NOW,
    ONE,
    PLAIN,
    TWO,
    UNKNOWN,
    marked_answer,
)


def rows(*marked: MarkedAnswer) -> list[dict[str, str]]:
    content = export(EXAM, [ANN, BOB], [ANNS, UNKNOWN], marked, bom=False).decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_every_student_has_a_row_with_what_was_said_by_question_and_in_one() -> None:
    said = Review(5, "Teacher", NOW, "Well said.")
    ann, bob = rows(marked_answer(ANNS, ONE, said), marked_answer(ANNS, TWO, Review(0, "T", NOW)))
    assert (ann["Student ID"], ann["Name"], ann["Email"]) == ("007", "Ann Lee", "ann@example.edu")
    assert (ann["Q1 mark"], ann["Q1 feedback"]) == ("5", "Well said.")
    assert (ann["Total"], ann["Maximum"]) == ("5", "15")
    assert ann["Feedback comments"] == "Q1: 5 of 5. Well said.\nQ2: 0 of 10."
    assert (bob["Name"], bob["Total"], bob["Feedback comments"]) == ("Bob Ray", "", "")


def test_the_machines_words_are_told_only_where_its_mark_was_confirmed() -> None:
    agreed = marked_answer(ANNS, ONE, Review(3, "Teacher", NOW, way=BULK))
    changed = marked_answer(ANNS, TWO, Review(7, "Teacher", NOW))
    ann = rows(agreed, changed)[0]
    assert (ann["Q1 feedback"], ann["Q2 feedback"]) == ("Say what a frame is.", "")
    assert ann["Feedback comments"] == "Q1: 3 of 5. Say what a frame is.\nQ2: 7 of 10."
    outdated = marked_answer(ANNS, ONE, Review(3, "Teacher", NOW), outdated=True)
    assert rows(outdated)[0]["Q1 feedback"] == ""


def test_what_nobody_confirmed_and_scripts_of_nobody_stay_out() -> None:
    found = rows(marked_answer(ANNS, ONE), marked_answer(UNKNOWN, TWO, Review(2, "T", NOW)))
    assert [row["Name"] for row in found] == ["Ann Lee", "Bob Ray"]
    assert (found[0]["Q1 mark"], found[0]["Q1 feedback"], found[0]["Total"]) == ("", "", "")


def test_a_comment_is_no_formula_and_no_mark_of_the_machine_hides_in_it() -> None:
    sly = Review(1, "Teacher", NOW, "=HYPERLINK(1)")
    unsure = replace(PLAIN, mark=None)
    ann = rows(marked_answer(ANNS, ONE, sly, predicted=unsure))[0]
    assert ann["Q1 feedback"] == "'=HYPERLINK(1)"
    assert ann["Feedback comments"] == "Q1: 1 of 5. =HYPERLINK(1)"
