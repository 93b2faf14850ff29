"""The report stands alone and shows a student's words as words."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograder.domain.errors import StorageFailed
from autograder.learning.comparing.comparison import Comparison, compare
from autograder.learning.comparing.graded import Graded
from autograder.learning.comparing.report import DRAWN, write_report
from autograder.learning.comparing.told import as_json
from tests.learning.comparing.simulated import BETTER, EQUAL, graded, held_out, tried

NASTY = (
    "<script>alert(1)</script> ![x](http://evil.example/p.png) | [go](javascript:x) "
    "www.evil.example"
)


@pytest.fixture(scope="module")
def found() -> Comparison:
    examples = [replace(each, text=NASTY) for each in held_out(0, 8, 8)]
    named = [replace(each, exam="Quiz <1> | *a*") for each in examples]
    new, current = (graded(named, style, seed) for seed, style in enumerate((BETTER, EQUAL)))
    tries = [tried(named, style, seed) for seed, style in enumerate((BETTER, EQUAL))]
    return compare(new, current, tries[0], tries[1], draws=100)


def test_the_page_needs_nothing_and_runs_nothing(found: Comparison, tmp_path: Path) -> None:
    page = write_report(tmp_path / "new" / "report", found, "lora-<b>", "the one that ships")
    text = page.read_text("utf-8")
    assert "default-src 'none'" in text
    for wrong in ("<script", "<img", "<link", "src=", "href=", "<b>", "url(", "@import"):
        assert wrong not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert text.count("<svg") == len(DRAWN)


def test_every_drawing_is_sound_and_says_what_it_shows(found: Comparison, tmp_path: Path) -> None:
    write_report(tmp_path, found, "new", "current")
    for name in DRAWN:
        root = ElementTree.parse(tmp_path / name).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert len(root.attrib["aria-label"]) > 40
        assert "nan" not in (tmp_path / name).read_text("utf-8")


def test_markdown_shows_words_as_words_and_its_pictures(found: Comparison, tmp_path: Path) -> None:
    write_report(tmp_path, found, "new", "current")
    text = (tmp_path / "report.md").read_text("utf-8")
    assert all(f"]({name})" in text for name in DRAWN)
    assert r"\<script\>" in text
    assert "http://" not in text
    assert "](javascript" not in text


def test_a_single_grader_that_marks_nothing_can_be_reported(tmp_path: Path) -> None:
    examples = held_out(0, 6, 4)
    silent: list[Graded] = [
        replace(each, prediction=replace(each.prediction, mark=None, judgements=()))
        for each in graded(examples, EQUAL, 1)
    ]
    found = compare(silent, graded(examples, EQUAL, 2), draws=50)
    page = write_report(tmp_path, found, "new", "current").read_text("utf-8")
    assert "no mark" in page


def test_what_is_told_to_programs_has_both_marks_of_every_answer(found: Comparison) -> None:
    told = as_json(found)
    assert len(told["marks"]) == 64
    assert {"given", "new", "current"} <= told["marks"][0].keys()
    assert told["verdict"] == found.verdict
    assert all(each["gain"][0] == each["gain"][0] for each in told["figures"])  # no NaN


def test_a_folder_that_cannot_be_written_is_told(found: Comparison, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageFailed, match="name another folder"):
        write_report(tmp_path / "taken", found, "new", "current")
