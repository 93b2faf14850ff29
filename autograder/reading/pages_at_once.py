"""Pages are worked on by as many processes as the machine has cores and memory for.

A page never takes others along: each process has one page at a time, and where it dies of it (a
fault in a library, the system short of memory) or hangs, that page is tried once more and then
told as one that failed.
"""

from __future__ import annotations

import faulthandler
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from functools import partial
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from threading import Thread
from typing import Any, Generic, Self, TypeVar

from autograder.domain.errors import AutoGraderError, EngineFailed, EngineUnavailable
from autograder.reading.processes import room_for

PROCESS_BYTES = 700_000_000
"""What a process with the embedded engine takes at most on pages of the usual size (measured)."""
LOOK_SECONDS = 0.5
"""How often whoever waits is asked whether to go on."""
LONGEST_SECONDS = 300.0
"""A page takes seconds: what takes so long hangs, on the slowest machine too."""
DIED = EngineFailed(
    "the program that reads pages stopped at it twice. The machine was short of memory, or the "
    "page breaks the engine: close other programs and read it again, or scan it at 200 dpi."
)
BROKE = EngineFailed("something went wrong on our side with this page. Read it again.")

Key = TypeVar("Key", bound=Hashable)
Work = TypeVar("Work")
Result = TypeVar("Result")
Order = Callable[[Work], Result]
"""What to do with a process's own ``Work``; is pickled, as ``operator.methodcaller`` can be."""

log = logging.getLogger(__name__)


class PagesAtOnce(Generic[Work]):
    """Processes that each make their ``Work`` once and do one order after another with it.

    They are begun as orders come in. Used in a ``with``, which none of them outlives by more than
    its page, nor this process where that is killed.
    """

    def __init__(self, make: Callable[[], Work], most: int | None = None) -> None:
        """``most``: so many processes; None: as cores and free memory allow."""
        self._make = make
        self._most = room_for(PROCESS_BYTES) if most is None else most
        self._idle: list[_Lane[Work]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for lane in self._idle:
            lane.end()
        self._idle.clear()

    def results(
        self, orders: Iterable[tuple[Key, Order[Work, Result]]], look: Callable[[], None]
    ) -> Iterator[tuple[Key, Result | AutoGraderError]]:
        """What becomes of each order, by its key, as it is done.

        An order is asked for when a process is free for it. ``look`` is called all the while; what
        it raises ends everything. EngineUnavailable: the orders can't be done on this machine.
        """
        left, tried = _Left(iter(orders)), set[Key]()
        running: dict[Future[Result], tuple[_Lane[Work], Key, Order[Work, Result]]] = {}
        try:
            while self._keep_busy(running, left):
                done, _ = wait(running, LOOK_SECONDS, FIRST_COMPLETED)
                look()
                for future in done:
                    lane, key, order = running.pop(future)
                    result = _told(future.result)
                    self._take_back(lane, result is DIED, len(running))
                    if result is DIED and key not in tried:
                        tried.add(key)
                        left.again.append((key, order))
                    else:
                        yield key, result
        finally:
            for lane, _, _ in running.values():
                lane.end()

    def _keep_busy(
        self,
        running: dict[Future[Result], tuple[_Lane[Work], Key, Order[Work, Result]]],
        left: _Left[Key, Work, Result],
    ) -> bool:
        """Whether there is anything to wait for."""
        while len(running) < self._most and (task := left.next()):
            lane = self._idle.pop() if self._idle else _Lane(self._make)
            running[lane.begin(task[1])] = lane, *task
        return bool(running)

    def _take_back(self, lane: _Lane[Work], died: bool, running: int) -> None:
        if not died:
            self._idle.append(lane)
            return
        lane.end()
        self._most = max(1, min(self._most, running + room_for(PROCESS_BYTES)))


class _Left(Generic[Key, Work, Result]):
    """The orders that are still to be done, and those to be tried once more."""

    def __init__(self, orders: Iterator[tuple[Key, Order[Work, Result]]]) -> None:
        self._orders = orders
        self.again: list[tuple[Key, Order[Work, Result]]] = []

    def next(self) -> tuple[Key, Order[Work, Result]] | None:
        return self.again.pop() if self.again else next(self._orders, None)


class PagesHere(Generic[Work]):
    """As ``PagesAtOnce``, one after another in this process: for what isn't worth another."""

    def __init__(self, make: Callable[[], Work]) -> None:
        self._work = make()

    def results(
        self, orders: Iterable[tuple[Key, Order[Work, Result]]], look: Callable[[], None]
    ) -> Iterator[tuple[Key, Result | AutoGraderError]]:
        """See ``PagesAtOnce.results``."""
        for key, order in orders:
            look()
            yield key, _told(partial(order, self._work))


class _Lane(Generic[Work]):
    """One process, which has one page at a time."""

    def __init__(self, make: Callable[[], Work]) -> None:
        context = multiprocessing.get_context("spawn")  # torch and ONNX don't survive a fork
        self._pool = ProcessPoolExecutor(1, context, _begin, (make,))

    def begin(self, order: Order[Work, Result]) -> Future[Result]:
        return self._pool.submit(_do, order)

    def end(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _told(result: Callable[[], Result]) -> Result | AutoGraderError:
    """The result, or what is wrong with the page."""
    try:
        return result()
    except BrokenExecutor:
        return DIED
    except EngineUnavailable:
        raise
    except AutoGraderError as error:
        return error
    except MemoryError:
        return EngineFailed("there was not enough memory for it. Close other programs.")
    except Exception:
        log.exception("A page broke what works on it")
        return BROKE


class _Here:
    """What this process, one of many, works with."""

    make: Callable[[], Any]
    work: Any = None


def _begin(make: Callable[[], Any]) -> None:
    _Here.make = staticmethod(make)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one that began this one
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _do(order: Order[Work, Result]) -> Result:
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(LONGEST_SECONDS, exit=True, file=nowhere)
        try:
            if _Here.work is None:
                _Here.work = _Here.make()
            return order(_Here.work)
        finally:
            faulthandler.cancel_dump_traceback_later()
