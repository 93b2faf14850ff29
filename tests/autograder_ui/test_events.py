import gradio as gr
import pytest

from autograder.domain.errors import Conflict
from autograder_ui.events import APOLOGY, connect, kindly


def test_a_teachers_error_is_told_in_its_own_words() -> None:
    def handler() -> None:
        raise Conflict("Ada changed this mark meanwhile. Look again.")

    with pytest.raises(gr.Error, match="Ada changed this mark meanwhile"):
        kindly(handler)()


def test_a_file_name_in_an_error_never_becomes_markup() -> None:
    def handler() -> None:
        raise Conflict("<img src=x onerror=alert(1)>.pdf is damaged.")

    with pytest.raises(gr.Error) as told:
        kindly(handler)()
    assert "<" not in told.value.message


def test_a_bug_is_logged_with_its_traceback_and_shown_as_an_apology(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def handler() -> float:
        return 1 / 0

    with pytest.raises(gr.Error) as told:
        kindly(handler)()
    assert told.value.message == APOLOGY
    assert "ZeroDivisionError" in caplog.text


def test_no_event_of_the_window_is_part_of_a_public_api() -> None:
    with gr.Blocks() as blocks:
        button = gr.Button()
        connect([button.click, blocks.load], lambda: None)
        connect(button.click, lambda: None).success(None, None)
    ours = [fn for fn in blocks.fns.values() if fn.fn is not None]
    assert ours
    assert {fn.api_visibility for fn in ours} == {"private"}
