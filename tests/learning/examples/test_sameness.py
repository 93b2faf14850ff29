from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.learning.examples.sameness import FEWEST_WORDS, NEAR, NearSame, said, tokens

WORDS = ["page", "frame", "lock", "disk", "block", "cache"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)


def test_print_and_typing_change_nothing() -> None:
    assert said("“The  Page”,\n a BLOCK.") == said("the page a block")
    assert said("ﬁle") == said("file")
    assert said("页是内存块。") == said("页是 内存块")
    assert said("a <= b") != said("a < b")


def _jaccard(one: str, other: str) -> float:
    first, second = (
        set(zip(tokens(text), tokens(text)[1:], strict=False)) for text in (one, other)
    )
    return len(first & second) / len(first | second)


@settings(deadline=None, max_examples=40)
@given(st.lists(TEXTS, max_size=12), TEXTS)
def test_all_near_same_texts_are_found_and_no_other(texts: list[str], asked: str) -> None:
    long_enough = [len(tokens(text)) >= FEWEST_WORDS for text in texts]
    expected = [
        place
        for place, text in enumerate(texts)
        if len(tokens(asked)) >= FEWEST_WORDS
        and long_enough[place]
        and _jaccard(text, asked) >= NEAR
    ]
    assert NearSame(texts).near(asked) == expected


def test_a_word_more_or_another_word_in_twenty_is_near_same() -> None:
    text = " ".join(f"word{n}" for n in range(20))
    known = NearSame([text, "quite another text of more than a few words"])
    assert known.near(f"{text} indeed") == [0]
    assert known.near(text.replace("word7", "nothing")) == [0]
    assert known.near(text.replace("word7", "nothing").replace("word15", "less")) == []
    assert NearSame([]).near(text) == []
