"""A sequence classifier that a teacher's marks taught, as it stands in its folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.domain.errors import EngineUnavailable
from autograder.domain.exam import Question
from autograder.domain.grade import Span
from autograder.sequence_network import SequenceNetwork, pooled
from autograder.windows import Windows, reference_for

NETWORK, WORDS, SETTINGS = "model.onnx", "tokenizer.json", "classifier.json"


@dataclass(frozen=True, slots=True)
class Fitted:
    """From a logit of the network to a latent: ``factor`` x logit + ``bias``; the ``slope`` of
    the marks, and how far questions differ in ``strictness``."""

    factor: float
    bias: float
    slope: float
    strictness: float

    def latent(self, logit: float) -> float:
        """The latent logit of which grading makes chances."""
        return self.factor * logit + self.bias


@dataclass(frozen=True, eq=False)
class Read:
    """What the network says of an answer beside what is wanted: its pooled ``logit``, and the part
    of the answer that spoke for it most. ``cut``: what was asked didn't fit a window."""

    logit: float
    best: Span
    cut: bool


class LearnedClassifier:
    """``model.onnx``, ``tokenizer.json`` and ``classifier.json`` in ``folder``.

    EngineUnavailable: one of them is missing or damaged. It has read once when it is made, so that
    the first answer doesn't wait.
    """

    def __init__(self, folder: Path) -> None:
        told, content = _told(folder)
        self.whole, self.point, size, self._prompts = told
        self._windows = Windows(folder / WORDS, size)
        self._network = SequenceNetwork(folder / NETWORK)
        digest = hashlib.sha256(content + (folder / NETWORK).read_bytes()).hexdigest()
        self.name = f"{folder.name}@{digest[:12]}"
        self.read("Warm up?", "Warm.", "Warm.")

    def read(self, question: str, wanted: str, answer: str) -> Read:
        """Reads all of an answer, window by window."""
        asked = self._windows.asked(question, wanted)
        windows = self._windows.of(asked, answer)
        logits = self._network.read(windows)
        return Read(pooled(windows, logits), windows[int(np.argmax(logits))].span, asked.cut)

    def knows(self, question: Question) -> bool:
        """Whether there is something to go by: what the answer should hold, or a prompt that the
        network learned by its answers alone."""
        known = hashlib.sha256(question.text.encode()).hexdigest()[:16]
        return bool(reference_for(question, "")) or known in self._prompts


_Told = tuple[Fitted, Fitted | None, int, frozenset[str]]


def _told(folder: Path) -> tuple[_Told, bytes]:
    try:
        content = (folder / SETTINGS).read_bytes()
        told = json.loads(content)
        point = Fitted(**told["point"]) if told["point"] else None
        prompts: Sequence[str] = told["prompts"]
        return (Fitted(**told["whole"]), point, int(told["window"]), frozenset(prompts)), content
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineUnavailable(
            f"The learned classifier in {folder} can't be read. Choose another in the Models tab, "
            "or train it again."
        ) from error
