"""A sequence classifier that reads windows, by ONNX Runtime alone: no torch, no hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograder.domain.errors import EngineUnavailable
from autograder.windows import Window

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

IDS, MASK, TYPES = "input_ids", "attention_mask", "token_type_ids"
"""What networks take; not all of them take the last."""
LOGIT = "logit"


class SequenceNetwork:
    """The network in a file, which gives each window one logit. Threads may share one.

    EngineUnavailable: the file is missing, damaged or no such network.
    """

    def __init__(self, file: Path, threads: int = 2) -> None:
        self._session = _open(file, threads)
        self._inputs = [each.name for each in self._session.get_inputs()]
        if not {IDS, MASK} <= set(self._inputs) <= {IDS, MASK, TYPES}:
            raise EngineUnavailable(f"The network {file} doesn't read words. Train it again.")

    def read(self, windows: Sequence[Window]) -> np.ndarray:
        """The windows' logits, (n,) float64.

        One window a run: int8 scales are taken per run, so a logit would depend on the others.
        """
        return np.array([self._logit(each) for each in windows], dtype=float)

    def _logit(self, window: Window) -> float:
        ids = np.array([window.ids], dtype=np.int64)
        given = {IDS: ids, MASK: np.ones_like(ids), TYPES: np.array([window.types], dtype=np.int64)}
        (logits,) = self._session.run([LOGIT], {name: given[name] for name in self._inputs})
        return float(np.asarray(logits).reshape(-1)[0])


def pooled(windows: Sequence[Window], logits: np.ndarray) -> float:
    """The logit of an answer: the mean of its windows', each by how much of it is shown there."""
    return float(np.average(logits, weights=weights(windows)))


def weights(windows: Sequence[Window]) -> list[float]:
    """How much each window counts; they add up to 1."""
    lengths = [max(1, each.span[1] - each.span[0]) for each in windows]
    return [length / sum(lengths) for length in lengths]


def _open(file: Path, threads: int) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # A spinning thread burns a core that another process could use.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library raises bare exceptions of its own
        raise EngineUnavailable(f"The network {file} can't be loaded. Train it again.") from error
