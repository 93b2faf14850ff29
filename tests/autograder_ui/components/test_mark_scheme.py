import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion
from autograder_ui.components.mark_scheme import from_json, to_json

words = st.text(min_size=1).map(str.strip).filter(bool)
marks = st.integers(-8, 8).map(lambda quarters: quarters / 4)
criteria = st.lists(st.builds(Criterion, words, marks, st.one_of(st.just(""), words)))


@given(criteria)
def test_the_rows_hold_every_criterion_as_it_was(given_criteria: list[Criterion]) -> None:
    assert from_json(to_json(given_criteria)) == tuple(given_criteria)


def test_a_row_without_text_is_no_criterion() -> None:
    assert from_json(json.dumps([{"text": "  ", "marks": "", "group": ""}])) == ()
    assert from_json(None) == ()


@pytest.mark.parametrize("marks", ["", "two", "nan", "1e999"])
def test_a_criterion_without_a_number_is_refused_by_its_place(marks: str) -> None:
    rows = [{"text": "a", "marks": "1", "group": ""}, {"text": "b", "marks": marks, "group": ""}]
    with pytest.raises(InvalidInput, match="Criterion 2 has no marks yet"):
        from_json(json.dumps(rows))
