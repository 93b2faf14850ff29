from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AddedToken

from autograder.domain.errors import EngineUnavailable
from autograder.grading.language.chat import Chat
from tests.grading import tiny_llama

THINK = "<think>"
WORDS = tiny_llama.tokenizer()
WORDS.add_tokens([AddedToken(THINK, special=False), AddedToken("photosynthesis", special=False)])
CHAT = Chat(WORDS)
CONTROL = [*tiny_llama.SPECIAL, THINK]
CONTROL_IDS = {int(str(WORDS.convert_tokens_to_ids(each))) for each in CONTROL}
PIECES = st.one_of(st.sampled_from([*CONTROL, "<|", "|>", "<", ">", "eot_id", " "]), st.text())


@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_text_can_write_a_control_token(text: str) -> None:
    assert CONTROL_IDS.isdisjoint(CHAT.plain(text))


def test_other_text_is_read_as_it_stands() -> None:
    for text in ("photosynthesis needs light < 3 | 4 >", "a\n\nb", "漢字 naïve — 10%"):
        assert WORDS.decode(CHAT.plain(text)) == text


def test_the_pieces_make_up_the_templates_own_prompt() -> None:
    messages = [{"role": "system", "content": "Judge."}, {"role": "user", "content": "Q. A"}]
    whole = WORDS.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids = [*CHAT.opening("Judge.", "Q."), *CHAT.closing(" A")]
    assert WORDS.decode(ids) == whole


def test_labels_are_single_tokens_or_refused() -> None:
    assert len(set(CHAT.labels("ABC0123"))) == 7
    with pytest.raises(EngineUnavailable, match="single tokens"):
        CHAT.labels(["A", "10"])


def test_a_base_without_a_chat_template_is_refused() -> None:
    words = tiny_llama.tokenizer()
    words.chat_template = None
    with pytest.raises(EngineUnavailable, match="Instruct"):
        Chat(words)


def test_a_template_that_takes_no_system_message_is_refused() -> None:
    words = tiny_llama.tokenizer()
    words.chat_template = "{{ messages[-1]['content'] }}"
    with pytest.raises(EngineUnavailable, match="Instruct"):
        Chat(words)
