"""Looks whether a gradebook is sound: the database, every stored file, the trace of every mark."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, String, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from autograder.domain.errors import AutoGraderError
from autograder.domain.grade import BULK, GROUP, OWN
from autograder.gradebook import migrations
from autograder.gradebook.decision_tables import (
    NameSwitchRow,
    PageCheckRow,
    PageFixRow,
    PromotionRow,
    SettlementRow,
)
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.mark_rows import citation_id
from autograder.gradebook.scans import ScanStore
from autograder.gradebook.tables import (
    APPEND_ONLY,
    AnswerRow,
    AnswerTextRow,
    BookRow,
    CitationRow,
    JobRow,
    PageRow,
    PredictionRow,
    QuestionRow,
    QuestionVersionRow,
    ReadingRow,
    ReviewRow,
    RulingRow,
    RulingWithdrawalRow,
    ScriptRow,
    UploadRow,
)


def examine(gradebook: Gradebook) -> list[str]:
    """The problems found, in plain words; none if the gradebook is sound. Changes nothing."""
    with gradebook.database.reading() as session:
        return [
            *_database(session),
            *_versions(session),
            *_marks(session),
            *_ways(session),
            *_rulings(session),
            *_decisions(session),
            *_places(session),
            *_citations(session),
            *_files(session, gradebook.scans),
        ]


def _database(session: Session) -> Iterator[str]:
    for (found,) in session.connection().exec_driver_sql("PRAGMA integrity_check"):
        if found != "ok":
            yield f"The database is damaged: {found}. Put the last backup in its place."
    for table, row, parent, _ in session.connection().exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"Row {row} of {table} refers to a row of {parent} that is missing."
    if not migrations.is_current(session.connection()):
        yield "The database is of another version. Start AutoGrader once to bring it up to date."
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    triggers = {name for (name,) in session.connection().exec_driver_sql(query)}
    for table in APPEND_ONLY:
        if not {f"{table}_no_update", f"{table}_no_delete"} <= triggers:
            yield f"The table {table} is no longer protected against changes."


def _versions(session: Session) -> Iterator[str]:
    text, version = AnswerTextRow, QuestionVersionRow
    yield from _gaps(session, "answer", AnswerRow.id, text.answer_id, text.version)
    yield from _gaps(session, "question", QuestionRow.id, version.question_id, version.version)


def _gaps(
    session: Session,
    what: str,
    owner: InstrumentedAttribute[str],
    key: InstrumentedAttribute[str],
    version: InstrumentedAttribute[int],
) -> Iterator[str]:
    query = select(owner, func.count(version), func.max(version)).outerjoin(
        key.class_, key == owner
    )
    for owner_id, there, last in session.execute(query.group_by(owner)):
        if not there or there != last:
            yield f"The {what} {owner_id} has lost some or all of its versions."


def _marks(session: Session) -> Iterator[str]:
    for what, mark, maker in (
        ("prediction", PredictionRow, PredictionRow.grader),
        ("review", ReviewRow, ReviewRow.reviewer),
    ):
        for row in session.execute(_traced(mark, maker)):
            which = f"The {what} {row.id}"
            if row.text is None or row.asked != row.question_id:
                yield f"{which} belongs to no answer, or to that of another question."
            if row.question is None:
                yield f"{which} is of a version of a question that is missing."
            if not row.maker:
                yield f"{which} doesn't say who made it."


def _traced(
    mark: type[PredictionRow | ReviewRow], maker: InstrumentedAttribute[str]
) -> Select[int, str, str, str | None, int, int]:
    """Every mark with its maker and all that it goes back to, as far as that is there."""
    text, version = AnswerTextRow, QuestionVersionRow
    return (
        select(
            mark.id,
            maker.label("maker"),
            mark.question_id,
            AnswerRow.question_id.label("asked"),
            text.version.label("text"),
            version.version.label("question"),
        )
        .outerjoin(AnswerRow, AnswerRow.id == mark.answer_id)
        .outerjoin(text, (text.answer_id == mark.answer_id) & (text.version == mark.text_version))
        .outerjoin(
            version,
            (version.question_id == mark.question_id) & (version.version == mark.question_version),
        )
    )


def _ways(session: Session) -> Iterator[str]:
    strange = ReviewRow.way.not_in((OWN, GROUP, BULK))
    for row in session.execute(select(ReviewRow.id, ReviewRow.way).where(strange)):
        yield f"The review {row.id} was made in a way that is not known: “{row.way}”."


def _rulings(session: Session) -> Iterator[str]:
    for row in session.scalars(select(RulingRow).where(RulingRow.author == "")):
        yield f"The ruling {row.id} doesn't say who made it."
    end = RulingWithdrawalRow
    for ruling_id in session.scalars(select(end.ruling_id).where(end.author == "")):
        yield f"The ruling {ruling_id} doesn't say who took it back."


def _decisions(session: Session) -> Iterator[str]:
    for what, row in (
        ("fix of pages", PageFixRow),
        ("check of a page", PageCheckRow),
        ("settled note", SettlementRow),
        ("switch of names", NameSwitchRow),
        ("promotion of a model", PromotionRow),
    ):
        for row_id in session.scalars(select(row.id).where(row.author == "")):
            yield f"The {what} {row_id} doesn't say who made it."


def _places(session: Session) -> Iterator[str]:
    """Pages stand in their scripts one behind the other, loose ones in one place of an exam."""
    query = (
        select(ScriptRow.title, func.count(), func.count(PageRow.number.distinct()))
        .add_columns(func.min(PageRow.number), func.max(PageRow.number))
        .join(PageRow, PageRow.script_id == ScriptRow.id)
        .where(~PageRow.discarded)
    )
    for title, pages, places, first, last in session.execute(query.group_by(ScriptRow.id)):
        if (places, first, last) != (pages, 1, pages):
            yield f"The pages of the script “{title}” don't stand one behind the other."
    piles = select(ScriptRow.exam_id, func.count()).where(ScriptRow.loose)
    for exam_id, count in session.execute(piles.group_by(ScriptRow.exam_id)):
        if count > 1:
            yield f"The exam {exam_id} has {count} piles of loose pages instead of one."
    owned = select(ScriptRow.id).where(ScriptRow.loose, ScriptRow.student_id.is_not(None))
    for script_id in session.scalars(owned):
        yield f"The loose pages {script_id} are said to be a student's."


def _citations(session: Session) -> Iterator[str]:
    for row in session.scalars(select(CitationRow)):
        if row.id != citation_id(row.passages):
            yield f"The textbook passages {row.id} are no longer what predictions cited."


def _files(session: Session, scans: ScanStore) -> Iterator[str]:
    needed = _needed(session)
    for sha, what in sorted(needed.items(), key=lambda item: item[1]):
        try:
            scans.check(sha)
        except AutoGraderError as error:
            yield f"{what}: {error}"
    for sha in scans.all():
        if sha not in needed:
            yield (
                f"The stored file {scans.path(sha)} belongs to nothing, probably because a "
                "hand-in was interrupted. Hand it in again, or delete it."
            )
    for path in scans.unfinished():
        yield f"The file {path} was never written to its end. Delete it if nothing is running."


def _needed(session: Session) -> dict[str, str]:
    """What each stored file is there for, by its sha256."""
    read = PageRow.source + literal(" as it was read", String)
    parts = (
        select(ReadingRow.image, literal("The page ", String) + read).join(
            PageRow, PageRow.id == ReadingRow.page_id
        ),
        select(PageRow.scan, literal("The scan of ", String) + PageRow.source).where(
            PageRow.scan != ""
        ),
        select(PageRow.image, literal("The page ", String) + PageRow.source),
        select(UploadRow.scan, literal("The scan ", String) + UploadRow.name),
        select(BookRow.pdf, literal("The textbook ", String) + BookRow.title),
    )
    needed = _shown_before(session)
    for part in parts:
        needed |= dict(session.execute(part).all())
    for job in session.scalars(select(JobRow)):
        if "file" in job.arguments:
            needed[job.arguments["file"]] = f"The file {job.arguments.get('name', '')} of a job"
    return needed


def _shown_before(session: Session) -> dict[str, str]:
    """The images that pages had and get back when what a person put right is undone."""
    return {
        image: f"The page {source} as it was before"
        for source, earlier in session.execute(select(PageRow.source, PageRow.earlier))
        for image in earlier
    }
