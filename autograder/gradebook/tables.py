"""The tables. Their rows never leave this folder: domain dataclasses go in and come out.

What was read, predicted, decided or asked is only ever added: triggers refuse to change or delete
a row of ``APPEND_ONLY``, whoever tries.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from autograder.domain.exam import Criterion
from autograder.domain.grade import Flag, Judgement, Passage
from autograder.domain.script import Line, PlacedLine, Sheet, Transform
from autograder.gradebook.columns import Id, Instant, Json


def new_id() -> str:
    """A fresh id."""
    return uuid4().hex


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ExamRow(Base):
    """An exam."""

    __tablename__ = "exams"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    title: Mapped[str]
    course: Mapped[str] = mapped_column(default="")
    archived: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(Instant)


class QuestionRow(Base):
    """A question's place in its exam; what it says is in its versions."""

    __tablename__ = "questions"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    exam_id: Mapped[str] = mapped_column(Id, ForeignKey("exams.id"), index=True)
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)


class QuestionVersionRow(Base):
    """A question as it stood at a version."""

    __tablename__ = "question_versions"

    question_id: Mapped[str] = mapped_column(Id, ForeignKey("questions.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    text: Mapped[str]
    minimum: Mapped[float]
    maximum: Mapped[float]
    step: Mapped[float]
    reference_answers: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    criteria: Mapped[tuple[Criterion, ...]] = mapped_column(Json(tuple[Criterion, ...]))
    rubric: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class StudentRow(Base):
    """A line of an exam's roster."""

    __tablename__ = "students"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    exam_id: Mapped[str] = mapped_column(Id, ForeignKey("exams.id"))
    number: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    section: Mapped[str]


class ScriptRow(Base):
    """A script."""

    __tablename__ = "scripts"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    exam_id: Mapped[str] = mapped_column(Id, ForeignKey("exams.id"), index=True)
    title: Mapped[str]
    student_id: Mapped[str | None] = mapped_column(Id, ForeignKey("students.id"), index=True)
    certainty: Mapped[float | None]
    loose: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[str] = mapped_column(default="")
    discarded: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(Instant)


class UploadRow(Base):
    """A file as it was handed in; ``script_id`` is the script that its first page went to."""

    __tablename__ = "uploads"
    __table_args__ = (UniqueConstraint("exam_id", "scan"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    exam_id: Mapped[str] = mapped_column(Id, ForeignKey("exams.id"))
    name: Mapped[str]
    scan: Mapped[str] = mapped_column(Id)
    script_title: Mapped[str]
    way: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    problem: Mapped[str] = mapped_column(default="")
    script_id: Mapped[str | None] = mapped_column(Id, ForeignKey("scripts.id"))
    created: Mapped[datetime] = mapped_column(Instant)


class PageRow(Base):
    """A page of a script; ``split`` once its lines have become answers.

    ``earlier``: the images that it was shown as between ``scan`` and ``image``.
    """

    __tablename__ = "pages"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    script_id: Mapped[str] = mapped_column(Id, ForeignKey("scripts.id"), index=True)
    upload_id: Mapped[str] = mapped_column(Id, ForeignKey("uploads.id"), index=True)
    number: Mapped[int]
    image: Mapped[str] = mapped_column(Id)
    width: Mapped[int]
    height: Mapped[int]
    source: Mapped[str]
    scan: Mapped[str] = mapped_column(Id, default="")
    earlier: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]), default=())
    transform: Mapped[Transform] = mapped_column(Json(Transform), default=())
    text_layer: Mapped[str] = mapped_column(default="")
    sheet: Mapped[Sheet | None] = mapped_column(Json(Sheet))
    discarded: Mapped[bool] = mapped_column(default=False)
    split: Mapped[bool] = mapped_column(default=False)


class ReadingRow(Base):
    """What an engine read on a page when ``image`` was its image."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("page_id", "image", "engine", "version", "beside"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[str] = mapped_column(Id, ForeignKey("pages.id"))
    image: Mapped[str] = mapped_column(Id)
    beside: Mapped[bool] = mapped_column(default=False)
    engine: Mapped[str]
    version: Mapped[str]
    lines: Mapped[tuple[Line, ...]] = mapped_column(Json(tuple[Line, ...]))
    seconds: Mapped[float]
    at: Mapped[datetime] = mapped_column(Instant)


class AnswerRow(Base):
    """An answer's place; its text is in its versions.

    ``withdrawn``: nothing of it is left, because its text was moved away or split otherwise.
    """

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("script_id", "question_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    script_id: Mapped[str] = mapped_column(Id, ForeignKey("scripts.id"))
    question_id: Mapped[str | None] = mapped_column(Id, ForeignKey("questions.id"), index=True)
    note: Mapped[str] = mapped_column(default="")
    withdrawn: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(Instant)


class AnswerTextRow(Base):
    """A version of an answer's text."""

    __tablename__ = "answer_texts"

    answer_id: Mapped[str] = mapped_column(Id, ForeignKey("answers.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    author: Mapped[str]
    by_person: Mapped[bool]
    lines: Mapped[tuple[PlacedLine, ...]] = mapped_column(Json(tuple[PlacedLine, ...]))
    at: Mapped[datetime] = mapped_column(Instant)


class PredictionRow(Base):
    """What a grader predicted, and all that it went by."""

    __tablename__ = "predictions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["answer_id", "text_version"], ["answer_texts.answer_id", "answer_texts.version"]
        ),
        ForeignKeyConstraint(
            ["question_id", "question_version"],
            ["question_versions.question_id", "question_versions.version"],
        ),
        Index(None, "answer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[str] = mapped_column(Id)
    text_version: Mapped[int]
    question_id: Mapped[str] = mapped_column(Id)
    question_version: Mapped[int]
    grader: Mapped[str]
    model: Mapped[str]
    adapter: Mapped[str]
    prompt: Mapped[str]
    lesson: Mapped[str]
    leaned_on: Mapped[int]
    leans: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    mark: Mapped[float | None]
    confidence: Mapped[float]
    distribution: Mapped[tuple[tuple[float, float], ...]] = mapped_column(
        Json(tuple[tuple[float, float], ...])
    )
    judgements: Mapped[tuple[Judgement, ...]] = mapped_column(Json(tuple[Judgement, ...]))
    flags: Mapped[tuple[Flag, ...]] = mapped_column(Json(tuple[Flag, ...]))
    citation: Mapped[str] = mapped_column(Id, ForeignKey("citations.id"))
    feedback: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class CitationRow(Base):
    """Textbook passages as predictions cite them, kept once however often they are cited.

    ``id`` is the sha256 of the passages' JSON.
    """

    __tablename__ = "citations"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    passages: Mapped[tuple[Passage, ...]] = mapped_column(Json(tuple[Passage, ...]))
    at: Mapped[datetime] = mapped_column(Instant)


class ReviewRow(Base):
    """A person's decision, and the text and question that it was made on."""

    __tablename__ = "reviews"
    __table_args__ = (
        ForeignKeyConstraint(
            ["answer_id", "text_version"], ["answer_texts.answer_id", "answer_texts.version"]
        ),
        ForeignKeyConstraint(
            ["question_id", "question_version"],
            ["question_versions.question_id", "question_versions.version"],
        ),
        Index(None, "answer_id"),
        Index(None, "question_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[str] = mapped_column(Id)
    text_version: Mapped[int]
    question_id: Mapped[str] = mapped_column(Id)
    question_version: Mapped[int]
    mark: Mapped[float]
    reviewer: Mapped[str]
    comment: Mapped[str]
    criteria: Mapped[tuple[float, ...] | None] = mapped_column(Json(tuple[float, ...]))
    way: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class RulingRow(Base):
    """What a teacher decided once for a question, and the version that it was decided on."""

    __tablename__ = "rulings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["question_id", "question_version"],
            ["question_versions.question_id", "question_versions.version"],
        ),
        Index(None, "question_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    question_id: Mapped[str] = mapped_column(Id)
    question_version: Mapped[int]
    text: Mapped[str]
    mark: Mapped[float | None]
    criteria: Mapped[tuple[float | None, ...] | None] = mapped_column(
        Json(tuple[float | None, ...])
    )
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class RulingWithdrawalRow(Base):
    """A ruling that no longer holds."""

    __tablename__ = "ruling_withdrawals"

    ruling_id: Mapped[str] = mapped_column(Id, ForeignKey("rulings.id"), primary_key=True)
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class DraftRow(Base):
    """A reference answer as a model drafted it; an empty text takes the one before it away."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(Id, ForeignKey("questions.id"), index=True)
    text: Mapped[str]
    grader: Mapped[str]
    model: Mapped[str]
    adapter: Mapped[str]
    prompt: Mapped[str]
    passages: Mapped[tuple[Passage, ...]] = mapped_column(Json(tuple[Passage, ...]))
    at: Mapped[datetime] = mapped_column(Instant)


class JobRow(Base):
    """Long work; ``worker`` and ``lease`` say who is at it and until when that is believed."""

    __tablename__ = "jobs"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True, default=new_id)
    kind: Mapped[str]
    exam_id: Mapped[str] = mapped_column(Id, ForeignKey("exams.id"), index=True)
    arguments: Mapped[Mapping[str, str]] = mapped_column(Json(dict[str, str]))
    state: Mapped[str] = mapped_column(index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    worker: Mapped[str] = mapped_column(default="")
    lease: Mapped[datetime | None] = mapped_column(Instant)
    created: Mapped[datetime] = mapped_column(Instant)
    finished: Mapped[datetime | None] = mapped_column(Instant)


class BookRow(Base):
    """A textbook. A removed one stays known to the predictions that name it."""

    __tablename__ = "books"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    title: Mapped[str]
    pdf: Mapped[str] = mapped_column(Id, unique=True)
    pages: Mapped[int]
    removed: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(Instant)


class ExamBookRow(Base):
    """A textbook that goes with an exam."""

    __tablename__ = "exam_books"

    exam_id: Mapped[str] = mapped_column(Id, ForeignKey("exams.id"), primary_key=True)
    book_id: Mapped[str] = mapped_column(Id, ForeignKey("books.id"), primary_key=True)


APPEND_ONLY = (
    "question_versions",
    "readings",
    "answer_texts",
    "predictions",
    "citations",
    "reviews",
    "rulings",
    "ruling_withdrawals",
    "drafts",
    "identifications",
    "page_fixes",
    "page_checks",
    "templates",
    "settlements",
    "name_switches",
    "promotions",
)
"""The migrations give these the triggers."""
