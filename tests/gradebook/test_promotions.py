from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.domain.errors import Conflict, InvalidInput
from autograder.domain.learned import ENCODER, LORA, SHIPPED
from autograder.gradebook.gradebook import Gradebook

DEEDS = st.lists(st.sampled_from(["a", "b", SHIPPED, None]), max_size=12)


def test_what_ships_serves_until_a_model_is_promoted(gradebook: Gradebook) -> None:
    assert gradebook.promotions.at_work(LORA) == SHIPPED
    promotion = gradebook.promotions.promote(LORA, "lora-1", "Asha", "better on 40 answers")
    assert gradebook.promotions.at_work(LORA) == "lora-1"
    assert gradebook.promotions.at_work(ENCODER) == SHIPPED
    assert (promotion.previous, promotion.author) == (SHIPPED, "Asha")
    assert gradebook.promotions.history() == [promotion]


def test_two_roll_backs_go_back_two_promotions_and_no_further(gradebook: Gradebook) -> None:
    for model in ("lora-1", "lora-2"):
        gradebook.promotions.promote(LORA, model, "Asha")
    assert gradebook.promotions.roll_back(LORA, "Bob").model == "lora-1"
    assert gradebook.promotions.roll_back(LORA, "Bob").model == SHIPPED
    with pytest.raises(InvalidInput, match="Nothing was promoted"):
        gradebook.promotions.roll_back(LORA, "Bob")
    told = [(each.model, each.previous, each.author) for each in gradebook.promotions.history()]
    assert told == [
        ("lora-1", SHIPPED, "Asha"),
        ("lora-2", "lora-1", "Asha"),
        ("lora-1", "lora-2", "Bob"),
        (SHIPPED, "lora-1", "Bob"),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(deeds=DEEDS)
def test_roll_backs_undo_promotions_like_a_pile(
    gradebook: Gradebook, deeds: list[str | None]
) -> None:
    kind, pile = uuid4().hex, [SHIPPED]  # each example on a kind of its own
    for model in deeds:
        if model is None and len(pile) > 1:
            pile.pop()
            gradebook.promotions.roll_back(kind, "Bob")
        elif model is not None and model != pile[-1]:
            pile.append(model)
            gradebook.promotions.promote(kind, model, "Asha")
        assert gradebook.promotions.at_work(kind) == pile[-1]


def test_a_second_click_changes_nothing(gradebook: Gradebook) -> None:
    gradebook.promotions.promote(LORA, "lora-1", "Asha")
    first = gradebook.promotions.promote(LORA, "lora-2", "Asha")
    assert gradebook.promotions.promote(LORA, "lora-2", "Bob") == first
    gradebook.promotions.roll_back(LORA, "Bob", seen="lora-2")
    with pytest.raises(Conflict, match="meanwhile"):
        gradebook.promotions.roll_back(LORA, "Bob", seen="lora-2")
    assert gradebook.promotions.at_work(LORA) == "lora-1"


def test_what_serves_is_told_newest_first_and_without_what_ships(gradebook: Gradebook) -> None:
    gradebook.promotions.promote(LORA, "lora-1", "Asha")
    gradebook.promotions.promote(ENCODER, "encoder-1", "Asha")
    assert [each.model for each in gradebook.promotions.serving()] == ["encoder-1", "lora-1"]
    gradebook.promotions.roll_back(ENCODER, "Asha")
    assert [each.model for each in gradebook.promotions.serving()] == ["lora-1"]


def test_a_promotion_by_nobody_is_refused(gradebook: Gradebook) -> None:
    with pytest.raises(InvalidInput, match="who you are"):
        gradebook.promotions.promote(LORA, "lora-1", " ")
    assert gradebook.promotions.history() == []
