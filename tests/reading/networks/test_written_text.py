from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from autograder.reading.networks.written_text import Chances, lines_of

TOKENS = [b"Mem", b"ory", b" is", b" full\nna", b"\xc3", b"\xaf", b"ve", b" ", b"\n", b"\nend"]


def decode(tokens: Sequence[int]) -> str:
    return b"".join(TOKENS[token] for token in tokens).decode(errors="replace")


def test_a_word_is_as_sure_as_all_of_its_tokens_together() -> None:
    chances = [math.log(0.9), math.log(0.5), *([0.0] * 8)]
    [first, second, empty, last] = lines_of(range(10), chances, decode)
    assert [word.text for word in first] == ["Memory", "is", "full"]
    assert [word.text for word in second] == ["naïve"]
    assert empty == ()
    assert [word.text for word in last] == ["end"]
    assert [word.confidence for word in first] == pytest.approx([0.45, 1, 1])


def test_a_character_cut_in_two_tokens_counts_where_it_is_finished() -> None:
    chances = [0.0] * 10
    chances[5] = math.log(0.25)
    [_, [naive], *_] = lines_of(range(10), chances, decode)
    assert naive.confidence == pytest.approx(0.25)


def test_nothing_written_is_one_empty_line() -> None:
    assert lines_of([], [], decode) == [()]


def test_the_next_tokens_probability_is_noted_row_by_row() -> None:
    torch = pytest.importorskip("torch")
    chances = Chances()
    scores = torch.log(torch.tensor([[0.7, 0.3], [0.2, 0.8]]))
    assert chances(None, scores) is scores
    chances(None, torch.zeros(2, 2))
    assert [math.exp(chance) for chance in chances.of_row(1)] == pytest.approx([0.8, 0.5])
