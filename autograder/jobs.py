"""One worker for long work, fed from the queue that the gradebook keeps.

One job runs at a time, so that it has the GPU to itself; a training goes on beside the others.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Collection, Mapping
from threading import Event, Lock, Thread

import psutil

from autograder.domain.errors import AutoGraderError, EngineFailed, StorageFailed
from autograder.domain.job import LEARN, Job
from autograder.gradebook.job_queue import JobQueue

Report = Callable[[int, int, str], None]
"""Called with done, total and a line for the teacher; raises JobStopped when it must end."""
Handler = Callable[[Job, Report], None]
"""Does a job. It may be run again after a kill at any moment, so it skips what is done."""

IDLE_SECONDS = 0.5
HEARTBEAT_SECONDS = 5.0

log = logging.getLogger(__name__)


class JobStopped(Exception):
    """The job was cancelled or taken over: the handler ends without a word."""


class Heartbeat:
    """Renews a job's lease while a single step takes long, such as loading a model."""

    def __init__(self, queue: JobQueue, job: Job, worker: str) -> None:
        self._queue, self._job, self._worker = queue, job, worker
        self._progress = (job.done, job.total, job.message)
        self._lock = Lock()
        self._alive = True
        self._ended = Event()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def report(self, done: int, total: int, message: str) -> None:
        """Keeps the progress; raises JobStopped when the job is no longer ours."""
        with self._lock:
            self._progress = (done, total, message)
            self._alive = self._queue.report(self._job.id, self._worker, *self._progress)
        if not self._alive:
            raise JobStopped

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT_SECONDS):
            try:
                with self._lock:
                    self._queue.report(self._job.id, self._worker, *self._progress)
            except StorageFailed:
                log.warning("The lease of job %s couldn't be renewed", self._job.id)


class JobWorker:
    """Runs jobs one after another in a thread of its own, trainings in another beside it."""

    def __init__(self, queue: JobQueue, handlers: Mapping[str, Handler]) -> None:
        self._queue = queue
        self._handlers = handlers
        self._name = worker_name()
        self._stopping = Event()
        lanes = (frozenset(handlers) - {LEARN}, frozenset(handlers) & {LEARN})
        self._lanes = [kinds for kinds in lanes if kinds]
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Starts working; does nothing when it works already."""
        if not self._threads:
            self._stopping.clear()
            self._threads = [self._thread(kinds) for kinds in self._lanes]
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        """Stops after the step at hand; an unfinished job goes on at the next start."""
        self._stopping.set()
        self._queue.submitted.set()  # wakes it up
        while self._threads:
            self._threads.pop().join(timeout=30)

    def wait(self, job_id: str, timeout: float = float("inf")) -> Job:
        """The job once it is final, or as it stands after ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        while not (job := self._queue.get(job_id)).state.final and time.monotonic() < deadline:
            time.sleep(0.1)
        return job

    def _thread(self, kinds: Collection[str]) -> Thread:
        return Thread(target=self._work, args=(kinds,), name="jobs", daemon=True)

    def _work(self, kinds: Collection[str]) -> None:
        while not self._stopping.is_set():
            self._queue.submitted.clear()
            if not self._work_once(kinds) and not self._stopping.is_set():
                self._queue.submitted.wait(IDLE_SECONDS)  # other processes submit without a word

    def _work_once(self, kinds: Collection[str]) -> bool:
        try:
            job = self._queue.claim(self._name, kinds)
        except StorageFailed:
            log.exception("The job queue can't be read; trying again")
            return False
        if job is None:
            return False
        self._run(job)
        return True

    def _run(self, job: Job) -> None:
        try:
            with Heartbeat(self._queue, job, self._name) as heartbeat:
                self._handlers[job.kind](job, self._stoppable(heartbeat.report))
            self._queue.finish(job.id, self._name)
        except JobStopped:
            log.info("Job %s was stopped", job.id)
        except AutoGraderError as error:
            self._fail(job, str(error))
        except MemoryError:
            self._fail(job, str(EngineFailed("There was not enough memory. Close other programs.")))
        except Exception:
            log.exception("Job %s (%s) broke", job.id, job.kind)
            self._fail(job, "Something went wrong on our side; nothing is lost. Please try again.")

    def _stoppable(self, report: Report) -> Report:
        def checked(done: int, total: int, message: str) -> None:
            report(done, total, message)
            if self._stopping.is_set():
                raise JobStopped

        return checked

    def _fail(self, job: Job, message: str) -> None:
        try:
            self._queue.fail(job.id, self._name, message)
        except StorageFailed:
            log.exception("Job %s failed (%s) and that couldn't be written down", job.id, message)


def worker_name() -> str:
    """``host:pid:start time``, by which another process sees whether this one still lives."""
    process = psutil.Process()
    return f"{socket.gethostname()}:{os.getpid()}:{process.create_time():.2f}"
