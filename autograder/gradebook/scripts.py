"""The files that were handed in, and the scripts and pages that they became."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.page_fix import Look
from autograder.domain.script import (
    Identification,
    Page,
    Reading,
    Script,
    Stack,
    Transform,
    Upload,
    UploadState,
)
from autograder.gradebook import identifications, pages, script_rows, taking
from autograder.gradebook.database import Database
from autograder.gradebook.exams import exam_row
from autograder.gradebook.script_rows import IN_USE, natural, script_row
from autograder.gradebook.tables import PageRow, ReadingRow, ScriptRow, UploadRow


class Scripts:
    """Uploads, scripts and pages. A script can be discarded, which hides it, but not deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_upload(
        self, exam_id: str, name: str, scan: str, script_title: str, way: str = ""
    ) -> Upload:
        """Notes a file (sha256 ``scan``) that was handed in for the script of that title.

        ``way``: how its pages become scripts, see ``Upload``. The same bytes again change nothing,
        but for two: a file that was refused is tried again, and one whose scripts were discarded
        brings them back. NotFound: no such exam.
        """
        with self._database.writing() as session:
            exam_row(session, exam_id)
            same = (UploadRow.exam_id == exam_id, UploadRow.scan == scan)
            row = session.scalar(select(UploadRow).where(*same))
            if row is None:
                row = _add_upload(session, exam_id, name, scan, script_title)
            else:
                _hand_in_again(session, row)
            if row.state == UploadState.WAITING:
                row.way = way
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
        """Notes that the teacher has seen why a file was refused, or not wholly added. NotFound."""
        with self._database.writing() as session:
            row = _upload_row(session, upload_id)
            if row.state == UploadState.REFUSED:
                row.state = UploadState.DISMISSED
            elif row.state == UploadState.TAKEN:
                row.problem = ""

    def take_upload(self, upload_id: str, stacks: Sequence[Stack]) -> list[Script]:
        """Puts an upload's pages into scripts and returns those that hold its pages now.

        A stack goes to its student's script, else to the one of its title, made where missing.
        Pages with a printed code stand in the order of their numbers, others in that of their
        files' names. What the exam has from another file is not added again, and an upload that
        was taken before stays as it is. NotFound; InvalidInput: it has no pages.
        """
        with self._database.writing() as session:
            upload = _upload_row(session, upload_id)
            if upload.state != UploadState.TAKEN:
                taking.take(session, upload, stacks)
            session.flush()
            return script_rows.found(session, ScriptRow.id.in_(_script_ids(session, upload)))

    def all(self, exam_id: str) -> list[Script]:
        """An exam's scripts by title, without discarded ones and without its loose pages."""
        with self._database.reading() as session:
            return script_rows.found(session, ScriptRow.exam_id == exam_id, *IN_USE)

    def loose(self, exam_id: str) -> Script | None:
        """The exam's pages that belong to no script; None if there are none."""
        where = (ScriptRow.exam_id == exam_id, ScriptRow.loose.is_(True), ~ScriptRow.discarded)
        with self._database.reading() as session:
            return next(iter(script_rows.found(session, *where)), None)

    def discarded(self, exam_id: str) -> list[Script]:
        """An exam's discarded scripts by title, without those whose pages are all elsewhere."""
        where = (ScriptRow.exam_id == exam_id, ScriptRow.discarded.is_(True), ~ScriptRow.loose)
        with self._database.reading() as session:
            return [script for script in script_rows.found(session, *where) if script.pages]

    def discarded_pages(self, exam_id: str) -> list[Page]:
        """The pages that a person took out of their scripts, by their source."""
        query = (
            select(PageRow)
            .join(ScriptRow, ScriptRow.id == PageRow.script_id)
            .where(ScriptRow.exam_id == exam_id, PageRow.discarded)
        )
        with self._database.reading() as session:
            found = [pages.page_of(row) for row in session.scalars(query)]
        return sorted(found, key=lambda page: (natural(page.source), page.id))

    def get(self, script_id: str) -> Script:
        """The script of that id, discarded or not. NotFound."""
        with self._database.reading() as session:
            return script_rows.one(session, script_row(session, script_id))

    def page(self, page_id: str) -> Page:
        """The page of that id. NotFound."""
        with self._database.reading() as session:
            return pages.page_of(pages.page_row(session, page_id))

    def assign(
        self,
        script_id: str,
        student_id: str | None,
        certainty: float | None = None,
        author: str = "",
    ) -> None:
        """Says whose script it is, or with None that nobody knows.

        ``certainty`` (0-1) marks a machine's guess: it never replaces a student that a person
        chose, nor names one again that a person took away. NotFound; InvalidInput: loose pages.
        """
        with self._database.writing() as session:
            script = script_row(session, script_id)
            identifications.assign(session, script, student_id, certainty, author)

    def confirm(self, script_id: str, author: str) -> None:
        """Says that the guessed student is right. NotFound; InvalidInput: there is none."""
        with self._database.writing() as session:
            identifications.confirm(session, script_row(session, script_id), author)

    def identifications(self, script_id: str) -> list[Identification]:
        """All that people and the machine said of whose script it is, oldest first."""
        with self._database.reading() as session:
            return identifications.history(session, script_id)

    def rename(self, script_id: str, title: str) -> None:
        """Gives a script another title. NotFound; InvalidInput: no title."""
        if not title.strip():
            raise InvalidInput("Give the script a title.")
        with self._database.writing() as session:
            script_row(session, script_id).title = title.strip()

    def set_problem(self, script_id: str, problem: str) -> None:
        """Notes what is wrong with a script; an empty text says that nothing is. NotFound."""
        with self._database.writing() as session:
            script_row(session, script_id).problem = problem

    def set_image(
        self,
        page_id: str,
        image: str,
        width: int,
        height: int,
        transform: Transform = (),
        seen: str = "",
    ) -> None:
        """Shows a page so from now on, such as turned upright; its scan is kept. NotFound.

        ``seen``: the image that this was made from. If a person has changed the page since, it
        stays as it is.
        """
        with self._database.writing() as session:
            if seen in ("", pages.page_row(session, page_id).image):
                pages.show(session, Look(page_id, image, width, height, tuple(transform)))

    def discard(self, script_id: str) -> None:
        """Hides a script with its answers and marks; ``restore`` brings it back.

        NotFound; InvalidInput: these are the loose pages.
        """
        with self._database.writing() as session:
            row = script_row(session, script_id)
            if row.loose:
                raise InvalidInput("Take loose pages out one by one.")
            row.discarded = True

    def restore(self, script_id: str) -> None:
        """Brings a discarded script back. NotFound."""
        with self._database.writing() as session:
            script_row(session, script_id).discarded = False

    def unread_pages(self, exam_id: str) -> list[Page]:
        """The pages, loose ones too, that no engine has read yet as they are shown now."""
        query = (
            select(PageRow)
            .join(ScriptRow, ScriptRow.id == PageRow.script_id)
            .where(ScriptRow.exam_id == exam_id, ~ScriptRow.discarded)
            .where(~PageRow.discarded, ~pages.is_read())
            .order_by(ScriptRow.created, ScriptRow.id, PageRow.number)
        )
        with self._database.reading() as session:
            return [pages.page_of(row) for row in session.scalars(query)]

    def has_waiting(self, exam_id: str) -> bool:
        """Whether something waits to be opened, read or split; pages that failed don't count."""
        if self.uploads(exam_id, UploadState.WAITING) or self.unsplit(exam_id):
            return True
        untold = {page.id for each in self.all(exam_id) if not each.problem for page in each.pages}
        return any(page.id in untold for page in self.unread_pages(exam_id))

    def record_reading(self, page_id: str, reading: Reading, image: str = "") -> None:
        """Keeps what an engine read on a page; the same engine and version again add nothing.

        ``image``: what it read, by default the page's image as it is now. A reading of another
        image than the page's counts once the page is shown so again. NotFound.
        """
        with self._database.writing() as session:
            page = pages.page_row(session, page_id)
            row = insert(ReadingRow).values(
                page_id=page_id,
                image=image or page.image,
                engine=reading.engine,
                version=reading.version,
                lines=reading.lines,
                seconds=reading.seconds,
                beside=reading.beside,
                at=datetime.now(UTC),
            )
            session.execute(row.on_conflict_do_nothing())

    def reading(self, page_id: str) -> Reading | None:
        """What was read last on a page as it is shown now, not counting what was read beside."""
        with self._database.reading() as session:
            page = session.get(PageRow, page_id)
            row = pages.newest(session, page) if page else None
            return pages.reading_of(row) if row else None

    def readings(self, page_id: str) -> list[Reading]:
        """All that was read on a page as it is shown now, newest last."""
        with self._database.reading() as session:
            page = session.get(PageRow, page_id)
            return [pages.reading_of(row) for row in pages.readings(session, page)] if page else []

    def unsplit(self, exam_id: str) -> list[Script]:
        """The scripts whose pages are all read, but not all split into answers."""
        there = select(PageRow).where(PageRow.script_id == ScriptRow.id, ~PageRow.discarded)
        with self._database.reading() as session:
            return script_rows.found(
                session,
                ScriptRow.exam_id == exam_id,
                *IN_USE,
                exists(there.where(~PageRow.split)),
                ~exists(there.where(~pages.is_read())),
            )


def _upload(row: UploadRow) -> Upload:
    return Upload(
        id=row.id,
        exam_id=row.exam_id,
        name=row.name,
        scan=row.scan,
        script_title=row.script_title,
        state=UploadState(row.state),
        problem=row.problem,
        way=row.way,
    )


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
    for script_id in session.scalars(_script_ids(session, row)):
        script_row(session, script_id).discarded = False


def _script_ids(session: Session, upload: UploadRow) -> Select[str]:
    """The query for the ids of the scripts that hold pages of the upload, or had them already."""
    there = PageRow.upload_id == upload.id
    if upload.script_id and not session.scalar(select(exists().where(there))):
        there = PageRow.script_id == upload.script_id  # all its pages were in another file
    return select(PageRow.script_id).where(there, ~PageRow.discarded).distinct()
