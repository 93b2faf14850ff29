"""A reference answer without a mark scheme, cut into the points that it makes."""

from __future__ import annotations

import re
from itertools import pairwise

from autograder.grading.sentences import sentences
from autograder.grading.words import stems

MOST_POINTS = 8
_ITEM = re.compile(
    r"(?:^|(?<=[\s.;:]))(?:[-•*▪–]\s+|\(?(?:\d{1,2}|[a-hA-H]|[ivx]{1,4})[.)]\s+|[①-⑳]\s*)(?=\S)",
    re.M,
)
_CLAUSE = re.compile(r"\s*(?:;|；|\bwhereas\b|\bwhile\b|\bon the other hand\b)\s*", re.I)
_POINT_MARKS = re.compile(r"\(\s*\d*[.,]?\d+\s*(?:P|p|pts?|points?|marks?|Punkte?)\.?\s*\)")


def points_of(reference: str) -> list[str]:
    """The points of one reference answer in order: list items, sentences, clauses of long ones.

    A piece that says next to nothing by itself stays with its neighbour; at most MOST_POINTS.
    """
    text = _POINT_MARKS.sub("", reference)
    pieces = [
        clause
        for item in _ITEM.split(text)
        for sentence in sentences(item)
        for clause in _clauses(sentence)
    ]
    return _merged([piece.strip(" ,:-") for piece in pieces if piece.strip(" ,:-.")])


def _clauses(sentence: str) -> list[str]:
    return _CLAUSE.split(sentence) if len(sentence.split()) > 24 else [sentence]


def _merged(pieces: list[str]) -> list[str]:
    points: list[str] = []
    for piece in pieces:
        if points and (len(stems(piece)) < 2 or len(stems(points[-1])) < 2):
            points[-1] = f"{points[-1]} {piece}"
        else:
            points.append(piece)
    while len(points) > MOST_POINTS:
        sizes = [len(one) + len(other) for one, other in pairwise(points)]
        shortest = sizes.index(min(sizes))
        points[shortest : shortest + 2] = [" ".join(points[shortest : shortest + 2])]
    return points
