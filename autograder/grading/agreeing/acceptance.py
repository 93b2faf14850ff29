"""Which predicted marks can be accepted without a look, and how sure that is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.domain.grade import MarkedAnswer, Prediction
from autograder.grading.agreeing.random_check import RandomCheck, checked, draw, enough_to_tell, lot
from autograder.grading.agreeing.reliability import Pair, Reliability, decision, pairs_of
from autograder.metrics import Figure

CERTAINTY, LEEWAY = 0.95, 0.4
"""The share that is expected to agree is at least the target, and so sure it must be that it falls
short by no more than that part of the risk taken: at 95 %, expect 95 and be sure of 93."""
FOLDS = 5
"""So many times it is learnt anew, each time without a part of what was looked at."""
WORTH_IT = 0.1
"""The share of the unreviewed answers that an offer of some use has."""
LEAST = 5
"""Answers to a question that a person must have marked before others to it can be accepted."""


@dataclass(frozen=True, slots=True)
class Part:
    """Unreviewed answers that can be accepted, of the whole exam or of one question."""

    answers: tuple[str, ...]
    """Their ids, surest first."""
    agreement: Figure
    """The share of them whose mark is expected to be the teacher's, its 90 % interval; NaN if
    there are none."""
    waiting: int
    """How many answers nobody has reviewed, these among them."""
    missing: int = 0
    """How many more must be marked before others to the question can be accepted."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What can be accepted unseen so that at least ``target`` (0-1) of it agrees."""

    target: float
    whole: Part
    questions: Mapping[str, Part]
    """By question id."""
    asked: frozenset[str]
    """Ids of unreviewed answers that were drawn by lot to be looked at: not to be accepted."""
    likely: frozenset[str]
    """Ids of the other unreviewed answers that can be accepted, or could once more is known."""
    check: RandomCheck

    @property
    def contradicted(self) -> bool:
        """The random check found more changed than the promise allows: nothing is offered."""
        return self.check.agreement.high < self.target


def acceptance(
    marked: Sequence[MarkedAnswer], target: float, reliability: Reliability | None = None
) -> Acceptance:
    """The most unreviewed answers that can be accepted at ``target``.

    The surest are taken as long as the share of them that is expected to agree is at least that;
    none is taken whose own risk is above twice what is promised. What asks for a look stays out,
    and so do questions hardly looked at.
    """
    known = reliability or Reliability.of(marked)
    fit = [each for each in marked if plain(each)]
    draws = known.draws([judged(each) for each in fit], fit)
    seen = Counter(pair.question_id for pair in pairs_of(marked))
    waiting = np.array([not each.reviews for each in fit], dtype=bool)
    sure = _surest(draws, waiting & _ready(seen, fit), target)
    likely = sure | (waiting & (np.quantile(draws, CERTAINTY, axis=0) >= target))
    cutoff = draws.mean(0)[sure if sure.any() else likely].min(initial=1.0)
    drawn = _drawn(
        [each for each, its in zip(fit, _blind(fit, draws), strict=True) if its >= cutoff], target
    )
    check = checked(drawn)
    asked = frozenset(each.answer.id for each in drawn if not each.reviews)
    offered = [] if check.agreement.high < target else _surest_first(draws, sure)
    taken = [i for i in offered if fit[i].answer.id not in asked]
    return Acceptance(
        target,
        _part(marked, fit, draws, taken),
        _by_question(marked, fit, draws, taken, seen),
        asked,
        _ids(fit, likely) - asked,
        check,
    )


def more_marks(marked: Sequence[MarkedAnswer], target: float) -> int | None:
    """How many more marks it takes at the least before a part of the others can be accepted.

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


def _ready(seen: Mapping[str, int], marked: Sequence[MarkedAnswer]) -> np.ndarray:
    """Of each answer whether enough others to its question were looked at."""
    return np.array(
        [seen.get(each.answer.question_id or "", 0) >= LEAST for each in marked], dtype=bool
    )


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


def _blind(marked: Sequence[MarkedAnswer], draws: np.ndarray) -> np.ndarray:
    """How likely each answer's mark agrees, (n,), as if it hadn't been looked at.

    What was found on an answer must not decide whether it counts as one that could have been
    accepted: the check would find only what was expected (cross-fitting, Stone 1974).
    """
    found = np.array(draws.mean(0))
    fold = np.array([int(lot(each)[-4:], 16) % FOLDS if each.reviews else -1 for each in marked])
    for left_out in set(fold.tolist()) - {-1}:
        some = [marked[i] for i in np.flatnonzero(fold == left_out).tolist()]
        others = [marked[i] for i in np.flatnonzero(fold != left_out).tolist()]
        blind = Reliability.of(others).draws([judged(each) for each in some], some)
        found[fold == left_out] = blind.mean(0)
    return found


def _drawn(region: Sequence[MarkedAnswer], target: float) -> list[MarkedAnswer]:
    """The random check of each question's answers that are as sure as those to be accepted."""
    by_question: dict[str, list[MarkedAnswer]] = defaultdict(list)
    for each in region:
        by_question[each.answer.question_id or ""].append(each)
    needed = enough_to_tell(target) / max(1, len(by_question))
    return [each for some in by_question.values() for each in draw(some, needed)]


def _ids(marked: Sequence[MarkedAnswer], chosen: np.ndarray) -> frozenset[str]:
    return frozenset(each.answer.id for each, its in zip(marked, chosen, strict=True) if its)


def _surest_first(draws: np.ndarray, chosen: np.ndarray) -> list[int]:
    mean = draws.mean(0)
    return sorted(map(int, np.flatnonzero(chosen)), key=lambda place: -mean[place])


def _by_question(
    marked: Sequence[MarkedAnswer],
    fit: Sequence[MarkedAnswer],
    draws: np.ndarray,
    taken: Sequence[int],
    seen: Mapping[str, int],
) -> dict[str, Part]:
    own: dict[str, list[MarkedAnswer]] = defaultdict(list)
    for each in marked:
        own[each.answer.question_id or ""].append(each)
    return {
        question: _part(
            some,
            fit,
            draws,
            [i for i in taken if fit[i].answer.question_id == question],
            max(0, LEAST - seen.get(question, 0)),
        )
        for question, some in own.items()
    }


def _part(
    marked: Sequence[MarkedAnswer],
    fit: Sequence[MarkedAnswer],
    draws: np.ndarray,
    taken: Sequence[int],
    missing: int = 0,
) -> Part:
    ids = tuple(fit[place].answer.id for place in taken)
    shares = draws[:, list(taken)].mean(1) if taken else np.array([np.nan])
    low, high = np.quantile(shares, [1 - CERTAINTY, CERTAINTY])
    agreement = Figure(float(shares.mean()), float(low), float(high))
    return Part(ids, agreement, sum(not each.reviews for each in marked), missing)


def _opens(
    pairs: Sequence[Pair], waiting: Sequence[MarkedAnswer], size: int, target: float
) -> bool:
    """Whether enough could be accepted once the first ``size`` were marked as predicted."""
    known = [*pairs, *(_as_predicted(each) for each in waiting[:size])]
    seen = Counter(pair.question_id for pair in known)
    rest = waiting[size:]
    draws = Reliability(known).draws([each.predicted for each in rest], rest)
    return bool(_surest(draws, _ready(seen, rest), target).sum() >= WORTH_IT * len(rest))


def _as_predicted(marked: MarkedAnswer) -> Pair:
    predicted = marked.predicted
    assert predicted is not None  # it is plain
    return Pair(predicted.maker, marked.answer.question_id or "", predicted.confidence, True)
