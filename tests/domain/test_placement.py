from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.placement import places, places_note, struck_note

ENDS = st.lists(st.integers(1, 60), min_size=2, max_size=12, unique=True).map(sorted)


@given(ENDS, st.booleans(), st.sampled_from(["", "Check line 3. ", struck_note(["lines", "2"])]))
def test_places_are_read_back_from_any_note(ends: list[int], goes_on: bool, more: str) -> None:
    note = f"{more} {places_note(ends, goes_on)} {more}"
    starts = [0, *ends[:-1]]
    assert places(note) == [range(*pair) for pair in zip(starts, ends, strict=True)]


def test_a_note_says_what_a_teacher_reads() -> None:
    assert places_note([2, 3], True) == (
        "Written in two places of the script: lines 1–2, then line 3, marked as going on."
    )
    assert struck_note(["no", "wait"]) == "Struck out: “no wait”."
    assert places("Struck out: “lines 1–2”.") == []
