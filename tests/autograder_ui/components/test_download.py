import json
from base64 import b64decode

import pytest

from autograder_ui.components.download import file, file_name


def test_a_file_reaches_the_browser_byte_for_byte_and_each_time_anew() -> None:
    content = b"\xef\xbb\xbfName\r\n\x00\xff"
    first, second = file("a.csv", content, "text/csv"), file("a.csv", content, "text/csv")
    assert b64decode(json.loads(first)["content"]) == content
    assert first != second


@pytest.mark.parametrize(
    ("title", "name"),
    [("Quiz 2: Über", "Quiz-2-Über"), ("../../etc/passwd", "etc-passwd"), ("***", "exam")],
)
def test_a_title_becomes_a_plain_file_name(title: str, name: str) -> None:
    assert file_name(title) == name
