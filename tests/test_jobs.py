import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from autograder import jobs
from autograder.domain.errors import EngineUnavailable
from autograder.domain.job import LEARN, Job, JobState
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import Handler, JobWorker, Report, worker_name

PATIENCE = 20.0


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    opened = Gradebook(tmp_path)
    yield opened
    opened.close()


def _run(gradebook: Gradebook, handler: Handler) -> Job:
    exam = gradebook.exams.create("Quiz")
    job = gradebook.jobs.submit("read", exam.id)
    worker = JobWorker(gradebook.jobs, {"read": handler})
    worker.start()
    try:
        return worker.wait(job.id, PATIENCE)
    finally:
        worker.stop()


def test_a_jobs_progress_is_kept_where_a_reloaded_page_finds_it(gradebook: Gradebook) -> None:
    def read(job: Job, report: Report) -> None:
        report(3, 7, "Reading page 4 of 7")

    job = _run(gradebook, read)
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 7)


def test_a_failure_reaches_the_teacher_in_words(gradebook: Gradebook) -> None:
    def read(job: Job, report: Report) -> None:
        raise EngineUnavailable("Set AUTOGRADER_GOOGLE_VISION__API_KEY.")

    job = _run(gradebook, read)
    assert (job.state, job.message) == (
        JobState.FAILED,
        "Set AUTOGRADER_GOOGLE_VISION__API_KEY.",
    )


def test_a_bug_is_an_apology_without_its_traceback(gradebook: Gradebook) -> None:
    def read(job: Job, report: Report) -> None:
        raise ZeroDivisionError("division by zero")

    job = _run(gradebook, read)
    assert job.state is JobState.FAILED
    assert "zero" not in job.message
    assert "try again" in job.message


def test_the_worker_goes_on_with_the_next_job_after_a_failed_one(gradebook: Gradebook) -> None:
    def fail(job: Job, report: Report) -> None:
        raise ZeroDivisionError

    exam = gradebook.exams.create("Quiz")
    gradebook.jobs.submit("read", exam.id)
    second = gradebook.jobs.submit("grade", exam.id)
    worker = JobWorker(gradebook.jobs, {"read": fail, "grade": lambda job, report: None})
    worker.start()
    assert worker.wait(second.id, PATIENCE).state is JobState.DONE
    worker.stop()


def test_a_cancelled_job_ends_at_its_next_step(gradebook: Gradebook) -> None:
    started, steps = Event(), []

    def read(job: Job, report: Report) -> None:
        for step in range(10_000):
            report(step, 10_000, "")
            steps.append(step)
            started.set()

    exam = gradebook.exams.create("Quiz")
    job = gradebook.jobs.submit("read", exam.id)
    worker = JobWorker(gradebook.jobs, {"read": read})
    worker.start()
    assert started.wait(PATIENCE)
    gradebook.jobs.cancel(job.id)
    assert worker.wait(job.id, PATIENCE).state is JobState.CANCELLED
    worker.stop()
    assert len(steps) < 10_000


def test_a_stopped_worker_leaves_its_job_to_be_gone_on_with(gradebook: Gradebook) -> None:
    started = Event()

    def endless(job: Job, report: Report) -> None:
        while True:
            report(0, 0, "")
            started.set()

    exam = gradebook.exams.create("Quiz")
    job = gradebook.jobs.submit("read", exam.id)
    worker = JobWorker(gradebook.jobs, {"read": endless})
    worker.start()
    assert started.wait(PATIENCE)
    worker.stop()
    assert gradebook.jobs.get(job.id).state is JobState.RUNNING
    again = JobWorker(gradebook.jobs, {"read": lambda job, report: None})
    again.start()
    assert again.wait(job.id, PATIENCE).state is JobState.DONE
    again.stop()


def test_what_is_submitted_in_the_same_process_is_begun_at_once(
    gradebook: Gradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "IDLE_SECONDS", 60.0)
    begun = Event()
    worker = JobWorker(gradebook.jobs, {"read": lambda job, report: begun.set()})
    exam = gradebook.exams.create("Quiz")
    worker.start()
    time.sleep(0.2)  # it has looked and found nothing
    gradebook.jobs.submit("read", exam.id)
    assert begun.wait(5.0)
    worker.stop()  # at once too: the test would take a minute


def test_a_long_training_keeps_nothing_waiting(gradebook: Gradebook) -> None:
    done = Event()

    def learn(job: Job, report: Report) -> None:
        assert done.wait(PATIENCE)

    exam = gradebook.exams.create("Quiz")
    training = gradebook.jobs.submit(LEARN, exam.id)
    reading = gradebook.jobs.submit("read", exam.id)
    worker = JobWorker(gradebook.jobs, {LEARN: learn, "read": lambda job, report: None})
    worker.start()
    assert worker.wait(reading.id, PATIENCE).state is JobState.DONE
    assert gradebook.jobs.get(training.id).state is JobState.RUNNING
    done.set()
    assert worker.wait(training.id, PATIENCE).state is JobState.DONE
    worker.stop()


def test_the_workers_name_tells_whether_its_process_lives() -> None:
    host, pid, started = worker_name().rsplit(":", 2)
    assert host
    assert pid.isdigit()
    assert float(started) > 0
