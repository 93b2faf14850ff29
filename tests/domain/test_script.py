from datetime import UTC, datetime

from autograder.domain.errors import AutoGraderError, InvalidInput, RefusedFile
from autograder.domain.job import JobState
from autograder.domain.script import Answer, AnswerText, Line, Reading

BOX = (0.0, 0.0, 1.0, 1.0)


def test_a_readings_text_is_a_line_of_writing_a_line() -> None:
    reading = Reading("fake", "1", (Line("one", BOX, 1.0), Line("two", BOX, 0.5)))
    assert reading.text == "one\ntwo"
    assert Reading("fake", "1", ()).text == ""


def test_an_answer_keeps_what_was_read_first_beside_what_stands_now() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    first = AnswerText(1, "0ne", "fake", False, now)
    second = AnswerText(2, "one", "Teacher", True, now)
    answer = Answer("a", "s", None, (first, second))
    assert (answer.first, answer.current) == (first, second)


def test_a_refused_file_carries_its_name_apart_from_the_reason() -> None:
    refusal = RefusedFile("scan.pdf", "it is encrypted.")
    assert (refusal.name, refusal.reason) == ("scan.pdf", "it is encrypted.")
    assert str(refusal) == "scan.pdf: it is encrypted."
    assert isinstance(refusal, InvalidInput)
    assert isinstance(refusal, AutoGraderError)


def test_the_final_states_of_a_job_are_those_after_which_nothing_happens() -> None:
    assert {state for state in JobState if state.final} == {
        JobState.DONE,
        JobState.FAILED,
        JobState.CANCELLED,
    }
