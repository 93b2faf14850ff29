"""An exam as CSV: one row a question."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.domain.errors import InvalidInput, RefusedFile
from autograder.domain.exam import Criterion, Exam, Question, Scale, read_choice
from autograder.formats.csv_table import Row, number, read_table
from autograder.gradebook.questions import label_key

LABELS = ("label", "questionlabel", "questionnumber", "questionno", "number", "no", "q", "id")
TEXTS = ("text", "questiontext", "question")
ANSWERS = ("referenceanswer", "reference", "modelanswer", "sampleanswer", "answer", "key")
CRITERIA = ("criteria", "markscheme", "markingscheme")
RUBRICS = ("rubric", "guidelines", "notes")
MINIMA = ("minimum", "min", "lowest")
MAXIMA = ("maximum", "max", "maxscore", "maxmarks", "maximummarks", "marks", "points", "highest")
STEPS = ("step", "steps")


def read_exam(path: Path) -> Exam:
    """Reads ``label,text,reference_answer,minimum,maximum,step,criteria,rubric``.

    Only label, text and maximum are needed; the scale starts at 0 in steps of 1 where nothing
    else is said. Criteria stand one a line in their cell, each as ``marks: text``, or with their
    group as ``marks [causes]: text`` and ``marks [2 of causes]: text``. The exam is named after
    the file. RefusedFile: a column or cell that is missing or wrong, with its line.
    """
    table = read_table(path)
    for names, what in ((LABELS, "label"), (TEXTS, "text"), (MAXIMA, "maximum")):
        if table.first_of(names) is None:
            raise RefusedFile(path.name, f"its first line names no column “{what}”. Add it.")
    lines: dict[str, int] = {}
    questions = []
    for row in table.rows:
        question = _question(path.name, row)
        first = lines.setdefault(label_key(question.label), row.line)
        if first != row.line:
            twice = f"{question.label} stands in line {first} and in line {row.line}. Rename one."
            raise RefusedFile(path.name, twice)
        questions.append(question)
    return Exam("", re.sub(r"[-_]+", " ", path.stem).strip(), questions=tuple(questions))


def _question(name: str, row: Row) -> Question:
    for names, what in ((LABELS, "label"), (TEXTS, "text")):
        if not row.get(*names):
            raise RefusedFile(name, f"line {row.line} has no {what}. Add it.")
    try:
        scale = _scale(row)
        criteria = tuple(_criterion(line) for line in row.get(*CRITERIA).splitlines() if line)
    except InvalidInput as error:
        raise RefusedFile(name, f"line {row.line}: {error}") from error
    answer = row.get(*ANSWERS)
    return Question(
        id="",
        label=row.get(*LABELS),
        text=row.get(*TEXTS),
        scale=scale,
        reference_answers=(answer,) if answer else (),
        criteria=criteria,
        rubric=row.get(*RUBRICS),
    )


def _scale(row: Row) -> Scale:
    minimum, maximum = _mark(row, MINIMA, 0.0), _mark(row, MAXIMA, None)
    return Scale(minimum, maximum, _mark(row, STEPS, min(1.0, maximum - minimum)))


def _mark(row: Row, names: tuple[str, ...], usual: float | None) -> float:
    text = row.get(*names)
    mark = number(text) if text else usual
    if mark is None:
        raise InvalidInput(f"“{text}” is no number for “{names[0]}”.")
    return mark


def _criterion(line: str) -> Criterion:
    written, colon, text = line.partition(":")
    found = re.fullmatch(r"([^\[]*)(?:\[(.+)\]\s*)?", written.strip())
    worth = number(found[1]) if found else None
    if found is None or not colon or worth is None or not text.strip():
        raise InvalidInput(f"the criterion “{line}” must read like “2: names the page table”.")
    return Criterion(text.strip(), worth, *read_choice(found[2] or ""))
