"""A process of its own for a training: its memory comes back, and ending it harms nothing."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from autograder.domain.errors import EngineFailed

PID, OUTPUT = "process", "output.log"
PATIENCE = 10.0
"""Seconds that a process has to end by itself before it is killed."""
LOWER = 10
"""How much later than others it gets the processor, on Unix: marking goes on beside it."""
FIRST = 800
"""Of 1000: where memory ends Linux ends the training, which goes on later, and not the app."""
NO_MEMORY = (
    "The training was ended by the system, most likely because the memory was full. Close other "
    "programs, then press “Go on”: it goes on where it was."
)
BROKE = (
    "The training broke off; the grader at work is as it was. The program's log says more. "
    "“Go on” goes on where it was."
)

log = logging.getLogger(__name__)


class Child:
    """A command that runs in ``folder`` from entering the block and has ended after it.

    What it says is kept in ``output.log``, and who it is in ``process`` with its starter, so that
    a process whose starter was killed is found and ended. ``around`` is its environment.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, around: Mapping[str, str] | None = None
    ) -> None:
        self._command = command
        self._folder = folder
        self._around = around

    def __enter__(self) -> Child:
        end_orphan(self._folder)
        self._output: IO[bytes] = (self._folder / OUTPUT).open("wb")
        self._process = subprocess.Popen(  # noqa: S603
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            env=self._around,
            start_new_session=True,  # Ctrl+C is for the app, which then ends it in its own time
        )
        known = psutil.Process(self._process.pid)
        with suppress(psutil.Error):
            (self._folder / PID).write_text(f"{_mark(known)}\n{_mark(psutil.Process())}")
            _lower(known)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            _end(psutil.Process(self._process.pid))
        self._process.wait()
        self._output.close()
        (self._folder / PID).unlink(missing_ok=True)

    def runs(self, seconds: float) -> bool:
        """Whether it still runs after at most so many seconds."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def check(self) -> str:
        """What it said last, once it has ended. EngineFailed: it failed, in its own words."""
        told = (self._folder / OUTPUT).read_text("utf-8", errors="replace").strip()
        last = told.rpartition("\n")[-1].strip()
        if self._process.returncode == 0:
            return last
        log.error("A training ended with %s:\n%s", self._process.returncode, told[-4000:])
        own, _, words = last.partition(": ")
        if own.startswith("autograder ") and words:
            raise EngineFailed(words)
        raise EngineFailed(NO_MEMORY if self._process.returncode == -9 else BROKE)


def end_orphan(folder: Path) -> None:
    """Ends the process that a killed starter left at work in ``folder``, if there is one."""
    file = folder / PID
    for left in _running(file, slice(1)):
        _end(left)
    file.unlink(missing_ok=True)


def has_starter(folder: Path) -> bool:
    """Whether whoever started the process at work in ``folder`` still lives, and will end it."""
    return bool(_running(folder / PID, slice(1, 2)))


def _mark(process: psutil.Process) -> str:
    return f"{process.pid}:{process.create_time():.2f}"


def _running(file: Path, lines: slice) -> list[psutil.Process]:
    """The processes of those lines, without such whose number was given out again."""
    found = []
    for line in _told(file)[lines]:
        with suppress(psutil.NoSuchProcess, ValueError):
            process = psutil.Process(int(line.partition(":")[0]))
            if _mark(process) == line and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _told(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except FileNotFoundError:  # it has just ended by itself
        return []


def _lower(process: psutil.Process) -> None:
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        process.nice(LOWER)
    with suppress(OSError):  # no Linux
        Path(f"/proc/{process.pid}/oom_score_adj").write_text(str(FIRST))


def _end(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        family = [process, *process.children(recursive=True)]
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.terminate()
        _, stubborn = psutil.wait_procs(family, timeout=PATIENCE)
        for member in stubborn:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        psutil.wait_procs(stubborn, timeout=PATIENCE)
