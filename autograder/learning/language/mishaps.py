"""What goes wrong while a training runs, told in a teacher's words."""

from __future__ import annotations

import errno
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.domain.errors import EngineFailed, StorageFailed

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FULL_WORDS = (  # safetensors and torch tell of a full disk in words of their own
    "No space left on device",
    "Disk quota exceeded",
    "PytorchStreamWriter failed writing file",
    "inline_container.cc",
)
NO_MEMORY_WORDS = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "Cannot allocate memory",
    "bad_alloc",
    "could not create a primitive",  # oneDNN, a product of matrices
    "failed to map segment",  # the linker, a library that is loaded
)
TOO_SMALL = (
    "The memory is too small for this. Close other programs, or choose a smaller model, then start "
    "it again: a training goes on where it was saved last. The grader at work is as it was."
)


def out_of_memory(error: BaseException) -> bool:
    """Whether the GPU's or the machine's memory didn't do."""
    told = str(error)
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError | ImportError | OSError)
        and any(words in told for words in NO_MEMORY_WORDS)
    )


@contextmanager
def out_of_memory_told() -> Iterator[None]:
    """EngineFailed in place of whatever a library raises where memory runs out unforeseen."""
    try:
        yield
    except Exception as error:
        if not out_of_memory(error):
            raise
        raise EngineFailed(TOO_SMALL) from error


def full_disk(error: BaseException) -> bool:
    """Whether there was no room for a file."""
    return getattr(error, "errno", None) in FULL or any(words in str(error) for words in FULL_WORDS)


def told_loss(logs: Mapping[str, Any] | None, step: int, reassurance: str = "") -> float | None:
    """The loss that a trainer logs after a step; None for what has none, such as its summary.

    EngineFailed, which ends with ``reassurance``: it is no number any more.
    """
    if not logs or "loss" not in logs:
        return None
    loss = float(logs["loss"])
    if math.isfinite(loss):
        return loss
    raise EngineFailed(
        f"The training went astray at step {step}: its loss is no number any more. Start it again "
        f"with a lower learning rate. {reassurance}".rstrip()
    )


@contextmanager
def full_disk_told(work: Path) -> Iterator[None]:
    """StorageFailed in place of whatever a library raises for a full disk."""
    try:
        yield
    except StorageFailed:
        raise
    except Exception as error:
        if not full_disk(error):
            raise
        raise StorageFailed(
            f"The disk is full: the training can't be saved in {work}. Make room there and start "
            "it again: it goes on where it was saved last. The grader at work is as it was."
        ) from error
