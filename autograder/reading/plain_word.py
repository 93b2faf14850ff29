"""A word without what says nothing of how it was read."""

from __future__ import annotations

import unicodedata

AT_THE_EDGE = " .,;:!?\"'`’‘“”()[]{}•*·-–→⇒"


def plain_word(text: str) -> str:
    """The word in lower case, without punctuation at its edges; bare punctuation stays."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded.strip(AT_THE_EDGE) or folded
