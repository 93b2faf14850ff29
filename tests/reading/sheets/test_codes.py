import numpy as np
import pytest
import zxingcpp
from PIL import Image

from autograder.domain.script import Sheet
from autograder.reading.sheets.codes import code_on, drawing, sheet_on, turns_of_code
from autograder.reading.straighten import turn_image
from benchmarks.sheets import is_right, milliseconds, spoiled
from tests.places import SAMPLE

SHEET = Sheet("3f9a2c71bd04", "1OS21CS011", 2, 4)


def page_with(*codes: tuple[Sheet, int, tuple[int, int]]) -> Image.Image:
    page = Image.new("RGB", (1130, 1600), "white")
    for sheet, scale, place in codes:
        page.paste(drawing(sheet, scale).convert("RGB"), place)
    return page


def test_spoiled_sheets_are_known_again_and_the_way_up_with_them() -> None:
    sheets = list(spoiled(30, seed=11))
    missed = [each.damage for each in sheets if not is_right(code_on(each.image), each)]
    assert missed == []
    assert any(each.damage.half and each.damage.blur for each in sheets)


@pytest.mark.parametrize("turns", range(4))
def test_the_turns_bring_the_page_upright(turns: int) -> None:
    page = page_with((SHEET, 6, (850, 90)))
    found = code_on(turn_image(page, -turns))
    assert found is not None
    assert found.turns == turns
    assert turns_of_code(turn_image(page, -turns)) == turns


def test_the_corners_are_those_of_the_code_in_pixels_of_the_page() -> None:
    small = code_on(page_with((SHEET, 6, (850, 90))))
    large = code_on(page_with((SHEET, 6, (850, 90))).resize((2260, 3200)))
    side = drawing(SHEET, 6).width
    square = np.array([(0, 0), (side, 0), (side, side), (0, side)])
    wanted = square + np.array((850, 90))
    assert small is not None
    assert large is not None
    assert np.allclose(small.corners, wanted, atol=4)
    assert np.allclose(large.corners, 2 * wanted, atol=8)


def test_a_code_that_is_not_ours_is_not_a_sheet() -> None:
    code = zxingcpp.create_barcode("https://school.example", zxingcpp.BarcodeFormat.QRCode)
    page = page_with()
    page.paste(Image.fromarray(np.array(code.to_image(scale=6))).convert("RGB"), (100, 100))
    assert sheet_on(page) is None


def test_of_two_sheets_on_one_photo_the_larger_counts() -> None:
    neighbour = Sheet("3f9a2c71bd04", "S2", 1, 4)
    page = page_with((neighbour, 4, (60, 1300)), (SHEET, 7, (800, 90)))
    assert sheet_on(page) == SHEET


def test_a_page_without_a_code_has_none_and_costs_little() -> None:
    page = Image.open(SAMPLE / "scans" / "1OS21CS030.png").convert("RGB")
    page = page.resize((1600 * page.width // page.height, 1600))
    sheet_on(page)
    costs = [milliseconds(sheet_on, page) for _ in range(3)]
    assert all(found is None for found, _ in costs)
    assert min(cost for _, cost in costs) < 60
