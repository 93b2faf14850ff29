import json
import subprocess
import sys

import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from autograder import plugins
from autograder.domain.errors import AutoGraderError, EngineUnavailable
from autograder.domain.script import Reading
from autograder.reading.recognizers import rapidocr
from autograder.reading.recognizers.rapidocr import RapidOcr
from autograder.settings import Settings
from tests.places import SHARED_DATA

SCANS = SHARED_DATA / "scans"


@pytest.fixture(scope="module")
def engine() -> RapidOcr:
    return rapidocr.build(Settings())


def read(engine: RapidOcr, image: Image.Image) -> Reading:
    (reading,) = engine.read([image])
    assert isinstance(reading, Reading)
    return reading


def page(*lines: tuple[int, int, str], size: tuple[int, int] = (900, 300)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(40)
    for left, top, text in lines:
        draw.text((left, top), text, fill="black", font=font)
    return image


def test_plugins_find_it_by_its_name() -> None:
    assert plugins.recognizer("rapidocr", Settings()).name == "rapidocr"


def test_building_loads_nothing_heavy() -> None:
    code = (
        "import sys; from autograder.settings import Settings;"
        "from autograder.reading.recognizers import rapidocr; rapidocr.build(Settings());"
        "print([m for m in ('rapidocr', 'onnxruntime', 'cv2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_lines_words_and_boxes_are_where_they_were_written(engine: RapidOcr) -> None:
    reading = read(engine, page((60, 40, "Paging saves memory"), (60, 160, "by sharing frames")))
    assert [line.text for line in reading.lines] == ["Paging saves memory", "by sharing frames"]
    assert reading.seconds > 0
    for line in reading.lines:
        assert [word.text for word in line.words] == line.text.split()
        assert 0.8 < line.confidence <= 1
        lefts = [word.box[0] for word in line.words]
        assert lefts == sorted(lefts)
        for word in line.words:
            assert line.box[0] - 2 <= word.box[0] < word.box[2] <= line.box[2] + 2
    saves = reading.lines[0].words[1].box
    start = 60 + ImageFont.load_default(40).getlength("Paging ")
    assert saves[0] == pytest.approx(start, abs=20)


def test_a_words_confidence_is_that_of_its_own_characters(engine: RapidOcr) -> None:
    """RapidOCR itself gives word k the confidence of character k."""
    image = page((60, 60, "frames segments pages tables"))
    blot = ImageDraw.Draw(image)
    start = 60 + ImageFont.load_default(40).getlength("frames segments ")
    for step in range(9):  # scrawled over "pages" and nothing else
        left = start + 12 * step
        blot.line((left, 58, left + 16, 108), fill="black", width=3)
    words = read(engine, image).lines[0].words
    clean = [word for word in words if word.text in ("frames", "segments", "tables")]
    assert len(clean) == 3
    others = [word.confidence for word in words if word not in clean]
    assert max(others, default=0.0) < min(word.confidence for word in clean)


def test_an_empty_page_has_no_lines(engine: RapidOcr) -> None:
    assert read(engine, page()).lines == ()


@pytest.mark.parametrize("size", [(1, 1), (3000, 5), (8, 2000)])
def test_odd_sizes_do_no_harm(engine: RapidOcr, size: tuple[int, int]) -> None:
    (reading,) = engine.read([Image.new("RGB", size, "white")])
    assert isinstance(reading, Reading | AutoGraderError)


def test_a_broken_installation_is_said_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ImportError("libGL.so.1 is missing")

    monkeypatch.setattr("autograder.reading.recognizers.rapidocr._engine", broken)
    (error,) = rapidocr.build(Settings()).read([page()])
    assert isinstance(error, EngineUnavailable)
    assert "libGL" in str(error)


@pytest.mark.skipif(not SCANS.exists(), reason="the scans of ../shared/data are not here")
@pytest.mark.parametrize(
    ("file", "worst"), [("harshit_p2.png", 0.08), ("vg_img2.png", 0.03), ("shree_short.png", 0.05)]
)
def test_real_handwriting_is_read_as_well_as_measured(
    engine: RapidOcr, file: str, worst: float
) -> None:
    truths = map(json.loads, (SCANS / "index.jsonl").open())
    truth = " ".join(next(each["text"] for each in truths if each["file"] == file).split())
    text = " ".join(read(engine, Image.open(SCANS / file)).text.split())
    assert Levenshtein.distance(text, truth) / len(truth) <= worst
