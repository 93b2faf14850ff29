"""The exam's question as the student copied it out: a strong cue, and no part of the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from autograder.reading.strips import Strip, answer_mark

ALIKE = 82
"""Similarity (0-100) from which text is the question's own, misread."""
SHORTEST = 10
"""Characters: "Define X" can't be told from the beginning of an answer."""
FIRST_WORD_ALIKE = 60
"""An answer often repeats the question's words after its verb: the verb must be there too."""
MOST_STRIPS = 10


@dataclass(frozen=True)
class Repeat:
    """A copied question: it takes ``whole`` strips and ``characters`` of the one after them."""

    whole: int
    characters: int


def repeat_of(question: str, strips: Sequence[Strip], skipped: int = 0) -> Repeat | None:
    """Where the copy of ``question`` ends that begins after ``skipped`` characters of the strips.

    None where they don't begin with a copy. A copy ends at "Answer:" at the latest.
    """
    wanted = " ".join(question.lower().split())
    if len(wanted) < SHORTEST:
        return None
    texts = _texts(strips, skipped, int(1.4 * len(wanted)) + 15)
    joined = " ".join(texts)
    if not _same_start(wanted, joined):
        return None
    if fuzz.ratio(wanted, joined) >= ALIKE and len(joined) <= 1.1 * len(wanted):
        return Repeat(len(texts), 0)
    found = fuzz.partial_ratio_alignment(wanted, joined, score_cutoff=ALIKE)
    if found is None or found.dest_start > 3 or len(joined) < 0.8 * len(wanted):
        return None
    return _upto(texts, _sentence_end(joined, found.dest_end), skipped)


def _texts(strips: Sequence[Strip], skipped: int, length: int) -> list[str]:
    texts: list[str] = []
    for number, strip in enumerate(strips[:MOST_STRIPS]):
        if sum(map(len, texts)) >= length or (number and answer_mark(strip.text)):
            break
        texts.append((strip.text[skipped:] if number == 0 else strip.text).lower())
    return texts


def _same_start(wanted: str, joined: str) -> bool:
    first, other = wanted.split(maxsplit=1)[0], joined.split(maxsplit=1)
    return bool(other) and fuzz.ratio(first, other[0]) >= FIRST_WORD_ALIKE


def _sentence_end(text: str, near: int) -> int:
    """The end of the word at ``near``, with the marks that close the sentence."""
    match = re.compile(r"\w*[\s?.!:\"”)]*").match(text, near)
    return match.end() if match else near


def _upto(texts: list[str], end: int, skipped: int) -> Repeat:
    for whole, text in enumerate(texts):
        if end < len(text):
            return Repeat(whole, end + (skipped if whole == 0 else 0))
        end -= len(text) + 1
    return Repeat(len(texts), 0)
