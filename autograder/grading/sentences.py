"""Where one sentence of an answer ends and the next begins."""

from __future__ import annotations

import re

from autograder.domain.grade import Span

_END = re.compile(
    r"""\n+                              # students write a point a line
    | (?<=[.!?;])["')\]]*\s+             # the end of a sentence
    | (?<=[。！？；])                      # which needs no space in Chinese and Japanese
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|fig|no|approx|al)|^\s*\(?\w{1,2})\.$", re.I
)


def spans(text: str) -> list[Span]:
    """The sentences and lines of ``text`` in order, none of them empty, edges trimmed."""
    found: list[Span] = []
    start = 0
    for end in _END.finditer(text):
        if "\n" not in end.group() and _ABBREVIATION.search(text[start : end.start()]):
            continue
        _add(found, text, start, end.start())
        start = end.end()
    _add(found, text, start, len(text))
    return found


def sentences(text: str) -> list[str]:
    """The texts of ``spans``."""
    return [text[start:end] for start, end in spans(text)]


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.strip():
        left = len(piece) - len(piece.lstrip())
        found.append((start + left, start + len(piece.rstrip())))
