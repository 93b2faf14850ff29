from __future__ import annotations

import pytest

from autograder.grading import gpu


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        ("print(8 * 2**30)", 8 * 2**30),
        ("raise OSError('libcuda.so.1: cannot open shared object file')", 0),
        ("import sys; sys.exit(1)", 0),
        ("import os; os.abort()", 0),
        ("print('no number')", 0),
    ],
)
def test_a_missing_or_broken_driver_is_no_gpu(
    monkeypatch: pytest.MonkeyPatch, driver: str, expected: int
) -> None:
    monkeypatch.setattr(gpu, "_ASK", driver)
    assert gpu.memory.__wrapped__() == expected


@pytest.mark.gpu
def test_the_memory_is_the_one_that_torch_sees() -> None:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA GPU")
    assert gpu.memory() == torch.cuda.get_device_properties(0).total_memory
