"""Words for the student, put together from what was found in the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.domain.exam import Criterion, Question, best_of
from autograder.domain.grade import Judgement

MET, PARTLY = 0.5, 0.3
"""From these probabilities on a point of the reference answer is called met, or partly so."""
_LONGEST, _LONGEST_QUOTE = 110, 60
_MOST, _MOST_QUOTES = 4, 3


@dataclass(frozen=True, slots=True)
class _Point:
    """A criterion, or a point of the reference answer, with what the answer has of it."""

    criterion: Criterion
    judged: Judgement
    share: float
    """How much of it was credited, 0-1; of a mistake, how much of its marks was taken off."""


def feedback(
    question: Question, judgements: Sequence[Judgement], mark: float | None, answer: str = ""
) -> str:
    """What was credited, what in part, what is missing, what marks were taken off for.

    ``judgements`` are those that ``mark`` comes from; their evidence, as places in ``answer``, is
    quoted. It only tells what was decided: nothing here is read when a mark is made.
    """
    points = _points(question, judgements, mark)
    gains = [point for point in points if point.criterion.marks > 0]
    met = [point for point in gains if point.share >= 1]
    partly = [point for point in gains if 0 < point.share < 1]
    missing = _missing(gains) if mark is None or mark < question.scale.maximum else []
    taken = [point for point in points if point.criterion.marks < 0 and point.share > 0]
    quotes = _Quotes(answer)
    parts = [
        _told("Credited", quotes.listed(met)),
        _told("Partly credited", quotes.listed(partly)),
        _told("Still missing" if met or partly else "Look for", missing),
        _told("Marks were taken off for", quotes.listed(taken)),
    ]
    if met and not partly and not missing:
        parts.insert(1, "Nothing is missing.")
    if gains and not met and not partly:
        parts.insert(0, "Nothing could be credited yet.")
    return " ".join(part for part in parts if part)


def _points(
    question: Question, judgements: Sequence[Judgement], mark: float | None
) -> list[_Point]:
    if question.criteria and len(question.criteria) == len(judgements):
        pairs = zip(question.criteria, judgements, strict=True)
        return [
            _Point(criterion, each, criterion.share(each.marks))
            for criterion, each in pairs
            if criterion.marks
        ]
    # Points of a reference answer have no marks of their own, but the lowest mark credits none.
    nothing = mark is not None and mark <= question.scale.minimum
    return [
        _Point(Criterion(each.criterion, 1), each, 0.0 if nothing else _share(each.met))
        for each in judgements
    ]


def _share(met: float) -> float:
    return 1.0 if met >= MET else 0.5 if met >= PARTLY else 0.0


def _missing(gains: Sequence[_Point]) -> list[str]:
    """What more would have earned marks; alternatives to what was credited would not."""
    missing = [_named(point) for point in gains if not point.criterion.group and point.share <= 0]
    for group, best in best_of([point.criterion for point in gains]).items():
        own = [point for point in gains if point.criterion.group == group]
        unmet = [point for point in own if point.share <= 0]
        wanted = min(best, len(own)) - (len(own) - len(unmet))
        if wanted > 0 and unmet:
            missing.append(_choice(wanted, unmet))
    return missing


def _choice(wanted: int, points: Sequence[_Point]) -> str:
    names = [_named(point) for point in points[:_MOST]]
    if len(points) <= wanted:
        return "; ".join(names)
    more = " or others" if len(points) > len(names) else ""
    return f"{'one' if wanted == 1 else wanted} of {', '.join(names)}{more}"


class _Quotes:
    """Names points with the student's own words for them, as long as there aren't too many."""

    def __init__(self, answer: str) -> None:
        self._answer = answer
        self._left = _MOST_QUOTES

    def listed(self, points: Sequence[_Point]) -> list[str]:
        return [_named(point) + self._quote(point.judged) for point in points]

    def _quote(self, judged: Judgement) -> str:
        start, end = judged.evidence or (0, 0)
        words = " ".join(self._answer[start:end].split())
        if not words or not self._left:
            return ""
        self._left -= 1
        return f" (you wrote: “{_short(words, _LONGEST_QUOTE)}”)"


def _told(what: str, names: Sequence[str]) -> str:
    more = len(names) - _MOST
    rest = f"; and {more} more" if more > 0 else ""
    return f"{what}: {'; '.join(names[:_MOST])}{rest}." if names else ""


def _named(point: _Point) -> str:
    return f"“{_short(point.criterion.text, _LONGEST)}”"


def _short(text: str, longest: int) -> str:
    plain = " ".join(text.split()).rstrip(".")
    return plain if len(plain) <= longest else plain[:longest].rsplit(" ", 1)[0] + " …"
