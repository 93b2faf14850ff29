from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.domain.errors import EngineFailed
from autograder.runs.learning import child
from autograder.runs.learning.child import Child, end_orphan

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True)"
PARENT = (
    "import subprocess, sys, time\n"
    "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(inner.pid, flush=True)\n"
    "time.sleep(60)"
)


def python(source: str) -> list[str]:
    return [sys.executable, "-c", source]


def said(folder: Path) -> str:
    """What the process has said, once it has."""
    for _ in range(200):
        told = (folder / child.OUTPUT).read_text()
        if told.endswith("\n"):
            return told.strip()
        time.sleep(0.05)
    raise AssertionError("it said nothing")


def test_what_it_says_last_is_handed_on(tmp_path: Path) -> None:
    with Child(python("print('first'); print('encoder-1')"), tmp_path) as running:
        while running.runs(0.2):
            pass
        assert running.check() == "encoder-1"
    assert not (tmp_path / child.PID).exists()


def test_it_is_ended_with_the_block_and_all_that_it_started(tmp_path: Path) -> None:
    with Child(python(PARENT), tmp_path) as running:
        inner = psutil.Process(int(said(tmp_path)))
        outer = inner.parent()
        assert running.runs(0.05)
    assert outer is not None and not outer.is_running()
    assert not inner.is_running() or inner.status() == psutil.STATUS_ZOMBIE


def test_one_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "PATIENCE", 0.2)
    with Child(python(f"{DEAF}; time.sleep(60)"), tmp_path) as running:
        said(tmp_path)
        pid = int((tmp_path / child.PID).read_text().partition(":")[0])
        assert running.runs(0.05)
    assert not psutil.pid_exists(pid)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("print('autograder learn: The disk is full.'); exit(1)", "The disk is full."),
        ("raise ZeroDivisionError", child.BROKE),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", child.NO_MEMORY),
    ],
    ids=["in its own words", "a bug", "killed"],
)
def test_a_failure_reaches_the_teacher_in_words(tmp_path: Path, source: str, told: str) -> None:
    with Child(python(source), tmp_path) as running:
        while running.runs(0.2):
            pass
        with pytest.raises(EngineFailed) as failure:
            running.check()
    assert str(failure.value) == told


def test_one_whose_starter_was_killed_is_found_and_ended(tmp_path: Path) -> None:
    orphan = subprocess.Popen(python("import time; time.sleep(60)"))
    started = psutil.Process(orphan.pid).create_time()
    (tmp_path / child.PID).write_text(f"{orphan.pid}:{started:.2f}")
    end_orphan(tmp_path)
    assert not psutil.pid_exists(orphan.pid)
    assert not (tmp_path / child.PID).exists()


def test_a_process_that_only_has_the_same_number_is_let_live(tmp_path: Path) -> None:
    other = subprocess.Popen(python("import time; time.sleep(60)"))
    (tmp_path / child.PID).write_text(f"{other.pid}:12.34")
    end_orphan(tmp_path)
    assert other.poll() is None
    other.kill()
    other.wait()


def test_it_leaves_the_processor_to_others_first(tmp_path: Path) -> None:
    with Child(python("print('on', flush=True); import time; time.sleep(60)"), tmp_path):
        said(tmp_path)
        pid = int((tmp_path / child.PID).read_text().partition(":")[0])
        assert psutil.Process(pid).nice() == child.LOWER


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux chooses whom to end")
def test_where_memory_ends_it_is_ended_before_the_app(tmp_path: Path) -> None:
    with Child(python("print('on', flush=True); import time; time.sleep(60)"), tmp_path):
        said(tmp_path)
        pid = int((tmp_path / child.PID).read_text().partition(":")[0])
        assert int(Path(f"/proc/{pid}/oom_score_adj").read_text()) == child.FIRST
