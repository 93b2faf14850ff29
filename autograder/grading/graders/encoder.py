"""The embedded grader: small networks on the CPU, no torch, nothing fetched.

It judges every criterion of the mark scheme; without one, the points of the reference answer;
without that, what the textbook says. Probabilities come from fitted heads, see models/encoder.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np

from autograder.domain.exam import Question, Scale, credit
from autograder.domain.grade import Example, Flag, Judgement, Maker, Passage, Prediction
from autograder.embedding import TextEmbedding
from autograder.grading import calibration, totals
from autograder.grading.calibration import Chances
from autograder.grading.encoding import heads
from autograder.grading.encoding.assessment import Assessment, Basis, assess
from autograder.grading.encoding.cross_encoder import CrossEncoder
from autograder.grading.encoding.features import Wanted
from autograder.grading.encoding.fitness import Fitness, fitness
from autograder.grading.encoding.judge import Judge, Reference
from autograder.grading.encoding.lessons import Lesson, Reviewed, lessons
from autograder.grading.encoding.meaning import Meanings
from autograder.grading.feedback import feedback
from autograder.grading.guard import Guarded, Verdict, inspect
from autograder.grading.predictions import lower, no_answer, undecided
from autograder.grading.sentences import sentences
from autograder.settings import Settings

VERSION = "2"
EVIDENCE = 0.3
"""A sentence is shown as evidence from this probability on that the criterion is met."""
GOOD = 0.75
"""A reviewed answer with this share of the marks can stand in for a missing reference answer."""
BOOK_SENTENCES = 4
BOOK_DOUBT = 0.4
"""Weight of not knowing where only the textbook says what is right."""
QUESTIONS_KEPT, ANSWERS_KEPT = 16, 2_000
"""What was measured is kept: after a review only the arithmetic is done again."""
_BINARY = Scale(0, 1)


def build(settings: Settings) -> Encoder:
    """The grader with the weights in ``settings.models``, or those that a teacher's marks taught.

    EngineUnavailable if they are missing or damaged.
    """
    shipped, learned = settings.models / "encoder", settings.encoder.model
    words = settings.models / "minilm"
    fitted = heads.load((learned or shipped) / "heads.json")
    own = learned is not None and (learned / "network.onnx").is_file()
    folder = learned if learned is not None and own else shipped  # heads may be all that learned
    network = CrossEncoder(folder, words / "tokenizer.json")
    meanings = Meanings(TextEmbedding(words), fitted.common)
    return Encoder(Judge(meanings, network), fitted, _named(learned) if learned else "")


def _named(folder: Path) -> str:
    """Tells one learned grader from another, whatever their folders are called."""
    files = [folder / name for name in ("heads.json", "network.onnx")]
    content = b"".join(each.read_bytes() for each in files if each.is_file())
    return f"{folder.name}@{hashlib.sha256(content).hexdigest()[:12]}"


@dataclass(frozen=True, eq=False)
class _Read:
    """An answer as it was inspected, and measured once or, where parts may not earn, twice."""

    guarded: Guarded
    assessments: tuple[Assessment, ...]


@dataclass(frozen=True, eq=False)
class _Desk:
    """A question's basis, and the answers that were measured by it."""

    basis: Basis
    read: OrderedDict[str, _Read] = field(default_factory=OrderedDict)


class Encoder:
    """Grades with two small networks, one for texts and one for pairs, and heads over them."""

    name = "encoder"

    def __init__(self, judge: Judge, fitted: heads.Heads, learned: str = "") -> None:
        self._judge = judge
        self._heads = fitted
        self._desks: OrderedDict[object, _Desk] = OrderedDict()
        self.maker = Maker("encoder", f"minilm+cross-{VERSION}", learned)

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        """See ``Grader``. Each answer is read by itself: its neighbours can't change its mark."""
        desk = self._desk(question, passages, examples)
        if desk is None:
            return [self._unable(question, answer, passages) for answer in answers]
        read = self._read_all(desk, answers, passages)
        reviewed = self._reviewed(desk, examples, passages)
        asked = [assessment for each in read for assessment in each.assessments]
        learned = iter(lessons(self._heads.of(question), question, reviewed, asked))
        count = len(reviewed.examples) + len(reviewed.rulings)
        return [replace(self._predict(desk.basis, each, learned), leaned_on=count) for each in read]

    # What the answers are measured by

    def _desk(
        self, question: Question, passages: Sequence[Passage], examples: Sequence[Example]
    ) -> _Desk | None:
        basis_key = (
            (question.text, question.scale, question.reference_answers, question.criteria),
            tuple(each.text for each in passages),
            tuple(each.text for each in examples if each.ruling),
            () if _has_own(question) else tuple(_good(question, examples)),
        )
        if basis_key not in self._desks:
            basis = self._basis(question, passages, examples)
            if basis is None:
                return None
            self._desks[basis_key] = _Desk(basis)
            _forget(self._desks, QUESTIONS_KEPT)
        self._desks.move_to_end(basis_key)
        return self._desks[basis_key]

    def _basis(
        self, question: Question, passages: Sequence[Passage], examples: Sequence[Example]
    ) -> Basis | None:
        rulings = [each.text for each in examples if each.ruling]
        ruled = tuple(self._judge.wanted(question.text, rulings)) if rulings else ()
        references = self._references(question, question.reference_answers)
        if question.full_credit > 0:
            texts = [each.text for each in question.criteria]
            wanted = tuple(self._judge.wanted(question.text, texts))
            return Basis(question, wanted, references, ruled)
        if references:
            return Basis(question, (), references, ruled)
        if good := _good(question, examples):
            flag = Flag(
                "no_reference", "No reference answer: your own best reviews stand in for it."
            )
            references = self._references(question, good)
            return Basis(question, (), references, ruled, (flag,), BOOK_DOUBT / 2)
        return self._book_basis(question, passages, ruled)

    def _references(self, question: Question, texts: Iterable[str]) -> tuple[Reference, ...]:
        known = [each for each in texts if each.strip()]
        return tuple(self._judge.reference(question.text, each) for each in known)

    def _book_basis(
        self, question: Question, passages: Sequence[Passage], ruled: tuple[Wanted, ...]
    ) -> Basis | None:
        pieces = [piece for passage in passages for piece in sentences(passage.text)]
        if not pieces:
            return None
        asked, *vectors = self._judge.embedding.embed([question.text, *pieces])
        nearest = np.argsort(-(np.stack(vectors) @ asked), kind="stable")[:BOOK_SENTENCES]
        text = "\n".join(pieces[index] for index in sorted(nearest))
        flag = Flag(
            "no_reference", "No reference answer: this mark goes by the textbook alone. Look at it."
        )
        references = self._references(question, [text])
        return Basis(question, (), references, ruled, (flag,), BOOK_DOUBT)

    def _unable(self, question: Question, answer: str, passages: Sequence[Passage]) -> Prediction:
        """Without anything to go by there is no mark, unless there is no answer either."""
        guarded = inspect(question, answer, passages)
        if guarded.verdict is Verdict.LOWEST:
            return no_answer(question, self.maker, guarded.flags)
        flag = Flag(
            "no_reference",
            "There is nothing to grade by: add a reference answer, criteria or a textbook.",
        )
        return undecided(question, self.maker, (*guarded.flags, flag))

    # What is measured of an answer

    def _read_all(
        self, desk: _Desk, answers: Sequence[str], passages: Sequence[Passage]
    ) -> list[_Read]:
        new = [each for each in dict.fromkeys(answers) if each not in desk.read]
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            made = pool.map(lambda answer: self._read(desk.basis, answer, passages), new)
            fresh = dict(zip(new, made, strict=True))
        found = [fresh.get(answer) or desk.read[answer] for answer in answers]
        desk.read.update(fresh)
        _forget(desk.read, ANSWERS_KEPT)
        return found

    def _read(self, basis: Basis, answer: str, passages: Sequence[Passage]) -> _Read:
        guarded = inspect(basis.question, answer, passages)
        texts = {
            Verdict.LOWEST: [],
            Verdict.GRADE: [guarded.text],
            Verdict.READ_TWICE: [guarded.text, guarded.without_suspicious()],
        }[guarded.verdict]
        fitted = self._heads.of(basis.question)
        measured = [assess(self._judge, fitted, basis, text) for text in texts]
        return _Read(guarded, tuple(measured))

    def _reviewed(
        self, desk: _Desk, examples: Sequence[Example], passages: Sequence[Passage]
    ) -> Reviewed:
        """The reviews of answers in which there is one; what may not earn teaches nothing."""
        plain = [each for each in examples if not each.ruling]
        read = self._read_all(desk, [each.text for each in plain], passages)
        kept = [
            (example, each.assessments[-1])
            for example, each in zip(plain, read, strict=True)
            if each.assessments
        ]
        return Reviewed(
            tuple(example for example, _ in kept),
            tuple(assessment for _, assessment in kept),
            tuple(each for each in examples if each.ruling),
        )

    # What comes of it

    def _predict(self, basis: Basis, read: _Read, learned: Iterator[Lesson]) -> Prediction:
        if not read.assessments:
            return no_answer(basis.question, self.maker, read.guarded.flags)
        made = [
            self._of_assessment(basis, read.guarded, assessment, next(learned))
            for assessment in read.assessments
        ]
        return reduce(lower, made)

    def _of_assessment(
        self, basis: Basis, guarded: Guarded, assessment: Assessment, lesson: Lesson
    ) -> Prediction:
        how = self._by_criteria if basis.criteria else self._by_reference
        fit = fitness(basis.question, guarded)
        mark, chances, judgements = how(basis, assessment, lesson, fit)
        return Prediction(
            mark=mark,
            distribution=tuple(chances.items()),
            confidence=chances[mark],
            maker=self.maker,
            judgements=tuple(_in_raw(each, guarded) for each in judgements),
            flags=(*guarded.flags, *fit.flags, *basis.flags),
            feedback=feedback(basis.question, judgements, mark, guarded.text),
            leans=lesson.leans,
        )

    def _by_criteria(
        self, basis: Basis, assessment: Assessment, lesson: Lesson, fit: Fitness
    ) -> tuple[float, Chances, list[Judgement]]:
        question, slope = basis.question, self._heads.of(basis.question).slope
        judgements = []
        for criterion, point, leaning in zip(
            question.criteria, assessment.points, lesson.leanings, strict=True
        ):
            met = calibration.mark_chances(point.latent, slope, _BINARY, leaning)[1.0]
            points = calibration.point_chances(
                point.latent, slope, criterion, question.scale.step, leaning
            )
            evidence = point.evidence if met >= EVIDENCE else None
            given = _points(fit.doubted(points)) if fit.doubt else totals.median(points)
            judgements.append(Judgement(criterion.text, fit.belief(met), given, evidence))
        credited = credit(question.criteria, [each.marks for each in judgements])
        latents = assessment.latents.tolist()
        chances = calibration.total_chances(question, latents, slope, lesson.leanings)
        return question.mark_for(credited), fit.doubted(chances), judgements

    def _by_reference(
        self, basis: Basis, assessment: Assessment, lesson: Lesson, fit: Fitness
    ) -> tuple[float, Chances, list[Judgement]]:
        scale, (leaning,) = basis.question.scale, lesson.leanings
        latent = float(assessment.latents[0])
        slope = self._heads.of(basis.question).slope
        chances = calibration.mark_chances(latent, slope, scale, leaning)
        chances = fit.doubted(Fitness(basis.doubt).doubted(chances))
        mark = totals.expected(scale, chances)
        made = [calibration.sigmoid(each.latent + leaning.shift) for each in assessment.points]
        shares = np.array(made) / max(sum(made), 1e-9) * (mark - scale.minimum)
        judgements = [
            Judgement(
                point.text, met, round(float(share), 2), point.evidence if met >= EVIDENCE else None
            )
            for point, met, share in zip(assessment.points, made, shares, strict=True)
        ]
        return mark, chances, judgements


def _points(chances: Mapping[float, float]) -> float:
    """The points nearest to those to expect, where next to nothing is known."""
    expected = totals.mean(chances)
    return min(chances, key=lambda points: abs(points - expected))


def _has_own(question: Question) -> bool:
    return question.full_credit > 0 or any(each.strip() for each in question.reference_answers)


def _good(question: Question, examples: Sequence[Example]) -> list[str]:
    plain = [each for each in examples if not each.ruling]
    return [each.text for each in plain if question.scale.share(each.mark) >= GOOD][:3]


def _forget(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def _in_raw(judgement: Judgement, guarded: Guarded) -> Judgement:
    if judgement.evidence is None:
        return judgement
    return replace(judgement, evidence=guarded.raw_span(judgement.evidence))
