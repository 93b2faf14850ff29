"""Predicted marks against a teacher's own: the table that ``evaluate`` prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from autograder.grading import metrics
from autograder.grading.jsonl import GRID, STEPS, Row
from autograder.grading.metrics import Figure, Values

POOLED = "pooled"
_LONGEST_GRID = 100


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
    per_second: float

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
            "answers_per_second": round(self.per_second, 2),
        }


def evaluate(
    rows: Sequence[Row], outputs: Sequence[Mapping[str, Any]], by_dataset: bool = False
) -> list[Evaluation]:
    """Compares outputs (``predict_rows``) with the teacher's scores in ``rows``, in any order.

    Rows that are reviews are not scored. One evaluation a data set if asked for, pooled one last.
    """
    found = {output["id"]: output for output in outputs}
    pairs = [(row, found[row.id]) for row in rows if not row.reviewed and row.score is not None]
    parts: list[tuple[str, list[tuple[Row, Mapping[str, Any]]]]] = []
    if by_dataset:
        pairs.sort(key=lambda pair: pair[0].dataset)
        parts = [
            (name or "-", list(own))
            for name, own in groupby(pairs, key=lambda pair: pair[0].dataset)
        ]
    if len(parts) != 1:
        parts.append((POOLED, pairs))
    return [_evaluation(name, own) for name, own in parts if own]


def _evaluation(name: str, pairs: Sequence[tuple[Row, Mapping[str, Any]]]) -> Evaluation:
    marked = [(row, output) for row, output in pairs if output["score"] is not None]
    rows = [row for row, _ in marked]
    outputs = [output for _, output in marked]
    given = np.array([_given(row) for row in rows])
    predicted = np.array([output["score"] / output["max_score"] for output in outputs])
    steps = _grids(rows)
    questions = [f"{row.dataset}\0{row.question_id}" for row in rows]
    figures = _figures(given, predicted, steps, questions) if rows else {}
    if rows:
        figures |= _confidence_figures(given, predicted, outputs, steps, questions)
        figures |= _criteria_figures(marked)
    flags: dict[str, int] = {}
    for _, output in pairs:
        for kind in {flag["kind"] for flag in output["flags"]}:
            flags[kind] = flags.get(kind, 0) + 1
    seconds = sum(output["seconds"] for _, output in pairs)
    return Evaluation(
        dataset=name,
        answers=len(rows),
        questions=len(set(questions)),
        unmarked=len(pairs) - len(marked),
        figures=figures,
        baselines=_baselines(rows, given, steps, questions) if rows else {},
        flags=flags,
        per_second=len(pairs) / seconds if seconds else float("nan"),
    )


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


Sample = Callable[[Values], float]


def _figures(
    given: Values, predicted: Values, steps: Values, questions: Sequence[str]
) -> dict[str, Figure]:
    on_grid = [np.rint(shares / steps).astype(int) for shares in (given, predicted)]
    if len(set(np.round(steps, 6))) > 1:
        on_grid = [np.rint(shares * GRID).astype(int) for shares in (given, predicted)]
    near = np.abs(given - predicted) <= steps / 2 + 1e-9
    metric: dict[str, Sample] = {
        "qwk": lambda i: metrics.qwk(on_grid[0][i], on_grid[1][i]),
        "pearson": lambda i: metrics.pearson(given[i], predicted[i]),
        "rmse": lambda i: metrics.rmse(given[i], predicted[i]),
        "mae": lambda i: metrics.mae(given[i], predicted[i]),
        "accuracy": lambda i: float(near[i].mean()),
    }
    return {name: metrics.bootstrap(each, questions) for name, each in metric.items()}


def _confidence_figures(
    given: Values,
    predicted: Values,
    outputs: Sequence[Mapping[str, Any]],
    steps: Values,
    questions: Sequence[str],
) -> dict[str, Figure]:
    """How sure the grader is of a mark within half a step of the teacher's, and how rightly."""
    sure = np.array(
        [_chance_near(output, step) for output, step in zip(outputs, steps, strict=True)]
    )
    right = np.abs(given - predicted) <= steps / 2 + 1e-9
    return {
        "ece": metrics.bootstrap(lambda i: metrics.calibration_error(sure[i], right[i]), questions),
        "accept_95": metrics.bootstrap(
            lambda i: metrics.acceptable_share(sure[i], right[i]), questions
        ),
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


def _criteria_figures(marked: Sequence[tuple[Row, Mapping[str, Any]]]) -> dict[str, Figure]:
    judged = [
        (f"{row.dataset}\0{row.question_id}", truth, criterion["met"] >= 0.5)
        for row, output in marked
        if row.teacher is not None
        for truth, criterion in zip(row.teacher, output["criteria"], strict=True)
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


def _baselines(
    rows: Sequence[Row], given: Values, steps: Values, questions: Sequence[str]
) -> dict[str, dict[str, Figure]]:
    """What a mark without reading gets: the commonest one, and one by the answer's length.

    Both are told the teacher's marks of all other questions (the length also how long answers
    score there), never of the question itself; with one question, those of its other half.
    """
    lengths = np.array([np.log1p(len(row.answer.split())) for row in rows])
    common, by_length = np.zeros(len(rows)), np.zeros(len(rows))
    for fold in _folds(questions):
        rest = ~fold
        values, counts = np.unique(given[rest], return_counts=True)
        common[fold] = values[counts.argmax()]
        slope, base = _line(lengths[rest], given[rest])
        by_length[fold] = np.clip(base + slope * lengths[fold], 0, 1)
    by_length = np.clip(np.rint(by_length / steps) * steps, 0, 1)
    return {
        "majority": _figures(given, common, steps, questions),
        "length": _figures(given, by_length, steps, questions),
    }


def _folds(questions: Sequence[str]) -> list[Values]:
    names, member = np.unique(np.asarray(questions), return_inverse=True)
    parts = member if len(names) > 1 else np.arange(len(member))
    return (
        [parts % 5 == index for index in range(5) if (parts % 5 == index).any()]
        if len(parts) > 1 and len(set(parts % 5)) > 1
        else [np.zeros(len(parts), dtype=bool)]
    )


def _line(lengths: Values, given: Values) -> tuple[float, float]:
    if len(lengths) < 2 or np.std(lengths) < 1e-9:
        return 0.0, float(np.mean(given)) if len(given) else 0.5
    slope, base = np.polyfit(lengths, given, 1)
    return float(slope), float(base)


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


def table(evaluations: Sequence[Evaluation], grader: str) -> str:
    """The evaluations as text for a terminal, intervals in brackets, baselines beneath."""
    lines = [_line_of("data set", "marks by", "n", [title for _, title in _COLUMNS])]
    for each in evaluations:
        lines.append(_line_of(each.dataset, grader, str(each.answers), _cells(each.figures)))
        lines += [
            _line_of("", name, "", _cells(figures)) for name, figures in each.baselines.items()
        ]
        lines.append("".ljust(26) + _footnote(each))
    return "\n".join(lines)


def _line_of(dataset: str, marker: str, count: str, cells: Sequence[str]) -> str:
    return f"{dataset:<25} {marker:<10} {count:>6} " + " ".join(f"{cell:>17}" for cell in cells)


def _cells(figures: Mapping[str, Figure]) -> list[str]:
    return [_cell(figures[name]) if name in figures else "" for name, _ in _COLUMNS]


def _cell(figure: Figure) -> str:
    if np.isnan(figure.value):
        return "-"
    return f"{figure.value:.3f} [{figure.low:.2f} {figure.high:.2f}]"


def _footnote(each: Evaluation) -> str:
    flags = ", ".join(f"{kind} {count}" for kind, count in sorted(each.flags.items())) or "none"
    words = f"{each.questions} questions; {each.per_second:.0f} answers/s; flags: {flags}"
    if each.unmarked:
        words += f"; {each.unmarked} not marked"
    if "criterion_met_recall" in each.figures:
        words += "; criteria: " + ", ".join(
            f"{name.removeprefix('criterion_').replace('_', ' ')} {each.figures[name].value:.2f}"
            for name in each.figures
            if name.startswith("criterion_") and name != "criterion_accuracy"
        )
    return words
