"""Drafts beside the answers that the course itself gives, and beside what costs nothing to write.

Only text that a model has written on its own, word after word, is ever judged: predicting each
next word of the true answer (teacher forcing) measures something else, and far higher figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.learning.drafting.course import CourseQuestion
from autograder.learning.drafting.rouge import rouge
from autograder.learning.drafting.split import Embed

LEARNED = "the learned model"
UNTAUGHT = "its base, untaught"
QUESTION = "the question itself"
NEAREST = "the most alike question's answer"
TEXTBOOK = "the textbook's passage"
NAMES = ("ROUGE-1", "ROUGE-2", "ROUGE-L", "similarity")
DECIDING = NAMES.index("ROUGE-L")
DRAWS = 2000
FEWEST = 10
"""Held-out questions below which nothing is decided."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Figures by author of the texts: (n questions, 4) in the order of NAMES, each 0 to 1."""

    figures: Mapping[str, np.ndarray]

    @property
    def metrics(self) -> dict[str, float]:
        """Means of the learned model, and the deciding figure of each other author."""
        own = zip(NAMES, self.figures[LEARNED].mean(axis=0), strict=True)
        others = {
            f"{NAMES[DECIDING]}, {author}": float(values[:, DECIDING].mean())
            for author, values in self.figures.items()
            if author != LEARNED
        }
        return {name: float(value) for name, value in own} | others

    @property
    def best_other(self) -> str:
        """The strongest of the baselines by the deciding figure."""
        others = {name: values for name, values in self.figures.items() if name != LEARNED}
        return max(others, key=lambda name: float(others[name][:, DECIDING].mean()))

    def gain(self) -> tuple[float, float, float]:
        """The learned model's lead over the best baseline with its 95 % bootstrap interval.

        Paired: both are drawn on the same questions.
        """
        own, other = self.figures[LEARNED], self.figures[self.best_other]
        return _interval(own[:, DECIDING] - other[:, DECIDING])

    @property
    def outcome(self) -> str:
        """``better``, ``worse`` or ``can't tell``: the words of the registry's proofs."""
        _, low, high = self.gain()
        if len(self.figures[LEARNED]) < FEWEST:
            return "can't tell"
        return "better" if low > 0 else "worse" if high < 0 else "can't tell"

    def verdict(self) -> str:
        """Whether it was worth it, in words."""
        lead, low, high = self.gain()
        figure = f"{NAMES[DECIDING]} {lead:+.3f} [{low:+.3f}, {high:+.3f}]"
        if len(self.figures[LEARNED]) < FEWEST:
            return f"Fewer than {FEWEST} held-out questions tell nothing. Give more questions."
        if self.outcome == "better":
            return f"Better than {self.best_other}: {figure}."
        if self.outcome == "worse":
            return f"Worse than {self.best_other}: {figure}. Don't use it."
        return f"Not shown to be better than {self.best_other}: {figure}."

    def table(self) -> str:
        """Markdown: a row an author, the mean of each figure with its 95 % interval."""
        count = len(self.figures[LEARNED])
        heads = (f"{count} held-out questions", *NAMES)
        rows = [
            (author, *(_cell(values[:, column]) for column in range(len(NAMES))))
            for author, values in self.figures.items()
        ]
        lines = [heads, tuple("---" for _ in heads), *rows]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def judged(
    train: Sequence[CourseQuestion],
    held_out: Sequence[CourseQuestion],
    written: Mapping[str, Sequence[str]],
    embed: Embed,
) -> Judged:
    """What each author wrote to the held-out questions, judged beside the baselines.

    ``written[author][i]`` answers ``held_out[i]``; the texts hold no prompt.
    """
    texts = {**written, **_baselines(train, held_out, embed)}
    return Judged({author: _figures(each, held_out, embed) for author, each in texts.items()})


def _baselines(
    train: Sequence[CourseQuestion], held_out: Sequence[CourseQuestion], embed: Embed
) -> dict[str, list[str]]:
    asked, known = (embed([each.text for each in some]) for some in (held_out, train))
    nearest = (asked @ known.T).argmax(axis=1)
    texts = {
        QUESTION: [each.text for each in held_out],
        NEAREST: [train[int(index)].answers[0] for index in nearest],
    }
    if any(each.passage for each in held_out):
        texts[TEXTBOOK] = [each.passage for each in held_out]
    return texts


def _figures(texts: Sequence[str], held_out: Sequence[CourseQuestion], embed: Embed) -> np.ndarray:
    vectors = embed(list(texts))
    return np.array(
        [
            (*_words(text, each.answers), _alike(vector, text, embed(each.answers)))
            for text, vector, each in zip(texts, vectors, held_out, strict=True)
        ]
    )


def _words(text: str, answers: Sequence[str]) -> tuple[float, float, float]:
    found = rouge(text, answers)
    return found.one, found.two, found.longest


def _alike(vector: np.ndarray, text: str, answers: np.ndarray) -> float:
    """The cosine with the nearest answer; no text is like nothing."""
    return float(np.clip((answers @ vector).max(), 0.0, 1.0)) if text.strip() else 0.0


def _cell(values: np.ndarray) -> str:
    mean, low, high = _interval(values)
    return f"{mean:.3f} [{low:.3f}, {high:.3f}]"


def _interval(values: np.ndarray) -> tuple[float, float, float]:
    chosen = np.random.default_rng(0).integers(0, len(values), (DRAWS, len(values)))
    low, high = np.percentile(values[chosen].mean(axis=1), [2.5, 97.5])
    return float(values.mean()), float(low), float(high)
