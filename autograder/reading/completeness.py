"""Which scripts miss pages, hold one twice, or hold another's, by the codes of their sheets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from autograder.domain.script import Script, Sheet
from autograder.reading.code_owners import Owner, owner_of
from autograder.reading.sheets.payload import is_of


def incomplete(scripts: Sequence[Script], sheets_of: Mapping[str, Sheet]) -> dict[str, str]:
    """What is wrong with scripts of printed sheets, by the script's id; sound ones are left out.

    ``sheets_of`` has the sheets of pages by the pages' ids. Discarded pages don't count.
    """
    said = {}
    for script in scripts:
        here = [sheets_of.get(page.id) for page in script.pages if not page.discarded]
        wrong = "; ".join(_wrong(script, [sheet for sheet in here if sheet]))
        if wrong and not script.loose:
            said[script.id] = wrong[0].upper() + wrong[1:]
    return said


def _wrong(script: Script, sheets: Sequence[Sheet]) -> Iterator[str]:
    foreign = [sheet for sheet in sheets if not is_of(sheet, script.exam_id)]
    sets: defaultdict[Owner, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        if sheet not in foreign:
            sets[owner_of(sheet)].append(sheet)
    student = _student(script, sets)
    for owner, own in sets.items():
        if owner.student and owner.student != student:
            yield f"{_pages([sheet.number for sheet in own])} {_be(own)} of {owner.student}"
        else:
            yield from _gaps(own)
    if foreign:
        count = "a page is" if len(foreign) == 1 else f"{len(foreign)} pages are"
        yield f"{count} from another exam"


def _student(script: Script, sets: Mapping[Owner, Sequence[Sheet]]) -> str:
    """The number of the script's student, or whose sheets are the most in it."""
    if script.student:
        return script.student.number
    named = [owner for owner in sets if owner.student]
    return max(named, key=lambda owner: len(sets[owner])).student if named else ""


def _gaps(own: Sequence[Sheet]) -> Iterator[str]:
    there = Counter(sheet.number for sheet in own)
    of = max(sheet.of for sheet in own)
    missing = [number for number in range(1, of + 1) if number not in there]
    if missing:
        yield f"{_pages(missing)} of {of} {'is' if len(missing) == 1 else 'are'} missing"
    for number, times in sorted(there.items()):
        if times > 1:
            often = "twice" if times == 2 else f"{times} times"
            yield f"{_pages([number])} is there {often}"


def _pages(numbers: Sequence[int]) -> str:
    if list(numbers) == [0]:
        return "the cover sheet"
    *others, last = (str(number) for number in sorted(numbers))
    return f"pages {', '.join(others)} and {last}" if others else f"page {last}"


def _be(own: Sequence[Sheet]) -> str:
    return "is" if len(own) == 1 else "are"
