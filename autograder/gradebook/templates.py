"""The answer regions that a teacher draws once for all scripts of an exam. Only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.script import Region, Template
from autograder.gradebook import pages, questions
from autograder.gradebook.database import Database
from autograder.gradebook.decision_tables import TemplateRow
from autograder.gradebook.exams import exam_row
from autograder.gradebook.tables import ScriptRow


class Templates:
    """Template pages and their regions; what was saved last is what holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self,
        exam_id: str,
        page_ids: Mapping[int, str],
        regions: Sequence[Region],
        author: str = "",
    ) -> None:
        """Keeps the pages that were drawn on, by their number, and the regions; none: no template.

        NotFound; InvalidInput: a region is on no template page, or has no area within it.
        """
        wanted = Template(dict(page_ids), tuple(regions))
        with self._database.writing() as session:
            exam_row(session, exam_id)
            _check(session, exam_id, wanted)
            if wanted != _newest(session, exam_id):
                row = TemplateRow(
                    exam_id=exam_id,
                    pages=wanted.pages,
                    regions=wanted.regions,
                    author=author,
                    at=datetime.now(UTC),
                )
                session.add(row)

    def of_exam(self, exam_id: str) -> Template:
        """The exam's template pages and regions, both empty if none were drawn."""
        with self._database.reading() as session:
            return _newest(session, exam_id)


def _newest(session: Session, exam_id: str) -> Template:
    query = select(TemplateRow).where(TemplateRow.exam_id == exam_id)
    row = session.scalar(query.order_by(TemplateRow.id.desc()).limit(1))
    return Template(row.pages, row.regions) if row else Template({}, ())


def _check(session: Session, exam_id: str, template: Template) -> None:
    for page_id in template.pages.values():
        script = session.get_one(ScriptRow, pages.page_row(session, page_id).script_id)
        if script.exam_id != exam_id:
            raise NotFound("This page is not in the exam. Choose a template page again.")
    asked = {question.id for question in questions.asked(session, exam_id)}
    for region in template.regions:
        if region.question_id and region.question_id not in asked:
            raise NotFound("A region is for a question that the exam no longer has. Remove it.")
        if region.page not in template.pages:
            raise InvalidInput(f"There is no template page {region.page}. Choose one first.")
        left, top, right, bottom = region.box
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise InvalidInput("A region lies outside of its page. Draw it again.")
