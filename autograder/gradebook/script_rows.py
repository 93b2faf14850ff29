"""The rows of scripts: found, made, and read back as scripts."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from autograder.domain.errors import NotFound
from autograder.domain.script import Page, Script
from autograder.gradebook import pages
from autograder.gradebook.rosters import student_of
from autograder.gradebook.tables import PageRow, ScriptRow, StudentRow

LOOSE = "Loose pages"


def natural(name: str) -> list[tuple[str, int]]:
    """A key that sorts names as people do: p2 before p10, numbers before letters."""
    return [
        ("0", int(part)) if part.isdecimal() else (part, 0)
        for part in re.split(r"(\d+)", name.casefold())
        if part
    ]


def script_row(session: Session, script_id: str) -> ScriptRow:
    """The row of that id. NotFound."""
    row = session.get(ScriptRow, script_id)
    if row is None:
        raise NotFound("This script is not in the gradebook. Reload the page.")
    return row


def one(session: Session, row: ScriptRow) -> Script:
    """The script that a row holds, with its pages."""
    session.flush()
    return found(session, ScriptRow.id == row.id)[0]


def found(session: Session, *conditions: ColumnElement[bool]) -> list[Script]:
    """The scripts that meet the conditions, by title."""
    query = select(ScriptRow).where(*conditions)
    rows = list(session.scalars(query))
    standing = _pages(session, query)
    students = session.scalars(
        select(StudentRow).where(StudentRow.id.in_(query.with_only_columns(ScriptRow.student_id)))
    )
    known = {row.id: student_of(row) for row in students}
    scripts = [
        Script(
            id=row.id,
            exam_id=row.exam_id,
            title=row.title,
            student=known.get(row.student_id or ""),
            pages=tuple(standing[row.id]),
            problem=row.problem,
            certainty=row.certainty,
            loose=row.loose,
        )
        for row in rows
    ]
    return sorted(scripts, key=lambda script: (natural(script.title), script.id))


def new(session: Session, exam_id: str, title: str, *, loose: bool = False) -> ScriptRow:
    """A new script's row."""
    row = ScriptRow(exam_id=exam_id, title=title, loose=loose, created=datetime.now(UTC))
    session.add(row)
    session.flush()
    return row


def untaken(session: Session, exam_id: str, title: str) -> str:
    """The title, with a number behind it if the exam has a script of that title."""
    taken = set(session.scalars(select(ScriptRow.title).where(ScriptRow.exam_id == exam_id)))
    numbered, number = title, 1
    while numbered in taken:
        number += 1
        numbered = f"{title} ({number})"
    return numbered


def titled(session: Session, exam_id: str, title: str) -> ScriptRow | None:
    """The exam's oldest script of that title that isn't discarded."""
    query = select(ScriptRow).where(ScriptRow.exam_id == exam_id, ScriptRow.title == title, *IN_USE)
    return session.scalar(query.order_by(ScriptRow.created, ScriptRow.id).limit(1))


def loose(session: Session, exam_id: str) -> ScriptRow:
    """The exam's one script of pages that belong to none, made where missing."""
    query = select(ScriptRow).where(ScriptRow.exam_id == exam_id, ScriptRow.loose)
    row = session.scalar(query) or new(session, exam_id, LOOSE, loose=True)
    row.discarded = False
    return row


IN_USE = (~ScriptRow.discarded, ~ScriptRow.loose)
"""The conditions that a script is one that counts."""


def _pages(session: Session, scripts: Select[ScriptRow]) -> dict[str, list[Page]]:
    query = select(PageRow).where(
        PageRow.script_id.in_(scripts.with_only_columns(ScriptRow.id)), ~PageRow.discarded
    )
    standing: dict[str, list[Page]] = defaultdict(list)
    for row in session.scalars(query.order_by(PageRow.number)):
        standing[row.script_id].append(pages.page_of(row))
    return standing
