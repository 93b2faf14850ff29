from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.reading.misreading import Channel, handwriting, plain

CLEAN = Channel(misread=0.1, dropped=0.0, added=0.0, hands=[1.0], any=2, confusions={"ab": 2})


def test_what_was_written_is_the_likeliest_reading() -> None:
    channel = handwriting()
    assert (
        channel.chance("rao", "rao") > channel.chance("rao", "rac") > channel.chance("rao", "xyz")
    )


def test_frequent_confusions_and_like_shapes_are_likelier() -> None:
    assert CLEAN.confusion("a", "b") > CLEAN.confusion("a", "s") > CLEAN.confusion("a", "k")


def test_a_second_slip_of_a_bad_hand_surprises_less_than_the_first() -> None:
    channel = handwriting()
    none, one, two = (channel.chance("aaaa", read) for read in ("aaaa", "kaaa", "kkaa"))
    assert two / one > one / none


def test_characters_may_be_lost_and_added() -> None:
    channel = handwriting()
    assert 0 < channel.chance("asha", "aha") < channel.chance("asha", "asha")
    assert channel.chance("asha", "ashia") > 0
    assert channel.chance("", "") == 1


def test_readings_of_one_length_share_the_chance_where_nothing_is_lost() -> None:
    symbols = "abcdefghijklmnopqrstuvwxyz0123456789 "
    every = sum(CLEAN.chance("ab", "".join(pair)) for pair in product(symbols, repeat=2))
    assert every == pytest.approx(1, abs=0.01)


@given(st.text("abc19", max_size=6), st.text("abc19", max_size=6))
def test_chances_are_probabilities(written: str, read: str) -> None:
    assert 0 <= handwriting().chance(written, read) <= 1


def test_case_accents_and_punctuation_do_not_count() -> None:
    assert plain("  Jean-Luc MÜLLER. ") == "jean luc muller"
