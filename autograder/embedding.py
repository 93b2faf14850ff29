"""Texts become vectors with the embedded MiniLM, by ONNX Runtime alone: no torch, no hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from autograder.domain.errors import EngineUnavailable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

DIMENSIONS = 384


class TextEmbedding:
    """The sentence encoder in ``folder`` (``encoder.onnx`` and ``tokenizer.json``).

    Cheap to make: the model is loaded on first use. Threads may share one.
    """

    def __init__(self, folder: Path, max_tokens: int = 256, threads: int = 2) -> None:
        self._folder = folder
        self._max_tokens = max_tokens
        self._threads = threads
        self._lock = Lock()
        self._loaded: tuple[Tokenizer, InferenceSession] | None = None

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """The texts' vectors: (n, 384) float32 of unit length; what is past max_tokens is cut off.

        One text a run: int8 scales are taken per run, so in a batch a text's vector would depend
        on its neighbours. EngineUnavailable where the model's files are missing or damaged.
        """
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        tokenizer, session = self._load()
        vectors = {text: _run(session, tokenizer.encode(text).ids) for text in dict.fromkeys(texts)}
        return np.vstack([vectors[text] for text in texts])

    def count_tokens(self, text: str) -> int:
        """The word pieces of ``text``, without the two that frame it, at most ``max_tokens``."""
        return max(0, len(self._load()[0].encode(text).ids) - 2)

    def _load(self) -> tuple[Tokenizer, InferenceSession]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _open(self._folder, self._max_tokens, self._threads)
            return self._loaded


def _run(session: InferenceSession, ids: list[int]) -> np.ndarray:
    tokens = np.array([ids], dtype=np.int64)
    feed = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
    return np.asarray(session.run(None, feed)[0], dtype=np.float32)


def _open(folder: Path, max_tokens: int, threads: int) -> tuple[Tokenizer, InferenceSession]:
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # A spinning thread burns a core that another process could use.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        session = onnxruntime.InferenceSession(
            folder / "encoder.onnx", options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # both libraries raise bare exceptions of their own
        raise EngineUnavailable(
            f"The text encoder in {folder} can't be loaded. Restore that folder from the "
            "AutoGrader download."
        ) from error
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer, session
