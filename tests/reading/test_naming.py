from __future__ import annotations

import pytest

from autograder.domain.script import Student
from autograder.reading.misreading import handwriting
from autograder.reading.naming import (
    Forms,
    StrangeNames,
    StrangeNumbers,
    name_forms,
    together,
)

ROSTER = [Student("a", "0017", "Asha Rao"), Student("b", "0018", "Asha Nair")]


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("Asha Rao", "rao asha"),
        ("Rao, Asha", "asha rao"),
        ("Asha Rao", "a rao"),
        ("Asha Rao", "asha r"),
        ("Asha Rao", "rao"),
        ("Maria Luisa Santos", "maria santos"),
        ("Maria Luisa Santos", "maria l santos"),
        ("Maria Luisa Santos", "m l santos"),
        ("Jean-Luc Müller", "jean luc muller"),
        ("Madonna", "madonna"),
    ],
)
def test_a_name_is_written_in_many_ways(name: str, way: str) -> None:
    assert name_forms(name)[way] > 0


@pytest.mark.parametrize("name", ["Asha Rao", "Maria Luisa Santos", "Madonna", "A B", "Rao, Asha"])
def test_the_ways_of_a_name_share_all_of_the_chance(name: str) -> None:
    assert sum(name_forms(name).values()) == pytest.approx(1)


def test_numbers_keep_their_zeros_and_lose_what_cannot_be_told_apart() -> None:
    assert together("00-17 B") == "00178"
    assert together("O|7") == together("017")
    assert together("007") != together("7")


def test_a_roster_without_names_has_no_ways() -> None:
    assert Forms.of_names([Student("a", "1", "")]).texts == ()


def test_strangers_have_names_like_those_of_the_roster() -> None:
    strange = StrangeNames.beside(ROSTER, handwriting())
    assert strange.chance("asha rao") > strange.chance("asha kumar") > strange.chance("xq zzkw")


def test_a_stranger_has_no_number_of_the_roster_but_one_like_it() -> None:
    strange = StrangeNumbers(frozenset({"0017", "0018"}), handwriting())
    assert strange.chance("0019") > strange.chance("9999")
    assert strange.chance("0017") < strange.chance("0010") * 100
    assert StrangeNumbers(frozenset(), handwriting()).chance("17") > 0
