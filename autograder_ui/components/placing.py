"""Ways to settle where an answer stands or what counts of it, each with one press of a button."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from autograder.domain import placement
from autograder.domain.errors import Conflict
from autograder.domain.exam import Question
from autograder.domain.script import Answer, PlacedLine
from autograder.gradebook.answers import Answers

RIGHT, BELONGS, KEEP, BACK = "right", "belongs", "keep", "back"
ORDER = ("first", "second", "third", "fourth", "fifth", "sixth")
MOST_OFFERED = 3
"""Questions: the list of all of them stands below."""


@dataclass(frozen=True)
class Way:
    """A button: what it says, and what it does with which question or part of the answer."""

    name: str
    act: str
    question: str = ""
    part: int = 0


def ways(answer: Answer, answers: Sequence[Answer], questions: Sequence[Question]) -> list[Way]:
    """What a teacher may want to say to the answer's note; nothing where there is none."""
    if not answer.note:
        return []
    if answer.question_id is None:
        taken = {each.question_id for each in answers}
        offered = _offered(answer, answers, questions)
        belongs = [
            Way(f"{'Join to' if q.id in taken else 'Belongs to'} {q.label}", BELONGS, q.id)
            for q in offered[:MOST_OFFERED]
        ]
        return [*belongs, Way("Nothing to grade", RIGHT)]
    places = placement.places(answer.note) if _as_read(answer) else []
    keep = [Way(f"Keep the {name}", KEEP, part=at) for at, name in enumerate(ORDER[: len(places)])]
    back = [Way("It counts: put it back", BACK)] if _struck(answer) and _as_read(answer) else []
    return [Way("Join them" if places else "This is right", RIGHT), *keep, *back]


def render(answer: Answer, offered: Iterable[Way]) -> str:
    """The buttons."""
    buttons = "".join(
        f'<button type="button" data-act="settle" data-way="{way.act}" data-part="{way.part}"'
        f' data-answer="{escape(answer.id)}" data-version="{answer.current.version}"'
        f' data-question="{escape(way.question)}">{escape(way.name)}</button>'
        for way in offered
    )
    return (
        f'<div class="ways" role="group" aria-label="Settle it">{buttons}</div>' if buttons else ""
    )


def settle(answers: Answers, answer_id: str, way: Way, seen_version: int, author: str) -> None:
    """Does what the teacher pressed. NotFound; Conflict: the answer has changed since."""
    answer = answers.get(answer_id)
    if answer.current.version != seen_version:
        raise Conflict(
            f"{answer.current.author} has changed this answer since you opened it. "
            "Look at it again, then press once more."
        )
    if way.act == BELONGS:
        answers.move(answer_id, way.question, author)
        return
    if way.act == KEEP:
        kept = placement.places(answer.note)[way.part]
        others = [at for at in range(len(answer.current.lines)) if at not in kept]
        answers.settle(answers.move(answer_id, None, author, others).id, author)
    elif way.act == BACK:
        answers.edit(answer_id, _whole_text(answer), author, seen_version)
    answers.settle(answer_id, author)


def _as_read(answer: Answer) -> bool:
    """Whether the text still has a line for each line of the scan, as the note counts them."""
    return answer.current.text.split("\n") == [p.line.text for p in answer.current.lines]


def _struck(answer: Answer) -> bool:
    return any(word.struck for placed in answer.current.lines for word in placed.line.words)


def _whole_text(answer: Answer) -> str:
    return "\n".join(map(_whole_line, answer.current.lines))


def _whole_line(placed: PlacedLine) -> str:
    words = placed.line.words
    if not any(word.struck for word in words):
        return placed.line.text
    return " ".join(word.text for word in words)


def _offered(
    answer: Answer, answers: Sequence[Answer], questions: Sequence[Question]
) -> list[Question]:
    """The questions that the note names, then the one whose answer stands above."""
    named = [q for q in questions if re.search(rf"(?<!\w){re.escape(q.label)}(?!\w)", answer.note)]
    above = _above(answer, answers)
    return list(dict.fromkeys([*named, *(q for q in questions if q.id == above)]))


def _above(answer: Answer, answers: Sequence[Answer]) -> str | None:
    """The question of the answer that ends right above this text, on the same page."""
    if not answer.current.lines:
        return None
    first = answer.current.lines[0]
    before = [
        (placed.line.box[3], each.question_id)
        for each in answers
        if each.question_id is not None
        for placed in each.current.lines
        if placed.page_id == first.page_id and placed.line.box[1] < first.line.box[1]
    ]
    return max(before)[1] if before else None
