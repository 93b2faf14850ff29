"""The queue of long work. The table is the queue, so it outlives every process."""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event
from types import MappingProxyType

import psutil
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from autograder.domain.errors import NotFound
from autograder.domain.job import SHARPEN, Job, JobState, together
from autograder.gradebook.database import Database
from autograder.gradebook.exams import exam_row
from autograder.gradebook.tables import JobRow

LEASE = timedelta(minutes=10)
"""How long a worker that can't be looked at (on another machine) is believed to be alive."""
NOTHING: Mapping[str, str] = MappingProxyType({})


class JobQueue:
    """Jobs, oldest first; one runs at a time in a gradebook, a training beside it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.submitted = Event()
        """Set at every submission in this process, so that its worker need not wait to look."""

    def submit(self, kind: str, exam_id: str, arguments: Mapping[str, str] = NOTHING) -> Job:
        """Queues a job; an equal one that still waits is given back instead. NotFound: no exam."""
        wanted = dict(sorted(arguments.items()))
        with self._database.writing() as session:
            exam_row(session, exam_id)
            row = session.scalar(
                select(JobRow).where(
                    JobRow.kind == kind,
                    JobRow.exam_id == exam_id,
                    JobRow.arguments == wanted,
                    JobRow.state == JobState.QUEUED,
                )
            )
            job = _job(row or _add(session, kind, exam_id, wanted))
        self.submitted.set()
        return job

    def claim(self, worker: str, kinds: Collection[str] | None = None) -> Job | None:
        """Gives the next job, of ``kinds`` only, to ``worker`` (``host:pid:start time``).

        None if there is none, or only such as can't run ``together`` with a living worker's. A
        job whose worker died, or that this worker dropped, comes before those that wait.
        """
        with self._database.reading() as session:
            if session.scalar(_open_jobs(kinds).limit(1)) is None:
                return None  # no lock is taken while there is nothing to do
        with self._database.writing() as session:
            free = [row for row in session.scalars(_open_jobs(kinds)) if _free(row, worker)]
            at_work = [_job(row) for row in session.scalars(_open_jobs()) if _busy(row, free)]
            possible = (row for row in free if all(together(_job(row), each) for each in at_work))
            row = next(possible, None)
            if row is None:
                return None
            row.state, row.worker = JobState.RUNNING, worker
            row.lease = datetime.now(UTC) + LEASE
            return _job(row)

    def report(self, job_id: str, worker: str, done: int, total: int, message: str) -> bool:
        """Notes how far a job is. False: it was cancelled or taken over, so stop."""
        with self._database.writing() as session:
            row = _row(session, job_id)
            if not _held(row, worker):
                return False
            row.done, row.total, row.message = done, total, message
            row.lease = datetime.now(UTC) + LEASE
            return True

    def finish(self, job_id: str, worker: str) -> None:
        """Notes that a job is done; does nothing if it was cancelled or taken over meanwhile."""
        self._end(job_id, worker, JobState.DONE, None)

    def fail(self, job_id: str, worker: str, message: str) -> None:
        """Notes that a job failed and why, in the teacher's words."""
        self._end(job_id, worker, JobState.FAILED, message)

    def cancel(self, job_id: str) -> None:
        """Calls a job off; its worker stops at its next report. What it did so far is kept."""
        with self._database.writing() as session:
            row = _row(session, job_id)
            if not JobState(row.state).final:
                row.state, row.finished = JobState.CANCELLED, datetime.now(UTC)

    def get(self, job_id: str) -> Job:
        """The job of that id. NotFound."""
        with self._database.reading() as session:
            return _job(_row(session, job_id))

    def recent(self, exam_id: str, limit: int = 10) -> list[Job]:
        """An exam's last jobs, newest first; without what every review sets off, once done."""
        buried = (JobRow.kind == SHARPEN) & (JobRow.state == JobState.DONE)
        query = select(JobRow).where(JobRow.exam_id == exam_id, ~buried)
        query = query.order_by(JobRow.number.desc())
        with self._database.reading() as session:
            return [_job(row) for row in session.scalars(query.limit(limit))]

    def of_kind(self, kind: str, limit: int = 10) -> list[Job]:
        """The last jobs of a kind in all exams, newest first."""
        query = select(JobRow).where(JobRow.kind == kind).order_by(JobRow.number.desc())
        with self._database.reading() as session:
            return [_job(row) for row in session.scalars(query.limit(limit))]

    def active(self, exam_id: str) -> list[Job]:
        """An exam's jobs that run or wait, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(_open_jobs().where(JobRow.exam_id == exam_id))
            return [_job(row) for row in rows]

    def waiting(self) -> list[Job]:
        """All jobs that wait for their turn, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(_open_jobs().where(JobRow.state == JobState.QUEUED))
            return [_job(row) for row in rows]

    def _end(self, job_id: str, worker: str, state: JobState, message: str | None) -> None:
        with self._database.writing() as session:
            row = _row(session, job_id)
            if _held(row, worker):
                row.state, row.finished = state, datetime.now(UTC)
                row.message = row.message if message is None else message


def alive(worker: str) -> bool | None:
    """Whether a worker's process lives; None if it is on another machine or can't be told."""
    host, _, process = worker.partition(":")
    pid, _, started = process.partition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return None
    try:
        found = psutil.Process(int(pid))
        same = f"{found.create_time():.2f}" == started
        return same and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return None


def _open_jobs(kinds: Collection[str] | None = None) -> Select[JobRow]:
    # “running” sorts before “queued”: an interrupted job goes on before a new one starts.
    query = select(JobRow).where(JobRow.state.in_((JobState.QUEUED, JobState.RUNNING)))
    wanted = query if kinds is None else query.where(JobRow.kind.in_(kinds))
    return wanted.order_by(JobRow.state.desc(), JobRow.number)


def _free(row: JobRow, worker: str) -> bool:
    if row.state == JobState.QUEUED or row.worker == worker or alive(row.worker) is False:
        return True
    return row.lease is None or row.lease < datetime.now(UTC)


def _busy(row: JobRow, free: Collection[JobRow]) -> bool:
    """Whether a living worker is at it; another thread of the one that asks is such a worker."""
    return row.state == JobState.RUNNING and row not in free and not _free(row, "")


def _held(row: JobRow, worker: str) -> bool:
    return row.state == JobState.RUNNING and row.worker == worker


def _row(session: Session, job_id: str) -> JobRow:
    row = session.scalar(select(JobRow).where(JobRow.id == job_id))
    if row is None:
        raise NotFound("This job is not in the gradebook. Reload the page.")
    return row


def _add(session: Session, kind: str, exam_id: str, arguments: dict[str, str]) -> JobRow:
    row = JobRow(
        kind=kind,
        exam_id=exam_id,
        arguments=arguments,
        state=JobState.QUEUED,
        created=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    return row


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        exam_id=row.exam_id,
        state=JobState(row.state),
        created=row.created,
        arguments=row.arguments,
        done=row.done,
        total=row.total,
        message=row.message,
        finished=row.finished,
    )
