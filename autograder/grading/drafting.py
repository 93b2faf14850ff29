"""A mark scheme drafted from the reference answer, for the teacher to edit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from string import ascii_uppercase
from typing import Protocol, runtime_checkable

from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Passage
from autograder.grading.enumeration import items, listed
from autograder.grading.points import MOST_POINTS, points_of
from autograder.grading.words import stems

SAME = 0.8
"""Two points that share this much of their words (Jaccard) are one."""
THESE = "these"
"""The group's name where the question asks for some of the points that the answer lists."""
_WORTH = re.compile(
    r"\(\s*(\d+(?:[.,]\d+)?)\s*(?:P|p|pts?|points?|marks?|Punkte?)\.?\s*\)|\[\s*(\d+(?:[.,]\d+)?)"
    r"\s*(?:p|pts?|points?|marks?)?\.?\s*\]"
)
# Their full stops would be taken for the ends of sentences.
_THAT_IS, _FOR_EXAMPLE = (re.compile(rf"\b{a}\.\s?{b}\b[.,:\s]*", re.I) for a, b in ("ie", "eg"))
_REASON = re.compile(
    r"(.+?),?\s+((?:because|so that|therefore|hence|which means)\b.+)", re.I | re.S
)
_REASON_FIRST = re.compile(r"(because\b.+?),\s+(.+)", re.I | re.S)
_ASKED = re.compile(
    r"\b(?:any|name|list|give|state|mention|identify|describe|explain|outline)\s+(?:any\s+)?"
    r"(two|three|four|five|six|[2-6])\b",
    re.I,
)
_NUMBER = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@runtime_checkable
class Drafter(Protocol):
    """A grader that can also write a reference answer."""

    def reference_answer(self, question: Question, passages: Sequence[Passage]) -> str:
        """An answer to the question from the textbook's passages; empty where they hold none."""
        ...


def scheme_from(reference: str | Sequence[str], question: Question) -> tuple[Criterion, ...]:
    """Criteria from the points of the reference answer, at most MOST_POINTS; none from no words.

    Their marks are shared out in the scale's steps, so that all met come to the highest mark and
    none to the lowest (or to 0, where the scale goes below it). Several reference answers are
    alternatives: whoever gives all of one gets everything. Marks that stand in the reference
    ("(2 marks)") are taken where they add up.
    """
    answers = [reference] if isinstance(reference, str) else list(reference)
    answers = [answer for answer in answers if stems(answer)][:MOST_POINTS]
    if len(answers) > 1:
        return _of_alternatives(answers, question)
    if not answers:
        return ()
    return _stated(answers[0], question.scale) or _of_one(answers[0], question)


def _of_one(answer: str, question: Question) -> tuple[Criterion, ...]:
    points, is_list = _points(answer, question)
    asked = _asked_for(question.text) if is_list else 0
    units = _units(question.scale)
    if 1 < asked < len(points) and units % asked == 0:
        worth = round(units // asked * question.scale.step, 6)
        return tuple(Criterion(point, worth, THESE, asked) for point in points)
    points = _fewer(points, min(units, MOST_POINTS))
    pairs = zip(points, _shares(points, question.scale), strict=True)
    return tuple(Criterion(point, marks) for point, marks in pairs)


def _of_alternatives(answers: Sequence[str], question: Question) -> tuple[Criterion, ...]:
    """Each answer is cut into as many points as all allow; points of one place are a group."""
    cut = [_points(answer, question)[0] for answer in answers]
    most = max(1, MOST_POINTS // len(cut))
    places = min(most, _units(question.scale), *map(len, cut))
    first, *others = [_fewer(points, places) for points in cut]
    matched = [first, *(_matched(first, other) for other in others)]
    criteria = []
    for place, marks in enumerate(_shares(first, question.scale)):
        texts = _distinct([points[place] for points in matched])
        group = ascii_uppercase[place] if len(texts) > 1 else ""
        criteria += [Criterion(text, marks, group) for text in texts]
    return tuple(criteria)


def _points(answer: str, question: Question) -> tuple[list[str], bool]:
    """The points of one answer, and whether they are the items of one list."""
    text = _THAT_IS.sub("that is ", _FOR_EXAMPLE.sub("for example ", _WORTH.sub("", answer)))
    known = set(stems(question.text))
    found = items(text)
    if not found:
        sentences = points_of(text)
        parts = [listed(sentence, known) for sentence in sentences]
        is_list = len(parts) == 1 and bool(parts[0])
        found = [
            each
            for sentence, part in zip(sentences, parts, strict=True)
            for each in part or _reasoned(sentence)
        ]
    else:
        is_list = True
    points = _distinct([tidied for each in found if (tidied := each.strip(" ,:;-.\n"))])
    new = [point for point in points if set(stems(point)) - known]
    return (new or points or [answer.strip()]), is_list


def _reasoned(sentence: str) -> list[str]:
    """What is said and why it is so, apart: each can be right without the other."""
    if found := _REASON_FIRST.fullmatch(sentence):
        parts = [found[2], found[1]]
    elif found := _REASON.fullmatch(sentence):
        parts = [found[1], found[2]]
    else:
        return [sentence]
    return parts if all(len(stems(part)) >= 2 for part in parts) else [sentence]


def _stated(answer: str, scale: Scale) -> tuple[Criterion, ...]:
    """The points with the marks that stand behind them; none where these don't add up."""
    ends = list(_WORTH.finditer(answer))
    starts = [0, *(end.end() for end in ends)]
    texts = [
        answer[start : end.start()].strip(" ,:;-.\n")
        for start, end in zip(starts, ends, strict=False)
    ]
    marks = [float((end[1] or end[2]).replace(",", ".")) for end in ends]
    whole = (
        all(texts) and not stems(answer[starts[-1] :]) and abs(sum(marks) - _total(scale)) < 1e-9
    )
    pairs = zip(texts, marks, strict=True)
    return tuple(Criterion(text, worth) for text, worth in pairs) if ends and whole else ()


def _asked_for(question: str) -> int:
    found = _ASKED.search(question)
    return (_NUMBER.get(found[1].lower()) or int(found[1])) if found else 0


def _distinct(points: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for point in points:
        if all(_likeness(point, other) < SAME for other in kept):
            kept.append(point)
    return kept


def _likeness(one: str, other: str) -> float:
    a, b = set(stems(one)), set(stems(other))
    return len(a & b) / len(a | b) if a | b else float(one == other)


def _matched(first: Sequence[str], other: Sequence[str]) -> list[str]:
    """``other`` in the order of ``first``: the likest pair first, then the next of what is left."""
    pairs = [(-_likeness(a, b), i, j) for i, a in enumerate(first) for j, b in enumerate(other)]
    place: dict[int, int] = {}
    for _, i, j in sorted(pairs):
        if i not in place and j not in place.values():
            place[i] = j
    return [other[place[i]] for i in range(len(first))]


def _fewer(points: Sequence[str], most: int) -> list[str]:
    """At most ``most`` points: the shortest neighbours are put together."""
    left = list(points)
    while len(left) > most:
        sizes = [len(one) + len(other) for one, other in pairwise(left)]
        at = sizes.index(min(sizes))
        left[at : at + 2] = ["; ".join(left[at : at + 2])]
    return left


def _total(scale: Scale) -> float:
    """What criteria add up to so that their sum is the mark, or is spread over it evenly."""
    return scale.maximum if scale.minimum <= 0 < scale.maximum else scale.maximum - scale.minimum


def _units(scale: Scale) -> int:
    return int(_total(scale) / scale.step + 1e-9)


def _shares(points: Sequence[str], scale: Scale) -> list[float]:
    """Marks for the points in whole steps, what can't be shared evenly for those that say most."""
    each, extra = divmod(_units(scale), len(points))
    by_size = sorted(range(len(points)), key=lambda place: -len(stems(points[place])))
    units = [each + (place in by_size[:extra]) for place in range(len(points))]
    marks = [round(count * scale.step, 6) for count in units]
    # A highest mark that the steps miss is reached by the point that says most.
    marks[by_size[0]] = round(marks[by_size[0]] + _total(scale) - _units(scale) * scale.step, 6)
    return marks
