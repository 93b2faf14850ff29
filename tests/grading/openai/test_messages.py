from __future__ import annotations

import pytest

from autograder.grading.openai.messages import messages, powerless


@pytest.mark.parametrize(
    "token",
    [
        "<|eot_id|>", "<|im_start|>", "<end_of_turn>", "</s>", "<s>", "<<SYS>>", "<think>",
        "<|turn>", "<turn|>", "<｜User｜>", "[INST]", "[/INST]", "[TOOL_CALLS]", "<0x0A>",
    ],
)  # fmt: skip
def test_no_control_token_of_any_model_is_left_whole(token: str) -> None:
    for text in (token, f"a {token}{token} b", f"<{token}"):
        assert token not in powerless(text)
        assert powerless(text).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["a < b, a <= b", "x[i] and y[0]", "[3f2a9c] [end 3f2a9c]", "1 << 3"]
)
def test_what_students_write_stays_as_it_is(text: str) -> None:
    assert powerless(text) == text


def test_a_prompt_is_two_messages() -> None:
    system, user = messages("Be fair.", "One. ", "Two <|x|>.")
    assert system == {"role": "system", "content": "Be fair."}
    assert user == {"role": "user", "content": "One. Two < |x|>."}
