"""Files that were handed in as a pile, and their pages put into other scripts without a scan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.domain.errors import Conflict, NotFound
from autograder.domain.page_fix import Arrangement
from autograder.domain.script import Page, Stack
from autograder.gradebook import page_fixes, pages, taking
from autograder.gradebook.database import Database
from autograder.gradebook.script_rows import natural
from autograder.gradebook.tables import PageRow, ScriptRow, UploadRow


class Piles:
    """The pages of each file, in the order in which they were scanned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pages(self, upload_id: str) -> list[Page]:
        """A file's pages, whichever scripts they are in now, without those taken out."""
        with self._database.reading() as session:
            return [pages.page_of(row) for row in _rows(session, upload_id)]

    def split(
        self, upload_id: str, way: str, stacks: Sequence[tuple[Stack, Sequence[str]]], author: str
    ) -> None:
        """Puts a file's pages (ids, by stack) into the stacks' scripts, as in ``take_upload``.

        ``way``: what the file is split by from now on. It is one fix, and one undo takes it back.
        Scripts whose pages change are split into answers anew; one that is left without a page is
        gone. NotFound; Conflict: the file has other pages now.
        """
        with self._database.writing() as session:
            upload = _upload_row(session, upload_id)
            rows = {row.id: row for row in _rows(session, upload_id)}
            if sorted(rows) != sorted(page for _, ids in stacks for page in ids):
                raise Conflict(f"The pages of {upload.name} have changed. Look again, then split.")
            upload.way = way
            before = _places(rows.values())
            _put(session, upload, [(stack, [rows[each] for each in ids]) for stack, ids in stacks])
            after = _places(rows.values())
            if after != before:
                what = f"Split {upload.name} again"
                page_fixes.add(session, upload.exam_id, what, before, after, author, None)


def _upload_row(session: Session, upload_id: str) -> UploadRow:
    row = session.get(UploadRow, upload_id)
    if row is None:
        raise NotFound("This file is not in the gradebook. Hand it in again.")
    return row


def _rows(session: Session, upload_id: str) -> list[PageRow]:
    query = select(PageRow).where(PageRow.upload_id == upload_id, ~PageRow.discarded)
    return sorted(session.scalars(query), key=lambda row: (natural(row.source), row.id))


def _places(rows: Iterable[PageRow]) -> Arrangement:
    return Arrangement(tuple(map(pages.place_of, rows)))


def _put(
    session: Session, upload: UploadRow, stacks: Sequence[tuple[Stack, list[PageRow]]]
) -> None:
    moved = [row for _, rows in stacks for row in rows]
    left = {row.script_id: session.get_one(ScriptRow, row.script_id) for row in moved}
    for row in moved:
        row.discarded = True  # in no script, until it is put into one
    session.flush()
    for script in left.values():
        _say(upload, script, "")
    for stack, rows in stacks:
        script = taking.home(session, upload, stack)
        taking.insert(session, script, upload.name, rows)
        _say(upload, script, stack.problem)
    for script in left.values():
        pages.arrange(session, script, pages.standing(session, script.id))


def _say(upload: UploadRow, script: ScriptRow, problem: str) -> None:
    """Notes what is wrong with a script, instead of what was; loose pages have a line a file."""
    lines = script.problem.splitlines() if script.loose else []
    others = [line for line in lines if upload.name not in line]
    script.problem = "\n".join(filter(None, [*others, problem]))
