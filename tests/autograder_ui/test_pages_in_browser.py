"""Pages put right in Scripts, in a real Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from autograder.domain.script import Script, Stack, TakenPage
from tests.autograder_ui.classroom import HEIGHT, WIDTH, Classroom, write
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser


@pytest.fixture
def room(room: Classroom) -> Classroom:
    """The class, and a pile of three pages with a fourth that is loose."""
    scans, scripts = room.gradebook.scans, room.gradebook.scripts
    upload = scripts.add_upload(room.exam.id, "pile.pdf", scans.add(b"a pile"), "pile")
    pages = [
        TakenPage(scans.add(write((f"Page {n}",))[1]), WIDTH, HEIGHT, f"pile.pdf, page {n}")
        for n in range(1, 5)
    ]
    loose = Stack("", tuple(pages[3:]), loose=True, problem="pile.pdf, page 4: without a code.")
    scripts.take_upload(upload.id, [Stack("pile", tuple(pages[:3])), loose])
    return room


def pile(room: Classroom) -> Script:
    scripts = room.gradebook.scripts.all(room.exam.id)
    return next(script for script in scripts if script.title == "pile")


def sources(room: Classroom) -> list[str]:
    return [page.source[-1] for page in pile(room).pages]


def cards(window: Page) -> Locator:
    return window.locator("#page-fixer .page-card")


def show_pile(window: Page) -> None:
    open_tab(window, "Scripts")
    window.locator("#scripts").get_by_role("button", name="pile").click()
    expect(cards(window)).to_have_count(3)


def expect_order(window: Page, *numbers: int) -> None:
    expect(cards(window).locator("small")).to_have_text([f"pile.pdf, page {n}" for n in numbers])


def drag(page: Locator, before: Locator) -> None:
    """Drags a page and drops it in front of another one, however far apart they stand."""
    data = {"dataTransfer": page.page.evaluate_handle("new DataTransfer()")}
    page.dispatch_event("dragstart", data)
    before.dispatch_event("dragover", data)
    before.dispatch_event("drop", data)
    page.dispatch_event("dragend", data)


def test_pages_are_put_in_order_by_keyboard_and_by_dragging_and_put_back(
    room: Classroom, window: Page
) -> None:
    show_pile(window)
    later = window.get_by_role("button", name="Move Page 1 later")
    later.focus()
    window.keyboard.press("Enter")
    expect_order(window, 2, 1, 3)
    expect(window.get_by_role("button", name="Move Page 2 later")).to_be_focused()
    window.keyboard.press("Enter")
    expect_order(window, 2, 3, 1)
    drag(cards(window).nth(2), before=cards(window).nth(0))
    expect_order(window, 1, 2, 3)
    assert sources(room) == ["1", "2", "3"]
    undo = window.get_by_role("button", name="Undo: Put the pages of “pile” in order")
    undo.click()
    expect_order(window, 2, 3, 1)
    undo.click()
    expect_order(window, 2, 1, 3)


def test_a_loose_page_is_dragged_into_a_script_and_a_page_is_turned_and_taken_out(
    room: Classroom, window: Page
) -> None:
    show_pile(window)
    loose = window.locator("#loose")
    expect(loose).to_contain_text("pile.pdf, page 4: without a code.")
    drag(loose.locator(".page-card"), before=cards(window).nth(0))
    expect_order(window, 4, 1, 2, 3)
    expect(loose).to_be_hidden()
    window.get_by_role("button", name="Turn Page 1 to the right").click()
    expect(cards(window).nth(0).locator("img")).to_have_attribute("width", str(HEIGHT))
    window.get_by_role("button", name="Take Page 4 out").click()
    expect_order(window, 4, 1, 2)
    assert [page.width for page in pile(room).pages] == [HEIGHT, WIDTH, WIDTH]
    window.get_by_role("button", name="Put back pile.pdf, page 3").click()
    expect_order(window, 4, 1, 2, 3)
    window.set_viewport_size({"width": 390, "height": 844})
    assert window.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_page_goes_to_another_script_and_the_pile_is_split_again(
    room: Classroom, window: Page
) -> None:
    show_pile(window)
    window.get_by_label("Move Page 3 to another script").click()
    window.get_by_label("Script that Page 3 goes to").select_option("03 · Chen Li")
    window.get_by_role("button", name="Move", exact=True).click()
    expect_order(window, 1, 2)
    assert len(room.script("Chen Li").pages) == 2
    window.get_by_role("button", name="Split a file into scripts again").click()
    window.get_by_label("File", exact=True).click()
    window.get_by_role("option", name="pile.pdf").click()
    window.get_by_label("A new script every … pages").check()
    window.get_by_label("Pages", exact=True).fill("2")
    window.get_by_role("button", name="Split this pile again").click()
    expect(window.locator("#scripts")).to_contain_text("pile 2")
    titles = {
        script.title: len(script.pages) for script in room.gradebook.scripts.all(room.exam.id)
    }
    assert titles["pile 1"] == titles["pile 2"] == 2 and len(room.script("Chen Li").pages) == 1


def test_the_same_file_again_changes_nothing_and_says_so(
    room: Classroom, window: Page, tmp_path: Path
) -> None:
    scan = tmp_path / "twice.png"
    Image.new("RGB", (600, 800), "white").save(scan)
    scripts = room.gradebook.scripts
    upload = scripts.add_upload(
        room.exam.id, scan.name, room.gradebook.scans.add_file(scan), "twice"
    )
    scripts.take_upload(upload.id, [Stack("twice", (TakenPage("f" * 64, 600, 800, scan.name),))])
    open_tab(window, "Scripts")
    window.locator("#scans input[type=file]").set_input_files(scan)
    window.get_by_role("button", name="Read these scans").click()
    told = "twice.png: It is here already, byte for byte: nothing was added."
    expect(window.locator("#refused-now")).to_contain_text(told)
    assert len(scripts.all(room.exam.id)) == 5
