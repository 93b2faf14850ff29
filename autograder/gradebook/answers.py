"""The answers and every version of their texts: what was read, and what people made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from autograder.domain.errors import Conflict, InvalidInput, NotFound
from autograder.domain.script import Answer, AnswerText, Piece, PlacedLine
from autograder.gradebook.database import Database
from autograder.gradebook.tables import (
    AnswerRow,
    AnswerTextRow,
    PageRow,
    QuestionRow,
    ReviewRow,
    ScriptRow,
)

Part = tuple[str, Sequence[PlacedLine]]
"""Some text and the lines of the scan that it stands on."""

KEPT = "A person has edited the answer that this seems to belong to. Compare the two."


class Answers:
    """Answers. A text is never changed: an edit is a new version with its author."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, script_id: str, pieces: Sequence[Piece], author: str) -> list[Answer]:
        """Makes a script's answers what ``pieces`` say, and marks its pages as split.

        An answer that a person has touched is kept as it is; a piece that says something new
        for it is added unplaced with a note. The same pieces again change nothing. NotFound.
        """
        with self._database.writing() as session:
            _script_row(session, script_id)
            lay_down(session, script_id, pieces, author)
            pages = update(PageRow).where(PageRow.script_id == script_id)
            session.execute(pages.values(split=True))
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
            _write(session, answer_id, text, author, current.lines, by_person=True)
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
            _write(session, source.id, left[0], author, left[1], by_person=True)
            if not left[0] and not left[1]:
                _withdraw(session, source.id)
            return one(session, target.id)

    def add(self, script_id: str, question_id: str, text: str, author: str) -> Answer:
        """Adds an answer that a person typed because it wasn't found on the scan.

        NotFound; InvalidInput: the script has an answer to the question already.
        """
        with self._database.writing() as session:
            _script_row(session, script_id)
            _check_question(session, script_id, question_id)
            row = _place(session, script_id, question_id, add=True)
            _write(session, row.id, text, author, (), by_person=True)
            return one(session, row.id)


def load(session: Session, *conditions: ColumnElement[bool]) -> list[Answer]:
    """The answers that meet the conditions and still hold something, in question order."""
    return _load(session, ~AnswerRow.withdrawn, *conditions)


def standing(session: Session, script_id: str) -> list[Answer]:
    """A script's answers in the order of the questions, unplaced ones last."""
    return load(session, AnswerRow.script_id == script_id)


def lay_down(session: Session, script_id: str, pieces: Sequence[Piece], author: str) -> None:
    """Makes the untouched answers of a script what ``pieces`` say; empties those left over."""
    before = _load(session, AnswerRow.script_id == script_id)
    marked = _marked(session, [answer.id for answer in before])
    touched = [answer for answer in before if _touched(answer, marked)]
    untouched = {answer.id: answer for answer in before if not _touched(answer, marked)}
    for piece in _joined(pieces):
        if _known(touched, piece):
            continue
        placed = _beside_touched(touched, piece)
        answer = _home(untouched.values(), placed)
        if answer is not None:
            del untouched[answer.id]
        _lay_piece(session, script_id, placed, author, answer)
    for answer in untouched.values():
        _empty(session, answer, author)


def chosen(*conditions: ColumnElement[bool]) -> Select[str]:
    """The query for the ids of the answers that meet conditions on them, scripts and questions."""
    return (
        select(AnswerRow.id)
        .join(ScriptRow, ScriptRow.id == AnswerRow.script_id)
        .outerjoin(QuestionRow, QuestionRow.id == AnswerRow.question_id)
        .where(*conditions)
    )


def one(session: Session, answer_id: str) -> Answer:
    """The answer of that id. NotFound."""
    session.flush()
    found = _load(session, AnswerRow.id == answer_id)
    if not found:
        raise NotFound("This answer is not in the gradebook. Reload the page.")
    return found[0]


def _load(session: Session, *conditions: ColumnElement[bool]) -> list[Answer]:
    ids = chosen(*conditions)
    order = (
        ScriptRow.created,
        ScriptRow.id,
        QuestionRow.position.nulls_last(),
        AnswerRow.created,
        AnswerRow.id,
    )
    texts: dict[str, list[AnswerText]] = defaultdict(list)
    table = AnswerTextRow.__table__.c
    rows = session.execute(
        select(*table).where(table.answer_id.in_(ids)).order_by(table.answer_id, table.version)
    )
    for row in rows:
        texts[row.answer_id].append(
            AnswerText(row.version, row.text, row.author, row.by_person, row.at, row.lines)
        )
    return [
        Answer(row.id, row.script_id, row.question_id, tuple(texts[row.id]), row.note)
        for row in session.scalars(ids.with_only_columns(AnswerRow).order_by(*order))
    ]


def _script_row(session: Session, script_id: str) -> ScriptRow:
    row = session.get(ScriptRow, script_id)
    if row is None:
        raise NotFound("This script is not in the gradebook. Reload the page.")
    return row


def _check_question(session: Session, script_id: str, question_id: str | None) -> None:
    if question_id is None:
        return
    question = session.get(QuestionRow, question_id)
    if question is None or question.exam_id != _script_row(session, script_id).exam_id:
        raise NotFound("This question is not in the script's exam. Reload the page.")


def _write(
    session: Session,
    answer_id: str,
    text: str,
    author: str,
    lines: Sequence[PlacedLine],
    *,
    by_person: bool,
) -> None:
    newest = select(func.max(AnswerTextRow.version)).where(AnswerTextRow.answer_id == answer_id)
    row = AnswerTextRow(
        answer_id=answer_id,
        version=(session.scalar(newest) or 0) + 1,
        text=text,
        author=author,
        by_person=by_person,
        lines=tuple(lines),
        at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()


def _new_row(session: Session, script_id: str, question_id: str | None, note: str) -> AnswerRow:
    row = AnswerRow(
        script_id=script_id, question_id=question_id, note=note, created=datetime.now(UTC)
    )
    session.add(row)
    session.flush()
    return row


def _place(
    session: Session, script_id: str, question_id: str | None, *, add: bool = False
) -> AnswerRow:
    """The script's row for a question, made or revived where needed; a new one for None."""
    if question_id is None:
        return _new_row(session, script_id, None, "")
    where = (AnswerRow.script_id == script_id, AnswerRow.question_id == question_id)
    row = session.scalar(select(AnswerRow).where(*where))
    if row is None:
        return _new_row(session, script_id, question_id, "")
    if add and not row.withdrawn:
        raise InvalidInput("This script already has an answer to the question. Edit that one.")
    row.note, row.withdrawn = "", False
    return row


def _stacked(*parts: Part) -> Part:
    """The parts one below the other; an empty line of the scan keeps its place in the text."""
    text = "\n".join(text for text, lines in parts if text or lines)
    return text, [placed for _, lines in parts for placed in lines]


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
    text, lines = _stacked(before, moved)
    _write(session, target.id, text, author, lines, by_person=True)


def _withdraw(session: Session, answer_id: str) -> None:
    """Hides an answer of which nothing is left, unless a person has marked it."""
    if not _marked(session, [answer_id]):
        session.get_one(AnswerRow, answer_id).withdrawn = True


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


# How pieces of a new split find their answers


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces with those of one question made one, in order."""
    placed: dict[str, Piece] = {}
    unplaced = []
    for piece in pieces:
        if piece.question_id is None:
            unplaced.append(piece)
            continue
        first = placed.get(piece.question_id)
        placed[piece.question_id] = piece if first is None else _both(first, piece)
    return [*placed.values(), *unplaced]


def _both(first: Piece, second: Piece) -> Piece:
    text, lines = _stacked((first.text, first.lines), (second.text, second.lines))
    note = " ".join(dict.fromkeys(part for part in (first.note, second.note) if part))
    return Piece(first.question_id, text, tuple(lines), note)


def _marked(session: Session, answer_ids: Sequence[str]) -> set[str]:
    return set(
        session.scalars(select(ReviewRow.answer_id).where(ReviewRow.answer_id.in_(answer_ids)))
    )


def _touched(answer: Answer, marked: set[str]) -> bool:
    return answer.id in marked or any(text.by_person for text in answer.texts)


def _known(touched: Iterable[Answer], piece: Piece) -> bool:
    """Whether a person has already dealt with this very piece."""
    return any(
        not text.by_person and text.text == piece.text and text.lines == piece.lines
        for answer in touched
        for text in answer.texts
    )


def _beside_touched(touched: Iterable[Answer], piece: Piece) -> Piece:
    """The piece itself, or unplaced where its question's answer is a person's already."""
    if piece.question_id is None or piece.question_id not in {each.question_id for each in touched}:
        return piece
    return Piece(None, piece.text, piece.lines, KEPT)


def _home(untouched: Iterable[Answer], piece: Piece) -> Answer | None:
    for answer in untouched:
        if answer.question_id != piece.question_id:
            continue
        if piece.question_id is not None or _same(answer, piece):
            return answer
    return None


def _same(answer: Answer, piece: Piece) -> bool:
    return answer.current.text == piece.text and answer.current.lines == piece.lines


def _lay_piece(
    session: Session, script_id: str, piece: Piece, author: str, answer: Answer | None
) -> None:
    if answer is None:
        row = _new_row(session, script_id, piece.question_id, piece.note)
    else:
        row = session.get_one(AnswerRow, answer.id)
        row.note, row.withdrawn = piece.note, False
    if answer is None or not _same(answer, piece):
        _write(session, row.id, piece.text, author, piece.lines, by_person=False)


def _empty(session: Session, answer: Answer, author: str) -> None:
    if answer.current.text or answer.current.lines:
        _write(session, answer.id, "", author, (), by_person=False)
    _withdraw(session, answer.id)
