"""Pages put right by several processes at once, and by one that is killed again and again."""

import os
import random
import sqlite3
import time
from pathlib import Path

import pytest

from autograder.domain.exam import Exam
from autograder.gradebook.doctor import examine
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook import forked, forked_work
from tests.gradebook.samples import hand_in

KILLS = 20
SCRIPTS, PAGES = 4, 3
LATEST_KILL = 0.02
"""Seconds after a fix was acknowledged: in the middle of one of the next."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a run is forked from a warm process")


def test_20_kills_lose_no_page_and_no_fix_that_was_acknowledged(tmp_path: Path) -> None:
    _prepare(tmp_path)
    moments = random.Random(7)
    acknowledged: list[str] = []
    for seed in range(KILLS):
        seconds = moments.uniform(0, LATEST_KILL)
        acknowledged += _run_and_kill(tmp_path, seed, seed % 5, seconds)
        _check(tmp_path, acknowledged)
    assert acknowledged
    assert forked.whole(forked_work.put_right, tmp_path, KILLS)


def test_two_who_put_the_same_pile_right_lose_no_page(tmp_path: Path) -> None:
    _prepare(tmp_path)
    runs = [forked.start(forked_work.put_right, tmp_path, seed) for seed in (1, 2)]
    acknowledged = [line for _, pipe in runs for line in forked.said(pipe)]
    for run, _ in runs:
        run.join()
        assert run.exitcode == 0
    _check(tmp_path, acknowledged)
    gradebook = Gradebook(tmp_path)
    while gradebook.fixes.undo("os", "Teacher"):
        pass
    assert [len(script.pages) for script in gradebook.scripts.all("os")] == [PAGES] * SCRIPTS
    assert examine(gradebook) == []
    gradebook.close()


def _run_and_kill(folder: Path, seed: int, fixes: int, seconds: float) -> list[str]:
    """What a run acknowledged before it was killed so long after that many fixes."""
    run, pipe = forked.start(forked_work.put_right, folder, seed)
    with open(pipe.fileno(), closefd=False, encoding="utf-8") as lines:
        said = [lines.readline() for _ in range(fixes)]
        time.sleep(seconds)
        run.kill()
        run.join()
        return "".join([*said, lines.read()]).splitlines()


def _prepare(folder: Path) -> None:
    gradebook = Gradebook(folder)
    gradebook.exams.save(Exam("os", "Quiz"))
    for number in range(SCRIPTS):
        hand_in(gradebook, f"s{number}", pages=PAGES)
    gradebook.close()


def _check(folder: Path, acknowledged: list[str]) -> None:
    with sqlite3.connect(folder / "gradebook.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        pages = database.execute(
            "SELECT script_id, count(*), count(DISTINCT number), max(number) FROM pages "
            "WHERE NOT discarded GROUP BY script_id"
        ).fetchall()
        [[all_pages]] = database.execute("SELECT count(*) FROM pages").fetchall()
        kept = database.execute("SELECT author FROM page_fixes").fetchall()
    database.close()
    assert all(count == places == last for _, count, places, last in pages)
    assert all_pages == SCRIPTS * PAGES
    assert set(acknowledged) <= {author for (author,) in kept}
