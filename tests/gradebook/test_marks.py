import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from autograder.domain.errors import Conflict, InvalidInput, NotFound
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.grade import BULK, Example, Maker, lesson
from autograder.domain.script import Answer, Script
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.mark_rows import prediction_columns
from autograder.gradebook.tables import (
    AnswerRow,
    AnswerTextRow,
    CitationRow,
    PredictionRow,
    ScriptRow,
)
from tests.gradebook.samples import MAKER, hand_in, piece, prediction

OTHER = replace(MAKER, adapter="adapter-2")
MAKER_3 = replace(MAKER, adapter="adapter-3")


@pytest.fixture
def answer(gradebook: Gradebook, script: Script) -> Answer:
    pieces = [piece("q1", script.pages[0].id, "Blocks."), piece("q2", script.pages[1].id, "Frame.")]
    return gradebook.answers.record(script.id, pieces, "fake")[0]


def test_a_prediction_comes_back_with_all_that_it_went_by(
    gradebook: Gradebook, exam: Exam, answer: Answer
) -> None:
    before = datetime.now(UTC)
    gradebook.marks.record(answer.id, 1, exam.questions[0], prediction(lesson="seen", leaned_on=3))
    marked = gradebook.marks.get(answer.id)
    (kept,) = marked.predictions
    assert kept.at is not None
    assert before <= kept.at <= datetime.now(UTC)
    assert replace(kept, at=None) == prediction(lesson="seen", leaned_on=3)
    assert (marked.question, marked.mark, marked.outdated) == (exam.questions[0], 3.0, False)


def test_an_answer_that_could_not_be_graded_has_no_mark(
    gradebook: Gradebook, exam: Exam, answer: Answer
) -> None:
    gradebook.marks.record(answer.id, 1, exam.questions[0], prediction(mark=None))
    assert gradebook.marks.get(answer.id).mark is None


def test_the_same_prediction_again_changes_nothing(
    gradebook: Gradebook, exam: Exam, answer: Answer
) -> None:
    question = exam.questions[0]
    gradebook.marks.record(answer.id, 1, question, prediction(3))
    gradebook.marks.record(answer.id, 1, question, prediction(1))
    assert [each.mark for each in gradebook.marks.get(answer.id).predictions] == [3.0]
    gradebook.marks.record(answer.id, 1, question, prediction(2, lesson="taught"))
    gradebook.marks.record(answer.id, 1, question, prediction(4, OTHER))
    assert [each.mark for each in gradebook.marks.get(answer.id).predictions] == [3.0, 2.0, 4.0]


def test_a_rerun_never_touches_a_review(gradebook: Gradebook, exam: Exam, answer: Answer) -> None:
    review = gradebook.marks.review(answer.id, 5, "Teacher", "Well said.", [1, 0.5], seen=0)
    gradebook.marks.record(answer.id, 1, exam.questions[0], prediction(1))
    marked = gradebook.marks.get(answer.id)
    assert marked.review == review
    assert (marked.mark, review.criteria, review.comment) == (5.0, (1.0, 0.5), "Well said.")
    assert marked.predicted is not None
    assert marked.predicted.mark == 1.0


def test_a_second_review_counts_and_the_first_stays(gradebook: Gradebook, answer: Answer) -> None:
    gradebook.marks.review(answer.id, 5, "Ann")
    gradebook.marks.review(answer.id, 4, "Bob", seen=1)
    marked = gradebook.marks.get(answer.id)
    assert [(each.reviewer, each.mark) for each in marked.reviews] == [("Ann", 5.0), ("Bob", 4.0)]
    assert marked.mark == 4.0


def test_of_two_people_marking_the_second_is_told(gradebook: Gradebook, answer: Answer) -> None:
    gradebook.marks.review(answer.id, 5, "Ann", seen=0)
    with pytest.raises(Conflict, match="Ann has given it 5"):
        gradebook.marks.review(answer.id, 2, "Bob", seen=0)
    assert gradebook.marks.get(answer.id).mark == 5.0


@pytest.mark.parametrize("mark", [0.99, 5.01, -1, float("nan"), float("inf")])
def test_a_mark_outside_the_scale_is_refused(
    gradebook: Gradebook, answer: Answer, mark: float
) -> None:
    with pytest.raises(InvalidInput, match="Q1 is marked from 1 to 5"):
        gradebook.marks.review(answer.id, mark, "Teacher")
    assert gradebook.marks.get(answer.id).reviews == ()


def test_a_review_must_fit_the_question(gradebook: Gradebook, script: Script) -> None:
    pieces = [piece("q1", script.pages[0].id, "Blocks."), piece(None, script.pages[0].id, "x")]
    placed, lost = gradebook.answers.record(script.id, pieces, "fake")
    with pytest.raises(InvalidInput, match="2 criteria"):
        gradebook.marks.review(placed.id, 3, "Teacher", criteria=[1])
    with pytest.raises(InvalidInput, match="which question"):
        gradebook.marks.review(lost.id, 3, "Teacher")


def test_a_mark_is_outdated_once_its_text_or_question_changes(
    gradebook: Gradebook, exam: Exam, answer: Answer
) -> None:
    one = exam.questions[0]
    gradebook.marks.record(answer.id, 1, one, prediction())
    gradebook.answers.edit(answer.id, "Blocks of memory.", "Teacher", 1)
    assert gradebook.marks.get(answer.id).outdated
    gradebook.marks.record(answer.id, 2, one, prediction())
    assert not gradebook.marks.get(answer.id).outdated
    two = gradebook.exams.save_question("os", replace(one, text="What is paging good for?"))
    assert gradebook.marks.get(answer.id).outdated
    gradebook.marks.record(answer.id, 2, two, prediction())
    assert not gradebook.marks.get(answer.id).outdated


def test_what_is_left_to_grade_follows_maker_text_and_question(
    gradebook: Gradebook, exam: Exam, answer: Answer
) -> None:
    def left(maker: Maker = MAKER, *chosen: str) -> list[str | None]:
        found = gradebook.marks.to_grade("os", maker, chosen or None)
        return [each.answer.question_id for each in found]

    assert left() == ["q1", "q2"]
    assert left(MAKER, "q2") == ["q2"]
    gradebook.marks.record(answer.id, 1, exam.questions[0], prediction())
    assert left() == ["q2"]
    assert left(OTHER) == ["q1", "q2"]
    gradebook.answers.edit(answer.id, "Blocks of memory.", "Teacher", 1)
    assert left() == ["q1", "q2"]
    gradebook.marks.record(answer.id, 2, exam.questions[0], prediction())
    gradebook.exams.retire_question("os", "q2")
    assert left() == []
    gradebook.exams.save_question("os", replace(exam.questions[0], rubric="Be kind."))
    assert left() == ["q1"]


def test_the_teachers_reviews_are_examples_for_other_answers(
    gradebook: Gradebook, exam: Exam, answer: Answer
) -> None:
    bob = hand_in(gradebook, "bob")
    pieces = [piece("q1", bob.pages[0].id, "Fixed blocks.")]
    theirs = gradebook.answers.record(bob.id, pieces, "fake")[0]
    gradebook.marks.review(answer.id, 2, "Teacher")
    gradebook.marks.review(theirs.id, 4, "Teacher", criteria=[1, 0])
    gradebook.marks.review(answer.id, 3, "Teacher")
    gradebook.answers.edit(answer.id, "Blocks!", "Teacher", 1)
    assert gradebook.marks.examples("q1") == [
        Example("Fixed blocks.", 4.0, (1.0, 0.0), theirs.id),
        Example("Blocks!", 3.0, None, answer.id),
    ]
    [ours] = gradebook.marks.examples("q1", but=theirs.id)
    assert ours == Example("Blocks!", 3.0, None, answer.id)
    gradebook.exams.save_question("os", replace(exam.questions[0], criteria=()))
    assert gradebook.marks.examples("q1")[0] == Example("Fixed blocks.", 4.0, None, theirs.id)
    gradebook.exams.save_question("os", replace(exam.questions[0], scale=Scale(0, 10)))
    assert gradebook.marks.examples("q1") == []
    assert gradebook.marks.examples("nope") == []


def test_what_was_decided_since_makes_an_unreviewed_answer_due(
    gradebook: Gradebook, exam: Exam, answer: Answer
) -> None:
    def due() -> list[str]:
        return [each.answer.id for each in gradebook.marks.to_grade("os", MAKER, ["q1"])]

    bob = hand_in(gradebook, "bob")
    theirs = gradebook.answers.record(bob.id, [piece("q1", bob.pages[0].id, "Fixed.")], "fake")[0]
    for each in (answer, theirs):
        gradebook.marks.record(each.id, 1, exam.questions[0], prediction())
    assert due() == []
    gradebook.marks.review(answer.id, 4, "Ann", way=BULK)
    assert due() == []
    gradebook.marks.review(answer.id, 4, "Ann")
    assert due() == [theirs.id]
    taught = lesson(gradebook.marks.examples("q1"))
    gradebook.marks.record(theirs.id, 1, exam.questions[0], prediction(4, lesson=taught))
    assert due() == []
    ruling = gradebook.rulings.add("q1", "Fixed.", "Ann", mark=5)
    assert due() == [theirs.id]
    ruled = lesson(gradebook.marks.examples("q1"))
    gradebook.marks.record(theirs.id, 1, exam.questions[0], prediction(5, lesson=ruled))
    gradebook.rulings.withdraw(ruling.id, "Ann")
    assert due() == [theirs.id]  # what it knew before it is not what it knows now
    gradebook.marks.record(theirs.id, 1, exam.questions[0], prediction(4, lesson=taught))
    assert (due(), gradebook.marks.get(theirs.id).mark) == ([], 4.0)
    gradebook.answers.edit(answer.id, "Other blocks", "Ann", 1)
    assert answer.id in due()


def test_a_reviewed_answers_prediction_never_moves(
    gradebook: Gradebook, exam: Exam, answer: Answer
) -> None:
    one = exam.questions[0]
    gradebook.marks.record(answer.id, 1, one, prediction(2))
    gradebook.marks.review(answer.id, 5, "Ann")
    gradebook.marks.record(answer.id, 1, one, prediction(5, lesson="taught"))
    assert [each.mark for each in gradebook.marks.get(answer.id).predictions] == [2.0]
    gradebook.marks.record(answer.id, 1, one, prediction(3, OTHER))
    marked = gradebook.marks.get(answer.id)
    assert marked.foreseen is not None and marked.predicted is not None
    assert (marked.mark, marked.foreseen.mark, marked.predicted.mark) == (5.0, 2.0, 3.0)


def test_of_many_predictions_an_exams_marks_hold_the_telling_ones(
    gradebook: Gradebook, exam: Exam, answer: Answer
) -> None:
    one = exam.questions[0]
    for number in range(4):
        gradebook.marks.record(answer.id, 1, one, prediction(number, lesson=f"{number}"))
    gradebook.marks.review(answer.id, 1, "Ann", way=BULK)
    gradebook.marks.record(answer.id, 1, one, prediction(4, OTHER))
    gradebook.marks.review(answer.id, 5, "Ann")
    gradebook.marks.record(answer.id, 1, one, prediction(5, MAKER_3))
    whole = gradebook.marks.get(answer.id)
    assert [each.mark for each in whole.predictions] == [0, 1, 2, 3, 4, 5]
    assert [len(each.predictions) for each in gradebook.marks.of_exam("os")] == [2, 0]
    told = gradebook.marks.of_question("q1")[0]
    assert (told.foreseen, told.predicted) == (whole.foreseen, whole.predicted)
    assert whole.foreseen == whole.predictions[4]


def test_a_batch_is_kept_whole_or_not_at_all(
    gradebook: Gradebook, exam: Exam, answer: Answer
) -> None:
    batch = [(answer.id, 1, prediction()), ("nope", 1, prediction())]
    with pytest.raises(NotFound):
        gradebook.marks.record_all(exam.questions[0], batch)
    assert gradebook.marks.get(answer.id).predictions == ()
    gradebook.marks.record_all(exam.questions[0], [])


def test_what_is_not_there_is_not_found(gradebook: Gradebook, exam: Exam, answer: Answer) -> None:
    one = exam.questions[0]
    for deed in (
        lambda: gradebook.marks.get("nope"),
        lambda: gradebook.marks.review("nope", 3, "Teacher"),
        lambda: gradebook.marks.record("nope", 1, one, prediction()),
        lambda: gradebook.marks.record(answer.id, 2, one, prediction()),
        lambda: gradebook.marks.record(answer.id, 1, replace(one, version=2), prediction()),
    ):
        with pytest.raises(NotFound):
            deed()


def test_the_marks_of_300_students_at_10_questions_are_there_at_once(
    gradebook: Gradebook,
) -> None:
    _large_exam(gradebook)
    started = time.process_time()  # other programs' work doesn't count
    marked = gradebook.marks.of_exam("large")
    assert time.process_time() - started < 4  # seconds; one on a quick machine
    assert len(marked) == 3_000
    assert {each.mark for each in marked} == {3.0}


def _large_exam(gradebook: Gradebook) -> None:
    """Written at one go: handing 300 scripts in takes longer than the rest of the tests."""
    asked = [Question(f"l{n}", f"Q{n}", "?", Scale(0, 5)) for n in range(10)]
    gradebook.exams.save(Exam("large", "Large", questions=tuple(asked)))
    now = datetime.now(UTC)
    words = piece(None, "page", *["forty words of an answer stand here"] * 6)
    said = {"text": words.text, "lines": words.lines, "author": "fake", "by_person": False}
    keys = [(f"s{s}", f"s{s}-{q.id}", q.id) for s in range(300) for q in asked]
    with gradebook.database.writing() as session:
        session.add_all(
            ScriptRow(id=f"s{s}", exam_id="large", title=f"s{s}", created=now) for s in range(300)
        )
        session.flush()
        session.add_all(
            AnswerRow(id=answer, script_id=script, question_id=question, created=now)
            for script, answer, question in keys
        )
        session.flush()
        session.add_all(
            AnswerTextRow(answer_id=answer, version=1, at=now, **said) for _, answer, _ in keys
        )
        cited = prediction()
        key = prediction_columns(cited)["citation"]
        session.add(CitationRow(id=key, passages=cited.passages, at=now))
        session.flush()
        session.add_all(
            PredictionRow(
                answer_id=answer,
                text_version=1,
                question_id=question,
                question_version=1,
                at=now,
                **prediction_columns(prediction()),
            )
            for _, answer, question in keys
        )
