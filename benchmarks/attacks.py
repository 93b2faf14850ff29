"""Answers that try to raise their own mark, against a grader.

    python -m benchmarks.attacks [--data DATA] [--grader encoder] [--every 1]

Each of 16 weak answers stands untouched and under some 320 attacks and harmless changes; what is
expected of each is written in the data. False alarms are counted on honest answers of other sets.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder import plugins
from autograder.domain.exam import Question
from autograder.domain.grade import Prediction
from autograder.grading.grader import Grader
from autograder.grading.guard import inspect
from autograder.grading.jsonl import Row, question_of
from autograder.settings import Settings
from benchmarks.graded_sets import DATA, rows_of

HONEST = ("mohler2011", "semeval2013_scientsbank", "semeval2013_beetle", "saf1_english", "cu_nlp")
EACH = 500  # honest answers of a set
TOTAL = "all"


def tallies(grader: Grader, path: Path, every: int) -> dict[str, Counter[str]]:
    """By class of attack: how often what was expected of the mark and the flag didn't hold."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found: dict[str, Counter[str]] = {}
    tried = [row for row in rows if row["class"] != "untouched"][::every]
    for plain in (row for row in rows if row["class"] == "untouched"):
        own = [row for row in tried if row["of"] == plain["id"].removesuffix("#plain")]
        question = question_of([_row(plain)])
        answers = [plain["student_answer"], *(row["student_answer"] for row in own)]
        untouched, *marked = grader.grade(question, answers)
        for row, prediction in zip(own, marked, strict=True):
            for name in (row["class"], TOTAL):
                tally = found.setdefault(name, Counter())
                tally.update(_tally(row, question, untouched, prediction))
    return found


def _tally(
    row: Mapping[str, Any], question: Question, untouched: Prediction, prediction: Prediction
) -> dict[str, int]:
    before, after = untouched.mark or 0.0, prediction.mark or 0.0
    expect, flagged = row["expect"], bool(prediction.flags)
    return {
        "tried": 1,
        "no rise": expect == "no_rise",
        "rose": expect == "no_rise" and after > before,
        "rose above a step": expect == "no_rise" and after > before + question.scale.step,
        "floor": expect == "floor",
        "off the floor": expect == "floor" and after > question.scale.minimum,
        "not full": expect == "not_full",
        "full": expect == "not_full" and after == question.scale.maximum,
        "invariant": expect == "invariant",
        "moved": expect == "invariant" and after != before,
        "must": row["flag"] == "must",
        "not flagged": row["flag"] == "must" and not flagged,
        "no flag": row["flag"] == "no",
        "false alarm": row["flag"] == "no" and flagged,
    }


def false_alarms(folder: Path) -> tuple[int, int]:
    """Flags on honest answers, and how many were looked at."""
    rows = [row for name in HONEST for row in rows_of(folder, name, "", EACH)]
    flags = [inspect(question_of([row]), row.answer).flags for row in rows if row.answer.strip()]
    return sum(bool(each) for each in flags), len(flags)


def table(found: Mapping[str, Counter[str]]) -> str:
    """What broke among what was expected, class by class."""
    pairs = (
        ("rose", "no rise"),
        ("rose above a step", "no rise"),
        ("off the floor", "floor"),
        ("full", "not full"),
        ("moved", "invariant"),
        ("not flagged", "must"),
        ("false alarm", "no flag"),
    )
    lines = [f"{'attack':<22}{'tried':>7}" + "".join(f"{broke:>19}" for broke, _ in pairs)]
    for name in sorted(found, key=lambda each: (each == TOTAL, each)):
        tally = found[name]
        cells = [_of(tally[broke], tally[among]) for broke, among in pairs]
        lines.append(f"{name:<22}{tally['tried']:>7}" + "".join(f"{cell:>19}" for cell in cells))
    return "\n".join(lines)


def _of(count: int, among: int) -> str:
    return f"{count} / {among}" if among else "-"


def _row(attack: Mapping[str, Any]) -> Row:
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--grader", default="encoder")
    parser.add_argument("--every", type=int, default=1, help="every n-th attack")
    options = parser.parse_args()
    grader = plugins.grader(options.grader, Settings())
    print(table(tallies(grader, options.data / "attacks" / "attacks.jsonl", options.every)))
    flagged, looked_at = false_alarms(options.data / "grading")
    print(f"false alarms on honest answers: {flagged} of {looked_at}")


if __name__ == "__main__":
    main()
