import os
import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from autograder.domain.exam import Exam, Question, Scale
from autograder.gradebook.doctor import examine
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook import forked, forked_work
from tests.gradebook.samples import hand_in, piece

KILLS = 200
SCRIPTS, QUESTIONS = 6, 4
LATEST_KILL = 0.15
"""Seconds: the first ones strike while the gradebook opens, the last ones in the middle of work."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a run is forked from a warm process")


def test_200_kills_lose_nothing_acknowledged_and_double_nothing(tmp_path: Path) -> None:
    killed, unkilled = tmp_path / "killed", tmp_path / "unkilled"
    _prepare(killed)
    shutil.copytree(killed, unkilled)
    moments = random.Random(7)
    acknowledged: list[str] = []
    interrupted = 0
    for _ in range(KILLS):
        said = _run_and_kill(killed, moments.uniform(0, LATEST_KILL))
        acknowledged += [each for each in said if each.startswith("mark")]
        interrupted += f"done {forked_work.PROMPTS}" not in said
        _check(killed, acknowledged)
    assert interrupted > KILLS // 2, "the run was over too soon to be killed often"

    for folder in (killed, unkilled):
        forked.whole(forked_work.grade, folder, 0.0)
    assert _marks(killed) == _marks(unkilled)
    assert len(_marks(killed)) == SCRIPTS * QUESTIONS * forked_work.PROMPTS
    gradebook = Gradebook(killed)
    assert examine(gradebook) == []
    assert gradebook.jobs.active("os") == []
    gradebook.close()


def _run_and_kill(folder: Path, seconds: float) -> list[str]:
    """What a run acknowledged before it was killed that many seconds after its start."""
    run, pipe = forked.start(forked_work.grade, folder, 0.03)
    time.sleep(seconds)
    run.kill()
    run.join()
    return forked.said(pipe)


def _prepare(folder: Path) -> None:
    gradebook = Gradebook(folder)
    asked = tuple(Question(f"q{n}", f"Q{n}", "?", Scale(0, 5)) for n in range(QUESTIONS))
    gradebook.exams.save(Exam("os", "Quiz", questions=asked))
    for number in range(SCRIPTS):
        script = hand_in(gradebook, f"s{number:02}")
        page = script.pages[0].id
        pieces = [piece(each.id, page, f"{script.title} {each.label}") for each in asked]
        gradebook.answers.record(script.id, pieces, "fake")
    gradebook.jobs.submit("grade", "os")
    gradebook.close()


def _check(folder: Path, acknowledged: list[str]) -> None:
    assert len(acknowledged) == len(set(acknowledged)), "a mark was made again"
    with sqlite3.connect(folder / "gradebook.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept = database.execute("SELECT answer_id, prompt FROM predictions").fetchall()
    database.close()
    assert len(kept) == len(set(kept)), "a mark is kept twice"
    lost = {each.removeprefix("mark ") for each in acknowledged} - {" ".join(row) for row in kept}
    assert not lost


def _marks(folder: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "gradebook.sqlite") as database:
        query = (
            "SELECT answer_id, text_version, question_id, question_version, prompt, mark, "
            "distribution, judgements, flags, citation FROM predictions ORDER BY answer_id, prompt"
        )
        rows = database.execute(query).fetchall()
    database.close()
    return rows
