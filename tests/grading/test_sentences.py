from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.sentences import sentences, spans


def test_sentences_and_lines_are_told_apart() -> None:
    text = "It saves registers, e.g. the counter. Then it switches!\n- a new line\n"
    assert sentences(text) == [
        "It saves registers, e.g. the counter.",
        "Then it switches!",
        "- a new line",
    ]


def test_numbers_do_not_end_a_sentence() -> None:
    assert sentences("The ratio is 3.5 to one.") == ["The ratio is 3.5 to one."]


@given(st.text(max_size=300))
def test_spans_are_in_order_and_hold_all_that_can_be_seen(text: str) -> None:
    found = spans(text)
    assert all(end <= start for (_, end), (start, _) in pairwise(found))
    kept = "".join(text[start:end] for start, end in found)
    assert "".join(kept.split()) == "".join(text.split())
