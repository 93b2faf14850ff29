"""How likely a word was read right, by its characters and by whether there is such a word.

The recogniser's own probabilities tell wrong words from right ones with an area under the ROC of
0.87 on real pages, an English vocabulary beside them with 0.94: ``benchmarks/doubtful_words.py``
measures both, and fits the weights. A word that isn't in the vocabulary is doubted a little more,
never changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.domain.errors import EngineUnavailable
from autograder.reading.plain_word import plain_word

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MOST_PIECES = 5
SURE = 1e-3
"""What no probability is nearer to 0 or 1 than: of 1,000 words that a recogniser is sure of, one
is wrong all the same."""

WEIGHTS = (0.638, -0.445, 1.992)
INTERCEPT = -0.505
"""Of a logistic regression on the 454 words of every other page of the shared scans; the vocabulary
was chosen with all pages in view."""


class WordCertainty:
    """Goes by the vocabulary in ``folder`` (``tokenizer.json``, WordPiece), loaded on first use."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "tokenizer.json"

    def of(self, text: str, characters: Sequence[float]) -> float:
        """The probability (0-1) that ``text`` is what stands there, by those of its characters.

        EngineUnavailable: the vocabulary is missing or damaged.
        """
        score = sum(
            weight * value
            for weight, value in zip(WEIGHTS, self.signs(text, characters), strict=True)
        )
        return 1 / (1 + math.exp(-score - INTERCEPT))

    def signs(self, text: str, characters: Sequence[float]) -> tuple[float, float, float]:
        """What the regression goes by: the log odds that every character is right, into how many
        pieces the vocabulary breaks the word, and whether it has it whole."""
        right = math.prod(characters)
        plain = plain_word(text)
        pieces = len(self._vocabulary.encode(plain, add_special_tokens=False).ids)
        odds = math.log((right + SURE) / (1 - right + SURE))
        return odds, float(min(pieces, MOST_PIECES)), float(pieces == 1 and plain.isalpha())

    @cached_property
    def _vocabulary(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            vocabulary = Tokenizer.from_file(str(self._path))
        except Exception as error:  # the library raises nothing more particular
            raise EngineUnavailable(
                f"The vocabulary {self._path} is missing or damaged. Put AutoGrader's models "
                f"folder back as it was. It said: {error}"
            ) from error
        vocabulary.no_padding()
        return vocabulary
