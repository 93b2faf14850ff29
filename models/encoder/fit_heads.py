"""Fits ``heads.json``: the linear heads over plain features and the network's logit.

    python models/encoder/fit_heads.py --data DATA [--network]

With ``--network`` only questions that the network never saw are used (see pairs.py), so that its
logits are as uncertain here as they will be on a new question.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pairs import held_back, rows
from sklearn.linear_model import LogisticRegression

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from autograder.embedding import TextEmbedding  # noqa: E402
from autograder.grading.calibration import Strictness  # noqa: E402
from autograder.grading.cross_encoder import CrossEncoder  # noqa: E402
from autograder.grading.heads import Head, Heads, mark_features  # noqa: E402
from autograder.grading.judge import Judge  # noqa: E402

SETS = {
    "semeval2013_scientsbank": (1.0, 1400),
    "semeval2013_beetle": (0.6, 1000),
    "saf1_english": (1.0, 900),
    "saf2_english": (0.7, 1100),
    "digiklausur": (0.7, 468),
    "saf1_german": (0.2, 250),
    "ads_chinese_dsa": (0.2, 250),
}
"""Each set's weight (an answer counts weight / sqrt(answers)) and the most answers used of it."""
TWO_MARKS = ("semeval2013_scientsbank", "semeval2013_beetle")
OTHER_LANGUAGES = ("saf1_german", "ads_chinese_dsa")
TENTHS = np.arange(0.05, 1.0, 0.1)
PENALTY = 0.02  # inverse strength of the ridge penalty; weak features stay near 0
ALIKE = 0.35  # of the variance within a question, what alike answers share


@dataclass(frozen=True)
class Example:
    """One graded answer: features of the whole reference and of its points (whole's if one)."""

    dataset: str
    question: str
    share: float
    weight: float
    whole: np.ndarray
    points: tuple[np.ndarray, ...]


class Remembered:
    """Keeps the vectors of texts that come again."""

    def __init__(self, embedding: TextEmbedding) -> None:
        self._embedding = embedding
        self._known: dict[str, np.ndarray] = {}

    def embed(self, texts: list[str]) -> np.ndarray:
        for text in texts:
            if text not in self._known:
                self._known[text] = self._embedding.embed([text])[0]
        return np.stack([self._known[text] for text in texts])


def chosen(data: Path, network: bool) -> list[dict]:
    """The answers to fit on, in an order that has nothing to do with them."""
    found = []
    for name, (_, most) in SETS.items():
        usable = [
            row
            for row in rows(data / "grading" / f"{name}.jsonl")
            if row["split"] in ("train", "cv")
            and row["reference_answer"]
            and (not network or held_back(row["question_id"]))
        ]
        usable.sort(key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())
        found += usable[:most]
    return found


def measured(answers: list[dict], judge: Judge) -> list[Example]:
    """Each answer against the reference answer that is nearest to it."""
    counts = {name: sum(row["dataset"] == name for row in answers) for name in SETS}
    examples = []
    for row in answers:
        said = judge.said(row["student_answer"] or "-")
        references = [judge.reference(row["question"], text) for text in row["reference_answer"]]
        best = max(references, key=lambda each: float(said.vector @ each.whole.vector))
        whole = judge.pair(said, best.whole)
        several = len(best.points) > 1
        points = [judge.pair(said, point) for point in best.points] if several else [whole]
        name = row["dataset"]
        weight = SETS[name][0] / counts[name] ** 0.5
        share = row["score"] / row["max_score"]
        examples.append(Example(name, row["question_id"], share, weight, whole, tuple(points)))
    return examples


def logistic(
    features: np.ndarray, labels: list[bool], weights: list[float], sets: list[str]
) -> tuple[np.ndarray, dict[str, float]]:
    """Weights of the features, and each set's own bias.

    Teachers of one set are stricter than those of another. With a bias for each, features needn't
    explain that, and what they say carries over to a new set.
    """
    names = sorted(set(sets))
    own = np.array([[float(each == name) for name in names] for each in sets])
    centre, width = features.mean(0), features.std(0) + 1e-6
    model = LogisticRegression(C=PENALTY, max_iter=3000)
    spread = np.array(weights) / np.mean(weights)
    model.fit(np.hstack([(features - centre) / width, own]), labels, sample_weight=spread)
    raw = model.coef_[0][: features.shape[1]] / width
    base = model.intercept_[0] - raw @ centre
    biases = model.coef_[0][features.shape[1] :]
    return raw, {name: float(base + bias) for name, bias in zip(names, biases, strict=True)}


def fit_met(examples: list[Example]) -> Head:
    """Sets with one idea an answer teach whether a point is made."""
    used = [each for each in examples if each.dataset in TWO_MARKS]
    weights, biases = logistic(
        np.array([each.whole for each in used]),
        [each.share > 0.5 for each in used],
        [each.weight for each in used],
        [each.dataset for each in used],
    )
    return Head(weights, float(np.mean(list(biases.values()))))


def fit_mark(examples: list[Example], met: Head) -> tuple[Head, float, float, float]:
    """The cumulative logit, a row for each threshold with its share as one more feature.

    Head, slope, what two-mark sets ask for beyond the usual, and how far the others differ.
    """
    features, labels, weights, sets = [], [], [], []
    for each in examples:
        cuts = [0.5] if each.dataset in TWO_MARKS else TENTHS
        vector = mark_features(each.whole, [met.logit(point) for point in each.points])
        for cut in cuts:
            features.append(np.append(vector, cut - 0.5))
            labels.append(each.share > cut)
            weights.append(each.weight / len(cuts) ** 0.5)
            sets.append(each.dataset)
    found, biases = logistic(np.array(features), labels, weights, sets)
    others = {name: bias for name, bias in biases.items() if name not in TWO_MARKS}
    usual = np.mean([bias for name, bias in biases.items() if name not in OTHER_LANGUAGES])
    two_marks = np.mean([biases[name] for name in TWO_MARKS])
    differ = np.std(list(others.values()))
    head = Head(found[:-1], float(usual))
    return head, float(-found[-1]), float(two_marks - usual), float(differ)


def strictness(
    examples: list[Example], met: Head, mark: Head, slope: float, differ: float
) -> Strictness:
    """Variances by moments: how far residuals agree within a question, and stray in it.

    ``differ`` is how far whole sets differ: a new teacher may differ as much.
    """
    groups: dict[str, list[float]] = {}
    for each in examples:
        if each.dataset in TWO_MARKS:
            continue
        vector = mark_features(each.whole, [met.logit(point) for point in each.points])
        expected = np.mean(1 / (1 + np.exp(-(mark.logit(vector) - slope * (TENTHS - 0.5)))))
        groups.setdefault(each.question, []).append(slope * (each.share - float(expected)))
    large = [group for group in groups.values() if len(group) >= 10]
    within = float(np.mean([np.var(group) for group in large]))
    questions = float(np.var([np.mean(group) for group in large]))
    return Strictness(
        question=round((questions + differ**2) ** 0.5, 3),
        alike=round((ALIKE * within) ** 0.5, 3),
        noise=round(((1 - ALIKE) * within) ** 0.5, 3),
    )


def fit(examples: list[Example], network: bool) -> Heads:
    """All heads from the same examples."""
    met = fit_met(examples)
    mark, slope, all_or_nothing, differ = fit_mark(examples, met)
    spread = strictness(examples, met, mark, slope, differ)
    return Heads(met, mark, slope, all_or_nothing, spread, network)


def write(heads: Heads, out: Path) -> None:
    """As ``autograder/grading/heads.py`` reads it."""
    spread = heads.strictness
    stored = {
        "network": heads.network,
        "slope": round(heads.slope, 4),
        "all_or_nothing": round(heads.all_or_nothing, 4),
        "strictness": {
            "question": spread.question,
            "alike": spread.alike,
            "noise": spread.noise,
        },
        "met": _plain(heads.met),
        "mark": _plain(heads.mark),
    }
    out.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(stored))


def _plain(head: Head) -> dict:
    return {
        "weights": [round(float(each), 5) for each in head.weights],
        "bias": round(head.bias, 5),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--network", action="store_true")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "heads.json")
    options = parser.parse_args()
    models = PROJECT / "models"
    network = CrossEncoder(models / "encoder", models / "minilm" / "tokenizer.json")
    embedding = Remembered(TextEmbedding(models / "minilm"))
    judge = Judge(embedding, network if options.network else None)
    answers = chosen(options.data, options.network)
    print(f"{len(answers)} answers", flush=True)
    write(fit(measured(answers, judge), options.network), options.out)


if __name__ == "__main__":
    main()
