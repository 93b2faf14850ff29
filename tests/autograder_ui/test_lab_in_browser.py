"""A programming lab in a real Chromium: code to read, ratings to give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from autograder.application import Application
from autograder.settings import Settings
from tests.autograder_ui.serving import open_tab
from tests.places import PROJECT

pytestmark = pytest.mark.browser

LAB = PROJECT / "samples" / "labs" / "word-count"
EVIL = (
    "# <script>document.title = 'taken over'</script><img src=x onerror=alert(1)>\nprint('x' * 9)\n"
)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Application]:
    """The sample lab, read; nothing is graded. One student typed markup."""
    evil = tmp_path / "PR104" / "main.py"
    evil.parent.mkdir()
    evil.write_text(EVIL + "y = 1  # " + "long " * 100, "utf-8")
    with Application.open(Settings(data=tmp_path / "data", reading_engine="none")) as opened:
        exam = opened.marking.import_exam(LAB / "rubrics.json")
        files = [
            (f"submissions/{path.parent.name}/{path.name}", path)
            for path in (*sorted(LAB.glob("submissions/PR10[12]/*")), evil)
        ]
        opened.marking.add_scans(exam.id, files)
        opened.gradebook.names.show(exam.id, True, "Teacher")
        opened.jobs.start()
        for job in opened.gradebook.jobs.active(exam.id):
            opened.jobs.wait(job.id)
        yield opened


def test_a_lab_is_read_and_marked_by_its_ratings(served: Application, window: Page) -> None:
    open_tab(window, "Reading")
    card = window.locator("#read-cards article.card")
    expect(card.locator(".code-file figcaption").first).to_be_visible()
    expect(card.locator("textarea[data-answer]")).to_have_count(0)
    expect(window.locator("#read-scan img").first).to_have_js_property("complete", True)

    open_tab(window, "Marking")
    sheet = window.locator("#mark-sheet")
    expect(sheet.get_by_role("heading", name="Amara Diallo")).to_be_visible()
    expect(sheet.locator(".code .k-keyword").first).to_be_visible()
    first = window.get_by_role("radiogroup", name="Rating of criterion 1")
    first.get_by_text("Partly: counts, but capitals").click()
    window.keyboard.press("2")
    window.keyboard.press("2")
    window.get_by_role("radiogroup", name="Rating of criterion 3").get_by_text("Yes").click()
    expect(window.locator("#mark-form input[data-rating='1'][value='3']")).to_be_checked()
    chosen = window.locator("#mark-form input[data-rating]:checked")
    expect(chosen).to_have_count(3)
    points = [float(value) for value in chosen.evaluate_all("all => all.map(each => each.value)")]
    expect(window.locator(f"#mark-form input[data-mark='{sum(points):g}']")).to_be_checked()
    window.locator("#mark-save").click()

    expect(sheet.get_by_role("heading", name="Bruno Keller")).to_be_visible()
    names = sheet.locator(".code-file figcaption")
    expect(names).to_have_text(["counting.py", "main.py", "notes.md"])
    (answer,) = [
        each
        for each in served.gradebook.marks.of_exam(served.gradebook.exams.all()[0].id)
        if each.review
    ]
    assert answer.review and answer.review.mark == sum(points)
    assert list(answer.review.criteria or ()) == points

    window.locator("#mark-next").click()
    expect(sheet.get_by_role("heading", name="Dmitri Sokol")).to_be_visible()
    code = sheet.locator(".code-scroll").first
    expect(code).to_contain_text("<script>document.title")
    assert window.title() != "taken over" and sheet.locator("img, script").count() == 0
    wide = code.evaluate("box => box.scrollWidth > box.clientWidth")
    assert wide  # a long line scrolls in its own box

    open_tab(window, "Gradebook")
    expect(window.get_by_role("region", name="Marks")).to_contain_text("Amara Diallo")
