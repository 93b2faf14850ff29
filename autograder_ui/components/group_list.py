"""The groups of a question, largest first, and the answers that fit none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape

from autograder.domain.grade import MarkedAnswer
from autograder.grading.grouping import Kind
from autograder_ui.components import markup
from autograder_ui.components.alike_group import AlikeGroup, predicted

KINDS = {
    Kind.EXACT: ("same words", "The same but for capitals, blanks and punctuation"),
    Kind.NEAR: ("nearly the same words", "The same words but for endings and slips of the pen"),
    Kind.MEANING: ("same meaning", "The same said in another order or with one other word"),
    Kind.ALONE: ("alone", "No other answer surely says the same"),
}
NO_GROUPS = markup.empty(
    "No two answers alike", "Every answer says something of its own: mark them in Marking."
)
TO_MARKING = (
    '<button type="button" class="link" data-tab="Marking">Mark them one by one in Marking</button>'
)
Named = Callable[[MarkedAnswer], str]
"""Who wrote an answer, as the teacher knows them."""


def summary(several: Sequence[AlikeGroup], alone: Sequence[AlikeGroup]) -> str:
    """What the grouping saves."""
    answers = sum(len(group.members) for group in several)
    open_ones = sum(bool(group.undecided) for group in several)
    if not several:
        return ""
    return (
        f'<p class="summary"><b>{answers}</b> answers in <b>{len(several)}</b> '
        f"group{'s' if len(several) > 1 else ''}, {len(alone)} alone · {open_ones} to decide</p>"
    )


def cards(several: Sequence[AlikeGroup], chosen: str) -> str:
    """A card a group, to be picked; the group whose id is ``chosen`` is marked as such."""
    if not several:
        return NO_GROUPS
    listed = "".join(f"<li>{_card(group, group.id == chosen)}</li>" for group in several)
    return f'<ol class="group-cards" aria-label="Groups, the largest first">{listed}</ol>'


def alone_list(alone: Sequence[AlikeGroup], named: Named) -> str:
    """The answers that no group would be right for."""
    if not alone:
        return ""
    count = f"{len(alone)} answer{'s' if len(alone) > 1 else ''} alone"
    rows = [_alone(group.typical, named) for group in alone]
    table = markup.table("Answers alone", ("Script", "Answer", "Mark"), rows)
    return f'<details class="alone"><summary>{count}</summary>{TO_MARKING}{table}</details>'


def kind_tag(kind: Kind) -> str:
    """How alike the answers are, in a word."""
    words, explained = KINDS[kind]
    return f'<span class="tag" title="{escape(explained)}">{escape(words)}</span>'


def predictions(group: AlikeGroup) -> str:
    """The predicted marks of the group, the most frequent first, and how sure the grader is."""
    marks = Counter(predicted(each) for each in group.members if each.predicted)
    if not marks:
        return '<span class="muted">not graded yet</span>'
    listed = ", ".join(
        f"<b>~{markup.mark(mark)}</b>" + (f" × {count}" if len(marks) > 1 else "")
        for mark, count in marks.most_common()
    )
    sure = f", {group.confidence:.0%} sure" if group.confidence is not None else ""
    return f'<span class="predicted">predicted {listed}{sure}</span>'


def standing(marked: MarkedAnswer) -> str:
    """An answer's mark: the teacher's, else the predicted one."""
    if marked.review:
        return f'<b class="final">{markup.mark(marked.review.mark)}</b>'
    own = predicted(marked)
    return '<span class="none">–</span>' if own is None else f'<i class="guess">~{own:g}</i>'


def _card(group: AlikeGroup, is_chosen: bool) -> str:
    here = ' aria-current="true"' if is_chosen else ""
    left = len(group.undecided)
    odd = sum(bool(group.exceptions(each)) for each in group.undecided)
    done = '<span class="tag good">decided</span>' if not left else ""
    warn = f'<span class="tag warn">{odd} to look at</span>' if odd else ""
    partly = f'<span class="tag">{left} left</span>' if 0 < left < len(group.members) else ""
    text = group.typical.answer.current.text.strip() or "Nothing was written."
    return (
        f'<button type="button" class="group-card" data-id="{escape(group.id)}"{here}>'
        f'<span class="size"><b>{len(group.members)}</b> answers</span>'
        f'<span class="tags">{kind_tag(group.kind)}{partly}{warn}{done}</span>'
        f'<span class="student-text" lang="">{escape(text)}</span>{predictions(group)}</button>'
    )


def _alone(marked: MarkedAnswer, named: Named) -> tuple[str, str, str]:
    text = marked.answer.current.text.strip() or "Nothing was written."
    flagged = "".join(
        f'<span class="flag" role="img" title="{why}" aria-label="{why}">⚑</span>'
        for flag in (marked.predicted.flags if marked.predicted else ())
        for why in [escape(f"Please look: {flag.reason}")]
    )
    shown = f'<span class="student-text" lang="">{escape(text)}</span>'
    return escape(named(marked)), shown, standing(marked) + flagged
