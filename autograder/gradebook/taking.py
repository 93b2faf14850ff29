"""A file's pages find their scripts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.domain.errors import InvalidInput
from autograder.domain.script import WRITTEN, Sheet, Stack, TakenPage, UploadState
from autograder.gradebook import pages, script_rows
from autograder.gradebook.script_rows import natural
from autograder.gradebook.tables import PageRow, ScriptRow, StudentRow, UploadRow


def take(session: Session, upload: UploadRow, stacks: Sequence[Stack]) -> None:
    """Puts a file's pages into scripts, but for those that are there from another file.

    InvalidInput: there are no pages.
    """
    taken = [page for stack in stacks for page in stack.pages]
    if not taken:
        raise InvalidInput(f"{upload.name} has no pages.")
    known = _known(session, upload.exam_id)
    added = [row for stack in stacks for row in _fill(session, upload, stack, known)]
    upload.state = UploadState.TAKEN
    upload.script_id = added[0].script_id if added else known[_scan(taken[0])][0]
    upload.problem = _left_out(len(taken) - len(added), len(taken))


def home(session: Session, upload: UploadRow, stack: Stack) -> ScriptRow:
    """The script that a stack of the file goes to, made where missing."""
    """The script that a stack of the upload goes to, made where missing."""
    exam_id, title = upload.exam_id, stack.title or upload.script_title
    if stack.loose:
        return script_rows.loose(session, exam_id)
    sheets = (page.sheet for page in stack.pages if page.sheet)
    kin = next((sheet for sheet in sheets if sheet.student == stack.student), None)
    return (
        (_of_student(session, exam_id, stack.student) if stack.student else None)
        or (_of_sheets(session, exam_id, kin) if kin else None)
        or _titled(session, upload, title, stack.student)
        or script_rows.new(session, exam_id, title)
    )


def insert(session: Session, script: ScriptRow, name: str, new: Sequence[PageRow]) -> None:
    """Puts pages where their printed numbers say, others where the name of their file says.

    A page without a code stays behind the one that it follows in its file.
    """
    query = (
        select(PageRow, UploadRow.name)
        .join(UploadRow, UploadRow.id == PageRow.upload_id)
        .where(PageRow.script_id == script.id, PageRow.number > 0, ~PageRow.discarded)
        .order_by(PageRow.number)
    )
    there = [(page, file) for page, file in session.execute(query)]
    for run in _runs(new, by_code=not script.loose):
        sheet = None if script.loose else run[0].sheet
        at = (
            pages.by_sheet([page.sheet for page, _ in there], sheet)
            if sheet
            else _by_name([file for _, file in there], name)
        )
        there[at:at] = [(page, name) for page in run]
    pages.arrange(session, script, [page for page, _ in there])


def _scan(page: TakenPage) -> str:
    return page.scan or page.image


def _known(session: Session, exam_id: str) -> dict[str, list[str]]:
    """The scripts where the exam's pages stand or were taken out, by the pages' scans."""
    query = (
        select(PageRow.scan, PageRow.image, PageRow.script_id)
        .join(ScriptRow, ScriptRow.id == PageRow.script_id)
        .where(ScriptRow.exam_id == exam_id, ~ScriptRow.discarded | PageRow.discarded)
    )
    known: dict[str, list[str]] = defaultdict(list)
    for scan, image, script_id in session.execute(query):
        known[scan or image].append(script_id)
    return known


def _left_out(double: int, pages: int) -> str:
    if not double:
        return ""
    if double == pages:
        return "All of its pages are here already: nothing was added."
    return f"Pages of it that are here already were not added again: {double} of {pages}."


def _fill(
    session: Session, upload: UploadRow, stack: Stack, known: Mapping[str, list[str]]
) -> list[PageRow]:
    """The pages that the stack adds to its script."""
    if all(_scan(page) in known for page in stack.pages):
        return []
    script = home(session, upload, stack)
    new = [page for page in stack.pages if not _is_double(page, stack, script, known)]
    if stack.problem not in script.problem:
        script.problem = f"{script.problem}\n{stack.problem}".strip()
    rows = [_page(upload, script, page) for page in new]
    session.add_all(rows)
    insert(session, script, upload.name, rows)
    return rows


def _is_double(
    page: TakenPage, stack: Stack, script: ScriptRow, known: Mapping[str, list[str]]
) -> bool:
    """Whether the exam has this very page.

    A page of a form that a student left as it was printed looks the same in many scripts, and
    belongs to each of them; with a code on it, or bound for the same script, it is the same sheet.
    """
    there = known.get(_scan(page), ())
    return bool(there) and (page.sheet is not None or stack.loose or script.id in there)


def _page(upload: UploadRow, script: ScriptRow, page: TakenPage) -> PageRow:
    return PageRow(
        script_id=script.id,
        upload_id=upload.id,
        number=0,
        image=page.image,
        width=page.width,
        height=page.height,
        source=page.source,
        scan=page.scan,
        earlier=page.earlier,
        transform=page.transform,
        text_layer=page.text_layer,
        sheet=page.sheet,
    )


def _of_student(session: Session, exam_id: str, number: str) -> ScriptRow | None:
    query = (
        select(ScriptRow)
        .join(StudentRow, StudentRow.id == ScriptRow.student_id)
        .where(ScriptRow.exam_id == exam_id, StudentRow.number == number, *script_rows.IN_USE)
    )
    return session.scalar(query.order_by(ScriptRow.created, ScriptRow.id).limit(1))


def _of_sheets(session: Session, exam_id: str, sheet: Sheet) -> ScriptRow | None:
    """The script with the most pages of the same student's sheets, or the same blank copy's."""
    if not (sheet.student or sheet.copy):
        return None
    query = (
        select(ScriptRow)
        .join(PageRow, PageRow.script_id == ScriptRow.id)
        .where(ScriptRow.exam_id == exam_id, ~PageRow.discarded, *script_rows.IN_USE)
        .where(func.json_extract(PageRow.sheet, "$.student") == sheet.student)
        .where(func.json_extract(PageRow.sheet, "$.copy") == sheet.copy)
        .group_by(ScriptRow.id)
        .order_by(func.count().desc(), ScriptRow.created, ScriptRow.id)
    )
    return session.scalar(query.limit(1))


def _titled(session: Session, upload: UploadRow, title: str, student: str) -> ScriptRow | None:
    """The script of that title, unless it is known to be another student's or cut from a pile.

    The scripts of two piles are titled alike where a copier names all files "scan".
    """
    row = script_rows.titled(session, upload.exam_id, title)
    if row is None or (student and row.student_id):
        return None
    pile = upload.way not in ("", WRITTEN)
    return None if pile and _holds_others(session, row, upload) else row


def _holds_others(session: Session, script: ScriptRow, upload: UploadRow) -> bool:
    """Whether pages of other files are in the script."""
    others = (PageRow.script_id == script.id, PageRow.upload_id != upload.id, ~PageRow.discarded)
    return session.scalar(select(PageRow.id).where(*others).limit(1)) is not None


def _runs(new: Sequence[PageRow], *, by_code: bool) -> list[list[PageRow]]:
    runs: list[list[PageRow]] = []
    for page in new:
        if runs and not (by_code and page.sheet):
            runs[-1].append(page)
        else:
            runs.append([page])
    return runs


def _by_name(names: Sequence[str], name: str) -> int:
    """Before which of the pages of files of these names one of that name stands."""
    later = (at for at, there in enumerate(names) if natural(there) > natural(name))
    return next(later, len(names))
