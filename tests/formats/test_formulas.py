import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.formats.formulas import guard, unguard

SPREADSHEET_TEXT = st.text(
    alphabet=st.sampled_from("=+-@|%'\" \t\r\n\0ab1,;\ufeff\u200b＝﹢⁻\u0338\u00a0")
)
ATTACKS = [
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "|calc",
    "%0A=1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "＝1+1",
    "﹦1+1",
    "'=1+1",
    "Ann\n=1+1",
    'Ann\t=HYPERLINK("http://example.invalid")',
    "=\u0338x",
    "≠x",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert guard(text) != text
    assert unguard(guard(text)) == text
    assert _is_safe(guard(text))


@pytest.mark.parametrize(
    "text", ["", "Ann Lee", "007", "a=b", "O'Neil", "'tis", "1-2", "x\ny", " "]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@given(st.one_of(SPREADSHEET_TEXT, st.text()))
@example("''=")
def test_any_text_is_safe_and_comes_back_unchanged(text: str) -> None:
    assert _is_safe(guard(text))
    assert unguard(guard(text)) == text


def _is_safe(cell: str) -> bool:
    """No line of it, as a spreadsheet may trim and normalise it, starts a formula."""
    whole = not cell or unicodedata.category(cell[0]) != "Cc"
    lines = unicodedata.normalize("NFKC", cell).replace("\t", "\n").splitlines()
    return whole and not any(line.strip(" \ufeff\u200b\0")[:1] in set("=+-@|%") for line in lines)
