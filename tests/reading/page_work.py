"""What the processes of ``test_pages_at_once`` work with."""

from __future__ import annotations

import faulthandler
import os
import signal
import time
from pathlib import Path

from autograder.domain.errors import EngineFailed, EngineUnavailable


class Doubling:
    """Doubles numbers and misbehaves when told to."""

    times_made = 0

    def __init__(self) -> None:
        Doubling.times_made += 1

    def made(self) -> int:
        return self.times_made

    def twice(self, number: int) -> tuple[int, int]:
        time.sleep(0.3)  # long enough for the other process to begin
        return 2 * number, os.getpid()

    def die(self, tries: str) -> None:
        with Path(tries).open("a") as file:
            file.write("x")
        os.kill(os.getpid(), signal.SIGKILL)

    def die_once(self, tries: str) -> str:
        if not Path(tries).exists():
            self.die(tries)
        return "alive"

    def hang_for(self, allowed: float) -> None:
        """As where the limit is so short."""
        with Path(os.devnull).open("w") as nowhere:
            faulthandler.dump_traceback_later(allowed, exit=True, file=nowhere)
            time.sleep(30)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def refuse(self) -> None:
        raise EngineFailed("The page is blank paper.")

    def missing(self) -> None:
        raise EngineUnavailable("There is no model here.")
