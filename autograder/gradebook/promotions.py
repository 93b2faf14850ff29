"""Which learned model serves: every promotion and roll-back is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.domain.errors import Conflict, InvalidInput
from autograder.domain.learned import SHIPPED, Promotion
from autograder.gradebook.database import Database
from autograder.gradebook.decision_tables import PromotionRow

CHANGED = "Somebody else changed which model serves meanwhile. Look at what is at work now."
NOTHING = "Nothing was promoted before: what ships with AutoGrader is at work already."
ROLLED_BACK = "rolled back"


class Promotions:
    """The models that serve, by kind; what ships serves until one is promoted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def promote(self, kind: str, model: str, author: str, reason: str = "") -> Promotion:
        """Has ``model`` (an id, or ``SHIPPED``) serve; one that serves already is not logged again.

        InvalidInput: nobody's name is given.
        """
        _named(author)
        with self._database.writing() as session:
            rows = _rows(session, kind)
            if rows and rows[-1].model == model:
                return _promotion(rows[-1])
            return _add(session, PromotionRow(kind=kind, model=model, author=author, reason=reason))

    def roll_back(self, kind: str, author: str, seen: str | None = None) -> Promotion:
        """Has serve what served before the last promotion that is not rolled back yet.

        ``seen`` is the model that somebody saw at work when they asked for this.
        InvalidInput: there is nothing to roll back. Conflict: another one serves than was seen.
        """
        _named(author)
        with self._database.writing() as session:
            rows = _rows(session, kind)
            if seen is not None and seen != _model(rows):
                raise Conflict(CHANGED)
            standing = _standing(rows)
            if not standing:
                raise InvalidInput(NOTHING)
            last = standing[-1]
            row = PromotionRow(
                kind=kind, model=last.previous, author=author, reason=ROLLED_BACK, undoes=last.id
            )
            return _add(session, row)

    def at_work(self, kind: str) -> str:
        """The id of the model of this kind that is to serve, or ``SHIPPED``."""
        with self._database.reading() as session:
            return _model(_rows(session, kind))

    def serving(self) -> list[Promotion]:
        """The promotions that hold, of whatever kind, the newest first; none of what ships."""
        with self._database.reading() as session:
            rows = session.scalars(select(PromotionRow).order_by(PromotionRow.id.desc())).all()
        newest: dict[str, PromotionRow] = {}
        for row in rows:
            newest.setdefault(row.kind, row)
        return [_promotion(row) for row in newest.values() if row.model != SHIPPED]

    def history(self) -> list[Promotion]:
        """All promotions and roll-backs, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(PromotionRow).order_by(PromotionRow.id))
            return [_promotion(row) for row in rows]


def _standing(rows: Sequence[PromotionRow]) -> list[PromotionRow]:
    """The promotions of one kind that stand, oldest first: a roll-back takes away the last."""
    standing: list[PromotionRow] = []
    for row in rows:
        if row.undoes is None:
            standing.append(row)
        else:
            standing.pop()
    return standing


def _rows(session: Session, kind: str) -> Sequence[PromotionRow]:
    query = select(PromotionRow).where(PromotionRow.kind == kind)
    return session.scalars(query.order_by(PromotionRow.id)).all()


def _model(rows: Sequence[PromotionRow]) -> str:
    return rows[-1].model if rows else SHIPPED


def _add(session: Session, row: PromotionRow) -> Promotion:
    row.previous = _model(_rows(session, row.kind))
    row.at = datetime.now(UTC)
    session.add(row)
    session.flush()
    return _promotion(row)


def _named(author: str) -> None:
    if not author.strip():
        raise InvalidInput("Say who you are: a change of what serves is kept with a name.")


def _promotion(row: PromotionRow) -> Promotion:
    return Promotion(
        id=str(row.id),
        kind=row.kind,
        model=row.model,
        author=row.author,
        at=row.at,
        reason=row.reason,
        previous=row.previous,
    )
