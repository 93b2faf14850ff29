"""A language model server as the grader: vLLM, llama.cpp, Ollama, OpenAI and what speaks like them.

Questions, mark schemes, textbook passages and answers are sent to the server; names never are.
Nothing is sent unless the settings name this grader and the server's address.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.domain.exam import Criterion, Question
from autograder.domain.grade import Example, Maker, Passage, Prediction
from autograder.embedding import TextEmbedding
from autograder.grading import prompt
from autograder.grading.label_grading import LabelGrading
from autograder.grading.language.packs import Embed
from autograder.grading.openai.client import OpenAIClient
from autograder.grading.openai.model import OpenAIModel
from autograder.settings import OpenAIApiSettings, Settings


def build(settings: Settings) -> OpenAIApiGrader:
    """Asks the server what it can do. EngineUnavailable, EngineFailed: why it can't be used."""
    embed = TextEmbedding(settings.models / "minilm").embed
    return OpenAIApiGrader(settings.openai_api, embed)


class OpenAIApiGrader:
    """Grades as ``llama`` does, with the labels' probabilities as a server tells them."""

    name = "openai_api"

    def __init__(self, settings: OpenAIApiSettings, embed: Embed) -> None:
        client = OpenAIClient(settings)
        model = OpenAIModel(client, settings.samples)
        way = model.abilities.way.name
        self._grading = LabelGrading(model, embed, settings.rationale_tokens)
        self.maker = Maker(
            self.name, f"{client.model}@{client.address.host}", "", f"{prompt.VERSION}-{way}"
        )

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        """Predicts one mark an answer, in order; see :class:`autograder.grading.grader.Grader`.

        EngineUnavailable, EngineFailed: the server refuses or fails everything; nothing is graded.
        """
        return self._grading.grade(self.maker, question, answers, passages, examples)

    def reference_answer(self, question: Question, passages: Sequence[Passage]) -> str:
        """Drafts the answer that earns all marks; empty where the model didn't end it."""
        return self._grading.reference_answer(question, passages)

    def criteria(self, question: Question, reference: str) -> tuple[Criterion, ...]:
        """Drafts a mark scheme by the reference answer, its marks adding up to the scale."""
        return self._grading.criteria(question, reference)
