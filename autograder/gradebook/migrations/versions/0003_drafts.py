"""Reference answers that were drafted and wait for the teacher."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the table, protected against changes."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("grader", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("adapter", sa.String(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("passages", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_drafts_question_id"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_question_id", "drafts", ["question_id"])
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER drafts_no_{deed.lower()} BEFORE {deed} ON drafts "
            "BEGIN SELECT RAISE(ABORT, 'drafts is append-only'); END"
        )
