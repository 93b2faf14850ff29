"""Piles of pages: scans kept beside what is shown, and what people decide about pages."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0004"
down_revision = "0003"

DECIDED = (
    "identifications", "page_fixes", "page_checks", "templates", "settlements", "name_switches"
)  # fmt: skip


def upgrade() -> None:
    """Adds what there was none of, and moves the readings over, all of them."""
    op.add_column("scripts", sa.Column("certainty", sa.Double(), nullable=True))
    _add("scripts", "loose", sa.Boolean(), "0")
    _add("uploads", "way", sa.String(), "")
    _add("pages", "scan", sa.String(length=64), "")
    _add("pages", "earlier", sa.Text(), "[]")
    _add("pages", "transform", sa.Text(), "[]")
    _add("pages", "text_layer", sa.String(), "")
    op.add_column("pages", sa.Column("sheet", sa.Text(), nullable=True))
    _add("pages", "discarded", sa.Boolean(), "0")
    _make_readings()
    _make_decisions_on_pages()
    _make_decisions_on_exams()
    for table in ("readings", *DECIDED):
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _add(table: str, name: str, kind: sa.types.TypeEngine[Any], default: str) -> None:
    op.add_column(table, sa.Column(name, kind, server_default=default, nullable=False))


def _make_readings() -> None:
    """The old table's rows with their ids; a page turned by a person may now be read anew."""
    op.create_table(
        "readings_of_images",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.String(length=64), nullable=False),
        sa.Column("image", sa.String(length=64), nullable=False),
        sa.Column("beside", sa.Boolean(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name="fk_readings_page_id"),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        sa.UniqueConstraint(
            "page_id", "image", "engine", "version", "beside", name="uq_readings_page_id_image_engine_version_beside"
        ),
    )
    op.execute(
        # No page has changed its image since it was first read.
        "INSERT INTO readings_of_images SELECT r.id, page_id, p.image, 0, engine, version, lines, "
        "seconds, at FROM readings r JOIN pages p ON p.id = r.page_id ORDER BY r.id"
    )
    op.drop_table("readings")  # and its triggers
    op.rename_table("readings_of_images", "readings")


def _make_decisions_on_pages() -> None:
    op.create_table(
        "page_fixes",
        *_numbered("exam_id"),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        *_by("page_fixes", "exam_id", "exams"),
        sa.ForeignKeyConstraint(["undoes"], ["page_fixes.id"], name="fk_page_fixes_undoes"),
    )
    op.create_index("ix_page_fixes_exam_id", "page_fixes", ["exam_id"])
    op.create_table(
        "page_checks",
        *_numbered("page_id"),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        *_by("page_checks", "page_id", "pages"),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["readings.id"], name="fk_page_checks_reading_id"
        ),
    )
    op.create_index("ix_page_checks_page_id", "page_checks", ["page_id"])
    op.create_table(
        "settlements",
        *_numbered("answer_id"),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id", "text_version"],
            ["answer_texts.answer_id", "answer_texts.version"],
            name="fk_settlements_answer_id_text_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_settlements"),
    )
    op.create_index("ix_settlements_answer_id", "settlements", ["answer_id"])


def _make_decisions_on_exams() -> None:
    op.create_table(
        "identifications",
        *_numbered("script_id"),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("certainty", sa.Double(), nullable=True),
        *_by("identifications", "script_id", "scripts"),
    )
    op.create_index("ix_identifications_script_id", "identifications", ["script_id"])
    op.create_table(
        "templates",
        *_numbered("exam_id"),
        sa.Column("pages", sa.Text(), nullable=False),
        sa.Column("regions", sa.Text(), nullable=False),
        *_by("templates", "exam_id", "exams"),
    )
    op.create_index("ix_templates_exam_id", "templates", ["exam_id"])
    op.create_table(
        "name_switches",
        *_numbered("exam_id"),
        sa.Column("shown", sa.Boolean(), nullable=False),
        *_by("name_switches", "exam_id", "exams"),
    )
    op.create_index("ix_name_switches_exam_id", "name_switches", ["exam_id"])


def _numbered(owner: str) -> list[SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(owner, sa.String(length=64), nullable=False),
    ]


def _by(table: str, owner: str, owners: str) -> list[SchemaItem]:
    return [
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint([owner], [f"{owners}.id"], name=f"fk_{table}_{owner}"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]
