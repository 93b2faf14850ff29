from __future__ import annotations

import os
from pathlib import Path

from autograder.reading import processes

GIB = 2**30


def limits(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def test_a_machine_without_limits_has_its_cores_and_at_least_one_process(tmp_path: Path) -> None:
    assert 1 <= processes.cores(tmp_path) <= (os.cpu_count() or 1)
    assert processes.room_for(1, tmp_path) == processes.cores(tmp_path)
    assert processes.room_for(10**18, tmp_path) == 1


def test_a_containers_share_of_the_cores_counts(tmp_path: Path) -> None:
    assert processes.cores(limits(tmp_path, cpu_max="100000 100000\n")) == 1
    assert processes.cores(limits(tmp_path, cpu_max="50000 100000")) == 1
    assert processes.cores(limits(tmp_path, cpu_max="max 100000")) >= 1


def test_a_containers_memory_counts_without_what_it_keeps_of_files(tmp_path: Path) -> None:
    container = limits(
        tmp_path,
        memory_max=str(GIB),
        memory_current=str(GIB - 100),
        memory_stat="anon 1\ninactive_file 50\n",
    )
    assert processes.free_memory(container) == 150
    assert processes.room_for(200, container) == 1
    assert processes.free_memory(limits(tmp_path, memory_max="max")) > 150
