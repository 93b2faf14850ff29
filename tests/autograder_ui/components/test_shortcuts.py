from __future__ import annotations

from autograder_ui.components.shortcuts import Shortcut, shortcuts
from autograder_ui.pages import marking, reading


def test_every_key_is_listed_with_what_it_does() -> None:
    listed = str(shortcuts([Shortcut(("j",), "#next", "Next <one>", "j →")]).value)
    assert "<kbd>j</kbd> <kbd>→</kbd>" in listed and "Next &lt;one&gt;" in listed
    assert "Open this list" in listed


def test_no_key_means_two_things_on_one_tab() -> None:
    for keys in (marking.KEYS, reading.KEYS):
        pressed = [(key, shortcut.target) for shortcut in keys for key in shortcut.keys]
        several = {key for key, _ in pressed if [each for each, _ in pressed].count(key) > 1}
        # A digit ticks a criterion, or gives the mark where there are none: never both.
        assert several <= set("123456789")
    assert marking.NO_CRITERIA.endswith(":not(:has([data-criterion]))")
