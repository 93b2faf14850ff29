"""Which questions teach and which are held out: paraphrases always stand on the same side."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from autograder.domain.errors import InvalidInput
from autograder.learning.drafting.course import CourseQuestion

Embed = Callable[[Sequence[str]], np.ndarray]
"""Texts to vectors of unit length: (n, d)."""

SAME_QUESTION = 0.84
"""Cosine of the embedded MiniLM from which two questions ask the same. Looked at on 1,013
questions of a course on machine learning: from here up nearly all pairs are paraphrases."""
SAME_ANSWER = 0.92
ROWS = 512
"""Compared with all others at once: 10,000 questions take 20 MB."""


def split(
    questions: Sequence[CourseQuestion], embed: Embed, held_out: float = 0.2
) -> tuple[list[CourseQuestion], list[CourseQuestion]]:
    """The questions to learn from and those held out, about ``held_out`` (0-1) of all.

    A group of near-duplicates goes by the hash of its first question, so questions that are added
    behind the others move none of them. InvalidInput: too few, or too much alike, to hold any out.
    """
    groups = alike(questions, embed)
    out = {group for group in groups if _place(questions[group]) < held_out}
    train = [each for each, group in zip(questions, groups, strict=True) if group not in out]
    kept = [each for each, group in zip(questions, groups, strict=True) if group in out]
    if not train or not kept:
        raise InvalidInput(
            f"{len(questions)} questions in {len(set(groups))} groups of like ones are too few to "
            "learn from some and be tested on others. Give more questions with their answers."
        )
    return train, kept


def alike(questions: Sequence[CourseQuestion], embed: Embed) -> list[int]:
    """For each question the index of the first one of its group of near-duplicates.

    Questions are near-duplicates by what they ask, or by an answer that they share. Where the
    embedding takes most of a course for one question, as in a language that it doesn't know, only
    questions with the same answer are put together.
    """
    by_answer = _same_answers(questions, embed)
    asked = embed([each.text for each in questions])
    groups = _grouped(len(questions), [*by_answer, *_pairs(asked, SAME_QUESTION)])
    largest = Counter(groups).most_common(1)[0][1] if groups else 0
    if largest > max(4, len(groups) // 2):
        return _grouped(len(questions), _equal_answers(questions))
    return groups


def _same_answers(questions: Sequence[CourseQuestion], embed: Embed) -> Iterator[tuple[int, int]]:
    owners = [index for index, each in enumerate(questions) for _ in each.answers]
    vectors = embed([answer for each in questions for answer in each.answers])
    for one, other in _pairs(vectors, SAME_ANSWER):
        yield owners[one], owners[other]


def _equal_answers(questions: Sequence[CourseQuestion]) -> Iterator[tuple[int, int]]:
    first: dict[str, int] = {}
    for index, each in enumerate(questions):
        for answer in each.answers:
            yield first.setdefault(" ".join(answer.casefold().split()), index), index


def _pairs(vectors: np.ndarray, least: float) -> Iterator[tuple[int, int]]:
    for start in range(0, len(vectors), ROWS):
        near = np.argwhere(vectors[start : start + ROWS] @ vectors.T >= least)
        yield from ((start + int(row), int(column)) for row, column in near)


def _grouped(count: int, pairs: Sequence[tuple[int, int]] | Iterator[tuple[int, int]]) -> list[int]:
    first = list(range(count))

    def root(index: int) -> int:
        while first[index] != index:
            index = first[index]
        return index

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        first[high] = low
    return [root(index) for index in range(count)]


def _place(question: CourseQuestion) -> float:
    """A number from 0 to 1 that is the question's for ever."""
    return int(hashlib.sha256(question.key.encode()).hexdigest()[:12], 16) / 16**12
