"""Long work that goes on when the browser is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

SHARPEN: Final = "sharpen"
"""The kind of job by which a decision reaches the other answers to its question."""


class JobState(StrEnum):
    """Where a job stands. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more will happen."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of long work: ``kind`` is ``read``, ``grade``, ``sharpen``, ``index``..."""

    id: str
    kind: str
    exam_id: str
    state: JobState
    created: datetime
    arguments: Mapping[str, str] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    message: str = ""
    """What it is at, or why it failed, in the teacher's words."""
    finished: datetime | None = None
