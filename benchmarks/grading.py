"""Marks against teachers' own, beside their baselines from the same run; then attacks.

    python -m benchmarks.grading [--data DATA] [--grader encoder] [--most 400] [--json OUT]

Cold: no review of a question is shown. "Set trained on": heads or network saw other answers of
the set; test splits they never saw. Intervals are over questions.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from autograder import plugins
from autograder.domain.grade import Passage
from autograder.embedding import TextEmbedding
from autograder.grading.evaluation import Evaluation, evaluate, table
from autograder.grading.grader import Grader
from autograder.grading.jsonl import Row, predict_rows, question_of, read_rows
from autograder.settings import Settings

DATA = Path(os.environ.get("AUTOGRADER_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
SETS: tuple[tuple[str, str, str], ...] = (
    ("mohler2011", "", "never seen"),
    ("os_grade_like_a_human", "", "never seen"),
    ("llmarking", "", "never seen"),
    ("cu_nlp", "", "never seen"),
    ("semeval2013_scientsbank", "test-UD", "set trained on, unseen domains"),
    ("semeval2013_scientsbank", "test-UQ", "set trained on, unseen questions"),
    ("semeval2013_scientsbank", "test-UA", "set trained on, unseen answers"),
    ("semeval2013_beetle", "test-UQ", "set trained on, unseen questions"),
    ("semeval2013_beetle", "test-UA", "set trained on, unseen answers"),
    ("saf1_english", "test-UA", "set trained on, unseen answers"),
)
"""File, split, and what the shipped weights know of it."""


def rows_of(path: Path, split: str, most: int) -> list[Row]:
    """At most ``most`` answers of a split, drawn by their ids."""
    lines = path.read_text(encoding="utf-8").splitlines()
    own = [line for line in lines if not split or json.loads(line).get("split") == split]
    own.sort(key=lambda line: hashlib.sha256(json.loads(line)["id"].encode()).hexdigest())
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.write("\n".join(own[:most]))
        file.flush()
        return read_rows(Path(file.name), scored=True)


def no_book(question: object) -> Sequence[Passage]:
    return ()


def by_cosine(rows: Sequence[Row], embedding: TextEmbedding) -> Iterator[dict[str, Any]]:
    """The baseline that reads: the cosine of answer and reference answer is the share of marks."""
    for row in rows:
        vectors = embedding.embed([row.answer or "-", *row.references])
        share = float(np.clip((vectors[1:] @ vectors[0]).max(), 0, 1))
        mark = question_of([row]).scale.nearest(share * row.max_score)
        yield {
            "id": row.id,
            "score": mark,
            "max_score": row.max_score,
            "distribution": {f"{mark:g}": 1.0},
            "criteria": [{"met": 0.0} for _ in row.criteria],
            "flags": [],
            "seconds": 0.0,
        }


def measure(
    grader: Grader, embedding: TextEmbedding, folder: Path, most: int
) -> Iterator[Evaluation]:
    """One evaluation a set, the cosine among its baselines."""
    for name, split, known in SETS:
        rows = rows_of(folder / f"{name}.jsonl", split, most)
        (own,) = evaluate(rows, list(predict_rows(rows, grader, no_book)))
        (cosine,) = evaluate(rows, list(by_cosine(rows, embedding)))
        figures = {k: v for k, v in cosine.figures.items() if k in own.baselines["majority"]}
        title = f"{name.split('2013_')[-1][:14]} {split.removeprefix('test-')}".strip()
        yield replace(own, dataset=title, baselines={**own.baselines, "cosine": figures})
        print(f"  {title}: {known}", file=sys.stderr, flush=True)


def attack_rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def attacks(grader: Grader, path: Path, every: int) -> dict[str, Counter[str]]:
    """What each class of attack gains: counts of rises, of missed floors, and of flags."""
    found: dict[str, Counter[str]] = {}
    rows = attack_rows(path)
    plain = {row["id"].removesuffix("#plain"): row for row in rows if row["class"] == "untouched"}
    tried = [row for row in rows if row["class"] != "untouched"][::every]
    for base_id, base in plain.items():
        own = [row for row in tried if row["of"] == base_id]
        question = question_of([as_row(base)])
        answers = [base["student_answer"], *(row["student_answer"] for row in own)]
        untouched, *marked = grader.grade(question, answers)
        for row, prediction in zip(own, marked, strict=True):
            tally = found.setdefault(row["class"], Counter())
            tally["tried"] += 1
            tally["rose"] += (prediction.mark or 0) > (untouched.mark or 0)
            tally["moved"] += prediction.mark != untouched.mark
            tally["floor expected"] += row["expect"] == "floor"
            tally["floor"] += row["expect"] == "floor" and prediction.mark == 0
            tally["not full expected"] += row["expect"] == "not_full"
            tally["full"] += row["expect"] == "not_full" and prediction.mark == row["max_score"]
            tally["no rise expected"] += row["expect"] == "no_rise"
            tally["broke"] += row["expect"] == "no_rise" and (prediction.mark or 0) > (
                untouched.mark or 0
            )
            tally["must flag"] += row["flag"] == "must"
            tally["flagged"] += row["flag"] == "must" and bool(prediction.flags)
    return found


def as_row(attack: Mapping[str, Any]) -> Row:
    return Row(
        line=0,
        id=attack["id"],
        question_id=attack["question_id"],
        question=attack["question"],
        references=tuple(attack["reference_answer"]),
        criteria=(),
        rubric="",
        answer=attack["student_answer"],
        max_score=attack["max_score"],
        score=None,
        teacher=None,
        reviewed=False,
        dataset="",
    )


def attack_table(found: Mapping[str, Counter[str]]) -> str:
    lines = [
        f"{'attack':<22}{'tried':>7}{'no_rise broken':>17}{'floor reached':>17}"
        f"{'full marks':>17}{'must: flagged':>17}"
    ]
    for name, tally in sorted(found.items()):
        lines.append(
            f"{name:<22}{tally['tried']:>7}"
            + _of(tally["broke"], tally["no rise expected"])
            + _of(tally["floor"], tally["floor expected"])
            + _of(tally["full"], tally["not full expected"])
            + _of(tally["flagged"], tally["must flag"])
            + (f"   moved {tally['moved']}" if name == "benign_control" else "")
        )
    return "\n".join(lines)


def _of(count: int, among: int) -> str:
    return f"{f'{count} / {among}' if among else '-':>17}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--grader", default="encoder")
    parser.add_argument("--most", type=int, default=400, help="answers a set")
    parser.add_argument("--attacks", type=int, default=4, help="every n-th attack; 0: none")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    settings = Settings()
    began = perf_counter()
    grader = plugins.grader(options.grader, settings)
    embedding = TextEmbedding(settings.models / "minilm")
    print(f"{options.grader} ready in {perf_counter() - began:.2f} s")
    evaluations = list(measure(grader, embedding, options.data / "grading", options.most))
    print(table(evaluations, options.grader))
    if options.attacks:
        path = options.data / "attacks" / "attacks.jsonl"
        print(attack_table(attacks(grader, path, options.attacks)))
    if options.json:
        options.json.write_text(json.dumps([each.as_json() for each in evaluations], indent=1))


if __name__ == "__main__":
    main()
