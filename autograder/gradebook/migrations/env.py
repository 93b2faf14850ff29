"""Alembic runs this: migrations go over the connection that ``config`` was given."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from autograder.gradebook.tables import Base


def _plain_type(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Writes a column type of ours as SQLite's own: a migration must not change with our code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters most things only by copying the table
    render_item=_plain_type,
)
context.run_migrations()
