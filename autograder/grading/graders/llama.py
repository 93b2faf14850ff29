"""The language model as a grader: a 4-bit base in this process, with a LoRA adapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.domain.errors import EngineUnavailable
from autograder.domain.exam import Question, credit
from autograder.domain.grade import Example, Flag, Judgement, Maker, Passage, Prediction
from autograder.grading import adapters, bases, gpu, prompt, totals
from autograder.grading.guard import Guarded, Verdict, inspect
from autograder.grading.predictions import lower, no_answer, undecided
from autograder.grading.prompt import Task
from autograder.settings import Settings

if TYPE_CHECKING:
    from typing import TypeAlias

    from autograder.grading.label_scoring import LabelScore, Prefix
    from autograder.grading.language_model import LanguageModel

    Scores: TypeAlias = Sequence[LabelScore | None]
    Marked: TypeAlias = tuple[float, totals.Chances, tuple[Judgement, ...]]

LEAST_MASS = 0.5
"""Below this share of probability on the labels the model wanted to say something else."""
HESITANT = Flag(
    "hesitant", "The language model hardly answered with a mark here: check this one yourself."
)
NO_REFERENCE = Flag(
    "no_reference",
    "No reference answer: this mark goes by what the language model knows. Look at it.",
)
NOT_GRADED = Flag(
    "not_graded",
    "This answer was too long for the language model, or the GPU's memory too small: "
    "mark it yourself, or use a smaller base model.",
)


def build(settings: Settings) -> LlamaGrader:
    """Loads the base and the adapter that the settings name. EngineUnavailable: it can't."""
    try:
        from autograder.grading import base_model
        from autograder.grading.language_model import LanguageModel
    except ImportError as error:
        raise EngineUnavailable(
            f"The language model needs a package that is not installed: {error.name}. "
            "Install the packages of requirements.txt."
        ) from error
    llama = settings.llama
    name = llama.base or bases.default(gpu.memory(), llama.offline)
    if name is None:
        raise EngineUnavailable(
            f"There is no language model on this machine. {bases.how_to_get(llama)}"
        )
    adapter = adapters.located(llama.adapter, settings.models) if llama.adapter else None
    if adapter is not None:
        adapters.read(adapter, name)  # a wrong adapter is known before minutes of loading
    model = LanguageModel(name, *base_model.load(name, llama), llama.batch_size)
    grader = LlamaGrader(model, llama.rationale_tokens)
    grader.use_adapter(adapter)
    return grader


class LlamaGrader:
    """Judges each criterion, or the whole where there are none, by the probabilities of labels."""

    name = "llama"

    def __init__(self, model: LanguageModel, rationale_tokens: int) -> None:
        self._model = model
        self._rationale_tokens = rationale_tokens
        self.maker = Maker(self.name, bases.revision(model.name), "", prompt.VERSION)

    def use_adapter(self, folder: Path | None) -> None:
        """Changes the adapter while running; None: the base alone.

        EngineUnavailable: it is missing, damaged or made for another base; nothing changes then.
        """
        adapter = adapters.read(folder, self._model.name) if folder else None
        self._model.wear(adapter)
        named = f"{adapter.name}@{adapter.sha[:12]}" if adapter else ""
        self.maker = replace(self.maker, adapter=named)

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        """Predicts one mark an answer, in order; see :class:`autograder.grading.grader.Grader`."""
        guarded = [inspect(question, answer, passages) for answer in answers]
        reviews = [_harmless(question, example) for example in prompt.chosen(examples)]
        tasks = _tasks(question, reviews)
        texts = list(dict.fromkeys(text for each in guarded for text in _readings(each)))
        start = self._model.prefix(
            self._model.chat.opening(prompt.SYSTEM, prompt.context(question, passages))
        )
        judged = dict(zip(texts, self._judge(start, tasks, texts), strict=True))
        predictions = [
            replace(
                self._predict(question, tasks, [judged[text] for text in _readings(each)]),
                passages=tuple(passages),
                leaned_on=len(reviews),
            )
            for each in guarded
        ]
        predictions = self._explained(question, start, guarded, predictions)
        alone = () if _has_basis(question, passages, examples) else (NO_REFERENCE,)
        return [
            replace(prediction, flags=(*each.flags, *prediction.flags, *alone))
            for each, prediction in zip(guarded, predictions, strict=True)
        ]

    def _judge(self, start: Prefix, tasks: Sequence[Task], texts: Sequence[str]) -> list[Scores]:
        """What the model says on every task about every text: a row of scores a text."""
        chat, columns = self._model.chat, []
        for task in tasks if texts else ():
            prefix = self._model.prefix(chat.plain(task.text), start)
            ends = [chat.closing(prompt.answer(text, task)) for text in texts]
            columns.append(self._model.score(prefix, ends, task.labels))
        return list(zip(*columns, strict=True))

    def _predict(
        self, question: Question, tasks: Sequence[Task], readings: Sequence[Scores]
    ) -> Prediction:
        """The prediction for the answer's readings: the lowest of them; none is the lowest mark."""
        if not readings:
            return no_answer(question, self.maker)
        made = [self._of_reading(question, tasks, scores) for scores in readings]
        return reduce(lower, made)

    def _of_reading(self, question: Question, tasks: Sequence[Task], scores: Scores) -> Prediction:
        known = [score for score in scores if score is not None]
        if len(known) < len(scores):
            return undecided(question, self.maker, (NOT_GRADED,))
        marked = _by_criteria if _has_criteria(question) else _as_a_whole
        mark, chances, judgements = marked(question, tasks, known)
        hesitant = min(score.mass for score in known) < LEAST_MASS
        return Prediction(
            mark,
            tuple(sorted(chances.items())),
            chances[mark],
            self.maker,
            judgements,
            (HESITANT,) if hesitant else (),
        )

    def _explained(
        self,
        question: Question,
        start: Prefix,
        guarded: Sequence[Guarded],
        predictions: Sequence[Prediction],
    ) -> list[Prediction]:
        """Adds a rationale to each mark that was read off the model."""
        asked = [
            (index, prompt.explanation(_readings(each)[-1], question, made.mark))
            for index, (each, made) in enumerate(zip(guarded, predictions, strict=True))
            if made.mark is not None and _readings(each) and self._rationale_tokens
        ]
        ends = [self._model.chat.closing(text) for _, text in asked]
        texts = self._model.write(start, ends, self._rationale_tokens)
        explained = list(predictions)
        for (index, _), text in zip(asked, texts, strict=True):
            explained[index] = replace(predictions[index], feedback=text)
        return explained


def _readings(guarded: Guarded) -> list[str]:
    """The texts that the model reads for one answer."""
    if guarded.verdict is Verdict.LOWEST:
        return []
    texts = [guarded.text]
    if guarded.verdict is Verdict.READ_TWICE:
        texts.append(" ".join(guarded.without_suspicious().split()))
    return texts


def _harmless(question: Question, example: Example) -> Example:
    """The example without sentences that talk to the grader."""
    return replace(example, text=inspect(question, example.text).without_suspicious())


def _has_basis(
    question: Question, passages: Sequence[Passage], examples: Sequence[Example]
) -> bool:
    return bool(question.criteria or question.reference_answers or passages or examples)


def _has_criteria(question: Question) -> bool:
    return question.full_credit > 0  # without marks of their own criteria can't be summed up


def _tasks(question: Question, examples: Sequence[Example]) -> list[Task]:
    if not _has_criteria(question):
        return [prompt.mark_task(question, examples)]
    return [
        prompt.criterion_task(question, index, examples) for index in range(len(question.criteria))
    ]


def _by_criteria(question: Question, tasks: Sequence[Task], scores: Sequence[LabelScore]) -> Marked:
    """Each criterion gets the points of its likeliest verdict; the mark is their sum."""
    points, chances, judgements = [], [], []
    for criterion, task, score in zip(question.criteria, tasks, scores, strict=True):
        verdicts = list(zip(task.values, score.probabilities, strict=True))
        value, _ = max(verdicts, key=lambda verdict: verdict[1])
        met = sum(value * chance for value, chance in verdicts)
        points.append(value * criterion.marks)
        chances.append({value * criterion.marks: chance for value, chance in verdicts})
        judgements.append(Judgement(criterion.text, met, value * criterion.marks + 0.0))
    mark = question.mark_for(credit(question.criteria, points))
    return mark, totals.of_criteria(question, chances), tuple(judgements)


def _as_a_whole(question: Question, tasks: Sequence[Task], scores: Sequence[LabelScore]) -> Marked:
    levels = dict(zip(tasks[0].values, scores[0].probabilities, strict=True))
    chances = totals.of_levels(question.scale, levels)
    return totals.median(chances), chances, ()
