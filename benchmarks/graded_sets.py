"""The graded sets of the benchmarks, and which of their answers are marked."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from autograder.grading.jsonl import Row, read_rows

DATA = Path(os.environ.get("AUTOGRADER_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
NEVER = "never trained on"
ALL = 10**9


@dataclass(frozen=True, slots=True)
class GradedSet:
    """A set's file and split, ``known``: what the shipped weights know of it."""

    file: str
    split: str
    known: str

    @property
    def title(self) -> str:
        """Short enough for a table."""
        name = self.file.split("2013_")[-1].removesuffix("_like_a_human")
        return f"{name} {self.split.removeprefix('test-')}".strip()


SETS = (
    GradedSet("mohler2011", "", NEVER),
    GradedSet("os_grade_like_a_human", "", NEVER),
    GradedSet("llmarking", "", NEVER),
    GradedSet("cu_nlp", "", NEVER),
    GradedSet("semeval2013_scientsbank", "test-UD", "trained on, other subjects"),
    GradedSet("semeval2013_scientsbank", "test-UQ", "trained on, other questions"),
    GradedSet("semeval2013_scientsbank", "test-UA", "trained on, other answers"),
    GradedSet("semeval2013_beetle", "test-UQ", "trained on, other questions"),
    GradedSet("semeval2013_beetle", "test-UA", "trained on, other answers"),
    GradedSet("saf1_english", "test-UA", "trained on, other answers"),
)
TRAINING = ("semeval2013_scientsbank", "semeval2013_beetle", "saf1_english", "saf2_english")
"""What the baselines that learn are trained on: the splits that ours were trained on."""


def rows_of(folder: Path, file: str, split: str, most: int) -> list[Row]:
    """At most ``most`` answers of a split, drawn by their ids."""
    lines = (folder / f"{file}.jsonl").read_text(encoding="utf-8").splitlines()
    own = [line for line in lines if not split or json.loads(line).get("split") == split]
    own.sort(key=lambda line: hashlib.sha256(json.loads(line)["id"].encode()).hexdigest())
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as handed:
        handed.write("\n".join(own[:most]))
        handed.flush()
        return read_rows(Path(handed.name), scored=True)


def after_training_answers(folder: Path, each: GradedSet, most: int, reviews: int) -> list[Row]:
    """The rows of a split, and of the training answers to the same questions at most ``reviews``
    each as reviewed ones: how sets with unseen answers are meant to be used."""
    asked = rows_of(folder, each.file, each.split, most)
    given: dict[object, list[Row]] = {row.key: [] for row in asked}
    for row in rows_of(folder, each.file, "train", ALL):
        if row.key in given and len(given[row.key]) < reviews:
            given[row.key].append(replace(row, reviewed=True))
    return [*(row for own in given.values() for row in own), *asked]


def with_reviews(rows: list[Row], reviews: int, draw: int) -> list[Row]:
    """The same rows with ``reviews`` answers of each question reviewed, drawn at random.

    Questions with fewer than three answers left are left out.
    """
    chance = np.random.default_rng(draw)
    questions: dict[object, list[Row]] = {}
    for row in rows:
        questions.setdefault(row.key, []).append(row)
    return [
        replace(own[index], reviewed=place < reviews)
        for own in questions.values()
        if len(own) >= reviews + 3
        for place, index in enumerate(chance.permutation(len(own)))
    ]
