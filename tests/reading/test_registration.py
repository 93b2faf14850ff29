import numpy as np
import pytest

from autograder.reading.registration import Print, find, moved, register
from tests.reading.forms import BOXES, filled, printed, scanned

WAYS = [(0.7, 2.0, (0.02, -0.01)), (1.1, -2.5, (-0.02, 0.02)), (0.9, 0.5, (0.0, 0.03))]
CORNERS = np.array([(box[x], box[y]) for box in BOXES for x in (0, 2) for y in (1, 3)], float)


@pytest.mark.parametrize("kind", ["text", "boxes"])
@pytest.mark.parametrize("way", WAYS)
def test_a_form_is_found_shifted_scaled_and_turned(
    kind: str, way: tuple[float, float, tuple[float, float]]
) -> None:
    form = printed(kind)
    page, truth = scanned(filled(form, 5), *way)
    found = register(form, page)
    assert found
    apart = moved(found, CORNERS) - moved(tuple(truth.ravel()), CORNERS)
    assert np.abs(apart).max() < 6


def test_a_script_that_is_written_on_serves_as_template() -> None:
    form = printed("text")
    template, laid = scanned(filled(form, 1), 1.0, 1.0, (0.01, 0.0))
    page, truth = scanned(filled(form, 2), *WAYS[0])
    match = find(Print.of(template), Print.of(page))
    assert match
    on_template = moved(tuple(laid.ravel()), CORNERS)
    apart = moved(match.transform, on_template) - moved(tuple(truth.ravel()), CORNERS)
    assert np.abs(apart).max() < 6


@pytest.mark.parametrize(
    ("template", "page"), [("text", "ruled"), ("text", "boxes"), ("ruled", "ruled")]
)
def test_another_form_and_ruled_paper_are_not_taken_for_it(template: str, page: str) -> None:
    """One rule of the paper is like the next: nobody can say by how many it was shifted."""
    if (template, page) == ("text", "boxes"):
        other = printed("boxes").rotate(90, expand=True)
    else:
        other, _ = scanned(filled(printed(page), 3), *WAYS[0])
    assert register(printed(template), other) is None


def test_an_empty_page_is_no_form() -> None:
    blank = printed("boxes").crop((0, 0, 90, 120))
    assert register(printed("text"), blank) is None
    assert register(blank, printed("text")) is None
