from collections import Counter

from autograder.application import Application
from autograder_ui.layout import PAGES, build_ui


def test_the_window_has_a_tab_for_each_step_of_the_way() -> None:
    assert [page.title for page in PAGES] == [
        "Exam",
        "Scripts",
        "Reading",
        "Groups",
        "Marking",
        "Agreement",
        "Gradebook",
        "Models",
    ]


def test_no_handler_of_the_window_is_part_of_a_public_api(application: Application) -> None:
    fns = build_ui(application).fns.values()
    assert {fn.api_visibility for fn in fns if fn.fn is not None} == {"private"}


def test_every_field_has_a_label(application: Application) -> None:
    fields = ("textbox", "number", "dropdown", "radio", "checkbox", "checkboxgroup", "file")
    blocks = build_ui(application).blocks.values()
    unlabelled = [
        block
        for block in blocks
        if block.get_block_name() in fields and not getattr(block, "label", "")
    ]
    assert unlabelled == []


def test_an_event_has_one_handler_that_runs_again_with_the_latest_values(
    application: Application,
) -> None:
    """Gradio 6.31 runs two of them in turn for ever: each defers, and so repeats, the other."""
    deferring = [
        fn for fn in build_ui(application).fns.values() if fn.trigger_mode == "always_last"
    ]
    # A chained handler has no component of its own: only it is repeated.
    heard = Counter(target for fn in deferring for target in fn.targets if target[0] is not None)
    assert deferring and [target for target, count in heard.items() if count > 1] == []
