"""An answer's text to edit in place: its doubtful words marked where they stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from autograder.domain.script import Answer, Box
from autograder_ui.components.placed_words import PlacedWord, doubt_kind, place_key, placed_words

Others = Mapping[tuple[str, Box], str]
"""What a second engine reads instead, by the page and box of the word."""


def render(answer: Answer, label: str, others: Others, checked: frozenset[str]) -> str:
    """The field with the answer's text. Its behaviour is in ``static/word_editor.js``.

    On the pages of ``checked`` no word is in doubt any more.
    """
    current = answer.current
    rows = max(2, current.text.count("\n") + 1)
    words = [_word(word, others, checked) for word in placed_words(current.text, current.lines)]
    return (
        '<div class="word-editor"><div class="behind" aria-hidden="true"></div>'
        f'<textarea data-answer="{escape(answer.id)}" data-version="{current.version}"'
        f' data-words="{escape(json.dumps(words, separators=(",", ":")))}"'
        f' rows="{rows}" aria-label="Text of {escape(label)}" spellcheck="false" lang="">'
        f"\n{escape(current.text)}</textarea></div>"  # HTML drops the first newline of a textarea
    )


def _word(placed: PlacedWord, others: Others, checked: frozenset[str]) -> list[str | int]:
    """Start, end, page, box, kind, how sure (per cent), what the second engine reads."""
    word, page = placed.word, placed.page_id
    in_doubt = placed.kept and page not in checked
    kind = doubt_kind(word.confidence) if in_doubt else "sure"
    other = others.get((page, word.box), "") if in_doubt else ""
    return [*placed.span, page, place_key(word.box), kind, round(100 * word.confidence), other]
