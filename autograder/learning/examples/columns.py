"""Which column of a table holds what: as told, by its name, else by what stands in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from autograder.domain.errors import InvalidInput, RefusedFile
from autograder.formats.csv_table import Row, Table, number, plain
from autograder.learning.examples.written_marks import read_mark

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "answerid", "rowid", "responseid", "essayid"),
    "question_id": (
        *("questionid", "questioncode", "qid", "questionno", "questionnumber", "questionlabel"),
        *("label", "code", "essayset", "promptid", "itemid", "fragenummer", "aufgabe"),
    ),
    "question": (
        *("question", "questiontext", "prompt", "essayprompt", "task", "problem", "item", "frage"),
        *("fragetext", "aufgabentext", "aufgabenstellung", "pregunta", "domanda", "вопрос", "问题"),
    ),
    "reference": (
        *("referenceanswer", "reference", "modelanswer", "sampleanswer", "correctanswer"),
        *("desiredanswer", "providedanswer", "expectedanswer", "answerkey", "key", "scoringtext"),
        *("markscheme", "markingscheme", "musterantwort", "musterlösung", "lösung"),
    ),
    "answer": (
        *("studentanswer", "studentans", "studentresponse", "studentsanswer", "response", "essay"),
        *("essaytext", "submission", "fulltext", "schülerantwort", "antwort", "antworttext"),
        *("réponse", "respuesta", "risposta", "ответ", "答案", "answer", "answertext", "text"),
    ),
    "mark": (
        *("mark", "score", "grade", "manualscore", "teachermark", "teacherscore", "scoreavg"),
        *("domain1score", "marks", "points", "awarded", "evaluation", "punkte", "punktzahl"),
        *("bewertung", "note", "nota", "puntos", "балл", "分数", "得分"),
    ),
    "max": (
        *("maximum", "max", "maxscore", "maxmark", "maxmarks", "maxpoints", "maximummarks"),
        *("fullmark", "fullmarks", "outof", "possible", "totalmarks", "maxpunkte"),
        *("maximalpunkte", "maximalpunktzahl"),
    ),
    "min": ("minimum", "min", "minscore", "minpunkte"),
    "comment": (
        *("comment", "comments", "feedback", "remark", "remarks", "reason", "reasoning"),
        *("rationale", "kommentar", "begründung", "anmerkung"),
    ),
    "rubric": ("rubric", "rubrics", "guidelines", "notes", "markingnote"),
    "exam": ("exam", "dataset", "test", "quiz", "course", "prüfung", "klausur"),
}
"""What a column may hold, and what it is called then, the surest first."""
LOOKED_AT = 200
"""Rows that are looked at to tell what a column holds."""
MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Columns:
    """The column of each thing, by its plain name; which of them were guessed from content."""

    of: Mapping[str, str]
    guessed: Collection[str]
    headings: Mapping[str, str]

    def __contains__(self, what: str) -> bool:
        return what in self.of

    def cell(self, row: Row, what: str) -> str:
        """What a row says of it; empty where no column does."""
        return row.get(self.of[what]) if what in self.of else ""

    def names_a_mark(self) -> bool:
        """Whether the column guessed to hold marks is headed by one: the file has no headings."""
        return "mark" in self.guessed and _is_mark(self.headings[self.of["mark"]])

    def told(self) -> str:
        """Which column was taken for what, as a person reads it."""
        said = [
            f"{what} = “{self.headings.get(column, column)}”"
            + (" (guessed by what stands there)" if what in self.guessed else "")
            for what, column in self.of.items()
        ]
        return ", ".join(said)


def columns_of(table: Table, asked: Mapping[str, str] | None = None) -> Columns:
    """Finds the columns. ``asked`` maps ``answer`` and the like to the file's own names.

    InvalidInput: it asks for something else. RefusedFile: a column isn't there.
    """
    found = _asked(table, asked or {})
    for what, names in NAMES.items():
        free = (name for name in names if name in table.columns and name not in found.values())
        if what not in found and (name := next(free, None)):
            found[what] = name
    if "reference" not in found and "answer" in table.columns and found.get("answer") != "answer":
        found.setdefault("reference", "answer")
    guessed = _guess(table, found)
    return Columns(found | guessed, guessed.keys(), _headings(table))


def _asked(table: Table, asked: Mapping[str, str]) -> dict[str, str]:
    strange = sorted(asked.keys() - NAMES.keys())
    if strange:
        known = ", ".join(NAMES)
        raise InvalidInput(f"A column can't be mapped to “{strange[0]}”. Choose of: {known}.")
    for what, heading in asked.items():
        if plain(heading) not in table.columns:
            there = ", ".join(f"“{each}”" for each in table.headings)
            raise RefusedFile(table.name, f"it has no column “{heading}” ({what}), but {there}.")
    return {what: plain(heading) for what, heading in asked.items()}


def _headings(table: Table) -> dict[str, str]:
    pairs = zip(table.columns, table.headings, strict=True)
    return dict(reversed(list(pairs)))  # of two of one name the first counts, as in its cells


def _guess(table: Table, found: Mapping[str, str]) -> dict[str, str]:
    """What is missing of question, mark and answer, by what the other columns hold."""
    taken = dict(found)
    guessed: dict[str, str] = {}
    for what, guess in (("question", _repeating), ("mark", _like_marks), ("answer", _longest)):
        free = [name for name in table.columns if name and name not in taken.values()]
        if what not in taken and (column := guess(table, free, taken)):
            taken[what] = guessed[what] = column
    return guessed


def _like_marks(table: Table, free: Iterable[str], taken: Mapping[str, str]) -> str | None:
    """The last column of marks: with words or a maximum, or bare where questions repeat."""
    asked = [taken[what] for what in ("question", "question_id") if what in taken]
    repeats = any(_distinct(table, each) <= 0.5 for each in asked)
    likely = None
    for name in free:
        cells = _cells(table, name)
        marks = sum(map(_is_mark, cells))
        bare = sum(number(cell) is not None for cell in cells)
        counted = bare == len(cells) and _distinct(table, name) > 0.9 and len(cells) > 5
        if cells and marks >= MOSTLY * len(cells) and (bare < marks or (repeats and not counted)):
            likely = name
    return likely


def _longest(table: Table, free: Iterable[str], taken: Mapping[str, str]) -> str | None:
    """The column of the most text that differs."""
    weights = {name: _text_size(table, name) * _distinct(table, name) for name in free}
    best = max(weights, key=lambda name: weights[name], default=None)
    return best if best is not None and weights[best] > 1 else None


def _repeating(table: Table, free: Iterable[str], taken: Mapping[str, str]) -> str | None:
    """The first column of texts that come again, as questions do."""
    texts = [name for name in free if _text_size(table, name) >= 2]
    return next((name for name in texts if _distinct(table, name) <= 0.5), None)


def _cells(table: Table, name: str) -> list[str]:
    cells = (row.get(name) for row in table.rows[:LOOKED_AT])
    return [cell for cell in cells if cell.strip()]


def _distinct(table: Table, name: str) -> float:
    cells = _cells(table, name)
    return len(set(cells)) / len(cells) if cells else 0.0


def _text_size(table: Table, name: str) -> float:
    """Words a cell on average; numbers are none."""
    cells = _cells(table, name)
    words = sum(len(cell.split()) for cell in cells if number(cell) is None)
    return words / len(cells) if cells else 0.0


def _is_mark(cell: str) -> bool:
    try:
        read_mark(cell)
    except InvalidInput:
        return False
    return True
