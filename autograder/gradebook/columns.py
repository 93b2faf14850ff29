"""Column types: instants in UTC, and the frozen dataclasses of the domain as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import DateTime, Dialect, String, Text, TypeDecorator

T = TypeVar("T")


class Instant(TypeDecorator[datetime]):
    """An aware datetime; SQLite itself keeps no time zone, so it is stored in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a naive datetime (ValueError): nobody could say later when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A datetime without its time zone can't be kept.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Gives the datetime back, aware and in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Json(TypeDecorator[T], Generic[T]):
    """A value of type ``kind`` as JSON text; the same value is always the same text."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:
        """Writes the value as JSON."""
        return None if value is None else self._adapter.dump_json(value).decode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> T | None:
        """Reads the value back as its own type."""
        return None if value is None else self._adapter.validate_json(value)


Id = String(64)
"""A uuid4 in hex, or an id that an exam file brought along."""
