"""The files that were handed in, and the scripts and pages that they became."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.script import Page, Reading, Script, Upload, UploadState
from autograder.gradebook import answers
from autograder.gradebook.database import Database
from autograder.gradebook.exams import exam_row
from autograder.gradebook.rosters import student_of
from autograder.gradebook.tables import PageRow, ReadingRow, ScriptRow, StudentRow, UploadRow


class Scripts:
    """Uploads, scripts and pages. A script can be discarded, which hides it, but not deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_upload(self, exam_id: str, name: str, scan: str, script_title: str) -> Upload:
        """Notes a file (sha256 ``scan``) that was handed in for the script of that title.

        The same bytes again change nothing, but for two: a file that was refused is tried again,
        and one whose script was discarded brings it back. NotFound: no such exam.
        """
        with self._database.writing() as session:
            exam_row(session, exam_id)
            same = (UploadRow.exam_id == exam_id, UploadRow.scan == scan)
            row = session.scalar(select(UploadRow).where(*same))
            if row is None:
                row = _add_upload(session, exam_id, name, scan, script_title)
            else:
                _hand_in_again(session, row)
            return _upload(row)

    def uploads(self, exam_id: str, state: UploadState | None = None) -> list[Upload]:
        """An exam's uploads in the order of their names, all or those of one state."""
        query = select(UploadRow).where(UploadRow.exam_id == exam_id)
        if state is not None:
            query = query.where(UploadRow.state == state)
        with self._database.reading() as session:
            found = [_upload(row) for row in session.scalars(query)]
        return sorted(found, key=lambda upload: natural(upload.name))

    def refuse_upload(self, upload_id: str, problem: str) -> None:
        """Notes why a file can't be taken in and what to do. NotFound."""
        with self._database.writing() as session:
            row = _upload_row(session, upload_id)
            if row.state != UploadState.TAKEN:
                row.state, row.problem = UploadState.REFUSED, problem

    def dismiss_upload(self, upload_id: str) -> None:
        """Notes that the teacher has seen why a file was refused. NotFound."""
        with self._database.writing() as session:
            row = _upload_row(session, upload_id)
            if row.state == UploadState.REFUSED:
                row.state = UploadState.DISMISSED

    def take_upload(self, upload_id: str, pages: Sequence[tuple[str, int, int, str]]) -> Script:
        """Puts an upload's pages (image sha256, width, height, source) into its script.

        The script is the one of the upload's title, made where missing; its pages stand in the
        order of their files' names. An upload that was taken before stays as it is.
        """
        with self._database.writing() as session:
            upload = _upload_row(session, upload_id)
            if upload.state != UploadState.TAKEN:
                _take(session, upload, pages)
            return _script(session, _script_row(session, upload.script_id or ""))

    def all(self, exam_id: str) -> list[Script]:
        """An exam's scripts by title, without the discarded ones."""
        return self._scripts(ScriptRow.exam_id == exam_id, ~ScriptRow.discarded)

    def discarded(self, exam_id: str) -> list[Script]:
        """An exam's discarded scripts by title."""
        return self._scripts(ScriptRow.exam_id == exam_id, ScriptRow.discarded.is_(True))

    def get(self, script_id: str) -> Script:
        """The script of that id, discarded or not. NotFound."""
        with self._database.reading() as session:
            return _script(session, _script_row(session, script_id))

    def page(self, page_id: str) -> Page:
        """The page of that id. NotFound."""
        with self._database.reading() as session:
            return _page(_page_row(session, page_id))

    def assign(self, script_id: str, student_id: str | None) -> None:
        """Says whose script it is, or with None that nobody knows. NotFound."""
        with self._database.writing() as session:
            script = _script_row(session, script_id)
            student = session.get(StudentRow, student_id) if student_id else None
            if student_id and (student is None or student.exam_id != script.exam_id):
                raise NotFound("This student is not on the exam's roster. Reload the page.")
            script.student_id = student_id or None

    def rename(self, script_id: str, title: str) -> None:
        """Gives a script another title. NotFound; InvalidInput: no title."""
        if not title.strip():
            raise InvalidInput("Give the script a title.")
        with self._database.writing() as session:
            _script_row(session, script_id).title = title.strip()

    def set_problem(self, script_id: str, problem: str) -> None:
        """Notes what is wrong with a script; an empty text says that nothing is. NotFound."""
        with self._database.writing() as session:
            _script_row(session, script_id).problem = problem

    def set_image(self, page_id: str, image: str, width: int, height: int) -> None:
        """Gives a page its image anew, such as one turned upright; the scan stays. NotFound."""
        with self._database.writing() as session:
            row = _page_row(session, page_id)
            row.image, row.width, row.height = image, width, height

    def move_page(self, page_id: str, script_id: str | None) -> None:
        """Moves a page to the end of another script of the exam, or with None into a new one.

        Both scripts are then split into answers anew; what a person edited or marked stays.
        """
        with self._database.writing() as session:
            page = _page_row(session, page_id)
            before = _script_row(session, page.script_id)
            after = _script_row(session, script_id) if script_id else _beside(session, before)
            if after.exam_id != before.exam_id:
                raise InvalidInput("A page can only be moved to a script of the same exam.")
            if after.id != before.id:
                _move(session, page, before, after)

    def discard(self, script_id: str) -> None:
        """Hides a script with its answers and marks; ``restore`` brings it back. NotFound."""
        with self._database.writing() as session:
            _script_row(session, script_id).discarded = True

    def restore(self, script_id: str) -> None:
        """Brings a discarded script back. NotFound."""
        with self._database.writing() as session:
            _script_row(session, script_id).discarded = False

    def unread_pages(self, exam_id: str) -> list[Page]:
        """The pages that no engine has read yet."""
        query = (
            select(PageRow)
            .join(ScriptRow, ScriptRow.id == PageRow.script_id)
            .where(ScriptRow.exam_id == exam_id, ~ScriptRow.discarded, ~_is_read())
            .order_by(ScriptRow.created, ScriptRow.id, PageRow.number)
        )
        with self._database.reading() as session:
            return [_page(row) for row in session.scalars(query)]

    def record_reading(self, page_id: str, reading: Reading) -> None:
        """Keeps what an engine read on a page; the same engine and version again add nothing."""
        with self._database.writing() as session:
            _page_row(session, page_id)
            row = insert(ReadingRow).values(
                page_id=page_id,
                engine=reading.engine,
                version=reading.version,
                lines=reading.lines,
                seconds=reading.seconds,
                at=datetime.now(UTC),
            )
            session.execute(row.on_conflict_do_nothing())

    def reading(self, page_id: str) -> Reading | None:
        """What was read last on a page."""
        query = select(ReadingRow).where(ReadingRow.page_id == page_id)
        with self._database.reading() as session:
            row = session.scalar(query.order_by(ReadingRow.id.desc()).limit(1))
            return Reading(row.engine, row.version, row.lines, row.seconds) if row else None

    def unsplit(self, exam_id: str) -> list[Script]:
        """The scripts whose pages are all read, but not all split into answers."""
        pages = select(PageRow).where(PageRow.script_id == ScriptRow.id)
        return self._scripts(
            ScriptRow.exam_id == exam_id,
            ~ScriptRow.discarded,
            exists(pages.where(~PageRow.split)),
            ~exists(pages.where(~_is_read())),
        )

    def _scripts(self, *conditions: ColumnElement[bool]) -> list[Script]:
        with self._database.reading() as session:
            return _found(session, select(ScriptRow).where(*conditions))


def natural(name: str) -> list[tuple[str, int]]:
    """A key that sorts names as people do: p2 before p10, numbers before letters."""
    return [
        ("0", int(part)) if part.isdecimal() else (part, 0)
        for part in re.split(r"(\d+)", name.casefold())
        if part
    ]


def _is_read() -> ColumnElement[bool]:
    return exists().where(ReadingRow.page_id == PageRow.id)


def _found(session: Session, query: Select[ScriptRow]) -> list[Script]:
    rows = list(session.scalars(query))
    chosen = query.with_only_columns(ScriptRow.id)
    pages: dict[str, list[Page]] = defaultdict(list)
    page_query = select(PageRow).where(PageRow.script_id.in_(chosen)).order_by(PageRow.number)
    for page in session.scalars(page_query):
        pages[page.script_id].append(_page(page))
    students = session.scalars(
        select(StudentRow).where(StudentRow.id.in_(query.with_only_columns(ScriptRow.student_id)))
    )
    known = {row.id: student_of(row) for row in students}
    found = [
        Script(
            id=row.id,
            exam_id=row.exam_id,
            title=row.title,
            student=known.get(row.student_id or ""),
            pages=tuple(pages[row.id]),
            problem=row.problem,
        )
        for row in rows
    ]
    return sorted(found, key=lambda script: (natural(script.title), script.id))


def _script(session: Session, row: ScriptRow) -> Script:
    session.flush()
    return _found(session, select(ScriptRow).where(ScriptRow.id == row.id))[0]


def _page(row: PageRow) -> Page:
    return Page(row.id, row.number, row.image, row.width, row.height, row.source)


def _upload(row: UploadRow) -> Upload:
    return Upload(
        id=row.id,
        exam_id=row.exam_id,
        name=row.name,
        scan=row.scan,
        script_title=row.script_title,
        state=UploadState(row.state),
        problem=row.problem,
    )


def _script_row(session: Session, script_id: str) -> ScriptRow:
    row = session.get(ScriptRow, script_id)
    if row is None:
        raise NotFound("This script is not in the gradebook. Reload the page.")
    return row


def _page_row(session: Session, page_id: str) -> PageRow:
    row = session.get(PageRow, page_id)
    if row is None:
        raise NotFound("This page is not in the gradebook. Reload it.")
    return row


def _upload_row(session: Session, upload_id: str) -> UploadRow:
    row = session.get(UploadRow, upload_id)
    if row is None:
        raise NotFound("This file is not in the gradebook. Hand it in again.")
    return row


def _add_upload(
    session: Session, exam_id: str, name: str, scan: str, script_title: str
) -> UploadRow:
    row = UploadRow(
        exam_id=exam_id,
        name=name,
        scan=scan,
        script_title=script_title,
        state=UploadState.WAITING,
        created=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    return row


def _hand_in_again(session: Session, row: UploadRow) -> None:
    if row.state in (UploadState.REFUSED, UploadState.DISMISSED):
        row.state, row.problem = UploadState.WAITING, ""
    if row.script_id:
        _script_row(session, row.script_id).discarded = False


def _take(session: Session, upload: UploadRow, pages: Sequence[tuple[str, int, int, str]]) -> None:
    if not pages:
        raise InvalidInput(f"{upload.name} has no pages.")
    script = _titled(session, upload)
    upload.state, upload.problem, upload.script_id = UploadState.TAKEN, "", script.id
    new = [
        PageRow(
            script_id=script.id,
            upload_id=upload.id,
            number=0,
            image=image,
            width=width,
            height=height,
            source=source,
        )
        for image, width, height, source in pages
    ]
    session.add_all(new)
    _insert_by_name(session, script, upload, new)


def _titled(session: Session, upload: UploadRow) -> ScriptRow:
    query = select(ScriptRow).where(
        ScriptRow.exam_id == upload.exam_id,
        ScriptRow.title == upload.script_title,
        ~ScriptRow.discarded,
    )
    row = session.scalar(query.order_by(ScriptRow.created, ScriptRow.id).limit(1))
    return row or _new_script(session, upload.exam_id, upload.script_title)


def _new_script(session: Session, exam_id: str, title: str) -> ScriptRow:
    row = ScriptRow(exam_id=exam_id, title=title, created=datetime.now(UTC))
    session.add(row)
    session.flush()
    return row


def _insert_by_name(
    session: Session, script: ScriptRow, upload: UploadRow, new: list[PageRow]
) -> None:
    """Puts new pages before the first page that comes from a file of a later name."""
    query = (
        select(PageRow, UploadRow.name)
        .join(UploadRow, UploadRow.id == PageRow.upload_id)
        .where(PageRow.script_id == script.id, PageRow.upload_id != upload.id)
        .order_by(PageRow.number)
    )
    old = list(session.execute(query))
    later = (at for at, (_, name) in enumerate(old) if natural(name) > natural(upload.name))
    place = next(later, len(old))
    pages = [page for page, _ in old]
    _number(pages[:place] + new + pages[place:])


def _number(pages: Sequence[PageRow]) -> None:
    for number, page in enumerate(pages, 1):
        page.number = number


def _pages(session: Session, script_id: str) -> list[PageRow]:
    query = select(PageRow).where(PageRow.script_id == script_id).order_by(PageRow.number)
    return list(session.scalars(query))


def _beside(session: Session, script: ScriptRow) -> ScriptRow:
    query = select(ScriptRow.title).where(ScriptRow.exam_id == script.exam_id)
    taken = set(session.scalars(query))
    number = 2
    while (title := f"{script.title} ({number})") in taken:
        number += 1
    return _new_script(session, script.exam_id, title)


def _move(session: Session, page: PageRow, before: ScriptRow, after: ScriptRow) -> None:
    left = [other for other in _pages(session, before.id) if other.id != page.id]
    there = _pages(session, after.id)
    page.script_id = after.id
    _number(left)
    _number([*there, page])
    for each in [*left, *there, page]:
        each.split = False
    session.flush()
    if not left:
        answers.lay_down(session, before.id, (), "")
        before.discarded = not answers.standing(session, before.id)
