from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.domain.errors import Conflict, InvalidInput, NotFound
from autograder.domain.exam import Exam
from autograder.domain.script import Page, Reading, Script, Sheet, Stack, TakenPage
from autograder.gradebook.doctor import examine
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook.samples import hand_in, line, piece

TEACHER = "Teacher"
TURNED = (0.0, -1.0, 60.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def turn(gradebook: Gradebook, page: Page) -> str:
    """Turns a page by a quarter and returns its new image."""
    image = gradebook.scans.add(f"{page.image} turned".encode())
    gradebook.fixes.turn(page.id, image, page.height, page.width, TURNED, TEACHER)
    return image


def ids(script: Script) -> list[str]:
    return [page.id for page in script.pages]


def test_a_turned_page_is_read_anew_and_its_scan_is_kept(
    gradebook: Gradebook, script: Script
) -> None:
    gradebook.answers.record(script.id, [], "fake")
    page = script.pages[0]
    image = turn(gradebook, page)
    now = gradebook.scripts.page(page.id)
    assert (now.image, now.width, now.height) == (image, 80, 60)
    assert (now.scan, now.transform) == (page.image, TURNED)
    assert gradebook.scripts.unread_pages("os") == [now]
    assert gradebook.scripts.reading(page.id) is None
    gradebook.scripts.record_reading(page.id, Reading("fake", "1", (line("Ann Lee"),)))
    assert [each.id for each in gradebook.scripts.unsplit("os")] == [script.id]
    assert gradebook.fixes.turned("os") == {page.id}


def test_a_turn_that_is_undone_finds_its_first_reading_again(
    gradebook: Gradebook, script: Script
) -> None:
    page = script.pages[0]
    first = gradebook.scripts.reading(page.id)
    turn(gradebook, page)
    gradebook.scripts.record_reading(page.id, Reading("fake", "1", (line("no"),)))
    assert gradebook.fixes.undo("os", TEACHER) == "Turned ann.pdf, page 1"
    back = gradebook.scripts.page(page.id)
    assert (back.image, back.width, back.height) == (page.image, 60, 80)
    assert gradebook.scripts.reading(page.id) == first
    assert gradebook.scripts.unread_pages("os") == []
    assert gradebook.fixes.turned("os") == set()


def test_a_machine_that_worked_on_the_page_before_it_was_turned_changes_nothing(
    gradebook: Gradebook, script: Script
) -> None:
    seen = script.pages[0]
    image = turn(gradebook, seen)
    straight = gradebook.scans.add(b"straightened")
    gradebook.scripts.set_image(seen.id, straight, 60, 80, (), seen.image)
    late = Reading("fake", "2", (line("of the page as it lay before"),))
    gradebook.scripts.record_reading(seen.id, late, seen.image)
    assert gradebook.scripts.page(seen.id).image == image
    assert gradebook.scripts.reading(seen.id) is None
    assert [page.id for page in gradebook.scripts.unread_pages("os")] == [seen.id]


def test_pages_are_put_in_another_order(gradebook: Gradebook, script: Script) -> None:
    gradebook.fixes.reorder(script.id, ids(script)[::-1], TEACHER)
    now = gradebook.scripts.get(script.id)
    assert ids(now) == ids(script)[::-1]
    assert [page.number for page in now.pages] == [1, 2]
    assert [each.id for each in gradebook.scripts.unsplit("os")] == [script.id]


def test_an_order_of_other_pages_than_the_script_has_is_refused(
    gradebook: Gradebook, script: Script
) -> None:
    gradebook.fixes.discard(script.pages[0].id, TEACHER)
    with pytest.raises(Conflict, match="have changed"):
        gradebook.fixes.reorder(script.id, ids(script), TEACHER)


def test_a_page_moves_to_the_place_that_it_is_given(gradebook: Gradebook, script: Script) -> None:
    bob = hand_in(gradebook, "bob", pages=2)
    page = bob.pages[0].id
    assert gradebook.fixes.move(page, script.id, TEACHER, place=2) == script.id
    assert ids(gradebook.scripts.get(script.id)) == [ids(script)[0], page, ids(script)[1]]
    gradebook.fixes.move(page, script.id, TEACHER, place=1)
    assert ids(gradebook.scripts.get(script.id)) == [page, *ids(script)]
    assert [page.number for page in gradebook.scripts.get(bob.id).pages] == [1]


def test_a_loose_page_with_a_code_moves_to_where_its_number_says(
    gradebook: Gradebook, exam: Exam
) -> None:
    def page(number: int) -> TakenPage:
        image = gradebook.scans.add(f"page {number}".encode())
        return TakenPage(image, 6, 8, f"page {number}", sheet=Sheet("os", "7", number, 3))

    upload = gradebook.scripts.add_upload("os", "pile", gradebook.scans.add(b"pile"), "pile")
    stacks = [Stack("7", (page(1), page(3)), "7"), Stack("", (page(2),), loose=True, problem="?")]
    script = gradebook.scripts.take_upload(upload.id, stacks)[0]
    pile = gradebook.scripts.loose("os")
    assert pile is not None
    gradebook.fixes.move(ids(pile)[0], script.id, TEACHER)
    assert [each.source for each in gradebook.scripts.get(script.id).pages] == [
        "page 1",
        "page 2",
        "page 3",
    ]
    assert gradebook.scripts.loose("os") is None
    gradebook.fixes.undo("os", TEACHER)
    again = gradebook.scripts.loose("os")
    assert again is not None
    assert ids(again) == ids(pile)


def test_a_loose_page_gets_a_script_that_is_named_after_it(
    gradebook: Gradebook, exam: Exam
) -> None:
    upload = gradebook.scripts.add_upload("os", "odd", gradebook.scans.add(b"odd"), "odd")
    stack = Stack("", (TakenPage(upload.scan, 6, 8, "odd, page 1"),), loose=True)
    [pile] = gradebook.scripts.take_upload(upload.id, [stack])
    made = gradebook.fixes.move(ids(pile)[0], None, TEACHER)
    [script] = gradebook.scripts.all("os")
    assert (script.id, script.title, script.loose) == (made, "odd, page 1", False)


def test_a_page_taken_out_is_neither_read_nor_split_and_comes_back_to_its_place(
    gradebook: Gradebook, script: Script
) -> None:
    pieces = [piece("q1", each.id, text) for each, text in zip(script.pages, "ab", strict=True)]
    gradebook.answers.record(script.id, pieces, "fake")
    first = script.pages[0]
    gradebook.fixes.discard(first.id, TEACHER)
    now = gradebook.scripts.get(script.id)
    assert [(page.id, page.number) for page in now.pages] == [(script.pages[1].id, 1)]
    assert gradebook.scripts.discarded_pages("os") == [replace(first, discarded=True)]
    assert gradebook.scripts.unsplit("os") == [now]
    turn(gradebook, first)
    assert gradebook.scripts.unread_pages("os") == []
    gradebook.fixes.restore(first.id, TEACHER)
    assert ids(gradebook.scripts.get(script.id)) == ids(script)
    assert gradebook.scripts.discarded_pages("os") == []


def test_a_script_without_its_only_page_is_gone_until_the_page_is_back(
    gradebook: Gradebook, exam: Exam
) -> None:
    bob = hand_in(gradebook, "bob")
    gradebook.answers.record(bob.id, [piece("q1", ids(bob)[0], "Frames.")], "fake")
    gradebook.fixes.discard(ids(bob)[0], TEACHER)
    assert gradebook.scripts.all("os") == []
    assert gradebook.scripts.discarded("os") == []
    gradebook.fixes.restore(ids(bob)[0], TEACHER)
    assert [each.title for each in gradebook.scripts.all("os")] == ["bob"]


def test_the_log_names_every_fix_and_what_was_undone(gradebook: Gradebook, script: Script) -> None:
    gradebook.fixes.reorder(script.id, ids(script)[::-1], TEACHER)
    gradebook.fixes.reorder(script.id, ids(script)[::-1], TEACHER)  # changes nothing
    gradebook.fixes.discard(ids(script)[0], "Assistant")
    assert gradebook.fixes.undo("os", TEACHER) == "Took ann.pdf, page 1 out of “ann”"
    told = [(fix.what, fix.author, fix.undone) for fix in gradebook.fixes.history("os")]
    assert told == [
        ("Put the pages of “ann” in order", TEACHER, False),
        ("Took ann.pdf, page 1 out of “ann”", "Assistant", True),
        ("Undone: Took ann.pdf, page 1 out of “ann”", TEACHER, False),
    ]
    assert gradebook.fixes.undo("os", TEACHER) == "Put the pages of “ann” in order"
    assert gradebook.fixes.undo("os", TEACHER) == ""
    assert examine(gradebook) == []


def test_a_page_does_not_move_into_a_discarded_script(gradebook: Gradebook, script: Script) -> None:
    bob = hand_in(gradebook, "bob")
    gradebook.scripts.discard(bob.id)
    with pytest.raises(InvalidInput, match="Restore it first"):
        gradebook.fixes.move(ids(script)[0], bob.id, TEACHER)


def test_what_is_not_there_cannot_be_put_right(gradebook: Gradebook, script: Script) -> None:
    fixes = gradebook.fixes
    for deed in (
        lambda: fixes.turn("nope", "0", 1, 1, (), TEACHER),
        lambda: fixes.reorder("nope", [], TEACHER),
        lambda: fixes.move("nope", None, TEACHER),
        lambda: fixes.move(ids(script)[0], "nope", TEACHER),
        lambda: fixes.discard("nope", TEACHER),
        lambda: fixes.restore("nope", TEACHER),
        lambda: fixes.history("nope"),
    ):
        with pytest.raises(NotFound):
            deed()
    assert fixes.history("os") == []


EXAMS = count()
FIX = st.tuples(
    st.sampled_from(["turn", "move", "new", "swap", "discard", "restore", "undo"]),
    st.integers(0, 5),
    st.integers(0, 2),
    st.sampled_from([None, 1, 2, 9]),
)


@given(fixes=st.lists(FIX, max_size=12))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_was_fixed_no_page_is_lost_and_all_of_it_can_be_undone(
    gradebook: Gradebook, fixes: list[tuple[str, int, int, int | None]]
) -> None:
    exam = gradebook.exams.create("Quiz").id
    mark = next(EXAMS)
    scripts = [
        hand_in(gradebook, f"{mark}-{n}", pages=2, exam_id=exam, read=False) for n in range(3)
    ]
    pages = [page for script in scripts for page in script.pages]
    before = _standing(gradebook, exam)
    for fix in fixes:
        _do(gradebook, exam, fix, pages, scripts)
        _check(gradebook, exam, len(pages))
    while gradebook.fixes.undo(exam, TEACHER):
        _check(gradebook, exam, len(pages))
    assert _standing(gradebook, exam) == before


def _do(
    gradebook: Gradebook,
    exam: str,
    fix: tuple[str, int, int, int | None],
    pages: list[Page],
    scripts: list[Script],
) -> None:
    kind, which, where, place = fix
    page, script = pages[which], scripts[where]
    known = {each.id: each for each in gradebook.scripts.all(exam)}
    if kind == "turn":
        turn(gradebook, gradebook.scripts.page(page.id))
    elif kind == "move" and script.id in known:
        gradebook.fixes.move(page.id, script.id, TEACHER, place)
    elif kind == "new":
        gradebook.fixes.move(page.id, None, TEACHER)
    elif kind == "swap" and script.id in known:
        gradebook.fixes.reorder(script.id, ids(known[script.id])[::-1], TEACHER)
    elif kind == "discard":
        gradebook.fixes.discard(page.id, TEACHER)
    elif kind == "restore":
        gradebook.fixes.restore(page.id, TEACHER)
    elif kind == "undo":
        gradebook.fixes.undo(exam, TEACHER)


def _standing(gradebook: Gradebook, exam: str) -> list[tuple[str, list[tuple[str, str]]]]:
    found = gradebook.scripts.all(exam)
    return [(each.id, [(page.id, page.image) for page in each.pages]) for each in found]


def _check(gradebook: Gradebook, exam: str, pages: int) -> None:
    scripts = gradebook.scripts.all(exam)
    for script in scripts:
        assert [page.number for page in script.pages] == [*range(1, len(script.pages) + 1)]
    there = [page.id for script in scripts for page in script.pages]
    out = [page.id for page in gradebook.scripts.discarded_pages(exam)]
    assert len(set(there + out)) == len(there + out) == pages
