from __future__ import annotations

from collections.abc import Sequence

import pytest

from autograder.domain.errors import EngineFailed
from autograder.reading.networks.batches import Batches


class Memory:
    """Holds so many items at once; ``giant`` doesn't fit even alone."""

    def __init__(self, room: int, giant: int = -1) -> None:
        self._room, self._giant = room, giant
        self.sizes: list[int] = []

    def read(self, items: Sequence[int]) -> list[int]:
        self.sizes.append(len(items))
        if len(items) > self._room or self._giant in items:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return [2 * item for item in items]


def test_a_full_memory_halves_the_batch_for_good() -> None:
    memory, batches = Memory(room=3), Batches(8)
    assert batches.run(memory.read, range(10)) == [2 * item for item in range(10)]
    assert memory.sizes == [8, 4, 2, 2, 2, 2, 2]
    assert batches.run(memory.read, range(3)) == [0, 2, 4]
    assert memory.sizes[-2:] == [2, 1]


def test_what_does_not_fit_alone_fails_alone() -> None:
    found = Batches(4).run(Memory(room=4, giant=2).read, range(4))
    assert found[:2] == [0, 2] and found[3] == 6
    assert isinstance(found[2], EngineFailed)


def test_another_error_is_not_taken_for_a_full_memory() -> None:
    def broken(items: Sequence[int]) -> list[int]:
        raise RuntimeError("shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="shapes"):
        Batches(4).run(broken, [1])


def test_nothing_to_read_is_read_at_once() -> None:
    assert Batches(4).run(Memory(1).read, []) == []
