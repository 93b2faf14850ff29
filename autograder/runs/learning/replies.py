"""A person's words on a mark in the form in which grading asks the language model for its own."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from autograder.grading.language.json_reply import Request
from autograder.grading.language.packs import Embed
from autograder.grading.language.rationale import Rationale
from autograder.grading.sentences import sentences

Said = dict[str, object]


def reply(rationale: Rationale, comment: str, request: Request, embed: Embed) -> str:
    """JSON as grading's grammar would let it be written, with the comment as the advice; "" where
    there is nothing to say the rest from."""
    parts = request.schema["properties"]
    longest = parts["advice"]["maxLength"]
    said = _by_criteria(rationale, longest, embed)
    if not rationale.prediction.judgements:
        said = _as_a_whole(rationale, longest, embed)
    if set(said) | {"advice"} != set(parts):
        return ""
    return json.dumps({**said, "advice": _short(comment, longest)}, ensure_ascii=False)


def _by_criteria(rationale: Rationale, longest: int, embed: Embed) -> Said:
    """The mark scheme's words on each point, and the answer's own sentence as its quotation."""
    criteria = rationale.question.criteria
    said: Said = {}
    for kind, indices in (("credited", rationale.credited), ("mistakes", rationale.mistakes)):
        if indices:
            texts = [criteria[index].text for index in indices]
            quotes = _nearest_of(_sentences([rationale.text]), texts, embed)
            said[kind] = [
                {"quote": _begun(quote, longest), "why": _short(text, longest)}
                for quote, text in zip(quotes, texts, strict=True)
            ]
    if rationale.missing:
        said["missing"] = [_short(criteria[index].text, longest) for index in rationale.missing]
    return said


def _as_a_whole(rationale: Rationale, longest: int, embed: Embed) -> Said:
    """What of the reference answer is nearest to the answer, and what is farthest from it."""
    question, mark = rationale.question, rationale.prediction.mark
    points = _sentences(question.reference_answers)
    if not question.reference_answers:
        return {}
    near = embed(points) @ embed([rationale.text])[0]
    best, worst = points[int(np.argmax(near))], points[int(np.argmin(near))]
    said: Said = {}
    if mark != question.scale.minimum:
        said["credited"] = [{"why": _short(best, longest)}]
    if mark != question.scale.maximum:
        said["missing"] = [_short(worst, longest)]
    return said


def _sentences(texts: Sequence[str]) -> list[str]:
    return [" ".join(each.split()) for text in texts for each in sentences(text)] or ["…"]


def _nearest_of(pieces: Sequence[str], texts: Sequence[str], embed: Embed) -> list[str]:
    """The piece that is most like each text."""
    near = embed(texts) @ embed(pieces).T
    return [pieces[int(index)] for index in np.argmax(near, axis=1)]


def _begun(text: str, longest: int) -> str:
    """As many of the words as fit, exactly: what is quoted has to be found in the answer."""
    return text if len(text) <= longest else text[: longest + 1].rsplit(" ", 1)[0][:longest]


def _short(text: str, longest: int) -> str:
    line = " ".join(text.split()) or "…"
    return line if len(line) <= longest else _begun(line, longest - 1) + "…"
