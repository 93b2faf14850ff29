from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.openai.errors import Unanswered
from autograder.grading.openai.labels import Counted, Exact, Listed

LABELS = ("A", "B", "C")
EXACT = Exact({"A": 1, "B": 2, "C": 3})


def reply(**chances: float) -> dict[str, Any]:
    rows = [
        {"token": token, "logprob": math.log(p) if p else -9999} for token, p in chances.items()
    ]
    return {"choices": [{"logprobs": {"content": [{"top_logprobs": rows}]}}]}


def said(*texts: str) -> dict[str, Any]:
    return {"choices": [{"message": {"content": text}} for text in texts]}


def test_exact_probabilities_are_taken_with_their_mass() -> None:
    score = EXACT.read([reply(**{"token_id:1": 0.4, "token_id:3": 0.2, "token_id:2": 0.2})], LABELS)
    assert score.probabilities == pytest.approx((0.5, 0.25, 0.25))
    assert score.mass == pytest.approx(0.8)


@pytest.mark.parametrize("way", [EXACT, Listed()])
@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"choices": []},
        {"choices": [{"logprobs": None}]},
        {"choices": [{"logprobs": {"content": []}}]},
        {"choices": [{"logprobs": {"content": [{"top_logprobs": []}]}}]},
        reply(**{"token_id:1": 0.9}),
        reply(**{"token_id:1": 0.9, "token_id:2": 0.9, "token_id:3": 0.1}),
        reply(A=0.9, B=0.9, C=0.9),
        reply(A=0.0, B=0.0, C=0.0),
        {"choices": [{"logprobs": {"content": [{"top_logprobs": [{"token": "A"}]}]}}]},
        {
            "choices": [
                {"logprobs": {"content": [{"top_logprobs": [{"token": "A", "logprob": math.nan}]}]}}
            ]
        },
    ],
)
def test_empty_partial_or_impossible_probabilities_are_never_trusted(
    way: Exact | Listed, broken: dict[str, Any]
) -> None:
    with pytest.raises(Unanswered):
        way.read([broken], LABELS)


def test_a_label_in_the_list_is_found_with_the_space_before_it() -> None:
    listed = reply(A=0.5, B=0.2, C=0.1) | {}
    rows = listed["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
    rows += [{"token": token, "logprob": math.log(0.05)} for token in (" A", "▁A", "ĠC", "The")]
    score = Listed().read([listed], LABELS)
    assert score.probabilities == pytest.approx((0.6 / 0.95, 0.2 / 0.95, 0.15 / 0.95))
    assert score.mass == pytest.approx(0.95)


def test_an_unlisted_label_gets_no_more_than_the_list_leaves_it() -> None:
    score = Listed().read([reply(A=0.9, B=0.09, The=0.002)], LABELS)
    assert score.probabilities[2] == pytest.approx(0.002 / 0.992)
    assert score.mass == pytest.approx(0.99)


def test_a_list_that_leaves_too_much_open_is_not_trusted() -> None:
    with pytest.raises(Unanswered, match="no probabilities"):
        Listed().read([reply(A=0.5, The=0.2, I=0.1)], LABELS)


@given(st.lists(st.floats(1e-6, 1), min_size=3, max_size=12))
def test_listed_probabilities_never_stray_further_than_the_doubt(weights: list[float]) -> None:
    names = [*LABELS, *"defghijkl"][: len(weights)]
    whole = {name: weight / sum(weights) for name, weight in zip(names, weights, strict=True)}
    top = dict(sorted(whole.items(), key=lambda item: -item[1])[:5])
    own = sum(whole[label] for label in LABELS)
    try:
        score = Listed(5).read([reply(**top)], LABELS)
    except Unanswered:
        return
    for label, probability in zip(LABELS, score.probabilities, strict=True):
        assert abs(probability - whole[label] / own) <= 0.11


@given(st.lists(st.sampled_from(LABELS), min_size=1, max_size=30))
def test_counted_replies_add_up_and_stay_in_doubt(drawn: list[str]) -> None:
    score = Counted("structured_outputs", len(drawn), True).read([said(*drawn)], LABELS)
    assert sum(score.probabilities) == pytest.approx(1)
    assert max(score.probabilities) <= (len(drawn) + 0.5) / (len(drawn) + 1.5) + 1e-9


def test_a_reply_that_is_no_label_is_not_counted() -> None:
    with pytest.raises(Unanswered, match="something else"):
        Counted("structured_outputs", 2, True).read([said("A", "Sure! A")], LABELS)
    with pytest.raises(Unanswered, match="something else"):
        Counted("response_format", 2, True).read([said('{"reply": "A"}', '{"rep')], LABELS)


def test_json_replies_are_counted_by_what_they_hold() -> None:
    way = Counted("response_format", 2, True)
    score = way.read([said(json.dumps({"reply": "A"})), said('{"reply":"A"}')], LABELS)
    assert score.probabilities[0] == pytest.approx(2.5 / 3.5)
