from __future__ import annotations

import errno
from pathlib import Path

import pytest

from autograder.domain.errors import EngineFailed, StorageFailed
from autograder.learning.language.mishaps import (
    full_disk,
    full_disk_told,
    out_of_memory,
    out_of_memory_told,
)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB"),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"
        ),
        RuntimeError("could not create a primitive"),
        ImportError("x.so: failed to map segment from shared object"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
)
def test_memory_that_ran_out_is_known_by_any_of_its_words(error: Exception) -> None:
    assert out_of_memory(error)
    assert not full_disk(error)


def test_other_errors_are_neither() -> None:
    for error in (RuntimeError("size mismatch"), OSError(errno.EACCES, "Permission denied")):
        assert not out_of_memory(error)
        assert not full_disk(error)


def test_memory_that_runs_out_anywhere_is_told_and_other_errors_come_through() -> None:
    with pytest.raises(EngineFailed, match="memory is too small"), out_of_memory_told():
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
    with pytest.raises(RuntimeError, match="size mismatch"), out_of_memory_told():
        raise RuntimeError("size mismatch")


def test_a_full_disk_is_told_with_its_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=str(tmp_path)), full_disk_told(tmp_path):
        raise OSError(errno.EDQUOT, "Disk quota exceeded")


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        RuntimeError("[enforce fail at inline_container.cc:664] . unexpected pos 64 vs 0"),
        ValueError("I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_known_by_any_of_its_words(error: Exception) -> None:
    assert full_disk(error)


def test_other_errors_come_through_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="size"), full_disk_told(tmp_path):
        raise ValueError("size")
    told = StorageFailed("No space left on device: told already.")
    with pytest.raises(StorageFailed) as caught, full_disk_told(tmp_path):
        raise told
    assert caught.value is told
