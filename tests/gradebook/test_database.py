import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.domain.errors import StorageFailed
from autograder.domain.exam import Exam, Question, Scale
from autograder.gradebook.database import Database
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook import forked, forked_work


def test_every_connection_is_durable_and_keeps_foreign_keys(gradebook: Gradebook) -> None:
    def pragmas() -> list[object]:
        with gradebook.database.reading() as session:
            ask = session.connection().exec_driver_sql
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            return [ask(f"PRAGMA {name}").scalar() for name in names]

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(pragmas) for _ in range(8)]
    assert all(each.result() == ["wal", 2, 1, 30_000] for each in asked)


def test_a_second_writer_waits_and_does_not_fail(gradebook: Gradebook) -> None:
    started, ended = threading.Event(), []

    def hold() -> None:
        with gradebook.database.writing():
            started.set()
            time.sleep(0.5)
            ended.append("first")

    first = threading.Thread(target=hold)
    first.start()
    started.wait()
    gradebook.exams.create("Quiz")
    ended.append("second")
    first.join()
    assert ended == ["first", "second"]


def test_a_reader_does_not_wait_for_a_writer(gradebook: Gradebook, exam: Exam) -> None:
    with gradebook.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE exams SET title = 'Changed'")
        assert gradebook.exams.get(exam.id).title == "Quiz"


def test_an_error_in_the_middle_leaves_nothing_behind(gradebook: Gradebook) -> None:
    with pytest.raises(ZeroDivisionError), gradebook.database.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM exams")
        raise ZeroDivisionError
    gradebook.exams.create("Quiz")
    assert len(gradebook.exams.all()) == 1


def test_many_threads_write_at_once_and_none_is_lost(gradebook: Gradebook, exam: Exam) -> None:
    with ThreadPoolExecutor(8) as threads:
        labels = [f"T{number}" for number in range(40)]
        questions = [Question("", label, "?", Scale(0, 1)) for label in labels]
        done = [threads.submit(gradebook.exams.save_question, exam.id, each) for each in questions]
    assert [each.exception() for each in done] == [None] * 40
    assert {each.label for each in gradebook.exams.get(exam.id).questions} >= set(labels)


def test_processes_write_at_once_into_a_folder_that_is_still_new(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "new"
    running = [forked.start(forked_work.make_exams, folder) for _ in range(4)]
    made = [exam_id for _, pipe in running for exam_id in forked.said(pipe)]
    gradebook = Gradebook(folder)
    assert len(made) == 20
    assert {exam.id for exam in gradebook.exams.all()} == set(made)
    gradebook.close()


def test_another_program_that_never_lets_go_is_named(
    gradebook: Gradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.gradebook.database.BUSY_SECONDS", 0.1)
    impatient = Database(gradebook.folder)
    writing = impatient.writing()
    with gradebook.database.writing(), pytest.raises(StorageFailed, match="locked"), writing:
        pass
    impatient.close()
