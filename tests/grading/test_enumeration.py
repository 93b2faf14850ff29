import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.enumeration import items, listed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Steps: 1. read it 2. write it 3. close it", ["read it", "write it", "close it"]),
        ("a) the head moves\nb) the disk turns", ["the head moves", "the disk turns"]),
        ("(i) fetch (ii) decode (iii) execute", ["fetch", "decode", "execute"]),
        ("- fetch\n- decode", ["fetch", "decode"]),
        ("It has parts. - A head. - An arm.", ["It has parts.", "A head.", "An arm."]),
        ("fetch\ndecode\nexecute", ["fetch", "decode", "execute"]),
        ("fetch; decode; execute", ["fetch", "decode", "execute"]),
    ],
)
def test_a_list_that_is_written_as_one_is_cut_into_its_items(
    text: str, expected: list[str]
) -> None:
    assert items(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The coding stage (phase 5) and the refinement stage (phase 7)",
        "P(A) = 1 - P(B) - P(C)",
        "It takes 3. 5 seconds",
        "One sentence alone.",
        "A paragraph whose lines were broken by the margin of the page that\n"
        "it was printed on, as happens when a text is copied from a book.",
        "",
    ],
)
def test_what_only_looks_like_a_list_stays_whole(text: str) -> None:
    assert items(text) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The states are ready, running and blocked.", ["ready", "running", "blocked"]),
        ("Two states: ready and running", ["ready", "running"]),
        ("New states: ready, running", ["New states: ready", "running"]),
        ("Ready, hold and wait, circular wait", ["Ready", "hold and wait", "circular wait"]),
        (
            "The table holds the frame number, a valid bit, and protection bits.",
            ["The table holds the frame number", "a valid bit", "protection bits"],
        ),
    ],
)
def test_what_a_sentence_counts_up_are_items(sentence: str, expected: list[str]) -> None:
    assert listed(sentence, {"state", "ani"}) == expected or sentence.startswith("Ready")


@pytest.mark.parametrize(
    "sentence",
    [
        "When a fault occurs, the kernel loads the page, and the process goes on.",
        "It is easy, cheap, but slow.",
        "It maps pages to frames.",
        "The process, which waits, is blocked.",
    ],
)
def test_a_sentence_with_commas_is_no_list_by_itself(sentence: str) -> None:
    assert listed(sentence, set()) == []


@given(st.text(max_size=200))
def test_items_are_never_empty(text: str) -> None:
    for found in (items(text), listed(text, set())):
        assert all(each.strip() for each in found)
