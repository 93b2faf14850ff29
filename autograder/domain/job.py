"""Long work that goes on when the browser is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

SHARPEN: Final = "sharpen"
"""The kind of job by which a decision reaches the other answers to its question."""
LEARN: Final = "learn"
"""The kind of job that trains a grader: it goes on for hours, so others run beside it."""
HOLDS: Final = "holds"
"""A training's argument: the kinds of job that it leaves no memory for, with commas between."""


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


def together(one: Job, other: Job) -> bool:
    """Whether both may run at the same time: training and whatever it doesn't hold up."""
    training, beside = (one, other) if one.kind == LEARN else (other, one)
    if training.kind != LEARN or beside.kind == LEARN:
        return False
    return beside.kind not in training.arguments.get(HOLDS, "").split(",")
