"""The network that reads an answer beside a point, by ONNX Runtime alone, no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from autograder.domain.errors import EngineUnavailable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

TOKENS = 160


@dataclass(frozen=True, eq=False)
class PairReading:
    """What the network made of an answer and a point.

    ``made`` and ``contradicted`` are logits; ``vector`` is its state, (384,) of length 1: pairs in
    which the answer fails or succeeds in the same way lie close to each other.
    """

    made: float
    contradicted: float
    vector: np.ndarray


class CrossEncoder:
    """``network.onnx`` in ``folder``, with the word pieces of ``tokenizer`` (a JSON file).

    Cheap to make: loaded on first use. Threads may share one.
    """

    def __init__(self, folder: Path, tokenizer: Path, threads: int = 1) -> None:
        self._folder = folder
        self._tokenizer = tokenizer
        self._threads = threads
        self._lock = Lock()
        self._loaded: tuple[Tokenizer, InferenceSession] | None = None

    def read(self, answer: str, point: str) -> PairReading:
        """How ``answer`` stands to ``point``.

        One pair a run: int8 scales are taken per run, so a pair's logit would depend on the others.
        """
        tokenizer, session = self._load()
        encoded = tokenizer.encode(answer, point)
        feed = {
            "input_ids": np.array([encoded.ids], dtype=np.int64),
            "attention_mask": np.array([encoded.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([encoded.type_ids], dtype=np.int64),
        }
        logits, states = (np.asarray(output)[0] for output in session.run(None, feed))
        made, unrelated, contradicted = (float(logit) for logit in logits)
        return PairReading(
            made=made - float(np.logaddexp(unrelated, contradicted)),
            contradicted=contradicted - float(np.logaddexp(made, unrelated)),
            vector=states / max(float(np.linalg.norm(states)), 1e-9),
        )

    def _load(self) -> tuple[Tokenizer, InferenceSession]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._open()
            return self._loaded

    def _open(self) -> tuple[Tokenizer, InferenceSession]:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            tokenizer = Tokenizer.from_file(str(self._tokenizer))
            session = onnxruntime.InferenceSession(
                self._folder / "network.onnx", options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise EngineUnavailable(
                f"The grader's network in {self._folder} can't be loaded. Restore that folder "
                "from the AutoGrader download."
            ) from error
        tokenizer.enable_truncation(TOKENS, strategy="longest_first")
        tokenizer.no_padding()
        return tokenizer, session
