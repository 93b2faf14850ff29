"""The answers and every version of their texts: what was read, and what people made of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from autograder.domain.errors import Conflict, InvalidInput, NotFound
from autograder.domain.script import Answer, AnswerText, Page, Piece, PlacedLine
from autograder.gradebook import pages as page_rows
from autograder.gradebook import split
from autograder.gradebook.answer_rows import (
    Part,
    load,
    new,
    one,
    stacked,
    standing,
    withdraw,
    write,
)
from autograder.gradebook.database import Database
from autograder.gradebook.decision_tables import SettlementRow
from autograder.gradebook.script_rows import script_row
from autograder.gradebook.tables import (
    AnswerRow,
    AnswerTextRow,
    PageRow,
    QuestionRow,
    ScriptRow,
)


class Answers:
    """Answers. A text is never changed: an edit is a new version with its author."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        script_id: str,
        pieces: Sequence[Piece],
        author: str,
        pages: Sequence[Page] | None = None,
    ) -> list[Answer]:
        """Makes a script's answers what ``pieces`` say, and marks its pages as split.

        An answer that a person has touched is kept as it is; a piece that says something new
        for it is added unplaced with a note. The same pieces again change nothing.

        ``pages``: those that the pieces were made of. If the script has others by now, or one is
        shown otherwise, nothing changes: the script still waits to be split. NotFound.
        """
        with self._database.writing() as session:
            script_row(session, script_id)
            if pages is not None and _have_changed(session, script_id, pages):
                return standing(session, script_id)
            split.lay_down(session, script_id, pieces, author)
            split_now = update(PageRow).where(PageRow.script_id == script_id, ~PageRow.discarded)
            session.execute(split_now.values(split=True))
            return standing(session, script_id)

    def of_script(self, script_id: str) -> list[Answer]:
        """A script's answers in the order of the questions, unplaced ones last."""
        with self._database.reading() as session:
            return standing(session, script_id)

    def of_question(self, question_id: str) -> list[Answer]:
        """All answers to a question, without those of discarded scripts."""
        with self._database.reading() as session:
            return load(session, ~ScriptRow.discarded, AnswerRow.question_id == question_id)

    def unplaced(self, exam_id: str) -> list[Answer]:
        """What stands on an exam's scripts and belongs to no question yet."""
        where = (ScriptRow.exam_id == exam_id, ~ScriptRow.discarded)
        with self._database.reading() as session:
            return load(session, *where, AnswerRow.question_id.is_(None))

    def get(self, answer_id: str) -> Answer:
        """The answer of that id, even if nothing of it is left. NotFound."""
        with self._database.reading() as session:
            return one(session, answer_id)

    def edit(self, answer_id: str, text: str, author: str, seen_version: int) -> Answer:
        """Adds a person's version of the text; the same text adds none.

        NotFound; Conflict: there is a newer version than the one that the editor saw.
        """
        with self._database.writing() as session:
            current = one(session, answer_id).current
            if text == current.text:
                return one(session, answer_id)
            if seen_version != current.version:
                raise Conflict(
                    f"{current.author} has changed this answer since you opened it. "
                    "Reload it to see the newer text, then make your change again."
                )
            write(session, answer_id, text, author, current.lines, by_person=True)
            return one(session, answer_id)

    def move(
        self,
        answer_id: str,
        question_id: str | None,
        author: str,
        lines: Sequence[int] | None = None,
    ) -> Answer:
        """Moves an answer, or the lines of those indexes, to a question (None: to unplaced).

        The text is joined to what the script's answer there already holds; both sides get a new
        version. Returns the answer at the target. NotFound; InvalidInput: no such lines.
        """
        with self._database.writing() as session:
            source = one(session, answer_id)
            if source.question_id == question_id and (question_id or lines is None):
                return source
            _check_question(session, source.script_id, question_id)
            moved, left = _divide(source.current, lines)
            target = _place(session, source.script_id, question_id)
            _join(session, target, moved, author)
            write(session, source.id, left[0], author, left[1], by_person=True)
            if not left[0] and not left[1]:
                withdraw(session, source.id)
            return one(session, target.id)

    def add(self, script_id: str, question_id: str, text: str, author: str) -> Answer:
        """Adds an answer that a person typed because it wasn't found on the scan.

        NotFound; InvalidInput: the script has an answer to the question already.
        """
        with self._database.writing() as session:
            script_row(session, script_id)
            _check_question(session, script_id, question_id)
            row = _place(session, script_id, question_id, add=True)
            write(session, row.id, text, author, (), by_person=True)
            return one(session, row.id)

    def settle(self, answer_id: str, author: str) -> Answer:
        """Takes the note off an answer that a person has looked at; the log keeps it. NotFound.

        A new split that says the same of the same text doesn't bring it back. What has no
        question is then known to belong to none.
        """
        with self._database.writing() as session:
            answer = one(session, answer_id)
            if answer.note or answer.question_id is None:
                _settle(session, answer, author)
            return one(session, answer_id)


def _have_changed(session: Session, script_id: str, seen: Sequence[Page]) -> bool:
    there = [(page.id, page.image) for page in page_rows.standing(session, script_id)]
    return there != [(page.id, page.image) for page in seen]


def _check_question(session: Session, script_id: str, question_id: str | None) -> None:
    if question_id is None:
        return
    question = session.get(QuestionRow, question_id)
    if question is None or question.exam_id != script_row(session, script_id).exam_id:
        raise NotFound("This question is not in the script's exam. Reload the page.")


def _place(
    session: Session, script_id: str, question_id: str | None, *, add: bool = False
) -> AnswerRow:
    """The script's row for a question, made or revived where needed; a new one for None."""
    if question_id is None:
        return new(session, script_id, None, "")
    where = (AnswerRow.script_id == script_id, AnswerRow.question_id == question_id)
    row = session.scalar(select(AnswerRow).where(*where))
    if row is None:
        return new(session, script_id, question_id, "")
    if add and not row.withdrawn:
        raise InvalidInput("This script already has an answer to the question. Edit that one.")
    row.note, row.withdrawn = "", False
    return row


def _join(
    session: Session, target: AnswerRow, moved: tuple[str, Sequence[PlacedLine]], author: str
) -> None:
    newest = (
        select(AnswerTextRow)
        .where(AnswerTextRow.answer_id == target.id)
        .order_by(AnswerTextRow.version.desc())
        .limit(1)
    )
    there = session.scalar(newest)
    before = (there.text, there.lines) if there else ("", ())
    text, lines = stacked(before, moved)
    write(session, target.id, text, author, lines, by_person=True)


def _divide(current: AnswerText, indexes: Sequence[int] | None) -> tuple[Part, Part]:
    """What goes and what stays when the lines of those indexes are taken out of a text."""
    if indexes is None:
        return (current.text, current.lines), ("", ())
    chosen = set(indexes)
    if not chosen or not chosen <= set(range(len(current.lines))):
        raise InvalidInput("Choose lines of the answer to move.")
    written = current.text.split("\n")
    if len(written) != len(current.lines):
        if current.by_person:
            raise InvalidInput(
                "This text was edited and no longer has a line for each line of the scan. "
                "Move it whole, or cut the text and paste it into the other answer."
            )
        written = [placed.line.text for placed in current.lines]
    return _part(current, written, chosen), _part(
        current, written, set(range(len(written))) - chosen
    )


def _part(current: AnswerText, written: Sequence[str], chosen: set[int]) -> Part:
    order = sorted(chosen)
    return "\n".join(written[at] for at in order), tuple(current.lines[at] for at in order)


def _settle(session: Session, answer: Answer, author: str) -> None:
    session.get_one(AnswerRow, answer.id).note = ""
    settlement = SettlementRow(
        answer_id=answer.id,
        text_version=answer.current.version,
        note=answer.note,
        author=author,
        at=datetime.now(UTC),
    )
    session.add(settlement)
