"""The tables of what people decide about pages, and of what serves. All are append-only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from autograder.domain.page_fix import Arrangement
from autograder.domain.script import Region
from autograder.gradebook.columns import Id, Instant, Json
from autograder.gradebook.tables import Base


class IdentificationRow(Base):
    """Whose script somebody said it is.

    ``number`` is the student's, which outlasts the roster; empty: nobody's. ``certainty`` is None
    where a person said it.
    """

    __tablename__ = "identifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    script_id: Mapped[str] = mapped_column(Id, ForeignKey("scripts.id"), index=True)
    number: Mapped[str]
    certainty: Mapped[float | None]
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class PageFixRow(Base):
    """Pages turned, moved or taken out, and what it takes to undo that."""

    __tablename__ = "page_fixes"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[str] = mapped_column(Id, ForeignKey("exams.id"), index=True)
    what: Mapped[str]
    before: Mapped[Arrangement] = mapped_column(Json(Arrangement))
    after: Mapped[Arrangement] = mapped_column(Json(Arrangement))
    undoes: Mapped[int | None] = mapped_column(ForeignKey("page_fixes.id"))
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class PageCheckRow(Base):
    """A reading that a person found right (``accepted``), or no longer."""

    __tablename__ = "page_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[str] = mapped_column(Id, ForeignKey("pages.id"), index=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("readings.id"))
    accepted: Mapped[bool]
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class TemplateRow(Base):
    """An exam's template pages and answer regions as they were drawn; the newest row counts."""

    __tablename__ = "templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[str] = mapped_column(Id, ForeignKey("exams.id"), index=True)
    pages: Mapped[Mapping[int, str]] = mapped_column(Json(dict[int, str]))
    regions: Mapped[tuple[Region, ...]] = mapped_column(Json(tuple[Region, ...]))
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class SettlementRow(Base):
    """A note on an answer that a person has dealt with, and the text that it was about."""

    __tablename__ = "settlements"
    __table_args__ = (
        ForeignKeyConstraint(
            ["answer_id", "text_version"], ["answer_texts.answer_id", "answer_texts.version"]
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[str] = mapped_column(Id, index=True)
    text_version: Mapped[int]
    note: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class NameSwitchRow(Base):
    """The students' names shown in Marking, or hidden again."""

    __tablename__ = "name_switches"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[str] = mapped_column(Id, ForeignKey("exams.id"), index=True)
    shown: Mapped[bool]
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class PromotionRow(Base):
    """A learned model that serves from then on; ``undoes`` names the promotion rolled back."""

    __tablename__ = "promotions"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    model: Mapped[str]
    previous: Mapped[str]
    reason: Mapped[str]
    undoes: Mapped[int | None] = mapped_column(ForeignKey("promotions.id"))
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
