from __future__ import annotations

import asyncio
import gc
import signal
import threading
from types import FrameType

import pytest

from autograder.grading.openai.background_loop import BackgroundLoop
from tests.fakes import run_alone


def test_it_works_where_another_loop_is_running() -> None:
    loop = BackgroundLoop("test")

    async def inner() -> int:
        await asyncio.sleep(0)
        return 7

    async def outer() -> int:
        return loop.run(inner())

    assert run_alone(outer()) == 7


def test_an_interruption_cancels_the_work() -> None:
    loop, cancelled = BackgroundLoop("test"), threading.Event()

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(KeyboardInterrupt):
            loop.run(long())
    finally:
        signal.signal(signal.SIGALRM, before)
    assert cancelled.wait(5)


def test_its_thread_ends_with_it() -> None:
    loop = BackgroundLoop("a thread of this test")
    thread = next(each for each in threading.enumerate() if each.name == "a thread of this test")
    del loop
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()
