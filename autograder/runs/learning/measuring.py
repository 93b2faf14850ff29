"""Marked answers as the embedded grader measures them, for its network and its heads to learn."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autograder.domain.exam import Question
from autograder.domain.marked_example import MarkedExample
from autograder.embedding import TextEmbedding
from autograder.grading.encoding import heads
from autograder.grading.encoding.assessment import WHOLE
from autograder.grading.encoding.cross_encoder import CrossEncoder
from autograder.grading.encoding.features import Said, Wanted
from autograder.grading.encoding.heads import NETWORK, Heads, plain_mark_features
from autograder.grading.encoding.judge import Judge, Measured, Reference
from autograder.grading.encoding.meaning import Meanings
from autograder.grading.guard import Verdict, inspect
from autograder.learning.encoding.hard_examples import hard_example
from autograder.learning.encoding.heads import Measured as Marked
from autograder.learning.encoding.ordinal import between
from autograder.learning.encoding.pairs import Pair

HARD = 0.3
"""The share of answers that are followed by one made of them that only looks good, or bad."""


@dataclass(frozen=True)
class Measuring:
    """The embedded grader's own measures; a reference answer is made ready once."""

    judge: Judge
    heads: Heads
    known: dict[tuple[str, str], Reference] = field(default_factory=dict)

    @classmethod
    def with_files(cls, words: Path, network: Path, fitted: Path) -> Measuring:
        """By the text encoder in ``words``, the network in its folder and fitted heads."""
        loaded = heads.load(fitted)
        meanings = Meanings(TextEmbedding(words), loaded.common)
        return cls(Judge(meanings, CrossEncoder(network, words / "tokenizer.json")), loaded)

    def references(self, question: Question) -> list[Reference]:
        """The question's reference answers, made ready."""
        found = []
        for text in question.reference_answers:
            if text.strip():
                key = (question.text, text)
                if key not in self.known:
                    self.known[key] = self.judge.reference(*key)
                found.append(self.known[key])
        return found

    def criteria(self, question: Question) -> list[Wanted]:
        """The question's criteria, made ready."""
        return self.judge.wanted(question.text, [each.text for each in question.criteria])


def pairs(
    by: Measuring, example: MarkedExample, chance: random.Random | None = None
) -> Iterator[Pair]:
    """What the network reads when the answer is graded, with what it should say."""
    text = text_of(example)
    if text is None:
        return
    said, question = by.judge.said(text), example.question
    given = example.criteria if question.full_credit > 0 else None
    if given is None:
        whole = _measured(by, said, question)
        wanted = [(whole.reference.whole, question.scale.share(example.mark))] if whole else []
    else:
        found = zip(by.criteria(question), question.criteria, given, strict=True)
        wanted = [(each, c.share(point)) for each, c, point in found if point is not None]
    for each, share in wanted:
        made = min(1.0, max(0.0, share))
        yield Pair(said.window(each), each.text, made)
        if chance is not None and chance.random() < HARD:
            low = hard_example(question.text, said.window(each), each.text, made, chance)
            yield Pair(low[0], each.text, low[1])


def text_of(example: MarkedExample) -> str | None:
    """What of an answer may earn marks; None where there is no answer in it."""
    guarded = inspect(example.question, example.text)
    if guarded.verdict is Verdict.LOWEST:
        return None
    twice = guarded.verdict is Verdict.READ_TWICE
    return guarded.without_suspicious() if twice else guarded.text


def _measured(by: Measuring, said: Said, question: Question) -> Measured | None:
    references = by.references(question)
    return by.judge.measure(said, references, by.heads) if references else None


def wholes(by: Measuring, examples: Sequence[MarkedExample]) -> Marked | None:
    """Answers marked as a whole, as the heads see them."""
    rows = []
    for each in examples:
        question, text = each.question, text_of(each)
        if question.full_credit > 0 or text is None:
            continue
        said = by.judge.said(text)
        measured = _measured(by, said, question)
        if measured is None:
            continue
        plain = [
            by.heads.plain_met.logit(by.judge.plain_match(said, point).features[:-NETWORK])
            for point in measured.reference.points
        ]
        features = plain_mark_features(measured.whole.features[:-NETWORK], plain)
        network = measured.whole.features[-NETWORK]
        low, high = between(question.scale.marks, each.mark)
        rows.append((features, network, _shift(by.heads, question), low, high, question.id))
    return _marked(rows)


def _shift(fitted: Heads, question: Question) -> float:
    """As in ``assess``: two marks are given more strictly, and more so beside several answers."""
    if len(question.scale.marks) > 2:
        return 0.0
    return fitted.all_or_nothing + (fitted.several if len(question.reference_answers) > 1 else 0.0)


def points(by: Measuring, examples: Sequence[MarkedExample]) -> Marked | None:
    """Criteria that were judged one by one, as the heads see them."""
    rows = []
    for each in examples:
        question, text = each.question, text_of(each)
        if each.criteria is None or question.full_credit <= 0 or text is None:
            continue
        said = by.judge.said(text)
        measured = _measured(by, said, question)
        matches = [by.judge.match(said, wanted) for wanted in by.criteria(question)]
        latents = [by.heads.of_point(match.features) for match in matches]
        lean = WHOLE * (measured.latent - float(np.mean(latents))) if measured else 0.0
        for match, criterion, given in zip(matches, question.criteria, each.criteria, strict=True):
            allowed = criterion.points(question.scale.step)
            if given is not None and len(allowed) > 1:
                low, high = between(allowed, given)
                plain, network = match.features[:-NETWORK], match.features[-NETWORK]
                rows.append((plain, network, lean, low, high, question.id))
    return _marked(rows)


def _marked(rows: Sequence[tuple[np.ndarray, float, float, float, float, str]]) -> Marked | None:
    if not rows:
        return None
    plain, network, given, low, high, question = zip(*rows, strict=True)
    said, known, start, end = (np.array(each, dtype=float) for each in (network, given, low, high))
    return Marked(np.stack(plain), said, known, start, end, question)
