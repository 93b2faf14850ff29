import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.grade import MarkedAnswer, Prediction, Review
from autograder.domain.script import Answer, AnswerText, Script, Student
from autograder.formats.formulas import unguard
from autograder.gradebook.exporters.gradebook_csv import export
from tests.gradebook.samples import prediction

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE, TWO = Question("q1", "Q1", "?", Scale(1, 5)), Question("q2", "Q2", "?", Scale(0, 10, 0.25))
EXAM = Exam("os", "Quiz", questions=(ONE, TWO))
ANN = Student("s1", "007", "Ann Lee", "ann@example.edu", "A")
BOB = Student("s2", "1.5", "Bob Ray")
ANNS, UNKNOWN = Script("a", "os", "ann", ANN), Script("u", "os", "unknown", None)
PLAIN = replace(prediction(), flags=())


def marked_answer(
    script: Script,
    question: Question,
    *reviews: Review,
    predicted: Prediction | None = PLAIN,
    outdated: bool = False,
) -> MarkedAnswer:
    text = AnswerText(1, "text", "fake", False, NOW)
    answer = Answer(f"{script.id}-{question.id}", script.id, question.id, (text,))
    made = (predicted,) if predicted else ()
    return MarkedAnswer(answer, question, made, reviews, outdated)


def _rows(*marked: MarkedAnswer, scripts: tuple[Script, ...] = (ANNS,)) -> list[dict[str, str]]:
    content = export(EXAM, [ANN, BOB], scripts, marked, bom=False).decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_the_header_names_every_column_in_order() -> None:
    header = export(EXAM, [], [], [], bom=False).decode().splitlines()[0]
    assert header.replace('"', "").split(",") == [
        *("Student ID", "Name", "Email", "Section", "Script"),
        *("Q1 machine", "Q1 final", "Q1 reviewer", "Q1 comment"),
        *("Q2 machine", "Q2 final", "Q2 reviewer", "Q2 comment"),
        *("Total machine", "Total final", "Maximum", "Warnings"),
    ]


def test_the_machines_mark_and_the_final_one_are_told_apart() -> None:
    review = Review(5, "Teacher", NOW, "Well said.")
    ann = _rows(marked_answer(ANNS, ONE, review), marked_answer(ANNS, TWO))[0]
    assert (ann["Student ID"], ann["Name"], ann["Script"]) == ("007", "Ann Lee", "ann")
    assert [ann[f"Q1 {each}"] for each in ("machine", "final", "reviewer", "comment")] == [
        *("3", "5", "Teacher", "Well said.")
    ]
    assert [ann[f"Q2 {each}"] for each in ("machine", "final", "reviewer")] == ["3", "3", ""]
    totals = [ann[each] for each in ("Total machine", "Total final", "Maximum", "Warnings")]
    assert totals == ["6", "8", "15", ""]


def test_a_missing_mark_is_blank_and_a_zero_is_a_zero() -> None:
    unsure = replace(PLAIN, mark=None)
    ann, bob = _rows(
        marked_answer(ANNS, ONE, predicted=unsure), marked_answer(ANNS, TWO, Review(0, "T", NOW))
    )
    assert (ann["Q1 machine"], ann["Q1 final"], ann["Q2 final"]) == ("", "", "0")
    assert ann["Warnings"] == "Q1 not marked"
    assert (bob["Q1 final"], bob["Total final"], bob["Warnings"]) == ("", "", "no script")
    assert bob["Student ID"] == "1.5"


def test_warnings_name_what_to_look_at() -> None:
    rows = _rows(
        marked_answer(ANNS, ONE, outdated=True, predicted=prediction()),
        marked_answer(UNKNOWN, TWO, Review(2.25, "Teacher", NOW), outdated=True),
        scripts=(replace(ANNS, problem="Page 2 is dark."), UNKNOWN),
    )
    assert rows[0]["Warnings"] == (
        "ann: Page 2 is dark.; Q1 mark outdated; Q1 flagged; Q2 not marked (no answer found)"
    )
    assert rows[2]["Warnings"] == "no student; Q1 not marked (no answer found)"
    assert (rows[2]["Student ID"], rows[2]["Script"], rows[2]["Q2 final"]) == (
        "",
        "unknown",
        "2.25",
    )


def test_of_two_answers_to_one_question_none_is_taken_silently() -> None:
    again = Script("b", "os", "ann again", ANN)
    ann = _rows(marked_answer(ANNS, ONE), marked_answer(again, ONE), scripts=(ANNS, again))[0]
    assert (ann["Script"], ann["Q1 final"]) == ("ann; ann again", "")
    assert "Q1 answered in two scripts" in ann["Warnings"]


def test_numbers_are_bare_and_plain_and_text_is_quoted() -> None:
    marked = [
        marked_answer(ANNS, ONE, Review(4.0, "T", NOW)),
        marked_answer(ANNS, TWO, Review(1 / 3, "T", NOW)),
    ]
    line = export(EXAM, [ANN], [ANNS], marked, bom=False).decode().split("\r\n")[1]
    assert line == (
        '"007","Ann Lee","ann@example.edu","A","ann",3,4,"T","",3,0.33,"T","",6,4.33,15,""'
    )


def test_excel_gets_its_mark_at_the_start_of_the_file() -> None:
    with_mark = export(EXAM, [ANN], [], [], bom=True)
    assert with_mark == b"\xef\xbb\xbf" + export(EXAM, [ANN], [], [], bom=False)


@given(name=st.text(), comment=st.text(), label=st.text(min_size=1))
def test_no_text_becomes_a_formula_and_all_of_it_is_there(
    name: str, comment: str, label: str
) -> None:
    question = replace(ONE, label=label)
    marked = [marked_answer(ANNS, question, Review(4, "=T", NOW, comment))]
    exam = replace(EXAM, questions=(question,))
    content = export(exam, [replace(ANN, name=name)], [ANNS], marked, bom=False).decode()
    header, row = csv.reader(io.StringIO(content, newline=""))
    assert [unguard(row[1]), unguard(row[7]), unguard(row[8])] == [name, "=T", comment]
    assert unguard(header[5]) == f"{label} machine"
    assert not any(cell[:1] in set("=+-@\t\r") for cell in [*header, *row] if cell)
