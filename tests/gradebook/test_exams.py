from dataclasses import replace

import pytest

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.script import Script
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook.samples import piece, prediction


def test_an_exam_comes_back_as_it_was_saved(gradebook: Gradebook, exam: Exam) -> None:
    assert gradebook.exams.get("os") == exam
    assert gradebook.exams.all() == [exam]
    assert exam.questions[0].reference_answers == ("Fixed-size blocks.",)


def test_saving_what_is_there_already_makes_no_new_version(
    gradebook: Gradebook, exam: Exam
) -> None:
    assert gradebook.exams.save(exam) == exam


def test_a_question_is_known_by_its_label_where_the_file_has_no_ids(
    gradebook: Gradebook, exam: Exam
) -> None:
    named = [replace(each, id="", label=each.label.lower()) for each in exam.questions]
    named[0] = replace(named[0], text="What is a page?")
    saved = gradebook.exams.save(replace(exam, questions=tuple(reversed(named))))
    assert [(each.id, each.version) for each in saved.questions] == [("q2", 2), ("q1", 2)]
    assert [each.label for each in saved.questions] == ["q2", "q1"]


def test_a_question_that_is_missing_is_retired_and_comes_back_with_its_marks(
    gradebook: Gradebook, exam: Exam, script: Script
) -> None:
    pieces = [piece("q1", script.pages[0].id, "Blocks.")]
    answer = gradebook.answers.record(script.id, pieces, "fake")[0]
    gradebook.marks.record(answer.id, 1, exam.questions[0], prediction())
    without = gradebook.exams.save(replace(exam, questions=exam.questions[1:]))
    assert [each.label for each in without.questions] == ["Q2"]
    assert gradebook.marks.of_exam(exam.id) == []
    again = gradebook.exams.save(replace(exam, questions=(replace(exam.questions[0], id=""),)))
    assert [each.id for each in again.questions] == ["q1"]
    assert gradebook.marks.of_exam(exam.id)[0].mark == 3.0


def test_a_label_can_pass_from_one_question_to_another(gradebook: Gradebook, exam: Exam) -> None:
    one, two = exam.questions
    swapped = (replace(one, label="Q2"), replace(two, label="Q1"))
    saved = gradebook.exams.save(replace(exam, questions=swapped))
    assert [(each.id, each.label) for each in saved.questions] == [("q1", "Q2"), ("q2", "Q1")]


def test_an_exam_saved_by_another_exams_question_ids_gets_questions_of_its_own(
    gradebook: Gradebook, exam: Exam
) -> None:
    copy = gradebook.exams.save(replace(exam, id="copy"))
    assert {each.id for each in copy.questions}.isdisjoint({"q1", "q2"})
    assert gradebook.exams.get("os") == exam


def test_an_edited_question_is_a_new_version(gradebook: Gradebook, exam: Exam) -> None:
    changed = replace(exam.questions[1], scale=Scale(0, 5))
    assert gradebook.exams.save_question("os", changed) == replace(changed, version=2)
    assert gradebook.exams.save_question("os", changed).version == 2


def test_two_questions_cannot_share_a_label(gradebook: Gradebook, exam: Exam) -> None:
    new = Question("", " q 1 ", "?", Scale(0, 1))
    with pytest.raises(InvalidInput, match="already a question Q1"):
        gradebook.exams.save_question("os", new)
    with pytest.raises(InvalidInput, match="Two questions"):
        gradebook.exams.save(replace(exam, questions=(*exam.questions, new)))
    assert gradebook.exams.get("os") == exam


def test_a_retired_questions_label_is_free_again(gradebook: Gradebook, exam: Exam) -> None:
    gradebook.exams.retire_question("os", "q1")
    new = gradebook.exams.save_question("os", Question("", "Q1", "?", Scale(0, 1)))
    assert [each.id for each in gradebook.exams.get("os").questions] == ["q2", new.id]


def test_questions_stand_in_the_order_that_they_were_put_in(
    gradebook: Gradebook, exam: Exam
) -> None:
    new = gradebook.exams.save_question("os", Question("", "Q3", "?", Scale(0, 1)))
    gradebook.exams.order_questions("os", [new.id, "q2"])
    assert [each.label for each in gradebook.exams.get("os").questions] == ["Q3", "Q2", "Q1"]


def test_an_archived_exam_is_hidden_and_kept(gradebook: Gradebook, exam: Exam) -> None:
    gradebook.exams.archive("os")
    assert gradebook.exams.all() == []
    assert gradebook.exams.get("os") == exam
    assert gradebook.exams.archived() == [exam]
    gradebook.exams.restore("os")
    assert (gradebook.exams.all(), gradebook.exams.archived()) == ([exam], [])


def test_an_exam_needs_a_title_and_a_question_a_label(gradebook: Gradebook, exam: Exam) -> None:
    with pytest.raises(InvalidInput, match="title"):
        gradebook.exams.create("  ")
    with pytest.raises(InvalidInput, match="title"):
        gradebook.exams.rename("os", "", "")
    with pytest.raises(InvalidInput, match="label"):
        gradebook.exams.save_question("os", replace(exam.questions[0], label=" "))
    assert gradebook.exams.rename("os", "Quiz 2", "OS").title == "Quiz 2"


def test_what_is_not_there_is_not_found(gradebook: Gradebook, exam: Exam) -> None:
    for deed in (
        lambda: gradebook.exams.get("nope"),
        lambda: gradebook.exams.archive("nope"),
        lambda: gradebook.exams.restore("nope"),
        lambda: gradebook.exams.save_question("nope", exam.questions[0]),
        lambda: gradebook.exams.retire_question("os", "nope"),
        lambda: gradebook.exams.order_questions("os", ["q1", "nope"]),
    ):
        with pytest.raises(NotFound):
            deed()
