"""A sequence classifier that a teacher's marks taught, as the grader: no torch, nothing fetched.

It reads an answer beside its question and reference answer, or beside each criterion; long ones
window by window. It knows no textbook. Reviews tell how strict the teacher is with a question.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from autograder.domain.errors import EngineUnavailable
from autograder.domain.exam import Question, credit
from autograder.domain.grade import Example, Flag, Judgement, Maker, Passage, Prediction, Span
from autograder.grading import calibration, totals
from autograder.grading.calibration import Chances, Leaning
from autograder.grading.encoding.assessment import WHOLE
from autograder.grading.encoding.learned_classifier import LearnedClassifier, Read
from autograder.grading.encoding.strictness import leaning
from autograder.grading.feedback import feedback
from autograder.grading.guard import Guarded, Verdict, inspect
from autograder.grading.predictions import lower, no_answer
from autograder.grading.sentences import spans
from autograder.grading.words import stems
from autograder.settings import Settings
from autograder.windows import reference_for

EVIDENCE = 0.3
"""A sentence is shown as evidence from this probability on that the criterion is met."""
KEPT = 5_000
"""Readings that are kept: after a review only the arithmetic is done again."""
MOST_LEANS = 5
NO_REFERENCE = Flag(
    "no_reference",
    "No reference answer: this mark goes by what the classifier learned elsewhere. Look at it.",
)
CUT = Flag(
    "too_long",
    "The question or reference answer is too long to be read whole beside an answer: its beginning "
    "was read. The answer was read to its end.",
)


def build(settings: Settings) -> Classifier:
    """The classifier in the folder that the settings name. EngineUnavailable: there is none."""
    folder = settings.classifier.model
    if folder is None:
        raise EngineUnavailable(
            "There is no classifier to grade with. Teach one in the Models tab or with “learn "
            "classifier”, then promote it."
        )
    return Classifier(LearnedClassifier(folder))


@dataclass(frozen=True, eq=False)
class _Assessed:
    """An answer's text as read: as a ``whole``, and criterion by criterion where there are some."""

    text: str
    whole: Read
    criteria: tuple[Read, ...]


class Classifier:
    """Grades with one small network and what was fitted to it."""

    name = "classifier"

    def __init__(self, model: LearnedClassifier) -> None:
        self._model = model
        self._read: OrderedDict[tuple[str, str, str], Read] = OrderedDict()
        self.maker = Maker(self.name, model.name)

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        """See ``Grader``. Rulings speak of what an answer says, which this doesn't tell apart: it
        goes by reviews alone."""
        reviews = [each for each in examples if not each.ruling]
        strict, used, leans = self._strictness(question, reviews)
        return [
            replace(self._predict(question, each, passages, strict), leaned_on=used, leans=leans)
            for each in answers
        ]

    def _predict(
        self, question: Question, answer: str, passages: Sequence[Passage], strict: Leaning
    ) -> Prediction:
        guarded = inspect(question, answer, passages)
        texts = {
            Verdict.LOWEST: [],
            Verdict.GRADE: [guarded.text],
            Verdict.READ_TWICE: [guarded.text, guarded.without_suspicious()],
        }[guarded.verdict]
        if not texts:
            return no_answer(question, self.maker, guarded.flags)
        assessed = [self._assess(question, text) for text in texts]
        return reduce(lower, [self._of(question, guarded, each, strict) for each in assessed])

    # What is read

    def _assess(self, question: Question, text: str) -> _Assessed:
        whole = self._reading(question.text, reference_for(question, text), text)
        wanted = question.criteria if question.full_credit > 0 else ()
        return _Assessed(
            text, whole, tuple(self._reading(question.text, each.text, text) for each in wanted)
        )

    def _reading(self, question: str, wanted: str, text: str) -> Read:
        key = (question, wanted, text)
        if key not in self._read:
            self._read[key] = self._model.read(*key)
        self._read.move_to_end(key)
        while len(self._read) > KEPT:
            self._read.popitem(last=False)
        return self._read[key]

    def _strictness(
        self, question: Question, reviews: Sequence[Example]
    ) -> tuple[Leaning, int, tuple[str, ...]]:
        """How strict the teacher is here, from how many reviews, and which of them told most."""
        fitted = self._model.whole
        told = []
        for each in reviews:
            guarded = inspect(question, each.text)
            if guarded.verdict is not Verdict.LOWEST:
                text = guarded.without_suspicious() if guarded.suspicious else guarded.text
                read = self._reading(question.text, reference_for(question, text), text)
                told.append((each, fitted.latent(read.logit)))
        if not told:
            return Leaning(0.0, fitted.strictness), 0, ()
        latents = [latent for _, latent in told]
        marks = [each.mark for each, _ in told]
        found = leaning(latents, marks, fitted.slope, question.scale, fitted.strictness)
        shares = [question.scale.share(mark) for mark in marks]
        surprise = {
            each.id: abs(share - calibration.sigmoid(latent))
            for (each, latent), share in zip(told, shares, strict=True)
            if each.id
        }
        most = sorted(surprise, key=lambda name: -surprise[name])[:MOST_LEANS]
        return found, len(told), tuple(most)

    # What comes of it

    def _of(
        self, question: Question, guarded: Guarded, assessed: _Assessed, strict: Leaning
    ) -> Prediction:
        how = self._by_criteria if assessed.criteria else self._as_a_whole
        mark, chances, judgements = how(question, assessed, strict)
        flags = [*guarded.flags]
        flags += [] if self._model.knows(question) else [NO_REFERENCE]
        flags += [CUT] if assessed.whole.cut or any(e.cut for e in assessed.criteria) else []
        return Prediction(
            mark=mark,
            distribution=tuple(chances.items()),
            confidence=chances[mark],
            maker=self.maker,
            judgements=tuple(_in_raw(each, guarded) for each in judgements),
            flags=tuple(flags),
            feedback=feedback(question, judgements, mark, guarded.text),
        )

    def _as_a_whole(
        self, question: Question, assessed: _Assessed, strict: Leaning
    ) -> tuple[float, Chances, list[Judgement]]:
        fitted, scale = self._model.whole, question.scale
        latent = fitted.latent(assessed.whole.logit)
        chances = calibration.mark_chances(latent, fitted.slope, scale, strict)
        return totals.expected(scale, chances), chances, []

    def _by_criteria(
        self, question: Question, assessed: _Assessed, strict: Leaning
    ) -> tuple[float, Chances, list[Judgement]]:
        """The mark is the sum of the criteria, as a teacher adds them up."""
        latents, slope = self._latents(question, assessed)
        judgements = []
        for criterion, read, latent in zip(
            question.criteria, assessed.criteria, latents, strict=True
        ):
            points = calibration.point_chances(
                latent, slope, criterion, question.scale.step, strict
            )
            met = calibration.sigmoid(latent + strict.shift)
            evidence = _evidence(assessed.text, criterion.text, read) if met >= EVIDENCE else None
            judgements.append(Judgement(criterion.text, met, totals.median(points), evidence))
        credited = credit(question.criteria, [each.marks for each in judgements])
        leanings = [strict] * len(latents)
        chances = calibration.total_chances(question, latents, slope, leanings)
        return question.mark_for(credited), chances, judgements

    def _latents(self, question: Question, assessed: _Assessed) -> tuple[list[float], float]:
        """Those of the criteria, drawn to how well the whole answer does. Where no criteria were
        learned, the whole decides how much and the criteria only which."""
        fitted = self._model.point or self._model.whole
        lean = WHOLE if self._model.point else 1.0
        own = [fitted.latent(each.logit) for each in assessed.criteria]
        gains = [o for o, c in zip(own, question.criteria, strict=True) if c.marks > 0]
        whole = self._model.whole.latent(assessed.whole.logit)
        shift = lean * (whole - sum(gains) / len(gains))
        # A mistake that costs marks isn't likelier in a good answer.
        pairs = zip(own, question.criteria, strict=True)
        return [each + shift if c.marks > 0 else each for each, c in pairs], fitted.slope


def _evidence(text: str, wanted: str, read: Read) -> Span | None:
    """Of the part that spoke for it most, the sentence with most of its words."""
    start, end = read.best
    inside = [each for each in spans(text) if each[0] < end and each[1] > start]
    if not inside:
        return None
    sought = set(stems(wanted))
    return max(inside, key=lambda span: len(sought.intersection(stems(text[slice(*span)]))))


def _in_raw(judgement: Judgement, guarded: Guarded) -> Judgement:
    if judgement.evidence is None:
        return judgement
    return replace(judgement, evidence=guarded.raw_span(judgement.evidence))
