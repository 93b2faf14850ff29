"""Lines of handwriting become sentences again."""

from __future__ import annotations

import re
from itertools import pairwise

FULL = 0.6
"""A line this long, beside the longest of its answer, was broken by the margin, not by its end."""
_POINT = re.compile(r"\s*(?:[-•*–→]|\(?\w{1,2}[.)])\s")


def reflow(text: str) -> str:
    """``text`` with a space for each line break that the paper's margin made.

    Breaks before a point of a list and after a short line stay. As long as ``text``, so that
    places in one are places in the other.
    """
    lines = text.split("\n")
    longest = max(map(len, lines))
    flowing = lines[0]
    for line, following in pairwise(lines):
        wrapped = len(line) >= FULL * longest and not _POINT.match(following)
        flowing += (" " if wrapped else "\n") + following
    return flowing
