import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from autograder.domain.errors import NotFound
from autograder.domain.exam import Exam
from autograder.domain.job import HOLDS, LEARN, JobState
from autograder.gradebook import job_queue
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.job_queue import alive
from autograder.jobs import worker_name

ELSEWHERE = "another-machine:12:34.50"
DEAD = f"{socket.gethostname()}:{os.getpid()}:12.34"
"""This process's number with another start time: the number was given out again."""


def test_an_equal_job_that_still_waits_is_not_doubled(gradebook: Gradebook, exam: Exam) -> None:
    first = gradebook.jobs.submit("grade", "os", {"b": "2", "a": "1"})
    assert gradebook.jobs.submit("grade", "os", {"a": "1", "b": "2"}) == first
    others = [
        gradebook.jobs.submit("grade", "os"),
        gradebook.jobs.submit("read", "os", {"a": "1", "b": "2"}),
        gradebook.jobs.submit("grade", gradebook.exams.create("Other").id, {"a": "1", "b": "2"}),
    ]
    assert len({first.id, *(each.id for each in others)}) == 4
    gradebook.jobs.claim(worker_name())
    assert gradebook.jobs.submit("grade", "os", {"a": "1", "b": "2"}).id != first.id


def test_jobs_run_one_at_a_time_oldest_first(gradebook: Gradebook, exam: Exam) -> None:
    jobs = [gradebook.jobs.submit("grade", "os", {"n": str(n)}) for n in range(3)]
    worker = worker_name()
    for job in jobs:
        claimed = gradebook.jobs.claim(worker)
        assert claimed is not None
        assert (claimed.id, claimed.state) == (job.id, JobState.RUNNING)
        assert gradebook.jobs.claim(ELSEWHERE) is None
        gradebook.jobs.finish(job.id, worker)
    assert gradebook.jobs.claim(worker) is None
    assert [each.id for each in gradebook.jobs.recent("os", 2)] == [jobs[2].id, jobs[1].id]
    assert gradebook.jobs.active("os") == []


def test_progress_is_kept_and_a_finished_job_says_so(gradebook: Gradebook, exam: Exam) -> None:
    job = gradebook.jobs.submit("grade", "os")
    gradebook.jobs.claim(ELSEWHERE)
    assert gradebook.jobs.report(job.id, ELSEWHERE, 3, 10, "Grading Q1")
    found = gradebook.jobs.active("os")[0]
    assert (found.done, found.total, found.message) == (3, 10, "Grading Q1")
    gradebook.jobs.finish(job.id, ELSEWHERE)
    ended = gradebook.jobs.get(job.id)
    assert (ended.state, ended.message) == (JobState.DONE, "Grading Q1")
    assert ended.finished is not None
    gradebook.jobs.cancel(job.id)
    assert gradebook.jobs.get(job.id) == ended


def test_a_failed_job_says_why(gradebook: Gradebook, exam: Exam) -> None:
    job = gradebook.jobs.submit("grade", "os")
    gradebook.jobs.claim(ELSEWHERE)
    gradebook.jobs.fail(job.id, ELSEWHERE, "No key.")
    assert gradebook.jobs.get(job.id).state is JobState.FAILED
    assert gradebook.jobs.get(job.id).message == "No key."


def test_a_cancelled_job_tells_its_worker_to_stop(gradebook: Gradebook, exam: Exam) -> None:
    job = gradebook.jobs.submit("grade", "os")
    gradebook.jobs.claim(ELSEWHERE)
    gradebook.jobs.cancel(job.id)
    assert not gradebook.jobs.report(job.id, ELSEWHERE, 1, 2, "on")
    gradebook.jobs.finish(job.id, ELSEWHERE)
    assert gradebook.jobs.get(job.id).state is JobState.CANCELLED


@pytest.mark.parametrize("worker", [DEAD, worker_name()], ids=["dead", "dropped by itself"])
def test_a_job_that_nobody_works_on_goes_on(gradebook: Gradebook, exam: Exam, worker: str) -> None:
    job = gradebook.jobs.submit("grade", "os")
    gradebook.jobs.claim(worker)
    gradebook.jobs.report(job.id, worker, 3, 10, "Grading Q1")
    gradebook.jobs.submit("read", "os")
    again = gradebook.jobs.claim(worker_name())
    assert again is not None
    assert (again.id, again.done) == (job.id, 3)


def test_a_worker_on_another_machine_is_believed_until_its_lease_ends(
    gradebook: Gradebook, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_queue, "LEASE", timedelta(seconds=-1))
    job = gradebook.jobs.submit("grade", "os")
    gradebook.jobs.claim(ELSEWHERE)
    again = gradebook.jobs.claim(worker_name())
    assert again is not None
    assert again.id == job.id
    assert not gradebook.jobs.report(job.id, ELSEWHERE, 9, 9, "I was away")


def test_a_training_runs_beside_what_it_leaves_memory_for(gradebook: Gradebook, exam: Exam) -> None:
    here, others = worker_name(), ("read", "grade")
    training = gradebook.jobs.submit(LEARN, "os", {HOLDS: "grade,sharpen"})
    grading = gradebook.jobs.submit("grade", "os")
    reading = gradebook.jobs.submit("read", "os")
    begun = gradebook.jobs.claim(here, [LEARN])
    assert begun is not None and begun.id == training.id
    beside = gradebook.jobs.claim(here, others)
    assert beside is not None and beside.id == reading.id  # grading waits, though it is older
    gradebook.jobs.finish(reading.id, here)
    assert gradebook.jobs.claim(here, others) is None
    gradebook.jobs.finish(training.id, here)
    at_last = gradebook.jobs.claim(here, others)
    assert at_last is not None and at_last.id == grading.id


def test_a_training_waits_until_what_it_holds_up_is_done(gradebook: Gradebook, exam: Exam) -> None:
    here = worker_name()
    grading = gradebook.jobs.submit("grade", "os")
    gradebook.jobs.claim(here, ["grade"])
    gradebook.jobs.submit(LEARN, "os", {HOLDS: "grade"})
    assert gradebook.jobs.claim(here, [LEARN]) is None
    gradebook.jobs.finish(grading.id, here)
    assert gradebook.jobs.claim(here, [LEARN]) is not None


def test_one_training_runs_at_a_time_and_takes_no_other_job_for_dropped(
    gradebook: Gradebook, exam: Exam
) -> None:
    here = worker_name()
    gradebook.jobs.submit("read", "os")
    gradebook.jobs.claim(here, ["read"])
    first = gradebook.jobs.submit(LEARN, "os")
    gradebook.jobs.claim(ELSEWHERE, [LEARN])
    second = gradebook.jobs.submit(LEARN, "os")
    assert gradebook.jobs.claim(here, [LEARN]) is None
    assert [each.id for each in gradebook.jobs.of_kind(LEARN)] == [second.id, first.id]
    gradebook.jobs.finish(first.id, ELSEWHERE)
    claimed = gradebook.jobs.claim(here, [LEARN])
    assert claimed is not None and claimed.id == second.id


def test_a_worker_lives_as_long_as_its_process() -> None:
    assert alive(worker_name()) is True
    assert alive(DEAD) is False
    assert alive(ELSEWHERE) is None
    assert alive("nonsense") is None
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = psutil.Process(child.pid).create_time()
    name = f"{socket.gethostname()}:{child.pid}:{started:.2f}"
    assert alive(name) is True
    child.kill()
    psutil.wait_procs([psutil.Process(child.pid)], timeout=0.2)
    assert alive(name) is False
    child.wait()
    assert alive(name) is False


def test_times_are_utc_and_aware(gradebook: Gradebook, exam: Exam) -> None:
    created = gradebook.jobs.submit("grade", "os").created
    assert created.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - created) < timedelta(minutes=1)


def test_what_is_not_there_is_not_found(gradebook: Gradebook) -> None:
    with pytest.raises(NotFound):
        gradebook.jobs.get("nope")
    with pytest.raises(NotFound):
        gradebook.jobs.submit("grade", "nope")
