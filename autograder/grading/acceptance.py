"""Which predicted marks can be accepted without a look, and how sure that is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.domain.grade import MarkedAnswer, Prediction
from autograder.grading.random_check import RandomCheck, checked, draw, enough_to_tell, lot
from autograder.grading.reliability import Pair, Reliability, decision, pairs_of

CERTAINTY, LEEWAY = 0.95, 0.4
"""The share that is expected to agree is at least the target, and so sure it must be that it falls
short by no more than that part of the risk taken: at 95 %, expect 95 and be sure of 93."""
LEAST = 5
"""Answers to a question that a person must have marked before others to it can be accepted."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What can be accepted unseen so that at least ``target`` (0-1) of it agrees."""

    target: float
    check: RandomCheck
    answers: tuple[str, ...] = ()
    """Ids of unreviewed answers, surest first, without those that the random check asks for."""
    agreement: tuple[float, float] = (0.0, 1.0)
    """The 90 % interval of the share of ``answers`` whose mark is the teacher's."""
    asked: frozenset[str] = frozenset()
    """Ids of unreviewed answers that were drawn by lot: to be looked at first."""
    likely: frozenset[str] = frozenset()
    """Ids of the other unreviewed answers that can be accepted, or could once more is known."""

    @property
    def contradicted(self) -> bool:
        """The random check found more changed than the promise allows: nothing is offered."""
        return self.check.agreement[1] < self.target


def acceptance(
    marked: Sequence[MarkedAnswer], target: float, reliability: Reliability | None = None
) -> Acceptance:
    """The most unreviewed answers that can be accepted at ``target``.

    The surest are taken as long as the share of them that is expected to agree is at least that;
    none is taken whose own risk is above twice what is promised. What asks for a look stays out,
    and so do questions hardly looked at.
    """
    known = reliability or Reliability.of(marked)
    marked = [each for each in marked if plain(each)]
    draws = known.draws([judged(each) for each in marked], marked)
    waiting = np.array([not each.reviews for each in marked], dtype=bool)
    ready = waiting & _looked_at(pairs_of(marked), marked)
    sure = _surest(draws, ready, target)
    likely = sure | (waiting & (np.quantile(draws, CERTAINTY, axis=0) >= target))
    drawn = _drawn(marked, draws.mean(0), sure if sure.any() else likely, target)
    check = checked(drawn)
    asked = frozenset(each.answer.id for each in drawn if not each.reviews)
    found = Acceptance(target, check, asked=asked, likely=_ids(marked, likely) - asked)
    if found.contradicted:
        return found
    order = [i for i in np.argsort(-draws.mean(0), kind="stable") if sure[i]]
    taken = [i for i in order if marked[i].answer.id not in asked]
    ids = tuple(marked[i].answer.id for i in taken)
    return replace(found, answers=ids, agreement=_interval(draws[:, taken]))


def more_marks(marked: Sequence[MarkedAnswer], target: float) -> int | None:
    """How many more marks it takes at the least before anything can be accepted.

    That is if the teacher agrees with every one of them; None if even all of them wouldn't do.
    """
    pairs = pairs_of(marked)
    waiting = sorted((each for each in marked if plain(each) and not each.reviews), key=lot)
    enough, size = 0, 1
    while size < len(waiting) and not _opens(pairs, waiting, size, target):
        enough, size = size, size * 2
    if size >= len(waiting):
        return None
    while size - enough > 1:
        middle = (enough + size) // 2
        enough, size = (
            (enough, middle) if _opens(pairs, waiting, middle, target) else (middle, size)
        )
    return size


def plain(marked: MarkedAnswer) -> bool:
    """Whether a mark was predicted for the answer as it stands, and nothing asks for a look."""
    found = judged(marked)
    stale = marked.outdated and not decision(marked)
    asks = marked.answer.note or stale or marked.question is None
    return bool(found and found.mark is not None and not found.flags and not asks)


def judged(marked: MarkedAnswer) -> Prediction | None:
    """The prediction that stands or falls: the newest, or what was foreseen where it's decided."""
    return marked.foreseen if decision(marked) else marked.predicted


def _looked_at(pairs: Sequence[Pair], marked: Sequence[MarkedAnswer]) -> np.ndarray:
    """Of each answer whether enough others to its question were looked at."""
    seen = Counter(pair.question_id for pair in pairs)
    return np.array([seen[each.answer.question_id or ""] >= LEAST for each in marked], dtype=bool)


def _surest(draws: np.ndarray, among: np.ndarray, target: float) -> np.ndarray:
    """Which columns of draws, of those ``among``, are taken as (n,) booleans."""
    mean = draws.mean(0)
    order = np.flatnonzero(among & (mean >= 1 - 2 * (1 - target)))
    order = order[np.argsort(-mean[order], kind="stable")]
    running = draws[:, order].cumsum(1) / np.arange(1, len(order) + 1)
    worst = np.quantile(running, 1 - CERTAINTY, axis=0)
    leeway = LEEWAY * (1 - target)
    good = np.flatnonzero((running.mean(0) >= target) & (worst >= target - leeway))
    taken = np.zeros(len(mean), dtype=bool)
    taken[order[: good[-1] + 1 if len(good) else 0]] = True
    return taken


def _drawn(
    marked: Sequence[MarkedAnswer], mean: np.ndarray, chosen: np.ndarray, target: float
) -> list[MarkedAnswer]:
    """The random check: of each question's answers that are as sure as those chosen."""
    cutoff = mean[chosen].min(initial=1.0)
    by_question: dict[str, list[MarkedAnswer]] = defaultdict(list)
    for each, sure in zip(marked, mean, strict=True):
        if sure >= cutoff:
            by_question[each.answer.question_id or ""].append(each)
    needed = enough_to_tell(target) / max(1, len(by_question))
    return [each for some in by_question.values() for each in draw(some, needed)]


def _ids(marked: Sequence[MarkedAnswer], chosen: np.ndarray) -> frozenset[str]:
    return frozenset(each.answer.id for each, its in zip(marked, chosen, strict=True) if its)


def _interval(draws: np.ndarray) -> tuple[float, float]:
    if not draws.shape[1]:
        return 0.0, 1.0
    low, high = np.quantile(draws.mean(1), [1 - CERTAINTY, CERTAINTY])
    return float(low), float(high)


def _opens(
    pairs: Sequence[Pair], waiting: Sequence[MarkedAnswer], size: int, target: float
) -> bool:
    """Whether anything could be accepted once the first ``size`` were marked as predicted."""
    seen = [*pairs, *(_as_predicted(each) for each in waiting[:size])]
    rest = waiting[size:]
    draws = Reliability(seen).draws([each.predicted for each in rest], rest)
    return bool(_surest(draws, _looked_at(seen, rest), target).any())


def _as_predicted(marked: MarkedAnswer) -> Pair:
    predicted = marked.predicted
    assert predicted is not None  # it is plain
    return Pair(predicted.maker, marked.answer.question_id or "", predicted.confidence, True)
