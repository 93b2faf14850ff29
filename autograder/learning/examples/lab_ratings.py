"""Who got which rating: ``rubric_ratings.csv`` of a lab, in each of the forms it comes in.

Three are known. *Stacked*, as a lab portal exports it: a column for every rating, the criterion
above and the rating below it in the first lines, and in a student's line ``0`` or the grader's
comment. *Wide*: a column for every criterion. *Long*: a line for every student and criterion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.domain.errors import InvalidInput, RefusedFile
from autograder.domain.exam import Criterion
from autograder.domain.marked_example import Points
from autograder.formats.csv_table import number, plain, read_cells
from autograder.learning.examples.sameness import said

STUDENTS = ("student", "studentid", "id", "name", "user", "username", "email", "roll", "rollno")
CRITERIA = ("criterion", "criteria", "rubric", "trait", "item")
LEVELS = ("rating", "level", "mark", "marks", "points", "score", "grade")
COMMENTS = ("comment", "comments", "feedback", "reason", "reasoning", "remark", "remarks")
SILENT = frozenset({"", "0", "no comments", "no comment", "none", "-"})
YES, NO = frozenset({"yes", "y", "true", "x", "✓"}), frozenset({"no", "n", "false"})


@dataclass
class Rated:
    """What a student got: points by the criterion's place, what was said, what can't be used."""

    where: str
    points: dict[int, float] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def in_order(self, count: int) -> Points:
        """The points of each of ``count`` criteria; None where none were given."""
        return tuple(self.points.get(place) for place in range(count))

    def give(self, place: int, points: float, criterion: Criterion) -> None:
        """Notes the points for a criterion; two that differ are a problem."""
        if self.points.setdefault(place, points) != points:
            self.problems.append(f"“{criterion.text}” is rated twice")


def student_key(name: str) -> str:
    """A student on a folder, in a table, as an address: ``Asha_1@uni.edu`` is ``asha1``."""
    return plain(name.partition("@")[0])


def read_ratings(
    path: Path, criteria: Sequence[Criterion], students: Collection[str]
) -> dict[str, Rated]:
    """The ratings of each student by ``student_key``; ``students`` are those who handed in.

    RefusedFile: a criterion has no column, or no line is of one of the students.
    """
    lines = read_cells(path)
    table = _Table(path.name, criteria, lines, {student_key(each) for each in students})
    if not lines or not table.first:
        raise RefusedFile(path.name, "none of its lines begins with a student who handed in.")
    found: dict[str, Rated] = {}
    for line, cells in lines[table.first :]:
        key = student_key(_cell(cells, table.student))
        if key:
            rated = found.setdefault(key, Rated(f"{path.name}, line {line}"))
            table.read(cells, rated)
    return found


class _Table:
    """The lines above the students' lines, and what they make of a cell."""

    def __init__(
        self,
        name: str,
        criteria: Sequence[Criterion],
        lines: Sequence[tuple[int, list[str]]],
        students: Collection[str],
    ) -> None:
        self._criteria = criteria
        heads = [plain(cell) for cell in lines[0][1]] if lines else []
        self.student = next((p for p, head in enumerate(heads) if head in STUDENTS), 0)
        keys = [student_key(_cell(cells, self.student)) for _, cells in lines]
        self.first = next((p for p, key in enumerate(keys) if p and key in students), 0)
        above = [cells for _, cells in lines[: self.first]]
        self._long = _place(heads, CRITERIA), _place(heads, LEVELS), _place(heads, COMMENTS)
        self._columns = self._by_column(above) if above else {}
        self._stacked = len(self._columns) > len(set(self._columns.values()))
        self._ratings = self._levels_of(above) if self._stacked else {}
        missing = set(range(len(criteria))) - set(self._columns.values())
        if above and missing and not self._is_long:
            text = criteria[min(missing)].text
            raise RefusedFile(name, f"no column is called like the criterion “{text}”.")

    @property
    def _is_long(self) -> bool:
        return self._long[0] is not None and self._long[1] is not None

    def read(self, cells: Sequence[str], rated: Rated) -> None:
        """Takes a student's line up."""
        try:
            for place, points, comment in self._told(cells):
                criterion = self._criteria[place]
                rated.give(place, points, criterion)
                if comment:
                    rated.comments.append(f"{_title(criterion.text)}: {comment}")
        except InvalidInput as error:
            rated.problems.append(str(error))

    def _told(self, cells: Sequence[str]) -> Iterator[tuple[int, float, str]]:
        if self._is_long:
            yield from self._one(cells)
            return
        for column, place in self._columns.items():
            cell = _cell(cells, column)
            if self._stacked:
                if cell not in ("", "0"):
                    yield place, self._ratings[column], _comment(cell)
            elif cell:
                yield place, points_of(self._criteria[place], cell), ""

    def _one(self, cells: Sequence[str]) -> Iterator[tuple[int, float, str]]:
        criterion, level, comment = (_cell(cells, place) for place in self._long)
        place = self._criterion(criterion)
        if place is None:
            raise InvalidInput(f"“{criterion}” is no criterion of the rubric")
        if level:
            yield place, points_of(self._criteria[place], level), comment

    def _by_column(self, above: Sequence[Sequence[str]]) -> dict[int, int]:
        """Each column's criterion; a merged cell is written once, over the first of its columns."""
        found: dict[int, int] = {}
        for column, head in enumerate(above[0]):
            if column == self.student:
                continue
            place = self._criterion(head)
            if place is None and not head.strip() and len(above) > 1:
                place = found.get(column - 1)
            if place is not None:
                found[column] = place
        return found

    def _levels_of(self, above: Sequence[Sequence[str]]) -> dict[int, float]:
        columns: dict[int, list[int]] = defaultdict(list)
        for column, place in self._columns.items():
            columns[place].append(column)
        return {
            column: self._level_of(above[1:], column, self._criteria[place], own.index(column))
            for place, own in columns.items()
            for column in own
        }

    def _level_of(
        self, heads: Sequence[Sequence[str]], column: int, criterion: Criterion, order: int
    ) -> float:
        """The points of the rating that a column's heads name, else of the one in its order."""
        for head in heads:
            named = _named(criterion, _cell(head, column))
            if named is not None:
                return named
        if order < len(criterion.ratings):
            return criterion.ratings[order].marks
        raise InvalidInput(f"“{criterion.text}” has more columns than ratings.")

    def _criterion(self, head: str) -> int | None:
        wanted = said(head)
        names = [_names(each.text) for each in self._criteria]
        return next((place for place, own in enumerate(names) if wanted and wanted in own), None)


def points_of(criterion: Criterion, cell: str) -> float:
    """What a cell gives: a rating by its title, words or points, else points, or yes and no.

    InvalidInput: it is none of these, or not within the criterion's points.
    """
    named = _named(criterion, cell)
    if named is not None:
        return named
    points = number(cell)
    if points is not None and not criterion.ratings:
        low, high = sorted((0.0, criterion.marks))
        if low <= points <= high:
            return points
    if not criterion.ratings and cell.casefold() in YES | NO:
        return criterion.marks if cell.casefold() in YES else 0.0
    levels = ", ".join(f"{_title(each.text)} ({each.marks:g})" for each in criterion.ratings)
    known = levels or f"0 to {criterion.marks:g}"
    raise InvalidInput(f"“{cell}” is no rating of “{_title(criterion.text)}”: {known}")


def _named(criterion: Criterion, cell: str) -> float | None:
    wanted, points = said(cell), number(cell)
    for rating in criterion.ratings:
        if wanted and wanted in _names(rating.text):
            return rating.marks
    return next((each.marks for each in criterion.ratings if each.marks == points), None)


def _names(text: str) -> set[str]:
    """A text as a whole, its title before a colon, and what stands behind it."""
    title, _, rest = text.partition(": ")
    return {said(text), said(title), said(rest)} - {""}


def _title(text: str) -> str:
    return text.partition(": ")[0]


def _comment(cell: str) -> str:
    return "" if cell.casefold() in SILENT or number(cell) is not None else cell


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _place(heads: Sequence[str], names: Sequence[str]) -> int | None:
    return next((place for place, head in enumerate(heads) if head in names), None)
