"""Questions and answers as token ids; what is taught of them is the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.learning.drafting.course import CourseQuestion
from autograder.learning.drafting.prompt import Prompt
from autograder.learning.drafting.settings import SEQ2SEQ, DraftingSettings

IGNORED = -100
"""A label without loss, as torch's cross-entropy has it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What is learned from. ``too_long`` says in words what was left out: nothing is ever cut."""

    rows: list[dict[str, list[int]]]
    too_long: list[str]


def tokenised(
    questions: Sequence[CourseQuestion], prompt: Prompt, settings: DraftingSettings
) -> Rows:
    """A row for each answer of each question."""
    rows, too_long = [], []
    for each in questions:
        asked = prompt.question(each.text, each.passage)
        for answer in each.answers:
            said = prompt.answer(answer)
            if len(asked) <= settings.prompt_tokens and len(said) <= settings.answer_tokens:
                rows.append(_row(prompt.kind, asked, said))
            else:
                too_long.append(_too_long(each, len(asked), len(said), settings))
    return Rows(rows, too_long)


def _row(kind: str, asked: list[int], said: list[int]) -> dict[str, list[int]]:
    if kind == SEQ2SEQ:
        return {"input_ids": asked, "attention_mask": [1] * len(asked), "labels": said}
    labels = [IGNORED] * len(asked) + said
    return {
        "input_ids": asked + said,
        "attention_mask": [1] * len(labels),
        "labels": labels,
    }


def _too_long(each: CourseQuestion, asked: int, said: int, settings: DraftingSettings) -> str:
    return (
        f"{each.where or each.text[:60]}: left out, being too long (question {asked} of at most "
        f"{settings.prompt_tokens} tokens, answer {said} of {settings.answer_tokens})."
    )
