"""A finished drafting model, ready to write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.domain.errors import EngineUnavailable
from autograder.learning.drafting import adapter
from autograder.learning.drafting.base import Base
from autograder.learning.drafting.course import CourseQuestion
from autograder.learning.drafting.rouge import rouge
from autograder.learning.drafting.writer import Writer

KNOWN = "known_drafts.json"
SAME = 0.5
"""Least ROUGE-L, on average, with what it wrote when it was made. Greedy texts part at one token
where another GPU rounds otherwise; another base or damaged weights share next to nothing."""
MOST_KNOWN = 3


@dataclass(frozen=True, slots=True)
class KnownDraft:
    """What the model wrote to a held-out question when it was made."""

    question: str
    passage: str
    draft: str


class LearnedWriter:
    """Writes with what stands in ``folder``, put on its ``base``.

    EngineUnavailable: the folder is damaged, of another base, or taught with another prompt.
    """

    def __init__(self, folder: Path, base: Base) -> None:
        made = adapter.Made.read(folder)
        self._folder = folder
        self._reads_textbook = made.passages
        self._writer = Writer(base, adapter.put_on(base, folder, made), made.answer_tokens)

    def write(self, questions: Sequence[tuple[str, str]]) -> list[str]:
        """An answer to each (question, passage); passages are read if it was taught with them."""
        if not self._reads_textbook:
            questions = [(text, "") for text, _ in questions]
        return self._writer.write(questions)

    def check(self) -> None:
        """Has it write its known drafts again.

        EngineUnavailable: it has none, or writes something else than when it was made.
        """
        known = _known(self._folder)
        again = self.write([(each.question, each.passage) for each in known])
        alike = [rouge(text, [each.draft]).longest for each, text in zip(known, again, strict=True)]
        if not alike or not sum(alike) / len(alike) >= SAME:
            raise EngineUnavailable(
                f"The drafting model {self._folder.name} writes something else than when it was "
                "made. Its base model or the program differ; teach it again here."
            )


def keep_known(folder: Path, held_out: Sequence[CourseQuestion], drafts: Sequence[str]) -> None:
    """Puts some of the drafts beside the model, to be checked by."""
    known = [
        KnownDraft(each.text, each.passage, draft)
        for each, draft in zip(held_out, drafts, strict=True)
        if draft
    ]
    content = [asdict(each) for each in known[:MOST_KNOWN]]
    (folder / KNOWN).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _known(folder: Path) -> list[KnownDraft]:
    try:
        told = json.loads((folder / KNOWN).read_bytes())
        return [KnownDraft(**each) for each in told[:MOST_KNOWN]]
    except (OSError, ValueError, TypeError) as error:
        raise EngineUnavailable(
            f"The drafting model {folder.name} has no usable {KNOWN} to be checked by."
        ) from error
