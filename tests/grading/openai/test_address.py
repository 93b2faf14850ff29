from __future__ import annotations

import pytest

from autograder.domain.errors import EngineUnavailable
from autograder.grading.openai.address import Address, read


@pytest.mark.parametrize(
    ("given", "url", "host", "here"),
    [
        ("http://localhost:8000/v1", "http://localhost:8000/v1", "localhost:8000", True),
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1", "127.0.0.1:11434", True),
        (" http://[::1]:8000/v1/ ", "http://[::1]:8000/v1", "[::1]:8000", True),
        ("http://192.168.1.5:8000/v1", "http://192.168.1.5:8000/v1", "192.168.1.5:8000", False),
        ("http://gpu-box:8000", "http://gpu-box:8000/v1", "gpu-box:8000", False),
        ("http://gpu.school.lan/v1", "http://gpu.school.lan/v1", "gpu.school.lan", False),
        (
            "https://api.openai.com/v1/chat/completions",
            "https://api.openai.com/v1",
            "api.openai.com",
            False,
        ),
        ("https://host/openai/v1", "https://host/openai/v1", "host", False),
    ],
)
def test_an_address_is_read_as_people_write_it(given: str, url: str, host: str, here: bool) -> None:
    assert read(given) == Address(url, host, here)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "needs to know which server"),
        ("localhost:8000", "not the address"),
        ("ftp://localhost/v1", "not the address"),
        ("http://", "not the address"),
        ("http://localhost:99999/v1", "not the address"),
        ("https://host/v1?key=1", "not the address"),
        ("https://me:secret@host/v1", "API_KEY"),
        ("http://api.openai.com/v1", "unencrypted"),
        ("http://8.8.8.8/v1", "unencrypted"),
        ("http://localhost.evil.example/v1", "unencrypted"),
    ],
)
def test_what_can_or_should_not_be_used_is_refused(given: str, words: str) -> None:
    with pytest.raises(EngineUnavailable, match=words) as refused:
        read(given)
    assert "secret" not in str(refused.value)


def test_what_is_no_part_of_the_api_stands_beside_it() -> None:
    assert read("http://localhost:8000/a/v1").root == "http://localhost:8000/a"
