"""The values of one line of answers, checked: what can't be used is named by line and key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Rating, credit


@dataclass(frozen=True, slots=True)
class LineFields:
    """One line's values, read by key. Each method raises InvalidInput with both."""

    line: int
    given: dict[str, Any]

    def refuse(self, key: str, what: str) -> InvalidInput:
        """What is wrong with a key's value, to be raised."""
        return InvalidInput(f"Line {self.line}: “{key}” {what}.")

    def text(self, key: str) -> str:
        """Text that has to be there; it may be empty."""
        if key not in self.given:
            raise self.refuse(key, "is missing")
        value = self.given[key]
        if not isinstance(value, str):
            raise self.refuse(key, "must be text")
        return self._whole(key, value)

    def filled_text(self, key: str) -> str:
        """Text that has to be there and says something."""
        value = self.text(key)
        if not value.strip():
            raise self.refuse(key, "is empty")
        return value

    def _whole(self, key: str, value: str) -> str:
        """Half of a surrogate pair is no character: no model reads it, no file can hold it."""
        if not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
            raise self.refuse(key, "holds half of a character, as a cut emoji leaves it")
        return value

    def yes_or_no(self, key: str) -> bool:
        """True or false; false where it is missing."""
        value = self.given.get(key)
        if not isinstance(value, bool | None):
            raise self.refuse(key, "must be true or false")
        return bool(value)

    def optional_text(self, key: str) -> str:
        """Text or a number as text; empty where it is missing."""
        value = self.given.get(key)
        if value is None:
            return ""
        if not isinstance(value, str | int | float):
            raise self.refuse(key, "must be text")
        return self._whole(key, str(value))

    def number(self, key: str, value: object, of: str = "") -> float:
        """``value`` as a finite number; ``of`` says which one where a key holds several."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(key, f"must be a number{of}")
        if not abs(value) < 1e9:
            raise self.refuse(key, f"must be a number below a thousand million{of}")
        return float(value)

    def max_score(self) -> float:
        """A number above 0."""
        if "max_score" not in self.given:
            raise self.refuse("max_score", "is missing")
        value = self.number("max_score", self.given["max_score"])
        if value <= 0:
            raise self.refuse("max_score", "must be above 0")
        return value

    def score(self, needed: bool) -> float | None:
        """The teacher's mark, from 0 to the maximum."""
        if self.given.get("score") is None:
            if needed:
                raise self.refuse("score", "is missing: the teacher's mark is needed here")
            return None
        value = self.number("score", self.given["score"])
        if not 0 <= value <= self.max_score():
            raise self.refuse("score", "must lie between 0 and max_score")
        return value

    def references(self) -> tuple[str, ...]:
        """The reference answers that say something."""
        value = self.given.get("reference_answer")
        if value is None:
            return ()
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
            raise self.refuse("reference_answer", "must be text or a list of texts")
        return tuple(self._whole("reference_answer", each) for each in texts if each.strip())

    def criteria(self, worthless: bool = False) -> tuple[Criterion, ...]:
        """The mark scheme; empty where there is none. One that gives nothing must be allowed."""
        value = self.given.get("criteria")
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.refuse("criteria", "must be a list")
        found = tuple(self._criterion(place, each) for place, each in enumerate(value, 1))
        if found and not worthless and credit(found, [max(0.0, each.marks) for each in found]) <= 0:
            raise self.refuse("criteria", "must be worth more than 0 marks together")
        return found

    def _criterion(self, place: int, each: object) -> Criterion:
        if not isinstance(each, dict):
            raise self.refuse("criteria", f"must hold objects, but number {place} is none")
        text, group = each.get("text"), each.get("group")
        if not isinstance(text, str) or not text.strip():
            raise self.refuse("criteria", f"must give a “text” for criterion {place}")
        if "marks" not in each:
            raise self.refuse("criteria", f"must give “marks” for each criterion: {place} has none")
        if not isinstance(group, str | int | None):
            raise self.refuse("criteria", f"must give criterion {place} a “group” as text")
        marks = self.number("criteria", each["marks"], f" (“marks” of criterion {place})")
        named = "" if group is None else str(group)
        best = each.get("best", 1)
        if not isinstance(best, int) or best < 1:
            raise self.refuse("criteria", f"must give criterion {place} a “best” of 1 or more")
        text, group = self._whole("criteria", text), self._whole("criteria", named)
        try:
            return Criterion(text, marks, group, best, self._ratings(place, each.get("ratings")))
        except InvalidInput as error:
            raise InvalidInput(f"Line {self.line}: {error}") from error

    def _ratings(self, place: int, levels: object) -> tuple[Rating, ...]:
        given = [] if levels is None else levels
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            raise self.refuse("criteria", f"must give criterion {place} “ratings” as a list")
        of = f" (“marks” of a rating of criterion {place})"
        return tuple(
            Rating(
                self.number("criteria", each.get("marks"), of),
                self._whole("criteria", str(each.get("text", ""))),
            )
            for each in given
        )

    def teacher(self, criteria: int) -> tuple[bool, ...] | None:
        """Which of the ``criteria`` the teacher found met; None where that isn't said."""
        value = self.given.get("teacher")
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != criteria:
            raise self.refuse("teacher", "must be a list with one true or false a criterion")
        if not all(isinstance(each, bool) or each in (0, 1) for each in value):
            raise self.refuse("teacher", "must hold nothing but true and false")
        return tuple(bool(each) for each in value)
