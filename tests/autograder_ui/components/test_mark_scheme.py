import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Rating
from autograder_ui.components.mark_scheme import from_json, is_draft, to_json

words = st.text(min_size=1).map(str.strip).filter(bool)
marks = st.integers(-8, 8).map(lambda quarters: quarters / 4)
alone = st.builds(Criterion, words, marks)
grouped = st.builds(Criterion, words, marks, words, st.integers(1, 99))
criteria = st.lists(st.one_of(alone, grouped))


@given(criteria)
def test_the_rows_hold_every_criterion_as_it_was(given_criteria: list[Criterion]) -> None:
    assert from_json(to_json(given_criteria)) == tuple(given_criteria)


def test_a_draft_says_so_until_it_is_saved() -> None:
    drafted = to_json([Criterion("Says that it runs", 2)], draft=True)
    assert is_draft(drafted) and not is_draft(to_json(from_json(drafted)))
    assert not is_draft(None) and not is_draft("[]")


def test_how_many_of_a_group_count_is_written_with_its_name() -> None:
    rows = json.dumps([{"text": "a", "marks": "1", "group": "any 2 of causes"}])
    assert from_json(rows) == (Criterion("a", 1, "causes", 2),)
    assert json.loads(to_json(from_json(rows)))[0]["group"] == "2 of causes"


def test_a_row_without_text_is_no_criterion() -> None:
    assert from_json(json.dumps([{"text": "  ", "marks": "", "group": ""}])) == ()
    assert from_json(None) == ()


@pytest.mark.parametrize("marks", ["", "two", "nan", "1e999"])
def test_a_criterion_without_a_number_is_refused_by_its_place(marks: str) -> None:
    rows = [{"text": "a", "marks": "1", "group": ""}, {"text": "b", "marks": marks, "group": ""}]
    with pytest.raises(InvalidInput, match="Criterion 2 has no marks yet"):
        from_json(json.dumps(rows))


def test_ratings_are_written_a_line_each_and_the_highest_is_what_it_is_worth() -> None:
    rows = [{"text": "Ideas", "marks": "1", "group": "", "ratings": "0 none\n2,5: some\n\n5 all"}]
    (read,) = from_json(json.dumps(rows))
    assert read == Criterion(
        "Ideas", 5, ratings=(Rating(0, "none"), Rating(2.5, "some"), Rating(5, "all"))
    )
    assert from_json(to_json([read])) == (read,)


def test_a_rating_without_points_is_refused_by_its_criterion() -> None:
    rows = [{"text": "a", "marks": "1", "group": "", "ratings": "all of it"}]
    with pytest.raises(InvalidInput, match="Criterion 1: begin each rating with its points"):
        from_json(json.dumps(rows))
