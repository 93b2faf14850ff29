from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from autograder.learning.language.order import by_kind, in_steps
from autograder.learning.language.rows import LABEL, WORDS, Row

GROUPS = st.lists(st.integers(0, 40), min_size=1, max_size=3)


@given(GROUPS, st.integers(1, 9), st.integers(1, 4), st.integers(0, 99))
def test_every_row_comes_once_an_epoch_and_no_step_mixes_groups(
    sizes: list[int], batch: int, epochs: int, seed: int
) -> None:
    groups = [[(group, row) for row in range(size)] for group, size in enumerate(sizes)]
    ordered = in_steps(groups, batch, epochs, seed)
    assert len(ordered) % batch == 0
    steps = [ordered[start : start + batch] for start in range(0, len(ordered), batch)]
    assert all(len({group for group, _ in step}) == 1 for step in steps)
    seen = Counter(ordered)
    for group in groups:
        spare = -epochs * len(group) % batch  # what fills the group's last step
        assert sum(seen[row] for row in group) == (epochs * len(group) + spare if group else 0)
        assert all(seen[row] >= epochs for row in group)
    assert ordered == in_steps(groups, batch, epochs, seed)


def test_rows_are_grouped_by_what_is_replied() -> None:
    label, words = Row((1,), (2,), LABEL), Row((1,), (2, 3), WORDS)
    assert by_kind([label, words, label]) == [[label, label], [words]]
