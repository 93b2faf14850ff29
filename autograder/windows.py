"""An answer beside what it is judged by, in windows that a network reads whole. Loads no torch.

Training and grading must cut alike, so both cut here. An answer is never cut short: what is longer
than a window goes on in the next one, which repeats the end of the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.domain.errors import EngineUnavailable
from autograder.domain.exam import Question

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

LEAST = 32
OVERLAP = 8
"""Each window repeats an eighth of its length of the one before."""


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids and their segments (0 what is asked, 1 the answer), and the part of the answer
    that it shows, as start and end of characters."""

    ids: tuple[int, ...]
    types: tuple[int, ...]
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is read beside; ``cut``: it was too long and stands there in part."""

    text: str
    cut: bool = False


def reference_for(question: Question, answer: str) -> str:
    """What an answer is read beside as a whole: the reference answer with most words in common,
    else what the criteria ask for, else the rubric; empty where the question is all there is."""
    written = [text for text in question.reference_answers if text.strip()]
    if not written:
        asked = [each.text for each in question.criteria if each.marks > 0]
        return "\n".join(asked) or question.rubric
    words = set(answer.lower().split())
    return max(written, key=lambda text: len(words & set(text.lower().split())) / len(text) ** 0.5)


class Windows:
    """Cuts by the word pieces of ``tokenizer`` (a JSON file), ``size`` of them to a window.

    What is asked fills half a window at most. EngineUnavailable: the file can't be read.
    """

    def __init__(self, tokenizer: Path, size: int) -> None:
        self.size = max(LEAST, size)
        self._whole = _open(tokenizer)
        self._cutting = _open(tokenizer)
        overlap = self.size // OVERLAP
        self._cutting.enable_truncation(self.size, stride=overlap, strategy="only_second")

    def asked(self, question: str, wanted: str) -> Asked:
        """The question and the point or reference answer, which goes first where both are long."""
        room = self.size // 2 - 4  # the pieces that frame a pair
        kept = self._start(wanted, room)
        before = self._start(question, room - self._length(kept))
        return Asked(f"{before}\n{kept}\n", cut=(before, kept) != (question, wanted))

    def of(self, asked: Asked, answer: str) -> list[Window]:
        """The windows of an answer, at least one."""
        first = self._cutting.encode(asked.text, answer)
        return [_window(each) for each in (first, *first.overflowing)]

    def _length(self, text: str) -> int:
        return len(self._whole.encode(text, add_special_tokens=False).ids)

    def _start(self, text: str, pieces: int) -> str:
        offsets = self._whole.encode(text, add_special_tokens=False).offsets
        if len(offsets) <= pieces:
            return text
        return text[: offsets[pieces - 1][1]] if pieces > 0 else ""


def _open(file: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer: Tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises bare exceptions of its own
        raise EngineUnavailable(f"The word pieces in {file} can't be read: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # "[SEP]" in a student's words is five characters, never the end of the answer.
    tokenizer.encode_special_tokens = True
    return tokenizer


def _window(encoding: Encoding) -> Window:
    own = [
        offset
        for offset, sequence in zip(encoding.offsets, encoding.sequence_ids, strict=True)
        if sequence == 1
    ]
    span = (own[0][0], own[-1][1]) if own else (0, 0)
    return Window(tuple(encoding.ids), tuple(encoding.type_ids), span)
