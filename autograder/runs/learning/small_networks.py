"""``learn encoder`` and ``learn classifier``: what was taught is tried, described and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder import metrics, plugins
from autograder.domain.exam import Question
from autograder.domain.learned import ENCODER, LearnedModel
from autograder.domain.marked_example import MarkedExample
from autograder.grading.grader import Grader
from autograder.learning.registry import known_answers
from autograder.learning.registry.manifest import Described
from autograder.runs.learning.at_work import kept, with_model
from autograder.runs.learning.descent import parent_of
from autograder.runs.learning.measuring import text_of
from autograder.settings import Settings

SHARE_ALIKE = "CC-BY-SA-4.0"
"""What learned further from the weights that ship stays under their licence (models/encoder)."""
OWN = "as the base model's"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was taught by what: ``data`` is the sha256 of the file of examples."""

    kind: str
    data: str
    base: str
    options: Any
    parent: str = ""
    learned: Mapping[str, object] = field(default_factory=dict)
    """Which questions it learned from, and how others were held back: see ``recorded``."""


def goes_on_from(settings: Settings, kind: str) -> str:
    """The built-in grader learns further from the one at work; a classifier begins at its base.

    InvalidInput: nobody would know what that one learned from.
    """
    folder = settings.encoder.model if kind == ENCODER else None
    return parent_of(kept(settings), kind, folder)


def as_graded(examples: Sequence[MarkedExample]) -> list[MarkedExample]:
    """The answers as a grader reads them: without what may not earn marks, and such as hold no
    answer left out, since no network is ever asked about them."""
    texts = [text_of(each) for each in examples]
    pairs = zip(examples, texts, strict=True)
    return [replace(each, text=text) for each, text in pairs if text is not None]


def keep(
    settings: Settings,
    folder: Path,
    lesson: Lesson,
    train: Sequence[MarkedExample],
    held_out: Sequence[MarkedExample],
) -> LearnedModel:
    """Keeps a finished folder among the learned models, with known answers and its agreement on
    ``held_out`` ones beside that of the grader at work. StorageFailed, EngineUnavailable."""
    grader = plugins.grader(lesson.kind, with_model(settings, lesson.kind, folder))
    told = agreement(grader, held_out)
    if lesson.kind == ENCODER:
        now = agreement(plugins.grader(ENCODER, settings), held_out)
        told = {**told, **{f"{name} before": each for name, each in now.items()}}
    planted = known_answers.plant(held_out or train)
    described = Described(
        kind=lesson.kind,
        method=lesson.kind,
        base=lesson.base,
        data=lesson.data,
        data_count=len(train),
        settings={**asdict(lesson.options), **lesson.learned},
        metrics=told,
        licence=SHARE_ALIKE if lesson.kind == ENCODER else OWN,
        parent=lesson.parent,
        known=known_answers.record(planted, grader.grade),
    )
    return kept(settings).add(folder, described)


def agreement(grader: Grader, examples: Sequence[MarkedExample]) -> Mapping[str, float]:
    """QWK and the mean error, as shares of the scales; empty where no mark was made."""
    by_question: dict[Question, list[MarkedExample]] = {}
    for each in examples:
        by_question.setdefault(each.question, []).append(each)
    given, made = [], []
    for question, own in by_question.items():
        for example, prediction in zip(
            own, grader.grade(question, [each.text for each in own]), strict=True
        ):
            if prediction.mark is not None:
                given.append(question.scale.share(example.mark))
                made.append(question.scale.share(prediction.mark))
    if not given:
        return {}
    one, other = np.array(given), np.array(made)
    return {"qwk": metrics.qwk(one, other), "mae": metrics.mae(one, other)}
