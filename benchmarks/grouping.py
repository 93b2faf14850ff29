"""How often answers that are put together have the same mark, and how much work that saves.

    python -m benchmarks.grouping [--data DATA] [--most 20]

prints one Markdown table. Of all pairs of answers in one group: how many got the same mark from
the teacher (on scales of more than two marks: within a tenth of the scale), beside the rate of all
pairs of answers to the same question, and beside a grouping of equal texts alone, whose
disagreements are the teachers' own. "Fewer decisions": one a group instead of one an answer.
Pairs count under the kind of their group, so equal texts in a group with slips count as near.
"Outvoted": the share of grouped answers that the teacher gave another mark than most of their
group. Intervals are over questions.

Rules and thresholds were chosen on the training splits of Beetle and SciEntsBank, with 12 of
Mohler's 40 questions and 6 of DigiKlausur's 12 in view; the test splits and OS were not looked at.
Of a set with more questions than ``--most`` those are taken whose ids have the lowest hashes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from time import process_time

import numpy as np

from autograder.domain.exam import Question, Scale
from autograder.embedding import TextEmbedding
from autograder.grading.grouping import Embed, Group, Kind, groups
from autograder.settings import Settings

DATA = Path(os.environ.get("AUTOGRADER_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
SETS = (
    ("semeval2013_beetle", "train"),
    ("semeval2013_beetle", "test-UA"),
    ("semeval2013_beetle", "test-UQ"),
    ("semeval2013_scientsbank", "train"),
    ("semeval2013_scientsbank", "test-UA"),
    ("semeval2013_scientsbank", "test-UQ"),
    ("semeval2013_scientsbank", "test-UD"),
    ("mohler2011", "cv"),
    ("digiklausur", "cv"),
    ("os_grade_like_a_human", "cv"),
)
"""File and split."""
SAME = 0.1
"""Marks that are no further apart, as a share of the scale, count as the same."""
HEADS = (
    "set",
    "questions",
    "answers",
    "all pairs alike",
    "equal texts: pairs, alike",
    "fewer decisions",
    "exact: pairs, alike",
    "near: pairs, alike",
    "meaning: pairs, alike",
    "all groups: pairs, alike [95 %]",
    "outvoted",
    "fewer decisions",
    "CPU seconds",
)

Pairs = tuple[int, int]
"""How many pairs there are, and how many of them have the same mark."""


@dataclass(frozen=True)
class Asked:
    """A question, its answers by id, and the teacher's marks as shares of the maximum."""

    question: Question
    texts: dict[str, str]
    shares: dict[str, float]

    def pairs(self, ids: Sequence[str]) -> Pairs:
        """All pairs among these answers."""
        near = [abs(self.shares[a] - self.shares[b]) <= SAME for a, b in combinations(ids, 2)]
        return len(near), sum(near)


@dataclass(frozen=True)
class Tally:
    """What a grouping of one question came to."""

    every: Pairs
    by_kind: dict[Kind, Pairs]
    answers: int
    grouped: int
    outvoted: int
    decisions: int
    seconds: float

    @property
    def together(self) -> Pairs:
        """The pairs of all groups."""
        return _sum(self.by_kind.values())


def questions_of(path: Path, split: str, most: int) -> Iterator[Asked]:
    """The questions of a split with their answers."""
    by_question: dict[str, list[dict[str, object]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["split"] == split:
            by_question.setdefault(row["question_id"], []).append(row)
    for each in sorted(by_question, key=lambda key: hashlib.sha256(key.encode()).hexdigest())[
        :most
    ]:
        yield _asked(each, by_question[each])


def tally(asked: Asked, group: Callable[[Asked], list[Group]]) -> Tally:
    """Groups the answers and compares their marks."""
    start = process_time()
    found = group(asked)
    seconds = process_time() - start
    several = [each.answers for each in found if len(each.answers) > 1]
    by_kind = {
        kind: _sum(asked.pairs(each.answers) for each in found if each.kind is kind)
        for kind in Kind
    }
    outvoted = sum(len(own) - _majority([asked.shares[each] for each in own]) for own in several)
    return Tally(
        every=asked.pairs(list(asked.texts)),
        by_kind=by_kind,
        answers=len(asked.texts),
        grouped=sum(map(len, several)),
        outvoted=outvoted,
        decisions=len(found),
        seconds=seconds,
    )


def by_equal_text(asked: Asked) -> list[Group]:
    """The baseline: texts that are equal but for case, blanks and the last full stop."""
    same: dict[str, list[str]] = {}
    for each, text in asked.texts.items():
        same.setdefault(" ".join(text.casefold().split()).rstrip(" ."), []).append(each)
    return [Group(tuple(ids), Kind.EXACT if len(ids) > 1 else Kind.ALONE) for ids in same.values()]


def ours(embed: Embed) -> Callable[[Asked], list[Group]]:
    """The product's grouping."""
    return lambda asked: groups(asked.question, list(asked.texts.items()), embed)


def _asked(question_id: str, rows: Sequence[dict[str, object]]) -> Asked:
    references = rows[0]["reference_answer"]
    given = tuple(references) if isinstance(references, list) else (str(references),)
    question = Question(question_id, question_id, str(rows[0]["question"]), Scale(0, 1), given)
    return Asked(
        question,
        {str(row["id"]): str(row["student_answer"]) for row in rows},
        {str(row["id"]): float(str(row["score"])) / float(str(row["max_score"])) for row in rows},
    )


def _majority(shares: Sequence[float]) -> int:
    return Counter(shares).most_common(1)[0][1]


def _sum(pairs: Iterable[Pairs]) -> Pairs:
    counted = list(pairs)
    return sum(n for n, _ in counted), sum(same for _, same in counted)


def _line(name: str, plain: Sequence[Tally], own: Sequence[Tally]) -> str:
    total = _sum(each.together for each in own)
    low, high = _interval([each.together for each in own])
    answers = sum(each.answers for each in own)
    grouped = sum(each.grouped for each in own)
    outvoted = sum(each.outvoted for each in own)
    cells = (
        name,
        str(len(own)),
        str(answers),
        _share(_sum(each.every for each in own)),
        _counted(_sum(each.together for each in plain)),
        f"{1 - sum(each.decisions for each in plain) / answers:.1%}",
        *(
            _counted(_sum(each.by_kind[kind] for each in own))
            for kind in (Kind.EXACT, Kind.NEAR, Kind.MEANING)
        ),
        f"{_counted(total)} [{low:.2f}, {high:.2f}]" if total[0] else "0",
        f"{outvoted / grouped:.1%}" if grouped else "–",
        f"{1 - sum(each.decisions for each in own) / answers:.1%}",
        f"{sum(each.seconds for each in own):.1f}",
    )
    return f"| {' | '.join(cells)} |"


def _counted(pairs: Pairs) -> str:
    return f"{pairs[0]}, {_share(pairs)}" if pairs[0] else "0"


def _share(pairs: Pairs) -> str:
    return f"{pairs[1] / pairs[0]:.3f}" if pairs[0] else "–"


def _interval(pairs: Sequence[Pairs], draws: int = 2000) -> tuple[float, float]:
    """95 % of bootstrap samples of the questions."""
    counted = np.array(pairs, dtype=float)
    chosen = np.random.default_rng(0).integers(0, len(counted), (draws, len(counted)))
    sums = counted[chosen].sum(axis=1)
    shares = sums[sums[:, 0] > 0]
    low, high = np.percentile(shares[:, 1] / shares[:, 0], [2.5, 97.5]) if len(shares) else (0, 1)
    return float(low), float(high)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--most", type=int, default=20)
    asked_for = parser.parse_args()
    embedding = TextEmbedding(Settings().models / "minilm", threads=1)
    print(f"| {' | '.join(HEADS)} |\n|{'---|' * len(HEADS)}")
    for name, split in SETS:
        path = asked_for.data / "grading" / f"{name}.jsonl"
        asked = list(questions_of(path, split, asked_for.most))
        plain = [tally(each, by_equal_text) for each in asked]
        own = [tally(each, ours(embedding.embed)) for each in asked]
        print(_line(f"{name}, {split}", plain, own), flush=True)


if __name__ == "__main__":
    main()
