"""How far marks of the same answers agree: the machine's with the teacher's, two markers'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from autograder import metrics
from autograder.domain.exam import Question
from autograder.domain.grade import BULK, GROUP, MarkedAnswer, Prediction, Review
from autograder.metrics import Figure, Values

FEWEST = 5
"""Decisions below which there is no interval but for shares: resampling them says nothing."""
CLUSTERS = 3
"""Questions from which on intervals of pooled marks are over questions."""
Versions = Mapping[tuple[str, int], Question]
"""Questions as they once stood, by id and version."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two marks of one answer; ``first`` is the machine's or that of the marker named first."""

    marked: MarkedAnswer
    question: Question
    """As it stood when both marks were given."""
    first: float
    second: float
    decision: str
    """Answers that were marked by one decision on their group have the same."""

    @property
    def apart(self) -> float:
        """How many marks the first is above the second."""
        return self.first - self.second

    @property
    def near(self) -> bool:
        """At most half a step apart."""
        return abs(self.apart) <= self.question.scale.step / 2 + 1e-9


@dataclass(frozen=True, slots=True)
class Foresight(Pair):
    """The machine's mark of an answer, predicted before a person decided, and the person's."""

    prediction: Prediction
    review: Review


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Reviewed answers of which no two marks can be compared, counted by the reason."""

    unforeseen: int = 0
    """Nothing was predicted before the review."""
    unmarked: int = 0
    """The machine gave no mark: it asked for a look."""
    changed: int = 0
    """The text or the question changed between prediction and review, or the scale since."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two agree on the marks of the same answers; figures carry 95 % intervals."""

    answers: int
    same: int
    exact: Figure
    """The share that got the same mark."""
    near: Figure
    """The share at most half a step apart."""
    qwk: Figure
    mae: Figure
    """The mean distance in marks."""
    mae_share: Figure
    """The same as a share of the scale."""
    bias: Figure
    """The mean of first minus second in marks: above 0 the first is more lenient."""
    bias_share: Figure


@dataclass(frozen=True, slots=True)
class MarkerAgreement:
    """How two people agree on the answers that both reviewed."""

    first: str
    second: str
    agreement: Agreement


def foresights(
    marked: Iterable[MarkedAnswer], versions: Versions | None = None
) -> tuple[list[Foresight], LeftOut]:
    """The reviewed answers whose mark was foreseen, and how many reviewed ones can't be compared.

    What was accepted unseen says nothing and is not counted at all. ``versions`` are the exam's
    questions as they once stood; without them only marks by today's versions are compared.
    """
    found: list[Foresight] = []
    left_out: Counter[str] = Counter()
    for each in marked:
        if not _decisions(each):
            continue
        made = _foresight(each, versions or {})
        if isinstance(made, str):
            left_out[made] += 1
        else:
            found.append(made)
    return found, LeftOut(**left_out)


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """The figures of some pairs. Those in marks are of use where the scales are alike."""
    lengths = np.array(
        [pair.question.scale.maximum - pair.question.scale.minimum for pair in pairs]
    )
    apart = np.array([pair.apart for pair in pairs])
    shares = np.array(
        [[pair.question.scale.share(mark) for mark in (pair.first, pair.second)] for pair in pairs]
    ).reshape(-1, 2)
    x, y = shares[:, 0], shares[:, 1]
    off = apart / lengths
    columns = [np.abs(apart), np.abs(off), apart, off, x, y, x * x, y * y, x * y]
    same = sum(abs(pair.apart) < 1e-6 for pair in pairs)
    mae, mae_share, bias, bias_share, qwk = _figures(np.column_stack(columns), pairs)
    return Agreement(
        answers=len(pairs),
        same=same,
        exact=_share(same, pairs),
        near=_share(sum(pair.near for pair in pairs), pairs),
        qwk=qwk,
        mae=mae,
        mae_share=mae_share,
        bias=bias,
        bias_share=bias_share,
    )


def by_question(pairs: Iterable[Pair]) -> dict[str, Agreement]:
    """The figures of each question that has pairs, by its id."""
    own: dict[str, list[Pair]] = {}
    for pair in pairs:
        own.setdefault(pair.question.id, []).append(pair)
    return {question_id: agreement(some) for question_id, some in own.items()}


def between_markers(
    marked: Iterable[MarkedAnswer], versions: Versions | None = None
) -> list[MarkerAgreement]:
    """All pairs of people who reviewed the same answers, those with most in common first."""
    shared: dict[tuple[str, str], list[Pair]] = {}
    for each in marked:
        newest = {review.reviewer.strip(): review for review in _decisions(each)}
        for first, second in combinations(sorted(newest), 2):
            pair = _pair_of_reviews(each, newest[first], newest[second], versions or {})
            if pair is not None:
                shared.setdefault((first, second), []).append(pair)
    found = [MarkerAgreement(*names, agreement(pairs)) for names, pairs in shared.items()]
    return sorted(found, key=lambda each: (-each.agreement.answers, each.first, each.second))


def calibration(found: Sequence[Foresight]) -> tuple[list[metrics.ConfidenceBin], Figure]:
    """The points of the reliability diagram, and the expected calibration error.

    Right is a mark at most half a step from the teacher's. NaN where nothing was foreseen.
    """
    if not found:
        return [], Figure(float("nan"))
    sure = np.array([each.prediction.confidence for each in found])
    right = np.array([each.near for each in found])
    return metrics.confidence_bins(sure, right), Figure(metrics.calibration_error(sure, right))


def _decisions(marked: MarkedAnswer) -> list[Review]:
    return [review for review in marked.reviews if review.way != BULK]


def _foresight(marked: MarkedAnswer, versions: Versions) -> Foresight | str:
    """The pair, or the name of the count in ``LeftOut`` that it goes to."""
    prediction = marked.foreseen
    if prediction is None:
        return "unforeseen"
    question = _as_it_stood(marked, prediction.question_version, versions)
    reviews = [review for review in _decisions(marked) if _of_the_same(prediction, review)]
    if question is None or not reviews:
        return "changed"
    if prediction.mark is None:
        return "unmarked"
    review = reviews[-1]
    marks = prediction.mark, review.mark
    return Foresight(marked, question, *marks, _decision(marked, review), prediction, review)


def _pair_of_reviews(
    marked: MarkedAnswer, first: Review, second: Review, versions: Versions
) -> Pair | None:
    question = _as_it_stood(marked, first.question_version, versions)
    if question is None or not _of_the_same(first, second):
        return None
    return Pair(marked, question, first.mark, second.mark, _decision(marked, second))


def _of_the_same(one: Prediction | Review, other: Prediction | Review) -> bool:
    """Whether both are of the same text and the same question."""
    return (one.question_version, one.text_version) == (other.question_version, other.text_version)


def _as_it_stood(marked: MarkedAnswer, version: int, versions: Versions) -> Question | None:
    """The question at that version, if marks by it can be told together with today's."""
    today = marked.question
    if today is None or today.version == version:
        return today
    then = versions.get((today.id, version))
    return then if then is not None and then.scale == today.scale else None


def _decision(marked: MarkedAnswer, review: Review) -> str:
    alone = review.way != GROUP
    return marked.answer.id if alone else f"{review.at.isoformat()} {review.reviewer}"


def _share(hits: int, pairs: Sequence[Pair]) -> Figure:
    """Answers that one decision marked stand or fall together: they count once for the interval."""
    if not pairs:
        return Figure(float("nan"))
    decisions = len({pair.decision for pair in pairs})
    return metrics.wilson(hits / len(pairs) * decisions, decisions)


def _figures(columns: Values, pairs: Sequence[Pair]) -> Iterator[Figure]:
    """MAE, MAE as a share, bias, bias as a share, QWK."""
    values = _of_means(columns.mean(0, keepdims=True))[0] if len(columns) else np.full(5, np.nan)
    if len(pairs) < 2:
        values[-1] = np.nan  # one answer says nothing of what is beyond chance
    questions = [pair.question.id for pair in pairs]
    decisions = [pair.decision for pair in pairs]
    groups = questions if len(set(questions)) >= CLUSTERS else decisions
    if len(set(decisions)) < FEWEST:
        return (Figure(float(value)) for value in values)
    drawn = _of_means(metrics.resampled_means(columns, groups))
    ends = [_interval(column) for column in drawn.T]
    return (Figure(float(value), *end) for value, end in zip(values, ends, strict=True))


def _of_means(means: Values) -> Values:
    """(n, 9) means of the columns of ``agreement`` to (n, 5) figures.

    QWK by the moments of the marks, as in ``metrics.qwk``.
    """
    x, y, xx, yy, xy = means[:, 4:].T
    by_chance = xx + yy - 2 * x * y
    varies = by_chance > 1e-12
    kappa = np.where(varies, 2 * (xy - x * y) / np.where(varies, by_chance, 1.0), np.nan)
    return np.column_stack([means[:, :4], kappa])


def _interval(drawn: Values) -> tuple[float, float]:
    kept = drawn[~np.isnan(drawn)]
    low, high = np.percentile(kept, [2.5, 97.5]) if len(kept) else (np.nan, np.nan)
    return float(low), float(high)
