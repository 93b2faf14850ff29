"""Code in the colours that programmers read it by, as plain runs of text: never as markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from autograder.reading.written.kinds import is_prose

MOST_CHARACTERS, LONGEST_LINE = 120_000, 2_000
"""Longer text, or a longer line, is shown in one colour: lexers may take very long over it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line: its text, and what kind of code it is (empty: no kind of its own)."""

    text: str
    kind: str = ""


@lru_cache(maxsize=64)
def highlighted(name: str, text: str) -> tuple[tuple[Run, ...], ...]:
    """The runs of each line; joined they are ``text``. ``name`` tells the language."""
    lines = text.split("\n")
    plain = tuple((Run(line),) if line else () for line in lines)
    if is_prose(name) or len(text) > MOST_CHARACTERS or max(map(len, lines)) > LONGEST_LINE:
        return plain
    found = tuple(_lines(name, text))
    return found if ["".join(run.text for run in row) for row in found] == lines else plain


def _lines(name: str, text: str) -> Iterator[tuple[Run, ...]]:
    from pygments.lexers import TextLexer, get_lexer_for_filename
    from pygments.util import ClassNotFound

    options = {"stripnl": False, "ensurenl": False, "stripall": False}
    try:
        lexer = get_lexer_for_filename(name, **options)
    except ClassNotFound:
        lexer = TextLexer(**options)
    row: list[Run] = []
    for token, value in lexer.get_tokens(text):
        first, *others = value.split("\n")
        kind = _kind(token)
        row += [Run(first, kind)] if first else []
        for other in others:
            yield tuple(row)
            row = [Run(other, kind)] if other else []
    yield tuple(row)


def _kind(token: object) -> str:
    from pygments.token import Comment, Keyword, Name, Number, String

    kinds = (
        (Comment.Preproc, "preprocessor"),
        (Comment, "comment"),
        (String, "string"),
        (Number, "number"),
        (Keyword, "keyword"),
        (Name.Function, "function"),
        (Name.Class, "function"),
        (Name.Builtin, "builtin"),
        (Name.Decorator, "preprocessor"),
    )
    return next((kind for family, kind in kinds if token in family), "")
