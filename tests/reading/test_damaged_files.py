"""``benchmarks/files.py`` in small: the whole of it takes minutes."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.settings import IntakeSettings
from benchmarks.broken_files import Made, damaged, odd, valid
from benchmarks.files import BYTES, outcome

LARGEST = """
import sys
from pathlib import Path
from autograder.settings import IntakeSettings
from benchmarks.broken_files import damaged, valid
from benchmarks.files import outcome, peak_bytes
for file in (*valid(), *damaged(6, seed=2)):
    Path(sys.argv[1]).write_bytes(file.content)
    outcome(file, Path(sys.argv[1]), IntakeSettings())
print(peak_bytes())
"""
FEW = [made for made in odd() if made.pages < 50]


@pytest.mark.parametrize("file", [*valid(), *FEW], ids=lambda file: file.name)
def test_as_many_pages_come_out_of_a_valid_file_as_are_in_it(file: Made, tmp_path: Path) -> None:
    check(file, tmp_path)


@pytest.mark.parametrize("file", list(damaged(18, seed=1)), ids=lambda file: file.name)
def test_a_damaged_file_gives_pages_or_its_name_and_a_reason(file: Made, tmp_path: Path) -> None:
    check(file, tmp_path)


def test_no_process_takes_more_memory_than_is_promised(tmp_path: Path) -> None:
    told = subprocess.run(  # in a process of its own: this one has loaded much else
        [sys.executable, "-c", LARGEST, str(tmp_path / "upload")],
        capture_output=True,
        check=True,
        text=True,
    )
    assert int(told.stdout) < BYTES


def test_the_same_seed_gives_the_same_damage() -> None:
    once, again = ([each.content for each in damaged(12, seed=5)] for _ in range(2))
    assert once == again
    assert once != [each.content for each in damaged(12, seed=6)]


def check(file: Made, folder: Path) -> None:
    path = folder / "upload"
    path.write_bytes(file.content)
    assert outcome(file, path, IntakeSettings()).broken_promises == []
