"""How many requests a server is sent at once: as many as it takes without refusing any."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

FIRST = 4


class Pace:
    """Additive increase, multiplicative decrease, as TCP does it (Chiu and Jain 1989).

    It starts low and doubles with each round of answers until the server first refuses one; from
    then on it halves with each refusal and grows by one a round. To be used in one event loop.
    """

    def __init__(self, most: int) -> None:
        self.limit = float(min(FIRST, most))
        self._most = most
        self._refused = False
        self._running = 0
        self._cut_at = float("-inf")
        self._resume_at = float("-inf")
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[float]:
        """Waits until one more request may be sent; gives the time at which it is."""
        while (wait := self._wait()) != 0:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), wait)
            except TimeoutError:
                continue
        self._running += 1
        try:
            yield time.monotonic()
        finally:
            self._running -= 1
            self._changed.set()

    def answered(self) -> None:
        """The server kept up."""
        growth = 1 / self.limit if self._refused else 1.0
        self.limit = min(float(self._most), self.limit + growth)

    def refused(self, sent_at: float, pause: float) -> None:
        """A request sent at ``sent_at`` was too much: fewer at once, and none for ``pause`` s.

        Requests that were under way together and are all refused are one refusal.
        """
        now = time.monotonic()
        if sent_at > self._cut_at:
            self.limit = max(1.0, self.limit / 2)
            self._cut_at, self._refused = now, True
        self._resume_at = max(self._resume_at, now + pause)

    def _wait(self) -> float | None:
        """Seconds to wait for a turn; None: until another request is done."""
        if self._running >= int(self.limit):
            return None
        return max(0.0, self._resume_at - time.monotonic())
