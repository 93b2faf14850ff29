"""The files of a training are read as one."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import pytest

from autograder.cli import lessons

SAID = "It keeps {} apart from all other things in the memory of a machine, for better or worse."


def options(work: Path, *files: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    lessons.add_arguments(parser)
    return parser.parse_args([*map(str, files), "--work", str(work)])


def marks(path: Path) -> Path:
    """Answers to four questions, each file with the same ids."""
    lines = [
        {
            "id": f"{question}-{mark}",
            "question": f"What is {question} for in an operating system?",
            "reference_answer": f"{question} is there to keep programs apart.",
            "max_score": 2,
            "student_answer": SAID.format(question) if mark == 2 else f"{question} has {mark}",
            "score": mark,
        }
        for question in ("paging", "forking", "locking", "caching")
        for mark in range(3)
    ]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    return path


def test_a_repeat_in_another_file_is_seen_and_no_answer_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = marks(tmp_path / "one.jsonl"), marks(tmp_path / "other.jsonl")
    found = lessons.taught(options(tmp_path / "work", one, other))
    together = [*found.train, *found.held_out]
    assert len({each.id for each in together}) == len(together) == 24
    assert "the same answer stands in one.jsonl" in capsys.readouterr().err
    kept = (tmp_path / "work" / "examples.jsonl").read_bytes()
    assert found.data == hashlib.sha256(kept).hexdigest()


def test_a_single_file_is_named_by_its_own_sum(tmp_path: Path) -> None:
    one = marks(tmp_path / "one.jsonl")
    found = lessons.taught(options(tmp_path / "work", one))
    assert found.data == hashlib.sha256(one.read_bytes()).hexdigest()
    assert not (tmp_path / "work").exists()
