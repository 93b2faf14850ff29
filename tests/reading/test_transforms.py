from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from autograder.domain.script import Transform
from autograder.reading.straighten import turn_image
from autograder.reading.transforms import chained, of_turns


def through(transform: Transform, x: float, y: float) -> tuple[float, float]:
    if not transform:
        return x, y
    x, y, scale = np.reshape(transform, (3, 3)) @ (x, y, 1)
    return x / scale, y / scale


@pytest.mark.parametrize("turns", range(4))
def test_a_point_of_a_turned_page_is_found_on_the_page_as_it_lay(turns: int) -> None:
    page = Image.new("L", (30, 20))
    page.putpixel((7, 4), 255)
    turned = turn_image(page, turns)
    ((y, x),) = np.argwhere(np.asarray(turned) == 255)
    back = through(of_turns(turns, 30, 20), x + 0.5, y + 0.5)  # a pixel's middle
    assert back == pytest.approx((7.5, 4.5))


def test_transforms_follow_each_other() -> None:
    turn, shift = of_turns(1, 30, 20), (1.0, 0.0, 5.0, 0.0, 1.0, 6.0, 0.0, 0.0, 1.0)
    assert through(chained(turn, shift), 2, 3) == through(shift, *through(turn, 2, 3))
    assert chained(turn, ()) == chained((), turn) == turn
    assert chained((), ()) == ()
