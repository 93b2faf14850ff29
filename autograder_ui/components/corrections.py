"""How much of what was read the teacher has put right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from autograder.domain.script import Answer, AnswerText, Box
from autograder.gradebook.gradebook import Gradebook
from autograder_ui.components.placed_words import line_words, placed_words

Place = tuple[str, Box]
"""A word as it was read, by its page and box there."""


class Corrections:
    """Words that people changed, by page; a script is looked through again once it has changed."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._gradebook = gradebook
        self._counted: dict[str, tuple[int, Counter[str]]] = {}

    def of_exam(self, exam_id: str) -> Counter[str]:
        """By page id, how many of the words read there the text no longer has."""
        edited = self._gradebook.page_doubts.edited(exam_id)
        return sum((self._of_script(*each) for each in edited.items()), Counter[str]())

    def _of_script(self, script_id: str, texts: int) -> Counter[str]:
        known = self._counted.get(script_id)
        if known is None or known[0] != texts:
            answers = self._gradebook.answers.of_script(script_id)
            known = self._counted[script_id] = texts, corrected_words(answers)
        return known[1]


def corrected_words(answers: Sequence[Answer]) -> Counter[str]:
    """By page id, how many words a script's ``answers`` once had and have no longer.

    A word that was moved to another question with its line still stands.
    """
    present = {place for answer in answers for place in _read(answer.current)}
    now = {place for answer in answers for place in _kept(answer.current)}
    before = {place for answer in answers for text in answer.texts[:-1] for place in _kept(text)}
    return Counter(page for page, _ in (before & present) - now)


def _read(text: AnswerText) -> Iterator[Place]:
    for placed in text.lines:
        yield from ((placed.page_id, word.box) for word in line_words(placed.line))


def _kept(text: AnswerText) -> Iterator[Place]:
    words = placed_words(text.text, text.lines)
    return ((each.page_id, each.word.box) for each in words if each.kept)
