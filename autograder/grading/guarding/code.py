"""Code as an answer: what in it is written for a reader, and whether that speaks to the grader.

A program's own words (``return``, ``print``, ``score = 0``) are no message to anybody; comments,
texts and long names may be, each without the signs around it, and sentences among the statements.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator

from autograder.domain.grade import Span
from autograder.grading.guarding import code_messages
from autograder.grading.guarding.clean_text import CleanText, clean
from autograder.grading.guarding.code_lines import is_code_line
from autograder.grading.guarding.code_messages import Piece
from autograder.grading.guarding.remark import Remark
from autograder.grading.words import stem

FEWEST_LINES, MOSTLY = 3, 0.6
"""So many lines, of so large a share of those that are no comment, make a text a program; the
same share of the characters."""
LONGEST = 16_000
"""Characters of a program that are read."""
_COMMENT = re.compile(r"\s*(?://|/\*|\*|--\s|<!--|\#(?!\s*(?:include|define|if|endif|pragma)))")
_BLOCK = re.compile(r"/\*.*?\*/|<!--.*?-->|\"\"\".*?\"\"\"|'''.*?'''", re.S)
_PROSE = re.compile(
    r"""(?P<block>/\*.*?(?:\*/|\Z) | <!--.*?(?:-->|\Z) | \"\"\".*?(?:\"\"\"|\Z) | '''.*?(?:'''|\Z)
        | \(\*\s.*?(?:\*\)|\Z) | \{-.*?(?:-\}|\Z))
    | (?P<lines>(?:(?://+|(?<!\S)\#+(?!\s*(?:include|define|if|endif|pragma))
        |^[ \t]*(?:--+|%+|;;+))[^\n]*(?:\n[ \t]*|\Z))+)
    | (?P<coded>(?:'[^'\\\n]'\s*,\s*){11,}'[^'\\\n]'
        | (?:\b(?:0x[0-9a-fA-F]{2}|\d{2,3})\b\s*,\s*){11,}(?:0x[0-9a-fA-F]{2}|\d{2,3})\b)
    | (?P<text>\"(?:[^\"\\\n]|\\.)*\" | '(?:[^'\\\n]|\\.)*')
    | (?P<name>\b[A-Za-z]\w{17,}\b)""",
    re.X | re.S | re.M,
)
_SIGNS = re.compile(r"^[ \t]*(?:/\*+|\*+/?|//+[/!]?|\#+!?|--+|%+|;;+|<!--)|(?:\*/|-->)\s*$", re.M)
_LINE = re.compile(r"^[ \t]*\S.*$", re.M)
_WORDS = re.compile(r"\b\w+(?:['’]\w{1,2})?(?:[^\S\n]+\w+(?:['’]\w{1,2})?){2,}")
"""Three words with nothing between them: as a rule a sentence that poses as a statement."""
_HUMPS = re.compile(r"_+|(?<=[a-z])(?=[A-Z])")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|([\"'\\]))")
_LISTED = re.compile(r"\s*,\s*")
OWN_LINES = 2
"""A word in the code of so many lines is what the program is about."""
REASON = "This part of the code {reason}."


def is_code(text: str) -> bool:
    """Whether a text is a program rather than prose with a formula in it."""
    bare = _BLOCK.sub("", text[:LONGEST])
    lines = [line for line in bare.split("\n") if line.strip() and not _COMMENT.match(line)]
    code = [line for line in lines if is_code_line(line)]
    if len(lines) < FEWEST_LINES or len(code) < MOSTLY * len(lines):
        return False
    return sum(map(len, code)) >= MOSTLY * sum(map(len, lines))  # a long sentence weighs as such


def remarks(text: str, known: Collection[str]) -> Iterator[Remark]:
    """Parts of a program that speak to the grader; ``known`` are the question's stems."""
    about = _subjects(text).union(known)
    for span, piece in (*prose_in(text), *_between(text)):
        if reason := code_messages.reason_against(piece, about):
            yield Remark("injection", REASON.format(reason=reason), span)


def _between(text: str) -> Iterator[tuple[Span, Piece]]:
    """Statements that may be none: lines that look like no code, and sentences in those that do.

    A line with a score that the program never uses is told to the grader too.
    """
    for line in _LINE.finditer(_PROSE.sub(_blank, text)):
        start, said = line.start(), line.group()
        if not is_code_line(said) or code_messages.states_score(said):
            yield line.span(), Piece(said.strip(), is_comment=True)
        else:
            for words in _WORDS.finditer(said):
                span = start + words.start(), start + words.end()
                yield span, Piece(words.group().replace("_", " "), is_comment=True)
            if code_messages.may_speak(said):
                yield line.span(), Piece(said.strip(), is_comment=False)


def _subjects(text: str) -> set[str]:
    """Stems of the program's own words: one that computes marks may speak of marks."""
    found = Counter[str]()
    for line in _WORDS.sub("", _PROSE.sub(_own, text)).split("\n"):
        words = {stem(word.lower()) for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", line)}
        found.update(words)
    return {word for word, lines in found.items() if lines >= OWN_LINES}


def _own(found: re.Match[str]) -> str:
    """What of a comment, text or name counts as the program's own: keys and short names."""
    return "" if found.lastgroup == "name" else _blank(found)


def _blank(found: re.Match[str]) -> str:
    """What is written for a reader, left out with its place kept; names and keys stay."""
    said = found.group()
    stays = found.lastgroup == "name" or (found.lastgroup == "text" and " " not in said)
    return said if stays else re.sub(r"[^\n]", " ", said)


def readable(raw: str) -> CleanText:
    """The program as it stands, its layout kept, but for characters that nobody can see."""
    shown = [
        (character, (at, at + 1))
        for at, character in enumerate(raw)
        if character.isascii() or unicodedata.category(character) not in ("Cf", "Co", "Cn", "Cs")
    ]
    hints = clean(raw)
    return CleanText(
        text="".join(character for character, _ in shown[:LONGEST]),
        origins=tuple(origin for _, origin in shown[:LONGEST]),
        hidden=hints.hidden,
        oddities=hints.oddities,
        cut=len(shown) > LONGEST,
    )


def prose_in(text: str) -> Iterator[tuple[Span, Piece]]:
    """What is written for a reader, a comment or a text a piece, with its place."""
    for found in _PROSE.finditer(text):
        piece = Piece(_said(found), is_comment=found.lastgroup in ("block", "lines"))
        if code_messages.may_speak(piece.said):
            start, end = found.span()
            yield (start, end - (len(found.group()) - len(found.group().rstrip()))), piece


def _said(found: re.Match[str]) -> str:
    """The words without the signs around them."""
    whole = found.group()
    if found.lastgroup == "name":
        return _HUMPS.sub(" ", whole)
    if found.lastgroup == "coded":
        letters = re.findall(r"'(.)'", whole)
        return "".join(letters) or _LISTED.sub(" ", whole)
    if found.lastgroup == "text":
        return _unescaped(whole[1:-1].replace("\\n", "\n"))
    return _SIGNS.sub("", whole).strip("\"' \t\n")


def _unescaped(said: str) -> str:
    """A text as it is printed, two halves of a character put together."""
    bare = _ESCAPED.sub(_character, said)
    return bare.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    return chr(int(code, 16) % 0x110000) if code else found[4]
