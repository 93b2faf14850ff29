"""What the student was given and is measured by: question, mark scheme, textbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from autograder.domain.exam import Question
from autograder.domain.grade import Passage
from autograder.grading.guarding.parts import tokens
from autograder.grading.words import FUNCTION_WORDS, stem

_LISTED = re.compile(
    r"([^\W\d_]+)\)?\s*(?:[,;/•\n]|\band\b|\bor\b)[\s\d.)-]*(?:and |or )?(?=([^\W\d_]+))"
)
PROSE = 0.2
PHRASE = 4
"""Words from which on a phrase that stands in what was given was taken from it."""


@dataclass(frozen=True)
class Given:
    """The three texts; everything else is made from them once."""

    question: str
    reference: str
    book: str

    @classmethod
    def of(cls, question: Question, passages: Sequence[Passage]) -> Given:
        """The texts of a question, its reference answers and criteria, and the passages."""
        points = [*question.reference_answers, *(each.text for each in question.criteria)]
        return _given(question.text, "\n".join(points), "\n".join(each.text for each in passages))

    @cached_property
    def plain(self) -> tuple[str, str, str]:
        """The words of question, reference and book, one blank between them."""
        return (plain(self.question), plain(self.reference), plain(self.book))

    @cached_property
    def asked(self) -> frozenset[str]:
        """Stems of the question's content words."""
        return _content(tokens(self.question))

    @cached_property
    def wanted(self) -> frozenset[str]:
        """Stems of the mark scheme's content words."""
        return _content(self.points)

    @cached_property
    def known(self) -> frozenset[str]:
        """Stems of both."""
        return self.asked | self.wanted

    @cached_property
    def points(self) -> tuple[str, ...]:
        """The words of the mark scheme in order."""
        return tokens(self.reference)

    @cached_property
    def sources(self) -> list[tuple[str, ...]]:
        """The words of the question, of each paragraph of the mark scheme, and of all of it."""
        texts = [self.question, *self.reference.split("\n"), self.reference]
        return [tokens(text) for text in dict.fromkeys(texts) if text]

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of question and mark scheme."""
        return frozenset(self.points) | frozenset(tokens(self.question))

    @cached_property
    def is_prose(self) -> bool:
        """Whether the mark scheme is written in sentences, so that a bare list of words isn't."""
        small = sum(word in FUNCTION_WORDS for word in self.points)
        return small >= PROSE * len(self.points)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Pairs of words that stand beside each other in the mark scheme."""
        return frozenset(pairwise(self.points))

    @cached_property
    def listed(self) -> frozenset[tuple[str, str]]:
        """Stems of neighbours in the mark scheme's own enumerations."""
        pairs = _LISTED.findall(self.reference.lower())
        return frozenset((stem(one), stem(other)) for one, other in pairs)

    @cached_property
    def gaps(self) -> frozenset[tuple[str, str]]:
        """Pairs of stems that stand beside each other once the small words between are dropped."""
        found: set[tuple[str, str]] = set()
        for words in (self.points, tokens(self.question)):
            content = [(at, stem(w)) for at, w in enumerate(words) if w not in FUNCTION_WORDS]
            found.update((one, two) for (at, one), (to, two) in pairwise(content) if to > at + 1)
        return frozenset(found)

    @cached_property
    def subject(self) -> frozenset[str]:
        """Stems of the question and of what an answer is graded by, the book if nothing else."""
        return self.known if self.reference else self.known | _content(tokens(self.book))

    def ties(self, sentence: str) -> bool:
        """Whether a sentence shares a word that carries meaning with the subject."""
        return not self.subject.isdisjoint(stem(word) for word in tokens(sentence))

    def quotes_question(self, sentence: str) -> bool:
        """Whether five words of the question stand in a row in the sentence."""
        words = tokens(sentence)
        runs = (f" {' '.join(words[at : at + 5])} " for at in range(len(words) - 4))
        return any(run in self.plain[0] for run in runs)

    def says(self, sentence: str) -> bool:
        """Whether the sentence's words stand in the same order in what was given."""
        stripped = sentence.strip()
        if any(stripped in text for text in (self.question, self.reference, self.book)):
            return bool(stripped)
        words = plain(sentence)
        return words.count(" ") > PHRASE and any(words in text for text in self.plain)


@lru_cache(maxsize=256)
def _given(question: str, reference: str, book: str) -> Given:
    return Given(question, reference, book)


def plain(text: str) -> str:
    """The words of a text, one blank before and after each."""
    return f" {' '.join(tokens(text))} "


def _content(words: Sequence[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words if word not in FUNCTION_WORDS)
