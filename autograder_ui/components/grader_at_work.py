"""Which grader is at work and why, what was put to work by whom, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from autograder.domain.learned import CLASSIFIER, ENCODER, GENERATOR, LORA, LearnedModel, Promotion
from autograder_ui.components import markup
from autograder_ui.components.pick_table import button
from autograder_ui.components.pile import counted

HEADING = markup.heading("The grader at work")
SHIPS = "the one that ships with AutoGrader"
KINDS = {
    LORA: "Adapter of the language model",
    ENCODER: "Network of the built-in grader",
    CLASSIFIER: "Text classifier",
    GENERATOR: "Drafts of reference answers",
}
BACK = (
    "Go back to {previous}? It grades from the next “Grade” on. Your own marks stay as they are, "
    "and {model} is kept."
)
NO_DRAFTS = "Have {model} draft no more? {previous} drafts then, and {model} is kept."
THE_GRADER = "The grader at work, if it can write,"
THE_ONE_BEFORE = "the grader that was at work before"


def at_work(
    name: str, why: str, serving: Sequence[Promotion], models: Mapping[str, LearnedModel]
) -> str:
    """The grader's name and why it is the one; the learned models that serve, with a way back."""
    learned = "".join(_serving(each, models.get(each.model)) for each in serving)
    nothing = '<p class="hint">No learned model is at work: it grades as it ships.</p>'
    return (
        f'<p class="summary"><b>{escape(name)}</b> <span class="muted">{escape(why)}</span></p>'
        f"{learned or nothing}"
    )


def history(promotions: Sequence[Promotion]) -> str:
    """Who put what to work, the newest first; nothing where nobody ever did."""
    rows = [
        [
            when(each.at),
            escape(each.author),
            escape(each.model or SHIPS),
            escape(KINDS.get(each.kind, each.kind)),
            escape(each.reason),
        ]
        for each in reversed(promotions)
    ]
    columns = ["When", "Who", "Put to work", "What it is", "Why"]
    table = markup.table("Promotions and roll-backs", columns, rows)
    return f"<details><summary>What was at work before</summary>{table}</details>" if rows else ""


def when(at: datetime) -> str:
    """A time as the teacher's clock shows it."""
    return f"{at.astimezone():%d %b %Y, %H:%M}"


def _serving(promotion: Promotion, model: LearnedModel | None) -> str:
    taught = f", taught from {taught_from(model)}" if model else ""
    back = button(
        f"{promotion.kind} {promotion.model}",
        "Go back to the one before",
        promotion.model,
        _ask(promotion),
    )
    return (
        f'<p class="serving"><b>{escape(promotion.model)}</b> '
        f"({escape(KINDS.get(promotion.kind, promotion.kind))}{taught}), put to work by "
        f"{escape(promotion.author)} on {when(promotion.at)}. "
        f"{back}</p>"
    )


def taught_from(model: LearnedModel) -> str:
    """How many marks, or questions with their answers, taught it."""
    return counted(model.data_count, "question" if model.kind == GENERATOR else "mark")


def _ask(promotion: Promotion) -> str:
    """Whoever serves after the way back; no classifier ships, so another kind of grader does."""
    if promotion.kind == GENERATOR:
        return NO_DRAFTS.format(model=promotion.model, previous=promotion.previous or THE_GRADER)
    ships = THE_ONE_BEFORE if promotion.kind == CLASSIFIER else SHIPS
    return BACK.format(model=promotion.model, previous=promotion.previous or ships)
