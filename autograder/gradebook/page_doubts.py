"""How much on each page is in doubt, so that a teacher begins with the worst."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from autograder.gradebook import pages
from autograder.gradebook.database import Database
from autograder.gradebook.tables import PageRow, ScriptRow


@dataclass(frozen=True, slots=True)
class PageDoubt:
    """What a page's newest reading leaves in doubt."""

    words: int
    """How many words were read."""
    doubtful: int = 0
    """How many of them are below the certainty that was asked for."""
    misread: float = 0.0
    """How many of those are wrong, going by their confidences."""
    placements: int = 0
    """How many texts on it have no question, or a note, that nobody has looked into."""

    @property
    def weight(self) -> float:
        """How many things on the page want correcting, as far as one can tell."""
        return self.misread + self.placements


# Counted by SQLite from the stored JSON: building the words of 800 pages as Python objects, to
# add up a few numbers of each, takes many times as long.
_WORDS = """
SELECT count(*), coalesce(sum(sure < :sure), 0), coalesce(sum((1 - sure) * (sure < :sure)), 0)
FROM (
    SELECT json_extract(word.value, '$.confidence') AS sure
    FROM readings, json_each(lines) line, json_each(line.value, '$.words') word
    WHERE readings.id = :reading AND NOT coalesce(json_extract(word.value, '$.struck'), 0)
    UNION ALL
    SELECT json_extract(line.value, '$.confidence')
    FROM readings, json_each(lines) line
    WHERE readings.id = :reading AND json_array_length(line.value, '$.words') = 0
)
"""
_PLACEMENTS = """
SELECT json_extract(line.value, '$.page_id'), count(DISTINCT answer.id)
FROM answers answer
JOIN scripts script ON script.id = answer.script_id AND NOT script.discarded
JOIN answer_texts text ON text.answer_id = answer.id AND text.version =
    (SELECT max(version) FROM answer_texts WHERE answer_id = answer.id)
JOIN json_each(text.lines) line
WHERE script.exam_id = :exam AND NOT answer.withdrawn
    AND ((answer.note <> '' AND NOT text.by_person) OR (answer.question_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM settlements settled
        WHERE settled.answer_id = answer.id AND settled.text_version = text.version)))
GROUP BY 1
"""
_EDITED = """
SELECT answer.script_id, count(*)
FROM answers answer
JOIN scripts script ON script.id = answer.script_id AND NOT script.discarded
JOIN answer_texts text ON text.answer_id = answer.id
WHERE script.exam_id = :exam GROUP BY 1 HAVING max(text.by_person)
"""


class PageDoubts:
    """Sums over an exam's readings. A reading never changes, so each is counted once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counted: dict[tuple[int, float], tuple[int, int, float]] = {}

    def of_exam(self, exam_id: str, sure: float) -> dict[str, PageDoubt]:
        """By page id, what is in doubt on the pages that were read.

        A word is in doubt below the confidence ``sure`` (0-1).
        """
        newest_readings = (
            select(PageRow.id, pages.newest_id())
            .join(ScriptRow, ScriptRow.id == PageRow.script_id)
            .where(ScriptRow.exam_id == exam_id, ~ScriptRow.discarded)
        )
        with self._database.reading() as session:
            newest = session.execute(newest_readings).all()
            placements = session.execute(text(_PLACEMENTS), {"exam": exam_id}).all()
            unplaced: dict[str, int] = {row[0]: row[1] for row in placements}
            return {
                page: PageDoubt(*self._words(session, reading, sure), unplaced.get(page, 0))
                for page, reading in newest
                if reading is not None
            }

    def edited(self, exam_id: str) -> dict[str, int]:
        """The ids of the scripts in which a person wrote, with how many texts they have by now."""
        with self._database.reading() as session:
            found = session.execute(text(_EDITED), {"exam": exam_id}).all()
            return {row[0]: row[1] for row in found}

    def _words(self, session: Session, reading: int, sure: float) -> tuple[int, int, float]:
        known = self._counted.get((reading, sure))
        if known is None:
            counted = session.execute(text(_WORDS), {"reading": reading, "sure": sure}).one()
            words, doubtful, misread = counted
            known = self._counted[reading, sure] = (words, doubtful, misread)
        return known
