"""An answer as it is marked: who wrote it, what was asked, what it says, what was said about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import pairwise

from autograder.domain.exam import Question
from autograder.domain.grade import BULK, GROUP, MarkedAnswer, Prediction, Review
from autograder_ui.components import code_view, marked_text, markup
from autograder_ui.components.code_view import ShownFile
from autograder_ui.components.pick_table import button

WAYS = {GROUP: " for a group of alike answers", BULK: " unseen, with many others"}
"""How a review came about, where nobody decided on this one answer."""

UPDATED = '<p class="updated" role="status">Updated: this now goes by your last decision.</p>'

Lesson = tuple[str, str]
"""Something that a prediction leaned on: an answer's id ("" for a ruling), and what to call it."""


def answer_sheet(
    marked: MarkedAnswer,
    name: str,
    leans: Sequence[Lesson] = (),
    updated: bool = False,
    code: Sequence[ShownFile] = (),
) -> str:
    """The answer with its question, its marks so far, what to look at, and its text.

    ``name`` is what its script is called; ``leans`` are what its prediction leaned on most;
    ``updated``: it changed while it was open; ``code``: the files that its text is made of.
    """
    question = marked.question
    label = escape(question.label) if question else "No question"
    return (
        f'<div class="answer-sheet"><header><h2>{escape(name)}'
        f"<small>{label}</small></h2>{standing(marked)}</header>"
        f"{leaning(marked, leans)}{UPDATED if updated else ''}"
        f"{asked(question)}{_look(marked)}{_text(marked, code)}</div>"
    )


def standing(marked: MarkedAnswer) -> str:
    """The predicted mark and the final one, side by side."""
    predicted, review = marked.predicted, marked.review
    machine = '<span class="standing machine none">not graded yet</span>'
    if predicted:
        sure = f"{predicted.confidence:.0%} sure" if predicted.mark is not None else "can't tell"
        old = " · older text" if marked.outdated else ""
        machine = (
            f'<span class="standing machine"><small>Predicted</small>'
            f"<b>{markup.mark(predicted.mark)}</b><small>{sure}{old}</small></span>"
        )
    final = '<span class="standing final none">not reviewed</span>'
    if review:
        final = (
            f'<span class="standing final"><small>Final</small><b>{markup.mark(review.mark)}</b>'
            f"<small>{escape(review.reviewer)}</small></span>"
        )
    return f'<div class="standings">{machine}{final}</div>'


def leaning(marked: MarkedAnswer, leans: Sequence[Lesson]) -> str:
    """Which of the teacher's decisions the prediction goes by; the answers can be gone to."""
    known = marked.predicted.leaned_on if marked.predicted else 0
    if not known:
        return ""
    named = ", ".join(
        button(answer_id, name, "is where that was decided") if answer_id else escape(name)
        for answer_id, name in leans
    )
    decided = _many(known, "decision")
    what = f"your marks of: {named} ({decided} in all)" if named else f"{decided} of yours"
    return f'<p class="leaning">Goes by {what}</p>'


def asked(question: Question | None) -> str:
    """The question, with its reference answers and notes one click away."""
    if question is None:
        return ""
    more = "".join(f"<p>{escape(answer)}</p>" for answer in question.reference_answers)
    more += f'<p class="muted">{escape(question.rubric)}</p>' if question.rubric else ""
    folded = f"<details><summary>Reference answer</summary>{more}</details>" if more else ""
    return f'<div class="asked"><p>{escape(question.text)}</p>{folded}</div>'


def history(marked: MarkedAnswer) -> str:
    """Everything that was said about the answer's mark, newest first."""
    said = [_predicted(each) for each in _turns(marked.predictions)]
    said += [_reviewed(each) for each in marked.reviews]
    said += [
        (text.at, f"{escape(text.author)} corrected the text (version {text.version})")
        for text in marked.answer.texts
        if text.by_person
    ]
    if not said:
        return ""
    dated = sorted(said, key=lambda pair: pair[0].timestamp() if pair[0] else 0.0, reverse=True)
    items = "".join(f"<li>{_when(at)} {what}</li>" for at, what in dated)
    title = f"<summary>History ({len(said)})</summary>"
    return f'<details class="history">{title}<ol>{items}</ol></details>'


def _turns(predictions: Sequence[Prediction]) -> Iterator[Prediction]:
    """The first prediction, each that says another mark than the one before, and the newest."""
    yield from predictions[:1]
    for before, now in pairwise(predictions):
        if now is predictions[-1] or (before.mark, before.maker) != (now.mark, now.maker):
            yield now


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _predicted(prediction: Prediction) -> tuple[datetime | None, str]:
    maker = prediction.maker
    by = " ".join(filter(None, (maker.grader, maker.model, maker.adapter, maker.prompt)))
    known = prediction.leaned_on
    leaned = f", going by {_many(known, 'decision')}" if known else ""
    sure = f"{prediction.confidence:.0%} sure"
    mark = markup.mark(prediction.mark)
    return prediction.at, f"<i>{escape(by)}</i> predicted <b>{mark}</b> ({sure}{leaned})"


def _reviewed(review: Review) -> tuple[datetime | None, str]:
    points = " + ".join(f"{point:g}" for point in review.criteria or ())
    parts = f" ({points})" if points else ""
    comment = f": “{escape(review.comment)}”" if review.comment else ""
    mark = markup.mark(review.mark)
    way = WAYS.get(review.way, "")
    return review.at, f"<b>{escape(review.reviewer)}</b> gave <b>{mark}</b>{parts}{way}{comment}"


def _when(at: datetime | None) -> str:
    return f'<time datetime="{at.isoformat()}">{at:%d %b %H:%M} UTC</time>' if at else ""


def _look(marked: MarkedAnswer) -> str:
    reasons: list[str] = (
        [flag.reason for flag in marked.predicted.flags] if marked.predicted else []
    )
    if marked.answer.note:
        reasons.append(marked.answer.note)
    if marked.outdated:
        reasons.append(
            "The text or the question changed after this prediction. Press Grade in Scripts "
            "for a new one, or mark it yourself."
        )
    return markup.notice("warn", [f"Please look: {reason}" for reason in reasons])


def _text(marked: MarkedAnswer, code: Sequence[ShownFile]) -> str:
    text, predicted = marked.answer.current.text, marked.predicted
    if not text.strip():
        return '<p class="student-text none">Nothing was written here.</p>'
    marks: Sequence[marked_text.Mark] = ()
    if predicted and not marked.outdated:  # an older prediction's places aren't this text's
        evidence = marked_text.evidence(predicted.judgements)
        marks = [*evidence, *marked_text.flagged(predicted.flags)]
    feedback = predicted.feedback if predicted else ""
    why = f"<details><summary>Feedback</summary><p>{escape(feedback)}</p></details>"
    shown = (
        code_view.render(code, marks)
        if code
        else f'<p class="student-text" lang="">{marked_text.render(text, marks)}</p>'
    )
    return shown + (f'<div class="feedback">{why}</div>' if feedback else "")
