from __future__ import annotations

import asyncio
import time

from autograder.grading.openai.pace import FIRST, Pace
from tests.fakes import run_alone


def test_it_grows_fast_until_the_first_refusal_and_slowly_after() -> None:
    pace = Pace(64)
    for _ in range(FIRST):
        pace.answered()
    assert pace.limit == 2 * FIRST
    pace.refused(time.monotonic(), 0)
    assert pace.limit == FIRST
    for _ in range(FIRST):
        pace.answered()
    assert FIRST < pace.limit < FIRST + 1.1


def test_it_never_passes_its_bounds() -> None:
    pace = Pace(6)
    for _ in range(50):
        pace.answered()
    assert pace.limit == 6
    for _ in range(9):
        pace.refused(time.monotonic(), 0)
    assert pace.limit == 1


def test_refusals_of_one_crowd_count_once() -> None:
    pace, sent = Pace(64), time.monotonic()
    for _ in range(12):
        pace.answered()
    for _ in range(8):
        pace.refused(sent, 0)
    assert pace.limit == 8


def test_no_more_than_the_limit_are_under_way() -> None:
    pace = Pace(2)
    under_way, most = 0, 0

    async def one() -> None:
        nonlocal under_way, most
        async with pace.turn():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.001)
            under_way -= 1

    async def all_of_them() -> None:
        await asyncio.gather(*(one() for _ in range(20)))

    run_alone(all_of_them())
    assert most == 2


def test_all_wait_while_the_server_asks_for_a_pause() -> None:
    pace = Pace(2)

    async def begin() -> float:
        started = time.monotonic()
        pace.refused(started, 0.1)
        async with pace.turn() as sent_at:
            return sent_at - started

    assert 0.09 < run_alone(begin()) < 5


def test_a_turn_that_is_cancelled_is_given_back() -> None:
    pace = Pace(1)

    async def hold() -> None:
        async with pace.turn():
            await asyncio.sleep(60)

    async def cancelled() -> None:
        held = asyncio.create_task(hold())
        await asyncio.sleep(0)
        held.cancel()
        async with asyncio.timeout(5), pace.turn():
            pass

    run_alone(cancelled())
