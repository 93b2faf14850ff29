from datetime import UTC, datetime

from autograder.domain.page_fix import PageFix
from autograder.domain.script import Page, Script, Sheet, Student
from autograder_ui.components.page_fixer import newest, render, taken_out

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def page(number: int, source: str = "pile.pdf", sheet: Sheet | None = None) -> Page:
    return Page(f"p{number}", number, f"{number:064}", 30, 40, source, sheet=sheet)


SCRIPT = Script("s", "os", "<b>Ann", None, (page(1, sheet=Sheet("os", "7", 3, 4)), page(2)))
OTHER = Script("o", "os", "Bob", Student("b", "008", "<i>Bob"))


def test_every_page_is_a_card_with_its_fixes_named_for_who_cannot_see_them() -> None:
    cards = render(SCRIPT, [SCRIPT, OTHER])
    for name in ("Turn Page 1 to the left", "Turn Page 2 to the right", "Take Page 2 out"):
        assert f'aria-label="{name}"' in cards
    assert 'aria-label="Move Page 1 earlier" disabled' in cards
    assert 'aria-label="Move Page 2 later" disabled' in cards
    assert "sheet 3 of 4" in cards
    assert "<b>Ann" not in cards and "<i>Bob" not in cards


def test_a_page_can_go_to_every_other_script_or_a_new_one() -> None:
    cards = render(SCRIPT, [SCRIPT, OTHER])
    assert '<option value="new">A new script</option><option value="o">' in cards
    assert '<option value="s">' not in cards


def test_a_turned_page_has_another_address_so_that_no_old_picture_is_shown() -> None:
    turned = Page("p1", 1, "f" * 64, 40, 30, "pile.pdf")
    before, after = (
        render(Script("s", "os", "a", None, (each,)), []) for each in (page(1), turned)
    )
    assert "?of=000000000000&width=" in before and "?of=ffffffffffff&width=" in after


def test_loose_pages_have_no_order_and_are_called_by_their_file() -> None:
    loose = Script("l", "os", "Loose pages", None, (page(1, "a.pdf, page 3"),), loose=True)
    cards = render(loose, [SCRIPT])
    assert cards.count("<small></small>") == 1 and "<b>a.pdf, page 3</b>" in cards
    assert "earlier" not in cards and "Take a.pdf, page 3 out" in cards


def test_without_pages_there_is_nothing_to_fix() -> None:
    assert render(None, []) == render(OTHER, [SCRIPT]) == taken_out([]) == ""


def test_undo_names_the_newest_fix_that_still_stands() -> None:
    fixes = [
        PageFix(1, "Turned a", "Ada", NOW),
        PageFix(2, "Moved b", "Ada", NOW, undone=True),
        PageFix(3, "Undone: Moved b", "Ada", NOW, undoes=2),
    ]
    assert newest(fixes) == "Turned a"
    assert newest([]) == newest(fixes[1:]) == ""
