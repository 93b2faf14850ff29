"""The pages of scripts: their rows, where they stand and what was read on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select
from sqlalchemy.orm import Session

from autograder.domain.errors import NotFound
from autograder.domain.page_fix import Look, Place
from autograder.domain.script import Page, Reading, Sheet
from autograder.gradebook import answer_rows, split
from autograder.gradebook.tables import PageRow, ReadingRow, ScriptRow


def page_row(session: Session, page_id: str) -> PageRow:
    """The row of that id. NotFound."""
    row = session.get(PageRow, page_id)
    if row is None:
        raise NotFound("This page is not in the gradebook. Reload it.")
    return row


def page_of(row: PageRow) -> Page:
    """The page that a row holds."""
    return Page(
        id=row.id,
        number=row.number,
        image=row.image,
        width=row.width,
        height=row.height,
        source=row.source,
        scan=row.scan,
        transform=row.transform,
        text_layer=row.text_layer,
        sheet=row.sheet,
        discarded=row.discarded,
    )


def standing(session: Session, script_id: str) -> list[PageRow]:
    """A script's pages in their order, without those taken out."""
    query = select(PageRow).where(PageRow.script_id == script_id, ~PageRow.discarded)
    return list(session.scalars(query.order_by(PageRow.number)))


def arrange(session: Session, script: ScriptRow, pages: Sequence[PageRow]) -> None:
    """Makes these, in this order, the script's pages, and has it split into answers anew.

    A script without any page is gone, unless a person has touched an answer of it.
    """
    for number, page in enumerate(pages, 1):
        page.script_id, page.number, page.discarded, page.split = script.id, number, False, False
    session.flush()
    if not pages:
        split.lay_down(session, script.id, (), "")
        script.discarded = not answer_rows.standing(session, script.id)
        script.problem = ""


def put(session: Session, places: Iterable[Place]) -> None:
    """Puts pages where ``places`` say, counted as they stand after it."""
    wanted = {place.page_id: place for place in places}
    rows = {page_id: page_row(session, page_id) for page_id in wanted}
    touched = {row.script_id for row in rows.values()} | {p.script_id for p in wanted.values()}
    left = {
        script_id: [page for page in standing(session, script_id) if page.id not in wanted]
        for script_id in sorted(touched)
    }
    for place in sorted(wanted.values(), key=lambda place: place.number):
        row = rows[place.page_id]
        if place.discarded:
            row.script_id, row.number, row.discarded = place.script_id, place.number, True
        else:
            left[place.script_id].insert(place.number - 1, row)
            session.get_one(ScriptRow, place.script_id).discarded = False
    for script_id, pages in left.items():
        arrange(session, session.get_one(ScriptRow, script_id), pages)


def place_of(row: PageRow) -> Place:
    """Where a page stands."""
    return Place(row.id, row.script_id, row.number, row.discarded)


def look_of(row: PageRow) -> Look:
    """How a page is shown."""
    return Look(row.id, row.image, row.width, row.height, row.transform)


def show(session: Session, look: Look) -> None:
    """Shows a page so from now on; what it was taken in as is kept. NotFound."""
    row = page_row(session, look.page_id)
    row.scan = row.scan or row.image
    row.earlier = tuple(dict.fromkeys((*row.earlier, row.image)))
    row.image, row.width, row.height = look.image, look.width, look.height
    row.transform, row.split = look.transform, False


def by_sheet(sheets: Sequence[Sheet | None], sheet: Sheet) -> int:
    """Before which of the pages of these sheets that of another one stands, counted from 0."""
    later = (at for at, there in enumerate(sheets) if there and there.number > sheet.number)
    return next(later, len(sheets))


def is_read() -> ColumnElement[bool]:
    """That a page was read as it is shown now."""
    return exists().where(
        ReadingRow.page_id == PageRow.id, ReadingRow.image == PageRow.image, ~ReadingRow.beside
    )


def newest_id() -> ScalarSelect[int]:
    """The id of the newest reading of a query's page, as ``newest`` chooses it."""
    return (
        select(func.max(ReadingRow.id))
        .where(ReadingRow.page_id == PageRow.id, ReadingRow.image == PageRow.image)
        .where(~ReadingRow.beside)
        .correlate(PageRow)
        .scalar_subquery()
    )


def readings(session: Session, page: PageRow) -> list[ReadingRow]:
    """What was read on a page as it is shown now, newest last."""
    query = select(ReadingRow).where(ReadingRow.page_id == page.id, ReadingRow.image == page.image)
    return list(session.scalars(query.order_by(ReadingRow.id)))


def newest(session: Session, page: PageRow) -> ReadingRow | None:
    """What was read last on a page as it is shown now, not counting what was read beside."""
    return next((row for row in reversed(readings(session, page)) if not row.beside), None)


def reading_of(row: ReadingRow) -> Reading:
    """The reading that a row holds."""
    return Reading(row.engine, row.version, row.lines, row.seconds, row.beside)
