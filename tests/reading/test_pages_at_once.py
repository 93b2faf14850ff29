from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from operator import methodcaller
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.domain.errors import EngineFailed, EngineUnavailable
from autograder.reading.pages_at_once import PagesAtOnce
from tests.places import PROJECT
from tests.reading.page_work import Doubling

PATIENCE = 60.0


@pytest.fixture(scope="module")
def two() -> Iterator[PagesAtOnce[Doubling]]:
    with PagesAtOnce(Doubling, most=2) as pages:
        yield pages


def _nothing() -> None:
    pass


def test_each_order_is_done_once_and_by_processes_side_by_side(two: PagesAtOnce[Doubling]) -> None:
    orders = [(number, methodcaller("twice", number)) for number in range(6)]
    found: dict[Any, Any] = dict(two.results(orders, _nothing))
    assert {number: twice for number, (twice, _) in found.items()} == {
        number: 2 * number for number in range(6)
    }
    workers = {process for _, process in found.values()}
    assert len(workers) == 2 and os.getpid() not in workers


def test_a_process_serves_one_pile_after_another_and_makes_its_work_once(
    two: PagesAtOnce[Doubling],
) -> None:
    orders = [(number, methodcaller("made")) for number in range(2)]
    for _ in range(2):
        assert dict(two.results(orders, _nothing)) == {0: 1, 1: 1}


def test_an_order_is_asked_for_only_when_a_process_is_free(two: PagesAtOnce[Doubling]) -> None:
    asked = []

    def orders() -> Iterator[tuple[int, methodcaller]]:
        for number in range(5):
            asked.append(number)
            yield number, methodcaller("twice", number)

    for done, _ in enumerate(two.results(orders(), _nothing)):
        assert len(asked) <= done + 1 + 2


def test_a_page_that_kills_its_process_costs_only_itself_and_is_tried_twice(
    two: PagesAtOnce[Doubling], tmp_path: Path
) -> None:
    orders = [(number, methodcaller("twice", number)) for number in range(4)]
    orders.insert(1, (9, methodcaller("die", str(tmp_path / "tries"))))
    found: dict[Any, Any] = dict(two.results(orders, _nothing))
    assert isinstance(found.pop(9), EngineFailed)
    assert (tmp_path / "tries").read_text() == "xx"
    assert {number: twice for number, (twice, _) in found.items()} == {0: 0, 1: 2, 2: 4, 3: 6}


def test_a_page_whose_process_was_killed_for_memory_is_done_by_another(
    two: PagesAtOnce[Doubling], tmp_path: Path
) -> None:
    orders = [(0, methodcaller("die_once", str(tmp_path / "tries")))]
    assert dict(two.results(orders, _nothing)) == {0: "alive"}


def test_a_page_that_hangs_is_given_up(two: PagesAtOnce[Doubling]) -> None:
    orders = [(0, methodcaller("hang_for", 0.5)), (1, methodcaller("twice", 1))]
    found: dict[Any, Any] = dict(two.results(orders, _nothing))
    assert isinstance(found[0], EngineFailed)
    assert found[1][0] == 2


def test_what_a_page_cannot_be_is_told_and_the_others_go_on(two: PagesAtOnce[Doubling]) -> None:
    orders = [
        ("refused", methodcaller("refuse")),
        ("a bug", methodcaller("no_such_work")),
        ("good", methodcaller("twice", 4)),
    ]
    found: dict[Any, Any] = dict(two.results(orders, _nothing))
    assert str(found["refused"]) == "The page is blank paper."
    assert isinstance(found["a bug"], EngineFailed)
    assert found["good"][0] == 8


def test_an_engine_that_cannot_run_here_ends_the_pile_with_its_reason(
    two: PagesAtOnce[Doubling],
) -> None:
    with pytest.raises(EngineUnavailable, match="no model"):
        list(two.results([(0, methodcaller("missing"))], _nothing))


def test_calling_off_takes_effect_while_a_page_is_being_read() -> None:
    class Off(Exception):
        pass

    def look() -> None:
        raise Off

    with PagesAtOnce(Doubling, most=1) as pages:
        begin = time.monotonic()
        with pytest.raises(Off):
            list(pages.results([(0, methodcaller("sleep", 5.0))], look))
        assert time.monotonic() - begin < 4


def test_no_process_outlives_the_one_that_began_it() -> None:
    program = (
        "from operator import methodcaller\n"
        "from autograder.reading.pages_at_once import PagesAtOnce\n"
        "from tests.reading.page_work import Doubling\n"
        "with PagesAtOnce(Doubling, most=1) as pages:\n"
        "    for _, (_, process) in pages.results([(0, methodcaller('twice', 1))], lambda: None):\n"
        "        print(process, flush=True)\n"
        "    list(pages.results([(0, methodcaller('sleep', 60.0))], lambda: None))\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    gone, _ = psutil.wait_procs([child], timeout=PATIENCE)
    assert gone
