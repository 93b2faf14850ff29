"""A CSV of question, answer, mark; or of questions with their answers or mark schemes alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.domain.errors import InvalidInput, RefusedFile
from autograder.domain.marked_example import AnsweredQuestion
from autograder.formats.csv_table import Row, number, plain, read_table
from autograder.learning.examples.columns import Columns, columns_of
from autograder.learning.examples.examples import Examples, Remark
from autograder.learning.examples.marked_rows import MarkedQuestion, MarkedRow, mark_in
from autograder.learning.examples.points import has_points, read_scheme

MOST_BYTES = 200_000_000
LONGEST_CELL = 2_000_000
"""Characters: an essay or a program stands in one cell."""
COLUMNS = "columns"
LETTERS = "letters"
NO_MARK = "no_mark"
NO_ANSWER = "no_answer"
OFF_SCALE = "off_scale"
GUESSED_SCALE = "guessed_scale"
NAMED = 3
"""Guessed scales that a message names."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file of mark schemes says of a question; its reference answer may hold points."""

    text: str = ""
    reference: str = ""
    maximum: float | None = None
    rubric: str = ""


Schemes = Mapping[str, Asked]
"""Questions by their plain ids."""


class AnswersCsv:
    """An opened file and what its columns hold.

    RefusedFile: it is no table, or its first line doesn't name columns.
    """

    def __init__(self, path: Path, asked: Mapping[str, str] | None = None) -> None:
        self.table = read_table(path, MOST_BYTES, LONGEST_CELL, guessing=True)
        if any(number(heading) is not None for heading in self.table.headings):
            raise RefusedFile(
                path.name,
                "its first line holds a number, not the names of columns. Put a line above it, "
                "such as “question,answer,mark”.",
            )
        self.columns: Columns = columns_of(self.table, asked)
        if self.columns.names_a_mark():
            raise RefusedFile(
                path.name,
                "its first line holds a mark, not the names of columns, and would be left out. Put "
                "a line above it, such as “question,answer,mark”.",
            )

    @property
    def is_scheme(self) -> bool:
        """Whether it says how questions are marked, and holds no answers."""
        if "mark" in self.columns or not (
            "question_id" in self.columns or "question" in self.columns
        ):
            return False
        if "answer" not in self.columns:
            return "reference" in self.columns or "max" in self.columns
        return any(has_points(self.columns.cell(row, "answer")) for row in self.table.rows)

    def schemes(self) -> dict[str, Asked]:
        """The questions that it tells of, by their ids, else by their texts."""
        cell = self.columns.cell
        return {
            plain(cell(row, "question_id") or cell(row, "question")): Asked(
                cell(row, "question"),
                cell(row, "reference") or cell(row, "answer"),
                number(cell(row, "max")),
                cell(row, "rubric"),
            )
            for row in self.table.rows
        }

    def examples(self, schemes: Schemes) -> Examples:
        """Its answers with their marks; where it has no marks, its questions with their answers.

        RefusedFile: no column holds answers, or nothing in it can be used.
        """
        if "answer" not in self.columns:
            raise self._refused("no column holds answers")
        found = self._marked(schemes) if "mark" in self.columns else self._pairs()
        if not found.marked and not found.unmarked:
            first = found.remarks[0]
            raise self._refused(f"no line can be used ({first.where}: {first.text})")
        return Examples(remarks=tuple(self._on_reading())) + found

    def _refused(self, why: str) -> RefusedFile:
        there = ", ".join(f"“{each}”" for each in self.table.headings)
        return RefusedFile(
            self.table.name,
            f"{why}. It has {there}: say which is which: --columns answer=Antwort,mark=Punkte",
        )

    def _on_reading(self) -> Iterator[Remark]:
        yield Remark(COLUMNS, f"{self.columns.told()}.", self.table.name)
        if not self.table.encoding.startswith("utf"):
            told = f"its letters are not UTF-8 and were read as {self.table.encoding}"
            yield Remark(LETTERS, f"{told}: look whether they are right.", self.table.name)

    def _pairs(self) -> Examples:
        if "question" not in self.columns:
            raise self._refused("no column holds marks, and none questions")
        made, remarks = [], []
        for row in self.table.rows:
            question, answer = (self.columns.cell(row, each) for each in ("question", "answer"))
            if question and answer:
                own, exam, where = self._id(row), self._exam(row), self._where(row)
                made.append(AnsweredQuestion(own, question, answer, exam, where))
            else:
                missing = "answer" if question else "question"
                told = f"it has no {missing}; it is left out."
                remarks.append(Remark(NO_ANSWER, told, self._where(row)))
        return Examples(unmarked=tuple(made), remarks=tuple(remarks))

    def _marked(self, schemes: Schemes) -> Examples:
        rows, remarks = [], []
        for line in self.table.rows:
            try:
                rows.append(self._row(line, schemes))
            except InvalidInput as error:
                remarks.append(Remark(NO_MARK, f"{error}; it is left out.", self._where(line)))
        asked = _questions(rows)
        examples = []
        for row in rows:
            try:
                examples.append(asked[row.key].example(row))
            except InvalidInput as error:
                remarks.append(Remark(OFF_SCALE, f"{error}; it is left out.", row.where))
        guessed = _guessed_scales([each for each in asked.values() if each.is_guessed])
        told = (Remark(GUESSED_SCALE, each, self.table.name) for each in guessed)
        return Examples(tuple(examples), remarks=(*told, *remarks))

    def _row(self, row: Row, schemes: Schemes) -> MarkedRow:
        cell = self.columns.cell
        text, own = cell(row, "question"), cell(row, "question_id")
        asked = schemes.get(plain(own or text), Asked())
        inline = has_points(asked.reference)
        scheme = read_scheme(
            asked.reference if inline else cell(row, "reference") or asked.reference
        )
        mark, comment = cell(row, "mark"), cell(row, "comment")
        points = scheme.given(mark) or scheme.given(comment)
        return MarkedRow(
            id=self._id(row),
            exam=self._exam(row),
            where=self._where(row),
            question_id=own or text or Path(self.table.name).stem,
            question=text or asked.text,
            scheme=scheme,
            rubric=cell(row, "rubric") or asked.rubric,
            text=cell(row, "answer"),
            written=mark_in(mark, scheme.criteria, points),
            points=points,
            minimum=number(cell(row, "min")) or 0.0,
            maximum=number(cell(row, "max")) or asked.maximum,
            comment=comment,
        )

    def _id(self, row: Row) -> str:
        own = self.columns.cell(row, "id") or str(row.line)
        return f"{Path(self.table.name).stem}/{own}"

    def _exam(self, row: Row) -> str:
        return self.columns.cell(row, "exam") or Path(self.table.name).stem

    def _where(self, row: Row) -> str:
        return f"{self.table.name}, line {row.line}"


def _questions(rows: Sequence[MarkedRow]) -> dict[tuple[str, str], MarkedQuestion]:
    of: dict[tuple[str, str], list[MarkedRow]] = defaultdict(list)
    for row in rows:
        of[row.key].append(row)
    return {key: MarkedQuestion(own) for key, own in of.items()}


def _guessed_scales(asked: Sequence[MarkedQuestion]) -> Iterator[str]:
    if asked:
        scales = [f"“{each.question.label}” 0 to {each.question.scale.maximum:g}" for each in asked]
        more = f" and {len(scales) - NAMED} more" if len(scales) > NAMED else ""
        yield (
            "no column says what the marks are out of, so the highest mark given is taken for "
            f"full marks: {', '.join(scales[:NAMED])}{more}. A column “max” would say it."
        )
