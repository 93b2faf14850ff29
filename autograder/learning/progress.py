"""How far a training is: lines in a file that another process follows while they are written."""

from __future__ import annotations

import json
import math
import os
import time
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from autograder.domain.errors import StorageFailed

FILE = "progress.jsonl"


@dataclass(frozen=True, slots=True)
class Step:
    """Where a training stands after ``step`` of ``of`` steps."""

    step: int
    of: int
    loss: float | None = None
    """Of the training rows, averaged since the last line that told one."""
    qwk: float | None = None
    """Agreement with the teacher on held-out answers, as grading would mark them now."""
    message: str = ""
    """In the teacher's words."""
    at: float = 0.0
    """Seconds since 1970; 0 is filled in when it is told."""


class Progress:
    """Writes ``progress.jsonl`` in a folder, a line a step, never changing an earlier one."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def tell(self, step: Step) -> None:
        """Adds a line. StorageFailed: the disk is full or can't be written."""
        step = replace(step, loss=_finite(step.loss), qwk=_finite(step.qwk))
        line = json.dumps(asdict(replace(step, at=step.at or time.time())), ensure_ascii=False)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("ab+") as file:
                torn = file.tell() and not _ends_line(file)
                file.write(b"\n" * bool(torn) + line.encode() + b"\n")
        except OSError as error:
            raise StorageFailed(
                f"The training's progress can't be written ({error.strerror}). Make room in "
                f"{self._file.parent} and start the training again: it goes on where it was."
            ) from error

    @staticmethod
    def read(folder: Path, after: int = 0) -> list[Step]:
        """What was told so far, without the first ``after`` lines; nothing where there is no file.

        A line that is still being written, or was torn by a kill, is left out.
        """
        try:
            content = (folder / FILE).read_bytes()
        except FileNotFoundError:
            return []
        whole = content.split(b"\n")[:-1]
        return [step for step in map(_step, whole) if step is not None][after:]


def _step(line: bytes) -> Step | None:
    known = {field.name for field in fields(Step)}
    try:
        told: dict[str, Any] = json.loads(line)
        return Step(**{key: value for key, value in told.items() if key in known})
    except (ValueError, TypeError, AttributeError):
        return None


def _ends_line(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")


def _finite(number: float | None) -> float | None:
    """JSON has no NaN: a loss that left the numbers is none."""
    return number if number is not None and math.isfinite(number) else None
