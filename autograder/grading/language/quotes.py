"""A quotation found again in the answer that it claims to come from."""

from __future__ import annotations

from rapidfuzz import fuzz

from autograder.domain.grade import Span

LEAST_ALIKE = 90.0
"""Of 100: a letter in ten may differ, as when a model mends a misread word."""
LEAST_FOUND = 0.8
"""Share of the quotation that must stand in the answer in one piece."""
LEAST_LETTERS = 4
"""Less than this can be found anywhere."""


def located(quote: str, text: str) -> Span | None:
    """Where ``text`` says ``quote``, in whole words; None where it doesn't."""
    sought, searched = _flat(quote).strip(" .…\"'“”"), _flat(text)
    if sum(sign.isalnum() for sign in sought) < LEAST_LETTERS:
        return None
    found = fuzz.partial_ratio_alignment(sought, searched, score_cutoff=LEAST_ALIKE)
    if found is None or found.src_end - found.src_start < LEAST_FOUND * len(sought):
        return None
    return _whole_words(searched, found.dest_start, found.dest_end)


def _flat(text: str) -> str:
    """Small letters and plain blanks, every character at its own place still."""
    small = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return "".join(" " if sign.isspace() else sign for sign in small)


def _whole_words(text: str, start: int, end: int) -> Span | None:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end = start + len(text[start:end].rstrip())
    return (start, end) if end > start else None
