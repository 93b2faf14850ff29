"""The sentences and words of an answer, found once for all the checks that look at them."""

from __future__ import annotations

from functools import lru_cache

from autograder.domain.grade import Span
from autograder.grading import sentences, words
from autograder.grading.words import FUNCTION_WORDS


@lru_cache(maxsize=32)
def spans(text: str) -> tuple[Span, ...]:
    """See ``sentences.spans``."""
    return tuple(sentences.spans(text))


@lru_cache(maxsize=256)
def tokens(text: str) -> tuple[str, ...]:
    """See ``words.tokens``."""
    return tuple(words.tokens(text))


@lru_cache(maxsize=256)
def content(text: str) -> tuple[str, ...]:
    """Stems of the content words in order, see ``words.stems``."""
    return tuple(words.stem(word) for word in tokens(text) if word not in FUNCTION_WORDS)
