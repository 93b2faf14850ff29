"""What the reviews so far could teach: how many, of what, how spread, and whether it is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from autograder.domain.exam import Question
from autograder.domain.marked_example import MarkedExample
from autograder.learning.comparing.comparison import FEWEST_ANSWERS
from autograder.learning.comparing.paired import FEWEST_QUESTIONS
from autograder.learning.examples import Remark, split
from autograder.runs.learning.keeping_back import enough, questions, share_kept
from autograder_ui.components import markup
from autograder_ui.components.distribution import spread
from autograder_ui.components.pile import counted

LOPSIDED = 0.8
"""Share of one mark from which on a question teaches little but that mark."""
MOST_REMARKS = 8
HEADING = markup.heading(
    "What your marks could teach",
    "The marks that you gave one by one or to a group. What was accepted unseen teaches nothing.",
)
NO_MARKS = markup.empty(
    "No marks to learn from yet",
    "Mark answers in the Marking tab: the grader at work goes by them at once. To train a new one "
    f"takes at least {2 * FEWEST_ANSWERS} marks on {2 * FEWEST_QUESTIONS} questions.",
)


@dataclass(frozen=True)
class Taught:
    """The marks of one question."""

    exam: str
    question: Question
    examples: Sequence[MarkedExample]

    @property
    def corrected(self) -> int:
        """How many answers the machine had marked otherwise."""
        return sum(
            each.predicted is not None and abs(each.predicted - each.mark) > 1e-9
            for each in self.examples
        )

    @property
    def most_frequent(self) -> tuple[float, float]:
        """The mark that was given most often, and its share."""
        nearest = Counter(self.question.scale.nearest(each.mark) for each in self.examples)
        mark, times = nearest.most_common(1)[0]
        return mark, times / len(self.examples)


def by_question(examples: Sequence[MarkedExample]) -> list[Taught]:
    """The examples by exam and question, in the order in which they come."""
    found: dict[tuple[str, str], list[MarkedExample]] = {}
    for each in examples:
        found.setdefault((each.exam, each.question.id), []).append(each)
    return [Taught(exam, own[-1].question, own) for (exam, _), own in found.items()]


def teachable(examples: Sequence[MarkedExample], remarks: Sequence[Remark]) -> str:
    """The section: a summary, what to mind, the table, the spread of the marks."""
    if not examples:
        return NO_MARKS
    taught = by_question(examples)
    plots = "".join(spread(_name(each), each.question.scale, _marks(each)) for each in taught)
    return (
        f"{_summary(taught)}{expected_use(examples)}{_remarks(remarks)}{_table(taught)}"
        '<details class="spread"><summary>How the marks are spread</summary>'
        f'<div class="plots">{plots}</div></details>'
    )


def expected_use(examples: Sequence[MarkedExample]) -> str:
    """What a training with those marks can be expected to be good for, told plainly."""
    back = split(examples, held_out=share_kept(examples)).held_out
    told = KEPT_BACK.format(
        answers=counted(len(back), "answer"), questions=counted(questions(back), "question")
    )
    if enough(back):
        return markup.notice("plain", [f"{WORTH_A_TRY} {told}"])
    return markup.notice("warn", [NO_USE, told, MEANWHILE])


KEPT_BACK = (
    "To see what a new grader is worth, some questions are kept from it: of your marks that would "
    "be {answers} to {questions}."
)
NO_USE = (
    "Training is no use yet: whether a new grader is better can only be told on "
    f"{FEWEST_ANSWERS} answers to {FEWEST_QUESTIONS} questions that it did not learn from. That "
    f"takes at least {2 * FEWEST_ANSWERS} marks on {2 * FEWEST_QUESTIONS} questions, of any exams."
)
MEANWHILE = "Nothing is lost: the grader at work goes by your marks of a question at once."
WORTH_A_TRY = (
    "There are enough marks to try it. What a training gains is mostly on new questions, where "
    "the grader at work knows no mark of yours yet."
)


def _summary(taught: Sequence[Taught]) -> str:
    parts = [
        counted(sum(len(each.examples) for each in taught), "mark"),
        counted(len(taught), "question"),
        counted(len({each.exam for each in taught}), "exam"),
        f"{sum(each.corrected for each in taught)} other than the machine's",
    ]
    return f'<p class="summary">{" · ".join(parts)}</p>'


def _remarks(remarks: Sequence[Remark]) -> str:
    stopping = [str(each) for each in remarks if each.stops]
    others = [str(each) for each in remarks if not each.stops]
    if len(others) > MOST_REMARKS:
        others = [*others[:MOST_REMARKS], f"… and {len(others) - MOST_REMARKS} more of this kind."]
    return markup.notice("warn", stopping) + markup.notice("plain", others)


def _table(taught: Sequence[Taught]) -> str:
    columns = ["Exam", "Question", "Your marks", "Other than the machine's", "Balance"]
    return markup.table("What your marks could teach", columns, map(_row, taught))


def _row(each: Taught) -> list[str]:
    mark, share = each.most_frequent
    balance = f"{share:.0%} are {markup.mark(mark)}"
    if share >= LOPSIDED and len(each.examples) > 1:
        balance = f'<span class="tag warn">{balance}</span>'
    numbers = (len(each.examples), each.corrected)
    cells = [f'<span class="number">{number}</span>' for number in numbers]
    return [escape(each.exam), escape(each.question.label), *cells, balance]


def _name(each: Taught) -> str:
    return f"{each.exam} {each.question.label}".strip()


def _marks(each: Taught) -> list[float]:
    return [example.mark for example in each.examples]
