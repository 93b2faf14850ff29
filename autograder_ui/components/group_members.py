"""The answers of a group, each with its difference to the typical one, to be ticked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape
from typing import Any, TypedDict

import gradio as gr

from autograder.domain.grade import MarkedAnswer
from autograder_ui.components import marked_text, markup
from autograder_ui.components.alike_group import AlikeGroup
from autograder_ui.components.group_list import Named, standing
from autograder_ui.components.marked_text import Mark

FEW = 5
"""Up to so many members are in sight at once; more are one click away."""
EVERY = '<label class="every"><input type="checkbox" data-every> Tick all of these</label>'
_WORD = re.compile(r"\S+")


class Members(TypedDict):
    """The value: the markup, and the ids of the answers that are ticked."""

    html: str
    ticked: list[str]


NO_MEMBERS = Members(html="", ticked=[])


class GroupMembers(gr.HTML):
    """The list in the browser, in ``static/group_members.js``. Triggers ``tick``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            NO_MEMBERS,
            html_template="${value.html}",
            js_on_load="AutoGrader.groupMembers(element, props, watch, () => trigger('tick'));",
            apply_default_css=False,
            **options,
        )

    def get_block_name(self) -> str:
        """The browser knows it as plain HTML."""
        return "html"


def members(group: AlikeGroup, named: Named) -> Members:
    """Exceptions first and in sight, then those to be marked, then those that are."""
    ticked = group.ticked()
    odd = [each for each in group.members if group.exceptions(each)]
    plain = [each for each in group.members if each.answer.id in ticked]
    done = [each for each in group.members if each.review and each not in odd]

    def listed(those: Sequence[MarkedAnswer]) -> str:
        return f"<ul>{''.join(_member(group, each, named) for each in those)}</ul>"

    html = f'<div class="members" data-group="{escape(group.id)}">'
    if odd:
        html += f'<section class="odd"><h3>{len(odd)} to look at: not ticked</h3>{listed(odd)}'
        html += "</section>"
    if plain:
        html += _folded(f"{_answers(plain)} to mark", EVERY + listed(plain), len(plain) <= FEW)
    if done:
        html += _folded(f"{_answers(done)} marked already: not ticked", listed(done), False)
    return Members(html=f"{html}</div>", ticked=ticked)


def differences(text: str, typical: str) -> tuple[list[Mark], list[str]]:
    """What an answer's text has that the typical one doesn't, and what it leaves out.

    Words are compared without their case and punctuation.
    """
    own, usual = list(_WORD.finditer(text)), typical.split()
    matcher = SequenceMatcher(
        None, [_bare(word) for word in usual], [_bare(word.group()) for word in own], autojunk=False
    )
    marks, missing = [], []
    for kind, start, end, own_start, own_end in matcher.get_opcodes():
        if kind in ("replace", "insert"):
            span = own[own_start].start(), own[own_end - 1].end()
            marks.append(Mark(span, "differs", "Not in the typical answer"))
        if kind in ("replace", "delete"):
            missing.append(" ".join(usual[start:end]))
    return marks, missing


def _bare(word: str) -> str:
    return re.sub(r"[^\w=<>+*/^%-]", "", word).casefold()


def _folded(title: str, content: str, is_open: bool) -> str:
    opened = " open" if is_open else ""
    return f"<details{opened}><summary>{title}</summary>{content}</details>"


def _answers(those: Sequence[MarkedAnswer]) -> str:
    return f"{len(those)} answer{'s' if len(those) > 1 else ''}"


def _member(group: AlikeGroup, each: MarkedAnswer, named: Named) -> str:
    text, name = each.answer.current.text, escape(named(each))
    marks, missing = differences(text, group.typical.answer.current.text)
    shown = marked_text.render(text, marks) or "Nothing was written."
    without = f"<small>without “{escape(' … '.join(missing))}”</small>" if missing else ""
    reasons = markup.notice("warn", group.exceptions(each))
    return (
        f'<li class="member"><label><input type="checkbox" data-answer="{escape(each.answer.id)}">'
        f"<span>{name}</span></label>{standing(each)}"
        f'<p class="student-text" lang="">{shown}</p>{without}{reasons}</li>'
    )
