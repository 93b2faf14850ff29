"""What ours is compared with, trained on the same training splits and run beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge

from autograder.embedding import DIMENSIONS, TextEmbedding
from autograder.grading.encoding.features import Said, Wanted, pair_features
from autograder.grading.encoding.meaning import Meanings
from autograder.grading.jsonl import Row, question_of

Outputs = list[Mapping[str, Any]]
Baseline = Callable[[Sequence[Row]], Outputs]


def output(row: Row, share: float) -> Mapping[str, Any]:
    """A share of the marks in the form in which graders answer; sure of nothing."""
    mark = question_of([row]).scale.nearest(float(np.clip(share, 0, 1)) * row.max_score)
    return {
        "id": row.id,
        "score": mark,
        "max_score": row.max_score,
        "distribution": {f"{mark:g}": 1.0},
        "criteria": [{"met": share} for _ in row.criteria],
        "flags": [],
        "seconds": 0.0,
    }


def cosine(embedding: TextEmbedding) -> Baseline:
    """The cosine of answer and reference answer is the share of the marks."""

    def of_row(row: Row) -> Mapping[str, Any]:
        vectors = embedding.embed([row.answer or "-", *row.references])
        return output(row, float((vectors[1:] @ vectors[0]).max()))

    return lambda rows: [of_row(row) for row in rows]


def boosted(embedding: TextEmbedding, training: Sequence[Row]) -> Baseline:
    """Cosines and overlap features under gradient boosting, the usual feature-based grader."""
    model = HistGradientBoostingRegressor(max_iter=150, learning_rate=0.06, random_state=0)
    model.fit(_features(embedding, training), [_share(row) for row in training])

    def mark(rows: Sequence[Row]) -> Outputs:
        shares = model.predict(_features(embedding, rows))
        return [output(row, share) for row, share in zip(rows, shares, strict=True)]

    return mark


def tfidf_ridge(training: Sequence[Row]) -> Baseline:
    """Ridge over the answer's and the reference's words (1-2) in common and apart."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    words.fit([text for row in training for text in (row.answer, *row.references)])
    model = Ridge(alpha=3.0)
    model.fit(_crossed(words, training), [_share(row) for row in training])

    def mark(rows: Sequence[Row]) -> Outputs:
        shares = model.predict(_crossed(words, rows))
        return [output(row, share) for row, share in zip(rows, shares, strict=True)]

    return mark


def nearest_review(embedding: TextEmbedding, reviews: Sequence[Row]) -> Baseline:
    """With reviews: the mark of the reviewed answer to the question that is nearest."""
    own: dict[object, list[tuple[np.ndarray, float]]] = {}
    for row in reviews:
        vector = embedding.embed([row.answer or "-"])[0]
        own.setdefault(row.key, []).append((vector, _share(row)))

    def of_row(row: Row) -> Mapping[str, Any]:
        vector = embedding.embed([row.answer or "-"])[0]
        return output(row, max(own[row.key], key=lambda pair: float(pair[0] @ vector))[1])

    return lambda rows: [of_row(row) for row in rows]


def _share(row: Row) -> float:
    return (row.score or 0.0) / row.max_score


def _features(embedding: TextEmbedding, rows: Sequence[Row]) -> np.ndarray:
    return np.stack(list(_pairs(embedding, rows)))


def _pairs(embedding: TextEmbedding, rows: Sequence[Row]) -> Iterator[np.ndarray]:
    known: dict[tuple[str, str], Wanted] = {}
    meanings = Meanings(embedding, np.zeros(DIMENSIONS, np.float32))
    for row in rows:
        said = Said.of(row.answer or "-", meanings)
        for text in row.references:
            if (row.question, text) not in known:
                asked, meaning = meanings.of([row.question, text])
                given = frozenset(asked.pieces)
                known[row.question, text] = Wanted(text, meaning, row.question, given)
        wanted = [known[row.question, text] for text in row.references]
        yield pair_features(said, max(wanted, key=lambda each: float(said.vector @ each.vector)))


def _crossed(words: TfidfVectorizer, rows: Sequence[Row]) -> Any:
    """Products of the answer's and the reference's weights: what they have in common."""
    answers = words.transform([row.answer for row in rows])
    references = words.transform([" ".join(row.references) for row in rows])
    return answers.multiply(references).tocsr()
