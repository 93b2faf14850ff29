"""Predicted marks against a teacher's own: the table that ``evaluate`` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from autograder import metrics
from autograder.grading.agreeing.baselines import baselines
from autograder.grading.jsonl import GRID, STEPS, Row
from autograder.metrics import Figure, Values

POOLED = "pooled"
_LONGEST_GRID = 100
Pair = tuple[Row, Mapping[str, Any]]
"""A row and what a grader gave it."""
Sample = Callable[[Values], float]
"""A metric of the rows with these indexes."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one data set. Figures that can't be had are NaN, without criteria None."""

    dataset: str
    answers: int
    questions: int
    unmarked: int
    """Answers that the grader gave no mark: counted nowhere else."""
    figures: Mapping[str, Figure]
    baselines: Mapping[str, Mapping[str, Figure]]
    flags: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Plain values; intervals as [value, low, high]."""

        def plain(figures: Mapping[str, Figure]) -> dict[str, list[float | None]]:
            return {
                name: [_number(figure.value), _number(figure.low), _number(figure.high)]
                for name, figure in figures.items()
            }

        return {
            "dataset": self.dataset,
            "n": self.answers,
            "questions": self.questions,
            "unmarked": self.unmarked,
            **plain(self.figures),
            "baselines": {name: plain(figures) for name, figures in self.baselines.items()},
            "flags": dict(self.flags),
            "answers_per_second": _number(self.figures["per_second"].value),
        }


def evaluate(
    rows: Sequence[Row], outputs: Sequence[Mapping[str, Any]], by_dataset: bool = False
) -> list[Evaluation]:
    """Compares outputs (``predict_rows``) with the teacher's scores in ``rows``, in any order.

    Rows that are reviews are not scored. The last evaluation is of all rows pooled; those of each
    data set, if asked for, come before.
    """
    found = {output["id"]: output for output in outputs}
    pairs = [(row, found[row.id]) for row in rows if not row.reviewed and row.score is not None]
    parts: list[tuple[str, list[Pair]]] = []
    if by_dataset:
        pairs.sort(key=lambda pair: pair[0].dataset)
        parts = [
            (name or "-", list(own))
            for name, own in groupby(pairs, key=lambda pair: pair[0].dataset)
        ]
    return [_evaluation(name, own) for name, own in (*parts, (POOLED, pairs)) if own]


def _evaluation(name: str, pairs: Sequence[Pair]) -> Evaluation:
    marked = [(row, output) for row, output in pairs if output["score"] is not None]
    rows = [row for row, _ in marked]
    steps, questions = _grids(rows), _questions(rows)
    alone = baselines(rows, steps, questions) if rows else {}
    return Evaluation(
        dataset=name,
        answers=len(rows),
        questions=len(set(questions)),
        unmarked=len(pairs) - len(marked),
        figures=_figures(marked, steps) | _work_figures(pairs),
        baselines={
            baseline: _figures(list(zip(rows, outputs, strict=True)), steps)
            for baseline, outputs in alone.items()
        },
        flags=_flags(pairs),
    )


def _flags(pairs: Sequence[Pair]) -> dict[str, int]:
    """How many answers have a flag of each kind."""
    kinds = (kind for _, output in pairs for kind in {flag["kind"] for flag in output["flags"]})
    return dict(Counter(kinds))


def _work_figures(pairs: Sequence[Pair]) -> dict[str, Figure]:
    """How many answers were flagged and how fast it went, those without a mark included."""
    questions = _questions([row for row, _ in pairs])
    flagged = np.array([bool(output["flags"]) for _, output in pairs])
    seconds = np.array([output["seconds"] for _, output in pairs])
    return {
        "flagged": metrics.bootstrap(lambda i: float(flagged[i].mean()), questions),
        "per_second": metrics.bootstrap(
            lambda i: len(i) / float(seconds[i].sum()) if seconds[i].any() else np.nan, questions
        ),
    }


def _questions(rows: Sequence[Row]) -> list[str]:
    return [f"{row.dataset}\0{row.question_id}" for row in rows]


def _given(row: Row) -> float:
    return (row.score or 0.0) / row.max_score


def _grids(rows: Sequence[Row]) -> Values:
    """The step of each answer's scale as a share: that of its question's given marks, else 1/10."""
    scores: dict[str, set[float]] = {}
    for row in rows:
        scores.setdefault(f"{row.dataset}\0{row.max_score}", set()).add(row.score or 0.0)
    steps = {key: _step(found, float(key.split("\0")[1])) for key, found in scores.items()}
    return np.array([steps[f"{row.dataset}\0{row.max_score}"] for row in rows])


def _step(scores: set[float], maximum: float) -> float:
    for step in (maximum, *STEPS):
        fits = all(abs(x / step - round(x / step)) < 1e-6 for x in (*scores, maximum))
        if fits and maximum / step <= _LONGEST_GRID:
            return step / maximum
    return 1 / GRID


def _figures(marked: Sequence[Pair], steps: Values) -> dict[str, Figure]:
    """All figures that tell a grader's outputs from a baseline's."""
    if not marked:
        return {}
    given = np.array([_given(row) for row, _ in marked])
    predicted = np.array([output["score"] / output["max_score"] for _, output in marked])
    questions = _questions([row for row, _ in marked])
    metric = _mark_metrics(given, predicted, steps)
    metric |= _confidence_metrics(given, predicted, marked, steps)
    found = {name: metrics.bootstrap(each, questions) for name, each in metric.items()}
    return found | _criteria_figures(marked)


def _mark_metrics(given: Values, predicted: Values, steps: Values) -> dict[str, Sample]:
    on_grid = [np.rint(shares / steps) for shares in (given, predicted)]
    if len(set(np.round(steps, 6))) > 1:
        on_grid = [np.rint(shares * GRID) for shares in (given, predicted)]
    near = np.abs(given - predicted) <= steps / 2 + 1e-9
    return {
        "qwk": lambda i: metrics.qwk(on_grid[0][i], on_grid[1][i]),
        "pearson": lambda i: metrics.pearson(given[i], predicted[i]),
        "rmse": lambda i: metrics.rmse(given[i], predicted[i]),
        "mae": lambda i: metrics.mae(given[i], predicted[i]),
        "accuracy": lambda i: float(near[i].mean()),
    }


def _confidence_metrics(
    given: Values, predicted: Values, marked: Sequence[Pair], steps: Values
) -> dict[str, Sample]:
    """How sure the grader is of a mark within half a step of the teacher's, and how rightly."""
    chances = [_chance_near(output, step) for (_, output), step in zip(marked, steps, strict=True)]
    sure, right = np.array(chances), np.abs(given - predicted) <= steps / 2 + 1e-9
    return {
        "ece": lambda i: metrics.calibration_error(sure[i], right[i]),
        "accept_95": lambda i: metrics.acceptable_share(sure[i], right[i]),
    }


def _chance_near(output: Mapping[str, Any], step: float) -> float:
    reach = step / 2 * output["max_score"] + 1e-9
    return float(
        sum(
            chance
            for mark, chance in output["distribution"].items()
            if abs(float(mark) - output["score"]) <= reach
        )
    )


def _criteria_figures(marked: Sequence[Pair]) -> dict[str, Figure]:
    judged = [
        (f"{row.dataset}\0{row.question_id}", truth, criterion["met"] >= 0.5)
        for row, output in marked
        if row.teacher is not None
        for truth, criterion in zip(row.teacher, output["criteria"], strict=True)
        if criterion["met"] is not None
    ]
    if not judged:
        return {}
    questions = [question for question, _, _ in judged]
    truth = np.array([each for _, each, _ in judged])
    met = np.array([each for _, _, each in judged])
    names = ("accuracy", "met_precision", "met_recall", "unmet_precision", "unmet_recall")

    def figure(name: str) -> Figure:
        return metrics.bootstrap(
            lambda i: float(getattr(metrics.decisions(truth[i], met[i]), name)), questions
        )

    return {f"criterion_{name}": figure(name) for name in names}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


_COLUMNS = (
    ("qwk", "QWK"),
    ("pearson", "r"),
    ("rmse", "RMSE"),
    ("mae", "MAE"),
    ("accuracy", "accuracy"),
    ("criterion_accuracy", "criteria"),
    ("ece", "ECE"),
    ("accept_95", "accept@95"),
)


_CRITERIA = (
    ("criterion_accuracy", "accuracy"),
    ("criterion_met_precision", "met precision"),
    ("criterion_met_recall", "met recall"),
    ("criterion_unmet_precision", "unmet precision"),
    ("criterion_unmet_recall", "unmet recall"),
)
_EXPLAINED = (
    "In brackets: 95 % bootstrap intervals over questions. RMSE and MAE are shares of the maximum; "
    "accuracy is within half a step; accept@95 is the share to accept unseen at 95 % agreement."
)


def table(evaluations: Sequence[Evaluation], grader: str) -> str:
    """The evaluations as text for a terminal, intervals in brackets, baselines beneath."""
    lines = [_line_of("data set", "marks by", "n", [title for _, title in _COLUMNS])]
    for each in evaluations:
        lines.append(_line_of(each.dataset, grader, str(each.answers), _cells(each.figures)))
        lines += [
            _line_of("", name, "", _cells(figures)) for name, figures in each.baselines.items()
        ]
        lines += [" " * 26 + line for line in (_footnote(each), *_criteria_lines(each, grader))]
    return "\n".join([*lines, _EXPLAINED])


def _line_of(dataset: str, marker: str, count: str, cells: Sequence[str]) -> str:
    return f"{dataset:<25} {marker:<10} {count:>6} " + " ".join(f"{cell:>17}" for cell in cells)


def _cells(figures: Mapping[str, Figure]) -> list[str]:
    return [_cell(figures[name]) if name in figures else "" for name, _ in _COLUMNS]


def _cell(figure: Figure, digits: int = 3) -> str:
    if np.isnan(figure.value):
        return "-"
    low, high = (f"{end:.{digits - 1}f}" for end in (figure.low, figure.high))
    return f"{figure.value:.{digits}f} [{low} {high}]"


def _footnote(each: Evaluation) -> str:
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(each.flags.items()))
    words = [f"{each.questions} questions", f"flagged {_cell(each.figures['flagged'])}"]
    words += [kinds] if kinds else []
    words += [f"answers/s {_cell(each.figures['per_second'], digits=1)}"]
    words += [f"{each.unmarked} not marked"] if each.unmarked else []
    return "; ".join(words)


def _criteria_lines(each: Evaluation, grader: str) -> list[str]:
    """Per-criterion agreement, the grader's and then the baselines'."""
    return [
        f"criteria by {name}: "
        + ", ".join(f"{title} {_cell(figures[key])}" for key, title in _CRITERIA)
        for name, figures in {grader: each.figures, **each.baselines}.items()
        if "criterion_accuracy" in figures
    ]
