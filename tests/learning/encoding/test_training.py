"""The loop, on a network of one layer that learns in a blink."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from autograder.domain.errors import EngineFailed, StorageFailed
from autograder.learning.progress import Progress

torch = pytest.importorskip("torch")

from autograder.learning.encoding.training import Judged, Pace, Training  # noqa: E402

Row = tuple[float, float]
ROWS = [(x / 10, 3.0 * x / 10 - 1) for x in range(-20, 20)]


class Killed(Exception):
    pass


class Line(torch.nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.line = torch.nn.Linear(1, 1)
        self.dropout = torch.nn.Dropout(dropout)

    def loss(self, rows: Sequence[Row]):  # type: ignore[no-untyped-def]
        x, y = torch.tensor(rows).T
        return ((self.line(self.dropout(x[:, None]))[:, 0] - y) ** 2).mean()


def batches(chance: random.Random) -> Iterator[list[Row]]:
    drawn = chance.sample(ROWS, len(ROWS))
    yield from (drawn[start : start + 8] for start in range(0, len(drawn), 8))


def build(
    work: Path,
    name: str = "a",
    killed_at: int = 10**9,
    epochs: int = 6,
    dropout: float = 0.1,
    most: int = 100,
) -> Training[Row]:
    """``most``: rows that the memory holds at once."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network, seen = Line(dropout), [0]

    def loss(rows: Sequence[Row]):  # type: ignore[no-untyped-def]
        seen[0] += 1
        if seen[0] > killed_at:
            raise Killed
        if len(rows) > most:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return network.loss(rows)

    def judge() -> Judged:
        return Judged(float(network.loss(ROWS)), 0.5)

    pace = Pace(epochs, rate=0.05)
    return Training(network, batches, loss, judge, pace, work, Progress(work), name)


def weights(trained: Training[Row]) -> list[float]:
    return [float(each) for w in trained.network.parameters() for each in w.detach().flatten()]


@pytest.mark.parametrize("killed_at", [1, 7, 13, 29])
def test_killed_and_started_again_it_ends_where_an_unbroken_run_does(
    tmp_path: Path, killed_at: int
) -> None:
    whole = build(tmp_path / "whole")
    told = whole.run()
    with pytest.raises(Killed):
        build(tmp_path / "broken", killed_at=killed_at).run()
    again = build(tmp_path / "broken")
    assert again.run().loss == pytest.approx(told.loss)
    assert weights(again) == pytest.approx(weights(whole))


def test_it_learns_and_tells_how_far_it_is(tmp_path: Path) -> None:
    trained = build(tmp_path, epochs=30)
    assert trained.run().loss < 0.5
    told = Progress.read(tmp_path)
    assert [each.step for each in told] == sorted(each.step for each in told)
    assert told[-1].step == told[-1].of == 30 * 5
    assert told[0].qwk == told[-1].qwk == 0.5
    assert told[-1].loss is not None and told[1].loss is not None
    assert told[-1].loss < told[1].loss


def test_where_no_epoch_helps_the_network_stays_as_it_was(tmp_path: Path) -> None:
    trained = build(tmp_path)
    before = weights(trained)
    worse = iter(range(100))
    trained = Training(
        trained.network, batches, trained.loss, lambda: Judged(next(worse), None),
        trained.pace, tmp_path, Progress(tmp_path), "a",
    )  # fmt: skip
    assert trained.run().loss == 0
    assert weights(trained) == pytest.approx(before)


def test_other_examples_in_the_same_folder_begin_anew(tmp_path: Path) -> None:
    build(tmp_path, epochs=1).run()
    other = build(tmp_path, name="other", epochs=1)
    other.run()
    assert weights(other) == pytest.approx(weights(build_run(tmp_path / "fresh", "other")))


def build_run(work: Path, name: str) -> Training[Row]:
    made = build(work, name=name, epochs=1)
    made.run()
    return made


def test_a_batch_too_large_for_the_memory_is_read_in_parts_and_learns_the_same(
    tmp_path: Path,
) -> None:
    whole = build(tmp_path / "whole", dropout=0.0)
    small = build(tmp_path / "small", dropout=0.0, most=1)
    whole.run()
    small.run()
    assert weights(small) == pytest.approx(weights(whole), abs=1e-4)


def test_no_memory_for_a_single_answer_is_said_plainly(tmp_path: Path) -> None:
    made = build(tmp_path)

    def nothing(rows: Sequence[Row]):  # type: ignore[no-untyped-def]
        raise MemoryError

    none = Training(
        made.network, batches, nothing, made.judge, made.pace, tmp_path, made.progress, "a"
    )
    with pytest.raises(EngineFailed, match="memory is too small"):
        none.run()


def test_a_full_disk_is_said_plainly_and_the_last_state_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, epochs=1).run()
    kept = (tmp_path / "state.pt").read_bytes()

    def full(state: object, file: Path) -> None:
        Path(file).write_bytes(b"half")
        raise RuntimeError("[enforce fail] PytorchStreamWriter failed writing file: No space left")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(StorageFailed, match="the disk is full"):
        build(tmp_path, name="other").run()
    assert (tmp_path / "state.pt").read_bytes() == kept
    assert not list(tmp_path.glob("*.writing"))
