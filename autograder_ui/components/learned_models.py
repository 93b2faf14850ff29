"""The learned graders listed: what each was made of, and how it did beside the one at work."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape

from autograder.domain.learned import GENERATOR, LearnedModel
from autograder.learning.registry.proofs import Proof
from autograder_ui.components import markup
from autograder_ui.components.grader_at_work import KINDS, SHIPS, taught_from, when
from autograder_ui.components.pick_table import Row, button, rows_to_pick

HEADING = markup.heading(
    "Learned graders",
    "Trained here or imported. Only one that did no worse than the grader at work can replace it.",
)
NONE_YET = markup.empty(
    "No learned grader yet",
    "Train one from your marks, or import the file of one that a colleague exported.",
)
COLUMNS = ["Grader", "What it is", "Taught from", "Made", "Beside the one at work"]
TAGS = {"better": "good", "no worse": "good", "worse": "warn"}
PROMOTE, TRY, REMOVE = "promote", "try", "remove"
"""What a button of the picked grader's panel asks for, before the grader's id."""
PUT_TO_WORK = (
    "Put {model} to work? It grades from the next “Grade” on, and predictions that nobody has "
    "confirmed are then made anew. Your own marks stay as they are. This is recorded under your "
    "name, and you can go back at any time."
)
DRAFT_FROM_NOW = (
    "Have {model} draft reference answers in the Exam tab from now on? Each is yours to check "
    "before it counts. This is recorded under your name, and you can go back at any time."
)
REALLY_REMOVE = "Remove {model} for good? What it predicted stays in the gradebook."
NOT_TRIED = "It was not tried yet beside what is at work now, so it can't be put to work."
NOT_JUDGED = (
    "It was not judged beside the drafting model that is at work now, so it can't be put to work: "
    "train it again with the course's files."
)


def models_table(
    models: Sequence[LearnedModel],
    proofs: Mapping[str, Proof | None],
    serving: Collection[str],
    damaged: Mapping[str, str],
    picked: str,
) -> str:
    """The learned graders, the newest first; the damaged ones with what is wrong with them."""
    broken = markup.notice("warn", damaged.values())
    if not models:
        return broken or NONE_YET
    rows = (_row(each, proofs[each.id], each.id in serving) for each in models)
    return rows_to_pick("Learned graders", COLUMNS, rows, picked) + broken


def facts(model: LearnedModel) -> str:
    """What the picked grader is made of."""
    told = {
        "Made by": f"“learn {model.method}” of AutoGrader {model.code}",
        "From": model.base,
        "Goes on from": _parent(model.parent),
        "Taught from": taught_from(model),
        "Licence": model.licence,
    }
    listed = "".join(
        f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in told.items() if value
    )
    return f'<h3>{escape(model.id)}</h3><dl class="facts">{listed}</dl>'


def _parent(parent: str) -> str:
    """The trial can't leave out what one from elsewhere learned, so that is said."""
    return (
        f"{parent}, which was not made here: nobody knows what it saw" if "@" in parent else parent
    )


def verdict(model: LearnedModel, proof: Proof | None) -> str:
    """How the trial of the picked grader ended, and why."""
    if proof is None:
        return markup.notice("plain", [NOT_JUDGED if drafts(model) else NOT_TRIED])
    kind = "good" if proof.enough else "warn"
    tried = f" on {when(proof.at)}" if proof.at else ""
    beside = "texts that cost nothing to write" if drafts(model) else proof.against or SHIPS
    first = f"Beside {beside}{tried}: {proof.verdict}."
    return markup.notice(kind, [first, *proof.reasons])


def drafts(model: LearnedModel) -> bool:
    """Whether it drafts reference answers, and grades nothing."""
    return model.kind == GENERATOR


def buttons(model: LearnedModel, proof: Proof | None, serves: bool) -> str:
    """What can be done with the picked grader."""
    asked = (DRAFT_FROM_NOW if drafts(model) else PUT_TO_WORK).format(model=model.id)
    offered = [
        _button(PROMOTE, model.id, "Put to work", asked, "main")
        if proof and proof.enough and not serves
        else "",
        _button(TRY, model.id, "Try it beside the one at work")
        if not serves and not drafts(model)
        else "",
        f'<a class="as-button" href="/files/learned/{escape(model.id)}.zip" download>'
        "Export as one file</a>",
        _button(REMOVE, model.id, "Remove", REALLY_REMOVE.format(model=model.id))
        if not serves
        else "",
    ]
    return f'<div class="in-panel">{"".join(offered)}</div>'


def _button(act: str, model: str, words: str, ask: str = "", kind: str = "") -> str:
    made = button(f"{act} {model}", words, model, ask)
    return made.replace('class="in-row"', f'class="as-button {kind}"'.replace(' "', '"'))


def _row(model: LearnedModel, proof: Proof | None, serves: bool) -> Row:
    found = proof.verdict if proof else "not tried"
    tag = f'<span class="tag {TAGS.get(found, "")}">{escape(found)}</span>'
    tag = '<span class="tag good">at work</span>' if serves else tag
    kind = escape(KINDS.get(model.kind, model.kind))
    return model.id, model.id, [kind, taught_from(model), when(model.created), tag]
