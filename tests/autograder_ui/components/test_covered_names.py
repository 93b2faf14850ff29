from __future__ import annotations

from autograder.domain.script import Line, Reading
from autograder_ui.components.covered_names import covered
from autograder_ui.components.page_viewer import script_leaves, view
from tests.autograder_ui.classroom import Classroom


def test_the_name_is_covered_on_the_scan_and_the_files_name_is_not_told(room: Classroom) -> None:
    script = room.script("Asha Rao")
    page = script.pages[0]
    lines = (Line("Name: Asha Rao", (100, 50, 600, 90), 0.9), Line("Q1 x", (100, 200, 300, 240), 1))
    room.gradebook.scripts.record_reading(page.id, Reading("other", "2", lines))
    leaves = script_leaves(script.pages)
    assert "01.png" in view(leaves, "Scan")
    [leaf] = covered(room.gradebook, script, leaves)
    [patch] = leaf.places
    assert patch.kind == "covered"
    left, top, right, bottom = patch.box
    assert left < 100 and top < 50 and right > 600 and 90 < bottom < 200
    shown = view([leaf], "Scan").replace(page.id, "")  # an id may end in 01
    assert 'class="covered"' in shown
    assert "01.png" not in shown and "Asha" not in shown


def test_a_page_that_nobody_read_is_shown_as_it_is(room: Classroom) -> None:
    script = room.script("Chen Li")
    leaves = script_leaves(script.pages)
    assert covered(room.gradebook, script, leaves)[0].places == ()
