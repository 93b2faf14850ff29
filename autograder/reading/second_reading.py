"""Two readings of a page compared: where they differ somebody has to look.

A language model likes to put a student's words right, and a plain recogniser misreads them: what
both read alike is seldom wrong, whatever either thinks of itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from autograder.domain.script import Line, Reading, Word
from autograder.reading.plain_word import plain_word

DIFFERENT = 0.3
"""The confidence, at most, of a word that the other engine read otherwise."""

COMPARED = ", compared with "

Block = tuple[int, int, int, int]
"""Where two readings differ: from and to among the first's words, then the second's."""


def compare(first: Reading, second: Reading) -> Reading:
    """The first reading with those of its words made doubtful that the second reads otherwise.

    Case, punctuation at a word's edges and where words and lines end count for nothing, nor that
    another engine takes the lines in another order. Words that only the second saw make the one
    before them doubtful, or the one behind.
    """
    words, others = _words(first), _words(second)
    doubtful = _differing(
        [plain_word(word.text) for word in words], [plain_word(word.text) for word in others]
    )
    marks = iter(at in doubtful for at in range(len(words)))
    lines = tuple(_marked(line, marks) for line in first.lines)
    plain = first.version.partition(COMPARED)[0]
    version = f"{plain}{COMPARED}{second.engine} {second.version}"
    return replace(first, version=version, lines=lines)


def _words(reading: Reading) -> list[Word]:
    return [word for line in reading.lines for word in line.words if not word.struck]


def _marked(line: Line, marks: Iterator[bool]) -> Line:
    words = tuple(
        replace(word, confidence=min(word.confidence, DIFFERENT))
        if not word.struck and next(marks)
        else word
        for word in line.words
    )
    return replace(line, words=words)


def _differing(words: Sequence[str], others: Sequence[str]) -> set[int]:
    blocks = [
        (start, end, from_, to)
        for start, end, from_, to in _blocks(words, others)
        if "".join(words[start:end]) != "".join(others[from_:to])
    ]
    elsewhere = Counter(other for *_, from_, to in blocks for other in others[from_:to])
    doubtful = set[int]()
    for start, end, *_ in blocks:
        for at in range(start, end):
            if elsewhere[words[at]]:
                elsewhere[words[at]] -= 1  # it stands in another place, as in a second column
            else:
                doubtful.add(at)
    return doubtful | _beside_missing(blocks, others, elsewhere, len(words))


def _beside_missing(
    blocks: Sequence[Block], others: Sequence[str], left: Counter[str], words: int
) -> set[int]:
    """The words beside which words are missing that the other reading has."""
    found = set[int]()
    for start, end, from_, to in blocks:
        missing = start == end and any(left[other] for other in others[from_:to])
        if missing and words:
            found.add(max(0, start - 1))
    return found


def _blocks(words: Sequence[str], others: Sequence[str]) -> Iterator[Block]:
    """Where the two differ, as few words as may be; neighbouring differences are one."""
    block: Block | None = None
    for step in Levenshtein.opcodes(words, others):
        if step.tag == "equal":
            if block:
                yield block
            block = None
        else:
            start, from_ = (block[0], block[2]) if block else (step.src_start, step.dest_start)
            block = start, step.src_end, from_, step.dest_end
    if block:
        yield block
