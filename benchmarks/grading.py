"""Marks against teachers' own, beside baselines from the same run and published peers.

    python -m benchmarks.grading [--data DATA] [--grader encoder] [--most 500] [--json OUT]

Cold: no review of a question is shown. After n reviews: n answers of each question, drawn at
random, are shown with the teacher's marks, and the others are marked; mean of three draws. Sets of
unseen answers are also marked after their training answers, which is how they are meant.
Intervals are over questions. Attacks: ``python -m benchmarks.attacks``; time:
``python -m benchmarks.speed``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder import metrics, plugins
from autograder.domain.grade import Passage
from autograder.embedding import TextEmbedding
from autograder.grading.agreeing.evaluation import evaluate
from autograder.grading.grader import Grader
from autograder.grading.jsonl import Row, predict_rows
from autograder.metrics import Figure
from autograder.settings import Settings
from benchmarks import baseline_graders
from benchmarks.baseline_graders import Baseline, Outputs
from benchmarks.graded_sets import (
    ALL,
    DATA,
    SETS,
    TRAINING,
    after_training_answers,
    rows_of,
    with_reviews,
)

TRAINING_ANSWERS = 2000  # of each set, for the baselines
DRAWS = 3
REVIEWS = (("mohler2011", 10), ("os_grade_like_a_human", 10), ("llmarking", 5), ("cu_nlp", 10))
UNSEEN_ANSWERS = "test-UA"
TAUGHT = 40  # training answers a question, at most
SURE = 0.7
COLUMNS = {
    "f1": "macro-F1",
    "qwk": "QWK",
    "pearson": "r",
    "rmse": "RMSE",
    "criterion_accuracy": "criteria",
    "criterion_unmet_recall": "unmet found",
    "ece": "ECE",
    "sure": "right, surest 70 %",
}
Figures = dict[str, Figure]
PEERS = """\
Published, on the same sets (whole test splits, trained on the set's own answers unless said):
  SciEntsBank 2-way macro-F1 UA / UQ / UD: best of 2013 .768 / .737 / .705 (Dzikovska et al. 2013)
  Beetle 2-way macro-F1 UA / UQ: best of 2013 .833 / .720 (Dzikovska et al. 2013)
  SAF 1.0 English RMSE UA: T5 .269 (Filighera et al. 2022); second rater .099
  Mohler r: two raters .586; SVM .518 (Mohler et al. 2011)
  LLMarking accuracy per criterion, all three courses: Llama-3-8B few-shot .830, GPT-4o few-shot
    .866, best of 32 .873 (Llama-3.1-70B one-shot); share of unmet found .642 / .681 / .704
    (computed from the result files of github.com/BiboyQG/LLMarking)"""


def no_book(question: object) -> Sequence[Passage]:
    """The sets come without a textbook."""
    return ()


def figures(rows: Sequence[Row], outputs: Outputs) -> Figures:
    """Those of COLUMNS that can be had."""
    (evaluation,) = evaluate(rows, outputs)
    found = dict(evaluation.figures) | _sharp_figures(rows, outputs)
    return {name: found[name] for name in COLUMNS if name in found}


def _sharp_figures(rows: Sequence[Row], outputs: Outputs) -> Figures:
    """Macro-F1 of two-way sets, and how often the surest marks are the teacher's.

    Of a two-way set a mark counts by which half of the scale it is in, and so does its chance.
    """
    by_id = {output["id"]: output for output in outputs}
    asked = [row for row in rows if not row.reviewed]
    given = np.array([(row.score or 0.0) / row.max_score for row in asked])
    predicted = np.array([by_id[row.id]["score"] / row.max_score for row in asked])
    chances = [by_id[row.id]["distribution"] for row in asked]
    sure = np.array([max(each.values()) for each in chances])
    right, questions = np.abs(given - predicted) < 0.05 + 1e-9, [row.question_id for row in asked]
    found = {}
    if set(given) <= {0.0, 1.0}:
        yes = predicted > 0.5
        found["f1"] = metrics.bootstrap(lambda i: _macro_f1(given[i] > 0.5, yes[i]), questions)
        above = np.array(
            [_upper_half(each, row.max_score) for each, row in zip(chances, asked, strict=True)]
        )
        sure, right = np.maximum(above, 1 - above), (given > 0.5) == yes
    if len(np.unique(sure)) > 1:
        found["sure"] = metrics.bootstrap(lambda i: _surest(sure[i], right[i]), questions)
    return found


def _upper_half(chances: Mapping[str, float], most: float) -> float:
    return sum(chance for mark, chance in chances.items() if float(mark) > most / 2)


def _surest(sure: np.ndarray, right: np.ndarray) -> float:
    order = np.argsort(-sure, kind="stable")[: round(SURE * len(sure))]
    return float(right[order].mean())


def _macro_f1(given: np.ndarray, predicted: np.ndarray) -> float:
    scores = []
    for kind in (True, False):
        both = ((given == kind) & (predicted == kind)).sum()
        scores.append(2 * both / max(1, (given == kind).sum() + (predicted == kind).sum()))
    return float(np.mean(scores))


def cold(
    grader: Grader, baselines: Mapping[str, Baseline], folder: Path, most: int
) -> dict[str, dict[str, Figures]]:
    """Set by set, the figures of ours and of each baseline."""
    found = {}
    for each in SETS:
        rows = rows_of(folder, each.file, each.split, most)
        outputs: Outputs = list(predict_rows(rows, grader, no_book))
        (evaluation,) = evaluate(rows, outputs)
        own = {grader.name: figures(rows, outputs)}
        own |= {name: dict(each) for name, each in evaluation.baselines.items()}
        own |= {name: figures(rows, baseline(rows)) for name, baseline in baselines.items()}
        title = f"{each.title} (n {len(rows)}, {each.known})"
        found[title] = own
        say(title, own)
    return found


def reviewed(
    grader: Grader, embedding: TextEmbedding, folder: Path
) -> dict[str, dict[str, Figures]]:
    """The sets never trained on, some answers of each question reviewed."""
    found = {}
    for file, reviews in REVIEWS:
        drawn = [with_reviews(rows_of(folder, file, "", ALL), reviews, i) for i in range(DRAWS)]
        own = {
            f"{grader.name}, after them": _mean_of(
                [figures(rows, list(predict_rows(rows, grader, no_book))) for rows in drawn]
            ),
            f"{grader.name}, cold": _mean_of([_without_reviews(rows, grader) for rows in drawn]),
            "nearest reviewed answer": _mean_of([_by_nearest(rows, embedding) for rows in drawn]),
        }
        title = f"{file.removesuffix('_like_a_human')}, {reviews} reviews a question"
        found[title] = own
        say(title, own)
    return found


def taught(
    grader: Grader, embedding: TextEmbedding, folder: Path, most: int
) -> dict[str, dict[str, Figures]]:
    """The sets of unseen answers, the training answers to the same questions reviewed."""
    found = {}
    for each in SETS:
        if each.split == UNSEEN_ANSWERS:
            rows = after_training_answers(folder, each, most, TAUGHT)
            own = {
                f"{grader.name}, after them": figures(
                    rows, list(predict_rows(rows, grader, no_book))
                ),
                f"{grader.name}, cold": _without_reviews(rows, grader),
                "nearest reviewed answer": _by_nearest(rows, embedding),
            }
            title = f"{each.title}, its training answers reviewed (at most {TAUGHT} a question)"
            found[title] = own
            say(title, own)
    return found


def _asked(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not row.reviewed]


def _without_reviews(rows: Sequence[Row], grader: Grader) -> Figures:
    asked = _asked(rows)
    return figures(asked, list(predict_rows(asked, grader, no_book)))


def _by_nearest(rows: Sequence[Row], embedding: TextEmbedding) -> Figures:
    reviews = [row for row in rows if row.reviewed]
    asked = _asked(rows)
    return figures(asked, baseline_graders.nearest_review(embedding, reviews)(asked))


def _mean_of(draws: Sequence[Figures]) -> Figures:
    def mean(name: str) -> Figure:
        own = [each[name] for each in draws]
        ends = ((each.value, each.low, each.high) for each in own)
        return Figure(*(float(np.mean(part)) for part in zip(*ends, strict=True)))

    return {name: mean(name) for name in draws[0]}


def say(title: str, own: Mapping[str, Figures]) -> None:
    """Prints the rows of a set."""
    print(title)
    for name, found in own.items():
        cells = [
            f"{label} {found[key].value:.3f} [{found[key].low:.2f} {found[key].high:.2f}]"
            for key, label in COLUMNS.items()
            if key in found and not np.isnan(found[key].value)
        ]
        print(f"  {name:<26}" + "  ".join(cells), flush=True)


def as_json(found: Mapping[str, Mapping[str, Figures]]) -> dict[str, Any]:
    return {
        title: {
            name: {key: [each.value, each.low, each.high] for key, each in own.items()}
            for name, own in graders.items()
        }
        for title, graders in found.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--grader", default="encoder")
    parser.add_argument("--most", type=int, default=500, help="answers a set")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    settings, folder = Settings(), options.data / "grading"
    grader = plugins.grader(options.grader, settings)
    embedding = TextEmbedding(settings.models / "minilm")
    training = [
        row for file in TRAINING for row in rows_of(folder, file, "train", TRAINING_ANSWERS)
    ]
    print(f"baselines learn from {len(training)} answers", file=sys.stderr, flush=True)
    baselines = {
        "cosine": baseline_graders.cosine(embedding),
        "TF-IDF ridge": baseline_graders.tfidf_ridge(training),
        "boosted features": baseline_graders.boosted(embedding, training),
    }
    print("COLD")
    found = cold(grader, baselines, folder, options.most)
    print("AFTER REVIEWS")
    found |= reviewed(grader, embedding, folder)
    found |= taught(grader, embedding, folder, options.most)
    print(PEERS)
    if options.json:
        options.json.write_text(json.dumps(as_json(found), indent=1))


if __name__ == "__main__":
    main()
