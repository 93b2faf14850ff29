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
from dataclasses import replace
from pathlib import Path

import numpy as np
from pairs import held_back, rows
from sklearn.linear_model import LogisticRegression

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from autograder.embedding import TextEmbedding  # noqa: E402
from autograder.grading.calibration import Strictness  # noqa: E402
from autograder.grading.cross_encoder import CrossEncoder  # noqa: E402
from autograder.grading.features import Said  # noqa: E402
from autograder.grading.heads import Head, Heads, mark_features  # noqa: E402
from autograder.grading.judge import Judge, Reference  # noqa: E402

SETS = {
    "semeval2013_scientsbank": 1.0,
    "semeval2013_beetle": 0.6,
    "saf1_english": 1.0,
    "saf2_english": 0.7,
    "digiklausur": 0.7,
    "saf1_german": 0.2,
    "ads_chinese_dsa": 0.2,
}
"""The sets and their weight: each answer counts weight / sqrt(answers of the set)."""
SINGLE_IDEA = ("semeval2013_scientsbank", "semeval2013_beetle")
MOST_ANSWERS = 2500


class Hashed:
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
    """The answers to fit on, each with its weight."""
    found = []
    for name, weight in SETS.items():
        usable = [
            row
            for row in rows(data / "grading" / f"{name}.jsonl")
            if row["split"] in ("train", "cv")
            and row["reference_answer"]
            and (not network or held_back(row["question_id"]))
        ]
        usable.sort(key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())
        usable = usable[:MOST_ANSWERS]
        found += [{**row, "weight": weight / len(usable) ** 0.5} for row in usable]
    return found


def thresholds(row: dict) -> list[float]:
    """The shares half-way between two marks: 2-way sets have one, the others ten."""
    if row["dataset"] in SINGLE_IDEA:
        return [0.5]
    return [0.5 / 10 + step / 10 for step in range(10)]


def logistic(
    features: np.ndarray, labels: np.ndarray, weights: np.ndarray, strength: float = 1.0
) -> np.ndarray:
    """Weights on raw features, the bias last."""
    centre, width = features.mean(0), features.std(0) + 1e-6
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit((features - centre) / width, labels, sample_weight=weights / weights.mean())
    raw = model.coef_[0] / width
    return np.append(raw, model.intercept_[0] - raw @ centre)


def fit_met(pairs: list[tuple[np.ndarray, dict]]) -> Head:
    """Sets with one idea an answer teach whether a point is made."""
    used = [(f, row) for f, row in pairs if row["dataset"] in SINGLE_IDEA]
    found = logistic(
        np.array([f for f, _ in used]),
        np.array([row["score"] > 0.5 * row["max_score"] for _, row in used]),
        np.array([row["weight"] for _, row in used]),
        0.1,
    )
    return Head(found[:-1], float(found[-1]))


def fit_mark(measured: list[tuple[np.ndarray, dict]]) -> tuple[Head, float]:
    """The cumulative logit: one row for each threshold, its share as a feature of its own."""
    features, labels, weights = [], [], []
    for vector, row in measured:
        cuts = thresholds(row)
        for cut in cuts:
            features.append(np.append(vector, cut - 0.5))
            labels.append(row["score"] / row["max_score"] > cut)
            weights.append(row["weight"] / len(cuts) ** 0.5)
    found = logistic(np.array(features), np.array(labels), np.array(weights), 0.1)
    return Head(found[:-2], float(found[-1])), float(-found[-2])


def strictness(measured: list[tuple[np.ndarray, dict]], head: Head, slope: float) -> Strictness:
    """Variances by moments: how far residuals agree within a question, and among alike answers."""
    groups: dict[str, list[float]] = {}
    for vector, row in measured:
        if row["dataset"] in SINGLE_IDEA:
            continue
        share = row["score"] / row["max_score"]
        expected = expected_share(head.logit(vector), slope)
        groups.setdefault(row["question_id"], []).append(slope * (share - expected))
    means = [np.mean(group) for group in groups.values() if len(group) > 9]
    within = float(np.mean([np.var(group) for group in groups.values() if len(group) > 9]))
    return Strictness(
        question=round(float(np.std(means)), 3),
        alike=round((0.35 * within) ** 0.5, 3),
        noise=round((0.65 * within) ** 0.5, 3),
    )


def expected_share(latent: float, slope: float) -> float:
    shares = np.arange(0.05, 1.0, 0.1)
    return float(np.mean(1 / (1 + np.exp(-(latent - slope * (shares - 0.5))))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--network", action="store_true")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "heads.json")
    options = parser.parse_args()
    models = PROJECT / "models"
    network = CrossEncoder(models / "encoder", models / "minilm" / "tokenizer.json")
    judge = Judge(Hashed(TextEmbedding(models / "minilm")), network if options.network else None)
    answers = chosen(options.data, options.network)
    print(f"{len(answers)} answers", flush=True)
    ready: list[tuple[Said, Reference, dict]] = []
    for row in answers:
        said = judge.said(row["student_answer"] or "-")
        references = [judge.reference(row["question"], text) for text in row["reference_answer"]]
        best = max(references, key=lambda each: float(said.vector @ each.whole.vector))
        ready.append((said, best, row))
    wholes = [judge.pair(said, reference.whole) for said, reference, _ in ready]
    met = fit_met([(whole, row) for whole, (_, _, row) in zip(wholes, ready, strict=True)])
    measured = []
    for whole, (said, reference, row) in zip(wholes, ready, strict=True):
        points = reference.points
        pairs = [whole] if len(points) == 1 else [judge.pair(said, point) for point in points]
        measured.append((mark_features(whole, [met.logit(pair) for pair in pairs]), row))
    mark, slope = fit_mark(measured)
    heads = Heads(met, mark, slope, Strictness(1, 1, 1), options.network)
    heads = replace(heads, strictness=strictness(measured, mark, slope))
    write(heads, options.out)


def write(heads: Heads, out: Path) -> None:
    """As ``autograder/grading/heads.py`` reads it."""
    stored = {
        "network": heads.network,
        "slope": round(heads.slope, 4),
        "strictness": {
            name: getattr(heads.strictness, name) for name in ("question", "alike", "noise")
        },
        **{
            name: {
                "weights": [round(float(w), 5) for w in head.weights],
                "bias": round(head.bias, 5),
            }
            for name, head in (("met", heads.met), ("mark", heads.mark))
        },
    }
    out.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(stored))


if __name__ == "__main__":
    main()
