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

Tokens = tuple[list[str], np.ndarray]
"""A text's n word pieces, and what the encoder's last layer says of each: (n, 384) float32."""


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
        vectors = {
            text: _run(session, tokenizer.encode(text).ids, ["embedding"])[0]
            for text in dict.fromkeys(texts)
        }
        return np.vstack([vectors[text] for text in texts])

    def embed_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[Tokens]]:
        """What ``embed`` gives, and each text's tokens without the two that frame it: one run."""
        tokenizer, session = self._load()
        vectors, tokens = [np.zeros((0, DIMENSIONS), dtype=np.float32)], []
        for text in texts:
            pieces = tokenizer.encode(text)
            vector, states = _run(session, pieces.ids, ["embedding", "tokens"])
            vectors.append(vector)
            tokens.append((pieces.tokens[1:-1], states[0, 1:-1]))
        return np.vstack(vectors), tokens

    def _load(self) -> tuple[Tokenizer, InferenceSession]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _open(self._folder, self._max_tokens, self._threads)
            return self._loaded


def _run(session: InferenceSession, ids: list[int], outputs: list[str]) -> list[np.ndarray]:
    tokens = np.array([ids], dtype=np.int64)
    feed = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
    return [np.asarray(output, dtype=np.float32) for output in session.run(outputs, feed)]


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
