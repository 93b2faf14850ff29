"""What people put right on a pile: pages turned, moved, taken out. Only ever added, and undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from autograder.domain.errors import Conflict, InvalidInput
from autograder.domain.page_fix import Arrangement, Look, PageFix, Place
from autograder.domain.script import Sheet, Transform
from autograder.gradebook import pages, script_rows
from autograder.gradebook.database import Database
from autograder.gradebook.decision_tables import PageFixRow
from autograder.gradebook.exams import exam_row
from autograder.gradebook.tables import PageRow, ScriptRow

UNDOING = aliased(PageFixRow)
UNDONE = exists().where(UNDOING.undoes == PageFixRow.id)


class PageFixes:
    """Fixes to the pages of an exam. Each is kept whole, in its order, and can be undone.

    Scripts whose pages change are split into answers anew; what a person edited or marked stays.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def turn(
        self,
        page_id: str,
        image: str,
        width: int,
        height: int,
        transform: Transform,
        author: str,
    ) -> None:
        """Shows a page otherwise, such as turned; it is then read anew. NotFound."""
        with self._database.writing() as session:
            row = pages.page_row(session, page_id)
            look = Look(page_id, image, width, height, tuple(transform))
            _change(session, f"Turned {row.source}", Arrangement(look=look), author)

    def reorder(self, script_id: str, page_ids: Sequence[str], author: str) -> None:
        """Puts a script's pages in this order. NotFound; Conflict: it has other pages now."""
        with self._database.writing() as session:
            script = script_rows.script_row(session, script_id)
            there = [page.id for page in pages.standing(session, script_id)]
            if sorted(there) != sorted(page_ids):
                raise Conflict(
                    f"The pages of “{script.title}” have changed since you opened it. Reload it, "
                    "then put them in order."
                )
            places = [Place(page, script_id, number) for number, page in enumerate(page_ids, 1)]
            what = f"Put the pages of “{script.title}” in order"
            _change(session, what, Arrangement(tuple(places)), author)

    def move(
        self, page_id: str, script_id: str | None, author: str, place: int | None = None
    ) -> str:
        """Moves a page within its exam and returns the id of the script that it is in now.

        ``script_id`` None: a script of its own. ``place`` counts from 1; without one the page
        stands where its printed number says, else at the end. A page taken out comes back.
        NotFound; InvalidInput: the script is of another exam, or discarded.
        """
        with self._database.writing() as session:
            page = pages.page_row(session, page_id)
            before = script_rows.script_row(session, page.script_id)
            after = _target(session, before, page, script_id)
            if after is before and place is None and not page.discarded:
                return after.id
            what = f"Moved {page.source} from “{before.title}” to “{after.title}”"
            there = [each for each in pages.standing(session, after.id) if each is not page]
            number = _number(there, page.sheet, place)
            arrangement = Arrangement((Place(page_id, after.id, number),))
            _change(session, what, arrangement, author)
            return after.id

    def discard(self, page_id: str, author: str) -> None:
        """Takes a page out of its script; nothing is deleted. NotFound."""
        with self._database.writing() as session:
            page = pages.page_row(session, page_id)
            script = script_rows.script_row(session, page.script_id)
            place = Place(page_id, script.id, page.number, discarded=True)
            what = f"Took {page.source} out of “{script.title}”"
            _change(session, what, Arrangement((place,)), author)

    def restore(self, page_id: str, author: str) -> None:
        """Puts a page back where it was taken out. NotFound."""
        with self._database.writing() as session:
            page = pages.page_row(session, page_id)
            script = script_rows.script_row(session, page.script_id)
            place = Place(page_id, script.id, page.number)
            what = f"Put {page.source} back into “{script.title}”"
            _change(session, what, Arrangement((place,)), author)

    def undo(self, exam_id: str, author: str) -> str:
        """Takes the newest fix back that still stands and says what it was; empty: none does."""
        query = select(PageFixRow).where(
            PageFixRow.exam_id == exam_id, PageFixRow.undoes.is_(None), ~UNDONE
        )
        with self._database.writing() as session:
            row = session.scalar(query.order_by(PageFixRow.id.desc()).limit(1))
            if row is None:
                return ""
            _apply(session, row.before)
            add(session, exam_id, f"Undone: {row.what}", row.after, row.before, author, row.id)
            return row.what

    def history(self, exam_id: str) -> list[PageFix]:
        """All fixes of an exam and what was undone, oldest first. NotFound."""
        query = select(PageFixRow, UNDONE).where(PageFixRow.exam_id == exam_id)
        with self._database.reading() as session:
            exam_row(session, exam_id)
            return [
                PageFix(row.id, row.what, row.author, row.at, row.undoes, undone)
                for row, undone in session.execute(query.order_by(PageFixRow.id))
            ]

    def turned(self, exam_id: str) -> set[str]:
        """The ids of the pages that lie as a person turned them: no machine knows better."""
        query = select(PageFixRow).where(
            PageFixRow.exam_id == exam_id, PageFixRow.undoes.is_(None), ~UNDONE
        )
        with self._database.reading() as session:
            looks = [fix.after.look for fix in session.scalars(query)]
            return {
                look.page_id
                for look in looks
                if look and look.image == pages.page_row(session, look.page_id).image
            }


def add(
    session: Session,
    exam_id: str,
    what: str,
    before: Arrangement,
    after: Arrangement,
    author: str,
    undoes: int | None,
) -> None:
    """Logs a fix, or the undoing of one."""
    row = PageFixRow(
        exam_id=exam_id,
        what=what,
        before=before,
        after=after,
        undoes=undoes,
        author=author,
        at=datetime.now(UTC),
    )
    session.add(row)


def _target(session: Session, before: ScriptRow, page: PageRow, script_id: str | None) -> ScriptRow:
    if script_id is None:
        title = page.source if before.loose else before.title
        return script_rows.new(
            session, before.exam_id, script_rows.untaken(session, before.exam_id, title)
        )
    after = script_rows.script_row(session, script_id)
    if after.exam_id != before.exam_id:
        raise InvalidInput("A page can only be moved to a script of the same exam.")
    if after.discarded and not after.loose:
        raise InvalidInput(f"“{after.title}” is discarded. Restore it first, then move the page.")
    return after


def _number(there: Sequence[PageRow], sheet: Sheet | None, place: int | None) -> int:
    """Where a page comes to stand among those that are there, counted from 1."""
    if place is not None:
        return max(1, min(place, len(there) + 1))
    if sheet is None:
        return len(there) + 1
    return pages.by_sheet([page.sheet for page in there], sheet) + 1


def _change(session: Session, what: str, wanted: Arrangement, author: str) -> None:
    """Makes it so and logs it; what is so already isn't logged."""
    before = _now(session, wanted)
    if wanted != before:
        exam_id = _exam(session, before)
        _apply(session, wanted)
        add(session, exam_id, what, before, _now(session, wanted), author, None)


def _now(session: Session, wanted: Arrangement) -> Arrangement:
    """How the pages that ``wanted`` is about stand or look."""
    rows = [pages.page_row(session, place.page_id) for place in wanted.places]
    look = pages.look_of(pages.page_row(session, wanted.look.page_id)) if wanted.look else None
    return Arrangement(tuple(map(pages.place_of, rows)), look)


def _exam(session: Session, arrangement: Arrangement) -> str:
    look = arrangement.look
    page_id = look.page_id if look else arrangement.places[0].page_id
    page = pages.page_row(session, page_id)
    return script_rows.script_row(session, page.script_id).exam_id


def _apply(session: Session, wanted: Arrangement) -> None:
    if wanted.look:
        pages.show(session, wanted.look)
    else:
        pages.put(session, wanted.places)
