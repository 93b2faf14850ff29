"""Where the teacher gives an answer its mark: a point a criterion, or the mark itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, NotRequired, TypedDict

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Question, Rating, Scale, credit
from autograder.domain.grade import Judgement, MarkedAnswer, Prediction
from autograder_ui.components import markup

MOST_BUTTONS = 11
"""A scale of more marks than this gets a number field."""

LIKELY = 0.5
"""A criterion is ticked beforehand where the grader finds it likelier met than not."""

CLASSIFIER = "classifier"
AS_A_WHOLE = (
    "No words are marked as evidence: this grader read the answer as a whole, and would have to "
    "read it again for each sentence to tell which ones counted. With criteria it shows some."
)
"""Leaving out each of n sentences in turn takes n more readings; fewer than two are affordable."""


class Form(TypedDict):
    """The form's value: its markup, and what the teacher has set on it."""

    html: str
    points: list[float]
    mark: float | None
    by: str
    """``criteria`` or ``total``: which of the two the teacher set last."""
    again: NotRequired[bool]
    """The answer that is open, predicted anew: what the teacher has set on it stays."""


NO_FORM = Form(html="", points=[], mark=None, by="total")


class MarkForm(gr.HTML):
    """The form in the browser. Its behaviour is in ``static/mark_form.js``.

    ``weigh(answer_id, points)`` tells it the mark that those points come to.
    """

    def __init__(self, weigh: Callable[[str, list[float]], float], **options: Any) -> None:
        def weigh_points(sent: list[Any]) -> float:
            return weigh(*sent)  # Gradio hands all arguments over as one list

        super().__init__(
            NO_FORM,
            html_template="${value.html}",
            js_on_load="AutoGrader.markForm(element, props, server, watch);",
            server_functions=[weigh_points],
            apply_default_css=False,
            **options,
        )

    def get_block_name(self) -> str:
        """The browser knows it as plain HTML."""
        return "html"


def form(question: Question, marked: MarkedAnswer, named: str = "mark") -> Form:
    """The form for an answer: as it was reviewed, else as it is predicted.

    Two forms in one window need two names: marks of one name exclude each other.
    """
    review, predicted = marked.review, marked.predicted
    proposed = proposed_points(question, predicted)
    points = list(review.criteria) if review and review.criteria else proposed
    points = points if len(points) == len(question.criteria) else proposed
    by = "criteria" if review and review.criteria else "total"
    html = _html(question, marked, points, named)
    return Form(html=html, points=points, mark=marked.mark, by=by)


def awarded(question: Question, filled: Form) -> tuple[float, list[float] | None]:
    """The mark that the teacher gave, and the points it comes from if they set those last."""
    if filled["by"] == "criteria":
        return total(question, filled["points"]), filled["points"]
    if filled["mark"] is None:
        raise InvalidInput("Choose a mark first: tick criteria, or press a mark.")
    return float(filled["mark"]), None


def total(question: Question, points: Sequence[float]) -> float:
    """The mark that the points come to."""
    return question.mark_for(credit(question.criteria, points))


def proposed_points(question: Question, predicted: Prediction | None) -> list[float]:
    """The points that the grader would give, criterion by criterion."""
    judgements = predicted.judgements if predicted else ()
    if len(judgements) != len(question.criteria):
        return [0.0] * len(question.criteria)
    pairs = zip(question.criteria, judgements, strict=True)
    return [_proposed(criterion, judged) for criterion, judged in pairs]


def _proposed(criterion: Criterion, judged: Judgement) -> float:
    if criterion.ratings:
        return min(criterion.points(1.0), key=lambda each: abs(each - judged.marks))
    return criterion.marks if judged.met >= LIKELY else 0.0


def _html(question: Question, marked: MarkedAnswer, points: Sequence[float], named: str) -> str:
    predicted = marked.predicted
    judgements = predicted.judgements if predicted else ()
    if question.criteria:
        judged = judgements if len(judgements) == len(question.criteria) else ()
        rows = [
            (_rated if criterion.ratings else _criterion)(
                number, criterion, points[number - 1], judged[number - 1] if judged else None
            )
            for number, criterion in enumerate(question.criteria, start=1)
        ]
    else:
        rows = [_point(number, judged) for number, judged in enumerate(judgements, start=1)]
    listed = f'<ol class="judged-list" aria-label="Criteria">{"".join(rows)}</ol>' if rows else ""
    if not rows and predicted and predicted.mark is not None:
        listed = _without_evidence(predicted.maker.grader)
    marks = _marks(question.scale, predicted, named)
    return f'<div class="mark-form" data-answer="{escape(marked.answer.id)}">{listed}{marks}</div>'


def _without_evidence(grader: str) -> str:
    """Why no words are marked, where a grader can't tell which ones it went by."""
    return f'<p class="hint">{AS_A_WHOLE}</p>' if grader == CLASSIFIER else ""


def _criterion(number: int, criterion: Criterion, points: float, judged: Judgement | None) -> str:
    low, high = sorted((0.0, criterion.marks))
    many = "one" if criterion.best == 1 else f"{criterion.best}"
    choice = f"{many} of {escape(criterion.group)}"
    group = f'<em class="group">{choice}</em>' if criterion.group else ""
    checked = " checked" if points else ""
    ticked = f'data-criterion="{number}" data-marks="{criterion.marks:g}"{checked}'
    named = f"Points for criterion {number}"
    return (
        f'<li class="judged"><label><kbd>{number}</kbd>'
        f'<input type="checkbox" {ticked}>'
        f"<span>{escape(criterion.text)} {group}</span></label>{_belief(judged)}"
        f'<span class="points"><input type="number" data-points="{number}" value="{points:g}"'
        f' min="{low:g}" max="{high:g}" step="any" aria-label="{named}">'
        f"<small>/ {criterion.marks:g}</small></span></li>"
    )


def _rated(number: int, criterion: Criterion, points: float, judged: Judgement | None) -> str:
    """A criterion with a button a rating; its key goes from one rating to the next."""
    buttons = "".join(_rating(number, each, points, judged) for each in criterion.ratings)
    return (
        f'<li class="judged rated"><button type="button" class="rated-head"'
        f' data-criterion="{number}" title="Next rating"><kbd>{number}</kbd>'
        f"<span>{escape(criterion.text)}</span></button>{_belief(judged)}"
        f'<input type="hidden" data-points="{number}" value="{points:g}">'
        f'<div class="ratings" role="radiogroup" aria-label="Rating of criterion {number}">'
        f"{buttons}</div></li>"
    )


def _rating(number: int, rating: Rating, points: float, judged: Judgement | None) -> str:
    kind = " predicted" if judged and judged.marks == rating.marks else ""
    checked = " checked" if points == rating.marks else ""
    return (
        f'<label class="rating{kind}"><input type="radio" name="rating-{number}"'
        f' data-rating="{number}" value="{rating.marks:g}"{checked}><b>{rating.marks:g}</b>'
        f"<span>{escape(rating.text)}</span></label>"
    )


def _point(number: int, judged: Judgement) -> str:
    return (
        f'<li class="judged"><label><kbd class="still">{number}</kbd>'
        f"<span>{escape(judged.criterion)}</span></label>{_belief(judged)}</li>"
    )


def _belief(judged: Judgement | None) -> str:
    if judged is None:
        return '<span class="belief none">–</span>'
    verdict = "likely" if judged.met >= 0.8 else "unlikely" if judged.met < 0.2 else "open"
    words = f"The grader is {judged.met:.0%} sure that this is met"
    return (
        f'<span class="belief {verdict}" title="{words}">'
        f'<i style="width:{judged.met:.0%}"></i><b>{judged.met:.0%}</b></span>'
    )


def _marks(scale: Scale, predicted: Prediction | None, named: str) -> str:
    if len(scale.marks) > MOST_BUTTONS:
        hint = f"{scale.minimum:g} to {scale.maximum:g} in steps of {scale.step:g}"
        return (
            '<div class="marks-row"><label class="mark-number">Mark'
            f'<input type="number" data-mark min="{scale.minimum:g}" max="{scale.maximum:g}"'
            f' step="{scale.step:g}"></label><small>{hint}</small>'
            '<small class="off-step" role="status" hidden>Between two steps: it is kept as you '
            "give it.</small></div>"
        )
    likely = dict(predicted.distribution) if predicted else {}
    own = predicted.mark if predicted else None
    buttons = "".join(
        _button(mark, likely.get(mark, 0.0), mark == own, named) for mark in scale.marks
    )
    return f'<div class="marks-row" role="radiogroup" aria-label="Mark">{buttons}</div>'


def _button(mark: float, probability: float, is_predicted: bool, named: str) -> str:
    shown = markup.mark(mark)
    kind = " predicted" if is_predicted else ""
    said = f"{shown}: the grader thinks {probability:.0%}"
    return (
        f'<label class="mark-button{kind}" title="{said}"><input type="radio" name="{named}"'
        f' value="{shown}" data-mark="{shown}"><span class="bar" aria-hidden="true">'
        f'<i style="height:{probability:.0%}"></i></span><b>{shown}</b></label>'
    )
