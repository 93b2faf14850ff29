from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from autograder.domain.errors import StorageFailed
from autograder.learning.progress import FILE, Progress, Step


def test_what_was_told_is_read_back_in_its_order(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "work")
    progress.tell(Step(1, 3, loss=0.5, at=10.0))
    progress.tell(Step(2, 3, qwk=0.7, message="Halfway…", at=11.0))
    assert Progress.read(tmp_path / "work") == [
        Step(1, 3, loss=0.5, at=10.0),
        Step(2, 3, qwk=0.7, message="Halfway…", at=11.0),
    ]
    assert [each.step for each in Progress.read(tmp_path / "work", after=1)] == [2]


def test_a_step_without_a_time_is_told_as_of_now(tmp_path: Path) -> None:
    Progress(tmp_path).tell(Step(1, 1))
    assert Progress.read(tmp_path)[0].at > 1e9


def test_nothing_told_is_nothing_read(tmp_path: Path) -> None:
    assert Progress.read(tmp_path / "nowhere") == []


def test_a_line_torn_by_a_kill_is_left_out_and_written_past(tmp_path: Path) -> None:
    Progress(tmp_path).tell(Step(1, 3))
    with (tmp_path / FILE).open("a") as file:
        file.write('{"step": 2, "of"')
    assert [each.step for each in Progress.read(tmp_path)] == [1]
    Progress(tmp_path).tell(Step(2, 3))
    assert [each.step for each in Progress.read(tmp_path)] == [1, 2]


def test_lines_of_a_later_version_are_understood(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"step": 1, "of": 2, "speed": 3}\n7\nnot json\n')
    assert Progress.read(tmp_path) == [Step(1, 2)]


def test_a_loss_that_left_the_numbers_is_none(tmp_path: Path) -> None:
    Progress(tmp_path).tell(Step(1, 2, loss=float("nan")))
    assert Progress.read(tmp_path)[0].loss is None
    assert "NaN" not in (tmp_path / FILE).read_text()


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(StorageFailed, match=r"No space left.*goes on where it was"):
        Progress(tmp_path).tell(Step(1, 2))
