"""Packed rows give what whole prompts give, on plain, grouped and quantised attention."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import DynamicCache, LlamaConfig, LlamaForCausalLM, MistralConfig
from transformers.models.mistral.modeling_mistral import MistralForCausalLM

from autograder.grading.language import base_model
from autograder.grading.language.label_scoring import Prefix, can_share, extend, next_logits, read
from autograder.settings import LlamaSettings

SIZES: dict[str, Any] = {
    "vocab_size": 300,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
IDS = st.lists(st.integers(1, 299), min_size=1, max_size=12)


def llama(spread: float = 0.3) -> Any:
    torch.manual_seed(0)
    return LlamaForCausalLM(LlamaConfig(**SIZES, initializer_range=spread)).eval()


MODEL = llama()


def gap(model: Any, parts: list[list[int]], ends: list[list[int]]) -> float:
    """The largest difference between logits of a shared beginning, in parts, and whole prompts."""
    prefix = Prefix()
    for part in parts:
        prefix = extend(model, prefix, part)
    together = next_logits(model, prefix, ends)
    alone = [next_logits(model, Prefix(prefix.ids), [end])[0] for end in ends]
    return float((together - torch.stack(alone)).abs().max())


@settings(max_examples=25, deadline=None)
@given(st.lists(IDS, min_size=1, max_size=3), st.lists(IDS, min_size=1, max_size=6))
def test_a_packed_row_gives_the_logits_of_whole_prompts(
    parts: list[list[int]], ends: list[list[int]]
) -> None:
    assert gap(MODEL, parts, ends) < 1e-4


def test_so_does_the_model_in_4_bits(tiny_base: Path) -> None:
    settings = LlamaSettings(base=str(tiny_base), device="cpu")
    model, _ = base_model.load(str(tiny_base), settings)
    ends = [list(range(5 * row, 5 * row + 3 + row)) for row in range(1, 8)]
    assert gap(model, [list(range(1, 90)), list(range(90, 150))], ends) < 1e-4


def test_rows_side_by_side_give_them_too() -> None:
    prefix, ends = Prefix((5, 6, 7)), [[8, 9, 10, 11], [12], [13, 14]]
    alone = [next_logits(MODEL, prefix, [end])[0] for end in ends]
    assert (next_logits(MODEL, prefix, ends) - torch.stack(alone)).abs().max() < 1e-4


def test_going_on_from_a_beginning_leaves_it_as_it_was() -> None:
    prefix = extend(MODEL, Prefix(), [1, 2, 3])
    before = next_logits(MODEL, prefix, [[4]])
    extend(MODEL, prefix, [5, 6])
    next_logits(MODEL, prefix, [[7, 8], [9]])
    assert prefix.cache is not None and prefix.cache.get_seq_length() == 3
    assert torch.equal(next_logits(MODEL, prefix, [[4]]), before)


def test_no_answer_sees_its_neighbour() -> None:
    prefix = extend(MODEL, Prefix(), [1, 2, 3])
    one = next_logits(MODEL, prefix, [[4, 5], [6, 7, 8]])[1]
    other = next_logits(MODEL, prefix, [[200, 299], [6, 7, 8]])[1]
    assert torch.equal(one, other)


def test_only_plain_attention_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_share(MODEL)
    sliding = MistralForCausalLM(MistralConfig(**SIZES, sliding_window=4)).eval()
    assert not can_share(sliding)

    def refuse(*_: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(DynamicCache, "update", refuse)
    assert not can_share(MODEL)


@pytest.mark.parametrize("spread", [0.02, 0.3])
def test_a_model_that_takes_no_notice_of_the_mask_is_not_shared(
    monkeypatch: pytest.MonkeyPatch, spread: float
) -> None:
    model = llama(spread)
    assert can_share(model)
    forward = model.forward

    def blind(*args: Any, attention_mask: Any = None, **kwargs: Any) -> Any:
        return forward(*args, **kwargs)

    monkeypatch.setattr(model, "forward", blind)
    assert not can_share(model)


def test_label_probabilities_are_among_the_labels_and_mass_is_their_share_of_all() -> None:
    logits = torch.log(torch.tensor([[0.1, 0.3, 0.6], [0.8, 0.1, 0.1]]))
    first, second = read(logits, [0, 1])
    assert first.probabilities == pytest.approx((0.25, 0.75))
    assert (first.mass, second.mass) == pytest.approx((0.4, 0.9))
