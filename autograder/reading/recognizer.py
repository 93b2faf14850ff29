"""The protocol of an OCR engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PIL.Image import Image

from autograder.domain.errors import AutoGraderError
from autograder.domain.script import Reading


class TextRecognizer(Protocol):
    """Reads handwriting on page images."""

    name: str
    version: str
    batch_size: int
    """How many pages the engine takes at once."""
    one_a_core: bool
    """Whether a pile is read by as many of it as there are cores, each in a process of its own.

    Not those that batch, or that use a GPU or the network: they stay in this process.
    """

    def read(self, pages: Sequence[Image]) -> list[Reading | AutoGraderError]:
        """Reads upright RGB pages, at most ``batch_size``: one reading or error a page, in order.

        Boxes are pixels of the given image, lines come in reading order, confidences are 0-1.
        A page that fails is an error in its own place; the others are still read.
        """
        ...
