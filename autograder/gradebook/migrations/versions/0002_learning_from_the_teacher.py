"""Learning from the teacher: rulings, what a prediction leans on, and pages cited kept once."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds what there was none of, and moves the predictions over, all of them."""
    _make_rulings()
    op.add_column(
        "reviews", sa.Column("way", sa.String(), server_default="own", nullable=False)
    )
    op.create_index("ix_reviews_question_id", "reviews", ["question_id"])
    _make_citations()
    _make_predictions()
    for table in ("rulings", "ruling_withdrawals", "citations", "predictions"):
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _make_rulings() -> None:
    op.create_table(
        "rulings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("question_version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("mark", sa.Double(), nullable=True),
        sa.Column("criteria", sa.Text(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id", "question_version"],
            ["question_versions.question_id", "question_versions.version"],
            name="fk_rulings_question_id_question_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rulings"),
    )
    op.create_index("ix_rulings_question_id", "rulings", ["question_id"])
    op.create_table(
        "ruling_withdrawals",
        sa.Column("ruling_id", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ruling_id"], ["rulings.id"], name="fk_ruling_withdrawals_ruling_id"
        ),
        sa.PrimaryKeyConstraint("ruling_id", name="pk_ruling_withdrawals"),
    )


def _make_citations() -> None:
    op.create_table(
        "citations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("passages", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_citations"),
    )
    database = op.get_bind()
    first_cited = "SELECT passages, min(at) FROM predictions GROUP BY passages"
    for passages, at in database.exec_driver_sql(first_cited).fetchall():
        named = hashlib.sha256(passages.encode()).hexdigest()
        database.exec_driver_sql(
            "INSERT INTO citations (id, passages, at) VALUES (?, ?, ?)", (named, passages, at)
        )


def _make_predictions() -> None:
    """The old table's rows with their ids; a prediction may now be followed by an equal one."""
    op.create_table(
        "predictions_with_lessons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.String(length=64), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("question_version", sa.Integer(), nullable=False),
        sa.Column("grader", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("adapter", sa.String(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("leaned_on", sa.Integer(), nullable=False),
        sa.Column("leans", sa.Text(), nullable=False),
        sa.Column("mark", sa.Double(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("distribution", sa.Text(), nullable=False),
        sa.Column("judgements", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("citation", sa.String(length=64), nullable=False),
        sa.Column("feedback", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id", "text_version"],
            ["answer_texts.answer_id", "answer_texts.version"],
            name="fk_predictions_answer_id_text_version",
        ),
        sa.ForeignKeyConstraint(
            ["question_id", "question_version"],
            ["question_versions.question_id", "question_versions.version"],
            name="fk_predictions_question_id_question_version",
        ),
        sa.ForeignKeyConstraint(["citation"], ["citations.id"], name="fk_predictions_citation"),
        sa.PrimaryKeyConstraint("id", name="pk_predictions"),
    )
    op.execute(
        "INSERT INTO predictions_with_lessons SELECT p.id, answer_id, text_version, question_id, "
        "question_version, grader, model, adapter, prompt, "
        # What those reviews said is not known any more: no lesson of today is named like this.
        "CASE leaned_on WHEN 0 THEN '' ELSE leaned_on || ' reviews' END, leaned_on, '[]', mark, "
        "confidence, distribution, judgements, flags, c.id, feedback, p.at "
        "FROM predictions p JOIN citations c ON c.passages = p.passages ORDER BY p.id"
    )
    op.drop_table("predictions")  # and its triggers
    op.rename_table("predictions_with_lessons", "predictions")
    op.create_index("ix_predictions_answer_id", "predictions", ["answer_id"])
