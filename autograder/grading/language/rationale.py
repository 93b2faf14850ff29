"""What a mark is for, in words: asked for once it is decided, so unable to change it.

The model is told which criteria were credited and writes to each; it is held to JSON with exactly
as many entries. What it quotes as evidence counts where the answer really says it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from autograder.domain.exam import Criterion, Question, best_of
from autograder.domain.grade import Judgement, Prediction
from autograder.grading import feedback, prompt
from autograder.grading.language.json_reply import (
    Request,
    Schema,
    line,
    lists,
    objects,
    parsed,
    words,
)
from autograder.grading.language.quotes import located

MOST_OF_A_KIND = 6
MOST_WITHOUT_CRITERIA = 2
LETTERS_A_TOKEN = 3
"""Fewer than the four that English takes, so that the reply is closed before its tokens end."""
FRAME_TOKENS = 14  # of one entry: its keys, quotes and brackets
LETTERS = (40, 160)
"""Least and most letters of one text."""
TELL = "Tell the student, in the language of the question and as JSON"

_KINDS = {
    "credited": "Credited: for each, in this order, “quote” the student's own words that earned "
    "it, copied exactly, and say in a few words “why” they are right",
    "mistakes": "Mistakes: for each, in this order, “quote” the student's own words, copied "
    "exactly, and say in a few words “why” they are wrong",
    "missing": "Missing: for each, in this order, one short sentence on what should have been said",
}


class _Point(BaseModel):
    quote: str = ""
    why: str = ""


class _Reply(BaseModel):
    credited: list[_Point] = []
    mistakes: list[_Point] = []
    missing: list[str] = []
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Rationale:
    """The words to ask for about one prediction; indices are those of the question's criteria."""

    question: Question
    prediction: Prediction
    text: str
    """The answer as the model reads it. Evidence is given as spans of it."""
    credited: tuple[int, ...]
    mistakes: tuple[int, ...]
    missing: tuple[int, ...]

    @classmethod
    def of(cls, question: Question, prediction: Prediction, text: str) -> Rationale:
        """Sorts the criteria by the points that they got; half of one is credited and missing.

        An alternative that isn't needed any more isn't missing.
        """
        points = [each.marks for each in prediction.judgements]
        judged = list(enumerate(zip(question.criteria, points, strict=bool(points))))
        full = [i for i, (criterion, got) in judged if got >= criterion.marks > 0]
        credited = [i for i, (_, got) in judged if got > 0]
        mistakes = [i for i, (_, got) in judged if got < 0]
        missing = [
            i
            for i, (criterion, got) in judged
            if got < criterion.marks and not _enough(question, criterion, full)
        ]
        kinds = (tuple(each[:MOST_OF_A_KIND]) for each in (credited, mistakes, missing))
        return cls(question, prediction, text, *kinds)

    def request(self, tokens: int) -> Request:
        """What to ask, for a reply of at most ``tokens`` tokens."""
        ask = self._by_criteria() if self.prediction.judgements else self._as_a_whole()
        text = prompt.fenced(" ".join(self.text.split()))
        return Request(f"\n\n{text}\n\n{ask}", self._schema(tokens))

    def explained(self, reply: str) -> Prediction:
        """The prediction with the reply's words and evidence; with assembled words where it has
        none. Mark and points stay what they are."""
        found = parsed(reply, _Reply)
        told = _told(found) if found else ""
        if found is None or not told:
            return replace(self.prediction, feedback=self._assembled())
        judgements = list(self.prediction.judgements)
        for indices, points in ((self.credited, found.credited), (self.mistakes, found.mistakes)):
            for index, point in zip(indices, points, strict=False):
                span = located(point.quote, self.text) if judgements else None
                judgements[index] = replace(judgements[index], evidence=span)
        return replace(self.prediction, judgements=tuple(judgements), feedback=told)

    def _assembled(self) -> str:
        made = self.prediction
        return feedback.feedback(self.question, made.judgements, made.mark, self.text)

    def _by_criteria(self) -> str:
        parts = [f"The marks are decided; don't discuss them. {TELL}:"]
        for kind, indices in self._kinds().items():
            points = "\n".join(f"- {self.question.criteria[index].text}" for index in indices)
            parts.append(f"{_KINDS[kind]}:\n{points}")
        parts.append("Last, “advice”: one short sentence on what to learn next.")
        return "\n\n".join(parts)

    def _as_a_whole(self) -> str:
        scale, mark = self.question.scale, self.prediction.mark
        return (
            f"The mark is decided; don't discuss it: {mark:g} on a scale from {scale.minimum:g} to "
            f"{scale.maximum:g}. {TELL}, in short sentences: what is “credited” in the answer, "
            "what is “missing”, and last your “advice” on what to learn next."
        )

    def _kinds(self) -> dict[str, tuple[int, ...]]:
        every = {"credited": self.credited, "mistakes": self.mistakes, "missing": self.missing}
        return {kind: indices for kind, indices in every.items() if indices}

    def _schema(self, tokens: int) -> Schema:
        if not self.prediction.judgements:
            return self._schema_as_a_whole(tokens)
        counts = {kind: len(indices) for kind, indices in self._kinds().items()}
        texts = 1 + sum(count * (1 + (kind != "missing")) for kind, count in counts.items())
        text = words(_letters(tokens, texts))
        point = objects(quote=text, why=text)
        lists_of = {
            kind: lists(text if kind == "missing" else point, count, count)
            for kind, count in counts.items()
        }
        return objects(**lists_of, advice=text)

    def _schema_as_a_whole(self, tokens: int) -> Schema:
        scale, mark = self.question.scale, self.prediction.mark
        text = words(_letters(tokens, 2 * MOST_WITHOUT_CRITERIA + 1))
        kinds: dict[str, Schema] = {}
        if mark != scale.minimum:
            kinds["credited"] = lists(objects(why=text), 1, MOST_WITHOUT_CRITERIA)
        if mark != scale.maximum:
            kinds["missing"] = lists(text, 1, MOST_WITHOUT_CRITERIA)
        return objects(**kinds, advice=text)


def _enough(question: Question, criterion: Criterion, full: Sequence[int]) -> bool:
    """Whether as many of the criterion's group are met as count."""
    counted = best_of(question.criteria).get(criterion.group, len(question.criteria) + 1)
    return sum(question.criteria[i].group == criterion.group for i in full) >= counted


def _letters(tokens: int, texts: int) -> int:
    spare = LETTERS_A_TOKEN * (tokens - FRAME_TOKENS * texts) // texts
    return max(LETTERS[0], min(LETTERS[1], spare))


def _told(reply: _Reply) -> str:
    parts = (
        ("Credited", [each.why for each in reply.credited]),
        ("Mistakes", [each.why for each in reply.mistakes]),
        ("Missing", reply.missing),
    )
    told = [f"{title}: {_joined(texts)}." for title, texts in parts if _joined(texts)]
    return " ".join([*told, line(reply.advice)]).strip()


def _joined(texts: Sequence[str]) -> str:
    return "; ".join(said for said in (line(text).rstrip(" .;") for text in texts) if said)


InRaw = Callable[[tuple[int, int]], tuple[int, int]]


def in_raw(prediction: Prediction, raw: InRaw) -> Prediction:
    """The prediction with its evidence as spans of the raw answer."""
    moved: list[Judgement] = [
        replace(each, evidence=raw(each.evidence)) if each.evidence else each
        for each in prediction.judgements
    ]
    return replace(prediction, judgements=tuple(moved))
