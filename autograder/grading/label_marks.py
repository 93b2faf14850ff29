"""From the probabilities of a language model's labels to a mark. Loads no torch.

The mark is decided here, from numbers alone: no text that a model writes is ever read as a mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.domain.exam import Criterion, Question, credit
from autograder.domain.grade import Flag, Judgement, Maker, Prediction
from autograder.grading import totals
from autograder.grading.predictions import undecided
from autograder.grading.prompt import Task
from autograder.grading.totals import Chances

LEAST_MASS = 0.5
"""Below this share of probability on the labels the model wanted to say something else."""
NEAR = 1e-6
"""Shares of a criterion's points nearer than this are the same one, rounded."""
HESITANT = Flag(
    "hesitant", "The language model hardly answered with a mark here: check this one yourself."
)


@dataclass(frozen=True, slots=True)
class LabelScore:
    """Probabilities of the labels (they add up to 1), and the share of all probability on them."""

    probabilities: tuple[float, ...]
    mass: float


def prediction(
    question: Question, tasks: Sequence[Task], scores: Sequence[LabelScore | Flag], maker: Maker
) -> Prediction:
    """The prediction for one answer from its score on each task; a flag says why there is none."""
    known = [score for score in scores if isinstance(score, LabelScore)]
    if len(known) < len(scores):
        silent = dict.fromkeys(score for score in scores if isinstance(score, Flag))
        return undecided(question, maker, tuple(silent))
    marked = _by_criteria if has_criteria(question) else _as_a_whole
    mark, chances, judgements = marked(question, tasks, known)
    hesitant = min(score.mass for score in known) < LEAST_MASS
    return Prediction(
        mark,
        tuple(sorted(chances.items())),
        chances[mark],
        maker,
        judgements,
        (HESITANT,) if hesitant else (),
    )


def has_criteria(question: Question) -> bool:
    """Whether it is marked by its criteria: without marks of their own they can't be summed up."""
    return question.full_credit > 0


def _by_criteria(
    question: Question, tasks: Sequence[Task], scores: Sequence[LabelScore]
) -> tuple[float, Chances, tuple[Judgement, ...]]:
    """Each criterion gets the middle of its likely points; the mark is their sum."""
    points, chances, judgements = [], [], []
    for criterion, task, score in zip(question.criteria, tasks, scores, strict=True):
        verdicts = dict(zip(task.values, score.probabilities, strict=True))
        found = _points(criterion, question.scale.step, verdicts)
        met = sum(value * chance for value, chance in verdicts.items())
        points.append(totals.median(found))
        chances.append(found)
        judgements.append(Judgement(criterion.text, met, points[-1] + 0.0))
    mark = question.mark_for(credit(question.criteria, points))
    return mark, totals.of_criteria(question, chances), tuple(judgements)


def _points(criterion: Criterion, step: float, verdicts: Chances) -> Chances:
    """Chances of the points that its ratings, or the scale's steps, allow.

    Half a criterion that can't be given is as likely the step below as the step above.
    """
    shares = {point: criterion.share(point) for point in criterion.points(step)}
    chances = dict.fromkeys(shares, 0.0)
    for value, chance in verdicts.items():
        below = max(shares, key=lambda point: (shares[point] <= value + NEAR, shares[point]))
        above = min(shares, key=lambda point: (shares[point] < value - NEAR, shares[point]))
        chances[below] += chance / 2
        chances[above] += chance / 2
    return chances


def _as_a_whole(
    question: Question, tasks: Sequence[Task], scores: Sequence[LabelScore]
) -> tuple[float, Chances, tuple[Judgement, ...]]:
    levels = dict(zip(tasks[0].values, scores[0].probabilities, strict=True))
    chances = totals.of_levels(question.scale, levels)
    return totals.median(chances), chances, ()
