"""Every decision of the teacher reaches the other answers to its question."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from autograder import plugins
from autograder.application import Application
from autograder.domain.errors import Conflict, NotFound
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.grade import BULK, Example, Passage, Prediction, lesson
from autograder.domain.job import SHARPEN, Job, JobState
from autograder.domain.script import Student
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.tables import AnswerRow, AnswerTextRow, ScriptRow
from autograder.runs import pace
from autograder.runs.grading import GradingRun
from autograder.settings import Settings
from tests.fakes import LearningGrader

PATIENCE = 60.0


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> LearningGrader:
    learning = LearningGrader()
    monkeypatch.setattr(plugins, "grader", lambda *_: learning)
    return learning


@pytest.fixture
def application(tmp_path: Path, grader: LearningGrader) -> Iterator[Application]:
    with Application.open(Settings(data=tmp_path / "data", grader="encoder")) as opened:
        yield opened


@pytest.fixture
def exam(application: Application) -> Exam:
    questions = tuple(Question(f"q{n}", f"Q{n}", "What is a page?", Scale(0, 5)) for n in (1, 2))
    return application.gradebook.exams.save(Exam("os", "Quiz", questions=questions))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than 16 answers are graded in one go, however quick that is."""
    monkeypatch.setattr(pace, "MOST", pace.FEWEST)


def hand_in(gradebook: Gradebook, texts: Sequence[str], question_id: str = "q1") -> list[str]:
    """Scripts with an answer each, written at one go. Returns the answers' ids."""
    now = datetime.now(UTC)
    names = [f"{question_id}-{number:03}" for number, _ in enumerate(texts)]
    said = {"version": 1, "author": "fake", "by_person": False, "lines": (), "at": now}
    with gradebook.database.writing() as session:
        session.add_all(ScriptRow(id=n, exam_id="os", title=n, created=now) for n in names)
        session.flush()
        session.add_all(
            AnswerRow(id=n, script_id=n, question_id=question_id, created=now) for n in names
        )
        session.flush()
        session.add_all(
            AnswerTextRow(answer_id=name, text=text, **said)
            for name, text in zip(names, texts, strict=True)
        )
    return names


def graded(application: Application, texts: Sequence[str]) -> list[str]:
    """Answers to Q1 that were graded before anybody decided anything."""
    ids = hand_in(application.gradebook, texts)
    application.marking.grade("os")
    finish(application)
    return ids


def finish(application: Application) -> list[Job]:
    """Has all work done that waits."""
    application.jobs.start()
    jobs = application.gradebook.jobs.active("os")
    ended = [application.jobs.wait(job.id, PATIENCE) for job in jobs]
    application.jobs.stop()
    assert all(job.state is JobState.DONE for job in ended)
    return ended


def marks(application: Application, ids: Sequence[str]) -> list[float | None]:
    return [application.gradebook.marks.get(each).mark for each in ids]


def newest(application: Application, answer_id: str) -> Prediction:
    predicted = application.gradebook.marks.get(answer_id).predicted
    assert predicted is not None
    return predicted


def test_a_review_moves_the_other_answers_and_no_reviewed_one(
    application: Application, exam: Exam, grader: LearningGrader
) -> None:
    one, two, three = graded(application, ["a", "a b", "a b c"])
    application.marking.review(one, 5, "Ann")
    finish(application)
    assert marks(application, [one, two, three]) == [5, 5, 5]
    assert newest(application, one).mark == 1  # what was foreseen stays
    predicted = newest(application, two)
    assert (predicted.leaned_on, predicted.leans) == (1, (one,))
    assert predicted.lesson == lesson(application.gradebook.marks.examples("q1")) != ""
    application.marking.review(two, 0, "Ann")
    finish(application)
    assert marks(application, [one, two, three]) == [5, 0, 0]
    assert [each.mark for each in application.gradebook.marks.get(two).predictions] == [2, 5]
    assert application.gradebook.marks.get(two).foreseen == newest(application, two)
    assert [len(known) for known in grader.knew] == [0, 1, 2]


def test_going_back_on_a_decision_goes_back_on_what_followed(
    application: Application, exam: Exam
) -> None:
    one, two = graded(application, ["a", "a b"])
    ruling = application.marking.rule("q1", "a b", "Ann", mark=4)
    finish(application)
    assert (marks(application, [one, two]), newest(application, two).leans) == (
        [4, 4],
        (ruling.id,),
    )
    application.marking.withdraw_ruling(ruling.id, "Ann")
    finish(application)
    assert marks(application, [one, two]) == [1, 2]
    assert newest(application, two).leaned_on == 0
    assert application.gradebook.marks.to_grade("os", LearningGrader.maker) == []


def test_what_is_accepted_unseen_teaches_nothing(application: Application, exam: Exam) -> None:
    [one] = graded(application, ["a"])
    application.marking.review_many("os", [(one, 1, 0)], "Ann", way=BULK)
    assert application.gradebook.jobs.active("os") == []
    assert application.gradebook.marks.examples("q1") == []
    assert application.gradebook.marks.get(one).foreseen is None


def test_a_group_is_marked_whole_or_not_at_all(application: Application, exam: Exam) -> None:
    one, two, three = graded(application, ["a", "a b", "a b c"])
    application.gradebook.marks.review(two, 1, "Bob")
    for wrong, error in (((two, 4, 0), Conflict), (("nope", 4, 0), NotFound)):
        with pytest.raises(error):
            application.marking.review_many("os", [(one, 4, 0), wrong], "Ann")
    assert application.gradebook.marks.get(one).reviews == ()
    assert application.marking.review_many("os", [(one, 4, 0), (two, 4, 1)], "Ann", "alike") == 2
    [job] = finish(application)
    assert (job.kind, job.arguments) == (SHARPEN, {"question": "q1"})
    assert marks(application, [one, two, three]) == [4, 4, 4]
    assert {each.way for each in application.gradebook.marks.get(one).reviews} == {"group"}


def test_many_reviews_are_learned_from_in_one_go(application: Application, exam: Exam) -> None:
    ids = graded(application, ["a"] * 6)
    for answer_id in ids[:3]:
        application.marking.review(answer_id, 2, "Ann")
    [job] = finish(application)
    assert (job.kind, job.total) == (SHARPEN, 3)


def test_an_answer_that_nobody_graded_is_left_alone(
    application: Application, exam: Exam, grader: LearningGrader
) -> None:
    one, two = hand_in(application.gradebook, ["a", "a b"])
    application.marking.review(one, 5, "Ann")
    finish(application)
    assert (grader.graded, marks(application, [two])) == ([], [None])
    application.marking.grade("os")
    finish(application)
    assert marks(application, [two]) == [5]
    assert newest(application, one).leaned_on == 0  # never by its own review


def test_reviews_made_while_grading_count_for_what_is_graded_after(
    application: Application, exam: Exam, grader: LearningGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = hand_in(application.gradebook, ["a"] * 40)
    grade = grader.grade

    def interrupted(question: Question, *rest: Any) -> list[Prediction]:
        if not grader.graded:
            application.marking.review(ids[-1], 5, "Ann")
        return grade(question, *rest)

    monkeypatch.setattr(grader, "grade", interrupted)
    application.marking.grade("os")
    finish(application)
    finish(application)  # what the worker had not ended when it was told to stop
    predicted = [application.gradebook.marks.get(each).predictions for each in ids[:-1]]
    assert [each[0].mark for each in predicted] == [1] * 16 + [5] * 23
    assert [len(each) for each in predicted] == [2] * 16 + [1] * 23  # none twice without need
    assert marks(application, ids) == [5] * 40


def test_an_answer_reviewed_while_it_is_graded_keeps_what_was_foreseen(
    application: Application, exam: Exam, grader: LearningGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = graded(application, ["a", "a b", "a b c"])
    grade = grader.grade

    def meanwhile(question: Question, *rest: Any) -> list[Prediction]:
        if not application.gradebook.marks.get(two).reviews:
            application.gradebook.marks.review(two, 3, "Bob")
        return grade(question, *rest)

    monkeypatch.setattr(grader, "grade", meanwhile)
    application.marking.review(one, 5, "Ann")
    finish(application)
    assert newest(application, two).mark == 2
    assert marks(application, [one, two, three]) == [5, 3, 5]


def test_learning_gives_way_to_other_work_and_goes_on_after_it(
    application: Application, exam: Exam, grader: LearningGrader, few: None
) -> None:
    ids = graded(application, ["a"] * 40)
    application.marking.review(ids[0], 5, "Ann")
    [job] = application.gradebook.jobs.active("os")
    application.gradebook.jobs.claim("here:1:0")
    other = application.gradebook.jobs.submit("grade", "os", {"questions": "q2"})
    run = application.marking.handlers[SHARPEN]
    run(job, lambda *_: None)
    assert marks(application, ids).count(5) == 17  # the review and one batch
    rest = application.gradebook.jobs.waiting()
    assert [each.kind for each in rest] == ["grade", SHARPEN]
    application.gradebook.jobs.cancel(other.id)
    run(rest[1], lambda *_: None)
    assert marks(application, ids) == [5] * 40


def test_learning_that_was_stopped_goes_on_where_it_was(
    application: Application, exam: Exam, grader: LearningGrader, few: None
) -> None:
    ids = graded(application, ["a"] * 40)
    application.marking.review(ids[0], 5, "Ann")
    [job] = application.gradebook.jobs.active("os")

    def killed(done: int, *_: object) -> None:
        if done:
            raise KeyboardInterrupt

    run = application.marking.handlers[SHARPEN]
    with pytest.raises(KeyboardInterrupt):
        run(job, killed)
    before = len(grader.graded)
    run(job, lambda *_: None)
    assert len(grader.graded) - before == 39 - 16
    assert marks(application, ids) == [5] * 40
    assert {len(application.gradebook.marks.get(each).predictions) for each in ids[1:]} == {2}


def test_the_textbook_is_not_searched_again_for_an_answer_that_says_the_same(
    application: Application, exam: Exam, grader: LearningGrader
) -> None:
    searched: list[str] = []

    def passages(_: str, __: Question, answer: str) -> list[Passage]:
        searched.append(answer)
        return [Passage("b", "Notes", 7, f"on {answer}", 0.5)]

    run = GradingRun(application.settings, application.gradebook, passages)
    one, two, three = hand_in(application.gradebook, ["a", "a b", "a b c"])
    run(application.marking.grade("os"), lambda *_: None)
    application.gradebook.answers.edit(three, "c", "Ann", 1)
    application.marking.review(one, 5, "Ann")
    searched.clear()
    run.sharpen(application.gradebook.jobs.waiting()[-1], lambda *_: None)
    assert searched == ["", "c"]
    assert newest(application, two).passages[0].text == "on a b"
    assert newest(application, three).passages[0].text == "on c"


def test_a_review_reaches_200_other_answers_at_once(application: Application, exam: Exam) -> None:
    ids = graded(application, [f"{'word ' * 40}{number}" for number in range(201)])
    application.jobs.start()
    began = time.monotonic()
    application.marking.review(ids[0], 3, "Ann")
    until(lambda: all(m.mark == 3 for m in application.gradebook.marks.of_question("q1")))
    assert time.monotonic() - began < 10  # one second on two quiet cores
    assert application.gradebook.jobs.recent("os")[0].kind == "grade"


def test_another_question_learns_nothing(application: Application, exam: Exam) -> None:
    hand_in(application.gradebook, ["a b"], "q2")
    [one] = graded(application, ["a"])
    application.marking.review(one, 5, "Ann")
    finish(application)
    assert marks(application, ["q2-000"]) == [2]


def test_marks_from_a_file_are_learned_from(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    one, two = graded(application, ["a", "a b"])
    [student] = application.gradebook.rosters.merge("os", [Student("", "007", "Ada")])
    application.gradebook.scripts.assign(one, student.id)
    (tmp_path / "marks.csv").write_text("student_id,question,mark\n007,Q1,4\n", "utf-8")
    application.marking.import_reviews("os", tmp_path / "marks.csv")
    finish(application)
    finish(application)
    assert marks(application, [one, two]) == [4, 4]
    assert newest(application, one).mark == 1


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert reached()


def test_a_lesson_names_what_is_known_in_whatever_order() -> None:
    known = [Example("a", 1, None, "x"), Example("b", 2.5, (1.0, 0.0), "y")]
    assert lesson(known) == lesson(known[::-1]) != lesson(known[:1]) != lesson([]) == ""
    assert lesson([Example("a", 1.0, None, "x")]) == lesson(known[:1])
    assert lesson([Example("a", 1, None, "x", ruling=True)]) != lesson(known[:1])
