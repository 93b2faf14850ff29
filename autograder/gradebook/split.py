"""How the pieces of a new split find their answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from autograder.domain.script import Answer, Piece
from autograder.gradebook import answer_rows
from autograder.gradebook.decision_tables import SettlementRow
from autograder.gradebook.tables import AnswerRow

KEPT = "A person has edited the answer that this seems to belong to. Compare the two."


def lay_down(session: Session, script_id: str, pieces: Sequence[Piece], author: str) -> None:
    """Makes the untouched answers of a script what ``pieces`` say; empties those left over."""
    before = answer_rows.every(session, AnswerRow.script_id == script_id)
    marked = answer_rows.marked(session, [answer.id for answer in before])
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
    text, lines = answer_rows.stacked((first.text, first.lines), (second.text, second.lines))
    note = " ".join(dict.fromkeys(part for part in (first.note, second.note) if part))
    return Piece(first.question_id, text, tuple(lines), note)


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
        row = answer_rows.new(session, script_id, piece.question_id, piece.note)
    else:
        row = session.get_one(AnswerRow, answer.id)
        settled = _same(answer, piece) and _settled(session, answer, piece.note)
        row.note, row.withdrawn = "" if settled else piece.note, False
    if answer is None or not _same(answer, piece):
        answer_rows.write(session, row.id, piece.text, author, piece.lines, by_person=False)


def _empty(session: Session, answer: Answer, author: str) -> None:
    if answer.current.text or answer.current.lines:
        answer_rows.write(session, answer.id, "", author, (), by_person=False)
    answer_rows.withdraw(session, answer.id)


def _settled(session: Session, answer: Answer, note: str) -> bool:
    """Whether a person has already dealt with this note on this very text."""
    same = exists().where(
        SettlementRow.answer_id == answer.id,
        SettlementRow.text_version == answer.current.version,
        SettlementRow.note == note,
    )
    return bool(session.scalar(select(same)))
