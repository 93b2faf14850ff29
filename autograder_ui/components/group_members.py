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

FEW = 8
"""Up to so many members are in sight at once; more are one click away."""
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
    """Exceptions first and in sight, then those of which there is nothing special to say."""
    ticked = group.ticked()
    odd = [each for each in group.members if each.answer.id not in ticked]
    plain = [each for each in group.members if each.answer.id in ticked]
    html = (
        f'<div class="members" data-group="{escape(group.id)}">'
        f"{_exceptions(group, odd, named)}{_others(group, plain, named)}</div>"
    )
    return Members(html=html, ticked=ticked)


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


def _exceptions(group: AlikeGroup, odd: Sequence[MarkedAnswer], named: Named) -> str:
    if not odd:
        return ""
    listed = "".join(_member(group, each, named) for each in odd)
    title = f"{len(odd)} to look at: not ticked"
    return f'<section class="odd"><h3>{title}</h3><ul>{listed}</ul></section>'


def _others(group: AlikeGroup, plain: Sequence[MarkedAnswer], named: Named) -> str:
    if not plain:
        return ""
    listed = "".join(_member(group, each, named) for each in plain)
    opened = " open" if len(plain) <= FEW else ""
    every = '<label class="every"><input type="checkbox" data-every> Tick all of these</label>'
    return (
        f"<details{opened}><summary>{len(plain)} answers that say the same</summary>"
        f"{every}<ul>{listed}</ul></details>"
    )


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
