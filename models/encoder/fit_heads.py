"""Fits ``heads.json``: what the plain features, the network's logits and reviews tell of a mark.

    python models/encoder/fit_heads.py --data DATA

The heads over plain features are fitted on questions that the network was trained on. How much
they and the network count is fitted on questions that neither has seen (see pairs.py), so that
both are as uncertain there as they will be on a new question.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from pairs import held_back, rows
from sklearn.linear_model import LogisticRegression

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

import fit_kernel  # noqa: E402

from autograder.domain.exam import Scale  # noqa: E402
from autograder.embedding import TextEmbedding  # noqa: E402
from autograder.grading import calibration  # noqa: E402
from autograder.grading.encoding.adaptation import Traits  # noqa: E402
from autograder.grading.encoding.cross_encoder import CrossEncoder  # noqa: E402
from autograder.grading.encoding.heads import (  # noqa: E402
    NETWORK,
    Head,
    Heads,
    Scaling,
    plain_mark_features,
)
from autograder.grading.encoding.judge import Judge, Match  # noqa: E402
from autograder.grading.encoding.meaning import Meanings, says_something  # noqa: E402

SETS = {
    "semeval2013_scientsbank": (1.0, 1600),
    "semeval2013_beetle": (0.6, 1600),
    "saf1_english": (1.0, 1600),
    "saf2_english": (0.7, 1600),
    "digiklausur": (0.7, 468),
    "saf1_german": (0.2, 250),
    "ads_chinese_dsa": (0.2, 250),
}
"""Each set's weight (an answer counts weight / sqrt(answers)) and the most answers used of it."""
TWO_MARKS = ("semeval2013_scientsbank", "semeval2013_beetle")
ONE_REFERENCE, SEVERAL_REFERENCES = TWO_MARKS
"""Beetle has some four reference answers a question: the best match is better by chance there."""
OTHER_LANGUAGES = ("saf1_german", "ads_chinese_dsa")
COMMON = 10
"""Every tenth answer is enough to see what all words share."""
TENTHS = np.arange(0.05, 1.0, 0.1)
PLAIN_PENALTY, PENALTY = 0.02, 1.0  # inverse strengths of the ridge penalty


@dataclass(frozen=True, eq=False)
class Example:
    """One graded answer beside its nearest reference answer, and the points of that."""

    dataset: str
    question: str
    share: float
    weight: float
    wording: np.ndarray
    words: frozenset[str]
    whole: Match
    points: tuple[Match, ...]


def chosen(data: Path, seen: bool) -> list[dict]:
    """The answers to questions that the network has ``seen``, or to the others, in an order that
    has nothing to do with them. It has seen none in other languages: those count as both."""
    found = []
    for name, (_, most) in SETS.items():
        usable = [
            row
            for row in rows(data / "grading" / f"{name}.jsonl")
            if row["split"] in ("train", "cv")
            and row["reference_answer"]
            and (name in OTHER_LANGUAGES or held_back(row["question_id"]) != seen)
        ]
        usable.sort(key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())
        found += usable[:most]
    return found


def common_of(answers: list[dict], embedding: TextEmbedding) -> np.ndarray:
    """The mean of all words' vectors in some answers, (d,)."""
    _, tokens = embedding.embed_tokens([row["student_answer"] or "-" for row in answers])
    kept = [vectors[[says_something(piece) for piece in pieces]] for pieces, vectors in tokens]
    return np.vstack(kept).mean(0).round(4)


def measured(answers: list[dict], judge: Judge, network: bool) -> list[Example]:
    """Each answer against the reference answer that is nearest to it; without the ``network``
    its logits are 0."""
    match = judge.match if network else judge.plain_match
    counts = {name: sum(row["dataset"] == name for row in answers) for name in SETS}
    known = cache(judge.reference)
    examples = []
    for row in answers:
        said = judge.said(row["student_answer"] or "-")
        references = [known(row["question"], text) for text in row["reference_answer"]]
        best = max(references, key=lambda each: float(said.vector @ each.whole.vector))
        whole = match(said, best.whole)
        points = tuple(judge.plain_match(said, point) for point in best.points)
        name = row["dataset"]
        weight = SETS[name][0] / counts[name] ** 0.5
        share = row["score"] / row["max_score"]
        wording = said.vector.copy(), said.in_pairs
        examples.append(Example(name, row["question_id"], share, weight, *wording, whole, points))
    return examples


def logistic(
    features: np.ndarray, labels: list[bool], weights: list[float], sets: list[str], penalty: float
) -> tuple[np.ndarray, dict[str, float]]:
    """Weights of the features, and each set's own bias.

    Teachers of one set are stricter than those of another. With a bias for each, features needn't
    explain that, and what they say carries over to a new set.
    """
    names = sorted(set(sets))
    own = np.array([[float(each == name) for name in names] for each in sets])
    centre, width = features.mean(0), features.std(0) + 1e-6
    model = LogisticRegression(C=penalty, max_iter=3000)
    spread = np.array(weights) / np.mean(weights)
    model.fit(np.hstack([(features - centre) / width, own]), labels, sample_weight=spread)
    raw = model.coef_[0][: features.shape[1]] / width
    base = model.intercept_[0] - raw @ centre
    biases = model.coef_[0][features.shape[1] :]
    return raw, {name: float(base + bias) for name, bias in zip(names, biases, strict=True)}


def fit_points(examples: list[Example], vectors: list[np.ndarray], penalty: float) -> Head:
    """Sets with one idea an answer teach whether a point is made."""
    used = [pair for pair in zip(examples, vectors, strict=True) if pair[0].dataset in TWO_MARKS]
    weights, biases = logistic(
        np.array([vector for _, vector in used]),
        [each.share > 0.5 for each, _ in used],
        [each.weight for each, _ in used],
        [each.dataset for each, _ in used],
        penalty,
    )
    return Head(weights, float(np.mean(list(biases.values()))))


@dataclass(frozen=True, slots=True)
class Cumulative:
    """The fitted cumulative logit: ``differ`` is how far the sets' biases lie apart."""

    head: Head
    slope: float
    all_or_nothing: float
    several: float
    differ: float


def fit_marks(examples: list[Example], vectors: list[np.ndarray], penalty: float) -> Cumulative:
    """A row for each answer and threshold, with the threshold's share as one more feature."""
    features, labels, weights, sets = [], [], [], []
    for each, vector in zip(examples, vectors, strict=True):
        cuts = [0.5] if each.dataset in TWO_MARKS else TENTHS
        for cut in cuts:
            features.append(np.append(vector, cut - 0.5))
            labels.append(each.share > cut)
            weights.append(each.weight / len(cuts) ** 0.5)
            sets.append(each.dataset)
    found, biases = logistic(np.array(features), labels, weights, sets, penalty)
    left_out = (SEVERAL_REFERENCES, *OTHER_LANGUAGES)
    alike = [bias for name, bias in biases.items() if name not in left_out]
    usual = float(np.mean(alike))
    return Cumulative(
        head=Head(found[:-1], usual),
        slope=float(-found[-1]),
        all_or_nothing=biases[ONE_REFERENCE] - usual,
        several=(biases[SEVERAL_REFERENCES] - biases[ONE_REFERENCE]) / 2,  # one set tells little
        differ=float(np.std(alike)),
    )


def plain(example: Example) -> np.ndarray:
    """The plain features of the pair with the whole reference answer."""
    return example.whole.features[:-NETWORK]


def fit_plain(examples: list[Example]) -> tuple[Head, Head]:
    """The heads that do without the network."""
    met = fit_points(examples, [plain(each) for each in examples], PLAIN_PENALTY)
    vectors = [
        plain_mark_features(
            plain(each), [met.logit(point.features[:-NETWORK]) for point in each.points]
        )
        for each in examples
    ]
    return met, fit_marks(examples, vectors, PLAIN_PENALTY).head


def fit(examples: list[Example], plain_met: Head, plain_mark: Head, common: np.ndarray) -> Heads:
    """The heads with the network, from questions that it never saw."""
    nothing = Head(np.zeros(0), 0.0)
    scaling = Scaling(np.zeros(0), np.ones(0))
    blank = Heads(
        plain_met,
        plain_mark,
        nothing,
        nothing,
        slope=1.0,
        all_or_nothing=0.0,
        several=0.0,
        strictness=0.0,
        kernel=fit_kernel.START,
        point_scale=scaling,
        whole_scale=scaling,
        common=common,
    )
    pairs = [
        np.append(plain_met.logit(plain(each)), each.whole.features[-NETWORK]) for each in examples
    ]
    met = fit_points(examples, pairs, PENALTY)
    wholes = [
        blank.of_whole(each.whole.features, [point.features for point in each.points])
        for each in examples
    ]
    marks = fit_marks(examples, wholes, PENALTY)
    strictness = strictness_of(examples, wholes, marks)
    summed = [np.append(each.whole.features, w) for each, w in zip(examples, wholes, strict=True)]
    whole_scale = scaling_of(summed)
    kernel = fit_kernel.fit(questions(examples, wholes, marks, strictness, whole_scale))
    return Heads(
        plain_met=plain_met,
        plain_mark=plain_mark,
        met=met,
        mark=marks.head,
        slope=marks.slope,
        all_or_nothing=marks.all_or_nothing,
        several=marks.several,
        strictness=strictness,
        kernel=kernel,
        point_scale=scaling_of([each.whole.features for each in examples]),
        whole_scale=whole_scale,
        common=common,
    )


def scaling_of(features: list[np.ndarray]) -> Scaling:
    """Mean and deviation of each feature."""
    stacked = np.stack(features)
    return Scaling(stacked.mean(0), stacked.std(0) + 1e-6)


def strictness_of(examples: list[Example], wholes: list[np.ndarray], marks: Cumulative) -> float:
    """How far teachers differ, by moments: between questions of a set, and between the sets."""
    groups: dict[str, list[float]] = {}
    for each, whole in zip(examples, wholes, strict=True):
        if each.dataset not in TWO_MARKS:
            latent = np.array([marks.head.logit(whole)])
            expected = calibration.mean_shares(latent, marks.slope, 0.0)[0]
            groups.setdefault(each.question, []).append(marks.slope * (each.share - expected))
    means = [np.mean(group) for group in groups.values() if len(group) >= 10]
    return round(float((np.var(means) + marks.differ**2) ** 0.5), 3)


def questions(
    examples: list[Example],
    wholes: list[np.ndarray],
    marks: Cumulative,
    strictness: float,
    scale: Scaling,
) -> list[fit_kernel.Graded]:
    """The answers question by question, as reviews see them."""
    groups: dict[str, list[tuple[Example, np.ndarray]]] = {}
    for each, whole in zip(examples, wholes, strict=True):
        if each.dataset not in OTHER_LANGUAGES:
            groups.setdefault(each.question, []).append((each, whole))
    return [
        graded(own[: fit_kernel.MOST], marks, strictness, scale)
        for own in groups.values()
        if len(own) >= 5
    ]


def graded(
    own: list[tuple[Example, np.ndarray]], marks: Cumulative, strictness: float, scale: Scaling
) -> fit_kernel.Graded:
    """One question's answers."""
    all_or_nothing = own[0][0].dataset in TWO_MARKS
    shift = marks.all_or_nothing if all_or_nothing else 0.0
    marked_on = Scale(0, 1) if all_or_nothing else Scale(0, 1, 0.1)
    shift += marks.several if own[0][0].dataset == SEVERAL_REFERENCES else 0.0
    latents = np.array([marks.head.logit(whole) + shift for _, whole in own])
    features = np.stack([np.append(each.whole.features, whole) for each, whole in own])
    traits = Traits(
        wording=np.stack([each.wording for each, _ in own]),
        features=scale(features),
        pair=np.stack([each.whole.vector for each, _ in own]),
        words=tuple(each.words for each, _ in own),
        expected=calibration.mean_shares(latents, marks.slope, strictness),
        variance=calibration.share_variances(latents, marks.slope, marked_on.marks),
    )
    shares = np.array([each.share for each, _ in own])
    return fit_kernel.Graded(own[0][0].dataset, traits, shares)


def write(heads: Heads, out: Path) -> None:
    """As ``autograder/grading/encoding/heads.py`` reads it."""
    stored = {
        "slope": round(heads.slope, 4),
        "all_or_nothing": round(heads.all_or_nothing, 4),
        "several": round(heads.several, 4),
        "strictness": heads.strictness,
        "kernel": asdict(heads.kernel),
        "plain_met": _plain(heads.plain_met),
        "plain_mark": _plain(heads.plain_mark),
        "met": _plain(heads.met),
        "mark": _plain(heads.mark),
        "point_scale": _scaling(heads.point_scale),
        "whole_scale": _scaling(heads.whole_scale),
        "common": [round(float(each), 4) for each in heads.common],
    }
    out.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(stored))


def _plain(head: Head) -> dict:
    return {
        "weights": [round(float(each), 5) for each in head.weights],
        "bias": round(head.bias, 5),
    }


def _scaling(scaling: Scaling) -> dict:
    mean, deviation = (
        [round(float(each), 5) for each in part] for part in (scaling.mean, scaling.deviation)
    )
    return {"mean": mean, "deviation": deviation}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "heads.json")
    options = parser.parse_args()
    models = PROJECT / "models"
    embedding = TextEmbedding(models / "minilm")
    network = CrossEncoder(Path(__file__).parent, models / "minilm" / "tokenizer.json")
    familiar, new = chosen(options.data, seen=True), chosen(options.data, seen=False)
    common = common_of(familiar[::COMMON], embedding)
    judge = Judge(Meanings(embedding, common), network)
    seen = measured(familiar, judge, network=False)
    print(f"{len(seen)} answers for the plain heads", flush=True)
    unseen = measured(new, judge, network=True)
    print(f"{len(unseen)} answers for the heads with the network", flush=True)
    write(fit(unseen, *fit_plain(seen), common), options.out)


if __name__ == "__main__":
    main()
