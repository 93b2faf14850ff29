"""The embedded grader: small networks on the CPU, no torch, nothing fetched.

It judges every criterion of the mark scheme; without one, the points of the reference answer;
without that, what the textbook says. Probabilities come from fitted heads, see models/encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.domain.exam import Question, Scale, credit
from autograder.domain.grade import Example, Flag, Judgement, Maker, Passage, Prediction
from autograder.embedding import TextEmbedding
from autograder.grading import calibration, heads, totals
from autograder.grading.calibration import Chances, Leaning
from autograder.grading.cross_encoder import CrossEncoder
from autograder.grading.features import Said, Wanted
from autograder.grading.feedback import feedback
from autograder.grading.guard import Guarded, Verdict, inspect
from autograder.grading.judge import Judge, Measured, Reference
from autograder.grading.predictions import lower, no_answer, undecided
from autograder.grading.sentences import sentences
from autograder.settings import Settings

VERSION = "1"
EVIDENCE = 0.3
"""A sentence is shown as evidence from this probability on that the criterion is met."""
GOOD = 0.75
"""A reviewed answer with this share of the marks can stand in for a missing reference answer."""
WHOLE = 0.3
"""How far the criteria lean towards how well the whole answer meets the reference answer."""
BOOK_SENTENCES = 4
BOOK_DOUBT = 0.4
"""Weight of not knowing where only the textbook says what is right."""


def build(settings: Settings) -> Encoder:
    """The grader with the weights in ``settings.models``. EngineUnavailable if they are missing."""
    folder = settings.models / "encoder"
    fitted = heads.load(folder / "heads.json")
    words = settings.models / "minilm"
    network = CrossEncoder(folder, words / "tokenizer.json") if fitted.network else None
    return Encoder(Judge(TextEmbedding(words), network), fitted)


@dataclass(frozen=True, slots=True)
class _Basis:
    """What an answer is measured by, made ready once for all answers to a question."""

    question: Question
    criteria: tuple[Wanted, ...]
    references: tuple[Reference, ...]
    flags: tuple[Flag, ...] = ()
    doubt: float = 0.0


@dataclass(frozen=True, slots=True)
class _Reviewed:
    """The teacher's reviews as a Gaussian process sees them, residuals per criterion or one."""

    vectors: np.ndarray
    residuals: np.ndarray

    @property
    def count(self) -> int:
        return len(self.residuals)


class Encoder:
    """Grades with the sentence encoder and the heads fitted on it, and a cross-encoder if any."""

    name = "encoder"

    def __init__(self, judge: Judge, fitted: heads.Heads) -> None:
        self._judge = judge
        self._heads = fitted
        self.maker = Maker("encoder", f"minilm{'+cross' if fitted.network else ''}-{VERSION}")

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        """See ``Grader``. Each answer is read by itself: its neighbours can't change its mark."""
        basis = self._basis(question, passages, examples)
        if basis is None:
            return [self._unable(question, answer, passages) for answer in answers]
        reviewed = self._reviewed(basis, examples)
        return [self._grade(basis, answer, passages, reviewed) for answer in answers]

    def _basis(
        self, question: Question, passages: Sequence[Passage], examples: Sequence[Example]
    ) -> _Basis | None:
        text = question.text
        if question.full_credit > 0:
            wanted = self._judge.wanted(text, [each.text for each in question.criteria])
            return _Basis(question, tuple(wanted), self._references(question))
        if references := self._references(question):
            return _Basis(question, (), references)
        good = [each.text for each in examples if question.scale.share(each.mark) >= GOOD]
        if good:
            flag = Flag(
                "no_reference", "No reference answer: your own best reviews stand in for it."
            )
            references = tuple(self._judge.reference(text, each) for each in good[:3])
            return _Basis(question, (), references, (flag,), BOOK_DOUBT / 2)
        return self._book_basis(question, passages)

    def _references(self, question: Question) -> tuple[Reference, ...]:
        known = [each for each in question.reference_answers if each.strip()]
        return tuple(self._judge.reference(question.text, each) for each in known)

    def _book_basis(self, question: Question, passages: Sequence[Passage]) -> _Basis | None:
        pieces = [piece for passage in passages for piece in sentences(passage.text)]
        if not pieces:
            return None
        asked, *vectors = self._judge.embedding.embed([question.text, *pieces])
        nearest = np.argsort(-(np.stack(vectors) @ asked), kind="stable")[:BOOK_SENTENCES]
        text = "\n".join(pieces[index] for index in sorted(nearest))
        flag = Flag(
            "no_reference", "No reference answer: this mark goes by the textbook alone. Look at it."
        )
        reference = self._judge.reference(question.text, text)
        return _Basis(question, (), (reference,), (flag,), BOOK_DOUBT)

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

    def _grade(
        self, basis: _Basis, answer: str, passages: Sequence[Passage], reviewed: _Reviewed
    ) -> Prediction:
        guarded = inspect(basis.question, answer, passages)
        if guarded.verdict is Verdict.LOWEST:
            return no_answer(basis.question, self.maker, guarded.flags)
        prediction = self._read(basis, guarded, guarded.text, reviewed)
        if guarded.verdict is Verdict.READ_TWICE:
            again = self._read(basis, guarded, guarded.without_suspicious(), reviewed)
            prediction = lower(prediction, again)
        return prediction

    def _read(self, basis: _Basis, guarded: Guarded, text: str, reviewed: _Reviewed) -> Prediction:
        said = self._judge.said(text)
        latents = self._latents(basis, said)
        leanings = self._leanings(basis, said, latents, reviewed)
        if basis.criteria:
            mark, chances, judgements = self._by_criteria(basis, said, latents, leanings)
        else:
            mark, chances, judgements = self._by_reference(basis, said, leanings[0])
        return Prediction(
            mark=mark,
            distribution=tuple(chances.items()),
            confidence=chances[mark],
            maker=self.maker,
            judgements=tuple(_in_raw(each, guarded) for each in judgements),
            flags=(*guarded.flags, *basis.flags),
            feedback=feedback(basis.question, judgements, mark, text),
            leaned_on=reviewed.count,
        )

    def _latents(self, basis: _Basis, said: Said) -> np.ndarray:
        """One latent logit a criterion, or the one of the whole answer."""
        if basis.criteria:
            pairs = [self._judge.pair(said, wanted) for wanted in basis.criteria]
            latents = np.array([self._heads.met.logit(pair) for pair in pairs])
            if not basis.references:
                return latents
            whole = self._heads.mark.logit(self._measured(basis, said).features)
            return latents + WHOLE * (whole - float(latents.mean()))
        return np.array([self._latent(basis, self._measured(basis, said))])

    def _measured(self, basis: _Basis, said: Said) -> Measured:
        return self._judge.measure(said, basis.references, self._heads)

    def _latent(self, basis: _Basis, measured: Measured) -> float:
        two_marks = len(basis.question.scale.marks) == 2
        shift = self._heads.all_or_nothing if two_marks else 0.0
        return self._heads.mark.logit(measured.features) + shift

    def _by_criteria(
        self, basis: _Basis, said: Said, latents: np.ndarray, leanings: Sequence[Leaning]
    ) -> tuple[float, Chances, list[Judgement]]:
        question, slope = basis.question, self._heads.slope
        judgements = []
        for criterion, wanted, latent, leaning in zip(
            question.criteria, basis.criteria, latents, leanings, strict=True
        ):
            met = calibration.mark_chances(float(latent), slope, _BINARY, leaning)[1.0]
            points = calibration.point_chances(
                float(latent), slope, criterion, question.scale.step, leaning
            )
            evidence = said.evidence(wanted) if met >= EVIDENCE else None
            judgements.append(Judgement(criterion.text, met, totals.median(points), evidence))
        credited = credit(question.criteria, [each.marks for each in judgements])
        chances = calibration.total_chances(question, [float(x) for x in latents], slope, leanings)
        return question.mark_for(credited), chances, judgements

    def _by_reference(
        self, basis: _Basis, said: Said, leaning: Leaning
    ) -> tuple[float, Chances, list[Judgement]]:
        scale, slope = basis.question.scale, self._heads.slope
        measured = self._measured(basis, said)
        latent = self._latent(basis, measured)
        chances = calibration.mark_chances(latent, slope, scale, leaning)
        even = basis.doubt / len(chances)
        chances = {mark: (1 - basis.doubt) * chance + even for mark, chance in chances.items()}
        mark = totals.median(chances)
        made = [calibration.sigmoid(each + leaning.shift) for each in measured.latents]
        shares = np.array(made) / max(sum(made), 1e-9) * (mark - scale.minimum)
        judgements = [
            Judgement(
                point.text,
                met,
                round(float(share), 2),
                said.evidence(point) if met >= EVIDENCE else None,
            )
            for point, met, share in zip(measured.reference.points, made, shares, strict=True)
        ]
        return mark, chances, judgements

    def _reviewed(self, basis: _Basis, examples: Sequence[Example]) -> _Reviewed:
        """How far the teacher's marks lie from what the heads alone would give."""
        vectors, residuals = [], []
        for example in examples:
            guarded = inspect(basis.question, example.text)
            if guarded.verdict is Verdict.LOWEST:
                continue
            said = self._judge.said(guarded.without_suspicious())
            vectors.append(said.vector)
            residuals.append(self._residual(basis, example, self._latents(basis, said)))
        width = max(1, len(basis.criteria))
        if not vectors:
            return _Reviewed(np.zeros((0, 1)), np.zeros((0, width)))
        return _Reviewed(np.stack(vectors), np.stack(residuals))

    def _residual(self, basis: _Basis, example: Example, latents: np.ndarray) -> np.ndarray:
        slope, unknown = self._heads.slope, self._heads.strictness.unknown
        expected = np.array([calibration.mean_share(float(x), slope, unknown) for x in latents])
        given = basis.question.criteria
        if given and example.criteria is not None and len(example.criteria) == len(given):
            shares = np.array(
                [
                    points / criterion.marks if criterion.marks else 0.0
                    for points, criterion in zip(example.criteria, given, strict=True)
                ]
            )
            return np.asarray(slope * (shares - expected))
        share = basis.question.scale.share(example.mark)
        return np.full(len(latents), slope * (share - float(expected.mean())))

    def _leanings(
        self, basis: _Basis, said: Said, latents: np.ndarray, reviewed: _Reviewed
    ) -> list[Leaning]:
        strictness = self._heads.strictness
        return [
            strictness.leaning(said.vector, reviewed.vectors, list(reviewed.residuals[:, index]))
            for index in range(len(latents))
        ]


_BINARY = Scale(0, 1)


def _in_raw(judgement: Judgement, guarded: Guarded) -> Judgement:
    if judgement.evidence is None:
        return judgement
    return replace(judgement, evidence=guarded.raw_span(judgement.evidence))
